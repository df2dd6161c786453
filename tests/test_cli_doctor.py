"""`clusterwatch doctor`: what is wrong, for people and for programs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from made import NIGHT, stored
from terminal import Run

from cli import doctor
from crawler.model import RunKind, RunState
from db.store import Store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The default database of the folder: three clusters, the first visited on two nights."""
    return stored(tmp_path / "clusterwatch.db", nights=2)


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
