"""The source of a page without what makes the parser slow, and with all of its words."""

from __future__ import annotations

import pytest

from crawler.reading.nesting import shallow
from crawler.reading.page import parse


def words(source: str) -> str:
    return parse(source.encode(), "http://a.example.jp/").text()


@pytest.mark.parametrize(
    "source",
    [
        "<p>a</p>" * 5_000,
        "<div>" * 3_000,
        "<select>" + "<option value=a>b" * 1_000 + "</select>",
        "<p " + "a=1 " * 999 + ">",
        "<font color=1>" + "<p>a</p>" * 10_000,
        "<font color=1>" * 440,
        "<b>a</b>" * 20_000,
        "<script>" + "a < b && c " * 5_000 + "</script><p>x</p>",  # words of a program are no attributes
        "<style>" + "a b " * 5_000,
        "a < b " * 5_000,
        "",
    ],
)
def test_what_people_write_stays_as_it_is(source: str) -> None:
    assert shallow(source) == source


def test_the_page_ends_where_elements_nest_too_deeply() -> None:
    assert shallow("<div>" * 3_001 + "x") == "<div>" * 3_000
    assert shallow("<div></div>" * 3_001 + "x").endswith("x")
    assert shallow("<center>" * 3_001) == "<center>" * 3_000


def test_options_beyond_all_measure_are_left_out_and_the_words_stay() -> None:
    source = "<p>before</p><select>" + "<option value='a'>b</option>" * 1_001 + "</select><p>after</p>"
    assert "option" not in shallow(source)
    assert words(source) == "before\nafter"


def test_formatting_that_the_parser_would_copy_is_left_out_and_the_words_stay() -> None:
    fonts = "".join(f"<font color={n}>" for n in range(200))
    source = f"<p>before {fonts}</p>" + "<p>x</p>" * 1_000 + "<p>after <b>all</b></p>"
    assert "<font" not in shallow(source)
    assert "<b>" not in shallow(source)
    assert words(source).splitlines() == ["before", *["x"] * 1_000, "after all"]


def test_formatting_within_itself_is_left_out() -> None:
    assert shallow("<font color=1>" * 500 + "x") == "x"


def test_attributes_beyond_all_measure_are_left_out_and_the_words_stay() -> None:
    source = (
        "<p title='2024' "
        + " ".join(f"a{n}='>'" for n in range(3))
        + "".join(f" b{n}=1" for n in range(3_000))
        + ">x</p>"
    )
    assert shallow(source).startswith("<p title='2024' a0='>'")
    assert "b995=1" in shallow(source)
    assert "b996=1" not in shallow(source)
    assert words(source) == "x"


def test_values_that_look_like_the_end_of_a_tag_hide_no_attributes() -> None:
    assert shallow("<p" + " a='>'" * 1_500 + ">x</p>") == "<p" + " a='>'" * 1_000 + ">x</p>"


def test_the_attributes_of_one_element_are_counted_not_those_of_a_page() -> None:
    source = ("<p " + "a=1 " * 400 + ">x</p>") * 20
    assert shallow(source) == source
