"""The lines of a page, made of those that the walk left open: items and rows of short blocks are joined into one."""

from __future__ import annotations

from crawler.reading.hidden import lines_shown
from crawler.reading.open_lines import OpenLine, OpenTime
from crawler.reading.values import HEADINGS, MAX_LINE, Line, Time

_CELLS = frozenset({"td", "th"})
_ITEM_LENGTH = 300  # characters; a list item or table row longer than this is a text of its own lines


def lines_of(open_lines: list[OpenLine]) -> tuple[Line, ...]:
    """The finished lines: items and rows made of short blocks joined into one."""
    opens = lines_shown(open_lines)
    texts = [" ".join("".join(line.pieces).split())[:MAX_LINE] for line in opens]
    lines: list[Line] = []
    heading = -1
    at = 0
    while at < len(texts):
        first = opens[at]
        end = at + 1 if first.broken or not first.place.item else _item_end(opens, texts, at)
        text = texts[at] if end == at + 1 else _joined(first, texts[at:end])
        if text:
            line = (
                _line(first, text, len(lines), heading)
                if end == at + 1
                else _item(opens[at:end], text, len(lines), heading)
            )
            lines.append(line)
            if line.tag in HEADINGS:
                heading = line.index
        at = end
    return tuple(lines)


def _item_end(opens: list[OpenLine], texts: list[str], at: int) -> int:
    """The end of the lines that belong to one item with the line at `at`."""
    item = opens[at].place.item
    end = at + 1
    length = len(texts[at])
    while end < len(opens) and opens[end].place.item == item:
        length += len(texts[end])
        if opens[end].broken or length > _ITEM_LENGTH:
            return at + 1
        end += 1
    return end


def _joined(first: OpenLine, texts: list[str]) -> str:
    return (" | " if first.place.style.tag in _CELLS else " ").join(t for t in texts if t)


def _line(line: OpenLine, text: str, index: int, heading: int) -> Line:
    """The line made of one open line."""
    place = line.place
    style = place.style
    tag = style.tag
    container = place.container
    if tag in _CELLS and not line.broken:
        tag = "tr"
    if tag == "tr":
        container = place.item_container
    return Line(
        index,
        text,
        tag,
        style.region,
        container,
        heading,
        tuple([link.finished() for link in line.links]) if line.links else (),
        tuple([_time(time) for time in line.times]) if line.times else (),
        style.classes,
        style.depth,
        " ".join(line.marks) if line.marks else "",
    )


def _item(opens: list[OpenLine], text: str, index: int, heading: int) -> Line:
    """The line made of the open lines of one item or row."""
    line = _line(opens[0], text, index, heading)
    return line._replace(
        tag="tr" if opens[0].place.style.tag in _CELLS or line.tag == "tr" else "li",
        container=opens[0].place.item_container,
        links=tuple([link.finished() for o in opens for link in o.links or ()]),
        times=tuple([_time(time) for o in opens for time in o.times or ()]),
        marks=" ".join([mark for o in opens for mark in o.marks or ()]),
    )


def _time(time: OpenTime) -> Time:
    return Time(time.datetime, " ".join("".join(time.text).split()), time.updated)
