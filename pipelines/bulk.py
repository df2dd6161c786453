"""One decision over many questions: which it answers, which it leaves out and why, and whether that is still so. Pure
but for the reading of the store.

A preview is not kept. The form that confirms it carries three things: the filter, the id of the newest answer that the
preview had seen, and a digest of its questions. From the first two the same questions are found again, as if nobody
had answered since; the digest proves that they are the same. So ten thousand clusters take no more room than ten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from crawler.answers import PROPOSALS, WORDS, Answer, Decision, QuestionKind
from crawler.model import Reason
from crawler.policy import Policy
from db.desk import Desk
from pipelines.answering import Given, answer_of
from pipelines.narrowing import ASKED_PART, ASSIGNED_PART, fits, selected, within
from pipelines.questions import OpenQuestion, open_questions

# An address belongs to one cluster; everything else a person can say of many.
DECISIONS = (
    Decision.CEASED, Decision.ALIVE, Decision.STATIC, Decision.SNOOZED, Decision.SKIPPED, Decision.ASSIGNED,
    Decision.NOTED,
)  # fmt: skip


class LeftOut(StrEnum):
    """Why a bulk does not answer a question that fits the filter."""

    ADDRESS = "address"  # whoever says that a cluster lives must say where its website is
    GIVEN = "given"  # somebody else was asked to look at it
    ALREADY = "already"  # it is given to that person already


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which of the open questions."""

    kind: str = ""  # a QuestionKind, "" for all
    parts: Mapping[str, str] = field(default_factory=dict)  # of the clusters, by names of narrowing.FILTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a bulk would do."""

    given: Given  # what is said; the question in it is replaced by each one's own
    taken: tuple[OpenQuestion, ...]
    left_out: tuple[tuple[OpenQuestion, LeftOut], ...]
    through: int  # id of the newest answer that was known

    @property
    def digest(self) -> str:
        """A name for what was shown: the decision, and every question with its verdict and newest answer."""
        said = (self.given.decision, str(self.given.until or ""), self.given.assignee)
        asked = sorted(
            (q.cluster.cluster_id, str(q.question.kind), q.verdict.decided_at.isoformat(), str(q.stands.last_id))
            for q in self.taken
        )
        return sha256("\n".join("\t".join(line) for line in (said, *asked)).encode()).hexdigest()

    @property
    def seen(self) -> dict[str, int]:
        """For each cluster the newest answer that was on the screen."""
        return {q.cluster.cluster_id: q.stands.last_id for q in self.taken}

    def answers(self, *, by: str, at: datetime) -> list[Answer]:
        """The answers to be stored."""
        return [answer_of(replace(self.given, question=q.question.kind), q.verdict, by=by, at=at) for q in self.taken]


def narrowed(
    desk: Desk, found: Sequence[OpenQuestion], narrowing: Narrowing, *, today: date, policy: Policy
) -> list[OpenQuestion]:
    """The questions that fit, in their order. What is said of clusters is compared by the store, as in every table."""
    parts = {name: value for name, value in narrowing.parts.items() if value}
    asked, assigned = parts.pop(ASKED_PART, ""), parts.pop(ASSIGNED_PART, "")
    fit = [q for q in found if narrowing.kind in {"", q.question.kind} and fits(q, asked, assigned, today)]
    if fit and parts:
        only = tuple({q.cluster.cluster_id for q in fit})
        ids = set(desk.ids(within(selected(desk, parts, today, policy), only)))
        fit = [q for q in fit if q.cluster.cluster_id in ids]
    return fit


def plan(found: Sequence[OpenQuestion], given: Given, *, by: str, through: int) -> Plan:
    """What a bulk over these questions would do."""
    whys = [(q, _left_out(q, given, by)) for q in found]
    return Plan(
        given=given,
        taken=tuple(q for q, why in whys if why is None),
        left_out=tuple((q, why) for q, why in whys if why is not None),
        through=through,
    )


def _left_out(asked: OpenQuestion, given: Given, by: str) -> LeftOut | None:
    question = asked.question
    if given.decision is Decision.ASSIGNED:
        return LeftOut.ALREADY if question.assignee == given.assignee else None
    if given.decision is Decision.NOTED:
        return None
    if question.assignee not in {"", by}:
        return LeftOut.GIVEN
    if question.kind is QuestionKind.MOVED and given.decision in WORDS - {Decision.CEASED}:
        return LeftOut.ADDRESS
    return None


def planned(
    desk: Desk, narrowing: Narrowing, given: Given, *, by: str, today: date, policy: Policy, through: int
) -> Plan:
    """The plan over the questions that were open when `through` was the newest answer."""
    asked = open_questions(desk, today, policy, through=through)
    found = narrowed(desk, asked, narrowing, today=today, policy=policy)
    return plan(found, given, by=by, through=through)


def telling(asked: OpenQuestion) -> Reason | None:
    """The reason that says most about why a question is asked; None for a verdict without any."""
    reasons = asked.verdict.reasons
    raising = [r for r in reasons if PROPOSALS.get(r.code) is asked.question.kind]
    return raising[0] if raising else max(reasons, key=lambda r: r.points, default=None)
