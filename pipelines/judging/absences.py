"""When a cluster's website is not there: since when, on how many days, and when it is back. Pure.

Only conclusive visits come in here. Those that say nothing neither count nor break a row, and no time passes
through them: an absence is as long as from its first conclusive visit to its last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from crawler.model import Evidence, Outcome, PageKind, PageReading, TraitKind, Visit, VisitOutcome
from crawler.policy import Policy
from pipelines.judging.visit_days import count_of_days, day_of

OTHER_OWNER = frozenset({PageKind.PARKED, PageKind.HIJACKED})
_IN_ITS_PLACE = OTHER_OWNER | {PageKind.DEFAULT_PAGE, PageKind.SUSPENDED, PageKind.DEPROVISIONED, PageKind.SOFT_404}
_NAMES = {TraitKind.NAME, TraitKind.NAME_EN}


def with_absence(base: Evidence, conclusive: Sequence[Visit], policy: Policy) -> Evidence:
    """The evidence with the absence that lasts, if one does."""
    settled = _settled(conclusive, policy)
    away = _tail(settled, lambda v: v.outcome is not VisitOutcome.READ)
    if not away:
        return base
    told = replace(
        base,
        away_since=away[0].started_at,
        away_until=away[-1].started_at,
        away_visits=count_of_days(away),
        away_failures=tuple(dict.fromkeys(_failure(v) for v in away)),
    )
    return _with_losses(_with_failures(told, away), away)


def is_named(pages: Sequence[PageReading]) -> bool:
    """Whether a name of the organisation stood on these pages."""
    return any(t.kind in _NAMES for p in pages for t in p.traits)


def _tail(visits: Sequence[Visit], belongs: Callable[[Visit], bool]) -> Sequence[Visit]:
    """The unbroken row of visits at the end for which something holds."""
    start = len(visits)
    while start and belongs(visits[start - 1]):
        start -= 1
    return visits[start:]


def _failure(visit: Visit) -> Outcome | None:
    """How a visit failed; None when another page answered in the place of the site."""
    return visit.failure if visit.outcome is VisitOutcome.FAILED else None


def _settled(conclusive: Sequence[Visit], policy: Policy) -> Sequence[Visit]:
    """The conclusive visits without good ones at the end that are too few to end a long loss.

    A site that was gone for weeks and answers once may be a stranger's, or back for a day: good visits on two days in
    a row with the organisation's name on them make a recovery, and what comes after them does not take it back. Where
    no name could ever be read, two good days do.
    """
    back = _tail(conclusive, lambda v: v.outcome is VisitOutcome.READ)
    before = conclusive[: len(conclusive) - len(back)]
    away = _tail(before, lambda v: v.outcome is not VisitOutcome.READ)
    if not back or count_of_days(away) < policy.lost_visits:
        return conclusive
    nameless = not any(is_named(v.pages) for v in before)
    return conclusive if _is_recovery(back, policy, nameless=nameless) else before


def _is_recovery(back: Sequence[Visit], policy: Policy, *, nameless: bool) -> bool:
    """Whether good visits stand on enough days in a row, each with the organisation's name unless it never had one."""
    named = dict.fromkeys((day_of(v) for v in back), nameless)
    for visit in back:
        named[day_of(visit)] |= is_named(visit.pages)
    in_a_row = 0
    for good in named.values():
        in_a_row = in_a_row + 1 if good else 0
        if in_a_row >= policy.recovery_visits:
            return True
    return False


def _with_failures(base: Evidence, away: Sequence[Visit]) -> Evidence:
    failing = _tail(away, lambda v: v.outcome is VisitOutcome.FAILED)
    if not failing:
        return base
    return replace(
        base,
        failing_since=failing[0].started_at,
        failing_visits=count_of_days(failing),
        failure=failing[-1].failure,
    )


def _with_losses(base: Evidence, away: Sequence[Visit]) -> Evidence:
    """The evidence with the page that stands there; only visits that agree on whose it is make a row."""
    if away[-1].outcome is not VisitOutcome.LOST:
        return base
    page = _stands_there(away[-1])
    owned = page is not None and page.kind in OTHER_OWNER
    lost = _tail(away, lambda v: v.outcome is VisitOutcome.LOST and _is_owned(v) is owned)
    return replace(
        base,
        lost_since=lost[0].started_at,
        lost_visits=count_of_days(lost),
        lost_kind=page.kind if page else None,
        lost_words=page.sure if page else "",
        lost_url=page.url if page else "",
        lost_but_named=is_named(away[-1].pages),
    )


def _is_owned(visit: Visit) -> bool:
    page = _stands_there(visit)
    return page is not None and page.kind in OTHER_OWNER


def _stands_there(visit: Visit) -> PageReading | None:
    """The page in the place of the site; a page that only led there is none."""
    strange = [p for p in visit.pages if p.kind is not PageKind.CONTENT]
    return next((p for p in strange if p.kind in _IN_ITS_PLACE), strange[0] if strange else None)
