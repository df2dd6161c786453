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
_ATTRIBUTE = re.compile(r' (=?[^ =]*)="([^"]*)"')
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

    `left` hands each piece out once, to the walk or to whoever passes over a part of the page for it. The text of a
    script is a number: see `script`.
    """

    def __init__(self, html: str) -> None:
        html, self._scripts = _without_scripts(html)
        self._pieces = html.split("<")
        self.left = iter(self._pieces)
        next(self.left)  # nothing stands before the first tag

    def script(self, text: str) -> str:
        """The source of the script whose text in the markup this is."""
        return self._scripts[int(text)] if text.isdecimal() and int(text) < len(self._scripts) else text

    @property
    def _at(self) -> int:
        """The number of the piece that was handed out last."""
        return len(self._pieces) - length_hint(self.left) - 1

    def whole(self, piece: str) -> tuple[str, str]:
        """The tag and the text of a piece that has no end: a name may hold a "<"."""
        for following in self.left:
            piece += f"<{following}"
            if ">" in following:
                break
        tag, _, text = piece.partition(">")
        return tag, text

    def raw(self, name: str, text: str) -> tuple[str, str]:
        """The text of an element whose text is raw, which begins with `text`; and the text behind the element."""
        end = f"/{name}>"
        taken = [text]
        for piece in self.left:
            if piece.startswith(end):
                return "<".join(taken), piece[len(end) :]
            taken.append(piece)
        return "<".join(taken), ""

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
                if within in RAW and within != name:
                    self.raw(within, "")
        return ""

    def ahead(self, name: str) -> Iterator[tuple[str, str]]:
        """The tags and texts within the element that began with the last piece, without taking them."""
        depth = 0
        at = self._at
        for piece in islice(self._pieces, at, at + _MOST_AHEAD):
            tag, _, text = piece.partition(">")
            within = name_of(tag)
            depth += (within == name) - (within == f"/{name}")
            if not depth:
                return
            yield tag, text


def _without_scripts(html: str) -> tuple[str, list[str]]:
    """The markup with comments emptied and a number for the text of each script, which is full of "<"; and the texts."""
    parts: list[str] = []
    scripts: list[str] = []
    at = 0
    comment = _found("<!", html, 0)
    script = _found("<script", html, 0)
    while comment >= 0 or script >= 0:
        if script < 0 or 0 <= comment < script:
            end = html.find("-->" if html.startswith("<!--", comment) else ">", comment + 2)
            end = html.find(">", end) if end >= 0 else len(html)
            parts += html[at:comment], "<!"
        else:
            start = html.find(">", script) + 1
            end = _end_of_script(html, start)
            parts += html[at:start], str(len(scripts)) if end > start else ""
            if end > start:
                scripts.append(html[start:end])
        at = end
        comment = _found("<!", html, at) if 0 <= comment < at else comment
        script = _found("<script", html, at) if 0 <= script < at else script
    parts.append(html[at:])
    return "".join(parts), scripts


def _found(sign: str, html: str, at: int) -> int:
    """Where a comment or a script begins behind a place between tags, -1 for nowhere: the name of an attribute may look so."""
    found = html.find(sign, at)
    while found >= 0 and html.rfind("<", at, found) > html.rfind(">", at, found):
        found = html.find(sign, found + 1)
    return found


def _end_of_script(html: str, start: int) -> int:
    """Where the script ends whose text begins at a place: not at the end of one that is written out in a comment in it."""
    end = html.find("</script>", start)
    while end >= 0:
        comment = html.rfind("<!--", start, end)
        if comment < 0 or html.find("-->", comment, end) >= 0:
            return end
        if html.count("<script", comment, end) <= html.count("</script", comment, end):
            return end
        end = html.find("</script>", end + 1)
    return len(html)
