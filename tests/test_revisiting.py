"""When a full reading stands for another night: what it must be, what is asked then, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.model import (
    Activity,
    Cluster,
    DatedItem,
    DateKind,
    DateSource,
    English,
    Family,
    Fetch,
    Flag,
    LastReading,
    Notice,
    NoticeKind,
    Outcome,
    PageKind,
    PageReading,
    Precision,
    Reason,
    Role,
    Verdict,
    Visit,
    VisitOutcome,
)
from crawler.policy import Budget, Policy
from crawler.reading import chosen_dates, date_senses, dates, notices, year_context
from crawler.reading.page import parse
from pipelines import revisiting
from pipelines.program import program

NIGHT = datetime(2026, 6, 10, 18, tzinfo=UTC)
DAY = date(2026, 6, 11)  # in Japan
HOME, NEWS, FEED = "http://a.example.jp/", "http://a.example.jp/news/", "http://a.example.jp/feed/"
EN, EN_NEWS = "http://a.example.jp/en/", "http://a.example.jp/en/news/"
AOBA = Cluster(cluster_id="aoba", name_en="Aoba Cluster", website=HOME)
SEEN = Config(schedule=replace(Config().schedule, full_visit_days=30))  # so that only the pages decide


def item(on: date, url: str = HOME, **more: object) -> DatedItem:
    base = DatedItem(
        url=url, on=on, precision=Precision.DAY, kind=DateKind.POST, source=DateSource.LIST_ITEM,
        raw=f"{on.year}年{on.month}月{on.day}日", language="ja", confidence=0.9,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def fetch(url: str, role: Role, **more: object) -> Fetch:
    base = Fetch(url=url, role=role, at=NIGHT, outcome=Outcome.OK, status=200, final_url=url, fingerprint=f"of {url}")
    return replace(base, **more)  # type: ignore[arg-type]


def page(url: str, role: Role, *items: DatedItem, kind: PageKind = PageKind.CONTENT) -> PageReading:
    return PageReading(url=url, role=role, kind=kind, dates=items, said=f"said by {url}")


def visit(fetches: Mapping[str, Role], *pages: PageReading, **more: object) -> Visit:
    base = Visit(
        cluster_id="aoba", started_at=NIGHT, day=DAY, elapsed_s=1.0, outcome=VisitOutcome.READ,
        fetches=tuple(fetch(url, role) for url, role in fetches.items()), pages=pages, website=HOME, reached=HOME,
        stopped="nothing more can change the answer",
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def verdict(**more: object) -> Verdict:
    base = Verdict(
        cluster_id="aoba", decided_at=NIGHT, policy="p", activity=Activity.ACTIVE, english=English.NONE,
        flag=Flag.JAPANESE_ONLY, reachability="read",
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


OLD = date(2026, 3, 20)
PLAIN = visit({HOME: Role.HOME, NEWS: Role.NEWS}, page(HOME, Role.HOME), page(NEWS, Role.NEWS, item(OLD, NEWS)))


def left(seen: Visit, word: Verdict | None = None, config: Config = SEEN) -> LastReading | None:
    return revisiting.last_reading(seen, word or verdict(), config, "basis")


# --- what it must be ---


def test_a_plain_reading_stands() -> None:
    last = left(PLAIN)
    assert last is not None
    assert (last.read_at, last.basis, [p.url for p in last.pages]) == (NIGHT, "basis", [HOME, NEWS])
    assert last.pages[1].said == f"said by {NEWS}"
    assert last.pages[1].fingerprint == f"of {NEWS}"


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({"outcome": VisitOutcome.INCONCLUSIVE}, False),
        ({"outcome": VisitOutcome.LOST}, False),
        ({"failure": Outcome.HTTP_404}, False),
        ({"moved_to": "http://new.example.jp/"}, False),
        ({"stopped": "the budget of 60 seconds was used up"}, False),
        ({"stopped": "the budget of 16777216 bytes was used up"}, False),
        ({"stopped": "the budget of 12 pages was used up"}, True),
        ({"stopped": "every promising page was read"}, True),
        ({"confirms": NIGHT - timedelta(days=1)}, False),
        ({"pages": (page(HOME, Role.HOME, kind=PageKind.SHELL), *PLAIN.pages)}, False),
        ({"pages": (page(HOME, Role.HOME, kind=PageKind.UNDER_CONSTRUCTION), *PLAIN.pages)}, False),
        ({"fetches": (fetch(HOME, Role.HOME, rendered=True), *PLAIN.fetches)}, False),
        ({"pages": (replace(page(HOME, Role.HOME), said=""), *PLAIN.pages)}, False),  # a browser was to show more
        ({"fetches": (fetch(HOME, Role.HOME, outcome=Outcome.DNS_NXDOMAIN), *PLAIN.fetches)}, False),
    ],
)
def test_only_a_whole_and_plain_reading_stands(change: dict[str, object], *, stands: bool) -> None:
    assert (left(replace(PLAIN, **change)) is not None) is stands  # type: ignore[arg-type]


SETTLED = {
    "ok", "not_a_page", "http_401", "http_403", "http_404", "http_410", "http_451", "robots_disallow",
}  # fmt: skip


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_may_end_otherwise_tomorrow_is_tried_again_tomorrow(outcome: Outcome) -> None:
    tried = fetch("http://a.example.jp/old/", Role.OTHER, outcome=outcome)
    assert (left(replace(PLAIN, fetches=(*PLAIN.fetches, tried))) is not None) is (outcome in SETTLED)


@pytest.mark.parametrize(
    ("word", "stands"),
    [
        (verdict(), True),
        (verdict(flag=Flag.STATIC, activity=Activity.STATIC), True),
        (verdict(flag=Flag.LIKELY_CEASED, activity=Activity.LIKELY_CEASED), False),
        (verdict(flag=Flag.UNDETERMINED), False),
        (verdict(reachability="failed"), False),
        (verdict(failing_since=NIGHT), False),
        (verdict(moved_to="http://new.example.jp/"), False),
        (verdict(reasons=(Reason(code="stated_end_once", text="x", family=Family.STATEMENT),)), False),
        (verdict(reasons=(Reason(code="parked_names", text="x", family=Family.OWNERSHIP),)), False),
        (verdict(reasons=(Reason(code="silence", text="x", family=Family.SILENCE),)), True),
    ],
)
def test_whatever_may_have_ended_is_read_in_full_every_night(word: Verdict, *, stands: bool) -> None:
    assert (left(PLAIN, word) is not None) is stands


# --- what is asked ---


def english(on: date, url: str) -> DatedItem:
    return item(on, url, language="en", raw=f"{on:%Y-%m-%d}")


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        # The home page shows the newest item: a newer one would stand there too.
        ({HOME: [item(OLD)], NEWS: [item(OLD, NEWS)]}, [HOME]),
        ({HOME: [item(OLD - timedelta(days=1))], NEWS: [item(OLD, NEWS)]}, [HOME, NEWS]),
        ({HOME: [item(OLD, kind=DateKind.EVENT, confidence=0.7)], NEWS: [item(OLD, NEWS)]}, [HOME, NEWS]),
        ({HOME: [item(OLD, source=DateSource.PARAGRAPH, confidence=0.7)], NEWS: [item(OLD, NEWS)]}, [HOME, NEWS]),
        ({HOME: [], FEED: [item(OLD, FEED)], NEWS: [item(OLD, NEWS)]}, [HOME, NEWS]),
        ({HOME: [], FEED: [item(OLD, FEED)]}, [HOME, FEED]),
        ({HOME: [], NEWS: [], FEED: []}, [HOME, NEWS]),
        ({HOME: [], FEED: []}, [HOME, FEED]),
        ({HOME: []}, [HOME]),
        # In English: one item of the last half year decides the tier for a year to come.
        ({HOME: [item(OLD)], EN_NEWS: [english(DAY - timedelta(days=182), EN_NEWS)]}, [HOME]),
        ({HOME: [item(OLD)], EN_NEWS: [english(DAY - timedelta(days=184), EN_NEWS)]}, [HOME, EN_NEWS]),
        ({HOME: [], EN_NEWS: [english(OLD, EN_NEWS)]}, [HOME, EN_NEWS]),
        ({HOME: [item(OLD), english(date(2025, 5, 3), HOME)], EN_NEWS: [english(date(2025, 5, 3), EN_NEWS)]}, [HOME]),
    ],
)
def test_the_pages_that_would_show_news_are_asked(pages: dict[str, list[DatedItem]], asked: list[str]) -> None:
    roles = {HOME: Role.HOME, NEWS: Role.NEWS, FEED: Role.FEED, EN: Role.ENGLISH, EN_NEWS: Role.ENGLISH_NEWS}
    readings = [page(u, roles[u], *i, kind=PageKind.FEED if u == FEED else PageKind.CONTENT) for u, i in pages.items()]
    last = left(visit({url: roles[url] for url in pages}, *readings))
    assert last is not None
    assert [p.url for p in last.pages] == asked


def test_every_home_page_of_a_cluster_is_asked() -> None:
    other = "http://b.example.jp/"
    last = left(visit({HOME: Role.HOME, other: Role.HOME}, page(HOME, Role.HOME, item(OLD)), page(other, Role.HOME)))
    assert last is not None
    assert [p.url for p in last.pages] == [HOME, other]


@pytest.mark.parametrize(
    ("sent", "worth"),
    [
        ("Wed, 10 Jun 2026 17:59:00 GMT", True),
        ("Wed, 10 Jun 2026 17:59:01 GMT", False),  # within a minute of the answer
        ("Wed, 10 Jun 2026 18:00:00 GMT", False),
        ("Thu, 11 Jun 2026 18:00:00 GMT", False),
        ("Sun, 01 Jan 1995 00:00:00 GMT", True),
        ("Sat, 31 Dec 1994 23:59:59 GMT", False),
        ("Thu, 01 Jan 1970 00:00:00 GMT", False),
        ("Wed, 10 Jun 2026 12:00:00", True),
        ("yesterday", False),
        ("", False),
        ("0", False),
        ("Wed, 99 Jun 99999 17:59:00 GMT", False),
    ],
)
def test_a_last_modified_is_sent_back_when_it_tells_something(sent: str, *, worth: bool) -> None:
    assert revisiting.is_worth_sending(sent, NIGHT) is worth
    fetches = (fetch(HOME, Role.HOME, last_modified=sent), PLAIN.fetches[1])
    last = left(replace(PLAIN, fetches=fetches))
    assert last is not None
    assert last.pages[0].last_modified == (sent if worth else "")


@pytest.mark.parametrize(("body", "kept"), [(f"of {NEWS}", ""), (f"of {HOME}", '"same"')])
def test_a_tag_that_stands_for_two_bodies_is_not_sent_back(body: str, kept: str) -> None:
    fetches = (fetch(HOME, Role.HOME, etag='"same"'), fetch(NEWS, Role.NEWS, etag='"same"', fingerprint=body))
    last = left(replace(PLAIN, fetches=fetches))
    assert last is not None
    assert {p.etag for p in last.pages} == {kept}


# --- until when ---


def until(*items: DatedItem, read_on: date = DAY, notice: date | None = None) -> date | None:
    said = Notice(kind=NoticeKind.SERVICE_ENDED, url=HOME, quote="x", on=notice)
    home = replace(page(HOME, Role.HOME, *items), notices=(said,) if notice else ())
    at = datetime(read_on.year, read_on.month, read_on.day, tzinfo=UTC)
    last = left(replace(visit({HOME: Role.HOME}, home), day=read_on, started_at=at))
    return last.until if last else None


def days(count: int) -> date:
    return DAY + timedelta(days=count)


OWN = revisiting._own_day("aoba", DAY, 30)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([item(OLD)], OWN),
        ([item(days(5), kind=DateKind.EVENT)], days(5)),
        ([item(days(2), kind=DateKind.EVENT)], days(2)),
        ([item(days(1), kind=DateKind.EVENT)], None),  # it takes place tomorrow
        ([item(DAY)], None),  # of today: tomorrow it no longer is the newest possible
        ([item(days(-1))], OWN),
        ([item(OLD, kind=DateKind.EVENT, until=days(3))], days(3)),
        ([item(OLD, kind=DateKind.EVENT, until=days(-3))], OWN),
        # A day without a year becomes one of the next year sixty days before it, or 300 where its weekday fits.
        ([item(days(4 + 60 - 365), raw="8月14日")], days(4)),
        ([item(days(4 + 60 - 365), raw="2025年8月14日")], OWN),
        # A page whose newest day is 400 days old was last touched then; half a year old news make us look further.
        ([item(days(3 - 401))], days(3)),
        ([item(days(3 - 184))], days(3)),
        ([item(days(3 - 549))], days(3)),
        ([item(OLD), item(days(3 - 1096), source=DateSource.PARAGRAPH)], days(3)),
        ([item(OLD), item(days(3 - 1096))], OWN),
        # 07-06 and 06-07 are told apart by the day on which they are read.
        ([item(OLD), item(date(2025, 12, 6), raw="12/6/2025")], OWN),
        ([item(date(2026, 1, 12)), item(date(2026, 12, 6), raw="6/12/2026", kind=DateKind.EVENT)], None),
        ([item(date(2026, 1, 12)), item(date(2026, 12, 6), raw="2026/12/6", kind=DateKind.EVENT)], OWN),
    ],
)
def test_a_reading_stands_until_the_same_pages_might_be_read_otherwise(
    items: list[DatedItem], expected: date | None
) -> None:
    assert days(10) < OWN
    assert until(*items) == expected


def test_a_reading_stands_until_a_day_that_a_notice_names_and_never_into_another_year() -> None:
    assert until(item(OLD), notice=days(6)) == days(6)
    assert until(item(OLD), notice=days(-6)) == OWN
    assert until(item(date(2026, 11, 2)), read_on=date(2026, 12, 28)) == date(2027, 1, 1)


def test_each_cluster_has_its_own_day_and_none_waits_longer() -> None:
    for every in (1, 2, 7):
        for name in map(str, range(100)):
            ahead = (revisiting._own_day(name, DAY, every) - DAY).days
            assert 2 <= ahead <= every or ahead == every
    own = [revisiting._own_day(str(n), DAY, 7) for n in range(700)]
    assert all(60 < own.count(days(ahead)) < 260 for ahead in range(2, 8))


def test_with_one_day_every_reading_is_a_full_one() -> None:
    always = replace(SEEN, schedule=replace(SEEN.schedule, full_visit_days=1))
    assert left(PLAIN, config=always) is None


def test_the_windows_are_those_of_the_readers() -> None:
    assert revisiting.LONG_AGO == date_senses._LONG_AGO
    assert revisiting.STALE == dates._SOON
    assert (revisiting.AHEAD, revisiting.FAR_AHEAD) == (year_context._AHEAD, year_context._FAR_AHEAD)
    assert revisiting.YEARS_OF_WEEKDAYS == year_context._WEEKDAY_YEARS
    assert revisiting.QUIET_LIST == chosen_dates._QUIET_LIST


PAGES = sorted(Path("samples/network").rglob("*.html"))


def _read(raw: bytes, today: date) -> PageReading:
    parsed = parse(raw, HOME)
    return PageReading(
        url=HOME, role=Role.HOME, kind=PageKind.CONTENT, dates=dates.read(parsed, today=today),
        notices=notices.read(parsed, today=today, names=()),
    )  # fmt: skip


def test_until_then_every_page_of_the_samples_is_read_alike_and_then_some_are_not() -> None:
    turned = 0
    for path in PAGES[::3]:
        raw = path.read_bytes()
        shown = {i.on for i in _read(raw, DAY).dates}
        for read_on in {DAY, *(on + timedelta(days=away) for on in sorted(shown)[-2:] for away in (-3, 1, 59))}:
            reading = _read(raw, read_on)
            turns = [t for t in revisiting._turns(reading, read_on) if t > read_on]
            until = min([*turns, date(read_on.year + 1, 1, 1), read_on + timedelta(days=7)])
            assert _read(raw, until - timedelta(days=1)) == reading, (path, read_on, until)
            turned += _read(raw, until) != reading
    assert turned > 0


# --- whether it may be confirmed ---

LAST = LastReading(read_at=NIGHT, pages=(), until=date(2026, 6, 15), basis="b")


@pytest.mark.parametrize(
    ("now", "basis", "may"),
    [
        (datetime(2026, 6, 11, 18, tzinfo=UTC), "b", True),
        (datetime(2026, 6, 14, 14, 59, tzinfo=UTC), "b", True),
        (datetime(2026, 6, 14, 15, tzinfo=UTC), "b", False),  # it is the 15th in Japan
        (datetime(2026, 6, 11, 18, tzinfo=UTC), "c", False),
        (NIGHT, "b", False),
        (datetime(2026, 6, 1, tzinfo=UTC), "b", False),  # of a clock that was set back
    ],
)
def test_a_reading_may_be_confirmed_before_its_day_and_on_the_same_basis(
    now: datetime, basis: str, *, may: bool
) -> None:
    assert (revisiting.may_stand(LAST, AOBA, now, basis) is LAST) is may


@pytest.mark.parametrize(
    ("cluster", "config", "program"),
    [
        (replace(AOBA, website="http://a.example.jp/index.html"), Config(), "1"),
        (replace(AOBA, other_hosts=("b.example.jp",)), Config(), "1"),
        (replace(AOBA, website_en=EN), Config(), "1"),
        (replace(AOBA, name_ja="青葉"), Config(), "1"),
        (replace(AOBA, home_language="de"), Config(), "1"),
        (AOBA, Config(policy=Policy(post_confidence=0.6)), "1"),
        (AOBA, Config(budget=Budget(max_pages=13)), "1"),
        (AOBA, replace(Config(), browser=replace(Config().browser, enabled=False)), "1"),
        (AOBA, Config(), "2"),
    ],
)
def test_other_addresses_names_numbers_or_programs_are_another_basis(
    cluster: Cluster, config: Config, program: str
) -> None:
    assert revisiting.basis(cluster, config, program) != revisiting.basis(AOBA, Config(), "1")
    assert revisiting.basis(replace(AOBA, notes="new"), Config(), "1") == revisiting.basis(AOBA, Config(), "1")


def test_the_program_is_told_by_its_sources() -> None:
    assert program() == program()
    assert len(program()) == 16


# --- what a confirming visit is ---


def test_a_confirming_visit_has_the_pages_of_the_reading_and_its_other_requests() -> None:
    again = replace(PLAIN, started_at=NIGHT + timedelta(days=1), fetches=PLAIN.fetches[:1], pages=(), confirms=NIGHT)
    whole = revisiting.whole(again, PLAIN)
    assert (whole.pages, whole.fetches, [f.url for f in whole.carried]) == (PLAIN.pages, again.fetches, [NEWS])
    assert revisiting.whole(PLAIN, None) is PLAIN


@pytest.mark.parametrize("base", [None, replace(PLAIN, started_at=NIGHT - timedelta(days=1))])
def test_what_confirms_a_reading_that_is_gone_says_nothing(base: Visit | None) -> None:
    again = replace(PLAIN, started_at=NIGHT + timedelta(days=1), pages=(), confirms=NIGHT)
    whole = revisiting.whole(again, base)
    assert (whole.outcome, whole.failure, whole.pages) == (VisitOutcome.INCONCLUSIVE, Outcome.ERROR, ())
