"""The mapping as files: written whole or not at all, and the same from the command as from the pages."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from made import verdict
from pages import Visitor, ceased, made, serving

from cli import mapping
from cli.context import Context
from cli.main import main
from crawler.config import Config
from db import export
from db.export import write_file
from pipelines.exporting import FORMS, MARK


def test_a_file_takes_the_place_of_the_old_one_whole_and_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "mapping.csv"
    path.write_text("the old one, which is longer than the new one")
    path.chmod(0o600)
    write_file(path, b"new\n")
    assert path.read_bytes() == b"new\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["mapping.csv"]


def test_a_failure_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mapping.csv"
    path.write_text("the old one")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_file(path, b"new")
    assert path.read_text() == "the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["mapping.csv"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "link to nothing"])
def test_only_a_regular_file_is_overwritten(tmp_path: Path, kind: str) -> None:
    path, other = tmp_path / "mapping.csv", tmp_path / "other.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(other)
    if kind == "link":
        other.write_text("the old one")
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(OSError, match="directory" if kind == "folder" else "not a regular file"):
        write_file(path, b"new")
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert not other.exists() or other.read_text() == "the old one"


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"q": "photonics"},
        {"flag": "likely_ceased"},
        {"flag": "likely_ceased", "q": "杉"},
        {"asked": "1"},
        {"prefecture": "Miyagi", "english": "none"},
        {"country": "JP", "home_language": "ja", "activity": "undetermined"},
        {"q": "nobody"},
    ],
)
def test_the_command_writes_what_the_pages_export_for_the_same_filter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], parts: dict[str, str]
) -> None:
    path = made(tmp_path / "desk.db", verdict(), ceased("cedar"))
    now = datetime.now(UTC).replace(microsecond=0)
    monkeypatch.setattr(mapping.Context, "of", lambda db, config: Context(database=db, config=Config(), now=now))
    options = [word for name, value in parts.items() for word in ("--filter", f"{name}={value}")]
    with serving(path, clock=lambda: now) as address, Visitor(address, "vera") as vera:
        for form in FORMS:
            file = tmp_path / f"mapping.{form}"
            assert main(["export", str(file), "--db", str(path), *options]) == 0, capsys.readouterr().err
            page = vera.get(f"/export/{form}", params=parts).content
            if form == "xlsx":
                assert cells(file.read_bytes()) == cells(page)
            else:
                assert file.read_bytes() == page.removeprefix(MARK)


def cells(content: bytes) -> list[tuple[object, ...]]:
    """Every row of a workbook; the file around them tells when it was made."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))
