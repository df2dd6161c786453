"""What the technical words of a visit mean, for readers who are no programmers: outcomes, certificates, name servers.

Each is said in a sentence of the catalogue; the technical word stands beside it on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from crawler.model import Certificate, Fetch, Outcome, Role
from review.texts import N_, Texts

EXPLAINED = {
    Outcome.OK: N_("The page was sent."),
    Outcome.NOT_MODIFIED: N_("The server says that the page is the same as last time."),
    Outcome.DNS_NXDOMAIN: N_("The name server says that this name does not exist. The domain may have been given up."),
    Outcome.DNS_SERVFAIL: N_("The name server could not find out. That is often a fault that somebody mends."),
    Outcome.DNS_NODATA: N_("The name exists, but no computer is named for it."),
    Outcome.DNS_TIMEOUT: N_("The name server did not answer, so we do not know whether the name exists."),
    Outcome.DNS_REFUSED: N_("The name server does not want to answer us."),
    Outcome.TCP_REFUSED: N_("A computer is there, but no web server runs on it."),
    Outcome.TCP_TIMEOUT: N_("No computer answered at this address."),
    Outcome.TCP_RESET: N_("The connection was cut before the page came."),
    Outcome.FIRST_BYTE_TIMEOUT: N_("The server took the request and then said nothing."),
    Outcome.SLOW_BODY: N_("The page came so slowly that we stopped waiting."),
    Outcome.TRUNCATED: N_("The answer ended in the middle."),
    Outcome.TOO_LARGE: N_("The answer is larger than what we take."),
    Outcome.TLS_FAILED: N_("No safe connection could be made."),
    Outcome.TLS_LEGACY: N_("The server only speaks an encryption that is out of use. Old browsers may still show it."),
    Outcome.NOT_HTTP: N_("Something answers there, but it is no web server."),
    Outcome.HTTP_401: N_("The page is only for people with a password."),
    Outcome.HTTP_403: N_("The server does not let our program in. A person may see the page."),
    Outcome.HTTP_404: N_("The server is there, but it has no such page."),
    Outcome.HTTP_410: N_("The server says that this page was taken away for good."),
    Outcome.HTTP_429: N_("The server asks us to come less often."),
    Outcome.HTTP_451: N_("The page may not be shown for legal reasons."),
    Outcome.HTTP_4XX: N_("The server does not accept the request."),
    Outcome.HTTP_5XX: N_("The server has a fault of its own."),
    Outcome.HTTP_52X: N_("A protection service answers, but cannot reach the server behind it."),
    Outcome.BOT_CHALLENGE: N_("The server wants proof that we are human. A person may see the page."),
    Outcome.REDIRECT_LOOP: N_("The addresses lead to each other without end, or to something that is no web page."),
    Outcome.ROBOTS_DISALLOW: N_("The site asks programs not to read this page, and we keep to it."),
    Outcome.ADDRESS_REFUSED: N_("The address leads into a private network, so we do not go there."),
    Outcome.PROXY_FAILED: N_("Our own network had a fault. This says nothing about the site."),
    Outcome.NOT_A_PAGE: N_("A file was sent, such as a picture or a document, and nothing to read."),
    Outcome.BUDGET: N_("We had used up the time or the bytes for this visit."),
    Outcome.ERROR: N_("Our program did not understand what happened. This says nothing about the site."),
}
PURPOSES = {
    Role.HOME: N_("home page"),
    Role.NEWS: N_("news"),
    Role.ENGLISH: N_("English pages"),
    Role.ENGLISH_NEWS: N_("English news"),
    Role.FEED: N_("news feed"),
    Role.SITEMAP: N_("sitemap"),
    Role.ARCHIVE: N_("older news"),
    Role.POST: N_("single post"),
    Role.FRAME: N_("part of a page"),
    Role.OTHER: N_("other page"),
}
# OpenSSL's words for what is wrong with a certificate, by how they begin.
_FAULTS = (
    ("certificate has expired", N_("The certificate has run out. Browsers warn, but the site is there.")),
    ("certificate is not yet valid", N_("The certificate is not valid yet. Browsers warn, but the site is there.")),
    ("self-signed", N_("The site made its certificate itself. Browsers warn, but the site is there.")),
    ("self signed", N_("The site made its certificate itself. Browsers warn, but the site is there.")),
    ("Hostname mismatch", N_("The certificate is for another name. Browsers warn, but the site is there.")),
    ("IP address mismatch", N_("The certificate is for another name. Browsers warn, but the site is there.")),
    ("certificate revoked", N_("The certificate was taken back by who issued it. Browsers warn.")),
    ("unable to get", N_("The certificate cannot be traced to anybody whom browsers trust.")),
    (
        "the server speaks only old TLS",
        N_("The server speaks only old TLS. Browsers refuse it, but the site is there."),
    ),
    ("unable to verify", N_("The certificate cannot be traced to anybody whom browsers trust.")),
)
_OTHER_FAULT = N_("Browsers do not trust the certificate.")
# The name server's words, as `spiders.resolver` keeps them.
_SAID = {
    "NXDOMAIN": N_("“This name does not exist.”"),
    "SERVFAIL": N_("“I cannot find out.”"),
    "REFUSED": N_("“I do not answer you.”"),
    "NODATA": N_("“The name exists and has no address.”"),
    "no answer": N_("No answer came."),
}
_FOUND = re.compile(r"[0-9a-f.:, ]+", re.IGNORECASE)

# Why a visit ended, as `crawler.frontier` and `spiders` say it.
STOPS = (
    (re.compile(r"every promising page was read"), N_("It ended because every promising page was read.")),
    (
        re.compile(r"nothing more can change the answer"),
        N_("It ended because nothing more could change the answer."),
    ),
    (
        re.compile(r"the budget of (?P<n>[\d.]+) pages was used up"),
        N_("It ended at our limit of {n} pages a visit."),
    ),
    (
        re.compile(r"the budget of (?P<n>[\d.e+]+) bytes was used up"),
        N_("It ended at our limit of {n} bytes a visit."),
    ),
    (
        re.compile(r"the budget of (?P<n>[\d.e+]+) seconds was used up"),
        N_("It ended at our limit of {n} seconds a visit."),
    ),
    (
        re.compile(r"an error of ours, see the log"),
        N_("It ended by an error of our own program. This says nothing about the site."),
    ),
    (
        re.compile(r"nothing has changed since (?P<day>[\d-]+)"),
        N_(
            "Nothing that was asked for had changed since everything was read on {day}. So nothing more was asked for, "
            "and what the pages said then still stands."
        ),
    ),
)
_OTHER_STOP = N_("It ended because: {words}")


@dataclass(frozen=True, slots=True)
class Hop:
    """One address on the way of a request."""

    url: str
    status: int | None = None  # with which it led on, None for the last one and where it is not known


class Plain:
    """The words of visits in one language."""

    def __init__(self, texts: Texts) -> None:
        self._get = texts.catalogue.gettext
        self._day = texts.day

    def explained(self, outcome: Outcome) -> str:
        """What an outcome means, in a sentence."""
        return self._get(EXPLAINED[outcome])

    def purpose(self, role: Role) -> str:
        """Why a page was asked for."""
        return self._get(PURPOSES[role])

    def fault(self, tls: str) -> str:
        """What is wrong with a certificate, in a sentence; `tls` are OpenSSL's words."""
        return self._get(next((words for start, words in _FAULTS if tls.startswith(start)), _OTHER_FAULT))

    def certificate(self, found: Certificate) -> str:
        """What a certificate says of itself."""
        issuer = found.issuer or "?"
        if found.expires_on is None:
            return self._get(N_("certificate by {issuer}")).format(issuer=issuer)
        words = self._get(N_("certificate by {issuer}, until {day}"))
        return words.format(issuer=issuer, day=self._day(found.expires_on))

    def name_server(self, fetch: Fetch) -> str:
        """What the name server said, "" when it was not asked or gave the address that answered and no other."""
        if fetch.dns in _SAID:
            return self._get(N_("The name server: {words}")).format(words=self._get(_SAID[fetch.dns]))
        if not fetch.dns or fetch.dns == fetch.address or not _FOUND.fullmatch(fetch.dns):
            return ""
        return self._get(N_("The name leads to {addresses}")).format(addresses=fetch.dns)

    def stopped(self, words: str) -> str:
        """Why a visit asked for nothing more, in a sentence; words that nobody knows are kept."""
        for pattern, sentence in STOPS:
            found = pattern.fullmatch(words)
            if found:
                said = {name: self._said(value) for name, value in found.groupdict().items()}
                return self._get(sentence).format(**said)
        return self._get(_OTHER_STOP).format(words=words)

    def _said(self, value: str) -> str:
        """A day or a number in a reason to stop."""
        return self._day(date.fromisoformat(value)) if "-" in value else f"{float(value):,.0f}"


def chain(fetch: Fetch) -> tuple[Hop, ...]:
    """The addresses of a request in order: the one asked for, those it led to, the one that answered."""
    return tuple(_hops(fetch))


def _hops(fetch: Fetch) -> Iterator[Hop]:
    way = list(fetch.redirects)
    if way[:1] != [fetch.url]:
        way.insert(0, fetch.url)
    # A server that leads from one spelling of an address to itself is told too; only the last hop has no status.
    last = fetch.final_url if fetch.final_url and (fetch.redirects or fetch.final_url != fetch.url) else ""
    addresses = [*way, last] if last else way
    for place, url in enumerate(addresses):
        status = fetch.redirect_statuses[place] if place < len(fetch.redirect_statuses) else None
        yield Hop(url, status if place < len(addresses) - 1 else None)
