"""Speed and memory of a crawl over a crowd of made-up websites on loopback. `make crowd [N=1000] [JSON=FILE]`.

Each website has a home page, news and an English page, made when asked for. Among them one never answers, one breaks
the crawl process, and one never ends. The servers run in a process of their own, so that only the crawl is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from benchmarks.started import spiders_of
from crawler.config import BrowserConfig, Config, Network, Politeness
from crawler.model import Cluster, RunKind
from crawler.policy import Budget
from db.store import Store
from samples.names import NameServer, on_loopback
from schedules.crawling import Crawl, Step, run_crawl

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
LIMIT_MB = 400  # of each process; a small machine runs the crawl beside its other work
ODD = ("hangs", "crashes", "endless")
_CRASH = "CRASH"
# Python loads this before the crawl: the page of that title ends the process as a fault in a parser would.
_HOOK = f"""
import os, sys
if "spiders" in sys.orig_argv:
    from crawler.reading import kinds
    classify = kinds.classify
    kinds.classify = lambda page, **told: os.kill(os.getpid(), 9) if page.title == {_CRASH!r} else classify(page, **told)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one crawl over the crowd cost."""

    clusters: int
    visited: int
    given_up: int  # clusters that end the crawl process each time
    pages: int
    seconds: float
    pages_per_second: float
    spider_mb: float  # peak resident memory of the largest crawl process
    writer_mb: float  # and of the process that stores and judges


# --- The websites ---


def host_of(number: int) -> str:
    """The host of a website of the crowd, of a domain of its own: several processes may be at two of them."""
    return f"c{number:05d}.example"


def page_of(host: str, path: str) -> str:
    """One page of a website: the same every time."""
    chance = random.Random(f"{host}{path}")
    name = f"第{host[1:6]}クラスター推進協議会"
    days = [NOW.date() - timedelta(days=chance.randrange(1, 900)) for _ in range(20 if "news" in path else 5)]
    if path.startswith("/en"):
        items = "".join(
            f"<li>{d:%B %d, %Y} <a href='/en/{d:%Y%m%d}'>The cluster held a seminar on optics</a></li>" for d in days
        )
        body = f"<h1>Industrial cluster {host[:6]}</h1><p>{'We connect companies and universities of the region. ' * 20}</p>"
        return f"<html lang=en><head><title>Cluster {host[:6]}</title></head><body>{body}<ul>{items}</ul></body></html>"
    items = "".join(
        f"<li>{d.year}年{d.month}月{d.day}日 <a href='/post/{d:%Y%m%d}'>研究会を開催しました</a></li>" for d in days
    )
    links = "<a href='/news/'>お知らせ</a> <a href='/en/'>English</a> <a href='/about/'>協議会について</a>"
    body = f"<h1>{name}</h1>{links}<p>{'地域の企業と大学を結び、産業の振興を図っています。' * 40}</p><ul>{items}</ul>"
    return f"<html lang=ja><head><meta charset=utf-8><title>{name}</title></head><body>{body}</body></html>"


def _endless_page(path: str) -> str:
    links = "".join(f"<a href='/calendar{path}{n}/'>お知らせ {n}</a>" for n in range(1000))
    return f"<html lang=ja><head><title>果てしない</title></head><body><p>2024年1月1日 更新</p>{links}</body></html>"


async def _serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection."""
    try:
        while request := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = request.decode("latin-1").split("\r\n")
            path = first.split(" ")[1]
            host = next(v.strip() for k, _, v in (line.partition(":") for line in lines) if k.lower() == "host")
            writer.write(await _answer(host, path))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _answer(host: str, path: str) -> bytes:
    if path == "/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    kind = host.split(".", maxsplit=1)[0]
    if kind == "hangs":
        await asyncio.sleep(3600)
    odd = {"crashes": f"<title>{_CRASH}</title><p>2026年1月1日", "endless": _endless_page(path)}
    body = odd.get(kind, "") or page_of(host, path)
    raw = body.encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b" % (
        len(raw),
        raw,
    )


