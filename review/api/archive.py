"""What was kept of visits as it was: pages, their bytes and texts, pictures, and what changed between two visits.

A saved page is hostile. Its bytes are sent as a file to be kept, never as a page to be shown.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import Field
from starlette.responses import Response

from crawler.archive import KeptKind
from crawler.errors import StoreError, StoreUnusable
from crawler.model import Role
from db.archive import Kept, Removed
from db.desk import Desk
from review.api.calls import ClusterId, NumberInPath, add_call
from review.api.clusters import known
from review.api.shapes import SentInstant, Shape
from review.changes import PageChange, chosen, compared
from review.comparing import Change, Kind
from review.quoting import MAX_TEXT
from review.saved import PICTURES
from review.shelf import saved_text
from review.world import world_of

logger = logging.getLogger(__name__)

_ABOUT = "archive"
_GONE = "The archive does not have it any more, or its file is damaged; the log of the server says more."
_FILE = {"schema": {"type": "string", "format": "binary"}}


class KeptShape(Shape):
    """One page of a visit that was kept."""

    kept_id: int
    url: str = Field(description="Asked for.")
    final_url: str = Field(description="That answered.")
    role: Role
    at: datetime
    content_type: str = Field(description="As the server sent it.")
    status: int | None
    digest: str = Field(description="SHA-256 of the bytes, in hex.")
    n_bytes: int
    kind: KeptKind


class KeptPages(Shape):
    """The pages that were kept of one visit."""

    visit_at: datetime | None = Field(description="The start of the visit; null when no visit has saved pages.")
    visits: list[datetime] = Field(description="The visits that have saved pages, the newest first, 200 at most.")
    pages: list[KeptShape]


class KeptCase(KeptShape):
    """A saved page with its text."""

    cluster_id: str
    visit_at: datetime
    title: str
    text: str = Field(description="All that a reader sees, one line a block. A website said it: show it as text only.")
    is_cut: bool = Field(description="Whether the text goes on.")
    charset: str = Field(description="With which it was read.")
    is_html: bool


class PictureShape(Shape):
    """A picture of a home page."""

    picture_id: int
    at: datetime
    url: str
    width: int = Field(description="Pixels.")
    height: int
    content_type: str
    n_bytes: int
    digest: str = Field(description="SHA-256, in hex.")


class Pictures(Shape):
    """The pictures of a cluster's home page, the newest first."""

    pictures: list[PictureShape]


class PieceShape(Shape):
    """Some words of a line."""

    kind: Kind
    text: str


class LineShape(Shape):
    """One line of a comparison, or a fold over several that are the same."""

    kind: Kind
    pieces: list[PieceShape]
    folded: int = Field(description="Lines under the fold.")


class ComparisonShape(Shape):
    """The text of a page on two visits."""

    rows: list[LineShape]
    added: int = Field(description="Lines, changed ones counted in both.")
    removed: int
    cut: bool = Field(description="Something was too long to be compared.")


class PageChangeShape(Shape):
    """What became of one page between two visits."""

    url: str
    change: Change
    before: KeptShape | None
    after: KeptShape | None
    comparison: ComparisonShape | None


class Changes(Shape):
    """What changed on the pages of a cluster between two visits."""

    earlier: datetime
    later: datetime
    pages: list[PageChangeShape] = Field(description="Changed ones first.")


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    one = "/api/clusters/{cluster_id}"
    add_call(app, f"GET {one}/kept", list_kept, about=_ABOUT, gives=KeptPages, refuses=("not_found", "not_understood"))
    add_call(app, f"GET {one}/changes", list_changes, about=_ABOUT, gives=Changes,
             refuses=("not_found", "not_understood"))  # fmt: skip
    add_call(app, f"GET {one}/pictures", list_pictures, about=_ABOUT, gives=Pictures, refuses=("not_found",))
    add_call(app, "GET /api/kept/{kept_id}", get_kept, about=_ABOUT, gives=KeptCase, refuses=("not_found", "gone"))
    add_call(app, "GET /api/kept/{kept_id}/bytes", get_kept_bytes, about=_ABOUT, refuses=("not_found", "gone"),
             also={200: {"description": "The bytes, as a file.", "content": {"application/octet-stream": _FILE}}})  # fmt: skip
    add_call(app, "GET /api/pictures/{picture_id}", get_picture, about=_ABOUT, refuses=("not_found", "gone"),
             also={200: {"description": "The picture.", "content": dict.fromkeys(sorted(PICTURES), _FILE)}})  # fmt: skip


