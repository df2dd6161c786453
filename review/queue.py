"""The queue of open questions, and the answers to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from crawler.answers import REASON_CODES, Answer, Decision, QuestionKind
from crawler.model import Cluster
from crawler.urls import is_web
from db.bulk import Bulk, Bulks
from db.desk import Desk, NotToUndo, Overtaken
from db.people import Role
from pipelines.answering import Given, answer_of, fault
from pipelines.bulk import narrowed
from pipelines.judging.answers import effective
from pipelines.questions import OpenQuestion, open_questions
from review.filters import MAX_FILTER, Filter, choices
from review.letters import waiting_for
from review.pages import render
from review.world import RowId, World, person_of, world_of

MAX_NOTE = 2_000  # characters
_LAST = 5  # decisions that can be taken back with one key
_SAID = 3  # remarks that a question shows; its case has all
_SNOOZE = timedelta(days=30)  # proposed


class Sent(BaseModel):
    """An answer as a form sends it."""

    cluster_id: str = Field(max_length=100)
    question: QuestionKind
    decision: Decision
    verdict_at: datetime
    seen: int = Field(ge=0)
    note: str = Field("", max_length=MAX_NOTE)
    reason_code: str = Field("", max_length=40)
    address: str = Field("", max_length=2000)
    until: str = Field("", max_length=10)
    assignee: str = Field("", max_length=100)
    back: str = Field("", max_length=MAX_FILTER)  # "case", or the filter of the queue as a query

    def given(self) -> Given:
        """What the person says; a day that is none is left out."""
        try:
            until = date.fromisoformat(self.until)
        except ValueError:
            until = None
        return Given(
            question=self.question,
            decision=self.decision,
            note=self.note,
            reason_code=self.reason_code,
            address=self.address,
            until=until,
            assignee=self.assignee,
        )


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/queue", queue, methods=["GET"], response_model=None)
    app.add_api_route("/answers", give_answer, methods=["POST"], response_model=None)
    app.add_api_route("/answers/{answer_id}/undo", take_back, methods=["POST"], response_model=None)


def queue(request: Request, at: str = "", done: int = 0, undone: int = 0) -> Response:
    """The question to answer now: the worst that fits the filter, or the one that `at` names."""
    world = world_of(request)
    person = person_of(request)
    shown = Filter.of_questions(request.query_params)
    with world.bulks() as desk:
        everything = open_questions(desk, world.today, world.config.policy)
        of_all_kinds = narrowed(
            desk,
            everything,
            replace(shown, kind="").narrowing(person.name),
            today=world.today,
            policy=world.config.policy,
        )
        found = [q for q in of_all_kinds if shown.kind in {"", q.question.kind}]
        here = next((i for i, q in enumerate(found) if place(q) == at), 0)
        now = found[here] if found else None
        decided = desk.decided_since(person.name, world.midnight)
        last = _last_decisions(desk, person.name)
        return render(
            request,
            "queue.html",
            now=now,
            found=found,
            before=found[here - 1] if here else None,
            after=found[here + 1] if here + 1 < len(found) else None,
            everything=len(everything),
            kinds={k: sum(q.question.kind is k for q in of_all_kinds) for k in QuestionKind},
            fitting=len(of_all_kinds),
            given_to_me=sum(q.question.assignee == person.name for q in everything),
            shown=shown,
            choices=choices(request, desk),
            position=decided + here + 1 if now else decided,
            total=decided + len(found),
            last=last,
            done=next((d for d in last if isinstance(d[0], Answer) and d[0].answer_id == done), None),
            undone=undone,
            place=place,
            overdue=len(desk.waiting_letters(due_before=world.today)),
            said=_said(desk, now) if now else [],
            asked_them=waiting_for(desk, now.cluster.cluster_id, world.today) if now else [],
            **decision_fields(desk, now.cluster.cluster_id if now else "", world),
            proposed=_proposed(now) if now else "",
        )


def _said(desk: Desk, now: OpenQuestion) -> list[Answer]:
    """What colleagues left with a question that stays open: notes, and to whom it was given; the newest first."""
    given = desk.answers([now.cluster.cluster_id]).get(now.cluster.cluster_id, [])
    told = [a for a in effective(given) if a != now.question.reopened and (a.note or a.assignee)]
    return told[: -_SAID - 1 : -1]


def _last_decisions(desk: Bulks, name: str) -> list[tuple[Answer, Cluster] | tuple[Bulk, None]]:
    """What a person decided last, newest first: an answer with its cluster, or a decision over many."""
    last = desk.last_decisions(name, _LAST)
    ids = [d.cluster_id for d in last if isinstance(d, Answer)]
    names = {c.cluster_id: c for c in desk.clusters(ids, retired=True)}
    return [(d, names[d.cluster_id]) if isinstance(d, Answer) else (d, None) for d in last]


def place(asked: OpenQuestion) -> str:
    """What names a question in an address."""
    return f"{asked.question.kind}:{asked.cluster.cluster_id}"


def _proposed(asked: OpenQuestion) -> str:
    """The address that a site names as its new one, for the field of the form; "" when it names none."""
    reasons = [r for r in asked.verdict.reasons if r.code in {"moved", "succession"}]
    for reason in reasons:
        words = reason.url if reason.code == "moved" else reason.text.rpartition(": ")[2].removesuffix(".")
        for address in (words, f"https://{words}/" if " " not in words and "." in words else ""):
            if is_web(address):
                return address
    return ""


def decision_fields(desk: Desk, cluster_id: str, world: World) -> dict[str, object]:
    """What the form of an answer needs beside the question."""
    return {
        "people": [p.name for p in desk.people() if p.disabled_at is None and p.role is not Role.VIEWER],
        "reason_codes": REASON_CODES,
        "snooze_until": world.today + _SNOOZE,
        "tomorrow": world.today + timedelta(days=1),
        "rescan": desk.last_rescan(cluster_id) if cluster_id else None,
    }


# --- answering ---


def give_answer(request: Request, sent: Annotated[Sent, Form()]) -> Response:
    """Store an answer, and go on to the next question."""
    world = world_of(request)
    given = sent.given()
    with world.desk() as desk:
        (cluster,) = desk.clusters([sent.cluster_id]) or (None,)
        if cluster is None:
            raise HTTPException(404)
        history = desk.verdict_history(sent.cluster_id)
        verdict = next((v for v in history if v.decided_at == sent.verdict_at), None)
        wrong = fault(desk, given, world.today)
        if verdict is None or wrong:
            return render(
                request, "refused.html", 422, cluster=cluster, fault=wrong or "rejudged", first=None,
                note=sent.note.strip(), again=_again(cluster, sent),
            )  # fmt: skip
        answer = answer_of(given, verdict, by=person_of(request).name, at=world.clock())
        try:
            kept = desk.answer(answer, seen=sent.seen)
        except Overtaken as overtaken:
            return render(
                request, "refused.html", 409, cluster=cluster, fault="overtaken", first=overtaken.first,
                note=sent.note.strip(), again=_again(cluster, sent),
            )  # fmt: skip
    return RedirectResponse(_next(cluster, sent.back, kept), status_code=303)


def _again(cluster: Cluster, sent: Sent) -> str:
    """The question that was being answered; "" when it was answered on the case."""
    if sent.back == "case":
        return ""
    return f"/queue{Filter.of_questions(QueryParams(sent.back)).query(at=f'{sent.question}:{cluster.cluster_id}')}"


def _next(cluster: Cluster, back: str, kept: Answer) -> str:
    """Where to go on: the case that the answer was given on, or the queue, which shows the next question."""
    if back == "case":
        return f"/clusters/{cluster.cluster_id}#answers"
    stays = kept.decision in {Decision.NOTED, Decision.ASSIGNED}
    at = f"{kept.question}:{cluster.cluster_id}" if stays else ""
    return f"/queue{Filter.of_questions(QueryParams(back)).query(done=kept.answer_id, at=at)}"


def take_back(request: Request, answer_id: RowId, back: Annotated[str, Form(max_length=MAX_FILTER)] = "") -> Response:
    """Take an answer back; its question is open again."""
    person = person_of(request)
    with world_of(request).desk() as desk:
        try:
            first = desk.undo(answer_id, by=person.name, any_of=person.role is Role.ADMIN)
        except NotToUndo:
            return render(request, "refused.html", 409, cluster=None, fault="undone", first=None)
    if back == "case":
        return RedirectResponse(f"/clusters/{first.cluster_id}#answers", status_code=303)
    at = f"{first.question}:{first.cluster_id}"
    query = Filter.of_questions(QueryParams(back)).query(undone=answer_id, at=at)
    return RedirectResponse(f"/queue{query}", status_code=303)
