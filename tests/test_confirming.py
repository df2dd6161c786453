"""Whether a page is as the last full reading found it, answer by answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made import AOBA, FULL_VISIT, LAST, NIGHT, stored, verdict, visit

from crawler.config import Config
from crawler.model import Fetch, Outcome, PageBefore, Role, RunKind, Visit, VisitOutcome
from crawler.past import OldFetch, OldVisit
from crawler.reading.page import parse
from db.store import Store
from pipelines import revisiting, runs
from pipelines.judging.visit_days import requests_of
from spiders.answer import Answer
from spiders.confirming import conditions, is_unchanged, said

URL = "http://a.example.jp/"
AT = datetime(2026, 11, 26, tzinfo=UTC)
BODY = b"<html lang=ja><body><p>2026\xe5\xb9\xb45\xe6\x9c\x881\xe6\x97\xa5 \xe7\xa0\x94\xe7\xa9\xb6\xe4\xbc\x9a</body></html>"
BEFORE = PageBefore(
    url=URL, role=Role.HOME, final_url=URL, etag='"a"', fingerprint="same", said=said(parse(BODY, URL, "text/html"))
)
NOTHING_TO_ASK_WITH = replace(BEFORE, etag="")
SENT = Fetch(
    url=URL, role=Role.HOME, at=AT, outcome=Outcome.OK, status=200, final_url=URL, content_type="text/html",
    fingerprint="same",
)  # fmt: skip
UNCHANGED = replace(SENT, outcome=Outcome.NOT_MODIFIED, status=304, fingerprint="")


@pytest.mark.parametrize(
    ("before", "fetch", "body", "unchanged"),
    [
        pytest.param(BEFORE, UNCHANGED, b"", True, id="not modified"),
        pytest.param(NOTHING_TO_ASK_WITH, UNCHANGED, b"", False, id="not modified, although nobody asked"),
        pytest.param(BEFORE, replace(UNCHANGED, final_url=URL + "x"), b"", False, id="not modified, elsewhere"),
        pytest.param(BEFORE, SENT, b"anything", True, id="the same bytes"),
        pytest.param(BEFORE, replace(SENT, final_url=URL + "x"), BODY, False, id="the same bytes, elsewhere"),
        pytest.param(BEFORE, replace(SENT, fingerprint="new"), BODY + b"<!-- 7 -->", True, id="the same words"),
        pytest.param(BEFORE, replace(SENT, fingerprint="new"), BODY.replace(b"5", b"6"), False, id="another day"),
        pytest.param(BEFORE, replace(SENT, outcome=Outcome.HTTP_404), BODY, False, id="not found"),
        pytest.param(
            replace(BEFORE, fingerprint="", said=""), replace(SENT, fingerprint=""), BODY, False, id="unknown"
        ),
    ],
)
def test_whether_a_page_is_as_it_was(before: PageBefore, fetch: Fetch, body: bytes, *, unchanged: bool) -> None:
    assert is_unchanged(before, Answer(fetch, body), utc_offset_h=9) is unchanged


def test_it_is_asked_for_by_what_its_server_gave() -> None:
    assert conditions(NOTHING_TO_ASK_WITH) == {}
    assert conditions(replace(BEFORE, last_modified="x")) == {"If-None-Match": '"a"', "If-Modified-Since": "x"}
    assert conditions(replace(BEFORE, etag='"a-gzip"')) == {"If-None-Match": '"a-gzip", "a"'}


def test_a_visit_rests_on_the_requests_of_the_reading_that_it_confirms() -> None:
    old = OldFetch(url=URL + "news/", role=Role.NEWS, outcome=Outcome.HTTP_404)
    again = OldFetch(url=URL, role=Role.HOME, outcome=Outcome.NOT_MODIFIED)
    old_visit = OldVisit(started_at=AT, outcome=VisitOutcome.READ, fetches=(again,), carried=(old,))
    assert requests_of(old_visit) == (old, again)
    whole = Visit(
        cluster_id="a", started_at=AT, elapsed_s=1.0, outcome=VisitOutcome.READ, fetches=(SENT,), carried=(UNCHANGED,)
    )
    assert requests_of(whole) == (UNCHANGED, SENT)


@pytest.mark.parametrize("doubt", [True, False])
def test_a_confirmed_reading_stands_on_unless_doubts_came_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, doubt: bool
) -> None:
    monkeypatch.setattr(runs, "is_suspect", lambda _: doubt)
    with Store.open(stored(tmp_path / "c.db", nights=0)) as store:
        first, second = (store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"]) for _ in range(2))
        store.add_visit(first, FULL_VISIT, verdict(), last=LAST)
        confirming = replace(visit(days=1), pages=(), confirms=FULL_VISIT.started_at)
        runs.take_in(store, second, AOBA, confirming, Config())
        assert store.visits("aoba")[-1].pages == FULL_VISIT.pages
        assert store.plan(["aoba"])[0].last == (None if doubt else LAST)


# --- as it is taken in: without reading and writing again what is known ---

ASKED = replace(FULL_VISIT.fetches[0], outcome=Outcome.NOT_MODIFIED, status=304)
ALSO_ASKED = replace(FULL_VISIT.fetches[1], outcome=Outcome.NOT_MODIFIED, status=304)


def confirming(night: int, *fetches: Fetch) -> Visit:
    """What a crawl tells of a visit that found those pages of `FULL_VISIT` unchanged."""
    return replace(visit(days=night), pages=(), fetches=fetches, confirms=FULL_VISIT.started_at)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store whose cluster aoba was read in full."""
    with Store.open(stored(tmp_path / "c.db", nights=0)) as store:
        runs.take_in(store, store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"]), AOBA, FULL_VISIT, Config())
        yield store


def taken_in(store: Store, seen: Visit) -> Visit:
    """The visit as it is stored."""
    runs.take_in(store, store.start_run(RunKind.NIGHTLY, seen.started_at, ["aoba"]), AOBA, seen, Config())
    return store.visits("aoba")[-1]


def test_confirming_visits_are_whole_whatever_they_asked_for_and_however_long_ago_it_was_read(store: Store) -> None:
    asked = [(ASKED,), (ASKED,), (ASKED, ALSO_ASKED), (ASKED,), (ASKED, ALSO_ASKED), (ALSO_ASKED,), (ASKED,)]
    for night, fetches in enumerate(asked, start=1):
        seen = confirming(night, *fetches)
        whole = taken_in(store, seen)
        assert whole == revisiting.whole(seen, FULL_VISIT)
        assert (whole.pages, len(whole.carried)) == (FULL_VISIT.pages, len(FULL_VISIT.fetches) - len(fetches))


def test_once_the_reading_counts_no_more_nothing_confirms_it_however_many_did(store: Store) -> None:
    for night in (1, 2):
        assert taken_in(store, confirming(night, ASKED)).pages
    with store.transaction():
        store._do("UPDATE visits SET void = 1 WHERE started_at = (SELECT min(started_at) FROM visits)", {})
    told = taken_in(store, confirming(3, ASKED))
    assert (told.outcome, told.pages, told.confirms) == (VisitOutcome.INCONCLUSIVE, (), None)


@pytest.mark.parametrize(
    ("one", "alike"),
    [
        (confirming(1, ASKED), True),
        (confirming(1, replace(ASKED, url=ASKED.url.replace("https", "http"))), True),
        (confirming(1, ASKED, ALSO_ASKED), False),
        (confirming(1, ALSO_ASKED), False),
        (replace(confirming(1, ASKED), confirms=FULL_VISIT.started_at + timedelta(days=1)), False),
        (replace(confirming(1, ASKED), confirms=None), False),
    ],
)
def test_visits_rest_alike_on_one_reading_when_they_asked_for_the_same(one: Visit, alike: bool) -> None:
    assert revisiting.rests_alike(one, confirming(2, ASKED)) is alike
    assert revisiting.rests_alike(confirming(2, ASKED), one) is alike


def test_a_quiet_night_writes_nothing_again_that_it_leaves_as_it_is(store: Store) -> None:
    for night in range(1, 5):
        taken_in(store, confirming(night, ASKED))
    run_id, ran = store.start_run(RunKind.NIGHTLY, NIGHT + timedelta(days=5), ["aoba"]), list[str]()
    store._db.conn.set_trace_callback(ran.append)
    runs.take_in(store, run_id, AOBA, confirming(5, ASKED), Config())
    store._db.conn.set_trace_callback(None)
    assert not [sql for sql in ran if "INTO last_readings" in sql or "INTO texts" in sql]
    # It was 41 when each question had a savepoint around it: what is added here, every night pays for every cluster.
    assert len(ran) <= 25