async def _serve(count: int) -> None:
    """Serve until standard input ends; says first where."""
    hosts = [*(host_of(n) for n in range(count)), *(f"{odd}.crowd.example" for odd in ODD)]
    names = NameServer(on_loopback(hosts))
    names.start()
    server = await asyncio.start_server(_serve_one, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], names.port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    names.close()
    server.close()


@contextmanager
def crowd(count: int) -> Iterator[tuple[int, int]]:
    """The websites in a process of their own: their port, and that of their name server."""
    command = [sys.executable, "-m", "benchmarks.crowd", "--serve", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            port, names = (process.stdout.readline() if process.stdout else "").split()
            yield int(port), int(names)
        finally:
            process.kill()


# --- The measurement ---


def measure(count: int, *, longest_s: float) -> Figures:
    """A crawl over `count` websites, the odd ones among them, into a store that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="crowd-") as folder, crowd(count) as (port, names):
        Path(folder, "sitecustomize.py").write_text(_HOOK, encoding="utf-8")
        hosts = [f"{odd}.crowd.example" for odd in ODD] + [host_of(n) for n in range(count - len(ODD))]
        registry = [Cluster(cluster_id=h, name_en=h, website=f"http://{h}:{port}/") for h in hosts]
        with Store.open(Path(folder, "crowd.db"), create=True) as store:
            store.upsert_clusters(registry)
            begun = perf_counter()
            done, spider_mb = _crawled(store, folder, _config(names, longest_s))
            seconds = perf_counter() - begun
    return Figures(
        clusters=count,
        visited=len(done.outcomes),
        given_up=len(done.failed),
        pages=done.pages,
        seconds=round(seconds, 1),
        pages_per_second=round(done.pages / seconds, 1),
        spider_mb=spider_mb,
        writer_mb=_peak_mb("self"),
    )


def _config(names: int, longest_s: float) -> Config:
    return Config(
        network=Network(allow=("127.0.0.0/8",), nameservers=(f"127.0.0.1:{names}",)),
        politeness=Politeness(delay_s=0.0),
        # A site that never answers waits for its time-outs: a small budget keeps the figures about speed.
        budget=Budget(max_seconds=longest_s),
        browser=BrowserConfig(enabled=False),
    )


def _crawled(store: Store, folder: str, config: Config) -> tuple[Crawl, float]:
    """The crawl, and the peak memory of its largest process."""
    peak = 0.0

    def look(step: Step) -> None:
        nonlocal peak
        if step.done % 10 == 0 or step.done + len(ODD) >= step.total:
            peak = max([peak, *map(_peak_mb, spiders_of(os.getpid()))])

    done = run_crawl(
        store, kind=RunKind.NIGHTLY, now=NOW, config=config, watch=look, environment={"PYTHONPATH": folder}
    )
    return done, peak


def _peak_mb(pid: int | str) -> float:
    """Peak resident memory of a process, 0.0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith("VmHWM")), 0.0)


def _shown(figures: Figures) -> Table:
    table = Table("figure", "value", title="A crowd of websites")
    for name, value in asdict(figures).items():
        table.add_row(name.replace("_", " "), f"{value:g}")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and fail when a process needed more memory than it may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description=__doc__)
    parser.add_argument("--clusters", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20.0, help="that a visit may take at most (default: 20)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve is not None:
        asyncio.run(_serve(options.serve))
        return 0
    figures = measure(options.clusters, longest_s=options.seconds)
    Console().print(_shown(figures))
    if options.json:
        options.json.write_text(json.dumps(asdict(figures), indent=2) + "\n", encoding="utf-8")
    if max(figures.spider_mb, figures.writer_mb) > LIMIT_MB:
        print(f"crowd: a process needed more than {LIMIT_MB} MB", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
