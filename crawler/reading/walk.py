"""The one walk over a page's markup: links, metadata, and the open lines that `lines` makes those of the page.

Elements are met in document order, so where one stands follows from where its parent stands, which was met before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.reading.hidden import has_tabs, hides
from crawler.reading.markup import RAW, VOID, Markup, attributes_of, name_of, plain, without_sources
from crawler.reading.open_lines import OpenLine, OpenLink, OpenTime, Place, is_updated, more
from crawler.reading.styles import (
    A_BLOCK,
    AN_INLINE,
    BREAK,
    DROPPED,
    DROPPED_BLOCK,
    EMPTY_BLOCK,
    INLINE,
    READ,
    SPACED_INLINE,
    Style,
    outermost,
    tag_of,
)
from crawler.reading.typed_days import DATE_ALT, DATED, ISO_DAY
from crawler.reading.values import HEADINGS, MAX_LINES, MAX_LINKS, MAX_TEXT
from crawler.urls import join

_EMPTY, _DROPS = frozenset({EMPTY_BLOCK, DROPPED_BLOCK}), frozenset({DROPPED, DROPPED_BLOCK})
_ITEMS = frozenset({"li", "tr"})
_UNBROKEN = HEADINGS | {"li", "dt", "a", "caption", "th"}  # a <br> in these is a space
# A language switch may be a <select> whose script opens the chosen address; archives of blogs list months so.
_OPTION_ADDRESS = re.compile(r"https?://|\.{0,2}/|\?|[^\s?#]{1,80}\.(?:html?|php|aspx?|shtml|cgi)\b", re.IGNORECASE)
_MAX_OPTIONS = 12  # of one <select>; longer ones are forms and archives
_HEAD_OF_LINE = 30  # characters of a line in which its date begins
_MAX_SPLIT = 1_000  # lines of preformatted text on one page
_MARKED = 60  # characters of an inline element that may hold little more than a day
# A set of characters comes first: the search skips over all others at once.
_YEARLIKE = re.compile(r"[0-9](?:(?:(?<=1)9|(?<=2)0)[0-9]{2}|[0-9]?[./][0-9]{1,2}[./][0-9]{2})")
_PIECE = 10  # characters that looking at one more tag costs
_SCRIPT_CHARACTERS = 60_000  # of inline scripts that are kept for signatures


@dataclass(slots=True)
class Walk:
    """Everything met on the way, in document order."""

    base: str
    title: list[str] = field(default_factory=list)
    lang: str = ""
    open_lines: list[OpenLine] = field(default_factory=list)
    links: list[OpenLink] = field(default_factory=list)
    metas: list[tuple[str, str]] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    refresh: str = ""
    n_images: int = 0
    noscript: list[str] = field(default_factory=list)
    _markup: Markup = field(default_factory=lambda: Markup(""))
    _blocks: int = 0
    _tags: list[str] = field(default_factory=list)  # the start tags of the open elements
    _breaking: bool = False
    _scripted: int = 0  # characters of inline scripts so far
    _split: int = 0  # lines of preformatted text so far
    _looked: int = 0  # characters of preformatted text that were searched for dates

    def over(self, html: str) -> Walk:
        """Walk over the markup of a whole page, as the parser writes it, to the bounds."""
        self._markup = markup = Markup(html)
        lines, tags = self.open_lines, self._tags
        place = Place(outermost(), 0, 0, 0, 0, None, None)
        around: list[Place] = []  # the places around the open elements
        for piece in markup.left:
            tag, end, text = piece.partition(">")
            if not end:
                piece = markup.whole(piece)  # noqa: PLW2901 - the same one
                tag, _, text = piece.partition(">")
            if tag[:1] == "/":
                if around:
                    place = around.pop()
                    tags.pop()
            elif tag[:1] == "!":
                text = markup.past_comment(piece)
            else:
                inner, text = self._start(tag, text, place)
                if inner is not None:
                    around.append(place)
                    tags.append(tag)
                    place = inner
            if text:
                if text.isspace() and not place.style.sink:
                    self._space(place)
                else:
                    self._text(plain(text), place)
                if len(lines) >= MAX_LINES:
                    break
        return self

    def _start(self, tag: str, text: str, place: Place) -> tuple[Place | None, str]:
        """Take in a start tag; gives the place in the element, None where nothing of it is left, and the text behind."""
        if tag[:2] == "a ":  # the most of those that carry data, each with an address of its own
            return self._anchor(attributes_of(tag), place), text
        act, style = place.style.steps.get(tag) or place.style.step(tag)
        if act == A_BLOCK:
            return self._block(style, place), text
        if act == AN_INLINE:
            return place.within(style), text
        if act == READ:
            return self._read(tag, text, place)
        if act == SPACED_INLINE:
            self._space(place)
            return place.within(style), text
        if act == BREAK:
            self._break(place)
        elif act in _EMPTY:
            self._empty_block()
        return None, self._dropped(name_of(tag), text) if act in _DROPS else text

    def _block(self, style: Style, around: Place) -> Place:
        self._breaking = False
        self._blocks = number = self._blocks + 1
        if style.tag in _ITEMS:
            return Place(style, number, around.block, number, around.block, around.link, around.time)
        return Place(style, number, around.block, around.item, around.item_container, around.link, around.time)

    def _empty_block(self) -> None:
        self._breaking = False
        self._blocks += 1

    def _dropped(self, name: str, text: str) -> str:
        """The text behind an element that is passed over with all that is in it."""
        if name in VOID:
            return text
        return self._markup.raw(name, text)[1] if name in RAW else self._markup.skip(name)

    # --- text ---

    def _text(self, text: str, place: Place) -> None:
        style = place.style
        if text.isspace() and not style.sink:
            self._space(place)
            return
        if style.sink:
            (self.title if style.sink == "title" else self.noscript).append(text)
            return
        if style.split and "\n" in text and self._split < _MAX_SPLIT:
            self._preformatted(text, place)
            return
        self._words(text, place)
        if len(text) <= _MARKED and _YEARLIKE.search(text) and (mark := self._mark()):
            line = self.open_lines[-1]
            line.marks = more(line.marks, mark)

    def _mark(self) -> str:
        """The classes of the inline elements around a text, where pages say that it is a day; "" in a block."""
        words = ""
        for tag in self._tags[:-3:-1]:
            if name_of(tag) not in INLINE:
                break
            attributes = attributes_of(tag)
            words += f" {attributes.get('class', '')} {attributes.get('itemprop', '')} {attributes.get('id', '')}"
        return " ".join(words.lower().split())[:100]

    def _preformatted(self, text: str, place: Place) -> None:
        """Take in text whose line breaks are those of the page."""
        first, *others = text.split("\n")
        if first and not first.isspace():
            self._words(first, place)
        for words in others:
            self._break(place)
            if words and not words.isspace():
                self._split += 1
                self._words(words, place)

    def _words(self, text: str, place: Place) -> None:
        link, time = place.link, place.time
        if link is not None:
            link.text.append(text)
        line = self._line(place)
        if line.place.style.hidden != place.style.hidden:
            return  # hidden words amid shown ones
        line.pieces.append(text)
        if link is not None:
            if line.links is None:
                line.links = [link]
            elif line.links[-1] is not link:
                line.links.append(link)
        if time is not None:
            time.text.append(text)
            if line.times is None:
                line.times = [time]
            elif line.times[-1] is not time:
                line.times.append(time)

    def _line(self, place: Place) -> OpenLine:
        """The line that text at this place belongs to: the last one while its block lasts."""
        last = self.open_lines[-1] if self.open_lines else None
        alike = last is not None and last.place.block == place.block
        goes_on = alike and not self._breaking
        if last is not None and goes_on and (place.style.hidden or not last.place.style.hidden):
            return last
        line = OpenLine(place, broken=self._breaking)
        if self._breaking and last is not None and alike:
            last.broken = True
        self._breaking = False
        self.open_lines.append(line)
        return line

    def _space(self, place: Place) -> None:
        lines = self.open_lines
        if lines and lines[-1].place.block == place.block:
            lines[-1].pieces.append(" ")

    def _break(self, place: Place) -> None:
        if place.style.tag in _UNBROKEN:
            self._space(place)
        elif self.open_lines and self.open_lines[-1].place.block == place.block:
            self._breaking = True

    # --- elements that carry data ---

    def _read(self, tag: str, text: str, place: Place) -> tuple[Place | None, str]:
        """Take in an element that carries data, as `_start` does."""
        name = name_of(tag)
        attributes = attributes_of(tag)
        if name == "a":
            return self._anchor(attributes, place), text
        if name == "img":
            self._image(attributes, place)
        elif name in RAW:
            return None, self._raw(tag, name, attributes, text, place)
        elif name in {"area", "link", "frame"}:
            self._reference(attributes, name, place)
        elif name in {"meta", "base"}:
            self._declared(name, attributes)
        elif name in {"abbr", "time"}:
            return self._time(tag, attributes, place), text
        elif name == "noscript":
            return place.within(place.style.changed(sink="noscript")), text
        elif name == "title":
            if self.title:
                return None, self._dropped(name, text)
            return place.within(place.style.changed(sink="title")), text
        elif name == "html":
            self.lang = (attributes.get("lang") or attributes.get("xml:lang") or "").strip().lower()[:12]
            return self._opened(tag, text, place)
        else:
            return self._field(tag, text, place)
        return None, text

    def _field(self, tag: str, text: str, place: Place) -> tuple[Place | None, str]:
        """Preformatted text; and the parts of a form, where pages keep lists of addresses and old ones their news."""
        said = tag_of(tag)
        dated = 0 if said.name == "select" else self._dated_in(said.name)
        if said.name == "select":
            self._options(place)
        elif said.name == "pre" or dated >= 2:
            return self._opened(tag, text, place, split=dated > 0)
        return None, self._dropped(said.name, text)

    def _opened(self, tag: str, text: str, place: Place, *, split: bool = False) -> tuple[Place | None, str]:
        """A block element, dropped when it is hidden; `split` where line breaks in the source are those of the page."""
        said = tag_of(tag)
        if said.act == DROPPED_BLOCK:
            self._empty_block()
            return None, self._dropped(said.name, text)
        style = place.style.block(said)
        return self._block(style.changed(split=True) if split else style, place), text

    def _options(self, place: Place) -> None:
        """Take in the addresses among the options of a list, of which there are few when it leads somewhere."""
        options: list[tuple[str, list[str]]] = []
        inside = False
        for tag, text in self._markup.ahead("select"):
            if name_of(tag) == "option":
                options.append((attributes_of(tag).get("value", "").strip(), []))
            inside = name_of(tag) == "option" or (inside and tag != "/option")
            if inside and name_of(tag) not in RAW:
                options[-1][1].append(plain(text))
            if len(options) > _MAX_OPTIONS:
                return
        for value, words in options:
            url = join(self.base, value) if _OPTION_ADDRESS.match(value) else ""
            if url and len(self.links) < MAX_LINKS:
                self.links.append(OpenLink(url, "option", place.style.region, text=words))

    def _dated_in(self, name: str) -> int:
        """How many lines of preformatted text begin with a date, or with a few words before one."""
        if self._looked > MAX_TEXT:  # nested elements would be looked at again and again
            return 0
        pieces = [plain(text) for _, text in self._markup.ahead(name)]
        text = "".join(pieces)
        self._looked += len(text) + _PIECE * len(pieces)
        return sum(1 for line in text.splitlines() if DATED.search(line.strip()[:_HEAD_OF_LINE]))

    def _anchor(self, attributes: Mapping[str, str], place: Place) -> Place:
        self._space(place)
        url = join(self.base, attributes.get("href", ""))
        style = place.style
        link = None
        if url and len(self.links) < MAX_LINKS:
            link = OpenLink(
                url, "a", style.region, attributes.get("title", ""), attributes.get("rel", "").lower(),
                attributes.get("hreflang", "").lower(),
            )  # fmt: skip
            self.links.append(link)
            if "style" in attributes and hides(attributes) and not has_tabs(style.classes):
                style = style.changed(hidden=True)
        elif place.link is None:
            return place
        return Place(style.shown(), place.block, place.container, place.item, place.item_container, link, place.time)

    def _time(self, tag: str, attributes: Mapping[str, str], place: Place) -> Place:
        """The place within a <time>, or an <abbr> that is one."""
        is_time = name_of(tag) == "time"
        if is_time:
            self._space(place)
        day = attributes.get("datetime" if is_time else "title", "")
        if not is_time and (place.time is not None or not ISO_DAY.match(day)):
            return place.within(place.style.inline(tag_of(tag)))
        time = OpenTime(day[:60], is_updated(attributes.get("class", "")))
        style = place.style.shown()
        return Place(style, place.block, place.container, place.item, place.item_container, place.link, time)

    def _image(self, attributes: Mapping[str, str], place: Place) -> None:
        self.n_images += 1
        alt = " ".join(attributes.get("alt", "").split())[:200]
        if not alt:
            return
        if place.link is not None:
            place.link.alts = more(place.link.alts, alt)
        if place.style.tag in HEADINGS or (DATE_ALT.fullmatch(alt) and not place.style.hidden):
            self._line(place).pieces.append(f" {alt} ")

    def _reference(self, attributes: Mapping[str, str], tag: str, place: Place) -> None:
        url = join(self.base, attributes.get("href") or attributes.get("src") or "")
        if not url or len(self.links) >= MAX_LINKS:
            return
        if tag == "frame":
            self.frames.append(url)
        label = attributes.get("alt") or attributes.get("title") or attributes.get("name") or ""
        link = OpenLink(
            url, tag, place.style.region, label, attributes.get("rel", "").lower(),
            attributes.get("hreflang", "").lower(), attributes.get("type", "").lower(), [label],
        )  # fmt: skip
        self.links.append(link)

    def _raw(self, tag: str, name: str, attributes: Mapping[str, str], text: str, place: Place) -> str:
        """Take in an element whose text is no markup; gives the text behind it."""
        words, behind = self._markup.raw(name, text)
        if name == "script":
            self._script(attributes, words)
        elif name == "iframe":
            self._reference(attributes, name, place)
        elif "hidden" in attributes:
            self._empty_block()
        else:
            inner = self._block(place.style.block(tag_of(tag)), place)
            words = without_sources(words)
            if words and not words.isspace():
                self._tags.append(tag)
                self._text(words, inner)
                self._tags.pop()
        return behind

    def _script(self, attributes: Mapping[str, str], words: str) -> None:
        source = attributes.get("src")
        if source:
            self.scripts.append(join(self.base, source))
        if "ld+json" in attributes.get("type", "").lower():
            if words:
                self.json_ld.append(words[:200_000])
        elif words and self._scripted < _SCRIPT_CHARACTERS:
            self.inline.append(words[:_SCRIPT_CHARACTERS])
            self._scripted += len(words)

    def _declared(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in an element without words: a block in which nothing stands."""
        self._empty_block()
        if name == "base" and attributes.get("href"):
            self.base = join(self.base, attributes["href"]) or self.base
        if name == "meta":
            self._meta(attributes)

    def _meta(self, attributes: Mapping[str, str]) -> None:
        content = attributes.get("content", "").strip()
        if attributes.get("http-equiv", "").lower() == "refresh":
            self.refresh = self.refresh or content[:500]
            return
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        if name and content:
            self.metas.append((name.strip().lower(), content[:500]))
