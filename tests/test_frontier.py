"""Which page next: promise, fatigue, floors by what is known, and the budget."""

from datetime import date, timedelta

import pytest

from crawler.frontier import MAX_OF_A_FAMILY, Candidate, Frontier, Known
from crawler.model import Role
from crawler.policy import Budget

TODAY = date(2026, 11, 24)
HOST = "http://aoba.example"


def frontier(*candidates: Candidate, **budget: int) -> Frontier:
    made = Frontier(Budget(**budget), TODAY)
    made.add(candidates)
    return made


def page(path: str, promise: float, role: Role = Role.NEWS, depth: int = 1) -> Candidate:
    return Candidate(url=HOST + path, role=role, promise=promise, depth=depth)


def urls(made: Frontier, known: Known) -> list[str]:
    found = []
    while isinstance(step := made.next(known), Candidate):
        found.append(step.url.removeprefix(HOST))
    return found


def test_the_most_promising_page_comes_first_and_each_only_once() -> None:
    made = frontier(page("/b", 0.5), page("/a", 0.9), page("/a", 0.3))
    assert urls(made, Known()) == ["/a", "/b"]


def test_spellings_of_one_address_are_one_page() -> None:
    made = frontier(page("/", 0.9), Candidate(url="https://www.aoba.example/index.html", role=Role.HOME, promise=0.8))
    assert len(urls(made, Known())) == 1


def test_an_address_that_was_fetched_is_not_offered_again() -> None:
    made = frontier(page("/a", 0.9))
    made.take(HOST + "/b")
    made.add([page("/b", 0.9)])
    assert urls(made, Known()) == ["/a"]


@pytest.mark.parametrize(("depth", "offered"), [(3, True), (4, False)])
def test_pages_deeper_than_the_budget_are_left(depth: int, offered: bool) -> None:
    assert bool(urls(frontier(page("/a", 0.9, depth=depth)), Known())) is offered


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (Known(pages=12), "12 pages"),
        (Known(n_bytes=16 * 1024 * 1024), "bytes"),
        (Known(elapsed_s=60.0), "60 seconds"),
    ],
)
def test_a_spent_budget_ends_the_visit_and_says_which(known: Known, reason: str) -> None:
    step = frontier(page("/a", 0.9)).next(known)
    assert isinstance(step, str)
    assert reason in step


@pytest.mark.parametrize(
    ("latest", "promise", "worth"),
    [
        (None, 0.01, True),
        (TODAY - timedelta(days=184), 0.10, True),
        (TODAY - timedelta(days=183), 0.49, False),
        (TODAY - timedelta(days=183), 0.50, True),
        (TODAY, 0.84, False),
        (TODAY, 0.85, True),
    ],
)
def test_the_more_is_known_the_less_is_worth_a_request(latest: date | None, promise: float, worth: bool) -> None:
    step = frontier(page("/a", promise, Role.HOME)).next(Known(latest=latest))
    assert isinstance(step, Candidate) is worth
    if not worth:
        assert step == "nothing more can change the answer"


@pytest.mark.parametrize(
    ("known", "worth"),
    [
        (Known(latest=TODAY), True),
        (Known(latest=TODAY, english_page=True), True),
        (Known(latest=TODAY, english_page=True, english_latest=TODAY - timedelta(days=184)), True),
        (Known(latest=TODAY, english_page=True, english_latest=TODAY - timedelta(days=100)), False),
    ],
)
def test_english_pages_matter_until_a_fresh_english_item_is_known(known: Known, worth: bool) -> None:
    step = frontier(page("/en/", 0.5, Role.ENGLISH)).next(known)
    assert isinstance(step, Candidate) is worth


def test_each_page_of_a_kind_makes_the_next_one_promise_less() -> None:
    made = frontier(page("/post", 0.5, Role.POST), page("/other", 0.45, Role.OTHER))
    made.learned(Role.POST)
    assert urls(made, Known())[0] == "/other"


def test_nothing_waiting_is_told_apart_from_nothing_worth_it() -> None:
    assert frontier().next(Known()) == "every promising page was read"


def test_a_page_below_its_floor_does_not_hide_another_above_its_own() -> None:
    # A recent post is known, so a Japanese page of 0.49 is worth nothing; the English one of 0.30 still is.
    made = frontier(page("/old", 0.49, Role.OTHER), page("/en/news", 0.30, Role.ENGLISH_NEWS))
    step = made.next(Known(latest=TODAY - timedelta(days=10), english_page=True))
    assert isinstance(step, Candidate)
    assert step.url.endswith("/en/news")


def test_pages_that_differ_only_in_the_numbers_of_their_query_are_tried_a_few_times() -> None:
    months = [page(f"/calendar.php?year=2026&month={n}", 0.8) for n in range(1, 10)]
    made = frontier(*months, page("/report/", 0.3))
    assert len([u for u in urls(made, Known()) if u.startswith("/calendar")]) == MAX_OF_A_FAMILY


def test_numbered_pages_are_no_family() -> None:
    made = frontier(*(page(f"/news/{n}.html", 0.8) for n in range(9)))
    assert len(urls(made, Known())) == 9


def test_english_pages_are_read_as_long_as_nothing_recent_is_known() -> None:
    weak = page("/about/", 0.11, Role.ENGLISH)
    assert isinstance(frontier(weak).next(Known(english_page=True)), Candidate)
    assert not isinstance(frontier(weak).next(Known(english_page=True, latest=TODAY - timedelta(days=10))), Candidate)
