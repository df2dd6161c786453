"""The interface for programs: what it answers, what it refuses, and whom it lets in."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from made import verdict
from pages import NOW, PASSWORD, PEOPLE, Clock, Visitor, answers, ceased, made, serving

from crawler.answers import Decision
from db.desk import Desk
from db.export import COLUMNS
from db.listing import FACETS, SORTS
from db.rescans import RESCANS_AN_HOUR
from db.tokens import LONGEST_DAYS, MOST, TokenRefused
from review import passwords
from review.api.clusters import MappingRow, Selection, SortBy
from review.api.problems import MEANINGS

DOCUMENT = Path(__file__).parents[1] / "docs" / "api.md"
JSON = dict[str, object]


class Program(httpx.Client):
    """A program with a token."""

    def __init__(self, address: str, token: str) -> None:
        super().__init__(
            base_url=address, trust_env=False, timeout=30, headers={"Authorization": f"Bearer {token}"} if token else {}
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return made(tmp_path / "desk.db", verdict("aoba", 0), ceased("aoba"), ceased("cedar", points=9.0))


@pytest.fixture
def address(database: Path, clock: Clock) -> Iterator[str]:
    with serving(database, clock=clock) as found:
        yield found


@pytest.fixture
def tokens(database: Path, clock: Clock) -> dict[str, str]:
    with Desk.open(database, clock=clock) as desk:
        return {name: desk.make_token(name, "weekly report", 90, by="test") for name in PEOPLE}


@pytest.fixture
def kato(address: str, tokens: dict[str, str]) -> Iterator[Program]:
    with Program(address, tokens["kato"]) as program:
        yield program


@pytest.fixture
def boss(address: str, tokens: dict[str, str]) -> Iterator[Program]:
    with Program(address, tokens["boss"]) as program:
        yield program


def kind(answer: httpx.Response) -> tuple[int, str]:
    """Status and kind of a refusal, whose shape is checked on the way."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    word = problem["type"].removeprefix("/api#")
    assert (problem["status"], problem["title"]) == (answer.status_code, MEANINGS[word].title)
    return answer.status_code, word


def reply(program: httpx.Client, cluster_id: str = "aoba", **fields: object) -> httpx.Response:
    """An answer to the question about a cluster as it stands now."""
    case = program.get(f"/api/clusters/{cluster_id}").json()
    body = {
        "question": "ceased",
        "decision": "alive",
        "verdict_at": case["verdict"]["decided_at"],
        "seen": case["seen"],
    }
    return program.post(f"/api/clusters/{cluster_id}/answers", json={**body, **fields})


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
        ("?asked=0&flag=", ["aoba", "bare", "cedar"]),
        ("?page=2", []),
    ],
)
def test_the_mapping_is_filtered_sorted_and_paged(kato: Program, query: str, ids: list[str]) -> None:
    mapping = kato.get(f"/api/clusters{query}").json()
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
def test_what_is_not_understood_is_refused_and_its_place_named(kato: Program, path: str) -> None:
    answer = kato.get(f"/api/{path}")
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
def test_what_is_not_there_is_404(kato: Program, path: str) -> None:
    assert kind(kato.get(f"/api/{path}")) == (404, "not_found")


def test_a_case_has_everything_about_one_cluster(kato: Program) -> None:
    case = kato.get("/api/clusters/aoba").json()
    assert case["cluster"]["extra"] == {"sources": "a | b", "備考2": "値"}
    assert case["verdict"]["reasons"][0]["raw"] == "解散しました。"
    assert [q["kind"] for q in case["questions"]] == ["ceased"]
    assert (case["review"], case["seen"]) == (None, 0)
    bare = kato.get("/api/clusters/bare").json()
    assert (bare["verdict"], bare["questions"]) == (None, [])


