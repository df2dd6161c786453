"""Which clusters fit a filter: the one of the overview, of every export, and of the programming interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from crawler.answers import QuestionKind
from crawler.model import Flag, Review
from crawler.policy import Policy
from db.desk import Desk
from db.listing import FACETS, Wanted
from pipelines.questions import OpenQuestion, open_questions, reviews

# The parts of a filter, as addresses and options name them. Every value is a text; "" or nothing leaves a part out.
TEXT, ASKED_PART, ASSIGNED_PART, WORD_PART, LATEST_PART = "q", "asked", "assigned", "word", "latest"
FILTERS = (TEXT, *FACETS, ASKED_PART, ASSIGNED_PART, WORD_PART, LATEST_PART)
NOBODY = "-"  # no login name


class Asked(StrEnum):
    """Which open question a cluster has, beside the kinds of questions."""

    ANY = "1"
    DUE = "due"  # put off to a day that has come
    NONE = "none"


class Word(StrEnum):
    """Which person's word stands, beside the flags."""

    ANY = "any"
    NONE = "none"


class Latest(StrEnum):
    """How old the latest post is."""

    FRESH = "fresh"  # makes the site active
    OLD = "old"
    SILENT = "silent"  # older than the long silence
    NONE = "none"  # no dated post is known


ASKED = frozenset({*map(str, Asked), *map(str, QuestionKind)})
WORDS = frozenset({*map(str, Word), *map(str, Flag)})
LATEST = frozenset(map(str, Latest))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The clusters left, by id."""

    only: frozenset[str] | None = None  # None: all
    without: frozenset[str] = frozenset()

    def beside(self, other: Narrowed) -> Narrowed:
        """The clusters that are left by both."""
        both = [found for found in (self.only, other.only) if found is not None]
        only = frozenset.intersection(*both) if both else None
        return Narrowed(only, self.without | other.without)


def by_question(questions: Iterable[OpenQuestion], asked: str, assigned: str, today: date) -> Narrowed:
    """The clusters with such an open question; `asked` is one of ASKED or "", `assigned` a login name, NOBODY or ""."""
    found = list(questions)
    everything = frozenset(q.cluster.cluster_id for q in found)
    if asked == Asked.NONE:
        return Narrowed(without=everything) if not assigned else Narrowed(only=frozenset())
    if not asked and not assigned:
        return Narrowed()
    return Narrowed(only=frozenset(q.cluster.cluster_id for q in found if fits(q, asked, assigned, today)))


def fits(question: OpenQuestion, asked: str, assigned: str, today: date) -> bool:
    """Whether a question is such a one, of such a person; what `by_question` asks of each."""
    if asked == Asked.NONE:
        return False
    assignee = question.question.assignee or NOBODY
    if assigned and assignee != assigned:
        return False
    kind = question.question.kind
    if asked == Asked.DUE:
        return kind in question.stands.snoozed and question.stands.snoozed[kind] <= today
    return asked in {"", Asked.ANY} or kind == asked


def by_word(reviews: Mapping[str, Review], word: str) -> Narrowed:
    """The clusters about which such a person's word stands; `word` is one of WORDS or ""."""
    if not word:
        return Narrowed()
    if word == Word.NONE:
        return Narrowed(without=frozenset(reviews))
    return Narrowed(only=frozenset(c for c, review in reviews.items() if word in {Word.ANY, review.flag}))


def days_of(latest: str, today: date, policy: Policy) -> tuple[date | None, date | None]:
    """From which day on, and before which day, a latest post of this age is; None for no limit."""
    active = today - timedelta(days=policy.active_days)
    silent = today - timedelta(days=policy.long_silence_days)
    return {Latest.FRESH: (active, None), Latest.OLD: (silent, active), Latest.SILENT: (None, silent)}.get(
        Latest(latest), (None, None)
    )


def selected(
    desk: Desk,
    parts: Mapping[str, str],
    today: date,
    policy: Policy,
    questions: Iterable[OpenQuestion] | None = None,
) -> Wanted:
    """All clusters that fit, for the store; `parts` are values by names of FILTERS, `questions` the open ones if known.

    Values that are none of ASKED, WORDS or LATEST are the caller's to refuse.
    """
    kept = {name: value for name, value in parts.items() if value}
    asked, assigned = kept.get(ASKED_PART, ""), kept.get(ASSIGNED_PART, "")
    left = Narrowed()
    if asked or assigned:
        known = open_questions(desk, today, policy) if questions is None else questions
        left = by_question(known, asked, assigned, today)
    if WORD_PART in kept:
        left = left.beside(by_word(reviews(desk), kept[WORD_PART]))
    latest = kept.get(LATEST_PART, "")
    since, before = days_of(latest, today, policy) if latest else (None, None)
    return Wanted(
        text=kept.get(TEXT, ""),
        facets={name: value for name, value in kept.items() if name in FACETS},
        only=None if left.only is None else tuple(left.only),
        without=tuple(left.without),
        latest_from=since,
        latest_before=before,
        undated=latest == Latest.NONE,
        limit=-1,
    )


def within(wanted: Wanted, ids: Iterable[str]) -> Wanted:
    """The same, and only of these clusters."""
    kept = frozenset(ids)
    return replace(wanted, only=tuple(kept if wanted.only is None else kept & frozenset(wanted.only)))
