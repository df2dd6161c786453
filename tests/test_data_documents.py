"""JSON that a page's script loaded: which fields date an object, which documents say nothing, what is mended."""

from __future__ import annotations

import json
from datetime import date

import pytest

from crawler.model import DatedItem, DateKind, DateSource, Precision
from crawler.reading import structured

TODAY = date(2026, 11, 25)
HOME = "http://www.kita-mokuzai.example/"
DATA = "http://www.kita-mokuzai.example/data/news.json"


def read(document: object, url: str = DATA) -> tuple[DatedItem, ...]:
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    return structured.read_data(body, url, today=TODAY)


def test_an_object_with_a_date_becomes_a_post() -> None:
    assert read({"news": [{"date": "2024/3/20", "title": "製材所の見学会", "link": "/news/8/", "lang": "ja"}]}) == (
        DatedItem(
            url=DATA,
            on=date(2024, 3, 20),
            precision=Precision.DAY,
            kind=DateKind.POST,
            source=DateSource.DATA,
            raw="2024/3/20",
            title="製材所の見学会",
            link="http://www.kita-mokuzai.example/news/8/",
            language="ja",
            confidence=0.85,
        ),
    )


@pytest.mark.parametrize(
    ("record", "on", "kind"),
    [
        ({"date": "2024-03-20T10:00:00+09:00"}, "2024-03-20", "post"),
        ({"publishedAt": "2024-03-20T10:00:00.000Z"}, "2024-03-20", "post"),
        ({"published_at": "2024.03.20"}, "2024-03-20", "post"),
        ({"公開日": "2024年3月20日（水）"}, "2024-03-20", "post"),
        ({"日付": "令和6年3月20日"}, "2024-03-20", "post"),
        ({"pubDate": "Wed, 20 Mar 2024 10:00:00 +0900"}, "2024-03-20", "post"),
        ({"date": 20240320}, "2024-03-20", "post"),
        ({"date": "20240320"}, "2024-03-20", "post"),
        ({"timestamp": 1710892800}, "2024-03-20", "post"),
        ({"timestamp": 1710892800000}, "2024-03-20", "post"),
        ({"timestamp": 1710860400}, "2024-03-20", "post"),  # midnight in Japan, the day before in UTC
        ({"timestamp": 1710892800.5}, "2024-03-20", "post"),
        ({"date": "/Date(1710892800000)/"}, "2024-03-20", "post"),
        ({"published": {"$t": "2024-03-20T00:00:00"}}, "2024-03-20", "post"),
        ({"date": {"seconds": 1710892800}}, "2024-03-20", "post"),
        ({"year": 2024, "month": 3, "day": 20}, "2024-03-20", "post"),
        ({"年": "2024年", "月": "3月", "日": "20日"}, "2024-03-20", "post"),
        ({"year": "2024", "date": "3月20日"}, "2024-03-20", "post"),
        ({"created_at": "2024-03-20"}, "2024-03-20", "post"),
        ({"updated_at": "2024-03-20"}, "2024-03-20", "updated"),
        ({"更新日": "2024/03/20"}, "2024-03-20", "updated"),
        ({"updatedAt": "2025-01-01", "publishedAt": "2024-03-20"}, "2024-03-20", "post"),
        ({"created": "2024-03-20", "start": {"dateTime": "2027-02-01T10:00:00+09:00"}}, "2027-02-01", "event"),
        ({"start": "2027-02-01"}, "2027-02-01", "event"),
        ({"event_date": "2024-02-01"}, "2024-02-01", "event"),
        ({"開催日": "2027年2月1日"}, "2027-02-01", "event"),
        ({"date": "2026-11-25"}, "2026-11-25", "post"),
    ],
)
def test_fields_that_date_an_object(record: dict[str, object], on: str, kind: str) -> None:
    found = read([{"title": "製材所の見学会", **record}])
    assert [(i.on.isoformat(), i.kind.value) for i in found] == [(on, kind)]


