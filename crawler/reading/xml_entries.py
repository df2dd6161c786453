"""The entries of an XML document that machines wrote and nobody edited: a feed or a sitemap.

It may be cut off, wrongly encoded, or hold HTML's entities. So it is read by a strict parser first and by a forgiving
one where that fails. Neither expands an entity or fetches anything: a document that declares entities says nothing to
us. Both parsers feed the same small collector, no tree is built, and reading stops at a bounded number of entries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from html.entities import html5
from xml.etree.ElementTree import ParseError  # only the name of an error

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # ships no types

MAX_HEAD = 4096  # bytes in which the root element must begin
MAX_TEXT = 4_000_000  # characters of a feed or sitemap that are read: 200 whole posts, or 20,000 addresses
MAX_FIELD = 4_000  # characters of one field that are kept
_MAX_MENDED = 2_000_000  # characters of a broken document that are mended
_MAX_ELEMENTS = 150_000  # of a document; the largest sitemap we read has 30 for each page

_ROOT = re.compile(r"<(?:[a-z0-9]+:)?(rss|rdf|feed|channel|urlset|sitemapindex)(?=[\s>])[^>]*+", re.IGNORECASE)
_BEFORE_ROOT = re.compile(
    r"(?:\s++|<\?[^>]*+>|<!--(?:(?!-->).)*+-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)*+", re.I | re.S
)


def head_of(body: bytes) -> str:
    """The head of a body as far as it is ASCII, whatever its encoding."""
    head = (
        body[:MAX_HEAD]
        .removeprefix(b"\xef\xbb\xbf")
        .replace(b"\0", b"")
        .removeprefix(b"\xff\xfe")
        .removeprefix(b"\xfe\xff")
    )
    return head.decode("ascii", "replace").lstrip("\ufffd")


def root_of(head: str, content_type: str) -> tuple[str, str]:
    """The local name in lower case and the whole start tag of the root element; "" when it is none of ours."""
    at = _BEFORE_ROOT.match(head)
    match = _ROOT.match(head, at.end() if at else 0)
    # What a broken plug-in prints before the feed is passed over when the server calls the whole XML.
    if match is None and "xml" in content_type.lower() and "html" not in content_type.lower():
        match = None if re.search(r"<(?:html|body)[\s>]", head, re.IGNORECASE) else _ROOT.search(head)
    return (match[1].lower(), match[0]) if match else ("", "")


@dataclass(slots=True)
class Collected:
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
                self._entry.setdefault("link", attributes["href"][:MAX_FIELD])
        elif name != "guid" or attributes.get("isPermaLink", "true").lower() != "false":
            self._field, self._field_depth, self._words = name, len(self._path), []

    def data(self, text: str) -> None:
        if self._field and len(self._words) < MAX_FIELD:
            self._words.append(text[:MAX_FIELD])

    def end(self, _tag: str) -> None:
        depth = len(self._path)
        if self._path:
            self._path.pop()
        if self._field and depth == self._field_depth:
            text = "".join(self._words).strip()[:MAX_FIELD]
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
    """Raised by the collector to end parsing at its bounds; caught in `collected`."""


def collected(text: str, entry_names: frozenset[str], limit: int) -> Collected:
    """The fields of the entries of a document, by the strict parser or, where that fails, by the forgiving one."""
    text = text[:MAX_TEXT].lstrip("\ufeff\x00 \t\r\n")
    text = re.sub(r"\A<\?xml[^>]*+>", "", text)  # it is text now: what it says of its encoding is past
    strict = Collected(entry_names, limit)
    try:
        parser = DefusedXMLParser(target=strict)
        parser.feed(text)
        parser.close()
    except _EnoughError:
        strict.close()
    except DefusedXmlException:
        return Collected(entry_names, limit)
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


def _forgiving(text: str, entry_names: frozenset[str], limit: int) -> Collected:
    """What can be recovered from a document that is not well-formed; nothing when it declares entities."""
    found = Collected(entry_names, limit)
    root = _ROOT.search(text)
    if root is None or "<!ENTITY" in text:
        return found
    parser = etree.XMLParser(
        target=found, recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        parser.feed(_mended(text[root.start() : _MAX_MENDED]))
        parser.close()
    except (_EnoughError, etree.LxmlError, ValueError):
        found.close()
    return found


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
