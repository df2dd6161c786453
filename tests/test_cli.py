"""The command: what each one prints, its exit code, and one clear line for everything that a person can get wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR, FULL_VISIT, NIGHT, POST, stored, verdict
from rich.cells import cell_len
from rich.console import Console

from cli import context, crawling, doctor, show
from cli.main import main
from crawler.errors import ConfigError, UsageError
from crawler.model import Cluster, Flag, Outcome, Reason, RunKind, RunState, Verdict
from db import opening
from db.export import COLUMNS
from db.store import Store
from samples.server import SampleNetwork

ROOT = Path(__file__).parents[1]
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"

Run = Callable[..., "Answer"]


class Answer:
    """What a command said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, in a folder of its own."""
    for name in ("CLUSTERWATCH_DB", "CLUSTERWATCH_CONFIG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def command(*words: str | Path) -> Answer:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return command


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The default database of the folder: three clusters, the first visited on two nights."""
    return stored(tmp_path / "clusterwatch.db", nights=2)


def one_line(answer: Answer, code: int, words: str) -> None:
    """The answer is this exit code and one line on standard error with these words."""
    assert answer.code == code, answer.err
    assert words in answer.err
    assert answer.err.count("\n") == 1, answer.err
    assert answer.out == ""


# --- what a person can get wrong ---


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["flgs"], "No such command 'flgs'"),
        (["flags", "--colour", "red"], "No such option: --colour"),
        (["flags", "--flag", "dead"], "'dead' is not one of 'active', 'static'"),
        (["flags", "--activity", "dead"], "'dead' is not one of"),
        (["flags", "--format", "yaml"], "'yaml' is not one of 'table', 'csv', 'json'"),
        (["show"], "Missing argument 'ID'"),
        (["show", "nobody"], "not in the registry: nobody"),
        (["show", "aoba", "--format", "csv"], "show writes a table or json"),
        (["show", "aoba", "--now", "tomorrow"], "--now: 'tomorrow' is no instant"),
        (["show", "aoba", "--now", "0001-01-01"], "--now: '0001-01-01' lies outside the years"),
        (["show", "aoba", "--now", "2024-02-30"], "is no instant"),
        (["judge", "--as-of", "yesterday"], "--as-of: 'yesterday' is no instant"),
        (["crawl", "nobody", "aoba", "none"], "not in the registry: nobody, none"),
        (["crawl", "--now", "25.11.2024"], "--now: '25.11.2024' is no instant"),
        (["rescan", "nobody"], "not in the registry: nobody"),
        (["export"], "Missing argument 'FILE'"),
        (
            ["export", "mapping.xls"],
            "mapping.xls: the ending must say what to write: .csv, .xlsx, .json, .geojson or .svg",
        ),
        (["export", "mapping"], "the ending must say what to write"),
        (["export", "m.csv", "--filter", "flag"], "--filter: 'flag' is not NAME=VALUE with one of the names q, flag,"),
        (["export", "m.csv", "--filter", "colour=red"], "--filter: 'colour=red' is not NAME=VALUE"),
        (["export", "m.csv", "--filter", "flag="], "--filter: 'flag=' is not NAME=VALUE"),
        (["export", "m.csv", "--filter", "flag=dead"], "--filter: flag is one of active, static,"),
        (["export", "m.csv", "--filter", "asked=yes"], "--filter: asked is one of 1, announced,"),
        (["export", "m.csv", "--filter", "q=a", "--filter", "q=b"], "--filter: q is given twice"),
        (["doctor", "--since", "a week"], "--since: 'a week' is no span"),
        (["flags", "--config", "none.toml"], "none.toml: there is no such configuration file"),
        (["demo", "--nights", "0"], "Invalid value for '--nights'"),
        (["import"], "Missing argument 'FILE'"),
    ],
)
@pytest.mark.usefixtures("database")
def test_wrong_usage_is_one_line_and_code_2(run: Run, words: list[str], says: str) -> None:
    one_line(run(*words), 2, says)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[policy]\nactive_days = 0\n", "policy.active_days must be between 1 and 36500, not 0"),
        ('[policy]\nactive_days = "548"\n', "policy.active_days must be a whole number"),
        ("[policy]\nactiv_days = 548\n", "policy.activ_days is not a setting"),
        ("[policies]\n", "[policies] is not a table of the configuration"),
        ("[policy\n", "is not valid TOML"),
        ("\xff", "must be"),
    ],
)
@pytest.mark.parametrize("command", [["judge", "--policy"], ["flags", "--config"], ["import", "r.csv", "--config"]])
@pytest.mark.usefixtures("database")
def test_a_wrong_setting_is_named_and_nothing_is_changed(
    run: Run, tmp_path: Path, command: list[str], toml: str, says: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(toml.encode("latin-1"))
    (tmp_path / "r.csv").write_text("cluster_id,name_en,website\nnew,New,\n")
    before = contents(tmp_path / "clusterwatch.db")
    if toml == "\xff":
        says = "settings.toml: cannot be read"
    one_line(run(*command, path), 2, says)
    assert contents(tmp_path / "clusterwatch.db") == before


def contents(path: Path) -> tuple[list[Cluster], dict[str, Verdict], dict[str, int]]:
    with Store.open(path) as store:
        return store.clusters(), store.latest_verdicts(), store.counts()


READING = (["flags"], ["show", "aoba"], ["judge"], ["export", "x.csv"], ["rescan", "aoba"], ["crawl", "aoba"])


@pytest.mark.parametrize("words", READING)
def test_a_missing_database_is_told_and_not_made(run: Run, tmp_path: Path, words: list[str]) -> None:
    one_line(run(*words), 1, "clusterwatch.db: there is no such database. Make it with: clusterwatch import FILE")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [*READING, ["import", "r.csv"]])
