"""The lines of a page, made of those that the walk left open: items and rows of short blocks are joined into one."""

from __future__ import annotations

from crawler.reading.hidden import lines_shown
from crawler.reading.open_lines import OpenLine
from crawler.reading.values import HEADINGS, MAX_LINE, Line, Time

_ITEM_LENGTH = 300  # characters; a list item or table row longer than this is a text of its own lines


def lines_of(open_lines: list[OpenLine]) -> tuple[Line, ...]:
    """The finished lines: items and rows made of short blocks joined into one."""
    opens = lines_shown(open_lines)
    texts = [" ".join("".join(line.pieces).split())[:MAX_LINE] for line in opens]
    lines: list[Line] = []
    heading = -1
    at = 0
    while at < len(texts):
        end = _item_end(opens, texts, at)
        text = _joined(opens[at], texts[at:end])
        if text:
            lines.append(_line(opens[at:end], text, len(lines), heading))
            if lines[-1].tag in HEADINGS:
                heading = lines[-1].index
        at = end
    return tuple(lines)


def _item_end(opens: list[OpenLine], texts: list[str], at: int) -> int:
    """The end of the lines that belong to one item with the line at `at`."""
    item = opens[at].place.item
    end = at + 1
    if not item or opens[at].broken:
        return end
    length = len(texts[at])
    while end < len(opens) and opens[end].place.item == item:
        length += len(texts[end])
        if opens[end].broken or length > _ITEM_LENGTH:
            return at + 1
        end += 1
    return end


def _joined(first: OpenLine, texts: list[str]) -> str:
    return (" | " if first.place.style.tag in {"td", "th"} else " ").join(t for t in texts if t)


def _line(opens: list[OpenLine], text: str, index: int, heading: int) -> Line:
    place = opens[0].place
    style = place.style
    joined = len(opens) > 1
    tag = "tr" if style.tag in {"td", "th"} and (joined or not opens[0].broken) else style.tag
    if joined and tag != "tr":
        tag = "li"
    return Line(
        index=index,
        text=text,
        tag=tag,
        region=style.region,
        container=place.item_container if tag == "tr" or joined else place.container,
        heading=heading,
        links=tuple(link.finished() for o in opens for link in o.links),
        times=tuple(Time(t.datetime, " ".join("".join(t.text).split()), t.updated) for o in opens for t in o.times),
        classes=style.classes,
        depth=style.depth,
        marks=" ".join(mark for o in opens for mark in o.marks),
    )
