"""What a person enters into the log of letters, checked: one set of rules for every place where it can be entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from crawler.letters import Entry, EntryKind

MAX_ADDRESS = 200  # characters
MAX_WORDS = 4_000
ANSWER_WITHIN = timedelta(days=21)  # proposed: three weeks, so that a holiday does not make a letter late
_AHEAD = timedelta(days=1)  # days are counted in UTC, and in Japan it is tomorrow already


class LetterFault(StrEnum):
    """What stops an entry from being taken."""

    ADDRESS = "letter_address"  # none, or more than one line
    DAY = "letter_day"  # none, one to come, or one before the letter
    DUE = "letter_due"  # none, or one before the letter
    WORDS = "letter_words"  # an answer without its words, or too many
    LETTER = "letter_gone"  # there is no such letter, or it was taken back
    OTHERS = "letter_others"  # somebody else's, and not to be taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What a person enters, before it is checked."""

    kind: EntryKind
    on: date | None
    address: str = ""
    due_on: date | None = None
    words: str = ""


def fault(entered: Entered, letter: Entry | None, today: date, *, by: str, any_of: bool = False) -> LetterFault | None:
    """What stops this from being an entry, None when nothing does.

    `letter` is what an answer is about, None for a new letter; `any_of`: the person may take back others' letters too.
    """
    new = entered.kind is EntryKind.WROTE
    if not new and (letter is None or letter.kind is not EntryKind.WROTE):
        return LetterFault.LETTER
    if entered.kind is EntryKind.WITHDRAWN and letter is not None and letter.by != by and not any_of:
        return LetterFault.OTHERS
    if new and not _is_one_line(entered.address):
        return LetterFault.ADDRESS
    if entered.on is None or entered.on > today + _AHEAD or (letter is not None and entered.on < letter.on):
        return LetterFault.DAY
    if new and (entered.due_on is None or entered.due_on < entered.on):
        return LetterFault.DUE
    if len(entered.words) > MAX_WORDS or (entered.kind is EntryKind.ANSWERED and not entered.words.strip()):
        return LetterFault.WORDS
    return None


def entry_of(entered: Entered, cluster_id: str, letter: Entry | None, *, by: str, at: datetime) -> Entry:
    """The entry of what was entered and found without fault."""
    if entered.on is None:
        raise ValueError("an entry without a day has a fault")
    new = entered.kind is EntryKind.WROTE
    return Entry(
        cluster_id=cluster_id,
        kind=entered.kind,
        by=by,
        at=at,
        on=entered.on,
        address=entered.address.strip() if new else "",
        due_on=entered.due_on if new else None,
        words=entered.words.strip(),
        letter_id=letter.entry_id if letter is not None and not new else 0,
    )


def _is_one_line(address: str) -> bool:
    text = address.strip()
    return bool(text) and len(text) <= MAX_ADDRESS and text.isprintable()
