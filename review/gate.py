"""The gate before every route: host names, other sites, sizes, roles, and the headers of every answer.

It stands around the whole application, so that no route, error page or redirect is without it. It decides before a
body is read: a stranger cannot make us parse one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crawler.errors import StoreUnusable
from db.people import Role, Session
from review.api import problems
from review.api.bearers import sender
from review.api.problems import MEANINGS, TOO_LONG, Kind, allowed, is_api, no_token, problem
from review.needs import ALWAYS, BODIES, MAX_BODY, METRICS, NEEDS, PUBLIC, may
from review.pages import render
from review.world import COOKIE, World

logger = logging.getLogger(__name__)

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


# The only exceptions, by the path of a route, and only for a page that was found. A page of ours that holds a saved page
# in a frame; and the saved page itself, which a website wrote: it has no origin, and may run, load and send nothing.
# COOP is left out of the latter: a browser refuses to show a sandboxed page that has it by itself.
_FRAMES = {"Content-Security-Policy": _HEADERS["Content-Security-Policy"] + "; frame-src 'self'"}
_SAVED = {
    "Content-Security-Policy": "sandbox; default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "X-DNS-Prefetch-Control": "off",
}
_EXCEPTIONS = {"/kept/{kept_id}": _FRAMES, "/kept/{kept_id}/page": _SAVED}


class Gate:
    """The application behind its gate."""

    def __init__(self, app: ASGIApp, routes: list[BaseRoute], world: World) -> None:
        self.app = app
        self.routes = routes
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # in all else an answer to GET
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        template = self._template(scope)
        limit = BODIES.get((scope["method"], template or ""), MAX_BODY)
        try:
            refusal = await self._refusal(scope, template, limit)
        except StoreUnusable as error:
            logger.warning("%s %s: %s", scope["method"], template, error)
            scope["app"] = self.app
            refusal = await run_in_threadpool(unusable, Request(scope))
        other = {} if refusal else _EXCEPTIONS.get(template or "", {})
        guarded = _with_headers(send, other, cached=scope["path"].startswith("/static/"))
        await (refusal or self.app)(scope, _bounded(scope, receive, limit), guarded)

    async def _refusal(self, scope: Scope, template: str | None, limit: int) -> Response | None:
        """Why the request goes no further, None when it may; the session of whoever asks goes into the scope."""
        headers = Headers(scope=scope)
        scope["session"] = None
        always = (scope["method"], template) in ALWAYS
        if not always and _host_name(headers.get("host", "")) not in self.world.hosts:
            return _refused(
                scope, "wrong_host", "This is not the name of this server. Start it with --name if it should be."
            )
        if not _is_trusted(scope, headers):
            return _refused(scope, "other_site", "Refused: this was sent by another website.")
        if _length(headers, limit) > limit:
            return _refused(scope, "too_large", "Refused: too large.")
        if scope["method"] == "OPTIONS" and (methods := allowed(self.routes, scope)):
            # The documentation says as much to everybody. Nothing about other websites: they may not ask.
            return Response(status_code=204, headers={"Allow": methods})
        if template is None:
            return None  # there is no such route: the application says so
        need = self._need(scope["method"], template)
        if need is None:
            return _refused(scope, "forbidden", "Refused.")
        if always:
            return None
        if is_api(scope):
            return await run_in_threadpool(self._refusal_of_call, scope, headers, need)
        token = _token(headers)
        session = await run_in_threadpool(self._session, token) if token else None
        scope["session"] = session
        if may(session.person.role if session else None, need):
            return None
        if session is None and need != PUBLIC and scope["method"] == "GET":
            return RedirectResponse(f"/login?next={quote(_target(scope), safe='')}", status_code=303)
        if session is None:
            return _refused(scope, "token", "Refused: your role does not allow this.")
        scope["app"] = self.app
        return await run_in_threadpool(_not_allowed, Request(scope))

    def _refusal_of_call(self, scope: Scope, headers: Headers, need: Role | str) -> Response | None:
        """The same for a call of the interface: a token counts alone, and without one the cookie of our own pages."""
        if "authorization" in headers:
            found = sender(self.world, headers["authorization"], scope["client"])
            if isinstance(found, Response):
                return found
            scope["session"], scope["token"] = found.session, found.token
        else:
            token = _token(headers)
            scope["session"] = self._session(token) if token else None
        session = scope["session"]
        if may(session.person.role if session else None, need):
            return None
        if session is None:
            return no_token("Send a token: Authorization: Bearer TOKEN.", given=False)
        return problem("forbidden", f"This needs the role {need}.")

    def _need(self, method: str, template: str) -> Role | str | None:
        """The role that a route needs, PUBLIC, or None for a route that the table does not have."""
        if template == METRICS and self.world.config.monitoring.metrics_open:
            return PUBLIC
        return NEEDS.get((method, template))

    def _template(self, scope: Scope) -> str | None:
        """The path of the route that the request goes to, as the table of needs names it."""
        for route in self.routes:
            if isinstance(route, Route) and route.matches(scope)[0] is Match.FULL:
                return route.path
        return None

    def _session(self, token: str) -> Session | None:
        with self.world.desk() as desk:
            return desk.session(token)


def _not_allowed(request: Request) -> Response:
    """The page for who is signed in and whose role is not enough: with the bar, it is no dead end."""
    return render(request, "error.html", 403, status=403)


def unusable(request: Request) -> Response:
    """The answer while the database cannot be used: a page, or a problem document."""
    if is_api(request.scope):
        return problems.unusable()
    answer = render(request, "error.html", 503, status=503)
    answer.headers["Retry-After"] = str(problems.RETRY_S)
    return answer


def _refused(scope: Scope, kind: Kind, words: str) -> Response:
    if is_api(scope):
        return problem(kind, words)
    return PlainTextResponse(words + "\n", status_code=MEANINGS[kind].status)


def _is_trusted(scope: Scope, headers: Headers) -> bool:
    """Whether a request may act with what the browser sends along by itself.

    A token is never sent so; whoever sends one means it. With the cookie nobody but our own pages may call the
    interface, not even to look: no answer of it is meant for a browser.
    """
    if is_api(scope):
        return "authorization" in headers or not _token(headers) or _is_own(headers)
    return scope["method"] not in _UNSAFE or _is_own(headers)


def _host_name(host: str) -> str:
    """The name in a Host header, without the port; "" for what is none."""
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    return (name or port).lower()


def _is_own(headers: Headers) -> bool:
    """Whether an unsafe request comes from a page of ours, by what browsers say about it.

    Every browser of today says at least one of the two. A program that says neither has no business with cookies.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == headers.get("host", "")


