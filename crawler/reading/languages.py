"""The language of a page or a snippet: script first, small words second, statistics last.

Kana decides Japanese, hangul Korean, and so on; only Latin script needs a vote, which `latin_languages` holds. What a
page says about itself (``<html lang>``, charset) tips the scale when the text does not.

Lines are judged one by one, so that a mixed page gets shares of its languages: running text in the main
part weighs fully, menus and footers little. An English menu never outweighs Japanese sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from crawler.model import LanguageShare, PageLanguage
from crawler.reading.function_words import LANGUAGES
from crawler.reading.latin_languages import likeliest, units_by_language, votes
from crawler.reading.letters import (
    ARABIC,
    CLASSES,
    CYRILLIC,
    GREEK,
    HAN,
    HANGUL,
    HEBREW,
    INDIC,
    KANA,
    LATIN,
    SIMPLIFIED,
    THAI,
    TRADITIONAL,
    script_counts,
)
from crawler.reading.page import Line, Page, Region

_Floats = NDArray[np.float64]

# A CJK character carries about as much as two and a half Latin letters: parallel texts in Japanese and
# English differ in length by about that factor. Hangul syllables likewise.
_CJK_WORTH = 2.5
_GROUPS = ("latin", "cjk", "ko", "cyrillic", "el", "ar", "he", "th", "hi")
_GROUP_OF = {
    LATIN: 0, HAN: 1, KANA: 1, SIMPLIFIED: 1, TRADITIONAL: 1, HANGUL: 2, CYRILLIC: 3, GREEK: 4, ARABIC: 5, HEBREW: 6,
    THAI: 7, INDIC: 8,
}  # fmt: skip

# Where a line stands, as a weight. Menus and footers repeat on every page and are English on many a Japanese one.
_REGION_WEIGHT = {
    Region.MAIN: 1.0, Region.ASIDE: 0.4, Region.HEADER: 0.2, Region.NAV: 0.1, Region.FOOTER: 0.1,
}  # fmt: skip
_LINK_ONLY = 0.5  # weight of a line that is nothing but a link: a menu entry or a title, no sentence
_REFERENCE = 0.25  # weight of a bibliographic line: its language is the journal's, not the page's
_MENU_UNITS, _MENU_WEIGHT = 20.0, 0.2  # a line shorter than 20 Latin letters or 8 kanji is a label
_TITLE_UNITS, _TITLE_WEIGHT = 60.0, 1.0  # shorter than 60 letters or 24 characters: a title, not a sentence
_DOMINANT = 0.7  # of a line's units: the rest are names and terms in a sentence of the dominant script

_MOST_LINES = 3_000  # of a page; who reads so far knows its language
_CODE_TAGS = frozenset({"pre", "code", "textarea", "option", "select"})
# What only bibliographies have. Two of these marks make a line a reference.
_REFERENCE_WORDS = (
    "et al", "pp.", "vol.", "no.", "doi", "arxiv", "proc.", "proceedings", "trans.", "journal", "phys.", "lett.",
    "ieee", "conference on", "symposium on", "workshop on", "isbn", " j. ", "springer",
)  # fmt: skip
_INITIALS = re.compile(r"\b[A-Z]\. ?[A-Z](?:[a-z]|\. ?[A-Z])|\b[A-Z][a-z]+,? [A-Z]\.")
_YEAR = re.compile(r"[12](?:(?<=\b1)9|(?<=\b2)0)\d\d\b")
_CYRILLIC_OWN = (("uk", re.compile("[іїєґ]")), ("sr", re.compile("[јљњђћџ]")), ("ru", re.compile("[ыэё]")))

# Signs of a Chinese sentence where there is no kana; titles of bodies and bare addresses have none of them.
_SENTENCE_HAN = 6  # characters; shorter is a heading in either language
_CHINESE_END = re.compile(r"[一-鿿][。！？]|[一-鿿]，[一-鿿]{2}")
_CHINESE_WORDS = re.compile(r"[是了我他那此也把就很請且的已]")

_CYRILLIC = ("bg", "ru", "sr", "uk")
_CYRILLIC_SAMPLE = 300  # characters that the statistics see

_MINOR = 0.2  # share of Latin units below which a page's Latin words are labels, not worth the statistics
_JAPANESE_ENOUGH = 0.35  # share of Japanese that makes it the page's language: see _main_language

_IN_BRACKETS = re.compile(r"\([^()]{0,80}\)|（[^（）]{0,80}）")
_NOBODYS = "la"  # sample text
_BELIED = 0.65  # how sure a title's own language must be: names read like Italian or Polish at 0.2 to 0.4

_JAPANESE_CHARSETS = ("shift_jis", "shift-jis", "sjis", "cp932", "windows-31j", "euc-jp", "euc_jp", "iso-2022-jp")
_CHINESE_CHARSETS = ("gb", "big5", "hz")


def read(page: Page) -> PageLanguage:
    """The language of a page's main text, with the shares of all languages on it.

    ``language`` is "" when the page has too little text to tell; ``letters`` counts the main part only.
    """
    lines = [line for line in page.lines if line.tag not in _CODE_TAGS][:_MOST_LINES]
    weights = [_line_weight(line) for line in lines]
    return _judged([line.text for line in lines], weights, page.lang, page.charset)


def of_text(text: str) -> PageLanguage:
    """The language of a snippet, such as a title; "" when it is only numbers, names or a bare label."""
    lines = [line for line in text.splitlines() if line.strip()]
    return _judged(lines, [1.0] * len(lines), "", "")


@lru_cache(maxsize=512)  # the newest items stand on several pages of a website
def of_item(title: str, around: str) -> str:
    """The language of an item on a page, or in a feed, that is in the language `around`; "" where neither is known.

    An English page may list items that nobody translated. So its title decides where it is in a script that English
    is not written in, or clearly in another language; names and a date without words are of the page's language.
    """
    if around != "en":
        return around
    words = _IN_BRACKETS.sub(" ", title)  # "Prof. Yamada (山田)" is a name
    if not words.isascii():
        counts = script_counts([words])[0]
        latin, others = int(counts[LATIN]), counts.copy()
        others[[0, LATIN]] = 0
        # One kana is grammar; Han amid more English words is a name.
        if others[KANA] > 0:
            return "zh" if of_text(words).language == "zh" else "ja"
        if _CJK_WORTH * int(others.sum()) > latin:
            return of_text(words).language or around
    ballot = votes(words)
    if _leads(ballot, "en"):
        return around  # whatever the statistics would say
    found = of_text(words)
    if found.language in {"", "en", _NOBODYS} or found.confidence < _BELIED:
        return around
    return around if ballot.get("en", 0.0) > ballot.get(found.language, 0.0) else found.language


def _leads(ballot: Mapping[str, float], code: str) -> bool:
    """Whether the small words of a text speak for this language more than for any other."""
    own = ballot.get(code, 0.0)
    return own > 0 and all(worth < own for other, worth in ballot.items() if other != code)


def of_titles(titles: Sequence[str], declared: str = "") -> PageLanguage:
    """The language of the titles of a feed or of another list of data, all together; `declared` where they are silent."""
    lines = [title for title in titles if title.strip()]
    return _judged(lines, [1.0] * len(lines), declared, "")


def share(language: PageLanguage, code: str) -> float:
    """How much of the judged text is in the language with this code, 0..1."""
    return next((s.share for s in language.shares if s.language == code), 0.0)


def is_reference(text: str) -> bool:
    """Whether a line is an entry of a bibliography, which may be in any language on any page."""
    if len(text) < 40 or not _YEAR.search(text):
        return False
    lowered = text.lower()
    marks = sum(word in lowered for word in _REFERENCE_WORDS)
    return marks >= 2 or (_INITIALS.search(text) is not None and (marks == 1 or text.count(",") >= 3))


def _line_weight(line: Line) -> float:
    """The weight of a line by its place and make, before its length is looked at."""
    weight = _REGION_WEIGHT[line.region]
    text = line.text
    if line.links:
        linked = 0
        for link in line.links:
            linked += len(link.text)
        if linked >= 0.8 * len(text):
            weight *= _LINK_ONLY
    return weight * _REFERENCE if len(text) >= 40 and text.isascii() and is_reference(text) else weight


def _unit_table() -> _Floats:
    """For every class of characters, the worth of one in each group of scripts."""
    table = np.zeros((CLASSES, len(_GROUPS)))
    for kind, group in _GROUP_OF.items():
        table[kind, group] = _CJK_WORTH if _GROUPS[group] in {"cjk", "ko"} else 1.0
    return table


_UNITS_OF = _unit_table()


def _judged(texts: Sequence[str], weights: Sequence[float], declared: str, charset: str) -> PageLanguage:
    """The language of weighted lines; `declared` and `charset` speak only where the text is silent."""
    if not texts:
        return PageLanguage(declared=declared)
    counts = script_counts(texts)
    own = _own_units(counts)
    said = own.sum(1)
    length = np.where(said < _MENU_UNITS, _MENU_WEIGHT, np.where(said < _TITLE_UNITS, _TITLE_WEIGHT, 1.0))
    weighted = own * (np.asarray(weights) * length)[:, np.newaxis]
    minor = bool(weighted[:, 0].sum() < _MINOR * weighted.sum())
    totals, sure = units_by_language(texts, weighted[:, 0], declared, minor=minor)
    for code, units in (
        *_cjk(texts, counts, weighted[:, 1], declared, charset).items(),
        *_others(texts, weighted).items(),
    ):
        totals[code] = totals.get(code, 0.0) + units
    main = np.asarray(weights) >= _REFERENCE
    return _language(totals, sure, declared, int(counts[main, 1:].sum()))


def _own_units(counts: NDArray[np.int64]) -> _Floats:
    """The units of every line by group, all given to one group where that dominates the line."""
    units: _Floats = counts @ _UNITS_OF
    total = units.sum(1, keepdims=True)
    dominant = units >= _DOMINANT * total
    return np.where(dominant.any(1, keepdims=True), np.where(dominant, total, 0.0), units)


def _language(totals: Mapping[str, float], latin_sure: float, declared: str, letters: int) -> PageLanguage:
    """The totals as shares, most first, and how sure the first of them is."""
    everything = sum(totals.values())
    if everything <= 0:
        return PageLanguage(declared=declared, letters=letters)
    ranked = sorted(
        ((units / everything, code) for code, units in totals.items()), key=lambda pair: (-pair[0], pair[1])
    )
    shares = tuple(LanguageShare(language=code, share=round(part, 4)) for part, code in ranked if part >= 0.005)
    part, first = _main_language(ranked)
    sure = part * (latin_sure if first in LANGUAGES else 0.99)
    return PageLanguage(language=first, shares=shares, declared=declared, letters=letters, confidence=round(sure, 3))


def _main_language(ranked: Sequence[tuple[float, str]]) -> tuple[float, str]:
    """The share and code of the language that a page is written in.

    That is the first, except that who writes a third of a page in Japanese writes for readers of Japanese:
    the rest are titles of papers, terms and quotations. English pages hold Japanese names, not Japanese text.
    """
    return next((pair for pair in ranked if pair[1] == "ja" and pair[0] >= _JAPANESE_ENOUGH), ranked[0])


def _cjk(
    texts: Sequence[str], counts: NDArray[np.int64], units: _Floats, declared: str, charset: str
) -> dict[str, float]:
    """The units of Japanese and Chinese. Lines of bare kanji follow the rest of the page, or are Japanese."""
    if not units.any():
        return {}
    kana, simplified, traditional = counts[:, KANA], counts[:, SIMPLIFIED], counts[:, TRADITIONAL]
    han = counts[:, HAN] + simplified + traditional
    # One simplified character is enough in a label; a sentence needs several, a rare name may hold one.
    chinese = (simplified > kana) & (simplified * 12 >= han)
    chinese |= (kana == 0) & (
        (simplified * 24 >= han) & (simplified > 0) | (traditional >= 2) & (traditional * 20 >= han)
    )
    unclear = (kana == 0) & (han >= _SENTENCE_HAN) & ~chinese
    for i in np.flatnonzero(unclear).tolist():
        chinese[i] = _is_chinese_sentence(texts[i])
    japanese = (kana > 0) & ~chinese
    ja, zh = float(units[japanese].sum()), float(units[chinese].sum())
    bare = float(units.sum()) - ja - zh
    encoded = charset.lower()
    says_chinese = declared == "zh" or encoded.startswith(_CHINESE_CHARSETS)
    if zh > ja or (ja == 0 and says_chinese and not encoded.startswith(_JAPANESE_CHARSETS)):
        zh += bare
    else:
        ja += bare
    return {code: total for code, total in (("ja", ja), ("zh", zh)) if total > 0}


def _is_chinese_sentence(text: str) -> bool:
    """Whether words without kana are a sentence, or hold several small words of Chinese: no Japanese has either."""
    return _CHINESE_END.search(text) is not None or len(_CHINESE_WORDS.findall(text)) >= 2


def _others(texts: Sequence[str], weighted: _Floats) -> dict[str, float]:
    """The units of the scripts that name their language, Cyrillic taken apart by its letters."""
    sums = weighted.sum(0)
    found = {code: float(sums[i]) for i, code in enumerate(_GROUPS) if i >= 2 and sums[i] > 0}
    cyrillic = found.pop("cyrillic", 0.0)
    if cyrillic:
        text = "\n".join(t for t, units in zip(texts, weighted[:, 3], strict=True) if units > 0).lower()[:20_000]
        found[_cyrillic(text)] = cyrillic
    return found


def _cyrillic(text: str) -> str:
    """The language of Cyrillic text: by letters that only one of them has, by statistics where there are none."""
    own = [(len(letters.findall(text)), code) for code, letters in _CYRILLIC_OWN]
    best = max(own)
    return best[1] if best[0] > 0 else likeliest(text[:_CYRILLIC_SAMPLE], _CYRILLIC)
