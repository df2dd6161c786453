"""What is worth telling the staff between two looks at the pages. Values only; the rules are in `pipelines.news`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

OFF = ""  # the state of a topic of which there is nothing to tell


class Topic(StrEnum):
    """What news can be about. One cluster has one state of each; the crawl as a whole has one of the last."""

    CEASED = "ceased"  # on: it is asked whether the cluster has ceased
    MOVED = "moved"  # the new address that is proposed
    ANNOUNCED = "announced"  # on: an end is announced
    BLOCKED = "blocked"  # on: it refuses our visits
    AWAY = "away"  # on: its website is gone, or shows something else
    CRAWL = "crawl"  # what is wrong with the nights: "not_run", "void" and the like, with what tells one from the next


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One change of one state. Appended, never edited."""

    at: datetime
    cluster_id: str  # "": the crawl as a whole
    topic: Topic
    before: str
    now: str
    silent: bool = False  # not to be told: a person did it, or it only prepares what comes
    words: str = ""  # of the crawl: what is wrong, in English
    verdict_id: int = 0  # of the verdict that it rests on; 0 for none
    news_id: int = 0  # given by the store; 0 before


class Section(StrEnum):
    """What a change amounts to for its reader, in the order of a message."""

    CEASED = "ceased"
    ANNOUNCED = "announced"
    MOVED = "moved"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"  # it was asked whether it has ceased, and the evidence is gone
    RECOVERED = "recovered"  # its website is back, or can be read again
    CRAWL = "crawl"


class MessageKind(StrEnum):
    """What a message is for."""

    DIGEST = "digest"  # what changed
    WEEKLY = "weekly"  # the summary of the week, and what changed
    ALARM = "alarm"  # something is wrong with the nights themselves
    TEST = "test"  # only whether messages arrive; such a one is never kept


class MessageState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"  # to be sent, for the first time or again
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one recipient, kept before it is sent: so none is lost, and none is composed twice."""

    recipient: str  # "mail:kato@example.org"; a name without secrets
    kind: MessageKind
    made_at: datetime
    news: tuple[int, ...]  # ids of the news it tells
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # of the weekly summary, as `Desk.tallies`
    counts_before: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # a week earlier
    open_questions: int = 0
    key: str = ""  # unlike that of any other; the same however often it is sent
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    tried_at: datetime | None = None
    error: str = ""
    message_id: int = 0  # given by the store; 0 before


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message in words, as it is sent. Its texts are single lines or plain text, free of what a program obeys."""

    message: Message
    subject: str
    text: str
    html: str
    data: Mapping[str, object]  # the same for programs: JSON
