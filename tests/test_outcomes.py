"""Every way a fetch can end that a loopback fault can make, seen through a real spider process."""

import errno
import gzip
import os
import ssl
import warnings
import zlib
from datetime import UTC, datetime

import brotli
import pytest
from backports import zstd
from dnslib import RCODE
from faultnet import (
    SILENT,
    Asked,
    Authority,
    FaultNetwork,
    Site,
    Told,
    Wire,
    crawl,
    home,
    once,
    page,
    raw,
    without_robots,
)
from twisted.internet.error import ConnectError

from crawler.model import Outcome, VisitOutcome
from spiders import certificate
from spiders.outcome import outcome_of_failure

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
GIGABYTE = 1024**3
ZEROS = bytes(64 * 1024 * 1024)
CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
)


def _loop(wire: Wire, asked: Asked) -> None:
    wire.answer(status=302, Location=asked.path)


def _endless_redirects(wire: Wire, asked: Asked) -> None:
    wire.answer(status=302, Location=f"/{len(asked.path)}{asked.path}")


def _cookie_gate(wire: Wire, asked: Asked) -> None:
    if "seen=1" in asked.headers.get("cookie", ""):
        wire.answer(home())
    else:
        wire.answer(status=302, Location="/", Set_Cookie="seen=1; Path=/")


def _no_answer(wire: Wire, asked: Asked) -> None:
    wire.wait()


def _redirect_to_silence(wire: Wire, asked: Asked) -> None:
    if asked.path == "/":
        wire.answer(status=302, Location="/silent")
    else:
        wire.wait()


def _disallowed(wire: Wire, asked: Asked) -> None:
    wire.answer("User-agent: *\nDisallow: /\n", Content_Type="text/plain")


