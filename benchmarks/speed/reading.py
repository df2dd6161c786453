"""Reading a page beside parsing it with lxml, and beside the pipeline of libraries that one would reach for first.

Every page is read once, as a visit reads a page that it has never seen, and parsed by lxml right before and after. What
readers remember between the pages of a website is measured over the made-up network.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import inf
from pathlib import Path
from statistics import median, quantiles
from time import process_time

import trafilatura
from htmldate import find_date
from langdetect import LangDetectException, detect
from lxml import html as lxml_html
from parsel import Selector

from benchmarks.everything import URL, forget, place_at, read_as_a_visit
from benchmarks.speed.network import host_of, page_of, paths
from benchmarks.speed.scale import Say, Scale
from crawler.reading.encoding import decode

_SAMPLES = Path(__file__).parents[2] / "samples"
_MOST, _MOST_SHORT = 400, 120  # pages
_EVERY = 8  # so many pages for one that the pipeline of libraries reads, which takes a hundred times as long
_FIRST = b"<p>" + b"Tanaka Corporation Manufacturing Yamada Kobayashi Metalworking " * 20  # has the statistics loaded
_SITES = 10  # websites of the made-up network that are read at a time, as a crawl does
_ROUNDS = 3  # of which each page's fastest counts
_LEAST = 2_000  # bytes of a page that has something to parse


def measure(scale: Scale, say: Say) -> Mapping[str, float]:
    """The ratios of CPU over real pages: ours to lxml's, page by page, and the libraries' to ours."""
    folder = scale.pages or _SAMPLES
    pages = _pages(folder, _MOST_SHORT if scale.short else _MOST)
    say(f"reading {len(pages)} pages" + ("" if scale.pages else " of the samples: no real ones were named"))
    ours: list[float] = []
    parsing: list[float] = []
    obvious: list[float] = []
    for warm in (read_as_a_visit, _libraries):
        warm(_FIRST)
    gc.collect()
    gc.disable()  # it takes its time when it likes
    try:
        for at, body in enumerate(pages):
            before = _seconds(lambda body=body: _parsed(body))  # type: ignore[misc]
            ours.append(_seconds(lambda body=body: read_as_a_visit(body)))  # type: ignore[misc]
            parsing.append((before + _seconds(lambda body=body: _parsed(body))) / 2)  # type: ignore[misc]
            if at % _EVERY == 0:
                obvious.append(_seconds(lambda body=body: _libraries(body)) / ours[-1])  # type: ignore[misc]
                gc.collect()
    finally:
        gc.enable()
    ratios = [read / parse for read, parse in zip(ours, parsing, strict=True)]
    return {
        "read_vs_parse_median": round(median(ratios), 2),
        "read_vs_parse_p95": round(quantiles(ratios, n=20)[-1], 2),
        "obvious_vs_ours": round(median(obvious), 2),
        "read_ms_median": round(median(ours) * 1000, 3),
        "parse_ms_median": round(median(parsing) * 1000, 3),
        "read_pages": len(pages),
        "read_later_vs_first": round(_later_vs_first(), 3),
    }


def _later_vs_first() -> float:
    """What the later pages of websites cost, those of ten in turn, beside the same pages read before all others."""
    homes = [f"http://{host_of(number)}/" for number in range(_SITES)]
    places = [place_at(home) for home in homes]
    bodies = {path: [page_of(number, path).encode() for number in range(_SITES)] for path in paths()}
    tasks = [
        partial(read_as_a_visit, body, home.removesuffix("/") + path, place)
        for path in bodies
        for body, home, place in zip(bodies[path], homes, places, strict=True)
    ]
    later, first = [inf] * len(tasks), [inf] * len(tasks)
    gc.disable()
    try:
        for _ in range(_ROUNDS):
            forget()
            later = [min(best, _seconds(task)) for best, task in zip(later, tasks, strict=True)]
            first = [min(best, _afresh(task)) for best, task in zip(first, tasks, strict=True)]
            gc.collect()
    finally:
        gc.enable()
    return sum(later[_SITES:]) / sum(first[_SITES:])


def _afresh(task: Callable[[], object]) -> float:
    """The seconds of a task when nothing is remembered."""
    forget()
    return _seconds(task)


def _pages(folder: Path, most: int) -> list[bytes]:
    """So many pages at most, spread evenly over all below a folder."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".html", ".htm"} and p.is_file())
    bodies = list(_bodies(files[:: max(1, len(files) // most)]))
    if len(bodies) < 2:
        raise SystemExit(f"bench: {folder} has no pages to read")
    return bodies[:most]


def _bodies(files: list[Path]) -> Iterator[bytes]:
    for path in files:
        body = path.read_bytes()
        if len(body) >= _LEAST and _is_parsed(body):
            yield body


def _is_parsed(body: bytes) -> bool:
    try:
        _parsed(body)
    except (ValueError, lxml_html.etree.LxmlError):
        return False
    return True


def _parsed(body: bytes) -> object:
    """The page as lxml parses it, its encoding given as a careful user would."""
    parser = lxml_html.HTMLParser(encoding="utf-8")
    return lxml_html.document_fromstring(body, parser=parser)


def _seconds(task: Callable[[], object]) -> float:
    begun = process_time()
    task()
    return process_time() - begun


def _libraries(body: bytes) -> object:
    """Links, date, main text and language, each as its library's documentation shows."""
    text = decode(body).text
    selector = Selector(text=text)
    links = [URL + href for href in selector.css("a::attr(href)").getall()]
    try:
        day = find_date(text)
    except ValueError:
        day = None
    main = trafilatura.extract(text) or ""
    try:
        language = detect(main)
    except LangDetectException:
        language = ""
    return links, day, main, language
