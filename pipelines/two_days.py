"""What happened to the clusters between two days, from the mapping as it stood on each (docs/comparing.md). Pure.

Every cluster of either day has exactly one fate (new, gone, ceased, revived, another flag, the same flag), so that the
sums add up. What else happened to it is counted beside that, and may overlap.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from crawler.answers import Answer, Decision
from crawler.international import Assessed, International
from crawler.model import Cluster, English, Flag, Partner, Reason, Review, Verdict
from crawler.urls import same_site
from db.history import Record
from pipelines.judging.ceasing_sentences import known_programme_ended
from pipelines.mapping import Mapped, end_of


class Happened(StrEnum):
    """What happened to one cluster. The first five are fates: no cluster has two of them."""

    NEW = "new"  # in the mapping on the later day only
    GONE = "gone"  # in the mapping on the earlier day only: retired, or merged into another
    CEASED = "ceased"  # the flag became likely ceased, by the program or a person
    REVIVED = "revived"  # it was likely ceased, and its flag says that it lives
    FLAG = "flag"  # any other change of flag
    MOVED = "moved"  # to another registrable domain, by the registry, a person or the site itself
    ADDRESS = "address"  # the registry's address was wrong, was missing or was taken out
    RENAMED = "renamed"
    LANGUAGE = "language"  # languages of the site, or the English tier
    PARTNERS_GAINED = "partners_gained"  # its class of partners abroad stands higher
    PARTNERS_LOST = "partners_lost"
    PROGRAMME_ENDED = "programme_ended"


FATES = (Happened.NEW, Happened.GONE, Happened.CEASED, Happened.REVIVED, Happened.FLAG)
_ALIVE = frozenset({Flag.ACTIVE, Flag.STATIC, Flag.JAPANESE_ONLY})
_ENGLISH_CODES = frozenset({"no_english", "active_english", "static_english"})
_CLASSES = list(International)  # the highest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One cluster on two days; it is in the mapping on one of them at least."""

    earlier: Mapped | None  # None: not in the mapping on the earlier day
    later: Mapped | None  # None: not in the mapping on the later day
    left: Record | None = None  # of one that is gone: its row on the later day, where it is known
    back: bool = False  # of a new one: it was in the registry before, retired
    happened: tuple[Happened, ...] = ()  # in the order of the enum
    visited_between: bool = True  # after the earlier day's end, void nights left out

    @property
    def now(self) -> Mapped:
        """How it stood on the last of the two days on which it was in the mapping."""
        found = self.later or self.earlier
        assert found is not None
        return found

    @property
    def cluster(self) -> Cluster:
        """Its columns in the registry, the later ones where there are such."""
        return self.now.cluster

    @property
    def flow(self) -> Flow:
        """From which flag to which; None: not in the mapping on that day."""
        return (self.earlier.flag if self.earlier else None, self.later.flag if self.later else None)


