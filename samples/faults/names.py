"""A name server that answers what it was told to: addresses, failures, silence."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Thread

from dnslib import AAAA, NS, QTYPE, RCODE, RR, A, DNSRecord

SILENT = "silent"
Zone = Callable[[int], object] | object  # addresses, an RCODE, SILENT, or what to say to the nth question


class LyingNameServer:
    """Answers on a UDP port of loopback what it was told to; other names do not exist."""

    def __init__(self) -> None:
        self.zone: dict[str, Zone] = {}
        self.servers: dict[str, list[str]] = {}  # the name servers of a domain
        self.asked: dict[str, int] = {}  # A questions so far, by name
        self.asked_servers: dict[str, int] = {}  # and NS questions
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
        elif asked.q.qtype == QTYPE.NS:
            self.asked_servers[name] = self.asked_servers.get(name, 0) + 1
        said = self.zone.get(name, self.zone.get("*", RCODE.NXDOMAIN))
        if callable(said):
            said = said(self.asked.get(name, 0))
        if said == SILENT:
            return b""
        reply = asked.reply()
        if isinstance(said, int):
            reply.header.rcode = said
            return bytes(reply.pack())
        if asked.q.qtype == QTYPE.NS:
            for server in self.servers.get(name, []):
                reply.add_answer(RR(asked.q.qname, QTYPE.NS, rdata=NS(server), ttl=0))
            return bytes(reply.pack())
        for address in map(str, said if isinstance(said, list | tuple) else [said]):
            kind, record = ("AAAA", AAAA) if ":" in address else ("A", A)
            if QTYPE[asked.q.qtype] == kind:
                reply.add_answer(RR(asked.q.qname, asked.q.qtype, rdata=record(address), ttl=0))
        return bytes(reply.pack())
