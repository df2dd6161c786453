"""What on a page speaks for a day as the one on which it was published: who says it, where, and in which words.

Every day that is named gets its traits: who declares it, where it stands, what is written beside it, and how it lies to
the other days. They are weighed by `published`, whose weights were measured; here nothing is chosen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

from crawler.model import DateKind, DateSource, Precision
from crawler.reading import date_words as words
from crawler.reading import structured
from crawler.reading.date_values import Expression
from crawler.reading.expressions import expressions, from_url
from crawler.reading.page import Line, Page, Region
from crawler.reading.stamps import FIRST_YEAR, written_day

_MOST_DAYS = 80  # of one page; further down stand archives and what others wrote
_FIRST_DAYS = 3  # that are met reading from the top
_LONG, _CUT = 600, 400  # characters: a line longer than the first is read to the second
_WITHOUT_TITLE = 25  # first days of a page without a main heading that count as standing at its head
_AT, _BELOW, _ABOVE = 3, 12, 4  # lines from the main heading
_ALONE, _SHORT, _LINE = 12, 60, 200  # characters beside the day
_MOST_SCRIPTS = 40  # days in scripts
_LONG_BEFORE = timedelta(days=60)
_NEAR = timedelta(days=1)  # two clocks, or the time zones of two writers

_SAYS_TODAY = re.compile(r"today|heute|aujourd|本日|今日は|現在時刻|oggi|hoy|edition|édition|ausgabe", re.IGNORECASE)
# A set of characters comes first: the search skips over all others at once.
_DAYLIKE = re.compile(
    r"[0-9年元'１２](?:(?<=[年元])|(?:(?<=1)9|(?<=2)0)[0-9]{2}|(?<=[0-9])[0-9]?[./-][0-9]{1,2}[./-][0-9]{2}"
    r"|(?<=')[0-9]{2}|(?<=[１２])[０-９]{3})"
)
_YEAR_DIGITS = 4
_DIGIT = re.compile(r"[0-9０-９]")
_NAMED_PUBLISHED = re.compile(r"publi(?!sher)|pub.?date|issued|creat|firstpub|original|release|posted")
_NAMED_CHANGED = re.compile(r"updat|modif|lastmod|revis|changed|edited")
_NAMED_DATE = re.compile(r"date|time|dc\.")
_MARKED = re.compile(
    r"(?<![a-z])(?:\w*date(?!picker)\w*|\w*publish\w*|\w*posted\w*|\w*byline\w*|\w*timestamp\w*|datum|fecha"
    r"|(?:entry|post|article)[-_]?(?:meta|info)|meta|time|created|submitted|dateline|pubdate|when)(?![a-z])"
)
_COMMENT = re.compile(r"(?<![a-z])(?:comments?|respond|reply|disqus|commentlist)(?![a-z])")
_TEASER = re.compile(
    r"teaser|related|recommend|sidebar|widget|latest|recent|popular|trending|more-|carousel|swiper|slider|ticker"
    r"|read-?next|archive|also|weather"
)
_SAYS_PUBLISHED = re.compile(
    r"publi|posted|veröff|erstell|geschrieben|created|written|issued|on:|datum|date|掲載|公開|投稿|發|发布|опубл|дата|le$|am$",
    re.IGNORECASE,
)
_SAYS_CHANGED = re.compile(
    r"updat|modif|aktualis|geändert|mise à jour|mis à jour|actualiz|edited|aggiorn|更新|修改|обновл", re.IGNORECASE
)
_IN_SCRIPT = re.compile(r"[12](?:(?<=[\"'(\\]1)9|(?<=[\"'(\\]2)0)[0-9]{2}[-/][01]?[0-9][-/][0-3]?[0-9]")
_KEY = re.compile(r"([A-Za-z_.]+)[\"'\\\s:=(,\[]{0,8}$")
_MONTH_OF_PICTURE = re.compile(r"/((?:19|20)[0-9]{2})/([01][0-9])/")
_TITLES = frozenset({"h1", "h2", "h3"})
_TITLE_LENGTH = 8  # letters of a heading that the page's title can be told by
_NO_LETTERS = re.compile(r"[\W_]+")
_AWAY = frozenset({Region.ASIDE, Region.NAV, Region.FOOTER})
_COUNT_AGAIN = frozenset({"meta: published", "meta: a date", "meta: changed", "script: a date", "script: changed"})
_DECLARED = frozenset({"address", "meta: published", "article: published", "meta: a date", "script: published"})
_PLACES = {
    "at the title": 0,
    "below the title": 1,
    "above the title": 2,
    "at the head": 2,
    "before the title": 4,
    "in the text": 5,
}
_SHAPES = {"alone": 0, "short line": 1, "line": 2, "long line": 3}
_UNTOLD = 0.6  # confidence up to which the order of day and month is a guess
_OUTSIDE = frozenset({"in the aside", "in the nav", "in the footer", "before the title"})
_WORDS = 40  # characters before a day that are looked at
_OPENS = 4  # characters before a day that opens its line
_BEHIND_WORDS = 25  # characters before a day that are more than a label and less than a byline
_LABEL = 30  # characters of a line that is the label of the next
_BESIDE = 16  # rank below which a day stands beside the title


@dataclass(slots=True)
class Testimony:
    """All that speaks for one day."""

    traits: set[str] = field(default_factory=set)
    source: DateSource = DateSource.PARAGRAPH
    raw: str = ""
    rank: int = 1_000  # of the best that said it, whose source and words are kept


class _Said(dict[date, Testimony]):
    """Testimonies by day, as they come in."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today
        self.counts: Counter[str] = Counter()

    def add(self, on: date | None, traits: Iterable[str], source: DateSource, raw: str, rank: int) -> None:
        """Take in what one witness says; days to come and before the web are not heard."""
        if on is None or on.year < FIRST_YEAR or on > self.today:
            return
        testimony = self.setdefault(on, Testimony())
        testimony.traits.update(traits)
        if rank < testimony.rank:
            testimony.source, testimony.raw, testimony.rank = source, raw[:120], rank

    def in_turn(self, trait: str) -> tuple[str, ...]:
        """The trait of the first witness of its kind; of a further one another, or none where that tells nothing."""
        self.counts[trait] += 1
        if self.counts[trait] == 1:
            return (trait,)
        return (f"{trait}, again",) if trait in _COUNT_AGAIN else ()


