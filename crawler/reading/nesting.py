"""The source of a page without what makes the HTML parser slower than the page is long.

The parser follows the standard, and that has it look up the tree for many tags: its time grows with the square of the
depth, of the options of a list and of the attributes of an element, and it copies every formatting element that was left
open into every block that follows. Measured with selectolax 1.0: 400 KB with 300 open <font> took 13 seconds and 6 GB;
2 MB of <option> would take some minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

_START = re.compile(r"<[a-zA-Z]")
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,9})")
# Elements without an end tag, or whose end tag is usually left out, make no depth.
_FLAT = frozenset("area base br col embed hr img input link meta param source track wbr p li dt dd tr td th".split())
# What the parser copies. An <a> ends the one before, so there is never more than one of them.
_FORMATTING = frozenset("b big code em font i nobr s small strike strong tt u".split())
_FORMATTING_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_FORMATTING))})(?=[\s/>])[^<>]*+>", re.IGNORECASE)
# What is counted on every page: "" for a formatting element, "/" for the end of one, "o" for what may be an option.
_FIRST = "".join(sorted({letter for name in _FORMATTING for letter in (name[0], name[0].upper())}))
_FORMATTING_NAME = "|".join("".join(f"[{c}{c.upper()}]" for c in name) for name in sorted(_FORMATTING))
_IS_FORMATTING = rf"(?=[{_FIRST}])(?=(?:{_FORMATTING_NAME})(?![a-zA-Z0-9]))"  # most names are told by one look
_COUNTED = re.compile(rf"<(/{_IS_FORMATTING}|{_IS_FORMATTING}|[oO](?=[pP]))")
_OPTION_TAG = re.compile(r"</?option(?=[\s/>])[^<>]*+>?", re.IGNORECASE)
_ATTRIBUTE = r"(?:[\s/]++[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+)"
_MAX_ATTRIBUTES = 1000  # of an element; their time: 2 ms
# An element with more attributes than anybody writes; a script is passed over, for "<" and words are its language.
_CROWDED = re.compile(
    rf"<(?:script|style)\b[^>]*+>(?:[^<]++|<(?!/(?:script|style)))*+|(<[a-zA-Z][^\s/>]*+{_ATTRIBUTE}{{{_MAX_ATTRIBUTES}}}){_ATTRIBUTE}++",
    re.IGNORECASE,
)

# Browsers stop at 512, but here the tags in the strings of scripts count too. A page of 2 MB in <li> takes four seconds.
_MAX_DEPTH = 3000
_MAX_OPTIONS = 1000  # on a page; years of birth and countries make 350. Their time: 4 ms
_MAX_COPIES = (
    100_000  # elements that the parser may add by copying, 200 bytes each; old pages with <font> add some 1,000
)
_FEWEST = 300  # tags that any of these takes


class _Kind(Enum):
    """What a tag means for the parser."""

    FLAT = 0
    START = 1
    END = 2
    FORMATTING = 3
    FORMATTING_END = 4
    OPTION = 5


@dataclass(slots=True)
class _Counts:
    """What the tags of a page amount to."""

    deep_at: int = -1  # number of the tag at which they nest too deeply, -1 for none
    options: int = 0
    copies: int = 0  # at most so many elements the parser adds


def shallow(text: str) -> str:
    """The text up to where elements nest too deeply, without attributes, options and formatting beyond all measure.

    What is left out beside the end is not seen by a reader: the words stay.
    """
    tags = text.count("<")
    if _may_be_crowded(text, tags):
        text = _CROWDED.sub(lambda match: match[1] or match[0], text)
        tags = text.count("<")
    if _is_plain(text, tags):
        return text
    counts = _counts(_TAG.findall(text))
    if counts.deep_at >= 0:
        text = text[: next(islice(_TAG.finditer(text), counts.deep_at, None)).start()]
    if counts.options > _MAX_OPTIONS:
        text = _OPTION_TAG.sub("", text)
    return _FORMATTING_TAG.sub("", text) if counts.copies > _MAX_COPIES else text


def _is_plain(text: str, tags: int) -> bool:
    """Whether there are too few tags for any of this: quicker counted than taken in, and true of nearly every page."""
    if tags < _FEWEST:
        return True
    if tags > _MAX_DEPTH and tags - text.count("</") > _MAX_DEPTH:
        return False
    is_open = most_open = options = 0  # formatting elements, and options
    for sign in _COUNTED.findall(text):
        if sign == "/":
            is_open = is_open - 1 if is_open else 0
        elif sign:
            options += 1
        else:
            is_open += 1
            most_open = max(most_open, is_open)
    return options <= _MAX_OPTIONS and most_open * tags <= _MAX_COPIES


def _may_be_crowded(text: str, tags: int) -> bool:
    """Whether enough words stand between two ends of tags, or enough ends without a start: quicker asked than answered."""
    for piece in _long_pieces(text):
        start = _START.search(piece)
        words = piece[start.start() :] if start else "" if "{" in piece else piece  # a script, a style, data
        if sum(map(words.count, " \n\t\r\f/")) > _MAX_ATTRIBUTES:
            return True
    return text.count(">") - tags >= _MAX_ATTRIBUTES  # a ">" in the value of each attribute


def _long_pieces(text: str) -> Iterator[str]:
    """What stands between two ends of tags that are further apart than words of so many attributes need."""
    start, length = 0, 2 * _MAX_ATTRIBUTES
    while start + length < len(text):
        end = text.rfind(">", start, start + length + 1)  # the last one in reach: the pieces before it are short
        if end < 0:
            end = text.find(">", start + length)
            end = end if end >= 0 else len(text)
            yield text[start:end]
        start = end + 1


def _counts(tags: Sequence[str]) -> _Counts:
    """The counts over the tags as written, up to where they nest too deeply."""
    kinds: dict[str, _Kind] = {}  # of each tag as written: a page has few
    found = _Counts()
    depth = formatting = 0
    for at, tag in enumerate(tags):
        kind = kinds.get(tag)
        if kind is None:
            kind = kinds[tag] = _kind(tag)
        if kind is _Kind.FORMATTING:
            found.copies += formatting  # each is compared with those that are open
            formatting += 1
            continue
        if kind is _Kind.FORMATTING_END:
            formatting = formatting - 1 if formatting else 0
            continue
        found.copies += formatting
        if kind is _Kind.START:
            depth += 1
            if depth > _MAX_DEPTH:
                found.deep_at = at
                return found
        elif kind is _Kind.END and depth:
            depth -= 1
        elif kind is _Kind.OPTION:
            found.options += 1
    return found


def _kind(tag: str) -> _Kind:
    """What a tag means; a "/" leads an end tag."""
    name = tag.removeprefix("/").lower()
    ends = tag.startswith("/")
    if name in _FORMATTING:
        return _Kind.FORMATTING_END if ends else _Kind.FORMATTING
    if name in _FLAT:
        return _Kind.FLAT
    if name == "option":
        return _Kind.FLAT if ends else _Kind.OPTION
    return _Kind.END if ends else _Kind.START
