"""What identifies the organisation on its own pages: names, telephone, postcode, the domain of its mail.

A name counts in every form that people write: without the legal form, in other widths, with or without spaces, and as
the abbreviation that stands in brackets behind it. A generic word alone ("Cluster Council") names nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from crawler.letters import is_mail_address
from crawler.model import Cluster, Trait, TraitKind
from crawler.reading.page import Page

_LEGAL_FORM = re.compile(
    r"(?:認定|特例)?(?:一般|公益)?(?:社団|財団)法人|(?:認定)?(?:特定非営利活動|NPO|独立行政|地方独立行政|国立大学"
    r"|公立大学|学校)法人"
    r"|(?:株式|有限|合同)会社|[(\[](?:一社|一財|公社|公財|特非|社|財|株|有|独|NPO|e\.?\s?V\.?)[)\]]|[㈱㈲㈳㈶]"
    r"|,?\s+(?:e\.\s?V\.|eV\b|Inc\b\.?|Ltd\b\.?|LLC\b|Co\.,?\s*Ltd\b\.?|GmbH\b|gGmbH\b|mbH\b|AG\b|S\.?A\.?S?\b\.?"
    r"|S\.?r\.?l\b\.?"
    r"|S\.?p\.?A\b\.?|S\.?L\b\.?|asbl\b|ASBL\b|VZW\b|vzw\b|sp\. z o\.\s?o\.)",
)
_BRACKETS = re.compile(r"[(\[「『【]([^()\[\]「」『』【】]{2,80})[)\]」』】]")
_ALTERNATIVES = re.compile(r"\s[/|]\s|\s+[-–—]\s+|;\s")
_ABBREVIATION = re.compile(r"[A-Z][A-Z0-9&.\-]{1,11}[A-Z0-9+]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[a-zà-ž0-9]+")
_GENERIC_JA = re.compile(
    r"(?:の|・|産業|地域|推進|協議会|研究会|連絡会|協会|機構|財団|組合|連盟|会議|委員会|センター|クラスター"
    r"|ネットワーク|フォーラム"
    r"|コンソーシアム|プロジェクト|プラットフォーム|事業|事務局|支援|振興|計画|構想|創出|拠点|企業|技術|開発|研究|会)+"
)
_GENERIC_WORDS = (
    "the a of for and in on de des du la le der die das und für e y i di del da cluster clusters network association council"
    " project program programme forum center centre consortium initiative society organisation organization industry"
    " industrial industries regional region innovation technology technologies promotion development research institute"
    " foundation platform alliance group committee japan japanese europe european secretariat office home"
)
_GENERIC_LATIN = frozenset(_GENERIC_WORDS.split())
_SHORTEST_JA = 3  # characters of a name in Japanese
_SHORTEST_WORD = 4  # letters of a name that is one word in small letters
_MOST_NAMES = 12

_PHONE = re.compile(
    r"(?<![\d.\-/])(?:\+\d{1,3}[ \-]?(?:\(0\)[ \-]?)?"
    r"|\(?0)\d{0,4}[)\- ]{1,2}\d{1,4}[)\- ]{1,2}\d{2,8}(?:-\d{1,6})?(?![\d\-])"
)
_DIGITS = re.compile(r"[\d()+ \-][\d()+ \-]{8,}")  # what every number is a part of; what may begin it is skipped to
_FAX = re.compile(r"(?:fax|ファ[ッツ]クス|f)\s?[:.)|]?\s*$", re.IGNORECASE)
# Each begins with what can be skipped to.
_POSTAL_JA = (
    re.compile(r"〒\s?(\d{3})\s?-?\s?(\d{4})(?!\d)"),
    re.compile(r"(\d(?<![\d\-]\d)\d\d)-(\d{4})(?=[\s,、|]{0,2}(?:東京都|北海道|京都府|大阪府|[一-龥]{2,3}県))"),
)
# Of the part before the @ one character is enough: only the domain is kept, and a whole one is searched for at every letter.
_DOMAIN = r"((?:[a-z0-9][a-z0-9\-]{0,62}\.){1,5}[a-z]{2,18})(?![\w\-])"
_MAIL = re.compile(rf"(?<=[\w.+\-])(?:@|\s?[(\[<]\s?(?:at|a|アット|@)\s?[)\]>]\s?){_DOMAIN}", re.IGNORECASE)
_MAIL_PLAIN = re.compile(rf"@(?<=[\w.+\-]@){_DOMAIN}", re.IGNORECASE)
_MAIL_SPELT = re.compile(r"[(\[<]\s?(?:at|a|アット|@)\s?[)\]>]", re.IGNORECASE)
_FREE_MAIL = re.compile(
    r"(?:gmail|googlemail|hotmail|outlook|live|yahoo|icloud|gmx|web|aol|orange|wanadoo|docomo|ezweb"
    r"|softbank)\.(?:\w+\.)?\w+$|^example\.|mail\.ru$"
)
_MOST_OF_A_KIND = 2
_MOST_TRAITS = 10
_LOCAL_PART = re.compile(r"(?<![A-Za-z0-9._+\-])[A-Za-z0-9._+\-]{1,64}\Z")


@lru_cache(maxsize=512)
def names_of(cluster: Cluster) -> tuple[str, ...]:
    """The forms in which the organisation's names may stand on a page, most complete first."""
    forms = (form for name in (cluster.name_ja, cluster.name_en) for form in _forms(name))
    return tuple(dict.fromkeys(forms))[:_MOST_NAMES]


