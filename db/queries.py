"""The questions and changes in SQL, named after what they do. Each of the frequent ones finds its rows by an index.

Named parameters only. `:ids` is a JSON array of cluster ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from db.rows import CLUSTER_COLUMNS

FOREVER = "9999"  # after every instant, as texts are compared
TABLES = (
    "clusters", "runs", "tasks", "visits", "fetches", "last_readings", "robots_files", "renderings", "verdicts",
    "settings",
    "texts", "pasts", "timetable", "job_runs", "schedule_events", "scheduler",
    "people", "sessions", "sign_in_links", "failed_logins", "answers", "audit", "rescans", "rescan_steps",
    "current_verdicts", "contents", "kept_pages", "pictures", "removed_pages", "removed_pictures", "leaving_files",
    "letters", "assessments",
    "registry_changes", "candidates", "searches", "search_walks",
    "tokens", "identities", "saved_filters", "bulks", "worksheets", "recipients", "messages", "news",
)  # fmt: skip


def insert(table: str, columns: Iterable[str]) -> str:
    """The statement that adds one row with these columns."""
    return _insert(table, tuple(columns))


@cache  # every night asks for the same few, row by row
def _insert(table: str, names: tuple[str, ...]) -> str:
    values = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"  # noqa: S608  # names of ours only


def count(table: str) -> str:
    """The question how many rows a table has."""
    return f"SELECT count(*) AS n FROM {table}"  # noqa: S608  # names of ours only


# --- registry ---

CLUSTERS = "SELECT * FROM clusters WHERE retired_at IS NULL OR :retired ORDER BY cluster_id"
CLUSTER_IDS = "SELECT cluster_id FROM clusters WHERE retired_at IS NULL ORDER BY cluster_id"
CLUSTERS_OF = """
SELECT * FROM clusters WHERE cluster_id IN (SELECT value FROM json_each(:ids)) AND (retired_at IS NULL OR :retired)
ORDER BY cluster_id"""
_REGISTRY = [name for name in (*CLUSTER_COLUMNS, "retired_at", "merged_into", "changed_at") if name != "cluster_id"]
PUT_CLUSTER = f"""
INSERT INTO clusters (cluster_id, {", ".join(_REGISTRY)}, added_at)
VALUES (:cluster_id, {", ".join(f":{name}" for name in _REGISTRY)}, :changed_at)
ON CONFLICT (cluster_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _REGISTRY)}
"""  # noqa: S608  # names of ours only
ENTRIES = "SELECT * FROM clusters"
ENTRIES_OF = "SELECT * FROM clusters WHERE cluster_id IN (SELECT value FROM json_each(:ids))"
CHANGES_OF = "SELECT * FROM registry_changes WHERE cluster_id = :cluster ORDER BY id DESC LIMIT :limit"
# Of each row the change that was the last by then, the one that came after it, and the first visit.
AS_IT_STOOD = """
SELECT c.*,
    (SELECT r.after FROM registry_changes r WHERE r.cluster_id = c.cluster_id AND r.at <= :until
        ORDER BY r.id DESC LIMIT 1) AS stood,
    (SELECT coalesce(r.before, r.after) FROM registry_changes r WHERE r.cluster_id = c.cluster_id AND r.at > :until
        ORDER BY r.id LIMIT 1) AS came_from,
    (SELECT r.before IS NULL FROM registry_changes r WHERE r.cluster_id = c.cluster_id AND r.at > :until
        ORDER BY r.id LIMIT 1) AS came_new,
    (SELECT min(v.started_at) FROM visits v WHERE v.cluster_id = c.cluster_id) AS visited_from
