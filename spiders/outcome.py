"""How fetches and visits ended, as values: Scrapy, Twisted, TLS, DNS and our own limits to one `Outcome`."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Mapping, Sequence

from scrapy import exceptions as scrapy_errors
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import IgnoreRequest
from twisted.internet import error as network_errors

from crawler.model import Outcome, OutcomeKind, PageKind, PageReading, VisitOutcome
from spiders.guard import AddressRefused
from spiders.handler import TooManyHeaders
from spiders.resolver import DnsFailed
from spiders.robots import DisallowedByRobots

_KINDS = {
    Outcome.OK: OutcomeKind.ANSWERED,
    Outcome.NOT_MODIFIED: OutcomeKind.ANSWERED,
    Outcome.NOT_A_PAGE: OutcomeKind.ANSWERED,
    Outcome.DNS_NXDOMAIN: OutcomeKind.TERMINAL,
    Outcome.HTTP_404: OutcomeKind.TERMINAL,
    Outcome.HTTP_410: OutcomeKind.TERMINAL,
    Outcome.DNS_NODATA: OutcomeKind.SLOW,
    Outcome.TCP_REFUSED: OutcomeKind.SLOW,
    Outcome.DNS_SERVFAIL: OutcomeKind.TRANSIENT,
    Outcome.TCP_TIMEOUT: OutcomeKind.TRANSIENT,
    Outcome.TCP_RESET: OutcomeKind.TRANSIENT,
    Outcome.FIRST_BYTE_TIMEOUT: OutcomeKind.TRANSIENT,
    Outcome.SLOW_BODY: OutcomeKind.TRANSIENT,
    Outcome.TRUNCATED: OutcomeKind.TRANSIENT,
    Outcome.NOT_HTTP: OutcomeKind.TRANSIENT,
    Outcome.HTTP_5XX: OutcomeKind.TRANSIENT,
    Outcome.HTTP_52X: OutcomeKind.TRANSIENT,
    Outcome.REDIRECT_LOOP: OutcomeKind.TRANSIENT,
    Outcome.DNS_TIMEOUT: OutcomeKind.UNKNOWN,
    Outcome.DNS_REFUSED: OutcomeKind.UNKNOWN,
    Outcome.TLS_FAILED: OutcomeKind.UNKNOWN,
    Outcome.TLS_LEGACY: OutcomeKind.UNKNOWN,
    Outcome.TOO_LARGE: OutcomeKind.UNKNOWN,
    Outcome.HTTP_401: OutcomeKind.UNKNOWN,
    Outcome.HTTP_403: OutcomeKind.UNKNOWN,
    Outcome.HTTP_429: OutcomeKind.UNKNOWN,
    Outcome.HTTP_451: OutcomeKind.UNKNOWN,
    Outcome.HTTP_4XX: OutcomeKind.UNKNOWN,
    Outcome.BOT_CHALLENGE: OutcomeKind.UNKNOWN,
    Outcome.ROBOTS_DISALLOW: OutcomeKind.UNKNOWN,
    Outcome.ADDRESS_REFUSED: OutcomeKind.OURS,
    Outcome.PROXY_FAILED: OutcomeKind.OURS,
    Outcome.BUDGET: OutcomeKind.OURS,
    Outcome.ERROR: OutcomeKind.OURS,
}
_FAILING = {OutcomeKind.TRANSIENT, OutcomeKind.SLOW, OutcomeKind.TERMINAL}
_STATUSES = {
    401: Outcome.HTTP_401,
    403: Outcome.HTTP_403,
    404: Outcome.HTTP_404,
    407: Outcome.PROXY_FAILED,
    410: Outcome.HTTP_410,
    429: Outcome.HTTP_429,
    451: Outcome.HTTP_451,
}
_CHALLENGE = re.compile(
    rb"cf_chl_opt|challenge-platform|cf-browser-verification|<title>Just a moment\.\.\.|Attention Required! \| Cloudflare"
    rb"|Checking your browser before accessing|_Incapsula_Resource|ddos-guard|anubis_challenge|/\.within\.website/"
    rb"|<title>(?:Security check|Are you a robot\?|One moment, please\.\.\.|Making sure you.{1,8}re not a bot!?)</title>"
    rb"|px-captcha|Access Denied[^<]{0,200}Reference&#32;#|sucuri_cloudproxy",
    re.IGNORECASE,
)
_OWN_PROXY = re.compile(
    rb"ERR_DNS_FAIL|ERR_CONNECT_FAIL|squid|host not in the captures|no tunnel:|privoxy", re.IGNORECASE
)
_LEGACY_TLS = re.compile(r"protocol version|unsupported protocol|legacy|dh key too small|handshake failure", re.I)
# What OpenSSL says when the other side speaks no TLS at all on the port of https.
_NO_TLS = re.compile(
    r"wrong version number|http request|unknown protocol|packet length too long|record layer failure", re.I
)

LOST_KINDS = frozenset(
    {
        PageKind.PARKED, PageKind.HIJACKED, PageKind.DEFAULT_PAGE, PageKind.SUSPENDED, PageKind.DEPROVISIONED,
        PageKind.SOFT_404,
    }
)  # fmt: skip
_READABLE_KINDS = frozenset({PageKind.CONTENT, PageKind.FEED, PageKind.DATA})


def kind_of(outcome: Outcome) -> OutcomeKind:
    """What an outcome may mean for the organisation."""
    return _KINDS[outcome]


def visit_outcome(home: PageKind | None, failure: Outcome | None, pages: Sequence[PageReading]) -> VisitOutcome:
    """What a visit amounts to, from its home page, the failure to get one, and the pages read."""
    if home in LOST_KINDS:
        return VisitOutcome.LOST
    if any(page.kind in _READABLE_KINDS for page in pages):
        return VisitOutcome.READ
    if failure is not None and kind_of(failure) in _FAILING:
        return VisitOutcome.FAILED
    return VisitOutcome.INCONCLUSIVE


def outcome_of_response(status: int, headers: Mapping[str, str], head: bytes, *, via_proxy: bool = False) -> Outcome:
    """The outcome of an answer, from its status, lower-case headers and the first bytes of its body."""
    if status < 400:
        return Outcome.NOT_MODIFIED if status == 304 else Outcome.OK if status < 300 else Outcome.REDIRECT_LOOP
    if via_proxy and status in {407, 502, 503, 504} and (_OWN_PROXY.search(head) or "x-squid-error" in headers):
        return Outcome.PROXY_FAILED
    if status in {403, 429, 503} and ("cf-mitigated" in headers or _CHALLENGE.search(head)):
        return Outcome.BOT_CHALLENGE
    if status in _STATUSES:
        return _STATUSES[status]
    if status < 500:
        return Outcome.HTTP_4XX
    if 520 <= status <= 530 and "cloudflare" in headers.get("server", "").lower():
        return Outcome.HTTP_52X
    return Outcome.HTTP_5XX


def outcome_of_failure(failure: BaseException, *, answered: bool = False) -> tuple[Outcome, str]:
    """The outcome of a fetch that brought no answer, and its words. `answered`: headers had come already."""
    chain = tuple(_chain(failure))
    for error in chain:
        found = _of_ours(error)
        if found is not None:
            return found, str(error)
    for error in chain:
        found = _of_network(error, answered=answered)
        if found is not None:
            return found, _words(error)
    return Outcome.ERROR, f"{type(failure).__name__}: {failure}"


def _chain(failure: BaseException) -> Iterator[BaseException]:
    """The failure and everything it wraps, outermost first."""
    waiting: list[BaseException] = [failure]
    seen: set[int] = set()
    while waiting:
        error = waiting.pop(0)
        if id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        for inner in (error.__cause__, error.__context__):
            if inner is not None:
                waiting.append(inner)
        for reason in getattr(error, "reasons", None) or ():
            value = getattr(reason, "value", reason)
            if isinstance(value, BaseException):
                waiting.append(value)


def _of_ours(error: BaseException) -> Outcome | None:
    """Outcomes that our own components raise."""
    if isinstance(error, DnsFailed):
        return error.outcome
    if isinstance(error, AddressRefused):
        return Outcome.ADDRESS_REFUSED
    if isinstance(error, DisallowedByRobots):
        return Outcome.ROBOTS_DISALLOW
    if isinstance(error, scrapy_errors.StopDownload):  # by `spiders.progress`, at the limit of the visit
        return Outcome.BUDGET
    if isinstance(error, ValueError) and _NO_ADDRESS in str(error):
        return Outcome.REDIRECT_LOOP  # it led to what is no web address: a mail address, half an address
    if isinstance(error, IgnoreRequest):
        return _IGNORED.get(next((w for w in _IGNORED if w in str(error)), ""))
    return None


_NO_ADDRESS = "in request url"  # Scrapy's words for an address without a scheme
# Scrapy's words for what it ignores: the redirect middleware's, and those of the one that unpacks bodies.
_IGNORED = {"max redirections reached": Outcome.REDIRECT_LOOP, "during decompression": Outcome.TOO_LARGE}


def _of_network(error: BaseException, *, answered: bool) -> Outcome | None:
    """Outcomes that the network and the other side make."""
    words = str(error)
    if isinstance(error, TunnelError):
        return Outcome.PROXY_FAILED
    if isinstance(error, scrapy_errors.DownloadConnectionRefusedError | network_errors.ConnectionRefusedError):
        return Outcome.TCP_REFUSED
    if isinstance(
        error, scrapy_errors.DownloadTimeoutError | network_errors.TimeoutError | network_errors.TCPTimedOutError
    ):
        return _timeout(words, answered=answered)
    if isinstance(error, scrapy_errors.DownloadCancelledError):
        return Outcome.TOO_LARGE  # the only reason for which Scrapy cancels a download of its own accord
    if isinstance(error, scrapy_errors.ResponseDataLossError):
        return Outcome.TRUNCATED
    if isinstance(error, scrapy_errors.CannotResolveHostError | network_errors.DNSLookupError):
        return Outcome.DNS_TIMEOUT
    if type(error).__module__.startswith("OpenSSL"):
        return _tls(words)
    if isinstance(error, TooManyHeaders) or type(error).__name__ == "ParseError" or "Could not parse" in words:
        return Outcome.NOT_HTTP
    if type(error).__module__.partition(".")[0] in _UNPACKERS:
        return Outcome.NOT_A_PAGE
    if isinstance(error, network_errors.ConnectError) and _no_route(error) is not None:
        return _no_route(error)
    if isinstance(error, network_errors.ConnectionLost | network_errors.ConnectionDone | network_errors.ConnectError):
        return Outcome.TCP_RESET
    return None


_UNPACKERS = frozenset({"zlib", "gzip", "brotli", "_brotli", "backports", "compression", "_zstd"})


def _tls(words: str) -> Outcome:
    if _NO_TLS.search(words):
        return Outcome.NOT_HTTP
    return Outcome.TLS_LEGACY if _LEGACY_TLS.search(words) else Outcome.TLS_FAILED


def _no_route(error: network_errors.ConnectError) -> Outcome | None:
    """An address that our own network does not reach is no fault of the site; a host that a router misses may be."""
    number = getattr(error, "osError", None)
    if number in {errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM, errno.EMFILE}:
        return Outcome.PROXY_FAILED
    return Outcome.TCP_TIMEOUT if number == errno.EHOSTUNREACH else None


def _timeout(words: str, *, answered: bool) -> Outcome:
    """Which wait ran out: for the connection, for the first byte, or for the rest."""
    if answered:
        return Outcome.SLOW_BODY
    return Outcome.FIRST_BYTE_TIMEOUT if "took longer" in words else Outcome.TCP_TIMEOUT


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
