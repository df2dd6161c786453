"""The report in one language, as plain lines that every format sets in its own way.

Words of websites, of the registry and of people are single lines here, without control characters. Each format still
has to escape what it would take for markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from crawler.international import International
from crawler.model import Partner, Reason, Verdict
from crawler.urls import is_web, linkable
from db.export import obeyed_by_nobody
from pipelines.mapping import Mapped
from pipelines.tabulating import CLUSTERS_IN_2016, Line, Report, Table, TableName
from pipelines.two_days import Comparison
from review.reporting import words
from review.reporting.two_days import Since
from review.sentences import Sentences
from review.texts import N_, Texts

_PARTNERS = 3  # statements about partners of one cluster; the case has all


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason, or one statement about partners, with what it rests on."""

    text: str
    quote: str  # words of a page, "" for none
    url: str  # of that page, "" for none or for what is no web address


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenCluster:
    """One cluster with its evidence."""

    number: int  # from 1, in the order of the report
    cluster_id: str
    name: str
    other_name: str  # the one in the other language, "" for none
    home_language: str  # ISO 639-1, of the name that is not English
    website: str  # "" for none, or for what is no web address
    case: str  # its page at the service, "" when no address of that is known
    facts: tuple[tuple[str, str], ...]  # what, and its words
    reasons: tuple[Evidence, ...]
    partners: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenLine:
    """One line of a table. Shares are between 0 and 1."""

    key: str
    anchor: str
    label: str
    count: int
    share: float
    by_people: int
    in_2016: int | None
    share_2016: float | None
    members: tuple[int, ...]  # numbers of clusters


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenTable:
    """One table."""

    name: TableName
    title: str
    head: str
    definition: str
    lines: tuple[SpokenLine, ...]
    total: int
    by_people: int
    of_2016: bool  # whether the mapping of 2016 had it
    has_words: bool  # whether people's words count in it

    @property
    def widest(self) -> float:
        """The largest share in it, of this report or of 2016, for bars that use the room there is; never 0."""
        return max((s for line in self.lines for s in (line.share, line.share_2016 or 0.0)), default=0.0) or 1.0


