"""Quoted words are found again whatever their width and white space, with the sentence around them."""

from __future__ import annotations

import pytest

from review.quoting import AROUND, Context, Searched, context, marked


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("協議会は解散しました。", "解散しました", ("協議会は", "解散しました", "。")),
        ("前の文。協議会は解散しました。感謝します。", "解散しました。", ("協議会は", "解散しました。", "")),
        ("前の文。協議会は解散しました。感謝します。", "協議会は解散しました。", ("前の文。", "協議会は解散しました。", "感謝します。")),
        ("見出し\n解散しました。\n次", "解散しました。", ("", "解散しました。", "")),
        ("平成２６年３月 に解散", "平成26年3月に", ("", "平成２６年３月 に", "解散")),
        ("closed\nin March", "closed in March", ("", "closed\nin March", "")),
        ("It was 3.5 years. The project is closed now. Thanks.", "is closed", ("The project ", "is closed", " now.")),
        ("The U.S. office is closed.", "closed", ("The U.S. office is ", "closed", ".")),
        ("first words… and", "first words…", ("", "first words", "… and")),
        ("nothing here", "解散", None),
        ("anything", "", None),
        ("anything", "…", None),
        ("", "x", None),
    ],
)  # fmt: skip
def test_words_are_found_with_what_stands_around_them(
    text: str, words: str, found: tuple[str, str, str] | None
) -> None:
    assert context(text, words) == (Context(*found) if found else None)


def test_a_sentence_without_end_is_cut_on_both_sides() -> None:
    found = context("あ" * 1000 + "解散" + "い" * 1000, "解散")
    assert found == Context("…" + "あ" * AROUND, "解散", "い" * AROUND + "…")


def test_every_place_is_marked_and_the_first_of_each_can_be_led_to() -> None:
    parts = marked("解散 しま す。解散 します。終", ["解散します", "終"])
    assert [(p.text, p.number, p.first) for p in parts] == [
        ("解散 しま す", 1, True), ("。", 0, False), ("解散 します", 1, False), ("。", 0, False), ("終", 2, True),
    ]  # fmt: skip


def test_words_that_stand_as_they_are_are_not_looked_for_in_other_forms() -> None:
    assert Searched("解散 します。解散します。").places("解散します", 5) == [(7, 12)]


def test_of_places_that_overlap_the_longer_one_is_marked() -> None:
    parts = marked("abcdef", ["bc", "bcde", "ef"])
    assert [(p.text, p.number) for p in parts] == [("a", 0), ("bcde", 2), ("f", 0)]


@pytest.mark.parametrize("text", ["", "no quotation here", "\ufdfa\u3300㍿", "<b>&amp;</b>"])
def test_marking_loses_no_letter(text: str) -> None:
    assert "".join(p.text for p in marked(text, ["here", "株式会社", "b>"])) == text


def test_a_letter_that_stands_for_several_is_found_whole() -> None:
    assert Searched("前㍿後").places("株式会社") == [(1, 2)]


@pytest.mark.timeout(20)
def test_a_hostile_text_costs_no_more_than_a_long_one() -> None:
    text = "a" * 1_000_000
    assert context(text, "a" * 299 + "b") is None
    assert len(marked(text, ["a", "aa", "aaa" * 100], limit=20)) <= 2 * 3 * 20 + 1
