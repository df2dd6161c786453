"""The year as it is lived: nights of a real scheduler over the network, with what the script has happen in them."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.mail_server import Mailbox
from benchmarks.year import checks
from benchmarks.year.comparing import Comparison, Kills
from benchmarks.year.network import Asked, YearNetwork
from benchmarks.year.people import People
from benchmarks.year.running import Killed, Scheduler, after_restart, second_is_refused
from benchmarks.year.script import LATE, LOST_NIGHT, TOO_LATE, Deed, DeedKind, Hazard, Script
from benchmarks.year.settings import CONCURRENT, DatabaseFiles
from crawler.timetable import Job, JobName
from db.backup import backups, made_at
from db.desk import Desk

_DOCTOR = timedelta(minutes=20)  # before noon the check runs that does not depend on the scheduler ...
_SEEN_EVERY = 10  # ... on such nights, and on those with a trouble to tell; every night would take a third longer
_ROOM = 12  # pages that the disk has left on the night on which it fills: less than one crawl needs


@dataclass
class Year:
    """The world: files, network, scheduler, people, the mail, and what was found broken."""

    script: Script
    network: YearNetwork
    files: DatabaseFiles
    people: People
    mailbox: Mailbox
    comparison: Comparison
    done: Counter[str] = field(default_factory=Counter)  # hazards and deeds that did happen
    scheduler: Scheduler | None = None
    _kills: Kills = field(default_factory=Kills)  # of the night
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
                self.comparison.reviews()

    # --- one night ---

    def live(self, night: int) -> None:
        """One night with everything that the script has happen in it, and what must be true after it."""
        hazard = self.script.hazards.get(night)
        self.network.begin_night(night, self.script.crawl_at(night), self.script.conditions(night))
        self._kills = Kills()
        if hazard is not Hazard.RESTORE:  # else afterwards: it would be undone with all the rest
            self._set_timetable(night)
        self._triggers = sorted(self._plans(night, hazard), key=lambda t: t[0])
        self.network.on_request = self._on_request
        _NIGHTS.get(hazard, Year._ordinary)(self, night)
        self.go(self.script.noon(night + 1) - _DOCTOR)
        if hazard in {*LOST_NIGHT, Hazard.DISK_FULL} or night % _SEEN_EVERY == 0:
            self._see_the_doctor(self.now)
        self.go(self.script.noon(night + 1))
        self.network.on_request = lambda asked: None
        if hazard is not None:
            self.done[hazard] += 1
        self.comparison.night(night, self._kills)
        for _, act in self._triggers:  # the crawl made fewer requests than that
            act()

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
                    self.comparison.broken.other.append(f"night {asked.night}: {act}: {error!r}")

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
        self._kills.stored |= dict.fromkeys(stored, len(self.network.asked))
        self._kills.again = len(self.comparison.hosts)

    def _kill_crawl(self) -> None:
        assert self.scheduler is not None
        if self.scheduler.kill_crawl():
            self._kills.again += CONCURRENT
            self.done["crawl_killed"] += 1

    def _start_a_second(self) -> None:
        assert self.scheduler is not None
        config = self.files.config()
        wrong = second_is_refused(self.files.database, config, self.now, self.scheduler.pid)
        if wrong:
            self.comparison.broken.other.append(wrong)

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
        self.go(self.script.crawl_at(night) + LATE, "jump")

    def _sleep_long(self, night: int) -> None:
        self._before_crawl(night)
        self.go(self.script.crawl_at(night) + TOO_LATE, "jump")

    def _mail_down(self, night: int) -> None:
        """Nobody can be told in the morning; an hour later everybody is."""
        self.mailbox.refuses = "451 try again"
        self.go(self.script.digest_at(night) + timedelta(minutes=55))
        self.mailbox.refuses = ""

    def _down(self, night: int) -> None:
        self._before_crawl(night)
        self.stop()
        self.start(self.script.crawl_at(night) + LATE)

    def _down_long(self, night: int) -> None:
        self._before_crawl(night)
        assert self.scheduler is not None
        self.scheduler.kill()
        self.scheduler.end()
        self._see_the_doctor(self.script.noon(night + 1) - _DOCTOR)
        awake = self.script.crawl_at(night) + TOO_LATE
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
        self._kills.again = len(self.comparison.hosts)
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
        self.comparison.broken.lost_reviews += [
            f"in the copy kept by restore: {b}" for b in checks.reviews(kept, *said)
        ]
        self.comparison.reviews()
        self._set_timetable(night)
        self.start(after_restart(self.now))

    def _see_the_doctor(self, now: datetime) -> None:
        """The check beside the scheduler, which tells what is wrong with the nights, once."""
        command = ["doctor", "--since", "26h", "--tell", "--now", now.isoformat()]
        self._clusterwatch(*command, may_find=True)
        self.done["doctor"] += 1

    def _clusterwatch(self, *words: str, may_find: bool = False) -> None:
        command = [str(Path(sys.executable).parent / "clusterwatch"), *words, *self.files.options()]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode not in ({0, 1} if may_find else {0}) or "Traceback" in done.stderr:
            self.comparison.broken.other.append(f"{' '.join(words[:1])} failed: {done.stderr.strip()}")


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
    Hazard.MAIL_DOWN: Year._mail_down,
}
