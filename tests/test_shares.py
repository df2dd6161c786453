"""How a run is cut into shards and shares, and what follows from the end of a process. Tables, no process."""

from __future__ import annotations

import pytest

from crawler.model import Cluster
from crawler.shards import MOST, domains, shards, slice_length
from schedules.limits import Judgement, Order, Why
from schedules.shares import DIED, MAX_IDLE, MAX_RESTARTS, NO_START, TOO_OFTEN, End, Share, Waiting, ends_run, settled


def cluster(name: str, *addresses: str) -> Cluster:
    """A cluster with these addresses, spread over all the fields that hold some."""
    website, english, *others = (*addresses, "", "")
    named = tuple(o for o in others if o)
    return Cluster(cluster_id=name, name_en=name, website=website, website_en=english, other_hosts=named)


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (("http://www.aoba.example/", "https://en.aoba.example/x"), ("aoba.example",)),
        (("http://a.pref.aichi.jp/", "", "b.example:8080"), ("pref.aichi.jp", "b.example")),
        (("http://one.github.io/",), ("one.github.io",)),  # a suffix that strangers share
        (("http://a.co.jp/", "http://b.co.jp/"), ("a.co.jp", "b.co.jp")),
        (("http://192.0.2.7:81/",), ("192.0.2.7",)),
        (("nonsense\\@x", ""), ()),
        ((), ()),
    ],
)
def test_the_domains_of_a_cluster(addresses: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert domains(cluster("a", *addresses)) == expected


@pytest.mark.parametrize(
    ("registry", "size", "expected"),
    [
        ([], 2, []),
        ([("a",), ("b",), ("c",)], 2, [("a", "b"), ("c",)]),  # without a website nothing holds them together
        ([("a", "http://a.example"), ("b", "http://b.example")], 1, [("a",), ("b",)]),
        ([("a", "http://a.example"), ("b", "http://www.a.example")], 1, [("a", "b")]),  # together, though too many
        (  # the English site, another host, and a chain of both
            [("a", "http://a.example"), ("b", "http://b.example", "http://c.example"), ("c", "", "", "blog.c.example"),
             ("d", "http://d.example", "", "a.example")],
            2, [("a", "d"), ("b", "c")],
        ),
        (  # two groups that a later cluster makes one
            [("a", "http://a.example"), ("b", "http://b.example"), ("c", "http://c.example"),
             ("d", "http://b.example", "http://a.example")],
            3, [("a", "b", "d"), ("c",)],
        ),
        ([("a", "http://one.github.io"), ("b", "http://two.github.io")], 1, [("a",), ("b",)]),
        ([("a", "http://x.example"), ("b",), ("c", "http://x.example"), ("d",)], 3, [("a", "c", "b"), ("d",)]),
        ([("a", "http://x.example"), ("b",), ("c", "http://x.example"), ("d",)], 4, [("a", "c", "b", "d")]),
    ],
)  # fmt: skip
def test_clusters_of_one_domain_are_in_one_shard(
    registry: list[tuple[str, ...]], size: int, expected: list[tuple[str, ...]]
) -> None:
    assert shards([cluster(*row) for row in registry], size) == expected


def test_a_large_registry_is_cut_once_and_whole() -> None:
    registry = [cluster(f"c{n}", f"http://s{n // 3}.example", f"http://t{n // 7}.example") for n in range(20_000)]
    cut = shards(registry, 50)
    where = {c: n for n, shard in enumerate(cut) for c in shard}
    assert len(where) == 20_000
    assert sum(map(len, cut)) == 20_000
    homes: dict[str, set[int]] = {}
    for one in registry:
        for domain in domains(one):
            homes.setdefault(domain, set()).add(where[one.cluster_id])
    assert {len(places) for places in homes.values()} == {1}


@pytest.mark.parametrize(
    ("sizes", "workers", "expected"),
    [
        ([50] * 40, 1, 40),  # alone: all of it
        ([MOST, 1], 1, 1),  # what the plans of which fit into memory
        ([MOST - 1, 1, 1], 1, 2),
        ([50] * 200, 2, MOST // 50),  # a quarter would be more
        ([50] * 40, 2, 10),  # a quarter, so that the last slices are small
        ([50] * 40, 4, 5),
        ([50] * 8, 2, 2),
        ([50] * 4, 2, 1),  # never less than a shard, for a process takes its time to start
        ([50], 2, 1),
        ([20, 20, 20], 2, 2),  # as many as stay within the size of one
        ([20, 31, 20], 2, 1),
        ([400, 50], 2, 1),  # what belongs together stays together
        ([], 2, 0),
    ],
)
def test_how_much_a_worker_takes(sizes: list[int], workers: int, expected: int) -> None:
    waiting = [tuple(f"{n}-{m}" for m in range(size)) for n, size in enumerate(sizes)]
    assert slice_length(waiting, workers, 50) == expected


def test_what_a_process_left_goes_before_what_none_had() -> None:
    waiting = Waiting([("a", "b"), ("c",), ("d",)], workers=0, size=1)
    assert waiting.take() == Share(waiting=("a", "b"))
    left = Share(waiting=("b",), suspects=("b",), restarts=1)
    waiting.put_back(left)
    assert waiting.take() == left
    waiting.put_off(left)
    assert waiting.take() == Share(waiting=("c",))
    waiting.put_off(Share(waiting=("c",)))
    assert waiting.take() == Share(waiting=("d",))
    assert waiting.take() == left  # what could not be begun comes last
    waiting.put_back(left)
    assert waiting.clear() == ("b", "c")
    assert not waiting


# --- what follows from an end ---

ALL = ("a", "b", "c", "d")
FINE = Judgement(Order.GO_ON)
SLOW = Judgement(Order.KILL, Why.SITE, "took longer than 180 seconds", ("b",))
LARGE = Judgement(Order.FINISH, Why.MEMORY, "the crawl process took 3000 MiB of memory")
PAUSED = Judgement(Order.FINISH, Why.PAUSED, "paused by kato")


def end(found: Judgement = FINE, under_way: str = "", *, fell: bool = True, lost: bool = False) -> End:
    return End(found=found, under_way=frozenset(under_way), fell=fell, lost=lost)


@pytest.mark.parametrize(
    ("share", "ended", "remaining", "expected", "given_up"),
    [
        # All was visited.
        (Share(waiting=ALL), end(), "", None, {}),
        # It died: those under way come first and alone, and are not given up for it.
        (Share(waiting=ALL), end(under_way="bc"), "bcd",
         Share(waiting=("b", "c", "d"), suspects=("b", "c"), restarts=1), {}),
        # Alone, it died: this was the cause. The other suspects stay.
        (Share(waiting=("b", "c", "d"), suspects=("b", "c"), restarts=1), end(under_way="b"), "bcd",
         Share(waiting=("c", "d"), suspects=("c",), restarts=2), {"b": DIED}),
        # Alone, it was visited.
        (Share(waiting=("b", "c", "d"), suspects=("b", "c"), restarts=1), end(), "d",
         Share(waiting=("d",), restarts=2), {}),
        # One took too long; those beside it are innocent.
        (Share(waiting=ALL), end(SLOW, "bc", fell=False), "bcd",
         Share(waiting=("c", "d"), restarts=1), {"b": "took longer than 180 seconds"}),
        # It grew too large, by many sites, and ended politely.
        (Share(waiting=ALL), end(LARGE, fell=False), "cd", Share(waiting=("c", "d"), restarts=1), {}),
        # Somebody paused it: nothing is suspected, and nothing counts as a failure to start.
        (Share(waiting=ALL, idle=2), end(PAUSED, fell=False), "abcd", Share(waiting=ALL, restarts=1), {}),
        # It began no visit.
        (Share(waiting=ALL), end(), "abcd", Share(waiting=ALL, idle=1, restarts=1), {}),
        (Share(waiting=ALL, idle=MAX_IDLE - 2), end(), "abcd", Share(waiting=ALL, idle=MAX_IDLE - 1, restarts=1), {}),
        (Share(waiting=ALL, idle=MAX_IDLE - 1), end(), "abcd", None, dict.fromkeys(ALL, NO_START)),
        (Share(waiting=ALL, idle=MAX_IDLE - 1), end(under_way="a"), "abcd",
         Share(waiting=ALL, suspects=("a",), restarts=1), {}),
        # The machine is gone, and with it what it knew.
        (Share(waiting=ALL, idle=MAX_IDLE - 1), end(lost=True), "abcd", Share(waiting=ALL, restarts=1), {}),
        # Too many deaths for single websites.
        (Share(waiting=ALL, restarts=MAX_RESTARTS - 2), end(under_way="a"), "abcd",
         Share(waiting=ALL, suspects=("a",), restarts=MAX_RESTARTS - 1), {}),
        (Share(waiting=ALL, restarts=MAX_RESTARTS - 1), end(under_way="a"), "abcd", None,
         dict.fromkeys(ALL, TOO_OFTEN)),
    ],
)  # fmt: skip
def test_what_follows_from_the_end_of_a_process(
    share: Share, ended: End, remaining: str, expected: Share | None, given_up: dict[str, str]
) -> None:
    made = settled(share, ended, tuple(remaining))
    assert (made.share, made.given_up) == (expected, given_up)
    assert made.hopeless == (NO_START in given_up.values())


@pytest.mark.parametrize(("found", "ends"), [(FINE, False), (SLOW, False), (LARGE, False), (PAUSED, True)])
def test_which_ends_end_the_run(found: Judgement, ends: bool) -> None:
    assert ends_run(end(found)) is ends
