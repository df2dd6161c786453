"""A local network that lies: name servers that fail in every way, servers that delay, drop, drip and never end.

Everything is on loopback, on free ports, in threads that have ended when the `with` block has.
"""

from __future__ import annotations

import os
import pickle
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self, TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from dnslib import AAAA, QTYPE, RCODE, RR, A, DNSRecord
from filelock import FileLock

from crawler.config import Config, config_from, scrapy_settings
from crawler.job import Job, decode_progress, encode_job
from crawler.model import Cluster, Fetch, Plan, Visit

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
SILENT = "silent"
Zone = Callable[[int], object] | object  # addresses, an RCODE, SILENT, or what to say to the nth question


class LyingNameServer:
    """Answers on a UDP port of loopback what it was told to; other names do not exist."""

    def __init__(self) -> None:
        self.zone: dict[str, Zone] = {}
        self.asked: dict[str, int] = {}  # A questions so far, by name
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = Thread(target=self._serve, name="lying-names")
        self._closing = False
        self._thread.start()

    def close(self) -> None:
        """End the thread and free the port."""
        self._closing = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                question, sender = self._socket.recvfrom(4096)
            except OSError:
                continue
            if self._closing:
                return
            reply = self._reply(question)
            if reply:
                self._socket.sendto(reply, sender)

    def _reply(self, question: bytes) -> bytes:
        asked = DNSRecord.parse(question)
        name = str(asked.q.qname).rstrip(".").lower()
        if asked.q.qtype == QTYPE.A:
            self.asked[name] = self.asked.get(name, 0) + 1
        said = self.zone.get(name, self.zone.get("*", RCODE.NXDOMAIN))
        if callable(said):
            said = said(self.asked.get(name, 0))
        if said == SILENT:
            return b""
        reply = asked.reply()
        if isinstance(said, int):
            reply.header.rcode = said
            return bytes(reply.pack())
        for address in map(str, said if isinstance(said, list | tuple) else [said]):
            kind, record = ("AAAA", AAAA) if ":" in address else ("A", A)
            if QTYPE[asked.q.qtype] == kind:
                reply.add_answer(RR(asked.q.qname, asked.q.qtype, rdata=record(address), ttl=0))
        return bytes(reply.pack())


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

    def __init__(self, network: FaultNetwork, site: Site, address: str, tls: ssl.SSLContext | None) -> None:
        self._network = network
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
                asked = _asked(connection)
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


class Canary:
    """A listener that nothing may ever reach."""

    def __init__(self, address: str = "127.0.0.3", port: int = 0) -> None:
        self.reached: list[object] = []
        self._socket = socket.create_server((address, port), backlog=64)
        self.address, self.port = self._socket.getsockname()[:2]
        self._thread = Thread(target=self._accept, name="canary")
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address, as a page would name it."""
        return f"http://{self.address}:{self.port}"

    def close(self) -> None:
        """End its thread."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, peer = self._socket.accept()
            except OSError:
                return
            self.reached.append(peer)
            connection.close()


