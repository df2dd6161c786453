"""What htmx makes of the pages, in a real Chromium: the next question and the table without loading the whole page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from chromium import browser_page, in_thread
from made import AOBA
from pages import PASSWORD, Clock, ceased, made, serving
from playwright.sync_api import Page, Route

from crawler.answers import Answer, Decision, QuestionKind
from crawler.model import Cluster
from db.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@dataclass
class Seat:
    """A signed-in browser at the desk."""

    page: Page
    address: str
    database: Path
    complaints: list[str]

    def heading(self) -> str:
        return self.page.inner_text("h1")

    def press(self, key: str) -> None:
        """Press a key, and wait until another heading has the focus."""
        before = self.heading()
        self.page.keyboard.press(key)
        self.page.wait_for_function(
            "h => document.querySelector('h1').innerText !== h && document.activeElement.matches('h1')", arg=before
        )

    def goto(self, path: str) -> None:
        self.page.goto(self.address + path)

    def mark(self) -> None:
        """Leave a mark that only loading the whole page takes away."""
        self.page.evaluate("window.marked = true")

    @property
    def is_marked(self) -> bool:
        return bool(self.page.evaluate("window.marked === true"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    many = [Cluster(cluster_id=f"m{n:03}", name_en=f"Many {n:03}", website="", prefecture="Osaka") for n in range(120)]
    names = ("aoba", "birch", "cedar", "dogwood")
    few = [
        Cluster(cluster_id=n, name_en=f"{n.title()} Cluster", website=AOBA.website, prefecture="Miyagi") for n in names
    ]
    path = made(tmp_path_factory.mktemp("swaps") / "desk.db", clusters=(*few, *many))
    with Desk.open(path) as desk:
        desk.replace_verdicts([ceased(n, points=p) for n, p in zip(names, (9.0, 8.0, 7.0, 6.0), strict=True)])
        desk._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def at_the_desk(filled: Path, tmp_path: Path) -> Callable[[Callable[[Seat], None]], None]:
    """Runs a piece of work at a desk of its own, and looks that neither the policy nor a script complained."""
    database = tmp_path / "desk.db"
    database.write_bytes(filled.read_bytes())

    @contextmanager
    def seat() -> Iterator[Seat]:
        with (
            serving(database, clock=Clock()) as address,
            browser_page(locale="en-GB") as (page, complaints),
        ):
            page.goto(address)
            page.fill("[name=name]", "kato")
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{address}/")
            yield Seat(page, address, database, complaints)

    def run(work: Callable[[Seat], None]) -> None:
        def sit() -> None:
            with seat() as found:
                work(found)

        in_thread(sit)

    return run


At = Callable[[Callable[[Seat], None]], None]


def decisions(database: Path) -> dict[str, list[str]]:
    with Desk.open(database) as desk:
        return {c: [str(a.decision) for a in given] for c, given in desk.all_answers().items()}


def test_the_next_question_comes_without_loading_the_page_and_keys_go_on(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        seat.goto("/queue?prefecture=Miyagi")
        seat.mark()
        length = seat.page.evaluate("history.length")
        for key, next_one in (("c", "Birch"), ("a", "Cedar"), ("u", "Birch"), ("s", "Cedar"), ("k", "Dogwood")):
            seat.press(key)
            assert next_one in seat.heading()
            assert "prefecture=Miyagi" in seat.page.url, "the filter stays"
        assert "Kept: Cedar Cluster, skipped." in seat.page.inner_text("#told")
        assert seat.page.title().startswith("Questions")
        assert seat.is_marked
        assert seat.page.evaluate("history.length") == length, "a question that is answered is no place to go back to"
        assert seat.complaints == []
        assert decisions(seat.database) == {
            "aoba": ["ceased"],
            "birch": ["alive", "undone", "static"],
            "cedar": ["skipped"],
        }

    at_the_desk(work)


def test_a_key_pressed_often_is_one_decision(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        seat.goto("/queue")
        posts: list[str] = []

        def slow(route: Route) -> None:
            posts.append(route.request.url)
            seat.page.wait_for_timeout(400)
            route.continue_()

        seat.page.route("**/answers", slow)
        heading = seat.heading()
        seat.page.evaluate("for (let n = 0; n < 5; n++) document.querySelector('[data-key=a]').click()")
        seat.page.wait_for_function("h => document.querySelector('h1').innerText !== h", arg=heading)
        assert len(posts) == 1
        assert decisions(seat.database) == {"aoba": ["alive"]}

    at_the_desk(work)


def test_who_was_first_is_shown_in_place_and_the_keys_are_off(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        seat.goto("/queue")
        with Desk.open(seat.database) as desk:
            word = desk.current("aoba")
            assert word is not None
            desk.answer(
                Answer(cluster_id="aoba", question=QuestionKind.CEASED, decision=Decision.ALIVE, by="boss",
                       at=word.decided_at, verdict_at=word.decided_at, note="I rang them"), seen=0
            )  # fmt: skip
        seat.mark()
        seat.press("c")
        assert "boss was first" in seat.page.inner_text("main")
        assert "I rang them" in seat.page.inner_text("main")
        assert seat.page.url.endswith("/queue"), "an address that can be loaded again"
        assert seat.is_marked
        seat.page.keyboard.press("a")
        seat.page.click("text=To the questions")
        seat.page.wait_for_selector("text=Has Birch Cluster ceased?")
        assert decisions(seat.database) == {"aoba": ["alive"]}

    at_the_desk(work)


def test_what_is_missing_is_said_in_place(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        seat.goto("/queue")
        seat.press("m")
        assert "Give the address as a whole" in seat.page.inner_text("[role=alert]:visible")
        assert decisions(seat.database) == {}

    at_the_desk(work)


def test_an_ended_session_leads_to_signing_in_and_back_and_says_that_nothing_was_stored(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        seat.goto("/queue?kind=ceased")
        with Desk.open(seat.database) as desk:
            desk._do("DELETE FROM sessions", {})
        seat.page.keyboard.press("c")
        seat.page.wait_for_url("**/login?**")
        assert "was not stored" in seat.page.inner_text("[role=alert]")
        seat.page.fill("[name=name]", "kato")
        seat.page.fill("[name=password]", PASSWORD)
        seat.page.keyboard.press("Enter")
        seat.page.wait_for_url("**/queue?kind=ceased")
        assert "Aoba" in seat.heading()
        assert decisions(seat.database) == {}

    at_the_desk(work)


def test_a_server_that_does_not_answer_is_told_and_the_decision_can_be_sent_again(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        seat.goto("/queue")
        seat.page.route("**/answers", lambda route: route.abort())
        seat.page.keyboard.press("a")
        seat.page.wait_for_selector("#silent:visible")
        assert "No answer came from the server" in seat.page.inner_text("#silent")
        seat.page.unroute("**/answers")
        seat.press("a")
        assert not seat.page.is_visible("#silent")
        assert decisions(seat.database) == {"aoba": ["alive"]}

    at_the_desk(work)


def test_going_back_never_shows_an_answered_question_as_open(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        seat.goto("/queue?at=ceased:birch")
        seat.page.click("text=Cedar Cluster")
        seat.page.wait_for_selector("text=Has Cedar Cluster ceased?")
        seat.press("c")
        seat.goto("/clusters/aoba")
        seat.page.keyboard.press("a")
        seat.page.wait_for_url("**#answers")
        for _ in range(4):
            seat.page.go_back()
            seat.page.wait_for_load_state()
            heading = seat.heading()
            is_open = seat.page.query_selector(".progress") is not None
            assert not (is_open and re.search("Cedar|Aoba", heading)), heading

    at_the_desk(work)


def test_the_table_follows_what_is_typed_and_the_field_keeps_the_focus(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        page = seat.page
        seat.mark()
        page.keyboard.press("/")
        page.keyboard.type("many 01", delay=20)
        page.wait_for_function("() => document.querySelector('#told').innerText === '12 clusters'")
        assert page.evaluate("document.activeElement.name") == "q"
        assert page.input_value("[name=q]") == "many 01"
        page.wait_for_url("**/?q=many+01#mapping")
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        length = page.evaluate("history.length")
        page.keyboard.press("Tab")
        page.wait_for_timeout(300)
        assert page.evaluate("history.length") == length, "one address stands once in the history"
        page.locator("#filter summary").click()
        page.select_option("[name=prefecture]", "Miyagi")
        page.wait_for_function("() => document.querySelector('#told').innerText === '0 clusters'")
        assert "No cluster fits." in page.inner_text("#results")
        page.go_back()
        page.wait_for_function("() => document.querySelector('#results h2').innerText.startsWith('12 clusters')")
        assert page.input_value("[name=prefecture]") == ""
        assert page.input_value("[name=q]") == "many 01"
        assert seat.complaints == []

    at_the_desk(work)


def test_sorting_and_paging_load_the_table_alone_and_keep_the_filter(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        page = seat.page
        page.locator("#filter summary").click()
        page.select_option("[name=prefecture]", "Osaka")
        page.wait_for_url("**prefecture=Osaka**")
        page.wait_for_function("() => document.querySelector('#told').innerText === '120 clusters'")
        seat.mark()
        page.click("#page-on")
        page.wait_for_function("() => document.querySelector('.paging').innerText.includes('page 2 of 3')")
        page.focus("#sort-name")
        page.keyboard.press("Enter")
        page.wait_for_selector("[aria-sort=descending] #sort-name")
        assert "Many 119" in page.inner_text("#results tbody tr:first-child")
        assert page.evaluate("document.activeElement.id") == "sort-name"
        page.fill("[name=q]", "many")
        page.wait_for_url("**q=many**")
        assert "way=down" in page.url, "what is typed keeps the order"
        assert seat.is_marked
        page.reload()
        assert "Many 119" in page.inner_text("#results tbody tr:first-child")
        assert seat.complaints == []

    at_the_desk(work)


def test_the_list_of_keys_opens_and_no_key_decides_while_it_is_open(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        seat.goto("/queue")
        seat.page.keyboard.press("?")
        seat.page.wait_for_selector("#keys:visible")
        printed = {e.inner_text() for e in seat.page.query_selector_all("#keys dt")}
        known = seat.page.evaluate("[...document.querySelectorAll('[data-key]')].map(e => e.dataset.key)")
        assert {k.upper() for k in known if len(k) == 1} <= printed
        seat.page.keyboard.press("c")
        seat.page.keyboard.press("Escape")
        seat.page.wait_for_selector("#keys:visible", state="hidden")
        assert decisions(seat.database) == {}
        seat.page.keyboard.press("ArrowRight")
        seat.page.wait_for_selector("text=Has Birch Cluster ceased?")
        seat.page.keyboard.press("ArrowLeft")
        seat.page.wait_for_selector("text=Has Aoba Cluster ceased?")
        seat.page.keyboard.press("n")
        assert seat.page.evaluate("document.activeElement.name") == "note"

    at_the_desk(work)


def test_many_are_answered_and_taken_back_by_hand(at_the_desk: At) -> None:
    def work(seat: Seat) -> None:
        page = seat.page
        seat.goto("/queue?prefecture=Miyagi")
        page.click("text=Answer all 4 at once")
        page.check("[value=static]")
        page.click("text=Show what would happen")
        page.click("text=Keep 4 answers: alive, site static")
        page.wait_for_url("**/bulks/1")
        page.keyboard.press("u")
        page.wait_for_url("**undone=**")
        assert page.inner_text(".progress strong") == "1 of 4"
        assert {tuple(d) for d in decisions(seat.database).values()} == {("static", "undone")}
        assert seat.complaints == []

    at_the_desk(work)
