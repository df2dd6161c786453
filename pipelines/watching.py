"""Gathers what is known of an installation, and has it judged. What cannot be opened is a finding, not an error."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from crawler.config import Config
from crawler.errors import StoreDamaged, StoreError, StoreNewer
from crawler.model import RunState
from crawler.timetable import JobName
from db.archive_files import folder_of
from db.backup import backups, made_at
from db.desk import Desk
from db.disk import free_bytes
from db.figures import Figures
from db.opening import waiting_steps
from db.rows import Run
from pipelines.health import Code, Facts, Finding, Severity, findings
from pipelines.news import Trouble
from pipelines.timetables import offered, timetable

_NIGHTS = 20  # looked at: a night that is repeated, continued and made by hand makes some a day


def look(
    database: Path, config: Config, *, now: datetime, span: timedelta | None, thorough: bool = False
) -> list[Finding]:
    """What there is to say about the installation over this database, without changing it.

    `thorough` looks through the whole file for damage, which takes seconds.
    """
    if not database.exists():
        words = f"{database} does not exist; make it with clusterwatch import FILE"
        return [Finding(code=Code.DATABASE_MISSING, severity=Severity.BAD, words=words)]
    try:
        waiting = waiting_steps(database)
        if waiting:
            return [_upgrade(database, waiting)]
        with Desk.open(database, archive=config.storage.archive) as desk:
            read = Finding(code=Code.DATABASE_READ, severity=Severity.OK, words=str(database))
            return [read, *findings(facts(desk, config, now=now, span=span, thorough=thorough))]
    except StoreError as error:
        return [Finding(code=_code(error), severity=Severity.BAD, words=str(error))]


def _upgrade(database: Path, waiting: list[str]) -> Finding:
    words = (
        f"{database} waits to be upgraded ({waiting[-1]}): end the programs of the older version and start these; the "
        "database is copied first"
    )
    return Finding(code=Code.UPGRADE_WAITS, severity=Severity.BAD, words=words)


def _code(error: StoreError) -> Code:
    if isinstance(error, StoreDamaged):
        return Code.DATABASE_DAMAGED
    return Code.PROGRAM_OLDER if isinstance(error, StoreNewer) else Code.DATABASE_UNUSABLE


# Troubles of one night: the next night's is another. All others last until they are over.
_OF_ONE_NIGHT = frozenset({Code.VOID, Code.FAILED, Code.NOT_RUN, Code.UNDER_WAY_TOO_LONG})


def trouble(desk: Desk, found: Sequence[Finding]) -> Trouble | None:
    """What staff must be told without being asked: the first finding that somebody must act on, None when all is well."""
    worst = next((finding for finding in found if finding.severity is Severity.BAD), None)
    if worst is None:
        return None
    last = _night_of(desk, worst.code) if worst.code in _OF_ONE_NIGHT else None
    return Trouble(state=f"{worst.code}:{last.run_id}" if last else worst.code, words=worst.words)


def _night_of(desk: Desk, code: str) -> Run | None:
    """The night that a trouble is about: while the next one is under way, that of the one before is no new trouble."""
    nights = Figures.over(desk).nights(_NIGHTS)
    return next((n for n in nights if code == Code.UNDER_WAY_TOO_LONG or n.state is not RunState.RUNNING), None)


def watch(desk: Desk, config: Config) -> Trouble | None:
    """The same from within a program at work: the span is that of the settings, and the file is not looked through."""
    span = timedelta(hours=config.monitoring.span_hours)
    return trouble(desk, findings(facts(desk, config, now=desk.now(), span=span, thorough=False)))


def facts(desk: Desk, config: Config, *, now: datetime, span: timedelta | None, thorough: bool) -> Facts:
    """What is known of an installation."""
    figures = Figures.over(desk)
    since = figures.timetable_since()
    lines = {job.name: job for job in timetable(desk, config.schedule, offered(config))}
    backup = lines.get(JobName.BACKUP)
    edit = desk.edits().get(JobName.BACKUP)
    begins = (since, edit.changed_at if edit else None)
    return Facts(
        now=now,
        span=span,
        nights=figures.nights(_NIGHTS),
        unmade=figures.unmade_night(now - span) if span is not None else "",
        crawl_on=lines[JobName.CRAWL].on,
        since=since,
        beat_at=desk.scheduler_beat_at(),
        backup=backup if backup and backup.on and since is not None else None,
        backup_since=max((at for at in begins if at is not None), default=None),
        backup_at=last_backup_at(desk.path, config),
        free_bytes=free_bytes(desk.path),
        min_free_bytes=config.limits.min_free_bytes,
        faults=desk.faults() if thorough else (),
    )


def last_backup_at(database: Path, config: Config) -> datetime | None:
    """When the newest copy of the database was made that lies where the timetable puts them."""
    folder = folder_of(database, config.storage.backups)
    newest = next(iter(backups(database, folder)), None) if folder else None
    return made_at(newest, database) if newest else None
