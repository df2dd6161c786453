"""Variants of the classes that a name server brings about."""

from __future__ import annotations

from collections.abc import Sequence

from dnslib import RCODE

from samples.faults.behaviours import page
from samples.faults.names import SILENT
from samples.faults.variants import Ground, Place, Variant, numbered

# Spellings of an address in a registry: the failure is the same in all of them.
_SPELLED = {
    "the bare host": "http://{host}/",
    "over https": "https://{host}/",
    "with www": "http://www.{host}/",
    "with www over https": "https://www.{host}/",
    "a page in a folder": "http://{host}/cluster/index.html",
    "a subdomain": "http://cluster.{host}/",
    "with a port": "http://{host}:8080/",
    "with a query": "http://{host}/index.php?lang=ja",
    "two levels below": "http://www.cluster.{host}/",
    "a user's folder": "http://{host}/~aoba/",
}
_PARKING = (
    ("ns1.sedoparking.com", "ns2.sedoparking.com"),
    ("ns1.bodis.com", "ns2.bodis.com"),
    ("ns1.parkingcrew.net", "ns2.parkingcrew.net"),
    ("ns1.above.com", "ns2.above.com"),
    ("ns3.afternic.com", "ns4.afternic.com"),
    ("ns1.dan.com", "ns2.dan.com"),
    ("ns1.parklogic.com", "ns2.parklogic.com"),
    ("ns1.undeveloped.com", "ns2.undeveloped.com"),
    ("ns1.dnslink.com", "ns2.dnslink.com"),
    ("NS1.HUGEDOMAINS.COM", "NS2.HUGEDOMAINS.COM"),
    ("ns1.namefind.com", "ns2.namefind.com"),
)


def _answered(url: str, said: object) -> Place:
    """A website of whose names the server says this."""

    def place(ground: Ground, host: str) -> str:
        for name in (host, f"www.{host}", f"cluster.{host}", f"www.cluster.{host}"):
            ground.network.names.zone[name] = said
        return url.format(host=host)

    return place


def _spelled(said: object) -> dict[str, Place]:
    return {words: _answered(url, said) for words, url in _SPELLED.items()}


def _told(codes: dict[str, object]) -> dict[str, Place]:
    """Different words of the name server, each under another spelling."""
    urls = list(_SPELLED.values())
    return {
        f"{words}, {way}": _answered(urls[i], said)
        for i, ((words, said), way) in enumerate(zip(codes.items(), _SPELLED, strict=False))
    }


def _parked(servers: Sequence[str], n: int) -> Place:
    """Name servers of a parking service, with a page that does not say so."""
    bodies = ("<p>aoba</p>", "", "<title>aoba</title>", "<p>Welcome</p>")

    def place(ground: Ground, host: str) -> str:
        ground.network.names.servers[host] = list(servers)
        status = 403 if n % 5 == 4 else 200
        return ground.network.host(host, page(bodies[n % len(bodies)], status))

    return place


def variants() -> tuple[Variant, ...]:
    """All variants of these classes."""
    failing: dict[str, object] = {f"SERVFAIL {i}": RCODE.SERVFAIL for i in range(1, 8)}
    failing |= {"NOTIMP": RCODE.NOTIMP, "FORMERR": RCODE.FORMERR, "NOTAUTH": RCODE.NOTAUTH}
    silent: dict[str, object] = {f"silent {i}": SILENT for i in range(1, 6)}
    silent |= {f"refused {i}": RCODE.REFUSED for i in range(1, 6)}
    return (
        *numbered("dns_nxdomain", _spelled(RCODE.NXDOMAIN)),
        *numbered("dns_servfail", _told(failing)),
        *numbered("dns_nodata", _spelled([])),
        *numbered("dns_timeout_refused", _told(silent)),
        *numbered("dns_parking_ns", {s[0].lower(): _parked(s, n) for n, s in enumerate(_PARKING)}),
    )
