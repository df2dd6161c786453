"""The year as it is lived: nights of a real scheduler over the network, with what the script has happen in them."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.year import checks
from benchmarks.year.checks import Broken
from benchmarks.year.expected import SAMPLES, Look, questions
from benchmarks.year.network import Asked, YearNetwork
from benchmarks.year.people import People, condition_seen
from benchmarks.year.running import Killed, Scheduler, after_restart, second_is_refused
from benchmarks.year.script import LOST_NIGHT, Deed, DeedKind, Hazard, Script
from benchmarks.year.settings import CONCURRENT, DatabaseFiles
from benchmarks.year.websites import Condition
from crawler.answers import QuestionKind
from crawler.policy import Policy
from crawler.timetable import Job, JobName
from db.backup import backups, made_at
from db.desk import Desk
from pipelines.questions import open_questions

_ROOM = 12  # pages that the disk has left on the night on which it fills: less than one crawl needs
_LATE = timedelta(hours=10, minutes=7)  # a crawl that late is caught up
_TOO_LATE = timedelta(hours=20, minutes=31)  # one that late is not
_REASONS = {  # on a night without visits, or without some: the state of its runs, and a word of the reason
    Hazard.OUTAGE: (["failed", "failed"], "our own network"),
    Hazard.SLEEP_LONG: (["missed"], "nobody was there"),
    Hazard.DOWN_LONG: (["missed"], "nobody was there"),
    Hazard.DISK_FLOOR: (["stopped"], "limits.min_free_bytes"),
    Hazard.DISK_FULL: (["failed"], "the disk is full"),
}


@dataclass
class Year:
    """The world: files, network, scheduler, people, and what was found broken."""

    script: Script
    policy: Policy
    network: YearNetwork
    files: DatabaseFiles
    people: People
    hosts: dict[str, str]  # of every cluster that has a website
    broken: Broken = field(default_factory=Broken)
    looks: dict[str, list[Look]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)  # hazards and deeds that did happen
    scheduler: Scheduler | None = None
    _stored_at_kill: dict[str, int] = field(default_factory=dict)  # request after which these must not be asked again
    _again: int = 0  # clusters that may have been under way when a process was killed
    _triggers: list[tuple[int, Callable[[], None]]] = field(default_factory=list)
    _trigger_lock: threading.Lock = field(default_factory=threading.Lock)

    # --- the scheduler ---

    @property
    def now(self) -> datetime:
        """What the clock of the scheduler shows."""
        assert self.scheduler is not None
        return self.scheduler.now

    def start(self, now: datetime, *, floor: bool = False, room: int | None = None) -> None:
        """Start the scheduler."""
        config = self.files.config(floor=floor)
        self.scheduler = Scheduler(self.files.database, config, now, self.files.log, room=room)

    def stop(self) -> datetime:
        """Let the scheduler end; gives what its clock showed."""
        assert self.scheduler is not None
        self.scheduler.end()
        return self.scheduler.now

    def go(self, until: datetime, word: str = "until") -> None:
        """Let time pass; a scheduler that is killed meanwhile is started again a minute later."""
        assert self.scheduler is not None
        while self.now < until:
            try:
                self.scheduler.go(word, until)
            except Killed:
                self.scheduler.end()
                self.start(after_restart(self.now))
                self.check_reviews()

    # --- one night ---

    def live(self, night: int) -> None:
        """One night with everything that the script has happen in it, and what must be true after it."""
        hazard = self.script.hazards.get(night)
        self.network.begin_night(night, self.script.crawl_at(night), self.script.conditions(night))
        self._stored_at_kill, self._again = {}, 0
        self._set_timetable(night)
        self._triggers = sorted(self._plans(night, hazard), key=lambda t: t[0])
        self.network.on_request = self._on_request
        _NIGHTS.get(hazard, Year._ordinary)(self, night)
        self.go(self.script.noon(night + 1))
        self.network.on_request = lambda asked: None
        if hazard is not None:
            self.done[hazard] += 1
        for _, act in self._triggers:  # the crawl made fewer requests than that
            act()
        self._after(night, hazard)

    def _set_timetable(self, night: int) -> None:
        """A person lets another clock decide about the crawl, before and after a change of clocks."""
        before, now = night - 1 in self.script.brussels, night in self.script.brussels
        if before == now:
            return
        with Desk.open(self.files.database, clock=lambda: self.script.noon(night)) as desk:
            if now:
                line = Job(name=JobName.CRAWL, when="30 2 * * *", zone="Europe/Brussels")
                desk.set_job(line, by="kato")
            else:
                desk.reset_job(JobName.CRAWL, by="kato")
        self.done["timetable_changed"] += 1

    # --- what happens at a request ---

    def _plans(self, night: int, hazard: Hazard | None) -> list[tuple[int, Callable[[], None]]]:
        """What is to happen at which request of the night."""
        found: list[tuple[int, Callable[[], None]]] = [
            (deed.at_request, partial(self._do, deed)) for deed in self.script.deeds if deed.night == night
        ]
        act = {
            Hazard.KILL_SCHEDULER: self._kill_scheduler,
            Hazard.KILL_CRAWL: self._kill_crawl,
            Hazard.TWO_SCHEDULERS: self._start_a_second,
        }.get(hazard) if hazard else None  # fmt: skip
        return [*found, (self.script.at_request[night], act)] if act else found

    def _on_request(self, asked: Asked) -> None:
        """Called by the network, in a thread of its own, while it answers."""
        with self._trigger_lock:
            while self._triggers and self._triggers[0][0] <= asked.number:
                _, act = self._triggers.pop(0)
                try:
                    act()
                except Exception as error:  # noqa: BLE001  # the edge of one trigger: it is a failure of the year
                    self.broken.other.append(f"night {asked.night}: {act}: {error!r}")

    def _do(self, deed: Deed) -> None:
        before = len(self.people.answers) + len(self.people.corrections)
        self.people.do(deed, self.now)
        self.done[deed.kind] += len(self.people.answers) + len(self.people.corrections) > before

    def _kill_scheduler(self) -> None:
        assert self.scheduler is not None
        self._kill(self.scheduler)

    def _kill(self, scheduler: Scheduler) -> None:
        """SIGKILL. What was stored at a kill is never asked again; whatever else is, was under way or not yet stored."""
        scheduler.kill()
        night = self.network.night
        stored = checks.visits_of(self.files.database, self.script.noon(night), self.script.noon(night + 1))
        self._stored_at_kill |= dict.fromkeys(stored, len(self.network.asked))
        self._again = len(self.hosts)

    def _kill_crawl(self) -> None:
        assert self.scheduler is not None
        if self.scheduler.kill_crawl():
            self._again += CONCURRENT
            self.done["crawl_killed"] += 1

    def _start_a_second(self) -> None:
        assert self.scheduler is not None
        config = self.files.config()
        wrong = second_is_refused(self.files.database, config, self.now, self.scheduler.pid)
        if wrong:
            self.broken.other.append(wrong)

    # --- nights of their own ---

    def _ordinary(self, night: int) -> None:
        """Nothing happens but what happens at a request."""

    def _outage(self, night: int) -> None:
        self.network.down = True
        self.go(self.script.noon(night + 1))
        self.network.down = False

    def _outage_ends(self, night: int) -> None:
        self.network.down = True
        self.go(self.script.crawl_at(night) + timedelta(hours=1))
        self.network.down = False

    def _before_crawl(self, night: int) -> None:
        self.go(self.script.crawl_at(night) - timedelta(minutes=25))

    def _sleep(self, night: int) -> None:
        self._before_crawl(night)
        self.go(self.script.crawl_at(night) + _LATE, "jump")

    def _sleep_long(self, night: int) -> None:
        self._before_crawl(night)
        self.go(self.script.crawl_at(night) + _TOO_LATE, "jump")

    def _down(self, night: int) -> None:
        self._before_crawl(night)
        self.stop()
        self.start(self.script.crawl_at(night) + _LATE)

    def _down_long(self, night: int) -> None:
        self._before_crawl(night)
        assert self.scheduler is not None
        self.scheduler.kill()
        self.scheduler.end()
        awake = self.script.crawl_at(night) + _TOO_LATE
        self.start(awake)
        self.go(awake + timedelta(minutes=1))

    def _disk_floor(self, night: int) -> None:
        self._before_crawl(night)
        self.start(self.stop(), floor=True)
        self.go(self.script.crawl_at(night) + timedelta(hours=2))
        self.start(self.stop())

    def _disk_full(self, night: int) -> None:
        self._before_crawl(night)
        self.start(self.stop(), room=_ROOM)
        self.go(self.script.crawl_at(night) + timedelta(minutes=30))
        self._again = len(self.hosts)
        self.start(self.stop())

    def _kill_anywhere(self, night: int) -> None:
        assert self.scheduler is not None
        chance = random.Random(night)
        scheduler = self.scheduler
        bomb = threading.Timer(chance.uniform(0.2, 4.0), partial(self._kill, scheduler))
        bomb.start()
        self.go(self.script.noon(night + 1))
        bomb.join()

    def _restore(self, night: int) -> None:
        """The database is replaced by the copy that the timetable made an hour ago; what was said since is lost."""
        self.go(self.script.noon(night) + timedelta(minutes=20))
        for kind in (DeedKind.NOTE, DeedKind.CORRECT):
            self._do(Deed(night=night, kind=kind, cluster_id=self.script.websites[-1].cluster_id, at_request=0))
        said = (list(self.people.answers), list(self.people.corrections))
        self.stop()
        copy = backups(self.files.database, self.files.backups)[0]
        self._clusterwatch("restore", str(copy), "--overwrite", "--now", self.now.isoformat())
        at = made_at(copy, self.files.database)
        assert at is not None
        self.people.forget_after(at)
        kept = max(self.files.replaced.glob("*.db"))
        self.broken.lost_reviews += [f"in the copy kept by restore: {b}" for b in checks.reviews(kept, *said)]
        self.check_reviews()
        self.start(after_restart(self.now))

    def _clusterwatch(self, *words: str) -> None:
        command = [str(Path(sys.executable).parent / "clusterwatch"), *words, *self.files.options()]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            self.broken.other.append(f"{' '.join(words[:1])} failed: {done.stderr.strip()}")

    # --- what must be true afterwards ---

    def check_reviews(self) -> None:
        """No review is lost, and the file is sound."""
        database = self.files.database
        self.broken.lost_reviews += checks.reviews(database, self.people.answers, self.people.corrections)
        self.broken.other += checks.sound(database)

    def _after(self, night: int, hazard: Hazard | None) -> None:
        """Compare the night with what the script says of it."""
        begin, end = self.script.noon(night), self.script.noon(night + 1)
        found = checks.visits_of(self.files.database, begin, end)
        # What the disk had no room for is visited the next night; the row of the night says so.
        due = found if hazard is Hazard.DISK_FULL else {*self.hosts, *SAMPLES} if hazard not in LOST_NIGHT else ()
        lost, doubled = checks.visits(night, found, due)
        seen = {c: k for c, k in self._seen(night).items() if c in due}
        also_lost, also_doubled = self._log_of(night, seen)
        lost, doubled = lost + also_lost, doubled + also_doubled
        for cluster_id, condition in seen.items():
            self.looks.setdefault(cluster_id, []).append(Look(self._day_of_crawl(night), condition))
        self.broken.lost_visits += lost
        self.broken.doubled_visits += doubled
        self._check_rows(night, hazard)
        self._check_questions(night)

    def _is_in(self, night: int, at: datetime) -> bool:
        return self.script.noon(night) <= at < self.script.noon(night + 1)

    def _day_of_crawl(self, night: int) -> date:
        late = self.script.hazards.get(night) in {Hazard.SLEEP, Hazard.DOWN}
        return (self.script.crawl_at(night) + (_LATE if late else timedelta())).date()

    def _seen(self, night: int) -> dict[str, Condition]:
        """In what condition a crawl of this night finds every website."""
        moved = self.people.moved()
        made = {c: condition_seen(c, k, moved) for c, k in self.script.conditions(night).items()}
        return {**made, **{c: k for c, k in SAMPLES.items() if k is not Condition.NONE}}

    def _log_of(self, night: int, seen: Mapping[str, Condition]) -> tuple[list[str], list[str]]:
        homes = checks.asked_for(self.network.asked, night)
        silent = {Condition.NO_NAME, Condition.REFUSED}
        # Of one whose address is replaced while the crawl is under way nobody knows which it was asked by.
        replaced = {a.cluster_id for a in self.people.answers if a.address and self._is_in(night, a.at)}
        answering = {c for c, k in seen.items() if k not in silent} - {"robots-disallow"} - replaced
        new = {c: self.people.websites[c].new_host for c in self.people.moved()}
        lost, doubled = checks.visits_in_log(night, homes, {**self.hosts, **new}, answering, self._again)
        for cluster_id, request in self._stored_at_kill.items():
            later = self.network.asked[request:]
            if any(a.host == self.hosts.get(cluster_id) and a.path == "/" for a in later):
                doubled.append(f"night {night}: {cluster_id} was stored before the kill, and asked again")
        return lost, doubled

    def _check_rows(self, night: int, hazard: Hazard | None) -> None:
        """Every night has a run, or rows that say why not."""
        found = checks.job_runs_of(self.files.database, self.script.noon(night), self.script.noon(night + 1))
        states = [state for _, state, _ in found]
        if hazard in _REASONS:
            wanted, word = _REASONS[hazard]
            right = states == wanted and all(word in reason for _, _, reason in found)
        else:
            right = states == (["failed", "done"] if hazard is Hazard.OUTAGE_ENDS else ["done"])
        if not right:
            self.broken.nights.append(f"night {night} ({hazard}): {found}")

    def _check_questions(self, night: int) -> None:
        """The open questions are those that the written rules ask, and no others."""
        closed, today = self.people.closed(), self._day_of_crawl(night)
        expected: set[tuple[str, QuestionKind]] = {
            (c, kind) for c, looks in self.looks.items() for kind in questions(looks, self.policy, today)
        }
        with Desk.open(self.files.database, clock=lambda: self.now) as desk:
            found = {(q.cluster.cluster_id, q.question.kind) for q in open_questions(desk, today, self.policy)}
        for cluster_id, kind in sorted(found ^ (expected - closed)):
            word = "is not asked" if (cluster_id, kind) in expected else "is asked"
            self.broken.questions.append(f"night {night}: {kind} {word} about {cluster_id}")


_NIGHTS: Mapping[Hazard | None, Callable[[Year, int], None]] = {
    Hazard.OUTAGE: Year._outage,
    Hazard.OUTAGE_ENDS: Year._outage_ends,
    Hazard.SLEEP: Year._sleep,
    Hazard.SLEEP_LONG: Year._sleep_long,
    Hazard.DOWN: Year._down,
    Hazard.DOWN_LONG: Year._down_long,
    Hazard.DISK_FLOOR: Year._disk_floor,
    Hazard.DISK_FULL: Year._disk_full,
    Hazard.KILL_ANYWHERE: Year._kill_anywhere,
    Hazard.RESTORE: Year._restore,
}
