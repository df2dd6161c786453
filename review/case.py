"""The case of one cluster: the question, every reason with its words, the history, and what people said."""

from __future__ import annotations

from datetime import datetime

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from crawler.answers import QuestionKind
from crawler.model import Family, Reason, Verdict, Visit
from pipelines.judging.answers import effective, questions, standing
from pipelines.judging.ceasing import programme_over_on, silent_since
from pipelines.judging.evidence import evidence
from pipelines.judging.programmes import phases_of
from pipelines.judging.verdict import overturning
from review.changes import choice_fields, kept_of
from review.international import partner_fields
from review.letters import letter_fields
from review.pages import render
from review.queue import decision_fields
from review.quotes import quotes
from review.registry import of_case
from review.saved import pictures_of
from review.timeline import HEIGHT, WIDTH, timeline
from review.world import world_of

_VISITS_SHOWN = 30


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/clusters/{cluster_id}", case, methods=["GET"], response_model=None)


def case(request: Request, cluster_id: str, visit: str = "", refused: str = "") -> Response:
    """Everything about one cluster; `visit` chooses whose requests are listed."""
    world = world_of(request)
    policy = world.config.policy
    with world.desk() as desk:
        entry = desk.entry(cluster_id)
        if entry is None:
            raise HTTPException(404)
        cluster = entry.cluster
        word = desk.current(cluster_id)
        visits = desk.visits(cluster_id)
        history = desk.verdict_history(cluster_id)
        answers = desk.answers([cluster_id]).get(cluster_id, [])
        stands = standing(answers, word)
        asked = () if entry.record.retired else questions(cluster, word, stands, world.today, policy)
        as_of = word.decided_at if word else world.clock()
        facts = evidence(cluster_id, visits, as_of=as_of, policy=policy)
        valid = {a.answer_id for a in effective(answers)}
        return render(
            request,
            "case.html",
            cluster=cluster,
            word=word,
            reasons=split_reasons(word),
            overturn=overturning(word.reasons) if word else (),
            facts=facts,
            asked=asked,
            kind=asked[0].kind if asked else QuestionKind.CEASED,
            stands=stands,
            answers=[(a, a.answer_id in valid) for a in reversed(answers)],
            visits=list(reversed(visits))[:_VISITS_SHOWN],
            n_visits=len(visits),
            shown=(shown := _shown(visits, visit)),
            kept_of=kept_of(desk.kept(cluster_id, shown.started_at) if shown else ()),
            removed=desk.removed_of(cluster_id, shown.started_at) if shown else None,
            quotes=quotes(desk, cluster_id, visits, word.reasons if word else ()),
            pictures=pictures_of(desk, cluster_id),
            **choice_fields(visits, desk.visits_kept(cluster_id)),
            history=list(reversed(history))[:_VISITS_SHOWN],
            timeline=timeline(visits, history, world.today, policy.active_days),
            timeline_size=(WIDTH, HEIGHT),
            refused=refused,
            programmes=phases_of(cluster),
            programme_over_on=programme_over_on(cluster, world.today),
            silent_since=silent_since(facts, policy),
            **partner_fields(desk, cluster, world),
            **letter_fields(desk, cluster, facts.traits, world),
            **decision_fields(desk, cluster_id, world),
            **of_case(request, desk, entry),
        )


def split_reasons(word: Verdict | None) -> dict[str, list[Reason]]:
    """The reasons as a reader weighs them: what decided, what speaks for an end, what against it."""
    found: dict[str, list[Reason]] = {"for": [], "against": [], "beside": []}
    for reason in word.reasons if word else ():
        side = "against" if reason.family is Family.LIFE else "for" if reason.family else "beside"
        found[side].append(reason)
    return found


def _shown(visits: list[Visit], at: str) -> Visit | None:
    """The visit whose requests are listed: the one that began at an instant, else the last."""
    try:
        wanted = datetime.fromisoformat(at) if at else None
    except ValueError:
        wanted = None
    return next((v for v in visits if v.started_at == wanted), visits[-1] if visits else None)
