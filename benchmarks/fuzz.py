"""The time of every reader over hostile and broken pages, once and ten times as long. `make fuzz [N=200] [SEED=1]`.

Reading must be linear: ten times the page takes at most twelve times the time. Hostile shapes are made here; real pages
come from a folder of labelled sites, or from the samples, and are cut, doubled, mislabelled and broken at random.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from time import process_time

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.everything import OF_BODIES, OF_PAGES, URL, fresh
from benchmarks.hostile import SHAPES
from crawler.reading.page import parse

LENGTH = 20_000  # characters of the shorter page; the longer one stays below the bounds of the readers
LONGER = 10
MOST = 12.0  # times the time that a page ten times as long may take
# A reader that needs less for the longer page is passed over: the clock and the machine make its ratio.
SHORTEST_S = 0.004
_RUNS = 3
_AGAIN = 7  # runs of a pair that seems too slow, before it counts as such
_SAMPLES = Path(__file__).parents[1] / "samples" / "network"
_ENCODINGS = ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16")
_ODD = (b"<", b"<!--", b"</", b"&#", b"\0", b"\xff\xfe", b"\x1b$B", b"<div>" * 50, b"2024/3/", b"\xed\xa0\x80", b'"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One reader over one page, in two lengths."""

    shape: str
    reader: str
    seconds: float  # the best of several runs over the shorter page
    longer_s: float  # over the one ten times as long
    ratio: float

    @property
    def is_slow(self) -> bool:
        """Whether the time grew faster than the page."""
        return self.ratio > MOST and self.longer_s >= SHORTEST_S


def timed(shape: str, shorter: bytes, longer: bytes) -> list[Timed]:
    """Every reader over a page and over the same one ten times as long; in doubt measured again."""
    found = []
    tasks = _tasks(shorter, longer)
    gc.collect()
    gc.disable()  # it takes its time when it likes, by all that lives and not by what is read
    try:
        for name, (short, long) in tasks.items():
            one = _timed(shape, name, short, long, _RUNS)
            found.append(_timed(shape, name, short, long, _AGAIN) if one.is_slow else one)
    finally:
        gc.enable()
    return found


Task = Callable[[], object]


def _tasks(shorter: bytes, longer: bytes) -> dict[str, tuple[Task, Task]]:
    """Each reader, bound to both pages."""
    tasks: dict[str, tuple[Task, Task]] = {}
    for name, of_body in OF_BODIES.items():
        tasks[name] = (lambda read=of_body: read(shorter)), (lambda read=of_body: read(longer))  # type: ignore[misc]
    pages = parse(shorter, URL), parse(longer, URL)
    for name, of_page in OF_PAGES.items():
        tasks[name] = (
            (lambda read=of_page: read(fresh(pages[0]))),  # type: ignore[misc]
            (lambda read=of_page: read(fresh(pages[1]))),  # type: ignore[misc]
        )
    return tasks


def _timed(shape: str, reader: str, short: Task, long: Task, runs: int) -> Timed:
    longer_s = _best(long, 1 if runs < _AGAIN else runs)
    if longer_s < SHORTEST_S:
        return Timed(shape=shape, reader=reader, seconds=0.0, longer_s=longer_s, ratio=0.0)
    seconds = _best(short, runs)
    longer_s = min(longer_s, _best(long, runs - 1))
    return Timed(shape=shape, reader=reader, seconds=seconds, longer_s=longer_s, ratio=round(longer_s / seconds, 2))


def _best(task: Task, runs: int) -> float:
    """The least processor time of some runs: what else the machine does does not count."""
    best = float("inf")
    for _ in range(max(1, runs)):
        begun = process_time()
        task()
        best = min(best, process_time() - begun)
    return best


# --- real pages, broken ---


