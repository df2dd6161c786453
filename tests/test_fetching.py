"""What a crawl may reach: nothing outside the networks let through, however a page, a redirect or a name puts it."""

import asyncio

import pytest
from faultnet import Asked, Canary, FaultNetwork, Told, Wire, crawl, home, once, page, pages, without_robots
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer

from crawler.model import Outcome, VisitOutcome
from crawler.urls import join
from spiders import resolver
from spiders.guard import networks
from spiders.resolver import CheckedResolver, DnsFailed

HERE = "127.0.0.2"  # let through
THERE = "127.0.0.3"  # not: a canary listens

SPELLED = {
    "plain": "http://127.0.0.3:{port}/",
    "short": "http://127.3:{port}/",
    "decimal": "http://2130706435:{port}/",
    "hexadecimal": "http://0x7f000003:{port}/",
    "octal": "http://0177.0.0.3:{port}/",
    "mixed": "http://0x7f.0.3:{port}/",
    "mapped": "http://[::ffff:127.0.0.3]:{port}/",
    "mapped_hex": "http://[::ffff:7f00:3]:{port}/",
    "compatible": "http://[::127.0.0.3]:{port}/",
    "nat64": "http://[64:ff9b::7f00:3]:{port}/",
    "six_to_four": "http://[2002:7f00:3::]:{port}/",
    "trailing_dot": "http://127.0.0.3.:{port}/",
    "userinfo": "http://public.example@127.0.0.3:{port}/",
    "backslash": "http://a@b\\@127.0.0.3:{port}/",
    "backslash_first": "http://127.0.0.3:{port}\\@here.example/",
    "tab": "http://127.0.0\t.3:{port}/",
    "full_width": "http://127．0．0．3:{port}/",
    "ideographic": "http://127。0。0。3:{port}/",
    "circled": "http://①②⑦.0.0.3:{port}/",
    "named": "http://private.example:{port}/",
    "upper": "HTTP://PRIVATE.EXAMPLE:{port}/",
    "mixed_answers": "http://both.example:{port}/",
    "file": "file:///etc/passwd",
    "data": "data:text/html,<p>2026年11月1日",
    "ftp": "ftp://127.0.0.3:{port}/",
    "javascript": "javascript:alert(1)",
}
REDIRECTS = ("plain", "decimal", "mapped", "named", "userinfo", "backslash", "backslash_first", "full_width", "tab")


def _frames(there: str) -> str:
    return home(
        f'<iframe src="{there}"></iframe><img src="{there}i.gif"><a href="{there}news/">お知らせ</a>'
        f'<link rel="alternate" type="application/rss+xml" href="{there}feed"><a href="{there}en/" hreflang="en">English</a>'
    )


def _robots_elsewhere(there: str) -> object:
    def served(wire: Wire, asked: Asked) -> None:
        if asked.path == "/robots.txt":
            wire.answer(status=302, Location=there)
        else:
            wire.answer(home())

    return served


Met = tuple[
    Told, list[object], list[str]
]  # what was told, who reached the canary, what was asked of the rebinding name


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Met:
    """One crawl over everything that tries to lead to the canary."""
    return once(tmp_path_factory, "fetching", _crawled)


def _crawled() -> Met:
    canary = Canary(THERE)
    try:
        with FaultNetwork() as network:
            names = network.names.zone
            names["private.example"] = names["www.private.example"] = [THERE]
            names["both.example"] = [THERE, "::1"]
            names["rebinding.example"] = lambda n: [HERE] if n <= 1 else [THERE]
            sites = {name: url.format(port=canary.port) for name, url in SPELLED.items()}
            for name in REDIRECTS:
                answer = page("", 302, Location=sites[name])
                sites[f"to_{name}"] = network.site(f"to-{name.replace('_', '-')}.example", answer, address=HERE)
            refresh = f'<meta http-equiv="refresh" content="0; url={canary.url}/"><p>moved'
            for name, site in {
                "refresh": page(refresh),
                "framed": page(_frames(f"{canary.url}/")),
                "named_frames": page(_frames(f"http://private.example:{canary.port}/")),
                "robots_elsewhere": _robots_elsewhere(canary.url),
                "rebinding": pages({"/": _frames("/")}),
                "fine": page(home()),
            }.items():
                sites[name] = network.site(f"{name.replace('_', '-')}.example", site, address=HERE)  # type: ignore[arg-type]
            config = network.config(network={"allow": [f"{HERE}/32"]}, politeness={"concurrent_sites": 64})
            told = crawl(network, sites, config, DOWNLOAD_TIMEOUT="3")
            return told, list(canary.reached), network.paths("rebinding.example")
    finally:
        canary.close()


def test_nothing_reaches_an_address_that_is_not_let_through(met: Met) -> None:
    told, reached, _ = met
    assert told.exit_code == 0
    assert reached == []
    assert told.visits["fine"].outcome is VisitOutcome.READ  # the same guard lets its own network through


