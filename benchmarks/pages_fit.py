"""Makes `crawler/reading/published_weights.py` from the half of a labelled set that may be looked at.

    python -m benchmarks.pages_fit DIR [--write]

A conditional logit: on each page the days that are named, and "none of them", compete; the weights of their traits are
those under which the true days are likeliest, held small by `RIDGE`. First the figures of a cross-validation over that
half are printed, then the weights. The other half, which `make bench-pages` reports, is not opened.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.pages import LOOKED_AT, Answer, Labelled, Score, read_set
from crawler.reading.page import parse
from crawler.reading.testimony import testimonies

RIDGE = 3.0  # 0.3 to 8 were tried in cross-validation; from 3 on the figures do not rise
_STEPS, _RATE = 400, 0.05  # of Adam; the sum is convex, and the weights no longer move then
_FOLDS = 6
# Traits that too few of the pages have: what they mean is known all the same. The others are made beside them.
BY_HAND = {"says today": -3.0, "changed, and another published": -2.0}
_TARGET = Path("crawler/reading/published_weights.py")

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contest:
    """The days of one page: a row of traits each, the last row is "none of them"."""

    days: tuple[date, ...]
    traits: _Floats  # (days + 1, traits + 1), zeros and ones
    right: int  # row of the true day
    truth: str


def contests(pages: Sequence[Labelled], today: date) -> tuple[list[str], list[Contest]]:
    """The names of all traits met, those set by hand first, and one contest a page."""
    said = [(page, testimonies(parse(page.body, page.url), today=today)) for page in pages]
    met = {trait for _, days in said for testimony in days.values() for trait in testimony.traits}
    names = [*BY_HAND, *sorted(met - BY_HAND.keys())]
    column = {name: n for n, name in enumerate(names)}
    made = []
    for page, days in said:
        ordered = sorted(days, key=lambda on: (days[on].rank, on))
        traits = np.zeros((len(ordered) + 1, len(names) + 1))
        for row, on in enumerate(ordered):
            traits[row, [column[trait] for trait in days[on].traits]] = 1
        traits[-1, -1] = 1
        right = next((row for row, on in enumerate(ordered) if on.isoformat() == page.date), len(ordered))
        made.append(Contest(tuple(ordered), traits, right, page.date))
    return names, made


def fitted(given: Sequence[Contest], width: int) -> _Floats:
    """The weights under which the true days are likeliest."""
    weights, mean, spread = np.zeros(width), np.zeros(width), np.zeros(width)
    weights[: len(BY_HAND)] = list(BY_HAND.values())
    for step in range(1, _STEPS + 1):
        slope = RIDGE * weights
        for contest in given:
            probability = _probabilities(contest, weights)
            probability[contest.right] -= 1
            slope = slope + contest.traits.T @ probability
        slope[: len(BY_HAND)] = 0
        mean, spread = 0.9 * mean + 0.1 * slope, 0.99 * spread + 0.01 * slope**2
        weights = weights - _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return weights


def _probabilities(contest: Contest, weights: _Floats) -> _Floats:
    scores = contest.traits @ weights
    likely = np.exp(scores - scores.max())
    shares: _Floats = likely / likely.sum()
    return shares


def _answer(contest: Contest, weights: _Floats) -> Answer:
    if not contest.days:
        return Answer(day="", confidence=0.0, seconds=0.0)
    probability = _probabilities(contest, weights)[:-1]
    row = int(probability.argmax())
    return Answer(day=contest.days[row].isoformat(), confidence=float(probability[row]), seconds=0.0)


def cross_validated(given: Sequence[Contest], width: int) -> Score:
    """What the weights come to on pages that they were not made from."""
    fold = np.random.default_rng(1).integers(0, _FOLDS, len(given))
    score = Score()
    for left_out in range(_FOLDS):
        weights = fitted([c for c, f in zip(given, fold, strict=True) if f != left_out], width)
        for contest in (c for c, f in zip(given, fold, strict=True) if f == left_out):
            score.add(_answer(contest, weights), contest.truth)
    return score


def written(names: Sequence[str], weights: _Floats) -> str:
    """The weights as a module; what weighs less than a hundredth is left out."""
    told = sorted(zip(names, weights[:-1], strict=True), key=lambda pair: (-pair[1], pair[0]))
    rows = "".join(f'    "{name}": {weight:.2f},\n' for name, weight in told if abs(weight) >= 0.01)
    return f'''"""How much each trait of a day speaks for it. Made by `python -m benchmarks.pages_fit`; do not edit by hand.

A unit multiplies the odds by 2.7. What a number means is told where its trait is found: `testimony`.
"""

from __future__ import annotations

from collections.abc import Mapping

NONE = {weights[-1]:.2f}  # that the page was published on none of the days that it names
WEIGHTS: Mapping[str, float] = {{
{rows}}}
'''


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages_fit", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="the labelled set")
    parser.add_argument("--write", action="store_true", help=f"put the weights into {_TARGET}")
    options = parser.parse_args(arguments)
    try:
        pages = [page for page in read_set(options.folder) if page.half == LOOKED_AT]
    except (OSError, ValueError) as error:
        print(f"pages_fit: {error}", file=sys.stderr)
        return 2
    names, given = contests(pages, datetime.now(tz=UTC).date())
    found = cross_validated(given, len(names) + 1).figures()
    print(
        f"{len(given)} pages, {_FOLDS} folds: " + ", ".join(f"{k} {v:.3f}" for k, v in found.items() if "ms" not in k)
    )
    module = written(names, fitted(given, len(names) + 1))
    print(module)
    if options.write:
        _TARGET.write_text(module, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