def test_visits_verdicts_and_runs_come_newest_first(kato: Program) -> None:
    visits = kato.get("/api/clusters/aoba/visits").json()["visits"]
    assert [v["started_at"] for v in visits] == ["2024-11-25T18:00:00Z", "2024-11-24T18:00:00Z"]
    assert [f["status"] for f in visits[0]["fetches"]] == [200, 304]
    assert [p["n_dates"] for p in visits[0]["pages"]] == [1]
    earlier = kato.get("/api/clusters/aoba/visits", params={"until": "2024-11-25T17:59:59Z"}).json()["visits"]
    assert [v["started_at"] for v in earlier] == ["2024-11-24T18:00:00Z"]
    flags = [v["flag"] for v in kato.get("/api/clusters/aoba/verdicts").json()["verdicts"]]
    assert flags == ["likely_ceased", "japanese_only"]
    runs = kato.get("/api/runs?limit=2").json()["runs"]
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
    kato: Program, database: Path, fields: JSON, where: str
) -> None:
    answer = reply(kato, **fields)
    assert kind(answer) == (422, "not_understood")
    assert answer.json()["errors"][0]["where"] == where
    assert answers(database) == []


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
def test_no_body_breaks_anything(kato: Program, body: bytes, refusal: tuple[int, str]) -> None:
    answer = kato.post("/api/clusters/aoba/answers", content=body, headers={"Content-Type": "application/json"})
    assert kind(answer) == refusal


def test_a_lone_surrogate_is_no_text(kato: Program, database: Path) -> None:
    case = kato.get("/api/clusters/aoba").json()
    body = json.dumps(
        {
            "question": "ceased",
            "decision": "alive",
            "verdict_at": case["verdict"]["decided_at"],
            "seen": 0,
            "note": "\ud800",
        }
    )
    answer = kato.post("/api/clusters/aoba/answers", content=body, headers={"Content-Type": "application/json"})
    assert kind(answer) == (422, "not_understood")
    assert [e["where"] for e in answer.json()["errors"]] == ["body.note"]
    assert answers(database) == []


def test_a_body_may_be_as_large_as_a_form_and_no_larger(kato: Program) -> None:
    path = "/api/clusters/aoba/answers"
    headers = {"Content-Type": "application/json"}
    assert kind(kato.post(path, content=b" " * (64 * 1024), headers=headers))[0] == 400
    assert kind(kato.post(path, content=b" " * (64 * 1024 + 1), headers=headers)) == (413, "too_large")
    unannounced = kato.post(path, content=iter([b" " * 40_000] * 3), headers=headers)
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


def test_an_answer_to_a_verdict_that_is_none_is_refused(kato: Program, database: Path) -> None:
    assert kind(reply(kato, verdict_at="2020-01-01T00:00:00Z")) == (409, "rejudged")
    assert kind(kato.post("/api/clusters/nobody/answers", json={"question": "ceased", "decision": "alive", "seen": 0,
                "verdict_at": "2020-01-01T00:00:00Z"})) == (404, "not_found")  # fmt: skip
    assert answers(database) == []


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


# --- tokens ---


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic a2F0bzp4",
        "Bearer " + "x" * 5000,
        "{token}",
        "Bearer {token}x",
        "Bearer é",
    ],
)
def test_a_wrong_token_is_refused_whatever_cookie_comes_with_it(
    address: str, tokens: dict[str, str], header: str
) -> None:
    sent = header.format(token=tokens["boss"]).encode()
    with Visitor(address, "boss") as browser:
        assert browser.get("/api/me").json()["token"] == ""
        answer = browser.get("/api/me", headers={b"Authorization": sent})
        assert kind(answer) == (401, "token")
        assert answer.headers["www-authenticate"] == 'Bearer realm="clusterwatch", error="invalid_token"'
        assert kind(browser.post("/api/clusters/aoba/rescan", headers={b"Authorization": sent})) == (401, "token")


