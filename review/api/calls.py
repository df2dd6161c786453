"""How a call of the interface is added: its name, its answers and its refusals, each of them described."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Path
from starlette.responses import JSONResponse

from db.export import json_text
from review.api.problems import MEANINGS, Kind
from review.api.shapes import MAX_ID, Problem

# Parts of addresses. What does not fit is not there, so the answer is 404.
ClusterId = Annotated[str, Path(min_length=1, max_length=100, description="The id in the registry.", examples=["aoba"])]
NumberInPath = Annotated[int, Path(ge=1, le=MAX_ID, description="The number of the thing.", examples=[1])]
PersonName = Annotated[str, Path(min_length=1, max_length=60, description="The login name.", examples=["kato"])]

# What can happen to every call, because the gate or the framework says so.
_ALWAYS: tuple[Kind, ...] = ("token", "forbidden", "other_site", "too_large", "wrong_host", "throttled", "unusable")
_HEADERS = {
    401: {"WWW-Authenticate": {"description": "How to come in: `Bearer`.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
    503: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}


class ApiJson(JSONResponse):
    """JSON in which characters that a terminal would obey are escapes, for whoever reads it with a command."""

    def render(self, content: Any) -> bytes:  # Any: whatever a call answers
        """The document as UTF-8."""
        return json_text(content).encode()


def add_call(  # noqa: PLR0913  # each argument says another thing about the call
    app: FastAPI,
    route: str,
    call: Callable[..., object],
    *,
    about: str,
    gives: type[object] | None = None,
    refuses: tuple[Kind, ...] = (),
    status: int = 200,
    also: dict[int | str, dict[str, Any]] | None = None,
    takes: dict[str, Any] | None = None,
) -> None:
    """Add a call; `route` is its method and path. Its name is that of the function, its words are those of the docstring; `about` is its subject.

    `also` describes its answers further, `takes` a body that is no JSON (both of OpenAPI: hence Any).
    """
    method, _, path = route.partition(" ")
    summary, _, more = (call.__doc__ or "").partition("\n\n")
    app.add_api_route(
        path,
        call,
        methods=[method],
        operation_id=call.__name__,
        summary=" ".join(summary.split()),
        description=" ".join(more.split()),
        tags=[about],
        status_code=status,
        response_model=gives,
        response_class=ApiJson,
        openapi_extra={"requestBody": takes} if takes else None,
        responses={**_refusals((*refuses, *_ALWAYS)), **(also or {})},
    )


def _refusals(kinds: tuple[Kind, ...]) -> dict[int | str, dict[str, Any]]:  # of OpenAPI: hence Any
    """The refusals of a call by status, with what each can mean."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in sorted({MEANINGS[kind].status for kind in kinds}):
        means = [f"`{k}`: {MEANINGS[k].title}" for k in dict.fromkeys(kinds) if MEANINGS[k].status == status]
        found[status] = {"model": Problem, "description": " ".join(means)}
        if status in _HEADERS:
            found[status]["headers"] = _HEADERS[status]
    return found
