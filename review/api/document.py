"""The description of the interface: OpenAPI 3.1 for programs, and a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from db.people import Role
from review.api.calls import ApiJson
from review.api.problems import MEANINGS, MEDIA_TYPE, PREFIX
from review.api.shapes import MAX_ID
from review.needs import NEEDS
from review.pages import render

# The description is of OpenAPI, whose objects hold anything: hence Any in this module.
Object = dict[str, Any]

VERSION = "1"
_TITLE = "Clusterwatch"
_ABOUT = (
    "Everything that the staff's pages can do. Send a token, made on the account page, as `Authorization: Bearer "
    "TOKEN`; it may what its person may. Instants are ISO 8601 in UTC with Z, days are ISO days. A refusal is a "
    "problem document (RFC 9457)."
)
_SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of a person, made on the account page."}
}


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/api", page, methods=["GET"], response_model=None, include_in_schema=False)
    app.add_api_route("/api/openapi.json", openapi, methods=["GET"], response_model=None, include_in_schema=False)


def openapi(request: Request) -> Response:
    """The description as a program reads it."""
    return ApiJson(document(request.app))


def document(app: FastAPI) -> Object:
    """The description of every call, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _described(app)
    return app.openapi_schema


def _described(app: FastAPI) -> Object:
    calls = [route for route in app.router.routes if str(getattr(route, "path", "")).startswith(PREFIX)]
    found: Object = get_openapi(title=_TITLE, version=VERSION, description=_ABOUT, routes=calls)
    found["components"]["securitySchemes"] = _SECURITY
    found["security"] = [{"token": []}]
    # The framework adds a shape of its own for what is not understood; ours stands in each call.
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)
    for path, methods in found["paths"].items():
        for method, call in methods.items():
            need = NEEDS[method.upper(), path]
            call["x-role"] = str(need)
            # Where there are no further words, the framework repeats the summary.
            words = call["description"] if call["description"].rstrip() != call["summary"] else ""
            call["description"] = f"{words} Needs the role {need}.".strip()
            _as_problems(call["responses"])
    return found


def _as_problems(responses: Mapping[str, Object]) -> None:
    """Refusals are problem documents; the framework knows one media type a call."""
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}


# --- the page ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table of the page: a parameter, a field, an answer."""

    name: str
    kind: str
    needed: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as the page shows it."""

    name: str
    method: str
    path: str
    role: Role
    summary: str
    words: str
    parameters: list[Line]
    body: list[Line]
    answers: list[Line]
    gives: str  # the shape of the answer, "" for a file


def page(request: Request) -> Response:
    """The description as a person reads it, made here: no script, and nothing from elsewhere."""
    described = document(request.app)
    calls: dict[str, list[Call]] = {}
    for path, methods in described["paths"].items():
        for method, call in methods.items():
            calls.setdefault(call["tags"][0], []).append(_call(described, path, method, call))
    schemas = described["components"]["schemas"]
    shapes = {name: _fields(s) for name, s in sorted(schemas.items()) if "properties" in s}
    words = {name: [str(w) for w in s["enum"]] for name, s in sorted(schemas.items()) if "enum" in s}
    abouts = {name: s.get("description", "") for name, s in schemas.items()}
    return render(
        request,
        "api.html",
        subjects=calls,
        shapes=shapes,
        enums=words,
        abouts=abouts,
        problems=MEANINGS,
        about=_ABOUT,
    )


def _call(described: Object, path: str, method: str, call: Object) -> Call:
    good = next(r for status, r in call["responses"].items() if int(status) < 400)
    content = good.get("content", {}).get("application/json", {}).get("schema", {})
    body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    sent = described["components"]["schemas"].get(_name(body), {})
    return Call(
        name=call["operationId"],
        method=method.upper(),
        path=path,
        role=Role(call["x-role"]),
        summary=call["summary"],
        words=call["description"].removesuffix(f"Needs the role {call['x-role']}.").strip(),
        parameters=[
            Line(
                name=p["name"], kind=_kind(p["schema"]), needed=p.get("required", False), words=p.get("description", "")
            )
            for p in call.get("parameters", ())
        ],
        body=_fields(sent),
        answers=[
            Line(name=status, kind=_name(_schema_of(r)), words=r["description"])
            for status, r in call["responses"].items()
        ],
        gives=_name(content),
    )


def _schema_of(response: Object) -> Object:
    return next((c.get("schema", {}) for c in response.get("content", {}).values()), {})


def _fields(schema: Object) -> list[Line]:
    """The fields of an object."""
    needed = schema.get("required", ())
    return [
        Line(name=name, kind=_kind(s), needed=name in needed, words=s.get("description", ""))
        for name, s in schema.get("properties", {}).items()
    ]


def _name(schema: Object) -> str:
    """The shape that a schema refers to, "" for none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _kind(schema: Object) -> str:
    """What a value is, in a few words of OpenAPI."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return " | ".join(_kind(s) for s in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(w) or '""' for w in schema["enum"])
    if "const" in schema:
        return str(schema["const"]) or '""'
    if schema.get("type") == "array":
        return f"[{_kind(schema['items'])}]"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"{{{_kind(schema['additionalProperties'])}}}"
    kind = schema.get("format") or schema.get("type", "any")
    low, high = schema.get("minimum"), schema.get("maximum", schema.get("maxLength"))
    if high is None or high == MAX_ID:
        return str(kind)
    return f"{kind} ≤ {high}" if low is None else f"{kind} {low}–{high}"
