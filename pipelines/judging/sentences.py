"""The reasons of a verdict as sentences a member of staff can read out, with their evidence.

Words only: what counts and how much is decided in `verdict`. Those for and against a cluster having ceased are in
`ceasing_sentences`.
"""

from __future__ import annotations

from crawler.model import DatedItem, Evidence, Reason, StatedNotice
from crawler.policy import Policy
from pipelines.judging.phrases import day, known, loss, of_item, seen_on, times, titled
from pipelines.judging.phrases import failing as fails


def no_website() -> Reason:
    """No address is in the registry."""
    return Reason(
        code="no_website",
        text="No website known.",
        overturned_by="An address in the registry.",
    )


def never_read(evidence: Evidence) -> Reason:
    """Nothing could be read so far."""
    if evidence.visits == 0:
        return Reason(code="not_visited", text="Not visited yet.", overturned_by="A visit.")
    return Reason(
        code="never_read",
        text=f"No page could be read on {times(evidence.visits, 'visit')} so far, which says nothing about its life.",
        overturned_by="A visit that can read the site, or a look by hand.",
    )


def recent_post(evidence: Evidence, policy: Policy) -> Reason:
    """The latest post is within the window."""
    item = known(evidence.latest)
    return of_item(
        item,
        code="recent_post",
        text=f"The newest dated item is of {day(item)}, within {policy.active_days} days{titled(item)}.",
        overturned_by=f"No newer item by {_plus(item, policy.active_days)}, or proof that this date is not a post's.",
    )


def coming_event(evidence: Evidence) -> Reason:
    """An event is still to come."""
    item = known(evidence.next_event)
    return of_item(
        item,
        code="coming_event",
        text=f"An event is announced for {day(item)}{titled(item)}.",
        overturned_by="The day passing without any newer item.",
    )


def recent_stamp(evidence: Evidence) -> Reason:
    """Only a "last updated" stamp is recent."""
    item = known(evidence.updated)
    return of_item(
        item,
        code="recent_stamp",
        text=f"No recent post, but the site says that a page was last updated on {day(item)}.",
        overturned_by="Proof that the stamp is set by a machine.",
    )


def quiet(evidence: Evidence, policy: Policy) -> Reason:
    """The site answers, but nothing on it is recent."""
    item = evidence.latest
    if item is None:
        return Reason(
            code="no_dated_item",
            text="The site answers, but no dated post, report or event was found on the pages read.",
            overturned_by="A dated item, wherever it stands.",
        )
    return of_item(
        item,
        code="quiet",
        text=f"The site answers, but its newest dated item is of {day(item)},"
        f" more than {policy.active_days} days ago{titled(item)}.",
        overturned_by="A newer dated item, wherever it stands.",
    )


def no_english(evidence: Evidence) -> Reason:
    """There is no English version."""
    widget = f" (a machine-translation widget, {evidence.english_widget}, is no English version)"
    return Reason(
        code="no_english",
        text=f"No English version was found{widget if evidence.english_widget else ''}.",
        overturned_by="A page whose main text is English.",
    )


def active_english(evidence: Evidence) -> Reason:
    """The English pages carry a recent item."""
    item = known(evidence.english_latest)
    return of_item(
        item,
        code="active_english",
        text=f"The English pages carry an item of {day(item)}{titled(item)}.",
        overturned_by="Proof that the item stands on no English page.",
    )


def static_english(evidence: Evidence) -> Reason:
    """There are English pages without a recent item."""
    item = evidence.english_latest
    newest = f"their newest dated item is of {day(item)}" if item else "none of them carries a dated item"
    return Reason(
        code="static_english",
        text=f"There are English pages, but {newest}.",
        url=evidence.english_page,
        raw=item.raw if item else "",
        overturned_by="A recent dated item on an English page.",
    )


def moved(evidence: Evidence) -> Reason:
    """The home page redirects to another domain."""
    return Reason(
        code="moved",
        text=f"The address in the registry redirects to {evidence.moved_to}; it may have moved.",
        url=evidence.moved_to,
    )


def wrong_address(evidence: Evidence) -> Reason:
    """Nothing is at the registry's address, and the organisation shows itself at another."""
    return Reason(
        code="wrong_address",
        text=f"Nothing is at the address in the registry, which may be wrong; the organisation's name stands at"
        f" {evidence.better_address} (seen on {times(evidence.better_address_visits, 'visit')} in a row).",
        url=evidence.better_address,
        overturned_by="The address in the registry answering again, or corrected.",
    )


def hacked(evidence: Evidence) -> Reason:
    """Somebody else writes on pages of a site that is the organisation's."""
    page, n = evidence.written_by_others[0], len(evidence.written_by_others)
    return Reason(
        code="hacked_pages",
        text=f"{n} {'page' if n == 1 else 'pages'} of the site may have been hacked: somebody else writes there."
        " It is no sign of an end; the organisation may want to know.",
        url=page.url,
        raw=page.sure,
        overturned_by="A visit on which the page is gone or the organisation's own.",
    )


def succession(stated: StatedNotice) -> Reason:
    """A successor or new address is named."""
    notice = stated.notice
    return Reason(
        code="succession",
        text=f"The site names a successor or a new address: {notice.successor}.",
        url=notice.url,
        raw=notice.quote,
    )


def blocked(evidence: Evidence, policy: Policy) -> Reason:
    """The site refuses or fails us in a way that says nothing."""
    since = evidence.blocked_since
    days = (evidence.as_of - since).days if since else 0
    look = " Please look by hand." if days >= policy.blocked_days else ""
    fetch = f" since {since:%Y-%m-%d}" if since else ""
    return Reason(
        code="blocked",
        text=f"Our visits have been inconclusive{fetch}: nothing is concluded.{look}",
        since=since.date() if since else None,
    )


def last_read(evidence: Evidence) -> Reason:
    """What is said of the pages is as of an earlier day."""
    return Reason(
        code="last_read",
        text=f"The site was last read on {seen_on(evidence):%Y-%m-%d}; every age is counted to that day.",
        overturned_by="A visit that can read the site, or a look by hand.",
    )


def failing(evidence: Evidence, policy: Policy) -> Reason:
    """The site cannot be reached, not long enough to mean anything."""
    since = f"{evidence.failing_since:%Y-%m-%d}" if evidence.failing_since else ""
    return Reason(
        code="failing",
        text=f"Since {since} the site cannot be reached ({fails(evidence.failure)}),"
        f" on {times(evidence.failing_visits, 'visit')};"
        f" this counts from {policy.failing_visits} visits over {policy.failing_days} days.",
    )


def lost(evidence: Evidence, policy: Policy) -> Reason:
    """The address shows something else, not often enough to mean anything."""
    return Reason(
        code="lost",
        text=f"The address {loss(evidence)}, on {times(evidence.lost_visits, 'visit')};"
        f" this counts from {policy.lost_visits} visits.",
        url=evidence.lost_url,
        raw=evidence.lost_words,
    )


def _plus(item: DatedItem, days: int) -> str:
    return f"{item.on.fromordinal(item.on.toordinal() + days):%Y-%m-%d}"
