"""Pages that show nothing without a browser, and what a page may do inside it."""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from faultnet import Asked, Canary, FaultNetwork, Wire, crawl, home, once, page, pages, without_robots
from playwright.async_api import Page

from crawler.model import PageKind, VisitOutcome
from spiders import rendering, showing
from spiders.answer import FetchedBody
from spiders.rendering import Browser, BrowserMissing, find_chromium
from spiders.showing import Rendered

# Asked of the machine, not of the code under test: where there is a Chromium, nothing here is skipped.
_PRESENT = bool(shutil.which("chromium") or os.environ.get("CLUSTERWATCH_CHROMIUM") or rendering._of_playwright())
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not _PRESENT, reason="no Chromium on this machine")]

URL = "http://js.example/"
SHELL = '<!DOCTYPE html><html lang="ja"><head><meta charset="{charset}"><title>青葉</title>{head}</head><body><div id="root"></div>{body}</body></html>'
APP = """
fetch('/data/news.json').then(r => r.json()).then(news => {
  document.getElementById('root').innerHTML = '<h1>青葉光学クラスター</h1><p>' + '光学産業の振興を図っています。'.repeat(20) + '</p><ul>'
    + news.map(n => `<li>${n.date} <a href="/n/${n.id}">${n.title}</a></li>`).join('') + '</ul>';
});
"""
NEWS = '[{"id": 1, "date": "2026年11月18日", "title": "第3回研究会を開催しました"}, {"id": 2, "date": "2026年10月2日", "title": "展示会"}]'


def test_the_chromium_of_this_machine_is_found() -> None:
    assert os.access(find_chromium(), os.X_OK)


