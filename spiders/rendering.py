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
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from spiders.showing import HEIGHT, WIDTH, Fetch, Picturing, Rendered, Showing, Taken, quietly

logger = logging.getLogger(__name__)
T = TypeVar("T")

_LOOKS, _BETWEEN_LOOKS_S = 20, 0.05  # whether a browser that takes no page has ended
PAGES_AT_ONCE = 3  # a page that never settles keeps a place for its whole time: others have places beside it
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

    def profile(self) -> Profile:
        """A fresh profile, for the pages of one website."""
        return Profile(self)

    async def use(self, profile: Profile, url: str, see: Callable[[BrowserContext], Awaitable[T]]) -> T | None:
        """What is seen of a page in a profile; None when the browser broke down over it. Raises BrowserMissing.

        A page in whose time the browser ended is looked at once more: it may have ended over another one.
        """
        for last in (False, True):
            try:
                return await self._seen(profile, see)
            except PlaywrightError as error:
                if last or not await profile.has_ended():
                    logger.info("%s: the browser broke down: %s", url, str(error).splitlines()[0])
                    break
        return None

    async def _seen(self, profile: Profile, see: Callable[[BrowserContext], Awaitable[T]]) -> T:
        async with self._places:
            async with self._starting:
                chromium = await self._started()
                self._pages += 1
                self._open += 1
            try:
                return await see(await profile.context_of(chromium))
            finally:
                try:
                    if not await profile.tidy():
                        self._spoilt = True
                finally:  # whatever becomes of the page, whoever waits for an empty browser must not wait for ever
                    self._open -= 1
                    if not self._open:
                        self._empty.set()

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
            await quietly(chromium.close())
        if playwright is not None:
            await quietly(playwright.stop())


class Profile:
    """One website's profile in the browser: its pages share it, no other website's do. Made when first needed."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._chromium: Chromium | None = None  # that has the context
        self._context: BrowserContext | None = None

    async def render(self, url: str, body: bytes, content_type: str, fetch: Fetch) -> Rendered | None:
        """The page at `url`, whose source is `body`, as a browser shows it; None when the browser broke down over it.

        Raises BrowserMissing.
        """
        return await self._browser.use(
            self, url, lambda context: Showing(context, url, body, content_type, fetch).run()
        )

    async def picture(self, url: str, body: bytes, content_type: str, fetch: Fetch) -> Taken | None:
        """A picture of the page, with its images, fonts and styles; None when there is nothing to be seen.

        Raises BrowserMissing.
        """
        see = lambda context: Picturing(context, url, body, content_type, fetch).picture()  # noqa: E731
        return await self._browser.use(self, url, see)

    async def context_of(self, chromium: Chromium) -> BrowserContext:
        """The profile in this Chromium: a fresh one when the browser was renewed since."""
        if self._context is None or self._chromium is not chromium:
            self._chromium = chromium
            self._context = await chromium.new_context(
                service_workers="block",
                accept_downloads=False,
                java_script_enabled=True,
                locale="ja-JP",
                permissions=[],
                ignore_https_errors=True,
                viewport={"width": WIDTH, "height": HEIGHT},
            )
            await self._context.route_web_socket("**/*", lambda socket: socket.close())
        return self._context

    async def tidy(self) -> bool:
        """Close the pages that were shown, and give whether they could be closed. One that could not has the profile."""
        if self._context is None:
            return True
        ended = [await quietly(page.close()) for page in self._context.pages]
        ended.append(await quietly(self._context.unroute_all(behavior="ignoreErrors")))
        if all(ended):
            return True
        await self.close()
        return False

    async def has_ended(self) -> bool:
        """Whether its browser is no more. A killed one takes no page some moments before it is known to have ended."""
        for _ in range(_LOOKS):
            if self._chromium is None or not self._chromium.is_connected():
                return True
            await asyncio.sleep(_BETWEEN_LOOKS_S)
        return False

    async def close(self) -> None:
        """End the profile; the next page gets a fresh one."""
        context, self._context = self._context, None
        if context is not None:
            await quietly(context.close())


if __name__ == "__main__":  # asked by the set-up and by `doctor`: which Chromium would be used?
    found_path = find_chromium()
    print(found_path)
    sys.exit(0 if found_path else 1)
