"""`clusterwatch registry` and `candidates`: the pages' steps in a terminal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR

from cli.main import main
from db.desk import Desk

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process over a database with three clusters, in a folder of its own."""
    for name in ("CLUSTERWATCH_DB", "CLUSTERWATCH_CONFIG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with Desk.open(tmp_path / "clusterwatch.db", create=True) as desk:
        desk.upsert_clusters([AOBA, BARE, CEDAR])

    def command(*words: str) -> tuple[int, str, str]:
        code = main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_a_cluster_is_added_corrected_retired_and_brought_back(run: Run, tmp_path: Path) -> None:
    assert run("registry", "add", "new", "name_en=New", "website=https://new.example/", "+members=57")[0] == 0
    assert run("registry", "set", "new", "city=Sendai", "+members=", "--note", "by phone", "--by", "kato")[0] == 0
    assert run("registry", "set", "new", "city=Sendai")[1] == "new is as before.\n"
    assert run("registry", "retire", "new", "--note", "a company", "--by", "kato")[0] == 0
    assert "new" not in run("registry", "list")[1]
    (row,) = json.loads(run("registry", "list", "--state", "retired", "--format", "json")[1])["clusters"]
    assert (row["cluster_id"], row["state"], row["changed_by"]) == ("new", "retired", "kato")
    assert run("registry", "revive", "new")[1] == "new is in use again.\n"
    with Desk.open(tmp_path / "clusterwatch.db") as desk:
        (stored,) = desk.clusters(["new"])
    assert (stored.name_en, stored.website, stored.city, stored.extra) == ("New", "https://new.example/", "Sendai", ())
    changes = json.loads(run("registry", "history", "new", "--format", "json")[1])["changes"]
    assert [c["what"] for c in changes] == ["revived", "retired", "corrected", "added"]
    table = list(csv.DictReader(io.StringIO(run("registry", "history", "new", "--format", "csv")[1])))
    corrected = [(r["by"], r["column"], r["before"], r["after"]) for r in table if r["what"] == "corrected"]
    assert corrected == [("kato", "city", "", "Sendai"), ("kato", "members", "57", "")]


def test_two_clusters_are_merged(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("registry", "merge", "cedar", "bare", "--take", "name_en", "--note", "one office")
    assert code == 0
    assert out.startswith("cedar was merged into bare.\n  name_en: Bare Cluster → Cedar Cluster\n")
    with Desk.open(tmp_path / "clusterwatch.db") as desk:
        assert desk.clusters(["bare"]) == [replace(CEDAR, cluster_id="bare")]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["registry", "add", "aoba", "name_en=x"], 2, "is taken already"),
        (["registry", "add", "new"], 1, "name_en: is missing"),
        (["registry", "add", "a b", "name_en=x", "website=x"], 1, "website: 'x' does not begin with http"),
        (["registry", "add", "new", "name_jp=x"], 2, "Did you mean name_ja?"),
        (["registry", "add", "new", "members=1"], 2, "A further column is written +members=…"),
        (["registry", "add", "new", "+notes=1"], 2, "the registry has no column"),
        (["registry", "add", "new", "name_en"], 2, "is not written like COLUMN=VALUE"),
        (["registry", "add", "new", "name_en=a", "name_en=b"], 2, "names a column twice"),
        (["registry", "add", "new", "name_en=a", "--candidate", "9"], 2, "there is no candidate 9"),
        (["registry", "set", "aoba"], 2, "set takes columns to correct"),
        (["registry", "set", "aoba", "cluster_id=b"], 2, "an id never changes"),
        (["registry", "set", "aoba", "lat=95"], 1, "lat: 95 lies outside"),
        (["registry", "set", "nobody", "city=x"], 2, "not in the registry: nobody"),
        (["registry", "retire", "aoba"], 2, "--note"),
        (["registry", "retire", "aoba", "--note", " "], 2, "say why"),
        (["registry", "revive", "aoba"], 2, "aoba is in use"),
        (["registry", "merge", "aoba", "aoba"], 2, "into itself"),
        (["registry", "merge", "aoba", "cedar", "--take", "country"], 2, "do not differ in country"),
        (["registry", "history", "nobody"], 2, "not in the registry: nobody"),
        (["registry", "list", "--state", "dead"], 2, "'dead' is not one of"),
        (["candidates", "reject", "1", "--note", "x"], 2, "there is no candidate 1"),
        (["candidates", "add", "none.csv"], 1, "there is no such file"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    run: Run, tmp_path: Path, words: list[str], code: int, says: str
) -> None:
    with Desk.open(tmp_path / "clusterwatch.db") as desk:
        before = desk.counts()
    got, out, err = run(*words)
    assert (got, out) == (code, "")
    assert says in err
    with Desk.open(tmp_path / "clusterwatch.db") as desk:
        assert desk.counts() == before


def test_candidates_come_from_a_file_and_are_decided_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "found.csv"
    path.write_text("name,website,score\nBio,https://bio.example/,0.5\nAoba,https://aoba.example/,0.9\nBad,x,\n")
    code, _, err = run("candidates", "add", "found.csv")
    assert (code, "refused: row 4, website" in err, "1 row refused" in err) == (1, True, True)
    assert run("candidates", "add", "found.csv", "--partial")[1].startswith("2 candidates new, 0 open already")
    listed = json.loads(run("candidates", "list", "--format", "json")[1])["candidates"]
    assert [(c["name"], c["in_registry"]) for c in listed] == [("Aoba", "aoba"), ("Bio", None)]
    assert run("candidates", "reject", "2", "--note", "there already")[0] == 0
    assert run("registry", "add", "bio", "name_en=Bio", "--candidate", "1")[0] == 0
    again = run("candidates", "add", "found.csv", "--partial")[1]
    assert again.startswith("0 candidates new, 0 open already, 2 accepted or rejected before.")
    assert json.loads(run("candidates", "list", "--format", "json")[1])["candidates"] == []


def test_an_import_says_which_rows_it_left_out(run: Run, tmp_path: Path) -> None:
    run("registry", "retire", "bare", "--note", "a company")
    (tmp_path / "r.csv").write_text("cluster_id,name_en,website\nbare,Bare,\nnew,New,\n")
    code, out, err = run("import", "r.csv")
    assert (code, "1 left out." in out) == (0, True)
    assert "warning: row 2, cluster_id: was retired; the row is left out." in err


def test_words_of_others_give_the_terminal_no_orders(run: Run) -> None:
    assert run("registry", "set", "aoba", "city=a\u202eb", "--note", "x\u202ey")[0] == 0
    for words in (["registry", "history"], ["registry", "list"], ["registry", "history", "aoba", "--format", "csv"]):
        assert "\u202e" not in run(*words)[1]