def testimonies(page: Page, *, today: date) -> dict[date, Testimony]:
    """What speaks for each day that is named on a page or in its address, up to today."""
    said = _Said(today)
    filed = from_url(page.url, today=today)
    _address(filed, said)
    _metas(page, said)
    _articles(page, said)
    _times(page, said)
    beside = _lines(page, said)
    _scripts(page, said)
    _relations(page, said, beside, filed)
    return said


def _address(filed: Expression | None, said: _Said) -> None:
    if filed is not None and filed.day:
        said.add(filed.on, ("address",), DateSource.URL_PATH, filed.raw, 0)


def _metas(page: Page, said: _Said) -> None:
    for name, content in page.metas:
        kind = (
            "meta: changed" if _NAMED_CHANGED.search(name)
            else "meta: published" if _NAMED_PUBLISHED.search(name)
            else "meta: a date" if _NAMED_DATE.search(name)
            else ""
        )  # fmt: skip
        day = written_day(content) if kind else None
        if day is not None and day[1] is Precision.DAY:
            said.add(day[0], said.in_turn(kind), DateSource.META, content, 1)


_KINDS = {
    DateKind.POST: "article: published",
    DateKind.UPDATED: "article: changed",
    DateKind.MACHINE: "page: published",
}


def _articles(page: Page, said: _Said) -> None:
    """What JSON-LD tells."""
    for item in structured.of_json_ld(page, today=said.today):
        kind = _KINDS.get(item.kind)
        if kind and item.precision is Precision.DAY:
            said.add(item.on, said.in_turn(kind), DateSource.JSON_LD, item.raw, 2)


def _times(page: Page, said: _Said) -> None:
    """The days of `<time>` elements."""
    for line in page.lines:
        for element in line.times:
            raw = element.datetime or element.text
            day = written_day(raw)
            if day is None or day[1] is not Precision.DAY:
                continue
            changed = element.updated or "modified" in line.marks
            away = line.region in _AWAY or _COMMENT.search(line.classes)
            kind = f"time element{': changed' if changed else ''}{' (away)' if away else ''}"
            said.add(day[0], () if changed and away else said.in_turn(kind), DateSource.TIME_ELEMENT, raw, 3)


