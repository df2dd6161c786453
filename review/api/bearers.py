"""Who sends a token, and how often one may send wrong ones."""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass
from threading import Lock

from starlette.responses import Response

from crawler.errors import StoreError
from db.desk import Desk
from db.people import Session
from db.tokens import Bearer, Token
from review import passwords
from review.api.problems import no_token, problem
from review.world import World

logger = logging.getLogger(__name__)

_LONGEST = 200  # characters of a header worth a look
# Failures are counted with those of signing in, under words that can be no name and no address of a visitor: a
# program with a wrong token must not lock the people beside it out of the pages.
_NAME = "(token)"
_ADDRESS = "(token) {}"
_one_at_a_time = Lock()  # guesses that come all at once must not pass the throttle together


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The person in whose name a request is made, and their token."""

    session: Session
    token: Token


def sender(world: World, header: str, client: tuple[str, int] | None) -> Sender | Response:
    """Who sends this `Authorization` header, or the refusal.

    After LIMITS["address"] unknown tokens within WINDOW no token from the address is looked at. One that we made and
    that works no more is no guess, and is not counted: a program that was forgotten locks nobody out.
    """
    address = _ADDRESS.format(client[0] if client else "")
    secret = _secret(header)
    with world.desk() as desk:
        if _is_throttled(world, desk, address):
            return _throttled()
        bearer = desk.bearer(secret) if secret else None
        if bearer is not None and bearer.is_valid:
            _note_used(desk, bearer)
            session = Session(person=bearer.person, began_at=bearer.token.made_at, before_at=None)
            return Sender(session=session, token=bearer.token)
        if bearer is None:
            with _one_at_a_time:
                if _is_throttled(world, desk, address):
                    return _throttled()
                desk.note_failed_login(_NAME, address)
    return no_token("This token is unknown, expired or revoked.", given=True)


def _secret(header: str) -> str:
    """The token in a header, "" for none. Readers of feeds know no tokens, only passwords: there it stands as one."""
    scheme, _, rest = header.partition(" ")
    if len(rest) > _LONGEST:
        return ""
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
    except ValueError:  # no base 64, or no UTF-8
        return ""


def _is_throttled(world: World, desk: Desk, address: str) -> bool:
    failures = desk.failed_logins(_NAME, address, world.clock() - passwords.WINDOW)
    return failures["address"] >= passwords.LIMITS["address"]


def _throttled() -> Response:
    seconds = int(passwords.WINDOW.total_seconds())
    return problem("throttled", headers={"Retry-After": str(seconds)})


def _note_used(desk: Desk, bearer: Bearer) -> None:
    """The day of the last use is worth less than the request: a disk that is full must not stop it."""
    try:
        desk.note_token_used(bearer.token)
    except StoreError:
        logger.exception("%s: the use of a token could not be noted", bearer.person.name)
