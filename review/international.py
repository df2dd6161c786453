"""How international a cluster is, on its case: the class, the words that it rests on, and a person's word about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from crawler.international import Assessing, International
from crawler.model import Cluster, Partner
from db.assessments import AssessedMeanwhile
from db.desk import Desk
from pipelines.assessing import MAX_NOTE, assessing_of, last_id, said_of
from pipelines.judging.international import class_of
from review.pages import render
from review.world import World, person_of, world_of

_SHOWN = 12  # statements of one cluster


class SentAssessment(BaseModel):
    """A person's word as a form sends it."""

    kind: International | None = None  # None withdraws the word before
    note: str = Field("", max_length=MAX_NOTE + 100)
    seen: int = Field(0, ge=0)  # id of the newest word that was on the screen


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/clusters/{cluster_id}/assessments", assess, methods=["POST"], response_model=None)
    app.add_api_route("/clusters/{cluster_id}/assessments/withdraw", withdraw, methods=["POST"], response_model=None)


def assess(request: Request, cluster_id: str, sent: Annotated[SentAssessment, Form()]) -> Response:
    """Say which class a cluster has."""
    if sent.kind is None:
        raise HTTPException(422)
    return _keep(request, cluster_id, sent)


def withdraw(request: Request, cluster_id: str, sent: Annotated[SentAssessment, Form()]) -> Response:
    """Take back what a person said: the program's class counts again."""
    return _keep(request, cluster_id, sent.model_copy(update={"kind": None}))


def _keep(request: Request, cluster_id: str, sent: SentAssessment) -> Response:
    world = world_of(request)
    with world.desk() as desk:
        (cluster,) = desk.clusters([cluster_id]) or (None,)
        if cluster is None:
            raise HTTPException(404)
        if sent.kind is not None and not sent.note.strip():
            return render(request, "refused.html", 422, cluster=cluster, fault="note", first=None)
        stands = _stands(desk, cluster, world)
        if sent.kind is None and stands.word is None:
            return _back(cluster)  # taken back already
        said = said_of(stands, cluster_id, sent.kind, sent.note, by=person_of(request).name, at=world.clock())
        try:
            desk.assess(said, seen=sent.seen)
        except AssessedMeanwhile:
            note = sent.note.strip()
            return render(request, "refused.html", 409, cluster=cluster, fault="assessed", first=None, note=note)
    return _back(cluster)


def _back(cluster: Cluster) -> Response:
    return RedirectResponse(f"/clusters/{cluster.cluster_id}#partners", status_code=303)


def _stands(desk: Desk, cluster: Cluster, world: World) -> Assessing:
    return assessing_of(desk, cluster.cluster_id, as_of=world.today, policy=world.config.policy)


def partner_fields(desk: Desk, cluster: Cluster, world: World) -> dict[str, object]:
    """What the case of a cluster shows of its partners abroad."""
    stands = _stands(desk, cluster, world)
    said = desk.assessments([cluster.cluster_id]).get(cluster.cluster_id, [])
    policy, today = world.config.policy, world.today

    def kind(partner: Partner) -> International | None:
        return class_of(partner, as_of=today, policy=policy)

    return {
        "international": stands,
        "partners": [(p, kind(p), p in stands.contradicted_by) for p in stands.told.evidence[:_SHOWN]],
        "more_partners": max(0, len(stands.told.evidence) - _SHOWN),
        "assessments": list(reversed(said)),
        "assessed_last": last_id(said),
        "international_classes": list(International),
        "partner_years": policy.partner_days / 365.25,
    }
