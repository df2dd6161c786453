"""When a cluster's website is not there: since when, on how many days, and when it is back. Pure.

Only conclusive visits come in here. Those that say nothing neither count nor break a row, and no time passes
through them: an absence is as long as from its first conclusive visit to its last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.model import Evidence, Outcome, PageKind, TraitKind, VisitOutcome
from crawler.past import AnyPage, AnyVisit, Away, Back, Past
from crawler.policy import Policy
from pipelines.judging.visit_days import extended

OTHER_OWNER = frozenset({PageKind.PARKED, PageKind.HIJACKED})
_IN_ITS_PLACE = OTHER_OWNER | {PageKind.DEFAULT_PAGE, PageKind.SUSPENDED, PageKind.DEPROVISIONED, PageKind.SOFT_404}
_NAMES = {TraitKind.NAME, TraitKind.NAME_EN}


def is_named(pages: Sequence[AnyPage]) -> bool:
    """Whether a name of the organisation stood on these pages."""
    return any(t.kind in _NAMES for p in pages for t in p.traits)


def after(past: Past, visit: AnyVisit) -> Past:
    """The past with one more conclusive visit, as far as absences go."""
    named = is_named(visit.pages)
    if visit.outcome is VisitOutcome.READ and past.away is None and past.named >= named:
        return past  # as on nearly all visits to nearly all sites
    if visit.outcome is VisitOutcome.READ:
        back = _back(past.back, visit, named=named) if past.away is not None else None
        return replace(past, back=back, named=past.named or named)
    before = past.away if past.back is None else None
    return replace(past, away=_away(before, visit, named=past.named or named), back=None, named=past.named or named)


def _away(before: Away | None, visit: AnyVisit, *, named: bool) -> Away:
    """A row of visits that did not find the site, with one more; None begins one. `named`: so far, this one included."""
    failures = dict.fromkeys((*(before.failures if before else ()), _failure(visit)))
    told = Away(
        stretch=extended(before.stretch if before else None, visit), failures=tuple(failures), named_before=named
    )
    if visit.outcome is VisitOutcome.FAILED:
        return replace(told, failing=extended(before.failing if before else None, visit), failure=visit.failure)
    page = _stands_there(visit)
    owned = page is not None and page.kind in OTHER_OWNER
    return replace(
        told,
        # Only visits that agree on whose page stands there make a row.
        lost=extended(before.lost if before and before.owned is owned else None, visit),
        owned=owned,
        lost_kind=page.kind if page else None,
        lost_words=page.sure if page else "",
        lost_url=page.url if page else "",
        lost_but_named=is_named(visit.pages),
    )


def _failure(visit: AnyVisit) -> Outcome | None:
    """How a visit failed; None when another page answered in the place of the site."""
    return visit.failure if visit.outcome is VisitOutcome.FAILED else None


def _back(before: Back | None, visit: AnyVisit, *, named: bool) -> Back:
    """The visits that could read a site again, with one more; None begins the row."""
    if before is None:
        return Back(stretch=extended(None, visit), named_today=named)
    stretch = extended(before.stretch, visit)
    if stretch.days == before.stretch.days:
        return replace(before, stretch=stretch, named_today=before.named_today or named)
    in_a_row = before.named_days + 1 if before.named_today else 0
    return Back(
        stretch=stretch,
        named_today=named,
        named_days=in_a_row,
        most_named_days=max(before.most_named_days, in_a_row),
    )


def with_absence(base: Evidence, past: Past, policy: Policy) -> Evidence:
    """The evidence with the absence that lasts, if one does."""
    away = past.away
    if away is None or (past.back is not None and _is_over(away, past.back, policy)):
        return base
    told = replace(
        base,
        away_since=away.stretch.since,
        away_until=away.stretch.until,
        away_visits=away.stretch.days,
        away_failures=away.failures,
    )
    if away.failing is not None:
        return replace(told, failing_since=away.failing.since, failing_visits=away.failing.days, failure=away.failure)
    if away.lost is None:
        return told
    return replace(
        told,
        lost_since=away.lost.since,
        lost_visits=away.lost.days,
        lost_kind=away.lost_kind,
        lost_words=away.lost_words,
        lost_url=away.lost_url,
        lost_but_named=away.lost_but_named,
    )


def _is_over(away: Away, back: Back, policy: Policy) -> bool:
    """Whether the good visits since an absence end it.

    A site that was gone for weeks and answers once may be a stranger's, or back for a day: good visits on two days in
    a row with the organisation's name on them make a recovery, and what comes after them does not take it back. Where
    no name could ever be read, two good days do.
    """
    if away.stretch.days < policy.lost_visits:
        return True
    if not away.named_before:
        return back.stretch.days >= policy.recovery_visits
    in_a_row = back.named_days + 1 if back.named_today else 0
    return max(back.most_named_days, in_a_row) >= policy.recovery_visits


def _stands_there(visit: AnyVisit) -> AnyPage | None:
    """The page in the place of the site; a page that only led there is none."""
    strange = [p for p in visit.pages if p.kind is not PageKind.CONTENT]
    return next((p for p in strange if p.kind in _IN_ITS_PLACE), strange[0] if strange else None)