def list_kept(
    request: Request,
    cluster_id: ClusterId,
    visit_at: Annotated[SentInstant | None, Query(description="The start of a visit; by default the newest.")] = None,
) -> KeptPages:
    """The pages that were kept of one visit."""
    with world_of(request).desk() as desk:
        known(desk, cluster_id)
        there = sorted(desk.visits_kept(cluster_id), reverse=True)
        if visit_at is not None and visit_at not in there:
            raise HTTPException(404, "There is no such visit with saved pages.")
        at = visit_at or (there[0] if there else None)
        pages = [KeptShape.model_validate(k) for k in desk.kept(cluster_id, at)] if at else []
    return KeptPages(visit_at=at, visits=there[:200], pages=pages)


def _kept(desk: Desk, kept_id: int) -> tuple[Kept, str, datetime]:
    """A page that was kept, with its cluster and its visit, or the answer 404."""
    place = desk.visit_of_kept(kept_id)
    if place is None:
        raise _missing(desk.removed_page(kept_id), "There is no such saved page.")
    return next(k for k in desk.kept(*place) if k.kept_id == kept_id), *place


def _missing(removed: Removed | None, otherwise: str) -> HTTPException:
    """The answer 410 for what was removed by its age, else 404."""
    if removed is None:
        return HTTPException(404, otherwise)
    return HTTPException(410, f"It was removed on {removed.removed_at:%Y-%m-%d} because of its age.")


def get_kept(request: Request, kept_id: NumberInPath) -> KeptCase:
    """A saved page with its facts and its text."""
    with world_of(request).desk() as desk:
        kept, cluster_id, visit_at = _kept(desk, kept_id)
        text = saved_text(desk, kept)
    if text is None:
        raise HTTPException(410, _GONE)
    return KeptCase(
        **dict(KeptShape.model_validate(kept)),
        cluster_id=cluster_id,
        visit_at=visit_at,
        title=text.title,
        text=text.full[:MAX_TEXT],
        is_cut=len(text.full) > MAX_TEXT,
        charset=text.charset,
        is_html=text.is_html,
    )


def get_kept_bytes(request: Request, kept_id: NumberInPath) -> Response:
    """The bytes of a saved page, as the website sent them. They are hostile: open them in nothing that runs scripts."""
    with world_of(request).desk() as desk:
        _kept(desk, kept_id)
        try:
            page = desk.kept_page(kept_id)
        except StoreUnusable:
            raise
        except StoreError as error:
            logger.warning("a saved page cannot be read: %s", error)
            raise HTTPException(410, _GONE) from None
    if page is None:
        raise HTTPException(404, "There is no such saved page.")
    return _file(page.body, "application/octet-stream", f"kept-{kept_id}.bin")


def _file(content: bytes, content_type: str, name: str) -> Response:
    return Response(content, headers={"Content-Type": content_type,
                                      "Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip


def list_pictures(request: Request, cluster_id: ClusterId) -> Pictures:
    """The pictures of a cluster's home page, the newest first."""
    with world_of(request).desk() as desk:
        known(desk, cluster_id)
        found = desk.pictures(cluster_id)
    same = tuple(PictureShape.model_fields)
    return Pictures(pictures=[PictureShape(**{name: getattr(p, name) for name in same}) for p in found])


def get_picture(request: Request, picture_id: NumberInPath) -> Response:
    """A picture of a home page, WebP or PNG."""
    with world_of(request).desk() as desk:
        try:
            found = desk.picture(picture_id)
        except StoreUnusable:
            raise
        except StoreError as error:
            logger.warning("a picture cannot be read: %s", error)
            raise HTTPException(410, _GONE) from None
        removed = None if found else desk.removed_picture(picture_id)
    if found is None or found[0].content_type not in PICTURES:
        raise _missing(removed, "There is no such picture.")
    kind = found[0].content_type
    return _file(found[1], kind, f"picture-{picture_id}.{kind.partition('/')[2]}")


def list_changes(
    request: Request,
    cluster_id: ClusterId,
    earlier: Annotated[SentInstant | None, Query(alias="from", description="The start of a visit.")] = None,
    later: Annotated[SentInstant | None, Query(alias="to", description="The start of another one.")] = None,
) -> Changes:
    """What changed on the pages of a cluster between two visits, line by line and word by word.

    By default between the last two that have saved pages. At most 30 pages, 1,500 lines a page and 1,000 characters a
    line are compared.
    """
    with world_of(request).desk() as desk:
        known(desk, cluster_id)
        visits = desk.visits(cluster_id)
        asked = [at for at in (earlier, later) if at is not None]
        pair = chosen(visits, desk.visits_kept(cluster_id), *(a.isoformat() if a else "" for a in (earlier, later)))
        if pair is None or not set(asked) <= {v.started_at for v in pair}:
            raise HTTPException(404, "There are no two such visits with saved pages.")
        found = compared(desk, *pair)
    return Changes(
        earlier=pair[0].started_at, later=pair[1].started_at, pages=[_page_change(page) for page in found]
    )  # fmt: skip


def _page_change(page: PageChange) -> PageChangeShape:
    return PageChangeShape.model_validate(page)
