"""The clean-up: what is old and rests on nothing goes, files shrink, the database is put in order. Thin: the choice is pure.

A kill at any moment leaves an archive that is sound. What it left undone, the next clean-up does: files that are to go
are named in the database before anything needs them no longer, and what a file is to hold is asked anew each time.
"""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.config import Limits, Storage
from crawler.errors import StoreError
from db.archive_files import folder_of, mend
from db.archive_rewriting import Part, copy_parts, delete, files_of, next_name, parts
from db.cleaning import Cleaning, CrawlUnderWay
from db.desk import Desk
from db.disk import free_bytes
from db.job_runs import JobRun, JobRunState
from pipelines import retention
from pipelines.retention import Fate
from schedules.keeper import Result

_REVISIT = 540  # bytes of a record that a page was what it had been before, measured: see docs/archive.md
_WHY = {
    Fate.YOUNG: "not old yet",
    Fate.FLAGGED: "a verdict that it has ceased rests on it",
    Fate.ANSWERED: "a person answered with it in sight",
    Fate.CURRENT: "the verdict of now rests on it",
    Fate.FIRST: "the first of its cluster",
    Fate.LAST: "the last of its cluster",
}
_RECORDS = {
    "schedule_events": "events of the scheduler",
    "job_runs": "runs of the timetable",
    "rescan_steps": "steps of second looks",
    "fetches": "rows of fetches, which the visits have too",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How much of something goes or stays, and why."""

    what: str
    stays: bool
    why: str
    count: int
    n_bytes: int | None = None  # None: not known without reading it all


@dataclass(slots=True, kw_only=True)
class Report:
    """What a clean-up did, or would do."""

    lines: list[Line] = field(default_factory=list)
    skipped: str = ""  # why nothing was done
    stopped: str = ""  # why it ended before its end
    faults: list[str] = field(default_factory=list)  # files that could not be read or written, in words
    freed: int = 0  # bytes of files of the archive
    vacuum: str = ""  # what became of the database, in words

    def going(self, what: str) -> int:
        """How many of something go."""
        return sum(line.count for line in self.lines if line.what == what and not line.stays)

    @property
    def words(self) -> str:
        """What happened, in one line."""
        if self.stopped:
            return f"{self.stopped}: what is left goes the next time"
        records = sum(self.going(what) for what in _RECORDS.values())
        told = (
            f"removed {self.going('pages')} saved pages, {self.going('pictures')} pictures, {records} old records; "
            f"{self.freed} bytes of files freed; the database was {self.vacuum}"
        )
        return "; ".join([told, *self.faults])


@dataclass(frozen=True, slots=True)
class CleanUps:
    """The clean-up as a job of the timetable."""

    storage: Storage
    limits: Limits

    def __call__(self, desk: Desk, job_run: JobRun) -> Result:
        """One clean-up; skipped while a crawl is under way."""
        report = clean_up(desk, self.storage, self.limits, now=desk.now())
        if report.skipped:
            return Result(state=JobRunState.SKIPPED, reason=report.skipped)
        state = JobRunState.STOPPED if report.stopped or report.faults else JobRunState.DONE
        return Result(state=state, reason=report.words)


def clean_up(desk: Desk, storage: Storage, limits: Limits, *, now: datetime, dry_run: bool = False) -> Report:
    """Remove what is old and rests on nothing, or only say what would go. Nothing is done while a crawl is under way."""
    report = Report()
    cleaning = Cleaning.over(desk)
    run = cleaning.crawl_under_way()
    if run is not None:
        report.skipped = str(CrawlUnderWay(run))
        return report
    work = _Work(cleaning, folder_of(desk.path, storage.archive), report, now, dry_run)
    with _alone(work.folder) as alone:
        if not alone:
            report.skipped = "another clean-up is under way"
            return report
        try:
            work.finish_what_was_left()
            work.pages(retention.cut(now, storage.keep_pages_days))
            work.pictures(retention.cut(now, storage.keep_pictures_days))
            work.records(retention.cut(now, storage.keep_events_days))
            work.files()
            report.vacuum = "" if dry_run else _in_order(cleaning, limits)
        except CrawlUnderWay as began:
            report.stopped = str(began)
    return report


@contextmanager
def _alone(folder: Path | None) -> Iterator[bool]:
    """Whether no other clean-up works on this archive; none does while the block lasts. A kill frees the lock."""
    if folder is None or not folder.is_dir():
        yield True
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class _Work:
    """One clean-up under way."""

    cleaning: Cleaning
    folder: Path | None  # of the archive
    report: Report
    now: datetime
    dry_run: bool

    def finish_what_was_left(self) -> None:
        """Delete the files that an earlier clean-up, perhaps a killed one, meant to delete."""
        if self.folder is None or self.dry_run:
            return
        if self.folder.is_dir():
            mend(self.folder)
        for file in self.cleaning.leaving():
            self._delete(self.folder, file)

    def _delete(self, folder: Path, file: str) -> None:
        try:
            self.report.freed += delete(folder, file)
        except StoreError as error:
            self.report.faults.append(str(error))
            return
        self.cleaning.has_left(file)

    # --- rows ---

    def pages(self, before: datetime | None) -> None:
        """Saved pages that are old, and rest on nothing."""
        counts: Counter[Fate] = Counter()
        going: list[int] = []
        for cluster_id in self.cleaning.with_pages_before(before) if before else ():
            known = retention.of_pages(
                self.cleaning.shelved(cluster_id),
                self.cleaning.bearings(cluster_id),
                self.cleaning.unchanged(cluster_id),
            )
            for page, facts in known:
                fate = retention.fate(facts, before)
                counts[fate] += 1
                going += [] if fate.stays else [page.kept_id]
        counts[Fate.YOUNG] = self.cleaning.archive_counts()["pages"] - (counts.total() - counts[Fate.YOUNG])
        self.cleaning.choose(going)
        self._told("pages", counts, before, self.cleaning.records_going().n_bytes)
        while before and not self.dry_run and self.cleaning.remove_chosen(before):
            pass

    def pictures(self, before: datetime | None) -> None:
        """Pictures that are old, and rest on nothing."""
        counts: Counter[Fate] = Counter()
        n_bytes = 0
        for cluster_id in self.cleaning.with_pictures_before(before) if before else ():
            going: list[int] = []
            hung = self.cleaning.hung(cluster_id)
            for picture, facts in retention.of_pictures(hung, self.cleaning.answered_at(cluster_id)):
                fate = retention.fate(facts, before)
                counts[fate] += 1
                if not fate.stays:
                    going.append(picture.picture_id)
                    n_bytes += picture.n_bytes
            if going and before and not self.dry_run:
                self.cleaning.remove_pictures(going, before)
        left = self.cleaning.archive_counts()["pictures"]
        all_of_them = left if self.dry_run else left + counts[Fate.AGED]
        counts[Fate.YOUNG] = all_of_them - (counts.total() - counts[Fate.YOUNG])
        self._told("pictures", counts, before, n_bytes)

    def _told(self, what: str, counts: Counter[Fate], before: datetime | None, going_bytes: int) -> None:
        for fate in Fate:
            if fate.stays and counts[fate]:
                self._line(what, True, _WHY[fate] if before else "kept for ever", counts[fate], None)
        if before:
            self._line(what, False, f"older than {before:%Y-%m-%d}", counts[Fate.AGED], going_bytes)

    def _line(self, what: str, stays: bool, why: str, count: int, n_bytes: int | None) -> None:
        self.report.lines.append(Line(what=what, stays=stays, why=why, count=count, n_bytes=n_bytes))

    def records(self, before: datetime | None) -> None:
        """Old records of what happened."""
        if before is None:
            return
        for table, old in self.cleaning.old_records(before).items():
            self._line(_RECORDS[table], False, f"older than {before:%Y-%m-%d}", old.count, old.n_bytes)
        if not self.dry_run:
            self.cleaning.remove_old_records(before)

    # --- files ---

    def files(self) -> None:
        """Files of the archive of which little or nothing is needed any more."""
        folder = self.folder
        if folder is None or not folder.is_dir():
            return
        needed = self.cleaning.needed()
        again, gone = [0, 0], [0, 0]  # files, and bytes
        for file, run_id, n_bytes in files_of(folder):
            seen = self.cleaning.seen_in(run_id)
            kept = needed.get(file)
            about = n_bytes - (kept.n_bytes if kept else 0) - _REVISIT * (len(seen) - (kept.count if kept else 0))
            if (kept or seen) and not retention.is_worth_rewriting(n_bytes, about):
                continue
            freed = self._shrunk(folder, file, n_bytes, seen, whole=not (kept or seen))
            if freed:
                count = gone if freed == n_bytes else again
                count[0] += 1
                count[1] += freed
        self._line("files of the archive", False, "no page in them is kept", *gone)
        self._line("files of the archive", True, "written anew without what goes", *again)
        if not self.dry_run:
            for file in self.cleaning.leaving():
                self._delete(folder, file)

    def _shrunk(self, folder: Path, file: str, n_bytes: int, seen: set[tuple[str, datetime]], *, whole: bool) -> int:
        """How many bytes a file gives up: all of them, or those of the records that go; 0 when that is not worth it."""
        try:
            wanted = [] if whole else self._wanted(folder, file, seen)
            if all(part.kind == "warcinfo" for part in wanted):
                if not self.dry_run:
                    self.cleaning.leaves(file)
                return n_bytes
            going = n_bytes - sum(part.length for part in wanted)
            if not retention.is_worth_rewriting(n_bytes, going):
                return 0
            if not self.dry_run:
                self._write_anew(folder, file, wanted)
        except StoreError as error:
            self.report.faults.append(str(error))
            return 0
        return going

    def _wanted(self, folder: Path, file: str, seen: set[tuple[str, datetime]]) -> list[Part]:
        """The records of a file that stay. Raises StoreError when they are not where the database has them."""
        offsets = self.cleaning.offsets(file)
        wanted = [part for part in parts(folder, file) if part.is_wanted(offsets, seen)]
        if not offsets <= {part.offset for part in wanted}:
            raise StoreError(f"{folder / file}: has not all its pages. clusterwatch archive check says which.")
        return wanted

    def _write_anew(self, folder: Path, file: str, wanted: list[Part]) -> None:
        """Put a file with these records in the place of another, which is deleted when the new one counts."""
        new = next_name(file)
        self.cleaning.leaves(new)  # until it counts: whoever finds a half one deletes it
        places = copy_parts(folder, file, new, wanted)
        self.report.freed -= sum(part.length for part in wanted)
        self.cleaning.take_over(file, new, {at: places[at] for at in self.cleaning.offsets(file)})


def _in_order(cleaning: Cleaning, limits: Limits) -> str:
    """Put the database in order; gives what became of its size, in words."""
    size = cleaning.size()
    why = retention.why_no_vacuum(
        n_bytes=size.n_bytes, free=size.free, disk_free=free_bytes(cleaning.path), floor=limits.min_free_bytes
    )
    if not why and cleaning.crawl_under_way():
        why = "a crawl has begun"
    if not why and not cleaning.vacuum():
        why = "somebody else was writing"
    cleaning.put_in_order()
    return f"not made smaller: {why}" if why else f"made smaller by {size.n_bytes - cleaning.size().n_bytes} bytes"
