"""How much of a night the process that stores holds at once, however many clusters there are. Counted, not weighed."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import msgspec
import pytest
from made import NIGHT, visit

from crawler import urls
from crawler.config import Config, Storage
from crawler.job import Job, Progress, decode_job
from crawler.model import Cluster, Plan, RunKind, Visit
from crawler.shards import shards
from db.store import Store
from pipelines import runs
from schedules import crawl_process, crawling
from schedules.crawling import Step, run_crawl
from schedules.crews import Crawling, Told
from schedules.limits import Judgement, Order
from schedules.shares import End, Share

CLUSTERS = 80


def alive(of: type) -> int:
    """How many values of a type there are."""
    return sum(type(thing) is of for thing in gc.get_objects())


@dataclass
class Held:
    """The most that there was at once of each, and what was handed out."""

    plans: int = 0
    visits: int = 0
    addresses: int = 0  # that are remembered
    begun: int = 0


class TellingCrew:
    """Has its orders written as for a crawl process, and tells at once of a visit to each of their clusters."""

    def __init__(self, crawling: Crawling, *, workers: int, held: Held, folder: Path) -> None:
        self.workers, self._held, self._order = workers, held, folder / "order"
        self.found = Judgement(Order.GO_ON)
        self._share: Share | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        pass

    @property
    def is_busy(self) -> bool:
        """Whether there is something to tell."""
        return self._share is not None

    def has_room(self) -> bool:
        """Whether there is not."""
        return self._share is None

    def begin(self, share: Share, job: Job, plans: Iterable[Plan]) -> bool:
        """Write the order."""
        self._held.begun += len(share.next)
        assert crawl_process._write(self._order, job, self._counted(plans)) == list(share.next)
        self._share = share
        return True

    def _counted(self, plans: Iterable[Plan]) -> Iterator[Plan]:
        for number, plan in enumerate(plans):
            if number % 20 == 0:
                self._held.plans = max(self._held.plans, alive(Plan))
            yield plan

    def told(self) -> Iterator[Told]:
        """A visit to each cluster, every one to pages of its own."""
        assert self._share is not None
        document = msgspec.json.encode(visit("aoba"))
        for cluster_id in self._share.next:
            yield (
                self._share,
                Progress(visit=msgspec.json.decode(document.replace(b"aoba", cluster_id.encode()), type=Visit)),
            )
        yield self._share, End(found=Judgement(Order.GO_ON))
        self._share = None


def night(folder: Path, workers: int = 1) -> Held:
    """A night over many clusters, and the most that was held."""
    folder.mkdir(exist_ok=True)
    held, config = Held(), Config(storage=Storage(archive=""))  # no pictures either
    before = alive(Plan), alive(Visit)

    def watch(step: Step) -> None:
        if step.visit is not None:
            held.addresses = max(held.addresses, urls.key.cache_info().currsize)
            if step.done % 20 == 0:
                held.visits = max(held.visits, alive(Visit))

    with Store.open(folder / "crawl.db", create=True) as store:
        store.upsert_clusters(
            Cluster(cluster_id=f"c{n:03}", name_en=f"Cluster {n}", website=f"https://c{n:03}.example/")
            for n in range(CLUSTERS)
        )
        crew = partial(TellingCrew, workers=workers, held=held, folder=folder)
        done = run_crawl(store, kind=RunKind.NIGHTLY, now=NIGHT, config=config, watch=watch, engine=crew)
    assert (len(done.outcomes), held.begun) == (CLUSTERS, CLUSTERS)
    held.plans, held.visits = held.plans - before[0], held.visits - before[1]
    return held


def test_of_the_plans_of_a_slice_only_those_asked_for_together_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_PLANS_AT_ONCE", 20)
    assert 1 <= night(tmp_path).plans <= 22  # one is being written


def test_a_visit_is_let_go_once_it_is_stored(tmp_path: Path) -> None:
    assert 1 <= night(tmp_path).visits <= 5  # with those that it is judged beside


def test_addresses_of_earlier_visits_are_not_remembered_all_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawling, "_FORGETS_EVERY", 1)
    of_one = night(tmp_path / "one").addresses
    monkeypatch.setattr(crawling, "_FORGETS_EVERY", 10)
    assert 1 <= of_one < night(tmp_path / "ten").addresses <= 10 * of_one


def test_clusters_are_not_held_to_be_cut_into_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    most, before = 0, alive(Cluster)

    def watched(clusters: Iterable[Cluster]) -> Iterator[Cluster]:
        nonlocal most
        for number, cluster in enumerate(clusters):
            if number % 20 == 0:
                most = max(most, alive(Cluster) - before)
            yield cluster

    monkeypatch.setattr(crawling, "_CLUSTERS_AT_ONCE", 20)
    monkeypatch.setattr(crawling, "shards", lambda clusters, size: shards(watched(clusters), size))
    night(tmp_path, workers=2)
    assert 1 <= most <= 22


def test_an_order_is_the_same_whether_its_plans_are_its_own_or_follow(tmp_path: Path) -> None:
    plans = tuple(Plan(cluster=Cluster(cluster_id=i, name_en=f"{i}\n{i}", website="")) for i in ("aoba", "cedar"))
    job, order = Job(now=NIGHT, plans=plans), tmp_path / "order"
    for begun, more in ((job, ()), (Job(now=NIGHT, plans=plans[:1]), plans[1:]), (Job(now=NIGHT, plans=()), plans)):
        assert crawl_process._write(order, begun, more) == ["aoba", "cedar"]
        with order.open("rb") as lines:
            assert decode_job(lines) == job


@pytest.mark.parametrize("lines", [[], [b"\n"], [b"{}\n"], [b"nonsense\n"]])
def test_what_is_no_order_is_refused(lines: list[bytes]) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_job(lines)
