"""What feeds and sitemaps say: the dated entries of RSS, Atom and JSON Feed, and the fresh pages of a sitemap.

A feed is written by machines and edited by nobody: it may be cut off, wrongly encoded, or hold HTML's entities. So it
is read by a strict parser first and by a forgiving one where that fails. Neither expands an entity or fetches anything:
a document that declares entities says nothing to us. Both parsers feed the same small collector, no tree is built, and
reading stops at a bounded number of entries.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from html import escape, unescape
from html.entities import html5
from xml.etree.ElementTree import ParseError  # only the name of an error

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # ships no types

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading.encoding import decode
from crawler.reading.stamps import (
    BY_UPDATE,
    FROM_SOFTWARE,
    absolute,
    is_sample,
    language_code,
    local_day,
    plain,
    whole,
    written_day,
)

_HEAD = 4096  # bytes in which the root element must begin
_MAX_TEXT = 4_000_000  # characters of a feed or sitemap that are read: 200 whole posts, or 20,000 addresses
_MAX_MENDED = 2_000_000  # characters of a broken document that are mended
_MAX_ITEMS = 200
_MAX_READ = 2_000  # entries looked at, of which the newest are kept: some feeds put the oldest first
_MAX_PAGES = 5_000
_MAX_ELEMENTS = 150_000  # of a document; the largest sitemap we read has 30 for each page
_MAX_FIELD = 4_000  # characters of one field that are kept

_ROOT = re.compile(r"<(?:[a-z0-9]+:)?(rss|rdf|feed|channel|urlset|sitemapindex)(?=[\s>])[^>]*+", re.IGNORECASE)
_BEFORE_ROOT = re.compile(
    r"(?:\s++|<\?[^>]*+>|<!--(?:(?!-->).)*+-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)*+", re.I | re.S
)
_RDF_FEED = re.compile(r"purl\.org/rss/1|my\.netscape\.com/rdf|purl\.org/net/rss", re.IGNORECASE)
_JSON_FEED = re.compile(r'\s*+\{.*?"version"\s*:\s*"https?:(?:\\?/){2}jsonfeed\.org(?:\\?/)version', re.DOTALL)


def looks_like_feed(body: bytes, content_type: str) -> bool:
    """Whether a body is an RSS, Atom or JSON feed, by its head; HTML that only mentions one is none."""
    head = _head(body)
    if _JSON_FEED.match(head):
        return True
    name, tag = _root(head, content_type)
    if name == "rdf":
        return _RDF_FEED.search(head) is not None
    # Other formats call their root <feed> too, but no other XML is sent as a feed.
    return name in {"rss", "channel"} or (name == "feed" and ("atom" in tag.lower() or "atom" in content_type.lower()))


def looks_like_sitemap(body: bytes, content_type: str) -> bool:
    """Whether a body is a sitemap or a sitemap index, by its head."""
    return _root(_head(_unzipped(body[:_HEAD])), content_type)[0] in {"urlset", "sitemapindex"}


def _head(body: bytes) -> str:
    """The head of a body as far as it is ASCII, whatever its encoding."""
    head = (
        body[:_HEAD]
        .removeprefix(b"\xef\xbb\xbf")
        .replace(b"\0", b"")
        .removeprefix(b"\xff\xfe")
        .removeprefix(b"\xfe\xff")
    )
    return head.decode("ascii", "replace").lstrip("\ufffd")


def _root(head: str, content_type: str) -> tuple[str, str]:
    """The local name in lower case and the whole start tag of the root element; "" when it is none of ours."""
    at = _BEFORE_ROOT.match(head)
    match = _ROOT.match(head, at.end() if at else 0)
    # What a broken plug-in prints before the feed is passed over when the server calls the whole XML.
    if match is None and "xml" in content_type.lower() and "html" not in content_type.lower():
        match = None if re.search(r"<(?:html|body)[\s>]", head, re.IGNORECASE) else _ROOT.search(head)
    return (match[1].lower(), match[0]) if match else ("", "")


@dataclass(slots=True)
class _Collected:
    """The target of both parsers: the fields of each entry and of the channel, as text."""

    entry_names: frozenset[str]
    limit: int
    entries: list[dict[str, str]] = field(default_factory=list)
    channel: dict[str, str] = field(default_factory=dict)
    _elements: int = 0
    _path: list[str] = field(default_factory=list)
    _space: str = ""  # the namespace of the document's own elements
    _entry: dict[str, str] | None = None
    _entry_depth: int = 0
    _field: str = ""
    _field_depth: int = 0
    _words: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = self._name(tag)
        self._path.append(name)
        self._elements += 1
        if self._elements > _MAX_ELEMENTS:
            raise _EnoughError
        language = attributes.get("{http://www.w3.org/XML/1998/namespace}lang") or attributes.get("xml:lang") or ""
        if name in self.entry_names and (self._entry is None or "" not in self._path[self._entry_depth : -1]):
            self.close()  # an entry within another: the end of that one is missing
            self._entry, self._entry_depth = {"": name}, len(self._path)
            if language:
                self._entry["lang"] = language
        elif self._holds_fields():
            self._begin(name, attributes)
        elif self._entry is None and name in {"rss", "channel", "feed"} and language:
            self.channel.setdefault("lang", language)

    def _holds_fields(self) -> bool:
        """Whether the element just begun is a field of the entry or of the channel."""
        if self._entry is not None:
            return len(self._path) == self._entry_depth + 1
        return len(self._path) > 1 and self._path[-2] in {"channel", "feed"}

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a field; a link that is an attribute is complete at once."""
        if name == "link" and "href" in attributes:
            if self._entry is not None and attributes.get("rel", "alternate") == "alternate":
                self._entry.setdefault("link", attributes["href"][:_MAX_FIELD])
        elif name != "guid" or attributes.get("isPermaLink", "true").lower() != "false":
            self._field, self._field_depth, self._words = name, len(self._path), []

    def data(self, text: str) -> None:
        if self._field and len(self._words) < _MAX_FIELD:
            self._words.append(text[:_MAX_FIELD])

    def end(self, _tag: str) -> None:
        depth = len(self._path)
        if self._path:
            self._path.pop()
        if self._field and depth == self._field_depth:
            text = "".join(self._words).strip()[:_MAX_FIELD]
            if text:
                (self.channel if self._entry is None else self._entry).setdefault(self._field, text)
            self._field = ""
        elif self._entry is not None and depth == self._entry_depth:
            self._finish(self._entry)

    def close(self) -> None:
        """Keep what was read of an entry that was cut off."""
        if self._entry is not None and len(self.entries) < self.limit:
            self.entries.append(self._entry)
            self._entry = None

    def _finish(self, entry: dict[str, str]) -> None:
        self.entries.append(entry)
        self._entry, self._field = None, ""
        if len(self.entries) >= self.limit:
            raise _EnoughError

    def _name(self, tag: object) -> str:
        """The local name of a feed's or sitemap's own element, dc:name of Dublin Core's, "" of any other."""
        if not isinstance(tag, str):
            return ""
        space, _, local = tag.rpartition("}")
        if not space and ":" in local:  # a prefix that was never declared
            space, _, local = local.partition(":")
        space = space.lstrip("{").lower()
        if space in {"dc", "dcterms"} or "purl.org/dc/" in space:
            return f"dc:{local.lower()}"
        if not self._path or local in self.entry_names or local == "channel":
            self._space = space if local != "RDF" else self._space
            return local.lower() if space not in {"media", "image"} else ""
        return local.lower() if space in {self._space, ""} else ""


