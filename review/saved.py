"""Saved pages and pictures: what a website was on a visit, shown so that nothing in it can run."""

from __future__ import annotations

import logging
from datetime import datetime

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import Response

from crawler.errors import StoreError
from crawler.model import Cluster, Verdict
from db.archive import Kept, Picture, Removed
from db.desk import Desk
from review.harmless import Text, shown
from review.pages import render
from review.quotes import anchor, quoted
from review.quoting import MAX_TEXT, marked
from review.shelf import saved_text
from review.world import RowId, world_of

logger = logging.getLogger(__name__)

PICTURES = frozenset({"image/webp", "image/png"})  # no other type is ever sent, whatever the database says


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/kept/{kept_id}", facts, methods=["GET"], response_model=None)
    app.add_api_route("/kept/{kept_id}/page", document, methods=["GET"], response_model=None)
    app.add_api_route("/pictures/{picture_id}", picture, methods=["GET"], response_model=None)


def facts(request: Request, kept_id: RowId) -> Response:
    """A saved page with its facts and its text, the quoted words of the verdict marked."""
    with world_of(request).desk() as desk:
        place, kept = desk.visit_of_kept(kept_id), desk.kept_by_id(kept_id)
        (cluster,) = desk.clusters([place[0]], retired=True) if place else (None,)
        if place is None or cluster is None or kept is None:
            return _removed(request, desk, desk.removed_page(kept_id), pictured=False)
        text = saved_text(desk, kept)
        if text is None:
            return render(request, "kept_gone.html", 410, cluster=cluster, page=kept)
        return _facts(request, cluster, kept, text, place[1], _words(desk, kept, place))


def _removed(request: Request, desk: Desk, removed: Removed | None, *, pictured: bool) -> Response:
    """What is said instead of a saved page or a picture that was removed by its age; the answer 404 for any other."""
    (cluster,) = desk.clusters([removed.cluster_id], retired=True) if removed else (None,)
    if removed is None or cluster is None:
        raise HTTPException(404)
    return render(request, "kept_removed.html", 410, cluster=cluster, removed=removed, pictured=pictured)


def _words(desk: Desk, page: Kept, place: tuple[str, datetime]) -> list[str]:
    """The words that the verdict of now, and the one of that visit, quote from the page."""
    cluster_id, visit_at = place
    verdicts: list[Verdict | None] = [desk.current(cluster_id)]
    verdicts += [v for v in desk.verdict_history(cluster_id) if v.decided_at == visit_at]
    return list(dict.fromkeys(words for verdict in verdicts for words in quoted(verdict, page)))


def _facts(
    request: Request, cluster: Cluster, page: Kept, text: Text, visit_at: datetime, words: list[str]
) -> Response:
    parts = marked(text.full[:MAX_TEXT], words)
    return render(
        request,
        "kept.html",
        cluster=cluster,
        page=page,
        visit_at=visit_at,
        text=text,
        parts=parts,
        words=words,
        found={part.number for part in parts},
        anchors=["", *map(anchor, words)],
        is_html=text.is_html,
        cut=len(text.full) > MAX_TEXT,
    )


def document(request: Request, kept_id: RowId) -> Response:
    """The saved page itself. `review.gate` sends it with a policy under which nothing in it runs or loads."""
    with world_of(request).desk() as desk:
        try:
            page = desk.kept_page(kept_id)
        except StoreError as error:
            logger.warning("a saved page cannot be read: %s", error)
            page = None
        if page is None:
            return _removed(request, desk, desk.removed_page(kept_id), pictured=False)
        sent = shown(page)
        return Response(sent.content, headers={"Content-Type": sent.content_type, "Content-Disposition": "inline"})


def picture(request: Request, picture_id: RowId) -> Response:
    """A picture of a home page."""
    with world_of(request).desk() as desk:
        try:
            found = desk.picture(picture_id)
        except StoreError as error:
            logger.warning("a picture cannot be read: %s", error)
            found = None
        if found is None:
            return _removed(request, desk, desk.removed_picture(picture_id), pictured=True)
        if found[0].content_type not in PICTURES:
            raise HTTPException(404)
        return Response(found[1], media_type=found[0].content_type, headers={"Content-Disposition": "inline"})


def pictures_of(desk: Desk, cluster_id: str, limit: int = 4) -> list[Picture]:
    """The newest pictures of a cluster's home page."""
    return desk.pictures(cluster_id)[:limit]
