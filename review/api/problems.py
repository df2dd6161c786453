"""Refusals of the interface in one shape: RFC 9457, `application/problem+json`.

Each kind has one word, which is the fragment of its `type`; the words are a promise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from db.export import json_text
from review.needs import METRICS

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"
TOO_LONG = "too_long"  # set in a scope whose body went on beyond what the gate lets through
MAX_ERRORS = 20
RETRY_S = 30  # until it is worth asking again when the database cannot be used; a wait for a lock lasts ten seconds

Kind = Literal[
    "bad_request", "token", "forbidden", "other_site", "not_found", "method", "overtaken", "rejudged", "undone",
    "name_taken", "email_taken", "disabled", "yourself", "last_admin", "id_taken", "changed", "not_possible", "decided",
    "plan_changed", "letter_gone", "over", "filters_full", "gone", "too_large", "wrong_host", "not_understood",
    "throttled", "too_many_rescans", "failed", "unusable",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one kind of refusal means."""

    status: int
    title: str


MEANINGS: dict[Kind, Meaning] = {
    "bad_request": Meaning(400, "The body cannot be read."),
    "token": Meaning(401, "A token is needed, and this is none that works."),
    "forbidden": Meaning(403, "Your role does not allow this."),
    "other_site": Meaning(403, "The request comes from a page of another website."),
    "not_found": Meaning(404, "There is no such thing."),
    "method": Meaning(405, "This address does not know the method."),
    "overtaken": Meaning(409, "Somebody answered first."),
    "rejudged": Meaning(409, "The cluster was judged anew, or never at that instant."),
    "undone": Meaning(409, "The answer was taken back already."),
    "name_taken": Meaning(409, "There is a person of this name."),
    "email_taken": Meaning(409, "The e-mail address belongs to another person."),
    "disabled": Meaning(409, "The person may not sign in."),
    "yourself": Meaning(409, "Nobody disables their own account or changes their own role."),
    "last_admin": Meaning(409, "This is the last admin."),
    "id_taken": Meaning(409, "A cluster of this id is or was in the registry."),
    "changed": Meaning(409, "Somebody has changed the row since you saw it."),
    "not_possible": Meaning(409, "This makes no sense in the state of the row."),
    "decided": Meaning(409, "Somebody has decided on the candidate already."),
    "plan_changed": Meaning(409, "It would no longer do what you saw."),
    "letter_gone": Meaning(409, "The letter was taken back."),
    "over": Meaning(409, "The second look is over already."),
    "filters_full": Meaning(409, "No more filters can be kept."),
    "gone": Meaning(410, "The archive does not have it any more."),
    "too_large": Meaning(413, "The body is too large."),
    "wrong_host": Meaning(421, "This is not the name of this server."),
    "not_understood": Meaning(422, "Something in the request is not what it should be."),
    "throttled": Meaning(429, "Too many wrong tokens came from this address."),
    "too_many_rescans": Meaning(429, "You have asked for too many second looks within an hour."),
    "failed": Meaning(500, "Something broke here."),
    "unusable": Meaning(503, "The database cannot be used now. Nothing was stored."),
}
_OF_STATUS: dict[int, Kind] = {
    400: "bad_request", 401: "token", 403: "forbidden", 404: "not_found", 405: "method", 410: "gone", 413: "too_large",
    422: "not_understood",
}  # fmt: skip


def is_api(scope: Scope) -> bool:
    """Whether a request is one to the interface, or for the metrics: a program asks, by token, and refusals are JSON."""
    path = str(scope["path"])
    return path.startswith(PREFIX) or path == METRICS


def problem(kind: Kind, detail: str = "", *, headers: dict[str, str] | None = None, **more: object) -> Response:
    """A refusal. `detail` is a sentence about this very request, never a secret of it."""
    meaning = MEANINGS[kind]
    told = {"type": f"/api#{kind}", "title": meaning.title, "status": meaning.status, "detail": detail or meaning.title}
    return Response(json_text({**told, **more}), meaning.status, headers, MEDIA_TYPE)


def unusable() -> Response:
    """The refusal while the database is locked or its disk full. A lock lasts seconds; who frees a disk takes longer."""
    return problem("unusable", headers={"Retry-After": str(RETRY_S)})


def no_token(words: str, *, given: bool) -> Response:
    """The refusal of a request without a token that works."""
    challenge = 'Bearer realm="clusterwatch"' + (', error="invalid_token"' if given else "")
    return problem("token", words, headers={"WWW-Authenticate": challenge})


def of_http_error(request: Request, error: HTTPException) -> Response:
    """The refusal that an error of the framework means."""
    if request.scope.get(TOO_LONG):
        return problem("too_large")
    if error.status_code == 405:
        return problem("method", headers={"Allow": allowed(request.app.router.routes, request.scope)})
    kind = _OF_STATUS.get(error.status_code, "failed")
    # The framework's own words for a status ("Not Found") say less than ours.
    own = kind in {"not_found", "gone"} and error.detail not in {"Not Found", "Gone"}
    return problem(kind, error.detail if own else "")


def allowed(routes: Iterable[BaseRoute], scope: Scope) -> str:
    """The methods that an address knows, as the header `Allow` has them; "" when there is no such address.

    HEAD is GET without its body, and OPTIONS asks for this header: `review.gate` sees to both.
    """
    found: set[str] = set()
    for route in routes:
        if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE:
            found |= route.methods or set()
    found |= {"HEAD"} if "GET" in found else set()
    return ", ".join(sorted(found | {"OPTIONS"})) if found else ""


def of_invalid(request: Request, error: RequestValidationError) -> Response:
    """The refusal of what is not as described; it names each place, and never repeats what was sent there."""
    if request.scope.get(TOO_LONG):
        return problem("too_large")
    found = error.errors()
    if any(e["loc"][:1] == ("path",) for e in found):
        return problem("not_found")
    if any(e["type"] == "json_invalid" for e in found):
        return problem("bad_request")
    errors = [
        {"where": ".".join(map(str, e["loc"]))[:200], "what": str(e["type"]), "detail": str(e["msg"])[:300]}
        for e in found[:MAX_ERRORS]
    ]
    return problem("not_understood", "See `errors` for the places.", errors=errors)
