"""Feeds: which entries are posts, what is recovered of broken ones, and what hostile ones cannot do."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading import feeds
from crawler.reading.stamps import is_sample, language_code, written_day

URL = "http://www.kita-mokuzai.example/news/feed.xml"


def rss(
    *items: str,
    head: str = "<title>北木材クラスター</title><lastBuildDate>Wed, 25 Nov 2026 01:00:00 +0900</lastBuildDate>",
) -> bytes:
    inner = "".join(f"<item>{i}</item>" for i in items)
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{inner}</channel></rss>'.encode()


def atom(*entries: str, head: str = "<updated>2026-11-25T00:00:00Z</updated>") -> bytes:
    inner = "".join(f"<entry>{e}</entry>" for e in entries)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja-JP"><title>便り</title>{head}{inner}</feed>'.encode()
    )


def item(title: str = "製材所の見学会", stamp: str = "Wed, 20 Mar 2024 23:30:00 +0900", link: str = "/news/7/") -> str:
    return f"<title>{title}</title><link>{link}</link><pubDate>{stamp}</pubDate>"


def days(items: tuple[DatedItem, ...]) -> list[date]:
    return [i.on for i in items]


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b'<?xml version="1.0"?>\n<rss version="0.91">', "text/xml", True),
        (b"\xef\xbb\xbf\n\n<rss version='2.0'>", "application/octet-stream", True),
        ("<rss version='2.0'>".encode("utf-16"), "", True),
        (b'<?xml-stylesheet href="a.xsl"?><!-- a --><rss>', "text/html", True),
        (b'<!DOCTYPE rss PUBLIC "-//N//DTD" "http://dtd.example/rss.dtd"><rss>', "", True),
        (b'<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="x">', "text/xml", True),
        (b'<rdf:RDF xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:rdf="x">', "application/rdf+xml", False),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "text/html", True),
        (b"<feed>", "application/xml", False),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "application/json", True),
        (b'{"version": "1.1", "items": []}', "application/json", False),
        (b"<b>Warning</b>: deprecated<rss version='2.0'>", "application/rss+xml", True),
        (b"<html><body><rss version='2.0'>", "application/rss+xml", False),
        (b"<p>How to write <rss></p>", "text/html", False),
        (b"<rssfoo>", "text/xml", False),
        (b"<urlset>", "text/xml", False),
        (b"", "", False),
    ],
)
def test_a_feed_is_known_by_its_root(body: bytes, content_type: str, expected: bool) -> None:
    assert feeds.looks_like_feed(body, content_type) is expected


def test_an_entry_becomes_a_post_with_its_day_as_written() -> None:
    assert feeds.read_feed(rss(item(), head="<language>ja-jp</language>"), URL) == (
        DatedItem(
            url=URL,
            on=date(2024, 3, 20),
            precision=Precision.DAY,
            kind=DateKind.POST,
            source=DateSource.FEED,
            raw="Wed, 20 Mar 2024 23:30:00 +0900",
            title="製材所の見学会",
            link="http://www.kita-mokuzai.example/news/7/",
            language="ja",
            confidence=0.92,
        ),
    )


def test_the_build_date_of_the_feed_is_no_item() -> None:
    assert feeds.read_feed(rss(), URL) == ()
    assert feeds.read_feed(atom(), URL) == ()


def test_rss_1_dates_come_from_dublin_core() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>c</title><dc:date>2026-11-25</dc:date>
      <dc:language>en</dc:language></channel>
      <item rdf:about="x"><title>Autumn fair</title><link>http://a.example/1</link><dc:date>2019-10-02T09:00+09:00</dc:date>
      </item></rdf:RDF>"""
    (found,) = feeds.read_feed(body, URL)
    assert (found.on, found.title, found.link, found.language) == (
        date(2019, 10, 2),
        "Autumn fair",
        "http://a.example/1",
        "en",
    )


def test_a_json_feed_is_read() -> None:
    body = """{"version":"https://jsonfeed.org/version/1","language":"en","items":[
      {"id":"1","url":"/n/1","title":"Open day","date_published":"2025-06-01T08:00:00+09:00"},
      {"id":"2","url":"/n/2","title":"No date"}, 7]}"""
    (found,) = feeds.read_feed(body.encode(), URL)
    assert (found.on, found.link, found.language) == (date(2025, 6, 1), "http://www.kita-mokuzai.example/n/1", "en")


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        (("2024-03-20", "2024-02-01", "2023-05-05"), ["post", "post", "post"]),
        (("2024-03-20", "2024-03-20", "2024-03-20"), ["machine", "machine", "machine"]),
        (("2024-03-20", "2024-03-20", "2023-05-05"), ["machine", "machine", "post"]),
        (("2024-03-20", "2024-02-01"), ["post", "post"]),
        (("2024-03-20",), ["machine"]),
    ],
)
def test_update_stamps_count_only_when_they_differ(stamps: tuple[str, ...], expected: list[str]) -> None:
    body = atom(*(f"<title>便り {n}</title><updated>{s}T10:00:00Z</updated>" for n, s in enumerate(stamps)))
    assert [i.kind.value for i in feeds.read_feed(body, URL)] == expected


