"""What a registry file would change, and the change itself: one transaction that adds and changes clusters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from crawler.errors import ClusterwatchError, RefusedInput
from crawler.model import Cluster
from db.cells import Fault
from db.checking import FIELDS
from db.history import PROGRAM, Entry, Record
from db.registered import Registered
from db.registry import Issue, RegistryReport


class PlanChanged(ClusterwatchError):
    """The registry is no longer as it was when an import was shown. Raised here; the pages show it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """One cluster that an import adds, or changes."""

    before: Record | None
    after: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would do."""

    changes: tuple[PlannedChange, ...]
    unchanged: int
    left_out: tuple[Issue, ...]  # rows of clusters that people have taken out of the registry
    not_in_file: tuple[str, ...]  # clusters of the registry that the file does not mention; they stay

    @property
    def added(self) -> tuple[PlannedChange, ...]:
        """The clusters that are new."""
        return tuple(c for c in self.changes if c.before is None)

    @property
    def changed(self) -> tuple[PlannedChange, ...]:
        """The clusters that are in the registry with other values."""
        return tuple(c for c in self.changes if c.before is not None)

    @property
    def digest(self) -> str:
        """What tells this plan from any other: before and after of every change."""
        told = blake2b(digest_size=16)
        for change in self.changes:
            told.update(f"{change.before.digest if change.before else '-'}>{change.after.digest};".encode())
        return told.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did, or would do."""

    accepted: int
    warned: int
    refused: int
    added: int
    changed: int
    unchanged: int
    left_out: tuple[Issue, ...]  # rows of clusters that people have taken out of the registry
    not_in_file: tuple[str, ...]  # clusters of the registry that the file does not mention; they stay


def import_plan(store: Registered, report: RegistryReport) -> ImportPlan:
    """What the good rows of a file would change in the registry as it is now.

    Columns that the file lacks keep what is stored. A retirement is a person's decision, which no file takes back.
    """
    known = store.entries()
    capitals = {cluster_id.casefold(): cluster_id for cluster_id in known}
    changes: list[PlannedChange] = []
    left_out: list[Issue] = []
    unchanged = 0
    for row, read in zip(report.accepted_rows, report.accepted, strict=True):
        entry = known.get(read.cluster_id)
        fault = _fault(entry, read.cluster_id, capitals)
        if fault:
            left_out.append(
                Issue(row=row, column="cluster_id", reason=fault.reason, advice=fault.advice, refused=False)
            )
            continue
        after = Record(cluster=_merged(entry.cluster if entry else None, read, report.columns))
        before = entry.record if entry else None
        unchanged += before == after
        changes += [] if before == after else [PlannedChange(before=before, after=after)]
    named = {c.cluster_id for c in report.accepted}
    return ImportPlan(
        changes=tuple(changes),
        unchanged=unchanged,
        left_out=tuple(left_out),
        not_in_file=tuple(sorted(_live(known) - named)),
    )


def _live(known: Mapping[str, Entry]) -> set[str]:
    return {cluster_id for cluster_id, entry in known.items() if not entry.record.retired}


def _fault(entry: Entry | None, cluster_id: str, capitals: Mapping[str, str]) -> Fault | None:
    """Why a row is left out, None when it is not."""
    if entry is None:
        other = capitals.get(cluster_id.casefold())
        words = f"differs only by capitals from the id {other!r} of the registry; the row is left out"
        return Fault(words, "Write the id as it stands there, or give the cluster another one.") if other else None
    if entry.record.merged_into:
        words = f"was merged into {entry.record.merged_into!r}; the row is left out"
        return Fault(words, "Remove the row, or change that cluster.")
    if entry.record.retired:
        return Fault("was retired; the row is left out", "Bring the cluster back first if it should be visited again.")
    return None


def _merged(stored: Cluster | None, read: Cluster, columns: Sequence[str]) -> Cluster:
    """The cluster as read, with what the file has no column for as stored."""
    if stored is None:
        return read
    present = {name: getattr(read, name) for name in FIELDS if name in columns}
    return replace(stored, **present, extra=tuple(_extra(stored, read, columns)))


def _extra(stored: Cluster, read: Cluster, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    fresh = dict(read.extra)
    for heading, text in stored.extra:
        if heading in fresh:
            yield heading, fresh.pop(heading)
        elif heading not in columns:
            yield heading, text
    yield from fresh.items()


def import_registry(
    store: Registered,
    report: RegistryReport,
    *,
    partial: bool,
    dry_run: bool,
    by: str = PROGRAM,
    source: str = "",
    expected: str = "",
) -> ImportResult:
    """Bring the registry up to date with a file, in one transaction with its history and its audit.

    `source` is the name of the file, for the audit; `expected` the digest of the plan that a person has seen. Raises
    RefusedInput, with nothing changed, when a row was refused and neither `partial` nor `dry_run` is set, and
    PlanChanged when the import would no longer do what was seen.
    """
    if report.refused and not partial and not dry_run:
        raise RefusedInput(f"rows were refused ({len(report.refused)}), so nothing was changed")
    with store.transaction():
        plan = import_plan(store, report)
        if expected and plan.digest != expected:
            raise PlanChanged("the registry has changed since this import was shown")
        if not dry_run and plan.changes:
            told = {"source": source, "added": len(plan.added), "changed": len(plan.changed)}
            store.import_records([(c.before, c.after) for c in plan.changes], by=by, **told)
    return ImportResult(
        accepted=len(report.accepted),
        warned=report.warned,
        refused=len(report.refused),
        added=len(plan.added),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        left_out=plan.left_out,
        not_in_file=plan.not_in_file,
    )
