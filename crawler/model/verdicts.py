"""What the evidence means: activity, English tier and flag, with their reasons; and a person's word in their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from crawler.model.dates import DatedItem


class Activity(StrEnum):
    """What the whole website, in any language, says about the life of its organisation."""

    ACTIVE = "active"
    STATIC = "static"
    LIKELY_CEASED = "likely_ceased"
    UNDETERMINED = "undetermined"


class English(StrEnum):
    """The tier of the English version of a website."""

    ACTIVE = "active_english"
    STATIC = "static_english"
    NONE = "none"
    UNDETERMINED = "undetermined"  # no page could be read yet, so nothing is claimed


class Flag(StrEnum):
    """The one label of the mapping; the machine's word or a person's."""

    ACTIVE = "active"
    STATIC = "static"
    JAPANESE_ONLY = "japanese_only"
    LIKELY_CEASED = "likely_ceased"
    UNDETERMINED = "undetermined"


class Family(StrEnum):
    """Families of evidence for or against ceasing; points are capped per family."""

    STATEMENT = "statement"
    OWNERSHIP = "ownership"
    REACHABILITY = "reachability"
    SILENCE = "silence"
    REGISTRY = "registry"
    LIFE = "life"  # speaks against


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One sentence of a verdict, and what it rests on."""

    code: str  # stable, snake_case
    text: str  # a full sentence in English
    family: Family | None = None
    points: float = 0.0
    url: str = ""
    raw: str = ""
    overturned_by: str = ""  # what would make this reason go away
    since: date | None = None  # the first day of a state that lasts, where an answer must know one from the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the evidence means under a policy."""

    cluster_id: str
    decided_at: datetime
    policy: str  # name of the policy, with its digest
    activity: Activity
    english: English
    flag: Flag
    reasons: tuple[Reason, ...] = ()
    points: float = 0.0  # sum of the capped families
    confidence: float = 0.0  # 0..1
    latest: DatedItem | None = None
    english_latest: DatedItem | None = None
    next_event: DatedItem | None = None
    languages: tuple[str, ...] = ()
    reachability: str = ""
    last_reached_at: datetime | None = None
    failing_since: datetime | None = None
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's word as the mapping shows it, derived from the answers that stand."""

    cluster_id: str
    flag: Flag
    by: str
    at: datetime
    reason: str = ""
