"""What stored visits amount to: streaks, losses, dates that follow the visitor, notices seen again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.model import (
    DatedItem,
    DateKind,
    DateSource,
    EnglishWitness,
    Evidence,
    LanguageShare,
    Notice,
    NoticeKind,
    Outcome,
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
from crawler.policy import Policy
from pipelines.judging.evidence import evidence

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
