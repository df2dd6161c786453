"""`clusterwatch messages`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pages import ceased
from pages import made as made_database
from post_office import mail_server

from cli.main import main


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return made_database(tmp_path / "m.db", ceased(days=1))


def configured(folder: Path, port: int) -> str:
    path = folder / "c.toml"
    path.write_text(
        f'[notify]\nmail_en = ["kato@x.example"]\nsender = "watch@x.example"\nsmtp_host = "127.0.0.1"\n'
        f'smtp_port = {port}\nsmtp_security = "none"\nweekly = ""\n',
        encoding="utf-8",
    )
    return str(path)


def test_news_go_out_once_and_are_listed_and_shown(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server() as box:
        options = ["--db", str(database), "--config", configured(tmp_path, box.port)]
        assert main(["messages", "send", *options]) == 0
        assert capsys.readouterr().out == "2 messages sent.\n"
        assert main(["messages", "send", *options]) == 0
        assert capsys.readouterr().out == "0 messages sent.\n"
        told = ["The nightly crawl did not run", "likely ceased: Aoba Photonics Cluster"]  # its nights are of 2024
        assert [mail["Subject"] for mail in box.mails] == told
    assert main(["messages", "list", "--format", "json", "--db", str(database)]) == 0
    listed, alarm = json.loads(capsys.readouterr().out)["messages"]
    assert (listed["recipient"], listed["kind"], listed["state"]) == ("mail:kato@x.example", "digest", "sent")
    assert (listed["message"], listed["attempts"], alarm["kind"]) == (2, 1, "alarm")
    assert main(["messages", "show", "2", "--db", str(database)]) == 0
    assert capsys.readouterr().out.startswith("likely ceased: Aoba Photonics Cluster\n")
    page = tmp_path / "message.html"
    assert main(["messages", "show", "2", "--language", "ja", "--html", str(page), "--db", str(database)]) == 0
    assert '<html lang="ja">' in page.read_text(encoding="utf-8")


def test_a_message_on_trial_says_of_each_recipient_whether_it_went_out(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server() as box:
        options = ["--db", str(database), "--config", configured(tmp_path, box.port)]
        assert main(["messages", "test", *options]) == 0
        assert capsys.readouterr().out == "ok  mail:kato@x.example\n"
        assert box.mails[0]["Subject"] == "A test message of Clusterwatch"
        box.refuses = "550 nobody of that name"
        assert main(["messages", "test", *options]) == 1
        assert "BAD mail:kato@x.example: " in (said := capsys.readouterr().out)
        assert "550 nobody of that name" in said
        assert main(["messages", "send", *options]) == 1
        assert "550 nobody of that name" in capsys.readouterr().err
    assert main(["messages", "list", "--db", str(database), "--format", "csv"]) == 0
    assert ",waiting,1," in capsys.readouterr().out, "what is on trial is not kept"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["send"], "nobody is named"),
        (["test"], "nobody is named"),
        (["show", "7"], "there is no message 7"),
        (["show", "1", "--language", "fr"], "--language: 'fr' is none of en, ja"),
        (["show", "x"], "Invalid value"),
    ],
)
def test_wrong_usage_is_told_and_changes_nothing(
    database: Path, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = database.read_bytes()
    assert main(["messages", *arguments, "--db", str(database)]) == 2
    assert complaint in capsys.readouterr().err
    assert database.read_bytes() == before