def _lines(page: Page, said: _Said) -> set[date]:
    """What stands on the page for its readers; gives the days that stand beside its title."""
    title, met = _title(page), 0
    counts: Counter[date] = Counter()
    best: dict[date, tuple[int, set[str], str]] = {}
    for line, text, found in islice(_seen(page, said.today), _MOST_DAYS):
        place, shape = _place(line, title, met), _shape(text, found)
        rank = _PLACES.get(place, 6) * 4 + _SHAPES[shape]
        traits = {place, shape, *_of_line(line), *_of_words(page, line, text, found)}
        if place not in _OUTSIDE:
            if met < _FIRST_DAYS:
                traits.add("among the first days" if met else "the first day")
            met += 1
        for on, other in _readings(found, said.today):
            counts[on] += not other
            if on not in best or best[on][0] > rank:
                best[on] = rank, {*traits, *other}, found.raw
    for on, (rank, traits, raw) in best.items():
        marked = DateSource.DEFINITION if traits & {"marked", "block marked"} else DateSource.PARAGRAPH
        source = DateSource.HEADING if rank < _BESIDE else marked
        said.add(on, {"seen", *traits, *(["seen again"] if counts[on] > 1 else [])}, source, raw, 4 + rank)
    return {on for on, (rank, _, _) in best.items() if rank < _BESIDE}


def _seen(page: Page, today: date) -> Iterator[tuple[Line, str, Expression]]:
    """Every day up to today that is written in full in a line, with the line and as much of its text as was read."""
    day_first = None if page.lang in {"", "en"} else page.lang not in {"ja", "zh", "ko"}
    for line in page.lines:
        text = line.text if len(line.text) <= _LONG else line.text[:_CUT]
        if _may_hold_a_day(text):
            for found in expressions(text, today=today, day_first=day_first):
                if found.day and found.on is not None and found.on.year >= FIRST_YEAR and found.on <= today:
                    yield line, text, found


def _may_hold_a_day(text: str) -> bool:
    """Whether a line is worth reading: a year alone, as in a copyright line, is not."""
    at = 0
    while (match := _DAYLIKE.search(text, at)) is not None:
        start, at = match.span()
        if (
            at - start != _YEAR_DIGITS
            or _DIGIT.search(text, at, at + 14)
            or _DIGIT.search(text, max(0, start - 24), start)
        ):
            return True
    return False


def _title(page: Page) -> int:
    """The index of the line that is the page's title, -1 without one: the heading that its title names, else the first.

    On many a site the first heading is the logo.
    """
    named = _bare(f"{page.meta('og:title')} {page.title}")
    headings = [line for line in page.lines if line.tag in _TITLES and line.region not in _AWAY]
    fitting = [line for line in headings if len(bare := _bare(line.text)) >= _TITLE_LENGTH and bare[:80] in named]
    if fitting:
        return max(fitting, key=lambda line: min(len(line.text), 80)).index
    return next((line.index for line in headings if line.tag == "h1"), -1)


def _bare(text: str) -> str:
    return _NO_LETTERS.sub("", text[:400].lower())


def _is_open(found: Expression) -> bool:
    """Whether nothing tells if 06/12/2026 is in June or in December."""
    return found.alternative is not None and found.weekday is None and found.confidence <= _UNTOLD


def _readings(found: Expression, today: date) -> Iterator[tuple[date, tuple[str, ...]]]:
    """The day of an expression, and the other one where nothing tells which of two orders is meant."""
    if found.on is not None:
        yield found.on, ()
    if _is_open(found) and found.alternative is not None and found.alternative <= today:
        yield found.alternative, ("the other reading",)


def _place(line: Line, title: int, met: int) -> str:
    if line.region in _AWAY:
        return f"in the {line.region}"
    if title < 0:
        return "at the head" if met < _WITHOUT_TITLE and line.index < _WITHOUT_TITLE + 15 else "in the text"
    below = line.index - title
    if below < 0:
        return "above the title" if below >= -_ABOVE else "before the title"
    return "at the title" if below <= _AT else "below the title" if below <= _BELOW else "in the text"


def _shape(text: str, found: Expression) -> str:
    rest = len(text) - len(found.raw)
    return "alone" if rest <= _ALONE else "short line" if rest <= _SHORT else "line" if rest <= _LINE else "long line"


