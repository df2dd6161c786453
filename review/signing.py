"""Signing in and out, and what people change about themselves."""

from __future__ import annotations

from threading import Lock
from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from db.people import SESSION, Way
from review import passwords
from review.pages import render, spoken_in
from review.texts import LANGUAGES, N_
from review.tokens import account_page
from review.world import COOKIE, person_of, session_of, world_of

# One password at a time: each takes 64 MiB, and guesses that come all at once must not pass the throttle together.
_one_at_a_time = Lock()

Text = Annotated[str, Form(max_length=300)]


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/login", login_page, methods=["GET"], response_model=None)
    app.add_api_route("/login", login, methods=["POST"], response_model=None)
    app.add_api_route("/enter", enter_page, methods=["GET"], response_model=None)
    app.add_api_route("/enter", enter, methods=["POST"], response_model=None)
    app.add_api_route("/logout", logout, methods=["POST"], response_model=None)
    app.add_api_route("/account", account, methods=["GET"], response_model=None)
    app.add_api_route("/account/password", change_password, methods=["POST"], response_model=None)
    app.add_api_route("/account/sessions/end", end_sessions, methods=["POST"], response_model=None)
    app.add_api_route("/account/language", choose_language, methods=["POST"], response_model=None)


def login_page(request: Request, next: str = "/", ended: str = "") -> Response:  # noqa: A002  # the name in the address
    """The form to sign in; `ended` says that a session was over when something was sent."""
    return login_form(request, next=next, fault="ended" if ended else "")


def login_form(request: Request, status: int = 200, *, next: str = "/", name: str = "", fault: str = "") -> Response:  # noqa: A002
    """The form to sign in, with what went wrong before."""
    settings = world_of(request).config.sign_in
    told = spoken_in(request)
    words = settings.label_ja if told.language == "ja" else settings.label_en
    button = words or told.catalogue.gettext(N_("Sign in with your organisation's account"))
    service = button if settings.issuer else ""
    return render(request, "login.html", status, next=own_path(next), name=name, fault=fault, service=service)


def login(request: Request, name: Text = "", password: Text = "", next: Text = "/") -> Response:  # noqa: A002
    """Sign in with a password. Wrong name and wrong password are told alike, and take the same time."""
    world = world_of(request)
    name = name.strip().casefold()
    address = request.client.host if request.client else ""
    with _one_at_a_time, world.desk() as desk:
        if passwords.is_throttled(desk.failed_logins(name, address, world.clock() - passwords.WINDOW)):
            return login_form(request, 429, next=next, name=name, fault="throttled")
        person = desk.person(name)
        known = person.password if person and not person.disabled_at else ""
        if not passwords.fits(password, known):
            desk.note_failed_login(name, address)
            return login_form(request, 401, next=next, name=name, fault="wrong")
        desk.forget_failed_logins(name, address)
        token = desk.begin_session(name, agent=agent_of(request))
    return signed_in(request, token, own_path(next))


def enter_page(request: Request, token: str = "") -> Response:
    """The page of a sign-in link. Looking at it uses nothing up: programs that preview links look too."""
    return render(request, "enter.html", token=token[:100], used=False)


def enter(request: Request, token: Text = "") -> Response:
    """Sign in with a link, once."""
    with world_of(request).desk() as desk:
        session = desk.use_link(token, agent=agent_of(request))
    if session is None:
        return render(request, "enter.html", 401, token="", used=True)
    return signed_in(request, session, "/")


def agent_of(request: Request) -> str:
    """How the browser names itself."""
    return request.headers.get("user-agent", "")


def signed_in(request: Request, token: str, path: str) -> Response:
    """On to a page, with the cookie of a new session."""
    answer = RedirectResponse(path, status_code=303)
    secure = world_of(request).secure
    answer.set_cookie(
        COOKIE, token, max_age=int(SESSION.total_seconds()), httponly=True, samesite="lax", secure=secure, path="/"
    )
    return answer


def logout(request: Request) -> Response:
    """Sign out: the session ends here, not only in the browser."""
    with world_of(request).desk() as desk:
        desk.end_session(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def account(request: Request) -> Response:
    """What people see and change about themselves."""
    return account_page(request)


def end_sessions(request: Request) -> Response:
    """Sign out everywhere, here too."""
    name = person_of(request).name
    with world_of(request).desk() as desk:
        desk.end_sessions(name, by=name)
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def change_password(request: Request, new: Text = "", old: Text = "", tokens: Text = "") -> Response:
    """Give oneself another password; every session ends, this one too, and every token when that is wished."""
    session = session_of(request)
    person = session.person
    world = world_of(request)
    address = request.client.host if request.client else ""
    fault = passwords.fault(new, person.name)
    with _one_at_a_time, world.desk() as desk:
        if passwords.is_throttled(desk.failed_logins(person.name, address, world.clock() - passwords.WINDOW)):
            return account_page(request, 429, fault="throttled")
        if not person.password and session.way is Way.SERVICE:
            return account_page(request, 403)
        if person.password and session.way is not Way.LINK and not passwords.fits(old, person.password):
            desk.note_failed_login(person.name, address)
            fault = "old"
        if fault:
            return account_page(request, 422, fault=fault)
        desk.set_password(person.name, passwords.hash_of(new), by=person.name, revoke_tokens=bool(tokens))
    return RedirectResponse("/login", status_code=303)


def choose_language(request: Request, language: Text = "", next: Text = "/") -> Response:  # noqa: A002
    """Choose the language of the pages."""
    if language in LANGUAGES:
        with world_of(request).desk() as desk:
            desk.set_language(person_of(request).name, language)
    return RedirectResponse(own_path(next), status_code=303)


def own_path(path: str) -> str:
    """A path of ours to go on to; "/" for anything that a browser could take for another website."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_ours else "/"
