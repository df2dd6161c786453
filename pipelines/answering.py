"""What a person says becomes an answer: one set of rules for the pages, the programming interface and the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from crawler.answers import REASON_CODES, Answer, Decision, QuestionKind
from crawler.model import Verdict
from db.cells import Refused, checked_url
from db.desk import Desk
from pipelines.judging.answers import grounds_of

TAKES_ADDRESS = frozenset({Decision.MOVED, Decision.WRONG_ADDRESS})


class Fault(StrEnum):
    """What a person must still say, or said wrongly."""

    UNKNOWN = "unknown"  # a decision or a reason code that nobody can give
    UNTIL = "until"  # no day to come
    ADDRESS = "address"  # none, or none of the web
    NOTE = "note"  # no note
    ASSIGNEE = "assignee"  # nobody of that name may sign in


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a person says about one cluster, before it is checked."""

    question: QuestionKind
    decision: Decision
    note: str = ""
    reason_code: str = ""  # one of REASON_CODES, "" for none given
    address: str = ""  # the right or new address, for WRONG_ADDRESS and MOVED
    until: date | None = None  # for SNOOZED
    assignee: str = ""  # for ASSIGNED: login name, "" takes the assignment away


def fault(desk: Desk, given: Given, today: date) -> Fault | None:
    """What stops this from being an answer, None when nothing does."""
    if given.decision is Decision.UNDONE or given.reason_code not in {"", *REASON_CODES}:
        return Fault.UNKNOWN
    if given.decision is Decision.SNOOZED and (given.until is None or given.until <= today):
        return Fault.UNTIL
    if given.decision in TAKES_ADDRESS and not _fits(given):
        return Fault.ADDRESS
    if given.decision is Decision.NOTED and not given.note.strip():
        return Fault.NOTE
    if given.decision is Decision.ASSIGNED and given.assignee and desk.person(given.assignee) is None:
        return Fault.ASSIGNEE
    return None


def _fits(given: Given) -> bool:
    """Whether the address can stand in the registry; of a wrong one nobody has to know the right one."""
    try:
        return bool(checked_url(given.address.strip())) or given.decision is not Decision.MOVED
    except Refused:
        return False


def answer_of(given: Given, verdict: Verdict, *, by: str, at: datetime) -> Answer:
    """The answer with the evidence that stood on the screen; fields that its decision has no use for are left out."""
    return Answer(
        cluster_id=verdict.cluster_id,
        question=given.question,
        decision=given.decision,
        by=by,
        at=at,
        verdict_at=verdict.decided_at,
        grounds=grounds_of(verdict),
        reason_code=given.reason_code,
        note=given.note.strip(),
        address=checked_url(given.address.strip()) if given.decision in TAKES_ADDRESS else "",
        until=given.until if given.decision is Decision.SNOOZED else None,
        assignee=given.assignee if given.decision is Decision.ASSIGNED else "",
    )
