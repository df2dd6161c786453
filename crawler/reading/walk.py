"""The one walk over a page's tree: links, metadata, and the open lines that `lines` makes those of the page.

The tree is met in document order, so an element's context follows from its parent's, which was met before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.reading.hidden import is_hidden
from crawler.reading.open_lines import Context, OpenLine, OpenLink, OpenTime
from crawler.reading.regions import region_of
from crawler.reading.values import HEADINGS, MAX_LINES, MAX_LINKS, MAX_TEXT, Region
from crawler.urls import join

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q rb ruby s samp small span "
    "strike strong sub sup time tt u var wbr center-not-block button".split()
)
_DROPPED = frozenset({"style", "template", "rt", "rp", "rtc", "svg", "math", "object", "canvas"})
_UNBROKEN = HEADINGS | {"li", "dt", "a", "caption", "th"}  # a <br> in these is a space
_SPACED = frozenset({"a", "time", "label", "button", "span", "em", "strong", "b"})
# A language switch may be a <select> whose script opens the chosen address; archives of blogs list months so.
_OPTION_ADDRESS = re.compile(r"https?://|\.{0,2}/|\?|[^\s?#]{1,80}\.(?:html?|php|aspx?|shtml|cgi)\b", re.IGNORECASE)
_MAX_OPTIONS = 12  # of one <select>; longer ones are forms and archives
# An entry of a dated list as people typed them: 2001.5.1, 2001年5月, H13.5.1, 平成13年, 5/1, '01/5/1, May 1, 2001.
_DATED = re.compile(
    r"(?<!\d)(?:19|20)\d\d\s?[-./年]\s?\d{1,2}|(?:平成|令和|昭和|(?<![A-Za-z])[HRS])\s?(?:\d{1,2}|元)\s?[./年]"
    r"|(?<![\d./])\d{1,2}\s?[/月]\s?\d{1,2}(?![\d/])|(?<!\d)\d\d[./]\d{1,2}[./]\d{1,2}(?!\d)"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d{1,2},?\s(?:19|20)\d\d",
    re.IGNORECASE,
)
_HEAD_OF_LINE = 30  # characters of a line in which its date begins
_MAX_SPLIT = 1_000  # lines of preformatted text on one page
_MARKED = 60  # characters of an inline element that may hold little more than a day
_YEARLIKE = re.compile(r"(?:19|20)[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2}")
_SCRIPT_CHARACTERS = 60_000  # of inline scripts that are kept for signatures


@dataclass(slots=True)
class Walk:
    """Everything met on the way, in document order."""

    base: str
    hides: bool = True  # whether any style in the source may hide something
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
    _blocks: int = 0
    _breaking: bool = False
    _scripted: int = 0  # characters of inline scripts so far
    _split: int = 0  # lines of preformatted text so far
    _looked: int = 0  # characters of preformatted text that were searched for dates

    def over(self, tree: LexborHTMLParser) -> Walk:
        """Walk the whole tree, to the bounds."""
        root = tree.root
        if root is None:
            return self
        contexts: dict[int, Context] = {}
        start = Context(0, "body", Region.MAIN, 0, 0, 0, 0, "", landed=False)
        for node in root.traverse(include_text=True):
            parent = node.parent
            context = contexts.get(parent.mem_id, start) if parent is not None else start
            tag = node.tag
            if tag == "-text":
                self._text(node, context)
            elif tag and tag[0] not in "-!_":
                contexts[node.mem_id] = self._element(node, tag, context)
            if len(self.open_lines) >= MAX_LINES:
                break
        return self

    def _text(self, node: LexborNode, context: Context) -> None:
        if context.dropped:
            return
        text = node.text_content or ""
        if context.sink:
            self._sink(text, context.sink)
            return
        if not text or text.isspace():
            if self.open_lines and self.open_lines[-1].context.block == context.block:
                self.open_lines[-1].pieces.append(" ")
            return
        if context.split and "\n" in text and self._split < _MAX_SPLIT:
            self._preformatted(text, context)
            return
        self._words(text, context)
        if len(text) <= _MARKED and _YEARLIKE.search(text) and (mark := _mark(node)):
            self.open_lines[-1].marks.append(mark)

    def _preformatted(self, text: str, context: Context) -> None:
        """Take in text whose line breaks are those of the page."""
        first, *others = text.split("\n")
        if first and not first.isspace():
            self._words(first, context)
        for words in others:
            self._break(context)
            if words and not words.isspace():
                self._split += 1
                self._words(words, context)

    def _words(self, text: str, context: Context) -> None:
        if context.link is not None:
            context.link.text.append(text)
        line = self._line(context)
        if line.context.hidden != context.hidden:
            return  # hidden words amid shown ones
        line.pieces.append(text)
        if context.link is not None and (not line.links or line.links[-1] is not context.link):
            line.links.append(context.link)
        if context.time is not None:
            context.time.text.append(text)
            if not line.times or line.times[-1] is not context.time:
                line.times.append(context.time)

    def _sink(self, text: str, sink: str) -> None:
        if sink == "title":
            self.title.append(text)
        elif sink == "json_ld":
            self.json_ld.append(text[:200_000])
        elif sink == "noscript":
            self.noscript.append(text)
        elif self._scripted < _SCRIPT_CHARACTERS:
            self.inline.append(text[:_SCRIPT_CHARACTERS])
            self._scripted += len(text)

    def _line(self, context: Context) -> OpenLine:
        """The line that text of this context belongs to: the last one while its block lasts."""
        last = self.open_lines[-1] if self.open_lines else None
        ongoing = last is not None and last.context.block == context.block and not self._breaking
        if last is not None and ongoing and (context.hidden or not last.context.hidden):
            return last
        line = OpenLine(context, broken=self._breaking)
        if self._breaking and last is not None and last.context.block == context.block:
            last.broken = True
        self._breaking = False
        self.open_lines.append(line)
        return line

    def _element(self, node: LexborNode, tag: str, parent: Context) -> Context:
        if parent.dropped or tag in _DROPPED:
            return parent if parent.dropped else _dropping(parent)
        if tag in _FIELDS:
            return self._field(node, tag, parent)
        if tag in _READ:
            made = self._read(node, tag, parent)
            if made is not None:
                return made
        if tag == "br":
            self._break(parent)
            return parent
        if tag in _INLINE:
            if tag in _SPACED:
                self._space(parent)
            return self._inline(node, tag, parent)
        return self._block(node, tag, parent)

    def _inline(self, node: LexborNode, tag: str, parent: Context) -> Context:
        """The context in an inline element: its parent's, but for hidden words and for code among preformatted text."""
        if tag == "code" and parent.tag == "pre":
            return _with(parent, tag=tag)
        if self.hides and not parent.hidden and is_hidden(node.attributes, "", parent):
            return _with(parent, hidden=True)
        return parent

    def _field(self, node: LexborNode, tag: str, parent: Context) -> Context:
        """The context in a part of a form, where pages keep lists of addresses and old ones their news."""
        if tag == "textarea":
            return self._block(node, tag, parent) if self._dated_in(node) >= 2 else _dropping(parent)
        options = node.css("option")
        for option in options if len(options) <= _MAX_OPTIONS else ():
            value = (option.attributes.get("value") or "").strip()
            url = join(self.base, value) if _OPTION_ADDRESS.match(value) else ""
            if url and len(self.links) < MAX_LINKS:
                self.links.append(OpenLink(url, "option", parent.region, text=[option.text(deep=True) or ""]))
        return _dropping(parent)

    def _space(self, context: Context) -> None:
        if self.open_lines and self.open_lines[-1].context.block == context.block:
            self.open_lines[-1].pieces.append(" ")

    def _break(self, context: Context) -> None:
        if context.tag in _UNBROKEN:
            self._space(context)
        elif self.open_lines and self.open_lines[-1].context.block == context.block:
            self._breaking = True

    def _block(self, node: LexborNode, tag: str, parent: Context) -> Context:
        self._breaking = False
        self._blocks += 1
        attributes = node.attributes
        if "hidden" in attributes:
            return _dropping(parent)
        words = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
        hidden = parent.hidden or (self.hides and tag not in _WHOLE and is_hidden(attributes, words, parent))
        landed = parent.landed or tag in {"main", "article"} or attributes.get("role") == "main"
        return Context(
            block=self._blocks,
            tag=tag,
            region=region_of(tag, words, attributes.get("role") or "", parent.region, landed=landed),
            container=parent.block,
            item=self._blocks if tag in {"li", "tr"} else parent.item,
            item_container=parent.block if tag in {"li", "tr"} else parent.item_container,
            depth=parent.depth + 1,
            classes=f"{parent.classes} {words}".strip()[-160:].lower() if words else parent.classes,
            landed=landed,
            link=parent.link,
            time=parent.time,
            hidden=hidden,
            split=tag == "textarea" or (tag == "pre" and self._dated_in(node) > 0),
        )

    def _dated_in(self, node: LexborNode) -> int:
        """How many lines of preformatted text begin with a date, or with a few words before one."""
        if self._looked > MAX_TEXT:  # nested elements would be looked at again and again
            return 0
        text = node.text(deep=True) or ""
        self._looked += len(text)
        return sum(1 for line in text.splitlines() if _DATED.search(line.strip()[:_HEAD_OF_LINE]))

    def _read(self, node: LexborNode, tag: str, parent: Context) -> Context | None:
        """Take in an element that carries data; gives its context where that differs, None to go on."""
        attributes = node.attributes
        if tag == "a":
            return self._anchor(attributes, parent)
        if tag == "img":
            self._image(attributes, parent)
        elif tag == "abbr" and parent.time is None and _ISO_DAY.match(attributes.get("title") or ""):
            return _with(
                parent, time=OpenTime((attributes["title"] or "")[:60], _is_updated(attributes.get("class") or ""))
            )
        elif tag == "time":
            self._space(parent)
            return _with(
                parent,
                time=OpenTime((attributes.get("datetime") or "")[:60], _is_updated(attributes.get("class") or "")),
            )
        elif tag in {"area", "link", "frame", "iframe"}:
            self._reference(attributes, tag, parent)
            return parent if tag != "iframe" else _dropping(parent)
        elif tag == "script":
            return self._script(attributes, parent)
        elif tag == "meta":
            self._meta(attributes)
        elif tag == "title":
            return _with(parent, sink="title") if not self.title else _dropping(parent)
        elif tag == "noscript":
            return _with(parent, sink="noscript")
        elif tag == "html":
            self.lang = (attributes.get("lang") or attributes.get("xml:lang") or "").strip().lower()[:12]
        elif tag == "base" and attributes.get("href"):
            self.base = join(self.base, attributes["href"] or "") or self.base
        return None

    def _anchor(self, attributes: dict[str, str | None], parent: Context) -> Context:
        self._space(parent)
        url = join(self.base, attributes.get("href") or "")
        if not url or len(self.links) >= MAX_LINKS:
            return _with(parent, link=None) if parent.link else parent
        link = OpenLink(
            url, "a", parent.region, attributes.get("title") or "", (attributes.get("rel") or "").lower(),
            (attributes.get("hreflang") or "").lower(),
        )  # fmt: skip
        self.links.append(link)
        return _with(parent, link=link, hidden=self.hides and is_hidden(attributes, "", parent))

    def _image(self, attributes: dict[str, str | None], parent: Context) -> None:
        self.n_images += 1
        alt = " ".join((attributes.get("alt") or "").split())[:200]
        if not alt:
            return
        if parent.link is not None:
            parent.link.alts.append(alt)
        if parent.tag in HEADINGS or (_DATE_ALT.fullmatch(alt) and not parent.hidden):
            self._line(parent).pieces.append(f" {alt} ")

    def _reference(self, attributes: dict[str, str | None], tag: str, parent: Context) -> None:
        url = join(self.base, attributes.get("href") or attributes.get("src") or "")
        if not url or len(self.links) >= MAX_LINKS:
            return
        if tag == "frame":
            self.frames.append(url)
        label = attributes.get("alt") or attributes.get("title") or attributes.get("name") or ""
        link = OpenLink(
            url, tag, parent.region, label, (attributes.get("rel") or "").lower(),
            (attributes.get("hreflang") or "").lower(), (attributes.get("type") or "").lower(), [label],
        )  # fmt: skip
        self.links.append(link)

    def _script(self, attributes: dict[str, str | None], parent: Context) -> Context:
        kind = (attributes.get("type") or "").lower()
        source = attributes.get("src")
        if source:
            self.scripts.append(join(self.base, source))
        return _with(parent, sink="json_ld" if "ld+json" in kind else "script")

    def _meta(self, attributes: dict[str, str | None]) -> None:
        content = (attributes.get("content") or "").strip()
        if (attributes.get("http-equiv") or "").lower() == "refresh":
            self.refresh = self.refresh or content[:500]
            return
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        if name and content:
            self.metas.append((name.strip().lower(), content[:500]))


