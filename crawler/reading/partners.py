"""What a page says about cooperation abroad: with whom, what, when, as a fact or as a wish. Pure.

Read sentence by sentence. A place abroad and something that is done together must stand in one sentence, and neither be
a topic, a product or a benchmark. `partner_places` knows the places, `partner_words` the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from crawler.model import DatedItem, DateKind, Partner, PartnerRegion, PartnerStance, PartnerTie, Precision
from crawler.reading import partner_words as tell
from crawler.reading.expressions import Expression, Form, expressions
from crawler.reading.page import Line, Page, Region
from crawler.reading.partner_places import (
    COUNTRY_NAMES,
    ORGANISATION_NAMES,
    Place,
    places_in,
    region_of,
    words_of_places,
)
from crawler.reading.wareki import fiscal_year

_READ_IN = frozenset({Region.MAIN, Region.HEADER})
_MOST = 40  # of one page; a list of all partners of a network has no more that matter
_MOST_READ = 400  # sentences; a page with more is a list of others
_MOST_OPEN = 3  # of one page: invitations repeat themselves
_LONGEST_SENTENCE = 600  # characters; what is longer is no sentence
_SHORTEST_OPEN = 10  # characters: 海外展開 alone is the label of a link
_LONGEST_QUOTE = 300
_LONGEST_NAME = 80
_ENDS = re.compile(r"(?<=[。！？])(?![(（])|(?<=[^\d\sA-Z][.!?])\s+(?=[A-ZÀ-Ž„“\"])")
# The same of plain ASCII, with what can be skipped to at its beginning.
_ENDS_ASCII = re.compile(r"\s(?<=[^\d\sA-Z][.!?]\s)\s*(?=[A-Z\"])")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_ENTRIES = frozenset({"li", "tr", "td", "dt", "dd"})
_TAIL = 32  # characters: where a Japanese sentence says what is to become of what it names
_LONGEST_PAIR = 60  # characters
_LONG = 120  # characters; so far apart, a place and a tie do not belong together
_BELOW_HEADING = 4  # lines below a heading that speak of what it names
_MEANT = -1  # where a place stands that a sentence only means
_QUOTED = re.compile(r"[「『“\"]([^「」『』“”\"]{2,60})[」』”\"]")
_BODY = re.compile(
    r"[ァ-ヺー一-龥A-Za-z・=＝]{2,40}(?:クラスター|協会|大学|研究所|研究機構|機構|団体|センター|公社|バレー|商工会議所|大使館)"
    r"|[A-ZÀ-Ž][\w&.'’-]{1,30}(?: (?:of |the |for |and )?[A-ZÀ-Ž][\w&.'’-]{1,30}){0,5} (?:[Cc]luster|University|Institute|Council|Association|Agency|Network|Valley|Park)"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    line: Line


def read(page: Page, *, today: date, home: str = "JP", items: Sequence[DatedItem] = ()) -> tuple[Partner, ...]:
    """What a page says about partners abroad, in its order, at most forty.

    `home` (ISO 3166-1 alpha-2) is the organisation's own country, which is never abroad. `items` are the dated items of
    the page: a sentence without a day has the day of the news that it belongs to.
    """
    found: dict[tuple[object, ...], Partner] = {}
    named: tuple[Place, ...] = ()  # by the sentence before
    n_open = 0
    for sentence in islice(_sentences(page, home), _MOST_READ):
        where = places_in(sentence.text, home) or _meant(sentence, named, page, home)
        named = where or named
        for partner in _said(sentence, where, page, today, items):
            n_open += partner.region is PartnerRegion.ABROAD
            if partner.region is PartnerRegion.ABROAD and n_open > _MOST_OPEN:
                continue
            key = (partner.region, partner.country, partner.tie, partner.stance, partner.on)
            found.setdefault(key, partner)
        if len(found) >= _MOST:
            break
    return tuple(found.values())[:_MOST]


def _sentences(page: Page, home: str) -> Iterator[_Sentence]:
    """The sentences that may tell of a partner. A page without a place or a word for abroad costs one look."""
    lines = [line for line in page.lines if line.region in _READ_IN]
    text = "\n".join(line.text for line in lines)
    words = words_of_places(text, home) | tell.words_of_abroad(text)
    telling: set[int] = set()
    for line in lines if words else ():
        if any(word in line.text for word in words):
            telling.add(line.index)
        elif not _may_mean(line, telling):
            continue
        for part in (_ENDS_ASCII if line.text.isascii() else _ENDS).split(line.text):
            if part and len(part) <= _LONGEST_SENTENCE:
                yield _Sentence(part.strip(), line)


def _may_mean(line: Line, telling: set[int]) -> bool:
    """Whether a line without such a word can mean what its heading names, or the line before it."""
    if line.heading in telling and line.index - line.heading <= _BELOW_HEADING:
        return True
    return line.index - 1 in telling and tell.SAME_PLACE.search(line.text) is not None


def _meant(sentence: _Sentence, named: tuple[Place, ...], page: Page, home: str) -> tuple[Place, ...]:
    """The places that a sentence speaks of without naming them: those just named, or those of its heading."""
    if named and tell.SAME_PLACE.search(sentence.text):
        return tuple(replace(p, at=_MEANT) for p in named)
    line = sentence.line
    above = page.heading_above(line) if 0 < line.index - line.heading <= _BELOW_HEADING else ""
    if above and _tie(above) is not None:
        return tuple(replace(p, at=_MEANT) for p in places_in(above, home))
    return ()


def _is_pair(text: str) -> bool:
    """Whether a short line has the form of a pair: a region of one's own and one abroad, or a place with its body."""
    return len(text) <= _LONGEST_PAIR and tell.PAIR.search(text) is not None


