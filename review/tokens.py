"""The account page with one's tokens: making one, which is shown once, and revoking it."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import RedirectResponse, Response

from db.people import Way
from db.tokens import DEFAULT_DAYS, LONGEST_DAYS, LONGEST_NAME, MOST, TokenRefused
from review.pages import render
from review.world import COOKIE, RowId, person_of, session_of, world_of


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/account/tokens", make_token, methods=["POST"], response_model=None)
    app.add_api_route("/account/tokens/{token_id}/revoke", revoke_token, methods=["POST"], response_model=None)


def account_page(
    request: Request, code: int = 200, *, fault: str = "", token_fault: str = "", secret: str = ""
) -> Response:
    """What people see and change about themselves; `secret` is a token that was made just now.

    Whoever came by a link needs no old password; whoever came through a service gets none: a password of one's own
    would go on opening the pages after the service has closed the account.
    """
    session = session_of(request)
    person = session.person
    with world_of(request).desk() as desk:
        tokens = desk.tokens(person.name)
        sessions = desk.sessions(person.name, request.cookies.get(COOKIE, ""))
    return render(
        request,
        "account.html",
        code,
        fault=fault,
        sessions=sessions,
        asks_old=bool(person.password) and session.way is not Way.LINK,
        may_choose=bool(person.password) or session.way is not Way.SERVICE,
        tokens=tokens,
        token_fault=token_fault,
        secret=secret,
        default_days=DEFAULT_DAYS,
        longest_days=LONGEST_DAYS,
        longest_name=LONGEST_NAME,
        most=MOST,
    )


def make_token(
    request: Request, name: Annotated[str, Form(max_length=300)] = "", days: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Make a token and show it, this once. No redirect: the token would have to be kept for the page after it."""
    person = person_of(request)
    valid_days = int(days) if days.isascii() and days.isdigit() else 0
    try:
        with world_of(request).desk() as desk:
            secret = desk.make_token(person.name, name, valid_days, by=person.name)
    except TokenRefused as refused:
        return account_page(request, 422, token_fault=refused.code)
    return account_page(request, secret=secret)


def revoke_token(request: Request, token_id: RowId) -> Response:
    """Let one of one's tokens work no more; one that is none of theirs is passed over."""
    person = person_of(request)
    with world_of(request).desk() as desk:
        desk.revoke_token(person.name, token_id, by=person.name)
    return RedirectResponse("/account#tokens", status_code=303)
