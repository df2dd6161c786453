"""What stored visits amount to: dates that follow the visitor, notices seen again, pages of several visits together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from seen import (
    LACKING,
    NIGHT,
    OK,
    READ,
    TIMEOUT,
    UNSURE,
    URL,
    fetched,
    item,
    page,
    seen,
    visit,
)

from crawler.model import (
    DatedItem,
    DateKind,
    DateSource,
    EnglishWitness,
    Notice,
    NoticeKind,
    Outcome,
    Precision,
    Role,
    Visit,
)


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


def test_languages_are_those_of_whole_pages_most_text_first() -> None:
    facts = seen(visit(0, READ, page(), page(url="http://a.example/2"), page(url="http://a.example/en", language="en")))
    assert facts.languages == ("ja", "en")


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
