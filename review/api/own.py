"""What people keep for themselves: their tokens and their filters."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import FastAPI, HTTPException, Request
from pydantic import Field
from starlette.responses import Response

from db.identities import FILTERS
from review.api.calls import NumberInPath, add_call
from review.api.clusters import Selection
from review.api.problems import problem
from review.api.shapes import Shape
from review.world import person_of, world_of

_ABOUT = "own"


class TokenShape(Shape):
    """One of one's tokens, without its secret."""

    token_id: int
    name: str
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None


class OwnTokens(Shape):
    """The tokens that still work, the newest first."""

    tokens: list[TokenShape]


class Revoked(Shape):
    """A token that works no more."""

    token_id: int


class FilterShape(Shape):
    """A filter of the mapping that a person keeps."""

    filter_id: int
    name: str
    query: str = Field(description="Of an address: put it behind /api/clusters.")


class OwnFilters(Shape):
    """The filters that a person keeps, by name."""

    filters: list[FilterShape]


class SentFilter(Shape):
    """A filter to keep, in place of the one of that name."""

    name: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")
    filter: Selection


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    add_call(app, "GET /api/me/tokens", list_own_tokens, about=_ABOUT, gives=OwnTokens)
    add_call(app, "POST /api/me/tokens/{token_id}/revoke", revoke_own_token, about=_ABOUT, gives=Revoked,
             refuses=("not_found",))  # fmt: skip
    add_call(app, "GET /api/me/filters", list_own_filters, about=_ABOUT, gives=OwnFilters)
    add_call(app, "POST /api/me/filters", keep_filter, about=_ABOUT, gives=OwnFilters, status=201,
             refuses=("bad_request", "not_understood", "filters_full"))  # fmt: skip
    add_call(app, "POST /api/me/filters/{filter_id}/remove", forget_filter, about=_ABOUT, gives=OwnFilters,
             refuses=("not_found",))  # fmt: skip


def list_own_tokens(request: Request) -> OwnTokens:
    """One's tokens that still work.

    A token is made on the account page or in the terminal, never by another token: one that was stolen must not be able
    to outlive its end.
    """
    with world_of(request).desk() as desk:
        found = desk.tokens(person_of(request).name)
    same = tuple(TokenShape.model_fields)
    return OwnTokens(tokens=[TokenShape(**{name: getattr(t, name) for name in same}) for t in found])


def revoke_own_token(request: Request, token_id: NumberInPath) -> Revoked:
    """Let one of one's tokens work no more; the one that is sent too."""
    name = person_of(request).name
    with world_of(request).desk() as desk:
        if not desk.revoke_token(name, token_id, by=name):
            raise HTTPException(404, "You have no such token, or it was revoked before.")
    return Revoked(token_id=token_id)


def list_own_filters(request: Request) -> OwnFilters:
    """The filters of the mapping that one keeps, by name."""
    with world_of(request).desk() as desk:
        found = desk.saved_filters(person_of(request))
    return OwnFilters(filters=[FilterShape.model_validate(kept) for kept in found])


def keep_filter(request: Request, sent: SentFilter) -> OwnFilters | Response:
    """Keep a filter under a name; it then stands above the table of the overview too."""
    query = sent.filter.filter().query()
    name = "".join(c for c in sent.name if c.isprintable()).strip()
    if not name or query == "?":
        where = "body.name" if query != "?" else "body.filter"
        error = {"where": where, "what": "missing", "detail": "A filter has a name, and leaves something out."}
        return problem("not_understood", error["detail"], errors=[error])
    with world_of(request).desk() as desk:
        if not desk.save_filter(person_of(request), name, query):
            return problem("filters_full", f"A person keeps {FILTERS} at most.")
    return list_own_filters(request)


def forget_filter(request: Request, filter_id: NumberInPath) -> OwnFilters:
    """Keep a filter no longer."""
    person = person_of(request)
    with world_of(request).desk() as desk:
        if filter_id not in {kept.filter_id for kept in desk.saved_filters(person)}:
            raise HTTPException(404, "You keep no such filter.")
        desk.forget_filter(person, filter_id)
    return list_own_filters(request)
