"""A registry file: what it would change, and the change itself, once its plan is confirmed by its digest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from pydantic import AfterValidator, Field
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from crawler.errors import RefusedInput
from db.checking import FIELDS
from db.history import differences
from db.importing import ImportPlan, PlanChanged, import_plan, import_registry
from db.registry import FURTHER, LEFT_OUT, Issue, RegistryReport, proposed, registry_report
from db.sheets import Sheet, column_name, sheet_of
from review.api.calls import add_call
from review.api.problems import problem
from review.api.rows import DifferenceShape
from review.api.shapes import Shape
from review.uploads import MAX_BYTES
from review.world import person_of, world_of

_SHOWN = 100  # lines of each list; the counts are always whole
_MEANINGS = (*FIELDS, FURTHER, LEFT_OUT)
_FILE = {"type": "string", "format": "binary"}
# Of OpenAPI: hence Any.
_TAKES: dict[str, Any] = {
    "required": True,
    "description": "A CSV or XLSX file of up to 10 MiB, as it is or as the part `file` of a form.",
    "content": {
        "text/csv": {"schema": _FILE},
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {"schema": _FILE},
        "application/octet-stream": {"schema": _FILE},
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"file": _FILE}, "required": ["file"]},
        },
    },
}


def _is_meaning(word: str) -> str:
    if word not in _MEANINGS:
        raise ValueError("a column is taken for one of the registry's, for + (a further one), or left out")
    return word


_Meaning = Annotated[str, AfterValidator(_is_meaning), Field(json_schema_extra={"enum": list(_MEANINGS)})]


class IssueShape(Shape):
    """One thing that a person should mend or know about."""

    row: int = Field(description="As a spreadsheet program shows it.")
    column: str
    reason: str
    advice: str


class HeadingShape(Shape):
    """One column of the file."""

    letter: str = Field(description="As a spreadsheet program names it.")
    heading: str
    taken_for: str = Field(description='A column of the registry, `+` for a further one, "" for left out.')


class PlannedShape(Shape):
    """One cluster that the import adds or changes."""

    cluster_id: str
    is_new: bool
    differences: list[DifferenceShape]


class ImportShape(Shape):
    """What is in a file, and what its import does. Lists have 100 lines at most; the counts are whole."""

    imported: bool = Field(description="False: nothing was stored, this is what would be.")
    form: str = Field(description="What the file was read as.")
    headings: list[HeadingShape]
    digest: str = Field(description="Send it as `expected` to import just this.")
    accepted: int = Field(description="Rows.")
    warned: int = Field(description="Accepted rows with remarks.")
    refused: int = Field(description="Rows; while there are any, `partial` must be true.")
    added: int
    changed: int
    unchanged: int
    left_out: int = Field(description="Rows of clusters that people have taken out of the registry.")
    not_in_file: int = Field(description="Clusters of the registry that the file does not mention; they stay.")
    refusals: list[IssueShape]
    remarks: list[IssueShape] = Field(description="About the header, accepted rows, and those left out.")
    changes: list[PlannedShape]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent."""

    name: str  # "" when it has none
    content: bytes


async def _file_of(request: Request) -> AsyncIterator[SentFile]:
    """The file of a request, raw or in a form; the gate has bounded its size."""
    try:
        if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            async with request.form(max_files=1, max_fields=5) as form:
                part = form.get("file")
                if not isinstance(part, UploadFile):
                    raise HTTPException(400, "The form has no file in its part `file`.")
                name = "".join(c for c in part.filename or "" if c.isprintable())[-200:]
                sent = SentFile(name, await part.read(MAX_BYTES + 1))
        else:
            sent = SentFile("", await request.body())
    except ClientDisconnect:  # or the gate has cut it off
        raise HTTPException(413) from None
    if len(sent.content) > MAX_BYTES:
        raise HTTPException(413)
    yield sent


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    add_call(app, "POST /api/imports", import_file, about="registry", gives=ImportShape, takes=_TAKES,
             refuses=("bad_request", "not_understood", "plan_changed"))  # fmt: skip


def import_file(
    request: Request,
    sent: Annotated[SentFile, Depends(_file_of)],
    dry_run: Annotated[bool, Query(description="Only tell what the import would do.")] = True,
    expected: Annotated[str, Query(max_length=64, description="`digest` of what you saw; needed to import.")] = "",
    partial: Annotated[bool, Query(description="Import the good rows although others are refused.")] = False,
    column: Annotated[
        list[_Meaning] | None,
        Query(max_length=200, description="What each column is, in their order; by default it is found out."),
    ] = None,
) -> ImportShape | Response:
    """Tell what a registry file would change, or change it.

    First send it with `dry_run`; then once more with `dry_run=false` and the digest that was answered. When the import
    would no longer do just that, nothing is stored and the answer is 409.
    """
    if not dry_run and not expected:
        error = {"where": "query.expected", "what": "missing", "detail": "Send the digest of what you saw."}
        return problem("not_understood", error["detail"], errors=[error])
    with world_of(request).desk() as desk:
        try:
            sheet = sheet_of(sent.content)
            chosen = tuple(column) if column is not None else proposed(sheet)
            report = registry_report(sheet, chosen)
            plan = import_plan(desk, report)
            if not dry_run:
                name, by = sent.name or "sent by a program", person_of(request).name
                import_registry(
                    desk, report, partial=partial, dry_run=False, by=by, source=name, expected=expected
                )  # fmt: skip
        except RefusedInput as refused:
            error = {"where": "body.file", "what": "refused", "detail": f"The file {refused}"[:500]}
            return problem("not_understood", error["detail"], errors=[error])
        except PlanChanged:
            return problem("plan_changed", "Look at it again with dry_run.")
    return _shape(sheet, chosen, report, plan, imported=not dry_run)


def _shape(
    sheet: Sheet, chosen: Sequence[str], report: RegistryReport, plan: ImportPlan, *, imported: bool
) -> ImportShape:
    return ImportShape(
        imported=imported,
        form=report.form,
        headings=[
            HeadingShape(letter=column_name(i), heading=heading, taken_for=chosen[i] if i < len(chosen) else "")
            for i, heading in enumerate(sheet.header)
        ],
        digest=plan.digest,
        accepted=len(report.accepted),
        warned=report.warned,
        refused=len(report.refused),
        added=len(plan.added),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        left_out=len(plan.left_out),
        not_in_file=len(plan.not_in_file),
        refusals=_issues(report.refused_issues),
        remarks=_issues((*plan.left_out, *report.warnings)),
        changes=[
            PlannedShape(
                cluster_id=c.after.cluster.cluster_id,
                is_new=c.before is None,
                differences=[DifferenceShape.model_validate(d) for d in differences(c.before, c.after)],
            )
            for c in plan.changes[:_SHOWN]
        ],
    )


def _issues(found: Sequence[Issue]) -> list[IssueShape]:
    return [IssueShape(row=i.row, column=i.column, reason=i.reason, advice=i.advice) for i in found[:_SHOWN]]
