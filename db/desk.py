"""What the staff's pages ask and store: answers with their audit, and the mapping. One transaction a method."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from crawler.answers import Answer, Decision, QuestionKind
from crawler.errors import ClusterwatchError, StoreError
from crawler.model import Cluster, Flag, Verdict
from db import listing, queries, rows
from db.assessments import Assessments
from db.candidates import Candidates
from db.history import ChangeKind
from db.letters import Letters
from db.listing import Line, Wanted
from db.news import Newsroom
from db.rows import Cell, Row, Run
from db.timetable import Timetable


class Overtaken(ClusterwatchError):
    """Somebody else has answered since the page was shown. Raised by `Desk`; the pages show who, and store nothing."""

    def __init__(self, first: Answer) -> None:
        super().__init__(f"{first.by} answered first")
        self.first = first


class NotToUndo(ClusterwatchError):
    """There is no such answer, or it was taken back already. Raised by `Desk.undo`; caught by the pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One cluster whose flag changed."""

    cluster_id: str
    name_en: str
    name_ja: str
    home_language: str
    before: Flag
    now: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """One cluster that a run could not read."""

    cluster_id: str
    name_en: str
    name_ja: str
    what: str  # the outcome of its visit; `given_up` or `skipped` for a cluster without one
    why: str  # the outcome of the home page, or a reason in words; "" for none
    at: datetime | None  # of the visit, None without one


Counts = dict[str, dict[str, int]]  # flag, activity and english, each word to how many clusters


class Desk(Letters, Assessments, Candidates, Timetable, Newsroom):
    """The store as the staff's pages use it."""

    # --- answers ---

    def answers(self, cluster_ids: Sequence[str]) -> dict[str, list[Answer]]:
        """All answers about these clusters, oldest first; clusters without any are left out."""
        sql = "SELECT * FROM answers WHERE cluster_id IN (SELECT value FROM json_each(:ids)) ORDER BY cluster_id, id"
        return _by_cluster(self._all(sql, ids=json.dumps(list(cluster_ids))))

    def all_answers(self) -> dict[str, list[Answer]]:
        """All answers about clusters of the registry, oldest first."""
        sql = "SELECT a.* FROM answers a JOIN clusters c USING (cluster_id) WHERE c.retired_at IS NULL ORDER BY a.id"
        return _by_cluster(self._all(sql))

    def answers_by(self, name: str, *, since: datetime | None = None, limit: int = 200) -> list[Answer]:
        """What one person answered, newest first, without what they took back."""
        sql = """SELECT * FROM answers WHERE by = :name AND at >= :since AND decision <> 'undone'
        AND id NOT IN (SELECT undoes FROM answers WHERE undoes IS NOT NULL) ORDER BY id DESC LIMIT :limit"""
        at = rows.instant_text(since) if since else ""
        return [answer_of_row(row) for row in self._all(sql, name=name, since=at, limit=limit)]

    def answer_by_id(self, answer_id: int) -> Answer | None:
        """One answer, None when there is no such one."""
        row = self._one("SELECT * FROM answers WHERE id = :id", id=answer_id)
        return answer_of_row(row) if row else None

    def answer(self, answer: Answer, *, seen: int) -> Answer:
        """Store an answer with its audit; gives it with its id.

        `seen` is the newest answer about the cluster that was on the screen, 0 for none. Raises Overtaken when there
        is a newer one, and StoreError when the registry has no such cluster. A right or new address replaces the
        registry's in the same transaction.
        """
        with self.transaction():
            (cluster,) = self.clusters([answer.cluster_id]) or (None,)
            if cluster is None:
                raise StoreError(f"there is no cluster {answer.cluster_id!r} in the registry.")
            newest = self._newest(answer.cluster_id)
            if newest is not None and newest.answer_id != seen:
                raise Overtaken(newest)
            if answer.address and answer.decision in {Decision.MOVED, Decision.WRONG_ADDRESS}:
                answer = replace(answer, replaced=cluster.website)
                self._set_website(cluster.cluster_id, answer.address, by=answer.by)
            return self._put(answer)

    def _newest(self, cluster_id: str) -> Answer | None:
        sql = "SELECT * FROM answers WHERE cluster_id = :cluster ORDER BY id DESC LIMIT 1"
        row = self._one(sql, cluster=cluster_id)
        return answer_of_row(row) if row else None

    def _set_website(self, cluster_id: str, website: str, *, by: str) -> None:
        entry = self.entries([cluster_id])[cluster_id]
        record = replace(entry.record, cluster=replace(entry.cluster, website=website))
        self._put_record(ChangeKind.ANSWERED, record, entry, by=by)

    def _put(self, answer: Answer, bulk: int = 0) -> Answer:
        """One answer with its row of the audit, which names the bulk that it is part of; the transaction is around."""
        stored = replace(answer, answer_id=self._insert("answers", _answer_row(answer)))
        told = {"answer": stored.answer_id, "question": stored.question, "note": stored.note, "until": stored.until}
        also = {
            "address": stored.address,
            "replaced": stored.replaced,
            "undoes": stored.undoes or None,
            "bulk": bulk or None,
        }
        kept = {name: value for name, value in {**told, **also}.items() if value}
        self._audit(stored.by, f"answer:{stored.decision}", stored.cluster_id, **kept)
        return stored

    def undo(self, answer_id: int, *, by: str, any_of: bool = False) -> Answer:
        """Take an answer back; gives the one taken back. Only one's own, unless `any_of` says otherwise.

        An address that it put into the registry gives way to the one before, if it still stands there. Raises
        NotToUndo.
        """
        with self.transaction():
            row = self._one("SELECT * FROM answers WHERE id = :id", id=answer_id)
            undone = self._one("SELECT id FROM answers WHERE undoes = :id", id=answer_id)
            first = answer_of_row(row) if row else None
            if first is None or undone or first.decision is Decision.UNDONE or not (any_of or first.by == by):
                raise NotToUndo("this answer was taken back already, or is not yours to take back")
            (cluster,) = self.clusters([first.cluster_id], retired=True)
            if first.address and cluster.website == first.address:
                self._set_website(first.cluster_id, first.replaced, by=by)
            self._put(taken_back(first, by=by, at=self._clock()))
            return first

    def candidates(self) -> list[tuple[Cluster, Verdict]]:
        """The clusters with their newest verdicts about which a question can be open; the rules decide which are."""
        sql = """SELECT c.*, v.document FROM current_verdicts cv JOIN verdicts v ON v.id = cv.verdict_id
        JOIN clusters c ON c.cluster_id = cv.cluster_id WHERE c.retired_at IS NULL AND (
            v.activity = 'likely_ceased' OR v.asks <> '' OR EXISTS (
                SELECT 1 FROM answers a WHERE a.cluster_id = c.cluster_id AND a.decision IN ('ceased', 'static')))"""
        return [(rows.cluster(row), rows.verdict(row)) for row in self._all(sql)]

    def asked_in(self, run_id: int) -> list[tuple[Cluster, Verdict | None, Verdict]]:
        """The clusters about which a run may have opened a question, each with its verdict before and that of the run."""
        sql = """SELECT c.*, v.document, (SELECT b.id FROM verdicts b
            WHERE b.cluster_id = v.cluster_id AND (b.decided_at, b.id) < (v.decided_at, v.id)
            ORDER BY b.decided_at DESC, b.id DESC LIMIT 1) AS before
        FROM verdicts v JOIN clusters c ON c.cluster_id = v.cluster_id WHERE v.run_id = :run AND (
            v.activity = 'likely_ceased' OR v.asks <> '' OR EXISTS (
                SELECT 1 FROM answers a WHERE a.cluster_id = c.cluster_id AND a.decision IN ('ceased', 'static')))
        ORDER BY c.cluster_id"""
        return [
            (rows.cluster(row), self.verdict_by_id(row["before"]), rows.verdict(row))
            for row in self._all(sql, run=run_id)
        ]

    def verdict_by_id(self, verdict_id: Cell) -> Verdict | None:
        """One verdict, None when there is no such one."""
        row = self._one("SELECT document FROM verdicts WHERE id = :id", id=verdict_id)
        return rows.verdict(row) if row else None

    # --- what was kept ---

    def visit_of_kept(self, kept_id: int) -> tuple[str, datetime] | None:
        """The cluster and the start of the visit on which a page was kept, None when there is no such page."""
        sql = """SELECT v.cluster_id, v.started_at FROM kept_pages k JOIN visits v ON v.id = k.visit_id
        WHERE k.id = :id"""
        row = self._one(sql, id=kept_id)
        return (rows.text(row, "cluster_id"), rows.instant(rows.text(row, "started_at"))) if row else None

    def visits_kept(self, cluster_id: str) -> set[datetime]:
        """The starts of the visits of which pages were kept."""
        sql = """SELECT started_at FROM visits v WHERE cluster_id = :cluster AND NOT void
        AND EXISTS (SELECT 1 FROM kept_pages k WHERE k.visit_id = v.id)"""
        return {rows.instant(rows.text(row, "started_at")) for row in self._all(sql, cluster=cluster_id)}

    # --- the mapping ---

    def page(self, wanted: Wanted) -> list[Line]:
        """One page of the mapping."""
        sql, values = listing.page(wanted)
        return [listing.line(row) for row in self._all(sql, **values)]

    def total(self, wanted: Wanted) -> int:
        """How many clusters fit."""
        sql, values = listing.total(wanted)
        return rows.whole(self._all(sql, **values)[0], "n")

    def ids(self, wanted: Wanted) -> list[str]:
        """The ids of all clusters that fit."""
        sql, values = listing.ids(wanted)
        return [rows.text(row, "cluster_id") for row in self._all(sql, **values)]

    def choices(self, name: str) -> list[str]:
        """The values that a column of the registry has."""
        return [rows.text(row, "value") for row in self._all(listing.choices(name))]

    def tallies(self, until: datetime | None = None) -> Counts:
        """How many clusters have which flag, activity and English tier, now or as of an instant."""
        found = (
            self._all(listing.COUNTS)
            if until is None
            else self._all(listing.COUNTS_AS_OF, until=rows.instant_text(until))
        )
        counts: Counts = {"flag": {}, "activity": {}, "english": {}}
        for row in found:
            for name, words in counts.items():
                word = rows.text(row, name)
                words[word] = words.get(word, 0) + rows.whole(row, "n")
        return counts

    def changes(self, since: datetime, limit: int = 50) -> list[Change]:
        """The clusters whose flag is another than at an instant, likely ceased ones first."""
        found = self._all(listing.CHANGES, since=rows.instant_text(since), limit=limit)
        texts = ("cluster_id", "name_en", "name_ja", "home_language")
        return [
            Change(
                **{name: rows.text(row, name) for name in texts},
                before=Flag(rows.text(row, "before")),
                now=Flag(rows.text(row, "flag")),
            )
            for row in found
        ]

    def last_visits(self, until: datetime) -> dict[str, datetime]:
        """When each cluster, retired ones too, was last visited by an instant (included), void nights left out."""
        found = self._all(queries.LAST_VISITS, until=rows.instant_text(until))
        return {
            rows.text(row, "cluster_id"): rows.instant(rows.text(row, "visited_at"))
            for row in found
            if row["visited_at"]
        }

    def last_nights(self) -> list[Run]:
        """The last two nightly runs that counted, newest first."""
        sql = "SELECT * FROM runs WHERE kind = 'nightly' AND state = 'done' ORDER BY id DESC LIMIT 2"
        return [rows.run(row) for row in self._all(sql)]

    def troubles(self, run_id: int) -> dict[str, dict[str, int]]:
        """Why clusters of a run were not read: how their visits failed, and why tasks were given up or skipped."""
        visits = """SELECT outcome AS what, coalesce(failure, '') AS why, count(*) AS n FROM visits
        WHERE run_id = :run AND outcome <> 'read' GROUP BY 1, 2 ORDER BY n DESC"""
        tasks = """SELECT iif(state = 'failed', 'given_up', state) AS what, reason AS why, count(*) AS n FROM tasks
        WHERE run_id = :run AND state IN ('failed', 'skipped') GROUP BY 1, 2 ORDER BY n DESC"""
        found: dict[str, dict[str, int]] = {}
        for row in (*self._all(visits, run=run_id), *self._all(tasks, run=run_id)):
            found.setdefault(rows.text(row, "what"), {})[rows.text(row, "why")] = rows.whole(row, "n")
        return found

    def unread(self, run_id: int, *, limit: int) -> list[Unread]:
        """The clusters that `troubles` counts, by what came of them and why."""
        sql = """SELECT c.cluster_id, c.name_en, c.name_ja, coalesce(v.outcome, iif(t.state = 'failed', 'given_up', t.state)) AS what,
            coalesce(v.failure, CASE WHEN v.id IS NULL THEN t.reason ELSE '' END) AS why, v.started_at
        FROM tasks t JOIN clusters c USING (cluster_id)
        LEFT JOIN visits v ON v.run_id = t.run_id AND v.cluster_id = t.cluster_id
        WHERE t.run_id = :run AND (v.outcome <> 'read' OR v.id IS NULL AND t.state IN ('failed', 'skipped'))
        ORDER BY what, why, c.name_en, c.cluster_id LIMIT :limit"""
        texts = ("cluster_id", "name_en", "name_ja", "what", "why")
        return [
            Unread(
                **{name: rows.text(row, name) for name in texts},
                at=rows.optional(row, "started_at", rows.instant),
            )
            for row in self._all(sql, run=run_id, limit=limit)
        ]


