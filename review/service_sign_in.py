"""Signing in through another service: the two pages of ours between which people are at the service."""

from __future__ import annotations

import logging

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from db.identities import Account
from db.people import PersonRefused, Role
from review.asking import Unreachable
from review.id_tokens import NotProved
from review.oidc import ATTEMPT, Declined, Mismatch, Proved, Service
from review.pages import render
from review.signing import agent_of, login_form, own_path, signed_in
from review.world import world_of

logger = logging.getLogger(__name__)

COOKIE = "clusterwatch-sign-in"
_PATH = "/sign-in"


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/sign-in/start", start, methods=["GET"], response_model=None)
    app.add_api_route("/sign-in/return", come_back, methods=["GET"], response_model=None)


def _service(request: Request) -> Service:
    service = world_of(request).service
    if service is None:
        raise HTTPException(404)
    return service


def start(request: Request, next: str = "/") -> Response:  # noqa: A002  # the name in the address
    """On to the service. A link, no form: our policy lets forms go to us only. Nothing is stored before the return."""
    service = _service(request)
    try:
        address, cookie = service.begin(own_path(next))
    except Unreachable as error:
        logger.warning("the sign-in service cannot be used: %s", error)
        return login_form(request, 503, next=next, fault="unreachable")
    answer = RedirectResponse(address, status_code=303)
    # Lax, not Strict: the return comes from the service's website, and must bring this cookie along.
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(ATTEMPT.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=world_of(request).secure,
        path=_PATH,
    )
    return answer


def come_back(request: Request) -> Response:
    """Back from the service: a session for whoever it has proved, else the sign-in form with what went wrong.

    A GET that signs in, as the protocol has it. Only the browser that began the attempt can make it, and only once.
    """
    service = _service(request)
    answer = _answer(request, service)
    answer.delete_cookie(COOKIE, path=_PATH, httponly=True, samesite="lax", secure=world_of(request).secure)
    return answer


def _answer(request: Request, service: Service) -> Response:
    try:
        proved, path = service.finish(request.cookies.get(COOKIE, ""), request.query_params)
    except Mismatch as error:
        logger.info("a return from the sign-in service was refused: %s", error)
        return login_form(request, 400, fault="mismatch")
    except Unreachable as error:
        logger.warning("the sign-in service cannot be used: %s", error)
        return login_form(request, 503, fault="unreachable")
    except Declined as error:
        logger.info("the sign-in service signed nobody in: %s", error)
        return login_form(request, 401, fault="declined")
    except NotProved as error:
        logger.warning("the sign-in service gave an ID token that does not hold: %s", error)
        return login_form(request, 401, fault="unproved")
    try:
        with world_of(request).desk() as desk:
            token = desk.sign_in_with(_account(service, proved), agent=agent_of(request))
    except PersonRefused as refusal:
        logger.info("somebody whom the sign-in service knows was refused: %s", refusal.why)
        return render(request, "unknown.html", 403, issuer=service.settings.issuer, subject=proved.subject)
    return signed_in(request, token, own_path(path))


def _account(service: Service, proved: Proved) -> Account:
    """The account for the store; its role says whether a person whom nobody has added may come in."""
    settings = service.settings
    domain = proved.email.rpartition("@")[2]
    is_allowed = bool(domain) and domain in {d.lower() for d in settings.allowed_domains}
    is_named = bool(proved.name) and proved.name in {name.casefold() for name in settings.allowed_names}
    role = Role(settings.first_role) if settings.first_role and (is_allowed or is_named) else None
    return Account(issuer=settings.issuer, subject=proved.subject, email=proved.email, name=proved.name, role=role)
