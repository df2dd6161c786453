"""Open questions, answers to them, and taking answers back."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import Field
from starlette.responses import Response

from crawler.answers import Decision, QuestionKind
from db.desk import NotToUndo, Overtaken
from db.people import Role
from pipelines.answering import Fault, Given, answer_of, fault
from pipelines.questions import OpenQuestion, open_questions
from review.api.calls import ClusterId, NumberInPath, add_call
from review.api.problems import Kind, problem
from review.api.shapes import MAX_ID, PLAIN, AnswerShape, QuestionShape, SentDay, SentInstant, Shape
from review.world import person_of, world_of

_ABOUT = "questions"
_FAULTS = {
    Fault.UNKNOWN: ("decision", "No answer is given with this decision; taking back is a call of its own."),
    Fault.UNTIL: ("until", "`snoozed` needs a day still to come."),
    Fault.ADDRESS: ("address", "This decision needs an address that begins with http:// or https://."),
    Fault.NOTE: ("note", "`noted` needs a note."),
    Fault.ASSIGNEE: ("assignee", "Nobody of this name may sign in."),
}


class Questions(Shape):
    """Open questions in the order in which to answer them: the worst first, those skipped today last."""

    total: int = Field(description="How many fit, over all pages.")
    questions: list[QuestionShape]


class SentAnswer(Shape):
    """An answer as it is sent."""

    question: QuestionKind = Field(description="The question that is answered.", examples=["ceased"])
    decision: Literal[
        Decision.CEASED, Decision.ALIVE, Decision.STATIC, Decision.WRONG_ADDRESS, Decision.MOVED,
        Decision.SNOOZED, Decision.SKIPPED, Decision.NOTED, Decision.ASSIGNED,
    ] = Field(description="What you say. `noted` and `assigned` leave the question open.", examples=["alive"])  # fmt: skip
    verdict_at: SentInstant = Field(
        description="`verdict_at` of the question that you looked at.", examples=["2024-11-25T18:00:00Z"]
    )
    seen: int = Field(
        ge=0, le=MAX_ID, description="`seen` of the question that you looked at: the newest answer then.", examples=[0]
    )
    note: str = Field("", max_length=2000, pattern=PLAIN, description="A remark; needed for `noted`.")
    reason_code: Literal["", "asked_them", "own_website", "other_website", "press", "colleague"] = Field(
        "", description="How you know."
    )
    address: str = Field(
        "", max_length=2000, pattern=PLAIN,
        description="The right or new address, http or https; needed for `moved`, taken for `wrong_address`. "
        "It takes the place of the one in the registry.",
    )  # fmt: skip
    until: SentDay | None = Field(None, description="For `snoozed`: the day on which to ask again, still to come.")
    assignee: str = Field(
        "", max_length=100, pattern=PLAIN, description='For `assigned`: login name, "" takes the assignment away.'
    )

    def given(self) -> Given:
        """What the person says."""
        return Given(
            question=self.question,
            decision=Decision(self.decision),
            note=self.note,
            reason_code=self.reason_code,
            address=self.address,
            until=self.until,
            assignee=self.assignee,
        )


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    add_call(app, "GET /api/questions", list_questions, about=_ABOUT, gives=Questions, refuses=("not_understood",))
    refusals: tuple[Kind, ...] = ("bad_request", "not_found", "overtaken", "rejudged", "not_understood")
    add_call(app, "POST /api/clusters/{cluster_id}/answers", give_answer, about=_ABOUT, gives=AnswerShape,
             status=201, refuses=refusals)  # fmt: skip
    add_call(app, "POST /api/answers/{answer_id}/undo", undo_answer, about=_ABOUT, gives=AnswerShape,
             refuses=("not_found", "undone"))  # fmt: skip


def list_questions(
    request: Request,
    kind: Annotated[QuestionKind | Literal[""], Query(description="Only questions of this kind.")] = "",
    assignee: Annotated[str, Query(max_length=60, description="Only questions given to this person.")] = "",
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="How many to pass over.")] = 0,
) -> Questions:
    """The open questions, the worst first."""
    world = world_of(request)
    with world.desk() as desk:
        everything = open_questions(desk, world.today, world.config.policy)
    found = [q for q in everything if kind in {"", q.question.kind} and assignee in {"", q.question.assignee}]
    return Questions(total=len(found), questions=[question_shape(q) for q in found[offset : offset + limit]])


def question_shape(asked: OpenQuestion) -> QuestionShape:
    """An open question with what an answer to it must name."""
    question = asked.question
    return QuestionShape(
        cluster_id=question.cluster_id,
        name_en=asked.cluster.name_en,
        name_ja=asked.cluster.name_ja,
        kind=question.kind,
        weight=question.weight,
        grounds=list(question.grounds),
        reopened=AnswerShape.model_validate(question.reopened) if question.reopened else None,
        new_grounds=list(question.new_grounds),
        skipped_at=question.skipped_at,
        assignee=question.assignee,
        verdict_at=asked.verdict.decided_at,
        seen=asked.stands.last_id,
    )


def give_answer(request: Request, cluster_id: ClusterId, sent: SentAnswer) -> AnswerShape | Response:
    """Answer a question.

    `verdict_at` and `seen` come from the question. When the cluster was judged or answered since, nothing is stored
    and the answer is 409; `overtaken` tells who was first.
    """
    world = world_of(request)
    given = sent.given()
    with world.desk() as desk:
        if not desk.clusters([cluster_id]):
            raise HTTPException(404, "There is no such cluster in the registry.")
        history = desk.verdict_history(cluster_id)
        verdict = next((v for v in history if v.decided_at == sent.verdict_at), None)
        if verdict is None:
            return problem("rejudged")
        wrong = fault(desk, given, world.today)
        if wrong:
            return fault_in(wrong, "body")
        answer = answer_of(given, verdict, by=person_of(request).name, at=world.clock())
        try:
            return AnswerShape.model_validate(desk.answer(answer, seen=sent.seen))
        except Overtaken as overtaken:
            first = AnswerShape.model_validate(overtaken.first)
            return problem("overtaken", f"{first.by} answered first.", first=first.model_dump(mode="json"))


def fault_in(wrong: Fault, part: str) -> Response:
    """The refusal of what is no answer; `part` of the request has it."""
    where, words = _FAULTS[wrong]
    return problem("not_understood", words, errors=[{"where": f"{part}.{where}", "what": str(wrong), "detail": words}])


def undo_answer(request: Request, answer_id: NumberInPath) -> AnswerShape | Response:
    """Take an answer back; its question is open again. Gives the answer that was taken back.

    A reviewer takes back their own answers, an admin everybody's.
    """
    person = person_of(request)
    with world_of(request).desk() as desk:
        answer = desk.answer_by_id(answer_id)
        if answer is None or answer.decision is Decision.UNDONE:
            raise HTTPException(404, "There is no such answer to take back.")
        if answer.by != person.name and person.role is not Role.ADMIN:
            return problem("forbidden", "Only an admin takes back what others answered.")
        try:
            return AnswerShape.model_validate(desk.undo(answer_id, by=person.name, any_of=person.role is Role.ADMIN))
        except NotToUndo:
            return problem("undone")