@pytest.mark.parametrize(
    "record",
    [
        {"date": "2026-11-26"},
        {"date": "1994-12-31"},
        {"date": "0001-01-01T00:00:00Z"},
        {"date": 0},
        {"date": 2024},
        {"date": True},
        {"date": None},
        {"date": "3月20日"},
        {"date": "06/12/2020"},
        {"day": 20},
        {"price": 1710892800},
        {"id": "20240320"},
        {"validUntil": "2024-03-20"},
        {"start": "10:00"},
        {"date": "2024-03-20", "draft": True},
    ],
)
def test_fields_that_date_nothing(record: dict[str, object]) -> None:
    assert read([{"title": "製材所の見学会", **record}]) == ()


@pytest.mark.parametrize(
    ("record", "title"),
    [
        ({"title": {"rendered": "木 &#8211; 材"}}, "木 – 材"),
        ({"件名": "見学会", "name": "x"}, "見学会"),
        ({"name": {"ja": "見学会", "en": "Visit"}}, "見学会"),
        ({"内容": "<p>見学会を<br>開きました</p>"}, "見学会を開きました"),
        ({"img": "/a/b.png", "midashi": "見学会"}, "見学会"),
        ({"img": "photo.png", "href": "https://a.example/", "n": 5}, ""),
    ],
)
def test_the_words_beside_a_date(record: dict[str, object], title: str) -> None:
    (found,) = read([{"date": "2024-03-20", **record}])
    assert found.title == title
    assert found.kind is (DateKind.POST if title else DateKind.MACHINE)


@pytest.mark.parametrize(
    ("url", "document", "kind"),
    [
        (HOME + "news.json", [{"date": "2024-03-20", "title": "見学会"}], "post"),
        (HOME + "newsSample.json", [{"date": "2024-03-20", "title": "見学会"}], "machine"),
        (HOME + "news.json", [{"date": "2024-03-20", "title": "Lorem ipsum dolor"}], "machine"),
        (HOME + "sample/news.json", [{"date": "2024-03-20", "title": "見学会"}], "post"),
        ("http://weather.example/api/news", [{"date": "2024-03-20", "title": "見学会"}], "machine"),
        (HOME + "news.json", {"generatedAt": "2024-03-20", "title": "北木材"}, "machine"),
        (HOME + "news.json", {"version": "2", "date": "2024-03-20", "title": "北木材"}, "machine"),
        (HOME + "news.json", {"updated": "2024-03-20", "title": "北木材", "items": [{"a": 1}, {"a": 2}]}, "machine"),
        (HOME + "news/1.json", {"date": "2024-03-20", "title": "見学会", "tags": ["a"]}, "post"),
        (HOME + "events.json", [{"date": "2024-03-20", "title": "見学会"}], "event"),
        (HOME + "x.json", {"イベント": [{"日付": "2024-03-20", "title": "見学会"}]}, "event"),
        (HOME + "x.json", [{"slug": "a", "type": "page", "date": "2024-03-20", "title": "案内"}], "machine"),
        (HOME + "x.json", [{"slug": "a", "type": "post", "date": "2024-03-20", "title": "案内"}], "post"),
        (HOME + "cv.json", {"basics": {}, "awards": [{"date": "2024-03-20", "title": "受賞"}], "work": []}, "machine"),
    ],
)
def test_what_a_document_is_decides_what_its_dates_are(url: str, document: object, kind: str) -> None:
    assert [i.kind.value for i in read(document, url)] == [kind]


def test_the_lives_of_members_are_no_posts() -> None:
    assert read({"members": [{"title": "会長", "startDate": "2024-03-20"}]}) == ()


@pytest.mark.parametrize(
    ("stamps", "kind"),
    [
        (("2024-03-20",) * 3, "machine"),
        (("2024-03-20",) * 2, "post"),
        (("2024-03-20", "2024-03-20", "2024-03-21"), "post"),
    ],
)
def test_creation_stamps_of_one_day_are_those_of_an_import(stamps: tuple[str, ...], kind: str) -> None:
    found = read([{"created_at": s, "title": f"見学会の記録 {n}"} for n, s in enumerate(stamps)])
    assert {i.kind.value for i in found} == {kind}


