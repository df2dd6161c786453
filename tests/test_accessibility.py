"""WCAG 2.2 AA on every page in a real Chromium: what axe finds, width, text spacing, and work by keyboard alone.

A page that is added to the routes fails here until it has an address to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import browser_page, in_thread, sign_in
from made import verdict
from pages import EVIL, NOW, Clock, ceased, made, serving
from playwright.sync_api import Page

from crawler.answers import Answer, Decision, QuestionKind
from db.desk import Desk
from review.needs import NEEDS, PUBLIC

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Each page of the routes, by an address at which it shows something. Those without sign-in come first.
STRANGERS = {"/login": "/login", "/enter": "/enter?token=none", "/sign-in/return": "/sign-in/return"}
PAGES = {
    "/": "/?prefecture=Miyagi",
    "/queue": "/queue",
    "/bulk": "/bulk?decision=ceased",
    "/bulks/{bulk_id}": "/bulks/1",
    "/clusters/{cluster_id}": "/clusters/aoba",
    "/clusters/{cluster_id}/changes": "/clusters/aoba/changes",
    "/clusters/{cluster_id}/edit": "/clusters/cedar/edit",
    "/clusters/{cluster_id}/retire": "/clusters/cedar/retire",
    "/clusters/{cluster_id}/merge": "/clusters/cedar/merge?into=hazel",
    "/kept/{kept_id}": "KEPT",
    "/letters": "/letters",
    "/rescans/{rescan_id}": "/rescans/1",
    "/registry": "/registry?state=all",
    "/registry/new": "/registry/new",
    "/registry/import": "/registry/import",
    "/registry/import/{upload_id}": "UPLOAD",
    "/candidates": "/candidates",
    "/candidates/{candidate_id}/accept": "/candidates/1/accept",
    "/people": "/people",
    "/people/{person}": "/people/kato",
    "/audit": "/audit",
    "/account": "/account",
    "/api": "/api",
}
# The same pages, otherwise filled.
ALSO = (
    "/clusters/bare", f"/clusters/{ELM.cluster_id}", "/clusters/fir", "/queue?kind=moved", "/", "/?q=nothing", "/bulk",
    "/clusters/cedar/merge?q=cluster", "/candidates?state=rejected", "/no-such-page",
)  # fmt: skip
# Pages that only a form shows: its address and fields, and a word of the page.
SENT = {
    "/answers": ({"cluster_id": "aoba", "decision": "noted"}, 409),
    "/account/password": ({"new": "short"}, 422),
    "/account/tokens": ({"name": "one", "days": "30"}, 200),
    "/people": ({"name": "nobody at all", "role": "viewer"}, 422),
    "/people/vera/link": ({}, 200),
    "/clusters/cedar/edit": ({"name_en": "", "website": "javascript:alert(1)"}, 422),
    "/clusters/cedar/retire": ({"note": ""}, 422),
    "/candidates/1/reject": ({"reason": ""}, 422),
    "UPLOAD/confirm": ({"expected": "another list"}, 409),
}
# What is no page: files, streams, what programs ask, a way to another service, and the saved page within its frame.
NO_PAGES = {
    "/static/{name}",
    "/export/{form}",
    "/rescans/{rescan_id}/events",
    "/sign-in/start",
    "/pictures/{picture_id}",
    "/kept/{kept_id}/page",
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What WCAG 1.4.12 says a page must bear, in the shortest words.
SPACING = """() => { const sheet = new CSSStyleSheet();
sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }');
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; }"""
FOCUS = """() => { const e = document.activeElement; const s = getComputedStyle(e); const b = e.getBoundingClientRect();
const place = [...document.querySelectorAll('*')].indexOf(e);
return {name: place + ' ' + e.tagName + ' ' + (e.id || e.name || e.textContent.trim().slice(0, 40)), body: e === document.body,
seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 1, inside: b.width > 0 && [[.5, .5], [.1, .5], [.5, .1]].some(([x, y]) => {
  const top = document.elementFromPoint(b.left + b.width * x, b.top + b.height * y);
  return top && (e.contains(top) || top.contains(e) && !top.closest('header.bar')); })}; }"""
REACHABLE = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
.filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0
  && !(e.type === 'radio' && !e.checked)).length"""