class _EnoughError(Exception):
    """Raised by the collector to end parsing at its bounds; caught in `_collected`."""


def _collected(text: str, entry_names: frozenset[str], limit: int) -> _Collected:
    """The fields of the entries of a document, by the strict parser or, where that fails, by the forgiving one."""
    text = text[:_MAX_TEXT].lstrip("\ufeff\x00 \t\r\n")
    text = re.sub(r"\A<\?xml[^>]*+>", "", text)  # it is text now: what it says of its encoding is past
    strict = _Collected(entry_names, limit)
    try:
        parser = DefusedXMLParser(target=strict)
        parser.feed(text)
        parser.close()
    except _EnoughError:
        strict.close()
    except DefusedXmlException:
        return _Collected(entry_names, limit)
    except (ParseError, ValueError):  # ValueError: lone surrogates
        strict.close()
        forgiving = _forgiving(text, entry_names, limit)
        return forgiving if len(forgiving.entries) >= len(strict.entries) else strict
    return strict


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BARE_AMPERSAND = re.compile(r"&(?![A-Za-z][A-Za-z0-9]{1,31};|#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};)")
_REFERENCE = re.compile(r"&#(?:[0-9]{1,7}|x[0-9A-Fa-f]{1,6});")
_VOID = re.compile(r"<(br|hr|img)\b([^<>]{0,2000}+)(?<!/)>", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def _forgiving(text: str, entry_names: frozenset[str], limit: int) -> _Collected:
    """What can be recovered from a document that is not well-formed; nothing when it declares entities."""
    collected = _Collected(entry_names, limit)
    root = _ROOT.search(text)
    if root is None or "<!ENTITY" in text:
        return collected
    parser = etree.XMLParser(
        target=collected, recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        parser.feed(_mended(text[root.start() : _MAX_MENDED]))
        parser.close()
    except (_EnoughError, etree.LxmlError, ValueError):
        collected.close()
    return collected


def _mended(text: str) -> str:
    """The text with what HTML allows and XML does not put right: entities, ampersands, elements without an end."""
    text = _BARE_AMPERSAND.sub("&amp;", text)
    if "&#" in text:  # a reference to half a character makes the parser fail
        text = _REFERENCE.sub(lambda m: escape(unescape(m[0])), text)
    return _CONTROL.sub("", _VOID.sub(r"<\1\2/>", _ENTITY.sub(_character, text)))


def _character(match: re.Match[str]) -> str:
    """HTML's entity as its character, XML's as it is, and one of neither as plain words."""
    name = match[1]
    return match[0] if name in _XML_ENTITIES else html5.get(f"{name};", f"&amp;{name};")


def read_feed(body: bytes, url: str, *, utc_offset_h: int = 0) -> tuple[DatedItem, ...]:
    """The dated entries of a feed, at most 200, the newest where there are more. Never raises.

    An entry's day is the day as written, in the zone it was written in; one written in UTC is told in the zone of the
    organisation, `utc_offset_h` hours ahead: the day that its readers saw.
    """
    text = decode(body[: 2 * _MAX_TEXT]).text
    if text.lstrip().startswith("{"):
        channel, entries = _json_feed(text)
    else:
        collected = _collected(text, frozenset({"item", "entry"}), _MAX_READ)
        channel, entries = collected.channel, collected.entries
    of_comments = _speaks_of_comments(channel.get("title", ""), url)
    items = [item for entry in entries if (item := _item(entry, channel, url, of_comments=of_comments))]
    items = [replace(i, on=local_day(i.raw, i.on, utc_offset_h)) for i in items]
    if len(items) > _MAX_ITEMS:
        items = sorted(items, key=lambda i: i.on, reverse=True)[:_MAX_ITEMS]
    return _without_builds(items)


_STAMPS = ("pubdate", "published", "dc:date", "dc:issued", "dc:created", "issued", "created", "date", "date_published")
_UPDATES = ("updated", "modified", "dc:modified", "date_modified")


def _item(entry: Mapping[str, str], channel: Mapping[str, str], url: str, *, of_comments: bool) -> DatedItem | None:
    """The item of one entry, None when it has no day."""
    published = _first_day(entry, _STAMPS)
    found = published or _first_day(entry, _UPDATES)
    if found is None:
        return None
    raw, (on, precision) = found
    title = plain(entry.get("title", ""))
    address = entry.get("link") or entry.get("guid") or entry.get("url") or entry.get("id") or ""
    item = DatedItem(
        url=url,
        on=on,
        precision=precision,
        kind=DateKind.POST,
        source=DateSource.FEED,
        raw=whole(raw[:120]),
        title=title,
        link=absolute(url, address) if entry.get("link") or address.startswith("http") else "",
        language=_language(entry, channel, title),
        confidence=0.92 if published else 0.8,
        note="" if published else BY_UPDATE,
    )
    if is_sample(title):
        return replace(item, kind=DateKind.MACHINE, note=FROM_SOFTWARE)
    if of_comments or "#comment" in address or _COMMENT_ENTRY.search(title):
        return replace(item, kind=DateKind.MACHINE, note="a comment")
    return item


def _first_day(entry: Mapping[str, str], names: Iterable[str]) -> tuple[str, tuple[date, Precision]] | None:
    """The first of these fields that holds a day: its words and the day."""
    for name in names:
        raw = entry.get(name)
        day = written_day(raw) if raw else None
        if raw and day:
            return raw, day
    return None


def _without_builds(items: list[DatedItem]) -> tuple[DatedItem, ...]:
    """The items, those MACHINE whose stamp is that of a build: the day on which most entries were updated."""
    updated = Counter(i.on for i in items if i.note == BY_UPDATE)
    most = max(2, updated.total() // 2 + 1)
    return tuple(
        replace(i, kind=DateKind.MACHINE, note="the day of a build: most entries were updated on it")
        if i.note == BY_UPDATE and (updated[i.on] >= most or updated.total() == 1)
        else i
        for i in items
    )


def _language(entry: Mapping[str, str], channel: Mapping[str, str], title: str) -> str:
    """The language that the feed declares, "" when it declares none or the title belies it."""
    declared = entry.get("lang") or entry.get("dc:language") or entry.get("language")
    declared = declared or channel.get("language") or channel.get("dc:language") or channel.get("lang") or ""
    return language_code(declared, title)


_COMMENTS = re.compile(
    r"\bcomments? (?:on|for)\b|へのコメント|コメント(?:一覧|フィード|の?RSS)?\s*$|^コメント|\bcomments$", re.IGNORECASE
)
# Of an entry only with the space before it that WordPress writes: 報道へのコメント is a statement to the press.
_COMMENT_ENTRY = re.compile(r"^comments? on\b.+ by |\sへのコメント|^By: ", re.IGNORECASE)


def _speaks_of_comments(title: str, url: str) -> bool:
    return _COMMENTS.search(title) is not None or re.search(r"/comments/(?:feed|default|atom|rss)", url) is not None


def _json_feed(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The channel and the entries of a JSON feed, with the fields that are text."""
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}, []
    if not isinstance(feed, dict):
        return {}, []
    items = feed.get("items")
    entries = [_texts(i) for i in items[:_MAX_READ] if isinstance(i, dict)] if isinstance(items, list) else []
    return _texts(feed), [{**e, "link": e.get("url") or e.get("external_url", "")} for e in entries]


def _texts(record: Mapping[str, object]) -> dict[str, str]:
    return {key: value[:_MAX_FIELD] for key, value in record.items() if isinstance(value, str)}


def read_sitemap(body: bytes, url: str) -> tuple[tuple[tuple[str, date | None], ...], tuple[str, ...]]:
    """The pages of a sitemap with their day of modification, and the sitemaps it names. Never raises."""
    text = decode(_unzipped(body)[: 2 * _MAX_TEXT]).text
    entries = _collected(text, frozenset({"url", "sitemap"}), _MAX_PAGES).entries
    pages: dict[str, date | None] = {}
    nested: dict[str, None] = {}
    for entry in entries:
        address = absolute(url, entry.get("loc", ""))
        if address and entry[""] == "sitemap":
            nested[address] = None
        elif address:
            day = written_day(entry.get("lastmod", ""))
            pages.setdefault(address, day[0] if day else None)
    return tuple(pages.items()), tuple(nested)


def _unzipped(body: bytes) -> bytes:
    """A body that was stored compressed, as sitemaps often are, decompressed to a bounded size."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(31).decompress(body, 2 * _MAX_TEXT)
    except zlib.error:
        return b""


_SAME_BUILD_DAYS = 2
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|svg|webp|mp[34]|xml|txt|csv)$", re.IGNORECASE)


def fresh_pages(pages: tuple[tuple[str, date | None], ...], today: date, limit: int = 5) -> tuple[str, ...]:
    """The pages modified last, newest first; none when all were modified together: then a build is what is dated.

    So is a day on which a third of the pages was modified, and more than could be told apart.
    """
    dated = [
        (day, page)
        for page, day in pages
        if day is not None and day <= today + timedelta(days=1) and not _DOCUMENT.search(page)
    ]
    if not dated or max(dated)[0] - min(dated)[0] <= timedelta(days=_SAME_BUILD_DAYS):
        return ()
    pages_of = Counter(day for day, _ in dated)
    together = max(2 * limit, len(dated) // 3)
    newest = sorted((d for d in dated if pages_of[d[0]] <= together), key=lambda d: d[0], reverse=True)
    return tuple(page for _, page in newest[:limit])
