"""JSON-LD and meta elements: what each says of a date, what says nothing, and what hostile ones cannot do."""

from __future__ import annotations

import json
from datetime import date

import pytest

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading import structured
from crawler.reading.page import Page, parse

TODAY = date(2026, 11, 25)
URL = "http://www.kita-mokuzai.example/news/7/"
HOME = "http://www.kita-mokuzai.example/"


def page(*blocks: str, head: str = "", url: str = URL) -> Page:
    scripts = "".join(f'<script type="application/ld+json">{b}</script>' for b in blocks)
    return parse(
        f"<html><head><title>お知らせ</title>{head}{scripts}</head><body><p>本文</p></body></html>".encode(), url
    )


def brief(items: tuple[DatedItem, ...]) -> list[tuple[str, str, float]]:
    return [(i.on.isoformat(), i.kind.value, i.confidence) for i in items]


def read_ld(thing: object, url: str = URL) -> list[tuple[str, str, float]]:
    return brief(structured.read(page(json.dumps(thing), url=url), today=TODAY))


def test_an_article_is_a_post_with_its_title_and_link() -> None:
    block = {
        "@type": "NewsArticle",
        "headline": "Open &amp; free",
        "url": "/news/8/",
        "inLanguage": "en-GB",
        "datePublished": "2024-03-20T23:30:00+09:00",
    }
    assert structured.read(page(json.dumps(block)), today=TODAY) == (
        DatedItem(
            url=URL,
            on=date(2024, 3, 20),
            precision=Precision.DAY,
            kind=DateKind.POST,
            source=DateSource.JSON_LD,
            raw="2024-03-20T23:30:00+09:00",
            title="Open & free",
            link="http://www.kita-mokuzai.example/news/8/",
            language="en",
            confidence=0.9,
        ),
    )


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        ({"@type": "BlogPosting", "datePublished": "2024-03-20"}, [("2024-03-20", "post", 0.9)]),
        ({"@type": ["Thing", "TechArticle"], "datePublished": "2024-03-20"}, [("2024-03-20", "post", 0.9)]),
        ({"@type": "http://schema.org/Article", "datePublished": ["2024-03-20"]}, [("2024-03-20", "post", 0.9)]),
        (
            {"@type": "Article", "datePublished": "2024-03-20", "dateModified": "2025-01-01"},
            [("2024-03-20", "post", 0.9), ("2025-01-01", "updated", 0.7)],
        ),
        (
            {"@type": "Article", "datePublished": "2024-03-20T01:00", "dateModified": "2024-03-20T02:00"},
            [("2024-03-20", "post", 0.9)],
        ),
        ({"@type": "Article", "dateModified": "2025-01-01"}, [("2025-01-01", "updated", 0.7)]),
        (
            {"@type": "Article", "headline": "Hello world!", "datePublished": "2024-03-20"},
            [("2024-03-20", "machine", 0.9)],
        ),
        (
            {"@type": "WebPage", "datePublished": "2019-01-01", "dateModified": "2025-01-01"},
            [("2019-01-01", "machine", 0.4), ("2025-01-01", "updated", 0.4)],
        ),
        ({"@type": "CollectionPage", "dateModified": "2025-01-01"}, [("2025-01-01", "updated", 0.4)]),
        (
            {"@graph": [{"@type": "WebSite"}, {"@type": "Article", "datePublished": "2024-03-20"}]},
            [("2024-03-20", "post", 0.9)],
        ),
        (
            [{"@type": "Blog", "blogPost": [{"@type": "BlogPosting", "datePublished": "2024-03-20"}]}],
            [("2024-03-20", "post", 0.9)],
        ),
        (
            {"@type": "WebPage", "mainEntity": {"@type": "Article", "datePublished": "2024"}},
            [("2024-01-01", "post", 0.9)],
        ),
        ({"@type": "Article", "datePublished": "2026-11-25"}, [("2026-11-25", "post", 0.9)]),
        ({"@type": "Article", "datePublished": "2026-11-26"}, []),
        ({"@type": "Article", "datePublished": "1995-01-01"}, [("1995-01-01", "post", 0.9)]),
        ({"@type": "Article", "datePublished": "1994-12-31"}, []),
        ({"@type": "Article", "datePublished": "yesterday"}, []),
        ({"@type": "Article", "datePublished": 20240320}, []),
        ({"@type": "JobPosting", "datePublished": "2024-03-20"}, []),
        ({"@type": "Organization", "datePublished": "2024-03-20"}, []),
        ({"@type": "Article", "comment": {"@type": "Article", "datePublished": "2024-03-20"}}, []),
        ({"@type": "Product", "review": [{"@type": "Article", "datePublished": "2024-03-20"}]}, []),
        ({"datePublished": "2024-03-20"}, []),
        ({"@type": "Event", "startDate": "2027-02-01T10:00"}, [("2027-02-01", "event", 0.9)]),
        ({"@type": "BusinessEvent", "startDate": "2024-02-01"}, [("2024-02-01", "event", 0.9)]),
        ({"@type": "Event", "startDate": "2037-02-01"}, []),
        ({"@type": "Event", "endDate": "2027-02-01"}, []),
    ],
)
def test_json_ld(thing: object, expected: list[tuple[str, str, float]]) -> None:
    assert read_ld(thing) == expected


