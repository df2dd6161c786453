"""Texts out of packages: pages, and the strings of message catalogues, each with the edition that it stands in."""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

from defusedxml import ElementTree

from benchmarks.languages.sources import Source
from crawler.reading.page import parse

_EDITION = "{edition}"
# What program messages are full of, and running text is not: places to fill in, markup, paths, addresses.
_MARKUP = re.compile(r"[<>{}\[\]%$|=\\/@#_~*^`]|&\w+;|\d{3,}|--")
_HAN_ONLY = re.compile(r"[一-鿿㐀-䶿々〇]{2,40}")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*[.,;:!?]?")
_PHRASE = 4
_WRITTEN_TOGETHER = ("ja", "zh")  # no spaces between words
_UNTRANSLATED = 0.15  # of a page's letters in lines that the original has too


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A page or a string, with the edition that its package puts it in."""

    edition: str
    name: str  # of the file below its edition; of a string the file and a number
    body: str  # of a page its HTML


def edition_in(path: Path, source: Source, root: Path) -> tuple[str, str]:
    """The edition that a file belongs to, and its name below the edition; ("", "") where the tree names none."""
    pattern = re.escape(source.tree).replace(re.escape(_EDITION), "(?P<edition>[^/]+?)")
    pattern = pattern.replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    found = re.fullmatch(pattern, path.relative_to(root).as_posix())
    if not found:
        return "", ""
    return found["edition"], path.relative_to(root).as_posix()[found.end("edition") :].strip("/")


def files(source: Source, packages: Path) -> Iterator[tuple[str, str, Path]]:
    """Every file of a source: its edition, its name below the edition, its path."""
    for package in source.packages:
        root = packages / package
        for path in sorted(root.glob(source.tree.replace(_EDITION, "*"))):
            edition, name = edition_in(path, source, root)
            if edition and path.is_file():
                yield edition, name, path


def page_of(path: Path) -> str:
    """The HTML of a page; a help page in XML is written as a browser would be given it."""
    text = path.read_bytes().decode("utf-8", "replace")
    return _from_help(text) if path.suffix == ".page" else text


def _from_help(text: str) -> str:
    """The headings, paragraphs and list items of a Mallard page, as HTML."""
    parts = []
    for element in ElementTree.fromstring(text).iter():
        tag = str(element.tag).rpartition("}")[2]
        words = " ".join("".join(element.itertext()).split())
        if tag in {"title", "p", "desc"} and words:
            html = {"title": "h2", "desc": "p"}.get(tag, tag)
            parts.append(f"<{html}>{escape(words)}</{html}>")
    return f"<!DOCTYPE html><html><body>{''.join(parts)}</body></html>"


def strings_of(path: Path) -> Mapping[str, str]:
    """The strings of a catalogue by their keys; those that are in the original language still are left out."""
    if path.suffix == ".mo":
        with path.open("rb") as file:
            catalogue = getattr(gettext.GNUTranslations(file), "_catalog")  # noqa: B009  # has no public name
        return {str(k): v for k, v in catalogue.items() if k and isinstance(v, str) and v != k}
    if path.suffix == ".json":
        found = json.loads(path.read_text(encoding="utf-8"))
        return {k: v for k, v in found.items() if isinstance(v, str)}
    page = parse(path.read_bytes(), "http://set.example/")
    return {str(i): line.text for i, line in enumerate(page.lines)}


def lines_of(html: str | bytes) -> list[str]:
    """The visible lines of a page, what a program prints left out."""
    body = html.encode() if isinstance(html, str) else html
    return [line.text for line in parse(body, "http://set.example/").lines if line.tag not in {"pre", "code"}]


def is_translated(lines: list[str], original: Iterable[str]) -> bool:
    """Whether a page says something else than the original: a page nobody translated keeps its label all the same."""
    there = {phrase for line in original for phrase in phrases(line)}
    everything = sum(map(len, lines))
    left = sum(len(line) for line in lines if phrases(line) & there)
    return bool(everything) and left <= _UNTRANSLATED * everything


def number_of(text: str) -> int:
    """A number that depends on nothing but the text, and not in the way in which its half does."""
    return int.from_bytes(sha256(f"which {text}".encode()).digest()[:4])


def snippet(text: str, language: str) -> str:
    """Five to ten words of a text, or ten to thirty characters where words are not set apart; "" for none."""
    text = " ".join(text.split())
    if _MARKUP.search(text) or sum(c.isalpha() for c in text) < 0.75 * len(text):
        return ""
    if language in _WRITTEN_TOGETHER:
        cut = text if len(text) <= 30 else text[: 10 + number_of(text) % 21]
        return cut if len(text) >= 10 and sum(c >= "\u3000" for c in cut) >= 0.5 * len(cut) else ""
    words = text.split()
    cut = text if len(words) <= 10 else " ".join(words[: 5 + number_of(text) % 6]).rstrip(" ,.;:–-(")
    return cut if sum(_WORD.fullmatch(word) is not None for word in cut.split()) >= 5 else ""


def phrases(text: str) -> frozenset[tuple[str, ...]]:
    """The phrases of four words of a text; it is not translated where one of them is the original's."""
    words = text.casefold().split()
    return frozenset(tuple(words[i : i + _PHRASE]) for i in range(len(words) - _PHRASE + 1))


def han_only(text: str) -> str:
    """A text of nothing but Chinese characters, at least two of them; "" for any other."""
    stripped = text.strip(" 　・:：")
    return stripped if _HAN_ONLY.fullmatch(stripped) else ""