def _length(headers: Headers, limit: int) -> int:
    """The announced length of the body; a length that is no number is refused as endless."""
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else limit + 1


def _bounded(scope: Scope, receive: Receive, limit: int) -> Receive:
    """The body, cut off by an error when it is longer than announced or of no announced length."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            scope[TOO_LONG] = True
            return {"type": "http.disconnect"}
        return message

    return bounded


def _without_body(send: Send) -> Send:
    """Only the head of an answer. Whoever goes on sending learns that nobody listens any more."""
    ended = False

    async def sending(message: Message) -> None:
        nonlocal ended
        if message["type"] != "http.response.body":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return sending


def _token(headers: Headers) -> str:
    cookies = SimpleCookie()
    try:
        cookies.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def _target(scope: Scope) -> str:
    """The address that was asked for, to come back to after signing in."""
    query = scope["query_string"].decode("ascii", "replace")
    return str(scope["path"]) + (f"?{query}" if query else "")


def _with_headers(send: Send, other: Mapping[str, str], *, cached: bool) -> Send:
    """Every answer with the headers that keep it harmless, and out of caches unless it is a static file.

    `other` takes the place of the usual ones on the pages that need it, and not on their errors.
    """

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in ({**_HEADERS, **other} if message["status"] == 200 else _HEADERS).items():
                headers[name] = value
            if not cached or message["status"] != 200:
                headers["Cache-Control"] = "no-store"
        await send(message)

    return sending
