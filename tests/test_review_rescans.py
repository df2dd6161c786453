"""Second looks on the pages: asking, the steps as they happen, cancelling, and the new verdict beside the old."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made import AOBA, BARE, POST, verdict
from pages import END, Clock, Visitor, ceased, serving

from crawler.errors import WorkFailed
from crawler.job import PageTold
from crawler.model import (
    English,
    EnglishWitness,
    Fetch,
    Flag,
    Outcome,
    PageKind,
    PageLanguage,
    PageReading,
    Role,
    Trait,
    TraitKind,
)
from db.desk import Desk
from db.rescans import RESCANS_AN_HOUR, Rescan, RescanState
from pipelines.judging.changes import changes
from review.steps import KINDS, ROLES, STEPS, parts
from review.texts import texts
from schedules.rescanning import page_values


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


class Held:
    """A look that goes on when the test says so, and asks all along whether it may."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.looks = 0

    def __call__(self, desk: Desk, rescan: Rescan) -> None:
        self.looks += 1
        desk.add_step(rescan.rescan_id, "started")
        self.begun.set()
        while not self.may_end.wait(0.01):
            desk.hear_rescan(rescan)
        desk.replace_verdicts([replace(verdict("aoba", 8), flag=Flag.STATIC)])
        desk.add_step(rescan.rescan_id, "judged", flag="static")


