"""Pictures of home pages: taken when a question opens, of what shows, and by a browser that reaches nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from faultnet import NOW, Asked, Canary, FaultNetwork, Wire, home
from made import AOBA, NIGHT, verdict, visit
from pages import ceased
from PIL import Image
from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError
from test_archive_crawl import desk_of, run
from test_browser import _PRESENT, LEAVING, REACHING, FakeDownloads, shell

from crawler.answers import Answer, Decision, QuestionKind
from crawler.config import Config, config_from
from crawler.model import Cluster, Flag, Reason, RunKind, RunState, Verdict
from crawler.policy import Policy
from db.desk import Desk
from pipelines import runs
from pipelines.judging.answers import grounds_of
from pipelines.questions import opened
from spiders import showing
from spiders.answer import FetchedBody
from spiders.rendering import Browser
from spiders.showing import Taken

needs_browser = pytest.mark.skipif(not _PRESENT, reason="no Chromium on this machine")

URL = "http://shown.example/"
RED, GREEN, BLUE = (255, 0, 0), (0, 128, 0), (0, 0, 255)


def block(colour: tuple[int, int, int]) -> bytes:
    """A PNG of one colour."""
    out = BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "PNG")
    return out.getvalue()


def look(body: bytes) -> Image.Image:
    """A picture, as a library reads it that is not the browser's."""
    image = Image.open(BytesIO(body))
    assert image.format == "WEBP"
    return image.convert("RGB")


def is_near(image: Image.Image, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    """Whether a point has about this colour: WebP changes it a little."""
    found = image.getpixel((x, y))
    assert isinstance(found, tuple)
    return all(abs(a - b) < 30 for a, b in zip(found, colour, strict=True))


# --- one page ---

STYLED = (
    '<link rel="stylesheet" href="/s.css"><style>* {margin: 0}</style><body><img src="/i.png" width=640 height=400><br>'
    '<div style="height: 3000px; width: 640px"></div>'
)


def shoot(sources: dict[str, str], answers: dict[str, FetchedBody]) -> tuple[dict[str, Taken | None], list[str]]:
    """Pictures of pages by one browser, and what was asked of the downloader."""
    downloads = FakeDownloads(answers)

    async def shown() -> dict[str, Taken | None]:
        browser = Browser()
        try:
            return {
                n: await browser.profile().picture(URL, s.encode(), "text/html", downloads.fetch)
                for n, s in sources.items()
            }
        finally:
            await browser.close()

    return asyncio.run(shown()), downloads.asked


@pytest.mark.browser
@needs_browser
def test_a_picture_shows_images_and_styles_and_the_top_of_a_long_page() -> None:
    answers = {
        f"{URL}s.css": FetchedBody(b"body {background: rgb(0, 0, 255)}", "text/css", 200, f"{URL}s.css"),
        f"{URL}i.png": FetchedBody(block(RED), "image/png", 200, f"{URL}i.png"),
    }
    found, asked = shoot({"styled": STYLED, "short": "<body style='background: green'>x"}, answers)
    long, short = found["styled"], found["short"]
    assert long is not None
    assert short is not None
    image = look(long.body)
    assert image.size == (long.width, long.height) == (1280, 2000)
    assert is_near(image, 100, 100, RED)
    assert is_near(image, 1000, 100, BLUE)
    assert is_near(image, 1000, 1990, BLUE)
    assert look(short.body).size == (short.width, short.height) == (1280, 800)
    assert is_near(look(short.body), 640, 700, GREEN)
    assert set(asked) == set(answers)


@pytest.mark.browser
@needs_browser
def test_a_hostile_page_reaches_nothing_while_its_picture_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "MAX_PICTURE_SECONDS", 6.0)
    canary = Canary("127.0.0.3")
    try:
        leaving = shell(LEAVING.format(there=canary.url))
        lying = "<script>Object.defineProperty(document.documentElement, 'scrollHeight', {value: 1e9})</script><p>x"
        files = '<img src="file:///etc/hostname"><link rel=stylesheet href="file:///etc/passwd">'
        busy = shell("for (;;) {}")
        sources = {"reaching": shell(REACHING.format(there=canary.url)), "leaving": leaving, "lying": lying}
        found, asked = shoot({**sources, "files": files, "busy": busy, "after": "<p>x"}, {})
    finally:
        canary.close()
    assert canary.reached == []
    assert f"{canary.url}/fetch" in asked  # where the address guard stands
    assert f"{canary.url}/image" in asked  # images are, for pictures
    assert not any(
        part in url for url in asked for part in ("/post", "/beacon", "/socket", "/audio", "/track", "file:")
    )
    assert found["lying"] is not None
    assert found["lying"].height == 800
    assert found["after"] is not None  # what came before cost no other page its picture


