"""The day on which one page was published: every witness, their agreement, and what is no day."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from benchmarks import pages as bench
from crawler.model import DateSource
from crawler.reading.page import parse
from crawler.reading.published import published

TODAY = date(2026, 11, 24)
SURE = bench.CONFIDENT
PLAIN = "https://a.example/posts/first"
FILED = "https://a.example/2026/03/02/first"
META = '<meta property="article:published_time" content="{}">'
JSON_LD = (
    '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "x", "datePublished": "{}"}}</script>'
)


def read(body: str, url: str = PLAIN) -> tuple[str, str, float] | None:
    item = published(parse(body.encode(), url), today=TODAY)
    assert item is None or item.raw, "every day has the words it was read from"
    return (item.on.isoformat(), str(item.source), item.confidence) if item else None


def title_and(below: str, head: str = "") -> str:
    return f"<html><head><title>T</title>{head}</head><body><h1>A title of this post</h1><p>{below}</p></body></html>"


@pytest.mark.parametrize(
    ("body", "url", "on", "source"),
    [
        (title_and("A text without any day."), FILED, "2026-03-02", DateSource.URL_PATH),
        (title_and("Text", META.format("2026-03-02T09:00:00+09:00")), PLAIN, "2026-03-02", DateSource.META),
        (title_and("Text", JSON_LD.format("2026-03-02")), PLAIN, "2026-03-02", DateSource.JSON_LD),
        (title_and('<time datetime="2026-03-02">last spring</time>'), PLAIN, "2026-03-02", DateSource.TIME_ELEMENT),
        (title_and("2 March 2026"), PLAIN, "2026-03-02", DateSource.HEADING),
        (title_and("2026年3月2日 掲載"), PLAIN, "2026-03-02", DateSource.HEADING),
        (title_and("令和8年3月2日"), PLAIN, "2026-03-02", DateSource.HEADING),
        (
            "<h1>T</h1>" + "<p>Words and words.</p>" * 20 + '<p class="post-date">2 March 2026</p>',
            PLAIN,
            "2026-03-02",
            DateSource.DEFINITION,
        ),
        (
            title_and("Text", '<script>var post = {"id": 7, "publishedAt": "2026-03-02T04:36:36Z"}</script>'),
            PLAIN,
            "2026-03-02",
            DateSource.DATA,
        ),
        (
            "<h1>T</h1>" + "<p>Words and words.</p>" * 20 + "<p>On 2 March 2026 we met.</p>",
            PLAIN,
            "2026-03-02",
            DateSource.PARAGRAPH,
        ),
    ],
)
def test_each_witness_is_heard(body: str, url: str, on: str, source: DateSource) -> None:
    found = read(body, url)
    assert found is not None
    assert found[:2] == (on, source)
    assert found[2] <= 0.99, "nothing that was read is certain"


@pytest.mark.parametrize(
    ("body", "url", "on"),
    [
        (title_and("2 March 2026", META.format("2026-03-02")), PLAIN, "2026-03-02"),
        (title_and("2 March 2026"), FILED, "2026-03-02"),
        (title_and("Text", JSON_LD.format("2026-03-02")), FILED, "2026-03-02"),
        (title_and('<time datetime="2026-03-02">2 March 2026</time>'), PLAIN, "2026-03-02"),
    ],
)
def test_two_witnesses_of_different_kinds_are_all_but_certain(body: str, url: str, on: str) -> None:
    found = read(body, url)
    assert found is not None
    assert (found[0], found[2] >= SURE) == (on, True)


@pytest.mark.parametrize(
    ("below", "declared", "on"),
    [
        ("3 March 2026", "2026-03-02T22:30:00Z", "2026-03-03"),  # declared in UTC, written where it is tomorrow
        ("1 March 2026", "2026-03-02T01:30:00Z", "2026-03-01"),
        ("4 March 2026", "2026-03-02T22:30:00Z", "2026-03-04"),  # alone on its line, whatever the software stamped
        ("In brief. Last year's post was of 4 March 2025.", "2026-03-02T22:30:00Z", "2026-03-02"),
    ],
)
def test_the_writers_own_day_counts_where_it_is_the_one_beside(below: str, declared: str, on: str) -> None:
    found = read(title_and(below, META.format(declared)))
    assert found is not None
    assert found[0] == on


WEAK = "<h1>T</h1>" + "<p>Words and words.</p>" * 20 + "<p>On 2 March 2026 we met.</p>"
WITH_COMMENTS = (
    "<h1>A title of this post</h1><p>2 March 2026</p><p>Text</p>"
    '<ol class="comment-list"><li>A. wrote on 9 March 2026</li><li>B. wrote on 11 April 2026</li></ol>'
)


@pytest.mark.parametrize(
    ("body", "url", "is_sure"),
    [
        (title_and("2 March 2026", META.format("2026-03-02")), FILED, True),
        (title_and("2 March 2026"), PLAIN, True),
        (title_and("Text", META.format("2026-03-02")), FILED, True),
        (WEAK, PLAIN, False),
        (title_and("In brief. Last year's post was of 4 March 2025.", META.format("2026-03-02")), PLAIN, False),
        (title_and("Text", '<meta name="last-modified" content="2026-03-02">'), PLAIN, False),
        (title_and("3/2/2026"), PLAIN, False),  # in March or in February
    ],
)
def test_is_sure_where_the_page_is_clear_and_not_where_it_is_not(body: str, url: str, is_sure: bool) -> None:
    found = read(body, url)
    assert found is not None
    assert (found[2] >= SURE) is is_sure, found
    assert found[2] <= 0.99, "nothing that was read is certain"


@pytest.mark.parametrize(
    ("body", "on"),
    [
        (WITH_COMMENTS, "2026-03-02"),
        (  # the logo is no title
            (
                "<title>A title of this post | B</title><h1>B</h1><p>Today: Sunday, 22 November 2026</p>"
                "<div><h2>A title of this post</h2><p>2 March 2026</p></div>"
            ),
            "2026-03-02",
        ),
        (  # what stands in the column beside is of other posts
            (
                "<h1>A title of this post</h1><div><p>By A. on 2 March 2026</p></div>"
                "<aside><ul><li>9 May 2026 Other</li><li>8 May 2026 Another</li></ul></aside>"
            ),
            "2026-03-02",
        ),
        (  # the label may stand in the line before
            "<h1>A title of this post</h1><dl><dt>Updated</dt><dd>9 May 2026</dd><dt>Published</dt><dd>2 March 2026</dd></dl>",
            "2026-03-02",
        ),
        (title_and('<span class="posted-on">02/03/2026</span>', META.format("2026-03-02")), "2026-03-02"),
        (title_and('<abbr class="published" title="2026-03-02T10:00:00+09:00">today</abbr>'), "2026-03-02"),
        (title_and('<span itemprop="datePublished">2 March 2026</span> <span>9 May 2026</span>'), "2026-03-02"),
        ('<html lang="de"><h1>Ein Titel</h1><p>02/03/2026</p></html>', "2026-03-02"),
        ('<html lang="ja"><h1>お知らせの題</h1><p>2026年3月2日</p><p>締切 2026年3月20日</p></html>', "2026-03-02"),
        ('<html lang="ja"><h1>お知らせの題</h1><p>令和８年３月２日</p></html>', "2026-03-02"),
    ],
)
def test_the_day_of_the_post_is_told_from_the_others(body: str, on: str) -> None:
    found = read(body)
    assert found is not None
    assert found[0] == on


@pytest.mark.parametrize(
    "body",
    [
        title_and("A text without any day."),
        title_and("© 2026 A. All rights reserved"),
        title_and("In 2019 everything changed."),
        title_and("March 2026"),
        title_and("A meeting on 3 March 2027 is planned."),  # a day to come
        title_and("Version 2.10.2026.3 at 192.168.20.26"),
        title_and("Text", META.format("2027-03-02")),
        title_and("Text", META.format("yesterday")),
        "",
    ],
)
def test_what_gives_no_day(body: str) -> None:
    assert read(body) is None


@pytest.mark.parametrize("year", range(1998, 2027, 4))
@pytest.mark.parametrize(
    "line",
    [
        "© {} A",
        "Copyright (c) 1998-{} A. All rights reserved.",
        "{}年設立",
        "(C){} 一般社団法人A",
        "Since {}",
        "{}年度",
        "FY{}",
        "No. {}-12",
    ],
)
def test_a_year_alone_gives_no_day(line: str, year: int) -> None:
    assert read(title_and(line.format(year))) is None
    assert read(f"<p>Text</p><footer>{line.format(year)}</footer>") is None


def test_the_mark_of_a_change_is_no_publication() -> None:
    body = title_and('<time class="updated" datetime="2026-05-05">5 May 2026</time> <span>2 March 2026</span>')
    found = read(f"<html><body><p>{body}</p></body></html>", FILED)
    assert found is not None
    assert found[0] == "2026-03-02"


# --- the measurement ---


def test_readers_are_measured_side_by_side_on_a_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cache").mkdir()
    labels = {}
    for n in range(12):
        day = f"2020-03-{n + 10}"
        (tmp_path / "cache" / f"p{n}.html").write_text(title_and(day, META.format(day)), encoding="utf-8")
        labels[f"{PLAIN}/{n}"] = {"file": f"p{n}.html", "date": day if n else None}
    (tmp_path / "eval_x.json").write_text(json.dumps(labels), encoding="utf-8")
    figures = tmp_path / "f.json"
    assert bench.main([str(tmp_path), "--json", str(figures)]) == 0
    assert "held out" in capsys.readouterr().out
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert told["pages"] == 12
    assert set(told["ours"]) >= {"f", "precision", "recall", "ms_median", "confident_precision", "confident_share"}
    assert told["looked_at"]["ours"]["precision"] + told["ours"]["precision"] < 2, "the page without a day was dated"
    assert bench.main([str(tmp_path / "cache")]) == 2


def test_pages_with_only_a_copyright_year_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.html").write_text(title_and("© 2019 A"), encoding="utf-8")
    (tmp_path / "b.html").write_text(title_and("© 2019 A, 2 March 2019"), encoding="utf-8")
    (tmp_path / "eval_x.json").write_text(json.dumps({PLAIN: {"file": "a.html", "date": None}}), encoding="utf-8")
    assert bench.main([str(tmp_path), "--undated", str(tmp_path), "--json", str(tmp_path / "f.json")]) == 0
    assert "1 pages with only a copyright year; dated by ours 0, htmldate_extensive 1" in capsys.readouterr().out
    told = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["undated"]
    assert (told["pages"], told["ours"]) == (1, 0)


def test_scores_count_what_they_say() -> None:
    score = bench.Score()
    for day, truth, confidence in (("a", "a", 1.0), ("a", "b", 1.0), ("", "b", 0.0), ("a", "a", 0.5), ("", "", 0.0)):
        score.add(bench.Answer(day=day, confidence=confidence, seconds=0.001), truth)
    told = score.figures()
    assert (told["precision"], told["recall"]) == (2 / 3, 2 / 4)
    assert (told["confident_precision"], told["confident_share"]) == (1 / 2, 2 / 5)
