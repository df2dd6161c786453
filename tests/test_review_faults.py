"""What is wrong with a row or a file is said in the reader's language: no sentence of the program is unknown."""

from __future__ import annotations

import ast
import inspect

import pytest
from starlette.datastructures import FormData

from db import cells, checking, importing, registry, sheets
from db.candidates import CandidateState
from db.history import COLUMNS, ChangeKind
from review import forms
from review import registry as pages
from review.faults import PATTERNS, Faults, pattern_of
from review.forms import Typed
from review.registry_words import CANDIDATE_STATES, CHANGES, COLUMN_LABELS, GROUPS
from review.texts import texts

MODULES = (cells, checking, registry, importing, sheets, forms, pages)
# Sentences that the pages never show: those about a file on this machine, and those of commands.
ELSEWHERE = ("is larger than", "there is no such file", "is a folder", "cannot be read", "rows were refused")


def said(node: ast.expr) -> list[str]:
    """A text of the source with what varies filled in, in each of its variations."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        parts = [v.value if isinstance(v, ast.Constant) else "7" for v in node.values]
        return ["".join(str(part) for part in parts)]
    if isinstance(node, ast.IfExp):
        return [*said(node.body), *said(node.orelse)]
    return []


def sentences() -> set[str]:
    found: set[str] = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in {"Fault", "refuse", "RefusedInput", "CellText"}:
                    skip = 1 if name == "CellText" else 0
                    found |= {text for argument in node.args[skip:] for text in said(argument)}
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"advice", "words"}:
                found |= set(said(node.value))
    return {text for text in found if text and not any(words in text for words in ELSEWHERE)}


def test_every_sentence_about_a_row_or_a_file_is_known() -> None:
    found = sentences()
    assert len(found) > 70
    # A file with its name before it, as commands say it; and two sentences of which more than a value varies.
    varied = {"7: 7", "Look the 7 up again, in degrees.", "7 7 of row 7 already"}
    assert {t for t in found if pattern_of(t) is None} == varied


def test_no_pattern_is_left_that_nothing_says() -> None:
    known = {pattern_of(text) for text in sentences()}
    put_together = {
        *(f"CSV in {{form}}, separated by {name}" for name in ("commas", "semicolons", "tabs")),
        "{text} is the id of row {row} already",
        "{text} differs only by capitals from the id {other} of row {row} already",
        "Look the latitude up again, in degrees.",
        "Look the longitude up again, in degrees.",
        "Open it in a spreadsheet program and save it as CSV UTF-8 or as Excel workbook (.xlsx).",
        "is a formula, and what it would show is not known",
        "shows an error ({text})",
    }
    assert set(PATTERNS) - known - put_together == set()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_sentence_stays_english_in_japanese(pattern: str) -> None:
    text = pattern
    for name in ("advice",):
        text = text.replace(f"{{{name}}}", "Write it like 35.681.")
    said_in_japanese = Faults(texts("ja")).say(text)
    assert said_in_japanese != text
    assert "Write" not in said_in_japanese


@pytest.mark.parametrize(
    ("text", "japanese"),
    [
        ("'a b' holds characters that an id may not have", "'a b' にはIDに使えない文字があります"),
        ("91 lies outside -90 to 90", "91 は -90 から 90 の範囲を外れています"),
        ("'a' is the id of row 2 already", "'a' はすでに2行目のIDです"),
        ("something that nobody knows", "something that nobody knows"),
    ],
)
def test_a_sentence_keeps_its_words_and_numbers(text: str, japanese: str) -> None:
    assert Faults(texts("ja")).say(text) == japanese
    assert Faults(texts("en")).say(text) == text


def test_every_column_change_and_state_has_a_name_and_every_column_a_place_in_the_form() -> None:
    assert set(COLUMN_LABELS) >= set(COLUMNS)
    assert sorted([*(c for _, columns in GROUPS for c in columns), "cluster_id"]) == sorted(COLUMNS)
    assert set(CHANGES) == set(ChangeKind)
    assert set(CANDIDATE_STATES) == set(CandidateState)


@pytest.mark.parametrize(("sent", "number"), [("7", 7), ("", 0), ("x", 0), ("-1", 0), ("٣", 0), ("1" * 12, 0)])
def test_the_number_of_a_candidate_is_a_number(sent: str, number: int) -> None:
    assert Typed.of(FormData([("candidate", sent)])).candidate_id == number
