"""Quoted words found again in the text they were read from, and the sentence around them. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

AROUND = 160  # characters of a sentence shown before and after the words
MAX_TEXT = 400_000  # characters of a page in which words are looked for
_ENDS = frozenset("。．！？!?\n")
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Context:
    """Words within what stands around them, as the page has them."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text: plain (`number` 0), or the words of the quotation of that number, counted from 1."""

    text: str
    number: int = 0
    first: bool = False  # the first place of these words: where an address may lead


@dataclass(frozen=True, slots=True)
class Found:
    """Where words stand."""

    start: int
    end: int
    number: int


class Searched:
    """A text in which words are looked for whatever their width and white space."""

    def __init__(self, text: str) -> None:
        self.text = text[:MAX_TEXT]
        self._bare: tuple[str, list[int]] | None = None

    def places(self, words: str, limit: int = 1) -> list[tuple[int, int]]:
        """Where words stand, as start and end in the text; at most so many places, none for words that are nowhere."""
        given = words.removesuffix(_CUT).removesuffix("...").strip()
        exact = _all(self.text, given, limit)
        if exact:  # as they are: spares the work below for most words
            return [(start, start + len(given)) for start in exact]
        wanted = "".join(map(_plain, given))
        bare, places = self._bare_text()
        return [(places[at], places[at + len(wanted) - 1] + 1) for at in _all(bare, wanted, limit)]

    def _bare_text(self) -> tuple[str, list[int]]:
        """The text as words are compared in it, and where each of its characters stands. Made when first needed."""
        if self._bare is None:
            pairs = [(plain, place) for place, letter in enumerate(self.text) for plain in _plain(letter)]
            self._bare = ("".join(plain for plain, _ in pairs), [place for _, place in pairs])
        return self._bare


def context(text: str | Searched, words: str) -> Context | None:
    """The sentence around the first place of these words, None when they do not stand in the text."""
    searched = text if isinstance(text, Searched) else Searched(text)
    for start, end in searched.places(words):
        before = _sentence_start(searched.text, start)
        after = _sentence_end(searched.text, end)
        if not (searched.text[before:start] + searched.text[end:after]).strip():
            # Words that are a sentence themselves: what was said just before and after them, in the same line.
            before = before if _begins_line(searched.text, before) else _sentence_start(searched.text, before - 1)
            after = after if searched.text[end - 1 : end] == "\n" else _next_sentence(searched.text, after)
        return Context(
            before=(_CUT if _cut_at(searched.text, before) else "") + searched.text[before:start].lstrip(),
            words=searched.text[start:end],
            after=searched.text[end:after].rstrip()
            + (_CUT if after < len(searched.text) and after - end >= AROUND else ""),
        )
    return None


def marked(text: str, quotes: Sequence[str], limit: int = 20) -> tuple[Part, ...]:
    """The text in parts, with every place of each quotation marked; of places that overlap the longer one."""
    searched = Searched(text)
    found = [
        Found(start, end, number)
        for number, words in enumerate(quotes, 1)
        for start, end in searched.places(words, limit)
    ]
    parts: list[Part] = []
    seen: set[int] = set()
    at = 0
    for place in sorted(found, key=lambda f: (f.start, -f.end)):
        if place.start < at:
            continue
        parts += [Part(text[at : place.start])] if at < place.start else []
        parts.append(Part(text[place.start : place.end], place.number, first=place.number not in seen))
        seen.add(place.number)
        at = place.end
    return (*parts, *([Part(text[at:])] if at < len(text) else []))


def _all(text: str, words: str, limit: int) -> list[int]:
    """Where words begin in a text, places that overlap an earlier one left out; none for no words."""
    found: list[int] = []
    at = text.find(words) if words else -1
    while at >= 0 and len(found) < limit:
        found.append(at)
        at = text.find(words, at + len(words))
    return found


@lru_cache(maxsize=20_000)
def _plain(letter: str) -> str:
    """A character as words are compared: one width, no white space."""
    return "".join(c for c in unicodedata.normalize("NFKC", letter) if not c.isspace())


def _sentence_start(text: str, start: int) -> int:
    at = start
    while at > 0 and start - at < AROUND and not _ends(text, at - 1):
        at -= 1
    return at


def _cut_at(text: str, at: int) -> bool:
    return at > 0 and not _ends(text, at - 1)


def _sentence_end(text: str, end: int) -> int:
    if end > 0 and _ends(text, end - 1):
        return end
    at = end
    while at < len(text) and at - end < AROUND:
        at += 1
        if _ends(text, at - 1):
            break
    return at


def _begins_line(text: str, at: int) -> bool:
    return at <= 0 or text[at - 1] == "\n"


def _next_sentence(text: str, at: int) -> int:
    """The end of the sentence that begins here, or here when the line ends."""
    if at >= len(text) or text[at] == "\n" or (at > 0 and text[at - 1] == "\n"):
        return at
    return _sentence_end(text, at + 1)


def _ends(text: str, at: int) -> bool:
    """Whether a sentence ends with the character here; a full stop in a number, a name or an address is none."""
    if text[at] == ".":
        return at + 1 < len(text) and text[at + 1].isspace() and not text[max(0, at - 2) : at].isupper()
    return text[at] in _ENDS
