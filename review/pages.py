"""Templates to answers. Everything that comes from outside is escaped by Jinja; addresses only link when they are web."""

from __future__ import annotations

from functools import cache, partial
from hashlib import blake2b
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Match

from crawler.answers import Decision, QuestionKind
from crawler.letters import is_mail_address
from crawler.model import Precision
from crawler.urls import is_web
from db.people import Role, Session
from pipelines.judging import programmes
from review.agents import browser
from review.needs import may
from review.plain import Plain, chain
from review.prospects import in_words
from review.sentences import Sentences
from review.texts import LANGUAGES, Texts, chosen, texts
from review.trail import Trail
from review.world import world_of

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@cache
def static_files() -> dict[str, tuple[bytes, str]]:
    """Name to content and type of every static file; nothing else is ever served from the disk."""
    found: dict[str, tuple[bytes, str]] = {}
    for file in (files("review") / "static").iterdir():
        kind = next((t for ending, t in _TYPES.items() if file.name.endswith(ending)), None)
        if kind:
            found[file.name] = (file.read_bytes(), kind)
    return found


def static_url(name: str) -> str:
    """The address of a static file, another one when its content changes."""
    return f"/static/{name}?v={blake2b(static_files()[name][0], digest_size=6).hexdigest()}"


def static(name: str) -> Response:
    """One static file."""
    found = static_files().get(name)
    if found is None:
        return PlainTextResponse("Not found.\n", status_code=404)
    return Response(found[0], media_type=found[1], headers={"Cache-Control": "public, max-age=31536000, immutable"})


@cache
def environment(language: str, zone: ZoneInfo) -> Environment:
    """The templates in one language, with the clock of one zone."""
    spoken = texts(language)
    made = Environment(
        loader=PackageLoader("review"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(spoken.catalogue, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    made.globals |= {
        "label": spoken.label,
        "day": spoken.day,
        "when": partial(spoken.when, zone=zone),
        "when_in": spoken.when,
        "reason_code": spoken.reason_code,
        "language_names": spoken.language_names,
        "country_name": spoken.country_name,
        "month": spoken.month,
        "year": partial(spoken.day, precision=Precision.YEAR),
        "programme_name": lambda programme: programmes.name_of(programme)[language == "ja"],
        "sentence": Sentences(spoken).reason,
        "prospect_why": partial(in_words, spoken),
        "ground": Sentences(spoken).ground,
        **_plain(spoken),
        "is_web": is_web,
        "is_mail_address": is_mail_address,
        "browser": browser,
        "named": lambda cluster: (language == "ja" and cluster.name_ja) or cluster.name_en,
        "host": lambda url: urlsplit(url).netloc,
        "static_url": static_url,
        "language": language,
        "Decision": Decision,
        "QuestionKind": QuestionKind,
    }
    return made


def _plain(spoken: Texts) -> dict[str, object]:
    """The technical words of visits and of the audit, as the templates call them."""
    plain, trail = Plain(spoken), Trail(spoken)
    return {
        "explained": plain.explained,
        "purpose": plain.purpose,
        "tls_fault": plain.fault,
        "certificate": plain.certificate,
        "name_server": plain.name_server,
        "stop_reason": plain.stopped,
        "chain": chain,
        "audit_what": trail.what,
        "audit_detail": trail.detail,
    }


def _page_to_stay_on(request: Request) -> str:
    """Where a change of language leads: this page; when it came as the answer to a form, the nearest that takes a GET."""
    path = request.url.path
    if request.method in {"GET", "HEAD"}:
        return f"{path}?{request.url.query}" if request.url.query else path
    if path.startswith("/answers"):
        return "/queue"
    while path and not _takes_get(request, path):
        path = path.rpartition("/")[0]
    return path or "/"


def _takes_get(request: Request, path: str) -> bool:
    scope = {**request.scope, "path": path, "method": "GET"}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def spoken_in(request: Request) -> Texts:
    """The texts in the language of whoever asks."""
    session = request.scope.get("session")
    preferred = session.person.language if isinstance(session, Session) else ""
    return texts(chosen(preferred, request.headers.get("accept-language", "")))


def render(
    request: Request, template: str, code: int = 200, /, **values: Any
) -> Response:  # Any: whatever a page shows
    """A page."""
    session = request.scope.get("session")
    person = session.person if isinstance(session, Session) else None
    role = person.role if person else None
    page = environment(spoken_in(request).language, world_of(request).zone).get_template(template)
    told = page.render(
        request=request,
        person=person,
        here=request.url.path,
        stay=_page_to_stay_on(request),
        may_answer=may(role, Role.REVIEWER),
        may_administer=may(role, Role.ADMIN),
        languages=LANGUAGES,
        **values,
    )
    # A part of a page that says what went wrong keeps the address of the page: its own takes no GET.
    headers = {"HX-Replace-Url": "false"} if code >= 400 and "hx-request" in request.headers else None
    return HTMLResponse(told, status_code=code, headers=headers)
