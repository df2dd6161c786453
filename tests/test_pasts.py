"""What visits amount to is kept beside them: it says the same as all visits read again, whatever happened to them."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from made import AOBA, NIGHT, visit

from crawler.config import Config
from crawler.errors import StoreError
from crawler.model import Outcome, PageKind, Role, RunKind, RunState, Verdict, Visit, VisitOutcome
from crawler.past import FORM, OldVisit, Past
from crawler.policy import Policy
from db import rows
from db.store import Store
from pipelines import runs
from pipelines.histories import history_of, judged_again
from pipelines.judging.evidence import evidence
from pipelines.judging.judge import judge
from pipelines.judging.remembering import UNVISITED, after, continued

POLICIES = (Policy(), replace(Policy(), lost_visits=1, recovery_visits=3, failing_visits=2, failing_days=5))
_SERVERS = ((), ("ns1.sedoparking.com",), ("ns1.bodis.com",), ("ns1.a.example",))
_FAILURES = (Outcome.DNS_NXDOMAIN, Outcome.HTTP_404, Outcome.HTTP_5XX, Outcome.HTTP_403)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "test.db", create=True) as opened:
        opened.upsert_clusters([AOBA])
        yield opened


def history(seed: int, count: int = 14) -> list[Visit]:
    """Visits of all kinds, oldest first; some of them on one day."""
    chance = random.Random(seed)
    found, days = [], 0.0
    for _ in range(count):
        days += chance.choice((0.01, 1, 1, 1, 9, 40))
        found.append(_changed(visit(days=days, outcome=chance.choice(list(VisitOutcome)[:4])), chance))
    return found


def _changed(seen: Visit, chance: random.Random) -> Visit:
    home, other = seen.fetches
    outcome = chance.choice((Outcome.OK, *_FAILURES))
    home = replace(home, redirects=(), name_servers=chance.choice(_SERVERS), outcome=outcome)
    other = replace(other, role=chance.choice((Role.NEWS, Role.FEED)), outcome=chance.choice((Outcome.OK, *_FAILURES)))
    (page,) = seen.pages
    notice = replace(page.notices[0], quote=chance.choice(("活動を終了しました", "移転しました")))
    page = replace(
        page,
        kind=PageKind.CONTENT
        if seen.outcome is VisitOutcome.READ
        else chance.choice((PageKind.PARKED, PageKind.EMPTY)),
        text_digest=chance.choice(("d1", "d2", "")),
        notices=chance.choice(((notice,), ())),
        traits=chance.choice((page.traits, ())),
        partners=chance.choice((page.partners, ())),
    )
    stopped = chance.choice(("", "the budget of 60 seconds was used up"))
    pages = chance.choice(((page,), (page,), ()))
    return replace(seen, fetches=(home, other), pages=pages, failure=outcome, stopped=stopped)


def from_all(visits: list[Visit]) -> Verdict:
    """The verdict as of the last of these visits, from every one of them."""
    return judge(AOBA, visits, as_of=visits[-1].started_at, policy=Policy())


def take_in(store: Store, seen: Visit, kind: RunKind = RunKind.NIGHTLY) -> Verdict:
    """Take a visit in, in a run of its own."""
    run_id = store.start_run(kind, seen.started_at, ["aoba"])
    verdict = runs.take_in(store, run_id, AOBA, seen, Config())
    store.end_run(run_id, RunState.DONE)
    return verdict


def newer(store: Store) -> int:
    """How many visits the stored past lacks."""
    return len(list(store.past("aoba")[1]))


# --- the value ---


@pytest.mark.parametrize("seed", range(12))
def test_evidence_is_the_same_wherever_the_past_ends(seed: int) -> None:
    visits = history(seed)
    as_of = visits[-1].started_at
    for policy in POLICIES:
        whole = evidence("aoba", visits, as_of=as_of, policy=policy)
        for cut in range(len(visits) + 1):
            before = continued(UNVISITED, visits[:cut])
            assert evidence("aoba", visits[cut:], as_of=as_of, policy=policy, before=before) == whole


@pytest.mark.parametrize("seed", range(12))
def test_a_past_comes_from_the_short_form_of_a_visit_and_through_a_document(seed: int) -> None:
    past = Past()
    for seen in history(seed):
        document = msgspec.json.encode(seen)
        expected = after(past, seen)
        assert after(past, msgspec.json.decode(document, type=OldVisit)) == expected
        past = msgspec.json.decode(msgspec.json.encode(expected), type=Past)
        assert past == expected


def test_what_visits_amount_to_has_not_changed_since_the_number_of_its_form() -> None:
    """When this fails, pasts that are stored mean something else than new ones: raise FORM, and write the digest anew."""
    pasts = [reduce(after, history(seed), Past()) for seed in range(20)]
    assert (FORM, blake2b(msgspec.json.encode(pasts), digest_size=8).hexdigest()) == (2, "f2bb9fa0601e8496")


# --- in the store ---


def test_a_night_reads_one_old_visit_however_many_there_were(store: Store) -> None:
    visits = history(1)
    for number, seen in enumerate(visits, start=1):
        assert take_in(store, seen) == from_all(visits[:number])
        assert newer(store) == 1
    assert store.past("aoba")[0] == reduce(after, visits[:-1], Past())


def test_a_void_night_is_not_in_the_past(store: Store) -> None:
    visits = history(2)
    for seen in visits[:-2]:
        take_in(store, seen)
    run_id = store.start_run(RunKind.NIGHTLY, visits[-2].started_at, ["aoba"])
    runs.take_in(store, run_id, AOBA, visits[-2], Config())
    store.void_run(run_id, "our network was down")
    assert store.past("aoba")[0].visits == len(visits) - 2
    assert take_in(store, visits[-1]) == from_all([*visits[:-2], visits[-1]])


def test_a_past_that_holds_a_visit_of_a_void_night_is_dropped(store: Store) -> None:
    visits = history(3)
    for seen in visits[:-3]:
        take_in(store, seen)
    run_id = store.start_run(RunKind.NIGHTLY, visits[-3].started_at, ["aoba"])
    runs.take_in(store, run_id, AOBA, visits[-3], Config())
    take_in(store, visits[-2], RunKind.RESCAN)  # while the night is still under way
    assert store.past("aoba")[0].visits == len(visits) - 2
    store.void_run(run_id, "our network was down")
    assert store.past("aoba")[0] == Past()
    assert take_in(store, visits[-1]) == from_all([*visits[:-3], *visits[-2:]])


def test_a_visit_that_comes_after_a_later_one_takes_its_place_before_it(store: Store) -> None:
    visits = history(4)
    *before, late, last = visits[:-1]
    for seen in (*before, last):
        take_in(store, seen)
    assert take_in(store, late) == from_all([*before, late])
    assert take_in(store, visits[-1]) == from_all(visits)


def test_a_visit_before_all_that_a_past_holds_drops_it(store: Store) -> None:
    visits = history(5)
    for seen in visits[1:-1]:
        take_in(store, seen)
    assert take_in(store, visits[0]) == from_all(visits[:1])
    assert store.past("aoba")[0] == Past()
    assert take_in(store, visits[-1]) == from_all(visits)


def test_of_two_visits_at_one_instant_both_count(store: Store) -> None:
    visits = history(6)
    twin = replace(visits[-2], pages=())
    for seen in (*visits[:-1], twin):
        take_in(store, seen)
    assert take_in(store, visits[-1]) == from_all([*visits[:-1], twin, visits[-1]])


def test_a_past_of_another_form_is_made_anew(store: Store) -> None:
    visits = history(7)
    for seen in visits[:-1]:
        take_in(store, seen)
    with store.transaction():
        store._do("UPDATE pasts SET form = form + 1, document = x'00'", {})
    assert store.past("aoba")[0] == Past()
    assert take_in(store, visits[-1]) == from_all(visits)
    assert newer(store) == 1


def test_a_visit_that_was_stored_without_its_past_leaves_an_earlier_one(store: Store) -> None:
    visits = history(8)
    for seen in visits[:-2]:
        take_in(store, seen)
    run_id = store.start_run(RunKind.NIGHTLY, visits[-2].started_at, ["aoba"])
    store.add_visit(run_id, visits[-2], from_all(visits[:-1]))
    assert newer(store) == 2
    assert take_in(store, visits[-1]) == from_all(visits)


@pytest.mark.parametrize("kept", [True, False])
def test_the_history_as_of_a_past_instant_holds_no_later_visit(store: Store, kept: bool) -> None:
    visits = history(9)
    for seen in visits:
        take_in(store, seen)
    if not kept:
        with store.transaction():
            store._do("DELETE FROM pasts", {})
    for number, seen in enumerate(visits, start=1):
        assert history_of(store, "aoba", until=seen.started_at) == continued(UNVISITED, visits[:number])
    before_all = NIGHT - timedelta(days=1)
    assert history_of(store, "aoba", until=before_all) == UNVISITED


def test_judged_again_what_is_the_same_is_not_written_anew(store: Store) -> None:
    for seen in history(10):
        take_in(store, seen)
    before = stored_verdicts(store)
    strict = replace(Policy(), active_days=2)
    for policy, same in ((Policy(), True), (strict, False)):
        for verdicts in judged_again(store, policy, now=NIGHT, dated=False):
            store.replace_verdicts(verdicts)
        now = stored_verdicts(store)
        assert now[:-1] == before[:-1]
        assert (now[-1] == before[-1]) is same


def test_a_verdict_that_was_compressed_harder_is_the_same_too(store: Store) -> None:
    for seen in history(10):
        take_in(store, seen)
    (last,) = judged_again(store, Policy(), now=NIGHT, dated=False)
    document = zlib.compress(msgspec.json.encode(last[0]), 9)
    with store.transaction():
        store._do("UPDATE verdicts SET document = :document WHERE decided_at = (SELECT max(decided_at) FROM verdicts)",
                  {"document": document})  # fmt: skip
    before = stored_verdicts(store)
    store.replace_verdicts(last)
    assert stored_verdicts(store) == before
    store.replace_verdicts([replace(last[0], points=7.0)])
    assert stored_verdicts(store)[-1] != before[-1]


def stored_verdicts(store: Store) -> list[tuple[object, ...]]:
    """The rows of the verdicts, in time."""
    sql = "SELECT id, visit_id, run_id, decided_at, document FROM verdicts ORDER BY decided_at"
    with closing(store._db.execute(sql)) as found:
        return found.fetchall()


def test_a_cluster_without_a_visit_is_judged_as_of_now(store: Store) -> None:
    (verdicts,) = judged_again(store, Policy(), now=NIGHT, dated=False)
    assert [(v.cluster_id, v.decided_at) for v in verdicts] == [("aoba", NIGHT)]


def test_the_same_pages_night_after_night_are_made_once(store: Store) -> None:
    pages = visit(days=0).pages
    others = (replace(pages[0], title="another"), *pages[1:])
    visits = [replace(visit(days=n), pages=p) for n, p in enumerate((pages, pages, others, others, (), (), pages))]
    made = rows.visits([{"document": rows.pack(v)} for v in visits])
    assert made == visits
    same = [one.pages is other.pages for one, other in pairwise(made)]
    assert same == [True, False, True, False, True, False]


def test_a_damaged_visit_among_others_is_said(store: Store) -> None:
    whole = rows.pack(visit(days=0))
    for damaged in (whole[:-20], b"x" * 2000, b'{"pages": 7}'):
        with pytest.raises(StoreError, match="damaged visit"):
            rows.visits([{"document": whole}, {"document": damaged}])


def test_the_last_visits_that_read_something_are_few(store: Store) -> None:
    outcomes = [VisitOutcome.READ, VisitOutcome.READ, VisitOutcome.FAILED, VisitOutcome.READ]
    visits = [visit(days=n, outcome=o) for n, o in enumerate(outcomes)]
    for seen in visits:
        take_in(store, seen)
    assert store.history("aoba", 2)[2] == (visits[1], visits[3])
    assert store.history("aoba", 2, until=visits[2].started_at)[2] == (visits[0], visits[1])
