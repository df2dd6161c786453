"""The markup of a parsed page, as the HTML parser writes it back: every tag and text in order, nothing left to guess.

A parser's own markup is regular: implied tags are filled in, every element but the void ones is closed, values stand in
double quotes, and neither "<" nor ">" stands in a text or a value. So it can be taken apart by splitting, which is many
times faster than a call into the parser for every node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from operator import length_hint

# Elements that have no end tag.
VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)
# Elements whose text is written as it is; "<" may stand in it.
RAW = frozenset("script style iframe noembed noframes xmp plaintext".split())
_ATTRIBUTE = re.compile(r' (=?[^=]*+)="([^"]*+)"')
_MOST_AHEAD = 50_000  # pieces of one element that are looked at ahead of the walk


def plain(text: str) -> str:
    """A text or value of the markup as it is shown."""
    if "&" not in text:
        return text
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\xa0")
    return text.replace("&quot;", '"').replace("&amp;", "&")


def name_of(tag: str) -> str:
    """The element's name in a start tag, which is given without its brackets."""
    return tag.partition(" ")[0]


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes in a start tag, "" for those without a value."""
    pairs = _ATTRIBUTE.findall(tag)
    return {name: plain(value) for name, value in pairs} if "&" in tag else dict(pairs)


class Markup:
    """The pieces of a page's markup, each a tag and the text behind it.

    `left` hands each piece out once, to the walk or to whoever passes over a part of the page for it. Those of comments
    and scripts, which are no tags, follow one that is: `past_comment` and `raw` take them.
    """

    def __init__(self, html: str) -> None:
        self._pieces = html.split("<")
        self.left = iter(self._pieces)
        next(self.left)  # nothing stands before the first tag

    @property
    def _at(self) -> int:
        """The number of the piece that was handed out last."""
        return len(self._pieces) - length_hint(self.left) - 1

    def whole(self, piece: str) -> str:
        """All of a piece that has no end: a name may hold a "<"."""
        for following in self.left:
            piece += f"<{following}"
            if ">" in following:
                break
        return piece

    def past_comment(self, piece: str) -> str:
        """The text behind a comment that begins with this piece, or behind what else begins with "!"."""
        return _past_comment(piece, self.left)

    def raw(self, name: str, text: str) -> tuple[str, str]:
        """The text of an element whose text is raw, which begins with `text`; and the text behind the element."""
        return _raw(name, text, self.left)

    def skip(self, name: str) -> str:
        """Pass over an element that has begun, and all that is in it; gives the text behind it."""
        depth = 1
        end = f"/{name}>"
        for piece in self.left:
            if piece.startswith(end):
                depth -= 1
                if not depth:
                    return piece[len(end) :]
            else:
                within = name_of(piece.partition(">")[0])
                depth += within == name
                if piece[:1] == "!":
                    self.past_comment(piece)
                elif within in RAW and within != name:
                    self.raw(within, "")
        return ""

    def ahead(self, name: str) -> Iterator[tuple[str, str]]:
        """The tags and texts within the element that began with the last piece, without taking them."""
        depth = 0
        at = self._at
        left = islice(self._pieces, at, at + _MOST_AHEAD)
        for piece in left:
            tag, _, text = piece.partition(">")
            within = name_of(tag)
            depth += (within == name) - (within == f"/{name}")
            if not depth:
                return
            if tag[:1] == "!":
                text = _past_comment(piece, left)
            elif within == "script":
                tag, text = "/script", _raw(within, text, left)[1]
            yield tag, text


def without_sources(raw: str) -> str:
    """The raw text of an element with the comments and scripts in it emptied."""
    left = iter(raw.split("<"))
    kept = [next(left)]
    for piece in left:
        tag, end, text = piece.partition(">")
        if tag[:1] == "!":
            kept.append(f"!>{_past_comment(piece, left)}")
        elif name_of(tag) == "script":
            kept += f"{tag}{end}", f"/script>{_raw('script', text, left)[1]}"
        else:
            kept.append(piece)
    return "<".join(kept)


def _past_comment(piece: str, left: Iterator[str]) -> str:
    """The text behind a comment that begins with a piece, or behind what else begins with "!"; `left`: what follows."""
    if not piece.startswith("!--"):
        return piece.partition(">")[2]
    end = piece.find("-->", 1)
    while end < 0:
        following = next(left, None)
        if following is None:
            return ""
        piece = following
        end = piece.find("-->")
    return piece[end + 3 :]


def _raw(name: str, text: str, left: Iterator[str]) -> tuple[str, str]:
    """The raw text of an element that begins with `text`, and what stands behind the element."""
    end = f"/{name}>"
    taken = [text]
    in_comment, within = False, 0  # a script that is written out in a comment of a script ends nothing
    for piece in left:
        if piece.startswith(end) and not (in_comment and within > 0):
            return "<".join(taken), piece[len(end) :]
        taken.append(piece)
        if name == "script":
            if piece.startswith("!--"):
                in_comment, within = True, 0
            if in_comment:
                within += piece.startswith("script") - piece.startswith("/script")
                in_comment = "-->" not in piece
    return "<".join(taken), ""
