"""News that could not be read, and sites that are longer than our time."""

from __future__ import annotations

from datetime import date

import pytest
from seen import (
    FORBIDDEN,
    LACKING,
    NEWS_URL,
    OK,
    READ,
    TIMEOUT,
    URL,
    fetched,
    page,
    seen,
    visit,
)

from crawler.frontier import Frontier, Known
from crawler.model import (
    Outcome,
    OutcomeKind,
    PageKind,
    PageReading,
    Role,
    Visit,
)
from crawler.policy import Budget
from pipelines.judging import unread
from spiders.outcome import kind_of


def tried(night: int, outcome: Outcome, role: Role = Role.NEWS) -> Visit:
    return visit(night, READ, page(), fetches=(fetched(URL, role=Role.HOME), fetched(NEWS_URL, outcome, role)))


def plain(night: int) -> Visit:
    return visit(night, READ, page(), fetches=(fetched(URL, role=Role.HOME),))


@pytest.mark.parametrize(
    ("visits", "unread"),
    [
        ([tried(0, OK)], False),
        ([tried(0, Outcome.NOT_MODIFIED)], False),
        ([tried(0, Outcome.NOT_A_PAGE)], False),
        *[([tried(0, outcome)], True) for outcome in (LACKING, TIMEOUT, FORBIDDEN, Outcome.BUDGET)],
        *[([tried(0, LACKING, role)], True) for role in (Role.ENGLISH_NEWS, Role.FEED, Role.ARCHIVE)],
        *[([tried(0, LACKING, role)], False) for role in (Role.ENGLISH, Role.POST, Role.OTHER, Role.SITEMAP)],
        # Read on one of the last three visits, its dates are known.
        ([tried(0, OK), tried(1, TIMEOUT), tried(2, TIMEOUT)], False),
        ([tried(0, OK), *(tried(n, TIMEOUT) for n in (1, 2, 3))], True),
        # Not asked for lately.
        ([tried(0, TIMEOUT), plain(1), plain(2)], True),
        ([tried(0, TIMEOUT), plain(1), plain(2), plain(3)], False),
        # A dead link stays dead: four days over three weeks.
        ([tried(n, LACKING) for n in (0, 7, 14, 21)], False),
        ([tried(n, LACKING) for n in (0, 7, 14, 20)], True),
        ([tried(n, LACKING) for n in (0, 7, 21)], True),
        ([tried(n, LACKING) for n in (0, 21, 21, 21)], True),
        ([tried(0, LACKING), tried(7, OK), *(tried(n, LACKING) for n in (14, 21, 28))], True),
        ([tried(n, LACKING if n % 2 else TIMEOUT) for n in (0, 7, 14, 21)], False),
        # Who refuses us says nothing, however long; but a feed only repeats the pages.
        ([tried(n, FORBIDDEN) for n in (0, 7, 14, 21)], True),
        ([tried(n, Outcome.ROBOTS_DISALLOW) for n in (0, 7, 14, 21)], True),
        ([tried(n, FORBIDDEN, Role.FEED) for n in (0, 7, 14, 21)], False),
        ([tried(n, Outcome.PROXY_FAILED, Role.FEED) for n in (0, 7, 14, 21)], True),
    ],
)
def test_news_are_unread_until_they_are_read_or_long_dead(visits: list[Visit], unread: bool) -> None:
    assert seen(*visits).unread_news == ((NEWS_URL,) if unread else ())


@pytest.mark.parametrize(
    ("role", "kind", "unread"),
    [
        (Role.NEWS, PageKind.CONTENT, False),
        (Role.NEWS, PageKind.SHELL, True),
        (Role.NEWS, PageKind.LOGIN, True),
        (Role.NEWS, PageKind.BOT_CHALLENGE, True),
        (Role.NEWS, PageKind.MAINTENANCE, True),
        (Role.NEWS, PageKind.EMPTY, False),
        (Role.HOME, PageKind.SHELL, True),
        (Role.HOME, PageKind.FRAMESET, False),
        (Role.OTHER, PageKind.SHELL, False),
    ],
)
def test_a_page_that_shows_nothing_without_its_scripts_is_unread_for_good(
    role: Role, kind: PageKind, unread: bool
) -> None:
    shown = PageReading(url=NEWS_URL, role=role, kind=kind)
    nights = [visit(n, READ, page(), shown, fetches=(fetched(NEWS_URL, role=role),)) for n in (0, 7, 14, 21)]
    assert bool(seen(*nights).unread_news) is unread


def test_what_a_refusal_may_mean_is_the_same_as_for_visits() -> None:
    failing = {OutcomeKind.TRANSIENT, OutcomeKind.SLOW, OutcomeKind.TERMINAL}
    assert {o for o in Outcome if kind_of(o) in failing} == unread.NOT_THERE
    assert {o for o in Outcome if kind_of(o) is OutcomeKind.OURS} == unread.OURS


def spent(**known: float) -> str:
    """Why a visit stops, in the words of the frontier."""
    word = Frontier(Budget(), date(2026, 11, 20)).next(Known(**known))  # type: ignore[arg-type]
    assert isinstance(word, str)
    return word


SECONDS, BYTES, PAGES = spent(elapsed_s=60.0), spent(n_bytes=2**24), spent(pages=12)


@pytest.mark.parametrize(
    ("stops", "cut"),
    [
        ([(0, SECONDS)], True),
        ([(0, BYTES)], True),
        ([(0, PAGES)], False),  # the end of every visit to a large site
        ([(0, "nothing more can change the answer")], False),
        ([(0, SECONDS), (1, PAGES), (2, SECONDS)], False),
        ([(0, PAGES), (1, SECONDS), (2, SECONDS), (3, SECONDS)], True),
        ([(0, SECONDS), (7, SECONDS), (14, SECONDS), (20, SECONDS)], True),
        ([(0, SECONDS), (7, SECONDS), (14, SECONDS), (21, SECONDS)], False),  # it always takes so long
    ],
)
def test_a_site_is_cut_short_when_time_or_bytes_ran_out_on_each_of_the_last_visits(
    stops: list[tuple[int, str]], cut: bool
) -> None:
    assert seen(*(visit(n, READ, page(), stopped=words) for n, words in stops)).cut_short is cut
