"""The interface to the registry: rows, files and candidates."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import Program, kind

from db.desk import Desk

JSON = dict[str, object]
TABLE = "cluster_id,name_en,website,city\nfuji,Fuji Cluster,https://fuji.example/,Fuji\naoba,Aoba Light,https://aoba.example/,Sendai\n"


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
