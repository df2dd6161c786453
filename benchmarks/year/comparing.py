"""After each night: what the database, the network's log and the mailbox hold, beside what the script says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from benchmarks.year import checks
from benchmarks.year.checks import Broken
from benchmarks.year.expected import SAMPLES, Look, Standing, news, questions, standing
from benchmarks.year.messages import (
    ENDED_EARLY,
    FAILED,
    NOT_RUN,
    RUNS_AGAIN,
    VOID,
    Post,
    differences,
    expected,
    read,
)
from benchmarks.year.network import YearNetwork
from benchmarks.year.people import People, condition_seen
from benchmarks.year.script import LATE, LOST_NIGHT, Hazard, Script
from benchmarks.year.settings import DatabaseFiles
from benchmarks.year.websites import Condition
from crawler.answers import QuestionKind
from crawler.policy import Policy
from db.desk import Desk
from pipelines.questions import open_questions

_REASONS = {  # on a night without visits, or without some: the state of its runs, and a word of the reason
    Hazard.OUTAGE: (["failed", "failed"], "our own network"),
    Hazard.SLEEP_LONG: (["missed"], "nobody was there"),
    Hazard.DOWN_LONG: (["missed"], "nobody was there"),
    Hazard.DISK_FLOOR: (["stopped"], "limits.min_free_bytes"),
    Hazard.DISK_FULL: (["failed"], "the disk is full"),
}
# What is wrong with such a night, for those who are told, once while it lasts: a night that was void, or that the disk had
# no room for, is over with the next one.
_TROUBLES = {
    Hazard.OUTAGE: VOID,
    Hazard.SLEEP_LONG: NOT_RUN,
    Hazard.DOWN_LONG: NOT_RUN,
    Hazard.DISK_FLOOR: ENDED_EARLY,
    Hazard.DISK_FULL: FAILED,
}
_NOT_ASKED_FOR_ITS_HOME = {"robots-disallow"}


@dataclass(slots=True)
class Kills:
    """What the kills of one night allow to be asked again."""

    again: int = 0  # clusters that may have been under way
    stored: dict[str, int] = field(default_factory=dict)  # those that were not: no home page after this request


@dataclass
class Comparison:
    """Everything that was promised, night after night, and what was broken."""

    script: Script
    policy: Policy
    network: YearNetwork
    files: DatabaseFiles
    people: People
    hosts: Mapping[str, str]  # of every cluster that has a website
    names: Mapping[str, str]  # of every cluster, in any language, to its id
    post: Post
    broken: Broken = field(default_factory=Broken)
    looks: dict[str, list[Look]] = field(default_factory=dict)
    messages_expected: int = 0
    _told: Standing = frozenset()  # how things stood when staff were told last
    _trouble: str = ""  # what was wrong on the night before
    _week: tuple[int, int] = (0, 0)  # of the last weekly summary

    def reviews(self) -> None:
        """No review is lost, and the file is sound."""
        database = self.files.database
        self.broken.lost_reviews += checks.reviews(database, self.people.answers, self.people.corrections)
        self.broken.other += checks.sound(database)

    def night(self, night: int, kills: Kills) -> None:
        """Everything about one night that is over."""
        hazard = self.script.hazards.get(night)
        found = checks.visits_of(self.files.database, self.script.noon(night), self.script.noon(night + 1))
        # What the disk had no room for is visited the next night; the row of the night says so.
        due = found if hazard is Hazard.DISK_FULL else {*self.hosts, *SAMPLES} if hazard not in LOST_NIGHT else ()
        lost, doubled = checks.visits(night, found, due)
        seen = {c: k for c, k in self._seen(night).items() if c in due}
        also_lost, also_doubled = self._log_of(night, seen, kills)
        self.broken.lost_visits += lost + also_lost
        self.broken.doubled_visits += doubled + also_doubled
        for cluster_id, condition in seen.items():
            self.looks.setdefault(cluster_id, []).append(Look(self._day_of_crawl(night), condition))
        self._check_rows(night, hazard)
        self._check_questions(night)
        self._check_messages(night)

    def _day_of_crawl(self, night: int) -> date:
        late = self.script.hazards.get(night) in {Hazard.SLEEP, Hazard.DOWN}
        return (self.script.crawl_at(night) + (LATE if late else timedelta())).date()

    def _seen(self, night: int) -> dict[str, Condition]:
        """In what condition a crawl of this night finds every website."""
        moved = self.people.moved()
        made = {c: condition_seen(c, k, moved) for c, k in self.script.conditions(night).items()}
        return {**made, **{c: k for c, k in SAMPLES.items() if k is not Condition.NONE}}

    def _log_of(self, night: int, seen: Mapping[str, Condition], kills: Kills) -> tuple[list[str], list[str]]:
        """What the network was asked: the visits that it lacks, and those that it saw twice."""
        homes = checks.asked_for(self.network.asked, night)
        silent = {Condition.NO_NAME, Condition.REFUSED}
        # Of one whose address is replaced while the crawl is under way nobody knows which it was asked by.
        replaced = {a.cluster_id for a in self.people.answers if a.address and self._is_in(night, a.at)}
        answering = {c for c, k in seen.items() if k not in silent} - _NOT_ASKED_FOR_ITS_HOME - replaced
        new = {c: self.people.websites[c].new_host for c in self.people.moved()}
        lost, doubled = checks.visits_in_log(night, homes, {**self.hosts, **new}, answering, kills.again)
        for cluster_id, request in kills.stored.items():
            later = self.network.asked[request:]
            if any(a.host == self.hosts.get(cluster_id) and a.path == "/" for a in later):
                doubled.append(f"night {night}: {cluster_id} was stored before the kill, and asked again")
        return lost, doubled

    def _is_in(self, night: int, at: datetime) -> bool:
        return self.script.noon(night) <= at < self.script.noon(night + 1)

    def _check_rows(self, night: int, hazard: Hazard | None) -> None:
        """Every night has a run, or rows that say why not."""
        found = checks.job_runs_of(self.files.database, self.script.noon(night), self.script.noon(night + 1))
        states = [state for _, state, _ in found]
        if hazard is not None and hazard in _REASONS:
            wanted, word = _REASONS[hazard]
            right = states == wanted and all(word in reason for _, _, reason in found)
        else:
            right = states == (["failed", "done"] if hazard is Hazard.OUTAGE_ENDS else ["done"])
        if not right:
            self.broken.nights.append(f"night {night} ({hazard}): {found}")

    def _check_questions(self, night: int) -> None:
        """The open questions are those that the written rules ask, and no others."""
        closed, today = self.people.closed(), self.script.morning(night)
        asked: set[tuple[str, QuestionKind]] = {
            (c, kind) for c, looks in self.looks.items() for kind in questions(looks, self.policy, today)
        }
        with Desk.open(self.files.database) as desk:
            found = {(q.cluster.cluster_id, q.question.kind) for q in open_questions(desk, today, self.policy)}
        for cluster_id, kind in sorted(found ^ (asked - closed)):
            word = "is not asked" if (cluster_id, kind) in asked else "is asked"
            self.broken.questions.append(f"night {night}: {kind} {word} about {cluster_id}")

    def _check_messages(self, night: int) -> None:
        """What the staff was told this morning is what changed, and nothing else came."""
        today = self.script.morning(night)
        stands = standing(self.looks, self.people.closed(), self.policy, today)
        decided = self.people.decided_between(self.script.noon(night), self.script.noon(night + 1))
        year, week, _ = today.isocalendar()
        hazard = self.script.hazards.get(night)
        trouble = _TROUBLES.get(hazard, "") if hazard else ""
        same = trouble == self._trouble and trouble not in {VOID, FAILED}
        over = {RUNS_AGAIN} if self._trouble and not trouble else set()
        wanted = expected(
            news(self._told, stands, decided) | over,
            weekly=(year, week) != self._week,
            alarm="" if same else trouble,
        )
        self._told, self._week, self._trouble = stands, (year, week), trouble
        self.messages_expected += len(wanted)
        arrived = [read(mail, self.names) for mail in self.post.new()]
        self.broken.messages += differences(night, wanted, arrived)
