"""What the readers are asked: snippets, bare kanji, whole pages and mixed pages, each with its true language.

Every case belongs to one of two halves, by the digest of its name, as in `benchmarks.pages`: our rules were made while
looking at one, and the figures of the other are the ones that count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

HALVES = ("held out", "looked at")
OWN = Path(__file__).parent / "own"  # sentences of our own, so that something is measured without a set


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A string with its language."""

    language: str
    source: str
    text: str

    @property
    def half(self) -> str:
        """The half of the set that it belongs to."""
        return half_of(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page with its language."""

    language: str
    source: str
    name: str  # the same for the editions of one page, so that all of them are in one half
    body: bytes

    @property
    def half(self) -> str:
        """The half of the set that it belongs to."""
        return half_of(self.name.partition("~")[2] or self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """A whole set."""

    kanji: Sequence[Snippet]
    snippets: Sequence[Snippet]
    pages: Sequence[Document]


def half_of(name: str) -> str:
    """The half that a name falls into."""
    return HALVES[sha256(name.encode()).digest()[0] < 128]


def read_set(folder: Path) -> Cases:
    """The cases of a folder that `benchmarks.languages.collect` wrote. Raises ValueError when it holds none."""
    kanji, snippets = _snippets(folder / "kanji.tsv"), _snippets(folder / "snippets.tsv")
    pages = [
        Document(language=path.parts[-3], source=path.parts[-2], name=path.stem, body=path.read_bytes())
        for path in sorted((folder / "pages").glob("*/*/*.html"))
    ]
    if not snippets:
        raise ValueError(f"{folder}: there is no snippets.tsv with lines of language, source and text")
    return Cases(kanji=kanji, snippets=snippets, pages=pages)


def thinned(cases: Cases, every: int) -> Cases:
    """Every so-many-th case of a set, where slow libraries make the whole of it too long."""
    return Cases(kanji=cases.kanji[::every], snippets=cases.snippets[::every], pages=cases.pages[::every])


def _snippets(path: Path) -> list[Snippet]:
    if not path.is_file():
        return []
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line.count("\t") == 2]
    return [Snippet(language=language, source=source, text=text) for language, source, text in rows]
