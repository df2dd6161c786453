"""People's accounts at another service, and the filters that they keep. One transaction a method."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db import rows
from db.people import People, Person, PersonRefused, Refusal, Role, Way
from db.rows import Cell

FILTERS = 40  # kept by one person; more than anybody reads above a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account at another service that has just proved who somebody is."""

    issuer: str
    subject: str
    email: str = ""  # "" unless the service says that it is verified
    name: str = ""  # login name for a person who is not known yet
    role: Role | None = None  # what such a person may do; None: they must be known


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An account at another service by which a person is known."""

    issuer: str
    subject: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A filter of the overview that somebody kept."""

    filter_id: int
    name: str
    query: str  # of an address, with its question mark


class Identities(People):
    """The store with the accounts of people elsewhere, and what they keep for themselves."""

    # --- accounts elsewhere ---

    def identities(self, name: str) -> list[Identity]:
        """The accounts by which a person is known, the oldest first."""
        sql = """SELECT i.* FROM identities i JOIN people p ON p.id = i.person_id
        WHERE p.name = :name ORDER BY i.added_at, i.issuer"""
        return [
            Identity(
                issuer=rows.text(row, "issuer"),
                subject=rows.text(row, "subject"),
                added_at=rows.instant(rows.text(row, "added_at")),
            )
            for row in self._all(sql, name=name)
        ]

    def sign_in_with(self, account: Account, *, agent: str = "") -> str:
        """Sign in the person of an account, known or new; gives the token of the session. Raises PersonRefused.

        An account that is not known yet is that of the person whose e-mail address it has verified, or that of a new
        person where its role says so. The name alone never leads to a person: anybody can choose a name.
        """
        with self.transaction():
            person = self._person_of(account) or self._recognised(account) or self._newcomer(account)
            if person.disabled_at is not None:
                raise PersonRefused(Refusal.DISABLED, person.name)
            return self._begin_session(person.name, Way.SERVICE, agent)

    def _person_of(self, account: Account) -> Person | None:
        sql = """SELECT p.name FROM identities i JOIN people p ON p.id = i.person_id
        WHERE i.issuer = :issuer AND i.subject = :subject"""
        row = self._one(sql, issuer=account.issuer, subject=account.subject)
        return self.person(rows.text(row, "name")) if row else None

    def _recognised(self, account: Account) -> Person | None:
        """The person of the verified address, who has the account from now on; None when there is none.

        Raises PersonRefused when they are known by another account: an address may have passed to somebody else.
        """
        email = account.email.lower()
        found = self._all("SELECT name FROM people WHERE :email IN (email, name)", email=email) if email else []
        if len(found) != 1:
            return None
        person = self._known(rows.text(found[0], "name"))
        if person.disabled_at is None:
            self._link(person.name, account.issuer, account.subject, by=person.name)
        return person

    def _newcomer(self, account: Account) -> Person:
        if account.role is None:
            raise PersonRefused(Refusal.UNKNOWN, account.name)
        person = self.add_person(account.name, account.role, "", by="sign-in service", email=account.email)
        self._link(person.name, account.issuer, account.subject, by="sign-in service")
        return person

    def link_identity(self, name: str, issuer: str, subject: str, *, by: str) -> None:
        """Know a person by an account from now on, in place of the one before. Raises PersonRefused."""
        with self.transaction():
            self._known(name)
            self._unlink(name, issuer)
            self._link(name, issuer, subject, by=by)

    def _link(self, name: str, issuer: str, subject: str, *, by: str) -> None:
        if not 0 < len(subject) <= 255 or not subject.isprintable() or subject != subject.strip():
            raise PersonRefused(Refusal.SUBJECT, name)
        values: dict[str, Cell] = {"name": name, "issuer": issuer, "subject": subject}
        values["at"] = rows.instant_text(self._clock())
        taken = """INSERT OR IGNORE INTO identities (issuer, subject, person_id, added_at)
        SELECT :issuer, :subject, id, :at FROM people WHERE name = :name"""
        if not self._do(taken, values):
            raise PersonRefused(Refusal.SUBJECT_TAKEN, name)
        self._audit(by, "link_identity", name, issuer=issuer, subject=subject)

    def unlink_identity(self, name: str, issuer: str, *, by: str) -> None:
        """Know a person by no account of this issuer any more; every session of theirs ends."""
        with self.transaction():
            if self._unlink(name, issuer):
                self._end_sessions(name)
                self._audit(by, "unlink_identity", name, issuer=issuer)

    def _unlink(self, name: str, issuer: str) -> int:
        sql = "DELETE FROM identities WHERE issuer = :issuer AND person_id = (SELECT id FROM people WHERE name = :name)"
        return self._do(sql, {"name": name, "issuer": issuer})

    # --- kept filters ---

    def saved_filters(self, person: Person) -> list[SavedFilter]:
        """The filters that a person keeps, by name."""
        sql = "SELECT * FROM saved_filters WHERE person_id = :person ORDER BY name COLLATE NOCASE, id"
        return [
            SavedFilter(filter_id=rows.whole(row, "id"), name=rows.text(row, "name"), query=rows.text(row, "query"))
            for row in self._all(sql, person=person.person_id)
        ]

    def save_filter(self, person: Person, name: str, query: str) -> bool:
        """Keep a filter under a name, in place of the one of that name; False when the person keeps FILTERS others."""
        values: dict[str, Cell] = {"person": person.person_id, "name": name, "query": query}
        values["at"] = rows.instant_text(self._clock())
        with self.transaction():
            others = [kept for kept in self.saved_filters(person) if kept.name != name]
            if len(others) >= FILTERS:
                return False
            self._do(
                """INSERT INTO saved_filters (person_id, name, query, added_at) VALUES (:person, :name, :query, :at)
                ON CONFLICT (person_id, name) DO UPDATE SET query = excluded.query""",
                values,
            )
            self._audit(person.name, "save_filter", "", name=name, query=query)
        return True

    def forget_filter(self, person: Person, filter_id: int) -> None:
        """Keep a filter no longer; only one's own."""
        values: dict[str, Cell] = {"person": person.person_id, "id": filter_id}
        with self.transaction():
            if self._do("DELETE FROM saved_filters WHERE id = :id AND person_id = :person", values):
                self._audit(person.name, "forget_filter", "", filter_id=filter_id)
