"""Whether a page is as the last full reading found it: by its server's word, by its bytes, or by what it says.

A server's word is only asked for, never trusted for long: a full reading comes every few nights whatever it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

import msgspec

from crawler.model import DatedItem, Fetch, Outcome, PageBefore
from crawler.reading import feeds
from crawler.reading.page import Page, parse
from spiders.answer import Answer

_GZIP = '-gzip"'  # what Apache adds to the tag of a packed answer, and does not know again
# Names of metas that are another word in every answer.
_FLEETING = ("csrf", "token", "nonce", "request-id")


def conditions(before: PageBefore) -> Mapping[str, str]:
    """The headers that ask for a page only if it has changed; none where its server gave nothing to ask with."""
    asked = {}
    if before.etag:
        plain = before.etag.replace(_GZIP, '"')
        asked["If-None-Match"] = before.etag if plain == before.etag else f"{before.etag}, {plain}"
    if before.last_modified:
        asked["If-Modified-Since"] = before.last_modified
    return asked


def is_the_same(before: PageBefore, fetch: Fetch) -> bool:
    """Whether a request met the page of before, at the same address, by its server's word or by its bytes."""
    if fetch.final_url != before.final_url:
        return False
    if fetch.outcome is Outcome.NOT_MODIFIED:
        return bool(conditions(before))  # else the server says so to everybody
    return fetch.outcome is Outcome.OK and bool(fetch.fingerprint) and fetch.fingerprint == before.fingerprint


def is_unchanged(before: PageBefore, answer: Answer, *, utc_offset_h: int) -> bool:
    """Whether an answer is the page of before: from the same address, and not changed by anything readers read."""
    fetch = answer.fetch
    if is_the_same(before, fetch):
        return True
    if fetch.outcome is not Outcome.OK or fetch.final_url != before.final_url:
        return False
    return bool(before.said) and _said_by(answer, utc_offset_h) == before.said


def _said_by(answer: Answer, utc_offset_h: int) -> str:
    fetch = answer.fetch
    if feeds.looks_like_feed(answer.body, fetch.content_type):
        return said_by_feed(feeds.read_feed(answer.body, fetch.final_url, utc_offset_h=utc_offset_h))
    return said(parse(answer.body, fetch.final_url, fetch.content_type, charset=answer.charset))


def said(page: Page) -> str:
    """A digest of all that readers read of a page. Scripts and styles are left out, which are new in every answer."""
    metas = [(name, content) for name, content in page.metas if not any(word in name for word in _FLEETING)]
    read = (page.title, page.locale, page.lines, page.links, metas, page.json_ld, page.refresh, page.frames)
    return _digest(read)


def said_by_feed(items: Iterable[DatedItem]) -> str:
    """A digest of the entries of a feed: its build date is new with every answer."""
    return _digest(tuple(items))


def _digest(value: object) -> str:
    return blake2b(msgspec.json.encode(value), digest_size=12).hexdigest()
