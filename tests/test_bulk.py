"""One decision over many questions: which it answers, that it is stored and taken back as one, and the pages of it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from made import AOBA, verdict
from pages import NOW, Clock, Visitor, answers, ceased, confirmation, form, made, serving

from cli.main import main
from crawler.answers import Decision, Question, QuestionKind, Standing
from crawler.config import Config
from crawler.model import Cluster, Reason, Verdict
from db.bulk import Bulks
from db.desk import NotToUndo, Overtaken
from pipelines import bulk as rules
from pipelines.answering import Given, answer_of
from pipelines.bulk import LeftOut, Narrowing, Plan, plan, planned
from pipelines.questions import OpenQuestion
from review.pages import static_files

MOVED = Reason(code="moved", text="The address in the registry redirects to new.example; it may have moved.",
               url="https://new.example/", raw="new.example")  # fmt: skip
NAMES = ("aoba", "birch", "cedar", "dogwood", "elm", "fir")
CLUSTERS = tuple(
    replace(AOBA, cluster_id=name, name_en=f"{name.title()} Cluster", prefecture="Miyagi" if n < 4 else "Osaka")
    for n, name in enumerate(NAMES)
)


def moved(cluster_id: str) -> Verdict:
    return replace(verdict(cluster_id, 1), reasons=(MOVED,))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Six clusters: five with a question whether they have ceased, one whether it has moved; four in Miyagi."""
    words = [ceased(name, points=float(n)) for n, name in enumerate(NAMES[:5], start=5)]
    return made(tmp_path / "desk.db", *words, moved("fir"), clusters=CLUSTERS)


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


@pytest.fixture
def desk(database: Path, clock: Clock) -> Iterator[Bulks]:
    with Bulks.open(database, clock=clock) as found:
        yield found


def shown(page: httpx.Response) -> set[str]:
    """The clusters in the table of a page."""
    table = page.text.split('<table class="mapping">')[-1].split("</table>")[0]
    return set(re.findall(r'href="/clusters/(\w+)"', table))


def said(decision: Decision, **fields: object) -> Given:
    return replace(Given(question=QuestionKind.CEASED, decision=decision), **fields)  # type: ignore[arg-type]


def planning(
    desk: Bulks, decision: Decision = Decision.ALIVE, through: int | None = None, **fields: Any
) -> Plan:  # Any: the fields of a Narrowing
    return planned(
        desk, Narrowing(**fields), said(decision), by="kato", today=NOW.date(), policy=Config().policy,
        through=desk.newest_answer() if through is None else through,
    )  # fmt: skip


def taken(found: Plan) -> set[str]:
    return {q.cluster.cluster_id for q in found.taken}


# --- which questions ---


def asked(kind: QuestionKind, assignee: str = "") -> OpenQuestion:
    word = ceased()
    question = Question(cluster_id="aoba", kind=kind, weight=6, grounds=(), assignee=assignee)
    return OpenQuestion(question=question, cluster=AOBA, verdict=word, stands=Standing(assignee=assignee))


@pytest.mark.parametrize(
    ("decision", "kind", "assignee", "to", "why"),
    [
        (Decision.CEASED, QuestionKind.CEASED, "", "", None),
        (Decision.CEASED, QuestionKind.MOVED, "", "", None),
        (Decision.ALIVE, QuestionKind.MOVED, "", "", LeftOut.ADDRESS),
        (Decision.STATIC, QuestionKind.MOVED, "", "", LeftOut.ADDRESS),
        (Decision.SNOOZED, QuestionKind.MOVED, "", "", None),
        (Decision.ALIVE, QuestionKind.BLOCKED, "", "", None),
        (Decision.ALIVE, QuestionKind.CEASED, "kato", "", None),
        (Decision.ALIVE, QuestionKind.CEASED, "boss", "", LeftOut.GIVEN),
        (Decision.SKIPPED, QuestionKind.CEASED, "boss", "", LeftOut.GIVEN),
        (Decision.NOTED, QuestionKind.MOVED, "boss", "", None),
        (Decision.ASSIGNED, QuestionKind.CEASED, "boss", "kato", None),
        (Decision.ASSIGNED, QuestionKind.CEASED, "boss", "boss", LeftOut.ALREADY),
        (Decision.ASSIGNED, QuestionKind.CEASED, "", "", LeftOut.ALREADY),
        (Decision.ASSIGNED, QuestionKind.CEASED, "boss", "", None),
    ],
)
def test_what_a_decision_over_many_leaves_out(
    decision: Decision, kind: QuestionKind, assignee: str, to: str, why: LeftOut | None
) -> None:
    question = asked(kind, assignee)
    found = plan([question], said(decision, assignee=to), by="kato", through=0)
    assert (found.taken, found.left_out) == (((question,), ()) if why is None else ((), ((question, why),)))