def read(page: Page, cluster: Cluster) -> tuple[Trait, ...]:
    """The traits that stand on a page, names first, at most ten, and at most two addresses to write to."""
    told = (page.title, page.meta("og:site_name"), *[line.text for line in page.lines])
    text = "\n".join([line if line.isascii() else _in_one_width(line) for line in told])
    mails = _mails(text)
    traits = [*_named(page, cluster, text)]
    traits += _of_kind(page, TraitKind.PHONE, _phones(text))
    traits += _of_kind(page, TraitKind.POSTAL, _postcodes(text, cluster))
    traits += _of_kind(page, TraitKind.EMAIL_DOMAIN, _mail_domains(mails))
    return (*traits[:_MOST_TRAITS], *_of_kind(page, TraitKind.EMAIL, _mail_addresses(text, mails)))


def compact(text: str) -> str:
    """The text as names are compared in it: one width, lower case, no spaces, middle dots or long vowel variants."""
    return _squeezed(_in_one_width(text))


def _squeezed(text: str) -> str:
    """The same of a text in one width."""
    text = "".join(text.lower().split())
    for mark in _FILLERS:  # a pattern of them all takes ten times as long
        text = text.replace(mark, "")
    return text


def _in_one_width(text: str) -> str:
    return _remembered(text) if len(text) <= _MOST_REMEMBERED else _normalised(text)


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


_MOST_REMEMBERED = 200  # characters
_remembered = lru_cache(maxsize=512)(_normalised)  # the menu and the foot of a website stand on all its pages
_NAME_WORD = re.compile(r"[\s\-‐–,.'’]+")  # what parts the words of a Latin name
_FILLERS = "・･·-‐–—―＝=_'’\"“”"


def is_named(name: str, text: str) -> bool:
    """Whether a name stands in a text (both in one width, NFKC): Latin names only as whole words."""
    if _CJK.search(name):
        return compact(name) in compact(text)
    return name_pattern(name).search(text) is not None


def _begins_in(name: str, low: str) -> bool:
    """Whether the first word of a Latin name stands in a text in lower case: most pages lack most names."""
    return _NAME_WORD.split(name, maxsplit=1)[0].lower() in low


@lru_cache(maxsize=128)  # of the websites that are read at the time; a pattern takes more than any text
def name_pattern(name: str) -> re.Pattern[str]:
    """The pattern of a name in Latin letters; an abbreviation only in capitals, for "ACT" is a word too."""
    words = r"[\s\-‐–,.'’]{0,3}".join(re.escape(word) for word in _NAME_WORD.split(name) if word)
    case = re.NOFLAG if _ABBREVIATION.fullmatch(name) else re.IGNORECASE
    return re.compile(rf"(?<![A-Za-zÀ-ž0-9]){words}(?![A-Za-zÀ-ž0-9])", case)


def _forms(name: str) -> Iterator[str]:
    """The usable forms of one name of the registry: the whole, then its parts and abbreviations."""
    whole = " ".join(unicodedata.normalize("NFKC", name).split())
    bare = _LEGAL_FORM.sub(" ", whole)
    outside = _tidy(_BRACKETS.sub(" ", bare)) or _tidy(bare)
    if _names_somebody(outside):
        yield outside
    inside = [_tidy(_LEGAL_FORM.sub(" ", f" {words}")) for words in _BRACKETS.findall(bare)]
    for part in (*_ALTERNATIVES.split(outside), *inside):
        tidy = _tidy(part)
        if tidy != outside and _stands_alone(tidy) and _names_somebody(tidy):
            yield tidy


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ,;:、・-–—/|()[]「」『』")