class FakeDownloads:
    """The crawl's downloader, as a page sees it: some addresses answer."""

    def __init__(self, answers: dict[str, FetchedBody]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    async def fetch(self, url: str) -> FetchedBody | None:
        """One answer, None when there is none."""
        self.asked.append(url)
        return self._answers.get(url)


def body_of(url: str, body: str, kind: str = "application/json") -> dict[str, FetchedBody]:
    """One address that answers."""
    return {url: FetchedBody(body.encode(), kind, 200, url)}


def shell(script: str, *, head: str = "", body: str = "", charset: str = "utf-8") -> str:
    """A page that is nothing without its script."""
    return SHELL.format(charset=charset, head=head, body=f"{body}<script>{script}</script>")


REACHING = """
const to = '{there}', name = new URL(to).host;
fetch(to + '/fetch').catch(() => 0); fetch(to + '/post', {{method: 'POST', body: 'x', mode: 'no-cors'}}).catch(() => 0);
navigator.sendBeacon(to + '/beacon', 'x');
const x = new XMLHttpRequest(); x.open('GET', to + '/xhr'); x.send();
new Image().src = to + '/image'; new EventSource(to + '/events');
try {{ new WebSocket('ws://' + name + '/socket'); }} catch (e) {{}}
try {{ new WebTransport('https://' + name + '/transport'); }} catch (e) {{}}
try {{ new Worker(URL.createObjectURL(new Blob(["fetch('" + to + "/worker'); importScripts('" + to + "/import')"]))); }} catch (e) {{}}
try {{ new SharedWorker(to + '/shared'); }} catch (e) {{}}
navigator.serviceWorker && navigator.serviceWorker.register('/worker.js').catch(() => 0);
window.open(to + '/open'); window.open('about:blank').location = to + '/blank';
for (const [tag, where] of [['iframe','src'],['script','src'],['object','data'],['embed','src'],['audio','src'],['track','src'],['source','src']]) {{
  const made = document.createElement(tag); made[where] = to + '/' + tag; document.body.append(made);
}}
for (const rel of ['prefetch','preload','preconnect','dns-prefetch','prerender','stylesheet','icon','manifest','modulepreload']) {{
  const link = document.createElement('link'); link.rel = rel; link.href = to + '/' + rel; link.as = 'script'; document.head.append(link);
}}
const rules = document.createElement('script'); rules.type = 'speculationrules';
rules.textContent = JSON.stringify({{prerender: [{{source: 'list', urls: ['/next']}}], prefetch: [{{source: 'list', urls: [to + '/spec']}}]}});
document.head.append(rules);
const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:' + name}}]}}); peer.createDataChannel('x');
peer.createOffer().then(o => peer.setLocalDescription(o));
document.getElementById('root').textContent = 'did all of it';
"""


LEAVING = """
const to = '{there}';
const a = document.createElement('a'); a.href = to + '/download'; a.download = 'x'; a.ping = to + '/ping'; document.body.append(a); a.click();
const form = document.createElement('form'); form.action = to + '/form'; form.target = '_blank'; document.body.append(form); form.submit();
"""
STYLED = (
    '<link rel="stylesheet" href="/s.css"><style>@font-face{font-family:f;src:url(/f.woff2)} p{font-family:f}</style>'
)
TRICKS = {
    "dialogs": ("alert('hello'); document.body.append(confirm('sure?') + ' after')", "false after"),
    "popup": ("window.open('/popup'); document.body.append('opened')", "opened"),
    "unload": ("onbeforeunload = e => { e.preventDefault(); return 'stay' }; document.body.append('stays')", "stays"),
    "busy": ("const t = Date.now(); while (Date.now() - t < 700); document.body.append('was busy')", "was busy"),
    "restless": ("setInterval(() => fetch('/again'), 100); document.body.append('restless')", "restless"),
    "written": ("document.write('written ' + 'anew')", "written anew"),
}
CHARSETS = ("utf-8", "shift_jis", "euc-jp")


def _hostile(there: str) -> dict[str, str]:
    return {
        "reaching": shell(REACHING.format(there=there)),
        "leaving": shell(LEAVING.format(there=there)),
        "refresh": f'<meta http-equiv="refresh" content="0; url={there}/refresh">',
        "location": shell(f"location.href = '{there}/location'"),
        "files": shell(
            "", head='<link rel="stylesheet" href="file:///etc/passwd">', body='<iframe src="file:///etc/passwd">'
        ),
    }


@dataclass
class Gallery:
    """Pages that were shown by one browser, one after another."""

    there: str  # the address of a canary
    reached: list[object] = field(default_factory=list)  # who came to it
    shown: dict[str, Rendered] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)


async def _exhibit(gallery: Gallery) -> None:
    japanese = "document.getElementById('root').textContent = '第3回研究会を開催'"
    sources: dict[str, bytes] = {c: shell(japanese, charset=c).encode(c) for c in CHARSETS}
    texts = {name: shell(script) for name, (script, _) in TRICKS.items()} | _hostile(gallery.there)
    texts["app"] = shell(APP)
    texts["styled"] = shell("", head=STYLED, body='<p>x</p><img src="/i.png"><video src="/v.mp4" autoplay></video>')
    sources |= {name: text.encode() for name, text in texts.items()}
    browser = Browser()
    try:
        for name, source in sources.items():
            downloads = FakeDownloads(body_of("http://js.example/data/news.json", NEWS))
            got = await browser.profile().render(URL, source, "text/html", downloads.fetch)
            assert got is not None
            gallery.shown[name], gallery.asked[name] = got, downloads.asked
    finally:
        await browser.close()


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    """All of them, shown once."""
    there, reached, shown, asked = once(tmp_path_factory, "gallery", _exhibited)
    return Gallery(there, reached, shown, asked)


def _exhibited() -> tuple[str, list[object], dict[str, Rendered], dict[str, list[str]]]:
    canary = Canary("127.0.0.3")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(showing, "MAX_SECONDS", 10.0)
            patch.setattr(showing, "SETTLE_S", 0.25)
            made = Gallery(canary.url)
            asyncio.run(_exhibit(made))
    finally:
        canary.close()
    return made.there, canary.reached, made.shown, made.asked


