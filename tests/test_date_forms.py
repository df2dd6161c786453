"""The table of date forms: what of it is read right, and how answers are judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import forms
from benchmarks.forms import LOOK_ALIKES, Outcome

# What is known to be read otherwise, with the reason. A row that is read again leaves this list.
MISSES = {
    "letter, Taisho",  # T12.9.1 is the number of a part more often than a day of 1923
    "ligatures of day and month",  # one sign for a month and its word: none was seen on a website
}


def test_the_forms_are_read_and_the_look_alikes_are_not() -> None:
    judged = forms.measure(forms.rows(), {"ours": forms.readers()["ours"]})
    figures = forms.figures(judged, "ours")
    assert {one.row.form for one in judged if one.outcomes["ours"] is not Outcome.RIGHT} == MISSES
    assert figures["share"] >= 0.99
    assert figures["lookalikes_wrong"] == 0


def test_the_table_holds_enough_of_each() -> None:
    table = forms.rows()
    assert len(table) >= 220
    assert len({row.form for row in table}) == len(table), "each form has a name of its own"
    assert sum(row.group.startswith(LOOK_ALIKES) for row in table) >= 80
    assert all(() in row.expected for row in table if row.group.startswith(LOOK_ALIKES) if "law" not in row.form)


@pytest.mark.parametrize(
    ("answers", "expected", "exact", "judged"),
    [
        ((), ((),), True, Outcome.RIGHT),
        (("2024-05-12",), ((),), True, Outcome.WRONG),
        ((), (("2024-05-12",),), True, Outcome.SILENT),
        (("2024-05-12",), (("2024-05-12",),), True, Outcome.RIGHT),
        (("2024-05-13",), (("2024-05-12",),), True, Outcome.WRONG),
        (("2024-05",), (("2024-05-12",),), True, Outcome.WRONG),
        (("2024-05-12", "2024"), (("2024-05-12",),), True, Outcome.WRONG),
        (("2024-05-12",), (("2024-05-12", "2024-04-03"),), True, Outcome.WRONG),
        (("2024-05-12",), (("2024-05",), ("2024-05-12",)), True, Outcome.RIGHT),
        (("2024-05-12",), (("2024-05-12/2024-05-14",),), True, Outcome.WRONG),
        (("2024-05-14",), (("2024-05-12/2024-05-14",),), False, Outcome.RIGHT),
        (("2024-05-15",), (("2024-05-12/2024-05-14",),), False, Outcome.WRONG),
        (("2024-05-31",), (("2024-05",),), False, Outcome.RIGHT),
        (("2024-06-01",), (("2024-05",),), False, Outcome.WRONG),
        (("2024-12-31",), (("2014/2024",),), False, Outcome.RIGHT),
        (("2025-01-01",), (("2014/2024",),), False, Outcome.WRONG),
    ],
)
def test_an_answer_is_judged(
    answers: tuple[str, ...], expected: tuple[tuple[str, ...], ...], exact: bool, judged: Outcome
) -> None:
    assert forms.outcome(answers, expected, exact=exact) is judged


def test_the_command_writes_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert forms.main(["--json", str(tmp_path / "figures.json")]) == 0
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert {"ours", "htmldate", "dateparser", "forms"} == figures.keys()
    for reader in ("ours", "htmldate", "dateparser"):
        told = figures[reader]
        assert told["right"] + told["wrong"] + told["silent"] == figures["forms"]
        assert told.keys() >= {"share", "lookalikes_wrong"}
    assert figures["ours"]["share"] > max(figures["htmldate"]["share"], figures["dateparser"]["share"])
    assert "look-alikes: versions" in capsys.readouterr().out