@pytest.mark.parametrize(
    ("narrowing", "fit"),
    [
        ({}, set(NAMES)),
        ({"kind": "ceased"}, set(NAMES) - {"fir"}),
        ({"kind": "moved"}, {"fir"}),
        ({"parts": {"q": "cedar"}}, {"cedar"}),
        ({"parts": {"q": "100%"}}, set()),
        ({"parts": {"prefecture": "Osaka"}}, {"elm", "fir"}),
        ({"parts": {"prefecture": "Osaka"}, "kind": "ceased"}, {"elm"}),
        ({"parts": {"assigned": "boss"}}, set()),
        ({"parts": {"assigned": "-"}}, set(NAMES)),
        ({"parts": {"asked": "due"}}, set()),
        ({"parts": {"asked": "none"}}, set()),
        ({"parts": {"word": "none"}}, set(NAMES)),
        ({"parts": {"word": "any"}}, set()),
        ({"parts": {"latest": "none"}}, set()),
        ({"parts": {"latest": "silent", "q": "cedar"}}, {"cedar"}),
    ],
)
def test_questions_are_chosen_by_kind_words_and_columns(desk: Bulks, narrowing: dict[str, Any], fit: set[str]) -> None:
    assert taken(planning(desk, Decision.CEASED, **narrowing)) == fit


def test_the_reason_that_raises_a_question_tells_why_it_is_asked(desk: Bulks) -> None:
    told = {q.cluster.cluster_id: r.code for q in planning(desk, Decision.CEASED).taken if (r := rules.telling(q))}
    assert told == {**dict.fromkeys(NAMES, "stated_end"), "fir": "moved"}


def test_the_plan_of_a_preview_is_found_again_whatever_was_answered_since(desk: Bulks) -> None:
    before = planning(desk)
    answer_one(desk, "cedar")
    assert planning(desk, through=before.through).digest == before.digest
    assert taken(planning(desk)) == taken(before) - {"cedar"}


def test_another_list_another_decision_and_another_verdict_have_another_digest(desk: Bulks) -> None:
    one = planning(desk)
    digests = [
        one.digest,
        planning(desk, Decision.CEASED).digest,
        planning(desk, kind="ceased", parts={"q": "elm"}).digest,
    ]
    given = said(Decision.SNOOZED, until=date(2024, 12, 1))
    digests += [replace(one, given=g).digest for g in (given, replace(given, until=date(2024, 12, 2)))]
    digests += [replace(one, given=said(Decision.ASSIGNED, assignee=name)).digest for name in ("kato", "boss")]
    desk.replace_verdicts([ceased("aoba", 2, points=5)])
    digests.append(planning(desk).digest)
    assert len(set(digests)) == len(digests)


def answer_one(desk: Bulks, cluster_id: str, decision: Decision = Decision.CEASED, by: str = "boss") -> None:
    word = desk.current(cluster_id)
    assert word is not None
    seen = [a.answer_id for a in desk.answers([cluster_id]).get(cluster_id, [])]
    desk.answer(answer_of(said(decision), word, by=by, at=NOW), seen=seen[-1] if seen else 0)


# --- storing ---


def keep(desk: Bulks, found: Plan) -> int:
    return desk.answer_all(found.answers(by="kato", at=NOW), seen=found.seen, wanted="?kind=ceased").bulk_id


def decisions(desk: Bulks, name: str) -> list[Decision]:
    return [a.decision for a in desk.answers([name]).get(name, [])]


