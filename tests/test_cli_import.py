"""`clusterwatch import`: what it did, row by row, and a registry that cannot be taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from made import stored
from terminal import ESCAPES, Run, one_line

from db.store import Store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The default database of the folder: three clusters, the first visited on two nights."""
    return stored(tmp_path / "clusterwatch.db", nights=2)


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