def test_a_file_that_is_no_database_is_told_and_left_alone(run: Run, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "r.csv").write_text("cluster_id,name_en,website\na,Aoba,\n")
    other = tmp_path / "clusterwatch.db"
    other.write_text("a text\n" * 1000)
    one_line(run(*words), 1, "clusterwatch.db: is not a database, or its beginning is damaged")
    assert other.read_text() == "a text\n" * 1000


@pytest.mark.parametrize("words", [["flags"], ["show", "aoba"], ["judge"], ["export", "x.csv"], ["import", "r.csv"]])
def test_a_damaged_database_is_told(run: Run, tmp_path: Path, database: Path, words: list[str]) -> None:
    (tmp_path / "r.csv").write_text("cluster_id,name_en,website\na,Aoba,\n")
    raw = sqlite3.connect(database)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'clusters'").fetchone()
    (size,) = raw.execute("PRAGMA page_size").fetchone()
    raw.close()
    with database.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)
    one_line(run(*words), 1, "clusterwatch.db: is damaged. Restore a backup")


@pytest.mark.parametrize("words", [["judge"], ["import", "r.csv"], ["crawl", "aoba"], ["rescan", "aoba"]])
def test_a_locked_database_is_told_and_not_changed(
    run: Run, tmp_path: Path, database: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_S", 0.05)
    (tmp_path / "r.csv").write_text("cluster_id,name_en,website\nnew,New,\n")
    before = contents(database)
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    one_line(run(*words), 1, "clusterwatch.db: is locked by another program")
    assert run("flags").code == 0
    writer.execute("ROLLBACK")
    writer.close()
    assert contents(database) == before


def test_an_empty_registry_is_told_before_a_crawl(run: Run, tmp_path: Path) -> None:
    Store.open(tmp_path / "clusterwatch.db", create=True).close()
    one_line(run("crawl"), 2, "the registry is empty: import one first")


@pytest.mark.usefixtures("database")
def test_an_export_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    one_line(run("export", "none/mapping.csv"), 1, "none/mapping.csv: cannot be written: No such file or directory")
    (tmp_path / "folder.csv").mkdir()
    one_line(run("export", "folder.csv"), 1, "folder.csv: cannot be written: Is a directory")
    assert [p.name for p in tmp_path.iterdir() if p.suffix in {".csv", ".part"}] == ["folder.csv"]


def test_words_typed_by_somebody_else_cannot_order_the_terminal_about(run: Run, database: Path) -> None:
    for words in (["show", ESCAPES], ["flags", f"--{ESCAPES}"], ["import", f"{ESCAPES}.csv"], ["show", "\udcff"]):
        answer = run(*words)
        assert answer.code in {1, 2}
        assert all(c.isprintable() or c == "\n" for c in answer.err.encode("utf-8", "replace").decode())
    assert database.exists()


def test_no_command_shows_the_help(run: Run) -> None:
    answer = run()
    assert (answer.code, answer.err) == (2, "")
    assert "Usage: clusterwatch" in answer.out


@pytest.mark.parametrize(
    "command",
    ["demo", "import", "crawl", "rescan", "flags", "show", "judge", "export", "serve", "users", "review", "doctor"],
)
def test_every_command_has_help(run: Run, command: str) -> None:
    answer = run(command, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert f"clusterwatch {command}" in answer.out


# --- import ---

GOOD = "cluster_id,name_en,website\na,Aoba,https://a.example/\nb,Bara,\n"
MIXED = "cluster_id,name_en,website,lat\na,Aoba,https://a.example/,35\nb,Bara,javascript:alert(1),\n"


def test_an_import_counts_what_it_did_and_a_second_one_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(GOOD)
    answer = run("import", "r.csv")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "2 rows accepted (0 with warnings), 0 refused; 2 clusters were added, 0 changed, 0 as before.\n"
    )
    assert "0 clusters were added, 0 changed, 2 as before" in run("import", "r.csv").out


def test_a_refused_row_is_named_with_column_reason_and_advice_and_nothing_is_changed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(MIXED)
    answer = run("import", "r.csv")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines() == [
        (
            "refused: row 3, website: 'javascript:alert(1)' is no web address. "
            "Only addresses with http:// or https:// can be visited."
        ),
        "warning: row 2, lon: is missing while the other coordinate is given. The map cannot show this cluster.",
        (
            "clusterwatch: r.csv: 1 row refused (listed above), so nothing was changed. "
            "Mend the file, or import the good rows with --partial."
        ),
    ]
    assert not (tmp_path / "clusterwatch.db").exists()


def test_partial_takes_the_good_rows_and_a_dry_run_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(MIXED)
    dry = run("import", "r.csv", "--dry-run")
    assert dry.code == 0
    assert "1 row accepted (1 with warnings), 1 refused; 1 cluster would be added" in dry.out
    assert not (tmp_path / "clusterwatch.db").exists()
    assert run("import", "r.csv", "--partial").code == 0
    with Store.open(tmp_path / "clusterwatch.db") as store:
        assert [c.cluster_id for c in store.clusters()] == ["a"]


@pytest.mark.usefixtures("database")
def test_a_dry_run_compares_with_the_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("cluster_id,name_en,website\nbare,Bare Cluster,\nnew,New,\n")
    assert "1 cluster would be added, 0 changed, 1 as before" in run("import", "r.csv", "--dry-run").out


def test_a_long_report_is_cut_and_counted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("cluster_id,name_en,website\n" + "a,,\n" * 60)
    assert "… and 10 more" in run("import", "r.csv").err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "r.csv: there is no such file"),
        (b"", "r.csv: is empty"),
        (b"name_en,website\nA,\n", "r.csv: has no column cluster_id"),
        (b"PK\x03\x04", "r.csv: is a damaged or protected Excel workbook"),
    ],
)
def test_a_registry_that_cannot_be_taken_is_one_line(
    run: Run, tmp_path: Path, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / "r.csv").write_bytes(content)
    one_line(run("import", "r.csv"), 1, says)
    assert not (tmp_path / "clusterwatch.db").exists()