def mutations(bodies: Sequence[bytes], count: int, rng: Random) -> Iterator[tuple[str, bytes, bytes]]:
    """So many real pages, cut, doubled, mislabelled and broken at random, each with one ten times as long."""
    for number in range(count):
        # Twice: what a broken page leaves open, the next copy closes, and then there is more to read.
        body = _mutated(rng.choice(bodies), rng)[: LENGTH // 2] * 2
        yield f"real page, broken {number}", body, body * LONGER


def _mutated(body: bytes, rng: Random) -> bytes:
    start = rng.randrange(max(1, len(body) - LENGTH))
    body = body[start : start + LENGTH] if rng.random() < 0.5 else body[:LENGTH]
    for _ in range(rng.randint(1, 6)):
        at, length = rng.randrange(len(body) + 1), rng.randint(0, 400)
        match rng.randrange(4):
            case 0:
                body = body[:at] + body[at + length :]
            case 1:
                body = body[:at] + body[at : at + length] * rng.randint(2, 20) + body[at + length :]
            case 2:
                body = body[:at] + rng.choice(_ODD) * rng.randint(1, 40) + body[at:]
            case _:
                body = body.decode("utf-8", "replace").encode(rng.choice(_ENCODINGS), "replace")
    return body or b"<"


def real_bodies(sites: Path | None) -> list[bytes]:
    """The pages of a folder of labelled sites, or those of the samples. Raises ValueError when there are none."""
    folder = sites or _SAMPLES
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".html", ".htm", ".xml"} and p.is_file())
    bodies = [body for p in files if (body := p.read_bytes())]
    if not bodies:
        raise ValueError(f"{folder}: there are no pages")
    return bodies


# --- figures ---


@dataclass(frozen=True, slots=True)
class Error:
    """A reader that raised, which none may."""

    shape: str
    words: str


def measure(pages: Iterator[tuple[str, bytes, bytes]]) -> tuple[list[Timed], list[Error]]:
    """Every reader over every page, and what raised."""
    found: list[Timed] = []
    errors: list[Error] = []
    for shape, shorter, longer in pages:
        try:
            found += timed(shape, shorter, longer)
        except Exception:  # noqa: BLE001  # what is looked for here
            errors.append(Error(shape, traceback.format_exc(limit=-3)))
    return found, errors


def _pages(count: int, seed: int, sites: Path | None) -> list[tuple[str, bytes, bytes]]:
    shapes = [(name, shape.page(LENGTH), shape.page(LENGTH * LONGER)) for name, shape in SHAPES.items()]
    return shapes + list(mutations(real_bodies(sites), count, Random(seed)))


def _print(found: Sequence[Timed], errors: Sequence[Error], n_pages: int) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table("shape", "reader", "ms", "ms, ten times as long", "ratio", box=None)
    for line in sorted(found, key=lambda t: t.ratio, reverse=True)[:15]:
        table.add_row(
            line.shape, line.reader, f"{line.seconds * 1000:.2f}", f"{line.longer_s * 1000:.2f}", f"{line.ratio:.1f}"
        )
    console.print(table)
    slow = [t for t in found if t.is_slow]
    worst = max((t.ratio for t in found), default=0.0)
    slowest = max(found, key=lambda t: t.longer_s, default=None)
    console.print(
        f"{n_pages} pages, {len(found)} readings: {len(errors)} errors, {len(slow)} slower than {MOST:g} times, worst {worst:.1f}"
    )
    if slowest:
        console.print(f"longest: {slowest.longer_s:.2f} s, {slowest.reader} over {slowest.shape}")
    for error in errors:
        console.print(f"error: {error.shape}\n{error.words}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make fuzz`."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sites", type=Path, nargs="?", help="folder of labelled sites; else the samples are broken")
    parser.add_argument("--mutations", type=int, default=200, help="real pages that are broken")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args(arguments)
    try:
        pages = _pages(options.mutations, options.seed, options.sites)
    except ValueError as error:
        print(f"fuzz: {error}", file=sys.stderr)
        return 1
    watched = track(pages, "reading", console=Console(stderr=True), disable=not sys.stderr.isatty())
    found, errors = measure(iter(watched))
    _print(found, errors, len(pages))
    slow = [t for t in found if t.is_slow]
    if options.json:
        document = {
            "pages": len(pages), "readings": len(found), "errors": len(errors), "slow": len(slow),
            "worst_ratio": max((t.ratio for t in found), default=0.0),
            "longest_s": round(max((t.longer_s for t in found), default=0.0), 4),
            "seed": options.seed, "worst": [asdict(t) for t in sorted(found, key=lambda t: t.ratio, reverse=True)[:30]],
        }  # fmt: skip
        options.json.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if slow or errors else 0


if __name__ == "__main__":
    sys.exit(main())
