"""A browser for pages that show nothing without one. It has no network: every byte comes through Scrapy.

Chromium is started with a proxy that does not exist and with all names unresolvable; what a page asks for is caught
and answered by the crawl's own downloader. So the address guard, robots.txt, politeness and limits hold for the
browser too, and a hostile page has nowhere to send anything.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Dialog, Page, Playwright, Route, async_playwright
from playwright.async_api import Error as PlaywrightError

logger = logging.getLogger(__name__)
T = TypeVar("T")

MAX_REQUESTS = 40  # of one page; a page that needs more shows nothing of interest first
MAX_SECONDS = 15.0  # of one page
SETTLE_S = 0.6  # without a request under way before the page counts as shown
PAGES_AT_ONCE = 3  # a page that never settles keeps a place for MAX_SECONDS: others have places beside it
_ENDING_S = 5.0  # for a page or the browser to close
MAX_DOCUMENTS = 10  # documents loaded by scripts that are kept
# Pictures, fonts and style sheets change no word of the page; they are for pictures of it.
_FOR_WORDS = frozenset({"document", "script", "xhr", "fetch"})
_FOR_PICTURES = _FOR_WORDS | {"stylesheet", "image", "font"}
MAX_PICTURE_REQUESTS = 120  # of a page of which a picture is taken
MAX_PICTURE_SECONDS = (
    30.0  # the downloader asks a host for one thing a second, so what is not there by then is left out
)
WIDTH, HEIGHT = 1280, 800  # pixels of the window for pictures
MAX_HEIGHT = 2000  # pixels; a picture shows the beginning of a longer page
_QUALITY = 70  # of WebP, 0 to 100: letters stay sharp, at a quarter of the size of PNG
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ARGUMENTS = (
    "--proxy-server=http://127.0.0.1:9",  # the discard port: nothing listens
    "--proxy-bypass-list=<-loopback>",  # or Chromium would go straight to loopback
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    # Given once: Chromium heeds only the last such list, so what Playwright would disable is here too.
    (
        "--disable-features=DnsOverHttps,AsyncDns,Translate,OptimizationHints,MediaRouter,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
        "ImprovedCookieControls,LazyFrameLoading,GlobalMediaControls,DestroyProfileOnBrowserClose,AcceptCHFrame,PaintHolding"
    ),
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--no-first-run",
    "--no-pings",
    "--metrics-recording-only",
)


@dataclass(frozen=True, slots=True)
class FetchedBody:
    """What the downloader brought for one request of a page."""

    body: bytes
    content_type: str
    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as a browser shows it."""

    html: str
    url: str
    xhr: tuple[tuple[str, bytes, str], ...]  # documents its scripts loaded: url, body, content type
    n_requests: int
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture of a page."""

    body: bytes  # WebP
    width: int  # pixels
    height: int  # pixels
    url: str  # of the page that it shows


Fetch = Callable[[str], Awaitable[FetchedBody | None]]


class BrowserMissing(Exception):
    """There is no Chromium, or it does not start. Raised by `Browser`; the spider says so once and goes on without."""


def find_chromium(configured: str = "") -> str:
    """The path of a Chromium: configured, of the environment, on the PATH, Playwright's own; "" when there is none."""
    for named in (configured, os.environ.get("CLUSTERWATCH_CHROMIUM", "")):
        if named:
            return named if os.access(named, os.X_OK) else ""
    found = next((path for name in _NAMES if (path := shutil.which(name))), "")
    return found or _of_playwright()


def _of_playwright() -> str:
    """The newest Chromium that Playwright has fetched, "" when it has none."""
    root = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = sorted(root.glob("chromium*/chrome-linux*/*")) if root.is_dir() else []
    return next(
        (str(p) for p in reversed(found) if p.name in {"chrome", "headless_shell", "chrome-headless-shell"}), ""
    )


