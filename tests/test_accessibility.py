"""WCAG 2.2 AA on every page in a real Chromium: what axe finds, width, text spacing, and work by keyboard alone.

A page that is added to the routes fails here until it has an address to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import browser_page, in_thread, sign_in
from filled import ELM, Filled, serving_filled
from playwright.sync_api import Page

from review.needs import NEEDS, PUBLIC

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Each page of the routes, by an address at which it shows something. Those without sign-in come first.
STRANGERS = {"/login": "/login", "/enter": "/enter?token=none", "/sign-in/return": "/sign-in/return"}
PAGES = {
    "/": "/?prefecture=Miyagi",
    "/map": "/map",
    "/queue": "/queue",
    "/bulk": "/bulk?decision=ceased",
    "/bulks/{bulk_id}": "/bulks/1",
    "/sheet": "/sheet",
    "/sheet/{upload_id}": "SHEET",
    "/sheets/{sheet_id}": "/sheets/1",
    "/clusters/{cluster_id}": "/clusters/aoba",
    "/clusters/{cluster_id}/changes": "/clusters/aoba/changes",
    "/clusters/{cluster_id}/edit": "/clusters/cedar/edit",
    "/clusters/{cluster_id}/retire": "/clusters/cedar/retire",
    "/clusters/{cluster_id}/merge": "/clusters/cedar/merge?into=hazel",
    "/kept/{kept_id}": "KEPT",
    "/letters": "/letters",
    "/report": "/report?language=ja",
    "/compare": "/compare?from=2024-11-24&to=2024-11-26",
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
    "/timetable": "/timetable",
    "/timetable/jobs/{job}": "/timetable/jobs/backup",
    "/timetable/runs/{run_id}": "/timetable/runs/1",
    "/timetable/runs/{run_id}/cancel": "CANCEL",
    "/account": "/account",
    "/api": "/api",
}
# The same pages, otherwise filled.
ALSO = (
    "/report", "/report?day=2019-01-01", "/compare", "/compare?from=2024-11-26&to=2024-11-24",
    "/clusters/bare", f"/clusters/{ELM.cluster_id}", "/clusters/fir", "/queue?kind=moved", "/", "/?q=nothing", "/bulk",
    "/clusters/cedar/merge?q=cluster", "/candidates?state=rejected", "/no-such-page", "/timetable?night=2024-11-23",
    "/timetable/jobs/crawl?rhythm=weekly&day=mon&weekly_at=02:30&zone=Europe/Brussels&jitter=0&on=yes&seen=",
    "/timetable/jobs/crawl?rhythm=other&when=0+25+*+*+*&zone=Mars&jitter=x", "FAULTY",
)  # fmt: skip
# Pages that only a form shows: its address and fields, and the status it comes with.
SENT = {
    "/answers/77/undo": ({}, 409),
    "/account/password": ({"new": "short"}, 422),
    "/account/tokens": ({"name": "one", "days": "30"}, 200),
    "/people": ({"name": "nobody at all", "role": "viewer"}, 409),
    "/people/vera/link": ({}, 200),
    "/clusters/cedar/edit": ({"name_en": "", "website": "javascript:alert(1)"}, 409),
    "/clusters/cedar/retire": ({"note": ""}, 422),
    "/candidates/1/reject": ({"reason": ""}, 422),
    "UPLOAD/confirm": ({"expected": "another list"}, 409),
    "/timetable/jobs/backup": ({"rhythm": "daily", "at": "02:30", "zone": "UTC", "seen": "another"}, 409),
    "/timetable/runs/1/pause": ({}, 409),
}
# What is no page: files, streams, what programs ask, a way to another service, and the saved page within its frame.
NO_PAGES = {
    "/static/{name}",
    "/export/{form}",
    "/sheet/save/{scope}",
    "/report/{form}",
    "/compare/{form}",
    "/rescans/{rescan_id}/events",
    "/sign-in/start",
    "/pictures/{picture_id}",
    "/kept/{kept_id}/page",
    "/live",
    "/health",
    "/metrics",
}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
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
SEND = """([path, fields]) => { const form = document.createElement('form'); form.method = 'post'; form.action = path;
for (const [name, value] of Object.entries(fields)) { const field = document.createElement('input');
  field.name = name; field.value = value; form.append(field); }
document.body.append(form); form.submit(); }"""
REACHABLE = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
.filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0
  && !(e.type === 'radio' && !e.checked)).length"""


