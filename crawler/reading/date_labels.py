"""What the words right beside a date call it: those before it, and those behind it.

Most dates of a page have no label, or the same one, and a list is shown on several pages of a website: each label is
looked at once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from crawler.reading import date_words as words

READ_BEHIND = 30  # characters behind a date that may tell what it is


class Before(NamedTuple):
    """What a label before a date calls it."""

    machine: bool  # a build, a script or today's date
    deadline: bool
    history: bool
    as_of: bool  # the day that a figure is of
    updated: bool
    posted: bool
    event: bool
    no_event: bool  # hours, a term or a validity


class Behind(NamedTuple):
    """What the words behind a date call it."""

    deadline: bool
    history: bool
    as_of: bool
    lapse: bool  # the day that a rule counts from
    updated: bool
    event: bool


@lru_cache(maxsize=512)
def before(label: str) -> Before:
    """What a label says, the flattened words right before a date."""
    label = label.lower()
    return Before(
        machine=words.MACHINE_BEFORE.search(label) is not None,
        deadline=words.DEADLINE_BEFORE.search(label) is not None,
        history=words.HISTORY_BEFORE.search(label) is not None or words.HISTORY_LABEL.search(label) is not None,
        as_of=words.AS_OF_BEFORE.search(label) is not None,
        updated=words.UPDATED_BEFORE.search(label) is not None,
        posted=words.POSTED_BEFORE.search(label) is not None,
        event=words.EVENT_BEFORE.search(label) is not None,
        no_event=words.NO_EVENT.search(label) is not None,
    )


def behind(after: str) -> Behind:
    """What the flattened words behind a date say, of which only the first count."""
    return _behind(after[:READ_BEHIND])


@lru_cache(maxsize=512)
def _behind(after: str) -> Behind:
    return Behind(
        deadline=words.DEADLINE_AFTER.match(after) is not None,
        history=words.HISTORY_AFTER.match(after) is not None or words.COUNTER_AFTER.match(after) is not None,
        as_of=words.AS_OF_AFTER.match(after) is not None,
        lapse=words.LAPSE_AFTER.match(after) is not None,
        updated=words.UPDATED_AFTER.match(after) is not None,
        event=words.EVENT_AFTER.match(after) is not None,
    )
