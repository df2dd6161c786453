"""Whether a browser may show more of a page than its source does, and whether it did. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crawler.model import PageKind, PageReading, Rendering, Role
from crawler.reading import dates, kinds
from crawler.reading.page import Page

_LISTING = frozenset({Role.HOME, Role.NEWS, Role.ENGLISH_NEWS})  # roles of pages that should carry news
_UNSEEN = frozenset({PageKind.SHELL, PageKind.EMPTY})  # kinds that a browser may turn into a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What is known of a website's pages in a browser."""

    before: Mapping[str, Rendering]  # by address
    now: datetime  # UTC
    today: date
    again: timedelta  # until a page of which it showed no more is tried once more

    def is_wanted(self, page: Page, kind: PageKind, role: Role) -> bool:
        """Whether a browser may show more of a page: all of it, or the news in its middle.

        Where it was shown before that is known, until much time has passed or the source is another kind of page.
        """
        known = self.before.get(page.url)
        if known is not None and known.worth:
            return True
        if known is not None and kind is known.source and self.now - known.at < self.again:
            return False
        listed = kind is PageKind.CONTENT and role in _LISTING
        return kind in _UNSEEN or (listed and kinds.may_be_filled_by_script(page) and not self._dated(page))

    def showed_more(
        self, source: Page, kind: PageKind, shown: Page, now: PageKind, loaded: Sequence[PageReading]
    ) -> bool:
        """Whether it showed more: a page where none was, or days, on the page or in what its scripts loaded."""
        if (kind in _UNSEEN and now not in _UNSEEN) or any(document.dates for document in loaded):
            return True
        return self._dated(shown) and not self._dated(source)

    def _dated(self, page: Page) -> bool:
        return dates.any_in(page, self.today)