HTTP_FAULTS = {
    "ok": page(home()),
    "reset": without_robots(lambda wire, asked: wire.reset()),
    "closed": raw(),
    "silent": without_robots(_no_answer),
    "redirect_to_silence": without_robots(_redirect_to_silence),
    "drip": raw(OK + b"\r\n<html>", b".", every_s=0.5, for_ever=True),
    "drip_headers": raw(OK, b"X", every_s=0.5, for_ever=True),
    "truncated": raw(OK + b"Content-Length: 5000\r\n\r\n<html>half a page"),
    "truncated_chunk": raw(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nhalf"),
    "gigabyte_announced": raw(OK + b"Content-Length: %d\r\n\r\n<html>" % GIGABYTE, end="wait"),
    "endless_chunks": raw(
        OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n", for_ever=True
    ),
    "endless_body": raw(OK + b"\r\n", b"x" * 65536, for_ever=True),
    "gzip_bomb": page("", Content_Encoding="gzip", Content_Length=""),
    "endless_headers": raw(OK, b"X-Next: and another one\r\n", for_ever=True),
    "endless_header": raw(OK + b"X-Long: ", b"x" * 8192, for_ever=True),
    "endless_status": raw(b"HTTP/1.1 200 ", b"x" * 8192, for_ever=True),
    "folded_headers": raw(OK + b"X-Long: x\r\n", b" and more\r\n", for_ever=True),
    "not_http": raw(b"220 mail.example ESMTP\r\n"),
    "garbage": raw(bytes(range(256)) * 4),
    "http_401": page("login", 401, WWW_Authenticate='Basic realm="x"'),
    "http_403": page("no", 403),
    "http_404": page("no", 404),
    "http_410": page("gone", 410),
    "http_429": page("slower", 429, Retry_After="3600"),
    "http_451": page("no", 451),
    "http_418": page("no", 418),
    "http_500": page("oh", 500),
    "http_503": page("later", 503, Retry_After="60"),
    "http_522": page("oh", 522, Server="cloudflare"),
    "challenge": page(CHALLENGE, 403),
    "challenge_503": page(CHALLENGE, 503),
    "loop": without_robots(_loop),
    "redirects": without_robots(_endless_redirects),
    "cookie_gate": without_robots(_cookie_gate),
    "disallowed": _disallowed,
    "picture": page("GIF89a", Content_Type="image/gif"),
    "damaged_gzip": page("no gzip at all", Content_Encoding="gzip"),
    "to_file": page("", 302, Location="file:///etc/passwd"),
    "to_private": page("", 302, Location="http://10.0.0.1/"),
    "to_metadata": page("", 301, Location="http://169.254.169.254/latest/meta-data/"),
}


def _bomb(packed: bytes, encoding: str) -> Site:
    def served(wire: Wire, asked: Asked) -> None:
        wire.send(OK + f"Content-Encoding: {encoding}\r\nContent-Length: {len(packed)}\r\n\r\n".encode())
        wire.send(packed)

    return without_robots(served)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """One crawl over all faults at once: also that none of them harms another."""
    return once(tmp_path_factory, "outcomes", _crawled)


def _crawled() -> Told:
    with FaultNetwork() as network:
        sites = {name: network.site(f"{name.replace('_', '-')}.example", site) for name, site in HTTP_FAULTS.items()}
        for name, packed in (
            ("gzip", gzip.compress(ZEROS)),
            ("deflate", zlib.compress(ZEROS)),
            ("br", brotli.compress(ZEROS, quality=1)),
            ("zstd", zstd.compress(ZEROS)),
        ):
            sites[f"{name}_bomb"] = network.site(f"{name}-bomb.example", _bomb(packed, name))
        for name, said in (
            ("nxdomain", RCODE.NXDOMAIN),
            ("servfail", RCODE.SERVFAIL),
            ("refused_question", RCODE.REFUSED),
            ("nodata", []),
            ("silent_dns", SILENT),
        ):
            host = f"{name.replace('_', '-')}.example"
            network.names.zone[host] = network.names.zone[f"www.{host}"] = said
            sites[name] = f"http://{host}/"
        network.names.zone.update({"closed-port.example": ["127.0.0.1"], "silent-port.example": ["127.0.0.1"]})
        sites["refused"] = f"http://closed-port.example:{network.closed_port()}/"
        sites["connect_timeout"] = f"http://silent-port.example:{network.silent_port()}/"
        sites["not_a_url"] = "http://exa mple/"
        sites.update(_tls_sites(network))
        suffixes = network.folder / "suffixes"
        environment = {"SSL_CERT_FILE": str(network.folder / "authority.pem"), "TLDEXTRACT_CACHE": str(suffixes)}
        config = network.config(politeness={"concurrent_sites": 64})
        told = crawl(network, sites, config, environment, DOWNLOAD_TIMEOUT="3", CONCURRENT_REQUESTS="64")
        assert not suffixes.exists()  # where a list of public suffixes from the internet would be kept
    return told


def _tls_sites(network: FaultNetwork) -> dict[str, str]:
    authority = Authority(network.folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old TLS is what is shown here
        contexts = {
            "trusted": authority.context("trusted.example"),
            "self_signed": authority.context("self-signed.example", self_signed=True),
            "expired": authority.context("expired.example", days_left=-3),
            "other_name": authority.context("somebody-else.example"),
            "legacy": authority.context("legacy.example", only=ssl.TLSVersion.TLSv1),
            "legacy_disallowed": authority.context("legacy-disallowed.example", only=ssl.TLSVersion.TLSv1_1),
        }
    sites = {
        name: network.site(
            f"{name.replace('_', '-')}.example",
            _disallowed if name == "legacy_disallowed" else page(home()),
            tls=context,
        )
        for name, context in contexts.items()
    }
    plain = network.site("plain-on-https.example", page(home()))
    return {**sites, "plain_on_https": plain.replace("http://", "https://")}


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("ok", Outcome.OK),
        ("nxdomain", Outcome.DNS_NXDOMAIN),
        ("servfail", Outcome.DNS_SERVFAIL),
        ("refused_question", Outcome.DNS_REFUSED),
        ("nodata", Outcome.DNS_NODATA),
        ("silent_dns", Outcome.DNS_TIMEOUT),
        ("refused", Outcome.TCP_REFUSED),
        ("connect_timeout", Outcome.TCP_TIMEOUT),
        ("reset", Outcome.TCP_RESET),
        ("closed", Outcome.TCP_RESET),
        ("silent", Outcome.FIRST_BYTE_TIMEOUT),
        ("redirect_to_silence", Outcome.FIRST_BYTE_TIMEOUT),
        ("drip", Outcome.SLOW_BODY),
        ("drip_headers", Outcome.FIRST_BYTE_TIMEOUT),
        ("truncated", Outcome.TRUNCATED),
        ("truncated_chunk", Outcome.TRUNCATED),
        ("gigabyte_announced", Outcome.TOO_LARGE),
        ("endless_chunks", Outcome.TOO_LARGE),
        ("endless_body", Outcome.TOO_LARGE),
        ("gzip_bomb", Outcome.TOO_LARGE),
        ("deflate_bomb", Outcome.TOO_LARGE),
        ("br_bomb", Outcome.TOO_LARGE),
        ("zstd_bomb", Outcome.TOO_LARGE),
        ("endless_headers", Outcome.NOT_HTTP),
        ("endless_header", Outcome.NOT_HTTP),
        ("endless_status", Outcome.NOT_HTTP),
        ("folded_headers", Outcome.NOT_HTTP),
        ("not_http", Outcome.NOT_HTTP),
        ("garbage", Outcome.NOT_HTTP),
        ("http_401", Outcome.HTTP_401),
        ("http_403", Outcome.HTTP_403),
        ("http_404", Outcome.HTTP_404),
        ("http_410", Outcome.HTTP_410),
        ("http_429", Outcome.HTTP_429),
        ("http_451", Outcome.HTTP_451),
        ("http_418", Outcome.HTTP_4XX),
        ("http_500", Outcome.HTTP_5XX),
        ("http_503", Outcome.HTTP_5XX),
        ("http_522", Outcome.HTTP_52X),
        ("challenge", Outcome.BOT_CHALLENGE),
        ("challenge_503", Outcome.BOT_CHALLENGE),
        ("loop", Outcome.REDIRECT_LOOP),
        ("redirects", Outcome.REDIRECT_LOOP),
        ("cookie_gate", Outcome.OK),
        ("disallowed", Outcome.ROBOTS_DISALLOW),
        ("picture", Outcome.NOT_A_PAGE),
        ("damaged_gzip", Outcome.NOT_A_PAGE),
        ("to_file", Outcome.REDIRECT_LOOP),
        ("to_private", Outcome.ADDRESS_REFUSED),
        ("to_metadata", Outcome.ADDRESS_REFUSED),
        ("trusted", Outcome.OK),
        ("self_signed", Outcome.OK),
        ("expired", Outcome.OK),
        ("other_name", Outcome.OK),
        ("legacy", Outcome.OK),  # by a second client
        ("legacy_disallowed", Outcome.ROBOTS_DISALLOW),  # which asks robots.txt too
        ("plain_on_https", Outcome.NOT_HTTP),
    ],
)
def test_each_fault_arrives_as_its_outcome(told: Told, name: str, outcome: Outcome) -> None:
    fetch = told.first(name)
    assert fetch.outcome is outcome, fetch.detail


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("trusted", ""),
        ("ok", ""),
        ("self_signed", "self-signed certificate"),
        ("legacy", "the server speaks only old TLS"),
        ("expired", "certificate has expired"),
        ("other_name", "Hostname mismatch, certificate is not valid for 'other-name.example'."),
    ],
)
def test_what_is_wrong_with_a_certificate_is_recorded_and_the_page_read(told: Told, name: str, fault: str) -> None:
    assert told.first(name).tls == fault
    assert told.visits[name].outcome is VisitOutcome.READ


