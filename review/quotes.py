"""Where the words of a verdict's reasons stand: the sentence around them, and the saved page they were read on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from crawler.model import Reason, Verdict, Visit
from crawler.urls import key
from db.archive import Kept
from db.desk import Desk
from review.quoting import Context, Searched, context
from review.shelf import saved_text

_VISITS = 8  # the newest ones, on whose pages the words are looked for
_READS = 8  # pages read from the archive for one case; each takes some milliseconds
_MAX_BYTES = 2_000_000  # a larger page is not searched


@dataclass(frozen=True, slots=True)
class Quote:
    """Where the words of one reason stand."""

    kept_id: int
    visit_at: datetime
    around: Context | None  # None when the words were not found on the saved page
    anchor: str  # of the words on the page of the saved page, "" when they were not found


def anchor(words: str) -> str:
    """The name of the place where these words are marked."""
    return f"w-{blake2b(words.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"


def quoted(words: Verdict | None, kept: Kept) -> list[str]:
    """The words that a verdict quotes from a saved page, each once."""
    here = {key(kept.url), key(kept.final_url)} - {""}
    return list(dict.fromkeys(r.raw for r in (words.reasons if words else ()) if r.raw and key(r.url) in here))


class _Reader:
    """The texts of saved pages, a bounded number of them, each read once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, Searched | None] = {}

    def text(self, kept: Kept) -> Searched | None:
        """The text of a saved page, None when it cannot be had."""
        if kept.digest not in self._known:
            if len(self._known) >= _READS or kept.n_bytes > _MAX_BYTES:
                return None
            text = saved_text(self._desk, kept)
            self._known[kept.digest] = Searched(text.full) if text else None
        return self._known[kept.digest]


def quotes(desk: Desk, cluster_id: str, visits: Sequence[Visit], reasons: Iterable[Reason]) -> dict[Reason, Quote]:
    """Where the words of each reason stand, on the newest visit that has them; reasons without a saved page left out.

    `visits` oldest first.
    """
    waiting = {r for r in reasons if key(r.url)}
    reader = _Reader(desk)
    found: dict[Reason, Quote] = {}
    for visit in reversed(visits[-_VISITS:]):
        kept = desk.kept(cluster_id, visit.started_at) if waiting else []
        for reason in list(waiting):
            quote = _quote(reason, kept, visit.started_at, reader)
            if quote is None:
                continue
            if quote.around or not reason.raw:
                waiting.discard(reason)
                found[reason] = quote
            else:  # the page as it was then; an earlier visit may have the words
                found.setdefault(reason, quote)
    return found


def _quote(reason: Reason, kept: Iterable[Kept], visit_at: datetime, reader: _Reader) -> Quote | None:
    """Where the words of a reason stand among the pages of one visit; what a browser showed comes first."""
    name = key(reason.url)
    pages = [k for k in kept if name in {key(k.url), key(k.final_url)}]
    for page in sorted(pages, key=lambda k: not k.rendered):
        text = reader.text(page) if reason.raw else None
        around = context(text, reason.raw) if text else None
        if around:
            return Quote(page.kept_id, visit_at, around, anchor(reason.raw))
    return Quote(pages[-1].kept_id, visit_at, None, "") if pages else None