# A picture of a date: the pages of an age in which every word was a picture.
_DATE_ALT = re.compile(
    r"\W{0,3}(?:(?:19|20)\d\d|(?:令和|平成|[HR])\s?[\d元]{1,2})\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?\W{0,5}"
)
_FIELDS = frozenset({"select", "textarea"})
_WHOLE = frozenset({"html", "body"})  # hidden only until a script shows them
# <abbr class="published" title="2024-05-12T10:00:00+09:00"> is older than <time>, and means the same.
_ISO_DAY = re.compile(r"\s{0,3}(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?![0-9])")
_READ = frozenset(
    {
        "a",
        "abbr",
        "img",
        "time",
        "area",
        "link",
        "frame",
        "iframe",
        "script",
        "meta",
        "title",
        "noscript",
        "html",
        "base",
    }
)


def _mark(text: LexborNode) -> str:
    """The classes of the inline elements around a text, where pages say that it is a day; "" in a block."""
    node, words = text.parent, ""
    for _ in range(2):
        if node is None or (tag := node.tag) is None or tag not in _INLINE:
            break
        attributes = node.attributes
        words += f" {attributes.get('class') or ''} {attributes.get('itemprop') or ''} {attributes.get('id') or ''}"
        node = node.parent
    return " ".join(words.lower().split())[:100]


def _is_updated(classes: str) -> bool:
    """Whether the class of a <time> calls it the day of a change; themes write "published updated" where both are one."""
    words = set(classes.lower().replace("-", " ").replace("_", " ").split())
    return bool(words & {"updated", "modified", "lastmod"}) and "published" not in words


def _dropping(parent: Context) -> Context:
    return _with(parent, dropped=True)


_KEEP = object()


def _with(  # one argument a field that changes
    parent: Context,
    *,
    link: object = _KEEP,
    time: OpenTime | None = None,
    dropped: bool = False,
    hidden: bool = False,
    tag: str = "",
    sink: str = "",
) -> Context:
    """The parent's context with some of it changed; faster than dataclasses.replace on the hot path."""
    return Context(
        parent.block, tag or parent.tag, parent.region, parent.container, parent.item, parent.item_container,
        parent.depth, parent.classes, parent.landed, parent.link if link is _KEEP else link,  # type: ignore[arg-type]  # a OpenLink or None
        time or parent.time, dropped or parent.dropped, hidden or parent.hidden, parent.split, sink,
    )  # fmt: skip
