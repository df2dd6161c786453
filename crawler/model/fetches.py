"""One request, how it ended, and what that may mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from crawler.model.pages import PageKind, Role


class Outcome(StrEnum):
    """How one fetch ended. The classes of the failure table, plus OK."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    DNS_NXDOMAIN = "dns_nxdomain"
    DNS_SERVFAIL = "dns_servfail"
    DNS_NODATA = "dns_nodata"
    DNS_TIMEOUT = "dns_timeout"
    DNS_REFUSED = "dns_refused"
    TCP_REFUSED = "tcp_refused"
    TCP_TIMEOUT = "tcp_timeout"
    TCP_RESET = "tcp_reset"
    FIRST_BYTE_TIMEOUT = "first_byte_timeout"
    SLOW_BODY = "slow_body"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    TLS_FAILED = "tls_failed"
    TLS_LEGACY = "tls_legacy_only"
    NOT_HTTP = "not_http"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_410 = "http_410"
    HTTP_429 = "http_429"
    HTTP_451 = "http_451"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    HTTP_52X = "http_52x"
    BOT_CHALLENGE = "bot_challenge"
    REDIRECT_LOOP = "redirect_loop"
    ROBOTS_DISALLOW = "robots_disallow"
    ADDRESS_REFUSED = "address_refused"  # our own guard: not a public address, not a web scheme
    PROXY_FAILED = "proxy_failed"  # our own egress: never evidence about the site
    NOT_A_PAGE = "not_a_page"  # a document or picture: answered, nothing to read
    BUDGET = "budget"  # our own limit of time or bytes: the site did nothing wrong
    ERROR = "error"  # not understood; recorded with its text, never evidence


class OutcomeKind(StrEnum):
    """What an outcome may mean for the organisation. Only SLOW and TERMINAL ever count as failing."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"  # refuses us, not everybody; freezes the clock
    TRANSIENT = "transient"  # counts as failing only after a long time
    SLOW = "slow"  # counts as failing after weeks
    TERMINAL = "terminal"  # counts as failing after days
    OURS = "ours"  # our own network or limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a server's certificate says of itself; whether browsers trust it is another question."""

    issuer: str = ""  # who signed it: organisation or name, as written in it, at most 200 characters
    expires_on: date | None = None  # its last day, in UTC
    hosts: tuple[str, ...] = ()  # the names that it is for, at most ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request and what came of it."""

    url: str
    role: Role
    at: datetime  # UTC
    outcome: Outcome
    status: int | None = None  # HTTP status, None when no answer came
    final_url: str = ""  # after redirects; "" when no answer came
    redirects: tuple[str, ...] = ()  # every address on the way, in order, without the final one
    redirect_statuses: tuple[int, ...] = ()  # with which status each of them led on
    elapsed_s: float = 0.0
    n_bytes: int = 0  # of the body as received, decompressed
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    address: str = ""  # IP that answered
    tls: str = ""  # what is wrong with the certificate, "" when nothing is known to be
    certificate: Certificate | None = None  # of an answer over https that came without a proxy
    dns: str = ""  # what the name server said: addresses, or its word of failure; "" when we did not ask it
    name_servers: tuple[str, ...] = ()  # of the home page's domain, sorted, lower case; () when nobody was asked
    rendered: bool = False  # by the browser
    source: PageKind | None = None  # of a page shown in a browser: what its source was
    worth: bool = False  # of a page shown in a browser: it showed more than the source
    detail: str = ""  # the error in words
    digest: str = ""  # of the body in the archive (SHA-256 in hex), "" when it was not kept
    fingerprint: str = ""  # of the body as received, kept or not; "" for none