def test_a_bulk_is_stored_with_an_audit_row_for_each_answer_and_one_for_all(desk: Bulks) -> None:
    bulk = desk.bulk(keep(desk, planning(desk, kind="ceased")))
    assert bulk is not None
    assert (bulk.by, bulk.decision, bulk.count, bulk.wanted, bulk.is_undone) == (
        "kato", Decision.ALIVE, 5, "?kind=ceased", False,
    )  # fmt: skip
    audit = [(e.what, e.about) for e in desk.audit()][:6]
    assert audit[0] == ("bulk:alive", "")
    assert sorted(audit[1:]) == [("answer:alive", name) for name in NAMES[:5]]
    assert desk.audit()[0].details == {"bulk": 1, "answers": 5, "overtaken": 0, "filter": "?kind=ceased"}
    assert desk.audit()[1].details["bulk"] == 1
    assert planning(desk, kind="ceased").taken == ()


def test_a_cluster_that_somebody_answered_since_is_left_out_and_named(desk: Bulks) -> None:
    found = planning(desk, kind="ceased")
    answer_one(desk, "cedar", Decision.CEASED)
    bulk = desk.bulk(keep(desk, found))
    assert bulk is not None
    assert [(a.cluster_id, a.by) for a in desk.overtaking(bulk)] == [("cedar", "boss")]
    assert {a.cluster_id for a in desk.answers_of(bulk)} == set(NAMES[:5]) - {"cedar"}
    assert decisions(desk, "cedar") == [Decision.CEASED]


def test_when_all_of_them_were_answered_first_nothing_is_stored(desk: Bulks) -> None:
    found = planning(desk, parts={"q": "cedar"})
    answer_one(desk, "cedar")
    before = desk.counts()
    with pytest.raises(Overtaken, match="boss answered first"):
        keep(desk, found)
    assert desk.counts() == before


def test_both_questions_about_one_cluster_are_answered(desk: Bulks) -> None:
    both = replace(ceased("fir", 2), reasons=(*ceased().reasons, MOVED))
    desk.replace_verdicts([both])
    found = planning(desk, Decision.CEASED, parts={"q": "fir"})
    assert [q.question.kind for q in found.taken] == [QuestionKind.CEASED, QuestionKind.MOVED]
    keep(desk, found)
    assert decisions(desk, "fir") == [Decision.CEASED, Decision.CEASED]


def test_a_failure_in_the_middle_stores_none_of_it(desk: Bulks, monkeypatch: pytest.MonkeyPatch) -> None:
    found = planning(desk, kind="ceased")
    before = desk.counts()
    put = desk._put

    def failing(answer: object, bulk: int = 0) -> object:
        if getattr(answer, "cluster_id", "") == "aoba":
            raise OSError("the disk is gone")
        return put(answer, bulk)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "_put", failing)
    with pytest.raises(OSError, match="the disk is gone"):
        keep(desk, found)
    assert desk.counts() == before


def test_a_bulk_is_taken_back_in_one_step_and_once(desk: Bulks) -> None:
    bulk_id = keep(desk, planning(desk, kind="ceased"))
    with pytest.raises(NotToUndo):
        desk.undo_all(bulk_id, by="boss")
    desk.undo(desk.answers(["elm"])["elm"][-1].answer_id, by="kato")
    answer_one(desk, "cedar", Decision.CEASED)  # by a colleague, after the bulk
    assert desk.undo_all(bulk_id, by="boss", any_of=True) == 4, "one was taken back by itself before"
    assert taken(planning(desk, kind="ceased")) == set(NAMES[:5]) - {"cedar"}, "a later answer stands"
    with pytest.raises(NotToUndo):
        desk.undo_all(bulk_id, by="kato")
    with pytest.raises(NotToUndo):
        desk.undo_all(99, by="kato", any_of=True)
    assert (desk.audit()[0].what, desk.audit()[0].details) == ("bulk:undone", {"bulk": 1, "answers": 4})


def test_a_bulk_counts_as_one_of_the_last_decisions(desk: Bulks) -> None:
    answer_one(desk, "fir", Decision.CEASED, by="kato")
    bulk_id = keep(desk, planning(desk, parts={"q": "cedar"}))
    answer_one(desk, "elm", by="kato")
    last = [getattr(d, "cluster_id", "bulk") for d in desk.last_decisions("kato", 5)]
    assert last == ["elm", "bulk", "fir"]
    assert desk.decided_since("kato", NOW - timedelta(hours=1)) == 3
    assert desk.decided_since("kato", NOW + timedelta(hours=1)) == 0
    desk.undo_all(bulk_id, by="kato")
    assert [getattr(d, "cluster_id", "bulk") for d in desk.last_decisions("kato", 5)] == ["elm", "fir"]
    assert len(desk.last_decisions("kato", 1)) == 1
    assert desk.decided_since("kato", NOW - timedelta(hours=1)) == 2


