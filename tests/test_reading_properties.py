"""Whatever a page holds: reading it raises nothing, says the same twice, stays within its types, and grows with the page."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.everything import TODAY, read_all
from benchmarks.hostile import SHAPES
from crawler.model import DatedItem, DateKind, DateSource, Notice, PageLanguage
from crawler.reading.page import Page

FIRST = date(1990, 1, 1)
# Sources whose words a reader of the page sees. The others stand in attributes, addresses and scripts.
SHOWN = {DateSource.LIST_ITEM, DateSource.TABLE_ROW, DateSource.DEFINITION, DateSource.HEADING, DateSource.PARAGRAPH}
PIECES = (
    "2024年3月20日", "令和6年3月", "平成元年1月8日", "3/20(水)", "R6.4.1", "1.2.3", "12/3/24", "2026-11-20", "20261120", "1889年5月1日", "1950.1.1",
    "2099年12月31日", "最終更新日：2026年1月5日", "Posted on March 5, 2026", "締切 2026.5.1", "2026年5月1日～6月3日", "March", "５月６日", "二〇二四年五月",
    "当協議会は2026年3月31日をもって解散しました。", "The association was dissolved on 31 March 2026.", "移転しました", "お知らせ", "News", "English",
    "<ul>", "<li>", "</li>", "<table><tr><td>", "</td>", "<dl><dt>", "<dd>", "<h1>", "</h1>", "<p>", "<br>", "<pre>", "</pre>", "<div class='news'>",
    "<nav>", "<footer>", "<main>", "<article>", "</div>", "<select><option value='/en/'>", "<textarea>", "<!--", "-->", "<![CDATA[", "]]>",
    "<svg><text>", "</svg>", "<template>", "<noscript>", "<math>", "<style>p{display:none}</style>", "<p style='display:none'>", "<b><i>", "<font color=1>",
    "<a href='/news/1.html'>", "<a href='http://[::1'>", "<a href='/2024/03/20/'>", "<a href='javascript:x'>", "</a>", "<img alt='2024.1.1'>", "<iframe src='/a'>",
    "<time datetime='2026-03-01'>", "<time>", "</time>", "<time datetime='9999-99-99'>", "<meta property='article:published_time' content='2026-03-01T00:00:00Z'>",
    "<meta name=date content='0000-00-00'>", "<meta charset=shift_jis>", "<meta http-equiv=refresh content='0;url=/x'>", "<base href='//x'>", "<html lang=xx>",
    "<title>", "</title>", "<script>", "</script>", "<script type='application/ld+json'>", '{"@type":"Article","datePublished":"2026-03-01","headline":"a"}',
    '{"@type":"Event","startDate":"2099-01-01",', '[{"title":"お知らせです","date":"2026-01-01","url":"/a"}]', '{"@graph":[[[', "&#xD800;", "&#0;", "&amp;", "&nope;",
    "&#9999999999;", "\0", "\ud800", "\u202e", "\u2066", "\ufeff", "\u3000", "\u0301", "\x1b$B", "\r", "\t", "<?xml version='1.0'?>", "<rss><channel><item>",
    "<pubDate>Wed, 20 Mar 2026 00:00:00 GMT</pubDate>", "<urlset><url><loc>", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "9" * 400, "( ", "～", "http://a.example/b", "a@b.jp",
)  # fmt: skip
ENCODINGS = ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-32", "utf-7")
WELL = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def encoded(text: str, encoding: str) -> bytes:
    """The text in an encoding; what that cannot write, halves of characters too, as it comes."""
    errors = "surrogatepass" if encoding.startswith("utf-") and encoding != "utf-7" else "replace"
    return text.encode(encoding, errors)


def items_of(told: dict[str, object]) -> list[DatedItem]:
    """Every dated item that any reader gave."""
    found: list[DatedItem] = []
    for told_by in told.values():
        values = told_by if isinstance(told_by, tuple) else (told_by,)
        nested: Iterable[object] = chain.from_iterable(v if isinstance(v, tuple) else (v,) for v in values)
        found += [v for v in nested if isinstance(v, DatedItem)]
    return found


def squeezed(text: str) -> str:
    return " ".join(text.split())


def assert_sound(told: dict[str, object]) -> None:
    """Everything that was read lies within its type, and repeats the words of the page."""
    page = told["parse"]
    assert isinstance(page, Page)
    shown = squeezed(" ".join((page.title, *(line.text for line in page.lines))))
    shown.encode()  # no half of a character is left
    for item in items_of(told):
        assert 0.0 <= item.confidence <= 1.0, item
        assert item.raw, item
        assert len(item.raw) <= 120, item
        assert len(item.title) <= 160, item
        item.raw.encode()
        item.title.encode()
        if item.kind in {DateKind.POST, DateKind.REPORT}:
            assert item.on >= FIRST, item
            assert item.on <= TODAY or item.source in {DateSource.FEED, DateSource.DATA}, item
        if item.until is not None:
            assert item.until >= item.on, item
        if item.source in SHOWN and item.url == page.url:
            assert squeezed(item.raw) in shown, item
    language = told["language"]
    assert isinstance(language, PageLanguage)
    assert 0.0 <= language.confidence <= 1.0
    assert sum(s.share for s in language.shares) <= 1.001
    notices = told["notices"]
    assert isinstance(notices, tuple)
    for notice in notices:
        assert isinstance(notice, Notice)
        assert 0.0 <= notice.confidence <= 1.0
        assert squeezed(notice.quote)[:60] in shown


def assert_read_well(body: bytes, content_type: str = "") -> None:
    told = read_all(body, content_type)
    assert_sound(told)
    assert read_all(body, content_type) == told


@WELL
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(ENCODINGS), st.sampled_from(("", *ENCODINGS)))
def test_pieces_of_pages_in_any_order_and_encoding(pieces: list[str], written: str, claimed: str) -> None:
    content_type = f"text/html; charset={claimed}" if claimed else ""
    assert_read_well(encoded("".join(pieces), written), content_type)


@WELL
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=30)), max_size=30))
def test_pieces_of_pages_amid_any_text(pieces: list[str]) -> None:
    assert_read_well("".join(pieces).encode("utf-8", "surrogatepass"))


@WELL
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(ENCODINGS)), max_size=12), st.binary(max_size=60))
def test_pieces_in_several_encodings_on_one_page(pieces: list[tuple[str, str]], noise: bytes) -> None:
    assert_read_well(noise.join(encoded(text, encoding) for text, encoding in pieces))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_page_is_read_well(shape: str) -> None:
    assert_read_well(SHAPES[shape].page(4_000))


class Calls:
    """A count of the calls of functions, ours and those of libraries: the work of reading, without a clock."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, _frame: object, event: str, _argument: object) -> None:
        self.count += event in {"call", "c_call"}


def calls_over(body: bytes) -> int:
    counting = Calls()
    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        read_all(body)
    finally:
        sys.setprofile(before)
    return counting.count


@pytest.mark.parametrize("shape", SHAPES)
def test_ten_times_the_page_is_at_most_twelve_times_the_work(shape: str) -> None:
    shorter, longer = SHAPES[shape].page(1_000), SHAPES[shape].page(10_000)
    read_all(longer)  # what is remembered between pages is remembered for both
    few, many = calls_over(shorter), calls_over(longer)
    assert few > 100  # something was read
    assert many <= 12 * few, (few, many)
