"""Signing in and out, and what people change about themselves."""

from __future__ import annotations

from threading import Lock
from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from db.people import SESSION
from review import passwords
from review.pages import render
from review.texts import LANGUAGES
from review.tokens import account_page
from review.world import COOKIE, person_of, world_of

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
    app.add_api_route("/account/language", choose_language, methods=["POST"], response_model=None)


def login_page(request: Request, next: str = "/") -> Response:  # noqa: A002  # the name in the address
    """The form to sign in."""
    return render(request, "login.html", next=_own_path(next), name="", fault="")


def login(request: Request, name: Text = "", password: Text = "", next: Text = "/") -> Response:  # noqa: A002
    """Sign in with a password. Wrong name and wrong password are told alike, and take the same time."""
    world = world_of(request)
    name = name.strip().casefold()
    address = request.client.host if request.client else ""
    with _one_at_a_time, world.desk() as desk:
        if passwords.is_throttled(desk.failed_logins(name, address, world.clock() - passwords.WINDOW)):
            return render(request, "login.html", 429, next=_own_path(next), name=name, fault="throttled")
        person = desk.person(name)
        known = person.password if person and not person.disabled_at else ""
        if not passwords.fits(password, known):
            desk.note_failed_login(name, address)
            return render(request, "login.html", 401, next=_own_path(next), name=name, fault="wrong")
        desk.forget_failed_logins(name, address)
        token = desk.begin_session(name)
    return _signed_in(request, token, _own_path(next))


def enter_page(request: Request, token: str = "") -> Response:
    """The page of a sign-in link. Looking at it uses nothing up: programs that preview links look too."""
    return render(request, "enter.html", token=token[:100], used=False)


def enter(request: Request, token: Text = "") -> Response:
    """Sign in with a link, once."""
    with world_of(request).desk() as desk:
        session = desk.use_link(token)
    if session is None:
        return render(request, "enter.html", 401, token="", used=True)
    return _signed_in(request, session, "/")


def _signed_in(request: Request, token: str, path: str) -> Response:
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


def change_password(request: Request, new: Text = "", old: Text = "", tokens: Text = "") -> Response:
    """Give oneself another password; every session ends, this one too, and every token when that is wished."""
    person = person_of(request)
    world = world_of(request)
    address = request.client.host if request.client else ""
    fault = passwords.fault(new, person.name)
    with _one_at_a_time, world.desk() as desk:
        if passwords.is_throttled(desk.failed_logins(person.name, address, world.clock() - passwords.WINDOW)):
            return account_page(request, 429, fault="throttled")
        if person.password and not passwords.fits(old, person.password):
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
    return RedirectResponse(_own_path(next), status_code=303)


def _own_path(path: str) -> str:
    """A path of ours to go on to; "/" for anything that a browser could take for another website."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_ours else "/"
