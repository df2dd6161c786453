"""The tables of the 2016 mapping over the clusters as they stood on a day. Pure: docs/report.md defends each number.

In every table each cluster is counted once, so that each sums to the number of clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crawler.international import International
from crawler.model import Activity, English
from crawler.policy import Policy
from crawler.prefectures import PREFECTURES, prefecture_of
from pipelines.judging.ceasing import programme_over_on
from pipelines.judging.programmes import phases, phases_of
from pipelines.judging.sectors import Sector, sector_of
from pipelines.mapping import Mapped

# Reasons that stand in a verdict only once the absence of a site counts (docs/judging.md).
_GONE = frozenset({"gone", "unreachable", "other_owner"})


class TableName(StrEnum):
    """The tables, in the order of the report."""

    SECTORS = "sectors"
    WEBSITES = "websites"
    ACTIVITY = "activity"
    INTERNATIONAL = "international"
    PLACES = "places"
    PROGRAMMES = "programmes"


class Website(StrEnum):
    """What website a cluster has: the three lines of 2016, and what does not fit into them."""

    ACTIVE_ENGLISH = "active_english"
    STATIC_ENGLISH = "static_english"
    JAPANESE_ONLY = "japanese_only"
    HOME_LANGUAGE_ONLY = "home_language_only"  # the same for a cluster whose home language is not Japanese
    GONE = "gone"
    NONE = "no_website"
    UNDETERMINED = "undetermined"


NO_PROGRAMME = "none"
OTHER_PROGRAMME = "other"  # one that the reference data do not know
NO_PLACE = "none"

# The published figures of the EU-Japan Centre's mapping of 2016, read by hand from 52 websites.
CLUSTERS_IN_2016 = 52
IN_2016: Mapping[TableName, Mapping[str, int]] = {
    TableName.SECTORS: {
        Sector.LIFE: 28, Sector.ENVIRONMENT_ENERGY: 3, Sector.IT: 2, Sector.AUTOMOBILE: 2, Sector.ELECTRONICS: 6,
        Sector.PRECISION: 2, Sector.AEROSPACE: 2, Sector.FOOD: 2, Sector.MATERIAL: 1, Sector.ENERGY: 1,
        Sector.NANOTECH: 1, Sector.ROBOTIC: 1, Sector.MARINE: 1,
    },
    TableName.WEBSITES: {Website.ACTIVE_ENGLISH: 9, Website.STATIC_ENGLISH: 18, Website.JAPANESE_ONLY: 25},
    TableName.INTERNATIONAL: {
        International.RECENT_EU: 14, International.PAST_EU: 8, International.ELSEWHERE: 10, International.OPEN: 7,
        International.NO_INFORMATION: 9, International.NOT_INTERESTED: 4,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table."""

    key: str  # of the table's own words: a class, an English prefecture, a country, the id of a programme
    members: tuple[int, ...]  # positions of its clusters in the report
    by_people: int = 0  # of these, how many are in this line because a person said so
    in_2016: int | None = None  # None: the mapping of 2016 has no such line


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table; its lines in the order of 2016 where that had them."""

    name: TableName
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """The number of clusters."""
        return sum(len(line.members) for line in self.lines)

    @property
    def of_2016(self) -> bool:
        """Whether the mapping of 2016 had this table."""
        return self.name in IN_2016

    @property
    def by_people(self) -> int:
        """How many clusters stand where they do because a person said so."""
        return sum(line.by_people for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """A cluster whose funded period is over."""

    member: int  # its position in the report
    on: date  # the last day of the period
    silent_since: date | None  # the newest item of its site, where that is older than the window of an active one


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The mapping of one day in tables."""

    day: date
    clusters: tuple[Mapped, ...]  # by id
    tables: tuple[Table, ...]
    over: tuple[Over, ...]  # silent sites first, each by the day of the end
    policy: Policy


def tabulated(clusters: Iterable[Mapped], day: date, policy: Policy) -> Report:
    """The tables over the clusters of a day."""
    mapped = tuple(sorted(clusters, key=lambda m: m.cluster.cluster_id))
    return Report(
        day=day,
        clusters=mapped,
        tables=tuple(_table(name, mapped) for name in TableName),
        over=_over(mapped, day, policy),
        policy=policy,
    )


