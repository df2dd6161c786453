"""The registry as people keep it: the list, adding, correcting, retiring, merging, and the history of each row."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import Field
from starlette.responses import Response

from crawler.model import Cluster
from db.candidates import CandidateDecided
from db.desk import Desk
from db.history import Entry, cell, columns_of
from db.merging import BOTH, GONE, choices, hosts
from db.registrar import EntryChanged, IdTaken, NotPossible
from review.api.calls import ClusterId, add_call
from review.api.problems import Kind, problem
from review.api.rows import (
    MAX_NOTE,
    ChangeShape,
    SentCorrection,
    SentRow,
    change_shape,
    changed,
    faulty,
    row_shape,
)
from review.api.shapes import PLAIN, RegistryRow, Shape
from review.registry import PAGE, store_new, unread
from review.retiring import may_merge
from review.world import person_of, world_of

_ABOUT = "registry"
_BLANK = Cluster(cluster_id="", name_en="", website="", home_language="", country="")


class ListedShape(Shape):
    """One row of the registry as the list shows it."""

    cluster_id: str
    name_en: str
    name_ja: str
    website: str
    retired_at: datetime | None
    merged_into: str
    changed_at: datetime
    changed_by: str = Field(description='Login name, "" for a row from before there was a history.')


class RegistryPage(Shape):
    """One page of the registry."""

    total: int = Field(description="How many rows fit, over all pages.")
    page: int
    page_size: int
    rows: list[ListedShape]


class History(Shape):
    """What was changed in one row, the newest first."""

    changes: list[ChangeShape]


class SentRetirement(Shape):
    """Why a row goes out of use."""

    seen: str = Field(max_length=64, description="`digest` of the row that you saw.")
    note: str = Field(min_length=1, max_length=MAX_NOTE, pattern=PLAIN, description="Why; a reason is needed.")


class SentRevival(Shape):
    """Why a row comes back into use."""

    seen: str = Field(max_length=64, description="`digest` of the row that you saw.")
    note: str = Field("", max_length=MAX_NOTE, pattern=PLAIN)


class Side(Shape):
    """One column in which two clusters differ."""

    column: str
    kept: str = Field(description="The value of the one that would stay.")
    gone: str = Field(description="The value of the one that would go.")
    both: str = Field("", description="For `other_hosts`: those of both, and the websites of the one that goes.")
    proposed: Literal["kept", "gone", "both"]


class MergePreview(Shape):
    """Two clusters side by side, before one is merged into the other."""

    gone: RegistryRow
    kept: RegistryRow
    columns: list[Side] = Field(description="The columns in which they differ.")


class SentMerge(Shape):
    """The choice between two clusters that are one."""

    into: str = Field(min_length=1, max_length=100, description="The cluster that stays.", examples=["cedar"])
    chosen: dict[str, Literal["kept", "gone", "both"]] = Field(
        {}, max_length=250, description="For a column whose value counts; for others what the preview proposes."
    )
    seen_gone: str = Field(max_length=64, description="`digest` of the row that goes.")
    seen_kept: str = Field(max_length=64, description="`digest` of the row that stays.")
    note: str = Field("", max_length=MAX_NOTE, pattern=PLAIN)


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    one = "/api/registry/{cluster_id}"
    sent: tuple[Kind, ...] = ("bad_request", "not_understood")
    row: tuple[Kind, ...] = (*sent, "not_found", "changed")
    add_call(app, "GET /api/registry", list_registry, about=_ABOUT, gives=RegistryPage, refuses=("not_understood",))
    add_call(app, "POST /api/registry", add_row, about=_ABOUT, gives=RegistryRow, status=201,
             refuses=(*sent, "id_taken"))  # fmt: skip
    add_call(app, f"GET {one}", get_row, about=_ABOUT, gives=RegistryRow, refuses=("not_found",))
    add_call(app, f"POST {one}", correct_row, about=_ABOUT, gives=RegistryRow, refuses=row)
    add_call(app, f"GET {one}/history", list_history, about=_ABOUT, gives=History,
             refuses=("not_found", "not_understood"))  # fmt: skip
    add_call(app, f"POST {one}/retire", retire_row, about=_ABOUT, gives=RegistryRow, refuses=(*row, "not_possible"))
    add_call(app, f"POST {one}/revive", revive_row, about=_ABOUT, gives=RegistryRow, refuses=(*row, "not_possible"))
    add_call(app, f"GET {one}/merge", preview_merge, about=_ABOUT, gives=MergePreview,
             refuses=("not_found", "not_understood", "not_possible"))  # fmt: skip
    add_call(app, f"POST {one}/merge", merge_row, about=_ABOUT, gives=RegistryRow, refuses=(*row, "not_possible"))


def list_registry(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="Words to find in id, names or website.")] = "",
    state: Annotated[Literal["live", "retired", "all"], Query(description="Merged ones are retired too.")] = "live",
    page: Annotated[int, Query(ge=1, le=100_000, description="Which page, from 1.")] = 1,
) -> RegistryPage:
    """The rows of the registry, by name."""
    text = "".join(c for c in q if c.isprintable()).strip()
    with world_of(request).desk() as desk:
        found = desk.listed(text, state, limit=PAGE, offset=(page - 1) * PAGE)
        rows = [ListedShape.model_validate(row) for row in found]
        return RegistryPage(total=desk.listed_total(text, state), page=page, page_size=PAGE, rows=rows)


def known_row(desk: Desk, cluster_id: str) -> Entry:
    """The row of an id, retired or not, or the answer 404."""
    entry = desk.entry(cluster_id)
    if entry is None:
        raise HTTPException(404, "There is no such cluster in the registry.")
    return entry


def get_row(request: Request, cluster_id: ClusterId) -> RegistryRow:
    """One row of the registry, retired or not, with the digest that a change of it must name."""
    with world_of(request).desk() as desk:
        return row_shape(known_row(desk, cluster_id))


def list_history(
    request: Request,
    cluster_id: ClusterId,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 50,
) -> History:
    """What was changed in one row: by whom, when, why, and each column before and after; the newest first."""
    with world_of(request).desk() as desk:
        known_row(desk, cluster_id)
        return History(changes=[change_shape(c) for c in desk.registry_changes(cluster_id, limit=limit)])


# --- a new one, and a correction ---


def add_row(request: Request, sent: SentRow) -> RegistryRow | Response:
    """Add a cluster, checked by the same rules as the row of a file."""
    return stored_row(request, sent, 0)


def stored_row(request: Request, sent: SentRow, candidate_id: int) -> RegistryRow | Response:
    """Add a cluster; with `candidate_id` the candidate is accepted with the same step."""
    typed = sent.cluster.typed(_BLANK, note=sent.note, warned=sent.warned, candidate_id=candidate_id)
    checked = typed.checked()
    if checked.cluster is None or unread(checked.findings, typed):
        return faulty(checked.findings)
    with world_of(request).desk() as desk:
        try:
            store_new(desk, checked.cluster, typed, person_of(request).name)
        except IdTaken as taken:
            return problem("id_taken", str(taken))
        except CandidateDecided:
            return problem("decided")
        return row_shape(known_row(desk, checked.cluster.cluster_id))


def correct_row(request: Request, cluster_id: ClusterId, sent: SentCorrection) -> RegistryRow | Response:
    """Put other values into a row; columns that are left out stay as they are.

    When somebody has changed the row since, nothing is stored and the answer is 409 with both versions.
    """
    with world_of(request).desk() as desk:
        entry = known_row(desk, cluster_id)
        columns = sent.cluster.model_copy(update={"cluster_id": cluster_id})  # an id never changes
        typed = columns.typed(entry.cluster, sent.seen, sent.note, sent.warned)
        if entry.record.digest != typed.seen:
            return changed(desk, entry, typed)
        checked = typed.checked()
        if checked.cluster is None or unread(checked.findings, typed):
            return faulty(checked.findings)
        try:
            desk.correct_cluster(checked.cluster, seen=typed.seen, by=person_of(request).name, note=typed.note)
        except EntryChanged as meanwhile:
            return changed(desk, meanwhile.now, typed)
        return row_shape(known_row(desk, cluster_id))


# --- out of use, and back ---


def retire_row(request: Request, cluster_id: ClusterId, sent: SentRetirement) -> RegistryRow | Response:
    """Take a cluster out of use: no longer visited, asked about, or in the mapping. All of its history stays."""
    note = sent.note.strip()
    if not note:
        error = {"where": "body.note", "what": "missing", "detail": "A reason is needed."}
        return problem("not_understood", "A reason is needed.", errors=[error])
    with world_of(request).desk() as desk:
        known_row(desk, cluster_id)
        try:
            desk.retire_cluster(cluster_id, seen=sent.seen, by=person_of(request).name, note=note)
        except EntryChanged as meanwhile:
            return changed(desk, meanwhile.now)
        except NotPossible as wrong:
            return problem("not_possible", str(wrong))
        return row_shape(known_row(desk, cluster_id))


def revive_row(request: Request, cluster_id: ClusterId, sent: SentRevival) -> RegistryRow | Response:
    """Bring a retired cluster back into use."""
    with world_of(request).desk() as desk:
        known_row(desk, cluster_id)
        try:
            desk.revive_cluster(cluster_id, seen=sent.seen, by=person_of(request).name, note=sent.note.strip())
        except EntryChanged as meanwhile:
            return changed(desk, meanwhile.now)
        except NotPossible as wrong:
            return problem("not_possible", str(wrong))
        return row_shape(known_row(desk, cluster_id))


# --- merge ---


def preview_merge(
    request: Request,
    cluster_id: ClusterId,
    into: Annotated[
        str, Query(min_length=1, max_length=100, description="The cluster that would stay.", examples=["cedar"])
    ],
) -> MergePreview | Response:
    """Two clusters side by side, with what is proposed for each column in which they differ. Nothing is stored."""
    with world_of(request).desk() as desk:
        gone, kept = known_row(desk, cluster_id), known_row(desk, into)
    if not may_merge(gone, kept):
        return problem("not_possible", "Both must be in use, and two.")
    proposed = choices(kept.cluster, gone.cluster)
    sides = [
        Side(
            column=column,
            kept=cell(kept.cluster, column),
            gone=cell(gone.cluster, column),
            both=" ".join(hosts(kept.cluster, gone.cluster, BOTH)) if column == "other_hosts" else "",
            proposed=_choice(proposed[column]),
        )
        for column in columns_of(kept.cluster, gone.cluster)
        if column in proposed
    ]
    return MergePreview(gone=row_shape(gone), kept=row_shape(kept), columns=sides)


def _choice(word: str) -> Literal["kept", "gone", "both"]:
    return "both" if word == BOTH else "gone" if word == GONE else "kept"


def merge_row(request: Request, cluster_id: ClusterId, sent: SentMerge) -> RegistryRow | Response:
    """Retire a cluster in favour of another one; gives the one that stays, with the chosen columns.

    Visits, verdicts, answers and history stay under their ids.
    """
    with world_of(request).desk() as desk:
        gone, kept = known_row(desk, cluster_id), known_row(desk, sent.into)
        wrong = _odd_choices(sent, gone, kept)
        if wrong:
            return problem("not_understood", wrong[0]["detail"], errors=wrong)
        try:
            desk.merge_clusters(
                cluster_id,
                sent.into,
                chosen=sent.chosen,
                seen=(sent.seen_gone, sent.seen_kept),
                by=person_of(request).name,
                note=sent.note.strip(),
            )
        except EntryChanged as meanwhile:
            return changed(desk, meanwhile.now)
        except NotPossible as impossible:
            return problem("not_possible", str(impossible))
        return row_shape(known_row(desk, sent.into))


def _odd_choices(sent: SentMerge, gone: Entry, kept: Entry) -> list[dict[str, str]]:
    """What is chosen for columns that there are not, or that cannot be of both."""
    names = set(columns_of(kept.cluster, gone.cluster)) - {"cluster_id"}
    return [
        {"where": "body.chosen", "what": "unknown", "detail": "There is no such column, or it cannot be of both."}
        for column, choice in sent.chosen.items()
        if column not in names or (choice == BOTH and column != "other_hosts")
    ][:1]
