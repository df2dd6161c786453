"""What visits say about addresses: whether another one than the registry's is right, and who else writes on the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.model import Evidence, Fetch, Outcome, PageKind, PageReading, Role, Visit
from pipelines.judging.absences import is_named
from pipelines.judging.visit_days import count_of_days

# The address is wrong or its page is gone. All else may pass, or refuses only us.
_NOT_THERE = frozenset(
    {
        Outcome.DNS_NXDOMAIN, Outcome.DNS_NODATA, Outcome.TCP_REFUSED, Outcome.HTTP_404, Outcome.HTTP_410,
    }
)  # fmt: skip
_ANOTHERS = frozenset({PageKind.HIJACKED, PageKind.PARKED})


def with_addresses(base: Evidence, read: Sequence[Visit]) -> Evidence:
    """The evidence with what the visits that could read a page (oldest first) say about addresses."""
    better, days = _better_address(read)
    return replace(
        base,
        better_address=better,
        better_address_visits=days,
        written_by_others=_written_by_others(read[-1].pages) if read else (),
    )


def _better_address(read: Sequence[Visit]) -> tuple[str, int]:
    """An address that shows the organisation's name while nothing is at the registry's, and on how many days in a row.

    ("", 0) where the last visit found the registry's address, or no page with the name. One good night ends the row:
    the address was only out of order.
    """
    row: list[tuple[Visit, str, str]] = []
    for visit in reversed(read):
        asked = _not_there(visit)
        named = next((p.url for p in visit.pages if is_named((p,))), "")
        if not asked or not named or (row and asked != row[0][1]):
            break
        row.append((visit, asked, named))
    return (row[0][2], count_of_days(v for v, _, _ in row)) if row else ("", 0)


def _not_there(visit: Visit) -> str:
    """The address that was asked first, where the visit found nothing; "" where it answered or only failed."""
    first: Fetch | None = next((f for f in visit.fetches if f.role is Role.HOME), None)
    return first.url if first is not None and first.outcome in _NOT_THERE else ""


def _written_by_others(pages: Sequence[PageReading]) -> tuple[PageReading, ...]:
    """The pages of a site that can be read on which somebody else writes: it was broken into, not lost."""
    own = any(page.kind is PageKind.CONTENT for page in pages)
    return tuple(page for page in pages if page.kind in _ANOTHERS and page.role is not Role.HOME) if own else ()
