"""A run of the crawler over many clusters, and how far it is."""

from __future__ import annotations

from enum import StrEnum


class RunKind(StrEnum):
    """What started a run."""

    NIGHTLY = "nightly"
    RESCAN = "rescan"


class RunState(StrEnum):
    """The state of a run in the ledger."""

    RUNNING = "running"
    DONE = "done"
    VOID = "void"  # our own network failed: nothing of it counts
    STOPPED = "stopped"  # ended before all was visited, on purpose: its note says why; what it has counts
    FAILED = "failed"


class TaskState(StrEnum):
    """The state of one cluster in a run."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
