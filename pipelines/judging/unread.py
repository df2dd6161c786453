"""Which news of a site could not be read: then its newest date is only a lower bound. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.model import Outcome, PageKind, Role, Visit
from crawler.past import AnyFetch, AnyVisit, Past, Stretch
from crawler.policy import Policy
from crawler.urls import key
from pipelines.judging.visit_days import extended, requests_of

_NEWS = {Role.NEWS, Role.ENGLISH_NEWS, Role.FEED, Role.ARCHIVE}
_ANSWERED = {Outcome.OK, Outcome.NOT_MODIFIED, Outcome.NOT_A_PAGE}
# What may be wrong with the page itself. All else refuses us or is ours: it says nothing however long it lasts.
NOT_THERE = frozenset(
    {
        Outcome.DNS_NXDOMAIN, Outcome.DNS_NODATA, Outcome.DNS_SERVFAIL, Outcome.TCP_REFUSED, Outcome.TCP_TIMEOUT,
        Outcome.TCP_RESET, Outcome.FIRST_BYTE_TIMEOUT, Outcome.SLOW_BODY, Outcome.TRUNCATED, Outcome.NOT_HTTP,
        Outcome.HTTP_404, Outcome.HTTP_410, Outcome.HTTP_5XX, Outcome.HTTP_52X, Outcome.REDIRECT_LOOP,
    }
)  # fmt: skip
OURS = frozenset({Outcome.ADDRESS_REFUSED, Outcome.PROXY_FAILED, Outcome.BUDGET, Outcome.ERROR})
_UNSHOWN = {PageKind.SHELL, PageKind.LOGIN, PageKind.BOT_CHALLENGE, PageKind.MAINTENANCE}
# The budget of pages is how the visit to every large site ends, with the most promising pages read. Time or bytes run
# out anywhere. The words are those of `crawler.frontier`.
_CUT_SHORT = re.compile(r"^the budget of \S+ (?:seconds|bytes) was used up")


@dataclass(frozen=True, slots=True)
class _Look:
    """How one address was found on one visit."""

    url: str
    role: Role
    trouble: Outcome | PageKind | None  # None: it could be read


def after(past: Past, visit: AnyVisit) -> Past:
    """The past with one more visit that could read something, as far as unread news go."""
    short = ran_out(visit)
    nothing_before = not past.cut_short and not past.not_there
    if nothing_before and not short and _ANSWERED.issuperset(f.outcome for f in requests_of(visit)):
        return past  # as on nearly all visits to nearly all sites
    absent = dict(past.not_there)
    for name, look in _looks(visit).items():
        if _is_away(look):
            absent[name] = extended(absent.get(name), visit)
        else:
            absent.pop(name, None)  # one good look ends the row
    return replace(past, not_there=absent, cut_short=extended(past.cut_short, visit) if short else None)


def unread_news(recent: Sequence[Visit], past: Past, policy: Policy) -> tuple[str, ...]:
    """The addresses of news that the recent visits tried in vain.

    A dead link stays dead: an address that was not there on so many days over so long a time is no news any more.
    """
    found: dict[str, str] = {}
    readable: set[str] = set()
    for visit in recent:
        looks = _looks(visit)
        readable.update(name for name, look in looks.items() if look.trouble is None)
        listing = any(look.role in _NEWS and look.trouble is None for look in looks.values())
        unread = {name: look.url for name, look in looks.items() if _is_unread_news(look, listing)}
        if unread:  # else nobody need know where the entries lead
            linked = {key(i.link) for p in visit.pages for i in p.dates if i.link}
            found.update({name: url for name, url in unread.items() if name not in linked})
    waiting = {name: url for name, url in found.items() if name not in readable}
    return tuple(url for name, url in waiting.items() if not _is_long(past.not_there.get(name), policy))


def is_cut_short(recent: Sequence[Visit], past: Past, policy: Policy) -> bool:
    """Whether every recent visit ran out of time or bytes; a site that always takes so long was read as far as it goes."""
    return bool(recent) and all(map(ran_out, recent)) and not _is_long(past.cut_short, policy)


def ran_out(visit: AnyVisit) -> bool:
    """Whether a visit ended because its time or its bytes were used up."""
    return _CUT_SHORT.search(visit.stopped) is not None


def _looks(visit: AnyVisit) -> dict[str, _Look]:
    """How each address was found on a visit; of several tries the best."""
    kinds = {p.url: p.kind for p in visit.pages}
    looks: dict[str, _Look] = {}
    for fetch in requests_of(visit):
        look = _Look(fetch.url, fetch.role, _trouble(fetch, kinds))
        name = key(fetch.url)
        if name not in looks or look.trouble is None:
            looks[name] = look
    return looks


def _trouble(fetch: AnyFetch, kinds: dict[str, PageKind]) -> Outcome | PageKind | None:
    if fetch.outcome not in _ANSWERED:
        return fetch.outcome
    kind = kinds.get(fetch.final_url or fetch.url)
    return kind if kind in _UNSHOWN else None


def _is_unread_news(look: _Look, listing: bool) -> bool:  # beside the look it is about
    """Whether news stand at an address that could not be read; a home page without its scripts may carry some too.

    `listing`: some list of news could be read. Then a page that is not there is a dead link, such as old sites have.
    """
    if look.role is Role.HOME:
        return look.trouble is PageKind.SHELL
    if look.role not in _NEWS or look.trouble is None:
        return False
    return not (listing and look.trouble in {Outcome.HTTP_404, Outcome.HTTP_410})


def _is_away(look: _Look) -> bool:
    """Whether a look tells that nothing is there. A feed that is refused counts too: pages repeat what it says."""
    if look.role is Role.FEED and isinstance(look.trouble, Outcome):
        return look.trouble not in OURS
    return look.trouble in NOT_THERE


def _is_long(stretch: Stretch | None, policy: Policy) -> bool:
    """Whether visits were made on enough days over a long enough time."""
    if stretch is None or stretch.days < policy.failing_visits:
        return False
    return (stretch.last_day - stretch.first_day).days >= policy.failing_days
