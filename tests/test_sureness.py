"""How sure the latest post is by all that a visit read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crawler.model import DatedItem, DateKind, DateSource, Precision
from pipelines.judging.sureness import weighed

TODAY = date(2026, 11, 20)
ON = date(2026, 10, 1)
HOME = "http://a.example.jp/"
POST = "http://a.example.jp/news/1.html"
LATEST = DatedItem(
    url=HOME, on=ON, precision=Precision.DAY, kind=DateKind.POST, source=DateSource.LIST_ITEM, raw="2026.10.1",
    title="第3回研究会を開催しました", link=POST, confidence=0.85,
)  # fmt: skip
FEED = replace(LATEST, url=HOME + "feed", source=DateSource.FEED, raw="Thu, 01 Oct 2026 03:00:00 GMT", confidence=0.92)
OWN_PAGE = replace(LATEST, url=POST, link="", source=DateSource.HEADING, raw="2026年10月1日", confidence=0.62)


def sure(*others: DatedItem, latest: DatedItem = LATEST, incomplete: bool = False) -> float:
    found = weighed(latest, [latest, *others], floor=0.5, today=TODAY, incomplete=incomplete)
    assert found is not None
    assert replace(found, confidence=0.0) == replace(latest, confidence=0.0)
    return found.confidence


def test_there_is_nothing_to_weigh_without_a_latest_post() -> None:
    assert weighed(None, [LATEST], floor=0.5, today=TODAY, incomplete=False) is None


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (FEED, 0.97),  # 1 - 0.15 × 0.08 is more than two witnesses are believed
        (OWN_PAGE, 0.94),  # 1 - 0.15 × 0.38, by its address
        (replace(OWN_PAGE, url=HOME + "b", link="", title="お知らせ：第3回研究会を開催しました"), 0.94),  # by its title
        (replace(OWN_PAGE, url=HOME + "b", link=""), 0.94),
        (replace(OWN_PAGE, url=HOME + "b", link="", title="総会"), 0.85),  # another post of that day
        (replace(OWN_PAGE, url=HOME), 0.85),  # the same page once more
        (replace(FEED, url=HOME), 0.97),  # the same page, in words for programs
        (replace(OWN_PAGE, raw="10/1/2026"), 0.85),  # the same slip would be made twice
        (replace(OWN_PAGE, raw="26.10.01"), 0.85),
        (replace(OWN_PAGE, raw="October 1, 2026"), 0.94),
        (replace(OWN_PAGE, raw="1 October 2026"), 0.94),
        (replace(OWN_PAGE, raw="令和8年10月1日"), 0.94),
        (replace(OWN_PAGE, raw="２０２６年１０月１日"), 0.94),
        (replace(OWN_PAGE, confidence=0.5), 0.93),  # at the floor
        (replace(OWN_PAGE, confidence=0.49), 0.85),  # below it
        (replace(OWN_PAGE, on=ON - timedelta(days=1)), 0.85),
        (replace(OWN_PAGE, precision=Precision.MONTH), 0.85),
        (replace(OWN_PAGE, kind=DateKind.UPDATED), 0.85),  # a stamp is no witness of a post
        (replace(OWN_PAGE, kind=DateKind.EVENT), 0.85),  # nor is an event that is held on the day of a post
        (replace(OWN_PAGE, kind=DateKind.REPORT), 0.94),
    ],
)
def test_a_second_witness_makes_the_day_surer(other: DatedItem, expected: float) -> None:
    assert sure(other) == expected


def test_what_is_surer_than_two_witnesses_stays_so() -> None:
    assert sure(OWN_PAGE, latest=replace(LATEST, confidence=0.98)) == 0.98


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        (replace(LATEST, on=ON + timedelta(days=1), confidence=0.5), 0.85),
        (replace(LATEST, on=ON + timedelta(days=1), confidence=0.49), 0.92),  # below the floor
        (replace(LATEST, on=ON, title="x", confidence=0.5), 0.92),  # not newer
        (replace(LATEST, on=TODAY, confidence=0.5), 0.85),
        (replace(LATEST, on=TODAY + timedelta(days=1), confidence=0.5), 0.92),  # still to come
        (replace(LATEST, on=ON + timedelta(days=1), confidence=0.5, precision=Precision.MONTH), 0.92),
        (replace(LATEST, on=ON + timedelta(days=1), confidence=0.5, kind=DateKind.UPDATED), 0.92),
    ],
)
def test_something_newer_that_did_not_count_makes_the_day_less_sure(newer: DatedItem, expected: float) -> None:
    assert sure(newer, latest=replace(LATEST, confidence=0.92)) == expected


def test_a_day_is_not_sure_while_news_could_not_be_read() -> None:
    assert sure(incomplete=True) == 0.8
    assert sure(FEED, incomplete=True) == 0.8
    assert sure(latest=replace(LATEST, confidence=0.7), incomplete=True) == 0.7
