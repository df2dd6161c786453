"""The timetable in the pages: its lines, the form, the last nights, and the run under way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from chromium import browser_page, in_thread, sign_in
from made import stored
from pages import Clock, Visitor, serving, with_people

from crawler.config import Config, ReviewConfig, Storage
from crawler.model import RunKind, RunState
from crawler.timetable import Job, JobName
from db.desk import Desk
from db.job_runs import JobRunKind, JobRunState
from db.timetable import STALE
from pipelines.timetables import offered
from review.timetable import line_of

NOW = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)
BRUSSELS, TOKYO = "Europe/Brussels", "Asia/Tokyo"
CONFIG = Config(review=ReviewConfig(time_zone=BRUSSELS))
DAILY = {"rhythm": "daily", "at": "02:30", "zone": BRUSSELS, "jitter": "0", "on": "yes"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return with_people(stored(tmp_path / "desk.db"))


@pytest.fixture
def address(database: Path, clock: Clock) -> Iterator[str]:
    with serving(database, clock=clock, config=CONFIG) as found:
        yield found


@pytest.fixture
def boss(address: str) -> Iterator[Visitor]:
    with Visitor(address, "boss") as found:
        yield found


def line(database: Path, name: JobName = JobName.CRAWL) -> Job | None:
    with Desk.open(database) as desk:
        edit = desk.edits().get(name)
    return edit.job if edit else None


def audit(database: Path) -> list[tuple[str, str, str]]:
    with Desk.open(database) as desk:
        return [(e.by, e.what, e.about) for e in desk.audit() if e.by in {"boss", "kato"} and e.what != "sign_in"]


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the form of a line."""
    form = page.text.split('class="line-form"')[1].split("</form>")[0]
    return {n: unescape(v) for n, v in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}


def coming(page: httpx.Response) -> list[str]:
    """The rows of the first table of coming runs, in words."""
    table = page.text.split('<table class="coming">')[1].split("</table>")[0]
    return [" | ".join(re.findall(r"<td[^>]*>([^<]*)</td>", row)) for row in table.split("<tr")[2:]]


def checked(boss: Visitor, **typed: str) -> dict[str, str]:
    """What is sent by whoever typed this, checked it, and stores it."""
    page = boss.get("/timetable/jobs/crawl", params=DAILY | typed)
    assert page.status_code == 200
    return DAILY | typed | hidden(page)


# --- the page ---


def test_each_job_says_what_it_is_for_when_it_runs_and_who_said_so(boss: Visitor, database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=clock) as desk:
        desk.set_job(Job(name=JobName.BACKUP, when="30 2 * * mon,thu", zone=BRUSSELS, jitter_s=300.0), by="kato")
    page = boss.get("/timetable").text
    crawl, backup, _ = page.split('<section class="card job"')[1:]
    for words in ("Nightly crawl", "Visits the websites", "every day at 02:00", "0 2 * * *", TOKYO, "up to 10 minutes later",
                  "Must end by", "06:00", "from the configuration", ">on<"):  # fmt: skip
        assert words in crawl, words
    for words in (
        "Backup",
        "Copies the database",
        "every Monday and Thursday at 02:30",
        "up to 5 minutes",
        "kato · 26 Mar 2027",
    ):
        assert words in backup, words
    assert "Must end by" not in backup


def test_a_job_that_is_not_offered_is_not_shown_and_has_no_form(database: Path, clock: Clock) -> None:
    config = replace(CONFIG, storage=Storage(backups=""))
    assert (offered(config), offered(CONFIG)) == (
        [JobName.CRAWL, JobName.CLEAN_UP],
        [JobName.CRAWL, JobName.BACKUP, JobName.CLEAN_UP],
    )
    with serving(database, clock=clock, config=config) as address, Visitor(address, "boss") as boss:
        assert "Backup" not in boss.get("/timetable").text
        for name in ("backup", "digest", "dinner"):
            assert boss.get(f"/timetable/jobs/{name}").status_code == 404, name
            assert boss.post(f"/timetable/jobs/{name}", data=DAILY).status_code == 404, name
            assert boss.post(f"/timetable/jobs/{name}/reset").status_code == 404, name


