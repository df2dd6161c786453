"""What happens in the year: drawn from a seed, so that the same year can be had again. Pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from benchmarks.year.websites import Condition, Website
from crawler.policy import Policy

BRUSSELS = ZoneInfo("Europe/Brussels")
WEBSITES = 18
_FIRST_CALM = 3  # nights at the beginning on which nothing happens: sites must be known before they can change
LATE = timedelta(hours=10, minutes=7)  # a crawl that late is caught up
TOO_LATE = timedelta(hours=20, minutes=31)  # one that late is not
_CHANGE_BEFORE, _CHANGE_AFTER = 2, 2  # nights around a change of clocks on which Brussels decides when to crawl


class Hazard(StrEnum):
    """What happens to the machine, to its network or to the program, on one night."""

    OUTAGE_ENDS = "outage_ends"  # our own network fails, and is back before the void run is made once more
    OUTAGE = "outage"  # our own network fails all night
    KILL_SCHEDULER = "kill_scheduler"  # SIGKILL at some request of the crawl
    KILL_CRAWL = "kill_crawl"  # the same to the crawl process
    KILL_ANYWHERE = "kill_anywhere"  # SIGKILL to the scheduler at some moment of the day
    SLEEP = "sleep"  # the machine sleeps over the hour of the crawl
    SLEEP_LONG = "sleep_long"  # and over the time in which it would be caught up
    DOWN = "down"  # the scheduler is not there at the hour of the crawl
    DOWN_LONG = "down_long"
    DISK_FLOOR = "disk_floor"  # too little room for a crawl to begin
    DISK_FULL = "disk_full"  # no room in the middle of a crawl
    TWO_SCHEDULERS = "two_schedulers"  # somebody starts a second one during the crawl
    MAIL_DOWN = "mail_down"  # the mail server takes nothing in the morning
    RESTORE = "restore"  # the database is replaced by the backup of the same day


LOST_NIGHT = {Hazard.OUTAGE, Hazard.SLEEP_LONG, Hazard.DOWN_LONG, Hazard.DISK_FLOOR}  # nothing is seen on such a night


class DeedKind(StrEnum):
    """What a person does."""

    ANSWER = "answer"
    NOTE = "note"
    ANSWER_AND_UNDO = "answer_and_undo"
    CORRECT = "correct"  # a field of the registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A time that one website is in one condition."""

    cluster_id: str
    condition: Condition
    first: int  # night
    end: int  # the first night after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that a person does on one night, while the network answers its `at_request`-th request."""

    night: int
    kind: DeedKind
    cluster_id: str
    at_request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The whole year."""

    first_day: date
    nights: int
    websites: tuple[Website, ...]
    episodes: tuple[Episode, ...]
    hazards: Mapping[int, Hazard]  # by night
    at_request: Mapping[int, int]  # of the hazards that need one
    deeds: tuple[Deed, ...]
    brussels: frozenset[int] = field(default_factory=frozenset)  # nights whose crawl Brussels' clock decides

    def noon(self, night: int) -> datetime:
        """When a night begins: noon in UTC. It ends at the next one."""
        return datetime.combine(self.first_day, time(12), tzinfo=UTC) + timedelta(days=night)

    def crawl_at(self, night: int) -> datetime:
        """When the crawl of a night is due: 02:30 in Brussels or 02:00 in Tokyo."""
        day = self.morning(night)
        if night not in self.brussels:
            return datetime.combine(day, time(2), tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC)
        return datetime.combine(day, time(2, 30), tzinfo=BRUSSELS).astimezone(UTC)

    def morning(self, night: int) -> date:
        """The day on which the staff reads of a night."""
        return self.first_day + timedelta(days=night + 1)

    def digest_at(self, night: int) -> datetime:
        """When the staff is told of a night."""
        return datetime.combine(self.morning(night), time(7), tzinfo=BRUSSELS).astimezone(UTC)

    def conditions(self, night: int) -> dict[str, Condition]:
        """How the made-up websites are on a night."""
        found = dict.fromkeys((w.cluster_id for w in self.websites), Condition.FINE)
        found.update({e.cluster_id: e.condition for e in self.episodes if e.first <= night < e.end})
        return found


def drawn(seed: int, first_day: date, nights: int, policy: Policy) -> Script:
    """The script of so many nights under this policy; the same for the same numbers."""
    chance = random.Random(seed)  # a script, no secret
    brussels = _around_changes(first_day, nights)
    hazards = _hazards(chance, nights, brussels)
    seen = [n for n in range(_FIRST_CALM, nights) if hazards.get(n) not in LOST_NIGHT | {Hazard.OUTAGE_ENDS}]
    websites = tuple(Website(n) for n in range(WEBSITES))
    return Script(
        first_day=first_day,
        nights=nights,
        websites=websites,
        episodes=tuple(_episodes(chance, websites, seen, nights, policy)),
        hazards=hazards,
        at_request={night: chance.randrange(1, 60) for night in sorted(hazards)},
        deeds=_deeds(chance, websites, [n for n in range(1, nights) if hazards.get(n) not in LOST_NIGHT]),
        brussels=brussels,
    )


def _around_changes(first_day: date, nights: int) -> frozenset[int]:
    """The nights around each change of clocks in Brussels."""
    days = [first_day + timedelta(days=n) for n in range(nights)]

    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, time(12), tzinfo=BRUSSELS).utcoffset()

    changes = [n for n, day in enumerate(days) if offset(day) != offset(day + timedelta(days=1))]
    around = {n + d for n in changes for d in range(-_CHANGE_BEFORE, _CHANGE_AFTER + 1)}
    return frozenset(n for n in around if 0 < n < nights - 1)


def _hazards(chance: random.Random, nights: int, brussels: frozenset[int]) -> dict[int, Hazard]:
    """One hazard a night at most, each kind at least once. An outage of three nights is three of one night."""
    found: dict[int, Hazard] = {}
    free = [n for n in range(_FIRST_CALM, nights - 2) if n not in brussels and n + 1 not in brussels]
    first = chance.choice([n for n in free if n + 3 in free and n + 1 in free and n + 2 in free and n > nights // 3])
    for night in range(first, first + 3):
        found[night] = Hazard.OUTAGE
    found[first + 3] = Hazard.KILL_ANYWHERE
    several = {
        Hazard.KILL_SCHEDULER: 1 + nights // 19,
        Hazard.KILL_CRAWL: 1 + nights // 30,
        Hazard.KILL_ANYWHERE: nights // 20,
        Hazard.TWO_SCHEDULERS: 1 + nights // 180,
    }
    wanted = [kind for kind in Hazard for _ in range(several.get(kind, 1))]
    left = [n for n in free if n not in found]
    found.update(zip(chance.sample(left, len(wanted)), wanted, strict=True))
    return found


# Condition, and how long it lasts: 0 for ever, else so many times the days that the policy asks of it.
_STORIES: tuple[tuple[Condition, float], ...] = (
    (Condition.NO_NAME, 0),
    (Condition.NO_NAME, 1.4),
    (Condition.NO_NAME, 0.6),
    (Condition.REFUSED, 0),
    (Condition.REFUSED, 0.6),
    (Condition.DEFAULT_PAGE, 1.4),
    (Condition.FOR_SALE, 0),
    (Condition.FOR_SALE, 0.7),
    (Condition.HIJACKED, 2.0),
    (Condition.MOVED, 0),
    (Condition.MOVED, 0),
    (Condition.FORBIDDEN, 0.6),
    (Condition.CHALLENGED, 1.6),
    (Condition.BROKEN, 1.2),
    (Condition.ENDED, 0),
)
ANSWERED = (0, 6, 9)  # of these websites a person answers the question


def days_asked(condition: Condition, policy: Policy) -> int:
    """How many days a condition must last before a question is asked about it."""
    return {
        Condition.NO_NAME: policy.gone_nxdomain_days,
        Condition.REFUSED: policy.gone_answer_days,
        Condition.DEFAULT_PAGE: policy.gone_answer_days,
        Condition.BROKEN: policy.gone_timeout_days,
        Condition.FOR_SALE: policy.lost_visits,
        Condition.HIJACKED: policy.lost_visits,
        Condition.FORBIDDEN: policy.blocked_days,
        Condition.CHALLENGED: policy.blocked_days,
    }.get(condition, 1)


def _episodes(
    chance: random.Random, websites: Sequence[Website], seen: Sequence[int], nights: int, policy: Policy
) -> Iterator[Episode]:
    """One story a website; the last but two fails on single nights, the last are always fine.

    They begin on as many different nights as there are: many sites that fail at once are an outage of our own.
    """
    begun: Counter[int] = Counter()
    for website, (condition, share) in zip(websites, _STORIES, strict=False):
        days = days_asked(condition, policy)
        lasts = max(1, round(days * share)) if share else nights
        latest = nights - (round(days * max(share, 1.2)) + 5)
        possible = [n for n in seen if n <= latest] or seen[:1]
        fewest = min(begun[n] for n in possible)
        first = chance.choice([n for n in possible if begun[n] == fewest])
        begun[first] += 1
        yield Episode(cluster_id=website.cluster_id, condition=condition, first=first, end=min(nights, first + lasts))
    flaky = websites[len(_STORIES)].cluster_id
    for night in sorted(chance.sample(seen, max(2, nights // 25))):
        condition = chance.choice([Condition.REFUSED, Condition.BROKEN, Condition.FORBIDDEN])
        yield Episode(cluster_id=flaky, condition=condition, first=night, end=night + 1)


def _deeds(chance: random.Random, websites: Sequence[Website], nights: Sequence[int]) -> tuple[Deed, ...]:
    """What people do on some nights, at some moment of the crawl. What answers a question waits until it is open."""
    found = [
        Deed(night=n, kind=kind, cluster_id=chance.choice(websites).cluster_id, at_request=chance.randrange(1, 60))
        for kind in (DeedKind.NOTE, DeedKind.ANSWER_AND_UNDO, DeedKind.CORRECT)
        for n in chance.sample(nights, max(2, len(nights) // 15))
    ]
    found += [
        Deed(night=n, kind=DeedKind.ANSWER, cluster_id=websites[w].cluster_id, at_request=chance.randrange(1, 60))
        for w in ANSWERED
        for n in nights
    ]
    return tuple(sorted(found, key=lambda d: (d.night, d.at_request, d.kind, d.cluster_id)))