def heard(visitor: Visitor, path: str, **headers: str) -> list[tuple[str, str, dict[str, object]]]:
    """Every event of a stream until its end: its name, id and content."""
    found: list[tuple[str, str, dict[str, object]]] = []
    with visitor.stream("GET", path, headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for block in "".join(stream.iter_text()).split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if "event" in fields:
                found.append((fields["event"], fields.get("id", ""), json.loads(fields["data"])))
    return found


def told(events: list[tuple[str, str, dict[str, object]]]) -> list[str]:
    """The words of the steps among these events."""
    return [" ".join(words for _, words in content["parts"]) for name, _, content in events if name == "step"]  # type: ignore[attr-defined]


# --- asking and watching ---


def test_a_rescan_tells_its_steps_as_they_happen_and_shows_both_verdicts(database: Path, clock: Clock) -> None:
    look = Held()
    with serving(database, clock=clock, look=look) as address, Visitor(address, "kato") as kato:
        asked = kato.post("/clusters/aoba/rescan")
        assert asked.status_code == 303
        path = asked.headers["location"]
        assert kato.post("/clusters/aoba/rescan").headers["location"] == path
        lines: list[str] = []
        with kato.stream("GET", f"{path}/events") as stream:
            for line in stream.iter_lines():
                lines.append(line)
                if "The visit begins." in line:
                    assert not look.may_end.is_set()  # told while it happens
                    look.may_end.set()
        assert [line for line in lines if line.startswith("event: ") and "progress" not in line] == [
            "event: step", "event: step", "event: over",
        ]  # fmt: skip
        page = kato.get(path).text
    row = re.search(r'<tr class="differs"><th scope="row">Flag</th>(.*?)</tr>', page, re.DOTALL)
    assert row
    assert re.findall(r'flag flag-(\w+)"', row.group(1)) == ["likely_ceased", "static"]
    assert "Something changed." in page
    assert "Reasons that are gone" in page
    assert "data-events" not in page


def test_a_stream_that_broke_goes_on_where_it_was(address: str, database: Path) -> None:
    with Desk.open(database) as desk:
        rescan_id = desk.ask_rescan("aoba", by="kato")
        taken = desk.take_rescan()
        assert taken is not None
        for n in range(1, 6):
            desk.add_step(rescan_id, "page", url=f"https://aoba.example/{n}", role="news", outcome="ok", status=200)
        desk.end_rescan(taken, RescanState.DONE)
    with Visitor(address, "vera") as vera:
        path = f"/rescans/{rescan_id}/events"
        assert [i for name, i, _ in heard(vera, path) if name == "step"] == ["1", "2", "3", "4", "5"]
        assert [i for name, i, _ in heard(vera, f"{path}?after=3") if name == "step"] == ["4", "5"]
        resumed = heard(vera, f"{path}?after=1", **{"Last-Event-ID": "4"})
        assert [i for name, i, _ in resumed if name == "step"] == ["5"]
        assert resumed[-1][0] == "over"
        for nonsense in ("-1", "x", "9" * 30, "٣", ""):
            assert len(told(heard(vera, path, **{"Last-Event-ID": nonsense.encode()}))) == 5  # type: ignore[arg-type]
        assert vera.get(f"{path}?after=x").status_code == 422


def test_a_rescan_that_fails_says_why_and_the_next_one_is_taken(database: Path, clock: Clock) -> None:
    def look(desk: Desk, rescan: Rescan) -> None:
        if rescan.cluster_id == "aoba":
            raise WorkFailed("no browser here")

    with serving(database, clock=clock, look=look) as address, Visitor(address, "kato") as kato:
        for cluster_id in ("aoba", "cedar"):
            path = kato.post(f"/clusters/{cluster_id}/rescan").headers["location"]
            assert heard(kato, f"{path}/events")[-1][0] == "over"
            page = kato.get(path).text
            assert ("no browser here" in page) is (cluster_id == "aoba")


@pytest.mark.parametrize(
    ("home", "ended", "says"),
    [
        ("dns_nxdomain", "failed", "The site could not be read this time: name does not exist. The verdict rests on"),
        ("http_403", "inconclusive", "The site could not be read this time: refuses us (403). The verdict rests on"),
        ("", "inconclusive", "The site could not be read this time. The verdict rests on earlier visits."),
        ("ok", "read", ""),
        ("ok", "lost", ""),
        ("", "no_website", ""),
    ],
)
def test_a_look_that_read_nothing_says_so_above_a_verdict_that_did_not_change(
    database: Path, clock: Clock, home: str, ended: str, says: str
) -> None:
    def look(desk: Desk, rescan: Rescan) -> None:
        for asked in ([("other", "http_404"), ("home", home)]) if home else ():
            desk.add_step(rescan.rescan_id, "page", url="https://aoba.example/", role=asked[0], outcome=asked[1])
        desk.add_step(rescan.rescan_id, "visited", outcome=ended)
        desk.replace_verdicts([replace(ceased("aoba"), decided_at=clock.now)])
        desk.add_step(rescan.rescan_id, "judged", flag="likely_ceased")

    with serving(database, clock=clock, look=look) as address, Visitor(address, "kato") as kato:
        path = kato.post("/clusters/aoba/rescan").headers["location"]
        assert heard(kato, f"{path}/events")[-1][0] == "over"
        page = " ".join(kato.get(path).text.split())
        assert ("could not be read" in page) is bool(says)
        assert says in page
        assert f'<p class="{"quiet" if says else "told"}">Nothing changed.' in page, "green only for what was seen"


def test_without_a_process_that_takes_rescans_the_page_says_so_and_tells_the_place(kato: Visitor) -> None:
    paths = [kato.post(f"/clusters/{c}/rescan").headers["location"] for c in ("aoba", "cedar", "bare")]
    pages = [kato.get(path).text for path in paths]
    assert all("No process takes second looks" in page for page in pages)
    for page, place in zip(
        pages,
        ("It is the next one.", "1 second look comes before it.", "2 second looks come before it."),
        strict=True,
    ):
        assert place in page
        assert "Show the progress anew" in page, "for who has no scripts"
        assert "http-equiv" not in page


def test_too_many_rescans_are_refused_in_words(database: Path, clock: Clock) -> None:
    clusters = [replace(BARE, cluster_id=f"c{n}") for n in range(RESCANS_AN_HOUR + 1)]
    with Desk.open(database) as desk:
        desk.upsert_clusters(clusters)
    with serving(database, clock=clock) as address, Visitor(address, "kato") as kato:
        codes = [kato.post(f"/clusters/{c.cluster_id}/rescan").status_code for c in clusters]
        assert codes == [303] * RESCANS_AN_HOUR + [429]
        assert kato.post("/clusters/nobody/rescan").status_code == 404


# --- cancelling ---


def test_one_that_waits_is_cancelled_with_the_button(kato: Visitor, database: Path) -> None:
    path = kato.post("/clusters/aoba/rescan").headers["location"]
    assert f'action="{path}/cancel"' in kato.get(path).text
    assert kato.post(f"{path}/cancel").headers["location"] == path
    page = kato.get(path).text
    assert "kato cancelled it. The verdict stays as it was." in page
    assert "/cancel" not in page
    assert kato.post(f"{path}/cancel").status_code == 303, "the same once more"
    with Desk.open(database) as desk:
        assert desk.current("aoba") == ceased("aoba")


def test_one_under_way_is_cancelled_and_what_it_saw_is_not_stored(database: Path, clock: Clock) -> None:
    look = Held()
    with serving(database, clock=clock, look=look) as address, Visitor(address, "kato") as kato:
        path = kato.post("/clusters/aoba/rescan").headers["location"]
        assert look.begun.wait(20)
        assert kato.post(f"{path}/cancel").status_code == 303
        events = heard(kato, f"{path}/events")
    assert told(events) == ["The visit begins.", "kato cancelled it. The verdict stays as it was."]
    with Desk.open(database) as desk:
        assert desk.current("aoba") == ceased("aoba")
        rescan = desk.last_rescan("aoba")
        assert rescan is not None
        assert (rescan.state, rescan.after) == (RescanState.CANCELLED, None)


def test_cancelling_what_is_just_done_says_so(database: Path, clock: Clock) -> None:
    look = Held()
    look.may_end.set()
    with serving(database, clock=clock, look=look) as address, Visitor(address, "kato") as kato:
        path = kato.post("/clusters/aoba/rescan").headers["location"]
        heard(kato, f"{path}/events")
        late = kato.post(f"{path}/cancel")
    assert late.status_code == 409
    assert "It was over already. There is nothing to cancel." in late.text
    assert "Before and now" in late.text


def test_only_who_asked_and_an_admin_cancel(kato: Visitor, address: str, database: Path) -> None:
    with Visitor(address, "boss") as boss, Visitor(address, "vera") as vera:
        path = boss.post("/clusters/aoba/rescan").headers["location"]
        refused = kato.post(f"{path}/cancel")
        assert (refused.status_code, "Somebody else asked" in refused.text) == (403, True)
        assert vera.post(f"{path}/cancel").status_code == 403
        assert "/cancel" not in kato.get(path).text
        other = kato.post("/clusters/cedar/rescan").headers["location"]
        assert boss.post(f"{other}/cancel").status_code == 303
    with Desk.open(database) as desk:
        states = [r.state for c in ("aoba", "cedar") if (r := desk.last_rescan(c))]
    assert states == [RescanState.QUEUED, RescanState.CANCELLED]


def test_what_is_not_there_cannot_be_cancelled(kato: Visitor) -> None:
    for path in ("/rescans/99/cancel", "/rescans/-1/cancel", f"/rescans/{1 << 70}/cancel"):
        assert kato.post(path).status_code == 404
    assert kato.get(f"/rescans/{1 << 70}").status_code == 404


# --- servers that end, and two of them ---


def test_a_server_that_ends_gives_back_what_is_under_way_and_the_next_does_it(database: Path, clock: Clock) -> None:
    first, second = Held(), Held()
    with serving(database, clock=clock, look=first) as address, Visitor(address, "kato") as kato:
        path = kato.post("/clusters/aoba/rescan").headers["location"]
        assert first.begun.wait(20)
    second.may_end.set()
    with serving(database, clock=clock, look=second) as address, Visitor(address, "kato") as kato:
        events = heard(kato, f"{path}/events")
    assert told(events) == [
        "The visit begins.",
        "The program that did it was ended. It waits for the next one.",
        "The visit begins.",
        "Judged anew: static.",
    ]
    assert (first.looks, second.looks) == (1, 1)


def test_two_servers_never_take_the_same(database: Path, clock: Clock) -> None:
    clusters = [replace(BARE, cluster_id=f"c{n}") for n in range(8)]
    with Desk.open(database) as desk:
        desk.upsert_clusters(clusters)
        ids = [desk.ask_rescan(c.cluster_id, by="kato") for c in clusters]
    done: list[int] = []

    def look(desk: Desk, rescan: Rescan) -> None:
        done.append(rescan.rescan_id)
        desk.add_step(rescan.rescan_id, "started")

    with (
        serving(database, clock=clock, look=look) as one,
        serving(database, clock=clock, look=look),
        Visitor(one, "vera") as vera,
    ):
        for rescan_id in ids:
            assert heard(vera, f"/rescans/{rescan_id}/events")[-1][0] == "over"
    assert sorted(done) == ids


# --- words ---


def test_a_page_that_was_read_is_told_in_both_languages(address: str, database: Path) -> None:
    reading = PageReading(
        url="https://aoba.example/news/",
        role=Role.NEWS,
        kind=PageKind.CONTENT,
        language=PageLanguage(language="ja"),
        dates=(POST, replace(POST, on=POST.on.replace(month=9)), replace(POST, on=POST.on.replace(year=2030))),
        traits=(Trait(kind=TraitKind.NAME, value="青葉", url="https://aoba.example/"),),
        english=((EnglishWitness.PAGE_TEXT, "https://aoba.example/news/"),),
    )
    fetch = Fetch(
        url="https://aoba.example/news/", role=Role.NEWS, at=Clock().now, outcome=Outcome.OK, status=200, rendered=True
    )
    values = page_values(PageTold(fetch=fetch, readings=(reading,)), Clock().now.date())
    gone = Fetch(url="https://aoba.example/x", role=Role.ENGLISH, at=Clock().now, outcome=Outcome.HTTP_404, status=404)
    with Desk.open(database) as desk:
        rescan_id = desk.ask_rescan("aoba", by="kato")
        desk.add_step(rescan_id, "page", **values)
        desk.add_step(rescan_id, "page", **page_values(PageTold(fetch=gone), Clock().now.date()))
        steps = desk.steps(rescan_id)
    assert parts(texts("en"), steps[0]) == [
        ("what", "News"),
        ("url", "https://aoba.example/news/"),
        ("how", "answered (200)"),
        ("read", "3 dates, newest 12 Oct 2024, Japanese, the organisation's name seen, shown in a browser"),
    ]
    assert parts(texts("en"), steps[1])[2:] == [("how-not", "not found (404)")]
    assert parts(texts("ja"), steps[0])[3][1].startswith("日付 3 件、最新は 2024/10/12、日本語")
    with Visitor(address, "kato") as kato:
        page = kato.get(f"/rescans/{rescan_id}").text
        assert '<span class="how">answered (200)</span>' in page
        assert re.search(r"<progress max=\"\d+\" value=\"2\"", page)
        kato.headers["Accept-Language"] = "ja"
        assert "日付 3 件" in kato.get(f"/rescans/{rescan_id}").text


def test_every_word_of_a_step_is_known() -> None:
    assert set(ROLES) == set(Role)
    assert set(KINDS) == set(PageKind)
    spoken = texts("ja").catalogue.gettext
    for word in (*ROLES.values(), *KINDS.values(), *STEPS.values()):
        assert not word or spoken(word) != word


@pytest.mark.parametrize(
    ("code", "en", "ja"),
    [("ja", "Japanese", "日本語"), ("en", "English", "英語"), ("xx", "xx", "xx"), ("<b>", "<b>", "<b>"), ("", "", "")],
)
def test_a_language_has_its_name(code: str, en: str, ja: str) -> None:
    assert (texts("en").language_name(code), texts("ja").language_name(code)) == (en, ja)


# --- what changed ---


def test_what_changed_between_two_verdicts_is_found() -> None:
    old, new = ceased("aoba", 1), verdict("aoba", 2)
    found = changes(old, new)
    assert found.facts == {"flag", "activity", "latest", "next_event", "points"}
    assert [r.code for r in found.new] == ["recent_post"]
    assert [r.code for r in found.gone] == ["stated_end"]
    assert found.kept == ()
    assert found


def test_the_same_evidence_on_another_day_is_no_change() -> None:
    old = replace(verdict("aoba", 1), reasons=(replace(END, text="seen on 2 visits"),))
    new = replace(verdict("aoba", 2), reasons=(replace(END, text="seen on 3 visits"),))
    found = changes(old, new)
    assert not found
    assert [r.text for r in found.kept] == ["seen on 3 visits"]
    assert changes(None, new).new == new.reasons
    assert changes(old, replace(new, english=English.STATIC)).facts == {"english"}


def test_a_first_verdict_stands_alone(database: Path, clock: Clock) -> None:
    def look(desk: Desk, rescan: Rescan) -> None:
        desk.replace_verdicts([verdict("bare", 8)])

    with serving(database, clock=clock, look=look) as address, Visitor(address, "kato") as kato:
        path = kato.post("/clusters/bare/rescan").headers["location"]
        heard(kato, f"{path}/events")
        page = kato.get(path).text
    assert "It was never judged before." in page
    assert "differs" not in page
    assert AOBA.name_en not in page
