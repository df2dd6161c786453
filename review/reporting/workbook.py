"""The report as a workbook: a sheet for each table, one of the clusters, one of their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from db.sheet_writing import Cell, Sheet, workbook
from pipelines.tabulating import CLUSTERS_IN_2016
from review.reporting import words
from review.reporting.spoken import Spoken, SpokenTable
from review.reporting.two_days import sheets
from review.texts import N_

_EVIDENCE = (
    N_("Cluster id"), N_("Cluster"), N_("What it is about"), N_("Evidence"), N_("Words of the page"), N_("Page"),
)  # fmt: skip


def xlsx(spoken: Spoken) -> bytes:
    """The whole workbook."""
    return workbook(_sheets(spoken))


def _sheets(spoken: Spoken) -> Iterator[Sheet]:
    yield Sheet(name=spoken.word(N_("About")), header=(spoken.title,), rows=_about(spoken), widths=(110,))
    for table in spoken.tables:
        heads = [table.head, *map(spoken.word, _heads(table)), spoken.word(N_("Which clusters"))]
        widths = (58, *[12] * (len(heads) - 2), 90)
        yield Sheet(name=table.title, header=tuple(heads), rows=_table(spoken, table), widths=widths)
    ends = (N_("Cluster"), N_("Programme in the registry"), N_("What ended, and since when the site is silent"))
    rows = ((spoken.name(number), programme, told) for number, programme, told in spoken.ends)
    yield Sheet(name=spoken.word(words.PROGRAMME_ENDS), header=_said(spoken, ends), rows=rows, widths=(50, 50, 60))
    if spoken.since is not None:
        yield from sheets(spoken.since)
    yield _clusters(spoken)
    yield Sheet(
        name=spoken.word(N_("Evidence")),
        header=_said(spoken, _EVIDENCE),
        rows=_evidence(spoken),
        widths=(24, 40, 18, 70, 60, 50),
    )


def _said(spoken: Spoken, heads: Iterable[str]) -> tuple[str, ...]:
    return tuple(spoken.word(head) for head in heads)


def _about(spoken: Spoken) -> Iterator[tuple[Cell, ...]]:
    for text in (spoken.as_of, spoken.scope, "", spoken.word(words.REFERENCE), *spoken.reference, ""):
        yield (text,)
    for table in spoken.tables:
        yield (f"{table.title}: {table.definition}",)
    yield (f"{spoken.word(words.PROGRAMME_ENDS)}: {spoken.ends_definition}",)


def _heads(table: SpokenTable) -> list[str]:
    said = [N_("by a person's word")] if table.has_words else []
    return [N_("Clusters"), N_("Share"), *said, *(["2016", N_("Share 2016")] if table.of_2016 else [])]


def _table(spoken: Spoken, table: SpokenTable) -> Iterator[tuple[Cell, ...]]:
    ids = [mapped.cluster.cluster_id for mapped in spoken.report.clusters]
    has, of = table.has_words, table.of_2016
    for line in table.lines:
        then = (line.in_2016, None if line.share_2016 is None else round(line.share_2016, 4)) if of else ()
        members = ", ".join(ids[number - 1] for number in line.members)
        yield (line.label, line.count, round(line.share, 4), *((line.by_people,) if has else ()), *then, members)
    total = (spoken.word(N_("All clusters")), table.total, 1.0 if table.total else None)
    yield (*total, *((table.by_people,) if has else ()), *((CLUSTERS_IN_2016, 1.0) if of else ()), None)


def _clusters(spoken: Spoken) -> Sheet:
    """One row a cluster: who it is, its line in each table, the days."""
    tables = spoken.tables
    heads = (
        N_("Cluster id"),
        N_("Cluster"),
        N_("Name in the other language"),
        N_("Address of the website"),
        N_("Flag"),
    )
    last = (N_("Latest post"), N_("Last read"), N_("Its case"))
    header = (*_said(spoken, heads), *(table.head for table in tables), *_said(spoken, last))
    labels = [{number: line.label for line in table.lines for number in line.members} for table in tables]

    def rows() -> Iterator[tuple[Cell, ...]]:
        for cluster in spoken.clusters():
            mapped = spoken.report.clusters[cluster.number - 1]
            verdict = mapped.verdict
            latest = verdict.latest if verdict else None
            read = verdict.last_reached_at if verdict else None
            yield (
                cluster.cluster_id, cluster.name, cluster.other_name, cluster.website,
                spoken.texts.label(mapped.flag, mapped.cluster.home_language),
                *(of[cluster.number] for of in labels),
                latest.on if latest else None, read.date() if read else None, cluster.case,
            )  # fmt: skip

    widths = (24, 40, 40, 40, 18, *[28] * len(tables), 14, 14, 40)
    return Sheet(name=spoken.word(N_("Clusters")), header=header, rows=rows(), widths=widths)


def _evidence(spoken: Spoken) -> Iterator[tuple[Cell, ...]]:
    for cluster in spoken.clusters():
        for about, found in ((N_("Reasons"), cluster.reasons), (N_("Partners abroad"), cluster.partners)):
            for e in found:
                yield (cluster.cluster_id, cluster.name, spoken.word(about), e.text, e.quote, e.url)