def test_an_event_of_a_document_has_its_last_day() -> None:
    (one,) = read([{"start": "2027-02-01", "end": "2027-02-03", "title": "木材展"}])
    (other,) = read([{"会期": "2027年2月1日～3日", "title": "木材展"}])
    assert (one.until, other.until) == (date(2027, 2, 3), date(2027, 2, 3))


def test_rows_of_a_spreadsheet_are_objects() -> None:
    sheet = {"values": [["日付", "内容"], ["2024/3/20", "製材所の見学会"], ["", "なし"]]}
    assert [(i.on, i.title) for i in read(sheet)] == [(date(2024, 3, 20), "製材所の見学会")]
    answer = {
        "table": {
            "cols": [{"label": "日付"}, {"label": "内容"}],
            "rows": [{"c": [{"v": "Date(2024,2,20)"}, {"v": "製材所の見学会"}]}, {"c": [None, None]}],
        }
    }
    body = b"/*O_o*/\ngoogle.visualization.Query.setResponse(" + json.dumps(answer).encode() + b");"
    assert [(i.on, i.title) for i in read(body)] == [(date(2024, 3, 20), "製材所の見学会")]


NEWS = '[{"date":"2024-03-20","title":"製材所の見学会を開きました"}]'


@pytest.mark.parametrize(
    "body",
    [
        NEWS.encode(),
        b"\xef\xbb\xbf" + NEWS.encode(),
        f"callback({NEWS});".encode(),
        f"/**/ jQuery.cb_1({NEWS})".encode(),
        f"var news = {NEWS};".encode(),
        NEWS.encode("cp932"),
        NEWS.encode("euc-jp"),
        NEWS.encode("utf-16"),
        NEWS[:-1].encode() + b',{"date":"2024-04',
        ('{"items":' + NEWS[:-1]).encode(),
    ],
)
def test_json_in_odd_clothes_is_read(body: bytes) -> None:
    assert [(i.on, i.title) for i in read(body)] == [(date(2024, 3, 20), "製材所の見学会を開きました")]


def test_the_newest_of_very_many_are_kept() -> None:
    found = read([{"date": f"{2000 + n // 100}-01-01", "title": f"news no {n}"} for n in range(1000)])
    assert len(found) == 200
    assert {i.on.year for i in found} == {2008, 2009}


@pytest.mark.parametrize(
    ("body", "n"),
    [
        ("[" * 10_000 + "]" * 10_000, 0),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, 0),
        ('{"date":"2024-03-20","title":"news","a":' * 500 + "1" + "}" * 500, 1),
        ("[" + '{"date":"2024-03-20","title":"news"},' * 100_000 + "1]", 1),
        ("[" + f'{{"date":"{"2月3日 " * 12}","title":"news"}},' * 20_000 + "1]", 0),
        ('[{"date":' + "9" * 100_000 + ',"title":"news"}]', 0),
        ('[{"date":1e400,"title":"news"},{"date":NaN,"title":"news"},{"date":-Infinity,"title":"news"}]', 0),
        ('[{"date":"' + "1" * 100_000 + '","title":"news"}]', 0),
        ('[{"date":"2024-03-20","title":"\\ud800\\u0000news","url":"/\\udfff"}]', 1),
        ('[{"date":"2024-03-20\\ud800","title":"news"}]', 1),
        ('[{"date":"2024-03-20","title":"news","url":"javascript:alert(1)"}]', 1),
        ("[[]]", 0),
        ('[["日付"],1]', 0),
        ('{"cols":[1],"rows":[2]}', 0),
        ("\x00" * 10_000, 0),
        ("<html>[1]</html>", 0),
        ("null", 0),
        ("", 0),
    ],
)
@pytest.mark.timeout(30)  # a reading that is not linear takes minutes
def test_hostile_data_is_quick_and_harmless(body: str, n: int) -> None:
    found = read(body.encode())
    assert len(found) == n
    for each in found:
        (each.raw + each.title + each.link).encode()
        assert not each.link.startswith("javascript")
