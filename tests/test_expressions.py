"""Dates in a line of text: every form that is read, and every look-alike that is not."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.model import Precision
from crawler.reading.expressions import Expression, Form, expressions

TODAY = date(2026, 11, 24)
_ORDERS = {"": None, "day": True, "month": False}


def _rows() -> list[tuple[str, str, str]]:
    table = Path(__file__).parent / "data" / "date_forms.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="|", quoting=csv.QUOTE_NONE, escapechar=None, restkey="rest")
        return [_row(row) for row in rows]


def _row(row: dict[str, str]) -> tuple[str, str, str]:
    """Text, order and expectation; a text may hold the delimiter itself."""
    parts = [*row.values()]
    flat = [*parts[:3], *(parts[3] if len(parts) > 3 else [])]
    return "|".join(flat[:-2]).replace("\\n", "\n"), flat[-2], flat[-1]


def _written(found: Expression) -> str:
    """The expression as the table writes it: 2024-03-20, 2024-03, --12-10, FY2024, first/last."""
    if found.form is Form.FISCAL_YEAR:
        return f"FY{found.year}"
    parts = [f"{found.year}" if found.year else "-", f"{found.month:02}", f"{found.day:02}"]
    first = "-".join(parts[: {Precision.DAY: 3, Precision.MONTH: 2, Precision.YEAR: 1}[found.precision]])
    if not found.until_month:
        return first
    return f"{first}/{found.until or f'--{found.until_month:02}-{found.until_day:02}'}"


@pytest.mark.parametrize(("text", "order", "expected"), _rows())
def test_reads_every_form_and_no_look_alike(text: str, order: str, expected: str) -> None:
    found = expressions(text, today=TODAY, day_first=_ORDERS[order])
    assert " ".join(map(_written, found)) == expected


def _one(text: str, *, day_first: bool | None = None) -> Expression:
    (found,) = expressions(text, today=TODAY, day_first=day_first)
    return found


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("イベント２０１５年１２月１０日のご案内", "２０１５年１２月１０日"),
        ("2024年3月20日（水）10:00～12:00", "2024年3月20日（水）"),
        ("on 15th of June 2025, at noon", "15th of June 2025"),
        ("Wed., December 13, open day", "Wed., December 13"),
        ("開催 4月26日～29日 東京", "4月26日～29日"),
        ("更新：2024-03-20T10:30:00+09:00", "2024-03-20"),
        ("センター 11/9(火) 定例会", "11/9(火)"),
        ("2024年 新年のご挨拶", "2024年"),
        ("𠮷野家2024.03.20", "2024.03.20"),
    ],
)
def test_raw_words_are_those_of_the_original_text(text: str, raw: str) -> None:
    found = _one(text)
    assert found.raw == raw
    assert text[found.start : found.end] == raw


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2024-03-20", Form.ISO),
        ("2024年3月20日", Form.KANJI),
        ("令和6年3月20日", Form.ERA),
        ("R6.3.20", Form.ERA_LETTER),
        ("2024/3/20", Form.SLASH),
        ("6/12/2026", Form.SLASH),
        ("2024.3.20", Form.DOT),
        ("18.05.2013", Form.DOT),
        ("18-05-2013", Form.DASH),
        ("20 March 2024", Form.MONTH_NAME),
        ("21.04.07", Form.TWO_DIGIT_YEAR),
        ("3月20日", Form.YEARLESS),
        ("March 20", Form.YEARLESS),
        ("2024年3月", Form.YEAR_MONTH),
        ("2024年", Form.YEAR),
        ("令和6年度", Form.FISCAL_YEAR),
        ("20240320", Form.COMPACT),
    ],
)
def test_names_the_form(text: str, form: Form) -> None:
    assert _one(text).form is form


@pytest.mark.parametrize(
    ("text", "weekday", "ok", "alternative"),
    [
        ("2024年3月20日（水）", 2, True, None),
        ("2024年3月20日（木）", 3, False, date(2025, 3, 20)),
        ("2015/09/01(土)", 5, False, date(2018, 9, 1)),
        ("2024年3月20日（祝・水）", 2, True, None),
        ("2024.3.20 [水曜日]", 2, True, None),
        ("2024.3.20 ㈬", 2, True, None),
        ("March 20, 2024 (Wed)", 2, True, None),
        ("Wednesday, March 20, 2024", 2, True, None),
        ("Mi, 20.03.2024", 2, True, None),
        ("So 20.03.2024", None, None, None),
        ("12月10日(火)", 1, None, None),
        ("2024年3月20日（東京）", None, None, None),
    ],
)
def test_reads_the_weekday_and_whether_it_fits(
    text: str, weekday: int | None, ok: bool | None, alternative: date | None
) -> None:
    found = _one(text)
    assert (found.weekday, found.weekday_ok, found.alternative) == (weekday, ok, alternative)


@pytest.mark.parametrize(
    ("text", "day_first", "on", "alternative", "confidence"),
    [
        ("6/12/2026", None, date(2026, 6, 12), date(2026, 12, 6), 0.5),
        ("6/12/2026", True, date(2026, 12, 6), date(2026, 6, 12), 0.9),
        ("6/12/2026", False, date(2026, 6, 12), date(2026, 12, 6), 0.9),
        ("6/13/2026", None, date(2026, 6, 13), None, 0.95),
        ("13/6/2026", None, date(2026, 6, 13), None, 0.95),
        ("13/6/2026", False, date(2026, 6, 13), None, 0.95),
        ("6/6/2026", None, date(2026, 6, 6), None, 0.95),
        ("6.12.2026", None, date(2026, 12, 6), date(2026, 6, 12), 0.9),
        ("6-12-2026", None, date(2026, 12, 6), date(2026, 6, 12), 0.6),
        ("6/12/2026 (Sun)", None, date(2026, 12, 6), date(2026, 6, 12), 0.65),
        ("21.04.07", None, date(2021, 4, 7), date(2007, 4, 21), 0.7),
        ("24年3月20日", None, date(2024, 3, 20), date(2012, 3, 20), 0.5),
    ],
)
def test_an_ambiguous_date_keeps_its_other_reading(
    text: str, day_first: bool | None, on: date, alternative: date | None, confidence: float
) -> None:
    found = _one(text, day_first=day_first)
    assert (found.on, found.alternative, found.confidence) == (on, alternative, confidence)


@pytest.mark.parametrize(
    "text", ["2024年3月20日", "2024/3/20", "2024-03-20", "令和6年3月20日", "March 20, 2024", "20.03.2024"]
)
def test_full_dates_that_can_be_read_in_one_way_are_sure(text: str) -> None:
    assert _one(text).confidence >= 0.95


@pytest.mark.parametrize(
    ("surer", "less_sure"),
    [
        ("2024年3月20日（水）", "2024年3月20日（木）"),
        ("平成31年4月30日", "平成31年5月1日"),
        ("平成31年4月", "平成31年5月"),
        ("令和元年5月1日", "令和元年4月30日"),
        ("昭和64年1月7日", "昭和64年1月8日"),
        ("2024年3月20日", "24年3月20日"),
        ("24.03.20", "24-03-20"),
        ("2024/03", "2024.3"),
        ("2024.3", "2024-03"),
        ("R6.4.1", "R6.4"),
        ("(R6.4)", "R6.4"),
        ("12月10日", "12月"),
        ("11/9(火)", "11/9"),
        ("11/29", "11.29"),
        ("12/10 お知らせ", "2/9 お知らせ"),
    ],
)
def test_is_surer_of_the_first_than_of_the_second(surer: str, less_sure: str) -> None:
    assert _one(surer).confidence > _one(less_sure).confidence


@pytest.mark.parametrize(
    ("text", "has_time"),
    [
        ("2024年3月20日（水）13:00～", True),
        ("2024年3月20日 9時37分", True),
        ("2024年3月20日 午後1時", True),
        ("2024-03-20T10:30:00Z", True),
        ("March 20, 2024 at 10:30", True),
        ("20. März 2024 um 10:30", True),
        ("2024/3/20 18:30", True),
        ("2024年3月20日", False),
        ("2024年3月20日 10名", False),
        ("2024/3/20 18 members", False),
    ],
)
def test_tells_whether_a_time_follows(text: str, has_time: bool) -> None:
    found = _one(text)
    assert found.has_time is has_time
    assert ":" not in found.raw


def test_a_month_and_a_year_stand_on_their_first_day() -> None:
    month, year = expressions("2024年3月から2023年", today=TODAY)
    assert (month.on, month.precision) == (date(2024, 3, 1), Precision.MONTH)
    assert (year.on, year.precision) == (date(2023, 1, 1), Precision.YEAR)


def test_a_fiscal_year_is_no_day() -> None:
    found = _one("令和6年度事業報告")
    assert (found.on, found.year, found.precision) == (None, 2024, Precision.YEAR)


def test_a_date_without_a_year_is_no_day_yet() -> None:
    found = _one("4月26日～29日")
    assert (found.on, found.until, found.month, found.day, found.until_day) == (None, None, 4, 26, 29)


@pytest.mark.parametrize(
    ("text", "count"), [("2036年12月31日", 1), ("2037年1月1日", 0), ("1950年1月1日", 1), ("1949年12月31日", 0)]
)
def test_years_out_of_bounds_are_not_believed(text: str, count: int) -> None:
    assert len(expressions(text, today=TODAY)) == count


_PIECES = st.sampled_from(
    [
        *(
            "2024",
            "20240320",
            "12",
            "3",
            "31",
            "99",
            "年",
            "月",
            "日",
            "度",
            "/",
            ".",
            "-",
            "～",
            " ",
            "\u3000",
            "(火)",
        ),
        *(
            "（水）",
            "令和",
            "平成",
            "元",
            "十二",
            "二〇二四",
            "R",
            "H28",
            "March",
            "mai",
            "de",
            "Mon,",
            "'",
            ":",
            "10:30",
        ),
        *("\n", "|", "・", "、", "お知らせ", "第", "２０２４", "３", "FY", "th", "um", "から", "²", "٣", "𠮷", "%"),
    ]
)


@given(
    st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map("".join)), st.sampled_from([None, True, False])
)
@settings(max_examples=400, deadline=None)
def test_any_text_gives_ordered_spans_of_it(text: str, day_first: bool | None) -> None:
    end = 0
    for found in expressions(text, today=TODAY, day_first=day_first):
        assert end <= found.start < found.end <= len(text)
        assert found.raw == text[found.start : found.end]
        assert 0 < found.confidence <= 1
        assert found.on is None or date(1950, 1, 1) <= found.on <= date(2036, 12, 31)
        assert found.until is None or found.on is None or found.until >= found.on
        end = found.end


@pytest.mark.parametrize(
    "piece", ["1", "12.", "1/", "2024", "2024年", "一", "a", "March ", "令和", "H28.", "3月", " ", "2024-03-20 ", "~1"]
)
def test_long_repetitive_text_is_read_in_linear_time(piece: str) -> None:
    # The bound of the test run would be met many times over by a pattern that is quadratic in such a text.
    found = expressions(piece * (200_000 // len(piece)), today=TODAY)
    assert all(one.end - one.start < 120 for one in found)
