"""The log of letters to clusters: entries with their audit, one transaction a method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from crawler.errors import ClusterwatchError, StoreError
from crawler.letters import Entry, EntryKind
from db import rows
from db.rescans import Rescans
from db.rows import Cell, Row


class NotToAdd(ClusterwatchError):
    """An entry is about a letter that is not there, or was taken back. Raised by `Letters`; caught by the pages."""


class Letters(Rescans):
    """The store with the letters to clusters."""

    def add_entry(self, entry: Entry) -> Entry:
        """Store an entry with its audit; gives it with its id.

        The same entry of the same person, sent twice, is stored once, unless it was taken back between. Raises StoreError when the registry has no such
        cluster, NotToAdd when the letter it is about is not that cluster's or was taken back.
        """
        with self.transaction():
            if not self.clusters([entry.cluster_id]):
                raise StoreError(f"there is no cluster {entry.cluster_id!r} in the registry.")
            before = self.correspondence(entry.cluster_id)
            taken_back = {e.letter_id for e in before if e.kind is EntryKind.WITHDRAWN}
            there = next((e for e in before if _same(e, entry) and e.entry_id not in taken_back), None)
            if there is not None:
                return there
            if entry.kind is not EntryKind.WROTE and not _is_open_for(entry, before):
                raise NotToAdd("there is no such letter, or it was taken back")
            stored = replace(entry, entry_id=self._insert("letters", _row(entry)))
            told = {"letter": stored.letter_id or stored.entry_id, "on": stored.on, "address": stored.address}
            also = {"until": stored.due_on, "note": stored.words}
            kept = {name: value for name, value in {**told, **also}.items() if value}
            self._audit(stored.by, f"letter:{stored.kind}", stored.cluster_id, **kept)
            return stored

    def correspondence(self, cluster_id: str) -> list[Entry]:
        """All entries about one cluster, oldest first."""
        sql = "SELECT * FROM letters WHERE cluster_id = :cluster ORDER BY id"
        return [_entry(row) for row in self._all(sql, cluster=cluster_id)]

    def letter_entry(self, entry_id: int) -> Entry | None:
        """One entry."""
        row = self._one("SELECT * FROM letters WHERE id = :id", id=entry_id)
        return _entry(row) if row else None

    def waiting_letters(self, *, due_before: date | None = None) -> list[Entry]:
        """The letters that nothing came back for, of clusters in the registry, those due first first.

        `due_before` leaves out those whose answer is due on that day or later.
        """
        sql = """SELECT l.* FROM letters l JOIN clusters c USING (cluster_id)
        WHERE l.kind = 'wrote' AND c.retired_at IS NULL AND l.due_on < :due
        AND NOT EXISTS (SELECT 1 FROM letters r WHERE r.letter_id = l.id) ORDER BY l.due_on, l.id"""
        return [_entry(row) for row in self._all(sql, due=due_before.isoformat() if due_before else "9999")]


def _same(one: Entry, other: Entry) -> bool:
    """Whether two entries say the same, whenever each was entered."""
    return replace(one, entry_id=0, at=other.at) == replace(other, entry_id=0)


def _is_open_for(entry: Entry, before: list[Entry]) -> bool:
    letter = next((e for e in before if e.entry_id == entry.letter_id), None)
    withdrawn = any(e.letter_id == entry.letter_id and e.kind is EntryKind.WITHDRAWN for e in before)
    return letter is not None and letter.kind is EntryKind.WROTE and not withdrawn


def _row(entry: Entry) -> Mapping[str, Cell]:
    return {
        "cluster_id": entry.cluster_id,
        "kind": str(entry.kind),
        "by": entry.by,
        "at": rows.instant_text(entry.at),
        "day": entry.on.isoformat(),
        "address": entry.address,
        "due_on": entry.due_on.isoformat() if entry.due_on else None,
        "words": entry.words,
        "letter_id": entry.letter_id or None,
    }


def _entry(row: Row) -> Entry:
    letter = row["letter_id"]
    return Entry(
        **{name: rows.text(row, name) for name in ("cluster_id", "by", "address", "words")},
        kind=EntryKind(rows.text(row, "kind")),
        at=rows.instant(rows.text(row, "at")),
        on=date.fromisoformat(rows.text(row, "day")),
        due_on=rows.optional(row, "due_on", date.fromisoformat),
        letter_id=letter if isinstance(letter, int) else 0,
        entry_id=rows.whole(row, "id"),
    )
