"""The staff's pages: what they show, what their forms store, and that nothing a website said can run in them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from made import POST, verdict
from pages import Clock, Visitor, answers, ceased, form, made, serving

from crawler.answers import Decision, QuestionKind
from crawler.config import Config, ReviewConfig
from crawler.errors import ConfigError
from db.desk import Desk
from review.app import create_app
from review.world import World


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


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
        ("?asked=ceased", {"aoba", "cedar"}),
        ("?asked=moved", set()),
        ("?asked=none", {"bare"}),
        ("?asked=nonsense", {"aoba", "bare", "cedar"}),
        ("?asked=none&assigned=kato", set()),
        ("?assigned=-", {"aoba", "cedar"}),
        ("?assigned=kato", set()),
        ("?word=any", set()),
        ("?word=none", {"aoba", "bare", "cedar"}),
        ("?latest=fresh", set()),
        ("?latest=old", set()),
        ("?latest=silent", {"aoba", "cedar"}),
        ("?latest=none", {"bare"}),
        ("?latest=none&asked=none&word=none&q=bare", {"bare"}),
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


def shown(visitor: Visitor, query: str) -> set[str]:
    table = visitor.get(f"/{query}").text.split('<table class="mapping">')[1]
    return set(re.findall(r'href="/clusters/(\w+)"', table))


def test_the_table_is_filtered_by_what_people_said(kato: Visitor, clock: Clock) -> None:
    kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="alive"))
    assert [shown(kato, f"?word={word}") for word in ("any", "none", "japanese_only", "likely_ceased")] == [
        {"aoba"}, {"bare", "cedar"}, {"aoba"}, set(),
    ]  # fmt: skip
    assert [shown(kato, f"?asked={asked}") for asked in ("1", "none", "none&word=none")] == [
        {"cedar"}, {"aoba", "bare"}, {"bare"},
    ]  # fmt: skip
    assert shown(kato, "?asked=1&word=any") == set()
    kato.post("/answers", data=form(kato.get("/queue?at=ceased:cedar"), decision="assigned", assignee="vera"))
    assert [shown(kato, f"?assigned={name}") for name in ("vera", "kato", "-")] == [{"cedar"}, set(), set()]
    assert re.search(r'<select name="assigned">.*<option value="vera">', kato.get("/").text)
    page = kato.get("/queue?at=ceased:cedar")
    kato.post("/answers", data=form(page, decision="snoozed", until="2024-11-27"))
    assert [shown(kato, f"?asked={asked}") for asked in ("1", "due")] == [set(), set()]
    clock.now += timedelta(hours=15)
    with Visitor(str(kato.base_url), "kato") as tomorrow:
        assert [shown(tomorrow, f"?asked={asked}") for asked in ("1", "due")] == [{"cedar"}, {"cedar"}]


@pytest.mark.parametrize(
    ("days", "age"), [(0, "fresh"), (548, "fresh"), (549, "old"), (1826, "old"), (1827, "silent"), (-3, "fresh")]
)
def test_the_age_of_the_latest_post_on_both_sides_of_each_threshold(
    tmp_path: Path, clock: Clock, days: int, age: str
) -> None:
    post = replace(POST, on=clock.now.date() - timedelta(days=days))
    path = made(tmp_path / "age.db", replace(verdict("aoba"), latest=post))
    with serving(path, clock=clock) as address, Visitor(address, "vera") as vera:
        assert {a for a in ("fresh", "old", "silent", "none") if "aoba" in shown(vera, f"?latest={a}")} == {age}


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


# --- kills ---


def test_what_was_answered_is_there_after_a_kill(database: Path, clock: Clock) -> None:
    with serving(database, clock=clock) as address, Visitor(address, "kato") as kato:
        kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="alive"))
        raw = Desk.open(database)  # as another process sees it while the server lives
        assert [a.question for a in raw.answers(["aoba"])["aoba"]] == [QuestionKind.CEASED]
        raw.close()


# --- the clock of the office ---


@pytest.mark.parametrize(
    ("zone", "shown"), [("UTC", "25 Nov 2024, 18:00 UTC"), ("Asia/Tokyo", "26 Nov 2024, 03:00 JST")]
)
def test_instants_are_shown_on_the_clock_of_the_office(database: Path, clock: Clock, zone: str, shown: str) -> None:
    config = Config(review=ReviewConfig(time_zone=zone))
    with serving(database, clock=clock, config=config) as address, Visitor(address, "kato") as visitor:
        assert shown in visitor.get("/clusters/cedar").text


@pytest.mark.parametrize("zone", ["Mars/Phobos", "", "../../etc/passwd", "Asia"])
def test_a_zone_that_is_none_is_refused_at_the_start(database: Path, clock: Clock, zone: str) -> None:
    with pytest.raises(ConfigError, match=r"review\.time_zone: .* is not a time zone"):
        create_app(database, Config(review=ReviewConfig(time_zone=zone)), clock=clock)


@pytest.mark.parametrize(
    ("now", "on"),  # in Tokyo
    [("2024-11-26T14:59:00+00:00", "2024-11-26"), ("2024-11-26T15:00:00+00:00", "2024-11-27")],
)
def test_a_day_begins_at_the_midnight_of_the_office(now: str, on: str) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    world = World(database=Path("x"), config=Config(), clock=Clock(datetime.fromisoformat(now)), zone=zone)
    assert world.today.isoformat() == on
    assert world.midnight.astimezone(zone).isoformat() == f"{on}T00:00:00+09:00"