def test_publication_stands_before_the_update() -> None:
    body = atom("<title>a</title><updated>2026-01-01T00:00:00Z</updated><published>2020-01-01T00:00:00Z</published>")
    assert days(feeds.read_feed(body, URL)) == [date(2020, 1, 1)]


def test_the_source_and_media_of_an_entry_are_not_its_own_words() -> None:
    entry = (
        "<source><title>elsewhere</title><published>2026-01-01</published></source>"
        '<media:title xmlns:media="http://search.yahoo.com/mrss/">picture</media:title>'
        '<link rel="enclosure" href="/a.mp3"/><link href="/b/"/><title type="html">木&amp;lt;b&amp;gt;材&amp;lt;/b&amp;gt;</title>'
        "<published>2020-01-01T00:00:00Z</published>"
    )
    (found,) = feeds.read_feed(atom(entry), URL)
    assert (found.on, found.title, found.link) == (date(2020, 1, 1), "木材", "http://www.kita-mokuzai.example/b/")


@pytest.mark.parametrize(
    ("title", "sample"),
    [
        ("Hello world!", True),
        ("Hello World", True),
        ("Welcome to Jekyll!", True),
        ("サンプルページ", True),
        ("Sample post 2", True),
        ("テスト投稿", True),
        ("Lorem ipsum dolor", True),
        ("ここにタイトルが入ります", True),
        ("Hello world tour of our cluster begins", False),
        ("サンプル出荷を開始しました", False),
        ("テスト環境の公開について", False),
        ("Sample postcards of the region", False),
        ("", False),
    ],
)
def test_samples_of_a_theme_are_no_posts(title: str, sample: bool) -> None:
    assert is_sample(title) is sample
    kinds = [i.kind for i in feeds.read_feed(rss(item(title)), URL)]
    assert kinds == [DateKind.MACHINE if sample else DateKind.POST]


@pytest.mark.parametrize(
    ("channel", "title", "link", "kind"),
    [
        ("北木材 へのコメント", "見学会", "/1", DateKind.MACHINE),
        ("Comments on: Kita", "Kita", "/1", DateKind.MACHINE),
        ("Comments for Kita", "Kita", "/1", DateKind.MACHINE),
        ("北木材", "見学会 へのコメント", "/1", DateKind.MACHINE),
        ("北木材", "見学会", "/1#comment-9", DateKind.MACHINE),
        ("北木材", "報道へのコメントを発表しました", "/1", DateKind.POST),
        ("Kita commentary", "Comments on the budget", "/1", DateKind.POST),
    ],
)
def test_comments_are_no_posts(channel: str, title: str, link: str, kind: DateKind) -> None:
    (found,) = feeds.read_feed(rss(item(title, link=link), head=f"<title>{channel}</title>"), URL)
    assert found.kind is kind


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Wed, 20 Mar 2024 10:00:00 +0900", (date(2024, 3, 20), Precision.DAY)),
        ("20 Mar 24 10:00 JST", (date(2024, 3, 20), Precision.DAY)),
        ("Mi, 20 März 2024 10:00:00 +0100", (date(2024, 3, 20), Precision.DAY)),
        ("水, 20 3月 2024 10:00:00 +0900", (date(2024, 3, 20), Precision.DAY)),
        ("2024-03-20T23:59:59-05:00", (date(2024, 3, 20), Precision.DAY)),
        ("2024/3/5 8:00", (date(2024, 3, 5), Precision.DAY)),
        ("20240320T100000Z", (date(2024, 3, 20), Precision.DAY)),
        ("2024-03", (date(2024, 3, 1), Precision.MONTH)),
        ("2024", (date(2024, 1, 1), Precision.YEAR)),
        ("1995-01-01", (date(1995, 1, 1), Precision.DAY)),
        ("1994-12-31", None),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("2024-02-30", None),
        ("2024-13-01", None),
        ("31 Foo 2024", None),
        ("20242", None),
        ("", None),
    ],
)
def test_stamps_are_read_as_written(raw: str, expected: tuple[date, Precision] | None) -> None:
    assert written_day(raw) == expected


@pytest.mark.parametrize(
    ("declared", "title", "expected"),
    [
        ("ja-JP", "見学会", "ja"),
        ("en_US", "Open day", "en"),
        ("en-us", "見学会を開きました", ""),
        ("en", "見学会", ""),
        ("zh-tw", "見學會", "zh"),
        ("x-klingon", "a", ""),
        ("jpn", "a", ""),
        ("", "a", ""),
    ],
)
def test_a_declared_language_counts_unless_the_title_belies_it(declared: str, title: str, expected: str) -> None:
    assert language_code(declared, title) == expected


GOOD = item("一つ目", "Wed, 20 Mar 2024 10:00:00 +0900")


