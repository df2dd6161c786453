"""Where dates stand on a page: in which line and cell, alone, leading, trailing or amid words, and among how many alike.

A date split over several blocks (19 | Luglio | 2026) is put together here; years from headings are found here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from crawler.reading import date_words as words
from crawler.reading.date_values import Form
from crawler.reading.date_years import CELL, Under, Years, day_alone
from crawler.reading.expressions import Expression, expressions
from crawler.reading.flatten import flatten
from crawler.reading.page import Line, Page
from crawler.reading.values import HEADINGS
from crawler.urls import same_site

_MAX_SPOTS = 1_500  # dates of one page that are looked at
_LONG_REST = 260  # characters beside a date above which its line is a text, not an entry of a list
# Names of months are in no Chinese characters, which most short lines of a Japanese page are.
_NAME = r"[^\W\d_\u2e80-\uffff]"
_PART = re.compile(
    r"^\W{0,3}(?:[0-9０-９]{1,2}(?:st|nd|rd|th)?|(?:19|20)[0-9]{2}年?|(?:19|20)[0-9]{2}(?:[./]|年\s?)[0-9]{1,2}月?|[0-9０-９]{1,2}[./][0-9０-９]{1,2}|[0-9０-９]{1,2}\s?月(?:\s?[0-9０-９]{1,2}\s?日?)?|[0-9０-９]{1,2}\s?日"
    rf"|{_NAME}{{3,12}}\.?(?:\s(?:19|20)[0-9]{{2}})?|{_NAME}{{3,9}}\.?\s[0-9]{{1,2}},?|[0-9]{{1,2}}\.?\s{_NAME}{{3,9}}\.?|[月火水木金土日]曜日)\W{{0,3}}$"
)
_MAX_PART = 16  # characters of one part of a split date
_LEAD = 40  # characters in which the day of a preformatted entry stands
_SHORTEST_TITLE = 5
_MAX_TERM = 12  # characters of a term that is a label and no title
_LABEL = 40  # characters before a date in which a label may stand
_NUMBERS = re.compile(r"\d+")
_NUMERAL = re.compile(r"[0-9０-９〇○零一二三四五六七八九十百千廿卅元]")
_KEPT_TAGS = HEADINGS | {"tr"}  # of lines that end what a year above them holds for


class Shape(StrEnum):
    """How a date stands in its line or cell."""

    ALONE = "alone"
    LEAD = "lead"
    TRAIL = "trail"
    MIDDLE = "middle"


class _Stand(NamedTuple):
    """One date as it stands in its line, wherever that line is."""

    found: Expression
    text: str  # of its cell, or of the line
    before: str  # flattened, within the cell
    after: str  # flattened, within the cell
    label: str  # flattened, what stands right before the date, in the cell before it or the term above it too
    shape: Shape
    n_in_cell: int  # dates in the same cell


class Spot(NamedTuple):
    """One date as it stands on the page: the line, the date in it, and what it shares with others of its list."""

    line: Line
    under: Under  # the year that it stands under, if any
    group: tuple[object, ...]  # the same for all dates of one list
    found: Expression
    text: str  # as of `_Stand`, like all that follows
    before: str
    after: str
    label: str
    shape: Shape
    n_in_cell: int

    @property
    def rest(self) -> int:
        """How many characters stand beside the date."""
        return len(self.text) - len(self.found.raw)


class _Row(NamedTuple):
    line: Line
    text: str
    term: str = ""  # a short <dt> right above the <dd> that this is


def spots(page: Page, *, today: date, day_first: bool | None) -> tuple[Spot, ...]:
    """The dates on a page in reading order."""
    found: list[Spot] = []
    years = Years(today)
    for row in _rows(page.lines, numbered(page)):
        under = years.under(row.line, row.text)
        for spot in _of_row(row, under, today, day_first):
            years.met(row.line, spot.found)
            found.append(spot)
        if len(found) >= _MAX_SPOTS:
            break
    return tuple(found)


def numbered(page: Page) -> Sequence[bool]:
    """For every line of a page whether it has a number in it; no other can hold a date or a year."""
    return page.remembered("numbered", _numbered)


def _numbered(page: Page) -> list[bool]:
    return [_NUMERAL.search(line.text) is not None for line in page.lines] + [False, False]


def _rows(lines: Sequence[Line], numbers: Sequence[bool]) -> Iterator[_Row]:
    """The lines, those of a split date as one; code is left out, preformatted lists are not.

    Nor are lines without a number, unless they may be a part of a date, or end what a year holds for.
    """
    led = Counter(line.container for line in lines if line.tag == "pre" and _is_led_by_day(line.text))
    kept = {container for container, count in led.items() if count > 1}
    at = 0
    while at < len(lines):
        line = lines[at]
        near = numbers[at] or ((numbers[at + 1] or numbers[at + 2]) and len(line.text) <= _MAX_PART)
        if not near and line.tag not in _KEPT_TAGS:
            at += 1
            continue
        if line.tag == "code" or (line.tag == "pre" and line.container not in kept):
            at += 1
            continue
        parts = _split_date(lines, at) if near else 0
        if parts:
            yield _Row(line, " ".join(part.text for part in lines[at : at + parts]))
            at += parts
            continue
        above = lines[at - 1] if at and line.tag == "dd" else None
        yield _Row(line, line.text, above.text if above and above.tag == "dt" and len(above.text) <= _MAX_TERM else "")
        at += 1


def _is_led_by_day(text: str) -> bool:
    """Whether a line begins as the entries of an update list of the nineties do; a program's banner begins otherwise."""
    head = text[:_LEAD]
    found = expressions(head, today=_FAR)
    return bool(found) and found[0].day > 0 and not any(map(str.isalnum, head[: found[0].start]))