def taken_back(first: Answer, *, by: str, at: datetime) -> Answer:
    """The answer that takes another one back."""
    blank = replace(first, decision=Decision.UNDONE, by=by, at=at, undoes=first.answer_id)
    return replace(blank, note="", address="", replaced="", reason_code="", until=None, assignee="")


def _by_cluster(found: Iterable[Row]) -> dict[str, list[Answer]]:
    answers: dict[str, list[Answer]] = {}
    for row in found:
        answers.setdefault(rows.text(row, "cluster_id"), []).append(answer_of_row(row))
    return answers


def _answer_row(answer: Answer) -> Mapping[str, Cell]:
    same = ("cluster_id", "by", "reason_code", "note", "address", "replaced", "assignee")
    return {
        **{name: getattr(answer, name) for name in same},
        "question": str(answer.question),
        "decision": str(answer.decision),
        "at": rows.instant_text(answer.at),
        "verdict_at": rows.instant_text(answer.verdict_at),
        "grounds": json.dumps(answer.grounds, ensure_ascii=False),
        "until": answer.until.isoformat() if answer.until else None,
        "undoes": answer.undoes or None,
    }


def answer_of_row(row: Row) -> Answer:
    """The answer of a row."""
    undoes = row["undoes"]
    same = ("cluster_id", "by", "reason_code", "note", "address", "replaced", "assignee")
    return Answer(
        **{name: rows.text(row, name) for name in same},
        question=QuestionKind(rows.text(row, "question")),
        decision=Decision(rows.text(row, "decision")),
        at=rows.instant(rows.text(row, "at")),
        verdict_at=rows.instant(rows.text(row, "verdict_at")),
        grounds=tuple(json.loads(rows.text(row, "grounds"))),
        until=rows.optional(row, "until", date.fromisoformat),
        undoes=undoes if isinstance(undoes, int) else 0,
        answer_id=rows.whole(row, "id"),
    )
