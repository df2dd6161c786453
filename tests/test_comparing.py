"""What changed between two texts: lines, words within lines, folds, and bounds."""

from __future__ import annotations

import pytest

from review.comparing import CONTEXT, MAX_LINE, MAX_LINES, Comparison, Effort, Kind, Row, compare


def told(result: Comparison) -> list[str]:
    """The rows as one text each: + and - before a line, [-old-]{+new+} within one, the number of folded lines."""
    return [_line(row) for row in result.rows]


def _line(row: Row) -> str:
    if row.kind is Kind.FOLDED:
        return f"... {row.folded}"
    marks = {Kind.SAME: "{}", Kind.ADDED: "{{+{}+}}", Kind.REMOVED: "[-{}-]"}
    words = "".join(marks[p.kind].format(p.text) for p in row.pieces)
    return {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~", Kind.SAME: " "}[row.kind] + words


@pytest.mark.parametrize(
    ("old", "new", "rows"),
    [
        ("", "", []),
        ("a", "", ["-[-a-]"]),
        ("", "a", ["+{+a+}"]),
        ("same", "same", [" same"]),
        ("one\ntwo", "one\ntwo", ["... 2"]),
        (
            "The council has 40 members.",
            "The council had 40 members.",
            ["~The council [-has-]{+had+} 40 members."],
        ),
        ("会員を募集しています", "会員を募集していました", ["~会員を募集していま[-す-]{+した+}"]),
        ("2014年3月1日 総会", "2014年3月1日 総会\n2014年4月1日 解散", [" 2014年3月1日 総会", "+{+2014年4月1日 解散+}"]),
        ("entirely different", "また別のこと", ["-[-entirely different-]", "+{+また別のこと+}"]),
        ("a\nb\nc", "c\na\nb", ["+{+c+}", " a", " b", "-[-c-]"]),
    ],
)
def test_what_changed(old: str, new: str, rows: list[str]) -> None:
    assert told(compare(old, new)) == rows


def test_a_changed_line_is_found_among_new_ones() -> None:
    result = compare("The fair opens on Monday.", "News\nMore news\nThe fair opens on Friday.")
    assert told(result) == ["+{+News+}", "+{+More news+}", "~The fair opens on [-Monday-]{+Friday+}."]
    assert (result.added, result.removed, result.cut) == (3, 1, False)


@pytest.mark.parametrize(("before", "rows"), [(CONTEXT, 0), (CONTEXT + 1, 0), (CONTEXT + 2, 1), (40, 1)])
def test_unchanged_lines_far_from_a_change_are_folded_but_never_one_alone(before: int, rows: int) -> None:
    lines = [f"line {n}" for n in range(before)]
    result = compare("\n".join([*lines, "old"]), "\n".join([*lines, "neu"]))
    assert sum(row.kind is Kind.FOLDED for row in result.rows) == rows
    assert sum(row.folded or row.kind is Kind.SAME for row in result.rows) == before


@pytest.mark.parametrize(("lines", "cut"), [(MAX_LINES, False), (MAX_LINES + 1, True)])
def test_too_many_lines_are_cut_off_and_that_is_said(lines: int, cut: bool) -> None:
    text = "\n".join(f"line {n}" for n in range(lines))
    result = compare(text, text + "\nend")
    assert result.cut is (lines + 1 > MAX_LINES)
    assert compare(text, text).cut is cut


@pytest.mark.parametrize(("length", "cut"), [(MAX_LINE, False), (MAX_LINE + 1, True)])
def test_a_long_line_is_cut_off_and_that_is_said(length: int, cut: bool) -> None:
    result = compare("x" * length, "y" * length)
    assert result.cut is cut
    assert {len(p.text) for row in result.rows for p in row.pieces} == {MAX_LINE}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n".join(["x", "y"] * 700), "\n".join(["y", "x", "z"] * 500)),
        ("\n".join("産業クラスター推進協議会は会員を募集" * 50 + str(n) for n in range(300)),
         "\n".join("産業クラスター推進委員会は会員を公募" * 50 + str(n) for n in range(300))),
        ("\n".join("a b " * 250 + str(n) for n in range(300)), "\n".join("b a " * 250 + str(n) for n in range(300))),
    ],
)  # fmt: skip
@pytest.mark.timeout(30)  # without bounds these take minutes
def test_what_would_take_minutes_is_shown_as_taken_out_and_put_in(old: str, new: str) -> None:
    result = compare(old, new)
    assert result.cut
    assert result.added > 0


def test_an_effort_is_shared_by_the_texts_that_are_shown_together() -> None:
    effort = Effort(pairs=40, word_pairs=500)
    old, new = "\n".join("abcdefg"), "\n".join("gfedcba")
    assert not compare(old, new, effort).cut
    assert compare(old, new, effort).cut


def test_hostile_letters_are_only_letters() -> None:
    result = compare("<script>\u202e\ud800x", "<script>\u202e\ud800y")
    assert (
        "".join(p.text for row in result.rows for p in row.pieces if p.kind is not Kind.ADDED)
        == "<script>\u202e\ud800x"
    )
