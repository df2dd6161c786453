"""How international a cluster is, in the terms of the 2016 mapping, and what people said about it. Values only.

A person's assessment is appended and never edited: withdrawing it is another row. Instants are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from crawler.model import Partner


class International(StrEnum):
    """The class of a cluster, in the order of the 2016 mapping's table."""

    RECENT_EU = "recent_eu"  # relations with the European Union within the window
    PAST_EU = "past_eu"  # such relations, none of them known to be recent
    ELSEWHERE = "asia_america"  # relations outside the European Union only
    OPEN = "open"  # cooperation abroad is wished for, without anybody named
    NO_INFORMATION = "no_information"
    NOT_INTERESTED = "not_interested"


# --- the class of a cluster ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The class as the program tells it from the pages read."""

    kind: International
    as_of: date  # the day from which "recent" is counted
    evidence: tuple[Partner, ...] = ()  # what decides first, then the rest, each newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """A person's word about the class of one cluster."""

    cluster_id: str
    kind: International | None  # None withdraws what was said before
    by: str  # login name
    at: datetime
    note: str = ""
    grounds: tuple[str, ...] = ()  # keys of the evidence that stood then, sorted
    assessed_id: int = 0  # given by the store; 0 before


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessing:
    """What stands for one cluster: the program's word beside the person's."""

    told: Assessment
    word: Assessed | None = None  # the newest person's word that was not withdrawn
    contradicted_by: tuple[Partner, ...] = ()  # evidence for a higher class that came after the word

    @property
    def kind(self) -> International:
        """The class that readers see: the person's while it holds, else the program's."""
        held = self.word.kind if self.word is not None and not self.contradicted_by else None
        return held or self.told.kind
