"""Name servers of services that park domains for sale. A live website does not have them.

Only services that do nothing else: name servers of registrars and hosting companies serve living websites too.
"""

from __future__ import annotations

from collections.abc import Iterable

_SERVICES = frozenset(
    {
        "above.com", "afternic.com", "bodis.com", "buydomains.com", "cashparking.com", "dan.com", "dnslink.com",
        "domainparking.ru", "domainparkingserver.net", "fabulous.com", "fastpark.net", "giantpanda.com", "hugedomains.com",
        "internettraffic.com", "namefind.com", "namedrive.com", "parked.com", "parkingcrew.net", "parkingpage.domains",
        "parklogic.com", "parktons.com", "rookdns.com", "sedoparking.com", "smartname.com", "this-domain-for-sale.com",
        "trafficz.com", "undeveloped.com", "uniregistrymarket.link", "voodoo.com", "ztomy.com",
    }
)  # fmt: skip


def parking(servers: Iterable[str]) -> str:
    """The first of these name servers that belongs to a parking service, "" when any of them does not."""
    names = [server.rstrip(".").lower() for server in servers]
    if not names or not all(_is_parking(name) for name in names):
        return ""
    return names[0]


def _is_parking(name: str) -> bool:
    return any(name == service or name.endswith(f".{service}") for service in _SERVICES)
