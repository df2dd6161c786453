"""Years that stand in a heading, in an address, or nowhere."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.model import Precision
from crawler.reading.expressions import (
    Expression,
    Form,
    from_url,
    is_fiscal_heading,
    resolve_yearless,
    year_heading,
)

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2016年", 2016),
        ("２０１６年", 2016),
        ("2016", 2016),
        ("［2021年］", 2021),
        ("【2021】", 2021),
        ("■2021年", 2021),
        ("平成28年度", 2016),
        ("平成28年度（2016年度）", 2016),
        ("2016年度", 2016),
        ("2016（平成28）年", 2016),
        ("令和元年", 2019),
        ("R6年度", 2024),
        ("FY2023", 2023),
        ("News 2023", 2023),
        ("2023 Archive", 2023),
        ("Aktuelles 2023", 2023),
        ("2024年のお知らせ", 2024),
        ("新着情報 2024", 2024),
        ("2024年3月", 2024),
        ("Horizon 2020", None),
        ("EXPO 2025", None),
        ("© 2024", None),
        ("Since 2010", None),
        ("設立 2010年", None),
        ("2010-2024", None),
        ("2024年3月20日", None),
        ("2024年3月20日 総会を開催しました", None),
        ("2024 items", None),
        ("H28", None),
        ("1234", None),
        ("1900年", None),
        ("", None),
        ("お知らせ", None),
        ("2024年の新着情報をこのページでまとめてお知らせいたします。どうぞご覧ください。引き続き", None),
    ],
)
def test_finds_the_year_of_a_heading(text: str, year: int | None) -> None:
    assert year_heading(text) == year


@pytest.mark.parametrize(
    ("text", "fiscal"), [("平成28年度", True), ("FY2023", True), ("2016年", False), ("News 2023", False)]
)
def test_tells_a_fiscal_heading(text: str, fiscal: bool) -> None:
    assert is_fiscal_heading(text) is fiscal


@pytest.mark.parametrize(
    ("month", "day", "weekday", "heading", "fiscal", "expected"),
    [
        (12, 10, None, 2016, False, date(2016, 12, 10)),
        (3, 31, None, 2016, True, date(2017, 3, 31)),
        (4, 1, None, 2016, True, date(2016, 4, 1)),
        (3, 31, None, 2016, False, date(2016, 3, 31)),
        (2, 29, None, 2023, False, None),
        (2, 29, None, 2024, False, date(2024, 2, 29)),
        (12, 0, None, 2016, False, date(2016, 12, 1)),
        (12, 10, 1, None, False, date(2024, 12, 10)),
        (11, 9, 0, None, False, date(2026, 11, 9)),
        (11, 9, 1, None, False, date(2021, 11, 9)),
        (1, 12, 1, None, False, date(2027, 1, 12)),
        (1, 23, None, None, False, date(2027, 1, 23)),
        (1, 24, None, None, False, date(2026, 1, 24)),
        (11, 24, None, None, False, date(2026, 11, 24)),
        (11, 25, None, None, False, date(2026, 11, 25)),
        (2, 29, None, None, False, date(2024, 2, 29)),
        (12, 0, None, None, False, date(2026, 12, 1)),
    ],
)
def test_gives_a_year_to_a_date_without_one(
    month: int, day: int, weekday: int | None, heading: int | None, fiscal: bool, expected: date | None
) -> None:
    found = resolve_yearless(month, day, weekday, today=TODAY, year_heading=heading, fiscal=fiscal)
    assert (found[0] if found else None) == expected


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        (None, date(2025, 6, 30), date(2025, 5, 10)),
        (None, date(2025, 5, 10), date(2025, 5, 10)),
        (None, date(2025, 5, 9), date(2024, 5, 10)),
        (date(2026, 5, 11), None, None),
        (date(2026, 5, 10), None, date(2026, 5, 10)),
        (date(2023, 1, 1), date(2023, 12, 31), date(2023, 5, 10)),
        (date(2026, 12, 24), None, date(2027, 5, 10)),
    ],
)
def test_a_date_without_a_year_lies_between_its_neighbours(
    after: date | None, before: date | None, expected: date | None
) -> None:
    found = resolve_yearless(5, 10, None, today=TODAY, after=after, before=before)
    assert (found[0] if found else None) == expected


def test_the_weekday_makes_a_year_surer_the_nearer_it_is() -> None:
    near = resolve_yearless(11, 9, 0, today=TODAY)
    far = resolve_yearless(11, 9, 1, today=TODAY)
    guess = resolve_yearless(11, 9, None, today=TODAY)
    assert near is not None
    assert far is not None
    assert guess is not None
    assert near[1] > guess[1] > far[1]


def test_a_weekday_that_contradicts_the_heading_makes_it_doubtful() -> None:
    assert resolve_yearless(12, 10, 5, today=TODAY, year_heading=2016) == (date(2016, 12, 10), 0.95)
    assert resolve_yearless(12, 10, 1, today=TODAY, year_heading=2016) == (date(2016, 12, 10), 0.6)


def _path_date(found: Expression) -> str:
    """The date as an address would write it: 2024-03-20, 2024-03, 2024."""
    parts = [f"{found.year}", f"{found.month:02}", f"{found.day:02}"]
    return "-".join(parts[: {Precision.DAY: 3, Precision.MONTH: 2, Precision.YEAR: 1}[found.precision]])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/2024/03/20/title/", "2024-03-20"),
        ("https://a.example/2024/3/5/", "2024-03-05"),
        ("https://a.example/news/2024-03-20-title", "2024-03-20"),
        ("https://a.example/news/2024_03_20.html", "2024-03-20"),
        ("https://a.example/20240320_x.html", "2024-03-20"),
        ("https://a.example/pdf/report_20240320.pdf", "2024-03-20"),
        ("https://a.example/topics/news20240320.html", "2024-03-20"),
        ("https://a.example/2024/03/20240321.html", "2024-03-21"),
        ("https://a.example/2024/03/", "2024-03"),
        ("https://a.example/2024/03/title", "2024-03"),
        ("https://a.example/202403/", "2024-03"),
        ("https://a.example/news/2024/", "2024"),
        ("https://a.example/news/2024.html", "2024"),
        ("https://a.example/news/2027/", "2027"),
        ("https://a.example/news/2028/", None),
        ("https://a.example/12345678/", None),
        ("https://a.example/20991231", None),
        ("https://a.example/20241345/", None),
        ("https://a.example/2024/13/", "2024"),
        ("https://a.example/19440612/", None),
        ("https://a.example/p/1202403201", None),
        ("https://a.example/v2024.03.20/", None),
        ("https://a.example/item-2024/", None),
        ("https://a.example/products/2048/", None),
        ("https://a.example/?p=20240320", None),
        ("https://2024.a.example/", None),
        ("https://a.example/", None),
        ("", None),
        ("https://[broken/2024/03/20/", None),
    ],
)
def test_reads_the_date_of_an_address(url: str, expected: str | None) -> None:
    found = from_url(url, today=TODAY)
    assert (_path_date(found) if found else None) == expected


def test_the_raw_words_of_an_address_are_verbatim() -> None:
    url = "https://a.example/news/2024/03/20/title/"
    found = from_url(url, today=TODAY)
    assert found is not None
    assert (found.raw, url[found.start : found.end], found.form) == ("2024/03/20", "2024/03/20", Form.URL)


@given(st.text(max_size=40) | st.text(alphabet="2024/03-年平成元度 .FY[？%", max_size=20))
@settings(max_examples=200, deadline=None)
def test_headings_and_addresses_never_raise(text: str) -> None:
    heading = year_heading(text)
    found = from_url("https://a.example/" + text, today=TODAY)
    assert heading is None or 1950 <= heading <= 2099
    assert found is None or found.on is not None
