"""Who asks; and for admins: who may sign in, and who did what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from pydantic import Field
from starlette.responses import Response

from db.desk import Desk
from db.people import HANDED_LINK, Person, PersonRefused, Refusal, Role
from db.tokens import Token
from review import passwords
from review.api.calls import PersonName, add_call
from review.api.problems import Kind, problem
from review.api.shapes import MAX_ID, PLAIN, Shape
from review.people import link_address
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
    email: str = Field(description='In small letters, "" for none known.')
    has_password: bool = Field(description="False: comes in by a sign-in link, or through another service.")
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
    email: str = Field("", max_length=255, pattern=PLAIN, examples=["suzuki@example.org"])
    password: str = Field(
        "", min_length=passwords.SHORTEST, max_length=passwords.LONGEST, pattern=PLAIN,
        description="The first password; common ones and those that contain the name are refused. Without one, make a link.",
        examples=["three keys under one mat"],
    )  # fmt: skip


class SentRole(Shape):
    """What a person may do."""

    role: Role


class SentEmail(Shape):
    """A person's e-mail address."""

    email: str = Field(max_length=255, pattern=PLAIN, description='"" for none.', examples=["suzuki@example.org"])


class LinkShape(Shape):
    """A sign-in link to hand over. It is shown this once, works once, and lets its person choose a password."""

    name: str
    address: str
    lasts_s: int = Field(description="Seconds until it works no more.")


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
             refuses=("bad_request", "name_taken", "email_taken", "not_understood"))  # fmt: skip
    lost: tuple[Kind, ...] = ("not_found", "yourself", "last_admin")
    sent: tuple[Kind, ...] = ("bad_request", "not_understood")
    one = "/api/people/{name}"
    add_call(app, f"POST {one}/role", set_role, about=_ABOUT, gives=PersonShape, refuses=(*sent, *lost))
    add_call(app, f"POST {one}/email", set_email, about=_ABOUT, gives=PersonShape,
             refuses=(*sent, "not_found", "email_taken"))  # fmt: skip
    add_call(app, f"POST {one}/disable", disable_person, about=_ABOUT, gives=PersonShape, refuses=lost)
    add_call(app, f"POST {one}/enable", enable_person, about=_ABOUT, gives=PersonShape, refuses=("not_found",))
    add_call(app, f"POST {one}/link", make_link, about=_ABOUT, gives=LinkShape, status=201,
             refuses=("not_found", "disabled"))  # fmt: skip
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
    same = ("name", "role", "email", "language", "added_at", "last_login_at", "disabled_at")
    return PersonShape(**{name: getattr(person, name) for name in same}, has_password=bool(person.password))


def add_person(request: Request, sent: NewPerson) -> PersonShape | Response:
    """Add a person, with a first password that they should change, or without one."""
    name = sent.name.casefold()
    wrong = passwords.fault(sent.password, name) if sent.password else ""
    try:
        with world_of(request).desk() as desk:
            desk.refuse_name(name)
            if wrong:
                return _faulty("password", wrong, _FAULTS[wrong])
            hashed = passwords.hash_of(sent.password) if sent.password else ""
            return _shape(desk.add_person(name, sent.role, hashed, by=person_of(request).name, email=sent.email))
    except PersonRefused as refusal:
        return _refused(refusal)


def _faulty(where: str, what: str, words: str) -> Response:
    return problem("not_understood", words, errors=[{"where": f"body.{where}", "what": what, "detail": words}])


def _refused(refusal: PersonRefused) -> Response:
    """The refusal of the store as one of ours."""
    kinds: dict[Refusal, Kind] = {
        Refusal.TAKEN: "name_taken", Refusal.EMAIL_TAKEN: "email_taken", Refusal.ONESELF: "yourself",
        Refusal.LAST_ADMIN: "last_admin", Refusal.DISABLED: "disabled",
    }  # fmt: skip
    if refusal.why is Refusal.UNKNOWN:
        return problem("not_found", "There is no such person.")
    kind = kinds.get(refusal.why)
    return problem(kind) if kind else _faulty(str(refusal.why), str(refusal.why), "This is none that can be.")


def set_role(request: Request, name: PersonName, sent: SentRole) -> PersonShape | Response:
    """Change what a person may do; every session of theirs ends. Nobody changes their own role."""
    return _changed(request, name, lambda desk, by: desk.set_role(name, sent.role, by=by))


def set_email(request: Request, name: PersonName, sent: SentEmail) -> PersonShape | Response:
    """Note a person's e-mail address."""
    return _changed(request, name, lambda desk, by: desk.set_email(name, sent.email, by=by))


def disable_person(request: Request, name: PersonName) -> PersonShape | Response:
    """Let a person in no more: their sessions end, and their tokens are revoked. What they answered stays.

    Nobody disables themselves, so there is always an admin left.
    """
    return _changed(request, name, lambda desk, by: desk.disable_person(name, by=by))


def enable_person(request: Request, name: PersonName) -> PersonShape | Response:
    """Let a disabled person in again, as before. Their tokens stay revoked."""
    return _changed(request, name, lambda desk, by: desk.enable_person(name, by=by))


def _changed(request: Request, name: str, change: Callable[[Desk, str], None]) -> PersonShape | Response:
    """A person after a change, or why it is refused; the store knows what may be done."""
    try:
        with world_of(request).desk() as desk:
            change(desk, person_of(request).name)
            person = desk.person(name)
    except PersonRefused as refusal:
        return _refused(refusal)
    assert person is not None
    return _shape(person)


def make_link(request: Request, name: PersonName) -> LinkShape | Response:
    """Make a new sign-in link to hand over; earlier ones of the person no longer work."""
    try:
        with world_of(request).desk() as desk:
            token = desk.make_link(name, by=person_of(request).name, lasts=HANDED_LINK)
    except PersonRefused as refusal:
        return _refused(refusal)
    return LinkShape(name=name, address=link_address(request, token), lasts_s=int(HANDED_LINK.total_seconds()))


def list_audit(
    request: Request,
    before: Annotated[int, Query(ge=1, le=MAX_ID, description="Only entries with a smaller `audit_id`.")] = MAX_ID,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 200,
) -> Audit:
    """Who did what, the newest first."""
    with world_of(request).desk() as desk:
        found = desk.audit(limit, before=before)
    return Audit(entries=[AuditShape.model_validate(entry) for entry in found])
