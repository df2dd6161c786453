"""Who asks; and for admins: who may sign in, and who did what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import Field
from starlette.responses import Response

from db.people import Person, PersonRefused, Refusal, Role
from db.tokens import Token
from review import passwords
from review.api.calls import PersonName, add_call
from review.api.problems import problem
from review.api.shapes import MAX_ID, PLAIN, Shape
from review.world import person_of, world_of

_ABOUT = "people"
_FAULTS = {
    "short": f"The password has {passwords.SHORTEST} characters at least.",
    "long": f"The password has {passwords.LONGEST} characters at most.",
    "common": "The password is one of those that everybody tries first.",
    "name": "The password contains the name.",
}


class Me(Shape):
    """The person in whose name a request is made."""

    name: str
    role: Role
    token: str = Field(description='What the token is called, "" for a request with the cookie of the pages.')
    token_expires_at: datetime | None
    token_last_used_on: date | None = Field(description="The day before this request on which it was used, or today.")


class PersonShape(Shape):
    """One person who may sign in."""

    name: str
    role: Role
    has_password: bool = Field(description="False: comes in by a sign-in link only.")
    language: str = Field(description='`en`, `ja`, or "" for as the browser says.')
    added_at: datetime
    last_login_at: datetime | None
    disabled_at: datetime | None = Field(description="Since when they are let in no more.")


class People(Shape):
    """All people by name, the disabled ones too."""

    people: list[PersonShape]


class NewPerson(Shape):
    """A person to be added."""

    name: str = Field(
        min_length=1,
        max_length=passwords.LONGEST_NAME,
        description="Login name: letters, digits, points, dashes, underscores. Capitals become small letters.",
        examples=["suzuki"],
    )
    role: Role
    password: str = Field(
        min_length=passwords.SHORTEST, max_length=passwords.LONGEST, pattern=PLAIN,
        description="The first password; common ones and those that contain the name are refused.",
        examples=["three keys under one mat"],
    )  # fmt: skip


class AuditShape(Shape):
    """One thing that somebody did."""

    audit_id: int
    at: datetime
    by: str
    what: str = Field(examples=["answer:ceased"])
    about: str = Field(description='A cluster or a person, "" for neither.')
    details: dict[str, Any] = Field(description="What more is to be said; the names depend on `what`.")


class Audit(Shape):
    """Entries of the audit, the newest first."""

    entries: list[AuditShape]


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    add_call(app, "GET /api/me", get_me, about=_ABOUT, gives=Me)
    add_call(app, "GET /api/people", list_people, about=_ABOUT, gives=People)
    add_call(app, "POST /api/people", add_person, about=_ABOUT, gives=PersonShape, status=201,
             refuses=("bad_request", "name_taken", "not_understood"))  # fmt: skip
    add_call(app, "POST /api/people/{name}/disable", disable_person, about=_ABOUT, gives=PersonShape,
             refuses=("not_found", "yourself", "last_admin"))  # fmt: skip
    add_call(app, "GET /api/audit", list_audit, about=_ABOUT, gives=Audit, refuses=("not_understood",))


def get_me(request: Request) -> Me:
    """In whose name the request is made, and until when its token works."""
    person = person_of(request)
    token = request.scope.get("token")
    if not isinstance(token, Token):
        return Me(name=person.name, role=person.role, token="", token_expires_at=None, token_last_used_on=None)
    return Me(
        name=person.name,
        role=person.role,
        token=token.name,
        token_expires_at=token.expires_at,
        token_last_used_on=token.last_used_on,
    )


def list_people(request: Request) -> People:
    """Who may sign in, by name; the disabled ones too."""
    with world_of(request).desk() as desk:
        return People(people=[_shape(person) for person in desk.people()])


def _shape(person: Person) -> PersonShape:
    same = ("name", "role", "language", "added_at", "last_login_at", "disabled_at")
    return PersonShape(**{name: getattr(person, name) for name in same}, has_password=bool(person.password))


def add_person(request: Request, sent: NewPerson) -> PersonShape | Response:
    """Add a person, with a first password that they should change."""
    name = sent.name.casefold()
    wrong = passwords.fault(sent.password, name)
    try:
        with world_of(request).desk() as desk:
            desk.refuse_name(name)
            if wrong:
                return _refused("password", wrong, _FAULTS[wrong])
            hashed = passwords.hash_of(sent.password)
            return _shape(desk.add_person(name, sent.role, hashed, by=person_of(request).name))
    except PersonRefused as refusal:
        return problem("name_taken") if refusal.why is Refusal.TAKEN else _refused("name", refusal.why, str(refusal))


def _refused(where: str, what: str, words: str) -> Response:
    return problem("not_understood", words, errors=[{"where": f"body.{where}", "what": what, "detail": words}])


def disable_person(request: Request, name: PersonName) -> PersonShape | Response:
    """Let a person in no more: their sessions end, and their tokens are revoked. What they answered stays.

    Nobody disables themselves, so there is always an admin left.
    """
    try:
        with world_of(request).desk() as desk:
            desk.disable_person(name, by=person_of(request).name)
            person = desk.person(name)
    except PersonRefused as refusal:
        if refusal.why is Refusal.UNKNOWN:
            raise HTTPException(404, "There is no such person.") from None
        return problem("yourself" if refusal.why is Refusal.ONESELF else "last_admin")
    assert person is not None
    return _shape(person)


def list_audit(
    request: Request,
    before: Annotated[int, Query(ge=1, le=MAX_ID, description="Only entries with a smaller `audit_id`.")] = MAX_ID,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 200,
) -> Audit:
    """Who did what, the newest first."""
    with world_of(request).desk() as desk:
        found = desk.audit(limit, before=before)
    return Audit(entries=[AuditShape.model_validate(entry) for entry in found])
