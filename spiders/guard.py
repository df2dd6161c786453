"""The address guard: we reach public web addresses only, whatever a page, a redirect or a name server says.

Two gates. This one refuses what can be told from the address as written; `spiders.resolver` refuses at connect
what a name turns out to be, so a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from crawler.urls import is_web
from spiders import resolver
from spiders.progress import note_hop

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Ranges that `ipaddress` calls global, or leaves undecided, and that lead to machines inside a network:
# carrier-grade NAT, protocol assignments, multicast, and every way to write an IPv4 address inside an IPv6 one.
_REFUSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(n)
    for n in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48",
        "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
_NUMERIC = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}\.?", re.IGNORECASE)
_LOCAL = re.compile(r"(?:^|\.)(?:localhost|localdomain|local|internal|intranet|home|lan|home\.arpa)\.?$", re.IGNORECASE)


class AddressRefused(IgnoreRequest):
    """An address is not for us to visit. Raised by the guard, told as an outcome by `spiders.outcome`."""


def is_public(address: Address, allow: Sequence[Network] = ()) -> bool:
    """Whether an IP address is on the public internet, or in a network that the configuration lets through."""
    if any(address.version == network.version and address in network for network in allow):
        return True
    return not any(address.version == n.version and address in n for n in _REFUSED) and address.is_global


def refusal(url: str, allow: Sequence[Network] = ()) -> str:
    """Why an address may not be fetched, as far as its writing tells; "" when it may."""
    if not is_web(url):
        return "not an http or https address that can be read in one way only"
    name = (urlsplit(url).hostname or "").rstrip(".")
    address = literal(name)
    if address is not None:
        return "" if is_public(address, allow) else f"{name} is not a public address"
    if _LOCAL.search(name) and not allow:
        return f"{name} is a name of a local network"
    if "." not in name and not allow:
        return f"{name} is not a public host name"
    return ""


def literal(name: str) -> Address | None:
    """The IP address that a host name spells, in any spelling that resolvers take; None for a real name."""
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        pass
    if not _NUMERIC.fullmatch(name):
        return None
    try:
        return IPv4Address(socket.inet_aton(name.rstrip(".")))
    except OSError:
        # All digits and dots, but no address: whatever a resolver makes of it, it is no name.
        return IPv4Address(0)


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """The networks of a setting; blank texts are left out."""
    return tuple(ipaddress.ip_network(t.strip()) for t in texts if t.strip())


class AddressGuard:
    """Downloader middleware: every request passes it, those of redirects, robots.txt and the browser too."""

    def __init__(self, allow: Sequence[Network], *, ask_names: bool) -> None:
        self._allow = allow
        self._ask_names = ask_names

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The guard with the networks that the settings let through."""
        allow = networks(crawler.settings.getlist("CLUSTERWATCH_ALLOW"))
        return cls(allow, ask_names=bool(crawler.settings.getlist("CLUSTERWATCH_NAMESERVERS")))

    async def process_request(self, request: Request) -> None:
        """Refuse what may not be fetched, and what its name says may not: Twisted would not tell which failure it was.

        Behind a proxy only name servers that were named on purpose are asked: the proxy looks names up itself.
        """
        note_hop(request)
        reason = refusal(request.url, self._allow)
        if reason:
            raise AddressRefused(reason)
        if self._ask_names or not request.meta.get("proxy"):
            await resolver.current().lookup(urlsplit(request.url).hostname or "")