def test_without_a_token_the_answer_says_how_to_come_in(address: str) -> None:
    with Program(address, "") as stranger:
        answer = stranger.get("/api/clusters")
        assert kind(answer) == (401, "token")
        assert answer.headers["www-authenticate"] == 'Bearer realm="clusterwatch"'
        assert kind(stranger.post("/api/clusters/aoba/rescan")) == (401, "token")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({}, 403),
    ],
)
def test_the_cookie_counts_for_our_own_pages_only_even_to_look(
    address: str, headers: dict[str, str], status: int
) -> None:
    with Visitor(address, "kato") as browser:
        del browser.headers["Sec-Fetch-Site"]
        answer = browser.get("/api/clusters", headers=headers)
        assert answer.status_code == status
        assert status == 200 or kind(answer) == (403, "other_site")


def test_a_token_needs_no_word_of_a_browser(kato: Program) -> None:
    answer = kato.post("/api/clusters/aoba/rescan", headers={"Sec-Fetch-Site": "cross-site", "Origin": "null"})
    assert answer.status_code == 202


def test_a_token_works_to_its_last_moment(kato: Program, clock: Clock) -> None:
    clock.now += timedelta(days=90) - timedelta(seconds=1)
    assert kato.get("/api/me").status_code == 200
    clock.now += timedelta(seconds=1)
    assert kind(kato.get("/api/me")) == (401, "token")


def test_the_day_of_the_last_use_is_kept(kato: Program, database: Path, clock: Clock) -> None:
    assert kato.get("/api/me").json()["token_last_used_on"] is None
    clock.now += timedelta(days=3)
    assert kato.get("/api/me").json()["token_last_used_on"] == "2024-11-26"
    with Desk.open(database, clock=clock) as desk:
        (token,) = desk.tokens("kato")
        assert str(token.last_used_on) == "2024-11-29"


def test_a_disabled_persons_token_is_refused_at_once_and_for_good(kato: Program, database: Path) -> None:
    with Desk.open(database) as desk:
        desk.disable_person("kato", by="test")
        assert kind(kato.get("/api/me")) == (401, "token")
        (entry,) = desk.audit(1)
        assert (entry.what, entry.details) == ("disable_person", {"tokens_revoked": 1})
        assert desk.tokens("kato") == []


@pytest.mark.parametrize(("ticked", "status"), [({}, 200), ({"tokens": "1"}, 401)])
def test_another_password_revokes_tokens_only_when_asked(
    kato: Program, address: str, ticked: dict[str, str], status: int
) -> None:
    with Visitor(address, "kato") as browser:
        browser.post("/account/password", data={"old": PASSWORD, "new": "another horse battery", **ticked})
        assert browser.get("/").status_code == 303
    assert kato.get("/api/me").status_code == status


def test_unknown_tokens_are_slowed_down_and_the_pages_stay_open(kato: Program, address: str, clock: Clock) -> None:
    limit = passwords.LIMITS["address"]

    def guess(number: int) -> int:
        with Program(address, f"cw_{number}") as guesser:
            return guesser.get("/api/me").status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(guess, range(limit + 5)))
    assert codes == [401] * limit + [429] * 5
    refused = kato.get("/api/me")
    assert kind(refused) == (429, "throttled")
    assert refused.headers["retry-after"] == "900"
    with Visitor(address, "kato") as browser:
        assert browser.get("/").status_code == 200
    clock.now += passwords.WINDOW + timedelta(seconds=1)
    assert kato.get("/api/me").status_code == 200


def test_a_forgotten_program_locks_nobody_out(
    kato: Program, address: str, tokens: dict[str, str], database: Path
) -> None:
    with Desk.open(database) as desk:
        (token,) = desk.tokens("vera")
        desk.revoke_token("vera", token.token_id, by="vera")
    with Program(address, tokens["vera"]) as forgotten:
        codes = {forgotten.get("/api/me").status_code for _ in range(passwords.LIMITS["address"] + 1)}
    assert codes == {401}
    assert kato.get("/api/me").status_code == 200