def test_every_page_of_the_routes_is_looked_at() -> None:
    shown = {path for method, path in NEEDS if method == "GET" and not path.startswith("/api/")}
    assert shown == {*STRANGERS, *PAGES, *NO_PAGES}
    assert all(NEEDS["GET", path] == PUBLIC for path in STRANGERS)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The pages over a mapping in which everything has happened once, with words that mean harm and long ones."""
    with serving_filled(tmp_path_factory.mktemp("axe") / "desk.db") as found:
        yield found


@pytest.fixture
def address(desk: Filled) -> str:
    return desk.address


def paths(desk: Filled) -> list[str]:
    """Where every page is looked at that is shown to who is signed in."""
    known = {
        "KEPT": f"/kept/{desk.kept.kept_id}",
        "UPLOAD": desk.upload,
        "SHEET": desk.sheet,
        "FAULTY": desk.faulty_sheet,
        "CANCEL": f"/timetable/runs/{desk.run_id}/cancel",
    }
    return [known.get(path, path) for path in (*PAGES.values(), *ALSO)]


@contextmanager
def signed_in(address: str, name: str = "boss", **options: object) -> Iterator[Page]:
    with browser_page(**options) as (page, _):
        sign_in(page, address, name)
        yield page


def send(page: Page, desk: Filled, path: str, fields: dict[str, str]) -> int:
    """Send a form as a page of ours does, and give the status of the page that comes."""
    page.goto(f"{desk.address}/account")
    with page.expect_navigation() as came:
        page.evaluate(SEND, [path.replace("UPLOAD", desk.upload), fields])
    answer = came.value
    assert answer is not None
    return answer.status


def faults(page: Page, path: str) -> list[str]:
    """What axe has to say about the page that is open, in light and dark: rule, element and what would help.

    The scheme changes colours only, so that the other rules are tried once.
    """
    page.evaluate(Axe().axe_script)
    found = []
    for scheme, rules in (("light", RULES), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # one of its words
        violations = page.evaluate("options => axe.run(options).then(found => found.violations)", rules)
        found += [
            f"{path} ({scheme}): {v['id']}: {n['html'][:160]}: {n['failureSummary'][:200]}"
            for v in violations
            for n in v["nodes"]
        ]
    return found


@pytest.mark.parametrize("language", ["en-GB", "ja-JP"])
def test_axe_finds_nothing(desk: Filled, language: str) -> None:
    found: list[str] = []

    def look() -> None:
        with browser_page(locale=language) as (page, _):
            for path in STRANGERS.values():
                page.goto(desk.address + path)
                found.extend(faults(page, path))
            sign_in(page, desk.address, "boss")
            for path in paths(desk):
                page.goto(desk.address + path)
                assert page.evaluate("document.documentElement.lang") == language[:2], path
                found.extend(faults(page, path))
            for path, (fields, status) in SENT.items():
                assert send(page, desk, path, fields) == status, path
                found.extend(faults(page, path))

    in_thread(look)
    assert not found, "\n".join(found)


def test_axe_would_find_something(address: str) -> None:
    found: list[str] = []

    def look() -> None:
        with signed_in(address) as page:
            page.goto(f"{address}/queue")
            page.evaluate("() => document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')")
            found.extend(v["id"] for v in Axe().run(page, options=RULES).response["violations"])

    in_thread(look)
    assert "button-name" in found


def test_no_page_is_wider_than_a_telephone(desk: Filled) -> None:
    wide: dict[str, int] = {}

    def look() -> None:
        with signed_in(desk.address) as page:
            for path in paths(desk):
                page.goto(desk.address + path)
                page.evaluate(SPACING)
                for width in (320, 390):
                    page.set_viewport_size({"width": width, "height": 800})
                    if (found := page.evaluate("document.documentElement.scrollWidth")) > width:
                        wide[f"{path} at {width}"] = found

    in_thread(look)
    assert wide == {}


def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(desk: Filled) -> None:
    wrong: list[str] = []

    def walk(page: Page, path: str) -> None:
        page.goto(desk.address + path)
        expected = page.evaluate(REACHABLE)
        reached: list[str] = []
        for _ in range(2 * expected + 20):
            page.keyboard.press("Tab")
            now = page.evaluate(FOCUS)
            if now["body"] or (len(reached) > 1 and now["name"] == reached[0]):  # all around
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
        with signed_in(desk.address) as page:
            for path in paths(desk):
                walk(page, path)

    in_thread(look)
    assert not wrong, "\n".join(wrong)


def test_the_first_key_leads_past_the_bar(desk: Filled) -> None:
    ends: dict[str, str] = {}

    def look() -> None:
        with signed_in(desk.address) as page:
            for path in paths(desk)[: len(PAGES)]:
                page.goto(desk.address + path)
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
                ends[path] = page.evaluate("location.hash")
                page.keyboard.press("Tab")
                assert page.evaluate("document.activeElement.closest('header.bar') === null"), path

    in_thread(look)
    assert set(ends.values()) == {"#main"}