def test_coming_runs_stand_by_both_clocks_with_the_change_between_them(boss: Visitor) -> None:
    rows = coming(boss.get("/timetable/jobs/crawl", params=DAILY | {"zone": TOKYO, "at": "02:00"}))
    assert rows == [
        "27 Mar 2027, 02:00 JST | 26 Mar 2027, 18:00 CET",
        "28 Mar 2027, 02:00 JST | 27 Mar 2027, 18:00 CET",
        "Clocks in Europe/Brussels go forward by an hour on 28 Mar 2027.",
        "29 Mar 2027, 02:00 JST | 28 Mar 2027, 19:00 CEST",
        "30 Mar 2027, 02:00 JST | 29 Mar 2027, 19:00 CEST",
        "31 Mar 2027, 02:00 JST | 30 Mar 2027, 19:00 CEST",
    ]


def test_a_time_that_does_not_exist_is_seen_to_come_an_hour_later(boss: Visitor) -> None:
    assert coming(boss.get("/timetable/jobs/crawl", params=DAILY))[:4] == [
        "27 Mar 2027, 02:30 CET",
        "Clocks in Europe/Brussels go forward by an hour on 28 Mar 2027.",
        "28 Mar 2027, 03:30 CEST",
        "29 Mar 2027, 02:30 CEST",
    ]


@pytest.mark.parametrize(
    ("zone", "office", "now", "changes"),
    [
        (BRUSSELS, BRUSSELS, "2027-03-26T09:00", [(BRUSSELS, "2027-03-28T01:00")]),
        (BRUSSELS, TOKYO, "2027-10-29T09:00", [(BRUSSELS, "2027-10-31T01:00")]),
        (TOKYO, TOKYO, "2027-03-26T09:00", []),
        (TOKYO, "UTC", "2027-03-26T09:00", []),
        (TOKYO, BRUSSELS, "2027-03-26T09:00", [(BRUSSELS, "2027-03-28T01:00")]),
        (BRUSSELS, BRUSSELS, "2027-03-28T01:31", []),  # on the morning after
    ],
)
def test_a_change_of_clocks_is_told_where_it_lies_between_the_runs(
    zone: str, office: str, now: str, changes: list[tuple[str, str]]
) -> None:
    shown = line_of(Job(name=JobName.CRAWL, when="30 2 * * *", zone=zone), at(now), ZoneInfo(office))
    assert [(name, f"{c.at:%Y-%m-%dT%H:%M}") for run in shown.runs for name, c in run.changes] == changes


# --- the form ---


