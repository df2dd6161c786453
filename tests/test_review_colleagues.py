"""What colleagues leave with an open question stands where it is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import Visitor, answers, form

from crawler.answers import Decision
from db.desk import Desk


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


@pytest.fixture
def boss(address: str) -> Iterator[Visitor]:
    with Visitor(address, "boss") as visitor:
        yield visitor


def leave(who: Visitor, decision: str, **fields: str) -> str:
    """Leave something with a question; the words of the page that follows."""
    asked = who.get("/queue?at=ceased:cedar")
    sent = who.post("/answers", data=form(asked, decision=decision, **fields))
    assert sent.status_code == 303, sent.text
    return who.get(sent.headers["location"]).text


def remarks(page: str) -> list[str]:
    """What stands with the question as said by colleagues, without markup."""
    found = re.findall(r'<div class="said">(.*?)</div>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", said).split()) for said in found]


def test_a_note_for_a_colleague_stands_with_the_question(kato: Visitor, boss: Visitor) -> None:
    leave(kato, "assigned", assignee="boss", note="You know them: please call.")
    (said,) = remarks(boss.get("/queue?mine=1").text)
    assert said.startswith("assigned → boss kato · ")
    assert said.endswith("You know them: please call.")
    leave(kato, "noted", note="Their telephone is cut off.")
    newest, older = remarks(boss.get("/queue?at=ceased:cedar").text)
    assert newest.endswith("Their telephone is cut off.")
    assert older.endswith("please call.")
    assert remarks(boss.get("/queue?at=ceased:aoba").text) == [], "of another cluster nothing was said"


def test_what_was_taken_back_is_told_no_more_and_the_last_three_remarks_are(
    kato: Visitor, boss: Visitor, database: Path
) -> None:
    for note in ("one", "two", "three", "four"):
        leave(kato, "noted", note=note)
    with Desk.open(database) as desk:
        last = desk.answers(["cedar"])["cedar"][-1]
    kato.post(f"/answers/{last.answer_id}/undo")
    assert [said.split()[-1] for said in remarks(boss.get("/queue?at=ceased:cedar").text)] == ["three", "two", "one"]
    leave(kato, "noted", note="five")
    assert [said.split()[-1] for said in remarks(boss.get("/queue?at=ceased:cedar").text)] == ["five", "three", "two"]


def test_who_was_given_questions_sees_how_many(kato: Visitor, boss: Visitor) -> None:
    def count(who: Visitor) -> str:
        found = re.search(r"Given to me <span>(\d*)</span>", who.get("/queue").text)
        assert found is not None
        return found[1]

    assert count(boss) == ""
    leave(kato, "assigned", assignee="boss")
    assert (count(boss), count(kato)) == ("1", "")


def test_giving_a_question_says_to_whom(kato: Visitor, database: Path) -> None:
    assert "Kept: Cedar Cluster, assigned → boss." in leave(kato, "assigned", assignee="boss")
    assert "Kept: Cedar Cluster, assigned → nobody." in leave(kato, "assigned", assignee="")
    assert answers(database, "cedar") == [Decision.ASSIGNED, Decision.ASSIGNED]


@pytest.mark.parametrize(
    "fields", [{"decision": "moved"}, {"decision": "snoozed"}, {"decision": "assigned", "assignee": "x"}]
)
def test_what_was_not_stored_gives_the_note_back_and_leads_to_its_question(
    kato: Visitor, fields: dict[str, str]
) -> None:
    asked = kato.get("/queue?kind=ceased&at=ceased:aoba")
    sent = kato.post("/answers", data=form(asked, **fields, note="Half an hour <of> words"))
    assert sent.status_code == 422
    assert "Half an hour &lt;of&gt; words</p>" in sent.text
    (path,) = re.findall(r'<a href="([^"]+)">Back to the question', sent.text)
    assert "Has Aoba Photonics Cluster ceased?" in kato.get(path.replace("&amp;", "&")).text


def test_who_was_second_keeps_the_note(kato: Visitor, boss: Visitor) -> None:
    asked = kato.get("/queue?at=ceased:cedar")
    leave(boss, "alive")
    sent = kato.post("/answers", data=form(asked, decision="ceased", note="They wrote to me."))
    assert sent.status_code == 409
    assert "boss was first:" in sent.text
    assert "They wrote to me.</p>" in sent.text