def test_a_token_is_made_on_the_account_page_shown_once_and_revoked(address: str, database: Path) -> None:
    with Visitor(address, "vera") as vera:
        page = vera.post("/account/tokens", data={"name": "<b>report</b>", "days": "7"})
        (secret,) = re.findall(r'value="(cw_[\w-]{43})"', page.text)
        assert "&lt;b&gt;report" in page.text
        assert secret not in vera.get("/account").text
        assert secret.encode() not in database.read_bytes()
        with Program(address, secret) as program:
            assert program.get("/api/me").json()["token_expires_at"] == "2024-12-03T09:00:00Z"
            (path,) = re.findall(r'action="(/account/tokens/\d+/revoke)"', vera.get("/account").text)
            with Visitor(address, "kato") as other:
                other.post(path)
            assert program.get("/api/me").status_code == 200, "a token of somebody else"
            assert vera.post(path).status_code == 303
            assert program.get("/api/me").status_code == 401
    with Desk.open(database) as desk:
        done = [e for e in desk.audit() if "token" in e.what]
    assert [(e.what, e.by, e.about) for e in done] == [("revoke_token", "vera", "vera"), ("make_token", "vera", "vera")]
    assert "cw_" not in json.dumps([dict(e.details) for e in done])


@pytest.mark.parametrize(
    ("name", "days", "taken"),
    [
        ("report", "1", True), ("report", "366", True), ("x" * 60, "90", True), ("報告", "90", True),
        ("", "90", False), ("  ", "90", False), ("x" * 61, "90", False), ("a\nb", "90", False),
        ("report", "0", False), ("report", "367", False), ("report", "-1", False), ("report", "", False),
        ("report", "²", False), ("report", "9999999999", False),
    ],
)  # fmt: skip
def test_which_tokens_are_made(address: str, database: Path, name: str, days: str, taken: bool) -> None:
    with Visitor(address, "vera") as vera:
        answer = vera.post("/account/tokens", data={"name": name, "days": days})
    assert answer.status_code == (200 if taken else 422)
    assert ('role="alert"' in answer.text) is not taken
    with Desk.open(database, clock=lambda: NOW) as desk:
        assert len(desk.tokens("vera")) == int(taken)


def test_a_person_has_so_many_tokens_and_no_more(database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=clock) as desk:
        for number in range(MOST):
            desk.make_token("vera", f"t{number}", LONGEST_DAYS, by="vera")
        with pytest.raises(TokenRefused) as refused:
            desk.make_token("vera", "one more", 1, by="vera")
        assert refused.value.code == "most"
        desk.revoke_token("vera", 1, by="vera")
        assert desk.make_token("vera", "one more", 1, by="vera")
        with pytest.raises(TokenRefused):
            desk.make_token("nobody", "x", 1, by="vera")


# --- what is described ---


def test_methods_that_are_not_there_are_told_with_those_that_are(kato: Program) -> None:
    for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"):
        answer = kato.request(method, "/api/people")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST"), method
    assert kind(kato.post("/api/me")) == (405, "method")
    assert "access-control-allow-origin" not in kato.get("/api/me", headers={"Origin": "http://evil.example"}).headers


def test_a_bug_is_told_without_its_words(tmp_path: Path) -> None:
    database = made(tmp_path / "desk.db", ceased("aoba"))
    with Desk.open(database, clock=Clock()) as desk:
        token = desk.make_token("kato", "t", 1, by="test")
        with desk.transaction():
            desk._do("UPDATE verdicts SET document = x'7b'", {})
    with serving(database, clock=Clock()) as address, Program(address, token) as program:
        answer = program.get("/api/clusters/aoba")
    assert kind(answer) == (500, "failed")
    assert "damaged" not in answer.text


