"""A Dask scheduler and its workers as real processes on loopback, each of which can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

_START_S = 60.0


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Machines:
    """A scheduler, and workers that are called by their numbers. Nothing of them is left after the block."""

    def __init__(
        self,
        folder: Path,
        workers: int = 2,
        *,
        options: Sequence[str] = (),
        protocol: str = "tcp",
        environment: dict[str, str] | None = None,
    ) -> None:
        """`options` go to the scheduler and the workers alike, such as those of TLS."""
        folder.mkdir(parents=True, exist_ok=True)
        self.address = f"{protocol}://127.0.0.1:{free_port()}"
        self._folder, self._options, self._count = folder, list(options), workers
        self._environment = {**os.environ, **(environment or {})}
        self._scheduler: subprocess.Popen[bytes] | None = None
        self.workers: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.start_scheduler()
        for number in range(self._count):
            self.start_worker(number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in list(self.workers):
            self.kill_worker(number)
        self.kill_scheduler()

    def start_scheduler(self) -> None:
        """Start the scheduler at its address, and wait until it listens."""
        host, port = self.address.partition("://")[2].split(":")
        words = ["--host", self.address.rpartition(":")[0], "--port", port]
        self._scheduler = self._start("scheduler", words)
        patience = Event()
        for _ in range(int(_START_S / 0.05)):
            with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
                return
            if self._scheduler.poll() is not None:
                break
            patience.wait(0.05)
        raise RuntimeError(self.said("scheduler"))

    def start_worker(self, number: int) -> None:
        """Start a worker with one thread; it takes part as soon as it has reached the scheduler."""
        words = [self.address, "--nthreads", "1", "--name", f"w{number}", "--no-nanny", "--death-timeout", "60"]
        words += ["--local-directory", str(self._folder / f"w{number}"), "--memory-limit", "0"]
        self.workers[number] = self._start("worker", words, f"w{number}")

    def kill_worker(self, number: int) -> None:
        """Kill a worker with SIGKILL; what it had started notices by itself."""
        _kill(self.workers.pop(number))

    def kill_scheduler(self) -> None:
        """Kill the scheduler with SIGKILL."""
        if self._scheduler is not None:
            _kill(self._scheduler)
            self._scheduler = None

    def said(self, name: str) -> str:
        """What a process wrote to its log."""
        return (self._folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _start(self, kind: str, words: list[str], name: str = "") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", *words, *self._options]
        with (self._folder / f"{name or kind}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=self._environment, start_new_session=True)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
