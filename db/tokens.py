"""Tokens: with one, a program uses the interface in the name of a person. Only the digest of a token is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crawler.errors import ClusterwatchError
from db import rows
from db.identities import Identities
from db.people import Person, digest_of, person_of_row
from db.rows import Cell, Row

PREFIX = "cw_"  # lets programs that look for secrets in public files know one of ours
DEFAULT_DAYS = 90
LONGEST_DAYS = 366
LONGEST_NAME = 60  # characters
MOST = 20  # that one person may have at a time; more is a program that makes one for each start


class TokenRefused(ClusterwatchError):
    """A token cannot be made. Raised by `Tokens.make_token`; caught by the pages and the command.

    `code` is "name", "days", "most" or "nobody".
    """

    exit_code = 2

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token of a person, without its secret."""

    token_id: int
    name: str  # what the person calls it
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None = None  # in UTC; kept by the day, so that asking writes once a day at most
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Who sent a token that we once made."""

    person: Person
    token: Token
    is_valid: bool  # neither expired nor revoked, and the person may still sign in


class Tokens(Identities):
    """The store with the tokens of its people."""

    def make_token(self, person: str, name: str, days: int, *, by: str) -> str:
        """A new token for a person, which is nowhere else afterwards. Raises TokenRefused."""
        name = name.strip()
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            raise TokenRefused("name", f"a token needs a name, of {LONGEST_NAME} characters at most")
        if not 1 <= days <= LONGEST_DAYS:
            raise TokenRefused("days", f"a token is good for 1 to {LONGEST_DAYS} days")
        secret = PREFIX + secrets.token_urlsafe(32)
        now = self._clock()
        with self.transaction():
            owner = self.person(person)
            if owner is None or owner.disabled_at is not None:
                raise TokenRefused("nobody", f"there is nobody {person!r} who may sign in")
            if len(self.tokens(person)) >= MOST:
                raise TokenRefused("most", f"{person} has {MOST} tokens already; revoke one first")
            made: dict[str, Cell] = {"person_id": owner.person_id, "digest": digest_of(secret), "name": name}
            made |= {"made_at": rows.instant_text(now), "expires_at": rows.instant_text(now + timedelta(days=days))}
            token_id = self._insert("tokens", made)
            self._audit(by, "make_token", person, token=token_id, name=name, days=days)
        return secret

    def tokens(self, person: str) -> list[Token]:
        """The tokens of a person that still work, newest first."""
        found = self._all(
            f"{_TOKENS} WHERE p.name = :person AND t.revoked_at IS NULL AND t.expires_at > :now ORDER BY t.id DESC",
            person=person,
            now=rows.instant_text(self._clock()),
        )
        return [_token(row) for row in found]

    def revoke_token(self, person: str, token_id: int, *, by: str) -> bool:
        """Let a token of a person work no more; False when it is no token of theirs, or was revoked before."""
        values: dict[str, Cell] = {"id": token_id, "person": person, "at": rows.instant_text(self._clock())}
        with self.transaction():
            revoked = self._do(
                "UPDATE tokens SET revoked_at = :at WHERE id = :id AND revoked_at IS NULL "
                "AND person_id = (SELECT id FROM people WHERE name = :person)",
                values,
            )
            if revoked:
                self._audit(by, "revoke_token", person, token=token_id)
        return bool(revoked)

    def bearer(self, secret: str) -> Bearer | None:
        """Who sends this token, None when we never made it."""
        row = self._one(f"{_TOKENS} WHERE t.digest = :digest", digest=digest_of(secret))
        if row is None:
            return None
        person, token = person_of_row(row), _token(row)
        is_valid = token.revoked_at is None and person.disabled_at is None and token.expires_at > self._clock()
        return Bearer(person=person, token=token, is_valid=is_valid)

    def note_token_used(self, token: Token) -> None:
        """Remember that a token was used today; nothing is written when that is known."""
        today = self._clock().date()
        if token.last_used_on == today:
            return
        with self.transaction():
            values: dict[str, Cell] = {"id": token.token_id, "today": today.isoformat()}
            self._do("UPDATE tokens SET last_used_on = :today WHERE id = :id", values)


_TOKENS = """SELECT p.*, t.id AS token_id, t.name AS token_name, t.made_at, t.expires_at, t.last_used_on, t.revoked_at
FROM tokens t JOIN people p ON p.id = t.person_id"""


def _token(row: Row) -> Token:
    return Token(
        token_id=rows.whole(row, "token_id"),
        name=rows.text(row, "token_name"),
        made_at=rows.instant(rows.text(row, "made_at")),
        expires_at=rows.instant(rows.text(row, "expires_at")),
        last_used_on=rows.optional(row, "last_used_on", date.fromisoformat),
        revoked_at=rows.optional(row, "revoked_at", rows.instant),
    )
