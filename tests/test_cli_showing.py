"""What is known, in the terminal and as files: `flags`, `show`, `judge` and `export`."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from made import AOBA, CEDAR, FULL_VISIT, NIGHT, POST, stored, verdict
from rich.cells import cell_len
from terminal import ESCAPES, Run, contents

from crawler.model import Flag, Outcome, Reason, RunKind
from db.export import COLUMNS
from db.store import Store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The default database of the folder: three clusters, the first visited on two nights."""
    return stored(tmp_path / "clusterwatch.db", nights=2)


# --- flags ---


@pytest.mark.usefixtures("database")
def test_flags_is_one_row_a_cluster_as_table_csv_and_json(run: Run) -> None:
    table = run("flags").out
    assert [line.split()[0] for line in table.splitlines()] == ["Cluster", "aoba", "bare", "cedar", "3"]
    rows = list(csv.DictReader(io.StringIO(run("flags", "--format", "csv").out)))
    assert [(r["cluster_id"], r["flag"]) for r in rows] == [
        ("aoba", "japanese_only"), ("bare", "undetermined"), ("cedar", "undetermined"),
    ]  # fmt: skip
    document = json.loads(run("flags", "--format", "json").out)
    assert [c["cluster_id"] for c in document["clusters"]] == ["aoba", "bare", "cedar"]
    assert tuple(document["clusters"][0]) == COLUMNS


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--flag", "japanese_only"], ["aoba"]),
        (["--flag", "undetermined"], ["bare", "cedar"]),
        (["--activity", "active"], ["aoba"]),
        (["--activity", "active", "--flag", "static"], []),
    ],
)
def test_flags_can_be_narrowed_down(run: Run, words: list[str], ids: list[str]) -> None:
    document = json.loads(run("flags", "--format", "json", *words).out)
    assert [c["cluster_id"] for c in document["clusters"]] == ids


LONG = replace(AOBA, cluster_id="kyushu-bio-cluster-conference", home_language="ja")
GERMAN = replace(AOBA, cluster_id="german", home_language="de")


@pytest.mark.parametrize(
    ("width", "headings"),
    [
        ("80", ["Cluster", "Flag", "Activity", "English", "Latest"]),
        ("120", ["Cluster", "Flag", "Activity", "English", "Latest", "Languages", "Why"]),
        ("90", ["Cluster", "Flag", "Activity", "English", "Latest"]),
        ("110", ["Cluster", "Flag", "Activity", "English", "Latest", "Why"]),
        ("200", ["Cluster", "Flag", "Activity", "English", "Latest", "Languages", "Why"]),
    ],
)
def test_the_mapping_fits_every_terminal_with_ids_and_flags_whole(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: str, headings: list[str]
) -> None:
    words = "最新の記事は「第14回レーザー加工技術セミナーを開催しました」です。" * 3
    with Store.open(tmp_path / "clusterwatch.db", create=True) as store:
        store.upsert_clusters([LONG, CEDAR])
        ceased = replace(verdict(LONG.cluster_id, flag=Flag.LIKELY_CEASED), reasons=(Reason(code="a", text=words),))
        store.replace_verdicts([ceased, verdict("cedar")])
    monkeypatch.setenv("COLUMNS", width)
    header, cedar, long, count = run("flags").out.splitlines()
    assert header.split() == headings
    assert all(cell_len(line) <= int(width) for line in (header, cedar, long))
    assert long.startswith("kyushu-bio-cluster-conference  likely ceased  active")
    assert cedar.split()[:3] == ["cedar", "Japanese", "only"]
    assert "2024-10-12" in cedar
    assert count == "2 clusters"


def test_a_language_that_is_not_japanese_is_called_home_language(run: Run, tmp_path: Path) -> None:
    with Store.open(tmp_path / "clusterwatch.db", create=True) as store:
        store.upsert_clusters([GERMAN])
        store.replace_verdicts([verdict("german")])
    assert "home language only" in run("flags").out


# --- show ---


@pytest.mark.usefixtures("database")
def test_show_tells_verdict_reasons_evidence_and_history(run: Run) -> None:
    answer = run("show", "aoba")
    assert (answer.code, answer.err) == (0, "")
    for words in (
        "Aoba Photonics Cluster",
        "青葉フォトニクス・クラスター推進協議会",
        "Flag: Japanese only",
        "2024-10-12  post, list item: “2024年10月12日”  会員企業を募集しています",
        "    https://aoba.example/news/\n",
        "What would overturn this",
        "Pages looked at on the last visit",
        "Stopped because it knew enough.",
        "Verdicts so far",
        "2024-11-25 18:00",
    ):
        assert words in answer.out


@pytest.mark.usefixtures("database")
def test_show_as_json_is_one_document_with_everything(run: Run) -> None:
    document = json.loads(run("show", "aoba", "--format", "json").out)
    assert list(document) == ["cluster", "verdict", "evidence", "visits", "history"]
    assert document["verdict"]["decided_at"] == "2024-11-25T18:00:00Z"
    assert len(document["visits"]) == 2


