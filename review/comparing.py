"""The text of a page before and after, line by line and word by word. Pure, and bounded: `difflib` is quadratic.

What is too long to be compared in reasonable time is cut off, or shown as taken away and put in as a whole; the result
says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MAX_LINES = 1_500  # of either text
MAX_LINE = 1_000  # characters of one line
MAX_PAIRS = 60_000  # pairs of equal lines that may be looked at; blank or repeated lines make many
MAX_WORD_PAIRS = 60_000  # the same for the words of changed lines; measured: 0.6 s at the worst
CONTEXT = 2  # unchanged lines shown before and after a change
_ALIKE = 0.45  # share of equal words from which two lines are one line that was changed
_WINDOW = 4  # lines further on in which the other form of a line is looked for
# A Latin word, a number, a run of white space; of scripts without spaces each character by itself.
_TOKEN = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]+|\s+|.", re.DOTALL)


class Change(StrEnum):
    """What became of a page between two visits."""

    CHANGED = "changed"
    NUMBERS = "numbers"  # only numbers differ, such as a counter: for the verdict that is no change
    NEW = "new"
    GONE = "gone"  # asked for on the later visit, and not there
    UNASKED = "unasked"  # not asked for on the later visit, which says nothing about it
    UNREAD = "unread"  # it cannot be compared: too large, too many, or its file is damaged
    SAME = "same"


class Kind(StrEnum):
    """What became of a line, or of a piece of one."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"  # of a line: some of its pieces were added, some removed
    FOLDED = "folded"  # of several lines: all the same, and not shown


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison, or a fold over several."""

    kind: Kind
    pieces: tuple[Piece, ...] = ()
    folded: int = 0  # lines under the fold


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts compared."""

    rows: tuple[Row, ...]
    added: int = 0  # lines, changed ones counted in both
    removed: int = 0
    cut: bool = False  # something was too long to be compared


class _Budget:
    """How many pairs may still be looked at."""

    def __init__(self, pairs: int) -> None:
        self.left = pairs
        self.cut = False

    def allows(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """Whether two sequences may be compared; the pairs of equal elements are what `difflib` spends its time on."""
        counted = Counter(new)
        pairs = sum(n * counted[part] for part, n in Counter(old).items() if part in counted) + len(old) + len(new)
        if pairs > self.left:
            self.cut = True
            return False
        self.left -= pairs
        return True


class Effort:
    """What may be spent on comparing; one for all the pages that are shown together."""

    def __init__(self, pairs: int = MAX_PAIRS, word_pairs: int = MAX_WORD_PAIRS) -> None:
        self.lines = _Budget(pairs)
        self.words = _Budget(word_pairs)


def compare(old: str, new: str, effort: Effort | None = None) -> Comparison:
    """What changed between two texts of one line a block."""
    before, cut_before = _lines(old)
    after, cut_after = _lines(new)
    spent = effort or Effort()
    lines, words = spent.lines, spent.words
    lines.cut = words.cut = False
    rows: list[Row] = []
    for kind, there, here in _blocks(before, after, lines):
        rows += [_row(Kind.SAME, line) for line in there] if kind is Kind.SAME else _replaced(there, here, words)
    return Comparison(
        rows=tuple(_fold(rows)),
        added=sum(r.kind in {Kind.ADDED, Kind.CHANGED} for r in rows),
        removed=sum(r.kind in {Kind.REMOVED, Kind.CHANGED} for r in rows),
        cut=cut_before or cut_after or words.cut or lines.cut,
    )


def _lines(text: str) -> tuple[list[str], bool]:
    """The lines of a text within the bounds, and whether something was cut off."""
    lines = text.splitlines()
    cut = len(lines) > MAX_LINES or any(len(line) > MAX_LINE for line in lines[:MAX_LINES])
    return [line[:MAX_LINE] for line in lines[:MAX_LINES]], cut


Block = tuple[Kind, Sequence[str], Sequence[str]]


def _blocks(before: list[str], after: list[str], budget: _Budget) -> Iterator[Block]:
    """Runs of equal lines (SAME), and runs of lines in the place of others (CHANGED). Either may be empty."""
    shorter = min(len(before), len(after))
    head = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    tail = next((i for i in range(shorter - head) if before[-1 - i] != after[-1 - i]), shorter - head)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    yield Kind.SAME, before[:head], ()
    if budget.allows(old, new):
        for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            yield Kind.SAME if tag == "equal" else Kind.CHANGED, old[i:j], new[k:m]
    else:
        yield Kind.CHANGED, old, new
    yield Kind.SAME, before[len(before) - tail :], ()


def _replaced(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[Row]:
    """Lines in the place of others: those that are much alike as one changed line, the rest as removed or added."""
    at = 0
    for line in old:
        found = next(
            (
                (n, pieces)
                for n in range(at, min(at + _WINDOW, len(new)))
                if (pieces := _pieces(line, new[n], budget)) is not None
            ),
            None,
        )
        if found is None:
            yield _row(Kind.REMOVED, line)
            continue
        yield from (_row(Kind.ADDED, other) for other in new[at : found[0]])
        yield Row(Kind.CHANGED, found[1])
        at = found[0] + 1
    yield from (_row(Kind.ADDED, line) for line in new[at:])


def _pieces(old: str, new: str, budget: _Budget) -> tuple[Piece, ...] | None:
    """The pieces of a changed line, None when the two have too little in common to be one."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if not budget.allows(before, after):
        return None
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
        return None
    pieces: list[Piece] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Kind.SAME, "".join(before[i:j])))
            continue
        pieces += [Piece(Kind.REMOVED, "".join(before[i:j]))] if i < j else []
        pieces += [Piece(Kind.ADDED, "".join(after[k:m]))] if k < m else []
    return tuple(pieces)


def _row(kind: Kind, line: str) -> Row:
    return Row(kind, (Piece(kind, line),))


def _fold(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows with what is unchanged and far from any change folded away; one line is never folded alone."""
    changed = [n for n, row in enumerate(rows) if row.kind is not Kind.SAME]
    shown = {n + d for n in changed for d in range(-CONTEXT, CONTEXT + 1)}
    hidden: list[Row] = []
    for n, row in enumerate(rows):
        if n not in shown:
            hidden.append(row)
            continue
        yield from _folded(hidden)
        hidden = []
        yield row
    yield from _folded(hidden)


def _folded(hidden: list[Row]) -> list[Row]:
    return hidden if len(hidden) < 2 else [Row(Kind.FOLDED, folded=len(hidden))]
