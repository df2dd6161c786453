"""When a full reading may stand for another night, what to ask then, and how long it does so at most. Pure.

A page that has not changed says the same again, but for what depends on the day: a coming event has taken place, a day
without a year lies in another one, a newest post is no longer new enough to end the search. So every reading has a first
day on which the same pages might be read otherwise, and is made anew on that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b

import msgspec

from crawler.config import Config
from crawler.days import day_at
from crawler.frontier import RECENT
from crawler.model import (
    Cluster,
    DatedItem,
    DateSource,
    Fetch,
    LastReading,
    Outcome,
    PageBefore,
    PageKind,
    PageReading,
    Precision,
    Role,
    Verdict,
    Visit,
    VisitOutcome,
)
from crawler.policy import Policy
from crawler.reading import dates
from crawler.urls import key
from pipelines.judging.unread import ran_out
from pipelines.judging.visit_days import day_of
from pipelines.planning import is_suspect

# How a request may end that ends so again while nothing changes. All else (no answer, an error of the server, too many
# requests) is tried anew every night.
_SETTLED = {
    Outcome.OK, Outcome.NOT_A_PAGE, Outcome.HTTP_401, Outcome.HTTP_403, Outcome.HTTP_404, Outcome.HTTP_410,
    Outcome.HTTP_451, Outcome.ROBOTS_DISALLOW,
}  # fmt: skip
_PLAIN = {PageKind.CONTENT, PageKind.FEED, PageKind.SITEMAP}
# Where an entry stands that a newer one will stand above.
_LISTED = {
    DateSource.LIST_ITEM, DateSource.TABLE_ROW, DateSource.DEFINITION, DateSource.HEADING, DateSource.TIME_ELEMENT,
    DateSource.FEED,
}  # fmt: skip
_NEWS_FIRST = (Role.NEWS, Role.ENGLISH_NEWS, Role.FEED, Role.SITEMAP)  # of two pages that show the same, this one
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # there is no older web page; a Last-Modified before it is a clock's start
_NOW = timedelta(seconds=60)  # a Last-Modified so close to the answer is of the answer (RFC 9110, section 8.8.2.2)
_A_DAY = timedelta(days=1)
_SWAPPABLE = 12  # days up to here may be the month, for whoever writes them the other way round
_PLAINLY_ORDERED = re.compile(r"\d{4}|.*[^\W\d_]", re.DOTALL)  # the year first, or words: nobody reads it in two ways

# The windows within which readers decide otherwise than beyond, kept equal to theirs by a test.
LONG_AGO = timedelta(days=3 * 365)  # of sentences: `crawler.reading.date_senses`
STALE = timedelta(days=400)  # of a page's newest day: `crawler.reading.dates`
AHEAD = timedelta(days=60)  # of a day without a year: `crawler.reading.year_context`
FAR_AHEAD = timedelta(days=300)  # of one with a weekday: there too
QUIET_LIST = timedelta(days=548)  # of a site's newest item: `crawler.reading.chosen_dates`
SURER = (timedelta(days=400), timedelta(days=1100))  # how sure that is: there too
YEARS_OF_WEEKDAYS = 11  # in which years fit a weekday: `crawler.reading.year_context`


def basis(cluster: Cluster, config: Config, program: str) -> str:
    """A digest of what a reading depends on beside the pages; `program` names the one that reads."""
    identity = (
        cluster.website, cluster.website_en, cluster.other_hosts, cluster.name_en, cluster.name_ja,
        cluster.home_language, cluster.country, cluster.operator,
    )  # fmt: skip
    made_of = (identity, config.budget, config.policy.name, config.browser.enabled, program)
    return blake2b(msgspec.json.encode(made_of), digest_size=12).hexdigest()


def may_stand(last: LastReading | None, cluster: Cluster, now: datetime, based_on: str) -> LastReading | None:
    """The last reading where a visit now may confirm it, None where it has to read everything."""
    if last is None or last.basis != based_on or not last.read_at < now:
        return None
    return last if day_at(cluster, now) < last.until else None


def last_reading(visit: Visit, verdict: Verdict, config: Config, based_on: str) -> LastReading | None:
    """What a full reading leaves for the nights after it; None when the next visit is to read everything again.

    `verdict` is the one of now: whatever may have ended, moved or got lost is looked at in full every night.
    """
    if not _is_plain(visit) or is_suspect(verdict):
        return None
    today = day_of(visit)
    newest = [_newest(visit, config.policy, language) for language in ("", "en")]
    until = min(
        _own_day(visit.cluster_id, today, config.schedule.full_visit_days),
        _reads_otherwise(visit, newest),
    )
    pages = _pages_before(visit, *newest)
    if not pages or until <= today + timedelta(days=1):
        return None
    return LastReading(read_at=visit.started_at, pages=pages, until=until, basis=based_on)


def whole(visit: Visit, base: Visit | None) -> Visit:
    """A visit with the pages of the full reading that it confirms; any other as it is.

    Should that reading be gone, the visit says nothing: nobody knows what it has confirmed.
    """
    if visit.confirms is None:
        return visit
    if base is None or base.started_at != visit.confirms:
        return replace(visit, outcome=VisitOutcome.INCONCLUSIVE, failure=Outcome.ERROR, confirms=None)
    again = {key(f.url) for f in visit.fetches}
    carried = tuple(_slim(f) for f in base.fetches if key(f.url) not in again)
    return replace(visit, pages=base.pages, carried=carried)


def rests_alike(one: Visit, other: Visit) -> bool:
    """Whether two visits confirm the same reading, and asked for the same pages to do so: they carry the same."""
    if one.confirms is None or one.confirms != other.confirms:
        return False
    return {key(f.url) for f in one.fetches} == {key(f.url) for f in other.fetches}


def _slim(fetch: Fetch) -> Fetch:
    """What a request tells of its address, without what it told of the network on that day."""
    return replace(fetch, etag="", last_modified="", certificate=None, dns="", name_servers=(), fingerprint="")


def _is_plain(visit: Visit) -> bool:
    """Whether a visit read everything that it wanted to read, from the registry's own address, without a browser."""
    home = next(iter(visit.fetches), None)
    return (
        visit.outcome is VisitOutcome.READ
        and visit.confirms is None
        and home is not None
        and (home.role, home.outcome) == (Role.HOME, Outcome.OK)
        and not visit.moved_to
        and visit.failure is None
        and not ran_out(visit)
        and all(f.outcome in _SETTLED and not f.rendered for f in visit.fetches)
        and all(p.kind in _PLAIN for p in visit.pages)
        and all(p.said for p in visit.pages if p.kind is PageKind.CONTENT)  # else a browser was to show more of it
    )