def _table(name: TableName, mapped: Sequence[Mapped]) -> Table:
    keys = [_KEY[name](m) for m in mapped]
    published = IN_2016.get(name, {})
    said = _SAID.get(name, _nobody)
    members = {key: tuple(i for i, found in enumerate(keys) if found == key) for key in _lines(name, keys)}
    return Table(
        name=name,
        lines=tuple(
            Line(key=key, members=of, by_people=sum(said(mapped[i]) for i in of), in_2016=published.get(key))
            for key, of in members.items()
        ),
    )


def _lines(name: TableName, keys: Sequence[str]) -> list[str]:
    """The keys of a table in its order: all classes of a scheme, of places and programmes those that occur."""
    known = _ORDER[name]
    if name not in {TableName.PLACES, TableName.PROGRAMMES}:
        return known
    rank = {key: i for i, key in enumerate(known)}
    last = {NO_PLACE, NO_PROGRAMME, OTHER_PROGRAMME}
    return sorted(set(keys), key=lambda key: (key in last, rank.get(key, len(rank)), key))


# --- which line a cluster is in ---


def website_of(mapped: Mapped) -> Website:
    """What website a cluster has. A person's word speaks of activity and changes nothing here."""
    verdict = mapped.verdict
    if not mapped.cluster.website:
        return Website.NONE
    if verdict is None:
        return Website.UNDETERMINED
    if any(reason.code in _GONE for reason in verdict.reasons):
        return Website.GONE
    if verdict.english is English.NONE:
        return Website.JAPANESE_ONLY if mapped.cluster.home_language == "ja" else Website.HOME_LANGUAGE_ONLY
    return _OF_ENGLISH[verdict.english]


_OF_ENGLISH = {
    English.ACTIVE: Website.ACTIVE_ENGLISH,
    English.STATIC: Website.STATIC_ENGLISH,
    English.UNDETERMINED: Website.UNDETERMINED,
}


def place_of(mapped: Mapped) -> str:
    """The first prefecture that a cluster in Japan names, else the words it has; of one elsewhere the country."""
    cluster = mapped.cluster
    if cluster.country != "JP":
        return cluster.country
    return prefecture_of(cluster.prefecture) or cluster.prefecture.strip() or NO_PLACE


def programme_of(mapped: Mapped) -> str:
    """The id of the first programme of the reference data that a cluster's row names."""
    found = phases_of(mapped.cluster)
    if found:
        return found[0].programme
    return OTHER_PROGRAMME if mapped.cluster.programme.strip() else NO_PROGRAMME


_KEY: Mapping[TableName, Callable[[Mapped], str]] = {
    TableName.SECTORS: lambda m: sector_of(m.cluster.sector),
    TableName.WEBSITES: website_of,
    TableName.ACTIVITY: lambda m: m.activity,
    TableName.INTERNATIONAL: lambda m: m.international.kind,
    TableName.PLACES: place_of,
    TableName.PROGRAMMES: programme_of,
}
_SAID: Mapping[TableName, Callable[[Mapped], bool]] = {
    TableName.ACTIVITY: lambda m: m.word is not None,
    TableName.INTERNATIONAL: lambda m: (
        m.international.word is not None
        and m.international.word.kind is not None
        and not m.international.contradicted_by
    ),
}


def _nobody(_mapped: Mapped) -> bool:
    return False


_ORDER: Mapping[TableName, list[str]] = {
    TableName.SECTORS: list(Sector),
    TableName.WEBSITES: list(Website),
    TableName.ACTIVITY: list(Activity),
    TableName.INTERNATIONAL: list(International),
    TableName.PLACES: list(PREFECTURES),
    TableName.PROGRAMMES: list(dict.fromkeys(p.programme for p in phases())),
}


# --- programmes that are over ---


def _over(mapped: Sequence[Mapped], day: date, policy: Policy) -> tuple[Over, ...]:
    found = [
        Over(member=i, on=on, silent_since=silent_since(m, policy))
        for i, m in enumerate(mapped)
        if (on := programme_over_on(m.cluster, day)) is not None
    ]
    return tuple(sorted(found, key=lambda over: (over.silent_since is None, over.on, over.member)))


def silent_since(mapped: Mapped, policy: Policy) -> date | None:
    """The day of the newest dated item, where that lies before the window counted from the last reading of the site."""
    verdict = mapped.verdict
    if verdict is None or verdict.latest is None:
        return None
    seen = min(verdict.decided_at, verdict.last_reached_at or verdict.decided_at).date()
    return verdict.latest.on if verdict.latest.on < seen - timedelta(days=policy.active_days) else None
