"""Saved pages in a real Chromium: nothing in them runs, loads, connects, sends or leads our window away."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from chromium import in_thread
from made import verdict
from pages import PASSWORD, Clock, made, serving
from playwright.sync_api import Browser, Page, sync_playwright
from shelved import Saved, keep

from review import harmless
from spiders.rendering import find_chromium

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


WORDLESS = "a connection without a word"


class Canary:
    """A server that must never hear anything: it counts connections, whatever is said over them."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.1)
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.heard: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(1)
                try:
                    said = connection.recv(300)
                except OSError:
                    said = b""
            self.heard.append(said.split(b"\r\n")[0].decode("latin-1") or WORDLESS)

    def close(self) -> None:
        self._over.set()
        self._thread.join(5)
        self._listening.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    made_one = Canary()
    yield made_one
    made_one.close()


# Everything that `facts` of such tools call a way to run or load something. Each asks for a path of its own, so that
# a failure says which way was open.
LOADING = """
<meta http-equiv="refresh" content="0;url=http://{canary}/refresh"><meta http-equiv="Set-Cookie" content="x=1">
<base href="http://{canary}/base/" target="_top">
<link rel="stylesheet" href="http://{canary}/css"><link rel="preload" as="image" href="http://{canary}/preload">
<link rel="prefetch" href="http://{canary}/prefetch"><link rel="modulepreload" href="http://{canary}/module">
<link rel="preconnect" href="http://{canary}"><link rel="dns-prefetch" href="http://{canary}">
<link rel="prerender" href="http://{canary}/prerender"><link rel="icon" href="http://{canary}/icon">
<link rel="manifest" href="http://{canary}/manifest">
<script type="speculationrules">{{"prefetch":[{{"urls":["http://{canary}/speculation"],"eagerness":"immediate"}}]}}</script>
<style>@import "http://{canary}/import"; @font-face {{font-family:x; src:url(http://{canary}/font)}}
body {{background:url(http://{canary}/background); font-family:x}} li {{list-style-image:url(http://{canary}/bullet)}}
p::after {{content:url(http://{canary}/content)}} div {{cursor:url(http://{canary}/cursor),auto}}</style>
<img src="http://{canary}/img"><img srcset="http://{canary}/srcset 2x"><picture><source srcset="http://{canary}/source"><img></picture>
<iframe src="http://{canary}/iframe"></iframe><iframe srcdoc="<img src='http://{canary}/srcdoc'>"></iframe>
<object data="http://{canary}/object"></object><embed src="http://{canary}/embed"><applet code="http://{canary}/applet"></applet>
<video src="http://{canary}/video" poster="http://{canary}/poster" autoplay></video><audio src="http://{canary}/audio" autoplay></audio>
<track src="http://{canary}/track"><input type="image" src="http://{canary}/input"><table background="http://{canary}/table"></table>
<svg><image href="http://{canary}/svg"/><use href="http://{canary}/use#x"/><foreignObject><img src="http://{canary}/foreign"></foreignObject></svg>
<template shadowrootmode="open"><link rel="preconnect" href="http://{canary}"><img src="http://{canary}/shadow"></template>
<body background="http://{canary}/body"><li>x</li><div>x</div>
"""
RUNNING = """
<script>alert('script'); top.location='http://{canary}/top'; fetch('http://{canary}/fetch')</script>
<script src="http://{canary}/script"></script><script src="/static/desk.js"></script>
<script src="data:text/javascript,alert('data')"></script>
<img src=x onerror="alert('onerror')"><body onload="alert('onload')"><svg onload="alert('svg')"><script>alert('in svg')</script></svg>
<svg><animate onbegin="alert('begin')" attributeName="x" dur="1s"/><set attributeName="href" to="javascript:alert('set')"/></svg>
<iframe src="javascript:alert('iframe')"></iframe><iframe srcdoc="<script>alert('srcdoc')</script>"></iframe>
<object data="javascript:alert('object')"></object><embed src="javascript:alert('embed')">
<details open ontoggle="alert('toggle')"></details><input autofocus onfocus="alert('focus')"><marquee onstart="alert('marquee')">x</marquee>
<video><source onerror="alert('source')"></video><math><mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert('mxss')&gt;"></mglyph></mtext></math>
<noscript><p title="</noscript><img src=x onerror=alert('noscript')>"></noscript><title><img src=x onerror=alert('title')></title>
<style>@keyframes x {{from {{top:0}}}} p {{animation:x 1s}}</style><p onanimationstart="alert('animation')">x</p>
<div style="background:url(javascript:alert('style'))">x</div><meta http-equiv="refresh" content="0;url=javascript:alert('refresh')">
<meta http-equiv="refresh" content="0;url=data:text/html,<script>alert('data refresh')</script>">
"""
LEADING = """
<p><a id="plain" href="http://{canary}/link">plain</a> <a id="top" href="http://{canary}/top" target="_top">top</a>
<a id="parent" href="http://{canary}/parent" target="_parent">parent</a> <a id="blank" href="http://{canary}/blank" target="_blank">blank</a>
<a id="script" href="javascript:alert('link')">script</a> <a id="data" href="data:text/html,<script>alert('link')</script>">data</a>
<a id="ping" href="#x" ping="http://{canary}/ping">ping</a> <a id="download" href="/export/csv" download>download</a>
<a id="ours" href="/queue" target="_top">ours</a></p>
<form action="http://{canary}/form" method="post" target="_top"><button id="send">send</button></form>
<form action="/logout" method="post"><button id="logout">sign out</button></form>
<form><button id="formaction" formaction="http://{canary}/formaction" formtarget="_blank">send</button></form>
"""
WAYS = ["plain", "top", "parent", "blank", "script", "data", "ping", "download", "ours", "send", "logout", "formaction"]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def watched(browser: Browser, address: str) -> tuple[Page, list[str]]:
    """A page that is signed in, and what must not happen: dialogs, other windows, downloads."""
    page = browser.new_context().new_page()
    happened: list[str] = []

    def dialog(opened: object) -> None:
        happened.append(f"dialog: {opened.message}")  # type: ignore[attr-defined]
        opened.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", dialog)
    page.on("popup", lambda popup: happened.append(f"window: {popup.url}"))
    page.on("download", lambda download: happened.append(f"download: {download.url}"))
    page.goto(f"{address}/login")
    page.fill("[name=name]", "kato")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    return page, happened


