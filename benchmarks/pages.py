"""The day of publication of single pages, ours beside that of libraries, on a labelled set. `make bench-pages SET=DIR`.

The set is a folder as the public evaluation set of htmldate has it: `eval_*.json` files, each an object from addresses
to `{"file": …, "date": "YYYY-MM-DD"}`, and the pages in folders beside them. It belongs to others, and is given by path.

Our rules were made while looking at one half of the pages, chosen by the digest of their file names. The figures of the
other half are the ones that count.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles

from htmldate import find_date
from rich.console import Console
from rich.progress import track
from rich.table import Table

from crawler.reading.date_words import COPYRIGHT
from crawler.reading.encoding import decode
from crawler.reading.expressions import expressions
from crawler.reading.page import parse
from crawler.reading.published import published

CONFIDENT = 0.9
_CLEANED_EVERY = 25  # pages
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
LOOKED_AT = "looked at"  # the half that rules may be made from
_HALVES = ("held out", LOOKED_AT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One page with the truth about it."""

    url: str
    name: str  # of its file
    body: bytes
    date: str  # ISO day; "" where nobody knows one

    @property
    def half(self) -> str:
        """The half of the set that it belongs to."""
        return _HALVES[sha256(self.name.encode()).digest()[0] < 128]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a reader says about one page."""

    day: str  # ISO day, "" for none
    confidence: float
    seconds: float  # of ours: beyond the parse, which other readers share


@dataclass(slots=True)
class Score:
    """What a reader's answers come to. A page without a known day is missed by whoever stays silent, as in the set's own count."""

    right: int = 0
    wrong: int = 0
    silent: int = 0
    confident_right: int = 0
    confident: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, answer: Answer, truth: str) -> None:
        """Count one answer."""
        is_right = bool(answer.day) and answer.day == truth
        self.right += is_right
        self.wrong += bool(answer.day) and not is_right
        self.silent += not answer.day
        if answer.day and answer.confidence >= CONFIDENT:
            self.confident += 1
            self.confident_right += is_right
        self.seconds.append(answer.seconds)

    @property
    def precision(self) -> float:
        """Share of the days given that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of the pages that got a right day, of those that got a right one or none."""
        return self.right / max(1, self.right + self.silent)

    def figures(self) -> dict[str, float]:
        """The figures as they are written to a file."""
        both = self.precision + self.recall
        found = {
            "f": 2 * self.precision * self.recall / both if both else 0.0,
            "precision": self.precision,
            "recall": self.recall,
            "ms_median": median(self.seconds) * 1000,
            "ms_p95": quantiles(self.seconds, n=20)[-1] * 1000 if len(self.seconds) > 1 else self.seconds[0] * 1000,
        }
        if self.confident:
            found["confident_precision"] = self.confident_right / self.confident
            found["confident_share"] = self.confident / len(self.seconds)
        return found


Reader = Callable[[Labelled], Answer]


def readers(today: date) -> dict[str, Reader]:
    """Ours, the library of this field, thorough and quick, and those of its rivals that are installed."""
    found: dict[str, Reader] = {"ours": partial(_ours, today=today)}
    for name, extensive in (("htmldate_extensive", True), ("htmldate_fast", False)):
        found[name] = partial(_htmldate, extensive=extensive)
    for name, module, reader in (("turbohtml", "turbohtml", _turbohtml), ("newspaper4k", "newspaper", _newspaper)):
        if find_spec(module) is not None:
            found[name] = reader
    return found


def _ours(page: Labelled, today: date) -> Answer:
    parsed = parse(page.body, page.url)
    begun = time.perf_counter()
    item = published(parsed, today=today)
    seconds = time.perf_counter() - begun
    day = item.on.isoformat() if item else ""
    return Answer(day=day, confidence=item.confidence if item else 0.0, seconds=seconds)


def _turbohtml(page: Labelled) -> Answer:
    extract = import_module("turbohtml.extract")
    text = decode(page.body).text
    begun = time.perf_counter()
    found = extract.dates(text, extract.DateExtraction(original=True))
    return Answer(day=found.date if found else "", confidence=0.0, seconds=time.perf_counter() - begun)


def _newspaper(page: Labelled) -> Answer:
    newspaper = import_module("newspaper")
    text = decode(page.body).text
    begun = time.perf_counter()
    try:
        article = newspaper.Article(page.url)
        article.download(input_html=text)
        article.parse()
        day = article.publish_date
    except Exception:  # noqa: BLE001  # a library that breaks over a page has no answer
        day = None
    return Answer(day=day.date().isoformat() if day else "", confidence=0.0, seconds=time.perf_counter() - begun)


def _htmldate(page: Labelled, extensive: bool) -> Answer:
    text = decode(page.body).text
    begun = time.perf_counter()
    try:
        day = find_date(text, original_date=True, extensive_search=extensive) or ""
    except Exception:  # noqa: BLE001  # a library that breaks over a page has no answer
        day = ""
    return Answer(day=str(day), confidence=0.0, seconds=time.perf_counter() - begun)


def read_set(folder: Path) -> list[Labelled]:
    """The pages of a set, in the order of its files. Raises ValueError when the folder holds none."""
    files = {path.name: path for path in folder.rglob("*") if path.is_file()}
    labels: dict[str, Mapping[str, object]] = {}
    for labelling in sorted(folder.glob("eval_*.json")):
        labels |= json.loads(labelling.read_text(encoding="utf-8"))
    found = []
    for url, label in labels.items():
        path = files.get(str(label.get("file")))
        day = label.get("date")
        if path is not None:
            text = day if isinstance(day, str) else ""
            found.append(Labelled(url=url, name=path.name, body=path.read_bytes(), date=text))
    if not found:
        raise ValueError(f"{folder}: there are no eval_*.json files with pages beside them")
    return found


def undated(folder: Path, today: date) -> list[Labelled]:
    """The pages of websites, in any folders, that hold a copyright year and no other day: whoever dates one invents."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".html", ".htm"} and p.is_file()):
        body = path.read_bytes()
        page = parse(body, f"https://undated.example/{path.name}")
        years = [line for line in page.lines if COPYRIGHT.search(line.text) and _YEAR.search(line.text)]
        if years and not any(e.day for line in page.lines for e in expressions(line.text, today=today)):
            found.append(Labelled(url=page.url, name=path.name, body=body, date=""))
    return found


