"""A workbook in the pages: saved to be filled in, sent back, looked at change by change, and stored once confirmed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from crawler.errors import RefusedInput
from db.desk import NotToUndo
from db.history import differences
from db.people import Role
from db.worksheets import Worksheet, Worksheets
from pipelines.bulk import narrowed
from pipelines.narrowing import selected
from pipelines.questions import open_questions
from pipelines.worksheet.making import lines_of_clusters, lines_of_questions
from pipelines.worksheet.planning import sheet_plan
from pipelines.worksheet.plans import SheetPlan, chosen
from pipelines.worksheet.reading import Filled, filled
from review.faults import Faults
from review.filters import Filter
from review.forms import form_of, text_of
from review.overview import FORMS
from review.pages import render, spoken_in
from review.registry_words import RegistryWords
from review.uploads import TooLarge, Upload
from review.worksheet_faults import PATTERNS
from review.worksheet_words import vocabulary, words_of, workbook
from review.world import RowId, person_of, world_of

_PAGE = 100  # clusters with changes on one page
_CLASHES = 300  # conflicts that can be chosen in one go
_SHOWN = 200  # mistakes, and remarks, that are listed
Form = Annotated[FormData, Depends(form_of)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/sheet", start, methods=["GET"], response_model=None)
    app.add_api_route("/sheet", send, methods=["POST"], response_model=None)
    app.add_api_route("/sheet/save/{scope}", save, methods=["GET"], response_model=None)
    app.add_api_route("/sheet/{upload_id}", preview, methods=["GET"], response_model=None)
    app.add_api_route("/sheet/{upload_id}/confirm", confirm, methods=["POST"], response_model=None)
    app.add_api_route("/sheet/{upload_id}/drop", drop, methods=["POST"], response_model=None)
    app.add_api_route("/sheets/{sheet_id}", done, methods=["GET"], response_model=None)
    app.add_api_route("/sheets/{sheet_id}/undo", take_back, methods=["POST"], response_model=None)


def _desk(request: Request) -> Worksheets:
    """The open store, with workbooks."""
    world = world_of(request)
    return Worksheets.open(world.database, clock=world.clock, archive=world.config.storage.archive)


def _words(request: Request) -> dict[str, object]:
    spoken = spoken_in(request)
    return {
        "words": RegistryWords(spoken),
        "headings": words_of(spoken.language).headings,
        "say": Faults(spoken, PATTERNS).say,
        "shown_most": _SHOWN,
    }


# --- out ---


def start(request: Request) -> Response:
    """Where a workbook is saved from and sent to."""
    return _start(request)


def _start(
    request: Request, fault: str = "", reason: str = "", code: int = 200, upload: Upload | None = None
) -> Response:
    """The page with what is wrong, if anything is; `upload` is the file that is refused."""
    with _desk(request) as desk:
        shown = {"fault": fault, "reason": reason, "upload": upload, "sheets": desk.last_sheets()}
        return render(request, "sheet.html", code, **shown, **_words(request))


def save(request: Request, scope: str) -> Response:
    """The workbook of the questions, or the clusters, that fit the filter."""
    world = world_of(request)
    policy, name = world.config.policy, person_of(request).name
    with _desk(request) as desk:
        if scope == "questions":
            shown = Filter.of_questions(request.query_params)
            asked = open_questions(desk, world.today, policy)
            lines = lines_of_questions(
                desk, narrowed(desk, asked, shown.narrowing(name), today=world.today, policy=policy)
            )
        elif scope == "clusters":
            shown = Filter.of(request)
            which = selected(desk, shown.parts(), world.today, policy) if shown.is_set else None
            lines = lines_of_clusters(desk, None if which is None else desk.ids(which), world.today, policy)
        else:
            raise HTTPException(404)
    content = workbook(lines, spoken_in(request).language, world.today)
    file = f"clusterwatch-{scope}-{world.today:%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(content, media_type=FORMS["xlsx"], headers=headers)


# --- back ---


def send(request: Request, form: Form) -> Response:
    """Take a workbook in, and show what it would change. Nothing is stored."""
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return _start(request, "none", code=422)
    world = world_of(request)
    name = "".join(c for c in sent.filename if c.isprintable())[-200:]
    try:
        upload_id = world.uploads.keep(person_of(request).name, name, sent.file, world.clock())
    except TooLarge:
        return _start(request, "large", code=413)
    return RedirectResponse(f"/sheet/{upload_id}", status_code=303)


def _found(request: Request, upload_id: str) -> tuple[Upload, bytes] | None:
    world = world_of(request)
    return world.uploads.content(upload_id, person_of(request).name, world.clock())


def preview(request: Request, upload_id: str, page: PageNumber = 1) -> Response:
    """What is in the workbook, and what it would change."""
    found = _found(request, upload_id)
    if found is None:
        return _start(request, "gone", code=404)
    read = _read(request, *found)
    if isinstance(read, Response):
        return read
    with _desk(request) as desk:
        return _preview(request, desk, found[0], read, page=page)


def _read(request: Request, upload: Upload, content: bytes) -> Filled | Response:
    """The rows of a workbook, or the page that says why it cannot be taken.

    It is kept like any other, until it is dropped or too old: a page that is loaded again says the same once more.
    """
    try:
        return filled(content, vocabulary())
    except RefusedInput as refused:
        return _start(request, "refused", str(refused), 422, upload)


def _preview(
    request: Request, desk: Worksheets, upload: Upload, read: Filled, *, page: int = 1, changed: bool = False
) -> Response:
    plan = _plan(request, desk, read)
    places = {clash.name: cluster.cluster for cluster in plan.clusters for clash in cluster.changes if clash.clash}
    return render(
        request,
        "sheet_preview.html",
        409 if changed else 200,
        upload=upload,
        plan=plan,
        changed=changed,
        clashes=[(clash, places[clash.name]) for clash in plan.clashes[:_CLASHES]],
        free=sum(change.clash is None for cluster in plan.clusters for change in cluster.changes),
        clusters=plan.clusters[(page - 1) * _PAGE :][:_PAGE],
        page=page,
        pages=(len(plan.clusters) + _PAGE - 1) // _PAGE,
        **_words(request),
    )


def _plan(request: Request, desk: Worksheets, read: Filled) -> SheetPlan:
    world = world_of(request)
    return sheet_plan(desk, read, world.today, world.config.policy)


def confirm(request: Request, upload_id: str, form: Form) -> Response:
    """Store just what was shown and chosen; when something has changed since, show it again."""
    found = _found(request, upload_id)
    if found is None:
        return _start(request, "gone", code=404)
    upload, person = found[0], person_of(request).name
    taken = {value for value in form.getlist("take") if isinstance(value, str)}
    read = _read(request, *found)  # what takes longest comes before the transaction, in which others wait to write
    if isinstance(read, Response):
        return read
    # One state from the look to the storing: nobody may answer or correct anything in between.
    with _desk(request) as desk, desk.transaction():
        plan = _plan(request, desk, read)
        lines = [] if plan.refused else chosen(plan, taken, by=person, at=world_of(request).clock())
        if plan.digest != text_of(form, "expected") or not lines:
            return _preview(request, desk, upload, read, changed=True)
        kept = desk.store_sheet(lines, by=person, source=upload.name)
    world_of(request).uploads.drop(upload_id, person)
    return RedirectResponse(f"/sheets/{kept.sheet_id}", status_code=303)


def drop(request: Request, upload_id: str) -> Response:
    """Forget a workbook; nothing of it was stored."""
    world_of(request).uploads.drop(upload_id, person_of(request).name)
    return RedirectResponse("/sheet", status_code=303)


# --- after the act ---


def done(request: Request, sheet_id: RowId) -> Response:
    """A workbook after the act: what it changed, and how to take it back."""
    with _desk(request) as desk:
        sheet = _known(desk, sheet_id)
        answers = desk.answers_in(sheet)
        changes = [(change, differences(change.before, change.after)) for change in desk.changes_of(sheet)]
        ids = {*(a.cluster_id for a in answers), *(change.cluster_id for change, _ in changes)}
        return render(
            request,
            "sheet_done.html",
            sheet=sheet,
            answers=answers,
            changes=changes,
            clusters={c.cluster_id: c for c in desk.clusters(list(ids), retired=True)},
            **_words(request),
        )


def _known(desk: Worksheets, sheet_id: int) -> Worksheet:
    sheet = desk.sheet(sheet_id)
    if sheet is None:
        raise HTTPException(404)
    return sheet


def take_back(request: Request, sheet_id: RowId) -> Response:
    """Take back what a workbook changed."""
    person = person_of(request)
    with _desk(request) as desk:
        _known(desk, sheet_id)
        try:
            desk.undo_sheet(sheet_id, by=person.name, any_of=person.role is Role.ADMIN)
        except NotToUndo:
            return render(request, "refused.html", 409, cluster=None, fault="undone", first=None)
    return RedirectResponse(f"/sheets/{sheet_id}", status_code=303)
