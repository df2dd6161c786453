"""One decision over many questions, in a terminal."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from pages import answers

from cli.main import main
from crawler.answers import Decision


def command(
    database: Path, capsys: pytest.CaptureFixture[str], *words: str, typed: str | None = None
) -> tuple[int, str, str]:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return typed is not None

    before, sys.stdin = sys.stdin, Terminal(typed or "")
    try:
        code = main(["review", *words, "--db", str(database), "--by", "kato"])
    finally:
        sys.stdin = before
    found = capsys.readouterr()
    return code, found.out, found.err


def test_many_are_answered_in_a_terminal_after_a_look(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(database, capsys, "answer-all", "alive", "--dry-run")
    assert (code, "5 answers to write: alive." in out, "Nothing was written." in out) == (0, True, True)
    assert "Left out: fir: asks for an address; answer it by itself." in out
    miyagi = ("answer-all", "ceased", "--filter", "prefecture=Miyagi", "--search", "cluster", "--note", "rang them")
    assert "Nothing was written." in command(database, capsys, *miyagi, typed="n\n")[1]
    assert answers(database) == []
    code, out, _ = command(database, capsys, *miyagi, typed="y\n")
    assert (code, "Kept 4 answers: ceased." in out) == (0, True)
    assert answers(database) == [Decision.CEASED]
    code, out, _ = command(database, capsys, "answer-all", "static", "--question", "ceased", "--yes")
    assert (code, "Kept 1 answer: static." in out) == (0, True)
    assert command(database, capsys, "undo-all", "1")[1] == "Taken back: 4 answers.\n"
    assert answers(database) == [Decision.CEASED, Decision.UNDONE]
    code, _, err = command(database, capsys, "undo-all", "1")
    assert (code, "1: this was taken back already" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["moved"], "many questions at once take one of"),
        (["undone", "--yes"], "many questions at once take one of"),
        (["alive"], "--dry-run, then add --yes"),
        (["alive", "--filter", "town=Sendai"], "--filter: 'town' must be COLUMN=VALUE"),
        (["alive", "--filter", "prefecture"], "--filter: 'prefecture' must be COLUMN=VALUE"),
        (["alive", "--to", "boss", "--yes"], "--to"),
        (["snoozed", "--until", "2020-01-01", "--yes"], "needs a day to come"),
        (["assigned", "--to", "nobody", "--yes"], "--to"),
        (["noted", "--yes"], "--note"),
        (["alive", "--reason", "hunch", "--yes"], "--reason"),
    ],
)
def test_what_cannot_be_said_of_many_in_a_terminal(
    database: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    code, _, err = command(database, capsys, "answer-all", *words)
    assert (code, says in err) == (2, True)
    assert answers(database) == []
