"""Japanese eras, numerals and fiscal years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crawler.reading import wareki


@pytest.mark.parametrize(
    ("era", "year", "western"),
    [
        ("令和", 1, 2019),
        ("令和", 6, 2024),
        ("平成", 1, 1989),
        ("平成", 31, 2019),
        ("昭和", 64, 1989),
        ("昭和", 1, 1926),
        ("大正", 15, 1926),
        ("明治", 45, 1912),
        ("R", 6, 2024),
        ("H", 28, 2016),
        ("S", 63, 1988),
        ("T", 10, 1921),
        ("M", 40, 1907),
        ("㋿", 6, 2024),
        ("㍻", 28, 2016),
        ("㍼", 63, 1988),
        ("㍽", 10, 1921),
        ("㍾", 40, 1907),
        ("平成", 43, 2031),
        ("平成", 44, None),
        ("令和", 0, None),
        ("令和", 9999, None),
    ],
)
def test_western_year_of_an_era(era: str, year: int, western: int | None) -> None:
    assert wareki.western_year(era, year) == western


@pytest.mark.parametrize(
    ("era", "first", "last"),
    [
        ("明治", date(1868, 1, 25), date(1912, 7, 29)),
        ("大正", date(1912, 7, 30), date(1926, 12, 24)),
        ("昭和", date(1926, 12, 25), date(1989, 1, 7)),
        ("平成", date(1989, 1, 8), date(2019, 4, 30)),
        ("令和", date(2019, 5, 1), date(2100, 1, 1)),
    ],
)
def test_an_era_covers_its_first_and_last_day_and_none_outside(era: str, first: date, last: date) -> None:
    day = timedelta(days=1)
    assert wareki.covers(era, first, first)
    assert wareki.covers(era, last, last)
    assert not wareki.covers(era, first - day, first - day)
    assert era == "令和" or not wareki.covers(era, last + day, last + day)


def test_a_month_is_covered_when_any_of_its_days_is() -> None:
    assert wareki.covers("昭和", date(1989, 1, 1), date(1989, 1, 31))
    assert wareki.covers("H", date(1989, 1, 1), date(1989, 1, 31))
    assert not wareki.covers("平成", date(2019, 5, 1), date(2019, 5, 31))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6", 6),
        ("06", 6),
        ("２８", 28),
        ("元", 1),
        ("〇", 0),
        ("九", 9),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十一", 21),
        ("三十一", 31),
        ("廿三", 23),
        ("廿", 20),
        ("卅一", 31),
        ("二〇二四", 2024),
        ("二○一六", 2016),
        ("一九八九", 1989),
        ("", None),
        ("年", None),
        ("二年", None),
        ("十十", None),
        ("²", None),
    ],
)
def test_number_of_digits_and_numerals(text: str, number: int | None) -> None:
    assert wareki.number(text) == number


def test_a_fiscal_year_runs_from_april_to_march() -> None:
    assert wareki.fiscal_year(2024) == (date(2024, 4, 1), date(2025, 3, 31))