@pytest.mark.usefixtures("database")
def test_show_as_of_a_past_instant_knows_no_later_visit(run: Run) -> None:
    document = json.loads(run("show", "aoba", "--format", "json", "--now", "2024-11-25").out)
    assert document["verdict"]["decided_at"] == "2024-11-25T12:00:00Z"
    assert len(document["visits"]) == 1


@pytest.mark.usefixtures("database")
def test_a_cluster_without_a_website_can_be_shown(run: Run) -> None:
    answer = run("show", "bare")
    assert answer.code == 0
    assert "no website known" in answer.out
    assert "none could be read" in answer.out


def test_an_address_is_never_broken_into_lines(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://aoba.example/" + "very-long-name/" * 12
    page = replace(FULL_VISIT.pages[0], url=url, dates=(replace(POST, url=url),))
    with Store.open(tmp_path / "clusterwatch.db", create=True) as store:
        store.upsert_clusters([AOBA])
        run_id = store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"])
        store.add_visit(run_id, replace(FULL_VISIT, pages=(page,)), verdict())
    monkeypatch.setenv("COLUMNS", "80")
    assert f"    {url}\n" in run("show", "aoba").out


@pytest.mark.parametrize("words", [["show", "aoba"], ["show", "aoba", "--format", "json"], ["flags"],
                                   ["flags", "--format", "csv"], ["flags", "--format", "json"]])  # fmt: skip
def test_nothing_that_a_page_says_orders_the_terminal_about(run: Run, tmp_path: Path, words: list[str]) -> None:
    item = replace(POST, raw=ESCAPES, title=ESCAPES, url=f"http://a.example/{ESCAPES}")
    notice = replace(FULL_VISIT.pages[0].notices[0], quote=ESCAPES, successor=ESCAPES, subject=ESCAPES)
    page = replace(FULL_VISIT.pages[0], url=item.url, title=ESCAPES, sure=ESCAPES, dates=(item,), notices=(notice,))
    fetch = replace(FULL_VISIT.fetches[0], url=item.url, detail=ESCAPES, outcome=Outcome.ERROR)
    hostile = replace(
        FULL_VISIT, pages=(page,), fetches=(fetch,), moved_to=ESCAPES, stopped=ESCAPES, reached=ESCAPES, website=ESCAPES
    )
    reason = Reason(code="a", text=ESCAPES, url=ESCAPES, raw=ESCAPES, overturned_by=ESCAPES)
    with Store.open(tmp_path / "clusterwatch.db", create=True) as store:
        store.upsert_clusters([replace(AOBA, name_en=ESCAPES, name_ja=ESCAPES, sector=ESCAPES)])
        for days in (0, 1):
            run_id = store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"])
            told = replace(verdict(days=days), reasons=(reason,), latest=item, languages=(ESCAPES,))
            store.add_visit(run_id, replace(hostile, started_at=NIGHT + timedelta(days=days)), told)
    answer = run(*words)
    assert answer.code == 0
    assert "owned" in answer.out
    assert {c for c in answer.out if not (c.isprintable() or c == "\n")} == set()


# --- judge ---


def test_judging_again_replaces_the_verdicts_of_the_last_visits_only(run: Run, database: Path) -> None:
    before = contents(database)
    answer = run("judge")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("3 clusters judged under policy-")
    with Store.open(database) as store:
        history = store.verdict_history("aoba")
        assert history[0] == verdict()
        assert history[1].decided_at == NIGHT + timedelta(days=1)
        assert history[1].policy.startswith("policy-")
        assert store.counts()["visits"] == before[2]["visits"]
    again = contents(database)
    assert run("judge").code == 0
    assert contents(database)[1]["aoba"] == again[1]["aoba"]


def test_judging_under_another_policy_tells_what_changes(run: Run, tmp_path: Path, database: Path) -> None:
    run("judge")
    (tmp_path / "strict.toml").write_text("[policy]\nactive_days = 30\n")
    answer = run("judge", "--policy", "strict.toml")
    assert answer.code == 0
    with Store.open(database) as store:
        assert store.latest_verdicts()["aoba"].activity == "static"


def test_judging_as_of_an_instant_stores_nothing(run: Run, database: Path) -> None:
    before = contents(database)
    answer = run("judge", "--as-of", "2024-11-25T00:00+09:00")
    assert answer.code == 0
    assert "nothing was stored" in answer.out
    assert contents(database) == before


# --- export ---


@pytest.mark.usefixtures("database")
def test_export_writes_the_mapping_by_the_ending(run: Run, tmp_path: Path) -> None:
    assert run("export", "m.csv").out == "3 clusters written to m.csv\n"
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 4
    assert run("export", "m.json").code == 0
    assert len(json.loads((tmp_path / "m.json").read_text())["clusters"]) == 3
