"""What is in the database and in the log of the network, read by nothing of the product's own, beside what must be."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from benchmarks.year.network import Asked
from benchmarks.year.people import Correction
from crawler.answers import Answer


@dataclass(slots=True)
class Broken:
    """What was promised and not kept, in sentences, and the counts of the figures."""

    nights: list[str] = field(default_factory=list)  # without a run and without a row that says why
    lost_visits: list[str] = field(default_factory=list)
    doubled_visits: list[str] = field(default_factory=list)
    lost_reviews: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        """Every sentence."""
        return [
            *self.nights,
            *self.lost_visits,
            *self.doubled_visits,
            *self.lost_reviews,
            *self.questions,
            *self.messages,
            *self.other,
        ]


def rows(database: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """What a question to the file gives."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as file:
        return file.execute(sql, values).fetchall()


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")  # as the database writes instants


def visits_of(database: Path, begin: datetime, end: datetime) -> Counter[str]:
    """The visits of one night that count, by cluster."""
    sql = "SELECT cluster_id, count(*) FROM visits WHERE NOT void AND started_at >= ? AND started_at < ? GROUP BY 1"
    return Counter({str(c): int(str(n)) for c, n in rows(database, sql, _text(begin), _text(end))})


def job_runs_of(database: Path, begin: datetime, end: datetime) -> list[tuple[str, str, str]]:
    """Kind, state and reason of the crawls that were due in one night."""
    sql = "SELECT kind, state, reason FROM job_runs WHERE job = 'crawl' AND due_at >= ? AND due_at < ? ORDER BY due_at"
    return [(str(k), str(s), str(r)) for k, s, r in rows(database, sql, _text(begin), _text(end))]


def visits(night: int, found: Mapping[str, int], due: Collection[str]) -> tuple[list[str], list[str]]:
    """The visits that a night lost of those that were due, and those it doubled, in sentences."""
    lost = [f"night {night}: {c} was not visited" for c in sorted(due) if not found.get(c)]
    doubled = [f"night {night}: {c} has {n} visits" for c, n in sorted(found.items()) if n > (c in due)]
    return lost, doubled


def asked_for(asked: Iterable[Asked], night: int) -> Counter[str]:
    """How often each home page was asked for in one night."""
    return Counter(a.host for a in asked if a.night == night and a.path == "/")


def visits_in_log(
    night: int, homes: Mapping[str, int], hosts: Mapping[str, str], answering: Collection[str], again: int
) -> tuple[list[str], list[str]]:
    """What the log of the network says of a night on which every cluster is visited.

    `hosts` by cluster; `answering` are the clusters whose host can be asked; `again` clusters were under way when a
    process was killed, and may have been asked a second time.
    """
    lost = [f"night {night}: {hosts[c]} was never asked" for c in sorted(answering) if not homes.get(hosts[c])]
    twice = [c for c in sorted(answering) if homes.get(hosts[c], 0) > 1]
    thrice = [c for c in twice if homes[hosts[c]] > 2 or not again]
    doubled = [f"night {night}: {hosts[c]} was asked {homes[hosts[c]]} times" for c in thrice]
    if again and len(twice) > again:
        doubled.append(f"night {night}: {len(twice)} hosts were asked twice, {again} can have been under way: {twice}")
    return lost, doubled


def reviews(database: Path, answers: Sequence[Answer], corrections: Sequence[Correction]) -> list[str]:
    """The answers and corrections that were confirmed and are not there as they were said; and those nobody said."""
    said = [
        (a.answer_id, a.cluster_id, str(a.question), str(a.decision), a.by, a.at.isoformat(), a.note, a.address,
         a.replaced, a.undoes or None)
        for a in answers
    ]  # fmt: skip
    sql = "SELECT id, cluster_id, question, decision, by, at, note, address, replaced, undoes FROM answers ORDER BY id"
    broken = _differences("answer", said, [_with_instant(row, 5) for row in rows(database, sql)])
    wrote = [(c.at.isoformat(), c.cluster_id, c.notes) for c in corrections]
    sql = """SELECT at, cluster_id, json_extract(after, '$.cluster.notes') FROM registry_changes
    WHERE what = 'corrected' ORDER BY id"""
    broken += _differences("correction", wrote, [_with_instant(row, 0) for row in rows(database, sql)])
    audit = rows(database, "SELECT count(*) FROM audit WHERE what LIKE 'answer:%' OR what = 'registry:corrected'")
    if audit != [(len(said) + len(wrote),)]:
        broken.append(f"the audit has {audit} rows of {len(said)} answers and {len(wrote)} corrections")
    return broken


def _with_instant(row: tuple[object, ...], column: int) -> tuple[object, ...]:
    at = datetime.fromisoformat(str(row[column])).isoformat()
    return (*row[:column], at, *row[column + 1 :])


def _differences(what: str, said: Sequence[object], found: Sequence[object]) -> list[str]:
    lost = [f"{what} lost or changed: {row}" for row in said if row not in found]
    return lost + [f"{what} that nobody gave: {row}" for row in found if row not in said]


def sound(database: Path) -> list[str]:
    """What SQLite finds wrong in the file."""
    said = [str(row[0]) for row in rows(database, "PRAGMA quick_check")]
    refers = rows(database, "PRAGMA foreign_key_check")
    return [f"the database is damaged: {words}" for words in said if words != "ok"] + [str(r) for r in refers]