def _said(
    sentence: _Sentence, where: tuple[Place, ...], page: Page, today: date, items: Sequence[DatedItem]
) -> Iterator[Partner]:
    """What a sentence says of the places that it names or means; of nobody in particular where there are none."""
    text = sentence.text
    abroad = tell.ABROAD.search(text) if tell.words_of_abroad(text) else None
    if not where and abroad is None:
        return
    if abroad is not None and tell.DECLINED.search(text):
        quote = _quote(text, abroad.start())
        yield replace(_nobody(page, quote, PartnerTie.EXCHANGE), stance=PartnerStance.DECLINED)
        return
    tie = _tie(text)
    if tie is None or tell.BENCHMARK.search(text) or tell.TOPIC.search(text):
        return
    if not _belong_together(text, tie, where, abroad.start() if abroad is not None else None):
        return
    quote, stance = _quote(text, tie[1]), _stance(text)
    if where:
        on, precision = _day(sentence, tie[1], page, today, items)
        for place in where:
            known = region_of(place.country, on or today) if place.region is None else place.region
            yield Partner(
                region=known, tie=tie[0], url=page.url, quote=quote, country=place.country,
                stance=PartnerStance.AIM if on is not None and on > today else stance,
                organisation=_organisation(text, place), on=on, precision=precision,
                confidence=_confidence(place, tie[0], on),
            )  # fmt: skip
    # Asia first and everybody else is an invitation to everybody.
    to_all = stance is PartnerStance.AIM and tell.WHOLE_WORLD.search(text) is not None
    if to_all or (not where and len(text) >= _SHORTEST_OPEN):
        yield replace(_nobody(page, quote, tie[0]), stance=stance)


def _nobody(page: Page, quote: str, tie: PartnerTie) -> Partner:
    return Partner(region=PartnerRegion.ABROAD, tie=tie, url=page.url, quote=quote)


def _belong_together(text: str, tie: tuple[PartnerTie, int], where: tuple[Place, ...], abroad: int | None) -> bool:
    """Whether what is done stands near enough to a place, in a list that goes on; an event needs its place named."""
    named = [p.at for p in where if p.at != _MEANT]
    if where and not named and tie[0] is PartnerTie.EVENT:
        return False
    starts = named or ([] if where or abroad is None else [abroad])
    return len(text) <= _LONG or not starts or any(abs(at - tie[1]) <= _LONG for at in starts)


