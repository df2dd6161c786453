"""Whether it is asked if a cluster has ceased: every way in, with both sides of its threshold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from judged import BLOCKED, CLUSTER, FIVE_YEARS, NOW, POLICY, READ, TODAY, item, stated

from crawler.model import (
    Activity,
    Cluster,
    DateKind,
    Evidence,
    NoticeKind,
    Outcome,
    PageKind,
    StatedNotice,
    VisitOutcome,
)
from pipelines.judging.ceasing import period_end
from pipelines.judging.verdict import verdict


@pytest.mark.parametrize(
    ("notice", "asked"),
    [
        (stated(NoticeKind.ORG_ENDED), True),
        (stated(NoticeKind.PROJECT_ENDED), True),
        (stated(NoticeKind.ORG_ENDED, visits=1), False),
        (stated(NoticeKind.ORG_ENDED, first=False), False),
        (stated(NoticeKind.ORG_ENDED, past=False), False),
        (stated(NoticeKind.ANNOUNCED, on=TODAY + timedelta(days=1), past=False), False),
        (stated(NoticeKind.ORG_ENDED, on=TODAY + timedelta(days=1)), False),
        (stated(NoticeKind.ORG_ENDED, on=TODAY), True),
        (stated(NoticeKind.SITE_CLOSED), False),
        (stated(NoticeKind.UPDATES_ENDED), False),
        (stated(NoticeKind.MOVED, successor="http://new.example/"), False),
    ],
)
def test_only_a_past_first_person_end_seen_twice_asks_alone(notice: StatedNotice, asked: bool) -> None:
    word = verdict(CLUSTER, replace(READ, notices=(notice,)), POLICY)
    assert (word.activity is Activity.LIKELY_CEASED) is asked


def test_a_named_successor_takes_the_question_back() -> None:
    notices = (stated(NoticeKind.ORG_ENDED), stated(NoticeKind.SUCCEEDED, successor="青葉機構"))
    word = verdict(CLUSTER, replace(READ, notices=notices), POLICY)
    assert word.activity is Activity.STATIC
    assert "succession" in {r.code for r in word.reasons}


@pytest.mark.parametrize(
    ("end", "latest", "event", "asked"),
    [
        # Days before today. The grace is 92 days.
        (3652, 600, None, False),  # ended in 2016, and an item of last year: something else ended
        (3652, 3652 - 92, None, False),
        (3652, 3652 - 91, None, True),
        (40, 0, None, True),
        (40, None, -51, True),  # the meeting that winds it up
        (40, None, -52, False),
        (None, 600, None, True),  # nobody knows when it ended, so items prove nothing
        (None, None, -1, False),  # but an event to come does
    ],
)
def test_what_comes_well_after_a_stated_end_contradicts_it(
    end: int | None, latest: int | None, event: int | None, asked: bool
) -> None:
    on = None if end is None else TODAY - timedelta(days=end)
    evidence = replace(
        READ,
        notices=(stated(NoticeKind.ORG_ENDED, on=on),),
        latest=None if latest is None else item(latest),
        next_event=None if event is None else item(event, kind=DateKind.EVENT),
        strong_items=0,
    )
    project = replace(CLUSTER, name_ja="青葉プロジェクト", period_end="2012")
    for cluster in (CLUSTER, project):  # neither by itself nor by points
        word = verdict(cluster, evidence, POLICY)
        assert (word.activity is Activity.LIKELY_CEASED) is asked
        assert ("outlived_end" in {r.code for r in word.reasons}) is not asked


@pytest.mark.parametrize(
    ("on", "latest", "asked"),
    [
        (date(2016, 1, 1), date(2017, 4, 1), True),  # only the year is written: it ended some time in it
        (date(2016, 1, 1), date(2017, 4, 2), False),
        (date(2016, 1, 2), date(2016, 4, 3), False),
    ],
)
def test_an_end_of_which_only_the_year_is_written_can_be_its_last_day(on: date, latest: date, asked: bool) -> None:
    evidence = replace(
        READ, notices=(stated(NoticeKind.ORG_ENDED, on=on),), latest=replace(item(0), on=latest), strong_items=0
    )
    assert (verdict(CLUSTER, evidence, POLICY).activity is Activity.LIKELY_CEASED) is asked


@pytest.mark.parametrize(("days_after_end", "asked"), [(92, False), (91, True), (0, True)])
def test_items_long_after_a_stated_end_contradict_it(days_after_end: int, asked: bool) -> None:
    end = TODAY - timedelta(days=200)
    evidence = replace(READ, notices=(stated(NoticeKind.ORG_ENDED, on=end),), latest=item(200 - days_after_end))
    assert (verdict(CLUSTER, evidence, POLICY).activity is Activity.LIKELY_CEASED) is asked


def failing(*failures: Outcome, days: int, visits: int = 4) -> Evidence:
    return replace(
        READ,
        last_outcome=VisitOutcome.FAILED,
        reachability=VisitOutcome.FAILED,
        failure=failures[-1],
        failing_since=NOW - timedelta(days=days),
        failing_visits=visits,
        away_since=NOW - timedelta(days=days),
        away_until=NOW,
        away_visits=visits,
        away_failures=failures,
        identity_seen=False,
        latest=item(100),
    )


@pytest.mark.parametrize(
    ("evidence", "asked"),
    [
        (failing(Outcome.DNS_NXDOMAIN, days=31), True),
        (failing(Outcome.DNS_NXDOMAIN, days=30), False),
        (failing(Outcome.DNS_NXDOMAIN, days=31, visits=3), False),
        (failing(Outcome.TCP_REFUSED, days=45), True),
        (failing(Outcome.TCP_REFUSED, days=44), False),
        (failing(Outcome.HTTP_410, days=45), True),
        (failing(Outcome.HTTP_5XX, days=90), True),
        (failing(Outcome.HTTP_5XX, days=89), False),
        (failing(Outcome.TCP_TIMEOUT, days=90), True),
        (failing(Outcome.TCP_TIMEOUT, days=89), False),
        # The failure that takes longest to count decides, whichever came last.
        (failing(Outcome.TCP_TIMEOUT, Outcome.DNS_NXDOMAIN, days=38, visits=5), False),
        (failing(Outcome.TCP_TIMEOUT, Outcome.DNS_NXDOMAIN, days=89, visits=5), False),
        (failing(Outcome.TCP_TIMEOUT, Outcome.DNS_NXDOMAIN, days=90, visits=5), True),
        (failing(Outcome.HTTP_404, Outcome.DNS_NXDOMAIN, days=44), False),
        (failing(Outcome.HTTP_404, Outcome.DNS_NXDOMAIN, days=45), True),
        # Visits that say nothing follow: no time passes.
        (replace(failing(Outcome.DNS_NXDOMAIN, days=60), away_until=NOW - timedelta(days=30)), False),
        (replace(failing(Outcome.DNS_NXDOMAIN, days=60), away_until=NOW - timedelta(days=29)), True),
    ],
)
def test_a_site_gone_long_enough_asks_ceased_or_moved(evidence: Evidence, asked: bool) -> None:
    word = verdict(CLUSTER, evidence, POLICY)
    assert (word.activity is Activity.LIKELY_CEASED) is asked
    assert ("gone" in {r.code for r in word.reasons}) is asked


@pytest.mark.parametrize(
    ("visits", "days", "counts"),
    [(4, 22, True), (4, 21, False), (3, 22, False), (3, 59, False), (3, 60, True), (2, 60, False), (4, 60, True)],
)
def test_an_absence_counts_after_four_visits_over_three_weeks_or_three_over_two_months(
    visits: int, days: int, counts: bool
) -> None:
    evidence = failing(Outcome.TCP_REFUSED, days=min(days, 44) if visits > 3 else days, visits=visits)
    found = {r.code for r in verdict(CLUSTER, evidence, POLICY).reasons}
    assert ("unreachable" in found) is counts
    assert "gone" not in found  # that takes four visits, and longer


def test_name_servers_of_a_parking_service_speak_for_an_end_and_never_ask_alone() -> None:
    evidence = replace(READ, identity_seen=False, parked_names="ns1.sedoparking.com", parked_names_visits=3)
    word = verdict(CLUSTER, evidence, POLICY)
    assert [(r.points, r.raw) for r in word.reasons if r.code == "parked_names"] == [(3.0, "ns1.sedoparking.com")]
    assert word.activity is not Activity.LIKELY_CEASED
    ended = replace(CLUSTER, period_end="2012")
    old = replace(evidence, latest=item(3 * 365))
    assert verdict(ended, old, POLICY).activity is Activity.LIKELY_CEASED
    assert verdict(ended, replace(old, parked_names_visits=2), POLICY).activity is Activity.STATIC
    assert verdict(ended, replace(old, identity_seen=True), POLICY).activity is Activity.STATIC


def test_a_page_for_sale_scores_once_with_its_name_servers() -> None:
    both = replace(lost(PageKind.PARKED, 3), parked_names="ns1.bodis.com", parked_names_visits=3)
    assert verdict(CLUSTER, both, POLICY).points == verdict(CLUSTER, lost(PageKind.PARKED, 3), POLICY).points


def lost(kind: PageKind, visits: int, days: int = 3) -> Evidence:
    return replace(
        READ,
        last_outcome=VisitOutcome.LOST,
        reachability=VisitOutcome.LOST,
        lost_kind=kind,
        lost_visits=visits,
        lost_since=NOW - timedelta(days=days),
        away_since=NOW - timedelta(days=days),
        away_until=NOW,
        away_visits=visits,
        away_failures=(None,),
        identity_seen=False,
    )


@pytest.mark.parametrize(
    ("evidence", "asked"),
    [
        (lost(PageKind.PARKED, 3), True),
        (lost(PageKind.PARKED, 2), False),
        (lost(PageKind.HIJACKED, 3), True),
        (lost(PageKind.DEFAULT_PAGE, 4), False),
        (lost(PageKind.DEFAULT_PAGE, 4, days=45), True),
        (lost(PageKind.SUSPENDED, 4, days=44), False),
        (lost(PageKind.SUSPENDED, 3, days=60), False),
    ],
)
def test_another_owner_asks_after_three_visits_and_a_default_page_after_weeks(evidence: Evidence, asked: bool) -> None:
    assert (verdict(CLUSTER, evidence, POLICY).activity is Activity.LIKELY_CEASED) is asked


def test_points_of_two_families_ask_together() -> None:
    ended = replace(CLUSTER, period_end="2012-03")
    quiet = replace(READ, latest=item(3 * 365 + 1), notices=(stated(NoticeKind.UPDATES_ENDED),))
    assert verdict(ended, quiet, POLICY).activity is Activity.LIKELY_CEASED
    assert verdict(CLUSTER, replace(quiet, notices=()), POLICY).activity is Activity.STATIC


def test_points_of_one_family_are_capped_and_never_ask_alone() -> None:
    both = (stated(NoticeKind.UPDATES_ENDED), stated(NoticeKind.SITE_CLOSED))
    word = verdict(CLUSTER, replace(READ, notices=both), POLICY)
    assert word.points == POLICY.points_site_ended
    assert word.activity is Activity.STATIC


PROJECT = replace(CLUSTER, name_ja="青葉プロジェクト")
ENDED = replace(CLUSTER, period_end="2012")
ENDED_PROJECT = replace(PROJECT, period_end="2012")
COMING = item(-30, kind=DateKind.EVENT)
SILENT_3 = replace(READ, latest=item(1096))
SILENT_5 = replace(READ, latest=item(FIVE_YEARS + 1))
GONE = failing(Outcome.DNS_NXDOMAIN, days=31)
PARKED = lost(PageKind.PARKED, 3)
UNREACHABLE = replace(failing(Outcome.DNS_NXDOMAIN, days=30), latest=None)
SITE_ENDED = replace(READ, notices=(stated(NoticeKind.SITE_CLOSED, on=TODAY - timedelta(days=900)),))
ORG_ENDED = replace(READ, notices=(stated(NoticeKind.ORG_ENDED, on=TODAY - timedelta(days=40)),))


@pytest.mark.parametrize(
    ("cluster", "evidence", "asked"),
    [
        # Registry and silence: 2 + 1 + 2 = 5 points of two families.
        (ENDED_PROJECT, SILENT_3, True),
        (ENDED_PROJECT, READ, False),
        (ENDED, SILENT_3, False),
        (PROJECT, SILENT_3, False),
        (ENDED_PROJECT, replace(SILENT_3, latest=item(1095)), False),
        (ENDED_PROJECT, replace(SILENT_3, text_changed_at=NOW), False),
        (ENDED_PROJECT, replace(SILENT_3, next_event=COMING), False),
        (ENDED_PROJECT, replace(SILENT_3, updated=item(1000, kind=DateKind.UPDATED)), False),
        (ENDED_PROJECT, replace(SILENT_3, strong_items=1), False),
        (ENDED_PROJECT, replace(SILENT_3, unread_news=("http://aoba.example/rss",)), False),
        # Long silence: by itself, and by points; what closes one closes both.
        (CLUSTER, SILENT_5, True),
        (PROJECT, replace(SILENT_5, updated=item(60, kind=DateKind.UPDATED)), False),
        (ENDED_PROJECT, replace(SILENT_5, updated=item(60, kind=DateKind.UPDATED)), False),
        (ENDED_PROJECT, replace(SILENT_5, next_event=COMING), False),
        (ENDED_PROJECT, replace(SILENT_5, text_changed_at=NOW), False),
        (ENDED_PROJECT, replace(SILENT_5, unread_news=("http://aoba.example/rss",)), False),
        (ENDED_PROJECT, replace(SILENT_5, cut_short=True), False),
        (ENDED_PROJECT, replace(SILENT_5, strong_items=1), False),
        # Gone: the name on the pages of before, and what was new then, do not bring it back.
        (CLUSTER, GONE, True),
        (CLUSTER, replace(GONE, identity_seen=True), True),
        (CLUSTER, replace(GONE, next_event=COMING), True),
        (CLUSTER, UNREACHABLE, False),
        (ENDED_PROJECT, UNREACHABLE, True),  # 2 + 3
        (ENDED_PROJECT, replace(UNREACHABLE, identity_seen=True), False),
        (ENDED_PROJECT, replace(UNREACHABLE, latest=item(100)), False),
        # Another owner: not while another page of the cluster shows its name.
        (CLUSTER, PARKED, True),
        (CLUSTER, replace(PARKED, identity_seen=True), True),
        (CLUSTER, replace(PARKED, lost_but_named=True), False),
        (ENDED_PROJECT, replace(PARKED, lost_but_named=True), False),
        (CLUSTER, replace(lost(PageKind.SOFT_404, 4, days=60), lost_but_named=True), False),
        (CLUSTER, lost(PageKind.SOFT_404, 4, days=60), True),
        # A site that closed: 3 points, and what came later takes them.
        (CLUSTER, SITE_ENDED, False),
        (ENDED, SITE_ENDED, True),
        (ENDED_PROJECT, replace(SITE_ENDED, latest=item(800)), False),
        (ENDED, replace(SITE_ENDED, text_changed_at=NOW), False),
        # A stated end; of a body that is not the host's own; announced, and its day passed unseen.
        (CLUSTER, ORG_ENDED, True),
        (CLUSTER, replace(ORG_ENDED, text_changed_at=NOW, updated=item(0, kind=DateKind.UPDATED)), True),
        (CLUSTER, replace(ORG_ENDED, latest=item(41)), True),
        (ENDED_PROJECT, replace(READ, notices=(stated(NoticeKind.ORG_ENDED, first=False),)), False),
        (ENDED_PROJECT, replace(READ, notices=(stated(NoticeKind.ANNOUNCED, on=TODAY, past=False),)), False),
        (ENDED_PROJECT, replace(READ, notices=(stated(NoticeKind.ORG_ENDED, on=TODAY + timedelta(days=1)),)), False),
        (
            CLUSTER,
            replace(BLOCKED, notices=(stated(NoticeKind.ORG_ENDED, on=TODAY - timedelta(days=99)),)),
            False,
        ),
        (
            CLUSTER,
            replace(BLOCKED, notices=(stated(NoticeKind.ORG_ENDED, on=TODAY - timedelta(days=100)),)),
            True,
        ),
        (ENDED_PROJECT, replace(READ, notices=(stated(NoticeKind.PAUSED),)), False),
        # Nothing but the registry.
        (ENDED_PROJECT, replace(READ, latest=item(10)), False),
        (ENDED_PROJECT, Evidence(cluster_id="aoba", as_of=NOW), False),
    ],
)
def test_every_way_in_is_closed_by_the_signs_of_life_that_contradict_it(
    cluster: Cluster, evidence: Evidence, asked: bool
) -> None:
    assert (verdict(cluster, evidence, POLICY).activity is Activity.LIKELY_CEASED) is asked


@pytest.mark.parametrize(
    ("text", "last_day"),
    [
        ("2012-03", date(2012, 12, 31)),
        ("2012-03 (FY2011)", date(2012, 3, 31)),
        ("FY2011", date(2012, 3, 31)),
        ("2011年度", date(2012, 3, 31)),
        ("", None),
        ("ongoing", None),
    ],
)
def test_period_end_is_the_last_day_the_registry_can_mean(text: str, last_day: date | None) -> None:
    assert period_end(text) == last_day