def _names_somebody(form: str) -> bool:
    """Whether a form is particular enough to be looked for."""
    if _CJK.search(form):
        return len(compact(form)) >= _SHORTEST_JA and _GENERIC_JA.fullmatch(compact(form)) is None
    if _ABBREVIATION.fullmatch(form):
        return sum(map(str.isalpha, form)) >= _SHORTEST_JA and form.lower() not in _GENERIC_LATIN
    words = _LATIN_WORD.findall(form.lower())
    own = [word for word in words if word not in _GENERIC_LATIN]
    return bool(own) and (len(words) > 1 or len(own[0]) >= _SHORTEST_WORD)


def _stands_alone(part: str) -> bool:
    """Whether a part of a name is a name too: a lone word in brackets or behind a dash is mostly a town or country."""
    if _CJK.search(part):
        return len(part) > _SHORTEST_JA and re.fullmatch(r".{1,5}[都道府県市区町村]", part) is None
    return _ABBREVIATION.fullmatch(part) is not None or " " in part


def _named(page: Page, cluster: Cluster, text: str) -> Iterator[Trait]:
    """The names of the cluster that the page carries; a Japanese one and a Latin one at most twice each."""
    squeezed, low = "", text.lower()
    found: dict[TraitKind, int] = {}
    for name in names_of(cluster):
        japanese = _CJK.search(name) is not None
        kind = TraitKind.NAME if japanese or name in _home_names(cluster) else TraitKind.NAME_EN
        squeezed = squeezed or (_squeezed(text) if japanese else "")
        here = compact(name) in squeezed if japanese else _begins_in(name, low) and is_named(name, text)
        if here and found.get(kind, 0) < _MOST_OF_A_KIND:
            found[kind] = found.get(kind, 0) + 1
            yield Trait(kind=kind, value=name, url=page.url)


@lru_cache(maxsize=512)
def _home_names(cluster: Cluster) -> frozenset[str]:
    """The forms of the name in the home language, which need not be in Japanese letters."""
    return frozenset(_forms(cluster.name_ja))


def _of_kind(page: Page, kind: TraitKind, values: Iterable[str]) -> list[Trait]:
    kept = list(dict.fromkeys(values))[:_MOST_OF_A_KIND]
    return [Trait(kind=kind, value=value, url=page.url) for value in kept]


def _phones(text: str) -> Iterator[str]:
    """Telephone numbers as digits: national with their 0 for Japan, else + and the country's code."""
    rows = (row.span() for row in _DIGITS.finditer(text))
    for match in (match for low, high in rows for match in _PHONE.finditer(text, low, high)):
        if _FAX.search(text, max(0, match.start() - 12), match.start()):
            continue
        raw = match.group().replace("(0)", "")
        digits = re.sub(r"\D", "", raw)
        if not 9 <= len(digits) <= 15:
            continue
        if raw.startswith("+81"):
            yield "0" + digits[2:].lstrip("0")
        else:
            yield "+" + digits if raw.startswith("+") else digits


def _postcodes(text: str, cluster: Cluster) -> Iterator[str]:
    """Postcodes: Japanese ones as 123-4567, others where they stand before the cluster's own city."""
    japanese = any(sign in text for sign in "〒都道府県")
    found = [match for pattern in _POSTAL_JA for match in pattern.finditer(text)] if japanese else []
    for match in sorted(found, key=lambda match: match.start(1)):
        yield f"{match[1]}-{match[2]}"
    if cluster.country != "JP" and cluster.city:
        for match in re.finditer(rf"(?<![\d\-])(\d{{4,5}}|\d{{2}}-\d{{3}})\s{{1,2}}{re.escape(cluster.city)}\b", text):
            yield match.group(1)


def _mails(text: str) -> Sequence[re.Match[str]]:
    """The mail addresses in a text, from the sign before their domain on."""
    pattern = _MAIL if _MAIL_SPELT.search(text) else _MAIL_PLAIN
    return list(pattern.finditer(text))


def _mail_domains(mails: Iterable[re.Match[str]]) -> Iterator[str]:
    for match in mails:
        domain = match.group(1).lower()
        if _FREE_MAIL.search(domain) is None:
            yield domain


def _mail_addresses(text: str, mails: Iterable[re.Match[str]]) -> Iterator[str]:
    """Whole mail addresses in the one spelling that can be written to, free ones too: many clusters have no other."""
    for match in mails:
        local = _LOCAL_PART.search(text, max(0, match.start() - 64), match.start())
        address = f"{local.group() if local else ''}@{match.group(1).lower()}"
        if is_mail_address(address):
            yield address
