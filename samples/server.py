"""The sample network: every sample website on one loopback port, as a virtual host and behind an HTTP proxy.

    python -m samples.server [--port 8930] [--dns-port 5533] [--now 2026-11-24] [--discovery]

Then `curl -x http://127.0.0.1:8930 http://aoba-photonics.example/`. Standard library and dnslib only.
"""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer
from threading import Event, Lock, Thread, current_thread
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

from samples.names import Lookup, NameServer, on_loopback
from samples.sites import DISCOVERY, NETWORK, Answer, Day, Site, answer, read_sites

_ADDRESS = "127.0.0.1"
_IDLE_S = 30.0  # a client that says nothing for so long is let go
_POLL_S = 0.05  # how soon the server notices that it is to end
_JOIN_S = 5.0  # a thread whose connection was cut ends at once; this only bounds a surprise
_DRIPPED = b"<!DOCTYPE html>\n<html lang=ja><head><title>"  # then blanks, for ever


class _Server(TCPServer):
    """A thread a connection, each known, so that all of them can be ended."""

    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, port: int, network: SampleNetwork) -> None:
        self.network = network
        self._connections: dict[Thread, socket.socket] = {}
        self._lock = Lock()
        super().__init__((_ADDRESS, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # Any: socketserver's signature
        """Serve one connection in a thread of its own."""
        thread = Thread(target=self._serve, args=(request, client_address), name="sample-connection", daemon=True)
        with self._lock:
            self._connections[thread] = request
        thread.start()

    def _serve(self, request: socket.socket, client_address: object) -> None:
        try:
            self.finish_request(request, client_address)
        except OSError:
            pass  # the client has left, or we are ending
        finally:
            with self._lock:
                self._connections.pop(current_thread(), None)
            self.shutdown_request(request)

    def cut(self) -> None:
        """End every connection that is open, and its thread."""
        with self._lock:
            open_now = dict(self._connections)
        for connection in open_now.values():
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed already
        for thread in open_now:
            thread.join(_JOIN_S)


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, sends what the site answers."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    disable_nagle_algorithm = True

    @property
    def _network(self) -> SampleNetwork:
        return cast(_Server, self.server).network

    def version_string(self) -> str:
        """The Server header: not Python's, which no cluster's website has."""
        return "Apache"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name
        """Say nothing: a request is no news."""

    def do_GET(self) -> None:
        """Answer as the site that the request names, by absolute address or by Host header."""
        parts = urlsplit(self.path)
        name = (parts.hostname or "") if parts.scheme else self.headers.get("Host", "").rsplit(":", 1)[0]
        target = f"{parts.path or '/'}?{parts.query}"
        headers = {key.lower(): value for key, value in self.headers.items()}
        answered = self._network.reply(name.lower().rstrip("."), target, headers)
        if answered is None:
            self._unknown(name)
        else:
            self._send(answered)

    do_HEAD = do_GET  # noqa: N815  # the parent's naming

    def do_CONNECT(self) -> None:
        """Refuse: the samples speak plain HTTP only."""
        self._send(Answer(status=502, headers=_PLAIN, body=b"no tunnel: the sample network has no TLS\n"), keep=False)

    def _unknown(self, name: str) -> None:
        """The answer of a proxy that cannot find a host."""
        body = f"ERR_DNS_FAIL: there is no {name!r} in the sample network\n".encode("ascii", "replace")
        self._send(Answer(status=502, headers=(*_PLAIN, ("X-Squid-Error", "ERR_DNS_FAIL 0")), body=body))

    def _send(self, answered: Answer, *, keep: bool = True) -> None:
        self.send_response(answered.status)
        for key, value in answered.headers:
            self.send_header(key, value)
        if answered.drip or not keep:
            self.send_header("Connection", "close")
        if answered.drip:
            self._drip()
            return
        if answered.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answered.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answered.body)

    def _drip(self) -> None:
        """A byte at a time until the client leaves or the network ends."""
        self.end_headers()
        sent = 0
        while self.command != "HEAD" and not self._network.closing.wait(self._network.drip_s):
            self.wfile.write(_DRIPPED[sent : sent + 1] or b" ")
            sent += 1


_PLAIN = (("Content-Type", "text/plain; charset=utf-8"),)


class SampleNetwork:
    """The sample websites, up between `with` and its end.

    `now` is the instant that the pages tell their stories from. `today` is the day for pages that always show the
    day on which they are asked for; it is `now` until somebody sets it, say to the night of a crawl.
    """

    def __init__(
        self,
        *,
        now: datetime,
        port: int = 0,
        dns_port: int = 0,
        drip_s: float = 1.0,
        lookup: Lookup | None = None,
        folder: Path = NETWORK,
    ) -> None:
        self._sites = read_sites(folder)
        self._now = now.astimezone(UTC) if now.tzinfo else now.replace(tzinfo=UTC)
        self.today = self._now
        self.drip_s = drip_s  # between two bytes of a site that drips
        self.closing = Event()
        self._server = _Server(port, self)
        self._names = NameServer(lookup or on_loopback(self.hosts), dns_port)
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL_S,), name="sample-network", daemon=True)

    @property
    def port(self) -> int:
        """The port of the websites and of the proxy, on loopback."""
        port: int = self._server.server_address[1]
        return port

    @property
    def proxy_url(self) -> str:
        """The address for the proxy variables of the environment."""
        return f"http://{_ADDRESS}:{self.port}"

    @property
    def nameserver(self) -> str:
        """The name server, as `[network] nameservers` takes it."""
        return f"{_ADDRESS}:{self._names.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that resolve."""
        return tuple(s.host for s in self._sites.values() if not s.nxdomain)

    @property
    def day(self) -> Day:
        """The days that the pages are written for."""
        return Day(self._now, self.today.date())

    def site(self, name: str) -> Site | None:
        """The site of a host, None when there is none or when its name does not exist."""
        found = self._sites.get(name)
        return None if found is None or found.nxdomain else found

    def reply(self, name: str, target: str, headers: Mapping[str, str]) -> Answer | None:
        """What the site of a host answers to a GET of `target`, None when there is no such site."""
        site = self.site(name)
        return None if site is None else answer(site, target, headers, self.day)

    def __enter__(self) -> Self:
        self._names.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every connection and thread, and free the ports. May be called twice."""
        if self.closing.is_set():
            return
        self.closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.cut()
        self._names.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the network until it is interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m samples.server", description="Serves the sample websites on loopback."
    )
    parser.add_argument("--port", type=int, default=0, help="of the websites and the proxy (default: a free one)")
    parser.add_argument("--dns-port", type=int, default=0, help="of the name server (default: a free one)")
    parser.add_argument(
        "--now", type=datetime.fromisoformat, default=datetime.now(UTC), help="ISO instant (default: now)"
    )
    parser.add_argument("--discovery", action="store_true", help="the websites of samples/discovery instead")
    typed = parser.parse_args(arguments)
    folder = DISCOVERY / "network" if typed.discovery else NETWORK
    try:
        with SampleNetwork(now=typed.now, port=typed.port, dns_port=typed.dns_port, folder=folder) as network:
            sys.stdout.write(f"Proxy and virtual hosts: {network.proxy_url}\nName server: {network.nameserver}\n")
            sys.stdout.writelines(f"  http://{host}/\n" for host in network.hosts)
            sys.stdout.flush()
            network.closing.wait()
    except KeyboardInterrupt:
        sys.stdout.write("Ended.\n")


if __name__ == "__main__":
    main()