def measure(pages: Iterable[Labelled], by: Mapping[str, Reader]) -> dict[str, dict[str, Score]]:
    """The score of each reader on each half, all on the same pages in one run; the clock never counts Python's clean-up."""
    scores = {half: {name: Score() for name in by} for half in _HALVES}
    gc.disable()  # as timeit does: it would clean up behind one reader while another is timed
    try:
        for n, page in enumerate(pages):
            if n % _CLEANED_EVERY == 0:
                gc.collect()
            for name, reader in by.items():
                scores[page.half][name].add(reader(page), page.date)
    finally:
        gc.enable()
    return scores


def _print(scores: Mapping[str, Mapping[str, Score]]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    for half, by in scores.items():
        counted = next((len(score.seconds) for score in by.values()), 0)
        if not counted:
            continue
        table = Table(title=f"{counted} pages, {half}", title_justify="left")
        table.add_column("reader")
        for heading in ("F", "precision", "recall", "ms median", "ms 95 %", "sure: precision", "sure: share"):
            table.add_column(heading, justify="right")
        for name, score in by.items():
            told = score.figures()
            sure = [f"{told[k]:.3f}" if k in told else "–" for k in ("confident_precision", "confident_share")]
            table.add_row(
                name, *(f"{told[k]:.3f}" for k in ("f", "precision", "recall")),
                f"{told['ms_median']:.2f}", f"{told['ms_p95']:.2f}", *sure,
            )  # fmt: skip
        console.print(table)


def _invented(folder: Path, by: Mapping[str, Reader], today: date) -> dict[str, object]:
    """How many pages with nothing but a copyright year each reader dates; printed, and as figures."""
    pages = undated(folder, today)
    dated = {name: sum(bool(reader(page).day) for page in pages) for name, reader in by.items()}
    print(f"{len(pages)} pages with only a copyright year; dated by", ", ".join(f"{k} {v}" for k, v in dated.items()))
    return {"undated": {"pages": len(pages), **dated}}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make bench-pages`."""
    parser = argparse.ArgumentParser(prog="bench-pages", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="the labelled set")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument(
        "--undated", type=Path, metavar="DIR", help="websites: count the days given for a copyright year"
    )
    options = parser.parse_args(arguments)
    today = datetime.now(UTC).date()
    try:
        pages = read_set(options.folder)
    except (OSError, ValueError) as error:
        print(f"bench-pages: {error}", file=sys.stderr)
        return 2
    quiet = not sys.stderr.isatty()
    watched = track(pages, "reading", console=Console(stderr=True), disable=quiet)
    by = readers(today)
    scores = measure(watched, by)
    _print(scores)
    invented = _invented(options.undated, by, today) if options.undated else {}
    if options.json:
        told = {half: {n: s.figures() for n, s in by.items() if s.seconds} for half, by in scores.items()}
        document = {**told["held out"], "looked_at": told["looked at"], "pages": len(pages), **invented}
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
