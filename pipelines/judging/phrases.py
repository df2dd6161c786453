"""The words and pieces that the sentences of a verdict share."""

from __future__ import annotations

from datetime import date

from crawler.model import DatedItem, Evidence, Family, Outcome, PageKind, Precision, Reason

_LONGEST_TITLE = 80  # characters
_FAILURES = {
    Outcome.DNS_NXDOMAIN: "its name does not exist any more",
    Outcome.TCP_REFUSED: "its server refuses connections",
    Outcome.HTTP_404: "its address answers “not found”",
    Outcome.HTTP_410: "its address answers “gone”",
}
_LOSSES = {
    PageKind.PARKED: "shows a page that offers the domain for sale",
    PageKind.HIJACKED: "shows the pages of another owner",
    PageKind.DEFAULT_PAGE: "shows only the default page of a server or hosting company",
    PageKind.SUSPENDED: "shows that the hosting account is suspended",
    PageKind.DEPROVISIONED: "shows that nothing is hosted at this address any more",
    PageKind.SOFT_404: "shows a “not found” page instead of a home page",
}
_SILENT = "it does not answer"
_OTHER = "shows another page"


def day(item: DatedItem) -> str:
    """The day of an item as precisely as it was written."""
    form = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}[item.precision]
    return item.on.strftime(form)


def seen_on(evidence: Evidence) -> date:
    """The day to which ages are counted: that of the last reading. What a site did since, nobody saw."""
    return min(evidence.as_of, evidence.last_reached_at or evidence.as_of).date()


def failing(outcome: Outcome | None) -> str:
    """How a site fails, as a clause."""
    return _FAILURES.get(outcome, _SILENT) if outcome else _SILENT


def loss(evidence: Evidence) -> str:
    """What the address shows instead of the site, as a predicate."""
    return _LOSSES.get(evidence.lost_kind, _OTHER) if evidence.lost_kind else _OTHER


def of_item(  # one argument a column of the reason
    item: DatedItem,
    *,
    code: str,
    text: str,
    overturned_by: str = "",
    family: Family | None = None,
    points: float = 0.0,
) -> Reason:
    """A reason that rests on one dated item."""
    return Reason(
        code=code, text=text, family=family, points=points, url=item.url, raw=item.raw, overturned_by=overturned_by
    )


def titled(item: DatedItem) -> str:
    """The title of an item behind a colon, a long one by its beginning; "" when it has none."""
    title = item.title if len(item.title) <= _LONGEST_TITLE else f"{item.title[: _LONGEST_TITLE - 1].rstrip()}…"
    return f": “{title}”" if title else ""


def known(item: DatedItem | None) -> DatedItem:
    """The item; asking for a sentence about an item that is not there is our bug."""
    if item is None:
        raise ValueError("a sentence needs the item it speaks of")
    return item


def times(count: int, noun: str) -> str:
    """A count with its noun: 1 visit, 2 visits."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
