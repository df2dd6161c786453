"""The reasons of a verdict as sentences a member of staff can read out, with their evidence.

Words only: what counts and how much is decided in `ceasing` and `verdict`.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.model import Cluster, DatedItem, Evidence, Family, Outcome, PageKind, Precision, Reason, StatedNotice
from crawler.policy import Policy

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


def day(item: DatedItem) -> str:
    """The day of an item as precisely as it was written."""
    form = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}[item.precision]
    return item.on.strftime(form)


def without_points(reason: Reason) -> Reason:
    """The same reason, told but not counted: a stronger one of its family counts already."""
    return replace(reason, points=0.0)


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
        text=f"No page could be read on {_times(evidence.visits, 'visit')} so far, which says nothing about its life.",
        overturned_by="A visit that can read the site, or a look by hand.",
    )


def recent_post(evidence: Evidence, policy: Policy) -> Reason:
    """The latest post is within the window."""
    item = _known(evidence.latest)
    return _of(
        item,
        code="recent_post",
        text=f"The newest dated item is of {day(item)}, within {policy.active_days} days{_named(item)}.",
        overturned_by=f"No newer item by {_plus(item, policy.active_days)}, or proof that this date is not a post's.",
    )


def coming_event(evidence: Evidence) -> Reason:
    """An event is still to come."""
    item = _known(evidence.next_event)
    return _of(
        item,
        code="coming_event",
        text=f"An event is announced for {day(item)}{_named(item)}.",
        overturned_by="The day passing without any newer item.",
    )


def recent_stamp(evidence: Evidence) -> Reason:
    """Only a "last updated" stamp is recent."""
    item = _known(evidence.updated)
    return _of(
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
    return _of(
        item,
        code="quiet",
        text=f"The site answers, but its newest dated item is of {day(item)},"
        f" more than {policy.active_days} days ago{_named(item)}.",
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
    item = _known(evidence.english_latest)
    return _of(
        item,
        code="active_english",
        text=f"The English pages carry an item of {day(item)}{_named(item)}.",
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
    return Reason(code="blocked", text=f"Our visits have been inconclusive{fetch}: nothing is concluded.{look}")


def failing(evidence: Evidence, policy: Policy) -> Reason:
    """The site cannot be reached, not long enough to mean anything."""
    what = _FAILURES.get(evidence.failure, "it does not answer") if evidence.failure else "it does not answer"
    since = f"{evidence.failing_since:%Y-%m-%d}" if evidence.failing_since else ""
    return Reason(
        code="failing",
        text=f"Since {since} the site cannot be reached ({what}), on {_times(evidence.failing_visits, 'visit')};"
        f" this counts from {policy.failing_visits} visits over {policy.failing_days} days.",
    )


def lost(evidence: Evidence, policy: Policy) -> Reason:
    """The address shows something else, not often enough to mean anything."""
    what = _LOSSES.get(evidence.lost_kind, "shows another page") if evidence.lost_kind else "shows another page"
    return Reason(
        code="lost",
        text=f"The address {what}, on {_times(evidence.lost_visits, 'visit')};"
        f" this counts from {policy.lost_visits} visits.",
        url=evidence.lost_url,
        raw=evidence.lost_words,
    )


def stated_end(stated: StatedNotice, points: float, *, confirmed: bool) -> Reason:
    """The organisation says itself that it ended."""
    notice = stated.notice
    on = f" on {notice.on:%Y-%m-%d}" if notice.on else ""
    seen = f"seen on {_times(stated.visits, 'visit')}"
    return Reason(
        code="stated_end" if confirmed else "stated_end_once",
        text=f"The site itself says that the organisation or its project ended{on} ({seen}).",
        family=Family.STATEMENT,
        points=points,
        url=notice.url,
        raw=notice.quote,
        overturned_by="Items dated well after the stated end, or a named successor.",
    )


def stated_site_end(stated: StatedNotice, points: float) -> Reason:
    """The site or its updates ended, by its own word."""
    return Reason(
        code="stated_site_end",
        text="The site itself says that it is closed or no longer updated.",
        family=Family.STATEMENT,
        points=points,
        url=stated.notice.url,
        raw=stated.notice.quote,
        overturned_by="Newer items, or a new address.",
    )


def announced(stated: StatedNotice) -> Reason:
    """An end is announced for a day to come."""
    on = f" for {stated.notice.on:%Y-%m-%d}" if stated.notice.on else ""
    return Reason(
        code="announced_end",
        text=f"An end is announced{on}; this becomes a question on that day.",
        family=Family.STATEMENT,
        url=stated.notice.url,
        raw=stated.notice.quote,
    )


def mention(stated: StatedNotice) -> Reason:
    """An end is stated together with a successor: no end."""
    return Reason(
        code="end_with_successor",
        text="An end is stated, but a successor or new address is named with it.",
        family=Family.STATEMENT,
        url=stated.notice.url,
        raw=stated.notice.quote,
    )


def other_owner(evidence: Evidence, points: float) -> Reason:
    """The domain belongs to somebody else or is for sale."""
    what = _LOSSES.get(evidence.lost_kind, "shows another page") if evidence.lost_kind else "shows another page"
    return Reason(
        code="other_owner",
        text=f"The address {what} (seen on {_times(evidence.lost_visits, 'visit')} in a row).",
        family=Family.OWNERSHIP,
        points=points,
        url=evidence.lost_url,
        raw=evidence.lost_words,
        overturned_by="The organisation's own pages at this or another address.",
    )


def gone(evidence: Evidence, days: int, visits: int, points: float) -> Reason:
    """The site has been gone for long: ceased, or moved?"""
    return Reason(
        code="gone",
        text=f"The site has been gone for {days} days and {_times(visits, 'visit')} ({_gone(evidence)}):"
        " ceased, or moved?",
        family=Family.REACHABILITY,
        points=points,
        overturned_by="Two good visits that show the organisation's name, or a new address.",
    )


def unreachable(evidence: Evidence, days: int, visits: int, points: float) -> Reason:
    """The site has been unreachable for weeks."""
    return Reason(
        code="unreachable",
        text=f"The site could not be reached for {days} days on {_times(visits, 'visit')} ({_gone(evidence)}).",
        family=Family.REACHABILITY,
        points=points,
        overturned_by="Two good visits that show the organisation's name.",
    )


def silence(evidence: Evidence, quiet_days: int, points: float) -> Reason:
    """Nothing dated for years."""
    item = _known(evidence.latest)
    return _of(
        item,
        code="silence",
        text=f"The newest dated item is of {day(item)}, {quiet_days / 365.25:.1f} years ago{_named(item)}.",
        family=Family.SILENCE,
        points=points,
        overturned_by="Any newer dated item.",
    )


def long_silence(evidence: Evidence, quiet_days: int, points: float) -> Reason:
    """Nothing dated for more than five years."""
    return replace(
        silence(evidence, quiet_days, points),
        code="long_silence",
        overturned_by="Any newer dated item, a coming event, or a change of the text between visits.",
    )


def programme_ended(cluster: Cluster, points: float) -> Reason:
    """The registry says that the funded period is over."""
    programme = f" of {cluster.programme}" if cluster.programme else ""
    return Reason(
        code="programme_ended",
        text=f"According to the registry the period{programme} ended in {cluster.period_end}.",
        family=Family.REGISTRY,
        points=points,
        overturned_by="A later period in the registry.",
    )


def project_name(cluster: Cluster, points: float) -> Reason:
    """The name says that it is a project."""
    return Reason(
        code="project_name",
        text=f"Its name says that it is a project: {cluster.name_ja or cluster.name_en}.",
        family=Family.REGISTRY,
        points=points,
    )


def recent_item(evidence: Evidence, points: float) -> Reason:
    """Against: a recent item."""
    item = _known(evidence.latest)
    return _of(
        item,
        code="recent_item",
        text=f"Against: a dated item of {day(item)}{_named(item)}.",
        family=Family.LIFE,
        points=points,
    )


def stamp_against(evidence: Evidence) -> Reason:
    """Against: a "last updated" stamp within five years."""
    item = _known(evidence.updated)
    return _of(
        item, code="recent_stamp", text=f"Against: a page says it was updated on {day(item)}.", family=Family.LIFE
    )


def coming_event_against(evidence: Evidence, points: float) -> Reason:
    """Against: a coming event."""
    item = _known(evidence.next_event)
    return _of(
        item,
        code="coming_event",
        text=f"Against: an event is announced for {day(item)}{_named(item)}.",
        family=Family.LIFE,
        points=points,
    )


def text_changed(evidence: Evidence, points: float) -> Reason:
    """Against: the text changed between visits."""
    on = f"{evidence.text_changed_at:%Y-%m-%d}" if evidence.text_changed_at else ""
    return Reason(
        code="text_changed",
        text=f"Against: the text of a page changed between visits, last seen on {on}.",
        family=Family.LIFE,
        points=points,
    )


def identity(points: float) -> Reason:
    """Against: the organisation's name stood on the last pages read."""
    return Reason(
        code="identity",
        text="Against: the organisation's name stands on the pages.",
        family=Family.LIFE,
        points=points,
    )


def _gone(evidence: Evidence) -> str:
    if evidence.failure is not None:
        return _FAILURES.get(evidence.failure, "it does not answer")
    return "it " + (_LOSSES.get(evidence.lost_kind, "shows another page") if evidence.lost_kind else "does not answer")


def _of(  # one argument a column of the reason
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


def _named(item: DatedItem) -> str:
    return f": “{item.title[:80]}”" if item.title else ""


def _known(item: DatedItem | None) -> DatedItem:
    """The item; asking for a sentence about an item that is not there is our bug."""
    if item is None:
        raise ValueError("a sentence needs the item it speaks of")
    return item


def _plus(item: DatedItem, days: int) -> str:
    return f"{item.on.fromordinal(item.on.toordinal() + days):%Y-%m-%d}"


def _times(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
