"""Intervals, the error of calibration, and a calibration that leaves a site out."""

from __future__ import annotations

import pytest

from benchmarks.calibration import Answer, error, fitted, left_out, share, wilson


def answers(*told: tuple[str, float, bool]) -> list[Answer]:
    return [Answer(fold=fold, confidence=confidence, right=right) for fold, confidence, right in told]


@pytest.mark.parametrize(
    ("right", "n", "expected"),
    [
        (0, 0, (0.0, 1.0)),
        (10, 10, (0.7225, 1.0)),
        (0, 10, (0.0, 0.2775)),
        (95, 100, (0.8882, 0.9785)),  # 0.888 and 0.978 in Newcombe (1998)
    ],
)
def test_the_interval_of_wilson(right: int, n: int, expected: tuple[float, float]) -> None:
    assert wilson(right, n) == expected


def test_the_share_of_right_answers() -> None:
    assert share([]) == 0.0
    assert share(answers(("a", 0.9, True), ("a", 0.9, False), ("b", 0.9, True))) == 0.6667


def test_the_error_is_the_difference_in_each_bin_weighed_by_its_answers() -> None:
    told = answers(("a", 0.6, True), ("a", 0.6, False), ("b", 0.9, True), ("b", 0.9, True))
    assert error(told, (0.0, 0.8, 1.01)) == 0.1  # 0.1 over two, 0.1 over two
    assert error(told[:2], (0.0, 0.8, 1.01)) == 0.1
    assert error(told, (0.0, 1.01)) == 0.0  # 0.75 and 0.75
    assert error([], (0.0, 1.01)) == 0.0


def test_a_calibration_rises_and_pools_what_does_not() -> None:
    told = answers(
        ("a", 0.5, False), ("a", 0.6, True), ("b", 0.7, False), ("b", 0.8, True), ("c", 0.8, True), ("c", 0.9, True)
    )  # fmt: skip
    calibration = fitted(told)
    assert [calibration(c) for c in (0.1, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9, 1.0)] == [0, 0, 0.5, 0.5, 0.5, 1, 1, 1]


def test_without_answers_a_confidence_stays_what_it_is() -> None:
    assert fitted([])(0.4) == 0.4


def test_a_site_has_no_say_in_its_own_calibration() -> None:
    told = answers(("a", 0.9, True), ("a", 0.9, True), ("b", 0.9, False))
    assert sorted((a.fold, a.confidence) for a in left_out(told)) == [("a", 0.0), ("a", 0.0), ("b", 1.0)]