def _own_day(cluster_id: str, today: date, every: int) -> date:
    """The next day of a full reading. Each cluster has its own, so that not all come on the same night.

    A first reading stands for a night at least, or none that was made on the eve of that day ever would.
    """
    digest = blake2b(cluster_id.encode(), digest_size=4).digest()
    ahead = (int.from_bytes(digest) - today.toordinal()) % every
    return today + timedelta(days=ahead if ahead > 1 else every)


# --- what to ask for ---


def _pages_before(visit: Visit, news: DatedItem | None, english: DatedItem | None) -> tuple[PageBefore, ...]:
    """The home pages, the page that shows the newest item, and where it may decide the page of the newest in English."""
    readings = {p.url: p for p in visit.pages}
    answered = {f.url: f for f in visit.fetches if f.outcome is Outcome.OK}
    wanted = [url for url, f in answered.items() if f.role is Role.HOME]
    others = sorted((url for url in answered if url not in wanted), key=lambda url: _rank(answered[url]))
    for item in (news, english):
        # Of English news one recent item is enough, as it is for `crawler.frontier`: a newer one decides nothing.
        if item is None or (item is not news and item is english and item.on > day_of(visit) - RECENT):
            continue
        if not any(_shows(readings.get(answered[url].final_url), item) for url in wanted):
            wanted += [url for url in others if _shows(readings.get(answered[url].final_url), item)][:1]
    if news is None:
        wanted += [url for url in others if answered[url].role in _NEWS_FIRST][:1]
    shared = _shared_tags(answered.values())
    return tuple(_page_before(answered[url], readings.get(answered[url].final_url), shared) for url in wanted)


def _newest(visit: Visit, policy: Policy, language: str) -> DatedItem | None:
    items = (i for p in visit.pages for i in p.dates)
    found = dates.posts(items, today=day_of(visit), floor=policy.post_confidence, language=language)
    return found[0] if found else None


def _rank(fetch: Fetch) -> int:
    return _NEWS_FIRST.index(fetch.role) if fetch.role in _NEWS_FIRST else len(_NEWS_FIRST)