@pytest.mark.parametrize("charset", CHARSETS)
def test_japanese_survives_whatever_the_page_was_written_in(gallery: Gallery, charset: str) -> None:
    assert "第3回研究会を開催" in gallery.shown[charset].html
    assert "青葉" in gallery.shown[charset].html


def test_what_a_script_loads_is_shown_and_kept(gallery: Gallery) -> None:
    assert "2026年11月18日" in gallery.shown["app"].html
    assert [(u, b.decode()) for u, b, _ in gallery.shown["app"].xhr] == [("http://js.example/data/news.json", NEWS)]


def test_pictures_fonts_and_styles_are_not_asked_for(gallery: Gallery) -> None:
    assert gallery.asked["styled"] == []


def test_a_hostile_page_reaches_nothing_but_the_downloader(gallery: Gallery) -> None:
    there = gallery.there
    assert "did all of it" in gallery.shown["reaching"].html
    assert gallery.reached == []
    assert f"{there}/fetch" in gallery.asked["reaching"]  # where the address guard stands
    asked = [url for urls in gallery.asked.values() for url in urls]
    assert not any(part in url for url in asked for part in ("/post", "/beacon", "/image", "/socket", "file:"))


@pytest.mark.parametrize("name", ["leaving", "refresh", "location"])
def test_a_page_that_left_for_nowhere_is_not_read_as_the_browsers_own_words(gallery: Gallery, name: str) -> None:
    assert "webui" not in gallery.shown[name].html
    assert "neterror" not in gallery.shown[name].html


def test_a_page_that_leaves_while_it_is_read_is_what_it_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    content = Page.content

    async def leaving(page: Page) -> str:
        read.append(page.url)
        if len(read) == 2:
            await page.evaluate("location.href = '/nowhere'")
            while page.url == URL:
                await asyncio.sleep(0.01)
        return await content(page)

    async def show() -> Rendered | None:
        browser = Browser()
        try:
            return await browser.profile().render(URL, b"<p>still here", "text/html", FakeDownloads({}).fetch)
        finally:
            await browser.close()

    monkeypatch.setattr(Page, "content", leaving)
    shown = asyncio.run(show())
    assert read == [URL, URL]
    assert shown is not None
    assert "still here" in shown.html
    assert "webui" not in shown.html


@pytest.mark.parametrize("name", TRICKS)
def test_a_page_that_plays_tricks_is_shown_all_the_same(gallery: Gallery, name: str) -> None:
    assert TRICKS[name][1] in gallery.shown[name].html
    assert len(gallery.asked[name]) <= showing.MAX_REQUESTS


def test_an_endless_loop_costs_one_page_and_the_next_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "MAX_SECONDS", 1.5)
    monkeypatch.setattr(showing, "_ENDING_S", 1.5)

    async def show() -> tuple[Rendered | None, Rendered | None]:
        browser = Browser()
        try:
            nothing = FakeDownloads({}).fetch
            first = await browser.profile().render(URL, shell("for (;;) {}").encode(), "text/html", nothing)
            second = await browser.profile().render(
                URL, shell("document.body.append('next')").encode(), "text/html", nothing
            )
            return first, second
        finally:
            await browser.close()

    first, second = asyncio.run(show())
    assert first is None or "next" not in first.html
    assert second is not None
    assert "next" in second.html
    assert _renderers() == []