class Browser:
    """One Chromium, started when first needed, renewed after some pages."""

    def __init__(self, executable: str = "", max_pages: int = 50) -> None:
        """`max_pages`: shown by one process; memory grows with every page, then a fresh one takes its place."""
        self._executable = executable
        self._max_pages = max_pages
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._pages = 0  # shown by this process so far
        self._open = 0  # under way
        self._spoilt = False  # a page could not be closed: it may be in an endless loop
        self._places = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._empty = asyncio.Event()

    async def render(self, url: str, body: bytes, content_type: str, fetch: Fetch) -> Rendered | None:
        """The page at `url`, whose source is `body`, as a browser shows it; None when the browser broke down over it.

        Raises BrowserMissing.
        """
        return await self._use(url, lambda context: _Visit(context, url, body, content_type, fetch).run())

    async def picture(self, url: str, body: bytes, content_type: str, fetch: Fetch) -> Taken | None:
        """A picture of the page, with its images, fonts and styles; None when there is nothing to be seen.

        Raises BrowserMissing.
        """
        return await self._use(url, lambda context: _Sitting(context, url, body, content_type, fetch).picture())

    async def _use(self, url: str, see: Callable[[BrowserContext], Awaitable[T]]) -> T | None:
        """What is seen of a page in a fresh profile; None when the browser broke down over it."""
        async with self._places:
            async with self._starting:
                chromium = await self._started()
                self._pages += 1
                self._open += 1
            try:
                return await self._seen(chromium, see)
            except PlaywrightError as error:
                logger.info("%s: the browser broke down: %s", url, str(error).splitlines()[0])
                return None
            finally:
                self._open -= 1
                if not self._open:
                    self._empty.set()

    async def _seen(self, chromium: Chromium, see: Callable[[BrowserContext], Awaitable[T]]) -> T:
        context = await chromium.new_context(
            service_workers="block",
            accept_downloads=False,
            java_script_enabled=True,
            locale="ja-JP",
            permissions=[],
            ignore_https_errors=True,
            viewport={"width": WIDTH, "height": HEIGHT},
        )
        try:
            return await see(context)
        finally:
            self._spoilt |= not await _quietly(context.close())

    async def _started(self) -> Chromium:
        """The running Chromium; a fresh one when it is gone, spoilt or old, once no page is under way in it."""
        if self._chromium is not None and (
            self._spoilt or self._pages >= self._max_pages or not self._chromium.is_connected()
        ):
            while self._open:
                self._empty.clear()
                await self._empty.wait()
            await self.close()
        if self._chromium is None:
            self._chromium = await self._launched()
            self._pages = 0
            self._spoilt = False
        return self._chromium

    async def _launched(self) -> Chromium:
        path = find_chromium(self._executable)
        if not path:
            raise BrowserMissing("no Chromium was found; run make setup, or set CLUSTERWATCH_CHROMIUM to its path")
        # Chromium's own sandbox refuses to run as root; everyone else keeps it.
        as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        self._playwright = self._playwright or await async_playwright().start()
        try:
            return await self._playwright.chromium.launch(
                executable_path=path, args=[*_ARGUMENTS, *as_root], timeout=30_000
            )
        except PlaywrightError as error:
            raise BrowserMissing(f"{path} does not start: {str(error).splitlines()[0]}") from None

    async def close(self) -> None:
        """End the browser and what drives it."""
        chromium, self._chromium = self._chromium, None
        playwright, self._playwright = self._playwright, None
        if chromium is not None:
            await _quietly(chromium.close())
        if playwright is not None:
            await _quietly(playwright.stop())


