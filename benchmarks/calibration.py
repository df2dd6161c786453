"""Whether confidences are what they say: intervals, the error of calibration, and a calibration fitted over folds. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt

_FOLDS = 10
_Z = 1.96  # of an interval that holds the true share in 95 of 100 samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One day that was given, and whether it is the right one."""

    fold: str  # the site it is of: answers of one site are alike, and are left out together
    confidence: float
    right: bool


def share(answers: Sequence[Answer]) -> float:
    """The share of right answers, 0 of none."""
    return round(sum(a.right for a in answers) / len(answers), 4) if answers else 0.0


def wilson(right: int, n: int) -> tuple[float, float]:
    """The interval of Wilson (1927) around a share of n; (0, 1) when nothing was counted."""
    if not n:
        return 0.0, 1.0
    p, z2 = right / n, _Z * _Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def error(answers: Sequence[Answer], bins: Sequence[float]) -> float:
    """The expected error of calibration: by how much mean confidence and share right differ, weighed by the bins."""
    if not answers:
        return 0.0
    total = 0.0
    for low, high in pairwise(bins):
        inside = [a for a in answers if low <= a.confidence < high]
        total += abs(sum(a.confidence for a in inside) - sum(a.right for a in inside))
    return round(total / len(answers), 4)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising step function from confidence to the share that was right (pool adjacent violators)."""

    starts: tuple[float, ...]  # confidences at which a step begins
    shares: tuple[float, ...]  # the share right on it

    def __call__(self, confidence: float) -> float:
        """What a confidence was worth; below the first step as much as on it."""
        return self.shares[max(0, bisect_right(self.starts, confidence) - 1)] if self.starts else confidence


def fitted(answers: Sequence[Answer]) -> Calibration:
    """The calibration that fits some answers best."""
    levels: dict[float, list[bool]] = defaultdict(list)
    for answer in answers:
        levels[answer.confidence].append(answer.right)
    blocks: list[tuple[float, int, int]] = []  # first confidence, right, n
    for level in sorted(levels):
        block = (level, sum(levels[level]), len(levels[level]))
        while blocks and blocks[-1][1] * block[2] >= block[1] * blocks[-1][2]:
            start, right, n = blocks.pop()
            block = (start, right + block[1], n + block[2])
        blocks.append(block)
    return Calibration(tuple(b[0] for b in blocks), tuple(b[1] / b[2] for b in blocks))


def left_out(answers: Sequence[Answer]) -> list[Answer]:
    """The answers with the confidence that a calibration gives them which was fitted on the sites of other folds.

    Several sites make a fold, so that none tells itself: with one answer a site and one site a fold, the mean
    of what is told equals the share that was right whatever the confidences are, and the error is 0 by arithmetic.
    """
    sites = sorted({a.fold for a in answers})
    fold_of = {site: number % _FOLDS for number, site in enumerate(sites)}
    found: list[Answer] = []
    for fold in range(min(_FOLDS, len(sites))):
        calibration = fitted([a for a in answers if fold_of[a.fold] != fold])
        found += [replace(a, confidence=calibration(a.confidence)) for a in answers if fold_of[a.fold] == fold]
    return found