Flow = tuple[Flag | None, Flag | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two days compared, cluster by cluster."""

    days: tuple[date, date]
    pairs: tuple[Pair, ...]  # every cluster of either day, by id

    @property
    def before(self) -> int:
        """How many clusters the mapping had on the earlier day."""
        return sum(p.earlier is not None for p in self.pairs)

    @property
    def after(self) -> int:
        """How many it had on the later day: before + new - gone."""
        return sum(p.later is not None for p in self.pairs)

    @property
    def counts(self) -> dict[Happened, int]:
        """How many clusters each thing happened to, zeros included."""
        found = Counter(what for p in self.pairs for what in p.happened)
        return {what: found[what] for what in Happened}

    @property
    def same_flag(self) -> int:
        """Clusters of both days whose flag is the same."""
        return sum(not set(p.happened) & set(FATES) for p in self.pairs)

    @property
    def unchanged(self) -> int:
        """Clusters of both days to which nothing of all this happened."""
        return sum(not p.happened for p in self.pairs)

    @property
    def flows(self) -> dict[Flow, int]:
        """How many clusters went from which flag to which; only what is not zero."""
        return dict(Counter(p.flow for p in self.pairs))

    @property
    def unvisited(self) -> tuple[Pair, ...]:
        """The clusters of the later day that no visit saw since the earlier one: what is said of them is old."""
        return tuple(p for p in self.pairs if p.later is not None and not p.visited_between)

    @property
    def last_visits(self) -> tuple[datetime | None, datetime | None]:
        """The last visit that counted by the end of each day: after void nights it lies days before."""
        return (
            max((p.earlier.visited_at for p in self.pairs if p.earlier and p.earlier.visited_at), default=None),
            max((p.later.visited_at for p in self.pairs if p.later and p.later.visited_at), default=None),
        )

    def of(self, what: Happened) -> tuple[Pair, ...]:
        """The clusters to which this happened."""
        return tuple(p for p in self.pairs if what in p.happened)


Retired = tuple[Mapping[str, Record], Mapping[str, Record]]


def comparison(
    earlier: Iterable[Mapped], later: Iterable[Mapped], *, days: tuple[date, date], retired: Retired = ({}, {})
) -> Comparison:
    """The mapping of two days, the earlier first, compared. Rows retired by each day tell why a cluster is not there.

    They may stand in `retired`, by id, or among the mappings.
    """
    then, now = {m.cluster.cluster_id: m for m in earlier}, {m.cluster.cluster_id: m for m in later}
    gone, left = (
        {**given, **{c: m.record for c, m in rows.items() if m.record.retired}}
        for given, rows in zip(retired, (then, now), strict=True)
    )
    found = []
    for name in sorted({*then, *now}):
        before, after = _in_use(then.get(name)), _in_use(now.get(name))
        if before is not None or after is not None:
            pair = _pair(before, after, days)
            found.append(replace(pair, left=None if after else left.get(name), back=before is None and name in gone))
    return Comparison(days=days, pairs=tuple(found))


def _pair(before: Mapped | None, after: Mapped | None, days: tuple[date, date]) -> Pair:
    """One cluster that is in use on one of the days at least."""
    visited = after.visited_at if after else before.visited_at if before else None
    found = set(_happened(before, after, days))
    return Pair(
        earlier=before,
        later=after,
        happened=tuple(what for what in Happened if what in found),
        visited_between=visited is not None and visited > end_of(days[0]),
    )


def _in_use(row: Mapped | None) -> Mapped | None:
    return row if row is not None and not row.record.retired else None


def _happened(before: Mapped | None, after: Mapped | None, days: tuple[date, date]) -> Iterator[Happened]:
    if before is None or after is None:
        yield Happened.NEW if before is None else Happened.GONE
        return
    yield from _fate(before.flag, after.flag)
    yield from _address(before, after)
    if _renamed(before.cluster, after.cluster):
        yield Happened.RENAMED
    if _language_changed(before.verdict, after.verdict):
        yield Happened.LANGUAGE
    step = _CLASSES.index(before.international.kind) - _CLASSES.index(after.international.kind)
    if step:
        yield Happened.PARTNERS_GAINED if step > 0 else Happened.PARTNERS_LOST
    over = after.programme_ended
    if before.programme_ended is None and over is not None and over.on >= days[0]:
        yield Happened.PROGRAMME_ENDED


def _fate(before: Flag, after: Flag) -> Iterator[Happened]:
    """What a change of flag amounts to; one that nobody can tell the flag of has not been revived."""
    if before is after:
        return
    if after is Flag.LIKELY_CEASED:
        yield Happened.CEASED
    else:
        yield Happened.REVIVED if before is Flag.LIKELY_CEASED and after in _ALIVE else Happened.FLAG


def _address(before: Mapped, after: Mapped) -> Iterator[Happened]:
    """Whether the website moved, or the registry's address was put right. Another page of one site is neither."""
    old, new = before.cluster.website, after.cluster.website
    other = old != new and not (old and new and same_site(old, new))
    if other and (not old or not new or _corrected(after) is not None):
        yield Happened.ADDRESS
    elif other or _said_to_have_moved(before, after) or _newly_moved(before, after):
        yield Happened.MOVED


def _corrected(after: Mapped) -> Answer | None:
    """The answer that put the registry's address there because the one before was wrong."""
    given = after.stands.closed.values()
    wrong = (a for a in given if a.decision is Decision.WRONG_ADDRESS)
    return next((a for a in wrong if a.address and a.address == after.cluster.website), None)


def _said_to_have_moved(before: Mapped, after: Mapped) -> Answer | None:
    """A person's answer that it moved, which did not stand on the earlier day."""
    known = {a.answer_id for a in before.stands.closed.values()}
    given = (a for a in after.stands.closed.values() if a.decision is Decision.MOVED and a.answer_id not in known)
    return next((a for a in given if not same_site(a.address, before.cluster.website)), None)


def _newly_moved(before: Mapped, after: Mapped) -> Reason | None:
    """The reason of the later verdict by which the site leads to another domain or names a successor, if it is new."""
    old, new = (m.verdict.reasons if m.verdict else () for m in (before, after))
    told = {(r.code, r.raw or r.url) for r in old}
    found = (r for r in new if r.code in {"moved", "succession"} and (r.code, r.raw or r.url) not in told)
    home = before.cluster.website
    return next((r for r in found if r.code == "succession" or not same_site(_web(r.url), home)), None)


def _web(address: str) -> str:
    """An address that may be a host alone, as redirects are remembered."""
    return address if "://" in address or not address else f"https://{address}/"


def _renamed(before: Cluster, after: Cluster) -> bool:
    """Whether a name is another one; one that was added, and another way to write the same letters, is none."""
    names = ((before.name_en, after.name_en), (before.name_ja, after.name_ja))
    return any(_folded(one) != _folded(other) for one, other in names if one and other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _language_changed(before: Verdict | None, after: Verdict | None) -> bool:
    """Whether the site has other languages, or another English tier. What is not known of either day is no change."""
    if before is None or after is None:
        return False
    languages = before.languages and after.languages and set(before.languages) != set(after.languages)
    return bool(languages) or _tier_changed(before, after)


def _tier_changed(before: Verdict, after: Verdict) -> bool:
    return before.english is not after.english and English.UNDETERMINED not in {before.english, after.english}


# --- what it rests on ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a change rests on; the first that is there is what to show."""

    review: Review | None = None  # a person's word about its life
    answer: Answer | None = None  # a person's word about its address
    assessed: Assessed | None = None  # a person's word about its partners
    reason: Reason | None = None  # the sentence that decides it on the later day
    partner: Partner | None = None  # the words about partners that decide its class on the later day
    before: Reason | None = None  # the sentence that decided it on the earlier day
    review_before: Review | None = None  # the person's word that stood on the earlier day


def grounds(pair: Pair, what: Happened) -> Grounds:
    """What one of the things that happened to a cluster rests on."""
    then, now = pair.earlier, pair.later
    if what in FATES:
        return _fate_grounds(then, now, what)
    if now is None:
        return Grounds()
    if what is Happened.LANGUAGE:
        return Grounds(reason=_of_english(now), before=_of_english(then))
    if what is Happened.PROGRAMME_ENDED and now.programme_ended is not None:
        return Grounds(reason=known_programme_ended(now.programme_ended, 0.0))
    if what in {Happened.PARTNERS_GAINED, Happened.PARTNERS_LOST}:
        return _partner_grounds(now)
    if then is not None and what in {Happened.MOVED, Happened.ADDRESS}:
        answer = _corrected(now) if what is Happened.ADDRESS else _said_to_have_moved(then, now)
        return Grounds(answer=answer, reason=_newly_moved(then, now) if answer is None else None)
    return Grounds()


def _fate_grounds(then: Mapped | None, now: Mapped | None, what: Happened) -> Grounds:
    """A person's word goes before the program's sentence, on each of the two days.

    That a cluster lives is told by its activity, which comes first in a verdict; the English pages tell which flag.
    """
    alive = now.verdict.reasons[:1] if what is Happened.REVIVED and now and now.verdict else ()
    said, said_before = now.review if now else None, then.review if then else None
    return Grounds(
        review=said,
        reason=None if said else next(iter(alive), deciding(now)),
        before=None if said_before else deciding(then),
        review_before=said_before,
    )


def _partner_grounds(now: Mapped) -> Grounds:
    stands = now.international
    if stands.word is not None and not stands.contradicted_by:
        return Grounds(assessed=stands.word)
    return Grounds(partner=next(iter(stands.told.evidence), None))


def deciding(row: Mapped | None) -> Reason | None:
    """The sentence by which the program came to its flag; None where it never judged."""
    if row is None or row.verdict is None or not row.verdict.reasons:
        return None
    found = row.verdict.reasons
    if row.verdict.flag is Flag.LIKELY_CEASED:
        return max(found, key=lambda r: r.points)  # of equal ones the first
    return (_of_english(row) if row.verdict.flag in _ALIVE else None) or found[0]


def _of_english(row: Mapped | None) -> Reason | None:
    found = row.verdict.reasons if row is not None and row.verdict is not None else ()
    return next((r for r in found if r.code in _ENGLISH_CODES), None)
