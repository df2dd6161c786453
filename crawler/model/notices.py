"""A sentence that says something ended, moved or was handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a sentence on a page announces about its own organisation or website."""

    ORG_ENDED = "org_ended"
    PROJECT_ENDED = "project_ended"
    SITE_CLOSED = "site_closed"
    UPDATES_ENDED = "updates_ended"
    SERVICE_ENDED = "service_ended"
    ANNOUNCED = "announced"  # an end on a day still to come
    MOVED = "moved"  # a new address is named
    SUCCEEDED = "succeeded"  # merged, renamed, handed over: a successor is named
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sentence that says something ended, moved or was handed over."""

    kind: NoticeKind
    url: str
    quote: str  # the sentence, verbatim, at most 300 characters
    subject: str = ""  # the words that name who or what ended
    on: date | None = None  # the day it names, if any
    first_person: bool = False  # the host speaks of itself
    past: bool = False  # past tense, and not of a coming day
    successor: str = ""  # a name or an absolute URL
    confidence: float = 0.5
