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
    PageKind,
    PageReading,
    Precision,
    StatedNotice,
    Trait,
    Visit,
)
from crawler.past import Past
from crawler.policy import Policy
from crawler.reading import dates, english
from crawler.urls import key
from pipelines.judging.absences import is_named, with_absence
from pipelines.judging.addresses import with_addresses
from pipelines.judging.remembering import UNVISITED, History, continued, said
from pipelines.judging.sureness import weighed
from pipelines.judging.unread import is_cut_short, unread_news
from pipelines.judging.visit_days import day_of, is_no_page, requests_of

_NOBODYS = {"", "la"}  # Latin is the filler text of themes
# Where news stand. A stamp that dates a post says so ("posted on"); sentences and addresses date other things too.
_NEWS_PLACES = {
    DateSource.LIST_ITEM, DateSource.TABLE_ROW, DateSource.DEFINITION, DateSource.HEADING, DateSource.TIME_ELEMENT,
    DateSource.FEED, DateSource.JSON_LD, DateSource.DATA, DateSource.STAMP,
}  # fmt: skip


def evidence(
    cluster_id: str,
    visits: Iterable[Visit],
    *,
    as_of: datetime,
    policy: Policy,
    before: History = UNVISITED,
) -> Evidence:
    """What the visits up to `as_of` (oldest first, void nights left out), and those before them, amount to."""
    history = continued(before, (v for v in visits if v.started_at <= as_of))
    past = history.past
    base = Evidence(
        cluster_id=cluster_id,
        as_of=as_of,
        visits=past.visits,
        conclusive_visits=past.conclusive_visits,
        last_visited_at=past.last_visited_at,
        last_outcome=past.last_outcome,
        last_reached_at=past.last_reached_at,
        reachability=past.reachability,
        blocked_since=past.blocked_since,
        moved_to=past.moved_to,
        parked_names=past.parked_names,
        parked_names_visits=past.parked.days if past.parked else 0,
    )
    base = with_addresses(base, past, history.read[-1] if history.read else None)
    return _with_reading(with_absence(base, past, policy), history, policy)


def _with_reading(base: Evidence, history: History, policy: Policy) -> Evidence:
    """The evidence with what the pages say, from the last visits that could read any.

    All of it as of the last of them: what has become of a coming event nobody knows until the site is read again.
    """
    read, past = history.read, history.past
    if not read:
        return base
    today = day_of(read[-1])
    pages = _current(read)
    items = _items(read)
    posts = dates.posts(items, today=today, floor=policy.post_confidence)
    # The English news are weighed by themselves: a better kept list in another language says nothing about them.
    section = english.has_section(pages)
    english_posts = dates.posts(items, today=today, floor=policy.post_confidence, language="en") if section else ()
    coming = dates.next_event(items, today=today)
    unread, short = unread_news(read, past, policy), is_cut_short(read, past, policy)
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
        english_latest=weigh(english_posts[0] if english_posts else None),
        english_page=section,
        english_letters=next((p.language.letters for p in pages if p.url == section), 0),
        english_widget=_widget(pages),
        languages=_languages(pages),
        notices=_stated(past, pages),
        identity_seen=is_named(pages),
        traits=_traits(pages),
        text_changed_at=past.text_changed_at,
        pages=read[-1].pages,
    )


def _current(visits: Sequence[Visit]) -> tuple[PageReading, ...]:
    """The latest reading of each page over several visits, without those found gone or leading elsewhere since.

    One night that misses a page (a time-out, another way through the site) does not unsay what stood on it.
    """
    pages: dict[str, PageReading] = {}
    for visit in visits:
        for fetch in requests_of(visit):
            if is_no_page(fetch):
                pages.pop(key(fetch.url), None)
        pages.update({key(p.url) or p.url: p for p in visit.pages})
    return tuple(pages.values())


def _is_strong(item: DatedItem, policy: Policy) -> bool:
    """Whether an item is of the kind that can fall silent: a day in full, in a list or marked as a post's."""
    sure = item.confidence >= policy.silence_confidence
    return sure and item.precision is Precision.DAY and item.source in _NEWS_PLACES


def _items(visits: Sequence[Visit]) -> list[DatedItem]:
    """The dated items of several visits, those that merely follow the day of the visit left out."""
    kept: dict[tuple[object, ...], DatedItem] = {}
    following = _followers(visits)
    before: tuple[PageReading, ...] = ()
    for visit in visits:
        if visit.pages is before and not following:
            continue  # a visit that confirms the one before it says the same again
        before = visit.pages
        for item in (i for p in visit.pages for i in p.dates):
            if following and (item.url, item.source, item.title) in following and item.on in _its_days(visit):
                continue
            kept[(item.url, item.on, item.kind, item.title, item.source)] = item
    return list(kept.values())


def _its_days(visit: Visit) -> tuple[date, ...]:
    """The days that are the day of a visit for some clock, wherever its server stands."""
    day = visit.started_at.date()
    return tuple(day + timedelta(days=days) for days in (-1, 0, 1))


def _followers(visits: Sequence[Visit]) -> set[tuple[str, str, str]]:
    """Places on pages whose date was always the day of the visit, another one each time: a script or a build wrote it.

    Two posts of one title on two days stand together on the second day, so their place follows nothing.
    """
    seen: dict[tuple[str, str, str], list[set[date]]] = {}
    for visit in visits:
        shown: dict[tuple[str, str, str], set[date]] = {}
        today = _its_days(visit)
        for item in (i for p in visit.pages for i in p.dates if i.on in today):
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


def _traits(pages: Sequence[PageReading]) -> tuple[Trait, ...]:
    """What identifies the organisation on these pages, each once, wherever it stands."""
    return tuple(
        Trait(kind=kind, value=value, url="")
        for kind, value in dict.fromkeys((t.kind, t.value) for p in pages for t in p.traits)
    )


def _stated(past: Past, pages: Sequence[PageReading]) -> tuple[StatedNotice, ...]:
    """The notices that stand on the pages now, each with on how many days in all its words were seen."""
    current = {said(n): n for p in pages for n in p.notices}
    return tuple(
        StatedNotice(notice=n, visits=past.said[words].days, first_seen_at=past.said[words].since)
        for words, n in current.items()
    )
