"""The fault network for tests: that of the samples, a listener nothing may reach, and crawls shared by workers."""

from __future__ import annotations

import os
import pickle
import socket
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

import pytest
from filelock import FileLock

from samples.faults.behaviours import home, page, pages, raw, without_robots
from samples.faults.certificates import Authority
from samples.faults.names import SILENT
from samples.faults.network import Asked, FaultNetwork, Site, Wire
from samples.faults.visiting import NOW, Told, clusters, crawl, spider, spider_command

__all__ = [
    "NOW", "SILENT", "Asked", "Authority", "Canary", "FaultNetwork", "Site", "Told", "Wire", "clusters",
    "crawl", "home", "once", "page", "pages", "raw", "spider", "spider_command", "without_robots",
]  # fmt: skip


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