def test_headings_of_a_file_cannot_order_the_terminal_about(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(f"cluster_id,name_en,website,{ESCAPES}\na,,,\x07\n")
    answer = run("import", "r.csv")
    assert answer.code == 1
    assert all(c.isprintable() or c == "\n" for c in answer.err)


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


# --- doctor ---


@pytest.fixture
def contact(tmp_path: Path) -> Path:
    path = tmp_path / "contact.toml"
    path.write_text('[network]\ncontact = "ops@example.org"\n')
    return path


def test_doctor_is_content_when_all_is_there(
    run: Run, database: Path, contact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "chromium", lambda executable: "/usr/bin/chromium")
    answer = run("doctor", "--config", contact)
    assert answer.code == 0, answer.out
    assert "BAD" not in answer.out
    assert f"ok  database: {database.name}" in answer.out
    assert "ok  registry: 3 clusters" in answer.out


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("browser", "BAD browser: none found; pages that need one stay unread"),
        ("contact", "set network.contact in the config"),
        ("missing", "BAD database: clusterwatch.db does not exist"),
        ("damaged", "BAD database: clusterwatch.db: is not a database"),
        ("empty", "BAD registry: 0 clusters; import one"),
        ("void", "was void and changes nothing: our network was down"),
        ("late", "BAD the crawl did not run within the span"),
    ],
)
def test_doctor_names_what_is_wrong(
    run: Run, database: Path, contact: Path, monkeypatch: pytest.MonkeyPatch, trouble: str, says: str
) -> None:
    monkeypatch.setattr(doctor, "chromium", lambda executable: "" if trouble == "browser" else "/usr/bin/chromium")
    if trouble in {"missing", "empty"}:
        database.unlink()
    if trouble == "empty":
        Store.open(database, create=True).close()
    if trouble == "damaged":
        database.write_text("no database\n" * 500)
    if trouble == "void":
        with Store.open(database) as store:
            store.void_run(store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba", "bare", "cedar"]), "our network was down")
    if trouble == "late":
        with Store.open(database, clock=lambda: NIGHT) as store:
            store.end_run(store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba"]), RunState.DONE)
    config = [] if trouble == "contact" else ["--config", contact]
    since = ["--since", "26h"] if trouble == "late" else []
    answer = run("doctor", *config, *since)
    assert answer.code == 1
    assert says in answer.out
    assert answer.err == ""


def test_doctor_tells_programs_what_it_tells_people(run: Run, database: Path, contact: Path) -> None:
    at = "2024-11-26T09:00Z"
    with Store.open(database, clock=lambda: NIGHT) as store:
        store.end_run(store.start_run(RunKind.NIGHTLY, NIGHT, ["aoba", "bare", "cedar"]), RunState.DONE)
    late = run("doctor", "--config", contact, "--since", "38h", "--now", at, "--format", "json")
    told = json.loads(late.out)
    assert (late.code, told["checked_at"], told["healthy"]) == (1, "2024-11-26T09:00:00Z", False)
    severity = {f["code"]: f["severity"] for f in told["findings"]}
    assert (severity["sqlite"], severity["database_read"], severity["not_run"]) == ("ok", "ok", "bad")
    assert all(set(f) == {"code", "severity", "words"} and f["words"] for f in told["findings"])
    listed = list(
        csv.reader(
            run("doctor", "--config", contact, "--since", "39h", "--now", at, "--format", "csv").out.splitlines()
        )
    )
    assert listed[0] == ["code", "severity", "words"]
    assert ["night_done", "ok", "the last night ended 2024-11-24 18:00 UTC, done"] in listed


# --- instants and settings ---


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2024-11-24", datetime(2024, 11, 24, 12, tzinfo=UTC)),
        ("2024-11-24T03:00+09:00", datetime(2024, 11, 23, 18, tzinfo=UTC)),
        ("2024-11-24T03:00", datetime(2024, 11, 24, 3, tzinfo=UTC)),
        ("2024-11-24 03:00Z", datetime(2024, 11, 24, 3, tzinfo=UTC)),
        ("20241124", datetime(2024, 11, 24, 12, tzinfo=UTC)),
    ],
)
def test_an_instant_as_people_write_it(text: str, when: datetime) -> None:
    assert context.instant(text) == when


