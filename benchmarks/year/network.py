"""The network of the year: made-up websites whose condition can be set, some samples, and a log of what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from urllib.parse import urlsplit

from dnslib import RCODE

from benchmarks.year.websites import IN_ITS_PLACE, Condition, Website, answer
from crawler.model import Cluster
from samples.server import SampleNetwork
from samples.sites import Answer

_HERE, _NOBODY = "127.0.0.1", "127.0.0.2"  # nothing listens on the second


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    night: int
    number: int  # of the night
    host: str
    path: str


class YearNetwork(SampleNetwork):
    """The websites, up between `with` and its end. What is set counts from the next question on."""

    def __init__(self, *, now: datetime, websites: list[Website]) -> None:
        self._of_host = {w.host: w for w in websites} | {w.new_host: w for w in websites}
        self.condition: dict[str, Condition] = dict.fromkeys((w.cluster_id for w in websites), Condition.FINE)
        self.down = False  # our own network: nothing can be reached
        self.night = 0
        self.asked: list[Asked] = []
        self.on_request: Callable[[Asked], None] = lambda asked: None  # called in a thread of the server
        self._asked_lock = Lock()
        self._count = 0
        super().__init__(now=now, lookup=self._look_up)

    def begin_night(self, night: int, today: datetime, condition: Mapping[str, Condition]) -> None:
        """Be as this night finds the websites."""
        with self._asked_lock:
            self.night, self.today, self._count = night, today, 0
            self.condition.update(condition)

    def address(self, host: str) -> str:
        """The address of a home page: every host is on one port."""
        return f"http://{host}:{self.port}/"

    def _look_up(self, name: str) -> str | int:
        if self.down:
            return _NOBODY
        website = self._of_host.get(name)
        if website is None:
            return _HERE if self.site(name) is not None else int(RCODE.NXDOMAIN)
        if name == website.new_host:
            return _HERE
        unreachable: dict[Condition, str | int] = {
            Condition.NO_NAME: int(RCODE.NXDOMAIN),
            Condition.REFUSED: _NOBODY,
        }
        return unreachable.get(self.condition[website.cluster_id], _HERE)

    def reply(self, name: str, target: str, headers: Mapping[str, str]) -> Answer | None:
        """What a host answers; the request is logged."""
        path = urlsplit(target).path
        with self._asked_lock:
            self._count += 1
            asked = Asked(self.night, self._count, name, path)
            self.asked.append(asked)
        self.on_request(asked)
        website = self._of_host.get(name)
        if website is None:
            return super().reply(name, target, headers)
        condition = self.condition[website.cluster_id] if name == website.host else Condition.FINE
        if condition in IN_ITS_PLACE:
            return super().reply(IN_ITS_PLACE[condition], target, headers)
        return answer(website, condition, path, self.today.date(), self.address(website.new_host))

    def registry(self, samples: list[Cluster]) -> list[Cluster]:
        """The clusters of the made-up websites, and these samples, at their addresses here."""
        made = [
            Cluster(cluster_id=w.cluster_id, name_en=w.name_en, name_ja=w.name_ja, website=self.address(w.host))
            for w in dict.fromkeys(self._of_host.values())
        ]
        return made + [replace(c, website=c.website and self.address(urlsplit(c.website).netloc)) for c in samples]
