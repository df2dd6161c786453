"""One decision over all questions of a filter: a preview of what it would do, one confirmation, and its undoing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from crawler.answers import Decision, QuestionKind
from db.bulk import Bulk, Bulks
from db.desk import NotToUndo, Overtaken
from db.people import Role
from pipelines.answering import Fault, Given, fault
from pipelines.bulk import DECISIONS, LeftOut, Plan, planned, telling
from review.filters import MAX_FILTER, PAGE, Filter, told
from review.pages import render
from review.queue import MAX_NOTE, decision_fields
from review.world import RowId, person_of, world_of

_NAMED = 20  # clusters of one reason to be left out that are named; the others are counted


class Sent(BaseModel):
    """What the form of the preview confirms."""

    filter: str = Field("", max_length=MAX_FILTER)  # as the query of an address
    decision: Decision
    until: str = Field("", max_length=10)
    assignee: str = Field("", max_length=100)
    note: str = Field("", max_length=MAX_NOTE)
    reason_code: str = Field("", max_length=40)
    through: int = Field(ge=0)
    digest: str = Field(max_length=64)


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/bulk", preview, methods=["GET"], response_model=None)
    app.add_api_route("/bulk", confirm, methods=["POST"], response_model=None)
    app.add_api_route("/bulks/{bulk_id}", done, methods=["GET"], response_model=None)
    app.add_api_route("/bulks/{bulk_id}/undo", take_back, methods=["POST"], response_model=None)


def preview(request: Request, decision: str = "", until: str = "", assignee: str = "") -> Response:
    """The choice of a decision, and what it would do to the questions of the filter."""
    shown = Filter.of_questions(request.query_params)
    given = _given(decision, until, assignee) if decision in set(DECISIONS) else None
    with world_of(request).bulks() as desk:
        wrong = _fault(desk, request, replace(given, note="to be written")) if given else None
        return _page(request, desk, shown, given, wrong=wrong)


def _given(decision: str, until: str, assignee: str, note: str = "", reason_code: str = "") -> Given:
    """What is said of every question; a day that is none is left out."""
    try:
        day = date.fromisoformat(until)
    except ValueError:
        day = None
    return Given(
        question=QuestionKind.CEASED,  # replaced by that of each
        decision=Decision(decision),
        note=note,
        reason_code=reason_code,
        until=day if decision == Decision.SNOOZED else None,
        assignee=assignee if decision == Decision.ASSIGNED else "",
    )


def _fault(desk: Bulks, request: Request, given: Given) -> Fault | None:
    return Fault.UNKNOWN if given.decision not in DECISIONS else fault(desk, given, world_of(request).today)


def _planned(desk: Bulks, request: Request, shown: Filter, given: Given, through: int) -> Plan:
    world = world_of(request)
    name = person_of(request).name
    return planned(
        desk, shown.narrowing(name), given, by=name, today=world.today, policy=world.config.policy, through=through
    )


def _page(
    request: Request,
    desk: Bulks,
    shown: Filter,
    given: Given | None,
    *,
    wrong: Fault | None = None,
    changed: bool = False,
) -> Response:
    """The page of a decision over many, as things stand now."""
    looked = given or _given(Decision.NOTED, "", "")  # leaves nothing out: so many questions there are
    plan = _planned(desk, request, shown, looked, desk.newest_answer())
    fit = {q.cluster.cluster_id for q in plan.taken} | {q.cluster.cluster_id for q, _ in plan.left_out}
    is_by_cluster = shown.is_set and not (shown.kind or shown.mine or shown.asked or shown.assigned)
    world = world_of(request)
    return render(
        request,
        "bulk.html",
        409 if changed else 422 if wrong else 200,
        shown=shown,
        words=told(request, shown),
        given=given,
        plan=plan,
        taken=plan.taken[(shown.page - 1) * PAGE :][:PAGE],
        page_size=PAGE,
        n_clusters=len({q.cluster.cluster_id for q in plan.taken}),
        left_out={why: [q for q, w in plan.left_out if w is why] for why in LeftOut},
        n_named=_NAMED,
        unasked=desk.total(shown.wanted(desk, world)) - len(fit) if is_by_cluster else 0,
        decisions=DECISIONS,
        wrong=wrong,
        changed=changed,
        telling=telling,
        **decision_fields(desk, "", world_of(request)),
    )


def confirm(request: Request, sent: Annotated[Sent, Form()]) -> Response:
    """Store the decision over the questions that the preview showed.

    When they are no longer the same, because a night has judged anew or the registry has changed, nothing is stored
    and the preview is shown again: the person confirmed another list. When only somebody answered some of them since,
    the rest is what was confirmed, so these are left out and named.
    """
    shown = Filter.of_questions(QueryParams(sent.filter))
    given = _given(sent.decision, sent.until, sent.assignee, sent.note, sent.reason_code)
    person = person_of(request)
    # One state from the look to the storing: no cluster may be retired or judged anew in between.
    with world_of(request).bulks() as desk, desk.transaction():
        wrong = _fault(desk, request, given)
        if wrong:
            return _page(request, desk, shown, given if given.decision in DECISIONS else None, wrong=wrong)
        plan = _planned(desk, request, shown, given, sent.through)
        if plan.digest != sent.digest or not plan.taken:
            return _page(request, desk, shown, given, changed=True)
        answers = plan.answers(by=person.name, at=world_of(request).clock())
        try:
            kept = desk.answer_all(answers, seen=plan.seen, wanted=shown.query())
        except Overtaken as overtaken:
            return render(request, "refused.html", 409, cluster=None, fault="overtaken", first=overtaken.first)
    return RedirectResponse(f"/bulks/{kept.bulk_id}", status_code=303)


def done(request: Request, bulk_id: RowId) -> Response:
    """A decision over many after the act: what was stored, what was left out, and how to take it back."""
    page = Filter.of(request).page
    with world_of(request).bulks() as desk:
        bulk = _known(desk, bulk_id)
        answers = desk.answers_of(bulk, limit=PAGE, offset=(page - 1) * PAGE)
        first = desk.overtaking(bulk)
        ids = {a.cluster_id for a in (*answers, *first[:_NAMED])}
        return render(
            request,
            "bulk_done.html",
            bulk=bulk,
            answers=answers,
            first=first[:_NAMED],
            clusters={c.cluster_id: c for c in desk.clusters(list(ids), retired=True)},
            page=page,
            pages=(bulk.count + PAGE - 1) // PAGE,
        )


def _known(desk: Bulks, bulk_id: int) -> Bulk:
    bulk = desk.bulk(bulk_id)
    if bulk is None:
        raise HTTPException(404)
    return bulk


def take_back(request: Request, bulk_id: RowId) -> Response:
    """Take a whole decision over many back; its questions are open again."""
    person = person_of(request)
    with world_of(request).bulks() as desk:
        bulk = _known(desk, bulk_id)
        try:
            desk.undo_all(bulk_id, by=person.name, any_of=person.role is Role.ADMIN)
        except NotToUndo:
            return render(request, "refused.html", 409, cluster=None, fault="undone", first=None)
    query = Filter.of_questions(QueryParams(bulk.wanted.removeprefix("?"))).query(undone=bulk.last_answer)
    return RedirectResponse(f"/queue{query}", status_code=303)
