"""Candidates for the registry: the list, accepting one into the form of a new cluster, rejecting one for good."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from crawler.model import Cluster
from crawler.urls import host, registrable_domain
from db.candidates import CandidateDecided, CandidateState, Found
from db.desk import Desk
from review.forms import Shown, Typed, form_of, text_of
from review.pages import render
from review.registry import decided_page, form_page, words
from review.world import RowId, person_of, world_of

PAGE = 50  # candidates on one page
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/candidates", listing, methods=["GET"], response_model=None)
    app.add_api_route("/candidates/{candidate_id}/accept", accept_page, methods=["GET"], response_model=None)
    app.add_api_route("/candidates/{candidate_id}/reject", reject, methods=["POST"], response_model=None)


def listing(request: Request, state: str = "open", way: str = "", page: int = 1) -> Response:
    """The candidates in one state, the best or the worst first."""
    return _listing(request, state, way, page)


def _listing(  # what is typed is shown again
    request: Request, state: str = "open", way: str = "", page: int = 1, missing: int = 0, code: int = 200
) -> Response:
    shown = CandidateState(state) if state in set(CandidateState) else CandidateState.OPEN
    page = min(max(1, page), 100_000)
    with world_of(request).desk() as desk:
        found = desk.candidates_in(shown, worst_first=way == "up", limit=PAGE, offset=(page - 1) * PAGE)
        known = desk.in_registry(found)
        return render(
            request,
            "candidates.html",
            code,
            candidates=found,
            state=shown,
            states=list(CandidateState),
            counts=desk.candidate_counts(),
            known=known,
            clusters={i: e.cluster for i, e in desk.entries({*known.values(), *(c.cluster_id for c in found)}).items()},
            way=way,
            page=page,
            page_size=PAGE,
            missing=missing,
            **words(request),
        )


def accept_page(request: Request, candidate_id: RowId) -> Response:
    """The form of a new cluster, filled with what is known of a candidate."""
    with world_of(request).desk() as desk:
        found = desk.candidate(candidate_id)
        if found is None:
            raise HTTPException(404)
        if found.state is not CandidateState.OPEN:
            return decided_page(request, desk, candidate_id)
        cluster = as_cluster(found.found, free_id(desk, found.found))
    return form_page(request, Shown(typed=Typed.from_cluster(cluster, candidate_id=candidate_id)), None)


def as_cluster(found: Found, cluster_id: str) -> Cluster:
    """What is known of a candidate as a cluster; a name in Japanese letters is no English one."""
    is_japanese = bool(_JAPANESE.search(found.name))
    extra = {"source": found.source, "why": found.why}
    return Cluster(
        cluster_id=cluster_id,
        name_en="" if is_japanese else found.name,
        name_ja=found.name_ja or (found.name if is_japanese else ""),
        website=found.website,
        extra=tuple((heading, text) for heading, text in extra.items() if text),
    )


def free_id(desk: Desk, found: Found) -> str:
    """An id that nobody has yet: the one proposed, else made from the name or the domain."""
    plain = unicodedata.normalize("NFKD", found.name).encode("ascii", "ignore").decode()
    domain = (registrable_domain(found.website) or host(found.website)).split(".")[0]
    base = found.proposed_id or re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or domain
    numbered = [base, *(f"{base}-{n}" for n in range(2, 10))] if base else []
    taken = {i.casefold() for i in desk.entries(numbered)}
    return next((i for i in numbered if i.casefold() not in taken), "")


def reject(request: Request, candidate_id: RowId, form: Annotated[FormData, Depends(form_of)]) -> Response:
    """Reject a candidate; a reason is needed."""
    reason = text_of(form, "reason")[:2000]
    if not reason:
        return _listing(request, missing=candidate_id, code=422)
    with world_of(request).desk() as desk:
        try:
            desk.reject_candidate(candidate_id, by=person_of(request).name, reason=reason)
        except CandidateDecided:
            return decided_page(request, desk, candidate_id)
    return RedirectResponse("/candidates", status_code=303)
