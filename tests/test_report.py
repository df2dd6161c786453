"""The report: each line on both sides of its rule, hostile words, the command, and the page of it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from chromium import browser_page, in_thread, sign_in
from made import AOBA, BARE, CEDAR, NIGHT, POST, verdict, visit
from markdown_it import MarkdownIt  # what rich shows Markdown with
from openpyxl import load_workbook
from pages import EVIL, NOW, Clock, Visitor, ceased, serving
from selectolax.lexbor import LexborHTMLParser

from cli.main import main
from crawler.answers import Answer, Decision, QuestionKind
from crawler.international import Assessed, Assessing, Assessment, International
from crawler.model import (
    Activity,
    Cluster,
    English,
    Flag,
    Partner,
    PartnerRegion,
    PartnerTie,
    Reason,
    Review,
    RunKind,
    RunState,
    Verdict,
)
from crawler.policy import Policy
from db.desk import Desk
from db.history import Record
from pipelines.mapping import Mapped
from pipelines.tabulating import Report, TableName, Website, tabulated
from review.reporting.forms import Form, written
from review.reporting.markdown import plain
from review.reporting.spoken import Spoken
from review.texts import texts

DAY = date(2024, 11, 26)
POLICY = Policy()
TOLD = Assessing(told=Assessment(kind=International.NO_INFORMATION, as_of=DAY))


def mapped(cluster: Cluster = AOBA, decided: Verdict | None = None, **fields: object) -> Mapped:
    made = Mapped(
        record=Record(cluster=cluster), verdict=decided, review=None, international=TOLD, programme_ended=None
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def line_of(found: Mapped, name: TableName) -> tuple[str, int]:
    """The key of the one line that has a cluster, and how many are in it by a person's word."""
    (table,) = (t for t in tabulated([found], DAY, POLICY).tables if t.name is name)
    (line,) = (ln for ln in table.lines if ln.members)
    assert table.total == 1
    return line.key, line.by_people


def judged(english: English = English.NONE, *codes: str, **fields: object) -> Verdict:
    reasons = tuple(Reason(code=code, text=f"{code}.") for code in codes)
    return replace(verdict(), english=english, reasons=reasons, **fields)  # type: ignore[arg-type]


GERMAN = replace(AOBA, home_language="de", country="DE", prefecture="Hesse")


@pytest.mark.parametrize(
    ("cluster", "word", "expected"),
    [
        (AOBA, judged(English.ACTIVE), Website.ACTIVE_ENGLISH),
        (AOBA, judged(English.STATIC), Website.STATIC_ENGLISH),
        (AOBA, judged(English.NONE), Website.JAPANESE_ONLY),
        (GERMAN, judged(English.NONE), Website.HOME_LANGUAGE_ONLY),
        (GERMAN, judged(English.STATIC), Website.STATIC_ENGLISH),
        (AOBA, judged(English.UNDETERMINED), Website.UNDETERMINED),
        (AOBA, None, Website.UNDETERMINED),
        (BARE, None, Website.NONE),
        (BARE, judged(English.UNDETERMINED, "no_website"), Website.NONE),
        (AOBA, judged(English.STATIC, "gone"), Website.GONE),
        (AOBA, judged(English.NONE, "unreachable"), Website.GONE),
        (AOBA, judged(English.UNDETERMINED, "other_owner"), Website.GONE),
        (AOBA, judged(English.STATIC, "failing"), Website.STATIC_ENGLISH),
        (AOBA, judged(English.UNDETERMINED, "lost"), Website.UNDETERMINED),
    ],
)
def test_which_website_a_cluster_has(cluster: Cluster, word: Verdict | None, expected: Website) -> None:
    assert line_of(mapped(cluster, word), TableName.WEBSITES) == (expected, 0)


