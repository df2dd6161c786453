"""What visits say about addresses: whether another one than the registry's is right, and who else writes on the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.model import Evidence, Outcome, PageKind, PageReading, Role, Visit
from crawler.past import AnyFetch, AnyVisit, Past
from pipelines.judging.absences import is_named
from pipelines.judging.visit_days import extended

# The address is wrong or its page is gone. All else may pass, or refuses only us.
_NOT_THERE = frozenset(
    {
        Outcome.DNS_NXDOMAIN, Outcome.DNS_NODATA, Outcome.TCP_REFUSED, Outcome.HTTP_404, Outcome.HTTP_410,
    }
)  # fmt: skip
_ANOTHERS = frozenset({PageKind.HIJACKED, PageKind.PARKED})


def after(past: Past, visit: AnyVisit) -> Past:
    """The past with one more visit that could read a page, as far as its address goes.

    A row of visits that show the organisation's name while nothing is at the registry's address is ended by one good
    night: the address was only out of order.
    """
    asked = _not_there(visit)
    named = next((p.url for p in visit.pages if is_named((p,))), "")
    if not asked or not named:
        return replace(past, better_asked="", better_address="", better=None) if past.better else past
    row = past.better if past.better_asked == asked else None
    return replace(past, better_asked=asked, better_address=named, better=extended(row, visit))


def with_addresses(base: Evidence, past: Past, last: Visit | None) -> Evidence:
    """The evidence with what visits say about addresses. `last`: the newest that could read a page, None for none."""
    return replace(
        base,
        better_address=past.better_address,
        better_address_visits=past.better.days if past.better else 0,
        written_by_others=_written_by_others(last.pages) if last else (),
    )


def _not_there(visit: AnyVisit) -> str:
    """The address that was asked first, where the visit found nothing; "" where it answered or only failed."""
    first: AnyFetch | None = next((f for f in visit.fetches if f.role is Role.HOME), None)
    return first.url if first is not None and first.outcome in _NOT_THERE else ""


def _written_by_others(pages: Sequence[PageReading]) -> tuple[PageReading, ...]:
    """The pages of a site that can be read on which somebody else writes: it was broken into, not lost."""
    own = any(page.kind is PageKind.CONTENT for page in pages)
    return tuple(page for page in pages if page.kind in _ANOTHERS and page.role is not Role.HOME) if own else ()
