"""The staff's pages: what they show, what their forms store, and that nothing a website said can run in them."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import openpyxl
import pytest
from made import AOBA, BARE, CEDAR, FULL_VISIT, NIGHT, POST, verdict, visit
from pages import Clock, Visitor, serving, with_people
from selectolax.lexbor import LexborHTMLParser

from crawler.answers import Decision, QuestionKind
from crawler.errors import WorkFailed
from crawler.model import Activity, Cluster, Family, Flag, Reason, RunKind, RunState, Verdict
from db.desk import Desk
from db.export import COLUMNS
from db.rescans import RESCANS_AN_HOUR, Rescan
from review.pages import static_url

END = Reason(code="stated_end", text="The site itself says that it is closed or no longer updated.",
             family=Family.STATEMENT, points=6.0, url="https://aoba.example/end", raw="解散しました。")  # fmt: skip
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def ceased(cluster_id: str = "aoba", days: float = 1, points: float = 6.0) -> Verdict:
    base = verdict(cluster_id, days, Flag.LIKELY_CEASED)
    old = replace(POST, on=POST.on.replace(year=2019))
    return replace(base, activity=Activity.LIKELY_CEASED, reasons=(END,), points=points, latest=old, next_event=None)


def made(path: Path, *words: Verdict, clusters: tuple[Cluster, ...] = (AOBA, BARE, CEDAR)) -> Path:
    """A database with these verdicts, each from a night of its own day."""
    with Desk.open(path, create=True) as desk:
        desk.upsert_clusters(clusters)
        for word in words:
            run = desk.begin_run(RunKind.NIGHTLY, word.decided_at, [word.cluster_id])
            days = (word.decided_at - NIGHT) / timedelta(days=1)
            desk.add_visit(run.run_id, visit(word.cluster_id, days), word)
            desk.end_run(run.run_id, RunState.DONE)
    return with_people(path)


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
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


def form(page: httpx.Response, **fields: str) -> dict[str, str]:
    """The hidden fields of the form of an answer, with what a person adds."""
    text = page.text.split('action="/answers"')[1].split("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    return {**hidden, **fields}


def answers(database: Path, cluster_id: str = "aoba") -> list[Decision]:
    with Desk.open(database) as desk:
        return [a.decision for a in desk.answers([cluster_id]).get(cluster_id, [])]


# --- the queue ---


def test_the_worst_question_comes_first_and_an_answer_leads_to_the_next(kato: Visitor, database: Path) -> None:
    first = kato.get("/queue")
    assert "Has Cedar Cluster ceased?" in first.text
    assert "1 of 2" in first.text
    sent = kato.post("/answers", data=form(first, decision="ceased", note="they wrote back", reason_code="asked_them"))
    assert sent.status_code == 303
    second = kato.get(sent.headers["location"])
    assert "Has Aoba Photonics Cluster ceased?" in second.text
    assert "2 of 2" in second.text
    assert "Kept: Cedar Cluster, ceased." in second.text
    assert answers(database, "cedar") == [Decision.CEASED]
    kato.post("/answers", data=form(second, decision="alive"))
    assert "All questions are answered." in kato.get("/queue").text


@pytest.mark.parametrize("decision", ["ceased", "alive", "static", "wrong_address", "skipped"])
def test_one_button_is_one_answer(kato: Visitor, database: Path, decision: str) -> None:
    page = kato.get("/queue?at=ceased:aoba")
    assert kato.post("/answers", data=form(page, decision=decision)).status_code == 303
    assert answers(database) == [Decision(decision)]


def test_every_decision_has_one_key_of_its_own(kato: Visitor) -> None:
    page = kato.get("/queue").text
    keys = re.findall(r'data-key="(\w)"', page)
    assert len(keys) == len(set(keys)), keys
    for key, decision in zip(
        "caskmxz", ("ceased", "alive", "static", "skipped", "moved", "wrong_address", "snoozed"), strict=True
    ):
        assert re.search(rf'value="{decision}" data-key="{key}"[^>]*><kbd>{key.upper()}</kbd>', page)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"decision": "snoozed", "until": ""}, "a day still to come"),
        ({"decision": "snoozed", "until": "2024-11-26"}, "a day still to come"),
        ({"decision": "snoozed", "until": "soon"}, "a day still to come"),
        ({"decision": "moved", "address": ""}, "beginning with https"),
        ({"decision": "moved", "address": "javascript:alert(1)"}, "beginning with https"),
        ({"decision": "wrong_address", "address": "nowhere"}, "beginning with https"),
        ({"decision": "noted", "note": "  "}, "Write a note first"),
        ({"decision": "assigned", "assignee": "nobody"}, "no such person"),
        ({"decision": "undone"}, "could not be understood"),
        ({"decision": "alive", "reason_code": "a hunch"}, "could not be understood"),
        ({"decision": "dead"}, "could not be understood"),
        ({"decision": "alive", "seen": "-1"}, "could not be understood"),
        ({"decision": "alive", "note": "x" * 2001}, "could not be understood"),
        ({"decision": "alive", "verdict_at": "2020-01-01T00:00:00+00:00"}, "judged anew"),
    ],
)
def test_what_cannot_be_taken_says_why_and_stores_nothing(
    kato: Visitor, database: Path, fields: dict[str, str], says: str
) -> None:
    answer = kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), **fields))
    assert answer.status_code == 422
    assert says in answer.text
    assert answers(database) == []


def test_an_answer_about_nobody_is_not_found(kato: Visitor) -> None:
    page = form(kato.get("/queue"), decision="alive")
    assert kato.post("/answers", data={**page, "cluster_id": "nobody"}).status_code == 404


def test_a_snoozed_question_is_away_until_its_day(kato: Visitor, clock: Clock) -> None:
    kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="snoozed", until="2024-11-27"))
    assert "Has Aoba" not in kato.get("/queue?at=ceased:aoba").text
    clock.now += timedelta(hours=15)
    with Visitor(str(kato.base_url), "kato") as tomorrow:
        assert "Has Aoba Photonics Cluster ceased?" in tomorrow.get("/queue?at=ceased:aoba").text


def test_taking_back_opens_the_question_again(kato: Visitor, database: Path) -> None:
    kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="alive"))
    (answer_id,) = re.findall(r'/answers/(\d+)/undo"', kato.get("/queue").text)
    back = kato.post(f"/answers/{answer_id}/undo")
    assert back.status_code == 303
    assert "Has Aoba Photonics Cluster ceased?" in kato.get(back.headers["location"]).text
    assert answers(database) == [Decision.ALIVE, Decision.UNDONE]
    assert kato.post(f"/answers/{answer_id}/undo").status_code == 409


def test_nobody_takes_back_what_another_answered_but_an_admin(kato: Visitor, address: str, database: Path) -> None:
    with Visitor(address, "boss") as boss:
        boss.post("/answers", data=form(boss.get("/queue?at=ceased:aoba"), decision="alive"))
        assert kato.post("/answers/1/undo").status_code == 409
        kato.post("/answers", data=form(kato.get("/queue?at=ceased:cedar"), decision="alive"))
        assert boss.post("/answers/2/undo").status_code == 303
    assert answers(database) == [Decision.ALIVE]


def test_the_second_reviewer_sees_who_was_first(kato: Visitor, address: str, database: Path) -> None:
    with Visitor(address, "boss") as boss:
        early, late = kato.get("/queue?at=ceased:aoba"), boss.get("/queue?at=ceased:aoba")
        kato.post("/answers", data=form(early, decision="alive", note="I called them"))
        answer = boss.post("/answers", data=form(late, decision="ceased"))
    assert answer.status_code == 409
    assert "kato was first" in answer.text
    assert "I called them" in answer.text
    assert answers(database) == [Decision.ALIVE]


def test_the_same_form_twice_is_one_answer(kato: Visitor, database: Path) -> None:
    data = form(kato.get("/queue?at=ceased:aoba"), decision="alive")
    assert [kato.post("/answers", data=data).status_code for _ in range(2)] == [303, 409]
    assert answers(database) == [Decision.ALIVE]


def test_an_answer_holds_the_next_night_and_is_reopened_by_what_contradicts_it(kato: Visitor, database: Path) -> None:
    kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="ceased"))
    night = replace(ceased("aoba", 9), next_event=None)
    with Desk.open(database) as desk:
        desk.replace_verdicts([night])
    assert "Aoba Photonics Cluster ceased?" not in kato.get("/queue").text
    risen = replace(verdict("aoba", 10), latest=replace(POST, on=POST.on.replace(month=12)), next_event=None)
    with Desk.open(database) as desk:
        desk.replace_verdicts([risen])
    page = kato.get("/queue?at=ceased:aoba").text
    assert "new evidence speaks against the answer" in page
    assert "a dated item of 2024-12-12" in page
    assert "contradicted since" in kato.get("/clusters/aoba").text


def test_a_viewer_may_look_and_has_no_buttons(address: str, database: Path) -> None:
    with Visitor(address, "vera") as vera:
        page = vera.get("/queue").text
        assert "You may look, but not answer." in page
        assert 'action="/answers"' not in page
        assert 'action="/answers"' not in vera.get("/clusters/aoba").text


# --- the overview and its files ---


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"aoba", "bare", "cedar"}),
        ("?q=photonics", {"aoba"}),
        ("?flag=likely_ceased", {"aoba", "cedar"}),
        ("?flag=likely_ceased&q=杉", {"cedar"}),
        ("?asked=1", {"aoba", "cedar"}),
        ("?prefecture=Miyagi", {"aoba"}),
        ("?flag=nonsense", set()),
        ("?sort=nonsense&way=nonsense&page=nonsense", {"aoba", "bare", "cedar"}),
        ("?page=99999999999", {"aoba", "bare", "cedar"}),
        ("?q=%00%27%22%25", set()),
    ],
)
def test_table_and_files_follow_the_same_filter(kato: Visitor, query: str, shown: set[str]) -> None:
    page = kato.get(f"/{query}")
    assert page.status_code == 200
    table = page.text.split('<table class="mapping">')[1]
    assert set(re.findall(r'href="/clusters/(\w+)"', table)) == shown
    rows = list(csv.DictReader(io.StringIO(kato.get(f"/export/csv{query}").content.decode("utf-8-sig"))))
    assert {row["cluster_id"] for row in rows} == shown
    clusters = kato.get(f"/export/json{query}").json()["clusters"]
    assert {c["cluster_id"] for c in clusters} == shown
    features = kato.get(f"/export/geojson{query}").json()["features"]
    assert {f["id"] for f in features} == shown
    sheet = openpyxl.load_workbook(io.BytesIO(kato.get(f"/export/xlsx{query}").content)).active
    assert sheet is not None
    assert {str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)} == shown


def test_a_csv_opens_right_in_excel(kato: Visitor) -> None:
    answer = kato.get("/export/csv")
    assert answer.content.startswith(b"\xef\xbb\xbfcluster_id,")
    assert answer.headers["content-disposition"] == 'attachment; filename="clusterwatch-2024-11-26.csv"'
    assert "青葉" in answer.text


def test_an_unknown_form_of_file_is_not_found(kato: Visitor) -> None:
    assert kato.get("/export/exe").status_code == 404


def test_the_persons_word_goes_into_the_files(kato: Visitor) -> None:
    kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="alive"))
    rows = {c["cluster_id"]: c for c in kato.get("/export/json").json()["clusters"]}
    assert (rows["aoba"]["flag"], rows["aoba"]["reviewed_flag"], rows["aoba"]["reviewed_by"]) == (
        "likely_ceased", "japanese_only", "kato",
    )  # fmt: skip
    assert rows["cedar"]["reviewed_flag"] is None


def test_a_place_on_the_map_is_longitude_then_latitude(kato: Visitor) -> None:
    places = {f["id"]: f["geometry"] for f in kato.get("/export/geojson").json()["features"]}
    assert places["aoba"] == {"type": "Point", "coordinates": [140.87, 38.268]}
    assert places["bare"] is None


def test_the_overview_tells_what_changed_since_the_night_before(tmp_path: Path, clock: Clock) -> None:
    path = made(tmp_path / "two.db", verdict("aoba", 0), ceased("aoba", 1))
    with serving(path, clock=clock) as address, Visitor(address, "vera") as vera:
        page = vera.get("/").text
    assert "1 open question<" in page
    assert re.search(r'tile-likely_ceased[^>]*><span class="n">1</span><small class="delta">\+1', page)
    assert "Aoba" in page.split("What changed")[1].split("</section>")[0]


# --- the case ---


def test_a_case_shows_the_words_their_address_and_every_request(kato: Visitor) -> None:
    page = kato.get("/clusters/aoba").text
    for words in (
        "解散しました。",
        "https://aoba.example/end",
        "+6",
        "https://aoba.example/index.html",
        "expired",
        "<svg",
    ):
        assert words in page
    assert 'rel="noopener noreferrer nofollow"' in page


def test_a_stray_key_decides_nothing_where_nothing_is_asked(kato: Visitor) -> None:
    assert 'value="ceased" data-key="c"' in kato.get("/clusters/aoba").text
    kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="alive"))
    assert not re.search(r'name="decision"[^>]*data-key', kato.get("/clusters/aoba").text)


def test_an_unknown_case_is_not_found(kato: Visitor) -> None:
    for path in ("/clusters/nobody", "/clusters/%3Cscript%3E", "/rescans/99", "/rescans/99/events", "/rescans/x"):
        answer = kato.get(path)
        assert answer.status_code in {404, 422}
        assert "<script>" not in answer.text.replace('<script src="', "")


# --- nothing that a website says runs ---


@pytest.fixture
def hostile(tmp_path: Path, clock: Clock) -> Iterator[Visitor]:
    cluster = replace(
        AOBA, name_en=EVIL, name_ja=EVIL, notes=EVIL, website="javascript:alert(1)", extra=((EVIL, EVIL),)
    )
    item = replace(POST, url="javascript:alert(1)", raw=EVIL, title=EVIL, on=POST.on.replace(year=2019))
    reasons = (
        Reason(
            code="stated_end", text=EVIL, family=Family.STATEMENT, points=6, url="data:text/html,<script>", raw=EVIL
        ),
        Reason(code="moved", text=EVIL, url="javascript:alert(2)", raw=EVIL, overturned_by=EVIL),
    )
    word = replace(ceased(), reasons=reasons, latest=item, next_event=item, moved_to=EVIL, languages=(EVIL,))
    path = made(tmp_path / "evil.db", verdict("aoba", 0), word, clusters=(cluster,))
    fetches = tuple(replace(f, url="javascript:alert(3)", detail=EVIL, tls=EVIL) for f in FULL_VISIT.fetches)
    with Desk.open(path) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=2), ["aoba"])
        evil_visit = replace(visit("aoba", 2), fetches=fetches, stopped=EVIL)
        desk.add_visit(run.run_id, evil_visit, replace(word, decided_at=NIGHT + timedelta(days=2)))
        desk.end_run(run.run_id, RunState.DONE, EVIL)
        rescan_id = desk.ask_rescan("aoba", by="kato")
        desk.add_step(rescan_id, "fetch", EVIL)
        desk.add_step(rescan_id, EVIL, EVIL)
    with serving(path, clock=clock) as address, Visitor(address, "boss") as boss:
        yield boss


@pytest.mark.parametrize(
    "path", ["/", "/queue", "/clusters/aoba", "/rescans/1", "/audit", f"/?q={EVIL}", f"/login?next={EVIL}"]
)
def test_no_word_of_a_page_becomes_markup_and_no_address_a_script(hostile: Visitor, path: str) -> None:
    if path == "/audit":
        hostile.post("/answers", data=form(hostile.get("/queue"), decision="noted", note=EVIL))
    page = hostile.get(path)
    assert page.status_code == 200
    nodes = LexborHTMLParser(page.text).css("*")
    assert [n.attributes.get("src") for n in nodes if n.tag == "script"] == [static_url("desk.js")]
    assert [n.attributes for n in nodes if n.tag == "img" and n.attributes["src"] != static_url("mark.svg")] == []
    for name, value in [item for n in nodes for item in n.attributes.items()]:
        assert not name.startswith("on"), "nothing inline: the policy forbids it"
        assert name != "style"
        if name in {"href", "src", "action"}:
            assert (value or "").startswith(("/", "#", "?", "https://", "http://")), value


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_file_is_a_formula(tmp_path: Path, clock: Clock, mark: str) -> None:
    formula = f'{mark}HYPERLINK("http://x.example","x")'
    cluster = replace(AOBA, name_en=formula, sector=formula)
    path = made(tmp_path / "cells.db", replace(verdict(), latest=replace(POST, raw=formula)), clusters=(cluster,))
    with serving(path, clock=clock) as address, Visitor(address, "kato") as kato:
        (row,) = csv.DictReader(io.StringIO(kato.get("/export/csv").content.decode("utf-8-sig"), newline=""))
        assert all(row[name].startswith("'") for name in ("name_en", "sector", "latest_post_raw"))
        sheet = openpyxl.load_workbook(io.BytesIO(kato.get("/export/xlsx").content)).active
        assert sheet is not None
        cells = dict(zip(COLUMNS, next(sheet.iter_rows(min_row=2)), strict=True))
        for name in ("name_en", "sector", "latest_post_raw"):
            assert cells[name].data_type == "s"
            assert str(cells[name].value).startswith("'")


def test_a_note_of_a_colleague_is_only_text(kato: Visitor, address: str) -> None:
    kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="noted", note=EVIL))
    with Visitor(address, "boss") as boss:
        assert "<img src=x" not in boss.get("/clusters/aoba").text


# --- second looks ---


def test_a_rescan_tells_its_steps_as_they_happen_and_shows_both_verdicts(database: Path, clock: Clock) -> None:
    may_end = threading.Event()

    def look(desk: Desk, rescan: Rescan) -> None:
        desk.add_step(rescan.rescan_id, "started")
        may_end.wait(10)
        desk.replace_verdicts([replace(verdict("aoba", 8), flag=Flag.STATIC)])
        desk.add_step(rescan.rescan_id, "judged")

    with serving(database, clock=clock, look=look) as address, Visitor(address, "kato") as kato:
        asked = kato.post("/clusters/aoba/rescan")
        assert asked.status_code == 303
        path = asked.headers["location"]
        assert kato.post("/clusters/aoba/rescan").headers["location"] == path
        heard: list[str] = []
        with kato.stream("GET", f"{path}/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            for line in stream.iter_lines():
                if line.startswith("data: {"):
                    heard.append(json.loads(line[6:]).get("text", "over"))
                    may_end.set()
        assert heard == ["The visit begins.", "Judged anew.", "over"]
        page = kato.get(path).text
        before, now = page.split("<h3>Before</h3>")[1].split("<h3>Now</h3>")
        assert "likely ceased" in before
        assert "static" in now


def test_a_rescan_that_fails_says_why_and_the_next_one_is_taken(database: Path, clock: Clock) -> None:
    def look(desk: Desk, rescan: Rescan) -> None:
        if rescan.cluster_id == "aoba":
            raise WorkFailed("no browser here")

    with serving(database, clock=clock, look=look) as address, Visitor(address, "kato") as kato:
        for cluster_id in ("aoba", "cedar"):
            path = kato.post(f"/clusters/{cluster_id}/rescan").headers["location"]
            with kato.stream("GET", f"{path}/events") as stream:
                stream.read()
            page = kato.get(path).text
            assert ("no browser here" in page) is (cluster_id == "aoba")


def test_without_a_process_that_takes_rescans_the_page_says_so(kato: Visitor) -> None:
    path = kato.post("/clusters/aoba/rescan").headers["location"]
    assert "No process takes second looks" in kato.get(path).text


def test_too_many_rescans_are_refused_in_words(database: Path, clock: Clock) -> None:
    clusters = [replace(BARE, cluster_id=f"c{n}") for n in range(RESCANS_AN_HOUR + 1)]
    with Desk.open(database) as desk:
        desk.upsert_clusters(clusters)
    with serving(database, clock=clock) as address, Visitor(address, "kato") as kato:
        codes = [kato.post(f"/clusters/{c.cluster_id}/rescan").status_code for c in clusters]
        assert codes == [303] * RESCANS_AN_HOUR + [429]
        assert kato.post("/clusters/nobody/rescan").status_code == 404


# --- kills ---


def test_what_was_answered_is_there_after_a_kill(database: Path, clock: Clock) -> None:
    with serving(database, clock=clock) as address, Visitor(address, "kato") as kato:
        kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="alive"))
        raw = Desk.open(database)  # as another process sees it while the server lives
        assert [a.question for a in raw.answers(["aoba"])["aoba"]] == [QuestionKind.CEASED]
        raw.close()
