"""The people of the year: what they answer, note, take back and correct, and what must therefore be in the database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from benchmarks.year.script import Deed, DeedKind
from benchmarks.year.websites import Condition, Website
from crawler.answers import Answer, Decision, QuestionKind
from crawler.policy import Policy
from db.desk import Desk, taken_back
from pipelines.answering import Given, answer_of
from pipelines.questions import open_questions

_PERSON = "kato"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person wrote into the registry."""

    at: datetime
    cluster_id: str
    notes: str


@dataclass
class People:
    """Does deeds, and keeps in mind whatever was confirmed."""

    database: Path
    policy: Policy
    websites: dict[str, Website]
    new_addresses: dict[str, str]  # of made-up websites that move, by cluster
    answers: list[Answer] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    def do(self, deed: Deed, now: datetime) -> None:
        """Do it, as at this instant. What answers a question does nothing while there is none."""
        with Desk.open(self.database, clock=lambda: now) as desk:
            if deed.kind is DeedKind.CORRECT:
                self._correct(desk, deed, now)
            elif deed.kind is DeedKind.ANSWER:
                self._answer_question(desk, deed.cluster_id, now)
            else:
                self._remark(desk, deed, now)

    def forget_after(self, instant: datetime) -> None:
        """What was said after this instant is lost, because an older copy was put in place on purpose."""
        self.answers = [a for a in self.answers if a.at <= instant]
        self.corrections = [c for c in self.corrections if c.at <= instant]

    def closed(self) -> set[tuple[str, QuestionKind]]:
        """The questions that somebody answered, and did not take the answer back."""
        undone = {a.undoes for a in self.answers}
        return {
            (a.cluster_id, a.question)
            for a in self.answers
            if a.decision in {Decision.CEASED, Decision.ALIVE, Decision.MOVED} and a.answer_id not in undone
        }

    def decided_between(self, begin: datetime, end: datetime) -> set[str]:
        """The clusters about which somebody decided something that stands."""
        closed = self.closed()
        return {a.cluster_id for a in self.answers if begin <= a.at < end and (a.cluster_id, a.question) in closed}

    def moved(self) -> set[str]:
        """The clusters whose new address is in the registry."""
        return {a.cluster_id for a in self.answers if a.decision is Decision.MOVED}

    def _answer_question(self, desk: Desk, cluster_id: str, now: datetime) -> None:
        found = open_questions(desk, now.date(), self.policy)
        about = next((q for q in found if q.cluster.cluster_id == cluster_id), None)
        if about is None:
            return
        given = Given(question=about.question.kind, decision=Decision.CEASED, note="電話で確認しました")
        if about.question.kind is QuestionKind.MOVED:
            given = replace(given, decision=Decision.MOVED, address=self.new_addresses[cluster_id])
        elif self.websites[cluster_id].number % 2 == 0 and self.websites[cluster_id].number:
            given = replace(given, decision=Decision.ALIVE)
        answer = answer_of(given, about.verdict, by=_PERSON, at=now)
        self.answers.append(desk.answer(answer, seen=about.stands.last_id))

    def _remark(self, desk: Desk, deed: Deed, now: datetime) -> None:
        """A note about a cluster; or an answer that is taken back at once."""
        verdict = desk.latest_verdicts().get(deed.cluster_id)
        if verdict is None:
            return
        before = desk.answers([deed.cluster_id]).get(deed.cluster_id, [])
        undone = deed.kind is DeedKind.ANSWER_AND_UNDO
        given = Given(
            question=QuestionKind.CEASED,
            decision=Decision.STATIC if undone else Decision.NOTED,
            note=f"第{deed.night}夜の覚え書き",
        )
        answer = answer_of(given, verdict, by=_PERSON, at=now)
        stored = desk.answer(answer, seen=before[-1].answer_id if before else 0)
        self.answers.append(stored)
        if undone:
            desk.undo(stored.answer_id, by=_PERSON)
            self.answers.append(replace(taken_back(stored, by=_PERSON, at=now), answer_id=stored.answer_id + 1))

    def _correct(self, desk: Desk, deed: Deed, now: datetime) -> None:
        entry = desk.entry(deed.cluster_id)
        assert entry is not None, "no script retires a cluster"
        notes = f"corrected on night {deed.night}, request {deed.at_request}"
        if desk.correct_cluster(replace(entry.cluster, notes=notes), seen=entry.record.digest, by=_PERSON):
            self.corrections.append(Correction(now, deed.cluster_id, notes))


def condition_seen(cluster_id: str, condition: Condition, moved: set[str]) -> Condition:
    """How a crawl finds a website when the registry has its new address."""
    return Condition.FINE if cluster_id in moved and condition is Condition.MOVED else condition
