"""The pages of one decision over many questions: preview, confirmation, result."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from made import verdict
from many import CLUSTERS, NAMES, answer_one, said, shown
from pages import NOW, Clock, Visitor, answers, ceased, confirmation, made, serving

from crawler.answers import Decision
from crawler.model import Cluster
from db.bulk import Bulks
from pipelines.answering import answer_of


def test_a_decision_over_a_filter_is_previewed_confirmed_and_taken_back(kato: Visitor, database: Path) -> None:
    queue = kato.get("/queue?prefecture=Miyagi")
    assert 'href="/bulk?prefecture=Miyagi"' in queue.text
    assert "Answer all 4 at once" in queue.text
    choice = kato.get("/bulk?prefecture=Miyagi")
    assert "One decision over 4 questions" in choice.text
    assert 'method="post" action="/bulk"' not in choice.text
    page = kato.get("/bulk?prefecture=Miyagi&decision=ceased")
    assert "4 answers would be written" in page.text
    assert shown(page) == set(NAMES[:4])
    assert answers(database) == [], "a preview stores nothing"
    sent = kato.post("/bulk", data=confirmation(page, note="they wrote back", reason_code="asked_them"))
    assert sent.status_code == 303
    done = kato.get(sent.headers["location"])
    assert "4 answers: ceased" in done.text
    assert done.text.count("they wrote back") == 4
    assert shown(done) == set(NAMES[:4])
    after = kato.get("/queue")
    assert "4 questions at once" in after.text
    (undo,) = re.findall(r'action="(/bulks/\d+/undo)"', after.text)
    back = kato.post(undo)
    assert back.status_code == 303
    assert "prefecture=Miyagi" in back.headers["location"]
    assert "Taken back" in kato.get(back.headers["location"]).text
    assert answers(database) == [Decision.CEASED, Decision.UNDONE]
    assert kato.post(undo).status_code == 409


def test_the_preview_says_what_is_left_out_and_why(kato: Visitor, desk: Bulks) -> None:
    word = desk.current("cedar")
    assert word is not None
    desk.answer(answer_of(said(Decision.ASSIGNED, assignee="boss"), word, by="boss", at=NOW), seen=0)
    page = kato.get("/bulk?decision=alive").text
    assert "1 is left out: it asks for an address" in page
    assert "1 is left out: it was given to somebody else" in page
    assert "4 answers would be written" in page
    assert "cluster fits this filter" not in page
    desk.replace_verdicts([verdict("aoba", 3)])
    assert "1 more cluster fits this filter, and nothing is asked about it." in kato.get(
        "/bulk?prefecture=Miyagi&decision=alive"
    ).text  # fmt: skip


def test_who_answered_between_preview_and_confirmation_is_named(kato: Visitor, desk: Bulks, database: Path) -> None:
    page = kato.get("/bulk?kind=ceased&decision=alive")
    answer_one(desk, "cedar", Decision.CEASED)
    done = kato.get(kato.post("/bulk", data=confirmation(page)).headers["location"])
    assert "1 question was left out: somebody answered first" in done.text
    assert re.search(r"Cedar Cluster</a>\s*<strong>ceased</strong>\s*<span class=\"by\">boss", done.text)
    assert answers(database, "cedar") == [Decision.CEASED]
    assert answers(database, "elm") == [Decision.ALIVE]


def test_all_answered_first_is_told_with_who_was(kato: Visitor, desk: Bulks) -> None:
    page = kato.get("/bulk?q=cedar&decision=alive")
    answer_one(desk, "cedar", Decision.CEASED)
    answer = kato.post("/bulk", data=confirmation(page))
    assert (answer.status_code, "boss was first" in answer.text) == (409, True)


@pytest.mark.parametrize("change", ["judged", "registry", "decision", "filter", "digest", "through"])
def test_another_list_than_the_one_shown_is_shown_again_and_not_stored(
    kato: Visitor, desk: Bulks, database: Path, change: str
) -> None:
    answer_one(desk, "aoba")
    data = confirmation(kato.get("/bulk?prefecture=Miyagi&decision=alive"))
    if change == "judged":
        desk.replace_verdicts([ceased("cedar", 2)])
    elif change == "registry":
        desk.upsert_clusters([replace(CLUSTERS[1], prefecture="Osaka")])
    else:
        data[change] = {"decision": "ceased", "filter": "q=cedar", "digest": "0" * 64, "through": "0"}[change]
    before = desk.counts()
    answer = kato.post("/bulk", data=data)
    assert (answer.status_code, "no longer those that you were shown" in answer.text) == (409, True)
    assert desk.counts() == before
    assert kato.post("/bulk", data=confirmation(answer)).status_code == 303, "confirmed as it is now"
    assert answers(database, "cedar") == [Decision(data["decision"])]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"decision": "moved"}, "could not be understood"),
        ({"decision": "undone"}, "could not be understood"),
        ({"decision": "dead"}, "could not be understood"),
        ({"decision": "snoozed", "until": "2024-11-26"}, "a day still to come"),
        ({"decision": "snoozed", "until": ""}, "a day still to come"),
        ({"decision": "assigned", "assignee": "nobody"}, "no such person"),
        ({"decision": "noted"}, "Write a note first"),
        ({"note": "x" * 2001}, "could not be understood"),
        ({"reason_code": "a hunch"}, "could not be understood"),
        ({"through": "-1"}, "could not be understood"),
    ],
)
def test_what_cannot_be_said_of_many_says_why_and_stores_nothing(
    kato: Visitor, desk: Bulks, fields: dict[str, str], says: str
) -> None:
    before = desk.counts()
    answer = kato.post("/bulk", data=confirmation(kato.get("/bulk?decision=alive"), **fields))
    assert (answer.status_code, says in answer.text) == (422, True)
    assert desk.counts() == before


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("decision=snoozed&until=2024-11-27", 200, "They will be asked again on 27 Nov 2024."),
        ("decision=snoozed&until=2024-11-26", 422, "a day still to come"),
        ("decision=assigned&assignee=boss", 200, "are given to boss"),
        ("decision=assigned&assignee=nobody", 422, "no such person"),
        ("decision=assigned", 200, "No question is left"),
        ("decision=noted", 200, "your note will stand"),
        ("decision=skipped", 200, "go to the end for today"),
        ("decision=moved", 200, "What do you say of all of them?"),
        ("decision=nonsense", 200, "What do you say of all of them?"),
        ("kind=nonsense&decision=static", 200, "5 answers would be written"),
        ("page=99999&decision=static", 200, "5 answers would be written"),
    ],
)
def test_a_preview_says_what_will_be_written(kato: Visitor, query: str, status: int, says: str) -> None:
    page = kato.get(f"/bulk?{query}")
    assert (page.status_code, says in page.text) == (status, True)


@pytest.mark.parametrize(
    "query",
    ["decision=snoozed&until=2024-12-01", "decision=assigned&assignee=boss", "decision=noted", "decision=skipped"],
)
def test_every_decision_over_many_is_stored(kato: Visitor, database: Path, query: str) -> None:
    data = confirmation(kato.get(f"/bulk?{query}"), note="as agreed on Tuesday")
    assert kato.post("/bulk", data=data).status_code == 303
    assert answers(database) == [Decision(data["decision"])]
    assert answers(database, "fir") == [Decision(data["decision"])]


def test_a_bulk_that_nobody_made_is_not_found(kato: Visitor) -> None:
    for number in ("7", "0", "x", str(2**70)):
        assert kato.get(f"/bulks/{number}").status_code in {404, 422}
        assert kato.post(f"/bulks/{number}/undo").status_code in {404, 422}


def test_nobody_takes_back_the_bulk_of_another_but_an_admin(kato: Visitor, address: str, database: Path) -> None:
    with Visitor(address, "boss") as boss:
        boss.post("/bulk", data=confirmation(boss.get("/bulk?decision=alive")))
        assert "/undo" not in kato.get("/bulks/1").text
        assert kato.post("/bulks/1/undo").status_code == 409
    assert answers(database) == [Decision.ALIVE]
    with Visitor(address, "vera") as vera:
        assert vera.get("/bulk").status_code == 403
        assert "/undo" not in vera.get("/bulks/1").text


def test_the_overview_leads_to_a_decision_over_what_it_shows(kato: Visitor, address: str) -> None:
    assert "/bulk" not in kato.get("/").text
    page = kato.get("/?asked=1&prefecture=Osaka&sort=latest").text
    assert 'href="/bulk?prefecture=Osaka"' in page
    with Visitor(address, "vera") as vera:
        assert "/bulk" not in vera.get("/?asked=1").text


def test_ten_thousand_clusters_fit_into_one_small_form(tmp_path: Path, clock: Clock) -> None:
    many = [Cluster(cluster_id=f"c{n:04}", name_en=f"Cluster {n}", website="") for n in range(2_000)]
    database = made(tmp_path / "many.db", clusters=tuple(many))
    with Bulks.open(database) as desk:
        desk.replace_verdicts([ceased(c.cluster_id) for c in many])
    with serving(database, clock=clock) as address, Visitor(address, "kato") as kato:
        page = kato.get("/bulk?decision=alive")
        assert len(page.content) < 64 * 1024
        data = confirmation(page)
        assert sum(len(value) for value in data.values()) < 200
        assert kato.post("/bulk", data=data).status_code == 303
    with Bulks.open(database) as desk:
        bulk = desk.bulk(1)
        assert bulk is not None
        assert bulk.count == 2_000