class Spoken:
    """A report in one language."""

    def __init__(self, report: Report, texts: Texts, *, address: str = "", since: Comparison | None = None) -> None:
        """`address` is that of the service, "" when there is none to link to; `since` compares with an earlier day."""
        self.since = Since(since, texts) if since is not None else None
        self.report = report
        self.texts = texts
        self.address = address.rstrip("/") if is_web(address) else ""
        self._get = texts.catalogue.gettext
        self._sentences = Sentences(texts)

    # --- what stands around the tables ---

    @property
    def title(self) -> str:
        """The title of the report."""
        return self._get(words.TITLE)

    @property
    def as_of(self) -> str:
        """The day of which it tells."""
        return self._get(N_("As it stood at the end of %(day)s (UTC)")) % {"day": self.texts.day(self.report.day)}

    @property
    def scope(self) -> str:
        """How many clusters, and how many words of people."""
        count = len(self.report.clusters)
        told = {"num": count, "people": sum(1 for m in self.report.clusters if m.review is not None)}
        return (
            self.texts.catalogue.ngettext(
                "%(num)d cluster in the registry. Flags by a person's word: %(people)d.",
                "%(num)d clusters in the registry. Flags by a person's word: %(people)d.",
                count,
            )
            % told
        )

    @property
    def reference(self) -> tuple[str, ...]:
        """What the figures of 2016 are, and why they cannot be compared one to one."""
        return tuple(self._get(text).format(clusters=CLUSTERS_IN_2016) for text in words.REFERENCE_WORDS)

    def word(self, text: str) -> str:
        """One of the words of the report."""
        return self._get(text)

    # --- tables ---

    @cached_property
    def tables(self) -> tuple[SpokenTable, ...]:
        """The tables in their order."""
        return tuple(self._table(table) for table in self.report.tables)

    def _table(self, table: Table) -> SpokenTable:
        numbers = {"active_days": self.report.policy.active_days, "partner_days": self.report.policy.partner_days}
        return SpokenTable(
            name=table.name,
            title=self._get(words.TITLES[table.name]),
            head=self._get(words.HEADS[table.name]),
            definition=self._get(words.DEFINITIONS[table.name]).format(**numbers),
            lines=tuple(self._line(table, number, line) for number, line in enumerate(table.lines, start=1)),
            total=table.total,
            by_people=table.by_people,
            of_2016=table.of_2016,
            has_words=table.name in {TableName.ACTIVITY, TableName.INTERNATIONAL},
        )

    def _line(self, table: Table, number: int, line: Line) -> SpokenLine:
        return SpokenLine(
            key=obeyed_by_nobody(line.key),
            anchor=f"{table.name}-{number}",
            label=obeyed_by_nobody(words.line_label(self.texts, table.name, line.key)),
            count=len(line.members),
            share=len(line.members) / table.total if table.total else 0.0,
            by_people=line.by_people,
            in_2016=line.in_2016,
            share_2016=None if line.in_2016 is None else line.in_2016 / CLUSTERS_IN_2016,
            members=tuple(member + 1 for member in line.members),
        )

    # --- programmes that have ended ---

    @property
    def ends_definition(self) -> str:
        """What the list of ended programmes has."""
        return self._get(words.ENDS_DEFINITION).format(active_days=self.report.policy.active_days)

    @property
    def ends(self) -> list[tuple[int, str, str]]:
        """Number of the cluster, its programme as the registry names it, and when that ended."""
        return [
            (
                over.member + 1,
                obeyed_by_nobody(self.report.clusters[over.member].cluster.programme),
                words.over_words(self.texts, over),
            )
            for over in self.report.over
        ]

    # --- clusters ---

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of each cluster, in the order of the report."""
        return tuple(self._name(m) for m in self.report.clusters)

    def name(self, number: int) -> str:
        """The name of the cluster of this number."""
        return self.names[number - 1]

    def id(self, number: int) -> str:
        """The id of the cluster of this number, as the registry has it."""
        return self.report.clusters[number - 1].cluster.cluster_id

    def _name(self, mapped: Mapped) -> str:
        cluster = mapped.cluster
        japanese = cluster.name_ja if self.texts.language == "ja" else ""
        return obeyed_by_nobody(japanese or cluster.name_en or cluster.cluster_id)

    def clusters(self) -> Iterator[SpokenCluster]:
        """Each cluster with its evidence, one after the other."""
        places = [self._labels(table) for table in self.tables]
        for number, mapped in enumerate(self.report.clusters, start=1):
            cluster = mapped.cluster
            name = self.name(number)
            other = obeyed_by_nobody(cluster.name_en if name == obeyed_by_nobody(cluster.name_ja) else cluster.name_ja)
            yield SpokenCluster(
                number=number,
                cluster_id=obeyed_by_nobody(cluster.cluster_id),
                name=name,
                other_name="" if other == name else other,
                home_language=cluster.home_language,
                website=linkable(cluster.website),
                case=f"{self.address}/clusters/{quote(cluster.cluster_id, safe='')}" if self.address else "",
                facts=tuple(
                    self._facts(mapped, [(t.head, of[number]) for t, of in zip(self.tables, places, strict=True)])
                ),
                reasons=tuple(self._reason(r) for r in (mapped.verdict.reasons if mapped.verdict else ())),
                partners=tuple(self._partner(p) for p in mapped.international.told.evidence[:_PARTNERS]),
            )

    def keys(self) -> list[dict[TableName, str]]:
        """Of each cluster the key of its line in each table, in the order of the report."""
        found: list[dict[TableName, str]] = [{} for _ in self.report.clusters]
        for table in self.tables:
            for line in table.lines:
                for number in line.members:
                    found[number - 1][table.name] = line.key
        return found

    @staticmethod
    def _labels(table: SpokenTable) -> dict[int, str]:
        return {number: line.label for line in table.lines for number in line.members}

    def _facts(self, mapped: Mapped, places: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The line of each table that the cluster is in, what stands behind it, and the days."""
        cluster, verdict = mapped.cluster, mapped.verdict
        yield self._get(N_("Flag")), self.texts.label(mapped.flag, cluster.home_language)
        yield from places
        yield from self._words_of_people(mapped)
        for name, words_of_registry in (
            (N_("Sector in the registry"), cluster.sector),
            (N_("Programme in the registry"), cluster.programme),
        ):
            if words_of_registry:
                yield self._get(name), obeyed_by_nobody(words_of_registry)
        if verdict is not None:
            yield from self._days(verdict)

    def _words_of_people(self, mapped: Mapped) -> Iterator[tuple[str, str]]:
        """Who said what; how they know is the service's to show."""
        word, told = mapped.word, mapped.international
        machine = mapped.verdict.activity if mapped.verdict else None
        if word is not None:
            said = {"what": self.texts.label(word.decision), "by": word.by, "day": self.texts.day(word.at.date())}
            yield self._get(N_("A person's word")), self._get(N_("%(what)s (%(by)s, %(day)s)")) % said
            if machine is not None:
                yield self._get(N_("The program's activity")), self.texts.label(machine)
        if told.word is not None and told.word.kind is not None and not told.contradicted_by:
            kind: International = told.word.kind
            said = {"what": self.texts.label(kind), "by": told.word.by, "day": self.texts.day(told.word.at.date())}
            yield (
                self._get(N_("A person's word on relations abroad")),
                self._get(N_("%(what)s (%(by)s, %(day)s)")) % said,
            )

    def _days(self, verdict: Verdict) -> Iterator[tuple[str, str]]:
        latest = verdict.latest
        if latest is not None:
            yield self._get(N_("Latest post")), self.texts.day(latest.on, latest.precision)
        read = verdict.last_reached_at
        yield self._get(N_("Last read")), self.texts.day(read.date()) if read else self._get(N_("never"))
        yield self._get(N_("Judged on the visits up to")), self.texts.day(verdict.decided_at.date())

    def _reason(self, reason: Reason) -> Evidence:
        return Evidence(
            text=obeyed_by_nobody(self._sentences.reason(reason)),
            quote=obeyed_by_nobody(reason.raw),
            url=linkable(reason.url),
        )

    def _partner(self, partner: Partner) -> Evidence:
        where = self.texts.country_name(partner.country) if partner.country else self.texts.label(partner.region)
        when = self.texts.day(partner.on, partner.precision) if partner.on else self._get(N_("no date given"))
        parts = (self.texts.label(partner.tie), where, partner.organisation, when, self.texts.label(partner.stance))
        return Evidence(
            text=obeyed_by_nobody(" · ".join(part for part in parts if part)),
            quote=obeyed_by_nobody(partner.quote),
            url=linkable(partner.url),
        )
