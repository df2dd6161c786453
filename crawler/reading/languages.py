"""The language of a page or a snippet: script first, small words second, statistics last.

Kana decides Japanese, hangul Korean, and so on; only Latin script needs a vote. There the small words
of each language vote first, because they are cheap and can be explained; py3langid answers where they
are few or disagree; langdetect is asked only when those two disagree on a long text. What a page says
about itself (``<html lang>``, charset) tips the scale when the text does not.

Lines are judged one by one, so that a mixed page gets shares of its languages: running text in the main
part weighs fully, menus and footers little. An English menu never outweighs Japanese sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from langdetect import DetectorFactory, LangDetectException, detect
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.model import LanguageShare, PageLanguage
from crawler.reading.function_words import LANGUAGES, VOTES
from crawler.reading.page import Line, Page, Region

DetectorFactory.seed = 0  # langdetect is random by default: one text would get two answers

_Floats = NDArray[np.float64]

# Classes of characters. SIMPLIFIED and TRADITIONAL are Han characters that modern Japanese does not use.
LATIN, HAN, KANA, HANGUL, CYRILLIC, GREEK, ARABIC, HEBREW, THAI, INDIC, SIMPLIFIED, TRADITIONAL = range(1, 13)
_CLASSES = 13

_RANGES = (
    (LATIN, 0x41, 0x5A), (LATIN, 0x61, 0x7A), (LATIN, 0xC0, 0xD6), (LATIN, 0xD8, 0xF6), (LATIN, 0xF8, 0x24F),
    (LATIN, 0x1E00, 0x1EFF), (LATIN, 0xFF21, 0xFF3A), (LATIN, 0xFF41, 0xFF5A),
    (GREEK, 0x370, 0x3FF), (CYRILLIC, 0x400, 0x52F), (HEBREW, 0x590, 0x5FF), (ARABIC, 0x600, 0x6FF),
    (INDIC, 0x900, 0x97F), (THAI, 0xE00, 0xE7F),
    (KANA, 0x3041, 0x3096), (KANA, 0x30A1, 0x30FA), (KANA, 0x30FC, 0x30FE), (KANA, 0xFF66, 0xFF9D),
    (HAN, 0x3005, 0x3007), (HAN, 0x3400, 0x4DBF), (HAN, 0x4E00, 0x9FFF), (HAN, 0xF900, 0xFAFF),
    (HANGUL, 0x1100, 0x11FF), (HANGUL, 0xAC00, 0xD7A3),
)  # fmt: skip
_SIMPLIFIED = (
    "们这为说对时过还进发问间门见车长东马鱼鸟龙关开论设认识让请读课谁调谈谢许记计订议讯词语该详误诸业务产动劳华历厂广县团园围图"
    "圆场块坏处备头买卖实审导层岁师帮应庆张弹归录忆态总惊战执扩扫报护拥择损显术权极构标样树桥检楼欢毕气汉测济满湿热爱现环电"
    "确离种积稳穷笔签类红约级纪纳纸线练组细织经结给统继绩续维网罗职联脑节药获虽补规视览观训证评试诚质购贵费资赛跃转输边达运远"
    "连选遗邮释针钟铁银错键闻队阳阶际陆难韩页项顺须预领题风飞饭馆验单协书"
).replace("开", "")
_TRADITIONAL = "們這您嗎呢吧她妳說對從將當產沒發實關應屬總經濟區轉營檢體變讀圖處號據讓較與灣"

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
_TITLE_UNITS, _TITLE_WEIGHT = 60.0, 0.6  # shorter than 60 letters or 24 characters: a title, not a sentence
_DOMINANT = 0.7  # of a line's units: the rest are names and terms in a sentence of the dominant script

_CODE_TAGS = frozenset({"pre", "code", "textarea", "option", "select"})
# What only bibliographies have. Two of these marks make a line a reference.
_REFERENCE_WORDS = (
    "et al", "pp.", "vol.", "no.", "doi", "arxiv", "proc.", "proceedings", "trans.", "journal", "phys.", "lett.",
    "ieee", "conference on", "symposium on", "workshop on", "isbn", " j. ", "springer",
)  # fmt: skip
_INITIALS = re.compile(r"\b[A-Z]\. ?[A-Z](?:[a-z]|\. ?[A-Z])|\b[A-Z][a-z]+,? [A-Z]\.")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# A word; but a capital letter alone is an initial, and two capitals are a code ("IT", "US").
_WORD = re.compile(r"\b(?![A-Z]{2}\b)[^\W\d_]{2,}|\b[^\W\d_A-Z]\b(?!\.)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]+")
_CYRILLIC_OWN = (("uk", re.compile("[іїєґ]")), ("sr", re.compile("[јљњђћџ]")), ("ru", re.compile("[ыэё]")))

_VOTED_LETTERS = 2_000  # Latin letters whose words vote; more would not change the result, only its price
_HEAD = 250  # characters of one line that vote: one endless line must not speak for the page
_SAMPLE = 600  # characters that the statistical classifiers see: 0.15 ms; beyond that they gain nothing
_MINOR = 0.1  # share of Latin units below which a page's Latin words are labels, not worth the statistics
_JAPANESE_ENOUGH = 0.35  # share of Japanese that makes it the page's language: see _main_language
_CLEAR_VOTES = 4.0  # worth of small words that needs no second opinion, when no other language has half of it
_SHORT = 25  # Latin letters; shorter text has too few features for statistics to be trusted lightly
_LONG = 300  # Latin letters from which langdetect's word is worth its 7 to 20 ms

_DENSITY = 0.04  # worth of small words per word below which a text is names and terms; sentences have 0.15 and more
_UNLED = 0.4  # how sure a language is that only single lines spoke for
_MANY_WORDS = 12  # words among which a sentence would have shown a small word

_IN_BRACKETS = re.compile(r"\([^()]{0,80}\)|（[^（）]{0,80}）")
_NOBODYS = "la"  # sample text
_BELIED = 0.65  # how sure a title's own language must be: names read like Italian or Polish at 0.2 to 0.4

_JAPANESE_CHARSETS = ("shift_jis", "shift-jis", "sjis", "cp932", "windows-31j", "euc-jp", "euc_jp", "iso-2022-jp")
_CHINESE_CHARSETS = ("gb", "big5", "hz")


def read(page: Page) -> PageLanguage:
    """The language of a page's main text, with the shares of all languages on it.

    ``language`` is "" when the page has too little text to tell; ``letters`` counts the main part only.
    """
    lines = [line for line in page.lines if line.tag not in _CODE_TAGS]
    weights = [_line_weight(line) for line in lines]
    return _judged([line.text for line in lines], weights, page.lang, page.charset)


def of_text(text: str) -> PageLanguage:
    """The language of a snippet, such as a title; "" when it is only numbers, names or a bare label."""
    lines = [line for line in text.splitlines() if line.strip()]
    return _judged(lines, [1.0] * len(lines), "", "")


def of_item(title: str, around: str) -> str:
    """The language of an item on a page, or in a feed, that is in the language `around`; "" where neither is known.

    An English page may list items that nobody translated. So its title decides where it is in a script that English
    is not written in, or clearly in another language; names and a date without words are of the page's language.
    """
    if around != "en":
        return around
    words = _IN_BRACKETS.sub(" ", title)  # "Prof. Yamada (山田)" is a name
    counts = script_counts([words])[0]
    latin, others = int(counts[LATIN]), counts.copy()
    others[[0, LATIN]] = 0
    found = of_text(words)
    # One kana is grammar; Han amid more English words is a name.
    if others[KANA] > 0:
        return found.language if found.language == "zh" else "ja"
    if _CJK_WORTH * int(others.sum()) > latin:
        return found.language or around
    if found.language in {"", "en", _NOBODYS} or found.confidence < _BELIED:
        return around
    ballot = votes(words)
    return around if ballot.get("en", 0.0) > ballot.get(found.language, 0.0) else found.language


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
    if line.links and sum(len(link.text) for link in line.links) >= 0.8 * len(line.text):
        weight *= _LINK_ONLY
    return weight * _REFERENCE if line.text.isascii() and is_reference(line.text) else weight


def _class_table() -> NDArray[np.uint8]:
    """The class of every character of the basic plane, by code."""
    table = np.zeros(65_536, dtype=np.uint8)
    for kind, first, last in _RANGES:
        table[first : last + 1] = kind
    for kind, characters in ((SIMPLIFIED, _SIMPLIFIED), (TRADITIONAL, _TRADITIONAL)):
        table[[ord(c) for c in characters]] = kind
    return table


def _unit_table() -> _Floats:
    """For every class of characters, the worth of one in each group of scripts."""
    table = np.zeros((_CLASSES, len(_GROUPS)))
    for kind, group in _GROUP_OF.items():
        table[kind, group] = _CJK_WORTH if _GROUPS[group] in {"cjk", "ko"} else 1.0
    return table


_CLASS_OF = _class_table()
_UNITS_OF = _unit_table()


def script_counts(texts: Sequence[str]) -> NDArray[np.int64]:
    """For every text a row with the number of its characters in each class, 0 being no letter."""
    encoded = [text.encode("utf-16-le", "surrogatepass") for text in texts]
    classes = _CLASS_OF[np.frombuffer(b"".join(encoded), dtype="<u2")]
    rows = np.repeat(np.arange(len(texts)), [len(part) // 2 for part in encoded])
    return np.bincount(rows * _CLASSES + classes, minlength=len(texts) * _CLASSES).reshape(-1, _CLASSES)


def _judged(texts: Sequence[str], weights: Sequence[float], declared: str, charset: str) -> PageLanguage:
    """The language of weighted lines; `declared` and `charset` speak only where the text is silent."""
    if not texts:
        return PageLanguage(declared=declared)
    counts = script_counts(texts)
    own = _own_units(counts)
    length = np.select([own.sum(1) < _MENU_UNITS, own.sum(1) < _TITLE_UNITS], [_MENU_WEIGHT, _TITLE_WEIGHT], 1.0)
    weighted = own * (np.asarray(weights) * length)[:, np.newaxis]
    minor = bool(weighted[:, 0].sum() < _MINOR * weighted.sum())
    totals, sure = _latin(texts, weighted[:, 0], declared, minor=minor)
    for code, units in (*_cjk(counts, weighted[:, 1], declared, charset).items(), *_others(texts, weighted).items()):
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


def _cjk(counts: NDArray[np.int64], units: _Floats, declared: str, charset: str) -> dict[str, float]:
    """The units of Japanese and Chinese. Lines of bare kanji follow the rest of the page, or are Japanese."""
    kana, simplified, traditional = counts[:, KANA], counts[:, SIMPLIFIED], counts[:, TRADITIONAL]
    han = counts[:, HAN] + simplified + traditional
    # One simplified character is enough in a label; a sentence needs several, a rare name may hold one.
    chinese = (simplified > kana) & (simplified * 12 >= han)
    chinese |= (kana == 0) & (traditional >= 2) & (traditional * 20 >= han)
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
    """The language of Cyrillic text: by letters that only one of them has, Bulgarian by its many ъ."""
    own = [(len(letters.findall(text)), code) for code, letters in _CYRILLIC_OWN]
    best = max(own)
    if best[0] > 0:
        return best[1]
    return "bg" if text.count("ъ") * 100 >= len(text) else "ru"


def _latin(texts: Sequence[str], units: _Floats, declared: str, *, minor: bool) -> tuple[dict[str, float], float]:
    """The units of each language in Latin script, and how sure the leading one is, 0..1.

    The weightiest lines vote. One whose own words speak clearly counts for their language; the others
    follow the leader. Where no leader is found (names, labels, codes) nothing is claimed.
    """
    lines = [(text, u) for text, u in zip(texts, units.tolist(), strict=True) if u > 0]
    if not lines:
        return {}, 0.0
    lines.sort(key=_weight_of, reverse=True)
    ballots = _ballots(lines)
    voted, second = _counted(lines, ballots)
    if minor or (voted[1] >= _CLEAR_VOTES and voted[1] >= 2 * second):
        leader, sure = voted[0], 0.97
    else:
        leader, sure = _statistical(" ".join(text[:_HEAD] for text, _ in lines[:20])[:_SAMPLE], voted, second, declared)
    totals: dict[str, float] = {}
    for (_, line_units), ballot in zip(lines, ballots, strict=False):
        code = _clear(ballot) or leader
        totals[code] = totals.get(code, 0.0) + line_units
    totals[leader] = totals.get(leader, 0.0) + sum(u for _, u in lines[len(ballots) :])
    totals.pop("", None)
    return totals, sure or _UNLED


def _weight_of(line: tuple[str, float]) -> float:
    return line[1]


def _ballots(lines: Iterable[tuple[str, float]]) -> list[dict[str, float]]:
    """For each line the votes of its small words by language, until enough letters have voted."""
    ballots: list[dict[str, float]] = []
    letters = 0
    for text, _ in lines:
        if letters > _VOTED_LETTERS:
            break
        head = text[:_HEAD]
        letters += len(head)
        ballots.append(votes(head))
    return ballots


def votes(text: str) -> dict[str, float]:
    """The worth of the small words of a text, by language."""
    if "://" in text or "www." in text or "@" in text:
        text = _ADDRESS.sub(" ", text)
    ballot: dict[str, float] = {}
    for word in _WORD.findall(text):
        for language, worth in VOTES.get(word.lower(), ()):
            ballot[language] = ballot.get(language, 0.0) + worth
    return ballot


def _clear(ballot: Mapping[str, float]) -> str:
    """The language that a line's words name beyond doubt, or ""."""
    if not ballot:
        return ""
    first, second = _top_two(ballot)
    return first[0] if first[1] >= 1.5 and first[1] >= 2 * second else ""