@pytest.mark.parametrize("name", [*SPELLED, *(f"to_{name}" for name in REDIRECTS)])
def test_a_private_address_is_our_refusal_and_no_evidence(met: Met, name: str) -> None:
    told, _, _ = met
    visit = told.visits[name]
    assert visit.outcome is VisitOutcome.INCONCLUSIVE
    assert {f.outcome for f in visit.fetches} <= {Outcome.ADDRESS_REFUSED, Outcome.REDIRECT_LOOP, Outcome.DNS_NODATA}
    assert all(f.status is None or 300 <= f.status < 400 for f in visit.fetches)


@pytest.mark.parametrize("name", ["framed", "named_frames", "robots_elsewhere"])
def test_a_page_with_private_links_is_read_without_them(met: Met, name: str) -> None:
    told, _, _ = met
    assert told.visits[name].outcome is VisitOutcome.READ


def test_a_rebinding_name_keeps_the_address_that_was_checked(met: Met) -> None:
    told, _, asked = met
    assert told.visits["rebinding"].outcome is VisitOutcome.READ
    assert {f.address for f in told.visits["rebinding"].fetches if f.status} == {HERE}
    assert len(asked) > 1


@implementer(IResolutionReceiver)
class Receiver:
    """What Twisted would connect to."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.complete = asyncio.Event()

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802  # Twisted's name
        """Begin."""

    def addressResolved(self, address: object) -> None:  # noqa: N802  # Twisted's name
        """One address."""
        self.addresses.append(address.host)  # type: ignore[attr-defined]

    def resolutionComplete(self) -> None:  # noqa: N802  # Twisted's name
        """The end."""
        self.complete.set()


async def connected_to(checked: CheckedResolver, name: str) -> list[str]:
    """The addresses that a connection to a name would be made to."""
    receiver = Receiver()
    checked.resolveHostName(receiver, name, 80)
    await receiver.complete.wait()
    return receiver.addresses


def test_a_name_that_rebinds_after_the_check_is_refused_at_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "_TTL_S", -1.0)  # so that it is asked again, as after five minutes

    async def meet(nameserver: str) -> tuple[tuple[str, ...], list[str]]:
        checked = CheckedResolver(None, networks([f"{HERE}/32"]), [nameserver])  # type: ignore[arg-type]  # no reactor
        return await checked.lookup("rebinding.example"), await connected_to(checked, "rebinding.example")

    with FaultNetwork() as network:
        network.names.zone["rebinding.example"] = lambda n: [HERE] if n <= 1 else [THERE]
        checked, connected = asyncio.run(meet(network.names.address))
    assert checked == (HERE,)
    assert connected == []


def test_of_mixed_answers_only_the_public_addresses_are_connected_to() -> None:
    async def meet(nameserver: str) -> list[str]:
        checked = CheckedResolver(None, (), [nameserver])  # type: ignore[arg-type]  # no reactor
        return await connected_to(checked, "mixed.example")

    with FaultNetwork() as network:
        network.names.zone["mixed.example"] = ["10.0.0.1", "93.184.216.34", "::1", "2606:2800:220:1::1"]
        assert asyncio.run(meet(network.names.address)) == ["93.184.216.34", "2606:2800:220:1::1"]


@pytest.mark.parametrize(
    "spelled",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "::1", "::ffff:10.0.0.1", "169.254.169.254", "0"],
)
def test_a_literal_that_is_not_public_is_refused_at_connect_too(spelled: str) -> None:
    async def meet() -> list[str]:
        checked = CheckedResolver(None, (), [])  # type: ignore[arg-type]  # no reactor
        with pytest.raises(DnsFailed):
            await checked.lookup(spelled)
        return await connected_to(checked, spelled)

    assert asyncio.run(meet()) == []


@pytest.mark.parametrize(
    ("href", "joined"),
    [
        ("http://a@b\\@c/", ""),
        ("http://exa\tmple.org/x", "http://example.org/x"),
        ("\thttp://example.org/\n", "http://example.org/"),
        ("//127.0.0.1/x", "http://127.0.0.1/x"),  # a web address like any other: the guard refuses it
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("mailto:x@example.org", ""),
    ],
)
def test_links_become_one_reading_or_none(href: str, joined: str) -> None:
    assert join("http://site.example/", href) == joined


def test_a_site_without_robots_is_only_asked_for_what_it_names() -> None:
    with FaultNetwork() as network:
        site = without_robots(lambda wire, asked: wire.answer(home() if asked.path == "/" else "no", 200))
        told = crawl(network, {"one": network.site("one.example", site)})
        asked = network.paths("one.example")
    assert told.visits["one"].outcome is VisitOutcome.READ
    assert len(asked) == len(set(asked))
