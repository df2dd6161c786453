"""Which page to fetch next, within a budget, and when to fetch nothing more.

The frontier holds candidates by promise: how likely a page is to change the answer. No I/O: the spider
asks, fetches, and tells what it learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crawler.model import Role
from crawler.policy import Budget
from crawler.urls import key

# Below these promises a candidate is not worth a request, by how much is known already. Measured on the labelled
# sites: a higher floor loses newest dates that stand on an unusual page, a lower one only costs requests.
FLOOR_NOTHING_KNOWN = 0.0  # then only the budget ends the search
FLOOR_STATIC_SO_FAR = 0.10
FLOOR_RECENT = 0.50
FLOOR_NEWEST_POSSIBLE = 0.85  # an item of the visit's own day: only another language can still matter
FLOOR_OTHER_LANGUAGE = 0.60
RECENT = timedelta(days=183)

MAX_OF_A_FAMILY = 3  # pages whose addresses differ only in the numbers of their query
_DIGITS = re.compile(r"\d+")

ENGLISH_ROLES = frozenset({Role.ENGLISH, Role.ENGLISH_NEWS})
# Pages of one kind teach less and less: the promise of the next one is multiplied by this for each one read.
FATIGUE = {
    Role.POST: 0.72,
    Role.OTHER: 0.85,
    Role.ARCHIVE: 0.75,
    Role.NEWS: 0.93,
    Role.ENGLISH: 0.80,
    Role.ENGLISH_NEWS: 0.80,
    Role.FEED: 0.70,
    Role.SITEMAP: 0.40,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One page that might be fetched."""

    url: str
    role: Role
    promise: float  # 0..1
    depth: int = 0  # links away from an address that the registry names
    why: str = ""  # the words that made it promising


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the visit has learned so far, as far as it decides where to go next."""

    latest: date | None = None
    english_latest: date | None = None
    english_page: bool = False
    pages: int = 0
    n_bytes: int = 0
    elapsed_s: float = 0.0


class Frontier:
    """Candidates by promise, each address once, within the budget."""

    def __init__(self, budget: Budget, today: date) -> None:
        self._budget = budget
        self._today = today
        self._waiting: dict[str, Candidate] = {}
        self._taken: set[str] = set()
        self._read_of: dict[Role, int] = {}
        self._families: dict[str, int] = {}

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Remember candidates; of two for one address the more promising stays."""
        for candidate in candidates:
            name = key(candidate.url)
            if not name or name in self._taken or candidate.depth > self._budget.max_depth:
                continue
            if self._families.get(_family(name), 0) >= MAX_OF_A_FAMILY:
                continue
            waiting = self._waiting.get(name)
            if waiting is None or waiting.promise < candidate.promise:
                self._waiting[name] = candidate

    def take(self, url: str) -> None:
        """Count an address as visited, so that it is not offered again."""
        name = key(url)
        if name not in self._taken and (family := _family(name)):
            self._families[family] = self._families.get(family, 0) + 1
            if self._families[family] >= MAX_OF_A_FAMILY:
                self._waiting = {n: c for n, c in self._waiting.items() if _family(n) != family}
        self._taken.add(name)
        self._waiting.pop(name, None)

    def learned(self, role: Role) -> None:
        """Count one page of a role as read: the next one of its kind promises less."""
        self._read_of[role] = self._read_of.get(role, 0) + 1

    def next(self, known: Known) -> Candidate | str:
        """The next candidate, taken; or, as text, why nothing more is fetched."""
        spent = self._spent(known)
        if spent:
            return spent
        ranked = [replace(c, promise=self._promise(c, known)) for c in self._waiting.values()]
        if not ranked:
            return "every promising page was read"
        worthwhile = [c for c in ranked if c.promise >= self._floor(c, known)]
        best = max(worthwhile, key=lambda c: (c.promise, -c.depth, -len(c.url)), default=None)
        if best is None:
            return "nothing more can change the answer"
        self.take(best.url)
        return best

    def _spent(self, known: Known) -> str:
        if known.pages >= self._budget.max_pages:
            return f"the budget of {self._budget.max_pages} pages was used up"
        if known.n_bytes >= self._budget.max_bytes:
            return f"the budget of {self._budget.max_bytes} bytes was used up"
        if known.elapsed_s >= self._budget.max_seconds:
            return f"the budget of {self._budget.max_seconds:g} seconds was used up"
        return ""

    def _promise(self, candidate: Candidate, known: Known) -> float:
        promise = candidate.promise * FATIGUE.get(candidate.role, 1.0) ** self._read_of.get(candidate.role, 0)
        if candidate.role is Role.ENGLISH_NEWS and not known.english_page:
            promise *= 0.8
        return promise

    def _floor(self, candidate: Candidate, known: Known) -> float:
        general = self._general_floor(known)
        return min(general, self._english_floor(known)) if candidate.role in ENGLISH_ROLES else general

    def _general_floor(self, known: Known) -> float:
        if known.latest is None:
            return FLOOR_NOTHING_KNOWN
        if known.latest >= self._today:
            return FLOOR_NEWEST_POSSIBLE
        return FLOOR_RECENT if known.latest >= self._today - RECENT else FLOOR_STATIC_SO_FAR

    def _english_floor(self, known: Known) -> float:
        """English pages matter until a fresh English item, no older than the newest of all, was seen."""
        if not known.english_page:
            return 0.20
        if known.english_latest is None or known.english_latest < self._today - RECENT:
            return 0.20
        return FLOOR_OTHER_LANGUAGE


def _family(name: str) -> str:
    """What addresses share that differ only in the numbers of their query, "" for an address without such numbers.

    Calendars, month by month, and counters go on for ever; a few of them tell what all would.
    """
    path, question, query = name.partition("?")
    return f"{path}?{_DIGITS.sub('#', query)}" if question and _DIGITS.search(query) else ""
