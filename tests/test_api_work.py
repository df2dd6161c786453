"""The interface beside the mapping: decisions over many, letters, the archive, second looks, people."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from made import verdict
from pages import Visitor, answers
from programs import Program, kind, reply
from shelved import NEWS, Saved, hang, keep

from crawler.answers import Decision
from db.desk import Desk

JSON = dict[str, object]
PIXEL = b"\x89PNG\r\n\x1a\n made for a test"


def audit(database: Path) -> list[str]:
    with Desk.open(database) as desk:
        return [entry.what for entry in desk.audit(20) if entry.what not in {"make_token", "add_person"}]


# --- decisions over many ---


def test_a_decision_over_many_does_what_its_plan_says_and_is_taken_back(
    kato: Program, boss: Program, database: Path
) -> None:
    plan = kato.get("/api/bulk?decision=static&kind=ceased").json()
    assert (plan["total"], plan["clusters"], plan["left_out"]) == (2, 2, {"address": 0, "given": 0, "already": 0})
    assert [q["cluster_id"] for q in plan["questions"]] == ["cedar", "aoba"]
    sent = {"filter": {"kind": "ceased"}, "decision": "static", "digest": plan["digest"], "through": plan["through"]}
    assert kind(kato.post("/api/bulk", json={**sent, "filter": {"q": "aoba"}})) == (409, "plan_changed")
    assert answers(database) == []
    assert reply(boss, "cedar", decision="alive").status_code == 201
    stored = kato.post("/api/bulk", json=sent).json()
    assert (stored["count"], stored["overtaken"], stored["by"]) == (1, 1, "kato")
    case = kato.get("/api/bulks/1").json()
    assert ([a["cluster_id"] for a in case["answers"]], [a["by"] for a in case["first"]]) == (["aoba"], ["boss"])
    assert kato.post("/api/bulks/1/undo").json() == {"bulk_id": 1, "answers": 1}
    assert kind(kato.post("/api/bulks/1/undo")) == (409, "undone")
    assert answers(database) == [Decision.STATIC, Decision.UNDONE]
    assert kind(kato.get("/api/bulks/2")) == (404, "not_found")


def test_who_is_left_out_of_a_decision_over_many_is_named(
    kato: Program, boss: Program, programs: dict[str, Program]
) -> None:
    assert reply(kato, "cedar", decision="assigned", assignee="boss").status_code == 201
    plan = kato.get("/api/bulk?decision=ceased").json()
    assert plan["left_out_first"] == [{"cluster_id": "cedar", "kind": "ceased", "why": "given"}]
    sent = {"filter": {}, "decision": "ceased", "digest": plan["digest"], "through": plan["through"]}
    assert boss.post("/api/bulk", json=sent).status_code == 409, "another person's plan is another one"
    assert kato.post("/api/bulk", json=sent).status_code == 201
    with_token = programs["vera"].post("/api/bulks/1/undo")
    assert kind(with_token) == (403, "forbidden")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("decision=moved", "query.decision"),
        ("decision=snoozed", "query.until"),
        ("decision=snoozed&until=2024-11-26", "query.until"),
        ("decision=assigned&assignee=nobody", "query.assignee"),
        ("decision=ceased&colour=red", "query.colour"),
    ],
)
def test_a_plan_that_makes_no_sense(kato: Program, query: str, where: str) -> None:
    answer = kato.get(f"/api/bulk?{query}")
    assert kind(answer) == (422, "not_understood")
    assert answer.json()["errors"][0]["where"] == where


# --- letters ---


def test_letters_are_entered_answered_and_taken_back_by_whom_they_are(kato: Program, boss: Program) -> None:
    letter = {"on": "2024-11-20", "address": "info@aoba.example", "due_on": "2024-11-25", "words": "Do you live?"}
    wrote = kato.post("/api/clusters/aoba/letters", json=letter)
    assert (wrote.status_code, wrote.json()["by"]) == (201, "kato")
    assert kato.post("/api/clusters/aoba/letters", json=letter).json()["entry_id"] == 1, "sent twice, stored once"
    assert [found["state"] for found in kato.get("/api/letters").json()["letters"]] == ["overdue"]
    answered = {"kind": "answered", "on": "2024-11-26", "words": "Yes."}
    assert kato.post("/api/letters/1/replies", json=answered).json()["letter_id"] == 1
    assert kato.get("/api/letters").json()["letters"] == []
    boss.post("/api/clusters/cedar/letters", json=letter)
    mistake = {"kind": "withdrawn", "on": "2024-11-26"}
    assert kind(kato.post("/api/letters/3/replies", json=mistake)) == (403, "forbidden")
    assert boss.post("/api/letters/3/replies", json=mistake).status_code == 201
    assert kind(boss.post("/api/letters/3/replies", json=answered)) == (409, "letter_gone")
    assert [found["state"] for found in boss.get("/api/clusters/cedar/letters").json()["letters"]] == ["withdrawn"]


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("clusters/aoba/letters", {"on": "2024-12-24"}, (422, "not_understood")),
        ("clusters/aoba/letters", {"due_on": "2024-11-01"}, (422, "not_understood")),
        ("clusters/aoba/letters", {"address": "two\nlines"}, (422, "not_understood")),
        ("clusters/nobody/letters", {}, (404, "not_found")),
        ("letters/9/replies", {"kind": "unanswered", "on": "2024-11-26"}, (404, "not_found")),
        ("letters/9/replies", {"kind": "wrote", "on": "2024-11-26"}, (422, "not_understood")),
    ],
)
def test_an_entry_that_makes_no_sense(kato: Program, path: str, body: JSON, refusal: tuple[int, str]) -> None:
    letter = {"on": "2024-11-20", "address": "info@aoba.example", "due_on": "2024-12-11"}
    assert kind(kato.post(f"/api/{path}", json=body if "replies" in path else {**letter, **body})) == refusal
    assert kato.get("/api/letters").json()["letters"] == []


# --- the archive ---


def test_saved_pages_are_listed_read_compared_and_sent_as_files_only(
    programs: dict[str, Program], database: Path
) -> None:
    page = "<html><body><p>{}</p><script>alert(1)</script></body></html>"
    keep(database, verdict("aoba", 2), [Saved(body=page.format("Open until Monday")), Saved(body="<rss/>", url=NEWS)])
    keep(database, verdict("aoba", 3), [Saved(body=page.format("Open until Friday"))])
    vera = programs["vera"]
    listed = vera.get("/api/clusters/aoba/kept").json()
    assert (listed["visit_at"], len(listed["visits"]), len(listed["pages"])) == (
        verdict("aoba", 3).decided_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        2,
        1,
    )
    older = vera.get("/api/clusters/aoba/kept", params={"visit_at": listed["visits"][1]}).json()
    assert [p["kept_id"] for p in older["pages"]] == [1, 2]
    case = vera.get("/api/kept/1").json()
    assert (case["cluster_id"], case["text"], case["is_html"]) == ("aoba", "Open until Monday", True)
    sent = vera.get("/api/kept/1/bytes")
    assert sent.content.decode() == page.format("Open until Monday")
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["content-disposition"] == 'attachment; filename="kept-1.bin"'
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in sent.headers["content-security-policy"]
    changes = vera.get("/api/clusters/aoba/changes").json()
    assert changes["pages"][0]["change"] == "changed"
    pieces = changes["pages"][0]["comparison"]["rows"][0]["pieces"]
    assert {(p["kind"], p["text"]) for p in pieces if p["kind"] != "same"} == {
        ("removed", "Monday"),
        ("added", "Friday"),
    }
    same = vera.get("/api/clusters/aoba/changes", params={"from": listed["visits"][0], "to": listed["visits"][1]})
    assert same.json()["earlier"] == listed["visits"][1]
    for path in ("clusters/aoba/changes?from=2020-01-01T00:00:00Z", "clusters/cedar/changes", "kept/9", "kept/9/bytes",
                 "pictures/9", "clusters/aoba/kept?visit_at=2020-01-01T00:00:00Z", "clusters/nobody/kept"):  # fmt: skip
        assert kind(vera.get(f"/api/{path}")) == (404, "not_found"), path
    assert vera.get("/api/clusters/cedar/kept").json() == {"visit_at": None, "visits": [], "pages": []}


def test_what_the_archive_lost_is_gone(programs: dict[str, Program], database: Path) -> None:
    keep(database, verdict("aoba", 2), [Saved(body="<p>lost and never read</p>")])
    for file in database.parent.rglob("*.warc.gz"):
        file.unlink()
    for path in ("kept/1", "kept/1/bytes"):
        assert kind(programs["vera"].get(f"/api/{path}")) == (410, "gone")


def test_pictures_are_listed_and_sent_as_pictures_only(programs: dict[str, Program], database: Path) -> None:
    hang(database, PIXEL)
    vera = programs["vera"]
    assert [p["picture_id"] for p in vera.get("/api/clusters/aoba/pictures").json()["pictures"]] == [1]
    sent = vera.get("/api/pictures/1")
    assert (sent.content, sent.headers["content-type"]) == (PIXEL, "image/png")
    assert sent.headers["content-disposition"].startswith("attachment")


# --- second looks ---


def test_a_second_look_is_cancelled_by_whom_it_is_or_an_admin_and_once(
    kato: Program, boss: Program, database: Path
) -> None:
    boss.post("/api/clusters/aoba/rescan")
    kato.post("/api/clusters/cedar/rescan")
    assert kind(kato.post("/api/rescans/1/cancel")) == (403, "forbidden")
    assert kato.post("/api/rescans/2/cancel").json()["state"] == "cancelled"
    assert kato.post("/api/rescans/2/cancel").json()["state"] == "cancelled", "once more changes nothing"
    assert audit(database).count("cancel_rescan") == 1
    assert kind(boss.post("/api/rescans/3/cancel")) == (404, "not_found")


# --- people ---


def test_an_admin_changes_people_by_the_rules_of_the_pages(boss: Program, address: str) -> None:
    assert boss.post("/api/people/vera/role", json={"role": "reviewer"}).json()["role"] == "reviewer"
    assert boss.post("/api/people/vera/email", json={"email": "Vera@Example.org"}).json()["email"] == "vera@example.org"
    assert kind(boss.post("/api/people/kato/email", json={"email": "vera@example.org"})) == (409, "email_taken")
    assert kind(boss.post("/api/people/kato/email", json={"email": "nonsense"})) == (422, "not_understood")
    assert kind(boss.post("/api/people/boss/role", json={"role": "viewer"})) == (409, "yourself")
    assert kind(boss.post("/api/people/nobody/role", json={"role": "viewer"})) == (404, "not_found")
    boss.post("/api/people/vera/disable")
    assert kind(boss.post("/api/people/vera/link")) == (409, "disabled")
    assert boss.post("/api/people/vera/enable").json()["disabled_at"] is None
    added = boss.post("/api/people", json={"name": "ito", "role": "viewer", "email": "ito@example.org"}).json()
    assert (added["has_password"], added["email"]) == (False, "ito@example.org")
    link = boss.post("/api/people/ito/link").json()
    assert (link["lasts_s"], link["address"].startswith(f"{address}/enter?token=")) == (86400, True)
    with httpx.Client(base_url=address, trust_env=False, headers={"Sec-Fetch-Site": "same-origin"}) as ito:
        assert ito.post("/enter", data={"token": link["address"].partition("=")[2]}).status_code == 303
        assert ito.get("/").status_code == 200


def test_everybody_sees_and_revokes_their_own_tokens_only(kato: Program, boss: Program) -> None:
    mine = kato.get("/api/me/tokens").json()["tokens"]
    assert [t["name"] for t in mine] == ["weekly report"]
    assert kind(boss.post(f"/api/me/tokens/{mine[0]['token_id']}/revoke")) == (404, "not_found")
    assert kato.post(f"/api/me/tokens/{mine[0]['token_id']}/revoke").status_code == 200
    assert kind(kato.get("/api/me")) == (401, "token")


def test_filters_are_kept_for_oneself_and_stand_in_the_pages(kato: Program, boss: Program, address: str) -> None:
    kept = kato.post("/api/me/filters", json={"name": "worst", "filter": {"flag": "likely_ceased", "sort": "points"}})
    assert kept.json()["filters"] == [{"filter_id": 1, "name": "worst", "query": "?flag=likely_ceased&sort=points"}]
    assert kato.get(f"/api/clusters{kept.json()['filters'][0]['query']}").json()["total"] == 2
    with Visitor(address, "kato") as visitor:
        assert "worst" in visitor.get("/").text
    assert kind(boss.post("/api/me/filters/1/remove")) == (404, "not_found")
    assert kind(kato.post("/api/me/filters", json={"name": "all", "filter": {}})) == (422, "not_understood")
    assert kato.post("/api/me/filters/1/remove").json()["filters"] == []