def said(decision: Decision) -> dict[str, object]:
    word = Answer(
        cluster_id="aoba", question=QuestionKind.CEASED, decision=decision, by="kato", at=NIGHT, verdict_at=NIGHT,
    )  # fmt: skip
    return {"word": word, "review": Review(cluster_id="aoba", flag=Flag.STATIC, by="kato", at=NIGHT)}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (mapped(), (Activity.UNDETERMINED, 0)),
        (mapped(AOBA, judged(activity=Activity.STATIC)), (Activity.STATIC, 0)),
        (mapped(AOBA, judged(activity=Activity.STATIC), **said(Decision.ALIVE)), (Activity.ACTIVE, 1)),
        (mapped(AOBA, judged(activity=Activity.ACTIVE), **said(Decision.CEASED)), (Activity.LIKELY_CEASED, 1)),
    ],
)
def test_a_persons_word_decides_the_activity_and_is_counted(found: Mapped, expected: tuple[str, int]) -> None:
    assert line_of(found, TableName.ACTIVITY) == expected


GERMANY = Partner(
    region=PartnerRegion.EU, tie=PartnerTie.AGREEMENT, url="https://a.example/", quote="MoU", country="DE"
)
NO = Assessed(cluster_id="aoba", kind=International.NOT_INTERESTED, by="kato", at=NIGHT)


@pytest.mark.parametrize(
    ("stands", "expected"),
    [
        (TOLD, (International.NO_INFORMATION, 0)),
        (replace(TOLD, word=NO), (International.NOT_INTERESTED, 1)),
        (replace(TOLD, word=NO, contradicted_by=(GERMANY,)), (International.NO_INFORMATION, 0)),
        (replace(TOLD, word=replace(NO, kind=None)), (International.NO_INFORMATION, 0)),
    ],
)
def test_a_persons_word_on_partners_counts_until_it_is_contradicted(
    stands: Assessing, expected: tuple[str, int]
) -> None:
    assert line_of(mapped(international=stands), TableName.INTERNATIONAL) == expected


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        (AOBA, "Miyagi"),
        (replace(AOBA, prefecture="大分県・宮崎県"), "Oita"),
        (replace(AOBA, prefecture="Kansai"), "Kansai"),
        (replace(AOBA, prefecture=""), "none"),
        (GERMAN, "DE"),
    ],
)
def test_where_a_cluster_is_counted(cluster: Cluster, expected: str) -> None:
    assert line_of(mapped(cluster), TableName.PLACES) == (expected, 0)


@pytest.mark.parametrize(
    ("programme", "expected"),
    [
        ("", "none"),
        ("Aichi Pref.", "other"),
        ("MEXT Knowledge Cluster Initiative (2nd stage)", "knowledge-cluster"),
        (
            "Fukushima Pref. project; MEXT Regional Innovation Cluster Programme; JETRO RIT 2013-",
            "regional-innovation-cluster",
        ),
    ],
)
def test_the_first_programme_that_is_known_counts(programme: str, expected: str) -> None:
    assert line_of(mapped(replace(AOBA, programme=programme)), TableName.PROGRAMMES) == (expected, 0)


@pytest.mark.parametrize(
    ("end", "age", "expected"),
    [
        ("2012", POLICY.active_days + 1, "Programme ended December 2012; site silent since 2023."),
        ("2012", POLICY.active_days, "Programme ended December 2012."),
        ("2024-11-25", POLICY.active_days + 1, None),  # of a year the last day counts, which is to come
        ("", POLICY.active_days + 1, "Programme ended March 2019; site silent since 2023."),
    ],
)
def test_when_a_programme_ended_and_since_when_the_site_is_silent(end: str, age: int, expected: str | None) -> None:
    at = datetime(2024, 11, 24, 18, tzinfo=UTC)
    latest = replace(POST, on=at.date() - timedelta(days=age))
    word = replace(verdict(), latest=latest, decided_at=at, last_reached_at=at)
    report = tabulated([mapped(replace(AOBA, period_end=end), word)], DAY, POLICY)
    told = [words for _, _, words in Spoken(report, texts("en")).ends]
    assert told == ([expected] if expected else [])


def test_the_figures_of_2016_are_the_published_ones() -> None:
    report = tabulated([], DAY, POLICY)
    then = {t.name: [ln.in_2016 for ln in t.lines if ln.in_2016 is not None] for t in report.tables}
    assert then[TableName.SECTORS] == [28, 3, 2, 2, 6, 2, 2, 2, 1, 1, 1, 1, 1]
    assert then[TableName.WEBSITES] == [9, 18, 25]
    assert then[TableName.INTERNATIONAL] == [14, 8, 10, 7, 9, 4]
    assert [sum(then[name]) for name in (TableName.SECTORS, TableName.WEBSITES, TableName.INTERNATIONAL)] == [52] * 3
    assert all(t.total == 0 for t in report.tables)


