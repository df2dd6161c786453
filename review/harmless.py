"""A saved page made fit to be shown: as text, or as a document in which nothing runs, loads or leads away. Pure.

The wall is the policy that `review.gate` sends with it; a browser then runs and loads nothing, whatever stands in the
document. What is taken out here is what a policy does not cover: hints to connect somewhere, and links.
"""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from crawler.reading.encoding import decode
from crawler.reading.nesting import shallow
from crawler.reading.page import Region, parse
from crawler.reading.values import MAX_TEXT
from db.archive import KeptPage

_HTML = frozenset({"text/html", "application/xhtml+xml", ""})
# Elements that do nothing under the policy but hint, embed or redirect. Of a <meta> only the kind that acts as a header.
# A <template> is not shown, or (as a declarative shadow root) hides elements from whoever looks for them.
_ACTING = (
    "script, link, base, meta[http-equiv], meta[charset], iframe, frame, object, embed, applet, portal, fencedframe,"
    " template"
)
_LEADING = "a, area"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser may be sent."""

    content: bytes  # in UTF-8
    content_type: str  # text/html or text/plain, nothing else ever


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a saved page."""

    title: str
    full: str  # all that a reader sees, one line a block
    main: str  # the same without menus and footers: what `text_digest` is of
    digest: str  # that digest: equal when nothing but numbers differs, "" for what is no HTML
    charset: str  # with which it was read
    is_html: bool  # shown as a web page, else as plain text


def is_html(page: KeptPage) -> bool:
    """Whether a saved page is shown as a web page; all else, feeds and pictures in SVG too, is shown as plain text."""
    kind = page.content_type.split(";", maxsplit=1)[0].strip().lower()
    looks_xml = page.body.lstrip()[:5].lower() == b"<?xml" and b"<html" not in page.body[:2000].lower()
    return page.rendered or (kind in _HTML and not looks_xml)


def shown(page: KeptPage) -> Shown:
    """The saved page as it may be sent to a browser, in one encoding whatever its own was."""
    text = decode(page.body, page.content_type, _charset(page)).text[:MAX_TEXT]
    if not is_html(page):
        return Shown(text.encode("utf-8", "replace"), "text/plain; charset=utf-8")
    return Shown(disarmed(text).encode("utf-8", "replace"), "text/html; charset=utf-8")


def disarmed(text: str) -> str:
    """The document without what hints, embeds or redirects, its links without where they lead."""
    tree = LexborHTMLParser(shallow(text) or " ")
    for node in tree.css(_ACTING):
        node.decompose()
    for node in tree.css(_LEADING):
        for name in ("href", "xlink:href", "ping", "target", "download"):
            if name in node.attributes:
                del node.attrs[name]
    return tree.html or ""


def text_of(page: KeptPage) -> Text:
    """The words of a saved page, as the visit read them."""
    if is_html(page):
        read = parse(page.body, page.final_url or page.url, page.content_type, charset=_charset(page))
        main = read.text(Region.MAIN)
        return Text(
            title=read.title,
            full=read.text(),
            main=main,
            digest=read.text_digest,
            charset=read.charset,
            is_html=True,
        )
    decoded = decode(page.body, page.content_type, _charset(page))
    lines = decoded.text[:MAX_TEXT].replace("><", ">\n<")
    return Text(title="", full=lines, main=lines, digest="", charset=decoded.charset, is_html=False)


def _charset(page: KeptPage) -> str:
    """The encoding that is known for certain: a browser's document is in UTF-8 whatever the page was sent in."""
    return "utf-8" if page.rendered else ""
