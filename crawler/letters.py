"""What staff write to a cluster itself, and what comes back. Values, and the rules by which they are read; no I/O.

A log is appended and never edited: an answer, and taking an entry back, are further entries. Instants are UTC, days are
those on which something was written or arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

# What may follow "mailto:" and be nothing but an address: no "?", "&" or "%", which would add headers or a text. At
# most 254 characters, as RFC 5321 has it.
_MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9_+](?:[A-Za-z0-9_+\-]|\.(?!\.)){0,62}(?<!\.)@(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,18}",
    re.IGNORECASE | re.ASCII,
)
_MAX_ADDRESS = 254


class EntryKind(StrEnum):
    """What one entry of the log says."""

    WROTE = "wrote"  # we asked, and wait for an answer until a day
    ANSWERED = "answered"  # an answer came
    UNANSWERED = "unanswered"  # none came, or the letter came back: nobody waits any more
    WITHDRAWN = "withdrawn"  # the entry was a mistake


class LetterState(StrEnum):
    """How a letter stands on a day."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the log."""

    cluster_id: str
    kind: EntryKind
    by: str  # login name
    at: datetime  # when it was entered
    on: date  # the day of the letter, or of the answer
    address: str = ""  # of WROTE: a mail address, or in words how it was sent
    due_on: date | None = None  # of WROTE: the day by which an answer is hoped for
    words: str = ""  # what was asked, or what was said
    letter_id: int = 0  # of all others: the entry of the letter that they are about
    entry_id: int = 0  # given by the store; 0 before


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter with everything that came of it."""

    wrote: Entry
    replies: tuple[Entry, ...] = ()  # oldest first

    def state(self, today: date) -> LetterState:
        """How it stands: as its newest entry says; overdue from the day after the one that was hoped for."""
        kinds = {e.kind for e in self.replies}
        if EntryKind.WITHDRAWN in kinds:
            return LetterState.WITHDRAWN
        if EntryKind.ANSWERED in kinds:  # an answer that came late is an answer
            return LetterState.ANSWERED
        if EntryKind.UNANSWERED in kinds:
            return LetterState.UNANSWERED
        due = self.wrote.due_on
        return LetterState.OVERDUE if due is not None and due < today else LetterState.WAITING


def letters(entries: Iterable[Entry]) -> list[Letter]:
    """The letters that these entries (oldest first) tell of, newest first."""
    replies: dict[int, list[Entry]] = {}
    wrote: list[Entry] = []
    for entry in entries:
        if entry.kind is EntryKind.WROTE:
            wrote.append(entry)
        else:
            replies.setdefault(entry.letter_id, []).append(entry)
    return [Letter(wrote=e, replies=tuple(replies.get(e.entry_id, ()))) for e in reversed(wrote)]


def is_mail_address(text: str) -> bool:
    """Whether a text is a mail address of the plain kind, which can be linked without carrying anything else."""
    return len(text) <= _MAX_ADDRESS and _MAIL_ADDRESS.fullmatch(text) is not None
