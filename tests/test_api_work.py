"""The interface beside the mapping: the registry, files, candidates, decisions over many, letters, the archive, people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from made import verdict
from pages import PASSWORD, PEOPLE, Clock, Visitor, answers, ceased, made, serving
from programs import Program, kind, reply
from shelved import NEWS, Saved, hang, keep

from crawler.answers import Decision
from crawler.errors import StoreUnusable
from db.desk import Desk

JSON = dict[str, object]
PIXEL = b"\x89PNG\r\n\x1a\n made for a test"
TABLE = "cluster_id,name_en,website,city\nfuji,Fuji Cluster,https://fuji.example/,Fuji\naoba,Aoba Light,https://aoba.example/,Sendai\n"


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
def programs(address: str, database: Path, clock: Clock) -> Iterator[dict[str, Program]]:
    with Desk.open(database, clock=clock) as desk:
        tokens = {name: desk.make_token(name, "work", 90, by="test") for name in PEOPLE}
    found = {name: Program(address, token) for name, token in tokens.items()}
    yield found
    for program in found.values():
        program.close()


@pytest.fixture
def kato(programs: dict[str, Program]) -> Program:
    return programs["kato"]


@pytest.fixture
def boss(programs: dict[str, Program]) -> Program:
    return programs["boss"]


def seen(program: Program, cluster_id: str) -> str:
    return str(program.get(f"/api/registry/{cluster_id}").json()["digest"])


def audit(database: Path) -> list[str]:
    with Desk.open(database) as desk:
        return [entry.what for entry in desk.audit(20) if entry.what not in {"make_token", "add_person"}]


# --- the registry ---


def test_a_cluster_is_added_corrected_retired_and_brought_back_with_its_history(boss: Program) -> None:
    row = {"cluster_id": "fuji", "name_en": "Fuji", "website": "https://fuji.example/", "lat": 35.1, "lon": 138.6}
    added = boss.post("/api/registry", json={"cluster": row, "note": "found"})
    assert (added.status_code, added.json()["cluster"]["country"]) == (201, "JP")
    sent = {"cluster": {"city": "Fuji", "other_hosts": ["a.example", "b.example"]}, "seen": added.json()["digest"]}
    corrected = boss.post("/api/registry/fuji", json=sent).json()
    assert corrected["cluster"]["other_hosts"] == ["a.example", "b.example"]
    assert (corrected["cluster"]["lat"], corrected["cluster"]["city"]) == (35.1, "Fuji"), "the rest stays"
    retired = boss.post("/api/registry/fuji/retire", json={"seen": corrected["digest"], "note": "twice"}).json()
    assert retired["retired_at"] == "2024-11-26T09:00:00Z"
    listed = boss.get("/api/registry?state=retired").json()
    assert [r["cluster_id"] for r in listed["rows"]] == ["fuji"]
    assert boss.get("/api/registry?q=fuji").json()["total"] == 0
    assert boss.post("/api/registry/fuji/revive", json={"seen": retired["digest"]}).json()["retired_at"] is None
    changes = boss.get("/api/registry/fuji/history").json()["changes"]
    assert [c["what"] for c in changes] == ["revived", "retired", "corrected", "added"]
    assert {"column": "city", "before": "", "after": "Fuji"} in changes[2]["differences"]


@pytest.mark.parametrize(
    ("fields", "refusal", "where"),
    [
        ({"cluster_id": ""}, (422, "not_understood"), "body.cluster.cluster_id"),
        ({"cluster_id": "a b"}, (422, "not_understood"), "body.cluster.cluster_id"),
        ({"website": "javascript:alert(1)"}, (422, "not_understood"), "body.cluster.website"),
        ({"lat": 91}, (422, "not_understood"), "body.cluster.lat"),
        ({"lat": 35.1}, (422, "not_understood"), "body.cluster.lon"),
        ({"website": "http://127.0.0.1/"}, (422, "not_understood"), "body.cluster.website"),
        ({"name_ja": "a\x00b"}, (422, "not_understood"), "body.cluster.name_ja"),
        ({"colour": "red"}, (422, "not_understood"), "body.cluster.colour"),
        ({"extra": {"city": "x"}}, (422, "not_understood"), "body.cluster.extra"),
        ({"cluster_id": "AOBA"}, (409, "id_taken"), ""),
    ],
)
def test_a_row_that_cannot_be_taken_names_the_column(
    boss: Program, database: Path, fields: JSON, refusal: tuple[int, str], where: str
) -> None:
    row = {"cluster_id": "fuji", "name_en": "Fuji", "website": "https://fuji.example/", **fields}
    answer = boss.post("/api/registry", json={"cluster": row})
    assert kind(answer) == refusal
    assert [e["where"] for e in answer.json().get("errors", [])][:1] == ([where] if where else [])
    assert audit(database) == []


def test_what_is_only_odd_is_taken_once_it_was_read(boss: Program) -> None:
    row = {"cluster_id": "fuji", "name_en": "Fuji", "website": "http://127.0.0.1/"}
    assert boss.post("/api/registry", json={"cluster": row, "warned": ["lat"]}).json()["errors"][0]["what"] == "odd"
    assert boss.post("/api/registry", json={"cluster": row, "warned": ["website"]}).status_code == 201


def test_the_second_of_two_corrections_gets_both_versions(kato: Program, boss: Program) -> None:
    digest = seen(kato, "aoba")
    assert boss.post("/api/registry/aoba", json={"cluster": {"city": "Natori"}, "seen": digest}).status_code == 200
    late = kato.post("/api/registry/aoba", json={"cluster": {"city": "Tagajo"}, "seen": digest})
    assert kind(late) == (409, "changed")
    assert (late.json()["now"]["cluster"]["city"], late.json()["yours"]["city"]) == ("Natori", "Tagajo")
    assert "boss" in late.json()["detail"]
    again = {"cluster": {"city": "Tagajo"}, "seen": late.json()["now"]["digest"]}
    assert kato.post("/api/registry/aoba", json=again).json()["cluster"]["city"] == "Tagajo"


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("aoba/retire", {"note": "  "}, (422, "not_understood")),
        ("aoba/retire", {"note": "why", "seen": "old"}, (409, "changed")),
        ("aoba/revive", {}, (409, "not_possible")),
        ("nobody/retire", {"note": "why"}, (404, "not_found")),
        ("aoba/merge", {"into": "aoba"}, (409, "not_possible")),
        ("aoba/merge", {"into": "nobody"}, (404, "not_found")),
        ("aoba/merge", {"into": "cedar", "seen_kept": "old"}, (409, "changed")),
        ("aoba/merge", {"into": "cedar", "chosen": {"mood": "kept"}}, (422, "not_understood")),
        ("aoba/merge", {"into": "cedar", "chosen": {"city": "both"}}, (422, "not_understood")),
        ("aoba/merge", {"into": "cedar", "chosen": {"city": "mine"}}, (422, "not_understood")),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    boss: Program, database: Path, path: str, body: JSON, refusal: tuple[int, str]
) -> None:
    digest = seen(boss, "aoba")
    if "merge" in path:
        into = str(body["into"])
        told = {"seen_gone": digest, "seen_kept": seen(boss, into) if into != "nobody" else ""}
    else:
        told = {"seen": digest}
    assert kind(boss.post(f"/api/registry/{path}", json={**told, **body})) == refusal
    assert audit(database) == []


def test_two_clusters_are_merged_as_the_preview_says(boss: Program) -> None:
    preview = boss.get("/api/registry/aoba/merge?into=cedar").json()
    sides = {side["column"]: side for side in preview["columns"]}
    assert (sides["city"]["gone"], sides["city"]["proposed"]) == (
        "Sendai",
        "gone" if not sides["city"]["kept"] else "kept",
    )
    assert sides["other_hosts"]["both"].split()[0]
    digests = {"seen_gone": preview["gone"]["digest"], "seen_kept": preview["kept"]["digest"]}
    sent = {"into": "cedar", "chosen": {"sector": "gone", "other_hosts": "both"}, **digests}
    merged = boss.post("/api/registry/aoba/merge", json=sent).json()
    assert (merged["cluster"]["cluster_id"], merged["cluster"]["sector"]) == ("cedar", "Photonics")
    assert merged["cluster"]["other_hosts"][0] == "aoba.example"
    assert boss.get("/api/registry/aoba").json()["merged_into"] == "cedar"
    assert kind(boss.get("/api/registry/aoba/merge?into=cedar")) == (409, "not_possible")


# --- files ---


def files(how: str) -> dict[str, object]:
    if how == "form":
        return {"files": {"file": ("list.csv", TABLE.encode(), "text/csv")}}
    return {"content": TABLE.encode(), "headers": {"Content-Type": how}}


@pytest.mark.parametrize("how", ["form", "text/csv", "application/octet-stream"])
def test_a_file_is_looked_at_and_imported_by_the_digest_of_what_was_seen(
    boss: Program, database: Path, how: str
) -> None:
    told = boss.post("/api/imports", **files(how)).json()  # type: ignore[arg-type]
    assert (told["imported"], told["added"], told["changed"], told["not_in_file"]) == (False, 1, 1, 2)
    assert [h["taken_for"] for h in told["headings"]] == ["cluster_id", "name_en", "website", "city"]
    assert audit(database) == [], "nothing is stored by looking"
    path = "/api/imports?dry_run=false"
    assert kind(boss.post(path, **files(how))) == (422, "not_understood")  # type: ignore[arg-type]
    assert kind(boss.post(f"{path}&expected=other", **files(how))) == (409, "plan_changed")  # type: ignore[arg-type]
    done = boss.post(f"{path}&expected={told['digest']}", **files(how)).json()  # type: ignore[arg-type]
    assert (done["imported"], done["added"]) == (True, 1)
    assert boss.get("/api/registry/fuji").json()["cluster"]["city"] == "Fuji"
    assert audit(database) == ["registry:imported"]


@pytest.mark.parametrize(
    ("query", "content", "refusal"),
    [
        ("", b"", (422, "not_understood")),
        ("", b"PK\x03\x04 no workbook", (422, "not_understood")),
        ("", b"a,b\n1,2\n", (422, "not_understood")),
        ("?column=mood", TABLE.encode(), (422, "not_understood")),
        ("?column=cluster_id&column=cluster_id&column=website", TABLE.encode(), (422, "not_understood")),
        ("?dry_run=false&expected=x", b"cluster_id,name_en,website\n,Fuji,\n", (422, "not_understood")),
    ],
)
def test_a_file_that_cannot_be_taken(
    boss: Program, database: Path, query: str, content: bytes, refusal: tuple[int, str]
) -> None:
    assert kind(boss.post(f"/api/imports{query}", content=content, headers={"Content-Type": "text/csv"})) == refusal
    assert audit(database) == []


def test_a_form_without_a_file_or_of_no_form_is_refused(boss: Program) -> None:
    assert kind(boss.post("/api/imports", files={"other": b"x"}))[0] == 400
    headers = {"Content-Type": "multipart/form-data"}
    assert kind(boss.post("/api/imports", content=b"x", headers=headers))[0] == 400


# --- candidates ---


def test_candidates_are_added_accepted_with_their_row_and_rejected_for_good(boss: Program, database: Path) -> None:
    mentions = [{"name": "Fuji", "website": "https://fuji.example/", "score": 2}, {"name": "Asama"}]
    assert boss.post("/api/candidates", json={"candidates": mentions}).json() == {"new": 2, "again": 0, "decided": 0}
    found = boss.get("/api/candidates").json()
    assert [c["name"] for c in found["candidates"]] == ["Fuji", "Asama"]
    case = boss.get("/api/candidates/1").json()
    assert case["proposed"]["cluster_id"] == "fuji"
    row = {"cluster": case["proposed"]}
    assert boss.post("/api/candidates/1/accept", json=row).json()["cluster"]["name_en"] == "Fuji"
    assert kind(boss.post("/api/candidates/1/accept", json={"cluster": {**case["proposed"], "cluster_id": "f2"}})) == (
        409, "decided",
    )  # fmt: skip
    assert kind(boss.post("/api/candidates/2/reject", json={"reason": " "})) == (422, "not_understood")
    assert boss.post("/api/candidates/2/reject", json={"reason": "a volcano"}).json()["state"] == "rejected"
    assert kind(boss.post("/api/candidates/2/reject", json={"reason": "again"})) == (409, "decided")
    assert boss.post("/api/candidates", json={"candidates": mentions[1:]}).json()["decided"] == 1
    assert kind(boss.get("/api/candidates/9")) == (404, "not_found")
    assert boss.get("/api/candidates?state=rejected").json()["counts"] == {"open": 0, "accepted": 1, "rejected": 1}
    odd = boss.post("/api/candidates", json={"candidates": [{"name": "ok"}, {"website": "nowhere"}]})
    assert odd.json()["errors"][0]["where"] == "body.candidates.1.website"
    assert boss.get("/api/candidates").json()["counts"]["open"] == 0, "all of a list or nothing"


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
    assert [t["name"] for t in mine] == ["work"]
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


# --- a database that cannot be used ---


@pytest.fixture
def locked(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody else writes and does not end; nobody waits for that as long as in earnest."""
    monkeypatch.setattr("db.opening.BUSY_S", 0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_locked_database_is_told_with_when_to_come_back_and_looking_goes_on(
    kato: Program, address: str, request: pytest.FixtureRequest
) -> None:
    with Visitor(address, "kato") as visitor:
        kato.get("/api/me")
        request.getfixturevalue("locked")
        answer = kato.post("/api/clusters/aoba/rescan")
        assert kind(answer) == (503, "unusable")
        assert answer.headers["retry-after"] == "30"
        page = visitor.post("/clusters/aoba/rescan")
        assert (page.status_code, page.headers["retry-after"]) == (503, "30")
        assert "cannot be used at the moment" in page.text
        assert "desk.db" not in page.text + answer.text
        assert (kato.get("/api/clusters").status_code, visitor.get("/").status_code) == (200, 200)
    with Visitor(address) as stranger:
        assert stranger.post("/login", data={"name": "kato", "password": PASSWORD}).status_code == 503


@pytest.mark.parametrize("path", ["/", "/queue", "/api/clusters"])
def test_a_database_that_cannot_be_opened_is_told_by_the_gate_too(
    kato: Program, address: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreUnusable("/secret/desk.db: cannot grow: the disk is full.")

    with Visitor(address, "kato") as visitor:
        kato.get("/api/me")
        monkeypatch.setattr("db.people.People.session", full)
        monkeypatch.setattr("db.tokens.Tokens.bearer", full)
        answer = (kato if path.startswith("/api") else visitor).get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_full_disk_stores_nothing_and_says_so(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    database = made(tmp_path / "desk.db", ceased("aoba"))
    with Desk.open(database, clock=clock) as desk:
        token = desk.make_token("kato", "t", 1, by="test")
    original = Desk.open.__func__  # type: ignore[attr-defined]

    def opened(cls: type[Desk], *args: object, **options: object) -> Desk:
        desk: Desk = original(cls, *args, **options)
        size = desk._db.execute("PRAGMA page_count").fetchone()[0]
        desk._db.execute(f"PRAGMA max_page_count = {size}")  # so SQLite answers as on a full disk
        return desk

    with serving(database, clock=clock) as address, Program(address, token) as program:
        case = program.get("/api/clusters/aoba").json()
        monkeypatch.setattr("db.connection.Connection.open", classmethod(opened))
        body = {"question": "ceased", "decision": "noted", "verdict_at": case["verdict"]["decided_at"]}
        found = [
            program.post("/api/clusters/aoba/answers", json={**body, "seen": n, "note": "x" * 2000}) for n in range(20)
        ]
        full = [a for a in found if a.status_code != 201]
    assert kind(full[0]) == (503, "unusable")
    assert len(answers(database)) == len(found) - len(full), "what was confirmed is stored, and nothing else"
