"""Filters of the overview that people keep under a name. Each is a plain address; keeping one changes nothing else."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import FastAPI, Form, Request
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from review.filters import Filter
from review.world import RowId, person_of, world_of


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/filters", save, methods=["POST"], response_model=None)
    app.add_api_route("/filters/{filter_id}/remove", remove, methods=["POST"], response_model=None)


def save(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    query: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep a filter under a name; what is no part of a filter is left out of its address."""
    kept = _plain(query)
    words = "".join(c for c in name if c.isprintable()).strip()[:60]
    is_kept = True
    if words and kept != "?":
        with world_of(request).desk() as desk:
            is_kept = desk.save_filter(person_of(request), words, kept)
    return _back(kept, full=not is_kept)


def remove(request: Request, filter_id: RowId, query: Annotated[str, Form(max_length=2000)] = "") -> Response:
    """Keep a filter no longer."""
    with world_of(request).desk() as desk:
        desk.forget_filter(person_of(request), filter_id)
    return _back(_plain(query))


def _plain(query: str) -> str:
    """The query of an address with nothing in it but a filter."""
    return Filter.read(QueryParams(parse_qsl(query.removeprefix("?"), max_num_fields=40))).query()


def _back(query: str, *, full: bool = False) -> Response:
    told = ("&" if len(query) > 1 else "") + "filters=full" if full else ""
    return RedirectResponse(f"/{query}{told}#mapping", status_code=303)