def _of_line(line: Line) -> Iterator[str]:
    """What the make of a line says about the days in it."""
    yield from _of_classes(line.classes, line.marks)
    if line.links and sum(len(link.text) for link in line.links) > 0.7 * len(line.text):
        yield "only a link"
    if line.tag in {"li", "tr"}:
        yield "an entry"


@lru_cache(maxsize=512)  # the lines of a list have the same
def _of_classes(classes: str, marks: str) -> tuple[str, ...]:
    """What the classes of a line's blocks, and the marks of the days in it, say."""
    near = classes[-60:]
    found = []
    if _MARKED.search(marks):
        found.append("marked")
    elif _MARKED.search(near):
        found.append("block marked")
    if _NAMED_CHANGED.search(marks):
        found.append("marked as changed")
    if _NAMED_PUBLISHED.search(f"{near} {marks}"):
        found.append("marked as published")
    if _COMMENT.search(classes):
        found.append("in a comment")
    if _TEASER.search(classes):
        found.append("in a teaser")
    return tuple(found)


def _of_words(page: Page, line: Line, text: str, found: Expression) -> Iterator[str]:
    """What the words around a day say about it; a day that opens its line may have its label in the line before."""
    before = text[max(0, found.start - _WORDS) : found.start]
    if found.start < _OPENS and line.index:
        above = page.lines[line.index - 1].text
        before = above if len(above) <= _LABEL else ""
    if _SAYS_CHANGED.search(before):
        yield "says changed"
    elif _SAYS_PUBLISHED.search(before):
        yield "says published"
    low = before.lower()
    if words.DEADLINE_BEFORE.search(low) or words.EVENT_BEFORE.search(low):
        yield "says event"
    if _SAYS_TODAY.search(before):
        yield "says today"
    if found.start > _BEHIND_WORDS:
        yield "behind words"
    if _is_open(found):
        yield "reads both ways"
    if found.weekday is not None:
        yield "weekday"
    if found.has_time:
        yield "time of day"
    if found.until is not None:
        yield "range"


def _scripts(page: Page, said: _Said) -> None:
    """The days among the data of scripts, by the name that they have there."""
    for n, match in enumerate(_IN_SCRIPT.finditer(page.inline_scripts)):
        if n >= _MOST_SCRIPTS:
            break
        day = written_day(match[0])
        if day is None or day[1] is not Precision.DAY:
            continue
        named = _KEY.search(page.inline_scripts[max(0, match.start() - 40) : match.start()])
        key = named[1].lower() if named else ""
        kind = "changed" if _NAMED_CHANGED.search(key) else "published" if _NAMED_PUBLISHED.search(key) else "a date"
        said.add(day[0], said.in_turn(f"script: {kind}"), DateSource.DATA, match[0], 60)


def _relations(page: Page, said: _Said, beside: set[date], filed: Expression | None) -> None:
    """How each day lies to the others, to the month of the address, and to that of the page's picture."""
    _months(page, said, filed)
    declared = [on for on, testimony in said.items() if testimony.traits & _DECLARED]
    told_published = any({"says published", "seen"} <= testimony.traits for testimony in said.values())
    for on, testimony in said.items():
        traits = testimony.traits
        if all("changed" in trait for trait in traits if "month of" not in trait):
            traits.add("only called changed")
        if told_published and "says changed" in traits:
            traits.add("changed, and another published")
        if beside == {on}:
            traits.add("the only one beside the title")
        if declared:
            traits.update(_beside_declared(on, declared))


def _months(page: Page, said: _Said, filed: Expression | None) -> None:
    picture = _MONTH_OF_PICTURE.search(page.meta("og:image"))
    month = (filed.year, filed.month) if filed is not None and not filed.day else None
    pictured = (int(picture[1]), int(picture[2])) if picture else None
    for on, testimony in said.items():
        if month == (on.year, on.month):
            testimony.traits.add("month of the address")
        if pictured is not None:
            fits = pictured == (on.year, on.month)
            testimony.traits.add("month of the picture" if fits else "not the month of the picture")


def _beside_declared(on: date, declared: Sequence[date]) -> Iterator[str]:
    """How a day lies to those that are declared."""
    if any(abs(on - other) == _NEAR for other in declared):
        yield "next to one declared"
    first, last = min(declared), max(declared)
    if on < first:
        yield "before those declared"
    if first - on > _LONG_BEFORE:
        yield "long before those declared"
    if on > last:
        yield "after those declared"