def test_no_instant_is_now_to_the_second() -> None:
    assert abs(context.instant("") - datetime.now(UTC)) < timedelta(seconds=5)
    assert context.instant("").microsecond == 0


@pytest.mark.parametrize("text", ["9999-12-31T23:59-10:00", "0001-01-01T00:00+09:00", "1989-12-31", "2200-01-01"])
def test_an_instant_outside_the_calendar_of_websites_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="lies outside the years"):
        context.instant(text)


def test_a_configuration_that_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder, not a file"):
        context.read_config(tmp_path)


def test_page_words_lose_what_a_terminal_obeys_and_nothing_else() -> None:
    assert show.safe("日本語 “x” – é\u3000\x1b[0m\u202e") == "日本語 “x” – é  [0m "
    assert show.safe_lines("a\x07\nb") == "a \nb"


# --- the whole way, against the sample network ---


def settings_file(folder: Path, network: SampleNetwork, max_seconds: float = 8.0) -> Path:
    path = folder / "settings.toml"
    path.write_text(
        f'[network]\nallow = ["127.0.0.0/8"]\nnameservers = ["{network.nameserver}"]\ncontact = "tests"\n'
        f"[politeness]\ndelay_s = 0.0\n[budget]\nmax_seconds = {max_seconds}\n[browser]\nenabled = false\n"
    )
    return path


def sample_registry(folder: Path, *ids: str) -> Path:
    path = folder / "registry.csv"
    lines = (ROOT / "samples" / "clusters.csv").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], *(line for line in lines if line.split(",")[0] in ids)]), encoding="utf-8")
    return path


def test_from_import_to_export(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2024, 11, 24, 18, tzinfo=UTC)
    with SampleNetwork(now=now) as network:
        for name, value in (("http_proxy", network.proxy_url), ("https_proxy", network.proxy_url), ("no_proxy", "")):
            monkeypatch.setenv(name, value)
        config = ("--config", settings_file(tmp_path, network))
        assert run("import", sample_registry(tmp_path, "silent", "no-website")).code == 0
        crawl = run("crawl", "--now", "2024-11-24T18:00Z", *config)
        assert crawl.code == 0, crawl.err
        assert "2 of 2 clusters visited: 1 read, 1 without a website." in crawl.out
        assert "Flags now: 1 likely ceased, 1 undetermined." in crawl.out
        rescan = run("rescan", "silent", "--now", "2024-11-25T18:00Z", *config)
    assert rescan.code == 0, rescan.err
    assert [line.split()[0] for line in rescan.out.splitlines() if line.startswith(("before", "now"))] == [
        "before",
        "now",
    ]
    assert "2024-11-24 18:00" in rescan.out
    assert "2024-11-25 18:00" in rescan.out
    assert run("export", "m.csv").code == 0
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["cluster_id"]: row for row in csv.DictReader(stream)}
    assert (rows["silent"]["flag"], rows["silent"]["decided_at"]) == ("likely_ceased", "2024-11-25T18:00:00Z")
    assert (rows["no-website"]["flag"], rows["no-website"]["reachability"]) == ("undetermined", "no_website")


