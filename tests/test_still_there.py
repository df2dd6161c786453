"""Whether the organisation is still at its address: nights that fail, losses, recoveries, parked names, another address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from seen import (
    FAILED,
    LACKING,
    LOST,
    NIGHT,
    NXDOMAIN,
    READ,
    TIMEOUT,
    UNSURE,
    URL,
    fetched,
    page,
    seen,
    visit,
)
from visits import visited

from crawler.model import (
    Fetch,
    Outcome,
    PageKind,
    PageReading,
    Role,
    Trait,
    TraitKind,
    Visit,
    VisitOutcome,
)
from crawler.policy import Policy
from crawler.reading.parking_names import parking
from pipelines.judging.evidence import evidence


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


def test_identity_is_seen_when_a_name_stood_on_the_last_pages_read() -> None:
    named = page(traits=(Trait(kind=TraitKind.NAME, value="青葉協議会", url=URL),))
    called = page(traits=(Trait(kind=TraitKind.PHONE, value="0311112222", url=URL),))
    assert seen(visit(0, READ, named)).identity_seen
    assert not seen(visit(0, READ, named), visit(1, READ, called)).identity_seen


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


def test_a_name_stays_seen_when_one_night_misses_its_page() -> None:
    about = replace(NAMED, url="http://a.example/about")
    gone = visit(1, READ, page(), fetches=(fetched("http://a.example/about", LACKING, Role.OTHER),))
    assert seen(visit(0, READ, page(), about), visit(1, READ, page())).identity_seen
    assert not seen(visit(0, READ, page(), about), gone).identity_seen


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
