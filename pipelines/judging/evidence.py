"""The visits of one cluster, boiled down as of an instant. Pure: stored visits in, one value out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from crawler.model import (
    DatedItem,
    DateKind,
    EnglishWitness,
    Evidence,
    Notice,
    PageKind,
    PageReading,
    StatedNotice,
    TraitKind,
    Visit,
    VisitOutcome,
)
from crawler.policy import Policy
from crawler.reading import dates, english

# A page that a site serves only now and then (an archive off today's path) still counts; older visits do not, or
# one misread date would outlive its page for ever.
_VISITS_MERGED = 3
_CONCLUSIVE = {VisitOutcome.READ, VisitOutcome.FAILED, VisitOutcome.LOST}
_NOBODYS = {"", "la"}  # Latin is the filler text of themes
_NAMES = {TraitKind.NAME, TraitKind.NAME_EN}


def evidence(cluster_id: str, visits: Sequence[Visit], *, as_of: datetime, policy: Policy) -> Evidence:
    """What the visits up to `as_of` (oldest first, void nights left out) amount to."""
    seen = [v for v in visits if v.started_at <= as_of]
    conclusive = [v for v in seen if v.outcome in _CONCLUSIVE]
    read = [v for v in seen if v.outcome is VisitOutcome.READ]
    base = Evidence(
        cluster_id=cluster_id,
        as_of=as_of,
        visits=len(seen),
        conclusive_visits=len(conclusive),
        last_visited_at=seen[-1].started_at if seen else None,
        last_outcome=seen[-1].outcome if seen else None,
        last_reached_at=read[-1].started_at if read else None,
        reachability=conclusive[-1].outcome if conclusive else None,
        blocked_since=_since(seen, VisitOutcome.INCONCLUSIVE),
        moved_to=read[-1].moved_to if read else "",
    )
    settled = _settled(conclusive, policy)
    return _with_reading(_with_losses(_with_failures(base, settled), settled), read, policy)


def _since(visits: Sequence[Visit], outcome: VisitOutcome) -> datetime | None:
    """The first visit of the unbroken run of this outcome at the end, None when the last was another."""
    first: datetime | None = None
    for visit in reversed(visits):
        if visit.outcome is not outcome:
            break
        first = visit.started_at
    return first


def _settled(conclusive: Sequence[Visit], policy: Policy) -> Sequence[Visit]:
    """The conclusive visits without good ones at the end that are too few to end a long loss.

    A site that was gone for weeks and answers once may be a stranger's, or back for a day: two good visits with the
    organisation's name on them make a recovery. Where no name could ever be read, two good visits do.
    """
    back = 0
    while back < len(conclusive) and conclusive[-1 - back].outcome is VisitOutcome.READ:
        back += 1
    before = conclusive[: len(conclusive) - back]
    long_lost = len(before) >= policy.lost_visits and all(
        v.outcome is before[-1].outcome for v in before[-policy.lost_visits :]
    )
    if not back or not long_lost:
        return conclusive
    good = conclusive[-policy.recovery_visits :] if back >= policy.recovery_visits else ()
    nameless = not any(_is_named(v) for v in before)
    return conclusive if good and (nameless or all(_is_named(v) for v in good)) else before


def _is_named(visit: Visit) -> bool:
    """Whether a name of the organisation stood on the pages of a visit."""
    return any(t.kind in _NAMES for p in visit.pages for t in p.traits)


def _with_failures(base: Evidence, conclusive: Sequence[Visit]) -> Evidence:
    since = _since(conclusive, VisitOutcome.FAILED)
    if since is None:
        return base
    failing = [v for v in conclusive if v.started_at >= since]
    return replace(base, failing_since=since, failing_visits=len(failing), failure=failing[-1].failure)


def _with_losses(base: Evidence, conclusive: Sequence[Visit]) -> Evidence:
    since = _since(conclusive, VisitOutcome.LOST)
    if since is None:
        return base
    lost = [v for v in conclusive if v.started_at >= since]
    page = next((p for p in lost[-1].pages if p.kind is not PageKind.CONTENT), None)
    return replace(
        base,
        lost_since=since,
        lost_visits=len(lost),
        lost_kind=page.kind if page else None,
        lost_words=page.sure if page else "",
        lost_url=page.url if page else "",
    )


def _with_reading(base: Evidence, read: Sequence[Visit], policy: Policy) -> Evidence:
    """The evidence with what the pages say, from the last visits that could read any."""
    if not read:
        return base
    last = read[-1]
    today = _day(last)
    items = _items(read[-_VISITS_MERGED:])
    posts = dates.posts(items, today=today, floor=policy.post_confidence)
    horizon = base.as_of.date() + timedelta(days=policy.coming_event_days)
    coming = dates.next_event(items, today=base.as_of.date())
    section = english.has_section(last.pages)
    return replace(
        base,
        latest=posts[0] if posts else None,
        runners_up=tuple(posts[1:6]),
        dated_items=len(posts),
        updated=_updated(items, policy, base.as_of),
        next_event=coming if coming and coming.on <= horizon else None,
        english_latest=next((p for p in posts if p.language == "en"), None) if section else None,
        english_page=section,
        english_letters=next((p.language.letters for p in last.pages if p.url == section), 0),
        english_widget=_widget(last.pages),
        languages=_languages(last.pages),
        notices=_stated(read),
        identity_seen=_is_named(last),
        traits=tuple(dict.fromkeys(replace(t, url="") for p in last.pages for t in p.traits)),
        text_changed_at=_text_changed_at(read),
        pages=last.pages,
    )


def _items(visits: Sequence[Visit]) -> list[DatedItem]:
    """The dated items of several visits, those that merely follow the day of the visit left out."""
    kept: dict[tuple[object, ...], DatedItem] = {}
    following = _followers(visits)
    for visit in visits:
        for item in (i for p in visit.pages for i in p.dates):
            if (item.url, item.source, item.title) in following and _is_its_day(item, visit):
                continue
            kept[(item.url, item.on, item.kind, item.title, item.source)] = item
    return list(kept.values())


def _day(visit: Visit) -> date:
    """The day of a visit on the organisation's own calendar."""
    return visit.day or visit.started_at.date()


