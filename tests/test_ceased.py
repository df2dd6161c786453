"""The measurement of ends: its replays and its counts, on visits made by hand."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.ceased import __main__ as whole
from benchmarks.ceased import classes, histories, notices, trouble, year
from benchmarks.ceased.replay import NIGHTS, at_home_of, at_night, judged, told
from crawler.model import (
    Activity,
    Cluster,
    Fetch,
    Outcome,
    PageKind,
    PageReading,
    Role,
    Trait,
    TraitKind,
    Visit,
    VisitOutcome,
)
from samples.faults.catalogue import Visited, all_variants
from samples.faults.classes import read_classes
from samples.faults.outages import outages
from samples.faults.variants import Variant

FIRST = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
HERE = "http://here.example:8000/"
CLASSES = read_classes()


def look(outcome: VisitOutcome, *, failure: Outcome | None = None, kind: PageKind = PageKind.CONTENT) -> Visit:
    """One look at a website of another address."""
    url = "http://there.example:7000/"
    named = (Trait(kind=TraitKind.NAME, value="青葉光学クラスター推進協議会", url=url),)
    page = PageReading(url=url, role=Role.HOME, kind=kind, traits=named if kind is PageKind.CONTENT else ())
    fetch = Fetch(url=url, role=Role.HOME, at=FIRST, outcome=failure or Outcome.OK)
    return Visit(
        cluster_id="there", started_at=FIRST, elapsed_s=0.0, outcome=outcome, failure=failure, website=url, fetches=(fetch,),
        pages=() if failure else (page,),
    )  # fmt: skip


WELL = look(VisitOutcome.READ)
GONE = look(VisitOutcome.FAILED, failure=Outcome.DNS_NXDOMAIN)
FORBIDDEN = look(VisitOutcome.INCONCLUSIVE, failure=Outcome.HTTP_403)
PARKED = look(VisitOutcome.LOST, kind=PageKind.PARKED)


def seen(of: str, visit: Visit) -> Visited:
    cluster = Cluster(cluster_id="here", name_en="Aoba", name_ja="青葉光学クラスター推進協議会", website=HERE)
    return Visited(variant=Variant(of=of, number=1, says="", place=lambda g, h: ""), cluster=cluster, visit=visit)


SCENES = {"well": seen("well", WELL), "quiet": seen("quiet", WELL), "stranger": seen("stranger", replace(
    WELL, pages=(replace(WELL.pages[0], traits=()),)))}  # fmt: skip


def test_a_look_is_told_of_another_address_and_night() -> None:
    moved = at_home_of(WELL, HERE)
    assert (moved.website, moved.pages[0].url, moved.fetches[0].url) == (HERE, HERE, HERE)
    later = at_night(moved, FIRST + timedelta(days=3))
    assert (later.started_at, later.day) == (FIRST + timedelta(days=3), (FIRST + timedelta(days=3, hours=9)).date())
    visits = told(SCENES["well"].cluster, [WELL, GONE], FIRST)
    assert [(v.cluster_id, (v.started_at - FIRST).days) for v in visits] == [("here", 0), ("here", 1)]


def test_a_dead_name_is_asked_about_after_31_nights_and_the_answer_stays() -> None:
    runs = classes.replayed([seen("dns_nxdomain", GONE)], SCENES, CLASSES, FIRST)
    assert [(r.with_history, r.first_asked, r.is_false, r.comes_back) for r in runs] == [
        (True, 31, False, 0),
        (False, 31, False, 0),
    ]
    assert [r.nights for r in runs] == [32, 32]


def test_a_site_that_refuses_us_is_never_asked_about() -> None:
    runs = classes.replayed([seen("http_403", FORBIDDEN)], SCENES, CLASSES, FIRST)
    assert [(r.first_asked, r.is_false) for r in runs] == [(None, False), (None, False)]


@pytest.mark.parametrize(
    ("of", "first_asked", "false"),
    [
        ("http_403", 59, True),  # never due
        ("http_403", None, False),
        ("dns_nxdomain", 30, True),  # a night too early
        ("dns_nxdomain", 31, False),
        ("parked", 1, True),
        ("parked", 2, False),
    ],
)
def test_a_question_that_comes_too_early_or_never_should_is_false(
    of: str, first_asked: int | None, false: bool
) -> None:
    run = classes.Replayed(
        of=CLASSES[of], name="x", with_history=True, first_asked=first_asked, reasons=(), comes_back=0
    )
    assert run.is_false is false


def test_only_the_own_pages_end_a_question() -> None:
    assert classes.recoveries([seen("parked", PARKED)], SCENES, FIRST) == {"parked": (False, True)}


def test_a_host_that_flaps_shows_no_change_and_is_no_stranger() -> None:
    failing, strange = seen("dns_nxdomain", GONE), seen("parked", PARKED)
    assert trouble.of_hosts([failing, strange, SCENES["well"]]) == [failing]
    assert trouble.of_strangers([failing, strange, SCENES["well"]]) == [strange]
    assert trouble.flap_changes([failing], SCENES, FIRST, 1) == {"dns_nxdomain": 0}


def test_outages_of_our_own_raise_nothing_and_most_nights_are_void() -> None:
    named = [seen(o.looks_like, GONE) for o in outages()]
    ridden = list(trouble.ridden_out(named, outages(), SCENES, FIRST, 1, 12))
    assert len(ridden) == 12
    assert sum(r.flags for r in ridden) == 0
    assert 0 < sum(r.void for r in ridden) <= sum(r.nights for r in ridden)
    # A share of at most a fifth does not void a night, and raises nothing all the same.
    few = [r for r in ridden if r.share <= 0.2]
    assert all(r.void == 0 for r in few)


def test_nights_are_judged_one_by_one() -> None:
    nights = list(judged(SCENES["well"].cluster, told(SCENES["well"].cluster, [PARKED] * 4, FIRST)))
    assert [n.asked for n in nights] == [False, False, True, True]
    assert [n.number for n in nights] == [0, 1, 2, 3]
    assert nights[-1].verdict.activity is Activity.LIKELY_CEASED
    assert len(nights) < NIGHTS


# --- Notices ---


@pytest.mark.parametrize("counter", notices.counter_sentences(), ids=lambda t: t.name)
def test_a_counter_sentence_raises_no_end(counter: notices.Told) -> None:
    assert notices.read([counter])[0].raised is False, counter.text


def test_closings_in_unusual_words_are_found() -> None:
    result = notices.score(notices.read(notices.own_closings()))
    assert result.ends >= 150
    assert result.recall >= 0.9


def test_labelled_notices_are_scored_by_their_labels(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(
        '{"id": "a", "lang": "ja", "host_ended": true, "label": "ceased", "text": "当会は2020年3月31日をもって解散しました。"}\n'
        '{"id": "b", "lang": "ja", "host_ended": true, "label": "announced", "text": "当会は2027年3月31日をもって解散します。"}\n'
        '{"id": "c", "lang": "ja", "host_ended": true, "label": "ceased", "text": "当会は続いています。"}\n'
        '{"id": "d", "lang": "ja", "host_ended": false, "label": "event ended", "text": "セミナーは終了しました。"}\n'
        '{"id": "e", "lang": "ja", "host_ended": false, "label": "news", "text": "当会は2020年3月31日をもって解散しました。"}\n',
        encoding="utf-8",
    )
    read = notices.read(notices.labelled(file))
    assert [r.raised for r in read] == [True, True, False, False, True]
    result = notices.score(read)
    assert (result.ends, result.found, result.others, result.alarms) == (3, 2, 2, 1)
    assert (round(result.recall, 3), result.false_alarms) == (0.667, 0.5)


# --- Histories ---


def written(folder: Path, *looks: tuple[str, str, int]) -> Path:
    """A folder of one file: id, instant, label."""
    lines = "".join(f"{i}\t{at}\thttp://archive.example/{at}/\t{label}\n" for i, at, label in looks)
    (folder / "77_label_gold.txt").write_text(f"id\tdate\tURI\tlabel\n{lines}", encoding="utf-8")
    return folder


def weekly(name: str, labels: str) -> list[tuple[str, str, int]]:
    """A look a week, with these labels."""
    start = datetime(2012, 1, 1, tzinfo=UTC)
    return [(name, f"{start + timedelta(weeks=n):%Y%m%d%H%M%S}", int(label)) for n, label in enumerate(labels)]


def test_a_loss_is_confirmed_after_three_weeks_and_right_when_it_lasts(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        *weekly("1", "1100000"),  # confirmed at the fifth look of the loss, for good
        *weekly("2", "11000001"),  # confirmed, and back
        *weekly("3", "1100001"),  # three weeks exactly: not yet
        *weekly("4", "1100"),  # too few looks
        *weekly("5", "1111"),
    )
    found = histories.read_histories(folder)
    assert [histories.confirmed_at(h) for h in found] == [6, 6, None, None, None]
    result = histories.replay(found)
    assert (result.histories, result.ever_lost, result.lost_for_good) == (5, 4, 2)
    assert (result.confirmed, result.right, result.precision, result.recall) == (2, 1, 0.5, 0.5)


def test_a_folder_without_histories_gives_none(tmp_path: Path) -> None:
    assert histories.read_histories(tmp_path) == []


# --- The whole ---


@pytest.mark.timeout(300)
def test_the_whole_measurement_in_small_writes_its_figures_and_says_what_it_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few = tuple(v for v in all_variants() if v.number == 1)
    monkeypatch.setattr(whole, "all_variants", lambda: few)
    monkeypatch.setattr(whole, "_OUTAGES", 4)
    monkeypatch.setattr(year, "SITES", 50)
    file = tmp_path / "figures.json"
    folder = written(tmp_path, *weekly("1", "1100000"))
    monkeypatch.setattr(sys, "argv", ["eval-ceased", "--histories", str(folder), "--json", str(file)])
    assert whole.main() == 0
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert (figures["classes"], figures["macro_recall"], figures["false_ceased"]) == (47, 1.0, 0)
    assert (figures["flap_changes_max"], figures["rejected_returns"], figures["outages"]["flags"]) == (0, 0, 0)
    assert (figures["replay"]["precision"], figures["replay"]["recall"]) == (1.0, 1.0)
    assert figures["own_notices"]["alarms"] == 0
    assert set(figures["year"]) == {"sites", "ceased", "found", "raised", "precision", "by_fate"}
    assert "notices" not in figures
    assert "living" not in figures
    told_of = capsys.readouterr().out
    assert "left out, for want of FACTS=DIR" in told_of
    assert "left out, for want of SITES=DIR" in told_of