@pytest.mark.parametrize(
    ("body", "n"),
    [
        (b"\n \n" + rss(GOOD), 1),
        (b"\xef\xbb\xbf\r\n" + rss(GOOD), 1),
        (rss(GOOD).replace(b"UTF-8", b"Shift_JIS"), 1),
        (rss(GOOD).decode().encode("cp932"), 1),
        (rss(GOOD).decode().replace("UTF-8", "EUC-JP").encode("euc-jp"), 1),
        (rss(GOOD).decode().encode("utf-16"), 1),
        (rss(item("A&nbsp;fair &copy; 2024"), GOOD), 2),
        (rss(item("Wood & steel", link="/?a=1&b=2"), GOOD), 2),
        (rss(GOOD, "<description><br></description>" + GOOD), 2),
        (rss("<description><p></description>" + GOOD, GOOD, GOOD), 2),
        (rss(GOOD, "<dc:creator>x</dc:creator>" + GOOD), 2),
        (rss(GOOD, GOOD)[:-25], 2),
        (rss(GOOD, GOOD)[:-40], 1),
        (rss(GOOD, GOOD)[: -len(b"</item></channel></rss>") - 12], 1),
        (rss(GOOD).replace("目".encode(), b"\x00\x0b"), 1),
        (b"<b>Notice</b>: x in y.php<br />\n" + rss(GOOD), 1),
    ],
)
def test_what_can_be_recovered_of_a_broken_feed_is(body: bytes, n: int) -> None:
    found = feeds.read_feed(body, URL)
    assert days(found)[:n] == [date(2024, 3, 20)] * n
    assert len(found) >= n


def test_the_words_of_another_encoding_are_read() -> None:
    body = rss(item("製材所の見学会を開きました")).decode().encode("cp932")
    assert feeds.read_feed(body, URL)[0].title == "製材所の見学会を開きました"


def test_the_newest_of_very_many_entries_are_kept() -> None:
    body = rss(*(item(f"n {i}", f"{2000 + i // 100}-01-01") for i in range(1000)))
    found = feeds.read_feed(body, URL)
    assert len(found) == 200
    assert {i.on.year for i in found} == {2009, 2008}


BOMB = (
    "<!DOCTYPE r [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10))
    + "]><rss><channel><item><title>&a9;</title><pubDate>2024-03-20</pubDate></item></channel></rss>"
)
EXTERNAL = (
    "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss><channel><item><title>&x;</title>"
    "<pubDate>2024-03-20</pubDate></item></channel></rss>"
)
DEEP = "<a>" * 10_000 + "</a>" * 10_000


@pytest.mark.parametrize(
    ("body", "n"),
    [
        (BOMB, 0),
        (BOMB[:-9], 0),
        (EXTERNAL, 0),
        (EXTERNAL.replace("</item>", ""), 0),
        ("<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'>" + rss(GOOD).decode().partition("?>")[2], 1),
        (
            rss(
                GOOD, *(f"<title>n</title><pubDate>2024-01-{i % 28 + 1:02}</pubDate>" for i in range(100_000))
            ).decode(),
            200,
        ),
        (rss(GOOD + DEEP).decode(), 1),
        (rss(GOOD).decode() + "<a>" * 300_000, 1),
        ("<rss>" + "<a>x</a>" * 300_000, 0),
        (rss(item("&" * 100_000)).decode(), 1),
        (rss(item("<" * 100_000)).decode(), 0),
        (rss(item("<![CDATA[" * 10_000)).decode(), 0),
        (rss(item("&#0;&#xD800;&#x110000;")).decode(), 1),
        ("<rss " + " ".join(f"a{i}=''" for i in range(50_000)) + "/>", 0),
        ("\x00" * 100_000, 0),
        ('{"items":' + "[" * 100_000, 0),
        ('{"items":[{"title":"\\ud800","url":"/\\udfff","date_published":"2024-03-20"}]}', 1),
        ('{"items":{"a":1}}', 0),
        ("[]", 0),
        ("", 0),
    ],
)
@pytest.mark.timeout(30)  # a reading that is not linear takes minutes
def test_a_hostile_feed_is_quick_and_harmless(body: str, n: int) -> None:
    found = feeds.read_feed(body.encode(), URL)
    assert len(found) == n
    for each in found:
        each.title.encode()
        assert "localhost" not in each.title


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("Wed, 20 Mar 2024 14:59:59 +0000", "2024-03-20"),
        ("Wed, 20 Mar 2024 15:00:00 +0000", "2024-03-21"),
        ("Wed, 20 Mar 2024 23:30:00 GMT", "2024-03-21"),
        ("Wed, 20 Mar 2024 00:00:00 +0000", "2024-03-20"),
        ("Wed, 20 Mar 2024 23:30:00 +0900", "2024-03-20"),
    ],
)
def test_a_stamp_in_utc_is_told_on_the_calendar_of_the_organisation(stamp: str, day: str) -> None:
    body = f"<rss><channel><item><title>x</title><pubDate>{stamp}</pubDate></item></channel></rss>".encode()
    (item,) = feeds.read_feed(body, "http://a.example/feed", utc_offset_h=9)
    assert item.on.isoformat() == day
