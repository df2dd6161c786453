"""Variants of the classes that show in the connection: refused, silent, cut, and every kind of TLS."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Callable

from samples.faults.behaviours import home, page, raw, without_robots
from samples.faults.living import page_of
from samples.faults.network import Asked, Site, Wire
from samples.faults.variants import Ground, Place, Variant, numbered

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
_V = ssl.TLSVersion


def _refused(url: str) -> Place:
    def place(ground: Ground, host: str) -> str:
        for name in (host, f"www.{host}"):
            ground.network.names.zone[name] = ["127.0.0.1"]
        return url.format(host=host, port=ground.network.closed_port())

    return place


def _unheard(url: str) -> Place:
    """A port whose queue is full: no connection comes about."""

    def place(ground: Ground, host: str) -> str:
        ground.network.names.zone[host] = ["127.0.0.1"]
        return url.format(host=host, port=ground.network.silent_port())

    return place


def _deaf(site: Site, scheme: str = "http", path: str = "/") -> Place:
    """A site that acts before it has heard a request."""

    def place(ground: Ground, host: str) -> str:
        return ground.network.site(host, site, deaf=True).replace("http://", f"{scheme}://") + path[1:]

    return place


def _hosted(site: Site, path: str = "/") -> Place:
    return lambda ground, host: ground.network.host(host, site) + path[1:]


def _waits(wire: Wire, asked: Asked) -> None:
    wire.wait()


def _sends(*pieces: bytes, end: str = "close") -> Site:
    """Sends these bytes to whoever connects, robots.txt or not."""

    def served(wire: Wire, asked: Asked) -> None:
        for piece in pieces:
            wire.send(piece)
        if end == "reset":
            wire.reset()
        elif end == "wait":
            wire.wait()

    return served


def _secure(context: Callable[[Ground, str], ssl.SSLContext], path: str = "/") -> Place:
    """A living website over TLS with a context of its own."""

    def place(ground: Ground, host: str) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old TLS is what is shown here
            made = context(ground, host)
        return ground.network.site(host, page(page_of(ground.today)), tls=made) + path[1:]

    return place


def _expired() -> dict[str, Place]:
    days = {"yesterday": 1, "three days ago": 3, "a week ago": 7, "a month ago": 30, "two months ago": 61}
    days |= {"a quarter ago": 92, "half a year ago": 183, "nearly a year ago": 330}
    ways = {f"ran out {words}": _expiry(n) for words, n in days.items()}
    ways["ran out, RSA"] = _secure(lambda g, h: g.trusted.context(h, days_left=-20, rsa_key=True))
    ways["ran out, only TLS 1.2"] = _secure(lambda g, h: g.trusted.context(h, days_left=-20, only=_V.TLSv1_2))
    ways["ran out, only TLS 1.3"] = _secure(lambda g, h: g.trusted.context(h, days_left=-20, only=_V.TLSv1_3))
    return ways


def _expiry(days: int) -> Place:
    return _secure(lambda g, h: g.trusted.context(h, days_left=-days))


def _others() -> dict[str, Place]:
    named: dict[str, tuple[str, ...]] = {
        "another company's": ("shop.example",),
        "the hosting company's": ("server12.hosting.example",),
        "a wildcard of the hosting company": ("*.hosting.example",),
        "only with www": ("www.{host}",),
        "a wildcard that does not cover the bare host": ("*.{host}",),
        "a similar name": ("x-{host}",),
        "of two others": ("one.example", "two.example"),
        "an address": ("192.0.2.7",),
        "localhost": ("localhost",),
        "the factory's": ("router.local",),
    }
    return {words: _named(hosts) for words, hosts in named.items()}


def _named(hosts: tuple[str, ...]) -> Place:
    return _secure(lambda g, h: g.trusted.context(*(name.format(host=h) for name in hosts)))


def _untrusted() -> dict[str, Place]:
    made: dict[str, Callable[[Ground, str], ssl.SSLContext]] = {
        "self-signed": lambda g, h: g.trusted.context(h, self_signed=True),
        "self-signed, RSA": lambda g, h: g.trusted.context(h, self_signed=True, rsa_key=True),
        "self-signed, for two hosts": lambda g, h: g.trusted.context(h, f"www.{h}", self_signed=True),
        "self-signed, only TLS 1.2": lambda g, h: g.trusted.context(h, self_signed=True, only=_V.TLSv1_2),
        "self-signed, only TLS 1.3": lambda g, h: g.trusted.context(h, self_signed=True, only=_V.TLSv1_3),
        "signed by nobody we know": lambda g, h: g.stranger.context(h),
        "signed by nobody we know, RSA": lambda g, h: g.stranger.context(h, rsa_key=True),
        "signed by nobody we know, for two hosts": lambda g, h: g.stranger.context(h, f"www.{h}"),
        "signed by nobody we know, only TLS 1.2": lambda g, h: g.stranger.context(h, only=_V.TLSv1_2),
        "signed by nobody we know, only TLS 1.3": lambda g, h: g.stranger.context(h, only=_V.TLSv1_3),
    }
    return {words: _secure(context) for words, context in made.items()}


def _legacy() -> dict[str, Place]:
    ways: dict[str, Place] = {}
    for version, said in ((_V.TLSv1, "1.0"), (_V.TLSv1_1, "1.1")):
        for rsa_key in (False, True):
            for path in ("/", "/index.html", "/ja/"):
                words = f"TLS {said}, {'RSA' if rsa_key else 'elliptic curve'}, {path}"
                ways[words] = _old(version, rsa_key, path)
    return ways


def _old(version: ssl.TLSVersion, rsa_key: bool, path: str) -> Place:
    return _secure(lambda g, h: g.trusted.context(h, only=version, rsa_key=rsa_key), path)


def _not_http() -> dict[str, Place]:
    said = {
        "a mail server": b"220 mail.example ESMTP ready\r\n",
        "a shell": b"SSH-2.0-OpenSSH_8.4\r\n",
        "file transfer": b"220 (vsFTPd 3.0.3)\r\n",
        "a database": b"\x4a\x00\x00\x00\x0a8.0.31\x00\x08\x00\x00\x00",
        "every byte": bytes(range(256)) * 4,
        "a page without headers": b"<html><body>Aoba</body></html>\r\n\r\n",
        "JSON without headers": b'{"error":"bad request"}\r\n\r\n',
        "words": b"connection established, have a nice day\r\n\r\n",
    }
    ways = {words: _hosted(without_robots(_sends(told))) for words, told in said.items()}
    for words, site in {"no TLS on the port of https": page(home()), "a plain error there": page("bad", 400)}.items():
        ways[words] = _plainly(site)
    ways["a status line without end"] = _hosted(raw(b"HTTP/1.1 200 ", b"x" * 8192, for_ever=True))
    return ways


def _plainly(site: Site) -> Place:
    return lambda ground, host: ground.network.site(host, site).replace("http://", "https://")


def variants() -> tuple[Variant, ...]:
    """All variants of these classes."""
    paths = ("/", "/index.html", "/ja/", "/cluster/", "/~aoba/")
    refused = {f"{s} {p}": _refused(f"{s}://{{host}}:{{port}}{p}") for s in ("http", "https") for p in paths}
    silent = {
        f"no connection, {s} {p}": _unheard(f"{s}://{{host}}:{{port}}{p}") for s in ("http", "https") for p in paths[:3]
    }
    silent |= {
        "takes the request and says nothing": _hosted(_waits),
        "takes the connection and says nothing": _deaf(_waits),
        "silent in the middle of TLS": _deaf(_waits, "https"),
        "half a status line": _hosted(_sends(b"HTTP/1.", end="wait")),
        "headers without end": _hosted(_sends(_OK, end="wait")),
    }
    cut = {
        "reset after the request": _hosted(lambda w, a: w.reset()),
        "closed after the request": _hosted(_sends()),
        "reset before the request": _deaf(lambda w, a: w.reset()),
        "closed before the request": _deaf(_sends()),
        "reset in the middle of TLS": _deaf(lambda w, a: w.reset(), "https"),
        "closed in the middle of TLS": _deaf(_sends(), "https"),
        "closed within the status line": _hosted(_sends(b"HTTP/1.")),
        "reset, in a folder": _hosted(lambda w, a: w.reset(), "/cluster/"),
        "closed, in a folder": _hosted(_sends(), "/cluster/"),
        "closed within the headers": _hosted(_sends(b"HTTP/1.1 200 OK\r\nServer: Apa")),
    }
    return (
        *numbered("tcp_refused", refused),
        *numbered("tcp_timeout", silent),
        *numbered("tcp_reset_or_early_close", cut),
        *numbered("tls_expired", _expired()),
        *numbered("tls_wrong_host", _others()),
        *numbered("tls_self_signed_or_chain", _untrusted()),
        *numbered("tls_legacy_only", _legacy()),
        *numbered("http_on_443 / garbage", _not_http()),
    )
