"""The errors that reach a person, each with the exit code of the command and who raises and catches it.

A site that fails is a value (`Outcome`), never one of these. All are caught by `cli.main`, which prints the text
on one line; so the text says what is wrong, where, and what to do.
"""

from __future__ import annotations


class ClusterwatchError(Exception):
    """Base of all errors that a person can act on. Raised by nobody; caught by `cli.main`."""

    exit_code = 1


class ConfigError(ClusterwatchError):
    """A setting is unknown or makes no sense. Raised by `crawler.config` and whoever reads a configuration file."""

    exit_code = 2


class UsageError(ClusterwatchError):
    """A command was asked for something that is not there. Raised by the commands of `cli`, and by
    `db.timetable` for a run that cannot be paused, resumed or cancelled, and by `pipelines.reporting` for a day of
    which there is no report."""

    exit_code = 2


class RefusedInput(ClusterwatchError):
    """A registry file cannot be taken as it is. Raised by `db.registry` and `cli.registry`; nothing was changed."""


class StoreError(ClusterwatchError):
    """The database cannot be used: missing, damaged, locked, newer than the program. Raised by `db.store`."""


class RunUnderWay(StoreError):
    """Another process works on a nightly run, or a person paused it. Raised by `db.store`; the timetable skips its own run, and says why."""


class SchedulerHeld(StoreError):
    """Another scheduler looks after this database. Raised by `db.timetable`; caught by `cli.main`."""


class StoreUnusable(StoreError):
    """The database cannot be used now, and may be soon: locked, the disk full, the file not to be written.

    Raised by `db.opening`; the staff's pages and the interface for programs say when to come back.
    """


class DiskFull(StoreUnusable):
    """There is no room to write. Raised by `db.opening` and `db.disk`; a crawl breaks its run off, and says where to
    make room."""

    def __init__(self, words: str, *, folder: str, run_id: int | None = None) -> None:
        super().__init__(words)
        self.folder = folder  # on the disk that is full
        self.run_id = run_id  # of the run that was broken off


class StoreDamaged(StoreError):
    """The file is no database, or a damaged one: waiting mends nothing. Raised by `db.opening`; told as a finding."""


class StoreNewer(StoreError):
    """A newer program has changed the schema. Raised by `db.opening`; told as a finding."""


class WorkFailed(ClusterwatchError):
    """The work was done and came to nothing, such as a void run. Raised by the commands of `cli`."""
