"""What staff are asked about a cluster, and what they answered. Values only; the rules are in `pipelines.judging.answers`.

An answer is appended and never edited: taking one back is another answer. Instants are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Decision(StrEnum):
    """What a person said."""

    CEASED = "ceased"  # the organisation has ended
    ALIVE = "alive"  # it lives, and its website shows it
    STATIC = "static"  # it lives, and its website is not kept up
    WRONG_ADDRESS = "wrong_address"  # the registry's address was wrong; the right one is given, if known
    MOVED = "moved"  # the website lives at another address
    SNOOZED = "snoozed"  # ask again on a day
    SKIPPED = "skipped"  # not now; the question stays open
    NOTED = "noted"  # a remark only
    ASSIGNED = "assigned"  # somebody is to look at it
    UNDONE = "undone"  # takes another answer back


# A person's own word about the cluster's life; it goes into the mapping while it stands.
WORDS = frozenset({Decision.CEASED, Decision.ALIVE, Decision.STATIC})
# What closes the question it answers, until there are new grounds.
CLOSING = WORDS | {Decision.WRONG_ADDRESS, Decision.MOVED}


class QuestionKind(StrEnum):
    """What a person can be asked, the gravest first."""

    CEASED = "ceased"  # has this cluster ceased?
    MOVED = "moved"  # has its website moved?
    ANNOUNCED = "announced"  # is it going to end?
    BLOCKED = "blocked"  # it refuses our visits: please look by hand


# The reasons of a verdict that raise a question by themselves, by code.
PROPOSALS = {
    "moved": QuestionKind.MOVED,
    "succession": QuestionKind.MOVED,
    "announced_end": QuestionKind.ANNOUNCED,
    "blocked": QuestionKind.BLOCKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One thing that one person said about one question."""

    cluster_id: str
    question: QuestionKind
    decision: Decision
    by: str  # login name
    at: datetime
    verdict_at: datetime  # the instant of the verdict that was on the screen
    grounds: tuple[str, ...] = ()  # keys of the evidence that stood then, sorted
    reason_code: str = ""  # one of REASON_CODES, "" for none given
    note: str = ""
    address: str = ""  # the right or new address, for WRONG_ADDRESS and MOVED
    replaced: str = ""  # the registry's address before, where `address` took its place
    until: date | None = None  # for SNOOZED: the day on which to ask again
    assignee: str = ""  # for ASSIGNED: login name, "" takes the assignment away
    undoes: int = 0  # for UNDONE: id of the answer taken back
    answer_id: int = 0  # given by the store; 0 before


# How a person knows.
REASON_CODES = ("asked_them", "own_website", "other_website", "press", "colleague")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the answers so far amount to, beside one verdict."""

    word: Answer | None = None  # the newest answer about life, whether it holds or is contradicted
    contradicted_by: tuple[str, ...] = ()  # keys of the evidence against the word that came after it
    closed: Mapping[QuestionKind, Answer] = field(default_factory=dict)  # the newest closing answer a question
    snoozed: Mapping[QuestionKind, date] = field(default_factory=dict)
    skipped: Mapping[QuestionKind, datetime] = field(default_factory=dict)
    assignee: str = ""
    last_id: int = 0  # of the newest answer of any kind: what a new one must have seen

    @property
    def holds(self) -> Answer | None:
        """The person's word, None when there is none or evidence against it has appeared."""
        return None if self.contradicted_by else self.word


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One open question about one cluster."""

    cluster_id: str
    kind: QuestionKind
    weight: float  # the points that speak for an end; more is worse
    grounds: tuple[str, ...]  # every key that an answer given now rests on
    reopened: Answer | None = None  # the earlier answer that new evidence speaks against
    new_grounds: tuple[str, ...] = ()  # of these, those that came after the earlier answer
    skipped_at: datetime | None = None
    assignee: str = ""
