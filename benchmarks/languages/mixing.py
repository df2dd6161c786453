"""Pages in two languages, made of the main parts of real pages in a known proportion, as bilingual pages are laid out.

How much of a page is in a language is counted in letters; one of Japanese counts as two and a half Latin ones, because
that is how much longer the same text is in English.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import zip_longest

from benchmarks.languages.cases import Document, half_of
from crawler.reading.page import Line, Region, parse

_UNITS = 3_000  # of text on a page: about that of a front page
_SHORTEST = 20  # units of a line that is taken; shorter ones are labels
_SHARES = (0.15, 0.3, 0.4, 0.5, 0.6, 0.7)  # of the second language
_MOST = 150  # pages of each layout
_WORTH = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """A page in two languages."""

    name: str
    layout: str
    first: str
    second: str
    share: float  # of the second language, by letters
    html: str

    @property
    def half(self) -> str:
        """The half of the set that it belongs to."""
        return half_of(self.name)


def units(text: str) -> float:
    """How much a text says, in Latin letters."""
    return sum(_WORTH if ord(c) >= 0x3000 else 1.0 for c in text if c.isalpha())


def mixed_pages(pages: Sequence[Document], first: str, second: str) -> list[Mixed]:
    """Pages in two languages, of every layout and proportion, from pages of each."""
    by_half: dict[str, dict[str, list[Document]]] = defaultdict(lambda: defaultdict(list))
    for page in sorted(pages, key=lambda page: sha256(page.name.encode()).digest()):
        if page.language in {first, second}:
            by_half[page.half][page.language].append(page)
    found = []
    for of_language in by_half.values():
        for number, (one, other) in enumerate(zip(of_language[first], of_language[second], strict=False)):
            layout = _LAYOUTS[number % len(_LAYOUTS)]
            share = _SHARES[number // len(_LAYOUTS) % len(_SHARES)]
            if mixture := _mixed(one, other, layout, share):
                found.append(mixture)
    return found


def _mixed(one: Document, other: Document, layout: str, share: float) -> Mixed | None:
    """A page of two others, None where one of them has not text enough."""
    share = min(share, 0.3) if layout == "abstract" else share
    firsts, seconds = _lines(one, _UNITS * (1 - share)), _lines(other, _UNITS * share)
    amounts = [sum(units(line.text) for line in lines) for lines in (firsts, seconds)]
    if amounts[0] < 0.8 * _UNITS * (1 - share) or amounts[1] < 0.8 * _UNITS * share:
        return None
    return Mixed(
        name=f"{one.name} + {other.name}", layout=layout, first=one.language, second=other.language,
        share=amounts[1] / sum(amounts),
        html=f"<!DOCTYPE html><html><body>{''.join(_laid_out(firsts, seconds, layout))}</body></html>",
    )  # fmt: skip


def _lines(page: Document, wanted: float) -> list[Line]:
    """The first lines of a page's main part, until they say as much as is wanted."""
    found, amount = [], 0.0
    for line in parse(page.body, "http://set.example/").lines:
        worth = units(line.text)
        if amount >= wanted:
            break
        if (
            line.region is Region.MAIN
            and line.tag not in {"pre", "code"}
            and worth >= _SHORTEST
            and amount + worth <= 1.1 * wanted
        ):
            found.append(line)
            amount += worth
    return found


_LAYOUTS = ("paragraphs", "columns", "abstract", "halves")


def _laid_out(firsts: Sequence[Line], seconds: Sequence[Line], layout: str) -> Iterator[str]:
    """The HTML of the lines of two languages: in turn, side by side, or one below the other."""
    if layout == "paragraphs":
        for pair in zip_longest(firsts, seconds):
            yield from (_block(line) for line in pair if line)
    elif layout == "columns":
        yield "<table>"
        for pair in zip_longest(firsts, seconds):
            yield "<tr>" + "".join(f"<td>{_block(line) if line else ''}</td>" for line in pair) + "</tr>"
        yield "</table>"
    else:
        yield from (_block(line) for line in firsts)
        yield "<h2>Abstract</h2>" if layout == "abstract" else "<hr>"
        yield from (_block(line) for line in seconds)


def _block(line: Line) -> str:
    tag = line.tag if line.tag in {"h1", "h2", "h3", "h4"} else "p"
    return f"<{tag}>{escape(line.text)}</{tag}>"
