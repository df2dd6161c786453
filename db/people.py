"""People who use the staff's pages, their sessions and sign-in links. Of every token only the digest is kept."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.errors import StoreError
from db import rows
from db.rows import Cell, Row
from db.store import Store

# A working day. Whoever comes back the next morning signs in again, and sees what changed since.
SESSION = timedelta(hours=12)
LINK = timedelta(hours=1)  # a sign-in link is read off a terminal, so it is used at once or not at all


class Role(StrEnum):
    """What a person may do, each including the one before."""

    VIEWER = "viewer"  # see everything
    REVIEWER = "reviewer"  # answer, and ask for a second look
    ADMIN = "admin"  # take back what others answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person who may sign in."""

    person_id: int
    name: str
    role: Role
    password: str  # argon2 hash, "" when the person has none
    language: str = ""  # "" follows the browser
    added_at: datetime
    last_login_at: datetime | None = None
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who is signed in."""

    person: Person
    began_at: datetime
    before_at: datetime | None  # the sign-in before this one: what came later is news


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that somebody did."""

    audit_id: int
    at: datetime
    by: str
    what: str
    about: str  # a cluster or a person, "" for neither
    details: Mapping[str, object]


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class People(Store):
    """The store with the people who work on it."""

    def _audit(self, by: str, what: str, about: str = "", **details: object) -> None:
        """One row of the audit; part of the transaction around it."""
        at = rows.instant_text(self._clock())
        text = json.dumps(details, ensure_ascii=False, default=str)
        self._insert("audit", {"at": at, "by": by, "what": what, "about": about, "details": text})

    def audit(self, limit: int = 200, *, before: int = 2**62) -> list[AuditEntry]:
        """The last entries of the audit, newest first; only those of a smaller id than `before`."""
        return [
            AuditEntry(
                audit_id=rows.whole(row, "id"),
                at=rows.instant(rows.text(row, "at")),
                by=rows.text(row, "by"),
                what=rows.text(row, "what"),
                about=rows.text(row, "about"),
                details=json.loads(rows.text(row, "details")),
            )
            for row in self._all(
                "SELECT * FROM audit WHERE id < :before ORDER BY id DESC LIMIT :limit", before=before, limit=limit
            )
        ]

    # --- people ---

    def people(self) -> list[Person]:
        """All people by name, the disabled ones too."""
        return [person_of_row(row) for row in self._all("SELECT * FROM people ORDER BY name")]

    def person(self, name: str) -> Person | None:
        """The person of this login name."""
        row = self._one("SELECT * FROM people WHERE name = :name", name=name)
        return person_of_row(row) if row else None

    def add_person(self, name: str, role: Role, password: str, *, by: str) -> Person:
        """Add a person; `password` is a hash or "". Raises StoreError when the name is taken."""
        with self.transaction():
            if self.person(name):
                raise StoreError(f"there is a person {name!r} already.")
            row: dict[str, Cell] = {"name": name, "role": str(role), "password": password}
            self._insert("people", {**row, "added_at": rows.instant_text(self._clock())})
            self._audit(by, "add_person", name, role=role)
        added = self.person(name)
        assert added is not None
        return added

    def set_password(self, name: str, password: str, *, by: str, revoke_tokens: bool = False) -> None:
        """Give a person another password (a hash); every session of theirs ends, and every token where asked for."""
        with self.transaction():
            self._do("UPDATE people SET password = :password WHERE name = :name", {"name": name, "password": password})
            self._end_sessions(name)
            revoked = {"tokens_revoked": self._revoke_tokens(name)} if revoke_tokens else {}
            self._audit(by, "set_password", name, **revoked)

    def disable_person(self, name: str, *, by: str) -> None:
        """Let a person in no more, now and later. What they answered stays theirs."""
        values: dict[str, Cell] = {"name": name, "at": rows.instant_text(self._clock())}
        with self.transaction():
            self._do("UPDATE people SET disabled_at = :at WHERE name = :name AND disabled_at IS NULL", values)
            self._end_sessions(name)
            self._audit(by, "disable_person", name, tokens_revoked=self._revoke_tokens(name))

    def set_language(self, name: str, language: str) -> None:
        """Remember the language a person reads."""
        values: dict[str, Cell] = {"name": name, "language": language}
        with self.transaction():
            self._do("UPDATE people SET language = :language WHERE name = :name", values)

    def _end_sessions(self, name: str) -> None:
        where = "person_id = (SELECT id FROM people WHERE name = :name)"
        self._do(f"DELETE FROM sessions WHERE {where}", {"name": name})  # noqa: S608  # words of ours only
        self._do(f"DELETE FROM sign_in_links WHERE {where}", {"name": name})  # noqa: S608  # words of ours only

    def _revoke_tokens(self, name: str) -> int:
        """Let no token of a person work any more; gives how many did."""
        values: dict[str, Cell] = {"name": name, "at": rows.instant_text(self._clock())}
        where = "revoked_at IS NULL AND expires_at > :at AND person_id = (SELECT id FROM people WHERE name = :name)"
        return self._do(f"UPDATE tokens SET revoked_at = :at WHERE {where}", values)  # noqa: S608  # words of ours only

    # --- signing in ---

    def begin_session(self, name: str) -> str:
        """Sign a person in; gives the token, which is nowhere else."""
        with self.transaction():
            return self._begin_session(name)

    def _begin_session(self, name: str) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock()
        values: dict[str, Cell] = {
            "name": name,
            "digest": digest_of(token),
            "now": rows.instant_text(now),
            "end": rows.instant_text(now + SESSION),
        }
        self._do("DELETE FROM sessions WHERE expires_at <= :now", values)
        self._do(
            "INSERT INTO sessions (digest, person_id, began_at, expires_at, before_at) "
            "SELECT :digest, id, :now, :end, last_login_at FROM people WHERE name = :name AND disabled_at IS NULL",
            values,
        )
        self._do("UPDATE people SET last_login_at = :now WHERE name = :name", values)
        self._audit(name, "sign_in", name)
        return token

    def session(self, token: str) -> Session | None:
        """Who is signed in with this token, None for nobody."""
        row = self._one(
            "SELECT p.*, s.began_at, s.before_at FROM sessions s JOIN people p ON p.id = s.person_id "
            "WHERE s.digest = :digest AND s.expires_at > :now AND p.disabled_at IS NULL",
            digest=digest_of(token),
            now=rows.instant_text(self._clock()),
        )
        if row is None:
            return None
        began = rows.instant(rows.text(row, "began_at"))
        return Session(
            person=person_of_row(row), began_at=began, before_at=rows.optional(row, "before_at", rows.instant)
        )

    def end_session(self, token: str) -> None:
        """Sign out."""
        with self.transaction():
            self._do("DELETE FROM sessions WHERE digest = :digest", {"digest": digest_of(token)})

    def make_link(self, name: str) -> str:
        """The token of a new sign-in link for a person; earlier ones that were not used no longer work."""
        token = secrets.token_urlsafe(32)
        values: dict[str, Cell] = {"name": name, "digest": digest_of(token)}
        values["end"] = rows.instant_text(self._clock() + LINK)
        with self.transaction():
            self._do("DELETE FROM sign_in_links WHERE person_id = (SELECT id FROM people WHERE name = :name)", values)
            self._do(
                "INSERT INTO sign_in_links (digest, person_id, expires_at) SELECT :digest, id, :end FROM people "
                "WHERE name = :name",
                values,
            )
        return token

    def use_link(self, token: str) -> str | None:
        """Sign in with a link; gives the token of the session, None for a link used before, expired or unknown."""
        values: dict[str, Cell] = {"digest": digest_of(token), "now": rows.instant_text(self._clock())}
        with self.transaction():
            used = "UPDATE sign_in_links SET used_at = :now WHERE digest = :digest AND used_at IS NULL"
            if not self._do(f"{used} AND expires_at > :now", values):
                return None
            (row,) = self._all(
                "SELECT p.name, p.disabled_at FROM sign_in_links l JOIN people p ON p.id = l.person_id "
                "WHERE l.digest = :digest",
                digest=values["digest"],
            )
            return None if row["disabled_at"] else self._begin_session(rows.text(row, "name"))

    def note_failed_login(self, name: str, address: str) -> None:
        """Remember a failed sign-in for the throttle; those of yesterday are forgotten."""
        now = self._clock()
        with self.transaction():
            before = rows.instant_text(now - timedelta(days=1))
            self._do("DELETE FROM failed_logins WHERE at < :before", {"before": before})
            self._insert("failed_logins", {"name": name, "address": address, "at": rows.instant_text(now)})

    def failed_logins(self, name: str, address: str, since: datetime) -> Mapping[str, int]:
        """How often signing in failed lately: of this name, from this address, and of both together."""
        (row,) = self._all(
            "SELECT coalesce(sum(name = :name), 0) AS name, coalesce(sum(address = :address), 0) AS address, "
            "coalesce(sum(name = :name AND address = :address), 0) AS both FROM failed_logins WHERE at >= :since",
            name=name,
            address=address,
            since=rows.instant_text(since),
        )
        return {key: rows.whole(row, key) for key in ("name", "address", "both")}

    def forget_failed_logins(self, name: str, address: str) -> None:
        """After a good sign-in the earlier failures of this name from this address no longer count."""
        with self.transaction():
            values: dict[str, Cell] = {"name": name, "address": address}
            self._do("DELETE FROM failed_logins WHERE name = :name AND address = :address", values)


def person_of_row(row: Row) -> Person:
    """The person of a row of the table of people."""
    return Person(
        person_id=rows.whole(row, "id"),
        name=rows.text(row, "name"),
        role=Role(rows.text(row, "role")),
        password=rows.text(row, "password"),
        language=rows.text(row, "language"),
        added_at=rows.instant(rows.text(row, "added_at")),
        last_login_at=rows.optional(row, "last_login_at", rows.instant),
        disabled_at=rows.optional(row, "disabled_at", rows.instant),
    )
