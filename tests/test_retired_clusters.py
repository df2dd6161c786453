"""Clusters that are retired or merged while something about them is still open: nothing is lost, nothing misleads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made import CEDAR, NIGHT, verdict
from pages import NOW, Clock, Visitor, answers, ceased, confirmation, form, made, serving
from programs import Program
from shelved import Saved, hang, keep

from crawler.answers import Answer, Decision, QuestionKind
from crawler.errors import StoreError
from crawler.letters import Entry, EntryKind
from db.bulk import Bulks
from db.desk import Desk, Overtaken
from db.rescans import RescanLost, RescanState
from pipelines.answering import Fault, Given, answer_of, fault

OLD, NEW = "https://aoba.example/", "https://aoba-new.example/"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = made(tmp_path / "desk.db", verdict("aoba", 0), ceased("aoba"), ceased("cedar", points=9.0))
    keep(path, ceased("aoba", days=1.5), [Saved(body="<p>解散しました。</p>")])
    hang(path, b"\x89PNG\r\n\x1a\nx")
    return path


@pytest.fixture
def desk(database: Path) -> Iterator[Bulks]:
    with Bulks.open(database, clock=Clock()) as opened:
        yield opened


def seen(desk: Desk, cluster_id: str) -> str:
    entry = desk.entry(cluster_id)
    assert entry is not None
    return entry.record.digest


def retire(desk: Desk, cluster_id: str) -> None:
    desk.retire_cluster(cluster_id, seen=seen(desk, cluster_id), by="boss", note="a double")


def merge(desk: Desk, gone: str, kept: str) -> None:
    digests = (seen(desk, gone), seen(desk, kept))
    desk.merge_clusters(gone, kept, chosen={}, seen=digests, by="boss", note="one and the same")


def moved(desk: Desk) -> Answer:
    word = desk.current("aoba")
    assert word is not None
    given = Given(question=QuestionKind.CEASED, decision=Decision.MOVED, address=NEW)
    return desk.answer(answer_of(given, word, by="kato", at=NOW), seen=0)


def bulk_over(desk: Bulks, *cluster_ids: str) -> dict[str, Answer]:
    words = desk.current_of(cluster_ids)
    given = Given(question=QuestionKind.CEASED, decision=Decision.CEASED)
    return {c: answer_of(given, words[c], by="kato", at=NOW) for c in cluster_ids}


# --- second looks ---


@pytest.mark.parametrize("is_merged", [True, False])
def test_a_second_look_that_waits_is_cancelled_by_whoever_retires_the_cluster(desk: Desk, is_merged: bool) -> None:
    number = desk.ask_rescan("aoba", by="kato")
    merge(desk, "aoba", "cedar") if is_merged else retire(desk, "aoba")
    rescan = desk.rescan(number)
    assert rescan is not None
    assert (rescan.state, rescan.cancelled_by) == (RescanState.CANCELLED, "boss")
    assert desk.take_rescan() is None


def test_a_second_look_under_way_ends_when_its_cluster_is_retired(desk: Desk) -> None:
    desk.ask_rescan("aoba", by="kato")
    rescan = desk.take_rescan()
    assert rescan is not None
    retire(desk, "aoba")
    with pytest.raises(RescanLost):
        desk.hear_rescan(rescan)


# --- answers and letters ---


@pytest.mark.parametrize("is_merged", [True, False])
def test_an_answer_about_a_cluster_retired_since_is_taken_back_without_bringing_it_back(
    desk: Desk, is_merged: bool
) -> None:
    given = moved(desk)
    merge(desk, "aoba", "cedar") if is_merged else retire(desk, "aoba")
    desk.undo(given.answer_id, by="kato")
    entry, other = desk.entry("aoba"), desk.entry("cedar")
    assert entry is not None
    assert other is not None
    assert (entry.cluster.website, entry.record.retired) == (OLD, True)
    assert entry.record.merged_into == ("cedar" if is_merged else "")
    assert other.cluster.website == CEDAR.website


def test_whoever_edits_while_an_answer_moves_the_address_sees_both(database: Path) -> None:
    with serving(database, clock=Clock()) as address, Visitor(address, "kato") as kato:
        with Bulks.open(database, clock=Clock()) as desk:
            before = seen(desk, "aoba")
            moved(desk)
            row = {"cluster_id": "aoba", "name_en": "Another name", "website": OLD, "seen": before}
        answer = kato.post("/clusters/aoba/edit", data=row)
        assert answer.status_code == 409
        assert NEW in answer.text
        with Desk.open(database) as desk:
            (cluster,) = desk.clusters(["aoba"])
            assert (cluster.website, cluster.name_en) == (NEW, "Aoba Photonics Cluster")


def test_the_interface_asks_nothing_about_a_retired_cluster(database: Path) -> None:
    with Desk.open(database, clock=Clock()) as desk:
        token = desk.make_token("kato", "test", 1, by="test")
    with serving(database, clock=Clock()) as address, Program(address, token) as program:
        assert program.get("/api/clusters/aoba").json()["questions"] != []
        with Desk.open(database, clock=Clock()) as desk:
            retire(desk, "aoba")
        case = program.get("/api/clusters/aoba").json()
        assert (case["questions"], case["verdict"]["flag"]) == ([], "likely_ceased")


def test_a_letter_taken_back_can_be_entered_again_and_one_sent_twice_is_one(desk: Desk) -> None:
    letter = Entry(
        cluster_id="aoba", kind=EntryKind.WROTE, by="kato", at=NOW, on=NIGHT.date(), address="info@aoba.example",
        due_on=NOW.date(), words="",
    )  # fmt: skip
    first = desk.add_entry(letter)
    assert desk.add_entry(letter).entry_id == first.entry_id
    back = replace(letter, kind=EntryKind.WITHDRAWN, address="", due_on=None, letter_id=first.entry_id)
    desk.add_entry(back)
    again = desk.add_entry(letter)
    assert again.entry_id != first.entry_id
    assert [e.entry_id for e in desk.waiting_letters()] == [again.entry_id]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://new.example/", "https://new.example/"),
        (" https://new.example/a ", "https://new.example/a"),
        ("https://クラスター.example/", "https://xn--pckuas0otd.example/"),
        ("https://new.example/a b", None),
        ("https://a@new.example/", None),
        ("ftp://new.example/", None),
        ("new.example", None),
        ("", None),
    ],
)
def test_an_address_in_an_answer_is_one_that_the_registry_takes(desk: Desk, typed: str, kept: str | None) -> None:
    given = Given(question=QuestionKind.MOVED, decision=Decision.MOVED, address=typed)
    assert fault(desk, given, NOW.date()) == (None if kept else Fault.ADDRESS)
    word = desk.current("aoba")
    assert word is not None
    if kept:
        assert answer_of(given, word, by="kato", at=NOW).address == kept


# --- decisions over many ---


def test_a_cluster_retired_between_preview_and_confirmation_stores_nothing(database: Path) -> None:
    with serving(database, clock=Clock()) as address, Visitor(address, "kato") as kato:
        preview = kato.get("/bulk?decision=ceased")
        with Desk.open(database, clock=Clock()) as desk:
            retire(desk, "cedar")
        assert kato.post("/bulk", data=confirmation(preview)).status_code == 409
        assert answers(database) == answers(database, "cedar") == []


def test_a_decision_over_many_leaves_out_what_was_retired_since(desk: Bulks) -> None:
    planned = bulk_over(desk, "aoba", "cedar")
    retire(desk, "cedar")
    bulk = desk.answer_all(list(planned.values()), seen={"aoba": 0, "cedar": 0}, wanted="?")
    assert [a.cluster_id for a in desk.answers_of(bulk)] == ["aoba"]
    with pytest.raises(StoreError, match="in the registry any more"):
        desk.answer_all([planned["cedar"]], seen={"cedar": 0}, wanted="?")
    with pytest.raises(Overtaken):
        desk.answer_all([planned["aoba"]], seen={"aoba": 0, "cedar": 0}, wanted="?")


# --- all that was found stays readable ---


def test_everything_about_a_merged_cluster_is_still_there_to_be_read(database: Path) -> None:
    with serving(database, clock=Clock()) as address, Visitor(address, "kato") as kato:
        kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="noted", note="a note of mine"))
        letter = {"on": "2024-11-20", "due_on": "2024-12-20", "address": "info@aoba.example"}
        kato.post("/clusters/aoba/letters", data=letter)
        preview = kato.get("/bulk?decision=skipped")
        kato.post("/bulk", data=confirmation(preview))
        kato.post("/clusters/aoba/rescan")
        with Desk.open(database, clock=Clock()) as desk:
            merge(desk, "aoba", "cedar")
        case = kato.get("/clusters/aoba").text
        for words in (
            "a note of mine",
            "info@aoba.example",
            "/pictures/1",
            "/kept/1",
            "/clusters/cedar",
            "解散しました",
        ):
            assert words in case, words
        for path in ("/kept/1", "/kept/1/page", "/pictures/1", "/bulks/1", "/rescans/1", "/letters", "/queue",
                     "/clusters/aoba/changes", "/api/clusters/aoba/answers", "/clusters/aoba/edit"):  # fmt: skip
            assert kato.get(path).status_code == 200, path
        assert "aoba.example" not in kato.get("/letters").text, "nobody waits for an answer of a retired one"
