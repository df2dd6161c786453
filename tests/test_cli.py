"""The command: its help, instants and settings, and one clear line for everything that a person can get wrong."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made import stored
from terminal import ESCAPES, Run, contents, one_line

from cli import context, show
from crawler.errors import ConfigError, UsageError
from db import opening
from db.store import Store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The default database of the folder: three clusters, the first visited on two nights."""
    return stored(tmp_path / "clusterwatch.db", nights=2)


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
