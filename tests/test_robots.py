"""robots.txt: what it forbids, what stands in its place, how large it may be, and how slowly it lets us ask."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from faultnet import Asked as AskedOf
from faultnet import FaultNetwork, Told, Wire, crawl, home, once
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.model import Outcome, RobotsCopy, VisitOutcome
from spiders.robots import COPIES, Copies, DisallowedByRobots, RobotsRules

AGENT = "Clusterwatch/0.1 (nightly check of cluster websites; x@example.org)"


class FakeDownloader:
    """One slot, as Scrapy's downloader would give it."""

    def __init__(self) -> None:
        self.slot = Slot(1, 1.0, 0.5)

    def _get_slot(self, request: Request) -> tuple[str, Slot]:
        return "host", self.slot


class FakeEngine:
    """Answers every question for robots.txt in the same way."""

    def __init__(self, answer: Response | Exception) -> None:
        self.downloader = FakeDownloader()
        self.asked: list[str] = []
        self._answer = answer

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request.url)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class FakeCrawler:
    """What the middleware needs of a crawl."""

    def __init__(self, answer: Response | Exception) -> None:
        self.settings = Settings({"USER_AGENT": AGENT, "DOWNLOAD_TIMEOUT": 20})
        self.engine = FakeEngine(answer)


def robots(text: str | bytes, status: int = 200) -> FakeCrawler:
    """A crawl in which every robots.txt reads so."""
    body = text.encode() if isinstance(text, str) else text
    return FakeCrawler(Response("http://site.example/robots.txt", status=status, body=body))


def allowed(crawler: FakeCrawler, path: str = "/news/") -> Request | None:
    """The request after the rules let it pass, None when they did not."""

    async def asked() -> Request | None:
        rules = RobotsRules(crawler)  # type: ignore[arg-type]  # a fake of ours
        request = Request(f"http://site.example{path}")
        try:
            await rules.process_request(request)
        except DisallowedByRobots:
            return None
        return request

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("text", "path", "passes"),
    [
        ("User-agent: *\nDisallow: /\n", "/news/", False),
        ("User-agent: *\r\nDisallow: /\r\n", "/news/", False),
        ("User-agent: *\rDisallow: /\r", "/news/", False),
        ("\ufeffUser-agent: *\nDisallow: /\n", "/news/", False),
        ("user-agent:*\ndisallow:/", "/news/", False),
        ("User-agent: *\nDisallow: /private/\n", "/news/", True),
        ("User-agent: *\nDisallow: /private/\n", "/private/x", False),
        ("User-agent: *\nDisallow: /\nAllow: /news/\n", "/news/", True),
        ("User-agent: *\nDisallow:\n", "/news/", True),
        ("User-agent: clusterwatch\nDisallow: /\n\nUser-agent: *\nDisallow:\n", "/news/", False),
        ("User-agent: otherbot\nDisallow: /\n", "/news/", True),
        ("User-agent: *\nDisallow: /お知らせ/\n", "/%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B/", False),
        ("", "/news/", True),
        ("<!DOCTYPE html><title>User-agent: *\nDisallow: /</title>", "/news/", True),
        ("  \n<html>\nUser-agent: *\nDisallow: /\n</html>", "/news/", True),
        (b"\x00\xff\xfe broken \x80", "/news/", True),
    ],
)
def test_what_a_file_allows(text: str | bytes, path: str, *, passes: bool) -> None:
    assert (allowed(robots(text), path) is not None) is passes


@pytest.mark.parametrize("status", [301, 401, 403, 404, 410, 429, 499])
def test_an_answer_that_is_no_file_allows_everything(status: int) -> None:
    assert allowed(robots("User-agent: *\nDisallow: /\n", status)) is not None


@pytest.mark.parametrize(
    "failing", [robots("", 500), robots("", 503), robots("", 599), FakeCrawler(OSError("no route"))]
)
@pytest.mark.parametrize(("answer", "passes"), [(200, False), (304, False), (404, True), (500, True)])
def test_of_a_host_whose_file_cannot_be_read_only_failures_pass(
    failing: FakeCrawler, answer: int, *, passes: bool
) -> None:
    rules = RobotsRules(failing)  # type: ignore[arg-type]  # a fake of ours
    request = Request("http://site.example/")
    asyncio.run(rules.process_request(request))
    response = Response("http://site.example/", status=answer)
    if passes:
        assert rules.process_response(request, response) is response
    else:
        with pytest.raises(DisallowedByRobots, match="cannot be read"):
            rules.process_response(request, response)


