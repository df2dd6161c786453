"""Which questions should be open about a website, and what staff should be told, by the written rules alone.

Nothing of the product's own judging is asked. A website is known only as the script has it: the condition that each
night found it in. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from benchmarks.year.script import days_asked
from benchmarks.year.websites import Condition
from crawler.answers import QuestionKind
from crawler.news import Section, Topic
from crawler.policy import Policy

GOOD = {Condition.FINE, Condition.MOVED, Condition.ENDED, Condition.SILENT}
_SAYS_NOTHING = {Condition.FORBIDDEN, Condition.CHALLENGED}
_OWNED = {Condition.FOR_SALE, Condition.HIJACKED}

# The samples that are part of the year, as what the rules take them for.
SAMPLES = {
    "active-bilingual": Condition.FINE,
    "wordpress-feed": Condition.FINE,
    "era-dates": Condition.FINE,
    "german": Condition.FINE,
    "ended-notice": Condition.ENDED,
    "parked": Condition.FOR_SALE,
    "hijacked": Condition.HIJACKED,
    "silent": Condition.SILENT,
    "forbidden-to-robots": Condition.FORBIDDEN,
    "robots-disallow": Condition.FORBIDDEN,
    "unknown-name": Condition.NO_NAME,
    "no-website": Condition.NONE,
}


@dataclass(frozen=True, slots=True)
class Look:
    """One visit that counts."""

    on: date
    found: Condition


def questions(looks: Sequence[Look], policy: Policy, today: date) -> frozenset[QuestionKind]:
    """The questions that the visits so far (oldest first) raise on a day, whoever may have answered them."""
    if not looks:
        return frozenset()
    telling = [look for look in looks if look.found not in _SAYS_NOTHING]
    kinds = set()
    if _has_ceased(telling, policy):
        kinds.add(QuestionKind.CEASED)
    read = [look for look in telling if look.found in GOOD]
    if read and read[-1].found is Condition.MOVED:
        kinds.add(QuestionKind.MOVED)
    if QuestionKind.CEASED not in kinds and _is_blocked(looks, policy, today):
        kinds.add(QuestionKind.BLOCKED)
    return frozenset(kinds)


def _has_ceased(telling: Sequence[Look], policy: Policy) -> bool:
    read = [look.found for look in telling if look.found in GOOD]
    if read and read[-1] is Condition.SILENT:
        return True
    if read[-policy.statement_visits :] == [Condition.ENDED] * policy.statement_visits:
        return True
    return _is_gone(_away(telling, policy), policy)


def is_away(looks: Sequence[Look], policy: Policy) -> bool:
    """Whether a website counts as gone, or as unreachable for long, be it enough for a question or not."""
    away = _away([look for look in looks if look.found not in _SAYS_NOTHING], policy)
    if _is_gone(away, policy):
        return True
    if not away or away[-1].found in _OWNED:
        return False
    lasted = (away[-1].on - away[0].on).days
    often = len(away) >= policy.failing_visits and lasted > policy.failing_days
    if not often and not (len(away) >= policy.sparse_visits and lasted >= policy.sparse_days):
        return False
    slowest = max((look.found for look in away), key=lambda found: days_asked(found, policy))
    counts_from = {Condition.NO_NAME: policy.nxdomain_days, Condition.BROKEN: policy.server_error_days}
    return lasted >= counts_from.get(slowest, 0)


def _away(telling: Sequence[Look], policy: Policy) -> list[Look]:
    """The visits at the end that did not find the site; too few good ones after a long loss are no return."""
    good = list(takewhile(lambda look: look.found in GOOD, reversed(telling)))
    before = telling[: len(telling) - len(good)]
    away = list(takewhile(lambda look: look.found not in GOOD, reversed(before)))[::-1]
    if not good:
        return away
    return away if len(away) >= policy.lost_visits and len(good) < policy.recovery_visits else []


def _is_gone(away: Sequence[Look], policy: Policy) -> bool:
    if not away:
        return False
    if away[-1].found in _OWNED:
        owned = list(takewhile(lambda look: look.found in _OWNED, reversed(away)))
        return len(owned) >= policy.lost_visits
    lasted = (away[-1].on - away[0].on).days
    slowest = max(days_asked(look.found, policy) for look in away)
    return len(away) >= policy.failing_visits and lasted >= slowest


def _is_blocked(looks: Sequence[Look], policy: Policy, today: date) -> bool:
    """Whether a site has refused us for long; a person should look, so the days count on which nobody did."""
    refused = list(takewhile(lambda look: look.found in _SAYS_NOTHING, reversed(looks)))
    return bool(refused) and (today - refused[-1].on).days >= policy.blocked_days


# --- what staff are told ---

Standing = frozenset[tuple[str, Topic]]  # cluster and topic


def standing(
    looks: Mapping[str, Sequence[Look]], closed: Set[tuple[str, QuestionKind]], policy: Policy, today: date
) -> Standing:
    """What stands about every cluster on a day: its open questions, and whether its website is away."""
    asked = {
        (c, Topic(kind))
        for c, seen in looks.items()
        for kind in questions(seen, policy, today)
        if (c, kind) not in closed
    }
    return frozenset(asked | {(c, Topic.AWAY) for c, seen in looks.items() if is_away(seen, policy)})


def news(before: Standing, now: Standing, closed: Set[str]) -> frozenset[tuple[Section, str]]:
    """What staff are to be told after standings changed; nobody is told what a person did about a cluster."""
    begun = {(_BEGUN[topic], c) for c, topic in now - before if topic in _BEGUN}
    over = {(c, topic) for c, topic in before - now if c not in closed}
    withdrawn = {(Section.WITHDRAWN, c) for c, topic in over if topic is Topic.CEASED}
    recovered = {
        (Section.RECOVERED, c)
        for c, topic in over
        if topic is Topic.AWAY or (topic is Topic.BLOCKED and (c, Topic.CEASED) not in now)
        if (Section.WITHDRAWN, c) not in withdrawn  # that its website is back is told with it
    }
    return frozenset(begun | withdrawn | recovered)


_BEGUN = {Topic.CEASED: Section.CEASED, Topic.MOVED: Section.MOVED, Topic.BLOCKED: Section.BLOCKED}
