"""A network of websites that fail on purpose: servers that delay, drop, drip and never end, and names that lie.

Everything is on loopback, on free ports, in threads that have ended when the `with` block has.
"""

from __future__ import annotations

import socket
import ssl
import struct
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from crawler.config import Config, config_from
from samples.faults.names import LyingNameServer


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that a server saw."""

    host: str
    path: str
    headers: dict[str, str]


class Wire:
    """One connection as a fault sees it: raw bytes, and an end that comes."""

    def __init__(self, connection: socket.socket, closing: Event) -> None:
        self._connection = connection
        self.closing = closing

    def send(self, words: bytes | str) -> None:
        """Send raw bytes."""
        self._connection.sendall(words.encode() if isinstance(words, str) else words)

    def answer(self, body: bytes | str = b"", status: int = 200, **headers: str) -> None:
        """A whole answer; header names with _ for -."""
        raw = body.encode() if isinstance(body, str) else body
        named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(raw)), "Connection": "close"}
        named.update({k.replace("_", "-"): v for k, v in headers.items()})
        lines = "".join(f"{k}: {v}\r\n" for k, v in named.items() if v)
        self.send(f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n")
        self.send(raw)

    def reset(self) -> None:
        """End the connection with RST."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def wait(self, seconds: float = 3600.0) -> bool:
        """Do nothing; gives whether the network ends."""
        return self.closing.wait(seconds)


Site = Callable[[Wire, Asked], None]
NO_ROBOTS = "/robots.txt"


class _Listener:
    """A port of loopback with a thread a connection."""

    def __init__(  # what a port needs to know
        self, network: FaultNetwork, site: Site, address: str, tls: ssl.SSLContext | None, *, deaf: bool = False
    ) -> None:
        self._network = network
        self._deaf = deaf
        self._site = site
        self._tls = tls
        self._socket = socket.create_server((address, 0), backlog=256)
        self.port: int = self._socket.getsockname()[1]
        self._connections: list[tuple[Thread, socket.socket]] = []
        self._thread = Thread(target=self._accept, name="fault-listener")
        self._thread.start()

    def close(self) -> None:
        """End every connection and thread."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        for thread, connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = Thread(target=self._serve, args=(connection,), name="fault-connection")
            self._connections.append((thread, connection))
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                asked = Asked("", "/", {}) if self._deaf else _asked(connection)
                if asked is not None:
                    self._network.asked.append(asked)
                    self._site(Wire(connection, self._network.closing), asked)
        except (OSError, ssl.SSLError):
            pass  # the client has left, or the network ends


def _asked(connection: socket.socket) -> Asked | None:
    """The request on a connection, None when it was closed without one."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        received += chunk
        if received[:1] == b"\x16":  # TLS, to a port that speaks none: as web servers do, answer all the same
            return Asked("", "/", {})
    first, *lines = received.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    return Asked(headers.get("host", ""), first.split(" ")[1], headers)


class FaultNetwork:
    """Sites, each on a port of its own or as a virtual host, and the name server that knows them."""

    def __init__(self) -> None:
        self.closing = Event()
        self.asked: list[Asked] = []
        self.names = LyingNameServer()
        self._listeners: list[_Listener] = []
        self._hosts: dict[str, Site] = {}
        self._shared: _Listener | None = None
        self._stack = ExitStack()
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="faultnet-")))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        for listener in self._listeners:
            listener.close()
        self.names.close()
        self._stack.close()

    def site(
        self,
        host: str,
        site: Site,
        *,
        address: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        deaf: bool = False,
    ) -> str:
        """Put a site on the network; gives its address. A deaf one begins before it has heard any request."""
        listener = _Listener(self, site, address, tls, deaf=deaf)
        self._listeners.append(listener)
        self.names.zone.setdefault(host, [address])
        return f"{'https' if tls else 'http'}://{host}:{listener.port}/"

    def host(self, host: str, site: Site) -> str:
        """Put a site without TLS on the port that all virtual hosts share; gives its address."""
        if self._shared is None:
            self._shared = _Listener(self, self._by_host, "127.0.0.1", None)
            self._listeners.append(self._shared)
        self._hosts[host] = site
        self.names.zone.setdefault(host, ["127.0.0.1"])
        return f"http://{host}:{self._shared.port}/"

    def _by_host(self, wire: Wire, asked: Asked) -> None:
        site = self._hosts.get(asked.host.split(":")[0])
        if site is None:
            wire.answer("no such host here", 400, Content_Type="text/plain")
        else:
            site(wire, asked)

    def paths(self, host: str) -> list[str]:
        """What was asked of a host, in order, robots.txt left out."""
        return [a.path for a in self.asked if a.host.split(":")[0] == host and a.path != NO_ROBOTS]

    def silent_port(self) -> int:
        """A port whose queue is full: a connection to it is neither taken nor refused."""
        listener = self._stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = self._stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        return int(listener.getsockname()[1])

    def closed_port(self) -> int:
        """A port where nothing listens; it is held, so that no other program is given it."""
        holder = self._stack.enter_context(socket.socket())
        holder.bind(("127.0.0.1", 0))
        return int(holder.getsockname()[1])

    def config(self, **tables: dict[str, object]) -> Config:
        """A configuration for this network: loopback let through, no delay."""
        base: dict[str, dict[str, object]] = {
            "network": {"allow": ["127.0.0.0/8"], "nameservers": [self.names.address]},
            "politeness": {"delay_s": 0.0},
            "browser": {"enabled": False},
        }
        for table, values in tables.items():
            base[table] = {**base.get(table, {}), **values}
        return config_from(base)
