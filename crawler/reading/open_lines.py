"""What the walk over a page's markup fills in as it goes: lines, links and times whose words are still to come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from crawler.reading.styles import Style
from crawler.reading.values import Link, Region

_T = TypeVar("_T")


@dataclass(slots=True)
class OpenLink:
    """A link whose words, or pictures, are still being read."""

    url: str
    tag: str
    region: Region
    title: str = ""
    rel: str = ""
    hreflang: str = ""
    type: str = ""
    text: list[str] = field(default_factory=list)
    alts: list[str] | None = None
    made: Link | None = None

    def finished(self) -> Link:
        """The link with its words, the same value however often it is asked for."""
        if self.made is None:
            words = " ".join("".join(self.text).split()) or " ".join(self.alts or ())
            self.made = Link(
                self.url, words[:300], self.title[:200], self.rel, self.hreflang, self.tag, self.region, self.type
            )
        return self.made


@dataclass(slots=True)
class OpenTime:
    """A ``<time>`` element whose words are still being read."""

    datetime: str
    updated: bool = False  # its class says that it is the day of the last change
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Place:
    """Where the walk is: what the open elements hand down to what is in them."""

    style: Style
    block: int  # number of the block element
    container: int  # number of the block element around that
    item: int  # number of the nearest list item or table row, 0 for none
    item_container: int  # container of that item
    link: OpenLink | None
    time: OpenTime | None

    def within(self, style: Style) -> Place:
        """The place in an inline element with this style."""
        if style is self.style:
            return self
        return Place(style, self.block, self.container, self.item, self.item_container, self.link, self.time)


@dataclass(slots=True)
class OpenLine:
    """A line being filled."""

    place: Place
    pieces: list[str] = field(default_factory=list)
    links: list[OpenLink] | None = None
    times: list[OpenTime] | None = None
    broken: bool = False  # a <br> began or ended it
    marks: list[str] | None = None  # classes of inline elements that hold a day


def more(items: list[_T] | None, item: _T) -> list[_T]:
    """The list with one more item, begun with it when there was none: most lines and links never need theirs."""
    if items is None:
        return [item]
    items.append(item)
    return items


def is_updated(classes: str) -> bool:
    """Whether the class of a <time> calls it the day of a change; themes write "published updated" where both are one."""
    words = set(classes.lower().replace("-", " ").replace("_", " ").split())
    return bool(words & {"updated", "modified", "lastmod"}) and "published" not in words