def test_what_was_checked_is_stored_and_shown(boss: Visitor, database: Path) -> None:
    sent = checked(boss, rhythm="weekly", day="thu", weekly_at="03:05", jitter="2.5")
    assert line(database) is None, "checking stores nothing"
    answer = boss.post("/timetable/jobs/crawl", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/timetable?done=saved#crawl")
    assert line(database) == Job(name=JobName.CRAWL, when="5 3 * * thu", zone=BRUSSELS, jitter_s=150.0)
    assert audit(database) == [("boss", "set_schedule", "crawl")]
    page = boss.get("/timetable?done=saved").text
    assert "Stored. A scheduler at work" in page
    assert "every Thursday at 03:05" in page
    form = boss.get("/timetable/jobs/crawl").text
    assert 'value="weekly" checked' in form
    assert 'value="thu" checked' in form
    assert "This is how it is now." in form


def test_a_line_can_be_put_off_and_says_so(boss: Visitor, database: Path) -> None:
    sent = checked(boss, on="")
    assert "none of these runs is made" in boss.get("/timetable/jobs/crawl", params=DAILY | {"on": ""}).text
    boss.post("/timetable/jobs/crawl", data=sent)
    stored_line = line(database)
    assert stored_line is not None
    assert stored_line.on is False
    assert "It is off, so no run is to come." in boss.get("/timetable").text


def test_other_values_than_those_that_were_checked_are_shown_first(boss: Visitor, database: Path) -> None:
    sent = checked(boss) | {"at": "04:00"}
    page = boss.post("/timetable/jobs/crawl", data=sent)
    assert page.status_code == 409
    assert "other values than those whose runs you saw" in page.text
    assert "04:00 CET" in page.text
    assert line(database) is None
    assert boss.post("/timetable/jobs/crawl", data=sent | hidden(page)).status_code == 303
    stored_line = line(database)
    assert stored_line is not None
    assert stored_line.when == "0 4 * * *"


@pytest.mark.parametrize(
    ("typed", "field", "english", "japanese"),
    [
        ({"zone": "Europe/Bruxelles"}, "zone", "there is no time zone 'Europe/Bruxelles'", "タイムゾーン 'Europe/Bruxelles' はありません"),
        ({"rhythm": "other", "when": "0 25 * * *"}, "when", "hour: '25' is not between 0 and 23", "時：'25' は0から23の間にありません"),
        ({"rhythm": "other", "when": "0 2 31 2 *"}, "when", "never comes", "当たる日時は来ません"),
        ({"rhythm": "other", "when": "0 * * * *", "jitter": "60"}, "jitter", "between two runs", "実行の間隔である60分より"),
        ({"at": "25:00"}, "when", "is no time of day", "のような時刻ではありません"),
        ({"rhythm": "weekly", "weekly_at": "02:00"}, "when", "choose at least one day", "曜日を一つ以上"),
        ({"jitter": "361"}, "jitter", "must be between 0 and 360 minutes", "0分から360分の間"),
        ({"jitter": "-1"}, "jitter", "must be between 0 and 360 minutes", "0分から360分の間"),
        ({"jitter": "ten"}, "jitter", "'ten' is no number of minutes", "分の数値ではありません"),
        ({"jitter": "nan"}, "jitter", "'nan' is no number of minutes", "分の数値ではありません"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_beside_its_field_and_changes_nothing(
    boss: Visitor, database: Path, typed: dict[str, str], field: str, english: str, japanese: str
) -> None:
    for language, words in (("en", english), ("ja", japanese)):
        boss.headers["Accept-Language"] = language
        looked = boss.get("/timetable/jobs/crawl", params=DAILY | typed)
        sent = boss.post("/timetable/jobs/crawl", data=DAILY | typed | {"seen": "", "checked": "whatever"})
        assert (looked.status_code, sent.status_code) == (200, 422)
        for page in (looked, sent):
            beside = dict(re.findall(r'id="wrong-(\w+)">([^<]*)<', page.text))
            assert [name for name, said in beside.items() if said] == [field]
            assert words in unescape(beside[field])
            assert 'name="checked"' not in page.text, "there is nothing to store"
    assert line(database) is None
    assert audit(database) == []


def test_all_that_makes_no_sense_is_said_at_once(boss: Visitor, database: Path) -> None:
    typed = DAILY | {"at": "25:00", "zone": "Europe/Bruxelles", "jitter": "ten"}
    for page in (
        boss.get("/timetable/jobs/crawl", params=typed),
        boss.get("/timetable/jobs/crawl", params=typed, headers={"HX-Request": "true", "HX-Target": "results"}),
        boss.post("/timetable/jobs/crawl", data=typed | {"seen": "", "checked": "whatever"}),
    ):
        beside = dict(re.findall(r'id="wrong-(\w+)"[^>]*>([^<]*)<', page.text))
        assert all(beside[field] for field in ("when", "zone", "jitter"))
    assert page.text.count('aria-invalid="true"') == 3
    assert line(database) is None


def test_the_longest_jitter_is_taken(boss: Visitor, database: Path) -> None:
    assert boss.post("/timetable/jobs/crawl", data=checked(boss, jitter="360")).status_code == 303
    stored_line = line(database)
    assert stored_line is not None
    assert stored_line.jitter_s == 6 * 3600


def test_what_somebody_else_changed_meanwhile_is_told_and_not_overwritten(
    boss: Visitor, database: Path, clock: Clock
) -> None:
    sent = checked(boss, at="05:00")
    theirs = Job(name=JobName.CRAWL, when="15 4 * * *", zone="Asia/Seoul", jitter_s=60.0)
    with Desk.open(database, clock=clock) as desk:
        desk.set_job(theirs, by="kato")
    page = boss.post("/timetable/jobs/crawl", data=sent)
    assert page.status_code == 409
    assert line(database) == theirs
    assert "kato changed this line at 26 Mar 2027, 10:00 CET" in page.text
    assert "now: every day at 04:15" in page.text
    assert "now: Asia/Seoul" in page.text
    assert 'value="05:00"' in page.text, "what was typed is still there"
    clock.now += timedelta(minutes=1)
    assert boss.post("/timetable/jobs/crawl", data=sent | hidden(page)).status_code == 303
    stored_line = line(database)
    assert stored_line is not None
    assert stored_line.when == "0 5 * * *"


def test_a_check_while_somebody_types_does_not_hide_that_the_line_was_changed(
    boss: Visitor, database: Path, clock: Clock
) -> None:
    sent = checked(boss)
    with Desk.open(database, clock=clock) as desk:
        desk.set_job(Job(name=JobName.CRAWL, when="15 4 * * *", zone=TOKYO), by="kato")
    part = boss.get("/timetable/jobs/crawl", params=sent, headers={"HX-Request": "true", "HX-Target": "results"})
    assert "<html" not in part.text
    assert boss.post("/timetable/jobs/crawl", data=sent | {"seen": _seen(part)}).status_code == 409


def _seen(part: httpx.Response) -> str:
    return re.findall(r'name="seen" value="([^"]*)"', part.text)[0]


def test_the_configuration_decides_again(boss: Visitor, database: Path, clock: Clock) -> None:
    assert "Back to the configuration" not in boss.get("/timetable/jobs/crawl").text
    boss.post("/timetable/jobs/crawl", data=checked(boss))
    page = boss.get("/timetable/jobs/crawl")
    assert "Back to the configuration" in page.text
    stale = boss.post("/timetable/jobs/crawl/reset", data={"seen": "earlier"})
    assert (stale.status_code, line(database) is None) == (409, False)
    clock.now += timedelta(minutes=1)
    answer = boss.post("/timetable/jobs/crawl/reset", data={"seen": hidden(page)["seen"]})
    assert answer.headers["location"] == "/timetable?done=reset#crawl"
    assert line(database) is None
    assert audit(database) == [("boss", "set_schedule", "crawl")] * 2
    assert "from the configuration, to which boss put it back on 26 Mar 2027" in boss.get("/timetable").text
    assert boss.post("/timetable/jobs/crawl/reset", data={"seen": ""}).status_code == 303
    assert len(audit(database)) == 2, "there is nothing to reset, so nothing is stored"


@pytest.mark.parametrize("name", ["vera", "kato"])
def test_others_than_admins_look_only(address: str, database: Path, name: str) -> None:
    with Desk.open(database, clock=lambda: NOW) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, NOW, ["aoba"]).run_id
    with Visitor(address, name) as visitor:
        page = visitor.get("/timetable")
        assert page.status_code == 200
        assert "An admin can change the timetable." in page.text
        assert "/timetable/jobs/" not in page.text
        assert not re.search(r"/timetable/runs/\d+/", page.text), "nothing to steer a run with"
        assert visitor.get("/timetable/jobs/crawl").status_code == 403
        for path in ("jobs/crawl", "jobs/crawl/reset", *(f"runs/{run}/{do}" for do in ("pause", "resume", "cancel"))):
            assert visitor.post(f"/timetable/{path}", data=DAILY).status_code == 403, path
    assert line(database) is None
    assert audit(database) == []


def test_the_page_speaks_japanese(boss: Visitor) -> None:
    boss.headers["Accept-Language"] = "ja"
    page = boss.get("/timetable").text
    for words in (
        "予定表",
        "夜間の巡回",
        "毎日 02:00",
        "設定ファイルによる",
        "次の5回の実行",
        "時計が1時間進みます",
    ):
        assert words in page, words
    assert "スケジューラーが動作していないため" in page


# --- the form in a browser ---


@pytest.mark.browser
def test_the_runs_are_shown_as_one_types_and_stored_with_one_click(address: str, database: Path) -> None:
    def work() -> None:
        with browser_page(locale="en-GB") as (page, complaints):
            sign_in(page, address, "boss")
            page.goto(f"{address}/timetable/jobs/crawl")
            page.fill("[name=zone]", "Europe/Brussel")
            page.wait_for_selector("#wrong-zone:has-text('there is no time zone')")
            page.fill("[name=zone]", BRUSSELS)
            page.wait_for_selector("#results:has-text('go forward by an hour on 28 Mar 2027')")
            assert page.inner_text("#wrong-zone") == ""
            assert "every day at 02:00" in page.inner_text("#told"), "a screen reader is told"
            page.click(
                "#results button.primary", delay=700
            )  # a slow finger: leaving the field must not move the button
            page.wait_for_url("**/timetable?done=saved#crawl")
            assert complaints == []

    in_thread(work)
    stored_line = line(database)
    assert stored_line is not None
    assert stored_line.zone == BRUSSELS


@pytest.mark.browser
def test_without_scripts_a_line_is_checked_and_then_stored(address: str, database: Path) -> None:
    def work() -> None:
        with browser_page(locale="en-GB", java_script_enabled=False) as (page, _):
            sign_in(page, address, "boss")
            page.goto(f"{address}/timetable/jobs/crawl")
            page.check("[value=weekly]")
            page.check("[value=sun]")
            page.fill("[name=weekly_at]", "23:45")
            page.keyboard.press("Enter")
            page.wait_for_selector("#results button.primary")
            assert line(database) is None, "Enter checks"
            page.click("#results button.primary")
            page.wait_for_url("**done=saved**")

    in_thread(work)
    stored_line = line(database)
    assert stored_line is not None
    assert stored_line.when == "45 23 * * sun"


# --- runs under way ---


@pytest.fixture
def run_id(database: Path, clock: Clock) -> int:
    """A night that this process works on, with one of its two clusters given up."""
    with Desk.open(database, clock=clock) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, NOW, ["aoba", "bare"])
        desk.fail_task(run.run_id, "aoba", "took longer than 9 seconds")
        desk.end_by(run.run_id, NOW + timedelta(hours=3))
    return run.run_id


def wish(database: Path, run_id: int) -> tuple[str, str]:
    with Desk.open(database) as desk:
        return desk.wish(run_id)


def test_a_run_is_paused_and_goes_on(boss: Visitor, database: Path, run_id: int) -> None:
    page = boss.get("/timetable").text
    assert "1 of 2 clusters are done with." in page
    assert "It must end by 26 Mar 2027, 13:00 CET." in page
    assert "is under way" in page
    assert boss.get(f"/timetable/runs/{run_id}/pause").status_code == 405
    assert boss.post(f"/timetable/runs/{run_id}/pause").headers["location"] == "/timetable?done=paused"
    assert wish(database, run_id) == ("pause", "boss")
    page = boss.get("/timetable").text
    assert "is being paused" in page
    assert f"runs/{run_id}/pause" not in page
    assert boss.post(f"/timetable/runs/{run_id}/resume").headers["location"] == "/timetable?done=resumed"
    assert wish(database, run_id)[0] == ""
    with Desk.open(database) as desk:
        assert [w.kind for w in desk.waiting_job_runs()] == [JobRunKind.RESUMED]
    again = boss.post(f"/timetable/runs/{run_id}/resume")
    assert (again.status_code, "no longer as you saw it" in again.text) == (409, True)
    assert [what for _, what, _ in audit(database)] == ["resume_run", "pause_run"]


def test_a_run_is_cancelled_once_it_is_said_what_that_costs(boss: Visitor, database: Path, run_id: int) -> None:
    asked = boss.get(f"/timetable/runs/{run_id}/cancel").text
    assert "1 would not be visited this night, and comes first the next one." in asked
    assert wish(database, run_id) == ("", ""), "looking cancels nothing"
    assert boss.post(f"/timetable/runs/{run_id}/cancel").headers["location"] == "/timetable?done=cancelled"
    assert wish(database, run_id) == ("cancel", "boss")
    page = boss.get("/timetable").text
    assert "is being cancelled" in page
    assert f"runs/{run_id}/" not in page, "its process ends it"
    assert boss.post(f"/timetable/runs/{run_id}/pause").status_code == 409


def test_a_paused_run_is_cancelled_at_once(boss: Visitor, database: Path, run_id: int) -> None:
    boss.post(f"/timetable/runs/{run_id}/pause")
    boss.post(f"/timetable/runs/{run_id}/cancel")
    with Desk.open(database) as desk:
        ended = desk.run(run_id)
        assert ended is not None
        assert (ended.state, ended.note) == (RunState.STOPPED, "cancelled by boss")
    page = boss.get("/timetable").text
    assert "under-way" not in page
    assert "stopped early" in page
    for do in ("pause", "resume", "cancel"):
        assert boss.post(f"/timetable/runs/{run_id}/{do}").status_code == 409, do
    assert boss.get(f"/timetable/runs/{run_id}/cancel").status_code == 409


def test_what_is_no_night_cannot_be_steered(boss: Visitor, database: Path) -> None:
    with Desk.open(database) as desk:
        rescan = desk.start_run(RunKind.RESCAN, NOW, ["aoba"])
    for run in (rescan, 9999):
        for do in ("pause", "resume", "cancel"):
            assert boss.post(f"/timetable/runs/{run}/{do}").status_code == 404, (run, do)


# --- is a scheduler at work? ---


def test_the_page_says_whether_a_scheduler_is_at_work(boss: Visitor, database: Path, clock: Clock) -> None:
    assert "None was ever started here." in boss.get("/timetable").text
    with Desk.open(database, clock=clock) as desk:
        token = desk.take_scheduler()
        desk.add_event("scheduler_started")
    page = boss.get("/timetable").text
    assert "A scheduler is at work." in page
    assert "presence silent" not in page
    with Desk.open(database, clock=clock) as desk:
        desk.leave_scheduler(token)
    assert "The last one left at 26 Mar 2027, 10:00 CET" in boss.get("/timetable").text
    clock.now += STALE + timedelta(seconds=1)
    page = boss.get("/timetable").text
    assert "presence silent" in page
    assert "Its last sign of life was at 26 Mar 2027, 10:00 CET." in page


# --- the last nights ---


def test_a_night_leads_to_its_reason(boss: Visitor, database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=clock) as desk:
        for due, fate, why in (
            ("2027-03-23T17:00", JobRunState.MISSED, "nobody was there, and the next run is near"),
            ("2027-03-24T17:00", JobRunState.SKIPPED, "<b>odd</b>"),
        ):
            desk.leave_job_run(JobName.CRAWL, at(due), fate, why)
    page = boss.get("/timetable").text
    assert page.count('class="cell fate-') - page.count('<span class="cell fate-missed"></span>') >= 30
    assert 'href="/timetable?night=2027-03-24#runs" title="24 Mar 2027: missed"' in page
    night = boss.get("/timetable?night=2027-03-24").text
    assert "Runs of the night of 24 Mar 2027" in night
    table = night.split('id="runs"')[1]
    assert "nobody was there, and the next run is near" in table
    assert "odd" not in table
    assert "&lt;b&gt;odd" in boss.get("/timetable?night=2027-03-25").text
    for nonsense in ("2027-03-01", "2020-01-01", "x", "9999-99-99"):
        assert boss.get(f"/timetable?night={nonsense}").status_code == 200, nonsense
    boss.headers["Accept-Language"] = "ja"
    assert "次の実行が近いため見送りました" in boss.get("/timetable?night=2027-03-24").text


# --- for programs ---


def test_programs_are_told_the_same(address: str, database: Path, clock: Clock) -> None:
    with Desk.open(database, clock=clock) as desk:
        token = desk.make_token("vera", "reader", 1, by="test")
        desk.set_job(Job(name=JobName.CRAWL, when="30 2 * * *", zone=BRUSSELS), by="kato")
        desk.leave_job_run(JobName.BACKUP, at("2027-03-25T11:00"), JobRunState.MISSED, "nobody was there")
    with httpx.Client(base_url=address, trust_env=False, headers={"Authorization": f"Bearer {token}"}) as program:
        told = program.get("/api/timetable").json()
        runs = program.get("/api/timetable/runs").json()["runs"]
        assert program.get("/api/timetable/runs?limit=0").status_code == 422
        assert program.post("/api/timetable").status_code == 405
    crawl, backup, _ = told["lines"]
    assert (told["scheduler"], told["last_sign_at"]) == ("silent", None)
    assert (crawl["when"], crawl["zone"], crawl["changed_by"]) == ("30 2 * * *", BRUSSELS, "kato")
    assert [run["due"] for run in crawl["coming"]][:2] == ["2027-03-27T01:30:00Z", "2027-03-28T01:30:00Z"]
    assert (len(crawl["coming"]), backup["changed_by"], backup["changed_at"]) == (5, "", None)
    assert [(r["job"], r["kind"], r["fate"], r["reason"]) for r in runs] == [
        ("backup", "due", "missed", "nobody was there")
    ]