FROM clusters c ORDER BY c.cluster_id"""
CHANGES = "SELECT * FROM registry_changes ORDER BY id DESC LIMIT :limit"
CHANGE = "SELECT * FROM registry_changes WHERE id = :change"

# --- ledger ---

UNFINISHED_RUNS = "SELECT * FROM runs WHERE kind = :kind AND state = 'running' ORDER BY id DESC"
RUN = "SELECT * FROM runs WHERE id = :run"
RUNS = "SELECT * FROM runs ORDER BY id DESC LIMIT :limit"
LEASED_UNTIL = "SELECT max(lease_until) AS until FROM tasks WHERE run_id = :run AND state = 'running'"
# The newest run of a kind, if it was broken off and something of it waits still. What somebody asked to end stays so.
BROKEN_OFF = """
SELECT * FROM runs r WHERE id = (SELECT max(id) FROM runs WHERE kind = :kind) AND state = 'failed' AND wish = ''
AND EXISTS (SELECT 1 FROM tasks WHERE run_id = r.id AND state = 'queued')"""
TAKE_RUN = """
UPDATE runs SET pid = :pid, host = :host, taken_at = :at, state = 'running', ended_at = NULL, counts = '{}', note = ''
WHERE id = :run"""
HOLD_RUN = "UPDATE runs SET taken_at = :at WHERE id = :run AND pid = :pid AND host = :host"
REQUEUE = "UPDATE tasks SET state = 'queued', lease_until = NULL WHERE run_id = :run AND state = 'running'"
TASKS = "SELECT cluster_id FROM tasks WHERE run_id = :run ORDER BY position"
TASK_STATES = "SELECT state, count(*) AS n FROM tasks WHERE run_id = :run GROUP BY state"
WAITING = "SELECT cluster_id FROM tasks WHERE run_id = :run AND state IN ('queued', 'running') ORDER BY position"
CLAIM = """
UPDATE tasks SET state = 'running', attempts = attempts + 1, lease_until = :lease
WHERE run_id = :run AND cluster_id = :cluster AND state IN ('queued', 'running')"""
FAIL_TASK = """
UPDATE tasks SET state = 'failed', reason = :reason, lease_until = NULL
WHERE run_id = :run AND cluster_id = :cluster AND state IN ('queued', 'running')"""
TASK_DONE = """
UPDATE tasks SET state = 'done', reason = '', lease_until = NULL WHERE run_id = :run AND cluster_id = :cluster"""
SKIP_TASKS = """
UPDATE tasks SET state = 'skipped', reason = :reason, lease_until = NULL
WHERE run_id = :run AND state IN ('queued', 'running')"""
LEAVE_OUT = """
UPDATE tasks SET state = 'skipped', reason = :reason
WHERE run_id = :run AND cluster_id = :cluster AND state = 'queued' AND attempts = 0"""
WISH = "UPDATE runs SET wish = :wish, wished_by = :by WHERE id = :run"
END_RUN = "UPDATE runs SET state = :state, ended_at = :at, counts = :counts, note = :note WHERE id = :run"
OUTCOMES = "SELECT cluster_id, outcome FROM visits WHERE run_id = :run"
OUTCOME_COUNTS = "SELECT outcome, count(*) AS n FROM visits WHERE run_id = :run GROUP BY outcome"
LAST_OUTCOMES = """
SELECT t.cluster_id, v.outcome FROM tasks t JOIN visits v ON v.id = (
    SELECT id FROM visits WHERE cluster_id = t.cluster_id AND run_id <> :run AND NOT void
    ORDER BY started_at DESC, id DESC LIMIT 1)
WHERE t.run_id = :run"""
VOID_VISITS = (
    """DELETE FROM last_readings WHERE cluster_id IN (SELECT cluster_id FROM visits WHERE run_id = :run)""",
    """DELETE FROM robots_files WHERE cluster_id IN (SELECT cluster_id FROM visits WHERE run_id = :run)""",
    "DELETE FROM verdicts WHERE run_id = :run",
    """DELETE FROM pasts WHERE cluster_id IN (
        SELECT v.cluster_id FROM visits v JOIN pasts p USING (cluster_id) WHERE v.run_id = :run AND v.started_at <= p.until)""",
    "UPDATE visits SET void = 1 WHERE run_id = :run",
)

# --- visits ---

HAS_VISIT = "SELECT id FROM visits WHERE run_id = :run AND cluster_id = :cluster"
VOID_LATE_VISIT = """
UPDATE visits SET void = 1 WHERE id = :visit AND (SELECT state FROM runs WHERE id = run_id) = 'void'"""
VISITED = """
SELECT c.cluster_id, t.changed_at, (
    SELECT max(started_at) FROM visits WHERE cluster_id = c.cluster_id AND NOT void) AS visited_at
