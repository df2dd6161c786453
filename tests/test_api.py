"""The interface for programs: what it answers, stores and refuses."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pages import NOW, PASSWORD, PEOPLE, Clock, Visitor, answers
from programs import Program, kind, reply

from crawler.answers import Decision
from db.desk import Desk
from db.export import COLUMNS
from db.listing import FACETS, SORTS
from db.rescans import RESCANS_AN_HOUR
from review.api.clusters import MappingRow, Selection, SortBy

JSON = dict[str, object]


# --- reading ---


def test_the_mapping_has_the_names_of_exports_filters_and_orders() -> None:
    assert tuple(MappingRow.model_fields) == COLUMNS
    assert set(SortBy) == set(SORTS)
    assert set(FACETS) < set(Selection.model_fields)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["aoba", "bare", "cedar"]),
        ("?flag=likely_ceased", ["aoba", "cedar"]),
        ("?flag=undetermined", ["bare"]),
        ("?flag=likely_ceased&sort=points&way=down", ["cedar", "aoba"]),
        ("?prefecture=Miyagi", ["aoba"]),
        ("?q=sendai", ["aoba"]),
        ("?asked=1&sort=id&way=down", ["cedar", "aoba"]),
        ("?asked=none&flag=", ["bare"]),
        ("?page=2", []),
    ],
)
def test_the_mapping_is_filtered_sorted_and_paged(steady: Program, query: str, ids: list[str]) -> None:
    mapping = steady.get(f"/api/clusters{query}").json()
    assert [c["cluster_id"] for c in mapping["clusters"]] == ids
    assert mapping["total"] == (len(ids) or 3)


@pytest.mark.parametrize(
    "path",
    [
        "clusters?flag=dead",
        "clusters?sort=mood",
        "clusters?colour=red",
        "clusters?page=0",
        "clusters?page=1000001",
        "clusters?asked=2",
        "clusters?q=" + "x" * 201,
        "export.csv?page=1",
        "clusters/aoba/visits?limit=0",
        "clusters/aoba/visits?limit=101",
        "clusters/aoba/visits?until=2024-11-25T00:00:00",
        "clusters/aoba/visits?until=1700000000",
        "questions?kind=mood",
        "questions?limit=201",
        "runs?limit=101",
    ],
)
def test_what_is_not_understood_is_refused_and_its_place_named(steady: Program, path: str) -> None:
    answer = steady.get(f"/api/{path}")
    assert kind(answer) == (422, "not_understood")
    assert answer.json()["errors"][0]["where"].startswith("query.")


@pytest.mark.parametrize(
    "path",
    [
        "nowhere", "clusters/nobody", "clusters/nobody/visits", "clusters/nobody/verdicts", "clusters/nobody/answers",
        "clusters/a%00b", "clusters/%ED%A0%80", "clusters/" + "x" * 101, "rescans/1", "rescans/0", "rescans/x",
        "rescans/99999999999999999999999", "export.pdf", "export.", "clusters/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(steady: Program, path: str) -> None:
    assert kind(steady.get(f"/api/{path}")) == (404, "not_found")


def test_a_case_has_everything_about_one_cluster(steady: Program) -> None:
    case = steady.get("/api/clusters/aoba").json()
    assert case["cluster"]["extra"] == {"sources": "a | b", "備考2": "値"}
    assert case["verdict"]["reasons"][0]["raw"] == "解散しました。"
    assert [q["kind"] for q in case["questions"]] == ["ceased"]
    assert (case["review"], case["seen"]) == (None, 0)
    bare = steady.get("/api/clusters/bare").json()
    assert (bare["verdict"], bare["questions"]) == (None, [])


def test_visits_verdicts_and_runs_come_newest_first(steady: Program) -> None:
    visits = steady.get("/api/clusters/aoba/visits").json()["visits"]
    assert [v["started_at"] for v in visits] == ["2024-11-25T18:00:00Z", "2024-11-24T18:00:00Z"]
    assert [f["status"] for f in visits[0]["fetches"]] == [200, 304]
    assert [p["n_dates"] for p in visits[0]["pages"]] == [1]
    earlier = steady.get("/api/clusters/aoba/visits", params={"until": "2024-11-25T17:59:59Z"}).json()["visits"]
    assert [v["started_at"] for v in earlier] == ["2024-11-24T18:00:00Z"]
    flags = [v["flag"] for v in steady.get("/api/clusters/aoba/verdicts").json()["verdicts"]]
    assert flags == ["likely_ceased", "japanese_only"]
    runs = steady.get("/api/runs?limit=2").json()["runs"]
    assert [(r["run_id"], r["state"], r["counts"]) for r in runs] == [
        (3, "done", {"done": 1, "visit_read": 1}),
        (2, "done", {"done": 1, "visit_read": 1}),
    ]


@pytest.mark.parametrize(
    ("form", "kind_of_file", "begins"),
    [
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfcluster_id,"),
        ("json", "application/json", b"{"),
        ("geojson", "application/geo+json", b"{"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ],
)
def test_files_are_those_of_the_pages(kato: Program, address: str, form: str, kind_of_file: str, begins: bytes) -> None:
    file = kato.get(f"/api/export.{form}?prefecture=Miyagi")
    assert file.headers["content-type"] == kind_of_file
    assert file.content.startswith(begins)
    with Visitor(address, "kato") as browser:
        page = browser.get(f"/export/{form}?prefecture=Miyagi")
    assert form == "xlsx" or file.content == page.content


def test_words_that_a_terminal_would_obey_are_escapes(database: Path, kato: Program) -> None:
    with Desk.open(database) as desk:
        desk.answer(  # a note is the shortest way to store such words
            _noted("\x1b[2J\u202e\x9b"), seen=0
        )
    answer = kato.get("/api/clusters/aoba/answers")
    assert not set("\x1b\u202e\x9b") & set(answer.text)
    assert answer.json()["answers"][0]["note"] == "\x1b[2J\u202e\x9b"


def _noted(note: str):  # type: ignore[no-untyped-def]
    from crawler.answers import Answer, QuestionKind

    return Answer(
        cluster_id="aoba", question=QuestionKind.CEASED, decision=Decision.NOTED, by="kato", at=NOW, verdict_at=NOW,
        note=note,
    )  # fmt: skip


# --- answering ---


def test_questions_come_worst_first_and_an_answer_closes_one(kato: Program, database: Path) -> None:
    asked = kato.get("/api/questions").json()
    assert [(q["cluster_id"], q["weight"]) for q in asked["questions"]] == [("cedar", 9.0), ("aoba", 6.0)]
    assert [q["cluster_id"] for q in kato.get("/api/questions?offset=1&limit=1").json()["questions"]] == ["aoba"]
    given = reply(kato, "cedar", decision="static", note="they wrote back", reason_code="asked_them")
    assert given.status_code == 201
    assert given.json()["by"] == "kato"
    assert answers(database, "cedar") == [Decision.STATIC]
    assert kato.get("/api/questions").json()["total"] == 1
    review = kato.get("/api/clusters/cedar").json()["review"]
    assert (review["by"], review["reason"]) == ("kato", "they wrote back")
    assert kato.get("/api/clusters?q=cedar").json()["clusters"][0]["reviewed_by"] == "kato"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"decision": "snoozed"}, "body.until"),
        ({"decision": "snoozed", "until": "2024-11-26"}, "body.until"),
        ({"decision": "snoozed", "until": "soon"}, "body.until"),
        ({"decision": "snoozed", "until": 1900000000}, "body.until"),
        ({"decision": "moved"}, "body.address"),
        ({"decision": "moved", "address": "javascript:alert(1)"}, "body.address"),
        ({"decision": "wrong_address", "address": "nowhere"}, "body.address"),
        ({"decision": "noted", "note": "  "}, "body.note"),
        ({"decision": "assigned", "assignee": "nobody"}, "body.assignee"),
        ({"decision": "undone"}, "body.decision"),
        ({"decision": "dead"}, "body.decision"),
        ({"reason_code": "a hunch"}, "body.reason_code"),
        ({"seen": -1}, "body.seen"),
        ({"seen": 2**63}, "body.seen"),
        ({"seen": "0x1"}, "body.seen"),
        ({"note": "x" * 2001}, "body.note"),
        ({"note": "a\x00b"}, "body.note"),
        ({"verdict_at": "2024-11-25T18:00:00"}, "body.verdict_at"),
        ({"verdict_at": 1732557600}, "body.verdict_at"),
        ({"colour": "red"}, "body.colour"),
    ],
)
def test_an_answer_that_makes_no_sense_names_the_field_and_stores_nothing(
    steady: Program, steady_database: Path, fields: JSON, where: str
) -> None:
    answer = reply(steady, **fields)
    assert kind(answer) == (422, "not_understood")
    assert answer.json()["errors"][0]["where"] == where
    assert answers(steady_database) == []


@pytest.mark.parametrize(
    ("fields", "decision"),
    [
        ({"decision": "snoozed", "until": "2024-11-27"}, Decision.SNOOZED),
        ({"decision": "moved", "address": "https://new.example/"}, Decision.MOVED),
        ({"decision": "wrong_address"}, Decision.WRONG_ADDRESS),
        ({"decision": "noted", "note": "x" * 2000}, Decision.NOTED),
        ({"decision": "assigned", "assignee": "boss"}, Decision.ASSIGNED),
        ({"decision": "assigned"}, Decision.ASSIGNED),
        ({"decision": "skipped"}, Decision.SKIPPED),
        ({"decision": "ceased", "note": "会えた\n👍"}, Decision.CEASED),
        ({"verdict_at": "2024-11-26T03:00:00+09:00"}, Decision.ALIVE),
    ],
)
def test_every_decision_is_taken(kato: Program, database: Path, fields: JSON, decision: Decision) -> None:
    assert reply(kato, **fields).status_code == 201
    assert answers(database) == [decision]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", (422, "not_understood")),
        (b"{", (400, "bad_request")),
        (b"\xff\xfe", (400, "bad_request")),
        (b"[" * 60_000, (400, "bad_request")),
        (b'{"seen": ' + b"9" * 5000 + b"}", (400, "bad_request")),
        (b"null", (422, "not_understood")),
        (b'{"note": "\\ud800"}', (422, "not_understood")),
        (b'{"note": NaN}', (422, "not_understood")),
    ],
)
def test_no_body_breaks_anything(steady: Program, body: bytes, refusal: tuple[int, str]) -> None:
    answer = steady.post("/api/clusters/aoba/answers", content=body, headers={"Content-Type": "application/json"})
    assert kind(answer) == refusal


def test_a_lone_surrogate_is_no_text(steady: Program, steady_database: Path) -> None:
    case = steady.get("/api/clusters/aoba").json()
    body = json.dumps(
        {
            "question": "ceased",
            "decision": "alive",
            "verdict_at": case["verdict"]["decided_at"],
            "seen": 0,
            "note": "\ud800",
        }
    )
    answer = steady.post("/api/clusters/aoba/answers", content=body, headers={"Content-Type": "application/json"})
    assert kind(answer) == (422, "not_understood")
    assert [e["where"] for e in answer.json()["errors"]] == ["body.note"]
    assert answers(steady_database) == []


def test_a_body_may_be_as_large_as_a_form_and_no_larger(steady: Program) -> None:
    path = "/api/clusters/aoba/answers"
    headers = {"Content-Type": "application/json"}
    assert kind(steady.post(path, content=b" " * (64 * 1024), headers=headers))[0] == 400
    assert kind(steady.post(path, content=b" " * (64 * 1024 + 1), headers=headers)) == (413, "too_large")
    unannounced = steady.post(path, content=iter([b" " * 40_000] * 3), headers=headers)
    assert kind(unannounced) == (413, "too_large")


def test_the_second_of_two_answers_learns_who_was_first(kato: Program, boss: Program, database: Path) -> None:
    seen = kato.get("/api/clusters/aoba").json()
    assert reply(boss, decision="ceased", note="I called them").status_code == 201
    late = reply(kato, seen=seen["seen"])
    assert kind(late) == (409, "overtaken")
    assert (late.json()["first"]["by"], late.json()["first"]["note"]) == ("boss", "I called them")
    assert answers(database) == [Decision.CEASED]


def test_of_many_answers_at_once_one_is_stored(kato: Program, boss: Program, database: Path) -> None:
    programs = [kato, boss] * 4

    def answer(program: Program) -> int:
        return reply(program, seen=0).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(answer, programs))
    assert codes == [201] + [409] * 7
    assert answers(database) == [Decision.ALIVE]


def test_an_answer_to_a_verdict_that_is_none_is_refused(steady: Program, steady_database: Path) -> None:
    assert kind(reply(steady, verdict_at="2020-01-01T00:00:00Z")) == (409, "rejudged")
    assert kind(steady.post("/api/clusters/nobody/answers", json={"question": "ceased", "decision": "alive", "seen": 0,
                "verdict_at": "2020-01-01T00:00:00Z"})) == (404, "not_found")  # fmt: skip
    assert answers(steady_database) == []


def test_an_answer_is_taken_back_once_and_by_whom_it_is_or_an_admin(
    kato: Program, boss: Program, database: Path
) -> None:
    reply(boss, "aoba")
    reply(kato, "cedar")
    assert kind(kato.post("/api/answers/1/undo")) == (403, "forbidden")
    assert kato.post("/api/answers/2/undo").json()["cluster_id"] == "cedar"
    assert kind(kato.post("/api/answers/2/undo")) == (409, "undone")
    assert kind(kato.post("/api/answers/3/undo")) == (404, "not_found"), "the taking back itself"
    assert kind(kato.post("/api/answers/9/undo")) == (404, "not_found")
    assert boss.post("/api/answers/1/undo").status_code == 200
    assert answers(database) == [Decision.ALIVE, Decision.UNDONE]


# --- second looks ---


def test_a_second_look_is_asked_for_and_watched(kato: Program, database: Path, clock: Clock) -> None:
    asked = kato.post("/api/clusters/aoba/rescan")
    assert (asked.status_code, asked.headers["location"]) == (202, "/api/rescans/1")
    assert asked.json()["before"]["flag"] == "likely_ceased"
    assert kato.post("/api/clusters/aoba/rescan").json()["rescan_id"] == 1, "one a cluster"
    with Desk.open(database, clock=clock) as desk:
        assert desk.take_rescan() is not None
        for code in ("started", "visited"):
            desk.add_step(1, code)
    watched = kato.get("/api/rescans/1?after=1").json()
    assert (watched["state"], watched["taken_here"]) == ("running", False)
    assert [(s["position"], s["code"]) for s in watched["steps"]] == [(2, "visited")]
    assert kind(kato.post("/api/clusters/nobody/rescan")) == (404, "not_found")


def test_second_looks_are_limited_over_pages_and_programs_together(
    kato: Program, boss: Program, database: Path, clock: Clock
) -> None:
    from made import AOBA

    many = [f"c{n}" for n in range(RESCANS_AN_HOUR)]
    with Desk.open(database, clock=clock) as desk:
        from dataclasses import replace

        desk.upsert_clusters([replace(AOBA, cluster_id=i) for i in many])
        for cluster_id in many[1:]:
            desk.ask_rescan(cluster_id, by="kato")
    assert kato.post("/api/clusters/c0/rescan").status_code == 202
    refused = kato.post("/api/clusters/aoba/rescan")
    assert kind(refused) == (429, "too_many_rescans")
    assert refused.headers["retry-after"] == "3600"
    assert boss.post("/api/clusters/aoba/rescan").status_code == 202


# --- people ---


def test_an_admin_adds_people_who_then_sign_in_and_disables_them(boss: Program, address: str, database: Path) -> None:
    added = boss.post("/api/people", json={"name": "Suzuki", "role": "viewer", "password": PASSWORD})
    assert (added.status_code, added.json()["name"]) == (201, "suzuki")
    with Visitor(address, "suzuki") as suzuki:
        assert suzuki.get("/").status_code == 200
        assert boss.post("/api/people/suzuki/disable").json()["disabled_at"] == "2024-11-26T09:00:00Z"
        assert suzuki.get("/").status_code == 303
    assert [p["name"] for p in boss.get("/api/people").json()["people"]] == ["boss", "kato", "suzuki", "vera"]
    assert "argon2" not in boss.get("/api/people").text
    newest = boss.get("/api/audit?limit=3").json()["entries"]
    assert [(e["by"], e["what"]) for e in newest] == [
        ("boss", "disable_person"), ("suzuki", "sign_in"), ("boss", "add_person"),
    ]  # fmt: skip
    older = boss.get(f"/api/audit?limit=1&before={newest[2]['audit_id']}").json()["entries"]
    assert older[0]["audit_id"] < newest[2]["audit_id"]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": "kato"}, (409, "name_taken")),
        ({"name": "KATO"}, (409, "name_taken")),
        ({"name": "a b"}, (422, "not_understood")),
        ({"name": "..."}, (422, "not_understood")),
        ({"name": "x" * 61}, (422, "not_understood")),
        ({"name": "ß" * 31}, (422, "not_understood")),
        ({"password": "short"}, (422, "not_understood")),
        ({"password": "password12345"}, (422, "not_understood")),
        ({"password": "suzuki likes tea"}, (422, "not_understood")),
        ({"role": "king"}, (422, "not_understood")),
        ({"is_admin": True}, (422, "not_understood")),
    ],
)
def test_who_cannot_be_added(boss: Program, database: Path, fields: JSON, refusal: tuple[int, str]) -> None:
    answer = boss.post("/api/people", json={"name": "suzuki", "role": "viewer", "password": PASSWORD, **fields})
    assert kind(answer) == refusal
    assert PASSWORD not in answer.text
    with Desk.open(database) as desk:
        assert {p.name for p in desk.people()} == set(PEOPLE)


def test_nobody_disables_themselves_or_somebody_who_is_not_there(boss: Program) -> None:
    assert kind(boss.post("/api/people/boss/disable")) == (409, "yourself")
    assert kind(boss.post("/api/people/nobody/disable")) == (404, "not_found")
