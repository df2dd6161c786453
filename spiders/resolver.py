"""Names to addresses, each address checked before anything connects to it, and failures told apart.

Installed as the reactor's resolver, so the address that was checked is the address that is connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver
from scrapy.crawler import Crawler
from twisted.internet import address as twisted_address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

from crawler.model import Outcome

logger = logging.getLogger(__name__)

# Twisted's interfaces are no types to a checker: IReactorPluggableNameResolver and IResolutionReceiver.
Reactor = Any
Receiver = Any

_TTL_S = 300.0  # long enough for a visit, short enough that a night sees a change
_MAX_CACHED = 20_000
_MOST_TOLD = 6  # addresses of one name
_LIFETIME_S = 8.0  # of one question, over all servers
_NAME_SERVERS_S = 3.0  # of the question who serves a domain
_MOST_SERVERS = 8  # of one domain
_SECOND_LOOK_S = 3.0  # of the question which failure it was
# Threads that wait for the system's resolver. asyncio's own default, six on two cores, would make a night without a
# network last an hour: every thread waits for tens of seconds then.
_THREADS = 64


class DnsFailed(Exception):
    """A name has no address for us. Raised here, told as an outcome by `spiders.outcome`."""

    def __init__(self, outcome: Outcome, detail: str, said: str = "") -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.said = said  # the word of the name server, such as NXDOMAIN


@implementer(IHostResolution)
class _Resolution:
    """What Twisted wants to hold while a name is looked up."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing to undo: the answer comes or is ignored."""


@implementer(IHostnameResolver)
class CheckedResolver:
    """Resolves names for the whole crawl."""

    def __init__(self, reactor: Reactor, allow: Sequence[Any], nameservers: Sequence[str]) -> None:
        self._reactor = reactor
        self._allow = allow
        self._own = _resolver_of(nameservers) if nameservers else None
        self._proxies = _proxy_addresses()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="names")
        self._known: dict[str, tuple[float, tuple[str, ...] | DnsFailed]] = {}
        self._servers: dict[str, asyncio.Task[tuple[str, ...]]] = {}
        self._of_domains = _resolver_of(nameservers, _NAME_SERVERS_S)

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Reactor) -> Self:
        """The resolver with the settings of the crawl."""
        from spiders.guard import networks  # the guard imports this module

        settings = crawler.settings
        made = cls(
            reactor, networks(settings.getlist("CLUSTERWATCH_ALLOW")), settings.getlist("CLUSTERWATCH_NAMESERVERS")
        )
        _current.append(made)
        return made

    def install_on_reactor(self) -> None:
        """Called by Scrapy: from now on every connection of the process asks here."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802  # Twisted's name
        self,
        resolutionReceiver: Receiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> _Resolution:
        """Twisted's question; answered with checked addresses only."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        asyncio.ensure_future(self._answer(resolutionReceiver, hostName, portNumber))  # noqa: RUF006  # lives until answered
        return resolution

    async def _answer(self, receiver: Receiver, name: str, port: int) -> None:
        try:
            if (name.strip("[]"), port) in self._proxies:
                addresses = await self._system(name.strip("[]"))
            else:
                addresses = await self.lookup(name)
        except DnsFailed:
            addresses = ()
        except Exception:  # the edge of one question: Twisted would wait for ever
            logger.exception("the name %r could not be looked up through an error of ours", name)
            addresses = ()
        for text in addresses:
            kind = twisted_address.IPv6Address if ":" in text else twisted_address.IPv4Address
            receiver.addressResolved(kind("TCP", text, port))
        receiver.resolutionComplete()

    async def lookup(self, name: str) -> tuple[str, ...]:
        """The public addresses of a host, IPv4 first. Raises DnsFailed with the class of the failure."""
        now = asyncio.get_running_loop().time()
        known = self._known.get(name)
        if known is None or now - known[0] > _TTL_S:
            if len(self._known) >= _MAX_CACHED:
                self._known.clear()
            try:
                known = (now, self._checked(name, await self._addresses(name)))
            except DnsFailed as failure:
                known = (now, failure)
            self._known[name] = known
        answer = known[1]
        if isinstance(answer, DnsFailed):
            raise DnsFailed(answer.outcome, str(answer), answer.said)
        return answer

    def said(self, name: str) -> str:
        """What was last heard about a name: its addresses, or the name server's word; "" when nobody was asked."""
        answer = self._known.get(name, (0.0, ()))[1]
        return answer.said if isinstance(answer, DnsFailed) else ", ".join(answer[:_MOST_TOLD])

    async def name_servers(self, domain: str) -> tuple[str, ...]:
        """The name servers of a registrable domain, sorted; () when there is no answer. Asked once in a crawl."""
        if domain not in self._servers:
            if len(self._servers) >= _MAX_CACHED:
                self._servers.clear()
            self._servers[domain] = asyncio.ensure_future(_servers_of(self._of_domains, domain))
        return await asyncio.shield(self._servers[domain])

    def _checked(self, name: str, addresses: Sequence[str]) -> tuple[str, ...]:
        from spiders.guard import is_public  # the guard imports this module

        public = tuple(a for a in addresses if is_public(ipaddress.ip_address(a.split("%")[0]), self._allow))
        if addresses and not public:
            said = ", ".join(addresses[:_MOST_TOLD])
            raise DnsFailed(
                Outcome.ADDRESS_REFUSED, f"{name} leads to {addresses[0]}, which is not a public address", said
            )
        return tuple(sorted(public, key=lambda a: ":" in a))

    async def _addresses(self, name: str) -> tuple[str, ...]:
        from spiders.guard import literal  # the guard imports this module

        spelled = literal(name)
        if spelled is not None:
            return (str(spelled),)
        return await (self._system(name) if self._own is None else _asked(self._own, name))

    async def _system(self, name: str) -> tuple[str, ...]:
        """What the system's resolver says; after a failure, which failure it was."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        asked = loop.run_in_executor(self._threads, lambda: socket.getaddrinfo(name, None, type=socket.SOCK_STREAM))
        try:
            found = await asyncio.wait_for(asked, _LIFETIME_S)
        except TimeoutError:
            raise _silent(name) from None
        except (socket.gaierror, UnicodeError) as error:
            # "Try again" stands for SERVFAIL, REFUSED and silence; an answer that came at once was no silence.
            again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
            if again and loop.time() - begun > _SECOND_LOOK_S:
                raise _silent(name) from None
            await _asked(_resolver_of((), _SECOND_LOOK_S), name)
            outcome = Outcome.DNS_TIMEOUT if again else Outcome.DNS_NODATA
            raise DnsFailed(outcome, f"{name}: {error}") from None
        return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


_current: list[CheckedResolver] = []


def current() -> CheckedResolver:
    """The resolver of this process's crawl."""
    return _current[-1]


