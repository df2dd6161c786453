"""The registry as people keep it: the list, a new cluster, and the correction of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from crawler.model import Cluster
from db.candidates import CandidateDecided, Candidates, CandidateState
from db.cells import Fault
from db.checking import Finding
from db.desk import Desk
from db.history import Entry, differences
from db.registrar import STATES, EntryChanged, IdTaken
from review.faults import Faults
from review.forms import Shown, Typed, by_column, form_of
from review.pages import render, spoken_in
from review.registry_words import GROUPS, RegistryWords
from review.world import person_of, world_of

PAGE = 50  # rows on one page
_CHANGES_SHOWN = 50
Form = Annotated[FormData, Depends(form_of)]


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/registry", listing, methods=["GET"], response_model=None)
    app.add_api_route("/registry/new", new_page, methods=["GET"], response_model=None)
    app.add_api_route("/registry/new", add, methods=["POST"], response_model=None)
    app.add_api_route("/clusters/{cluster_id}/edit", edit_page, methods=["GET"], response_model=None)
    app.add_api_route("/clusters/{cluster_id}/edit", correct, methods=["POST"], response_model=None)


def words(request: Request) -> dict[str, object]:
    """What templates of the registry need to speak."""
    spoken = spoken_in(request)
    return {"words": RegistryWords(spoken), "say": Faults(spoken).say, "groups": GROUPS}


def listing(
    request: Request, q: str = "", state: str = "live", page: int = 1, added: int = -1, changed: int = 0
) -> Response:
    """The rows of the registry, retired ones on request."""
    text = "".join(c for c in q if c.isprintable()).strip()[:200]
    state = state if state in STATES else "live"
    page = min(max(1, page), 100_000)
    with world_of(request).desk() as desk:
        return render(
            request,
            "registry.html",
            rows=desk.listed(text, state, limit=PAGE, offset=(page - 1) * PAGE),
            total=desk.listed_total(text, state),
            page=page,
            page_size=PAGE,
            text=text,
            state=state,
            imported=(added, changed) if added >= 0 else None,
            candidates=desk.candidate_counts()[CandidateState.OPEN],
            **words(request),
        )


# --- a new one ---


def new_page(request: Request) -> Response:
    """The form of a new cluster, blank."""
    blank = Cluster(cluster_id="", name_en="", website="")
    return form_page(request, Shown(typed=Typed.from_cluster(blank)), None)


def form_page(request: Request, shown: Shown, entry: Entry | None, code: int = 200) -> Response:
    """The form of a row; `entry` is None for a new one."""
    return render(request, "registry_form.html", code, shown=shown, entry=entry, **words(request))


def add(request: Request, form: Form) -> Response:
    """Add a cluster; one that was a candidate is accepted with the same step."""
    typed = Typed.of(form)
    checked = typed.checked()
    if checked.cluster is None or unread(checked.findings, typed):
        return form_page(request, Shown(typed=typed, findings=by_column(checked.findings)), None, 422)
    with world_of(request).desk() as desk:
        try:
            store_new(desk, checked.cluster, typed, person_of(request).name)
        except IdTaken:
            fault = Fault("is the id of a cluster already, perhaps of a retired one", "Give it another id.")
            findings = by_column([*checked.findings, Finding("cluster_id", fault, refused=True)])
            return form_page(request, Shown(typed=typed, findings=findings), None, 409)
        except CandidateDecided:
            return decided_page(request, desk, typed.candidate_id)
    return RedirectResponse(f"/clusters/{checked.cluster.cluster_id}#registry", status_code=303)


def store_new(desk: Candidates, cluster: Cluster, typed: Typed, by: str) -> None:
    """Add a cluster, and accept the candidate that it was. Raises IdTaken, CandidateDecided."""
    if typed.candidate_id:
        desk.accept_candidate(typed.candidate_id, cluster, by=by, note=typed.note)
    else:
        desk.add_cluster(cluster, by=by, note=typed.note)


def decided_page(request: Request, desk: Desk, candidate_id: int) -> Response:
    """Says that somebody else has decided on a candidate."""
    found = desk.candidate(candidate_id)
    if found is None:
        raise HTTPException(404)
    return render(request, "registry_refused.html", 409, candidate=found, **words(request))


def unread(findings: tuple[Finding, ...], typed: Typed) -> bool:
    """Whether the row has remarks that the person has not seen yet; those that were seen are accepted."""
    return bool({found.column for found in findings} - typed.warned)


# --- a correction ---


def edit_page(request: Request, cluster_id: str, change: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0) -> Response:
    """The form of a row as it is, or as it was before the change that `change` names."""
    with world_of(request).desk() as desk:
        entry = desk.entry(cluster_id)
        if entry is None:
            raise HTTPException(404)
        old = desk.registry_change(change) if change else None
        before = old.before if old and old.cluster_id == cluster_id else None
        typed = Typed.from_cluster(before.cluster if before else entry.cluster, entry.record.digest)
        return form_page(request, Shown(typed=typed), entry)


def correct(request: Request, cluster_id: str, form: Form) -> Response:
    """Store a correction; what somebody else has stored in the meantime is shown beside what was typed."""
    with world_of(request).desk() as desk:
        entry = desk.entry(cluster_id)
        if entry is None:
            raise HTTPException(404)
        sent = Typed.of(form)
        columns = {**sent.columns, "cluster_id": cluster_id}  # an id never changes
        typed = Typed(columns, sent.further, sent.seen, sent.note, sent.warned)
        checked = typed.checked()
        findings = by_column(checked.findings)
        if entry.record.digest != typed.seen:
            return _overtaken(request, desk, entry, typed, findings)
        if checked.cluster is None or unread(checked.findings, typed):
            return form_page(request, Shown(typed=typed, findings=findings), entry, 422)
        try:
            desk.correct_cluster(checked.cluster, seen=typed.seen, by=person_of(request).name, note=typed.note)
        except EntryChanged as changed:
            return _overtaken(request, desk, changed.now, typed, findings)
    return RedirectResponse(f"/clusters/{cluster_id}#registry", status_code=303)


def _overtaken(request: Request, desk: Desk, now: Entry, typed: Typed, findings: dict[str, list[Finding]]) -> Response:
    """The form with what was typed, and beside it what the registry has now; sent again, it is stored."""
    again = Typed(typed.columns, typed.further, now.record.digest, typed.note, typed.warned)
    last = next(iter(desk.registry_changes(now.cluster.cluster_id, limit=1)), None)
    return form_page(request, Shown(typed=again, findings=findings, now=now, by=last), now, 409)


def of_case(request: Request, desk: Desk, entry: Entry) -> dict[str, object]:
    """What the case of a cluster shows of the registry: its state, and what was changed."""
    changes = desk.registry_changes(entry.cluster.cluster_id, limit=_CHANGES_SHOWN)
    others = {c.other for c in changes if c.other} | {entry.record.merged_into} - {""}
    return {
        "entry": entry,
        "retirement": next((c for c in changes if c.after.retired and not (c.before and c.before.retired)), None),
        "changes": [(change, differences(change.before, change.after)) for change in changes],
        "others": {other: e.cluster for other, e in desk.entries(others).items()},
        **words(request),
    }
