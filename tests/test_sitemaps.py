"""Sitemaps: the pages and days they give, when those days say something, and what hostile ones cannot do."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from crawler.reading import sitemaps

TODAY = date(2026, 11, 25)
BOMB = (
    "<!DOCTYPE r [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10))
    + "]><rss><channel><item><title>&a9;</title><pubDate>2024-03-20</pubDate></item></channel></rss>"
)
EXTERNAL = (
    "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss><channel><item><title>&x;</title>"
    "<pubDate>2024-03-20</pubDate></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', True),
        (b"\n<sitemapindex>", True),
        (gzip.compress(b"<urlset>", mtime=0), True),
        (b"<rss>", False),
        (b"<html><body>urlset</body>", False),
    ],
)
def test_a_sitemap_is_known_by_its_root(body: bytes, expected: bool) -> None:
    assert sitemaps.looks_like_sitemap(body, "text/xml") is expected


def sitemap(*pages: tuple[str, str]) -> bytes:
    inner = "".join(f"<url><loc>{loc}</loc><lastmod>{mod}</lastmod></url>" for loc, mod in pages)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'.encode()


MAP_URL = "http://a.example/sitemap.xml"


def test_a_sitemap_gives_its_pages_with_their_days() -> None:
    body = sitemap(
        ("http://a.example/1", "2024-03-20T10:00:00+09:00"), ("/2", ""), ("javascript:alert(1)", "2024-01-01")
    )
    assert sitemaps.read_sitemap(body, MAP_URL) == (
        (("http://a.example/1", date(2024, 3, 20)), ("http://a.example/2", None)),
        (),
    )


def test_a_sitemap_index_gives_its_sitemaps() -> None:
    body = b"<sitemapindex><sitemap><loc>http://a.example/s1.xml</loc><lastmod>2024-01-01</lastmod></sitemap></sitemapindex>"
    assert sitemaps.read_sitemap(body, MAP_URL) == ((), ("http://a.example/s1.xml",))


def test_the_pictures_of_a_page_are_no_pages() -> None:
    body = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
        b"<url><image:image><image:loc>/a.jpg</image:loc></image:image><loc>/1</loc></url></urlset>"
    )
    assert sitemaps.read_sitemap(body, MAP_URL)[0] == (("http://a.example/1", None),)


def test_a_stored_compressed_sitemap_is_read_and_a_bomb_bounded() -> None:
    assert sitemaps.read_sitemap(gzip.compress(sitemap(("/1", ""))), MAP_URL)[0] == (("http://a.example/1", None),)
    assert sitemaps.read_sitemap(gzip.compress(b"<urlset>" + b" " * 60_000_000, mtime=0), MAP_URL) == ((), ())
    assert sitemaps.read_sitemap(b"\x1f\x8bnothing", MAP_URL) == ((), ())


@pytest.mark.parametrize(
    "body", [BOMB.replace("rss", "urlset"), EXTERNAL, "<urlset>" + "<url>" * 20_000, "<urlset><url><loc>"]
)
def test_a_hostile_sitemap_is_harmless(body: str) -> None:
    assert sitemaps.read_sitemap(body.encode(), MAP_URL)[0] == ()


def test_a_sitemap_is_read_to_its_bound() -> None:
    pages, _ = sitemaps.read_sitemap(sitemap(*((f"/{i}", "2024-01-01") for i in range(30_000))), MAP_URL)
    assert len(pages) == 5_000


def dated(*stamps: str) -> tuple[tuple[str, date | None], ...]:
    return tuple((f"/{n}", date.fromisoformat(s) if s else None) for n, s in enumerate(stamps))


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        (("2026-01-01", "2026-05-01", "2025-01-01", ""), ("/1", "/0", "/2")),
        (("2026-05-01", "2026-05-01", "2026-05-01"), ()),
        (("2026-05-03", "2026-05-02", "2026-05-01"), ()),
        (("2026-05-04", "2026-05-02", "2026-05-01"), ("/0", "/1", "/2")),
        (("2026-11-27", "2026-05-02", "2026-05-09"), ("/2", "/1")),
        (("2026-11-26", "2026-05-02"), ("/0", "/1")),
        (("", ""), ()),
        (("2026-05-01",), ()),
        ((*["2026-05-01"] * 11, "2024-01-01", "2023-01-01"), ("/11", "/12")),
        ((*["2026-05-01"] * 10, "2024-01-01", "2023-01-01"), ("/0", "/1", "/2", "/3", "/4")),
        ((), ()),
    ],
)
def test_fresh_pages_are_the_newest_unless_a_build_dated_them(
    stamps: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert sitemaps.fresh_pages(dated(*stamps), TODAY) == expected


def test_fresh_pages_are_pages_and_no_more_than_asked_for() -> None:
    pages = (("/a.pdf", date(2026, 5, 1)), ("/b", date(2026, 4, 1)), ("/c", date(2026, 3, 1)), ("/d", date(2026, 2, 1)))
    assert sitemaps.fresh_pages(pages, TODAY, limit=2) == ("/b", "/c")
