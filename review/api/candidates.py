"""Candidates for the registry: the list, new ones, accepting and rejecting."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import Field
from starlette.responses import Response

from db.candidate_files import checked_mention
from db.candidates import Candidate, CandidateDecided, CandidateState, Found
from review.api.calls import NumberInPath, add_call
from review.api.problems import MAX_ERRORS, Kind, problem
from review.api.registry import stored_row
from review.api.rows import MAX_NOTE, SentRow
from review.api.shapes import PLAIN, ClusterShape, RegistryRow, Shape
from review.candidates import PAGE, as_cluster, free_id
from review.world import person_of, world_of

_ABOUT = "candidates"
_Text = Annotated[str, Field(max_length=2000)]


class CandidateShape(Shape):
    """One organisation that was found and may belong into the registry."""

    candidate_id: int
    name: str
    name_ja: str
    website: str
    proposed_id: str
    why: str = Field(description="Why it may belong into the registry.")
    source: str = Field(description="Where it was found.")
    score: float | None = Field(description="How much speaks for it; larger is better.")
    state: CandidateState
    found_at: datetime
    last_found_at: datetime
    times_found: int
    decided_by: str
    decided_at: datetime | None
    reason: str
    cluster_id: str = Field(description='What it became, "" unless it was accepted.')
    in_registry: str = Field(description='The cluster of the registry that it seems to be, "" for none.')


class CandidatePage(Shape):
    """One page of the candidates in one state."""

    counts: dict[CandidateState, int]
    page: int
    page_size: int
    candidates: list[CandidateShape]


class CandidateCase(Shape):
    """One candidate, with the row that it would become."""

    candidate: CandidateShape
    proposed: ClusterShape = Field(description="What is known of it; complete it and send it to accept.")


class SentCandidate(Shape):
    """One mention of an organisation; a name or a website is needed."""

    name: str = Field("", max_length=300, examples=["Fuji Cluster"])
    website: _Text = ""
    name_ja: str = Field("", max_length=300)
    proposed_id: str = Field("", max_length=100)
    why: _Text = ""
    source: _Text = ""
    score: float | None = Field(None, allow_inf_nan=False)


class SentCandidates(Shape):
    """Mentions of organisations."""

    candidates: list[SentCandidate] = Field(min_length=1, max_length=500)
    source: str = Field("", max_length=200, pattern=PLAIN, description="Where all of them come from, for the audit.")


class AddedShape(Shape):
    """What became of the mentions."""

    new: int
    again: int = Field(description="Open already, and counted once more.")
    decided: int = Field(description="Accepted or rejected before; counted, and not asked again.")


class SentRejection(Shape):
    """Why a candidate does not belong into the registry."""

    reason: str = Field(min_length=1, max_length=MAX_NOTE, pattern=PLAIN)


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    one = "/api/candidates/{candidate_id}"
    sent: tuple[Kind, ...] = ("bad_request", "not_understood")
    add_call(app, "GET /api/candidates", list_candidates, about=_ABOUT, gives=CandidatePage,
             refuses=("not_understood",))  # fmt: skip
    add_call(app, "POST /api/candidates", add_candidates, about=_ABOUT, gives=AddedShape, status=201, refuses=sent)
    add_call(app, f"GET {one}", get_candidate, about=_ABOUT, gives=CandidateCase, refuses=("not_found",))
    add_call(app, f"POST {one}/accept", accept_candidate, about=_ABOUT, gives=RegistryRow, status=201,
             refuses=(*sent, "not_found", "decided", "id_taken"))  # fmt: skip
    add_call(app, f"POST {one}/reject", reject_candidate, about=_ABOUT, gives=CandidateShape,
             refuses=(*sent, "not_found", "decided"))  # fmt: skip


def _shape(candidate: Candidate, in_registry: str) -> CandidateShape:
    found = {name: getattr(candidate.found, name) for name in SentCandidate.model_fields}
    same = ("candidate_id", "state", "found_at", "last_found_at", "times_found", "decided_by", "decided_at", "reason")
    rest = {name: getattr(candidate, name) for name in same}
    return CandidateShape(**found, **rest, cluster_id=candidate.cluster_id, in_registry=in_registry)


def list_candidates(
    request: Request,
    state: Annotated[CandidateState, Query(description="Only candidates in this state.")] = CandidateState.OPEN,
    way: Annotated[Literal["", "up"], Query(description="up: the worst first.")] = "",
    page: Annotated[int, Query(ge=1, le=100_000, description="Which page, from 1.")] = 1,
) -> CandidatePage:
    """The candidates in one state, the best first."""
    with world_of(request).desk() as desk:
        found = desk.candidates_in(state, worst_first=way == "up", limit=PAGE, offset=(page - 1) * PAGE)
        known = desk.in_registry(found)
        shapes = [_shape(c, known.get(c.candidate_id, "")) for c in found]
        return CandidatePage(counts=desk.candidate_counts(), page=page, page_size=PAGE, candidates=shapes)


def add_candidates(request: Request, sent: SentCandidates) -> AddedShape | Response:
    """Add candidates. One of the same site or name as another is counted, and a rejected one does not come back."""
    mentions: list[Found] = []
    errors: list[dict[str, str]] = []
    for number, one in enumerate(sent.candidates):
        typed = {name: "" if value is None else str(value).strip() for name, value in one.model_dump().items()}
        values, faults = checked_mention(typed)
        errors += [
            {"where": f"body.candidates.{number}.{name}", "what": "refused", "detail": f"{f.reason[:400]}. {f.advice}"}
            for name, f in faults.items()
        ]
        if not faults:
            mentions.append(Found(**values))  # type: ignore[arg-type]  # each value comes from its field's check
    if errors:
        return problem("not_understood", "See `errors`; nothing was stored.", errors=errors[:MAX_ERRORS])
    with world_of(request).desk() as desk:
        kept = desk.add_candidates(mentions, by=person_of(request).name, source=sent.source.strip())
    return AddedShape.model_validate(kept)


def get_candidate(request: Request, candidate_id: NumberInPath) -> CandidateCase:
    """One candidate, with the row that it would become."""
    with world_of(request).desk() as desk:
        found = desk.candidate(candidate_id)
        if found is None:
            raise HTTPException(404, "There is no such candidate.")
        known = desk.in_registry([found]).get(candidate_id, "")
        cluster = as_cluster(found.found, free_id(desk, found.found))
    return CandidateCase(candidate=_shape(found, known), proposed=ClusterShape.model_validate(cluster))


def accept_candidate(request: Request, candidate_id: NumberInPath, sent: SentRow) -> RegistryRow | Response:
    """Add a candidate to the registry: the cluster is added and the candidate closed in one step."""
    with world_of(request).desk() as desk:
        if desk.candidate(candidate_id) is None:
            raise HTTPException(404, "There is no such candidate.")
    return stored_row(request, sent, candidate_id)


def reject_candidate(request: Request, candidate_id: NumberInPath, sent: SentRejection) -> CandidateShape | Response:
    """Reject a candidate for good."""
    reason = sent.reason.strip()
    if not reason:
        error = {"where": "body.reason", "what": "missing", "detail": "A reason is needed."}
        return problem("not_understood", error["detail"], errors=[error])
    with world_of(request).desk() as desk:
        if desk.candidate(candidate_id) is None:
            raise HTTPException(404, "There is no such candidate.")
        try:
            desk.reject_candidate(candidate_id, by=person_of(request).name, reason=reason)
        except CandidateDecided:
            return problem("decided")
        found = desk.candidate(candidate_id)
        assert found is not None
        return _shape(found, desk.in_registry([found]).get(candidate_id, ""))