def _split_date(lines: Sequence[Line], at: int) -> int:
    """How many lines from here on make one date together, 0 when they do not."""
    if any(len(line.text) > _MAX_PART for line in lines[at : at + 2]):
        return 0
    near = list(takewhile(lambda line: len(line.text) <= _MAX_PART and _is_part(line.text), lines[at : at + 3]))
    for count in range(len(near), 1, -1):
        parts = near[:count]
        if len({p.depth for p in parts}) > 2 or parts[0].region is not parts[-1].region:
            continue
        joined = " ".join(p.text for p in parts)
        if _is_one_date(joined) and not any(_is_one_date(p.text) for p in parts):
            return count
    return 0


@lru_cache(maxsize=512)
def _is_part(text: str) -> bool:
    return _PART.match(text) is not None


_FAR = date(2089, 12, 31)  # any year counts here: only whether the parts make a date is asked


@lru_cache(maxsize=512)  # three short lines of a menu are asked about on every page of a website
def _is_one_date(text: str) -> bool:
    found = expressions(text, today=_FAR)
    return (
        len(found) == 1
        and bool(found[0].day and found[0].year)
        and found[0].end - found[0].start >= len(text.strip()) - 3
    )


def _of_row(row: _Row, under: Under, today: date, day_first: bool | None) -> Iterator[Spot]:
    """The dates of one line, each within its cell."""
    line, text = row.line, row.text
    stands = (_remembered if len(text) <= _MOST_REMEMBERED else _stands)(text, row.term, today, day_first)
    if not stands and (alone := day_alone(line, text, under, today)) is not None:
        stands = _standing(text, row.term, (alone,))
    for stand in stands:
        yield Spot(line, under, _group(line, stand), *stand)


def _stands(text: str, term: str, today: date, day_first: bool | None) -> tuple[_Stand, ...]:
    """How the dates of a line stand in it; `term` is the label above it, if any."""
    return _standing(text, term, expressions(text, today=today, day_first=day_first))


_MOST_REMEMBERED = 200  # characters
_remembered = lru_cache(maxsize=512)(_stands)  # a list of news stands on several pages of a website


def _standing(text: str, term: str, found: Sequence[Expression]) -> tuple[_Stand, ...]:
    stands: list[_Stand] = []
    for low, high in _cells(text, found) if found else ():
        inside = [e for e in found if low <= e.start < high]
        stands += [_stand(text, term, expression, (low, high), len(inside)) for expression in inside]
    return tuple(stands)


def _cells(text: str, found: Sequence[Expression]) -> Iterator[tuple[int, int]]:
    """The bounds of the cells of a table row; of several entries that run on in one line; of any other line, its own."""
    if CELL not in text and _runs_on(text, found):
        starts = [0, *(e.start for e in found[1:]), len(text)]
        yield from pairwise(starts)
        return
    low = 0
    while (cut := text.find(CELL, low)) >= 0:
        yield low, cut
        low = cut + len(CELL)
    yield low, len(text)


def _runs_on(text: str, found: Sequence[Expression]) -> bool:
    """Whether a line holds several entries, each a full date and then its title."""
    if len(found) < 2 or found[0].start > _MAX_PART or len({e.form for e in found}) > 1:
        return False
    ends = [e.start for e in found[1:]] + [len(text)]
    return all(
        e.day and e.year and end - e.end >= _SHORTEST_TITLE and not words.PARTICLE_AFTER.match(text[e.end : e.end + 8])
        for e, end in zip(found, ends, strict=True)
    )


