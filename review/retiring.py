"""Taking clusters out of use: retire with a reason, bring back, merge into another one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from db.desk import Desk
from db.history import Entry, cell, columns_of
from db.merging import BOTH, GONE, KEPT, choices, hosts
from db.registrar import EntryChanged, NotPossible
from review.forms import form_of, text_of
from review.pages import render
from review.registry import words
from review.world import person_of, world_of

_FOUND = 20  # clusters among which the other one is chosen
Form = Annotated[FormData, Depends(form_of)]


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/clusters/{cluster_id}/retire", retire_page, methods=["GET"], response_model=None)
    app.add_api_route("/clusters/{cluster_id}/retire", retire, methods=["POST"], response_model=None)
    app.add_api_route("/clusters/{cluster_id}/revive", revive, methods=["POST"], response_model=None)
    app.add_api_route("/clusters/{cluster_id}/merge", merge_page, methods=["GET"], response_model=None)
    app.add_api_route("/clusters/{cluster_id}/merge", merge, methods=["POST"], response_model=None)


def _known(desk: Desk, cluster_id: str) -> Entry:
    entry = desk.entry(cluster_id)
    if entry is None:
        raise HTTPException(404)
    return entry


def _to_case(cluster_id: str) -> Response:
    return RedirectResponse(f"/clusters/{cluster_id}#registry", status_code=303)


# --- retire, and bring back ---


def retire_page(request: Request, cluster_id: str) -> Response:
    """What retiring means, and the field for the reason; of a retired cluster, what bringing it back means."""
    with world_of(request).desk() as desk:
        return _retire_page(request, _known(desk, cluster_id), "", "")


def _retire_page(request: Request, entry: Entry, note: str, fault: str, code: int = 200) -> Response:
    return render(request, "retire.html", code, entry=entry, note=note, fault=fault, **words(request))


def retire(request: Request, cluster_id: str, form: Form) -> Response:
    """Retire a cluster; a reason is needed."""
    note = text_of(form, "note")[:2000]
    with world_of(request).desk() as desk:
        entry = _known(desk, cluster_id)
        if not note:
            return _retire_page(request, entry, note, "note", 422)
        try:
            desk.retire_cluster(cluster_id, seen=text_of(form, "seen"), by=person_of(request).name, note=note)
        except (EntryChanged, NotPossible):
            return _retire_page(request, entry, note, "changed", 409)
    return _to_case(cluster_id)


def revive(request: Request, cluster_id: str, form: Form) -> Response:
    """Bring a retired cluster back."""
    note = text_of(form, "note")[:2000]
    with world_of(request).desk() as desk:
        entry = _known(desk, cluster_id)
        try:
            desk.revive_cluster(cluster_id, seen=text_of(form, "seen"), by=person_of(request).name, note=note)
        except (EntryChanged, NotPossible):
            return _retire_page(request, entry, note, "changed", 409)
    return _to_case(cluster_id)


# --- merge ---


def merge_page(request: Request, cluster_id: str, q: str = "", into: str = "") -> Response:
    """The search for the cluster that stays, or both side by side once it is chosen."""
    with world_of(request).desk() as desk:
        gone = _known(desk, cluster_id)
        kept = desk.entry(into.strip()) if into.strip() else None
        if kept is not None and may_merge(gone, kept):
            return _merge_page(request, gone, kept, choices(kept.cluster, gone.cluster))
        text = "".join(c for c in (q or into) if c.isprintable()).strip()[:200]
        found = [row for row in desk.listed(text, "live", limit=_FOUND + 1) if row.cluster_id != cluster_id]
        return render(
            request,
            "merge_choose.html",
            gone=gone,
            found=found[:_FOUND] if text else [],
            text=text,
            wrong=bool(into),
            **words(request),
        )


def may_merge(gone: Entry, kept: Entry) -> bool:
    """Whether one can be merged into the other: two clusters, both in use."""
    is_same = gone.cluster.cluster_id == kept.cluster.cluster_id
    return not (is_same or gone.record.retired or kept.record.retired)


def _merge_page(
    request: Request,
    gone: Entry,
    kept: Entry,
    chosen: dict[str, str],
    *,
    note: str = "",
    changed: bool = False,
) -> Response:
    """Both clusters side by side, with a choice for each column in which they differ."""
    proposed = choices(kept.cluster, gone.cluster)
    columns = [
        (c, cell(kept.cluster, c), cell(gone.cluster, c), chosen.get(c, proposed[c]))
        for c in columns_of(kept.cluster, gone.cluster)
        if c in proposed and c != "other_hosts"
    ]
    options = {o: " ".join(hosts(kept.cluster, gone.cluster, o)) for o in (BOTH, KEPT, GONE)}
    same = [
        (c, cell(kept.cluster, c))
        for c in columns_of(kept.cluster, gone.cluster)
        if c not in {*proposed, "cluster_id"} and cell(kept.cluster, c)
    ]
    return render(
        request,
        "merge.html",
        409 if changed else 200,
        gone=gone,
        kept=kept,
        columns=columns,
        same=same,
        host_options={option: text for option, text in options.items() if "other_hosts" in proposed},
        host_choice=chosen.get("other_hosts", proposed.get("other_hosts", KEPT)),
        note=note,
        changed=changed,
        **words(request),
    )


def merge(request: Request, cluster_id: str, form: Form) -> Response:
    """Merge a cluster into the chosen one."""
    into, note = text_of(form, "into"), text_of(form, "note")[:2000]
    with world_of(request).desk() as desk:
        gone, kept = _known(desk, cluster_id), _known(desk, into)
        names = columns_of(kept.cluster, gone.cluster)
        chosen = {c: text_of(form, f"keep:{c}") for c in names if text_of(form, f"keep:{c}") in {KEPT, GONE, BOTH}}
        seen = (text_of(form, "seen_gone"), text_of(form, "seen_kept"))
        try:
            desk.merge_clusters(cluster_id, into, chosen=chosen, seen=seen, by=person_of(request).name, note=note)
        except (EntryChanged, NotPossible):
            if not may_merge(gone, kept):
                return _retire_page(request, gone, note, "changed", 409)
            return _merge_page(request, gone, kept, chosen, note=note, changed=True)
    return _to_case(into)
