"""The pages on which an admin says who may sign in, and what they may do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Form, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from db.desk import Desk
from db.people import HANDED_LINK, Person, PersonRefused, Refusal, Role
from review import passwords
from review.pages import render
from review.world import person_of, world_of

Text = Annotated[str, Form(max_length=300)]


class Change(StrEnum):
    """What the page of a person can change."""

    ROLE = "role"
    EMAIL = "email"
    LINK_ACCOUNT = "link_account"
    UNLINK_ACCOUNT = "unlink_account"
    DISABLE = "disable"
    ENABLE = "enable"


def add_routes(app: FastAPI) -> None:
    """Add this module's routes."""
    app.add_api_route("/people", people, methods=["GET"], response_model=None)
    app.add_api_route("/people", add, methods=["POST"], response_model=None)
    app.add_api_route("/people/{person}", person_page, methods=["GET"], response_model=None)
    app.add_api_route("/people/{person}", change, methods=["POST"], response_model=None)
    app.add_api_route("/people/{person}/link", new_link, methods=["POST"], response_model=None)


def people(request: Request, added: str = "") -> Response:
    """Everybody who may sign in, or once could."""
    with world_of(request).desk() as desk:
        told = desk.person(added[:100])
        return _list(request, desk, added=told.name if told else "")


def _list(request: Request, desk: Desk, status: int = 200, **shown: object) -> Response:
    defaults: dict[str, object] = {
        "added": "",
        "fault": "",
        "refusal": None,
        "link": "",
        "typed": {"name": "", "email": "", "role": Role.REVIEWER},
    }
    return render(
        request,
        "people.html",
        status,
        people=desk.people(),
        roles=list(Role),
        lasts=HANDED_LINK,
        **{**defaults, **shown},
    )


def add(
    request: Request,
    name: Text = "",
    email: Text = "",
    role: Annotated[Role, Form()] = Role.REVIEWER,
    password: Text = "",
) -> Response:
    """Add a person: with a password, or with a link to hand over, which is shown in this answer and never again."""
    name = name.strip().casefold()
    typed = {"name": name, "email": email.strip(), "role": role}
    by = person_of(request).name
    fault = passwords.fault(password, name) if password else ""
    with world_of(request).desk() as desk:
        if fault:
            return _list(request, desk, 422, fault=fault, typed=typed)
        try:
            desk.add_person(name, role, passwords.hash_of(password) if password else "", by=by, email=email)
            token = "" if password else desk.make_link(name, by=by, lasts=HANDED_LINK)
        except PersonRefused as refusal:
            return _list(request, desk, 409, refusal=refusal.why, typed=typed)
        if token:
            return _list(request, desk, added=name, link=link_address(request, token))
    return RedirectResponse(f"/people?added={quote(name, safe='')}", status_code=303)


def link_address(request: Request, token: str) -> str:
    """The address of a sign-in link, by the name under which the admin reached us: the gate knows it for ours."""
    scheme = "https" if world_of(request).secure else "http"
    return f"{scheme}://{request.headers['host']}/enter?token={token}"


def person_page(request: Request, person: str, done: str = "") -> Response:
    """One person, with everything that can be changed about them."""
    with world_of(request).desk() as desk:
        shown = _known(desk, person)
        return _person(request, desk, shown, done=done if done in set(Change) else "")


def _known(desk: Desk, name: str) -> Person:
    person = desk.person(name[:100])
    if person is None:
        raise HTTPException(404)
    return person


def _person(request: Request, desk: Desk, shown: Person, status: int = 200, **more: object) -> Response:
    defaults: dict[str, object] = {"done": "", "refusal": None, "link": ""}
    return render(
        request,
        "person.html",
        status,
        shown=shown,
        is_self=shown.name == person_of(request).name,
        roles=list(Role),
        issuer=world_of(request).config.sign_in.issuer,
        identities=desk.identities(shown.name),
        sessions=desk.sessions(shown.name),
        lasts=HANDED_LINK,
        **{**defaults, **more},
    )


def change(request: Request, person: str, what: Text = "", value: Text = "") -> Response:
    """Change one thing about a person; what is refused says why."""
    world = world_of(request)
    with world.desk() as desk:
        shown = _known(desk, person)
        if what not in set(Change) or (what == Change.ROLE and value not in set(Role)):
            raise HTTPException(422)
        if what in {Change.LINK_ACCOUNT, Change.UNLINK_ACCOUNT} and not world.config.sign_in.issuer:
            raise HTTPException(422)
        try:
            _change(
                desk, shown.name, Change(what), value, by=person_of(request).name, issuer=world.config.sign_in.issuer
            )
        except PersonRefused as refusal:
            return _person(request, desk, shown, 409, refusal=refusal.why)
    return RedirectResponse(f"/people/{quote(shown.name, safe='')}?done={what}", status_code=303)


def _change(desk: Desk, name: str, what: Change, value: str, *, by: str, issuer: str) -> None:
    """Raises PersonRefused; the store knows what may be done."""
    match what:
        case Change.ROLE:
            desk.set_role(name, Role(value), by=by)
        case Change.EMAIL:
            desk.set_email(name, value, by=by)
        case Change.LINK_ACCOUNT:
            desk.link_identity(name, issuer, value.strip(), by=by)
        case Change.UNLINK_ACCOUNT:
            desk.unlink_identity(name, issuer, by=by)
        case Change.DISABLE:
            desk.disable_person(name, by=by)
        case Change.ENABLE:
            desk.enable_person(name, by=by)


def new_link(request: Request, person: str) -> Response:
    """Make a new sign-in link to hand over; it is shown in this answer and never again."""
    with world_of(request).desk() as desk:
        shown = _known(desk, person)
        try:
            token = desk.make_link(shown.name, by=person_of(request).name, lasts=HANDED_LINK)
        except PersonRefused:
            return _person(request, desk, shown, 409, refusal=Refusal.DISABLED)
        return _person(request, desk, shown, link=link_address(request, token))
