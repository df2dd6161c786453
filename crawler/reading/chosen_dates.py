"""What the dated items of a site mean together: its latest post, and the next event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from crawler.model import DatedItem, DateKind, Precision
from crawler.reading.date_senses import PUBLISHED

STRONG = 0.65  # confidence from which an item stands in a list or is marked as a post
INFERRED = "the year is not written; it was inferred"  # the note of such an item
_QUIET_LIST = timedelta(days=548)  # a list that ends earlier leaves room for what sentences tell
_LONGEST_EVENT = timedelta(days=92)
_INFERRED_AHEAD = timedelta(days=400)  # of the newest date written with its year


def posts(items: Iterable[DatedItem], *, today: date, floor: float, language: str = "") -> tuple[DatedItem, ...]:
    """What may be the latest post, in any language or in one: items published by `today`, newest first.

    An event counts with its last day once that is over. Items of sentences and addresses count only where there is no
    list, or where one ends long ago and they are recent: a list is the organisation's own account of its news. The
    lists of one language say nothing about the news in another, but every written year helps to tell the inferred ones.
    """
    over = [o for i in items if i.kind in PUBLISHED and i.confidence >= floor and (o := _over(i, today)) is not None]
    believed = [i for i in _believed(over, today) if not language or i.language == language]
    strong = [i for i in believed if i.confidence >= STRONG]
    newest = max((i.on for i in strong), default=None)
    window = today - _QUIET_LIST
    if newest is None:
        chosen = believed
    elif newest < window:
        chosen = [*strong, *(i for i in believed if i.confidence < STRONG and i.on >= window)]
    else:
        chosen = strong
    return tuple(sorted(chosen, key=lambda i: (i.on, i.confidence), reverse=True))


def _believed(items: Sequence[DatedItem], today: date) -> list[DatedItem]:
    """The items without those whose year had to be inferred where the written years tell of another time.

    A page of 2014 that says 7/26(日) has no year to tell; its neighbours do. On a site that fell silent years ago
    every yearless date is of that time, and which year exactly nobody knows.
    """
    written = max((i.on for i in items if i.note != INFERRED), default=None)
    if written is None:
        return list(items)
    latest = written + _INFERRED_AHEAD if today - written <= _QUIET_LIST else date.min
    return [i for i in items if i.note != INFERRED or i.on <= latest]


def _over(item: DatedItem, today: date) -> DatedItem | None:
    """The item as of its last day that is over; None when it is still to come or only a year."""
    if item.precision is Precision.YEAR or item.on > today:
        return None
    if item.until is not None and item.kind is DateKind.EVENT and item.on < item.until <= today:
        return replace(item, on=item.until)
    return item


def next_event(items: Iterable[DatedItem], *, today: date) -> DatedItem | None:
    """The next event still to come, None when none is announced.

    On a site that fell silent years ago a day without a year is of that time, and comes round for ever.
    """
    known = list(items)
    written = max((i.on for i in known if _is_written(i) and i.on <= today), default=None)
    silent = written is not None and today - written > _QUIET_LIST
    coming = [i for i in known if _is_coming(i, today) and not (silent and i.note == INFERRED)]
    return min(coming, key=lambda i: (max(i.on, today), -i.confidence), default=None)


def _is_written(item: DatedItem) -> bool:
    """Whether an item tells its year itself, and something that was published."""
    return item.kind in PUBLISHED and item.note != INFERRED and item.precision is not Precision.YEAR


def _is_coming(item: DatedItem, today: date) -> bool:
    """Whether an item is an event of a day still to come; what lasts a quarter of a year is a season or a term."""
    if item.kind is not DateKind.EVENT or item.precision is not Precision.DAY or item.confidence < 0.4:
        return False
    last = item.until or item.on
    return last > today and last - item.on <= _LONGEST_EVENT
