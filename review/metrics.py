"""Figures for Prometheus, read from the database when they are asked for. The only importer of its client.

Names and labels are a promise (docs/operations.md). A figure that is not known is left out, never zero.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from crawler.answers import QuestionKind
from crawler.errors import StoreError
from crawler.model import Activity, Flag, RunState, VisitOutcome
from db.desk import Desk
from db.disk import database_bytes, free_bytes
from db.figures import Figures
from db.rows import Run
from pipelines.health import Code, Finding, Severity, is_healthy
from pipelines.questions import open_questions
from pipelines.watching import last_backup_at
from review.world import World

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_PREFIX = "clusterwatch"
_NIGHTS = 20  # as far back as the last one that counts is looked for


def exposition(world: World, found: Sequence[Finding]) -> bytes:
    """All figures as text, in the format that every version of Prometheus reads."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(world, found))
    return generate_latest(registry)


class _Figures(Collector):
    """Reads everything anew for each question; nothing is counted in this process."""

    def __init__(self, world: World, found: Sequence[Finding]) -> None:
        self._world = world
        self._found = found

    def collect(self) -> Iterable[Metric]:
        """The families."""
        path = self._world.database
        build = {"version": version("clusterwatch"), "python": platform.python_version()}
        yield InfoMetricFamily(f"{_PREFIX}_build", "Version of the program and of its Python.", value=build)
        yield from _of_findings(self._found)
        yield from _gauge("disk_free_bytes", "Free disk beside the database.", free_bytes(path))
        yield from _gauge("database_size_bytes", "Size of the database with its log of writes.", database_bytes(path))
        stored = self._stored()
        yield from _gauge("database_up", "1 when the database could be read, 0 when not.", int(bool(stored)))
        yield from stored

    def _stored(self) -> list[Metric]:
        """What stands in the database; nothing when it cannot be opened as it is."""
        if any(f.code == Code.UPGRADE_WAITS for f in self._found):  # opening it would upgrade it
            return []
        try:
            with self._world.desk() as desk:
                return [*_of_night(Figures.over(desk)), *_of_clusters(desk, self._world), *_of_jobs(desk, self._world)]
        except StoreError:  # the findings say why
            return []


def _of_findings(found: Sequence[Finding]) -> Iterator[Metric]:
    yield from _gauge("healthy", "1 when nothing is bad, as /health says.", int(is_healthy(found)))
    family = GaugeMetricFamily(
        f"{_PREFIX}_finding", "1 for each thing that is not as it should be.", labels=("code", "severity")
    )
    for finding in found:
        if finding.severity is not Severity.OK:
            family.add_metric((str(finding.code), str(finding.severity)), 1)
    yield family


def _of_night(figures: Figures) -> Iterator[Metric]:
    """The last nightly run over the whole registry, and when the last one ended that counts."""
    nights = figures.nights(_NIGHTS)
    done = next((night.ended_at for night in nights if night.state is RunState.DONE), None)
    yield from _instant("last_done_run_end", "End of the last nightly run that ended done.", done)
    if nights:
        yield from _of_last(figures, nights[0])


def _of_last(figures: Figures, night: Run) -> Iterator[Metric]:
    visited = figures.visited(night.run_id)
    yield from _instant("last_run_start", "Start of the last nightly run.", night.started_at)
    yield from _instant("last_run_end", "End of the last nightly run; left out while it is under way.", night.ended_at)
    lasted = (night.ended_at - night.started_at).total_seconds() if night.ended_at else None
    yield from _gauge("last_run_duration_seconds", "How long the last nightly run took.", lasted)
    states = {str(state): int(state is night.state) for state in RunState}
    yield _labelled("last_run_state", "1 for the state of the last nightly run.", "state", states)
    outcomes = dict.fromkeys(map(str, VisitOutcome), 0) | figures.outcome_counts(night.run_id)
    yield _labelled("last_run_visits", "Visits of the last nightly run, by how they ended.", "outcome", outcomes)
    yield from _gauge("last_run_requests", "Requests of the last nightly run.", visited.requests)
    yield from _gauge("last_run_received_bytes", "Bytes that the last nightly run received.", visited.n_bytes)


def _of_clusters(desk: Desk, world: World) -> Iterator[Metric]:
    tallies = desk.tallies()
    flags = dict.fromkeys(map(str, Flag), 0) | tallies["flag"]
    yield _labelled("clusters_by_flag", "Clusters of the registry by the program's flag.", "flag", flags)
    activities = dict.fromkeys(map(str, Activity), 0) | tallies["activity"]
    yield _labelled("clusters_by_activity", "Clusters of the registry by activity.", "activity", activities)
    kinds = dict.fromkeys(map(str, QuestionKind), 0)
    for asked in open_questions(desk, world.today, world.config.policy):
        kinds[str(asked.question.kind)] += 1
    yield _labelled("open_questions", "Questions that wait for a person, by kind.", "kind", kinds)


def _of_jobs(desk: Desk, world: World) -> Iterator[Metric]:
    figures = Figures.over(desk)
    family = GaugeMetricFamily(
        f"{_PREFIX}_job_runs", "Runs of the timetable's jobs that are on record, by state.", labels=("job", "state")
    )
    for key, count in sorted(figures.job_run_counts().items()):
        family.add_metric(key, count)
    yield family
    yield _labelled("rescans", "Second looks that wait or are under way.", "state", figures.rescans_open())
    yield from _instant(
        "scheduler_beat", "The scheduler's last sign of life; left out when it left.", desk.scheduler_beat_at()
    )
    yield from _instant(
        "last_backup", "The newest copy that the timetable's backup made.", last_backup_at(desk.path, world.config)
    )


def _gauge(name: str, about: str, value: float | None) -> Iterator[Metric]:
    """A figure; nothing when it is not known."""
    if value is not None:
        yield GaugeMetricFamily(f"{_PREFIX}_{name}", about, value=value)


def _instant(name: str, about: str, at: datetime | None) -> Iterator[Metric]:
    """An instant, in seconds since 1970 as Prometheus counts them."""
    yield from _gauge(f"{name}_timestamp_seconds", about, at.timestamp() if at else None)


def _labelled(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"{_PREFIX}_{name}", about, labels=(label,))
    for word, value in values.items():
        family.add_metric((word,), value)
    return family
