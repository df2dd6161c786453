"""What is kept and why: each rule with both sides of its threshold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db.cleaning import Bearing, Hung, Shelved
from pipelines.retention import Fate, Known, cut, fate, is_worth_rewriting, of_pages, of_pictures, why_no_vacuum

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=181)
HOME, NEWS = "https://a.example/", "https://a.example/news/"
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("known", "keep_days", "expected"),
    [
        (Known(at=NOW - timedelta(days=180)), 180, Fate.YOUNG),
        (Known(at=NOW - timedelta(days=180) - SECOND), 180, Fate.AGED),
        (Known(at=NOW), 180, Fate.YOUNG),
        (Known(at=NOW + timedelta(days=1)), 180, Fate.YOUNG),  # the clock was set back
        (Known(at=OLD), 0, Fate.YOUNG),  # kept for ever
        (Known(at=NOW - timedelta(days=1), flagged=True), 180, Fate.YOUNG),
        (Known(at=OLD, flagged=True), 180, Fate.FLAGGED),
        (Known(at=OLD, answered=True), 180, Fate.ANSWERED),
        (Known(at=OLD, current=True), 180, Fate.CURRENT),
        (Known(at=OLD, first=True), 180, Fate.FIRST),
        (Known(at=OLD, last=True), 180, Fate.LAST),
        (Known(at=OLD, flagged=True, answered=True, current=True, first=True, last=True), 180, Fate.FLAGGED),
        (Known(at=OLD, answered=True, last=True), 180, Fate.ANSWERED),
    ],
)
def test_what_is_old_and_rests_on_nothing_goes(known: Known, keep_days: int, expected: Fate) -> None:
    found = fate(known, cut(NOW, keep_days))
    assert found is expected
    assert found.stays is (expected is not Fate.AGED)


# --- what is known of a page ---


def page(kept_id: int, night: int, url: str = HOME, *, void: bool = False, final: str = "") -> Shelved:
    return Shelved(kept_id=kept_id, visit_at=OLD + timedelta(days=night), void=void, urls=(url, final or url))


def bearing(night: int, *urls: str, **changes: bool) -> Bearing:
    base = Bearing(
        decided_at=OLD + timedelta(days=night), urls=urls, flagged=False, answered=False, current=False, whole=False
    )
    return replace(base, **changes)  # type: ignore[arg-type]


# Six nights of two pages: 1, 2 on the first night, 3, 4 on the second and so on.
NIGHTS = [page(2 * n + k, n, url) for n in range(6) for k, url in ((1, HOME), (2, NEWS))]


def of(known: Collection[tuple[Shelved, Known]], name: str) -> set[int]:
    return {p.kept_id for p, k in known if getattr(k, name)}


def test_the_first_and_the_last_visit_are_kept_whole() -> None:
    known = list(of_pages(NIGHTS, [], []))
    assert of(known, "first") == {1, 2}
    assert of(known, "last") == {11, 12}
    assert of(known, "flagged") | of(known, "answered") | of(known, "current") == set()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (bearing(3, NEWS), {4, 6, 8}),  # the copies of three visits, the verdict's among them
        (bearing(1, NEWS), {2, 4}),
        (bearing(3, NEWS, HOME), {3, 4, 5, 6, 7, 8}),
        (bearing(-1, NEWS), set()),  # decided before anything was saved
        (bearing(3, "https://other.example/"), set()),
        (bearing(3, ""), set()),
        (bearing(3), set()),
        (bearing(3, whole=True), {7, 8}),
        (bearing(3, NEWS, whole=True), {4, 6, 7, 8}),
        (bearing(9, whole=True), {11, 12}),  # it confirmed what was saved last
    ],
)
@pytest.mark.parametrize("name", ["flagged", "answered", "current"])
def test_a_page_is_kept_for_a_verdict_that_may_rest_on_it(word: Bearing, expected: set[int], name: str) -> None:
    counts = replace(word, **{name: True})  # type: ignore[arg-type]
    known = list(of_pages(NIGHTS, [word, counts], []))
    assert of(known, name) == expected
    assert all(of(known, other) == set() for other in {"flagged", "answered", "current"} - {name})


def test_an_address_counts_in_every_spelling_and_after_its_redirect() -> None:
    pages = [page(1, 0, "http://A.example:80"), page(2, 1, "https://a.example/old", final=HOME), page(3, 2), page(4, 3)]
    assert of(list(of_pages(pages, [bearing(3, HOME, flagged=True)], [])), "flagged") >= {2, 3, 4}


def test_both_forms_of_a_page_are_kept() -> None:
    pages = [page(1, 0), page(2, 0), page(3, 1, NEWS), page(4, 2, NEWS)]
    assert of(list(of_pages(pages, [bearing(0, HOME, current=True)], [])), "current") == {1, 2}


def test_a_void_visit_counts_for_no_verdict_and_is_no_first_visit() -> None:
    pages = [page(1, 0, void=True), page(2, 1), page(3, 2), page(4, 3, void=True), page(5, 4)]
    known = list(of_pages(pages, [bearing(3, HOME, flagged=True, whole=True)], []))
    assert of(known, "flagged") == {2, 3}
    assert of(known, "first") == {2}
    assert of(known, "last") == {5}


def test_the_newest_copy_of_what_the_last_visit_found_unchanged_is_kept() -> None:
    pages = [page(1, 0), page(2, 1, NEWS), page(3, 2, NEWS), page(4, 3), page(5, 4)]
    assert of(list(of_pages(pages, [], [NEWS])), "last") == {3, 5}
    assert of(list(of_pages(pages, [], ["https://a.example/never"])), "last") == {5}


def test_the_highest_number_stays_whatever_it_is() -> None:
    pages = [page(9, 0, void=True), page(1, 1), page(2, 2)]
    assert of(list(of_pages(pages, [], [])), "last") == {2, 9}


# --- pictures ---


def hung(picture_id: int, day: int, **changes: bool) -> Hung:
    base = Hung(picture_id=picture_id, at=OLD + timedelta(days=day), n_bytes=10, flagged=False, current=False)
    return replace(base, **changes)  # type: ignore[arg-type]


def test_of_the_pictures_the_first_the_last_and_those_of_flags_and_answers_are_kept() -> None:
    pictures = [hung(1, 0), hung(2, 10), hung(3, 20, flagged=True), hung(4, 30), hung(5, 40, current=True), hung(6, 50)]
    known = {p.picture_id: k for p, k in of_pictures(pictures, [OLD + timedelta(days=12)])}
    before = cut(NOW + timedelta(days=100), 180)
    assert {number: fate(k, before) for number, k in known.items()} == {
        1: Fate.FIRST,
        2: Fate.ANSWERED,
        3: Fate.FLAGGED,
        4: Fate.AGED,
        5: Fate.CURRENT,
        6: Fate.LAST,
    }


@pytest.mark.parametrize(("day", "seen"), [(9.99, set()), (10, {2}), (19.99, {2}), (20, {3})])
def test_a_person_saw_the_newest_picture_of_then(day: float, seen: set[int]) -> None:
    pictures = [hung(2, 10), hung(3, 20)]
    answered = [OLD + timedelta(days=day)]
    # Before the first picture there was none to be seen: the index of the last one must not be taken for it.
    assert {p.picture_id for p, k in of_pictures(pictures, answered) if k.answered} == seen


def test_without_pictures_nothing_is_known() -> None:
    assert list(of_pictures([], [NOW])) == []


# --- files ---

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("n_bytes", "going", "expected"),
    [
        (1000, 200, True),
        (1000, 199, False),
        (1000, 0, False),
        (0, 0, False),
        (1000 * MIB, 16 * MIB, True),
        (1000 * MIB, 16 * MIB - 1, False),
    ],
)
def test_a_file_is_written_anew_when_enough_of_it_goes(n_bytes: int, going: int, expected: bool) -> None:
    assert is_worth_rewriting(n_bytes, going) is expected


@pytest.mark.parametrize(
    ("size", "free", "disk", "word"),
    [
        (100, 26, 148, ""),  # twice the 74 that stay, and nothing beyond
        (100, 26, 147, "free disk"),
        (100, 25, 1000, "only"),
        (15, 4, 1000, ""),
        (15, 3.99, 1000, "only"),
        (100, 26, None, "unknown"),
    ],
)
def test_a_vacuum_is_made_when_it_is_worth_it_and_there_is_room(
    size: int, free: float, disk: int | None, word: str
) -> None:
    said = why_no_vacuum(
        n_bytes=size * MIB, free=int(free * MIB), disk_free=None if disk is None else disk * MIB, floor=0
    )
    assert word in said
    assert bool(said) is bool(word)


def test_a_vacuum_leaves_the_floor_of_free_disk() -> None:
    sizes = {"n_bytes": 100 * MIB, "free": 50 * MIB}
    assert why_no_vacuum(**sizes, disk_free=150 * MIB, floor=50 * MIB) == ""
    assert "free disk" in why_no_vacuum(**sizes, disk_free=150 * MIB, floor=50 * MIB + 1)