FROM clusters c LEFT JOIN texts t USING (cluster_id) WHERE c.retired_at IS NULL ORDER BY c.cluster_id"""
LAST_VISITS = """
SELECT c.cluster_id, (
    SELECT started_at FROM visits WHERE cluster_id = c.cluster_id AND started_at <= :until AND NOT void
    ORDER BY started_at DESC, id DESC LIMIT 1) AS visited_at
FROM clusters c"""
VISITS = """
SELECT document FROM visits WHERE cluster_id = :cluster AND started_at <= :until AND (NOT void OR :void)
ORDER BY started_at DESC, id DESC LIMIT :limit"""
VISITS_AFTER = """
SELECT id, document FROM visits
WHERE cluster_id = :cluster AND (started_at, id) > (:since, :visit) AND started_at <= :until AND NOT void
ORDER BY started_at, id"""
LAST_READ = """
SELECT id, document FROM visits WHERE cluster_id = :cluster AND outcome = 'read' AND NOT void AND started_at <= :until
ORDER BY started_at DESC, id DESC LIMIT :limit"""
FIRST_VISIT = """
SELECT min((SELECT min(v.started_at) FROM visits v WHERE v.cluster_id = c.cluster_id AND NOT v.void)) AS at
FROM clusters c"""
PAST = "SELECT * FROM pasts WHERE cluster_id = :cluster AND form = :form AND until <= :until"
DROP_LATER_PAST = "DELETE FROM pasts WHERE cluster_id = :cluster AND until > :at"
PUT_PAST = """
INSERT OR REPLACE INTO pasts (cluster_id, visit_id, until, form, document)
SELECT cluster_id, id, started_at, :form, :document FROM visits
WHERE cluster_id = :cluster AND started_at = :until AND NOT void ORDER BY id DESC LIMIT 1"""
VISIT_AT = """
SELECT document FROM visits WHERE cluster_id = :cluster AND started_at = :at AND NOT void ORDER BY id DESC LIMIT 1"""
HAS_VISIT_AT = "SELECT id FROM visits WHERE cluster_id = :cluster AND started_at = :at AND NOT void LIMIT 1"

# --- verdicts ---

LATEST_VERDICTS = """
SELECT v.document FROM clusters c JOIN verdicts v ON v.id = (
    SELECT id FROM verdicts WHERE cluster_id = c.cluster_id AND decided_at <= :until
    ORDER BY decided_at DESC, id DESC LIMIT 1)
WHERE c.retired_at IS NULL"""
VERDICT_HISTORY = "SELECT document FROM verdicts WHERE cluster_id = :cluster ORDER BY decided_at, id"
VERDICTS_AT = """
SELECT visit_id, run_id, document FROM verdicts WHERE cluster_id = :cluster AND decided_at = :at
ORDER BY visit_id IS NULL, id DESC"""
DROP_VERDICTS = "DELETE FROM verdicts WHERE cluster_id = :cluster AND decided_at = :at"
DROP_VISITLESS_VERDICTS = "DELETE FROM verdicts WHERE cluster_id = :cluster AND visit_id IS NULL"

CURRENT_FLAGS = """
SELECT c.cluster_id, v.flag FROM clusters c JOIN current_verdicts cv USING (cluster_id) JOIN verdicts v ON v.id = cv.verdict_id
WHERE c.retired_at IS NULL"""

# --- settings ---

SETTING = "SELECT value FROM settings WHERE name = :name"
SET_SETTING = """
INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
