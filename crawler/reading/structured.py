"""What a page says about its dates in words for machines: JSON-LD, meta elements, and the JSON that its scripts load.

Every stamp is read as written. A stamp of a page is weaker than one of an article: content management systems
stamp every page they ever made, the contact form too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import islice
from urllib.parse import urlsplit

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading.data_documents import read_data
from crawler.reading.page import Page
from crawler.reading.stamps import FROM_SOFTWARE, absolute, is_sample, language_code, plain, whole, written_day
from crawler.urls import key

__all__ = ["of_json_ld", "read", "read_data"]

_MAX_NODES = 5_000  # objects of a page's JSON-LD that are looked at
_MAX_DEPTH = 12  # objects within each other; a graph with breadcrumbs needs six
_MAX_ITEMS = 200


def read(page: Page, *, today: date) -> tuple[DatedItem, ...]:
    """The dated items that a page declares for machines. Never raises; future days only of events."""
    found = _from_metas(page, today)
    found += of_json_ld(page, today=today)
    return tuple(dict.fromkeys(found)) if found else ()


def of_json_ld(page: Page, *, today: date) -> list[DatedItem]:
    """The dated items of a page's blocks of JSON-LD, in their order."""
    found: list[DatedItem] = []
    for block in page.json_ld:
        if _SPEAKS_OF_DATES.search(block):
            items = (i for thing in _things(_loaded(block)) for i in _from_thing(thing, page, today))
            found += islice(items, max(0, _MAX_ITEMS - len(found)))
    return found


_SPEAKS_OF_DATES = re.compile(r"datePublished|dateModified|startDate|dateCreated")
_COMMENT_MARKS = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s{0,200}[}\]])")


def _loaded(block: str) -> object:
    """The value of a block of JSON, mended where templates often break it; None when it cannot be."""
    for made in (str, _mended):
        try:
            value: object = json.loads(made(block), strict=False)
        except (ValueError, RecursionError):
            continue
        return value
    return None


def _mended(block: str) -> str:
    """The block without comment marks, trailing commas and a closing semicolon."""
    text = _COMMENT_MARKS.sub("", _COMMENT_MARKS.sub("", block)).strip().removesuffix(";")
    if text.startswith(("{&quot;", "[{&quot;")):
        text = text.replace("&quot;", '"').replace("&amp;", "&")
    return _TRAILING_COMMA.sub("", text)


# What hangs on an article but was written by others, or of others.
_FOREIGN = frozenset(
    {"comment", "review", "reviews", "citation", "isBasedOn", "mentions", "about", "author", "publisher"}
)


def _things(value: object) -> Iterator[Mapping[str, object]]:
    """Every object of a JSON-LD value, in document order."""
    stack, left = [(value, 0)], _MAX_NODES
    while stack and left:
        current, depth = stack.pop()
        left -= 1
        if isinstance(current, dict):
            yield current
            children = [v for k, v in current.items() if k not in _FOREIGN and isinstance(v, dict | list)]
        elif isinstance(current, list):
            children = current[:_MAX_NODES]
        else:
            continue
        if depth < _MAX_DEPTH * 2:
            stack.extend((child, depth + 1) for child in reversed(children))


_ARTICLE = re.compile(r"(?:Article|(?<!Job)Posting|BlogPost|Report)$")
_PAGE = re.compile(r"(?:Page|WebSite)$")
_EVENT = re.compile(r"(?:Event|Festival|Hackathon|CourseInstance)$")


def _from_thing(thing: Mapping[str, object], page: Page, today: date) -> list[DatedItem]:
    """The items of one object: none unless it is an article, a page or an event."""
    kinds = thing.get("@type")
    names = [str(k) for k in kinds[:10]] if isinstance(kinds, list) else [str(kinds)]
    if any(_EVENT.search(n) for n in names):
        return _event(thing, page, today)
    if any(_ARTICLE.search(n) for n in names):
        return _article(thing, page, today)
    if any(_PAGE.search(n) for n in names):
        return _page_stamps(thing, page, today)
    return []


def _article(thing: Mapping[str, object], page: Page, today: date) -> list[DatedItem]:
    """Publication and modification of an article; those of a home page that calls itself one are a page's."""
    item = _described(thing, page)
    if _is_home(page.url) and key(item.link) == key(page.url):
        return _page_stamps(thing, page, today)
    published = _stamped(item, thing.get("datePublished") or thing.get("dateCreated"), DateKind.POST, 0.9, today)
    modified = _stamped(item, thing.get("dateModified"), DateKind.UPDATED, 0.7, today)
    if modified and published and modified[0].on == published[0].on:
        return published
    return published + modified


def _page_stamps(thing: Mapping[str, object], page: Page, today: date) -> list[DatedItem]:
    item = replace(_described(thing, page), note="of the page, not of a post")
    modified = _stamped(item, thing.get("dateModified"), DateKind.UPDATED, 0.4, today)
    return _stamped(item, thing.get("datePublished"), DateKind.MACHINE, 0.4, today) + modified


