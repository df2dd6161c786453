"""A command run within the test, and what it said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crawler.model import Cluster, Verdict
from db.store import Store

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"

Run = Callable[..., "Answer"]


class Answer:
    """What a command said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


def one_line(answer: Answer, code: int, words: str) -> None:
    """The answer is this exit code and one line on standard error with these words."""
    assert answer.code == code, answer.err
    assert words in answer.err
    assert answer.err.count("\n") == 1, answer.err
    assert answer.out == ""


def contents(path: Path) -> tuple[list[Cluster], dict[str, Verdict], dict[str, int]]:
    with Store.open(path) as store:
        return store.clusters(), store.latest_verdicts(), store.counts()
