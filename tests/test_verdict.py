"""Verdicts from evidence: every rule with both sides of its threshold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.model import (
    Activity,
    Cluster,
    DatedItem,
    DateKind,
    DateSource,
    English,
    Evidence,
    Flag,
    Notice,
    NoticeKind,
    Outcome,
    PageKind,
    Precision,
    StatedNotice,
    VisitOutcome,
)
from crawler.policy import Policy
from pipelines.judging.ceasing import period_end
from pipelines.judging.flags import flag_of, wording
from pipelines.judging.verdict import verdict

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
POLICY = Policy()
CLUSTER = Cluster(cluster_id="aoba", name_en="Aoba Cluster", name_ja="青葉クラスター", website="http://aoba.example/")


def item(days_ago: int, *, kind: DateKind = DateKind.POST, language: str = "ja") -> DatedItem:
    return DatedItem(
        url="http://aoba.example/news/",
        on=TODAY - timedelta(days=days_ago),
        precision=Precision.DAY,
        kind=kind,
        source=DateSource.LIST_ITEM,
        raw="words",
        language=language,
        confidence=0.9,
    )


READ = Evidence(
    cluster_id="aoba",
    as_of=NOW,
    visits=2,
    conclusive_visits=2,
    last_visited_at=NOW,
    last_reached_at=NOW,
    last_outcome=VisitOutcome.READ,
    reachability=VisitOutcome.READ,
    identity_seen=True,
)


def stated(
    kind: NoticeKind,
    *,
    visits: int = 2,
    on: date | None = None,
    past: bool = True,
    first: bool = True,
    successor: str = "",
) -> StatedNotice:
    notice = Notice(
        kind=kind, url="http://aoba.example/", quote="本会は解散しました。", on=on, first_person=first, past=past,
        successor=successor,
    )  # fmt: skip
    return StatedNotice(notice=notice, visits=visits, first_seen_at=NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (replace(READ, latest=item(548)), Activity.ACTIVE),
        (replace(READ, latest=item(549)), Activity.STATIC),
        (replace(READ, latest=item(0)), Activity.ACTIVE),
        (READ, Activity.STATIC),
        (replace(READ, next_event=item(-30, kind=DateKind.EVENT)), Activity.ACTIVE),
        (replace(READ, latest=item(900), updated=item(548, kind=DateKind.UPDATED)), Activity.ACTIVE),
        (replace(READ, latest=item(900), updated=item(549, kind=DateKind.UPDATED)), Activity.STATIC),
        (Evidence(cluster_id="aoba", as_of=NOW), Activity.UNDETERMINED),
    ],
)
def test_activity_follows_signs_of_life_within_eighteen_months(evidence: Evidence, expected: Activity) -> None:
    assert verdict(CLUSTER, evidence, POLICY).activity is expected


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (replace(READ, english_page=""), English.NONE),
        (replace(READ, english_page="http://aoba.example/en/"), English.STATIC),
        (
            replace(READ, english_page="http://aoba.example/en/", english_latest=item(548, language="en")),
            English.ACTIVE,
        ),
        (
            replace(READ, english_page="http://aoba.example/en/", english_latest=item(549, language="en")),
            English.STATIC,
        ),
        (Evidence(cluster_id="aoba", as_of=NOW), English.UNDETERMINED),
    ],
)
def test_english_tier_needs_a_page_and_a_recent_item_on_it(evidence: Evidence, expected: English) -> None:
    assert verdict(CLUSTER, evidence, POLICY).english is expected


@pytest.mark.parametrize(
    ("activity", "english", "flag"),
    [
        (Activity.LIKELY_CEASED, English.ACTIVE, Flag.LIKELY_CEASED),
        (Activity.UNDETERMINED, English.UNDETERMINED, Flag.UNDETERMINED),
        (Activity.ACTIVE, English.NONE, Flag.JAPANESE_ONLY),
        (Activity.STATIC, English.NONE, Flag.JAPANESE_ONLY),
        (Activity.ACTIVE, English.ACTIVE, Flag.ACTIVE),
        (Activity.ACTIVE, English.STATIC, Flag.STATIC),
        (Activity.STATIC, English.STATIC, Flag.STATIC),
    ],
)
def test_flag_follows_the_written_order(activity: Activity, english: English, flag: Flag) -> None:
    assert flag_of(activity, english) is flag


def test_single_language_is_called_japanese_only_for_japanese_clusters_alone() -> None:
    assert wording(Flag.JAPANESE_ONLY, "ja") == "Japanese only"
    assert wording(Flag.JAPANESE_ONLY, "de") == "home language only"


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


@pytest.mark.parametrize(("days_after_end", "asked"), [(92, False), (91, True), (0, True)])
def test_items_long_after_a_stated_end_contradict_it(days_after_end: int, asked: bool) -> None:
    end = TODAY - timedelta(days=200)
    evidence = replace(READ, notices=(stated(NoticeKind.ORG_ENDED, on=end),), latest=item(200 - days_after_end))
    assert (verdict(CLUSTER, evidence, POLICY).activity is Activity.LIKELY_CEASED) is asked


FIVE_YEARS = 5 * 365 + 1


@pytest.mark.parametrize(
    ("evidence", "asked"),
    [
        (replace(READ, latest=item(FIVE_YEARS)), False),
        (replace(READ, latest=item(FIVE_YEARS + 1)), True),
        (replace(READ, latest=item(FIVE_YEARS + 1), next_event=item(-10, kind=DateKind.EVENT)), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), text_changed_at=NOW - timedelta(days=365)), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), text_changed_at=NOW - timedelta(days=366)), True),
        (replace(READ, latest=item(FIVE_YEARS + 1), updated=item(400, kind=DateKind.UPDATED)), False),
        (replace(READ, latest=None), False),
    ],
)
def test_five_years_of_silence_ask_unless_another_sign_of_life_shows(evidence: Evidence, asked: bool) -> None:
    assert (verdict(CLUSTER, evidence, POLICY).activity is Activity.LIKELY_CEASED) is asked


def failing(failure: Outcome, days: int, visits: int = 4) -> Evidence:
    return replace(
        READ,
        last_outcome=VisitOutcome.FAILED,
        reachability=VisitOutcome.FAILED,
        failure=failure,
        failing_since=NOW - timedelta(days=days),
        failing_visits=visits,
        identity_seen=False,
        latest=item(100),
    )


@pytest.mark.parametrize(
    ("evidence", "asked"),
    [
        (failing(Outcome.DNS_NXDOMAIN, 31), True),
        (failing(Outcome.DNS_NXDOMAIN, 30), False),
        (failing(Outcome.DNS_NXDOMAIN, 31, visits=3), False),
        (failing(Outcome.TCP_REFUSED, 45), True),
        (failing(Outcome.TCP_REFUSED, 44), False),
        (failing(Outcome.HTTP_410, 45), True),
        (failing(Outcome.HTTP_5XX, 90), True),
        (failing(Outcome.HTTP_5XX, 89), False),
        (failing(Outcome.TCP_TIMEOUT, 90), True),
        (failing(Outcome.TCP_TIMEOUT, 89), False),
    ],
)
def test_a_site_gone_long_enough_asks_ceased_or_moved(evidence: Evidence, asked: bool) -> None:
    word = verdict(CLUSTER, evidence, POLICY)
    assert (word.activity is Activity.LIKELY_CEASED) is asked
    assert ("gone" in {r.code for r in word.reasons}) is asked


def lost(kind: PageKind, visits: int, days: int = 3) -> Evidence:
    return replace(
        READ,
        last_outcome=VisitOutcome.LOST,
        reachability=VisitOutcome.LOST,
        lost_kind=kind,
        lost_visits=visits,
        lost_since=NOW - timedelta(days=days),
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


def test_a_recent_item_outweighs_silence_and_programme() -> None:
    project = replace(CLUSTER, name_ja="青葉クラスター事業", period_end="2012")
    word = verdict(project, replace(READ, latest=item(365)), POLICY)
    assert word.activity is Activity.ACTIVE


def test_no_website_is_undetermined_with_its_reason() -> None:
    word = verdict(replace(CLUSTER, website=""), Evidence(cluster_id="aoba", as_of=NOW), POLICY)
    assert (word.flag, word.reasons[0].text) == (Flag.UNDETERMINED, "No website known.")


def test_blocked_visits_say_nothing_and_ask_for_a_look_after_a_fortnight() -> None:
    blocked = replace(
        Evidence(cluster_id="aoba", as_of=NOW), visits=3, last_outcome=VisitOutcome.INCONCLUSIVE,
        blocked_since=NOW - timedelta(days=14),
    )  # fmt: skip
    word = verdict(CLUSTER, blocked, POLICY)
    assert word.activity is Activity.UNDETERMINED
    assert "look by hand" in " ".join(r.text for r in word.reasons)
    sooner = verdict(CLUSTER, replace(blocked, blocked_since=NOW - timedelta(days=13)), POLICY)
    assert "look by hand" not in " ".join(r.text for r in sooner.reasons)


def test_every_flagging_reason_says_what_would_overturn_it() -> None:
    word = verdict(CLUSTER, replace(READ, latest=item(FIVE_YEARS + 1)), POLICY)
    assert all(r.overturned_by for r in word.reasons if r.points > 0)


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
