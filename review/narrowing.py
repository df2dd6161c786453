"""Which clusters fit the parts of a filter that speak of people: what is asked, of whom, and what was said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crawler.answers import QuestionKind
from crawler.model import Flag, Review
from crawler.policy import Policy
from pipelines.questions import OpenQuestion

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
    return Narrowed(only=frozenset(q.cluster.cluster_id for q in found if _fits(q, asked, assigned, today)))


def _fits(question: OpenQuestion, asked: str, assigned: str, today: date) -> bool:
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
