"""A folder in place of a file, a file in another encoding, an address that is not ours: what is said, and that it helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import main


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit code of a command, and what it says on standard error."""
    code = main(list(words))
    return code, capsys.readouterr().err


def test_settings_that_are_a_folder_or_not_in_utf_8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "flags", "--config", str(tmp_path)) == (
        2,
        f"clusterwatch: {tmp_path}: is a folder, not a file\n",
    )
    file = tmp_path / "settings.toml"
    file.write_bytes("[network]\ncontact = '連絡先'\n".encode("shift_jis"))
    assert said(capsys, "flags", "--config", str(file)) == (
        2,
        f"clusterwatch: {file}: cannot be read: it is not in UTF-8\n",
    )


def test_a_folder_is_no_copy_of_a_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, err = said(capsys, "restore", str(tmp_path), "--db", str(tmp_path / "new.db"))
    assert (code, err) == (1, f"clusterwatch: {tmp_path}: is a folder, not a file.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("host", "other"), [("192.0.2.1", "--host"), ("no such name", "--host")])
def test_an_address_that_cannot_be_listened_at_is_not_blamed_on_the_port(
    database: Path, capsys: pytest.CaptureFixture[str], host: str, other: str
) -> None:
    code, err = said(capsys, "serve", "--host", host, "--port", "0", "--db", str(database))
    assert code == 1
    assert err.rstrip().endswith(f"Choose another {other}")
