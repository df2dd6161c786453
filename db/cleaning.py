"""What the clean-up asks and removes: saved pages and pictures, and old records of what happened. One transaction a method.

What is removed is chosen by others (`pipelines.retention`). Pages that are to go are first named in a table of this
connection alone, so that what would be left can be asked before anything is removed. Nothing here deletes a file: one
that nothing needs any more is named in `leaving_files` by the transaction that ends the need.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from crawler.errors import ClusterwatchError
from crawler.model import Activity, Outcome, Verdict
from db import rows
from db.desk import Desk
from db.history import PROGRAM
from db.processes import is_alive
from db.rows import Cell, Row, Run
from db.vacuuming import Vacuuming

CHUNK = 20_000  # pages removed in one transaction: others who write wait for a fraction of a second


class CrawlUnderWay(ClusterwatchError):
    """A crawl is under way, so nothing is removed. Raised by `Cleaning`, caught by the clean-up, which stops and says so."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"run {run.run_id} is under way (process {run.pid} on {run.host})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """One saved page, as far as the choice needs it."""

    kept_id: int
    visit_at: datetime  # UTC, start of its visit
    void: bool
    urls: tuple[str, str]  # asked for, and that answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """A verdict that saved pages may be kept for."""

    decided_at: datetime  # UTC
    urls: tuple[str, ...]  # of the pages that it names
    flagged: bool  # it asks whether the cluster has ceased
    answered: bool  # a person answered it
    current: bool  # it is the verdict of now
    whole: bool  # all pages of its visit count: it opened a question, or a person answered it


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """One picture, as far as the choice needs it."""

    picture_id: int
    at: datetime  # UTC
    n_bytes: int
    flagged: bool  # its run asked whether the cluster has ceased
    current: bool  # the verdict of now is of its run


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """How much of something there is."""

    count: int
    n_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What is needed of one file of the archive."""

    file: str
    n_bytes: int  # of the records that saved pages point to
    count: int  # of these records


# Old records of what happened: table, what is old in it (`:before`), and about how many bytes a row takes, measured over
# five nights of the samples. A fetch stands in the document of its visit too, which stays.
_OLD = {
    "schedule_events": ("at < :before", 150),
    "job_runs": (
        """due_at < :before AND ended_at IS NOT NULL AND due_at < (SELECT max(due_at) FROM job_runs n
        WHERE n.job = job_runs.job AND n.kind IN ('due', 'caught_up') AND n.due_at <= :now)""",
        150,
    ),
    "rescan_steps": ("rescan_id IN (SELECT id FROM rescans WHERE ended_at < :before)", 150),
    "fetches": ("visit_id IN (SELECT id FROM visits WHERE started_at < :before)", 200),
}


class Cleaning(Vacuuming, Desk):
    """The store as the clean-up uses it."""

    # --- whether it may ---

    def crawl_under_way(self) -> Run | None:
        """A run that some process works on, this one included; None when there is none."""
        for row in self._all("SELECT * FROM runs WHERE state = 'running' ORDER BY id DESC"):
            run = rows.run(row)
            gone = run.host == socket.gethostname() and not is_alive(run.pid)
            if not gone and self._was_busy_lately(run):
                return run
        return None

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """A transaction that raises CrawlUnderWay when a crawl is.

        A crawl enters itself into the ledger before it asks what is in the archive. So it either finds what this
        transaction leaves, or is found by it.
        """
        with self.transaction():
            run = self.crawl_under_way()
            if run is not None:
                raise CrawlUnderWay(run)
            yield

    # --- saved pages ---

    def with_pages_before(self, before: datetime) -> list[str]:
        """The clusters that have saved pages of visits before an instant."""
        sql = """SELECT DISTINCT v.cluster_id FROM visits v WHERE v.started_at < :before
        AND EXISTS (SELECT 1 FROM kept_pages k WHERE k.visit_id = v.id) ORDER BY v.cluster_id"""
        return [rows.text(row, "cluster_id") for row in self._all(sql, before=rows.instant_text(before))]

    def shelved(self, cluster_id: str) -> list[Shelved]:
        """All saved pages of a cluster."""
        sql = """SELECT k.id, k.url, k.final_url, v.started_at, v.void FROM visits v
        JOIN kept_pages k ON k.visit_id = v.id WHERE v.cluster_id = :cluster"""
        return [
            Shelved(
                kept_id=rows.whole(row, "id"),
                visit_at=rows.instant(rows.text(row, "started_at")),
                void=bool(rows.whole(row, "void")),
                urls=(rows.text(row, "url"), rows.text(row, "final_url")),
            )
            for row in self._all(sql, cluster=cluster_id)
        ]

    def bearings(self, cluster_id: str) -> list[Bearing]:
        """The verdicts over a cluster that its saved pages may be kept for."""
        sql = """SELECT * FROM (
            SELECT v.document, v.activity, v.id = c.verdict_id AS current,
                lag(v.activity) OVER (ORDER BY v.decided_at, v.id) AS before,
                v.decided_at IN (SELECT verdict_at FROM answers WHERE cluster_id = :cluster) AS answered
            FROM verdicts v LEFT JOIN current_verdicts c USING (cluster_id) WHERE v.cluster_id = :cluster)
        WHERE activity = 'likely_ceased' OR current OR answered"""
        return [_bearing(row) for row in self._all(sql, cluster=cluster_id)]

    def unchanged(self, cluster_id: str) -> list[str]:
        """The addresses that the last visit to a cluster that counts found as they were before."""
        found: list[str] = []
        for visit in self.visits(cluster_id, limit=1):
            found += [f.url for f in visit.fetches if f.outcome is Outcome.NOT_MODIFIED]
            found += [page.url for page in visit.pages] if visit.confirms else []
        return found

    def choose(self, kept_ids: Iterable[int]) -> None:
        """Name the pages that are to go, in place of those named before. Nothing is removed yet."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS going (id INTEGER PRIMARY KEY)")
        with self.transaction():
            self._do("DELETE FROM going", {})
            self._db.conn.executemany("INSERT INTO going VALUES (?)", ((kept_id,) for kept_id in kept_ids))

    def records_going(self) -> Records:
        """The records that go with the pages that were chosen: those that no other page points to."""
        sql = """SELECT count(*) AS n, coalesce(sum(length), 0) AS n_bytes FROM contents c WHERE NOT EXISTS (
            SELECT 1 FROM kept_pages k WHERE k.content_id = c.id AND k.id NOT IN (SELECT id FROM going))"""
        (row,) = self._all(sql)
        return Records(count=rows.whole(row, "n"), n_bytes=rows.whole(row, "n_bytes"))

    def remove_chosen(self, older_than: datetime) -> int:
        """Remove some of the pages that were chosen, and the records that nothing points to then; gives how many.

        0 when none are left. Raises CrawlUnderWay.
        """
        at = rows.instant_text(self._clock())
        with self._undisturbed():
            found = self._all(
                """SELECT g.id, k.visit_id, k.content_id FROM going g JOIN kept_pages k USING (id)
                ORDER BY g.id LIMIT :most""",
                most=CHUNK,
            )
            for first, last, visit_id in _ranges((rows.whole(r, "id"), rows.whole(r, "visit_id")) for r in found):
                self._insert(
                    "removed_pages", {"first_id": first, "last_id": last, "visit_id": visit_id, "removed_at": at}
                )
            many = self._db.conn.executemany
            many("DELETE FROM kept_pages WHERE id = ?", [(r["id"],) for r in found])
            many("DELETE FROM temp.going WHERE id = ?", [(r["id"],) for r in found])
            freed = many(
                "DELETE FROM contents WHERE id = ? AND NOT EXISTS (SELECT 1 FROM kept_pages k WHERE k.content_id = contents.id)",
                [(content_id,) for content_id in {r["content_id"] for r in found}],
            ).rowcount
            if found:
                self._audit(
                    PROGRAM, "clean_up:pages", pages=len(found), records=freed, older_than=f"{older_than:%Y-%m-%d}"
                )
        return len(found)

    # --- pictures ---

    def with_pictures_before(self, before: datetime) -> list[str]:
        """The clusters that have pictures from before an instant."""
        sql = "SELECT DISTINCT cluster_id FROM pictures WHERE at < :before ORDER BY cluster_id"
        return [rows.text(row, "cluster_id") for row in self._all(sql, before=rows.instant_text(before))]

    def hung(self, cluster_id: str) -> list[Hung]:
        """All pictures of a cluster."""
        sql = """SELECT p.id, p.at, p.n_bytes,
            EXISTS (SELECT 1 FROM verdicts v WHERE v.run_id = p.run_id AND v.cluster_id = p.cluster_id
                AND v.activity = 'likely_ceased') AS flagged,
            EXISTS (SELECT 1 FROM verdicts v JOIN current_verdicts c ON c.cluster_id = v.cluster_id AND c.verdict_id = v.id
                WHERE v.run_id = p.run_id AND v.cluster_id = p.cluster_id) AS current
        FROM pictures p WHERE p.cluster_id = :cluster"""
        return [
            Hung(
                picture_id=rows.whole(row, "id"),
                at=rows.instant(rows.text(row, "at")),
                n_bytes=rows.whole(row, "n_bytes"),
                flagged=bool(row["flagged"]),
                current=bool(row["current"]),
            )
            for row in self._all(sql, cluster=cluster_id)
        ]

    def answered_at(self, cluster_id: str) -> list[datetime]:
        """When people answered questions about a cluster."""
        found = self._all("SELECT at FROM answers WHERE cluster_id = :cluster", cluster=cluster_id)
        return [rows.instant(rows.text(row, "at")) for row in found]

    def remove_pictures(self, picture_ids: Sequence[int], older_than: datetime) -> None:
        """Remove pictures; their files leave when no other picture has them. Raises CrawlUnderWay."""
        at = rows.instant_text(self._clock())
        with self._undisturbed():
            for picture_id in picture_ids:
                values: dict[str, Cell] = {"id": picture_id, "at": at}
                self._do(
                    "INSERT INTO removed_pictures SELECT id, cluster_id, at, :at FROM pictures WHERE id = :id", values
                )
                self._do(
                    """INSERT OR IGNORE INTO leaving_files SELECT file, :at FROM pictures p WHERE id = :id
                    AND NOT EXISTS (SELECT 1 FROM pictures o WHERE o.file = p.file AND o.id <> p.id)""",
                    values,
                )
                self._do("DELETE FROM pictures WHERE id = :id", {"id": picture_id})
            self._audit(PROGRAM, "clean_up:pictures", pictures=len(picture_ids), older_than=f"{older_than:%Y-%m-%d}")

    # --- the files of the archive ---

    def needed(self) -> dict[str, Needed]:
        """What stays of each file of the archive when the chosen pages have gone, by file; files without any left out."""
        sql = """SELECT file, sum(length) AS n_bytes, count(*) AS n FROM contents c WHERE EXISTS (
            SELECT 1 FROM kept_pages k WHERE k.content_id = c.id AND k.id NOT IN (SELECT id FROM going))
        GROUP BY file"""
        found = (
            Needed(file=rows.text(row, "file"), n_bytes=rows.whole(row, "n_bytes"), count=rows.whole(row, "n"))
            for row in self._all(sql)
        )
        return {needed.file: needed for needed in found}

    def seen_in(self, run_id: int) -> set[tuple[str, datetime]]:
        """Cluster and instant of each page that stays of a run, when the chosen ones have gone."""
        sql = """SELECT v.cluster_id, k.at FROM visits v JOIN kept_pages k ON k.visit_id = v.id
        WHERE v.run_id = :run AND k.id NOT IN (SELECT id FROM going)"""
        return {
            (rows.text(row, "cluster_id"), rows.instant(rows.text(row, "at"))) for row in self._all(sql, run=run_id)
        }

    def offsets(self, file: str) -> set[int]:
        """Where in a file the records begin to which saved pages point that stay, when the chosen ones have gone."""
        sql = """SELECT offset FROM contents c WHERE file = :file AND EXISTS (
            SELECT 1 FROM kept_pages k WHERE k.content_id = c.id AND k.id NOT IN (SELECT id FROM going))"""
        return {rows.whole(row, "offset") for row in self._all(sql, file=file)}

    def leaving(self) -> list[str]:
        """The files that are to be deleted."""
        return [rows.text(row, "file") for row in self._all("SELECT file FROM leaving_files ORDER BY file")]

    def leaves(self, file: str) -> None:
        """Name a file to be deleted, unless a page or a picture needs it. Raises CrawlUnderWay."""
        sql = """INSERT OR IGNORE INTO leaving_files SELECT :file, :at
        WHERE :file NOT IN (SELECT file FROM contents) AND :file NOT IN (SELECT file FROM pictures)"""
        with self._undisturbed():
            self._do(sql, {"file": file, "at": rows.instant_text(self._clock())})

    def has_left(self, file: str) -> None:
        """Note that a file was deleted."""
        with self.transaction():
            self._do("DELETE FROM leaving_files WHERE file = :file", {"file": file})

    def take_over(self, old: str, new: str, places: Mapping[int, int]) -> None:
        """Let a new file, which was named to be deleted, take the place of an old one, which leaves.

        `places`: from where a record began in the old file to where it begins in the new one. Raises CrawlUnderWay.
        """
        with self._undisturbed():
            if self.offsets(old) != set(places):
                raise AssertionError(f"{old}: not all its records were carried over")
            for before, now in places.items():
                values: dict[str, Cell] = {"old": old, "new": new, "before": before, "now": now}
                self._do(
                    "UPDATE contents SET file = :new, offset = :now WHERE file = :old AND offset = :before", values
                )
            self._do("DELETE FROM leaving_files WHERE file = :new", {"new": new})
            self._do(
                "INSERT INTO leaving_files VALUES (:old, :at)", {"old": old, "at": rows.instant_text(self._clock())}
            )

    # --- records of what happened ---

    def old_records(self, before: datetime) -> dict[str, Records]:
        """How many records of what happened are old, by table; the bytes are an estimate."""
        values = self._old_values(before)
        found = {}
        for table, (is_old, n_bytes) in _OLD.items():
            (row,) = self._all(f"SELECT count(*) AS n FROM {table} WHERE {is_old}", **values)  # noqa: S608  # ours
            count = rows.whole(row, "n")
            found[table] = Records(count=count, n_bytes=count * n_bytes)
        return found

    def remove_old_records(self, before: datetime) -> int:
        """Remove the records of what happened that are old; gives how many. Raises CrawlUnderWay."""
        values = self._old_values(before)
        with self._undisturbed():
            removed = sum(
                self._do(f"DELETE FROM {table} WHERE {is_old}", values)  # noqa: S608  # words of ours
                for table, (is_old, _) in _OLD.items()
            )
            if removed:
                self._audit(PROGRAM, "clean_up:records", records=removed, older_than=f"{before:%Y-%m-%d}")
        return removed

    def _old_values(self, before: datetime) -> dict[str, Cell]:
        return {"before": rows.instant_text(before), "now": rows.instant_text(self._clock())}


def _bearing(row: Row) -> Bearing:
    verdict: Verdict = rows.verdict(row)
    flagged = row["activity"] == Activity.LIKELY_CEASED
    items = (verdict.latest, verdict.english_latest, verdict.next_event)
    return Bearing(
        decided_at=verdict.decided_at,
        urls=(*(r.url for r in verdict.reasons), *(item.url for item in items if item)),
        flagged=flagged,
        answered=bool(row["answered"]),
        current=bool(row["current"]),
        whole=bool(row["answered"]) or (flagged and row["before"] != Activity.LIKELY_CEASED),
    )


def _ranges(pages: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Numbers of pages with their visits, ascending, as ranges within one visit: first, last, visit."""
    first, last, visit = 0, 0, 0
    for kept_id, visit_id in pages:
        if (kept_id, visit_id) == (last + 1, visit):
            last = kept_id
            continue
        if first:
            yield first, last, visit
        first = last = kept_id
        visit = visit_id
    if first:
        yield first, last, visit