def test_pages_that_never_settle_leave_a_place_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "MAX_SECONDS", 60.0)
    finished: list[str] = []

    async def show(browser: Browser, name: str, script: str) -> None:
        shown = await browser.profile().render(URL, shell(script).encode(), "text/html", FakeDownloads({}).fetch)
        if shown is not None:  # a busy machine may break a page down
            finished.append(name)

    async def all_at_once() -> None:
        browser = Browser()
        script = "setInterval(() => fetch('/again'), 50)"
        restless = [asyncio.create_task(show(browser, "restless", script)) for _ in range(rendering.PAGES_AT_ONCE - 1)]
        try:
            await asyncio.sleep(0)  # they have their places now
            await show(browser, "calm", "")
        finally:
            for task in restless:
                task.cancel()
            await asyncio.gather(*restless, return_exceptions=True)
            await browser.close()

    asyncio.run(all_at_once())
    assert finished == ["calm"]


def _renderers() -> list[str]:
    """The processes of Chromium that this process has left."""
    found = []
    for children in Path("/proc/self/task").glob("*/children"):
        waiting = children.read_text().split()
        while waiting:
            pid = waiting.pop()
            try:
                command = Path(f"/proc/{pid}/cmdline").read_text()
                for more in Path(f"/proc/{pid}/task").glob("*/children"):
                    waiting += more.read_text().split()
            except OSError:
                continue
            if "--type=renderer" in command:
                found.append(pid)
    return found


def test_the_pages_of_a_website_share_a_profile_until_the_process_is_renewed() -> None:
    remember = shell("localStorage.n = 1 + Number(localStorage.n || 0); document.body.append('seen ' + localStorage.n)")

    async def show() -> tuple[list[str], list[int], list[int]]:
        browser = Browser(max_pages=3)
        texts, contexts, processes = [], [], []
        one, other = browser.profile(), browser.profile()
        try:
            for profile in (one, one, other, one):
                shown = await profile.render(URL, remember.encode(), "text/html", FakeDownloads({}).fetch)
                assert shown is not None
                assert browser._chromium is not None
                texts.append(shown.html)
                contexts.append(len(browser._chromium.contexts))
                processes.append(id(browser._chromium))
            await one.close()
            contexts.append(len(browser._chromium.contexts))
        finally:
            await browser.close()
        return texts, contexts, processes

    texts, contexts, processes = asyncio.run(show())
    assert [re.findall(r"seen \d", text) for text in texts] == [["seen 1"], ["seen 2"], ["seen 1"], ["seen 1"]]
    assert contexts == [1, 1, 2, 1, 0]
    assert processes[0] == processes[1] == processes[2] != processes[3]


def test_a_browser_that_is_killed_over_a_page_is_started_again() -> None:
    async def show() -> tuple[Rendered | None, Rendered | None, Rendered | None]:
        browser = Browser()
        asked = asyncio.Event()

        async def kill(url: str) -> FetchedBody | None:
            if not asked.is_set():
                asked.set()
                for pid in _renderers():
                    os.kill(int(pid), 9)
                assert browser._chromium is not None
                await browser._chromium.close()
            return None

        async def meanwhile() -> Rendered | None:
            await asked.wait()  # the page is begun in the instant in which the browser ends
            return await browser.profile().render(URL, b"<p>beside", "text/html", FakeDownloads({}).fetch)

        try:
            beside = asyncio.create_task(meanwhile())
            first = await browser.profile().render(URL, shell("fetch('/kill')").encode(), "text/html", kill)
            second = await browser.profile().render(URL, b"<p>again", "text/html", FakeDownloads({}).fetch)
            return first, second, await beside
        finally:
            await browser.close()

    first, second, beside = asyncio.run(show())
    # What was on the page before the end may have been taken down or not; nothing else may.
    assert first is None or "fetch('/kill')" in first.html
    assert second is not None
    assert "again" in second.html
    assert beside is not None
    assert "beside" in beside.html


def test_a_configured_browser_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    async def show(path: str) -> None:
        browser = Browser(executable=path)
        try:
            await browser.profile().render(URL, b"<p>x", "text/html", FakeDownloads({}).fetch)
        finally:
            await browser.close()

    with pytest.raises(BrowserMissing, match="no Chromium was found"):
        asyncio.run(show("/nowhere/chromium"))
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(BrowserMissing, match="does not start"):
        asyncio.run(show(str(broken)))