NIGHT = datetime(2026, 11, 24, 18, tzinfo=UTC)
FORBIDS = "User-agent: *\nDisallow: /news/\n"


@pytest.mark.parametrize(
    ("served", "hours", "asked", "passes"),
    [
        (robots(""), 24, False, False),  # a night later, a little late
        (robots(""), 25, False, False),
        (robots(""), 25.1, True, True),
        (robots(""), -1, True, True),  # of a clock that was set back
        (robots("", 404), 48, True, True),
        (robots("", 503), 48, True, False),
        (FakeCrawler(OSError("no route")), 30 * 24, True, False),
        (robots("", 503), 30 * 24 + 1, True, True),  # passes the question, and not the answer: see above
    ],
)
def test_a_file_is_believed_for_a_day_and_when_it_cannot_be_read_for_thirty(
    served: FakeCrawler, hours: float, *, asked: bool, passes: bool
) -> None:
    known = RobotsCopy(origin="http://site.example", text=FORBIDS, at=NIGHT)
    served.engine.asked.clear()
    copies = Copies([known], NIGHT + timedelta(hours=hours))

    async def let_through() -> bool:
        request = Request("http://site.example/news/", meta={COPIES: copies})
        try:
            await RobotsRules(served).process_request(request)  # type: ignore[arg-type]  # a fake of ours
        except DisallowedByRobots:
            return False
        return True

    assert asyncio.run(let_through()) is passes
    assert bool(served.engine.asked) is asked


@pytest.mark.parametrize(
    ("served", "learned"),
    [
        (robots(FORBIDS), [FORBIDS]),
        (robots("", 404), [""]),
        (robots("<html>not found</html>"), [""]),
        (robots("", 503), []),
        (FakeCrawler(OSError("no route")), []),
        (robots("#" * 65_536), ["#" * 65_536]),
        (robots("#" * 65_537), []),  # too long to be kept: asked for every night
    ],
)
def test_what_is_kept_of_a_file(served: FakeCrawler, learned: list[str]) -> None:
    copies = Copies((), NIGHT)
    request = Request("http://site.example/", meta={COPIES: copies})
    asyncio.run(RobotsRules(served).process_request(request))  # type: ignore[arg-type]  # a fake of ours
    assert [(c.origin, c.text, c.at) for c in copies.read.values()] == [
        ("http://site.example", t, NIGHT) for t in learned
    ]


@pytest.mark.parametrize(
    ("line", "delay", "jitter"),
    [
        ("", 1.0, 0.5),
        ("Crawl-delay: 10", 10.0, 0.0),
        ("Crawl-delay: 2.5", 2.5, 0.0),
        ("Crawl-delay: 0.2", 1.0, 0.0),  # never faster than our own pace
        ("Crawl-delay: 86400", 30.0, 0.0),
        ("Crawl-delay: soon", 1.0, 0.5),
        ("Crawl-delay: -5", 1.0, 0.5),
        ("Crawl-delay: nan", 1.0, 0.5),
    ],
)
def test_crawl_delay_is_the_pace_of_its_host(line: str, delay: float, jitter: float) -> None:
    crawler = robots(f"User-agent: *\n{line}\nDisallow: /private/\n")
    assert allowed(crawler) is not None
    slot = crawler.engine.downloader.slot
    assert (slot.delay, slot.jitter) == (delay, jitter)


def test_a_host_is_asked_once_however_many_pages_wait() -> None:
    crawler = robots("User-agent: *\nDisallow: /private/\n")

    async def ask() -> None:
        rules = RobotsRules(crawler)  # type: ignore[arg-type]  # a fake of ours
        await asyncio.gather(*(rules.process_request(Request(f"http://site.example/{n}")) for n in range(20)))

    asyncio.run(ask())
    assert crawler.engine.asked == ["http://site.example/robots.txt"]


def test_only_the_beginning_of_a_long_file_is_read_and_no_half_line() -> None:
    filler = "Disallow: /filler/\n" * 30_000  # more than 512 KiB
    assert allowed(robots(f"User-agent: *\nDisallow: /news/\n{filler}")) is None
    assert allowed(robots(f"User-agent: *\n{filler}Disallow: /news/\n")) is not None
    cut = "User-agent: *\n" + "#" * (512 * 1024 - 14 - len("\nDisallow: /n")) + "\nDisallow: /news/private/\n"
    assert allowed(robots(cut)) is not None