def _is_its_day(item: DatedItem, visit: Visit) -> bool:
    """Whether an item is dated on the day of its visit, wherever the clock of the server stands."""
    return abs((item.on - visit.started_at.date()).days) <= 1


def _followers(visits: Sequence[Visit]) -> set[tuple[str, str, str]]:
    """Places on pages whose date was always the day of the visit, another one each time: a script or a build wrote it.

    Two posts of one title on two days stand together on the second day, so their place follows nothing.
    """
    seen: dict[tuple[str, str, str], list[set[date]]] = {}
    for visit in visits:
        shown: dict[tuple[str, str, str], set[date]] = {}
        for item in (i for p in visit.pages for i in p.dates):
            if _is_its_day(item, visit):
                shown.setdefault((item.url, item.source, item.title), set()).add(item.on)
        for place, days in shown.items():
            seen.setdefault(place, []).append(days)
    return {p for p, days in seen.items() if len(days) > 1 and len(set().union(*days)) == sum(map(len, days))}


def _updated(items: Iterable[DatedItem], policy: Policy, as_of: datetime) -> DatedItem | None:
    """The newest trustworthy "last updated" stamp that is not in the future."""
    stamps = [
        i
        for i in items
        if i.kind is DateKind.UPDATED and i.confidence >= policy.updated_confidence and i.on <= as_of.date()
    ]
    return max(stamps, key=lambda i: (i.on, i.confidence), default=None)


def _widget(pages: Sequence[PageReading]) -> str:
    return next((what for p in pages for witness, what in p.english if witness is EnglishWitness.WIDGET), "")


def _languages(pages: Sequence[PageReading]) -> tuple[str, ...]:
    """ISO 639-1 codes of the languages in which whole pages are written, most text first."""
    letters: dict[str, int] = {}
    for page in pages:
        if page.language.language not in _NOBODYS and page.kind is PageKind.CONTENT:
            letters[page.language.language] = letters.get(page.language.language, 0) + page.language.letters
    return tuple(sorted(letters, key=lambda code: (-letters[code], code)))


def _stated(read: Sequence[Visit]) -> tuple[StatedNotice, ...]:
    """The notices of the last visit, each with how many visits in all have seen its words."""
    seen: dict[tuple[str, str], tuple[int, datetime]] = {}
    for visit in read:
        for key in {_words(n) for p in visit.pages for n in p.notices}:
            count, first = seen.get(key, (0, visit.started_at))
            seen[key] = (count + 1, first)
    current = {_words(n): n for p in read[-1].pages for n in p.notices}
    return tuple(
        StatedNotice(notice=notice, visits=seen[key][0], first_seen_at=seen[key][1]) for key, notice in current.items()
    )


def _words(notice: Notice) -> tuple[str, str]:
    """What makes two notices the same: their words, wherever they stand; an announcement that came true stays one."""
    return ("", notice.quote)


def _text_changed_at(read: Sequence[Visit]) -> datetime | None:
    """The last visit on which a page's main text differed from the visit before."""
    changed: datetime | None = None
    previous: dict[str, str] = {}
    for visit in read:
        current = {p.url: p.text_digest for p in visit.pages if p.text_digest}
        if any(previous.get(url, digest) != digest for url, digest in current.items()):
            changed = visit.started_at
        previous = current
    return changed
