"""One decision over all questions of a filter: what it would do, doing it, looking at it, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import Field
from starlette.responses import Response

from crawler.answers import Decision, QuestionKind
from db.bulk import Bulk, Bulks
from db.desk import NotToUndo, Overtaken
from db.people import Role
from pipelines.answering import Given, fault
from pipelines.bulk import LeftOut, Plan, planned
from pipelines.narrowing import Asked
from pipelines.questions import OpenQuestion
from review.api.calls import NumberInPath, add_call
from review.api.clusters import Facets
from review.api.problems import Kind, problem
from review.api.questions import fault_in, question_shape
from review.api.shapes import MAX_ID, PLAIN, AnswerShape, QuestionShape, SentDay, Shape
from review.filters import PAGE, Filter
from review.queue import MAX_NOTE
from review.world import person_of, world_of

_ABOUT = "many questions"
_NAMED = 100  # questions left out that are named; the others are counted
_Decision = Literal[
    Decision.CEASED, Decision.ALIVE, Decision.STATIC, Decision.SNOOZED, Decision.SKIPPED, Decision.ASSIGNED,
    Decision.NOTED,
]  # fmt: skip


class QuestionFilter(Facets):
    """Which open questions; the same names as in the address of the queue."""

    kind: QuestionKind | Literal[""] = Field("", description="Only questions of this kind.")
    mine: bool = Field(False, description="Only questions given to whoever asks.")
    asked: Literal[Asked.DUE, ""] = Field("", description="due: only questions put off to a day that has come.")

    def filter(self) -> Filter:
        """The filter of the pages that means the same."""
        return self.facets_filter(kind=str(self.kind), mine=self.mine, asked=str(self.asked))


class AskedBulk(QuestionFilter):
    """A filter with what would be said of its questions."""

    decision: _Decision
    until: SentDay | None = Field(None, description="For `snoozed`: the day on which to ask again.")
    assignee: str = Field("", max_length=100, pattern=PLAIN, description="For `assigned`: login name.")
    page: int = Field(1, ge=1, le=100_000, description="Which page of the questions, from 1.")


class LeftOutShape(Shape):
    """One question of the filter that would not be answered."""

    cluster_id: str
    kind: QuestionKind
    why: LeftOut = Field(
        description="`address`: it needs one; `given`: somebody else was asked; `already`: given to that person."
    )


class PlanShape(Shape):
    """What a decision over many questions would do. Nothing is stored."""

    digest: str = Field(description="Send it to confirm.")
    through: int = Field(description="Send it to confirm: the newest answer that was known.")
    total: int = Field(description="Questions that would be answered.")
    clusters: int = Field(description="Of so many clusters.")
    page: int
    page_size: int
    questions: list[QuestionShape]
    left_out: dict[LeftOut, int] = Field(description="How many questions of the filter would not be answered, and why.")
    left_out_first: list[LeftOutShape] = Field(description="The first 100 of them.")


class SentBulk(Shape):
    """A decision over many questions, confirmed."""

    filter: QuestionFilter
    decision: _Decision
    until: SentDay | None = None
    assignee: str = Field("", max_length=100, pattern=PLAIN)
    note: str = Field("", max_length=MAX_NOTE, pattern=PLAIN, description="A remark; needed for `noted`.")
    reason_code: Literal["", "asked_them", "own_website", "other_website", "press", "colleague"] = ""
    through: int = Field(ge=0, le=MAX_ID, description="`through` of the plan.")
    digest: str = Field(max_length=64, description="`digest` of the plan.")


class BulkShape(Shape):
    """One decision over many questions that was stored."""

    bulk_id: int
    by: str
    at: datetime
    decision: Decision
    count: int = Field(description="How many answers it has, taken back or not.")
    is_undone: bool = Field(description="Whether nothing of it is left.")
    overtaken: int = Field(description="Questions kept out because somebody answered them since the plan.")


class BulkCase(BulkShape):
    """The same, with its answers."""

    page: int
    page_size: int
    answers: list[AnswerShape]
    first: list[AnswerShape] = Field(description="The answers of others that kept a question out, 100 at most.")


class Undone(Shape):
    """What was taken back."""

    bulk_id: int
    answers: int


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    sent: tuple[Kind, ...] = ("bad_request", "not_understood", "plan_changed", "overtaken")
    add_call(app, "GET /api/bulk", preview_bulk, about=_ABOUT, gives=PlanShape, refuses=("not_understood",))
    add_call(app, "POST /api/bulk", confirm_bulk, about=_ABOUT, gives=BulkShape, status=201, refuses=sent)
    add_call(app, "GET /api/bulks/{bulk_id}", get_bulk, about=_ABOUT, gives=BulkCase,
             refuses=("not_found", "not_understood"))  # fmt: skip
    add_call(app, "POST /api/bulks/{bulk_id}/undo", undo_bulk, about=_ABOUT, gives=Undone,
             refuses=("not_found", "undone"))  # fmt: skip


def _given(sent: AskedBulk | SentBulk, note: str, reason_code: str) -> Given:
    decision = Decision(sent.decision)
    return Given(
        question=QuestionKind.CEASED,  # replaced by that of each
        decision=decision,
        note=note,
        reason_code=reason_code,
        until=sent.until if decision is Decision.SNOOZED else None,
        assignee=sent.assignee if decision is Decision.ASSIGNED else "",
    )


def _planned(desk: Bulks, request: Request, shown: Filter, given: Given, through: int) -> Plan:
    world = world_of(request)
    name = person_of(request).name
    return planned(
        desk, shown.narrowing(name), given, by=name, today=world.today, policy=world.config.policy, through=through
    )


def preview_bulk(request: Request, asked: Annotated[AskedBulk, Query()]) -> PlanShape | Response:
    """What a decision would do to all open questions of a filter. Nothing is stored, here or anywhere."""
    given = _given(asked, "to be written", "")
    with world_of(request).bulks() as desk:
        wrong = fault(desk, given, world_of(request).today)
        if wrong:
            return fault_in(wrong, "query")
        plan = _planned(desk, request, asked.filter(), given, desk.newest_answer())
    return PlanShape(
        digest=plan.digest,
        through=plan.through,
        total=len(plan.taken),
        clusters=len(plan.seen),
        page=asked.page,
        page_size=PAGE,
        questions=[question_shape(q) for q in plan.taken[(asked.page - 1) * PAGE :][:PAGE]],
        left_out={why: sum(w is why for _, w in plan.left_out) for why in LeftOut},
        left_out_first=[_left_out(q, why) for q, why in plan.left_out[:_NAMED]],
    )


def _left_out(question: OpenQuestion, why: LeftOut) -> LeftOutShape:
    return LeftOutShape(cluster_id=question.cluster.cluster_id, kind=question.question.kind, why=why)


def confirm_bulk(request: Request, sent: SentBulk) -> BulkShape | Response:
    """Store the decision over the questions that the plan named.

    When these are no longer the same, nothing is stored and the answer is 409. When only somebody answered some of them
    since, these are left out and counted.
    """
    shown, given = sent.filter.filter(), _given(sent, sent.note, sent.reason_code)
    with world_of(request).bulks() as desk:
        wrong = fault(desk, given, world_of(request).today)
        if wrong:
            return fault_in(wrong, "body")
        plan = _planned(desk, request, shown, given, sent.through)
        if plan.digest != sent.digest or not plan.taken:
            return problem("plan_changed", "Ask for the plan again; there may be nothing left to answer.")
        answers = plan.answers(by=person_of(request).name, at=world_of(request).clock())
        try:
            kept = desk.answer_all(answers, seen=plan.seen, wanted=shown.query())
        except Overtaken as overtaken:
            first = AnswerShape.model_validate(overtaken.first)
            return problem("overtaken", f"{first.by} answered first.", first=first.model_dump(mode="json"))
    return _shape(kept)


def _shape(bulk: Bulk) -> BulkShape:
    same = ("bulk_id", "by", "at", "decision", "count", "is_undone")
    return BulkShape(**{name: getattr(bulk, name) for name in same}, overtaken=len(bulk.overtaken))


def _known(desk: Bulks, bulk_id: int) -> Bulk:
    bulk = desk.bulk(bulk_id)
    if bulk is None:
        raise HTTPException(404, "There is no such decision over many.")
    return bulk


def get_bulk(
    request: Request,
    bulk_id: NumberInPath,
    page: Annotated[int, Query(ge=1, le=100_000, description="Which page of the answers, from 1.")] = 1,
) -> BulkCase:
    """One decision over many questions, with its answers."""
    with world_of(request).bulks() as desk:
        bulk = _known(desk, bulk_id)
        answers = desk.answers_of(bulk, limit=PAGE, offset=(page - 1) * PAGE)
        first = desk.overtaking(bulk)[:_NAMED]
    return BulkCase(
        **dict(_shape(bulk)),
        page=page,
        page_size=PAGE,
        answers=[AnswerShape.model_validate(a) for a in answers],
        first=[AnswerShape.model_validate(a) for a in first],
    )


def undo_bulk(request: Request, bulk_id: NumberInPath) -> Undone | Response:
    """Take a whole decision over many back: one's own, or as an admin anybody's. Its questions are open again."""
    person = person_of(request)
    with world_of(request).bulks() as desk:
        bulk = _known(desk, bulk_id)
        if bulk.by != person.name and person.role is not Role.ADMIN:
            return problem("forbidden", "Only an admin takes back what others decided.")
        try:
            left = desk.undo_all(bulk_id, by=person.name, any_of=person.role is Role.ADMIN)
        except NotToUndo:
            return problem("undone")
    return Undone(bulk_id=bulk_id, answers=left)
