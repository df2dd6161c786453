"""The visits of one cluster, boiled down as of an instant. Pure: stored visits in, one value out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from crawler.model import (
    DatedItem,
    DateKind,
    DateSource,
    EnglishWitness,
    Evidence,
    Fetch,
    Notice,
    Outcome,
    PageKind,
    PageReading,
    Precision,
    Role,
    StatedNotice,
    Visit,
    VisitOutcome,
)
from crawler.policy import Policy
from crawler.reading import dates, english
from crawler.reading.parking_names import parking
from crawler.urls import key
from pipelines.judging.absences import is_named, with_absence
from pipelines.judging.addresses import with_addresses
from pipelines.judging.sureness import weighed
from pipelines.judging.unread import is_cut_short, unread_news
from pipelines.judging.visit_days import count_of_days, day_of, requests_of

# A page that a site serves only now and then (an archive off today's path) still counts; older visits do not, or
# one misread date would outlive its page for ever.
VISITS_MERGED = 3
_CONCLUSIVE = {VisitOutcome.READ, VisitOutcome.FAILED, VisitOutcome.LOST}
_FOUND_GONE = {Outcome.HTTP_404, Outcome.HTTP_410}
_NOBODYS = {"", "la"}  # Latin is the filler text of themes
# Where news stand. A stamp that dates a post says so ("posted on"); sentences and addresses date other things too.
_NEWS_PLACES = {
    DateSource.LIST_ITEM, DateSource.TABLE_ROW, DateSource.DEFINITION, DateSource.HEADING, DateSource.TIME_ELEMENT,
    DateSource.FEED, DateSource.JSON_LD, DateSource.DATA, DateSource.STAMP,
}  # fmt: skip


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
        blocked_since=_blocked_since(seen),
        moved_to=read[-1].moved_to if read else "",
    )
    base = with_addresses(_with_parked_names(base, seen), read)
    return _with_reading(with_absence(base, conclusive, policy), read, policy)


def _blocked_since(visits: Sequence[Visit]) -> datetime | None:
    """The first of the visits at the end that all say nothing, None when the last said something."""
    first: datetime | None = None
    for visit in reversed(visits):
        if visit.outcome is not VisitOutcome.INCONCLUSIVE:
            break
        first = visit.started_at
    return first


def _with_parked_names(base: Evidence, visits: Sequence[Visit]) -> Evidence:
    """The evidence with the name servers of a parking service, on how many days in a row the domain has had them."""
    heard = [(v, servers) for v in visits if (servers := _name_servers(v))]
    row: list[Visit] = []
    for visit, servers in reversed(heard):
        if not parking(servers):
            break
        row.append(visit)
    if not row:
        return base
    return replace(base, parked_names=parking(heard[-1][1]), parked_names_visits=count_of_days(row))


def _name_servers(visit: Visit) -> tuple[str, ...]:
    """The name servers of the address that the registry names, not of one that it leads to."""
    first = next((f for f in visit.fetches if f.role is Role.HOME), None)
    return first.name_servers if first is not None and not first.redirects else ()


def _with_reading(base: Evidence, read: Sequence[Visit], policy: Policy) -> Evidence:
    """The evidence with what the pages say, from the last visits that could read any.

    All of it as of the last of them: what has become of a coming event nobody knows until the site is read again.
    """
    if not read:
        return base
    recent = read[-VISITS_MERGED:]
    today = day_of(read[-1])
    pages = _current(recent)
    items = _items(recent)
    posts = dates.posts(items, today=today, floor=policy.post_confidence)
    # The English news are weighed by themselves: a better kept list in another language says nothing about them.
    english_posts = dates.posts(items, today=today, floor=policy.post_confidence, language="en")
    coming = dates.next_event(items, today=today)
    section = english.has_section(pages)
    unread, short = unread_news(recent, read, policy), is_cut_short(recent, read, policy)
    weigh = partial(weighed, items=items, floor=policy.post_confidence, today=today, incomplete=bool(unread) or short)
    return replace(
        base,
        latest=weigh(posts[0] if posts else None),
        runners_up=tuple(posts[1:6]),
        dated_items=len(posts),
        strong_items=len({p.on for p in posts if _is_strong(p, policy)}),
        unread_news=unread,
        cut_short=short,
        updated=_updated(items, policy, today),
        next_event=coming if coming and coming.on <= today + timedelta(days=policy.coming_event_days) else None,
        english_latest=weigh(english_posts[0] if english_posts and section else None),
        english_page=section,
        english_letters=next((p.language.letters for p in pages if p.url == section), 0),
        english_widget=_widget(pages),
        languages=_languages(pages),
        notices=_stated(read, pages),
        identity_seen=is_named(pages),
        traits=tuple(dict.fromkeys(replace(t, url="") for p in pages for t in p.traits)),
        text_changed_at=_text_changed_at(read),
        pages=read[-1].pages,
    )


def _current(visits: Sequence[Visit]) -> tuple[PageReading, ...]:
    """The latest reading of each page over several visits, without those found gone or leading elsewhere since.

    One night that misses a page (a time-out, another way through the site) does not unsay what stood on it.
    """
    pages: dict[str, PageReading] = {}
    for visit in visits:
        for fetch in requests_of(visit):
            if fetch.outcome in _FOUND_GONE or _leads_elsewhere(fetch):
                pages.pop(key(fetch.url), None)
        pages.update({key(p.url) or p.url: p for p in visit.pages})
    return tuple(pages.values())


def _leads_elsewhere(fetch: Fetch) -> bool:
    return fetch.outcome is Outcome.OK and bool(fetch.final_url) and key(fetch.final_url) != key(fetch.url)


def _is_strong(item: DatedItem, policy: Policy) -> bool:
    """Whether an item is of the kind that can fall silent: a day in full, in a list or marked as a post's."""
    sure = item.confidence >= policy.silence_confidence
    return sure and item.precision is Precision.DAY and item.source in _NEWS_PLACES


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


def _updated(items: Iterable[DatedItem], policy: Policy, today: date) -> DatedItem | None:
    """The newest trustworthy "last updated" stamp that is not in the future."""
    stamps = [
        i for i in items if i.kind is DateKind.UPDATED and i.confidence >= policy.updated_confidence and i.on <= today
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


def _stated(read: Sequence[Visit], pages: Sequence[PageReading]) -> tuple[StatedNotice, ...]:
    """The notices that stand on the pages now, each with on how many days in all its words were seen."""
    seen: dict[tuple[str, str], list[Visit]] = {}
    for visit in read:
        for words in {_words(n) for p in visit.pages for n in p.notices}:
            seen.setdefault(words, []).append(visit)
    current = {_words(n): n for p in pages for n in p.notices}
    return tuple(
        StatedNotice(notice=n, visits=count_of_days(seen[words]), first_seen_at=seen[words][0].started_at)
        for words, n in current.items()
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