def _stand(text: str, term: str, expression: Expression, cell: tuple[int, int], n_in_cell: int) -> _Stand:
    low, high = cell
    end = min(expression.end, high)
    flat = flatten(text[low:high])
    before, after = flat[: expression.start - low], flat[end - low :]
    label = flatten(text[max(0, expression.start - _LABEL) : expression.start])
    if term and not label.strip():
        label = flatten(f"{term}: ")
    return _Stand(expression, text[low:high], before, after, label, _shape(before, after, len(flat)), n_in_cell)


def _shape(before: str, after: str, length: int) -> Shape:
    leads = bool(words.LEAD.match(before)) or (len(before) <= 16 and bool(words.CATEGORY.match(before)))
    trails = len(after) <= 60 and bool(words.TAIL.match(after))
    if (leads and words.PARTICLE_AFTER.match(after)) or (trails and words.PARTICLE_BEFORE.search(before)):
        return Shape.MIDDLE
    if leads and trails:
        return Shape.ALONE
    if length > _LONG_REST + 40:
        return Shape.MIDDLE if not leads else Shape.LEAD
    return Shape.LEAD if leads else Shape.TRAIL if trails else Shape.MIDDLE


_TABLE = frozenset({"tr", "td", "th"})


def _group(line: Line, stand: _Stand) -> tuple[object, ...]:
    """What the dates of one list share: their form, how they stand, and the make of their lines."""
    shape = "edge" if stand.shape in {Shape.ALONE, Shape.LEAD} else stand.shape
    make = _make_of(line.classes) or (0 if line.tag in HEADINGS else line.heading, line.depth)
    tag = "tr" if line.tag in _TABLE else line.tag
    return _family(stand.found.form), shape, tag, make


@lru_cache(maxsize=512)
def _make_of(classes: str) -> str:
    """The classes nearest to a line, without the numbers that themes give each post; "" for none."""
    return " ".join(_NUMBERS.sub("", classes).split()[-3:])


def groups(found: Sequence[Spot]) -> Counter[tuple[object, ...]]:
    """How many dates each list of the page has, by `Spot.group`."""
    counts: Counter[tuple[object, ...]] = Counter()
    seen: set[tuple[int, str, tuple[object, ...]]] = set()
    for spot in found:
        entry = (spot.line.index, spot.text, spot.group)
        if entry not in seen:
            seen.add(entry)
            counts[spot.group] += 1
    return counts


def leaving(found: Sequence[Spot], url: str) -> frozenset[tuple[object, ...]]:
    """The lists (by `Spot.group`) whose entries all lead to other sites: they may be other people's news."""
    leads: dict[tuple[object, ...], list[bool]] = {}
    for spot in found:
        if spot.line.links and spot.shape is not Shape.MIDDLE:
            off = all(not same_site(link.url, url) for link in spot.line.links)
            leads.setdefault(spot.group, []).append(off)
    return frozenset(group for group, off in leads.items() if len(off) > 1 and all(off))


def _family(form: Form) -> str:
    """Forms that one list mixes count as one."""
    return _FAMILIES.get(form, "numeric")


_FAMILIES = {
    Form.KANJI: "ja", Form.ERA: "ja", Form.ERA_LETTER: "ja", Form.YEARLESS: "yearless", Form.YEAR_MONTH: "month",
    Form.MONTH_NAME: "name",
}  # fmt: skip


# A set of characters comes first: the search skips over all others at once.
_YEAR_LAST = re.compile(r"([0-9](?<![0-9/.].)[0-9]?)([/.])([0-9]{1,2})\2(?:19|20)[0-9]{2}(?![0-9/])")


# en-us tells nothing: it is what content systems declare unless told otherwise.
_YEAR_FIRST_LANGUAGES = frozenset({"ja", "ko", "zh"})  # where the year is last, they write the month first
_DAY_FIRST_ENGLISH = frozenset({"en-gb", "en-ie", "en-mt", "en-au", "en-nz", "en-in"})


def day_first(page: Page, home_language: str) -> bool | None:
    """Whether 06/12/2026 is 6 December on this page: its own unambiguous dates decide, then its language."""
    firsts = seconds = 0
    for line, has_number in zip(page.lines, numbered(page), strict=False):
        if not has_number or ("/" not in line.text and "." not in line.text):
            continue
        for match in _YEAR_LAST.finditer(flatten(line.text)):
            firsts += int(match[1]) > 12
            seconds += int(match[3]) > 12
    if firsts != seconds:
        return firsts > seconds
    if page.locale in _DAY_FIRST_ENGLISH:
        return True
    if page.lang not in {"", "en", *_YEAR_FIRST_LANGUAGES}:
        return True
    if home_language in _YEAR_FIRST_LANGUAGES or page.lang in _YEAR_FIRST_LANGUAGES:
        return False
    return None if home_language in {"", "en"} else True