@pytest.mark.parametrize(
    ("name", "issuer", "host"),
    [
        ("trusted", "Fault authority", "trusted.example"),
        ("self_signed", "self-signed.example", "self-signed.example"),
        ("expired", "Fault authority", "expired.example"),
    ],
)
def test_a_certificate_tells_who_signed_it_and_how_long_it_holds(told: Told, name: str, issuer: str, host: str) -> None:
    fetch = told.first(name)
    assert fetch.certificate is not None
    assert (fetch.certificate.issuer, fetch.certificate.hosts) == (issuer, (host,))
    assert fetch.certificate.expires_on is not None
    # A handshake asks the clock on the wall, whatever day a visit is told that it is.
    assert (fetch.certificate.expires_on < datetime.now(UTC).date()) is (name == "expired")


def test_an_answer_without_tls_has_no_certificate(told: Told) -> None:
    assert told.first("ok").certificate is None
    assert told.first("plain_on_https").certificate is None


@pytest.mark.parametrize("der", [b"", b"0", b"\x30\x82\xff\xff", bytes(range(256))])
def test_bytes_that_are_no_certificate_say_nothing(der: bytes) -> None:
    assert certificate.certificate(der) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ok", "127.0.0.1"),
        ("nxdomain", "NXDOMAIN"),
        ("servfail", "SERVFAIL"),
        ("refused_question", "REFUSED"),
        ("nodata", "NODATA"),
        ("silent_dns", "no answer"),
        ("refused", "127.0.0.1"),
        ("to_private", ""),
    ],
)
def test_what_the_name_server_said_is_kept(told: Told, name: str, said: str) -> None:
    assert told.first(name).dns == said


