"""How sure the latest post is by all that a visit read: who else tells it, what speaks against it, what was not read.

The readers judge an item by its own page. A site's latest post is the newest of many, so a single misread date would
always win; and a list that could not be read may hold a newer one. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading.date_senses import PUBLISHED
from crawler.reading.flatten import flatten
from crawler.urls import key

# Measured over made-up websites held out of tuning and over labelled real ones: `make bench-confidence`, docs/accuracy.md.
_AGREED = 0.97  # of two witnesses; higher nothing becomes, for both may repeat one slip of whoever wrote it
# Below 0.9, from which a date is shown as sure. Higher, and the newest date of a site whose news page failed that night
# would be sure although it is only a lower bound.
_INCOMPLETE = 0.8
_OVERTAKEN = 0.85  # something newer was read, too weak to count where a list speaks; sure again, and 1 in 12 were wrong
# What a program wrote for programs, in a form that has one meaning.
_FOR_MACHINES = {DateSource.FEED, DateSource.JSON_LD, DateSource.META, DateSource.TIME_ELEMENT, DateSource.DATA}
# Written with the whole year in front, in an era, or with the month's name: nobody can take it for another day.
_PLAIN = re.compile(r"(?:19|20)[0-9]{2}\s?[年./-]|令和|平成|[^\W\d_]{3,}\.?,?\s(?:[0-9]{1,2},?\s)?(?:19|20)[0-9]{2}")


def weighed(
    latest: DatedItem | None, items: Iterable[DatedItem], *, floor: float, today: date, incomplete: bool
) -> DatedItem | None:
    """The latest post with its confidence mended by the other `items` of the visits; None for None.

    `floor`: below it an item is no post. `incomplete`: news of the site could not be read.
    """
    if latest is None:
        return None
    others = [i for i in items if i.kind in PUBLISHED and i.confidence >= floor and i.on <= today]
    same_day = (i for i in others if i.on == latest.on)
    sure = max((_together(latest, i) for i in same_day if _agrees(i, latest)), default=latest.confidence)
    if any(i.on > latest.on and i.precision is Precision.DAY for i in others):
        sure = min(sure, _OVERTAKEN)
    if incomplete:
        sure = min(sure, _INCOMPLETE)
    return replace(latest, confidence=round(sure, 2))


def _together(latest: DatedItem, other: DatedItem) -> float:
    """How sure two witnesses are that read the same day apart from each other."""
    both = 1 - (1 - latest.confidence) * (1 - other.confidence)
    return max(latest.confidence, min(_AGREED, both))


def _agrees(other: DatedItem, latest: DatedItem) -> bool:
    """Whether an item of the same day tells of the same post on another page, or in words for programs, plainly."""
    apart = key(other.url) != key(latest.url) or (other.source in _FOR_MACHINES) != (latest.source in _FOR_MACHINES)
    if not apart or not other.precision is latest.precision is Precision.DAY or other.kind is DateKind.EVENT:
        return False
    clear = other.source in _FOR_MACHINES or _PLAIN.search(flatten(other.raw)) is not None
    return clear and _is_same_post(other, latest)


def _is_same_post(one: DatedItem, other: DatedItem) -> bool:
    """Whether two items are of one post: by its address, or by its title."""
    if key(one.link or one.url) == key(other.link or other.url):
        return True
    titles = [" ".join(i.title.split()).casefold() for i in (one, other)]
    shorter, longer = sorted(titles, key=len)
    return len(shorter) >= 5 and shorter in longer
