"""Verdicts from evidence: activity, English tier and flag, silence, and visits that say nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from judged import BLOCKED, CLUSTER, FIVE_YEARS, NOW, POLICY, READ, TODAY, item

from crawler.model import (
    Activity,
    DateKind,
    English,
    Evidence,
    Flag,
    PageKind,
    PageReading,
    Role,
    VisitOutcome,
)
from pipelines.judging.flags import flag_of, wording
from pipelines.judging.verdict import verdict


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
    ("evidence", "asked"),
    [
        (replace(READ, latest=item(FIVE_YEARS)), False),
        (replace(READ, latest=item(FIVE_YEARS + 1)), True),
        (replace(READ, latest=item(FIVE_YEARS + 1), next_event=item(-10, kind=DateKind.EVENT)), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), text_changed_at=NOW - timedelta(days=365)), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), text_changed_at=NOW - timedelta(days=366)), True),
        (replace(READ, latest=item(FIVE_YEARS + 1), updated=item(400, kind=DateKind.UPDATED)), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), updated=item(FIVE_YEARS, kind=DateKind.UPDATED)), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), updated=item(FIVE_YEARS + 1, kind=DateKind.UPDATED)), True),
        (replace(READ, latest=None), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), strong_items=1), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), strong_items=0), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), unread_news=("http://aoba.example/rss",)), False),
        (replace(READ, latest=item(FIVE_YEARS + 1), cut_short=True), False),
    ],
)
def test_five_years_of_silence_ask_unless_another_sign_of_life_shows(evidence: Evidence, asked: bool) -> None:
    assert (verdict(CLUSTER, evidence, POLICY).activity is Activity.LIKELY_CEASED) is asked


@pytest.mark.parametrize(
    ("evidence", "code", "points"),
    [
        (replace(READ, latest=item(1095)), "", 0.0),
        (replace(READ, latest=item(1096)), "silence", 2.0),
        (replace(READ, latest=item(FIVE_YEARS)), "silence", 2.0),
        (replace(READ, latest=item(FIVE_YEARS + 1)), "long_silence", 4.0),
        (replace(READ, latest=item(1096), strong_items=1), "", 0.0),
        # A stamp is younger than the newest item: the silence counts from it.
        (replace(READ, latest=item(3000), updated=item(1095, kind=DateKind.UPDATED)), "", 0.0),
        (replace(READ, latest=item(3000), updated=item(1096, kind=DateKind.UPDATED)), "silence", 2.0),
        # What could not be read may be newer: told, and worth nothing.
        (replace(READ, latest=item(3000), unread_news=("http://aoba.example/rss",)), "silence", 0.0),
        (replace(READ, latest=item(3000), cut_short=True), "silence", 0.0),
        # What happened since the site was last seen, nobody knows.
        (replace(READ, latest=item(1096), last_reached_at=NOW - timedelta(days=1)), "", 0.0),
        (replace(READ, latest=item(1096 + 500), last_reached_at=NOW - timedelta(days=500)), "silence", 2.0),
    ],
)
def test_silence_counts_from_the_newest_sign_to_the_day_the_site_was_seen(
    evidence: Evidence, code: str, points: float
) -> None:
    found = [(r.code, r.points) for r in verdict(CLUSTER, evidence, POLICY).reasons if r.code.endswith("silence")]
    assert found == ([(code, points)] if code else [])


def test_news_that_could_not_be_read_are_named() -> None:
    unread = ("http://aoba.example/rss", "http://aoba.example/news/")
    word = verdict(CLUSTER, replace(READ, latest=item(3000), unread_news=unread), POLICY)
    (reason,) = [r for r in word.reasons if r.code == "unread_news"]
    assert reason.text.startswith("2 pages that may carry news could not be read")
    assert reason.url == unread[0]
    recent = verdict(CLUSTER, replace(READ, latest=item(10), unread_news=unread), POLICY)
    assert "unread_news" not in {r.code for r in recent.reasons}


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (replace(BLOCKED, latest=item(648)), Activity.ACTIVE),
        (replace(BLOCKED, latest=item(649)), Activity.STATIC),
        (replace(BLOCKED, latest=item(FIVE_YEARS + 100)), Activity.STATIC),
        (replace(BLOCKED, latest=item(FIVE_YEARS + 101)), Activity.LIKELY_CEASED),
        (replace(BLOCKED, latest=item(900), updated=item(648, kind=DateKind.UPDATED)), Activity.ACTIVE),
    ],
)
def test_visits_that_say_nothing_stop_the_clock(evidence: Evidence, expected: Activity) -> None:
    word = verdict(CLUSTER, evidence, POLICY)
    assert word.activity is expected
    assert f"last read on {TODAY - timedelta(days=100)}" in " ".join(r.text for r in word.reasons)


def test_the_day_of_the_last_reading_is_told_only_when_it_is_not_today() -> None:
    assert "last_read" not in {r.code for r in verdict(CLUSTER, READ, POLICY).reasons}


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


@pytest.mark.parametrize(("nights", "told"), [(2, False), (3, True)])
def test_a_better_address_is_proposed_from_three_days_in_a_row(nights: int, told: bool) -> None:
    found = replace(
        READ,
        better_address="http://aoba.example/en/",
        better_address_visits=nights,
    )
    judged = verdict(CLUSTER, found, policy=POLICY)
    assert [r.url for r in judged.reasons if r.code == "wrong_address"] == ["http://aoba.example/en/"] * told
    assert judged.points == 0
    moved = verdict(CLUSTER, replace(found, moved_to="http://new.example/"), policy=POLICY)
    assert not [r for r in moved.reasons if r.code == "wrong_address"], "that it moved says more"


def test_a_hacked_page_is_told_and_scores_nothing() -> None:
    page = PageReading(url="http://aoba.example/x", role=Role.NEWS, kind=PageKind.HIJACKED, sure="カジノ, バカラ")
    judged = verdict(CLUSTER, replace(READ, written_by_others=(page,)), policy=POLICY)
    (reason,) = (r for r in judged.reasons if r.code == "hacked_pages")
    assert (reason.url, reason.raw, reason.points) == ("http://aoba.example/x", "カジノ, バカラ", 0)
    assert judged.activity is verdict(CLUSTER, READ, policy=POLICY).activity