def _quote(text: str, at: int) -> str:
    """The sentence; of a very long one the part around what decides."""
    if len(text) <= _LONGEST_QUOTE:
        return text
    start = min(max(0, at - _LONGEST_QUOTE // 2), len(text) - _LONGEST_QUOTE)
    return text[start : start + _LONGEST_QUOTE]


def _tie(text: str) -> tuple[PartnerTie, int] | None:
    """What is done together, the firmest that is named, and where it stands."""
    japanese = _JAPANESE.search(text) is not None
    searched = text if japanese else text.lower()
    for tie, pattern in tell.JAPANESE_TIES if japanese else tell.LATIN_TIES:
        match = pattern.search(searched)
        if match is not None:
            return tie, match.start()
    return (PartnerTie.EXCHANGE, 0) if _is_pair(text) else None


def _stance(text: str) -> PartnerStance:
    if tell.DONE.search(text):
        return PartnerStance.DONE
    told = text[-_TAIL:] if _JAPANESE.search(text) else text
    return PartnerStance.AIM if tell.AIM.search(told) else PartnerStance.DONE


def _day(
    sentence: _Sentence, at: int, page: Page, today: date, items: Sequence[DatedItem]
) -> tuple[date | None, Precision | None]:
    """The day of what a sentence tells: its own, its line's, its news item's, its heading's or the page's."""
    own = _dated(sentence.text, at, today)
    if own is not None:
        return own
    line = sentence.line
    entry = (line.text,) if line.tag in _ENTRIES else ()  # whose day stands in another sentence or cell of it
    for text in (*entry, page.heading_above(line), *_label_above(page, line)):
        dated = _dated(text, 0, today) if text != sentence.text else None
        if dated is not None:
            return dated
    for item in items:
        if item.title and (item.title[:40] in line.text or line.text[:40] in item.title):
            return item.on, item.precision
    posts = {(i.on, i.precision) for i in items if i.kind is DateKind.POST}
    return next(iter(posts)) if len(posts) == 1 else (None, None)


def _label_above(page: Page, line: Line) -> tuple[str, ...]:
    """The line above, where it is a short one of the same list: the day of an entry."""
    above = page.lines[line.index - 1] if line.index else None
    return (above.text,) if above is not None and above.container == line.container and len(above.text) <= 24 else ()


def _dated(text: str, at: int, today: date) -> tuple[date, Precision] | None:
    """The date in a text that stands nearest to a place in it; a year in digits where there is nothing better."""
    found = [(e.start, when) for e in expressions(text, today=today) if (when := _when(e)) is not None]
    if not found:
        years = [(m.start(), date(int(m.group()), 1, 1)) for m in tell.YEAR.finditer(text)]
        found = [(start, (on, Precision.YEAR)) for start, on in years if on <= today]
    return min(found, key=lambda f: abs(f[0] - at))[1] if found else None


def _when(expression: Expression) -> tuple[date, Precision] | None:
    if expression.on is not None:
        return expression.on, expression.precision
    if expression.form is Form.FISCAL_YEAR and expression.year:
        return fiscal_year(expression.year)[0], Precision.YEAR
    return None


def _organisation(text: str, place: Place) -> str:
    """The name of the partner as the sentence has it: known, in quotation marks, or a body's; "" for none."""
    if place.name in ORGANISATION_NAMES:
        return place.name
    for pattern in (_QUOTED, _BODY):
        named = [m for m in pattern.finditer(text) if m.end() > place.at]
        if named:
            words = named[0].group(named[0].re.groups and 1)
            return "" if words in COUNTRY_NAMES else words.strip()[:_LONGEST_NAME]
    return ""


def _confidence(place: Place, tie: PartnerTie, on: date | None) -> float:
    firm = tie not in {PartnerTie.EXCHANGE, PartnerTie.EVENT}
    return round(0.5 + 0.2 * bool(place.country) + 0.15 * firm + 0.1 * (on is not None), 2)