def _top_two(ballot: Mapping[str, float]) -> tuple[tuple[str, float], float]:
    """The leading language with its votes, and the votes of the next."""
    ranked = sorted(ballot.items(), key=lambda pair: (-pair[1], pair[0]))
    return ranked[0], ranked[1][1] if len(ranked) > 1 else 0.0


def _counted(
    lines: Sequence[tuple[str, float]], ballots: Sequence[Mapping[str, float]]
) -> tuple[tuple[str, float], float]:
    """The language with most votes of all lines, its votes, and those of the next; menus vote little."""
    total: dict[str, float] = {}
    for (text, units), ballot in zip(lines, ballots, strict=False):
        weight = min(units / len(text), 1.0)
        for language, worth in ballot.items():
            total[language] = total.get(language, 0.0) + worth * weight
    return _top_two(total) if total else (("", 0.0), 0.0)


def _statistical(sample: str, voted: tuple[str, float], second: float, declared: str) -> tuple[str, float]:
    """The language of a sample when its small words alone do not settle it; ("", 0) for names and labels."""
    words = _WORD.findall(sample)
    heard = voted[1] >= max(1.0, _DENSITY * len(words))
    ranked = _identifier().rank(sample)[:3]
    guess, sure = ranked[0]
    if declared and declared != guess and sure < 0.9 and dict(ranked).get(declared, 0.0) >= 0.15:
        guess, sure = declared, max(sure, 0.5)
    if voted[0] == guess and heard:
        return guess, max(0.5 + sure / 2, 0.7)
    letters = sum(len(word) for word in words)
    if heard and letters >= _LONG:
        return (voted[0], 0.7) if _langdetect(sample) == voted[0] else (guess, max(sure, 0.5))
    if heard and voted[1] >= 2 * second and sure < 0.8:
        return voted[0], 0.5
    if len(words) >= _MANY_WORDS and not heard:
        return (guess, sure) if sure >= 0.97 else ("", 0.0)
    return (guess, sure) if sure >= (0.55 if letters < _SHORT else 0.35) else ("", 0.0)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """The classifier, loaded when first needed (1.3 s, about 60 MB) and limited to the languages we know."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def _langdetect(sample: str) -> str:
    """What langdetect says, "" when it finds no features."""
    try:
        return str(detect(sample))
    except LangDetectException:
        return ""