@pytest.mark.browser
@needs_browser
def test_where_nothing_of_a_website_shows_there_is_no_picture() -> None:
    found, _ = shoot({"left": shell("location.href = 'http://nowhere.example/'")}, {})
    taken = found["left"]
    assert taken is None or taken.url == URL  # never the browser's own word about an error


@pytest.mark.browser
@needs_browser
def test_of_a_page_that_leaves_while_its_picture_is_taken_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[Page] = []
    opened, send = showing.Picturing._opened, CDPSession.send

    async def opening(self: showing.Picturing) -> Page:
        pages.append(await opened(self))
        return pages[0]

    async def leaving(self: CDPSession, method: str, params: dict[str, object] | None = None) -> dict[str, object]:
        if method != "Page.captureScreenshot":
            return await send(self, method, params)
        await pages[0].evaluate("location.href = '/nowhere'")
        while pages[0].url == URL:
            await asyncio.sleep(0.01)
        while True:
            try:
                return await send(self, method, params)
            except PlaywrightError:  # not before the other page is there
                await asyncio.sleep(0.05)

    monkeypatch.setattr(showing.Picturing, "_opened", opening)
    monkeypatch.setattr(CDPSession, "send", leaving)
    found, _ = shoot({"left": "<p>still here"}, {})
    assert pages
    assert found == {"left": None}


# --- whole crawls ---


class Moved:
    """A site that leads to another domain, whose page has an image of its own, one that is refused, and one inside."""

    def __init__(self, inside: str) -> None:
        self.there = ""
        self.page = (
            '<style>body {margin: 0; background: rgb(0, 0, 255)}</style><img src="/red.png" width=400 height=400>'
            f'<img src="/hidden/x.png"><img src="{inside}/x.png">' + home()
        )

    def old(self, wire: Wire, asked: Asked) -> None:
        """The old address."""
        wire.answer("", 302, Location=self.there)

    def new(self, wire: Wire, asked: Asked) -> None:
        """The new one."""
        if asked.path == "/robots.txt":
            wire.answer("User-agent: *\nDisallow: /hidden/\n", Content_Type="text/plain")
        elif asked.path == "/red.png":
            wire.answer(block(RED).decode("latin-1").encode("latin-1"), Content_Type="image/png")
        elif asked.path == "/":
            wire.answer(self.page)
        else:
            wire.answer("no", 404)


@pytest.mark.browser
@needs_browser
def test_a_picture_is_taken_once_when_a_question_opens(tmp_path: Path) -> None:
    canary = Canary("127.0.0.3")
    moved = Moved(canary.url)
    try:
        with FaultNetwork() as network:
            moved.there = network.site("moved-away.example", moved.new, address="127.0.0.2")
            websites = {
                "moved": network.site("old.example", moved.old, address="127.0.0.2"),
                "calm": network.site("calm.example", lambda wire, asked: wire.answer(home()), address="127.0.0.2"),
            }
            config = network.config(network={"allow": ["127.0.0.2/32"]}, browser={"enabled": True})
            with desk_of(tmp_path, websites) as desk:
                done = [run(desk, config, night) for night in range(2)]
                (picture,) = desk.pictures("moved")
                assert desk.pictures("calm") == []
                found = desk.picture(picture.picture_id)
                assert list(desk.archive_faults()) == []
            asked = network.paths("moved-away.example")
    finally:
        canary.close()
    assert [d.pictures for d in done] == [1, 0]
    assert (picture.url, picture.content_type, picture.width) == (moved.there, "image/webp", 1280)
    assert NOW <= picture.at < NOW + timedelta(minutes=5)
    assert found is not None
    image = look(found[1])
    assert image.size == (picture.width, picture.height)
    assert is_near(image, 200, 200, RED)
    assert is_near(image, 1200, 700, BLUE)
    assert canary.reached == []
    assert "/hidden/x.png" not in asked  # robots.txt holds for pictures too
    assert asked.count("/red.png") == 1