# --- Through a spider process ---


def _app(wire: Wire, asked: Asked) -> None:
    if asked.path == "/data/news.json":
        wire.answer(NEWS, Content_Type="application/json")
    elif asked.path == "/":
        wire.answer(shell(APP, body='<img src="/picture.png">'))
    else:
        wire.answer("no", 404)


@pytest.fixture
def network() -> Iterator[FaultNetwork]:
    """A local network."""
    with FaultNetwork() as made:
        yield made


def test_a_website_made_by_scripts_is_read_through_the_browser(network: FaultNetwork) -> None:
    canary = Canary("127.0.0.3")
    try:
        hostile = pages({"/": shell(REACHING.format(there=canary.url))})
        websites = {
            "app": network.site("app.example", without_robots(_app), address="127.0.0.2"),
            "hostile": network.site("hostile.example", hostile, address="127.0.0.2"),
            "plain": network.site("plain.example", page(home()), address="127.0.0.2"),
        }
        config = network.config(network={"allow": ["127.0.0.2/32"]}, browser={"enabled": True})
        told = crawl(network, websites, config)
    finally:
        canary.close()
    visit = told.visits["app"]
    assert visit.outcome is VisitOutcome.READ
    assert "2026-11-18" in {i.on.isoformat() for p in visit.pages for i in p.dates}
    assert any("第3回研究会を開催しました" in i.title for p in visit.pages for i in p.dates)
    assert any(f.rendered for f in visit.fetches)
    assert PageKind.CONTENT in {p.kind for p in visit.pages}
    assert "/picture.png" not in network.paths("app.example")
    assert canary.reached == []
    assert told.visits["plain"].outcome is VisitOutcome.READ
    assert not any(f.rendered for f in told.visits["plain"].fetches)


def _two_pages(wire: Wire, asked: Asked) -> None:
    """A home page and its news, both filled by one script."""
    made = {
        "/": '<header><a href="/news/">お知らせ</a></header><div id="root"></div><script src="/app.js"></script>',
        "/news/": '<h1>お知らせ</h1><div id="root"></div><script src="/app.js"></script>',
    }
    if asked.path == "/app.js":
        wire.answer(APP, Content_Type="text/javascript")
    elif asked.path == "/data/news.json":
        wire.answer(NEWS, Content_Type="application/json")
    elif asked.path in made:
        wire.answer(f"<html lang=ja><head><title>青葉</title></head><body>{made[asked.path]}</body></html>")
    else:
        wire.answer("no", 404)


def test_the_scripts_of_a_website_are_asked_for_once_and_their_data_for_each_page(network: FaultNetwork) -> None:
    websites = {"app": network.site("app.example", without_robots(_two_pages))}
    told = crawl(network, websites, network.config(browser={"enabled": True}))
    shown = [f.final_url for f in told.visits["app"].fetches if f.rendered]
    assert len(shown) == 2
    assert all(f.worth for f in told.visits["app"].fetches if f.rendered)
    asked = network.paths("app.example")
    assert (asked.count("/app.js"), asked.count("/data/news.json")) == (1, 2)


def test_without_a_browser_there_is_one_warning_and_the_crawl_goes_on(network: FaultNetwork) -> None:
    websites = {f"app{n}": network.site(f"app{n}.example", without_robots(_app)) for n in range(3)}
    websites["plain"] = network.site("plain.example", page(home()))
    config = network.config(browser={"enabled": True, "executable": "/nowhere/chromium"})
    told = crawl(network, websites, config)
    assert told.log.count("Pages that need a browser stay unread") == 1
    assert told.visits["plain"].outcome is VisitOutcome.READ
    assert {told.visits[f"app{n}"].outcome for n in range(3)} == {VisitOutcome.INCONCLUSIVE}