# --- hostile words ---

NASTY = f'{EVIL} =HYPERLINK("http://evil.example","x") [a](javascript:alert(1)) \x1b[31m\u202e\n# | www.evil.example'


def nasty() -> Report:
    reason = Reason(code="quiet", text=NASTY, url='javascript:alert(1)//"', raw=NASTY)
    cluster = Cluster(
        cluster_id="odd", name_en=NASTY, name_ja=f"=1+1{NASTY}", website='https://a.example/"><script>', sector=NASTY,
        programme=NASTY, prefecture=NASTY,
    )  # fmt: skip
    partner = replace(GERMANY, quote=NASTY, organisation=NASTY, url='https://b.example/"onclick="x')
    told = Assessing(told=Assessment(kind=International.PAST_EU, as_of=DAY, evidence=(partner,)))
    return tabulated([mapped(cluster, replace(verdict(), reasons=(reason,)), international=told)], DAY, POLICY)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_that_a_page_says_is_markup_in_the_web_page(language: str) -> None:
    text = written(Spoken(nasty(), texts(language)), Form.HTML, generated_at=NOW).decode()
    page = LexborHTMLParser(text)
    assert not page.css("script, img, iframe, object, link, form")
    links = [a.attributes.get("href") or a.attributes.get("xlink:href") for a in page.css("a")]
    assert all(link and link.startswith("#") for link in links), links
    attributes = {name for node in page.css("*") for name in node.attributes}
    assert not [name for name in attributes if name.startswith("on")]
    assert "\u202e" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nor_in_the_text(language: str) -> None:
    text = written(Spoken(nasty(), texts(language)), Form.MARKDOWN, generated_at=NOW).decode()
    assert "\x1b" not in text
    shown = LexborHTMLParser(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
    assert not shown.css("script, img, b, i")
    assert all((a.attributes.get("href") or "#").startswith("#") for a in shown.css("a"))
    assert len(shown.css("h3")) == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("1. x", r"1\. x"),
        ("2016 x", "2016 x"),
        ("- x", r"\- x"),
        ("a - b", "a - b"),
        ("https://a.example", r"https\://a.example"),
        ("www.a.example", r"www\.a.example"),
        ("a@b.example", r"a\@b.example"),
        ("<b>&amp;", r"\<b\>\&amp;"),
        ("Time: 12:30", "Time: 12:30"),
    ],
)
def test_words_are_plain_in_markdown(words: str, expected: str) -> None:
    assert plain(words) == expected


def test_nor_a_formula_in_the_workbook() -> None:
    content = written(Spoken(nasty(), texts("ja")), Form.XLSX, generated_at=NOW)
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@"))]
    assert not [cell for cell in cells if cell.hyperlink]


# --- the command ---


@pytest.fixture
def nights(tmp_path: Path) -> Path:
    path = tmp_path / "desk.db"
    with Desk.open(path, create=True, clock=lambda: NIGHT - timedelta(days=1)) as desk:
        desk.upsert_clusters([AOBA, BARE, CEDAR])
        for days in (0, 1):
            run_id = desk.start_run(RunKind.NIGHTLY, NIGHT + timedelta(days=days), ["aoba"])
            desk.add_visit(run_id, visit("aoba", days), verdict("aoba", days))
            desk.end_run(run_id, RunState.DONE)
    return path


def run(nights: Path, *options: str, now: str = "2024-11-26T09:00Z") -> int:
    return main(["report", "--db", str(nights), "--now", now, *options])


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--format", "pdf"), 2, "'pdf'"),
        (("--output", "report.doc"), 2, "the ending must say what to write"),
        (("--as-of", "yesterday"), 2, "--as-of: 'yesterday' is no day; write it like 2026-11-24"),
        (("--as-of", "2024-11-27"), 2, "2024-11-27 is still to come; today is 2024-11-26 (UTC)"),
        (("--as-of", "2024-11-23"), 2, "there are visits from 2024-11-24 on"),
        (("--compare", "2024-11-26"), 2, "give two different days"),
        (("--language", "de"), 2, "'de'"),
        (("--output", "/nowhere/at/all/report.md"), 1, "/nowhere/at/all/report.md: cannot be written: No such file"),
    ],
)
def test_what_cannot_be_done_is_said(
    nights: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], code: int, told: str
) -> None:
    assert run(nights, *options) == code
    assert told in capsys.readouterr().err