class FaultNetwork:
    """Sites, each on a port of its own, and the name server that knows them."""

    def __init__(self) -> None:
        self.closing = Event()
        self.asked: list[Asked] = []
        self.names = LyingNameServer()
        self._listeners: list[_Listener] = []
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

    def site(self, host: str, site: Site, *, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> str:
        """Put a site on the network; gives its address."""
        listener = _Listener(self, site, address, tls)
        self._listeners.append(listener)
        self.names.zone.setdefault(host, [address])
        return f"{'https' if tls else 'http'}://{host}:{listener.port}/"

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


def closed_port() -> int:
    """A port of loopback where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


# --- Faults ---


def without_robots(site: Site) -> Site:
    """The site, with a 404 for its robots.txt."""

    def served(wire: Wire, asked: Asked) -> None:
        if asked.path == NO_ROBOTS:
            wire.answer("none here", 404, Content_Type="text/plain")
        else:
            site(wire, asked)

    return served


def page(body: str, status: int = 200, **headers: str) -> Site:
    """A site that gives one page everywhere."""
    return without_robots(lambda wire, asked: wire.answer(body, status, **headers))


def pages(by_path: dict[str, str]) -> Site:
    """A site of several pages."""

    def served(wire: Wire, asked: Asked) -> None:
        body = by_path.get(asked.path)
        wire.answer(body or "not here", 200 if body else 404, Content_Type="text/html; charset=utf-8")

    return without_robots(served)


def raw(*pieces: bytes, every_s: float = 0.0, for_ever: bool = False, end: str = "close") -> Site:
    """A site that sends these bytes; then the last one again for ever, nothing, or a reset."""

    def served(wire: Wire, asked: Asked) -> None:
        for piece in pieces:
            wire.send(piece)
            if every_s and wire.wait(every_s):
                return
        while for_ever and not (wire.wait(every_s) if every_s else wire.closing.is_set()):
            wire.send(pieces[-1])
        if end == "reset":
            wire.reset()
        elif end == "wait":
            wire.wait()

    return without_robots(served)


HOME = """<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>青葉クラスター</title></head><body>
<h1>青葉光学クラスター推進協議会</h1><p>当協議会は、地域の光学産業の振興を目的として、企業と大学の連携を進めています。</p>
<ul><li>2026年11月20日 <a href="/news/1">第3回研究会を開催しました</a></li>
<li>2026年10月3日 <a href="/news/2">展示会に出展しました</a></li></ul>{more}</body></html>"""


def home(more: str = "") -> str:
    """A page that reads as content."""
    return HOME.format(more=more)


# --- Certificates ---


class Authority:
    """A certificate authority of our own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fault authority")])
        self._certificate = self._sign("Fault authority", self._key, self._name, [], 30, authority=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        self._count = 0

    def context(
        self, host: str, *, days_left: int = 30, self_signed: bool = False, only: ssl.TLSVersion | None = None
    ) -> ssl.SSLContext:
        """A server's side of TLS with a certificate for this host."""
        self._count += 1
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]) if self_signed else self._name
        certificate = self._sign(host, key, issuer, [host], days_left, signer=key if self_signed else self._key)
        file = self._folder / f"{self._count}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        if only is not None:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = only
            context.maximum_version = only
        return context

    def _sign(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        issuer: x509.Name,
        hosts: Sequence[str],
        days_left: int,
        *,
        authority: bool = False,
        signer: ec.EllipticCurvePrivateKey | None = None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=days_left))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if hosts:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_alternative(h) for h in hosts]), critical=False
            )
        return builder.sign(signer or key, hashes.SHA256())


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


# --- A crawl without a store ---


@dataclass(slots=True)
class Told:
    """What a spider process told before it ended."""

    visits: dict[str, Visit] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    log: str = ""
    exit_code: int | None = None

    def first(self, cluster_id: str) -> Fetch:
        """The first request of a visit."""
        return self.visits[cluster_id].fetches[0]


def clusters(websites: dict[str, str]) -> list[Cluster]:
    """A registry of websites by id."""
    return [Cluster(cluster_id=i, name_en=f"Cluster {i}", website=w) for i, w in websites.items()]


def spider_command(job: Job, folder: Path, **settings: str) -> list[str]:
    """The command that runs a job."""
    order = folder / "order.json"
    order.write_bytes(encode_job(job))
    said = {
        **scrapy_settings(job.config),
        "ITEM_PIPELINES": '{"pipelines.deliver.DeliverVisits": 100}',
        "LOG_LEVEL": "INFO",
        **settings,
    }
    options = [word for key, value in said.items() for word in ("-s", f"{key}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "visit", "-a", f"job={order}", *options]


@contextmanager
def spider(
    job: Job, folder: Path, environment: dict[str, str] | None = None, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A spider process under way; it has ended when the block has."""
    env = {**os.environ, **(environment or {}), "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            spider_command(job, folder, **settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=env,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def crawl(
    network: FaultNetwork,
    websites: dict[str, str],
    config: Config | None = None,
    environment: dict[str, str] | None = None,
    **settings: str,
) -> Told:
    """Visit websites in a spider process of its own, to its end."""
    told = Told()
    plans = tuple(Plan(cluster=c) for c in clusters(websites))
    job = Job(now=NOW, plans=plans, config=config or network.config())
    folder = Path(tempfile.mkdtemp(dir=network.folder))
    with spider(job, folder, environment, **settings) as process:
        assert process.stdout is not None
        for progress in decode_progress(iter(process.stdout.readline, b"")):
            if progress.started:
                told.started.append(progress.started)
            if progress.visit is not None:
                told.visits[progress.visit.cluster_id] = progress.visit
        told.exit_code = process.wait(timeout=60)
    told.log = (folder / "log").read_text(encoding="utf-8", errors="replace")
    return told


T = TypeVar("T")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made once for all workers of a test run: the fixtures here are whole crawls."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    kept = root / f"{name}.pickle"
    with FileLock(root / f"{name}.lock"):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make()))
    made: T = pickle.loads(kept.read_bytes())
    return made
