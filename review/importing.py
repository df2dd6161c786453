"""A registry file in the pages: sent, looked at column by column and row by row, and stored once that is confirmed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from crawler.errors import RefusedInput
from db.checking import FIELDS
from db.desk import Desk
from db.history import cell, differences
from db.importing import PlanChanged, import_plan, import_registry
from db.registry import RegistryReport, proposed, registry_report
from db.sheets import Sheet, column_name, sheet_of
from review.forms import form_of, text_of
from review.pages import render
from review.registry import words
from review.uploads import TooLarge, Upload
from review.world import person_of, world_of

_SAMPLES = 3  # values shown of each column
_FIRST = 5  # rows shown as they would be read
_SHOWN = 100  # lines of each list; the counts are always whole
Form = Annotated[FormData, Depends(form_of)]


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/registry/import", upload_page, methods=["GET"], response_model=None)
    app.add_api_route("/registry/import", send, methods=["POST"], response_model=None)
    app.add_api_route("/registry/import/{upload_id}", preview, methods=["GET"], response_model=None)
    app.add_api_route("/registry/import/{upload_id}/columns", choose, methods=["POST"], response_model=None)
    app.add_api_route("/registry/import/{upload_id}/confirm", confirm, methods=["POST"], response_model=None)
    app.add_api_route("/registry/import/{upload_id}/drop", drop, methods=["POST"], response_model=None)


def upload_page(request: Request) -> Response:
    """The form that sends a file."""
    return _upload_page(request)


def _upload_page(request: Request, fault: str = "", reason: str = "", code: int = 200) -> Response:
    return render(request, "import.html", code, fault=fault, reason=reason, fields=FIELDS, **words(request))


def send(request: Request, form: Form) -> Response:
    """Take a file in, and show what it would change. Nothing of the registry is touched."""
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return _upload_page(request, "none", code=422)
    world = world_of(request)
    name = "".join(c for c in sent.filename if c.isprintable())[-200:]
    try:
        upload_id = world.uploads.keep(person_of(request).name, name, sent.file, world.clock())
    except TooLarge:
        return _upload_page(request, "large", code=413)
    found = _found(request, upload_id)
    assert found is not None
    try:
        sheet_of(found[1])
    except RefusedInput as refused:
        world.uploads.drop(upload_id, person_of(request).name)
        return _upload_page(request, "refused", str(refused), 422)
    return RedirectResponse(f"/registry/import/{upload_id}", status_code=303)


def _found(request: Request, upload_id: str) -> tuple[Upload, bytes] | None:
    world = world_of(request)
    return world.uploads.content(upload_id, person_of(request).name, world.clock())


def _gone(request: Request) -> Response:
    """Says that a file is not here any more."""
    return _upload_page(request, "gone", code=404)


def preview(request: Request, upload_id: str) -> Response:
    """What is in the file, and what an import would change."""
    found = _found(request, upload_id)
    if found is None:
        return _gone(request)
    with world_of(request).desk() as desk:
        return _preview(request, desk, *found)


def _preview(request: Request, desk: Desk, upload: Upload, content: bytes, *, changed: bool = False) -> Response:
    sheet = sheet_of(content)
    chosen = upload.choices or proposed(sheet)
    shown: dict[str, object] = {"report": None, "plan": None, "refusal": ""}
    try:
        report = registry_report(sheet, chosen)
    except RefusedInput as refused:
        shown["refusal"] = str(refused)
    else:
        plan = import_plan(desk, report)
        shown |= {
            "report": report,
            "plan": plan,
            "columns": [
                *(name for name in FIELDS if name in report.columns),
                *(n for n in report.columns if n not in FIELDS),
            ][:40],
            "first": report.accepted[:_FIRST],
            "added": [c.after.cluster for c in plan.added[:_SHOWN]],
            "updated": [(c.after.cluster, differences(c.before, c.after)) for c in plan.changed[:_SHOWN]],
            "warnings": [*plan.left_out, *report.warnings][:_SHOWN],
            "n_warnings": len(plan.left_out) + len(report.warnings),
        }
    return render(
        request,
        "import_preview.html",
        409 if changed else 200,
        upload=upload,
        form=sheet.form,
        n_rows=len(sheet.rows),
        headings=_headings(sheet, chosen),
        fields=FIELDS,
        changed=changed,
        shown_most=_SHOWN,
        cell=cell,
        **shown,
        **words(request),
    )


def _headings(sheet: Sheet, chosen: tuple[str, ...]) -> list[tuple[str, str, str, list[str]]]:
    """For each column its letter, its heading, what it is taken for, and some of its values."""
    return [
        (
            column_name(i),
            heading,
            chosen[i] if i < len(chosen) else "",
            [texts[i].text for _, texts in sheet.rows[:50] if i < len(texts) and texts[i].text][:_SAMPLES],
        )
        for i, heading in enumerate(sheet.header)
    ]


def choose(request: Request, upload_id: str, form: Form) -> Response:
    """Take the columns for what the person says, and show the file again."""
    if _found(request, upload_id) is None:
        return _gone(request)
    choices = [value if isinstance(value, str) and value in {*FIELDS, "+"} else "" for value in form.getlist("column")]
    world_of(request).uploads.choose(upload_id, person_of(request).name, choices)
    return RedirectResponse(f"/registry/import/{upload_id}", status_code=303)


def confirm(request: Request, upload_id: str, form: Form) -> Response:
    """Store exactly what was shown; when the registry or the columns have changed since, show it again."""
    found = _found(request, upload_id)
    if found is None:
        return _gone(request)
    upload, content = found
    person = person_of(request).name
    with world_of(request).desk() as desk:
        try:
            report = _report(content, upload)
            result = import_registry(
                desk,
                report,
                partial=text_of(form, "partial") == "1",
                dry_run=False,
                by=person,
                source=upload.name,
                expected=text_of(form, "expected") or "nothing was shown",
            )
        except (RefusedInput, PlanChanged):
            return _preview(request, desk, upload, content, changed=True)
    world_of(request).uploads.drop(upload_id, person)
    return RedirectResponse(f"/registry?added={result.added}&changed={result.changed}", status_code=303)


def _report(content: bytes, upload: Upload) -> RegistryReport:
    sheet = sheet_of(content)
    return registry_report(sheet, upload.choices or proposed(sheet))


def drop(request: Request, upload_id: str) -> Response:
    """Forget the file."""
    world_of(request).uploads.drop(upload_id, person_of(request).name)
    return RedirectResponse("/registry/import", status_code=303)
