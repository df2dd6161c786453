"""The report on the sample network, after three nights and two words of people, is the one that was written by hand."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from selectolax.lexbor import LexborHTMLParser, LexborNode

from cli.demo import sample_config
from cli.main import main
from crawler.answers import Answer, Decision, QuestionKind
from crawler.international import International
from crawler.model import RunKind
from crawler.policy import Policy
from db.desk import Desk
from db.importing import import_registry
from db.registry import read_registry
from pipelines.assessing import assessing_of, said_of
from samples.server import SampleNetwork
from schedules.crawling import run_crawl

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parent.parent / "samples"
HAND = json.loads((Path(__file__).parent / "data" / "sample_report.json").read_text(encoding="utf-8"))
TABLES = sorted(HAND["tables"])

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The report in every form and language, by "form-language"."""
    folder = tmp_path_factory.mktemp("report")
    database = folder / "demo.db"
    with SampleNetwork(now=NOW) as network, Desk.open(database, create=True, clock=lambda: NOW) as desk:
        import_registry(desk, read_registry(SAMPLES / "clusters.csv"), partial=False, dry_run=False)
        config = sample_config(network.nameserver)
        config = replace(config, budget=replace(config.budget, max_seconds=25.0))
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
        for night in (1, 2, 3):
            at = NOW - timedelta(days=3 - night)
            network.today = at
            done = run_crawl(desk, kind=RunKind.NIGHTLY, now=at, config=config, environment=proxies)
            assert not done.void, done.log
        _say(desk)
    found = {}
    for form in ("md", "html", "xlsx", "json"):
        for language in ("en", "ja"):
            file = folder / f"{language}.{form}"
            arguments = ["report", "--db", str(database), "--now", NOW.isoformat(), "--language", language]
            assert main([*arguments, "--output", str(file)]) == 0
            found[f"{form}-{language}"] = file.read_bytes()
    return found


def _say(desk: Desk) -> None:
    verdict = desk.current("silent")
    assert verdict is not None
    desk.answer(
        Answer(
            cluster_id="silent", question=QuestionKind.CEASED, decision=Decision.STATIC, by="kato", at=NOW,
            verdict_at=verdict.decided_at, note="They answered the telephone.",
        ),
        seen=0,
    )  # fmt: skip
    stands = assessing_of(desk, "no-website", as_of=NOW.date(), policy=Policy())
    no = International.NOT_INTERESTED
    desk.assess(said_of(stands, "no-website", no, "They said so.", by="kato", at=NOW), seen=0)


def by_hand(table: str, language: str) -> list[tuple[str, int, int, int | None]]:
    """Label, clusters, those by a person's word, and the figure of 2016, of each line."""
    return [
        (line[language], len(line["clusters"]), line.get("by_people", 0), line["in_2016"])
        for line in HAND["tables"][table]
    ]


@pytest.mark.parametrize("table", TABLES)
def test_every_cluster_is_in_the_line_where_the_hand_has_it(reports: dict[str, bytes], table: str) -> None:
    document = json.loads(reports["json-en"])
    assert document["day"] == HAND["day"]
    assert document["n_clusters"] == HAND["clusters"]
    told = {line["label"]: line["clusters"] for line in document["tables"][table]["lines"]}
    assert told == {line["en"]: line["clusters"] for line in HAND["tables"][table]}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("table", TABLES)
def test_the_document_says_the_numbers_of_the_hand(reports: dict[str, bytes], table: str, language: str) -> None:
    found = json.loads(reports[f"json-{language}"])["tables"][table]
    assert [(ln["label"], ln["count"], ln["by_people"], ln["in_2016"]) for ln in found["lines"]] == by_hand(
        table, language
    )
    assert found["total"] == HAND["clusters"]


def cells(node: LexborNode) -> list[str]:
    return [cell.text(strip=True) for cell in node.css("th, td")]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("table", TABLES)
def test_the_web_page_says_them(reports: dict[str, bytes], table: str, language: str) -> None:
    page = LexborHTMLParser(reports[f"html-{language}"].decode())
    heading = page.css_first(f"h2#{table}")
    section = heading.parent if heading is not None else None
    assert section is not None
    expected = by_hand(table, language)
    found = [cells(row) for row in section.css("table tbody tr")]
    assert [row[0] for row in found] == [label for label, *_ in expected]
    assert [row[1] for row in found] == [str(count) for _, count, _, _ in expected]
    if table in {"activity", "international"}:
        assert [row[3] for row in found] == [str(by_people) for _, _, by_people, _ in expected]
    if table in {"sectors", "websites", "international"}:
        then = [row[4 if table == "international" else 3] for row in found]
        assert then == ["–" if number is None else str(number) for *_, number in expected]
    assert cells(section.css("tfoot tr")[0])[1] == str(HAND["clusters"])


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_number_leads_to_its_clusters_and_every_cluster_to_its_evidence(
    reports: dict[str, bytes], language: str
) -> None:
    page = LexborHTMLParser(reports[f"html-{language}"].decode())
    for link in page.css("td.number a"):
        place = page.css_first(f'[id="{(link.attributes["href"] or "").removeprefix("#")}"]')
        assert place is not None
        members = place.css("dd a")
        assert link.text() == str(len(members))
        for member in members:
            article = page.css_first(f'article[id="{(member.attributes["href"] or "").removeprefix("#")}"]')
            assert article is not None
            assert article.css_first("h3").text().startswith(member.text())  # type: ignore[union-attr]
            assert article.css("ul.evidence li")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("table", TABLES)
def test_the_text_says_them(reports: dict[str, bytes], table: str, language: str) -> None:
    text = reports[f"md-{language}"].decode()
    rows = [[c.strip() for c in row.strip("|").split(" | ")] for row in text.split("\n") if row.startswith("| ")]
    of_table = [row for row in rows if f"(#{table}-" in row[1]]
    found = {row[0]: re.sub(r"\[(\d+)\]\(.*\)", r"\1", row[1]) for row in of_table}
    assert found == {label: str(count) for label, count, _, _ in by_hand(table, language) if count}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_workbook_says_them_in_real_numbers(reports: dict[str, bytes], language: str) -> None:
    book = load_workbook(io.BytesIO(reports[f"xlsx-{language}"]))
    for number, table in enumerate(json.loads(reports["json-en"])["tables"], start=1):
        sheet = book.worksheets[number]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        expected = by_hand(table, language)
        assert [(row[0], row[1]) for row in rows[:-1]] == [(label, count) for label, count, *_ in expected]
        assert rows[-1][1] == HAND["clusters"]
        assert sheet.freeze_panes == "B2"
    clusters = book.worksheets[-2]
    assert clusters.max_row == HAND["clusters"] + 1
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_programmes_that_ended_are_those_of_the_hand(reports: dict[str, bytes], language: str) -> None:
    told = {e["cluster_id"]: e["words"] for e in json.loads(reports[f"json-{language}"])["programme_ends"]}
    assert told == {e["cluster"]: e[language] for e in HAND["programme_ends"]}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_evidence_names_page_words_and_day(reports: dict[str, bytes], language: str) -> None:
    (aoba,) = (c for c in json.loads(reports[f"json-{language}"])["clusters"] if c["cluster_id"] == "active-bilingual")
    first = aoba["reasons"][0]
    assert first["url"].startswith("http://aoba-photonics.example/")
    assert first["quote"]
    assert aoba["latest_post_on"] == "2026-11-18"
    assert aoba["last_read_at"] == "2026-11-24T18:00:00Z"
