"""What feeds say: the dated entries of RSS, Atom and JSON Feed. How XML is read, broken or not, is in `xml_entries`."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

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
from crawler.reading.xml_entries import MAX_FIELD, MAX_TEXT, collected, head_of, root_of

_MAX_ITEMS = 200
_MAX_READ = 2_000  # entries looked at, of which the newest are kept: some feeds put the oldest first

_RDF_FEED = re.compile(r"purl\.org/rss/1|my\.netscape\.com/rdf|purl\.org/net/rss", re.IGNORECASE)
_JSON_FEED = re.compile(r'\s*+\{.*?"version"\s*:\s*"https?:(?:\\?/){2}jsonfeed\.org(?:\\?/)version', re.DOTALL)


def looks_like_feed(body: bytes, content_type: str) -> bool:
    """Whether a body is an RSS, Atom or JSON feed, by its head; HTML that only mentions one is none."""
    head = head_of(body)
    if _JSON_FEED.match(head):
        return True
    name, tag = root_of(head, content_type)
    if name == "rdf":
        return _RDF_FEED.search(head) is not None
    # Other formats call their root <feed> too, but no other XML is sent as a feed.
    return name in {"rss", "channel"} or (name == "feed" and ("atom" in tag.lower() or "atom" in content_type.lower()))


def read_feed(body: bytes, url: str, *, utc_offset_h: int = 0) -> tuple[DatedItem, ...]:
    """The dated entries of a feed, at most 200, the newest where there are more. Never raises.

    An entry's day is the day as written, in the zone it was written in; one written in UTC is told in the zone of the
    organisation, `utc_offset_h` hours ahead: the day that its readers saw.
    """
    text = decode(body[: 2 * MAX_TEXT]).text
    if text.lstrip().startswith("{"):
        channel, entries = _json_feed(text)
    else:
        found = collected(text, frozenset({"item", "entry"}), _MAX_READ)
        channel, entries = found.channel, found.entries
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
    return {key: value[:MAX_FIELD] for key, value in record.items() if isinstance(value, str)}