@pytest.mark.parametrize(
    ("end", "until"),
    [("2027-02-03", date(2027, 2, 3)), ("2027-02-01", None), ("2027-01-01", None), ("2027", None), (7, None)],
)
def test_an_event_lasts_until_its_later_end(end: object, until: date | None) -> None:
    block = json.dumps({"@type": "Event", "startDate": "2027-02-01", "endDate": end})
    assert [i.until for i in structured.read(page(block), today=TODAY)] == [until]


def test_a_home_page_that_calls_itself_an_article_is_a_page() -> None:
    own = {"@type": "Article", "datePublished": "2024-03-20"}
    assert read_ld(own, HOME) == [("2024-03-20", "machine", 0.4)]
    assert read_ld(own, HOME + "en/index.html") == [("2024-03-20", "machine", 0.4)]
    assert read_ld(own, HOME + "about/") == [("2024-03-20", "post", 0.9)]
    assert read_ld({**own, "url": "/news/1/"}, HOME) == [("2024-03-20", "post", 0.9)]


@pytest.mark.parametrize(
    "block",
    [
        '{"@type":"Article","datePublished":"2024-03-20",}',
        '{"@type":"Article","keywords":["a","b",],"datePublished":"2024-03-20"}',
        '<!-- {"@type":"Article","datePublished":"2024-03-20"} -->',
        '//<![CDATA[\n{"@type":"Article","datePublished":"2024-03-20"}\n//]]>',
        '{"@type":"Article","headline":"two\nlines","datePublished":"2024-03-20"};',
        "{&quot;@type&quot;:&quot;Article&quot;,&quot;datePublished&quot;:&quot;2024-03-20&quot;}",
    ],
)
def test_json_ld_as_templates_break_it_is_mended(block: str) -> None:
    assert brief(structured.read(page(block), today=TODAY)) == [("2024-03-20", "post", 0.9)]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '<meta property="article:published_time" content="2024-03-20T10:00:00+09:00">',
            [("2024-03-20", "post", 0.85)],
        ),
        ('<meta name="pubdate" content="20240320">', [("2024-03-20", "post", 0.85)]),
        ('<meta itemprop="datePublished" content="2024-03-20">', [("2024-03-20", "post", 0.85)]),
        ('<meta name="DC.date.issued" content="2024-03-20">', [("2024-03-20", "post", 0.85)]),
        ('<meta name="DC.date" content="2024-03">', [("2024-03-01", "post", 0.7)]),
        ('<meta name="date" content="2024-03-20">', [("2024-03-20", "post", 0.7)]),
        ('<meta property="article:modified_time" content="2024-03-20">', [("2024-03-20", "updated", 0.7)]),
        ('<meta property="og:updated_time" content="2024-03-20">', [("2024-03-20", "updated", 0.7)]),
        (
            '<meta name="date" content="2020-01-01"><meta property="article:published_time" content="2024-03-20">',
            [("2024-03-20", "post", 0.85)],
        ),
        ('<meta name="date" content="2026-11-26">', []),
        ('<meta name="date" content="0001-01-01">', []),
        ('<meta name="date" content="">', []),
        ('<meta name="revised" content="2024-03-20">', []),
        ('<meta name="description" content="2024-03-20">', []),
    ],
)
def test_meta_elements(head: str, expected: list[tuple[str, str, float]]) -> None:
    assert brief(structured.read(page(head=head), today=TODAY)) == expected


def test_a_meta_date_of_a_home_page_is_of_no_post() -> None:
    head = '<meta property="article:published_time" content="2024-03-20">'
    assert brief(structured.read(page(head=head, url=HOME), today=TODAY)) == [("2024-03-20", "machine", 0.4)]


def test_a_time_element_is_left_to_the_reader_of_lines() -> None:
    body = b'<p><time datetime="2024-03-20">20 March</time> fair</p>'
    assert structured.read(parse(body, URL), today=TODAY) == ()


@pytest.mark.parametrize(
    "block",
    [
        '{"datePublished":' * 10_000,
        '{"@type":"Article","datePublished":"2024-03-20","a":' * 10_000 + "1" + "}" * 10_000,
        '"datePublished"' + "," * 150_000,
        '"datePublished"' + ", " * 90_000,
        '{"datePublished":"' + "\\" * 100_000,
        '{"@type":{"datePublished":1},"datePublished":{"a":[]}}',
        '{"@type":"Article","datePublished":null,"url":[],"mainEntityOfPage":{"@id":7}}',
        '[{"@type":"Event","startDate":[],"endDate":{}}]',
        "",
    ],
)
@pytest.mark.timeout(30)  # a reading that is not linear takes minutes
def test_hostile_json_ld_is_quick_and_harmless(block: str) -> None:
    hostile = page(block)
    assert structured.read(hostile, today=TODAY) == ()


def test_json_ld_gives_a_bounded_number_of_items() -> None:
    things = [{"@type": "Article", "headline": f"n {n}", "datePublished": "2024-03-20"} for n in range(1500)]
    assert len(structured.read(page(json.dumps(things)), today=TODAY)) == 200


def test_half_a_character_in_json_ld_does_no_harm() -> None:
    block = '{"@type":"Article","headline":"\\ud800a","url":"/\\udfff","datePublished":"2024-03-20\\ud800"}'
    (found,) = structured.read(page(block), today=TODAY)
    assert (found.raw + found.title + found.link).encode()


def test_a_leap_day_has_a_horizon_too() -> None:
    block = json.dumps({"@type": "Event", "startDate": "2029-02-01"})
    assert len(structured.read(page(block), today=date(2028, 2, 29))) == 1