def prepared(tmp_path: Path, canary: Canary, *parts: str) -> Path:
    database = made(tmp_path / "desk.db")
    body = "<html><body><p>解散しました。</p>" + "".join(part.format(canary=canary.address) for part in parts)
    keep(database, verdict("aoba", 1), [Saved(body=body)])
    return database


@pytest.mark.parametrize("parts", [(LOADING,), (RUNNING,), (LOADING, RUNNING, LEADING)], ids=["loads", "runs", "all"])
@pytest.mark.parametrize("path", ["/kept/1", "/kept/1/page"])
def test_a_saved_page_runs_and_loads_nothing(tmp_path: Path, canary: Canary, parts: tuple[str, ...], path: str) -> None:
    database = prepared(tmp_path, canary, *parts)

    def look(address: str) -> None:
        with chromium() as browser:
            page, happened = watched(browser, address)
            page.goto(address + path)
            body = page.locator("body")
            if path == "/kept/1":
                page.locator("iframe.saved").scroll_into_view_if_needed()
                body = page.frame_locator("iframe.saved").locator("body")
            page.wait_for_timeout(1500)
            assert body.inner_text().startswith("解散しました。"), "it is shown"
            assert page.url == address + path
            assert happened == []

    with serving(database, clock=Clock()) as address:
        in_thread(lambda: look(address))
    assert canary.heard == []


def test_the_policy_alone_keeps_a_page_from_running_and_loading(
    tmp_path: Path, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes acting elements out is a second wall; here it is down. Hints to connect are all that gets past."""
    monkeypatch.setattr(harmless, "disarmed", lambda text: text)
    database = prepared(tmp_path, canary, LOADING, RUNNING, LEADING)

    def look(address: str) -> None:
        with chromium() as browser:
            page, happened = watched(browser, address)
            for path in ("/kept/1", "/kept/1/page"):
                page.goto(address + path)
                if path == "/kept/1":
                    page.locator("iframe.saved").scroll_into_view_if_needed()
                page.wait_for_timeout(1500)
                assert page.url == address + path
            assert happened == []

    with serving(database, clock=Clock()) as address:
        in_thread(lambda: look(address))
    assert [h for h in canary.heard if h != WORDLESS] == []


@pytest.mark.parametrize("armed", [False, True], ids=["as it is sent", "by the sandbox alone"])
def test_nothing_that_is_pressed_in_a_saved_page_leads_our_window_away(
    tmp_path: Path, canary: Canary, monkeypatch: pytest.MonkeyPatch, armed: bool
) -> None:
    if armed:
        monkeypatch.setattr(harmless, "disarmed", lambda text: text)
    database = prepared(tmp_path, canary, LEADING)

    def press(address: str) -> None:
        with chromium() as browser:
            page, happened = watched(browser, address)
            for way in WAYS:
                page.goto(f"{address}/kept/1")
                page.frame_locator("iframe").locator(f"#{way}").click(timeout=5000)
                page.wait_for_timeout(250)
                assert page.url == f"{address}/kept/1", way
            page.goto(f"{address}/queue")
            assert page.url == f"{address}/queue", "still signed in"
            assert happened == []

    with serving(database, clock=Clock()) as address:
        in_thread(lambda: press(address))
    # A browser connects to where a link leads as soon as it is pressed, whatever the policy: links are taken out.
    assert [h for h in canary.heard if not armed or h != WORDLESS] == []


@pytest.mark.parametrize("content_type", ["image/svg+xml", "application/xml", "text/plain", "application/xhtml+xml; x"])
def test_a_saved_file_of_another_type_runs_nothing(tmp_path: Path, canary: Canary, content_type: str) -> None:
    database = made(tmp_path / "desk.db")
    svg = (
        f'<?xml version="1.0"?><?xml-stylesheet href="http://{canary.address}/xsl" type="text/xsl"?>'
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script>'
        f'<image href="http://{canary.address}/image"/></svg>'
    )
    keep(database, verdict("aoba", 1), [Saved(body=svg, content_type=content_type)])

    def look(address: str) -> None:
        with chromium() as browser:
            page, happened = watched(browser, address)
            page.goto(f"{address}/kept/1/page")
            page.wait_for_timeout(700)
            assert page.evaluate("document.contentType") in {"text/plain", "text/html"}
            assert happened == []

    with serving(database, clock=Clock()) as address:
        in_thread(lambda: look(address))
    assert canary.heard == []


def test_the_canary_of_these_tests_hears(tmp_path: Path, canary: Canary) -> None:
    page_file = tmp_path / "page.html"
    page_file.write_text(f"<img src='http://{canary.address}/img'><link rel=preconnect href='http://{canary.address}'>")

    def look() -> None:
        with chromium() as browser:
            page = browser.new_page()
            page.goto(page_file.as_uri())
            page.wait_for_timeout(700)

    in_thread(look)
    assert any("/img" in words for words in canary.heard)
