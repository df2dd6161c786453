"""Which questions should be open about a website, by the written rules and by nothing of the product's own judging.

It knows a website only as the script has it: the condition that each night found it in. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from benchmarks.year.script import days_asked
from benchmarks.year.websites import Condition
from crawler.answers import QuestionKind
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
