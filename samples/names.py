"""A name server for networks of samples: it says of each name where it is, or why it is nowhere."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from threading import Thread

from dnslib import QTYPE, RCODE, RR, A, DNSError, DNSRecord

_ADDRESS = "127.0.0.1"
_MAX_QUESTION = 4096  # bytes
_TTL_S = 60


# The address of a name, or the RCODE of why it has none.
Lookup = Callable[[str], str | int]


def on_loopback(hosts: Collection[str]) -> Lookup:
    """These hosts are here, no other name exists."""
    known = frozenset(hosts)
    return lambda name: _ADDRESS if name in known else int(RCODE.NXDOMAIN)


class NameServer:
    """Answers on a UDP port of loopback in a thread of its own."""

    def __init__(self, lookup: Lookup, port: int = 0) -> None:
        self._lookup = lookup
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((_ADDRESS, port))
        self.port: int = self._socket.getsockname()[1]
        self._thread = Thread(target=self._serve, name="sample-names", daemon=True)
        self._closing = False

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop answering; the thread has ended when this returns."""
        self._closing = True
        if self._thread.is_alive():
            # An empty question wakes the thread: closing a socket does not end a recvfrom on Linux.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                waker.sendto(b"", (_ADDRESS, self.port))
            self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                question, sender = self._socket.recvfrom(_MAX_QUESTION)
            except OSError:
                continue  # the port of an earlier sender is closed by now; the next question comes all the same
            if self._closing:
                return
            reply = reply_to(question, self._lookup)
            if reply:
                self._socket.sendto(reply, sender)


def reply_to(question: bytes, lookup: Lookup) -> bytes:
    """The reply to a question in the format of RFC 1035: A for a host, no data for other types, else why not.

    Empty when the question is not understood.
    """
    try:
        asked = DNSRecord.parse(question)
    except DNSError:
        return b""
    said = lookup(str(asked.q.qname).rstrip(".").lower())
    reply = asked.reply()
    if isinstance(said, int):
        reply.header.rcode = said
    elif asked.q.qtype == QTYPE.A:
        reply.add_answer(RR(asked.q.qname, QTYPE.A, rdata=A(said), ttl=_TTL_S))
    return bytes(reply.pack())