@pytest.mark.parametrize(
    "tables",
    [{"browser": {"enabled": True, "executable": "/nowhere/chromium"}}, {"storage": {"pictures": 0}}],
    ids=["no browser", "none wanted"],
)
def test_without_a_picture_the_run_counts_all_the_same(tmp_path: Path, tables: dict[str, dict[str, object]]) -> None:
    moved = Moved("")
    with FaultNetwork() as network:
        moved.there = network.site("moved-away.example", moved.new)
        websites = {"moved": network.site("old.example", moved.old)}
        with desk_of(tmp_path, websites) as desk:
            done = run(desk, network.config(**{"browser": {"enabled": True}, **tables}))
            assert desk.pictures("moved") == []
            assert desk.runs(1)[0].state is RunState.DONE
    assert (done.pictures, [w for w in done.warnings if "picture" in w]) == (0, [])


# --- which questions ---

ALIVE = verdict()
MOVED = replace(ALIVE, reasons=(Reason(code="moved", text="It moved."),), moved_to="http://new.example/")
ANSWERS = {"alive": Decision.ALIVE, "skipped": Decision.SKIPPED}


def on(word: Verdict, days: float) -> Verdict:
    return replace(word, decided_at=NIGHT + timedelta(days=days))


@pytest.mark.parametrize(
    ("before", "answered", "after", "opens"),
    [
        (None, "", ALIVE, False),
        (None, "", ceased(), True),
        (None, "", MOVED, True),
        (ALIVE, "", ceased(), True),
        (ceased(), "", ceased(), False),
        (ceased(), "", ALIVE, False),
        (MOVED, "", MOVED, False),
        (MOVED, "", replace(ceased(), moved_to="http://new.example/"), True),
        (ceased(), "alive", ceased(), False),
        (ceased(), "skipped", ceased(), False),
        (ceased(), "alive", replace(ceased(), reasons=(replace(ceased().reasons[0], raw="閉鎖しました。"),)), True),
    ],
)  # fmt: skip
def test_a_question_opens_when_it_was_not_open_under_the_verdict_before(
    tmp_path: Path, before: Verdict | None, answered: str, after: Verdict, *, opens: bool
) -> None:
    with Desk.open(tmp_path / "a.db", create=True) as desk:
        desk.upsert_clusters([AOBA])
        if before is not None:
            _night(desk, on(before, 1), 1)
        if before is not None and answered:
            desk.answer(_answered(on(before, 1), ANSWERS[answered]), seen=0)
        run_id = _night(desk, on(after, 2), 2)
        assert [c.cluster_id for c in opened(desk, run_id, Policy())] == (["aoba"] if opens else [])


def _night(desk: Desk, word: Verdict, days: int) -> int:
    run = desk.begin_run(RunKind.NIGHTLY, word.decided_at, ["aoba"])
    desk.add_visit(run.run_id, visit(days=days), word)
    desk.end_run(run.run_id, RunState.DONE)
    return run.run_id


def _answered(word: Verdict, decision: Decision) -> Answer:
    return Answer(
        cluster_id="aoba", question=QuestionKind.CEASED, decision=decision, by="kato",
        at=word.decided_at + timedelta(hours=1), verdict_at=word.decided_at, grounds=grounds_of(word),
    )  # fmt: skip


def test_no_more_pictures_are_wanted_than_the_settings_allow(tmp_path: Path) -> None:
    clusters = [Cluster(cluster_id=f"c{n}", name_en="C", website=f"http://c{n}.example/") for n in range(3)]
    clusters.append(Cluster(cluster_id="without", name_en="W", website=""))
    with Desk.open(tmp_path / "a.db", create=True) as desk:
        desk.upsert_clusters(clusters)
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT)
        for cluster in clusters:
            word = replace(on(ceased(), 0), cluster_id=cluster.cluster_id, flag=Flag.LIKELY_CEASED)
            reached = "http://moved.example/" if cluster.cluster_id == "c1" else ""
            desk.add_visit(run.run_id, replace(visit(cluster.cluster_id), reached=reached), word)
        config = config_from({"storage": {"pictures": 2}})
        found = [[w.url for w in runs.pictures_wanted(desk, run.run_id, c)] for c in (Config(), config)]
    assert found == [
        ["http://c0.example/", "http://moved.example/", "http://c2.example/"],
        ["http://c0.example/", "http://moved.example/"],
    ]