def test_every_page_of_the_routes_is_looked_at() -> None:
    shown = {path for method, path in NEEDS if method == "GET" and not path.startswith("/api")}
    assert shown == {*STRANGERS, *PAGES, *NO_PAGES}
    assert all(NEEDS["GET", path] == PUBLIC for path in STRANGERS)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages over a mapping with questions, answers, a second look that waits, and words that mean harm."""
    database = made(
        tmp_path_factory.mktemp("axe") / "desk.db", verdict("aoba", 0), ceased("aoba"), ceased("cedar", points=9.0)
    )
    with Desk.open(database, clock=Clock()) as desk:
        word = desk.current("aoba")
        assert word is not None
        told = Answer(
            cluster_id="aoba", question=QuestionKind.CEASED, decision=Decision.NOTED, by="kato", at=NOW,
            verdict_at=word.decided_at, note=f"{EVIL} {'long' * 40}",
        )  # fmt: skip
        desk.answer(told, seen=0)
        desk.ask_rescan("aoba", by="kato")
    with serving(database, clock=Clock(NOW + timedelta(hours=1))) as found:
        yield found


@contextmanager
def signed_in(address: str, name: str = "boss", **options: object) -> Iterator[Page]:
    with browser_page(**options) as (page, _):
        sign_in(page, address, name)
        yield page


def faults(page: Page, address: str, path: str) -> list[str]:
    """What axe has to say about a page: rule, element and what would help."""
    page.goto(address + path)
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{path}: {v['id']}: {n['html'][:160]}: {n['failureSummary'][:200]}" for v in found for n in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-GB", "ja-JP"])
def test_axe_finds_nothing(address: str, language: str, scheme: str) -> None:
    found: list[str] = []

    def look() -> None:
        with browser_page(locale=language, color_scheme=scheme) as (page, _):
            for path in STRANGERS.values():
                found.extend(faults(page, address, path))
            sign_in(page, address, "boss")
            for path in (*PAGES.values(), *ALSO):
                found.extend(faults(page, address, path))

    in_thread(look)
    assert found == []


def test_axe_would_find_something(address: str) -> None:
    found: list[str] = []

    def look() -> None:
        with signed_in(address) as page:
            page.goto(f"{address}/queue")
            page.evaluate("() => document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')")
            found.extend(v["id"] for v in Axe().run(page, options=RULES).response["violations"])

    in_thread(look)
    assert "button-name" in found


@pytest.mark.parametrize("width", [320, 390])
def test_no_page_is_wider_than_a_telephone(address: str, width: int) -> None:
    wide: dict[str, int] = {}

    def look() -> None:
        with signed_in(address) as page:
            page.set_viewport_size({"width": width, "height": 800})
            for path in (*PAGES.values(), *ALSO):
                page.goto(address + path)
                page.evaluate(SPACING)
                wide[path] = page.evaluate("document.documentElement.scrollWidth")

    in_thread(look)
    assert {path: found for path, found in wide.items() if found > width} == {}


def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(address: str) -> None:
    wrong: list[str] = []

    def walk(page: Page, path: str) -> None:
        page.goto(address + path)
        expected = page.evaluate(REACHABLE)
        reached: list[str] = []
        for _ in range(2 * expected + 20):
            page.keyboard.press("Tab")
            now = page.evaluate(FOCUS)
            if now["body"]:
                break
            if reached[-1:] != [now["name"]]:  # a date field has several parts
                reached.append(now["name"])
            if not now["seen"] or not now["inside"]:
                wrong.append(f"{path}: {now}")
        else:
            wrong.append(f"{path}: the focus never leaves the page")
        if len(reached) < expected:
            wrong.append(f"{path}: {len(reached)} of {expected} reached: {reached}")

    def look() -> None:
        with signed_in(address) as page:
            for path in (*PAGES.values(), *ALSO):
                walk(page, path)

    in_thread(look)
    assert wrong == []


def test_the_first_key_leads_past_the_bar(address: str) -> None:
    ends: dict[str, str] = {}

    def look() -> None:
        with signed_in(address) as page:
            for path in PAGES.values():
                page.goto(address + path)
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
                ends[path] = page.evaluate("location.hash")
                page.keyboard.press("Tab")
                assert page.evaluate("document.activeElement.closest('header.bar') === null"), path

    in_thread(look)
    assert set(ends.values()) == {"#main"}
