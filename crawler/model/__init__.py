"""Every value that travels through Clusterwatch, from a registry row to a flag.

Frozen, slotted, keyword-only; standard library only. Instants are timezone-aware UTC ``datetime``;
days are ``date``; durations are seconds; sizes are bytes; languages are ISO 639-1 codes; URLs are
absolute and as fetched. A step returns a new value, it never fills in fields of the one it got.
"""

from crawler.model.dates import DatedItem, DateKind, DateSource, Precision
from crawler.model.evidence import Evidence, StatedNotice
from crawler.model.fetches import Certificate, Fetch, Outcome, OutcomeKind
from crawler.model.notices import Notice, NoticeKind
from crawler.model.pages import (
    EnglishWitness,
    LanguageShare,
    PageKind,
    PageLanguage,
    PageReading,
    Redirect,
    Role,
    Trait,
    TraitKind,
)
from crawler.model.partners import Partner, PartnerRegion, PartnerStance, PartnerTie
from crawler.model.plans import Content, LastReading, PageBefore, Plan, Rendering, RobotsCopy
from crawler.model.registry import Cluster
from crawler.model.runs import RunKind, RunState, TaskState
from crawler.model.verdicts import Activity, English, Family, Flag, Reason, Review, Verdict
from crawler.model.visits import Visit, VisitOutcome

__all__ = [
    "Activity",
    "Certificate",
    "Cluster",
    "Content",
    "DateKind",
    "DateSource",
    "DatedItem",
    "English",
    "EnglishWitness",
    "Evidence",
    "Family",
    "Fetch",
    "Flag",
    "LanguageShare",
    "LastReading",
    "Notice",
    "NoticeKind",
    "Outcome",
    "OutcomeKind",
    "PageBefore",
    "PageKind",
    "PageLanguage",
    "PageReading",
    "Partner",
    "PartnerRegion",
    "PartnerStance",
    "PartnerTie",
    "Plan",
    "Precision",
    "Reason",
    "Redirect",
    "Rendering",
    "Review",
    "RobotsCopy",
    "Role",
    "RunKind",
    "RunState",
    "StatedNotice",
    "TaskState",
    "Trait",
    "TraitKind",
    "Verdict",
    "Visit",
    "VisitOutcome",
]
