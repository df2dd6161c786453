"""The registry in the pages: corrections, two people at once, retiring, merging, candidates, and hostile names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from made import AOBA, BARE
from pages import EVIL, Clock, Visitor, serving
from selectolax.lexbor import LexborHTMLParser

from crawler.model import Cluster
from db.candidates import CandidateState, Found
from db.desk import Desk
from db.history import ChangeKind
from review.pages import static_url

HOSTILE = {
    "script": EVIL,
    "formula": '=HYPERLINK("http://x.example","x")',
    "direction": "safe\u202egpj.exe",
    "lines": "one\ntwo\r\nthree",
}


SCRIPTS = [static_url("htmx.min.js"), static_url("desk.js")]


@pytest.fixture
def address(database: Path) -> Iterator[str]:
    with serving(database, clock=Clock()) as found:
        yield found


@pytest.fixture
def boss(address: str) -> Iterator[Visitor]:
    with Visitor(address, "boss") as visitor:
        yield visitor


def fields(text: str, action: str) -> dict[str, list[str]]:
    """What a browser would send with the form of a page, before anybody types."""
    found: dict[str, list[str]] = {}
    (form,) = [f for f in LexborHTMLParser(text).css("form") if f.attributes.get("action") == action]
    for node in form.css("input, textarea, select"):
        name, kind = node.attributes.get("name"), node.attributes.get("type")
        if not name or (kind == "radio" and "checked" not in node.attributes):
            continue
        chosen = node.css_first("option[selected]") or node.css_first("option")
        value = chosen.attributes.get("value") if node.tag == "select" and chosen else node.attributes.get("value")
        found.setdefault(name, []).append((node.text() if node.tag == "textarea" else value) or "")
    return found


def entry_of(database: Path, cluster_id: str) -> Cluster | None:
    with Desk.open(database) as desk:
        found = desk.entry(cluster_id)
        return found.cluster if found else None


def kinds(database: Path, cluster_id: str) -> list[ChangeKind]:
    with Desk.open(database) as desk:
        return [c.what for c in reversed(desk.registry_changes(cluster_id))]


def retired_row(database: Path, cluster_id: str) -> tuple[bool, str]:
    with Desk.open(database) as desk:
        found = desk.entry(cluster_id)
        assert found is not None
        return found.record.retired, found.record.merged_into


# --- new and corrected ---


def test_a_form_that_is_sent_as_it_came_changes_nothing(boss: Visitor, database: Path) -> None:
    path = "/clusters/aoba/edit"
    assert boss.post(path, data=fields(boss.get(path).text, path)).status_code == 303
    assert entry_of(database, "aoba") == AOBA
    assert kinds(database, "aoba") == ["imported"]


def test_a_correction_is_stored_and_shown_with_who_before_and_after(address: str, database: Path) -> None:
    path = "/clusters/aoba/edit"
    with Visitor(address, "kato") as kato:
        sent = fields(kato.get(path).text, path) | {
            "city": ["Ishinomaki"],
            "note": ["they moved"],
            "lat": [""],
            "lon": [""],
        }
        sent |= {"extra_name": ["sources", "members"], "extra_value": ["", "57"], "cluster_id": ["other"]}
        assert kato.post(path, data=sent).headers["location"] == "/clusters/aoba#registry"
        page = kato.get("/clusters/aoba").text
    stored = entry_of(database, "aoba")
    assert stored == replace(AOBA, city="Ishinomaki", lat=None, lon=None, extra=(("members", "57"),))
    told = LexborHTMLParser(page).css_first("#registry li")
    assert told is not None
    words = " ".join(told.text(separator=" ").split())
    assert words.startswith("corrected kato · 26 Nov 2024, 09:00 UTC they moved")
    for change in ("Town Sendai → becomes Ishinomaki", "Latitude 38.268 → becomes blank", "members blank → becomes 57"):
        assert change in words
    assert entry_of(database, "other") is None


@pytest.mark.parametrize(
    ("typed", "beside", "says"),
    [
        ({"website": "example.jp"}, "website", "does not begin with http"),
        ({"website": "javascript:alert(1)"}, "website", "is no web address"),
        ({"name_en": " "}, "name_en", "is missing"),
        ({"name_en": "x" * 301}, "name_en", "is 301 characters long"),
        ({"lat": "91"}, "lat", "lies outside"),
        ({"lat": "139.7", "lon": "35.6"}, "lat", "look swapped"),
        ({"country": "UK"}, "country", "Write GB."),
        ({"cluster_id": "a b"}, "cluster_id", "may not have"),
        ({"other_hosts": "a b javascript:x"}, "other_hosts", "is neither a host name"),
        ({"notes": "x" * 10_001}, "notes", "characters long"),
        ({"name_ja": "a\x07"}, "name_ja", "control character"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    boss: Visitor, database: Path, typed: dict[str, str], beside: str, says: str
) -> None:
    whole = {"cluster_id": "new", "name_en": "New", "city": "Sendai", **typed}
    answer = boss.post("/registry/new", data=whole)
    assert answer.status_code == 422
    page = LexborHTMLParser(answer.text)
    told = page.css_first(f"#{beside}-help .wrong")
    assert told is not None
    assert says in told.text()
    invalid = page.css_first(f"#{beside}")
    assert invalid is not None
    assert invalid.attributes["aria-invalid"] == "true"
    assert invalid.attributes["aria-describedby"] == f"{beside}-help"
    kept = fields(answer.text, "/registry/new")
    assert {name: kept[name] for name in whole} == {name: [v.strip()] for name, v in whole.items()}
    assert entry_of(database, "new") is None


@pytest.mark.parametrize(
    ("names", "texts", "says"),
    [
        (["notes"], ["x"], "is a column already"),
        (["a", "a"], ["1", "2"], "is a column already"),
        ([""], ["x"], "has no heading"),
        (["a"], ["x" * 10_001], "characters long"),
    ],
)
def test_a_further_column_needs_a_name_of_its_own(
    boss: Visitor, database: Path, names: list[str], texts: list[str], says: str
) -> None:
    sent = {"cluster_id": "new", "name_en": "New", "extra_name": names, "extra_value": texts}
    answer = boss.post("/registry/new", data=sent)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert entry_of(database, "new") is None


def test_a_remark_is_shown_once_and_taken_when_it_was_read(boss: Visitor, database: Path) -> None:
    typed = {"cluster_id": "new", "name_en": "New", "website": "http://10.0.0.1/"}
    first = boss.post("/registry/new", data=typed)
    assert (first.status_code, "is not on the public internet" in first.text) == (422, True)
    assert entry_of(database, "new") is None
    again = fields(first.text, "/registry/new")
    other = boss.post("/registry/new", data=again | {"period_start": ["soon"]})
    assert "names no year of four digits" in other.text, "another remark is shown too"
    assert boss.post("/registry/new", data=again).status_code == 303
    assert entry_of(database, "new") == Cluster(cluster_id="new", name_en="New", website="http://10.0.0.1/")


@pytest.mark.parametrize("cluster_id", ["aoba", "AOBA"])
def test_an_id_that_is_taken_is_told_beside_its_field(boss: Visitor, database: Path, cluster_id: str) -> None:
    answer = boss.post("/registry/new", data={"cluster_id": cluster_id, "name_en": "Again"})
    assert (answer.status_code, "is the id of a cluster already" in answer.text) == (409, True)
    assert entry_of(database, "aoba") == AOBA


def test_long_japanese_notes_fit_into_the_form(boss: Visitor, database: Path) -> None:
    answer = boss.post("/registry/new", data={"cluster_id": "new", "name_en": "New", "notes": "青" * 10_000})
    assert answer.status_code == 303
    stored = entry_of(database, "new")
    assert stored is not None
    assert stored.notes == "青" * 10_000


# --- two people ---


def test_the_second_of_two_people_sees_both_versions_and_loses_nothing(address: str, database: Path) -> None:
    path = "/clusters/aoba/edit"
    with Visitor(address, "kato") as kato, Visitor(address, "boss") as boss:
        hers, his = (fields(v.get(path).text, path) for v in (kato, boss))
        assert kato.post(path, data=hers | {"city": ["Ishinomaki"]}).status_code == 303
        refused = boss.post(path, data=his | {"city": ["Shiogama"], "sector": ["Light"], "note": ["by phone"]})
        assert refused.status_code == 409
        assert "kato changed this cluster" in refused.text
        assert entry_of(database, "aoba") == replace(AOBA, city="Ishinomaki")
        page = LexborHTMLParser(refused.text)
        theirs = {n.parent.attributes["id"]: n.text() for n in page.css(".theirs") if n.parent}
        assert {name: " ".join(t.split()) for name, t in theirs.items()} == {
            "city-help": "Now in the registry: Ishinomaki",
            "sector-help": "Now in the registry: Photonics",
        }
        kept = fields(refused.text, path)
        assert (kept["city"], kept["sector"], kept["note"]) == (["Shiogama"], ["Light"], ["by phone"])
        assert boss.post(path, data=kept).status_code == 303, "knowing both, he decides"
    assert entry_of(database, "aoba") == replace(AOBA, city="Shiogama", sector="Light")
    assert kinds(database, "aoba") == ["imported", "corrected", "corrected"]


def test_of_many_who_store_at_once_one_is_first(address: str, database: Path) -> None:
    path = "/clusters/aoba/edit"
    with Visitor(address, "boss") as boss:
        sent = fields(boss.get(path).text, path)
        cookies = boss.cookies

        def store(number: int) -> int:
            with Visitor(address) as other:
                other.cookies = cookies
                return other.post(path, data=sent | {"city": [f"Town {number}"]}).status_code

        with ThreadPoolExecutor(4) as pool:
            codes = sorted(pool.map(store, range(4)))
    assert codes == [303, 409, 409, 409]
    assert kinds(database, "aoba") == ["imported", "corrected"]


def test_a_correction_is_taken_back_by_another_one(boss: Visitor, database: Path) -> None:
    path = "/clusters/aoba/edit"
    boss.post(path, data=fields(boss.get(path).text, path) | {"city": ["Ishinomaki"]})
    (link,) = re.findall(r'href="(/clusters/aoba/edit\?change=\d+)"', boss.get("/clusters/aoba").text)
    assert boss.post(path, data=fields(boss.get(link).text, path)).status_code == 303
    assert entry_of(database, "aoba") == AOBA
    assert kinds(database, "aoba") == ["imported", "corrected", "corrected"]


# --- retire, merge ---


def test_retiring_needs_a_reason_and_can_be_taken_back(boss: Visitor, database: Path) -> None:
    path = "/clusters/aoba/retire"
    form = fields(boss.get(path).text, path)
    assert boss.post(path, data=form | {"note": [" "]}).status_code == 422
    assert retired_row(database, "aoba") == (False, "")
    assert boss.post(path, data=form | {"note": ["a company"]}).status_code == 303
    assert boss.post(path, data=form | {"note": ["twice"]}).status_code == 409
    case = boss.get("/clusters/aoba").text
    assert "This cluster is retired" in case
    assert "a company" in case
    assert "Has Aoba" not in case
    assert 'name="decision"' not in case
    assert "Aoba" not in boss.get("/queue").text
    assert "Aoba" not in boss.get("/registry").text
    assert "Aoba" in boss.get("/registry?state=retired").text
    revive = fields(boss.get(path).text, "/clusters/aoba/revive")
    assert boss.post("/clusters/aoba/revive", data=revive).status_code == 303
    assert boss.post("/clusters/aoba/revive", data=revive).status_code == 409
    assert "Has Aoba Photonics Cluster ceased?" in boss.get("/clusters/aoba").text
    assert kinds(database, "aoba") == ["imported", "retired", "revived"]


def test_two_clusters_are_merged_as_chosen_and_the_old_case_leads_to_the_new(boss: Visitor, database: Path) -> None:
    search = boss.get("/clusters/cedar/merge?q=bare").text
    assert 'href="/clusters/cedar/merge?into=bare"' in search
    page = boss.get("/clusters/cedar/merge?into=bare").text
    form = fields(page, "/clusters/cedar/merge")
    assert form["keep:name_en"] == ["kept"]
    assert form["keep:website"] == ["gone"], "the one that stays has none"
    chosen = form | {"keep:name_en": ["gone"], "keep:name_ja": ["kept"], "note": ["one office"]}
    assert boss.post("/clusters/cedar/merge", data=chosen).headers["location"] == "/clusters/bare#registry"
    assert entry_of(database, "bare") == replace(BARE, name_en="Cedar Cluster", website="http://cedar.example/")
    assert retired_row(database, "cedar") == (True, "bare")
    case = boss.get("/clusters/cedar").text
    assert "This cluster was merged into another one:" in case
    assert 'href="/clusters/bare"' in case
    assert "The site itself says" in case, "what was found stays readable"
    assert boss.post("/clusters/cedar/merge", data=chosen).status_code == 409


def test_a_merge_of_what_has_changed_is_shown_again_with_the_choices(boss: Visitor, database: Path) -> None:
    form = fields(boss.get("/clusters/cedar/merge?into=aoba").text, "/clusters/cedar/merge")
    with Desk.open(database) as desk:
        desk.upsert_clusters([replace(AOBA, city="Ishinomaki")])
    sent = form | {"keep:name_en": ["gone"], "note": ["one office"]}
    shown = boss.post("/clusters/cedar/merge", data=sent)
    assert shown.status_code == 409
    assert retired_row(database, "cedar") == (False, "")
    again = fields(shown.text, "/clusters/cedar/merge")
    assert (again["keep:name_en"], again["note"]) == (["gone"], ["one office"])
    assert boss.post("/clusters/cedar/merge", data=again).status_code == 303


@pytest.mark.parametrize("into", ["cedar", "nobody", "bare"])
def test_only_another_cluster_in_use_can_be_merged_into(boss: Visitor, database: Path, into: str) -> None:
    with Desk.open(database) as desk:
        desk.retire(["bare"])
    assert "There is no such cluster in use" in boss.get(f"/clusters/cedar/merge?into={into}").text
    assert boss.post("/clusters/cedar/merge", data={"into": into}).status_code in {404, 409}
    assert retired_row(database, "cedar") == (False, "")


# --- candidates ---


def test_a_candidate_is_accepted_into_the_form_and_stored_in_one_step(boss: Visitor, database: Path) -> None:
    with Desk.open(database) as desk:
        desk.add_candidates([Found(name="Shizuoka Bio", website="https://bio.example/", why="linked")], by="boss")
    assert "Shizuoka Bio" in boss.get("/candidates").text
    form = fields(boss.get("/candidates/1/accept").text, "/registry/new")
    assert (form["cluster_id"], form["name_en"], form["website"]) == (
        ["shizuoka-bio"], ["Shizuoka Bio"], ["https://bio.example/"],
    )  # fmt: skip
    assert boss.post("/registry/new", data=form | {"cluster_id": ["aoba"]}).status_code == 409
    assert boss.post("/registry/new", data=form | {"city": ["Shizuoka"]}).status_code == 303
    again = boss.post("/registry/new", data=form | {"cluster_id": ["shizuoka-2"]})
    assert (again.status_code, "boss was first:" in again.text) == (409, True)
    assert entry_of(database, "shizuoka-2") is None
    with Desk.open(database) as desk:
        (found,) = desk.candidates_in(CandidateState.ACCEPTED)
    assert found.cluster_id == "shizuoka-bio"


def test_a_rejection_needs_a_reason_and_is_final(boss: Visitor, database: Path) -> None:
    with Desk.open(database) as desk:
        desk.add_candidates([Found(name="A", website="https://aoba.example/")], by="boss")
    page = boss.get("/candidates").text
    assert "In the registry already:" in page
    assert "Aoba Photonics Cluster" in page
    assert boss.post("/candidates/1/reject", data={"reason": " "}).status_code == 422
    assert boss.post("/candidates/1/reject", data={"reason": "a company"}).status_code == 303
    assert boss.post("/candidates/1/reject", data={"reason": "again"}).status_code == 409
    assert boss.get("/candidates/1/accept").status_code == 409
    assert "There are none." in boss.get("/candidates").text
    assert "a company" in boss.get("/candidates?state=rejected").text


# --- who may, and hostile words ---


def test_each_role_is_offered_what_it_may_do(address: str) -> None:
    offers = {"vera": set[str](), "kato": {"edit"}, "boss": {"edit", "merge", "retire"}}
    for name, expected in offers.items():
        with Visitor(address, name) as visitor:
            assert set(re.findall(r'href="/clusters/aoba/(\w+)"', visitor.get("/clusters/aoba").text)) == expected
            assert ('href="/registry/import"' in visitor.get("/registry").text) is (name == "boss")


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_are_only_text_wherever_they_stand(boss: Visitor, database: Path, kind: str) -> None:
    text = HOSTILE[kind]
    with Desk.open(database) as desk:
        evil = Cluster(cluster_id="evil", name_en=text, name_ja=text, website="", notes=text, extra=((text, text),))
        desk.add_cluster(evil, by="boss", note=text)
        desk.add_cluster(replace(evil, cluster_id="twin", city=text), by="boss")
        desk.add_candidates([Found(name=text + "x", why=text, source=f"javascript:{text}", name_ja=text)], by="boss")
    pages = ("/registry", f"/registry?q={quote(text[:20])}", "/registry/new", "/clusters/evil", "/clusters/evil/edit",
             "/clusters/evil/retire", "/clusters/evil/merge?into=twin", f"/clusters/evil/merge?q={quote(text[:20])}",
             "/candidates", "/candidates/1/accept")  # fmt: skip
    for path in pages:
        page = boss.get(path)
        assert page.status_code == 200
        nodes = LexborHTMLParser(page.text).css("*")
        assert [n.attributes.get("src") for n in nodes if n.tag == "script"] == SCRIPTS, path
        assert [n for n in nodes if n.tag == "img" and n.attributes["src"] != static_url("mark.svg")] == [], path
        for name, value in [item for n in nodes for item in n.attributes.items()]:
            assert not name.startswith("on")
            assert name != "style"
            if name in {"href", "src", "action"}:
                assert (value or "").startswith(("/", "#", "?", "https://", "http://")), (path, value)
    form = fields(boss.get("/clusters/evil/edit").text, "/clusters/evil/edit")
    assert unescape(form["name_en"][0]) == text.replace("\r\n", "\n") or kind == "lines", "kept as it is"
