"""The part of a page that an element's classes name."""

import pytest

from crawler.reading.page import Region, parse
from crawler.reading.regions import region_of

CLASS_WORDS = [
    ("header", Region.HEADER),
    ("site-header", Region.HEADER),
    ("pcHeader", Region.HEADER),
    ("l-header__inner", Region.HEADER),
    ("footer_area02", Region.FOOTER),
    ("copyright", Region.FOOTER),
    ("gnav", Region.NAV),
    ("globalNavi", Region.NAV),
    ("navList01", Region.NAV),
    ("pagination", Region.NAV),
    ("page-nav", Region.NAV),
    ("breadcrumbs", Region.NAV),
    ("language", Region.NAV),
    ("sidebar-right", Region.ASIDE),
    ("side_menu", Region.ASIDE),
    ("Wide text sub-nav", Region.NAV),
    ("", Region.MAIN),
    ("headline", Region.MAIN),
    ("head-image", Region.MAIN),
    ("navy", Region.MAIN),
    ("inside", Region.MAIN),
    ("lang", Region.MAIN),
    ("menu-item", Region.MAIN),
    ("menu-item-12", Region.MAIN),
    ("menu-12", Region.NAV),
    ("menu_12-list-3", Region.NAV),
    ("__nav_1", Region.MAIN),
    ("nav_", Region.MAIN),
    ("nav" + "1" * 37, Region.NAV),
    ("nav" + "1" * 38, Region.MAIN),
]


@pytest.mark.parametrize(("words", "region"), CLASS_WORDS)
def test_a_class_word_names_the_region_only_when_all_its_parts_do(words: str, region: Region) -> None:
    assert region_of("div", words, "", Region.MAIN, landed=False) is region


def test_the_element_the_role_and_the_surroundings_come_before_the_class() -> None:
    assert region_of("footer", "header", "", Region.MAIN, landed=False) is Region.FOOTER
    assert region_of("div", "header", "navigation", Region.MAIN, landed=False) is Region.NAV
    assert region_of("div", "header", "", Region.FOOTER, landed=False) is Region.FOOTER
    assert region_of("main", "header", "", Region.ASIDE, landed=False) is Region.MAIN
    assert region_of("div", "header", "", Region.MAIN, landed=True) is Region.MAIN
    assert region_of("span", "header", "", Region.MAIN, landed=False) is Region.MAIN


HOSTILE = [
    "pc" * 24 + "x",
    "pc" * 18 + "x",
    "nav" + "1" * 5000 + "x",
    "nav" + "1" * 36 + "x",
    "navlist" * 5 + "x",
    "-" * 100_000,
]


@pytest.mark.parametrize("word", HOSTILE)
@pytest.mark.timeout(5)  # a reading that tries every way to take a word apart takes half a minute
def test_a_hostile_class_word_is_read_at_once(word: str) -> None:
    assert region_of("div", word, "", Region.MAIN, landed=False) is Region.MAIN


@pytest.mark.timeout(20)  # a second or two on a slow machine
def test_a_page_of_class_words_is_read_at_once() -> None:
    words = " ".join(f"pcpcpcpcpcpcpcpcpcpcpc{n}" for n in range(60_000))
    body = "".join(f'<div class="navnavnavnavnav{n}x">a</div>' for n in range(5_000))
    assert len(parse(f'<div class="{words}">{body}</div>'.encode(), "http://hakusan.example/").lines) == 5_000