def test_the_page_lists_every_call_in_both_languages_without_anything_from_elsewhere(address: str) -> None:
    with Visitor(address, "vera") as vera:
        described = vera.get("/api/openapi.json").json()
        for language, words in (("en", "Interface for programs"), ("ja", "プログラム用インターフェース")):
            page = vera.get("/api", headers={"Accept-Language": language})
            assert words in page.text
            for path, methods in described["paths"].items():
                for call in methods.values():
                    assert f'id="{call["operationId"]}"' in page.text, path
            assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)
            anchors = set(re.findall(r'href="#([^"]+)"', page.text))
            assert anchors <= set(re.findall(r'id="([^"]+)"', page.text)), "every link leads somewhere"
            assert {f'id="{word}"' in page.text for word in MEANINGS} == {True}


def test_every_call_is_described_with_its_role_and_refusals(kato: Program) -> None:
    described = kato.get("/api/openapi.json").json()
    calls = [c for methods in described["paths"].values() for c in methods.values()]
    assert len({c["operationId"] for c in calls}) == len(calls)
    for call in calls:
        assert call["summary"].endswith("."), call["operationId"]
        assert f"Needs the role {call['x-role']}." in call["description"]
        assert {"401", "403", "413", "421", "429"} <= set(call["responses"])
    assert described["security"] == [{"token": []}]


# --- the examples of the documentation ---


def _examples() -> list[tuple[list[str], object]]:
    """Each curl line of the document with the answer below it."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, told = re.match(
                r"((?:.*\\\n|(?:[^'\n]|'[^']*')*?)*?(?:[^\\\n]*))\n()(.*)", example, re.DOTALL
            ).groups()  # type: ignore[union-attr]
            found.append((shlex.split(command.replace("\\\n", " ")), json.loads(told)))
    return found


def _sent(program: httpx.Client, words: list[str], secrets: dict[str, str]) -> httpx.Response:
    """What curl would send."""
    method, headers, body = "GET", {}, None
    rest = iter(words[1:])
    path = ""
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = re.sub(r"\$(\w+)", lambda m: secrets[m.group(1)], value)
        elif word == "-d":
            body = next(rest)
        else:
            path = word.removeprefix("$DESK")
    return program.request(method, path, headers=headers, content=body)


def _lacking(told: object, found: object, where: str = "") -> list[str]:
    """Where an answer has not what was told: values of plain fields, the first element of lists."""
    if isinstance(told, dict):
        if not isinstance(found, dict):
            return [where]
        return [w for k, v in told.items() for w in _lacking(v, found.get(k, f"no {k}"), f"{where}.{k}")]
    if isinstance(told, list):
        if not isinstance(found, list) or len(found) < len(told):
            return [where]
        return [w for n, (a, b) in enumerate(zip(told, found, strict=False)) for w in _lacking(a, b, f"{where}[{n}]")]
    return [] if told == found else [f"{where}: {told!r} is told, {found!r} came"]


def test_the_examples_of_the_documentation_are_answered_as_told(address: str, tokens: dict[str, str]) -> None:
    examples = _examples()
    assert len(examples) >= 15
    secrets = {"TOKEN": tokens["kato"], "ADMIN": tokens["boss"]}
    with httpx.Client(base_url=address, trust_env=False) as program:
        for words, told in examples:
            answer = _sent(program, words, secrets)
            assert _lacking(told, answer.json()) == [], words


def test_every_call_and_refusal_stands_in_the_documentation(kato: Program) -> None:
    text = DOCUMENT.read_text("utf-8")
    assert set(re.findall(r"^\| `/api#(\w+)` \| (\d+) \|", text, re.MULTILINE)) == {
        (word, str(meaning.status)) for word, meaning in MEANINGS.items()
    }
    written = re.sub(r"(aoba|cedar)", "{cluster_id}", text)
    written = re.sub(r"/(rescans|answers)/1", lambda m: f"/{m.group(1)}/{{{m.group(1)[:-1]}_id}}", written)
    written = written.replace("people/suzuki", "people/{name}").replace("export.csv", "export.{form}")
    assert [path for path in kato.get("/api/openapi.json").json()["paths"] if path not in written] == []
