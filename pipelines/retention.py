"""What of the saved pages and pictures is kept, and why; and when it is worth making files smaller. Pure.

Everything young is kept. Of what is old, what somebody may have to answer for is kept for ever: what a verdict that
asked "has it ceased?" rests on, what a person had before them when answering, what the verdict of now rests on, and
the first and the last of each cluster.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.urls import key
from db.cleaning import Bearing, Hung, Shelved
from pipelines.judging.remembering import VISITS_MERGED

# A file is written anew when at least this share of it, or so many bytes of it, is no longer wanted. Less would read and
# write whole files every week for a few records.
REWRITTEN_FROM = 0.2
REWRITTEN_FROM_BYTES = 16 * 1024 * 1024
# The same of the database, which is copied twice for it: into a file of the moment, and into its write-ahead log.
VACUUMED_ABOVE = 0.25
VACUUMED_FROM_BYTES = 4 * 1024 * 1024


class Fate(StrEnum):
    """Whether something is kept, and why: the first of these that holds."""

    YOUNG = "young"
    FLAGGED = "flagged"  # a verdict that asked whether the cluster has ceased rests on it
    ANSWERED = "answered"  # a person had it before them when answering
    CURRENT = "current"  # the verdict of now rests on it
    FIRST = "first"  # of the first visit of the cluster that kept any; the first picture
    LAST = "last"  # of its last visit, or what that visit found unchanged; the last picture
    AGED = "aged"  # none of these: it goes

    @property
    def stays(self) -> bool:
        """Whether it is kept."""
        return self is not Fate.AGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one saved page or picture."""

    at: datetime  # UTC; of a page the start of its visit
    flagged: bool = False
    answered: bool = False
    current: bool = False
    first: bool = False
    last: bool = False


def cut(now: datetime, keep_days: int) -> datetime | None:
    """The instant before which things are old, None when they are kept for ever."""
    return now - timedelta(days=keep_days) if keep_days else None


def fate(known: Known, before: datetime | None) -> Fate:
    """Whether something is kept, and why; `before`: what `cut` says. Exactly as old as that is young still."""
    if before is None or known.at >= before:
        return Fate.YOUNG
    reasons = (
        (known.flagged, Fate.FLAGGED),
        (known.answered, Fate.ANSWERED),
        (known.current, Fate.CURRENT),
        (known.first, Fate.FIRST),
        (known.last, Fate.LAST),
    )
    return next((why for holds, why in reasons if holds), Fate.AGED)


# --- pages ---


def of_pages(
    pages: Sequence[Shelved], bearings: Iterable[Bearing], unchanged: Iterable[str]
) -> Iterator[tuple[Shelved, Known]]:
    """What is known of each saved page of one cluster.

    `bearings` are the verdicts that pages may be kept for; `unchanged` the addresses that its last visit asked for and
    found as they were, so that no newer copy was made.
    """
    flagged, answered, current = _rested_on(pages, bearings)
    counted = [p for p in pages if not p.void] or list(pages)
    first = min((p.visit_at for p in counted), default=None)
    last = {max(p.visit_at for p in some) for some in (counted, pages) if some}
    # The highest number of all is never given up, or a new page would get it.
    still = _newest(counted, unchanged) | {max((p.kept_id for p in pages), default=0)}
    for page in pages:
        yield (
            page,
            Known(
                at=page.visit_at,
                flagged=page.kept_id in flagged,
                answered=page.kept_id in answered,
                current=page.kept_id in current,
                first=page.visit_at == first,
                last=page.visit_at in last or page.kept_id in still,
            ),
        )


def _rested_on(pages: Sequence[Shelved], bearings: Iterable[Bearing]) -> tuple[set[int], set[int], set[int]]:
    """The pages that a flag, an answer and the verdict of now rest on."""
    copies = _copies(pages)
    flagged: set[int] = set()
    answered: set[int] = set()
    current: set[int] = set()
    for bearing in bearings:
        cited = _cited(copies, bearing)
        whole = _whole(pages, bearing.decided_at) if bearing.whole else set()
        flagged |= cited | whole if bearing.flagged else set()
        answered |= cited | whole if bearing.answered else set()
        current |= cited | whole if bearing.current else set()
    return flagged, answered, current


def _whole(pages: Sequence[Shelved], decided_at: datetime) -> set[int]:
    """All pages that a verdict had: those of its visit, or of the last full reading where that found them unchanged."""
    counted = [p for p in pages if not p.void and p.visit_at <= decided_at]
    last = max((p.visit_at for p in counted), default=None)
    return {p.kept_id for p in counted if p.visit_at == last}


def _copies(pages: Iterable[Shelved]) -> dict[str, dict[datetime, set[int]]]:
    """The copies of each page by the start of the visit that made them; void visits count for nothing."""
    found: dict[str, dict[datetime, set[int]]] = {}
    for page in sorted(pages, key=lambda p: p.visit_at):
        for name in {key(url) for url in page.urls} - {""}:
            if not page.void:
                found.setdefault(name, {}).setdefault(page.visit_at, set()).add(page.kept_id)
    return found


def _cited(copies: dict[str, dict[datetime, set[int]]], bearing: Bearing) -> set[int]:
    """The copies that the addresses of a verdict's reasons may mean: a verdict is made from the last few visits."""
    found: set[int] = set()
    for name in {key(url) for url in bearing.urls} - {""}:
        of_page = copies.get(name, {})
        visits = list(of_page)
        until = bisect_right(visits, bearing.decided_at)
        for at in visits[max(0, until - VISITS_MERGED) : until]:
            found |= of_page[at]
    return found


def _newest(pages: Iterable[Shelved], urls: Iterable[str]) -> set[int]:
    copies = _copies(pages)
    names = {key(url) for url in urls} - {""}
    return {kept_id for name in names if name in copies for kept_id in copies[name][max(copies[name])]}


# --- pictures ---


def of_pictures(pictures: Sequence[Hung], answered_at: Iterable[datetime]) -> Iterator[tuple[Hung, Known]]:
    """What is known of each picture of one cluster; `answered_at`: when people answered questions about it."""
    ordered = sorted(pictures, key=lambda p: (p.at, p.picture_id))
    instants = [p.at for p in ordered]
    seen = {bisect_right(instants, at) - 1 for at in answered_at}
    newest_id = max((p.picture_id for p in ordered), default=0)
    for number, picture in enumerate(ordered):
        yield (
            picture,
            Known(
                at=picture.at,
                flagged=picture.flagged,
                answered=number in seen,
                current=picture.current,
                first=number == 0,
                last=number == len(ordered) - 1 or picture.picture_id == newest_id,
            ),
        )


# --- files ---


def is_worth_rewriting(n_bytes: int, going: int) -> bool:
    """Whether a file of the archive is written anew when so many of its bytes are no longer wanted."""
    return going > 0 and (going >= n_bytes * REWRITTEN_FROM or going >= REWRITTEN_FROM_BYTES)


def why_no_vacuum(*, n_bytes: int, free: int, disk_free: int | None, floor: int) -> str:
    """Why a database of this size, with so many bytes in free pages, is left as it is; "" when it is worth a VACUUM.

    `disk_free` is what the disk has left, None when that is not known, and `floor` what must stay free.
    """
    if free < VACUUMED_FROM_BYTES or free <= n_bytes * VACUUMED_ABOVE:
        return f"only {free} of its {n_bytes} bytes are free"
    needed = 2 * (n_bytes - free) + floor
    if disk_free is None or disk_free < needed:
        told = "unknown" if disk_free is None else f"{disk_free}"
        return f"it would need {needed} bytes of free disk, and there are {told}"
    return ""