def _shows(page: PageReading | None, item: DatedItem) -> bool:
    """Whether a page has an entry of an item's day, in its language, above which a newer one would stand."""
    if page is None:
        return False
    same = [i for i in page.dates if i.on == item.on and i.kind is item.kind and i.language == item.language]
    return any(i.source in _LISTED for i in same) or item in same


def _page_before(fetch: Fetch, page: PageReading | None, shared: set[str]) -> PageBefore:
    return PageBefore(
        url=fetch.url,
        role=fetch.role,
        final_url=fetch.final_url,
        etag="" if fetch.etag in shared else fetch.etag,
        last_modified=fetch.last_modified if is_worth_sending(fetch.last_modified, fetch.at) else "",
        fingerprint=fetch.fingerprint,
        said=page.said if page else "",
        certificate=fetch.certificate,
        tls=fetch.tls,
    )


def _shared_tags(fetches: Iterable[Fetch]) -> set[str]:
    """The tags that a server gives to different bodies: they tell nothing."""
    bodies: dict[str, set[str]] = {}
    for fetch in fetches:
        bodies.setdefault(fetch.etag, set()).add(fetch.fingerprint)
    return {tag for tag, of in bodies.items() if len(of) > 1}


def is_worth_sending(last_modified: str, answered_at: datetime) -> bool:
    """Whether a Last-Modified tells when a page last changed: not the answer's own time, the future or a clock's start."""
    with suppress(ValueError, TypeError, OverflowError):
        at = parsedate_to_datetime(last_modified)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return _EARLIEST <= at <= answered_at - _NOW
    return False


# --- until when ---


def _reads_otherwise(visit: Visit, newest: Iterable[DatedItem | None]) -> date:
    """The first day after a visit on which the same pages might be read otherwise, or other pages be looked for."""
    read_on = day_of(visit)
    turns = [date(read_on.year + 1, 1, 1), *_turns_of_search(newest)]
    for page in visit.pages:
        if page.kind is not PageKind.FEED:  # whose entries are read alike on every day
            turns += _turns(page, read_on)
    return min(turn for turn in turns if turn > read_on)


def _turns(page: PageReading, read_on: date) -> Iterator[date]:
    """The days on which readers may decide otherwise on what stands on a page, some of those that are over included."""
    past: list[tuple[date, bool]] = []  # the days that are over, and whether each is known to be of its year
    for item in page.dates:
        named = _names_its_year(item)
        if item.on <= read_on and item.precision is Precision.DAY:
            past.append((item.on, named))
        for day in (*_as_written(item), *([item.until] if item.until else [])):
            if day >= read_on:
                yield from (day, day + _A_DAY)
        if item.source is DateSource.PARAGRAPH:
            yield item.on + LONG_AGO + _A_DAY
        if not named:
            yield from _turns_without_year(item.on)
    for on in (*(n.on for n in page.notices), *(p.on for p in page.partners)):
        if on is not None:
            yield from (on, on + _A_DAY)
    for known in (past, [i for i in past if i[1]]):  # only the second are known to be of their year
        if known:
            yield max(on for on, _ in known) + STALE + _A_DAY


def _names_its_year(item: DatedItem) -> bool:
    return str(item.on.year) in item.raw


def _turns_without_year(on: date) -> Iterator[date]:
    """The days on which a day whose year is not written becomes one of a later year: the next, or one of its weekday."""
    yield from (on + window + _A_DAY for window in SURER)
    for years in range(1, YEARS_OF_WEEKDAYS + 1):
        later = _in_year(on, on.year + years)
        if later is not None and years == 1:
            yield later - AHEAD
        if later is not None and later.weekday() == on.weekday():
            yield later - FAR_AHEAD


def _as_written(item: DatedItem) -> Iterator[date]:
    """The day of an item, and the one it is for whoever writes the month first."""
    yield item.on
    if item.on.day <= _SWAPPABLE and item.precision is Precision.DAY and not _PLAINLY_ORDERED.match(item.raw):
        yield item.on.replace(month=item.on.day, day=item.on.month)


def _in_year(on: date, year: int) -> date | None:
    with suppress(ValueError):
        return on.replace(year=year)
    return None


def _turns_of_search(newest: Iterable[DatedItem | None]) -> Iterator[date]:
    """The days on which the newest items no longer make the search end where it did: see `crawler.frontier`."""
    for item in filter(None, newest):
        yield from (item.on + window + _A_DAY for window in (timedelta(0), RECENT, QUIET_LIST))