@pytest.mark.parametrize(
    "sql", ["UPDATE bulks SET by = 'x'", "DELETE FROM bulks", "REPLACE INTO bulks SELECT * FROM bulks"]
)
def test_a_bulk_is_never_changed(desk: Bulks, sql: str) -> None:
    keep(desk, planning(desk))
    with pytest.raises(Exception, match="a bulk is never changed"):
        desk._db.execute(sql)


# --- the pages ---


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


# --- the filter of the queue ---


@pytest.mark.parametrize(
    ("query", "first", "total"),
    [
        ("", "Elm", 6),
        ("?prefecture=Miyagi", "Dogwood", 4),
        ("?q=birch", "Birch", 1),
        ("?kind=moved", "Fir", 1),
        ("?kind=moved&prefecture=Osaka", "Fir", 1),
        ("?prefecture=Miyagi&at=ceased:birch", "Birch", 4),
    ],
)
def test_the_queue_shows_what_was_asked_for(kato: Visitor, query: str, first: str, total: int) -> None:
    page = kato.get(f"/queue{query}").text
    assert f"{first} Cluster" in page.split("<h1")[1].split("</h1>")[0]
    assert f" of {total}<" in page


def test_a_filter_that_fits_nothing_says_so(kato: Visitor) -> None:
    assert "No open question fits." in kato.get("/queue?kind=moved&prefecture=Miyagi").text
    assert "No open question fits." in kato.get("/queue?mine=1").text


def test_the_filter_stays_while_answering_and_undoing(kato: Visitor) -> None:
    page = kato.get("/queue?prefecture=Miyagi&kind=ceased&q=cluster")
    sent = kato.post("/answers", data=form(page, decision="alive"))
    assert sent.headers["location"] == "/queue?q=cluster&prefecture=Miyagi&kind=ceased&done=1"
    after = kato.get(sent.headers["location"])
    assert "Kept: Dogwood Cluster, still alive." in after.text
    assert "Cedar Cluster" in after.text.split("<h1")[1].split("</h1>")[0]
    (back,) = re.findall(r'name="back" value="(\?*[^"]*)"><button class="small" data-key="u"', after.text)
    undone = kato.post("/answers/1/undo", data={"back": back.replace("&amp;", "&")})
    assert undone.headers["location"].startswith("/queue?q=cluster&prefecture=Miyagi&kind=ceased&undone=1&at=")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/?kind=ceased", "kind=<script>", "\r\nX: y"])
def test_no_filter_leads_to_another_website(kato: Visitor, back: str) -> None:
    sent = kato.post("/answers", data=form(kato.get("/queue"), decision="skipped", back=back))
    assert sent.headers["location"] == "/queue?done=1"


def test_the_questions_before_and_after_have_keys(kato: Visitor) -> None:
    first, middle, last = (kato.get(f"/queue?at=ceased:{name}").text for name in ("elm", "cedar", "aoba"))
    assert ("arrowleft" in first, "arrowright" in first) == (False, True)
    assert re.search(r'href="/queue\?at=ceased%3Adogwood" data-key="arrowleft"', middle)
    assert re.search(r'href="/queue\?at=ceased%3Abirch" data-key="arrowright"', middle)
    assert 'href="/queue?at=moved%3Afir" data-key="arrowright"' in last


# --- in the terminal ---


def command(
    database: Path, capsys: pytest.CaptureFixture[str], *words: str, typed: str | None = None
) -> tuple[int, str, str]:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return typed is not None

    before, sys.stdin = sys.stdin, Terminal(typed or "")
    try:
        code = main(["review", *words, "--db", str(database), "--by", "kato"])
    finally:
        sys.stdin = before
    found = capsys.readouterr()
    return code, found.out, found.err


