"""Nights on which our own network fails: every site seems to, each in the same way. The class that is no website."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.model import VisitOutcome
from crawler.policy import Policy
from pipelines.judging.voiding import tally, why_void

OF = "own_outage"
_SITES = 40  # of a night


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One way in which our own network fails."""

    number: int
    says: str
    looks_like: str  # the class of failure that every struck site seems to have
    share: float  # of the sites that are struck


_WAYS = (
    ("no name is resolved, the server is silent", "dns_timeout_refused", 1.0),
    ("a captive network says that no name exists", "dns_nxdomain", 1.0),
    ("the resolver fails", "dns_servfail", 1.0),
    ("the resolver gives no addresses", "dns_nodata", 0.9),
    ("no route leads out", "tcp_timeout", 1.0),
    ("a firewall refuses everything", "tcp_refused", 1.0),
    ("a firewall cuts every second connection", "tcp_reset_or_early_close", 0.5),
    ("a gateway answers for everybody", "http_5xx", 1.0),
    ("a gateway's login stands before everybody", "http_401_login", 0.7),
    ("a filter forbids a third of the sites", "http_403", 0.34),
    ("the line is so slow that answers break off", "truncated/slow body", 0.6),
    ("the network comes and goes", "tcp_timeout", 0.25),
)


def outages() -> tuple[Outage, ...]:
    """Every variant of the class."""
    return tuple(
        Outage(number=n, says=says, looks_like=of, share=share) for n, (says, of, share) in enumerate(_WAYS, 1)
    )


def night(outage: Outage, struck: Sequence[VisitOutcome]) -> Mapping[str, VisitOutcome]:
    """How the visits of a night end. `struck`: how visits to sites with that failure ended, taken in turn."""
    last = round(outage.share * _SITES)
    return {f"site-{i}": struck[i % len(struck)] if i < last else VisitOutcome.READ for i in range(_SITES)}


def void(now: Mapping[str, VisitOutcome], policy: Policy) -> str:
    """Why a night after a good one is void, in a sentence; "" when it counts."""
    return why_void(tally(now, dict.fromkeys(now, VisitOutcome.READ)), policy)