def said(name: str) -> str:
    """What this process's crawl last heard about a name, "" for nothing."""
    return _current[-1].said(name) if _current else ""


async def name_servers(domain: str) -> tuple[str, ...]:
    """The name servers of a domain by this process's crawl, () for no answer."""
    return await _current[-1].name_servers(domain) if _current and domain else ()


def _proxy_addresses() -> set[tuple[str, int]]:
    """Host and port of the proxies of the environment: the operator's own word, so let through."""
    found = set()
    for address in getproxies().values():
        parts = urlsplit(address if "://" in address else f"http://{address}")
        if parts.hostname:
            found.add((parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)))
    return found


def _resolver_of(nameservers: Sequence[str], lifetime_s: float = _LIFETIME_S) -> dns.asyncresolver.Resolver:
    """A resolver that asks these servers ("ip:port"), or the system's for none."""
    try:
        made = dns.asyncresolver.Resolver(configure=not nameservers)
    except dns.resolver.NoResolverConfiguration:
        made = dns.asyncresolver.Resolver(configure=False)
    if nameservers:
        split = [n.rsplit(":", 1) if n.count(":") == 1 else (n.strip("[]"), "53") for n in nameservers]
        made.nameservers = [host for host, _ in split]
        made.nameserver_ports = {host: int(port) for host, port in split}
    made.lifetime = lifetime_s
    made.search = []
    return made


def _silent(name: str) -> DnsFailed:
    return DnsFailed(Outcome.DNS_TIMEOUT, f"{name}: the name server does not answer", "no answer")


async def _asked(server: dns.asyncresolver.Resolver, name: str) -> tuple[str, ...]:
    """The addresses that a name server gives. Raises DnsFailed with the class of the failure."""
    found: list[str] = []
    nodata = 0
    for kind in ("A", "AAAA"):
        try:
            answer = await server.resolve(name, kind, raise_on_no_answer=True)
            found += [record.address for record in answer]
        except dns.resolver.NXDOMAIN:
            raise DnsFailed(Outcome.DNS_NXDOMAIN, f"{name} does not exist (NXDOMAIN)", "NXDOMAIN") from None
        except dns.resolver.NoAnswer:
            nodata += 1
        except dns.resolver.NoNameservers as error:
            if found:
                break
            said = "REFUSED" if "REFUSED" in str(error) else "SERVFAIL"
            outcome = Outcome.DNS_REFUSED if said == "REFUSED" else Outcome.DNS_SERVFAIL
            raise DnsFailed(outcome, f"{name}: {said}", said) from None
        except (dns.exception.Timeout, OSError):
            if found:
                break
            raise _silent(name) from None
        except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong, dns.exception.DNSException) as error:
            raise DnsFailed(Outcome.DNS_NODATA, f"{name}: {error}") from None
    if not found:
        raise DnsFailed(Outcome.DNS_NODATA, f"{name} exists but has no address", "NODATA")
    return tuple(found)


async def _servers_of(server: dns.asyncresolver.Resolver, domain: str) -> tuple[str, ...]:
    try:
        answer = await server.resolve(domain, "NS", raise_on_no_answer=False)
    except (dns.exception.DNSException, OSError, UnicodeError):
        return ()
    names = {str(record.target).rstrip(".").lower() for record in answer if hasattr(record, "target")}
    return tuple(sorted(names))[:_MOST_SERVERS]
