"""People who use the staff's pages, their sessions and sign-in links. Of every token only the digest is kept."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.errors import ClusterwatchError
from db import rows
from db.failed_logins import FailedLogins
from db.rows import Cell, Row

# A working day. Whoever comes back the next morning signs in again, and sees what changed since.
SESSION = timedelta(hours=12)
LINK = timedelta(hours=1)  # a sign-in link is read off a terminal, so it is used at once or not at all
HANDED_LINK = timedelta(days=1)  # one that an admin hands over has to reach somebody first


class Role(StrEnum):
    """What a person may do, each including the one before."""

    VIEWER = "viewer"  # see everything
    REVIEWER = "reviewer"  # answer, and ask for a second look
    ADMIN = "admin"  # take back what others answered, and decide what is in the registry


class Way(StrEnum):
    """How a person signed in."""

    PASSWORD = "password"  # noqa: S105  # a word, no password
    LINK = "link"  # a one-time link
    SERVICE = "service"  # another service that we trust


class Refusal(StrEnum):
    """Why something about a person is not done."""

    NAME = "name"  # no login name
    TAKEN = "taken"
    UNKNOWN = "unknown"
    EMAIL = "email"  # no e-mail address
    EMAIL_TAKEN = "email_taken"
    SUBJECT = "subject"  # no identifier of an account elsewhere
    SUBJECT_TAKEN = "subject_taken"  # it belongs to another person
    ONESELF = "oneself"
    LAST_ADMIN = "last_admin"
    DISABLED = "disabled"


_REFUSALS = {
    Refusal.NAME: "a login name has letters, digits, points, dashes, underscores and @, 60 at most",
    Refusal.TAKEN: "there is a person {name!r} already",
    Refusal.UNKNOWN: "there is no person {name!r}. List them with: clusterwatch users list",
    Refusal.EMAIL: "{name}: this is no e-mail address",
    Refusal.EMAIL_TAKEN: "{name}: this e-mail address belongs to another person",
    Refusal.SUBJECT: "{name}: this is no identifier of an account",
    Refusal.SUBJECT_TAKEN: "{name}: this account belongs to another person",
    Refusal.ONESELF: "{name}: nobody disables themselves or changes their own role; ask another admin",
    Refusal.LAST_ADMIN: "{name} is the last admin; make somebody else an admin first",
    Refusal.DISABLED: "{name} may not sign in",
}


class PersonRefused(ClusterwatchError):
    """Something about a person is not done. Raised by the store; caught by the pages, and for the terminal by `cli`."""

    exit_code = 2

    def __init__(self, why: Refusal, name: str) -> None:
        super().__init__(_REFUSALS[why].format(name=name))
        self.why = why


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
    email: str = ""  # in small letters; "" when none is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who is signed in."""

    person: Person
    began_at: datetime
    before_at: datetime | None  # the sign-in before this one: what came later is news
    way: Way = Way.PASSWORD


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One session of a person, as their list shows it."""

    began_at: datetime
    expires_at: datetime
    way: Way
    agent: str  # how the browser named itself, 300 characters at most
    is_this: bool  # whether it is the session that asks


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that somebody did."""

    audit_id: int
    at: datetime
    by: str
    what: str
    about: str  # a cluster or a person, "" for neither
    details: Mapping[str, object]


_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,190}")


