"""One page being shown by a browser that has no network: its every request is answered here, or refused.

What a page asks for comes from the crawl's own downloader, so the address guard, robots.txt, politeness and limits
hold for it too, and a hostile page has nowhere to send anything.
"""

from __future__ import annotations

import asyncio
import logging
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import BrowserContext, Dialog, Page, Route
from playwright.async_api import Error as PlaywrightError

from spiders.answer import FetchedBody

logger = logging.getLogger(__name__)

MAX_REQUESTS = 40  # of one page; a page that needs more shows nothing of interest first
MAX_SECONDS = 15.0  # of one page
SETTLE_S = 0.6  # without a request under way before the page counts as shown
_ENDING_S = 5.0  # for a page or the browser to close
MAX_DOCUMENTS = 10  # documents loaded by scripts that are kept
# Pictures, fonts, films and style sheets change no word of the page; they are for pictures of it.
_FOR_WORDS = frozenset({"document", "script", "xhr", "fetch"})
_FOR_PICTURES = _FOR_WORDS | {"stylesheet", "image", "font"}
MAX_PICTURE_REQUESTS = 120  # of a page of which a picture is taken
MAX_PICTURE_SECONDS = (
    30.0  # the downloader asks a host for one thing a second, so what is not there by then is left out
)
WIDTH, HEIGHT = 1280, 800  # pixels of the window for pictures
MAX_HEIGHT = 2000  # pixels; a picture shows the beginning of a longer page
_QUALITY = 70  # of WebP, 0 to 100: letters stay sharp, at a quarter of the size of PNG


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


class Showing:
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
        """The page as it shows itself, as far as it got. Raises PlaywrightError when the browser ended before anything."""
        begun = self._loop.time()
        page = await self._opened()
        first = html = ""
        try:
            async with asyncio.timeout(MAX_SECONDS):
                await page.goto(self._url, wait_until="domcontentloaded", timeout=MAX_SECONDS * 1000)
                first = await self._whatever_shows(page)
                await self._settled()
                html = await _content(page)
        except (TimeoutError, PlaywrightError) as error:
            logger.debug("%s: not fully shown: %s", self._url, error)
            html = await self._whatever_shows(page)
            if not (html or first) and page.is_closed():  # nothing was seen, which is not to say that nothing is there
                raise PlaywrightError(f"the browser ended ({error})") from error
        html = html or first  # a page that left for an address without an answer is what it was before
        elapsed = self._loop.time() - begun
        return Rendered(html, self._url, tuple(self._documents), self._requests, elapsed)

    async def _opened(self) -> Page:
        """An empty page whose every request comes to us."""
        await self._context.route("**/*", self._answer)
        page = await self._context.new_page()
        page.on("dialog", _dismiss)
        page.on("popup", _shut)
        return page

    async def _whatever_shows(self, page: Page) -> str:
        """What the page has become so far."""
        try:
            async with asyncio.timeout(2):
                return await _content(page)
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


class Picturing(Showing):
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
        return Taken(b64decode(shot["data"]), WIDTH, height, page.url) if _is_on_the_web(page) else None


async def _content(page: Page) -> str:
    """What the page has become; nothing when it is only the browser's own word about an error.

    A page may leave between the question where it is and the one what it shows, so the first is asked again.
    """
    html = await page.content() if _is_on_the_web(page) else ""
    return html if _is_on_the_web(page) else ""


def _is_on_the_web(page: Page) -> bool:
    """Whether the page is a website's, not the browser's own word about an error."""
    return page.url.startswith(("http://", "https://"))


async def _dismiss(dialog: Dialog) -> None:
    await quietly(dialog.dismiss())


async def _shut(popup: Page) -> None:
    await quietly(popup.close())


async def quietly(ending: Awaitable[object]) -> bool:
    """Await an ending whose failure changes nothing; gives whether it ended well and in time."""
    try:
        async with asyncio.timeout(_ENDING_S):
            await ending
    except (TimeoutError, PlaywrightError) as error:
        logger.debug("the browser did not end well: %s", error)
        return False
    return True