def test_a_void_run_is_a_failure_that_says_why(run: Run, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    void = crawling.Crawl(run_id=1, total=1, void="our own network seems to be down")
    monkeypatch.setattr(crawling, "run_crawl", lambda *args, **kwargs: void)
    answer = run("crawl", "--db", database)
    assert answer.code == 1
    assert answer.err == "clusterwatch: our own network seems to be down\n"


def test_a_terminal_is_shown_a_bar_and_a_file_plain_lines(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def three_visits(*args: object, watch: crawling.Watcher, **kwargs: object) -> crawling.Crawl:
        for done in (1, 2, 3):
            watch(crawling.Step("aoba", None, None, done - 1, 3))
            watch(crawling.Step("aoba", FULL_VISIT, verdict(), done, 3))
        return crawling.Crawl(run_id=1, total=3, outcomes={"aoba": FULL_VISIT.outcome}, failed={"cedar": "it died"})

    monkeypatch.setattr(crawling, "run_crawl", three_visits)
    plain = run("crawl", "--db", database)
    assert (plain.code, plain.err) == (0, "")
    assert plain.out.splitlines()[:3] == [
        "3 of 3 visited",
        "1 of 3 clusters visited: 1 read. 0 pages, 0.0 MiB, 0 shown in a browser.",
        "not visited: cedar: it died",
    ]
    monkeypatch.setattr(
        show, "console", lambda error=False: Console(stderr=error, force_terminal=True, markup=False, width=100)
    )
    terminal = run("crawl", "--db", database)
    assert "3/3" in terminal.err
    assert "3 of 3 visited" not in terminal.out


def test_a_crawl_can_bring_the_default_registry_along(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawling, "run_crawl", lambda *args, **kwargs: crawling.Crawl(run_id=1, total=118))
    answer = run("crawl", "--import-default")
    assert (answer.code, answer.err) == (0, "")
    assert "imported the default one, samples/japan.csv (118 clusters)" in answer.out
    with Store.open(tmp_path / "clusterwatch.db") as store:
        assert len(store.clusters()) == 118
    assert "imported" not in run("crawl", "--import-default").out


# --- the process itself ---


def command(*words: str, **kwargs: object) -> subprocess.Popen[str]:
    program = "from cli.main import run; run()"
    return subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        **kwargs,  # type: ignore[call-overload]
    )  # fmt: skip


def test_a_reader_that_has_seen_enough_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "many.db"
    with Store.open(path, create=True) as store:
        store.upsert_clusters(replace(BARE, cluster_id=f"c{i:05}") for i in range(1500))
    with command("flags", "--format", "csv", "--db", str(path)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 1


def test_a_terminal_without_japanese_shows_escapes(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.db")
    with command("show", "aoba", "--db", str(path), env={**os.environ, "PYTHONIOENCODING": "ascii"}) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "\\u9752\\u8449" in out


def test_ctrl_c_ends_a_crawl_with_one_line_and_the_run_waits_to_be_continued(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with SampleNetwork(now=datetime.now(UTC)) as network:
        config = settings_file(tmp_path, network, max_seconds=60)
        assert main(["import", str(sample_registry(tmp_path, "slow-drip")), "--db", str(path)]) == 0
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
        with command("crawl", "--db", str(path), "--config", str(config), env={**os.environ, **proxies}) as process:
            wait_for_visit(path)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "clusterwatch: stopped; what was stored is kept, and a crawl started again continues\n"
    with Store.open(path) as store:
        (unfinished,) = store.unfinished_runs(RunKind.NIGHTLY)
        assert store.waiting(unfinished.run_id) == ["slow-drip"]


def wait_for_visit(path: Path) -> None:
    """Until a visit is under way."""
    for _ in range(600):
        with Store.open(path) as store:
            if any(store.task_states(r.run_id).get("running") for r in store.runs(1)):
                return
        time.sleep(0.05)
    raise TimeoutError("no visit began")
