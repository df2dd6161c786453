"""What stored visits amount to: streaks, losses, dates that follow the visitor, notices seen again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from visits import visited

from crawler.frontier import Frontier, Known
from crawler.model import (
    DatedItem,
    DateKind,
    DateSource,
    EnglishWitness,
    Evidence,
    Fetch,
    LanguageShare,
    Notice,
    NoticeKind,
    Outcome,
    OutcomeKind,
    PageKind,
    PageLanguage,
    PageReading,
    Precision,
    Role,
    Trait,
    TraitKind,
    Visit,
    VisitOutcome,
)
from crawler.policy import Budget, Policy
from crawler.reading.parking_names import parking
from pipelines.judging import unread
from pipelines.judging.evidence import evidence
from spiders.outcome import kind_of

NIGHT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
URL = "http://a.example/"


def item(on: date, *, title: str = "題", kind: DateKind = DateKind.POST, language: str = "ja") -> DatedItem:
    return DatedItem(
        url=URL, on=on, precision=Precision.DAY, kind=kind, source=DateSource.LIST_ITEM, raw=on.isoformat(), title=title,
        confidence=0.9, language=language,
    )  # fmt: skip


def page(*dates: DatedItem, url: str = URL, language: str = "ja", **more: object) -> PageReading:
    tongue = PageLanguage(language=language, shares=(LanguageShare(language=language, share=1.0),), letters=500)
    made = PageReading(url=url, role=Role.HOME, kind=PageKind.CONTENT, language=tongue, dates=dates)
    return replace(made, **more)  # type: ignore[arg-type]


def visit(night: int, outcome: VisitOutcome = VisitOutcome.READ, *pages: PageReading, **more: object) -> Visit:
    at = NIGHT + timedelta(days=night)
    made = Visit(cluster_id="a", started_at=at, elapsed_s=1.0, outcome=outcome, pages=pages)
    return replace(made, **more)  # type: ignore[arg-type]


def seen(*visits: Visit, as_of: datetime | None = None) -> Evidence:
    return evidence("a", visits, as_of=as_of or visits[-1].started_at, policy=Policy())


READ, FAILED, LOST, UNSURE = VisitOutcome.READ, VisitOutcome.FAILED, VisitOutcome.LOST, VisitOutcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("outcomes", "failing", "since", "blocked"),
    [
        ([READ, FAILED, FAILED], 2, 1, False),
        ([FAILED, READ], 0, None, False),
        ([FAILED, FAILED, READ, FAILED], 1, 3, False),
        # Refusals freeze the clock: they neither count nor break the streak.
        ([FAILED, UNSURE, FAILED], 2, 0, False),
        ([FAILED, UNSURE, UNSURE], 1, 0, True),
        ([READ, UNSURE], 0, None, True),
    ],
)
def test_failing_counts_conclusive_visits_without_a_good_one_between(
    outcomes: list[VisitOutcome], failing: int, since: int | None, blocked: bool
) -> None:
    facts = seen(*(visit(n, outcome, failure=Outcome.DNS_NXDOMAIN) for n, outcome in enumerate(outcomes)))
    assert facts.failing_visits == failing
    assert facts.failing_since == (None if since is None else NIGHT + timedelta(days=since))
    assert (facts.blocked_since is not None) is blocked


def test_a_lost_address_tells_what_stands_there() -> None:
    parked = PageReading(url=URL, role=Role.HOME, kind=PageKind.PARKED, sure="This domain is for sale")
    facts = seen(visit(0, READ, page()), visit(1, LOST, parked), visit(2, LOST, parked))
    assert (facts.lost_visits, facts.lost_kind, facts.lost_words) == (2, PageKind.PARKED, "This domain is for sale")


def test_visits_after_the_instant_do_not_count() -> None:
    both = visit(0, READ, page(item(date(2026, 11, 1)))), visit(1, READ, page(item(date(2026, 11, 21))))
    facts = seen(*both, as_of=both[0].started_at)
    assert facts.latest is not None
    assert facts.latest.on == date(2026, 11, 1)
    assert facts.visits == 1


def stamp(night: int, shift: int = 0, *, title: str = "今日は") -> Visit:
    on = (NIGHT + timedelta(days=night + shift)).date()
    return visit(night, READ, page(item(on, title=title), item(date(2026, 1, 5), title="総会")))


@pytest.mark.parametrize(
    ("visits", "latest"),
    [
        ((stamp(0), stamp(1)), date(2026, 1, 5)),  # today, every day: a script
        ((stamp(0, 1), stamp(1, 1)), date(2026, 1, 5)),  # its clock is ahead of ours
        ((stamp(0),), date(2026, 11, 20)),  # seen once, nobody can tell
        ((stamp(0), stamp(0)), date(2026, 11, 20)),  # a second look on the same day tells nothing new
        ((stamp(0, -1), stamp(1, -2)), date(2026, 11, 19)),  # stays where it was: a post
    ],
)
def test_a_date_that_follows_the_visitor_is_no_post(visits: tuple[Visit, ...], latest: date) -> None:
    facts = seen(*visits)
    assert facts.latest is not None
    assert facts.latest.on == latest


def test_a_day_that_a_confirmed_reading_still_shows_nights_later_is_no_clock() -> None:
    read = stamp(1)
    confirmed = replace(stamp(4), pages=read.pages)
    found = seen(stamp(0), read, confirmed).latest
    assert found is not None
    assert found.on == read.pages[0].dates[0].on


def test_two_posts_of_one_title_on_two_days_follow_nobody() -> None:
    first, second = item(date(2026, 11, 20)), item(date(2026, 11, 21))
    facts = seen(visit(0, READ, page(first)), visit(1, READ, page(second, first)))
    assert facts.latest is not None
    assert facts.latest.on == date(2026, 11, 21)


def test_a_post_of_this_morning_in_japan_counts_tonight() -> None:
    morning = item(date(2026, 11, 21))  # 18:00 UTC on the 20th is 03:00 on the 21st in Japan
    assert seen(visit(0, READ, page(morning), day=date(2026, 11, 21))).latest == morning
    assert seen(visit(0, READ, page(morning))).latest is None


def test_a_notice_counts_the_visits_that_saw_its_words() -> None:
    end = Notice(kind=NoticeKind.ORG_ENDED, url=URL, quote="解散しました。", first_person=True, past=True)
    other = replace(end, quote="移転しました。", kind=NoticeKind.MOVED)
    facts = seen(*(visit(n, READ, page(notices=(end, other) if n else (end,))) for n in range(3)))
    counted = {s.notice.quote: (s.visits, s.first_seen_at) for s in facts.notices}
    assert counted == {"解散しました。": (3, NIGHT), "移転しました。": (2, NIGHT + timedelta(days=1))}


def test_a_notice_seen_twice_on_one_day_was_seen_once() -> None:
    end = Notice(kind=NoticeKind.ORG_ENDED, url=URL, quote="解散しました。", first_person=True, past=True)
    first = visit(0, READ, page(notices=(end,)), day=date(2026, 11, 21))
    rescan = replace(first, started_at=first.started_at + timedelta(minutes=5))
    tomorrow = replace(rescan, day=date(2026, 11, 22))
    assert [s.visits for s in seen(first, rescan).notices] == [1]
    assert [s.visits for s in seen(first, tomorrow).notices] == [2]


def test_a_notice_that_is_gone_is_told_no_more() -> None:
    end = Notice(kind=NoticeKind.ORG_ENDED, url=URL, quote="解散しました。", first_person=True, past=True)
    assert seen(visit(0, READ, page(notices=(end,))), visit(1, READ, page())).notices == ()


def test_english_items_need_an_english_version() -> None:
    english = item(date(2026, 11, 2), language="en")
    told = ((EnglishWitness.PAGE_TEXT, "http://a.example/en/"),)
    with_section = page(english, url="http://a.example/en/", language="en", role=Role.ENGLISH, english=told)
    assert seen(visit(0, READ, page(), with_section)).english_latest == english
    assert seen(visit(0, READ, page(english))).english_latest is None


def test_text_counts_as_changed_only_between_visits_of_one_page() -> None:
    same = [visit(n, READ, page(text_digest="one")) for n in range(2)]
    assert seen(*same).text_changed_at is None
    changed = visit(2, READ, page(text_digest="two"))
    assert seen(*same, changed).text_changed_at == changed.started_at
    elsewhere = visit(2, READ, page(url="http://a.example/b", text_digest="two"))
    assert seen(*same, elsewhere).text_changed_at is None


def test_identity_is_seen_when_a_name_stood_on_the_last_pages_read() -> None:
    named = page(traits=(Trait(kind=TraitKind.NAME, value="青葉協議会", url=URL),))
    called = page(traits=(Trait(kind=TraitKind.PHONE, value="0311112222", url=URL),))
    assert seen(visit(0, READ, named)).identity_seen
    assert not seen(visit(0, READ, named), visit(1, READ, called)).identity_seen


def test_languages_are_those_of_whole_pages_most_text_first() -> None:
    facts = seen(visit(0, READ, page(), page(url="http://a.example/2"), page(url="http://a.example/en", language="en")))
    assert facts.languages == ("ja", "en")


NAMED = page(traits=(Trait(kind=TraitKind.NAME, value="青葉協議会", url=URL),))
STRANGER = page(traits=(Trait(kind=TraitKind.PHONE, value="0311112222", url=URL),))


@pytest.mark.parametrize(
    ("lost", "back", "still_failing"),
    [
        (3, [NAMED], True),  # one good night after a long loss
        (3, [NAMED, NAMED], False),  # two: it is back
        (3, [STRANGER, STRANGER], True),  # somebody else's pages are no recovery
        (3, [STRANGER, NAMED], True),
        (2, [NAMED], False),  # a short outage ends with the first good night
        (2, [STRANGER], False),
    ],
)
def test_a_long_loss_ends_with_two_good_visits_of_the_organisation(
    lost: int, back: list[PageReading], still_failing: bool
) -> None:
    before = [visit(0, READ, NAMED), *(visit(1 + n, FAILED, failure=Outcome.DNS_NXDOMAIN) for n in range(lost))]
    after = [visit(1 + lost + n, READ, shown) for n, shown in enumerate(back)]
    facts = seen(*before, *after)
    assert (facts.failing_since is not None) is still_failing
    assert facts.failing_visits == (lost if still_failing else 0)


def test_where_no_name_could_ever_be_read_two_good_visits_are_a_recovery() -> None:
    before = [visit(0, READ, STRANGER), *(visit(1 + n, LOST, failure=None) for n in range(3))]
    assert seen(*before, visit(4, READ, STRANGER)).lost_since is not None
    assert seen(*before, visit(4, READ, STRANGER), visit(5, READ, STRANGER)).lost_since is None


@pytest.mark.parametrize(
    ("back", "still_failing"),
    [
        ([(4, NAMED), (4, NAMED)], True),  # twice within minutes is one night
        ([(4, NAMED), (4, NAMED), (5, NAMED)], False),
        ([(4, NAMED), (5, STRANGER), (6, NAMED)], True),  # not in a row
        ([(4, NAMED), (5, NAMED), (6, STRANGER)], False),  # it is back, whatever the third night misses
        ([(4, STRANGER), (4, NAMED), (5, NAMED)], False),
    ],
)
def test_a_recovery_takes_good_visits_on_two_days_in_a_row(
    back: list[tuple[int, PageReading]], still_failing: bool
) -> None:
    before = [visit(0, READ, NAMED), *(visit(1 + n, FAILED, failure=Outcome.DNS_NXDOMAIN) for n in range(3))]
    after = [
        replace(visit(night, READ, shown), started_at=NIGHT + timedelta(days=night, minutes=n))
        for n, (night, shown) in enumerate(back)
    ]
    assert (seen(*before, *after).failing_since is not None) is still_failing


def parked(night: int, kind: PageKind = PageKind.PARKED, *more: PageReading) -> Visit:
    return visit(night, LOST, PageReading(url=URL, role=Role.HOME, kind=kind), *more)


TIMEOUT, NXDOMAIN = Outcome.TCP_TIMEOUT, Outcome.DNS_NXDOMAIN


@pytest.mark.parametrize(
    ("visits", "nights", "since", "until", "failures"),
    [
        (
            [visit(0, FAILED, failure=TIMEOUT), visit(9, FAILED, failure=NXDOMAIN)], 2, 0, 9, (TIMEOUT, NXDOMAIN)
        ),
        # Failed and lost make one row; visits that say nothing neither break it nor prolong it.
        ([visit(0, FAILED, failure=NXDOMAIN), parked(5), visit(8, UNSURE)], 2, 0, 5, (NXDOMAIN, None)),
        ([visit(0, FAILED, failure=NXDOMAIN), visit(0, FAILED, failure=NXDOMAIN)], 1, 0, 0, (NXDOMAIN,)),
        ([visit(0, FAILED, failure=NXDOMAIN), visit(1, READ, NAMED)], 0, None, None, ()),
    ],
)  # fmt: skip
def test_an_absence_is_every_conclusive_visit_since_the_last_good_one(
    visits: list[Visit], nights: int, since: int | None, until: int | None, failures: tuple[Outcome | None, ...]
) -> None:
    facts = seen(*visits)
    assert (facts.away_visits, facts.away_failures) == (nights, failures)
    assert facts.away_since == (None if since is None else NIGHT + timedelta(days=since))
    assert facts.away_until == (None if until is None else NIGHT + timedelta(days=until))


@pytest.mark.parametrize(
    ("visits", "kind", "nights"),
    [
        ([parked(0), parked(1), parked(2, PageKind.HIJACKED)], PageKind.HIJACKED, 3),
        ([parked(n, PageKind.DEFAULT_PAGE) for n in range(3)] + [parked(3)], PageKind.PARKED, 1),
        ([parked(0), parked(0), parked(0)], PageKind.PARKED, 1),  # three rescans are one night
        ([visit(0, FAILED, failure=NXDOMAIN), parked(1)], PageKind.PARKED, 1),
    ],
)
def test_only_nights_that_show_the_same_owner_count_together(visits: list[Visit], kind: PageKind, nights: int) -> None:
    facts = seen(*visits)
    assert (facts.lost_kind, facts.lost_visits) == (kind, nights)


def test_a_parked_home_page_beside_living_pages_of_the_cluster_is_told() -> None:
    living = replace(NAMED, url="http://en.a.example/")
    assert seen(parked(0, PageKind.PARKED, living)).lost_but_named
    assert not seen(visit(0, READ, NAMED), parked(1)).lost_but_named


# --- which dates can fall silent ---


@pytest.mark.parametrize(
    ("items", "strong"),
    [
        ([item(date(2020, 1, 5)), item(date(2019, 1, 5))], 2),
        ([item(date(2020, 1, 5)), item(date(2020, 1, 5), title="別")], 1),  # one day
        ([replace(item(date(2020, 1, 5)), confidence=0.65)], 1),
        ([replace(item(date(2020, 1, 5)), confidence=0.64)], 0),
        ([replace(item(date(2020, 1, 5)), confidence=0.55, note="on a page of history")], 0),
        ([replace(item(date(2015, 4, 1)), source=DateSource.URL_PATH, confidence=0.55)], 0),
        ([replace(item(date(2020, 1, 1)), precision=Precision.MONTH, confidence=0.65)], 0),
        *([([replace(item(date(2020, 1, 5)), source=source)], 1) for source in (
            DateSource.TABLE_ROW, DateSource.DEFINITION, DateSource.HEADING, DateSource.TIME_ELEMENT, DateSource.FEED,
            DateSource.JSON_LD, DateSource.DATA, DateSource.STAMP,
        )]),
        *([([replace(item(date(2020, 1, 5)), source=source)], 0) for source in (
            DateSource.PARAGRAPH, DateSource.URL_PATH, DateSource.SITEMAP, DateSource.META, DateSource.HTTP_HEADER,
        )]),
        ([item(date(2020, 1, 5), kind=DateKind.UPDATED)], 0),
    ],
)  # fmt: skip
def test_only_days_written_in_full_in_lists_can_fall_silent(items: list[DatedItem], strong: int) -> None:
    assert seen(visit(0, READ, page(*items))).strong_items == strong


# --- news that could not be read ---

NEWS_URL = "http://a.example/news/"


def fetched(url: str, outcome: Outcome = Outcome.OK, role: Role = Role.NEWS, final_url: str = "") -> Fetch:
    return Fetch(url=url, role=role, at=NIGHT, outcome=outcome, final_url=final_url)


def tried(night: int, outcome: Outcome, role: Role = Role.NEWS) -> Visit:
    return visit(night, READ, page(), fetches=(fetched(URL, role=Role.HOME), fetched(NEWS_URL, outcome, role)))


def plain(night: int) -> Visit:
    return visit(night, READ, page(), fetches=(fetched(URL, role=Role.HOME),))


OK, LACKING, FORBIDDEN = Outcome.OK, Outcome.HTTP_404, Outcome.HTTP_403


@pytest.mark.parametrize(
    ("visits", "unread"),
    [
        ([tried(0, OK)], False),
        ([tried(0, Outcome.NOT_MODIFIED)], False),
        ([tried(0, Outcome.NOT_A_PAGE)], False),
        *[([tried(0, outcome)], True) for outcome in (LACKING, TIMEOUT, FORBIDDEN, Outcome.BUDGET)],
        *[([tried(0, LACKING, role)], True) for role in (Role.ENGLISH_NEWS, Role.FEED, Role.ARCHIVE)],
        *[([tried(0, LACKING, role)], False) for role in (Role.ENGLISH, Role.POST, Role.OTHER, Role.SITEMAP)],
        # Read on one of the last three visits, its dates are known.
        ([tried(0, OK), tried(1, TIMEOUT), tried(2, TIMEOUT)], False),
        ([tried(0, OK), *(tried(n, TIMEOUT) for n in (1, 2, 3))], True),
        # Not asked for lately.
        ([tried(0, TIMEOUT), plain(1), plain(2)], True),
        ([tried(0, TIMEOUT), plain(1), plain(2), plain(3)], False),
        # A dead link stays dead: four days over three weeks.
        ([tried(n, LACKING) for n in (0, 7, 14, 21)], False),
        ([tried(n, LACKING) for n in (0, 7, 14, 20)], True),
        ([tried(n, LACKING) for n in (0, 7, 21)], True),
        ([tried(n, LACKING) for n in (0, 21, 21, 21)], True),
        ([tried(0, LACKING), tried(7, OK), *(tried(n, LACKING) for n in (14, 21, 28))], True),
        ([tried(n, LACKING if n % 2 else TIMEOUT) for n in (0, 7, 14, 21)], False),
        # Who refuses us says nothing, however long; but a feed only repeats the pages.
        ([tried(n, FORBIDDEN) for n in (0, 7, 14, 21)], True),
        ([tried(n, Outcome.ROBOTS_DISALLOW) for n in (0, 7, 14, 21)], True),
        ([tried(n, FORBIDDEN, Role.FEED) for n in (0, 7, 14, 21)], False),
        ([tried(n, Outcome.PROXY_FAILED, Role.FEED) for n in (0, 7, 14, 21)], True),
    ],
)
def test_news_are_unread_until_they_are_read_or_long_dead(visits: list[Visit], unread: bool) -> None:
    assert seen(*visits).unread_news == ((NEWS_URL,) if unread else ())


@pytest.mark.parametrize(
    ("role", "kind", "unread"),
    [
        (Role.NEWS, PageKind.CONTENT, False),
        (Role.NEWS, PageKind.SHELL, True),
        (Role.NEWS, PageKind.LOGIN, True),
        (Role.NEWS, PageKind.BOT_CHALLENGE, True),
        (Role.NEWS, PageKind.MAINTENANCE, True),
        (Role.NEWS, PageKind.EMPTY, False),
        (Role.HOME, PageKind.SHELL, True),
        (Role.HOME, PageKind.FRAMESET, False),
        (Role.OTHER, PageKind.SHELL, False),
    ],
)
def test_a_page_that_shows_nothing_without_its_scripts_is_unread_for_good(
    role: Role, kind: PageKind, unread: bool
) -> None:
    shown = PageReading(url=NEWS_URL, role=role, kind=kind)
    nights = [visit(n, READ, page(), shown, fetches=(fetched(NEWS_URL, role=role),)) for n in (0, 7, 14, 21)]
    assert bool(seen(*nights).unread_news) is unread


def test_what_a_refusal_may_mean_is_the_same_as_for_visits() -> None:
    failing = {OutcomeKind.TRANSIENT, OutcomeKind.SLOW, OutcomeKind.TERMINAL}
    assert {o for o in Outcome if kind_of(o) in failing} == unread.NOT_THERE
    assert {o for o in Outcome if kind_of(o) is OutcomeKind.OURS} == unread.OURS


def spent(**known: float) -> str:
    """Why a visit stops, in the words of the frontier."""
    word = Frontier(Budget(), date(2026, 11, 20)).next(Known(**known))  # type: ignore[arg-type]
    assert isinstance(word, str)
    return word


SECONDS, BYTES, PAGES = spent(elapsed_s=60.0), spent(n_bytes=2**24), spent(pages=12)


@pytest.mark.parametrize(
    ("stops", "cut"),
    [
        ([(0, SECONDS)], True),
        ([(0, BYTES)], True),
        ([(0, PAGES)], False),  # the end of every visit to a large site
        ([(0, "nothing more can change the answer")], False),
        ([(0, SECONDS), (1, PAGES), (2, SECONDS)], False),
        ([(0, PAGES), (1, SECONDS), (2, SECONDS), (3, SECONDS)], True),
        ([(0, SECONDS), (7, SECONDS), (14, SECONDS), (20, SECONDS)], True),
        ([(0, SECONDS), (7, SECONDS), (14, SECONDS), (21, SECONDS)], False),  # it always takes so long
    ],
)
def test_a_site_is_cut_short_when_time_or_bytes_ran_out_on_each_of_the_last_visits(
    stops: list[tuple[int, str]], cut: bool
) -> None:
    assert seen(*(visit(n, READ, page(), stopped=words) for n, words in stops)).cut_short is cut


# --- pages of the last visits together ---

EN = "http://a.example/en/"
ENGLISH = page(
    url=EN, language="en", role=Role.ENGLISH, english=((EnglishWitness.PAGE_TEXT, EN), (EnglishWitness.WIDGET, "wovn"))
)


@pytest.mark.parametrize(
    ("later", "tier"),
    [
        ([visit(1, READ, page())], EN),
        ([visit(1, READ, page()), visit(2, READ, page())], EN),
        ([visit(n, READ, page()) for n in (1, 2, 3)], ""),
        ([visit(1, READ, page(), fetches=(fetched(EN, TIMEOUT, Role.ENGLISH),))], EN),
        ([visit(1, READ, page(), fetches=(fetched(EN, LACKING, Role.ENGLISH),))], ""),
        ([visit(1, READ, page(), fetches=(fetched(EN, Outcome.HTTP_410, Role.ENGLISH),))], ""),
        ([visit(1, READ, page(), fetches=(fetched(EN, OK, Role.ENGLISH, final_url=URL),))], ""),
        ([visit(1, READ, page(), page(url=EN))], ""),  # it is Japanese now
    ],
)
def test_the_english_version_stands_until_its_page_is_found_gone_or_changed(later: list[Visit], tier: str) -> None:
    facts = seen(visit(0, READ, page(), ENGLISH), *later)
    assert facts.english_page == tier
    assert facts.english_letters == (500 if tier else 0)
    assert facts.english_widget == ("wovn" if tier else "")
    assert ("en" in facts.languages) is bool(tier)


def test_a_name_stays_seen_when_one_night_misses_its_page() -> None:
    about = replace(NAMED, url="http://a.example/about")
    gone = visit(1, READ, page(), fetches=(fetched("http://a.example/about", LACKING, Role.OTHER),))
    assert seen(visit(0, READ, page(), about), visit(1, READ, page())).identity_seen
    assert not seen(visit(0, READ, page(), about), gone).identity_seen


def test_an_event_to_come_stays_so_until_the_site_is_read_again() -> None:
    event = item(date(2026, 11, 25), kind=DateKind.EVENT)
    read = visit(0, READ, page(event))
    assert seen(read, visit(30, UNSURE)).next_event == event
    assert seen(read, visit(30, READ, page(event))).next_event is None


def test_english_news_are_weighed_by_themselves() -> None:
    told = ((EnglishWitness.PAGE_TEXT, "http://a.example/en/"),)
    weak = replace(item(date(2026, 3, 9), language="en"), confidence=0.6)
    section = page(weak, url="http://a.example/en/", language="en", role=Role.ENGLISH, english=told)
    listed = page(item(date(2026, 6, 1)), item(date(2026, 5, 1), title="二"))
    facts = seen(visit(0, READ, listed, section))
    assert facts.english_latest == weak
    assert facts.latest is not None
    assert facts.latest.on == date(2026, 6, 1)


def served(night: int, *servers: str, role: Role = Role.HOME, outcome: VisitOutcome = UNSURE) -> Visit:
    fetch = Fetch(url=URL, role=role, at=NIGHT, outcome=Outcome.HTTP_403, name_servers=servers)
    return visit(night, outcome, fetches=(fetch,))


PARKING = ("ns1.sedoparking.com", "ns2.sedoparking.com")
HOSTING = ("ns1.hosting.example",)


@pytest.mark.parametrize(
    ("servers", "named"),
    [
        (PARKING, "ns1.sedoparking.com"),
        (("NS1.SedoParking.com.",), "ns1.sedoparking.com"),
        ((*PARKING, "ns1.own.example"), ""),  # one of its own: somebody looks after it
        (("ns1.notsedoparking.com",), ""),
        ((), ""),
    ],
)
def test_a_domain_is_parked_when_all_its_name_servers_are_of_such_a_service(
    servers: tuple[str, ...], named: str
) -> None:
    assert parking(servers) == named


@pytest.mark.parametrize(
    ("visits", "days"),
    [
        ([served(0, *PARKING), served(1, *PARKING)], 2),
        ([served(0, *PARKING), served(0, *PARKING)], 1),
        ([served(0, *PARKING), served(1), served(2, *PARKING)], 2),  # nobody heard anything on the second night
        ([served(0, *PARKING), served(1, *HOSTING)], 0),
        ([served(0, *HOSTING), served(1, *PARKING)], 1),
        ([served(0, *PARKING, role=Role.NEWS)], 0),
    ],
)
def test_name_servers_of_a_parking_service_are_counted_by_days_in_a_row(visits: list[Visit], days: int) -> None:
    facts = seen(*visits)
    assert facts.parked_names_visits == days
    assert facts.parked_names == (PARKING[0] if days else "")


def asked(outcome: Outcome, url: str = URL) -> Fetch:
    return Fetch(url=url, role=Role.HOME, at=NIGHT, outcome=outcome)


NAMED = page(url="http://a.example/en/", traits=(Trait(kind=TraitKind.NAME, value="甲", url=URL),))


@pytest.mark.parametrize(
    ("outcomes", "pages", "expected"),
    [
        ([Outcome.HTTP_404] * 3, (NAMED,), (NAMED.url, 3)),
        ([Outcome.DNS_NXDOMAIN], (NAMED,), (NAMED.url, 1)),
        ([Outcome.HTTP_404, Outcome.OK], (NAMED,), ("", 0)),  # it is back
        ([Outcome.OK, Outcome.HTTP_404], (NAMED,), (NAMED.url, 1)),
        ([Outcome.HTTP_404] * 3, (page(),), ("", 0)),  # whoever is there does not say so
        ([Outcome.HTTP_403] * 3, (NAMED,), ("", 0)),  # it refuses us, not everybody
        ([Outcome.TCP_TIMEOUT] * 3, (NAMED,), ("", 0)),  # it may pass
    ],
)
def test_another_address_that_shows_the_name_is_the_better_one(
    outcomes: list[Outcome], pages: tuple[PageReading, ...], expected: tuple[str, int]
) -> None:
    found = seen(*(visit(n, READ, *pages, fetches=(asked(outcome),)) for n, outcome in enumerate(outcomes)))
    assert (found.better_address, found.better_address_visits) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ((page(), page(url=URL + "x", kind=PageKind.HIJACKED, role=Role.NEWS)), (URL + "x",)),
        ((page(), page(url=URL + "x", kind=PageKind.SOFT_404, role=Role.NEWS)), ()),
        ((page(kind=PageKind.HIJACKED),), ()),  # the home page: the site is lost
    ],
)
def test_a_page_below_a_living_home_page_on_which_others_write_was_hacked(
    pages: tuple[PageReading, ...], expected: tuple[str, ...]
) -> None:
    assert tuple(p.url for p in seen(visit(0, READ, *pages)).written_by_others) == expected


HOME = "<title>青葉協議会</title><h1>青葉協議会</h1><p>青葉協議会は地域の企業と大学を結ぶ団体です。会員のための活動を続けています。</p>"


@pytest.mark.parametrize(
    ("website", "pages", "website_en", "better"),
    [
        ("http://www.a.example.jp/home.html", {"http://www.a.example.jp/": HOME}, "", "http://www.a.example.jp/"),
        ("http://a.example.jp/x/", {"http://a.example.jp/": HOME}, "", ""),  # a folder does not own its portal
        (
            "http://a.example.jp/",
            {"http://b.example.jp/en/": HOME},
            "http://b.example.jp/en/",
            "http://b.example.jp/en/",
        ),
        ("http://a.example.jp/x/", {"http://a.example.jp/x/": HOME}, "", ""),
    ],
)
def test_a_whole_visit_tells_the_better_address(
    website: str, pages: dict[str, str], website_en: str, better: str
) -> None:
    made = visited(pages, website=website, website_en=website_en)
    assert evidence("a", [made], as_of=made.started_at, policy=Policy()).better_address == better
