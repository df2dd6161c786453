"""What a page says about cooperation abroad: with whom, what, when, as a fact or as a wish. Pure.

Read sentence by sentence. A place abroad and something that is done together must stand in one sentence, and neither be
a topic, a product or a benchmark. `partner_places` knows the places, `partner_words` the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from crawler.model import DatedItem, DateKind, Partner, PartnerRegion, PartnerStance, PartnerTie, Precision
from crawler.reading import partner_words as tell
from crawler.reading.expressions import Expression, expressions
from crawler.reading.page import Line, Page, Region
from crawler.reading.partner_places import COUNTRY_NAMES, NAMES, ORGANISATION_NAMES, PLACE, region_of

_READ_IN = frozenset({Region.MAIN, Region.HEADER})
_MOST = 40  # of one page; a list of all partners of a network has no more that matter
_MOST_READ = 400  # sentences; a page with more is a list of others
_MOST_OPEN = 3  # of one page: invitations repeat themselves
_LONGEST_SENTENCE = 600  # characters; what is longer is no sentence
_SHORTEST_OPEN = 10  # characters: 海外展開 alone is the label of a link
_LONGEST_QUOTE = 300
_LONGEST_NAME = 80
_ENDS = re.compile(r"(?<=[。！？])|(?<=[^\d\sA-Z][.!?])\s+(?=[A-ZÀ-Ž„“\"])")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")
_TAIL = 32  # characters: where a Japanese sentence says what is to become of what it names
_NEAR = 60  # characters before a place in which its tie is looked for in a long list of news
_QUOTED = re.compile(r"[「『“\"]([^「」『』“”\"]{2,60})[」』”\"]")
_BODY = re.compile(
    r"[ァ-ヺー一-龥A-Za-z・=＝]{2,40}(?:クラスター|協会|大学|研究所|研究機構|機構|団体|センター|公社|バレー|商工会議所|大使館)"
    r"|[A-ZÀ-Ž][\w&.'’-]{1,30}(?: (?:of |the |for |and )?[A-ZÀ-Ž][\w&.'’-]{1,30}){0,5} (?:[Cc]luster|University|Institute|Council|Association|Agency|Network|Valley|Park)"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    line: Line


@dataclass(frozen=True, slots=True)
class _Place:
    """Somewhere abroad, as a sentence names it."""

    name: str
    country: str  # "" for a part of the world
    region: PartnerRegion | None  # None: follows from the country
    at: int  # where the name begins


def read(page: Page, *, today: date, home: str = "JP", items: Sequence[DatedItem] = ()) -> tuple[Partner, ...]:
    """What a page says about partners abroad, in its order, at most forty.

    `home` (ISO 3166-1 alpha-2) is the organisation's own country, which is never abroad. `items` are the dated items of
    the page: a sentence without a day has the day of the news that it belongs to.
    """
    found: dict[tuple[object, ...], Partner] = {}
    before: tuple[_Place, ...] = ()
    n_open = 0
    for sentence in islice(_sentences(page), _MOST_READ):
        places = _places(sentence.text, home)
        if not places and before and tell.SAME_PLACE.search(sentence.text):
            places = tuple(_Place(p.name, p.country, p.region, 0) for p in before)
        before = places or before
        for partner in _said(sentence, places, page, today, items):
            if partner.region is PartnerRegion.ABROAD:
                n_open += 1
                if n_open > _MOST_OPEN:
                    continue
            key = (partner.region, partner.country, partner.tie, partner.stance, partner.on)
            found.setdefault(key, partner)
        if len(found) >= _MOST:
            break
    return tuple(found.values())[:_MOST]


def _sentences(page: Page) -> Iterator[_Sentence]:
    """The sentences that may tell of a partner. A page without a place or a word for abroad costs two searches."""
    lines = [line for line in page.lines if line.region in _READ_IN]
    text = "\n".join(line.text for line in lines)
    if PLACE.search(text) is None and tell.ABROAD.search(text) is None:
        return
    for line in lines:
        if tell.ANY_TIE.search(line.text) is None:
            if PLACE.search(line.text) is not None:
                yield _Sentence("", line)  # a heading that names a country: what follows is done there
            continue
        for part in _ENDS.split(line.text):
            if part and len(part) <= _LONGEST_SENTENCE:
                yield _Sentence(part.strip(), line)


def _places(text: str, home: str) -> tuple[_Place, ...]:
    """The places abroad that a sentence names, each country once."""
    found: dict[str, _Place] = {}
    for match in PLACE.finditer(text):
        where = NAMES[match.group()]
        if isinstance(where, PartnerRegion):
            found.setdefault(where, _Place(match.group(), "", where, match.start()))
        elif where != home:
            found.setdefault(where, _Place(match.group(), where, None, match.start()))
    named = {p.country for p in found.values() if p.country}
    # A country says more than the part of the world that it stands beside: ドイツなど欧州.
    return tuple(p for p in found.values() if p.country or not named)


def _said(
    sentence: _Sentence, places: tuple[_Place, ...], page: Page, today: date, items: Sequence[DatedItem]
) -> Iterator[Partner]:
    text = sentence.text
    abroad = tell.ABROAD.search(text)
    if not text or (not places and abroad is None):
        return
    if abroad is not None and tell.DECLINED.search(text):
        yield Partner(
            region=PartnerRegion.ABROAD, tie=PartnerTie.EXCHANGE, url=page.url, quote=text[:_LONGEST_QUOTE],
            stance=PartnerStance.DECLINED,
        )  # fmt: skip
        return
    tie = _tie(text)
    if tie is None or tell.BENCHMARK.search(text) or tell.TOPIC.search(text):
        return
    stance = _stance(text)
    if not places:
        if len(text) >= _SHORTEST_OPEN:
            yield Partner(
                region=PartnerRegion.ABROAD, tie=tie[0], url=page.url, quote=text[:_LONGEST_QUOTE], stance=stance
            )
        return
    on, precision = _day(sentence, tie[1], page, today, items)
    for place in places:
        yield Partner(
            region=place.region or region_of(place.country, on or today),
            tie=tie[0],
            url=page.url,
            quote=text[:_LONGEST_QUOTE],
            stance=PartnerStance.AIM if on is not None and on > today else stance,
            country=place.country,
            organisation=_organisation(text, place),
            on=on,
            precision=precision,
            confidence=_confidence(place, tie[0], on),
        )


def _tie(text: str) -> tuple[PartnerTie, int] | None:
    """What is done together, the firmest that is named, and where it stands."""
    for tie, pattern in tell.TIES:
        match = pattern.search(text)
        if match is not None:
            return tie, match.start()
    return None


def _stance(text: str) -> PartnerStance:
    if tell.DONE.search(text):
        return PartnerStance.DONE
    told = text[-_TAIL:] if _JAPANESE.search(text) else text
    return PartnerStance.AIM if tell.AIM.search(told) else PartnerStance.DONE


def _day(
    sentence: _Sentence, at: int, page: Page, today: date, items: Sequence[DatedItem]
) -> tuple[date | None, Precision | None]:
    """The day of what a sentence tells: its own, its line's, its news item's, its heading's or the page's."""
    own = _nearest(expressions(sentence.text, today=today), at)
    if own is not None:
        return own.on, own.precision
    line = sentence.line
    for text in (line.text, page.heading_above(line), *_label_above(page, line)):
        dated = _nearest(expressions(text, today=today), 0) if text != sentence.text else None
        if dated is not None:
            return dated.on, dated.precision
    for item in items:
        if item.title and (item.title[:40] in line.text or line.text[:40] in item.title):
            return item.on, item.precision
    posts = {(i.on, i.precision) for i in items if i.kind is DateKind.POST}
    return next(iter(posts)) if len(posts) == 1 else (None, None)


def _label_above(page: Page, line: Line) -> tuple[str, ...]:
    """The line above, where it is a short one of the same list: the day of an entry."""
    above = page.lines[line.index - 1] if line.index else None
    return (above.text,) if above is not None and above.container == line.container and len(above.text) <= 24 else ()


def _nearest(found: Sequence[Expression], at: int) -> Expression | None:
    dated = [e for e in found if e.on is not None]
    return min(dated, key=lambda e: abs(e.start - at), default=None)


def _organisation(text: str, place: _Place) -> str:
    """The name of the partner as the sentence has it: known, in quotation marks, or a body's; "" for none."""
    if place.name in ORGANISATION_NAMES:
        return place.name
    for pattern in (_QUOTED, _BODY):
        named = [m for m in pattern.finditer(text) if m.end() > place.at]
        if named:
            words = named[0].group(named[0].re.groups and 1)
            return "" if words in COUNTRY_NAMES else words.strip()[:_LONGEST_NAME]
    return ""


def _confidence(place: _Place, tie: PartnerTie, on: date | None) -> float:
    firm = tie not in {PartnerTie.EXCHANGE, PartnerTie.EVENT}
    return round(0.5 + 0.2 * bool(place.country) + 0.15 * firm + 0.1 * (on is not None), 2)