def test_many_are_answered_in_a_terminal_after_a_look(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(database, capsys, "answer-all", "alive", "--dry-run")
    assert (code, "5 answers to write: alive." in out, "Nothing was written." in out) == (0, True, True)
    assert "Left out: fir: asks for an address; answer it by itself." in out
    miyagi = ("answer-all", "ceased", "--filter", "prefecture=Miyagi", "--search", "cluster", "--note", "rang them")
    assert "Nothing was written." in command(database, capsys, *miyagi, typed="n\n")[1]
    assert answers(database) == []
    code, out, _ = command(database, capsys, *miyagi, typed="y\n")
    assert (code, "Kept 4 answers: ceased." in out) == (0, True)
    assert answers(database) == [Decision.CEASED]
    code, out, _ = command(database, capsys, "answer-all", "static", "--question", "ceased", "--yes")
    assert (code, "Kept 1 answer: static." in out) == (0, True)
    assert command(database, capsys, "undo-all", "1")[1] == "Taken back: 4 answers.\n"
    assert answers(database) == [Decision.CEASED, Decision.UNDONE]
    code, _, err = command(database, capsys, "undo-all", "1")
    assert (code, "1: this was taken back already" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["moved"], "many questions at once take one of"),
        (["undone", "--yes"], "many questions at once take one of"),
        (["alive"], "--dry-run, then add --yes"),
        (["alive", "--filter", "town=Sendai"], "--filter: 'town' must be COLUMN=VALUE"),
        (["alive", "--filter", "prefecture"], "--filter: 'prefecture' must be COLUMN=VALUE"),
        (["alive", "--to", "boss", "--yes"], "--to"),
        (["snoozed", "--until", "2020-01-01", "--yes"], "needs a day to come"),
        (["assigned", "--to", "nobody", "--yes"], "--to"),
        (["noted", "--yes"], "--note"),
        (["alive", "--reason", "hunch", "--yes"], "--reason"),
    ],
)
def test_what_cannot_be_said_of_many_in_a_terminal(
    database: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    code, _, err = command(database, capsys, "answer-all", *words)
    assert (code, says in err) == (2, True)
    assert answers(database) == []


# --- htmx ---


def test_the_script_of_others_is_the_one_that_was_looked_at() -> None:
    script = static_files()["htmx.min.js"][0]
    assert hashlib.sha256(script).hexdigest() == "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
    digest = b64encode(hashlib.sha384(script).digest()).decode()
    assert digest == "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"


def test_htmx_runs_nothing_keeps_nothing_and_asks_nobody_else(kato: Visitor) -> None:
    (found,) = re.findall(r"<meta name=\"htmx-config\" content='([^']*)'>", kato.get("/queue").text)
    config = json.loads(found)
    wanted = {
        "allowEval": False, "allowScriptTags": False, "includeIndicatorStyles": False, "selfRequestsOnly": True,
        "historyCacheSize": 0, "refreshOnHistoryMiss": True,
    }  # fmt: skip
    assert {name: config[name] for name in wanted} == wanted


def test_a_part_of_the_overview_is_the_same_table(kato: Visitor) -> None:
    headers = {"HX-Request": "true", "HX-Target": "results"}
    for query in ("", "?q=elm", "?asked=1&sort=latest&way=down"):
        part, page = kato.get(f"/{query}", headers=headers), kato.get(f"/{query}")
        assert "<html" not in part.text
        table = part.text[part.text.index('<div id="results"') :].strip()
        assert " ".join(table.split()) in " ".join(page.text.split())


@pytest.mark.parametrize(
    ("path", "here", "pushed"),
    [
        ("/?q=elm&flag=&sort=name", "", "/?q=elm#mapping"),
        ("/?q=&flag=", "http://127.0.0.1/?q=elm", "/?#mapping"),
        ("/?q=elm&flag=", "http://127.0.0.1/?q=elm#mapping", "false"),
        ("/?sort=latest&page=3", "http://127.0.0.1/", "/?sort=latest&page=3#mapping"),
    ],
)
def test_the_address_of_a_filter_is_short_and_stands_once_in_the_history(
    kato: Visitor, path: str, here: str, pushed: str
) -> None:
    answer = kato.get(path, headers={"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": here})
    assert answer.headers["HX-Push-Url"] == pushed


def test_a_refusal_within_a_page_keeps_the_address_of_the_page(kato: Visitor) -> None:
    bad = {"cluster_id": "aoba"}
    assert kato.post("/answers", data=bad, headers={"HX-Request": "true"}).headers["HX-Replace-Url"] == "false"
    assert "HX-Replace-Url" not in kato.post("/answers", data=bad).headers