# --- Through a spider process ---

PLAIN = "text/plain"
HUGE = b"Disallow: /filler/ and what else may stand here for a long line of nothing\n" * 800
sent: dict[str, int] = {}


def _huge(wire: Wire, asked: AskedOf) -> None:
    if asked.path != "/robots.txt":
        wire.answer(home())
        return
    wire.send(f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {100 * 1024**2}\r\n\r\n")
    wire.send("User-agent: *\nDisallow: /\n")
    sent["huge"] = 0
    while sent["huge"] < 100 * 1024**2 and not wire.closing.is_set():
        wire.send(HUGE)
        sent["huge"] += len(HUGE)


def _robots(text: str, status: int = 200, **headers: str) -> object:
    def served(wire: Wire, asked: AskedOf) -> None:
        if asked.path == "/robots.txt":
            wire.answer(text, status, **{"Content_Type": PLAIN, **headers})
        else:
            wire.answer(home())

    return served


def _silent(wire: Wire, asked: AskedOf) -> None:
    if asked.path == "/robots.txt":
        wire.wait()
    else:
        wire.answer(home())


def _dead(wire: Wire, asked: AskedOf) -> None:
    wire.answer("out of order", 503)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """One crawl over sites with odd robots.txt files."""
    return once(tmp_path_factory, "robots", _crawled)


def _crawled() -> Told:
    sites = {
        "huge": _huge,
        "forbidden": _robots("User-agent: *\nDisallow: /\n"),
        "soft_404": _robots("<html><body>User-agent: *\nDisallow: /</body></html>", Content_Type="text/html"),
        "loop": _robots("", 302, Location="/robots.txt"),
        "moved": _robots("", 301, Location="/rules.txt"),
        "gone": _robots("User-agent: *\nDisallow: /\n", 404),
        "silent": _silent,
        "broken": _robots("", 503),
        "dead": _dead,
        "news_only": _robots("User-agent: *\nDisallow: /news/\n"),
    }
    with FaultNetwork() as network:
        websites = {n: network.site(f"{n.replace('_', '-')}.example", s) for n, s in sites.items()}  # type: ignore[arg-type]
        told = crawl(network, websites, DOWNLOAD_TIMEOUT="2")
    told.started.append(f"{sent['huge']} bytes of robots.txt")
    return told


@pytest.mark.parametrize(
    ("name", "outcome", "visit"),
    [
        ("huge", Outcome.ROBOTS_DISALLOW, VisitOutcome.INCONCLUSIVE),
        ("forbidden", Outcome.ROBOTS_DISALLOW, VisitOutcome.INCONCLUSIVE),
        ("soft_404", Outcome.OK, VisitOutcome.READ),
        ("loop", Outcome.OK, VisitOutcome.READ),
        ("gone", Outcome.OK, VisitOutcome.READ),
        ("silent", Outcome.ROBOTS_DISALLOW, VisitOutcome.INCONCLUSIVE),
        ("broken", Outcome.ROBOTS_DISALLOW, VisitOutcome.INCONCLUSIVE),
        ("dead", Outcome.HTTP_5XX, VisitOutcome.FAILED),
        ("news_only", Outcome.OK, VisitOutcome.READ),
    ],
)
def test_what_a_robots_file_makes_of_a_visit(told: Told, name: str, outcome: Outcome, visit: VisitOutcome) -> None:
    assert told.first(name).outcome is outcome
    assert told.visits[name].outcome is visit


def test_of_a_hundred_megabytes_little_is_fetched(told: Told) -> None:
    assert told.first("huge").outcome is Outcome.ROBOTS_DISALLOW
    assert int(told.started[-1].split(" ")[0]) < 16 * 1024**2  # what fits into the buffers between us


def test_a_forbidden_section_is_left_out_and_the_rest_read(told: Told) -> None:
    by_path = {f.url.split(".example")[1].split("/", 1)[1]: f.outcome for f in told.visits["news_only"].fetches}
    assert by_path[""] is Outcome.OK
    assert by_path["news/1"] is Outcome.ROBOTS_DISALLOW
