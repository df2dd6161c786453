"""What the walk over a page's tree fills in as it goes: lines, links and times whose words are still to come."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.reading.values import Link, Region


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
    alts: list[str] = field(default_factory=list)
    made: Link | None = None

    def finished(self) -> Link:
        """The link with its words, the same value however often it is asked for."""
        if self.made is None:
            words = " ".join("".join(self.text).split()) or " ".join(self.alts)
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
class Context:
    """What an element hands down to what is in it."""

    block: int  # number of the block element
    tag: str  # of the block element
    region: Region
    container: int
    item: int  # number of the nearest list item or table row, 0 for none
    item_container: int  # container of that item
    depth: int
    classes: str
    landed: bool  # inside main or article, where header and footer are parts of the text
    link: OpenLink | None = None
    time: OpenTime | None = None
    dropped: bool = False
    hidden: bool = False  # by an inline style: its words are not shown, its links lead somewhere all the same
    split: bool = False  # a line break in the source is one on the page
    sink: str = ""  # "title", "json_ld", "script": text goes there instead


@dataclass(slots=True)
class OpenLine:
    """A line being filled."""

    context: Context
    pieces: list[str] = field(default_factory=list)
    links: list[OpenLink] = field(default_factory=list)
    times: list[OpenTime] = field(default_factory=list)
    broken: bool = False  # a <br> began or ended it
    marks: list[str] = field(default_factory=list)  # classes of inline elements that hold a day
