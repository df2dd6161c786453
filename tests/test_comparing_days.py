"""Two days compared from stored visits, as the command, the page and the files tell it: beside what is written by hand."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from changed import EARLIER, ENDED, LATER, TIES, TODAY, changed
from made import AOBA
from openpyxl import load_workbook
from pages import Clock, Visitor, serving

from cli.main import main
from crawler.policy import Policy
from db.desk import Desk
from pipelines.comparing_days import NotTheseDays, compared, fault_of
from pipelines.two_days_rows import rows

DAY = date(2025, 5, 1)
# What happened, by hand: change, cluster, before, after, who says it.
EXPECTED = [
    ("new", "kiwi", None, "japanese_only", None),
    ("gone", "hazel", "japanese_only", "retired", None),
    ("gone", "ivy", "japanese_only", "merged into juniper", None),
    ("ceased", "acorn", "japanese_only", "likely_ceased", None),
    ("ceased", "birch", "japanese_only", "likely_ceased", "kato"),
    ("revived", "cedar", "likely_ceased", "japanese_only", None),
    ("flag", "dogwood", "japanese_only", "static", None),
    ("moved", "elder", "https://elder.example/", "https://elder-new.example/", None),
    ("moved", "fig", "https://fig.example/", "https://fig-new.example/", "kato"),
    ("address", "larch", "https://larch.example/", "https://larch-right.example/", "kato"),
    ("renamed", "ginkgo", "Ginkgo Cluster / 銀杏クラスター", "Ginkgo Alliance / 銀杏クラスター", None),
    ("language", "dogwood", "ja (none)", "en ja (static_english)", None),
    ("partners_gained", "juniper", "no_information", "recent_eu", None),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return changed(tmp_path_factory.mktemp("changed") / "desk.db")


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    with serving(database, clock=Clock(TODAY)) as found:
        yield found


@pytest.fixture
def vera(address: str) -> Iterator[Visitor]:
    with Visitor(address, "vera") as visitor:
        yield visitor


def command(database: Path, *words: str) -> int:
    return main(["compare", *words, "--db", str(database), "--now", TODAY.isoformat()])


# --- the days ---


@pytest.mark.parametrize(
    ("earlier", "later", "fault"),
    [
        (DAY, DAY + timedelta(days=1), None),
        (DAY, DAY + timedelta(days=10), None),
        (DAY, DAY + timedelta(days=11), NotTheseDays.FUTURE),
        (DAY + timedelta(days=11), DAY, NotTheseDays.FUTURE),
        (DAY, DAY, NotTheseDays.SAME),
        (DAY + timedelta(days=1), DAY, NotTheseDays.ORDER),
        (DAY - timedelta(days=1), DAY, NotTheseDays.TOO_EARLY),
    ],
)
def test_days_that_cannot_be_compared(earlier: date, later: date, fault: NotTheseDays | None) -> None:
    assert fault_of(earlier, later, today=DAY + timedelta(days=10), first=DAY) is fault


def test_without_any_visit_there_is_nothing_to_compare() -> None:
    assert fault_of(DAY, DAY + timedelta(days=1), today=DAY + timedelta(days=9), first=None) is NotTheseDays.NO_VISITS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2025-01-03", "2024-12-04"), "2025-01-03 lies after 2024-12-04; the earlier day comes first"),
        (("2025-01-03", "2025-01-03"), "both days are 2025-01-03; give two different days"),
        (("2024-11-01", "2025-01-03"), "2024-11-01 lies before the first visit: there are visits from 2024-11-25 on"),
        (
            ("2025-01-03", "2025-01-24"),
            "2025-01-24 is still to come; the last day that can be compared is today, 2025-01-23",
        ),
        (("yesterday",), "'yesterday' is no day; write it like 2026-01-31"),
        (("2025-01-03", "--language", "fr"), "--language: 'fr' is none of en, ja"),
    ],
)
def test_wrong_days_are_refused_with_what_to_do(
    database: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert command(database, *words) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert said in found.err


def test_a_database_without_visits_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Desk.open(tmp_path / "new.db", create=True) as desk:
        desk.upsert_clusters([AOBA])
    assert command(tmp_path / "new.db", "2025-01-03") == 2
    assert "nothing has been visited yet" in capsys.readouterr().err


# --- what happened ---


def test_what_happened_is_what_was_written_down(database: Path) -> None:
    with Desk.open(database) as desk:
        found = compared(desk, (EARLIER, LATER), Policy(), today=TODAY.date())
    assert [(r["change"], r["cluster_id"], r["before"], r["after"], r["by"]) for r in rows(found)] == EXPECTED
    assert (found.before, found.after, found.same_flag, found.unchanged) == (13, 12, 7, 2)
    assert [p.cluster.cluster_id for p in found.unvisited] == ["nutmeg"]
    assert [str(at)[:10] for at in found.last_visits] == ["2024-11-26", "2024-12-15"], (
        "the void night counts for nothing"
    )


def test_the_same_days_tell_the_same_on_a_later_day(database: Path) -> None:
    with Desk.open(database) as desk:
        told = [
            list(rows(compared(desk, (EARLIER, LATER), Policy(), today=LATER + timedelta(days=d)))) for d in (1, 900)
        ]
    assert told[0] == told[1]


def test_progress_goes_from_nothing_to_everything(database: Path) -> None:
    heard: list[tuple[int, int]] = []
    with Desk.open(database) as desk:
        compared(desk, (EARLIER, LATER), Policy(), today=TODAY.date(), told=lambda done, of: heard.append((done, of)))
    assert heard[-1] == (26, 26)
    assert [done for done, _ in heard] == list(range(1, 13)) + list(range(14, 27)), (
        "12 of the later day, 13 of the other"
    )


# --- the command ---


def test_json_is_one_document(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(database, str(EARLIER), str(LATER), "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["earlier"] == {"day": "2024-12-04", "clusters": 13, "last_visit_at": "2024-11-26T18:00:00Z"}
    assert told["later"]["clusters"] == 12
    assert told["counts"]["ceased"] == 2
    assert {"before": "japanese_only", "after": "likely_ceased", "clusters": ["acorn", "birch"]} in told["flows"]
    assert {"before": "japanese_only", "after": None, "clusters": ["hazel", "ivy"]} in told["flows"]
    assert told["unvisited"] == [{"cluster_id": "nutmeg", "visited_at": "2024-11-26T18:00:00Z"}]
    (acorn,) = (c for c in told["changes"] if c["cluster_id"] == "acorn")
    assert (acorn["quote"], acorn["url"], acorn["reason_before"]) == (
        ENDED, "https://acorn.example/", "No English version was found.",
    )  # fmt: skip


def test_csv_has_one_row_a_change_and_no_formula(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(database, str(EARLIER), str(LATER), "--format", "csv") == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(r["change"], r["cluster_id"]) for r in found] == [(e[0], e[1]) for e in EXPECTED]
    assert not any(cell.startswith(("=", "+", "-", "@")) for r in found for cell in r.values())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("From 4 Dec 2024 (13 clusters) to 3 Jan 2025 (12 clusters)", "became likely ceased (2)",
                "Japanese only → likely ceased", f"“{ENDED}”", "kato: They told us by telephone.",
                "No visit of 3 Jan 2025 counted", "nutmeg  Nutmeg Cluster: not visited since 26 Nov 2024", TIES)),
        ("ja", ("（クラスター 13 件）", "終了の疑いに変わったもの (2)", "日本語のみ → 終了の疑い", "どんぐりクラスター",
                "以前：英語版は見つかりませんでした。", "juniper に統合")),
    ],
)  # fmt: skip
def test_the_table_tells_all_in_words(
    database: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    words: tuple[str, ...],
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert command(database, str(EARLIER), str(LATER), "--language", language) == 0
    told = capsys.readouterr().out
    assert [w for w in words if w not in told] == []


@pytest.mark.parametrize("columns", ["80", "120"])
def test_the_table_fits_the_terminal(
    database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert command(database, str(EARLIER), str(LATER)) == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= int(columns)


def test_the_picture_is_written_beside(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(database, str(EARLIER), str(LATER), "--format", "json", "--svg", str(tmp_path / "flows.svg")) == 0
    json.loads(capsys.readouterr().out)
    assert "Japanese only → likely ceased: 2" in (tmp_path / "flows.svg").read_text(encoding="utf-8")
    assert command(database, str(EARLIER), str(LATER), "--svg", str(tmp_path)) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_without_a_second_day_it_is_compared_with_today(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(database, str(EARLIER), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["later"]["day"] == "2025-01-23"


# --- the page ---


def test_the_page_has_picture_and_tables_and_every_number_leads_to_its_clusters(vera: Visitor) -> None:
    text = vera.get(f"/compare?from={EARLIER}&to={LATER}").text
    assert text.count("<svg ") >= 1
    assert "From 4 Dec 2024 (13 clusters) to 3 Jan 2025 (12 clusters)" in text
    for _, cluster_id, *_ in EXPECTED:
        assert f'href="/clusters/{cluster_id}"' in text
    targets = set(re.findall(r'href="#([\w-]+)"', text)) - {"main"}
    ids = set(re.findall(r'id="([\w-]+)"', text))
    assert {"flow-2-3", "ceased", "unvisited"} <= targets <= ids
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_without_days_there_is_a_form_and_what_can_be_chosen(vera: Visitor) -> None:
    text = vera.get("/compare").text
    assert 'name="from" value="2025-01-16"' in text
    assert 'name="to" value="2025-01-23"' in text
    assert f'href="/compare?from={TODAY.date() - timedelta(days=30)}&amp;to=2025-01-23"' in text
    assert "the last year" not in text, "there are no visits that old"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (f"from={LATER}&to={EARLIER}", "The earlier day lies after the later one."),
        (f"from={LATER}&to={LATER}", "Both days are the same."),
        (f"from={EARLIER}&to=2025-02-01", "A day that is still to come cannot be compared."),
        ("from=2024-01-01&to=2025-01-03", "The earlier day lies before the first visit"),
        ("from=31.1.2025&to=2025-01-03", "This is no day."),
        ("from=0001-01-01&to=9999-12-31", "A day that is still to come"),
    ],
)
def test_wrong_days_are_said_on_the_page(vera: Visitor, query: str, words: str) -> None:
    found = vera.get(f"/compare?{query}")
    assert found.status_code == 422
    assert words in found.text
    assert "<svg xmlns" not in found.text
    assert vera.get(f"/compare/csv?{query}").status_code == 404


def test_the_other_way_round_is_one_click_away(vera: Visitor) -> None:
    found = vera.get(f"/compare?from={LATER}&to={EARLIER}").text
    assert f'href="/compare?from={EARLIER}&amp;to={LATER}"' in found


@pytest.mark.parametrize(
    ("form", "kind", "words"),
    [
        ("xlsx", "application/vnd.openxmlformats", "xl/workbook.xml"),
        ("csv", "text/csv", "change,cluster_id"),
        ("json", "application/json", '"changes"'),
        ("svg", "image/svg+xml", "<svg "),
    ],
)
def test_the_same_comes_as_files(vera: Visitor, form: str, kind: str, words: str) -> None:
    found = vera.get(f"/compare/{form}?from={EARLIER}&to={LATER}")
    assert found.headers["content-type"].startswith(kind)
    assert found.headers["content-disposition"] == (f'attachment; filename="clusterwatch-2024-12-04-2025-01-03.{form}"')
    assert words in found.text


def test_a_large_registry_is_compared_in_files_only(vera: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review.comparing_days.SHOWN", 11)
    text = vera.get(f"/compare?from={EARLIER}&to={LATER}").text
    assert "The registry is large" in text
    assert "<svg xmlns" not in text
    assert f'href="/compare/xlsx?from={EARLIER}&amp;to={LATER}"' in text
    monkeypatch.setattr("review.comparing_days.SHOWN", 12)
    assert "The registry is large" not in vera.get(f"/compare?from={EARLIER}&to={LATER}").text


def test_no_other_file_and_no_other_method_and_no_stranger(vera: Visitor, address: str) -> None:
    assert vera.get(f"/compare/exe?from={EARLIER}&to={LATER}").status_code == 404
    assert vera.get("/compare/csv").status_code == 404
    assert vera.post("/compare").status_code in {404, 405}
    with Visitor(address) as stranger:
        assert stranger.get(f"/compare?from={EARLIER}&to={LATER}").status_code in {303, 401}


# --- as a section of the report ---


def report(database: Path, folder: Path, form: str, *words: str) -> bytes:
    """The report of the later day with what happened since the earlier one."""
    file = folder / f"report.{form}"
    given = ("--compare", str(EARLIER), "--as-of", str(LATER), "--output", str(file), *words)
    assert main(["report", *given, "--db", str(database), "--now", TODAY.isoformat()]) == 0
    return file.read_bytes()


def test_a_report_in_json_has_the_same_values_as_the_comparison(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(report(database, tmp_path, "json"))
    capsys.readouterr()
    assert command(database, str(EARLIER), str(LATER), "--format", "json") == 0
    alone = json.loads(capsys.readouterr().out)
    assert told["comparison"] == alone


def test_a_report_for_people_has_the_section_and_none_of_its_words_act(database: Path, tmp_path: Path) -> None:
    html = report(database, tmp_path, "html").decode()
    assert '<h2 id="since">What happened since 4 Dec 2024</h2>' in html
    targets = set(re.findall(r'href="#((?:since|flow)[\w-]*)"', html))
    assert {"since", "since-ceased", "flow-2-3"} <= targets <= set(re.findall(r'id="([\w-]+)"', html))
    assert "<script" not in html
    assert '<th scope="row"><a href="#cluster-1">Acorn Cluster</a>' in html
    assert '<th scope="row">Hazel Cluster' in html, "it has no place in the report any more"
    text = report(database, tmp_path, "md").decode()
    assert "| became likely ceased | 2 |" in text
    assert "- Hazel Cluster (hazel): Japanese only → retired · Before: No English version was found." in text
    assert "\\<script\\>alert(1)" in text


def test_a_report_in_japanese_has_the_section_in_japanese(database: Path, tmp_path: Path) -> None:
    text = report(database, tmp_path, "md", "--language", "ja").decode()
    assert "| 終了の疑いに変わったもの | 2 |" in text
    assert "- 榛クラスター (hazel): 日本語のみ → 登録簿から除外" in text


def test_a_report_as_a_workbook_has_a_sheet_of_numbers_and_one_of_changes(database: Path, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(report(database, tmp_path, "xlsx")))
    numbers = {row[0].value: row[1].value for row in book["What happened since 4 Dec 2024"].iter_rows(max_col=2)}
    assert (numbers["clusters on 4 Dec 2024"], numbers["became likely ceased"], numbers["renamed"]) == (13, 2, 1)
    rows_of = [[cell.value for cell in row] for row in book["Changes"].iter_rows(min_row=2)]
    assert [row[1] for row in rows_of] == [expected[1] for expected in EXPECTED]
    (acorn,) = (row for row in rows_of if row[1] == "acorn")
    assert acorn[7:9] == [ENDED, "https://acorn.example/"]


def test_a_report_without_another_day_says_nothing_of_changes(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    assert main(["report", "--output", str(file), "--db", str(database), "--now", TODAY.isoformat()]) == 0
    assert json.loads(file.read_bytes())["comparison"] is None


def test_a_report_refuses_days_that_cannot_be_compared(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--compare", str(LATER), "--as-of", str(EARLIER), "--db", str(database), "--now", TODAY.isoformat())
    assert main(["report", *words]) == 2
    assert f"{LATER} lies after {EARLIER}" in capsys.readouterr().err
