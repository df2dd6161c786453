"""The only code that writes the database: one transaction a method.

A store belongs to the thread that opened it. Reading methods see one consistent state each. Registry ids in a list are
handed to SQLite as one JSON array, so that their number has no limit.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from crawler.archive import Record
from crawler.errors import RunUnderWay
from crawler.model import (
    Flag,
    LastReading,
    Plan,
    RobotsCopy,
    RunKind,
    RunState,
    Verdict,
    Visit,
    VisitOutcome,
)
from crawler.past import Past
from db import queries, rows
from db.archive import Archive
from db.connection import wall_clock
from db.opening import complaining
from db.pasts import Pasts
from db.processes import is_alive
from db.registered import Registered
from db.revisits import Revisits, Stands
from db.rows import Cell, Run
from db.run_control import RunControl

__all__ = ["LEASE", "RESUMED_WITHIN", "Store", "wall_clock"]  # the clock: where everybody looks for it

# How long a visit that has begun counts as under way in a process that nobody can ask any more: ten times the
# longest visit of the default budget.
LEASE = timedelta(minutes=10)

# An interrupted run is continued for half a day: until then it is still this night's.
RESUMED_WITHIN = timedelta(hours=12)

_EARLY = "the run ended before"  # why a task was skipped, where the run says no more


class Store(Registered, Archive, RunControl, Pasts, Revisits):
    """Everything that is kept: registry, ledger, visits, verdicts."""

    # --- ledger ---

    def begin_run(
        self, kind: RunKind, now: datetime, cluster_ids: Sequence[str] | None = None, policy: str = ""
    ) -> Run:
        """The run to work on from now on, and ours alone: an interrupted one over the same clusters, or a new one.
        One that was broken off is taken up like one that was interrupted.

        Without ids it is over the whole registry. Interrupted runs of another day are closed: what is seen now would
        be told under their instant. Raises RunUnderWay when another process is busy with a nightly run, or it is paused.
        """
        with self.transaction():
            ids = self.cluster_ids() if cluster_ids is None else list(cluster_ids)
            for run in [*self.unfinished_runs(kind), *self._broken_off(kind)]:
                if abs(now - run.now) > RESUMED_WITHIN:
                    if run.state is RunState.RUNNING:
                        self.end_run(run.run_id, RunState.FAILED, "it was interrupted and not continued")
                elif set(ids) == set(self.task_ids(run.run_id)):
                    self.refuse_paused(run.run_id)
                    self._do(queries.TAKE_RUN, {"run": run.run_id, **self._us()})
                    self._do(queries.REQUEUE, {"run": run.run_id})
                    return self._run(run.run_id)
            return self._run(self.start_run(kind, now, ids, policy))

    def start_run(self, kind: RunKind, now: datetime, cluster_ids: Sequence[str], policy: str = "") -> int:
        """Begin a run over these clusters, to be visited in this order; gives its id."""
        us = self._us()
        run = {"kind": str(kind), "now": rows.instant_text(now), "started_at": us["at"], "policy": policy}
        with self.transaction():
            run_id = self._insert("runs", {**run, "taken_at": us["at"], "pid": us["pid"], "host": us["host"]})
            for position, cluster_id in enumerate(dict.fromkeys(cluster_ids)):
                self._insert("tasks", {"run_id": run_id, "cluster_id": cluster_id, "position": position})
        return run_id

    def _us(self) -> dict[str, Cell]:
        """This process, now."""
        return {"pid": os.getpid(), "host": socket.gethostname(), "at": rows.instant_text(self._clock())}

    def unfinished_runs(self, kind: RunKind) -> list[Run]:
        """The runs of this kind that were interrupted, newest first.

        Raises RunUnderWay for a nightly run that another process is busy with: a second one would visit the same
        sites twice at the same time. A rescan that is under way is none of ours.
        """
        unfinished = [rows.run(row) for row in self._all(queries.UNFINISHED_RUNS, kind=str(kind))]
        busy = [run for run in unfinished if self._is_under_way(run)]
        if busy and kind is RunKind.NIGHTLY:
            raise RunUnderWay(
                f"{self._path}: run {busy[0].run_id} is under way in another process ({busy[0].pid} on "
                f"{busy[0].host}). Wait for its end; a second crawl would visit the same sites twice."
            )
        return [run for run in unfinished if run not in busy]

    def _broken_off(self, kind: RunKind) -> list[Run]:
        """The newest run of this kind, if `break_off` ended it and something of it still waits."""
        return [rows.run(row) for row in self._all(queries.BROKEN_OFF, kind=str(kind))]

    def _is_under_way(self, run: Run) -> bool:
        """Whether another process works on the run: not known to be gone, and lately it took it up or began a visit."""
        if run.host == socket.gethostname() and (run.pid == os.getpid() or not is_alive(run.pid)):
            return False
        return self._was_busy_lately(run)

    def _was_busy_lately(self, run: Run) -> bool:
        """Whether somebody took a run up, or began a visit of it, lately."""
        leased = self._one(queries.LEASED_UNTIL, run=run.run_id)
        until = rows.optional(leased, "until", rows.instant) if leased else None
        return max(until or run.taken_at, run.taken_at + LEASE) > self._clock()

    def hold_run(self, run_id: int) -> None:
        """Note that this process is still at work on a run, where it begins no visit for long."""
        with self.transaction():
            self._do(queries.HOLD_RUN, {"run": run_id, **self._us()})

    def own_run(self, kind: RunKind) -> Run | None:
        """The unfinished run of this kind that this very process works on."""
        unfinished = [rows.run(row) for row in self._all(queries.UNFINISHED_RUNS, kind=str(kind))]
        return next((r for r in unfinished if (r.pid, r.host) == (os.getpid(), socket.gethostname())), None)

    def run(self, run_id: int) -> Run | None:
        """One run of the ledger, None when it has no such run."""
        row = self._one(queries.RUN, run=run_id)
        return rows.run(row) if row else None

    def _run(self, run_id: int) -> Run:
        """A run that is known to be there."""
        return rows.run(self._all(queries.RUN, run=run_id)[0])

    def runs(self, limit: int = 50) -> list[Run]:
        """The last runs, newest first."""
        return [rows.run(row) for row in self._all(queries.RUNS, limit=limit)]

    def task_ids(self, run_id: int) -> list[str]:
        """The clusters of a run, in their order."""
        return [rows.text(row, "cluster_id") for row in self._each(queries.TASKS, run=run_id)]

    def task_count(self, run_id: int) -> int:
        """How many clusters a run is over."""
        return sum(self.task_states(run_id).values())

    def task_states(self, run_id: int) -> dict[str, int]:
        """How many tasks of a run are in which state."""
        found = self._all(queries.TASK_STATES, run=run_id)
        return {rows.text(row, "state"): rows.whole(row, "n") for row in found}

    def waiting(self, run_id: int) -> list[str]:
        """The clusters of a run still to be visited, in their order; visits under way at a kill are among them."""
        return [rows.text(row, "cluster_id") for row in self._each(queries.WAITING, run=run_id)]

    def claim(self, run_id: int, cluster_id: str) -> bool:
        """Note that the visit to a cluster begins; False when it was already made, or given up."""
        lease = rows.instant_text(self._clock() + LEASE)
        with self.transaction():
            return bool(self._do(queries.CLAIM, {"run": run_id, "cluster": cluster_id, "lease": lease}))

    def fail_task(self, run_id: int, cluster_id: str, reason: str) -> bool:
        """Give one cluster of a run up; False when its visit was already made."""
        with self.transaction():
            return bool(self._do(queries.FAIL_TASK, {"run": run_id, "cluster": cluster_id, "reason": reason}))

    def end_run(self, run_id: int, state: RunState, note: str = "") -> None:
        """Close a run; what was not visited is skipped. VOID makes its visits void too."""
        with self.transaction():
            self._do(queries.SKIP_TASKS, {"run": run_id, "reason": note if state is RunState.STOPPED else _EARLY})
            self._put_end(run_id, state, note)
            if state is RunState.VOID:
                for statement in queries.VOID_VISITS:
                    self._do(statement, {"run": run_id})

    def _put_end(self, run_id: int, state: RunState, note: str) -> None:
        counts = {**self.task_states(run_id), **dict(self._outcome_counts(run_id))}
        end: dict[str, Cell] = {"state": str(state), "at": rows.instant_text(self._clock()), "note": note}
        self._do(queries.END_RUN, {"run": run_id, "counts": json.dumps(counts), **end})

    def abandon_run(self, run_id: int, note: str) -> None:
        """Close a run that this process stopped working on. One that another process took up since goes on."""
        with self.transaction():
            if self._is_ours(run_id):
                self.end_run(run_id, RunState.FAILED, note)

    def break_off(self, run_id: int, note: str) -> None:
        """The same of one that cannot go on now: what was not visited waits, and `begin_run` takes the run up again."""
        with self.transaction():
            if self._is_ours(run_id):
                self._do(queries.REQUEUE, {"run": run_id})
                self._put_end(run_id, RunState.FAILED, note)

    def _is_ours(self, run_id: int) -> bool:
        run, us = self._run(run_id), self._us()
        return run.state is RunState.RUNNING and (run.pid, run.host) == (us["pid"], us["host"])

    def void_run(self, run_id: int, note: str) -> None:
        """Close a run that says more about us than about the sites: its visits no longer count, its verdicts go.

        The newest verdict of a cluster is then again the one before. What its servers gave to ask again with goes
        too: "not modified since" would refer to a visit that does not count.
        """
        self.end_run(run_id, RunState.VOID, note)

    def outcomes(self, run_id: int) -> dict[str, VisitOutcome]:
        """How the visits of a run ended, by cluster id."""
        return _outcomes(self._each(queries.OUTCOMES, run=run_id))

    def last_outcomes(self, run_id: int) -> dict[str, VisitOutcome]:
        """How the visits before a run ended, by the id of each of its clusters that was visited before."""
        return _outcomes(self._each(queries.LAST_OUTCOMES, run=run_id))

    def _outcome_counts(self, run_id: int) -> Iterator[tuple[str, int]]:
        for row in self._all(queries.OUTCOME_COUNTS, run=run_id):
            yield f"visit_{rows.text(row, 'outcome')}", rows.whole(row, "n")

    # --- visits ---

    def plan(self, cluster_ids: Sequence[str]) -> list[Plan]:
        """The plans for these clusters, in this order; ids that the registry does not have are left out."""
        with complaining(self._path), self._db.atomic():  # one state for all questions
            clusters = {c.cluster_id: c for c in self.clusters(cluster_ids)}
            contents, shown = self.known_contents(cluster_ids), self.renderings(cluster_ids)
            readings, robots = self.last_readings(cluster_ids), self.robots(cluster_ids)
        return [
            Plan(
                cluster=clusters[i],
                last=readings.get(i),
                robots=robots.get(i, ()),
                renderings=shown.get(i, ()),
                known=contents.get(i, ()),
            )
            for i in dict.fromkeys(cluster_ids)
            if i in clusters
        ]

    def add_visit(  # all that goes with a visit, in one transaction
        self,
        run_id: int,
        visit: Visit,
        verdict: Verdict,
        records: Sequence[Record] = (),
        past: Past | None = None,
        *,
        last: LastReading | Stands | None = None,
        robots: Sequence[RobotsCopy] = (),
    ) -> bool:
        """Store a visit with the verdict it led to and the records of its pages, and tick its task off.

        `past` is what the visits before it amount to, if it was asked for in the same transaction; `last` the full
        reading that the next visit may confirm, None for none, `robots` what was read of robots.txt files.

        False when the run already has a visit to this cluster: then nothing changes. A visit delivered after its run
        was found void is kept as void, without the verdict.
        """
        with self.transaction():
            key: dict[str, Cell] = {"run": run_id, "cluster": visit.cluster_id}
            if self._one(queries.HAS_VISIT, **key):
                return False
            self._keep_past(visit, past)
            visit_id = self._insert("visits", rows.visit_row(run_id, visit))
            for position, fetch in enumerate(visit.fetches):
                self._insert("fetches", rows.fetch_row(visit_id, position, fetch))
            self._keep(visit_id, records)
            self._do(queries.TASK_DONE, key)
            if self._do(queries.VOID_LATE_VISIT, {"visit": visit_id}):
                return True
            self._put_last(visit.cluster_id, last)
            self._put_robots(visit, robots)
            self._put_renderings(visit)
            self._keep_texts(visit)
            self._put_verdict(verdict, run_id=run_id, visit_id=visit_id)
        return True

    def _keep_texts(self, visit: Visit) -> None:
        """Remember what the pages said, and when that last changed; see `pipelines.planning`."""
        digests = {p.url: p.text_digest for p in visit.pages if p.text_digest}
        if visit.outcome is not VisitOutcome.READ or not digests:
            return
        row = self._one("SELECT * FROM texts WHERE cluster_id = :cluster", cluster=visit.cluster_id)
        document = json.dumps(digests)
        if row is not None and row["digests"] == document:
            return
        before: dict[str, str] = json.loads(rows.text(row, "digests")) if row else {}
        same = row is not None and all(before.get(url, digest) == digest for url, digest in digests.items())
        changed = rows.text(row, "changed_at") if row is not None and same else rows.instant_text(visit.started_at)
        values = {"cluster": visit.cluster_id, "digests": document, "changed": changed}
        self._do("INSERT OR REPLACE INTO texts VALUES (:cluster, :digests, :changed)", values)

    def visits(
        self, cluster_id: str, *, until: datetime | None = None, limit: int | None = None, include_void: bool = False
    ) -> list[Visit]:
        """The visits to a cluster, oldest first: up to an instant (included), the newest few, without void nights."""
        found = self._all(
            queries.VISITS,
            cluster=cluster_id,
            until=rows.instant_text(until) if until else queries.FOREVER,
            void=int(include_void),
            limit=-1 if limit is None else limit,
        )
        return rows.visits(reversed(found))

    # --- verdicts ---

    def latest_verdicts(self, as_of: datetime | None = None) -> dict[str, Verdict]:
        """The newest verdict over each cluster of the registry that has one, now or as of an instant (included)."""
        found = self._all(queries.LATEST_VERDICTS, until=rows.instant_text(as_of) if as_of else queries.FOREVER)
        return {v.cluster_id: v for v in map(rows.verdict, found)}

    def current_flags(self) -> dict[str, Flag]:
        """The flag of each cluster of the registry that has one."""
        return {rows.text(row, "cluster_id"): Flag(rows.text(row, "flag")) for row in self._each(queries.CURRENT_FLAGS)}

    def verdict_history(self, cluster_id: str) -> list[Verdict]:
        """All verdicts over a cluster, oldest first."""
        return [rows.verdict(row) for row in self._all(queries.VERDICT_HISTORY, cluster=cluster_id)]

    def replace_verdicts(self, verdicts: Iterable[Verdict]) -> None:
        """Put verdicts in the place of those over the same cluster as of the same instant; earlier ones stay.

        One that is there already, word for word, is left alone.
        """
        with self.transaction():
            for verdict in verdicts:
                same = {"cluster": verdict.cluster_id, "at": rows.instant_text(verdict.decided_at)}
                made = self._all(queries.VERDICTS_AT, **same)
                if len(made) == 1 and rows.is_packed(rows.blob(made[0]), verdict):
                    continue
                visit_id, run_id = (made[0]["visit_id"], made[0]["run_id"]) if made else (None, None)
                self._do(queries.DROP_VERDICTS, same)
                self._put_verdict(verdict, run_id=run_id, visit_id=visit_id)

    def _put_verdict(self, verdict: Verdict, *, run_id: Cell, visit_id: Cell) -> None:
        """Add a verdict. One that rests on no visit stands only until there is another."""
        self._do(queries.DROP_VISITLESS_VERDICTS, {"cluster": verdict.cluster_id})
        self._insert("verdicts", rows.verdict_row(verdict, run_id=run_id, visit_id=visit_id))

    # --- settings, sizes ---

    def setting(self, name: str) -> str | None:
        """A setting that lives with the database, None when it was never set."""
        row = self._one(queries.SETTING, name=name)
        return rows.text(row, "value") if row else None

    def set_setting(self, name: str, value: str) -> None:
        """Set a setting that lives with the database."""
        with self.transaction():
            self._do(queries.SET_SETTING, {"name": name, "value": value})

    def faults(self) -> list[str]:
        """What is damaged in the file, after a look at every page. Raises StoreError when it cannot even be looked at."""
        found = [str(row["quick_check"]) for row in self._all("PRAGMA quick_check(5)")]
        return [] if found == ["ok"] else found

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return {table: rows.whole(row, "n") for table in queries.TABLES for row in self._all(queries.count(table))}


def _outcomes(found: Iterable[Mapping[str, Cell]]) -> dict[str, VisitOutcome]:
    return {rows.text(row, "cluster_id"): rows.outcome(row) for row in found}