@pytest.mark.parametrize(("name", "last"), [("to_private", "http://10.0.0.1/"), ("redirect_to_silence", "/silent")])
def test_a_redirect_that_leads_nowhere_is_told_with_its_chain(told: Told, name: str, last: str) -> None:
    fetch = told.first(name)
    assert (fetch.redirects[0], len(fetch.redirects), fetch.final_url) == (fetch.url, 2, "")
    assert fetch.redirects[1].endswith(last)


def test_a_redirect_that_answers_keeps_its_statuses(told: Told) -> None:
    assert told.first("cookie_gate").redirect_statuses == (302,)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("nxdomain", VisitOutcome.FAILED),
        ("refused", VisitOutcome.FAILED),
        ("connect_timeout", VisitOutcome.FAILED),
        ("http_404", VisitOutcome.FAILED),
        ("silent_dns", VisitOutcome.INCONCLUSIVE),
        ("http_403", VisitOutcome.INCONCLUSIVE),
        ("challenge", VisitOutcome.INCONCLUSIVE),
        ("disallowed", VisitOutcome.INCONCLUSIVE),
        ("legacy", VisitOutcome.READ),
        ("to_private", VisitOutcome.INCONCLUSIVE),
        ("not_a_url", VisitOutcome.INCONCLUSIVE),
        ("gzip_bomb", VisitOutcome.INCONCLUSIVE),
    ],
)
def test_what_a_failing_home_page_makes_of_its_visit(told: Told, name: str, outcome: VisitOutcome) -> None:
    assert told.visits[name].outcome is outcome


def test_every_visit_is_told_once_and_no_fault_is_an_error_of_ours(told: Told) -> None:
    assert told.exit_code == 0
    assert sorted(told.started) == sorted(told.visits)
    assert [v.cluster_id for v in told.visits.values() if v.failure is Outcome.ERROR] == []
    assert "Traceback" not in told.log


def test_cookies_need_no_list_from_the_internet(told: Told) -> None:
    assert told.first("cookie_gate").redirects == (told.first("cookie_gate").url,)
    assert "public_suffix_list" not in told.log


def test_a_redirect_to_no_web_address_leads_nowhere() -> None:
    error = ValueError("Missing scheme in request url: mailto:info@a.example")
    assert outcome_of_failure(error)[0] is Outcome.REDIRECT_LOOP
    assert outcome_of_failure(ValueError("something else"))[0] is Outcome.ERROR


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.ENETUNREACH, Outcome.PROXY_FAILED),  # our own network: never evidence
        (errno.EMFILE, Outcome.PROXY_FAILED),
        (errno.EHOSTUNREACH, Outcome.TCP_TIMEOUT),  # a router that misses the host
        (errno.EPIPE, Outcome.TCP_RESET),
    ],
)
def test_a_connection_that_our_own_network_does_not_make_is_no_fault_of_the_site(number: int, outcome: Outcome) -> None:
    assert outcome_of_failure(ConnectError(number, os.strerror(number)))[0] is outcome