def _event(thing: Mapping[str, object], page: Page, today: date) -> list[DatedItem]:
    found = _stamped(_described(thing, page), thing.get("startDate"), DateKind.EVENT, 0.9, today)
    end = thing.get("endDate")
    last = written_day(end) if isinstance(end, str) else None
    if found and last and last[1] is Precision.DAY and last[0] > found[0].on:
        return [replace(found[0], until=last[0])]
    return found


def _described(thing: Mapping[str, object], page: Page) -> DatedItem:
    """An item with the title, link and language of an object, still without its day."""
    title = plain(_text(thing.get("headline")) or _text(thing.get("name")))
    main = thing.get("mainEntityOfPage")
    address = _text(thing.get("url")) or _text(main) or (_text(main.get("@id")) if isinstance(main, dict) else "")
    link = absolute(page.url, address) or page.url
    # What is told of this very page has the language of its text, which is measured.
    declared = _text(thing.get("inLanguage")) if key(link) != key(page.url) else ""
    return DatedItem(
        url=page.url,
        on=date.min,
        precision=Precision.DAY,
        kind=DateKind.MACHINE,
        source=DateSource.JSON_LD,
        raw="",
        title=title,
        link=link,
        language=language_code(declared, title),
    )


def _text(value: object) -> str:
    """A value that is text; of a list its first."""
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else ""


def _stamped(item: DatedItem, value: object, kind: DateKind, confidence: float, today: date) -> list[DatedItem]:
    """The item with its day, as a list of one; empty when the value holds no day that can be believed."""
    raw = _text(value)
    day = written_day(raw)
    latest = today.replace(year=today.year + 10, day=1) if kind is DateKind.EVENT else today
    if day is None or day[0] > latest:
        return []
    if is_sample(item.title):
        kind, item = DateKind.MACHINE, replace(item, note=FROM_SOFTWARE)
    stamped = replace(item, on=day[0], precision=day[1], kind=kind, confidence=confidence, raw=whole(raw.strip()[:120]))
    return [stamped]


# What each meta element says, with the confidence in it. A bare "date" is often that of a template.
_METAS: Mapping[str, tuple[DateKind, float]] = {
    "article:published_time": (DateKind.POST, 0.85),
    "article:published": (DateKind.POST, 0.85),
    "og:published_time": (DateKind.POST, 0.85),
    "datepublished": (DateKind.POST, 0.85),
    "pubdate": (DateKind.POST, 0.85),
    "publishdate": (DateKind.POST, 0.85),
    "publish-date": (DateKind.POST, 0.85),
    "publish_date": (DateKind.POST, 0.85),
    "publication_date": (DateKind.POST, 0.85),
    "parsely-pub-date": (DateKind.POST, 0.85),
    "sailthru.date": (DateKind.POST, 0.85),
    "dc.date.issued": (DateKind.POST, 0.85),
    "dcterms.issued": (DateKind.POST, 0.85),
    "dc.date": (DateKind.POST, 0.7),
    "dcterms.date": (DateKind.POST, 0.7),
    "date": (DateKind.POST, 0.7),
    "article:modified_time": (DateKind.UPDATED, 0.7),
    "og:updated_time": (DateKind.UPDATED, 0.7),
    "og:modified_time": (DateKind.UPDATED, 0.7),
    "datemodified": (DateKind.UPDATED, 0.7),
    "dc.date.modified": (DateKind.UPDATED, 0.7),
    "dcterms.modified": (DateKind.UPDATED, 0.7),
    "last-modified": (DateKind.UPDATED, 0.6),
    "lastmod": (DateKind.UPDATED, 0.6),
}


def _from_metas(page: Page, today: date) -> list[DatedItem]:
    """The items of a page's meta elements, the surest of each kind; a home page is no post."""
    stamps = [(name, raw) for name, raw in page.metas if name in _METAS]
    if not stamps:
        return []
    best: dict[DateKind, DatedItem] = {}
    for name, raw in stamps:
        kind, confidence = _METAS[name]
        item = _meta_item(page, raw, kind, confidence, today)
        if item is not None and (kind not in best or best[kind].confidence < item.confidence):
            best[kind] = item
    return list(best.values())


def _meta_item(page: Page, raw: str, kind: DateKind, confidence: float, today: date) -> DatedItem | None:
    title = plain(page.meta("og:title") or page.title)
    item = DatedItem(
        url=page.url,
        on=date.min,
        precision=Precision.DAY,
        kind=kind,
        source=DateSource.META,
        raw="",
        title=title,
        link=page.url,
    )
    if kind is DateKind.POST and (_is_home(page.url) or page.meta("og:type") == "website"):
        kind, confidence, item = DateKind.MACHINE, 0.4, replace(item, note="of the page, not of a post")
    found = _stamped(item, raw, kind, confidence, today)
    return found[0] if found else None


def _is_home(url: str) -> bool:
    """Whether an address is that of a site's home page, in its main or another language."""
    return re.fullmatch(r"/?(?:[a-z]{2}/?)?(?:index\.\w{2,5})?", urlsplit(url).path) is not None