class _Visit:
    """One page being shown."""

    _fulfilled = _FOR_WORDS  # kinds of requests that are answered
    _max_requests = MAX_REQUESTS

    def __init__(self, context: BrowserContext, url: str, body: bytes, content_type: str, fetch: Fetch) -> None:
        self._context = context
        self._url = url
        self._body = body
        self._content_type = content_type
        self._fetch = fetch
        self._documents: list[tuple[str, bytes, str]] = []
        self._requests = 0
        self._waiting = 0
        self._served = False
        self._loop = asyncio.get_running_loop()
        self._moved = self._loop.time()

    async def run(self) -> Rendered:
        begun = self._loop.time()
        page = await self._opened()
        first = html = ""
        try:
            async with asyncio.timeout(MAX_SECONDS):
                await page.goto(self._url, wait_until="domcontentloaded", timeout=MAX_SECONDS * 1000)
                first = await self._whatever_shows(page)
                await self._settled()
                html = await page.content() if _is_on_the_web(page) else ""
        except (TimeoutError, PlaywrightError) as error:
            logger.debug("%s: not fully shown: %s", self._url, error)
            html = await self._whatever_shows(page)
        html = html or first  # a page that left for an address without an answer is what it was before
        elapsed = self._loop.time() - begun
        return Rendered(html, self._url, tuple(self._documents), self._requests, elapsed)

    async def _opened(self) -> Page:
        """An empty page whose every request comes to us."""
        await self._context.route("**/*", self._answer)
        await self._context.route_web_socket("**/*", lambda socket: socket.close())
        page = await self._context.new_page()
        page.on("dialog", _dismiss)
        page.on("popup", _shut)
        return page

    async def _whatever_shows(self, page: Page) -> str:
        """What the page has become so far; nothing when it is only the browser's own word about an error."""
        if not _is_on_the_web(page):
            return ""
        try:
            async with asyncio.timeout(2):
                return await page.content()
        except (TimeoutError, PlaywrightError):
            return ""

    async def _settled(self) -> None:
        """Wait until the page asks for nothing any more."""
        while self._waiting or self._loop.time() - self._moved < SETTLE_S:
            await asyncio.sleep(0.05)

    async def _answer(self, route: Route) -> None:
        """Answer one request of the page, or refuse it."""
        request = route.request
        self._waiting += 1
        try:
            if request.url == self._url and not self._served and request.is_navigation_request():
                self._served = True
                await route.fulfill(status=200, body=self._body, content_type=self._content_type or "text/html")
            elif self._is_refused(request.method, request.resource_type, request.url):
                await route.abort("blockedbyclient")
            else:
                await self._through_downloader(route)
        except PlaywrightError:
            logger.debug("%s: the page went away while it asked for %s", self._url, request.url)
        finally:
            self._waiting -= 1
            self._moved = self._loop.time()

    def _is_refused(self, method: str, kind: str, url: str) -> bool:
        self._requests += 1
        web = url.startswith(("http://", "https://"))
        return method != "GET" or kind not in self._fulfilled or not web or self._requests > self._max_requests

    async def _through_downloader(self, route: Route) -> None:
        request = route.request
        got = await self._fetch(request.url)
        if got is None:
            await route.abort("failed")
            return
        if request.resource_type in {"xhr", "fetch"} and len(self._documents) < MAX_DOCUMENTS and got.status == 200:
            self._documents.append((got.url, got.body, got.content_type))
        headers = {"content-type": got.content_type or "text/plain", "access-control-allow-origin": "*"}
        await route.fulfill(status=got.status, body=got.body, headers=headers)


class _Sitting(_Visit):
    """One page being shown to have its picture taken."""

    _fulfilled = _FOR_PICTURES
    _max_requests = MAX_PICTURE_REQUESTS

    async def picture(self) -> Taken | None:
        """The picture, of whatever shows when the time is over; None when nothing of a website does."""
        page = await self._opened()
        try:
            async with asyncio.timeout(MAX_PICTURE_SECONDS):
                await page.goto(self._url, wait_until="domcontentloaded", timeout=MAX_PICTURE_SECONDS * 1000)
                await self._settled()
        except (TimeoutError, PlaywrightError) as error:
            logger.debug("%s: not fully shown: %s", self._url, error)
        if not _is_on_the_web(page):
            return None
        try:
            async with asyncio.timeout(MAX_SECONDS):
                return await self._taken(page)
        except TimeoutError:
            return None

    async def _taken(self, page: Page) -> Taken | None:
        """The page from its top, as wide as the window. The sizes are the browser's, not the page's own word."""
        browser = await self._context.new_cdp_session(page)
        size = (await browser.send("Page.getLayoutMetrics"))["cssContentSize"]
        height = max(HEIGHT, min(int(size["height"]), MAX_HEIGHT))
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
        shot = await browser.send(
            "Page.captureScreenshot",
            {"format": "webp", "quality": _QUALITY, "clip": clip, "captureBeyondViewport": True},
        )
        return Taken(b64decode(shot["data"]), WIDTH, height, page.url)


def _is_on_the_web(page: Page) -> bool:
    """Whether the page is a website's, not the browser's own word about an error."""
    return page.url.startswith(("http://", "https://"))


async def _dismiss(dialog: Dialog) -> None:
    await _quietly(dialog.dismiss())


async def _shut(popup: Page) -> None:
    await _quietly(popup.close())


async def _quietly(ending: Awaitable[object]) -> bool:
    """Await an ending whose failure changes nothing; gives whether it ended well and in time."""
    try:
        async with asyncio.timeout(_ENDING_S):
            await ending
    except (TimeoutError, PlaywrightError) as error:
        logger.debug("the browser did not end well: %s", error)
        return False
    return True


if __name__ == "__main__":  # asked by the set-up and by `doctor`: which Chromium would be used?
    found_path = find_chromium()
    print(found_path)
    sys.exit(0 if found_path else 1)
