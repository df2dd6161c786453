"""The reasons for and against a cluster having ceased, as sentences a member of staff can read out.

Words only: what counts and how much is decided in `ceasing`.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.model import Cluster, DatedItem, Evidence, Family, Outcome, Reason, StatedNotice
from pipelines.judging.phrases import day, failing, known, loss, of_item, times, titled
from pipelines.judging.programmes import Ended


def stated_end(stated: StatedNotice, points: float, *, confirmed: bool) -> Reason:
    """The organisation says itself that it ended."""
    notice = stated.notice
    on = f" on {notice.on:%Y-%m-%d}" if notice.on else ""
    seen = f"seen on {times(stated.visits, 'visit')}"
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


def outlived(stated: StatedNotice, item: DatedItem) -> Reason:
    """An end is stated, but the site lived on."""
    notice = stated.notice
    on = f" on {notice.on:%Y-%m-%d}" if notice.on else ""
    return Reason(
        code="outlived_end",
        text=f"An end{on} is stated, but a dated item or event of {day(item)} is well after it.",
        family=Family.STATEMENT,
        url=notice.url,
        raw=notice.quote,
    )


def other_owner(evidence: Evidence, points: float) -> Reason:
    """The domain belongs to somebody else or is for sale."""
    return Reason(
        code="other_owner",
        text=f"The address {loss(evidence)} (seen on {times(evidence.lost_visits, 'visit')} in a row).",
        family=Family.OWNERSHIP,
        points=points,
        url=evidence.lost_url,
        raw=evidence.lost_words,
        overturned_by="The organisation's own pages at this or another address.",
    )


def parked_names(evidence: Evidence, points: float) -> Reason:
    """The domain is served by the name servers of a parking service."""
    return Reason(
        code="parked_names",
        text="The domain's name servers are those of a parking service"
        f" (seen on {times(evidence.parked_names_visits, 'visit')} in a row).",
        family=Family.OWNERSHIP,
        points=points,
        raw=evidence.parked_names,
        overturned_by="Other name servers, or the organisation's own pages at this address.",
    )


def gone(evidence: Evidence, days: int, slowest: Outcome | None, points: float) -> Reason:
    """The site has been gone for long: ceased, or moved?"""
    return Reason(
        code="gone",
        text=f"The site has been gone for {days} days and {times(evidence.away_visits, 'visit')}"
        f" ({_gone(evidence, slowest)}): ceased, or moved?",
        family=Family.REACHABILITY,
        points=points,
        overturned_by="Two good visits that show the organisation's name, or a new address.",
    )


def unreachable(evidence: Evidence, days: int, slowest: Outcome | None, points: float) -> Reason:
    """The site has been unreachable for weeks."""
    return Reason(
        code="unreachable",
        text=f"The site could not be reached for {days} days on {times(evidence.away_visits, 'visit')}"
        f" ({_gone(evidence, slowest)}).",
        family=Family.REACHABILITY,
        points=points,
        overturned_by="Two good visits that show the organisation's name.",
    )


def silence(evidence: Evidence, quiet_days: int, points: float) -> Reason:
    """Nothing dated for years."""
    item = known(evidence.latest)
    return of_item(
        item,
        code="silence",
        text=f"The newest dated item is of {day(item)}, {quiet_days / 365.25:.1f} years ago{titled(item)}.",
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


def unread_news(evidence: Evidence) -> Reason:
    """The newest date is only a lower bound."""
    first = evidence.unread_news[0] if evidence.unread_news else ""
    pages = f"{times(len(evidence.unread_news), 'page')} that may carry news could not be read"
    return Reason(
        code="unread_news",
        text=f"{pages if first else 'The last visits ran out of time or bytes'}: there may be newer items, so the"
        " silence counts for nothing.",
        family=Family.SILENCE,
        url=first,
        overturned_by="A visit that reads them.",
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


def known_programme_ended(over: Ended, points: float) -> Reason:
    """The registry names no end, but the programme that it names is over."""
    return Reason(
        code="programme_ended",
        text=f"Its programme, {over.phase.name_en}, ended in {over.on:%Y-%m}.",
        family=Family.REGISTRY,
        points=points,
        url=over.phase.sources[0],
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
    item = known(evidence.latest)
    return of_item(
        item,
        code="recent_item",
        text=f"Against: a dated item of {day(item)}{titled(item)}.",
        family=Family.LIFE,
        points=points,
    )


def stamp_against(evidence: Evidence) -> Reason:
    """Against: a "last updated" stamp within five years."""
    item = known(evidence.updated)
    return of_item(
        item, code="recent_stamp", text=f"Against: a page says it was updated on {day(item)}.", family=Family.LIFE
    )


def coming_event_against(evidence: Evidence, points: float) -> Reason:
    """Against: a coming event."""
    item = known(evidence.next_event)
    return of_item(
        item,
        code="coming_event",
        text=f"Against: an event is announced for {day(item)}{titled(item)}.",
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


def _gone(evidence: Evidence, slowest: Outcome | None) -> str:
    """Why the site counts as gone, as a clause: by the failure that takes longest to count."""
    if slowest is not None or evidence.lost_kind is None:
        return failing(slowest)
    return f"it {loss(evidence)}"