def name_fault(name: str) -> bool:
    """Whether this is no login name: one in small letters, without spaces or signs that an address would quote."""
    plain = name.translate(str.maketrans("", "", ".-_@"))
    return not plain.isalnum() or len(name) > 60 or name != name.casefold()


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class People(FailedLogins):
    """The store with the people who work on it."""

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

    def add_person(self, name: str, role: Role, password: str, *, by: str, email: str = "") -> Person:
        """Add a person; `password` is a hash or "". Raises PersonRefused."""
        with self.transaction():
            self.refuse_name(name)
            row: dict[str, Cell] = {"name": name, "role": str(role), "password": password}
            self._insert("people", {**row, "added_at": rows.instant_text(self._clock())})
            self._audit(by, "add_person", name, role=role)
            if email:
                self._set_email(name, email)
        return self._known(name)

    def refuse_name(self, name: str) -> None:
        """Raises PersonRefused when nobody can be added under this name."""
        if name_fault(name):
            raise PersonRefused(Refusal.NAME, name)
        if self._one("SELECT 1 AS one FROM people WHERE :name IN (name, email)", name=name):
            raise PersonRefused(Refusal.TAKEN, name)

    def _known(self, name: str) -> Person:
        """The person of this name. Raises PersonRefused when there is none."""
        person = self.person(name)
        if person is None:
            raise PersonRefused(Refusal.UNKNOWN, name)
        return person

    def set_email(self, name: str, email: str, *, by: str) -> None:
        """Note a person's e-mail address, "" for none. Raises PersonRefused."""
        with self.transaction():
            self._known(name)
            self._set_email(name, email)
            self._audit(by, "set_email", name, email=email.strip().lower())

    def _set_email(self, name: str, email: str) -> None:
        email = email.strip().lower()
        if email and not _EMAIL.fullmatch(email):
            raise PersonRefused(Refusal.EMAIL, email)
        sql = "SELECT 1 AS one FROM people WHERE (email = :email OR name = :email) AND name <> :name"
        if email and self._one(sql, email=email, name=name):
            raise PersonRefused(Refusal.EMAIL_TAKEN, email)
        self._do("UPDATE people SET email = :email WHERE name = :name", {"name": name, "email": email})

    def set_role(self, name: str, role: Role, *, by: str) -> None:
        """Change what a person may do; every session of theirs ends. Raises PersonRefused."""
        with self.transaction():
            before = self._known(name).role
            if before is role:
                return
            self._refuse_to_lose(name, by)
            self._do("UPDATE people SET role = :role WHERE name = :name", {"name": name, "role": str(role)})
            self._end_sessions(name)
            self._audit(by, "set_role", name, role=role, before=before)

    def _refuse_to_lose(self, name: str, by: str) -> None:
        """Raises PersonRefused when a person acts on themselves, or would be the last admin to go."""
        if name == by:
            raise PersonRefused(Refusal.ONESELF, name)
        person = self._known(name)
        others = "SELECT count(*) AS n FROM people WHERE role = 'admin' AND disabled_at IS NULL AND name <> :name"
        if person.role is Role.ADMIN and person.disabled_at is None:
            (row,) = self._all(others, name=name)
            if not rows.whole(row, "n"):
                raise PersonRefused(Refusal.LAST_ADMIN, name)

    def set_password(self, name: str, password: str, *, by: str, revoke_tokens: bool = False) -> None:
        """Give a person another password (a hash); every session of theirs ends, and every token where asked for."""
        with self.transaction():
            self._known(name)
            self._do("UPDATE people SET password = :password WHERE name = :name", {"name": name, "password": password})
            self._end_sessions(name)
            self._forget_link(name)
            revoked = {"tokens_revoked": self._revoke_tokens(name)} if revoke_tokens else {}
            self._audit(by, "set_password", name, **revoked)

    def disable_person(self, name: str, *, by: str) -> None:
        """Let a person in no more, now and later. What they answered stays theirs. Raises PersonRefused."""
        values: dict[str, Cell] = {"name": name, "at": rows.instant_text(self._clock())}
        with self.transaction():
            self._known(name)
            self._refuse_to_lose(name, by)
            if self._do("UPDATE people SET disabled_at = :at WHERE name = :name AND disabled_at IS NULL", values):
                self._audit(by, "disable_person", name, tokens_revoked=self._revoke_tokens(name))
            self._end_sessions(name)
            self._forget_link(name)

    def enable_person(self, name: str, *, by: str) -> None:
        """Let a disabled person in again, as before. Raises PersonRefused."""
        with self.transaction():
            self._known(name)
            enable = "UPDATE people SET disabled_at = NULL WHERE name = :name AND disabled_at IS NOT NULL"
            if self._do(enable, {"name": name}):
                self._audit(by, "enable_person", name)

    def set_language(self, name: str, language: str) -> None:
        """Remember the language a person reads."""
        values: dict[str, Cell] = {"name": name, "language": language}
        with self.transaction():
            self._do("UPDATE people SET language = :language WHERE name = :name", values)

    def _end_sessions(self, name: str) -> int:
        where = "person_id = (SELECT id FROM people WHERE name = :name)"
        return self._do(f"DELETE FROM sessions WHERE {where}", {"name": name})  # noqa: S608  # words of ours only

    def _forget_link(self, name: str) -> None:
        self._do(
            "DELETE FROM sign_in_links WHERE person_id = (SELECT id FROM people WHERE name = :name)", {"name": name}
        )

    def _revoke_tokens(self, name: str) -> int:
        """Let no token of a person work any more; gives how many did."""
        values: dict[str, Cell] = {"name": name, "at": rows.instant_text(self._clock())}
        where = "revoked_at IS NULL AND expires_at > :at AND person_id = (SELECT id FROM people WHERE name = :name)"
        return self._do(f"UPDATE tokens SET revoked_at = :at WHERE {where}", values)  # noqa: S608  # words of ours only

    # --- signing in ---

    def begin_session(self, name: str, *, way: Way = Way.PASSWORD, agent: str = "") -> str:
        """Sign a person in; gives the token, which is nowhere else. A disabled person's token opens nothing."""
        with self.transaction():
            return self._begin_session(name, way, agent)

    def _begin_session(self, name: str, way: Way, agent: str) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock()
        values: dict[str, Cell] = {
            "name": name,
            "digest": digest_of(token),
            "now": rows.instant_text(now),
            "end": rows.instant_text(now + SESSION),
            "way": str(way),
            "agent": "".join(c for c in agent if c.isprintable())[:300],
        }
        self._do("DELETE FROM sessions WHERE expires_at <= :now", values)
        self._do(
            "INSERT INTO sessions (digest, person_id, began_at, expires_at, before_at, way, agent) "
            "SELECT :digest, id, :now, :end, last_login_at, :way, :agent FROM people "
            "WHERE name = :name AND disabled_at IS NULL",
            values,
        )
        self._do("UPDATE people SET last_login_at = :now WHERE name = :name", values)
        self._audit(name, "sign_in", name, way=way)
        return token

    def session(self, token: str) -> Session | None:
        """Who is signed in with this token, None for nobody."""
        row = self._one(
            "SELECT p.*, s.began_at, s.before_at, s.way FROM sessions s JOIN people p ON p.id = s.person_id "
            "WHERE s.digest = :digest AND s.expires_at > :now AND p.disabled_at IS NULL",
            digest=digest_of(token),
            now=rows.instant_text(self._clock()),
        )
        if row is None:
            return None
        return Session(
            person=person_of_row(row),
            began_at=rows.instant(rows.text(row, "began_at")),
            before_at=rows.optional(row, "before_at", rows.instant),
            way=Way(rows.text(row, "way")),
        )

    def sessions(self, name: str, token: str = "") -> list[SignedIn]:
        """Where a person is signed in, the newest first; `token` is that of the session that asks."""
        sql = """SELECT s.* FROM sessions s JOIN people p ON p.id = s.person_id
        WHERE p.name = :name AND s.expires_at > :now ORDER BY s.began_at DESC, s.digest"""
        return [
            SignedIn(
                began_at=rows.instant(rows.text(row, "began_at")),
                expires_at=rows.instant(rows.text(row, "expires_at")),
                way=Way(rows.text(row, "way")),
                agent=rows.text(row, "agent"),
                is_this=row["digest"] == digest_of(token),
            )
            for row in self._all(sql, name=name, now=rows.instant_text(self._clock()))
        ]

    def end_sessions(self, name: str, *, by: str) -> int:
        """Sign a person out everywhere; gives how many sessions that ended."""
        with self.transaction():
            ended = self._end_sessions(name)
            self._audit(by, "end_sessions", name, sessions=ended)
            return ended

    def end_session(self, token: str) -> None:
        """Sign out."""
        with self.transaction():
            self._do("DELETE FROM sessions WHERE digest = :digest", {"digest": digest_of(token)})

    def make_link(self, name: str, *, by: str = "serve", lasts: timedelta = LINK) -> str:
        """The token of a new sign-in link for a person; earlier ones that were not used no longer work.

        Raises PersonRefused when there is no such person, or none who may sign in.
        """
        token = secrets.token_urlsafe(32)
        values: dict[str, Cell] = {"name": name, "digest": digest_of(token)}
        values["end"] = rows.instant_text(self._clock() + lasts)
        with self.transaction():
            if self._known(name).disabled_at is not None:
                raise PersonRefused(Refusal.DISABLED, name)
            self._forget_link(name)
            self._do(
                "INSERT INTO sign_in_links (digest, person_id, expires_at) SELECT :digest, id, :end FROM people "
                "WHERE name = :name",
                values,
            )
            self._audit(by, "make_link", name)
        return token

    def use_link(self, token: str, *, agent: str = "") -> str | None:
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
            return None if row["disabled_at"] else self._begin_session(rows.text(row, "name"), Way.LINK, agent)


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
        email=rows.text(row, "email"),
    )