def test_a_failed_write_leaves_the_old_file(nights: Path, tmp_path: Path) -> None:
    old = tmp_path / "report.md"
    old.write_text("old")
    assert run(nights, "--output", str(old), "--as-of", "2024-11-27") == 2
    assert old.read_text() == "old"


def test_a_past_day_knows_nothing_later(nights: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(nights, "--format", "json", "--as-of", "2024-11-24") == 0
    past = json.loads(capsysbinary.readouterr().out)
    assert run(nights, "--format", "json", now="2026-11-26T09:00Z") == 0
    later = json.loads(capsysbinary.readouterr().out)
    assert (past["day"], later["day"]) == ("2024-11-24", "2026-11-26")
    assert past["n_clusters"] == later["n_clusters"] == 3
    read = [next(c for c in d["clusters"] if c["cluster_id"] == "aoba")["decided_at"] for d in (past, later)]
    assert read == ["2024-11-24T18:00:00Z", "2024-11-25T18:00:00Z"]
    assert past["report"] == 1


def test_an_address_of_the_service_makes_links_to_the_cases(nights: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[notify]\npages = "https://pages.example/"\n')
    file = tmp_path / "report.html"
    assert run(nights, "--output", str(file), "--config", str(settings)) == 0
    links = {a.attributes.get("href") for a in LexborHTMLParser(file.read_bytes()).css("article a")}
    assert "https://pages.example/clusters/aoba" in links


# --- the page ---


def test_the_page_shows_the_tables_and_hands_out_the_files(address: str) -> None:
    with Visitor(address, "vera") as visitor:
        page = visitor.get("/report?language=ja")
        assert page.status_code == 200
        shown = LexborHTMLParser(page.text)
        body = shown.css_first(".report")
        assert body is not None
        assert body.attributes["lang"] == "ja"
        assert "分野別のクラスター" in body.text()
        assert shown.css('.report dd a[href="/clusters/aoba"]')
        for form in Form:
            link = shown.css_first(f'a[href^="/report/{form}?"]')
            assert link is not None
            answer = visitor.get(link.attributes["href"] or "")
            assert answer.status_code == 200
            assert answer.headers["content-disposition"].endswith(f'-ja.{form}"')
        assert visitor.get("/report/pdf").status_code == 404


@pytest.mark.parametrize(
    ("day", "words"),
    [("2030-01-01", "still to come"), ("2001-01-01", "The first visit was on"), ("soon", "This is no day.")],
)
def test_a_day_that_cannot_be_had_is_told(address: str, day: str, words: str) -> None:
    with Visitor(address, "vera") as visitor:
        for path in ("/report", "/report/md"):
            answer = visitor.get(f"{path}?day={day}")
            assert answer.status_code == 422
            assert words in answer.text


def test_strangers_get_no_report(address: str) -> None:
    with Visitor(address) as stranger:
        assert stranger.get("/report/json").status_code in {303, 401, 403}


@pytest.mark.browser
def test_the_page_and_the_file_break_no_rule_of_a_browser(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    assert run(database, "--output", str(file)) == 0

    def look() -> None:
        with serving(database, clock=Clock()) as address, browser_page() as (page, complaints):
            sign_in(page, address, "vera")
            page.click("nav a[href='/report']")
            page.wait_for_selector(".report table >> nth=5")
            page.goto(f"file://{file}")
            page.click("#activity ~ table td.number a >> nth=0")
            assert "#activity-" in page.url
            page.set_viewport_size({"width": 390, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") == 390
            assert complaints == []

    in_thread(look)


def test_many_clusters_make_one_report() -> None:
    many = [mapped(replace(CEDAR, cluster_id=f"c{n:05}"), ceased(f"c{n:05}")) for n in range(2500)]
    report = tabulated(many, DAY, POLICY)
    assert [table.total for table in report.tables] == [2500] * len(TableName)
    text = written(Spoken(report, texts("en")), Form.HTML, generated_at=NOW).decode()
    assert 'id="cluster-2500"' in text
    assert "<svg xmlns" not in text, "a map of so many is none"
