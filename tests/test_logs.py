"""What the programs say while they work: records for programs, lines for people, and no secret in either."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from faultnet import FaultNetwork, clusters, home, without_robots
from made import stored
from processes import CLUSTERWATCH, address_told, begin, end, written

from cli import logs
from cli.main import main
from crawler.config import Log, config_from
from crawler.errors import ConfigError
from crawler.timetable import JobName
from db.desk import Desk
from db.job_runs import JobRunKind
from schedules.crawl_log import CrawlLog, Said, records

EVIL = "evil\nFAKE line\x1b[2J\u202e"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is one for the whole process: what a test sets up is taken back."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in logs._HEARD}
    yield
    root.handlers[:] = handlers
    sys.excepthook, threading.excepthook = hooks
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


# --- forms ---


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_a_record_is_one_object_a_line_with_its_time_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(Log(form="json", level="info"))
    extra = {"run_id": 7, "cluster_id": "aoba"}
    logging.getLogger("schedules.x").info("%s: visited", EVIL, extra=extra)
    (line,) = said(capsys)
    assert line.isascii()
    told = json.loads(line)
    at = datetime.fromisoformat(told.pop("time"))
    assert at.utcoffset() is not None
    assert abs((datetime.now(UTC) - at).total_seconds()) < 600
    assert line.split('"')[3].endswith("Z")
    assert told == {"level": "info", "logger": "schedules.x", "message": f"{EVIL}: visited", **extra}


def test_a_traceback_stays_within_its_record(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(Log(form="json"))
    try:
        raise ValueError(EVIL)
    except ValueError:
        logging.getLogger("db.x").exception("it broke")
    (line,) = said(capsys)
    told = json.loads(line)
    assert (told["message"], told["level"]) == ("it broke", "error")
    assert "ValueError: evil" in told["exception"]


def test_no_word_of_others_begins_a_line_or_gives_orders_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(Log())
    logging.getLogger("spiders.x").warning("%s", EVIL)
    first, second = said(capsys)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING spiders\.x: evil", first)
    assert second.startswith("    FAKE line")
    assert not re.search("[\x1b\u202e]", second)


@pytest.mark.parametrize(
    ("level", "name", "heard"),
    [
        ("warning", "schedules", "WARNING ERROR"),
        ("info", "schedules", "INFO WARNING ERROR"),
        ("debug", "review.gate", "DEBUG INFO WARNING ERROR"),
        ("error", "db", "ERROR"),
        ("info", "uvicorn.access", "INFO WARNING ERROR"),
        ("debug", "httpx", "WARNING ERROR"),  # a library tells whom it asks
        ("error", "httpx", "ERROR"),
    ],
)
def test_libraries_are_heard_from_warnings_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, level: str, name: str, heard: str
) -> None:
    # Servers that other tests ran in this process have muted uvicorn's loggers.
    heard_from = logging.getLogger(name)
    monkeypatch.setattr(heard_from, "propagate", True)
    monkeypatch.setattr(heard_from, "level", logging.NOTSET)
    heard_from.manager._clear_cache()  # type: ignore[attr-defined]  # what `setLevel` does
    logs.set_up(Log(level=level))
    for word in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logging.getLogger(name).log(word, "x")
    assert [line.split()[1] for line in said(capsys)] == heard.split()


def test_setting_it_up_twice_says_everything_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(Log(form="json"))
    logs.set_up(Log())
    logging.getLogger("db").warning("x")
    (line,) = said(capsys)
    assert line.endswith("WARNING db: x")


def test_the_variable_counts_more_than_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(logs.VARIABLE, "json")
    logs.set_up(Log(form="text"))
    assert logs.in_json()
    monkeypatch.setenv(logs.VARIABLE, "")
    logs.set_up(Log(form="text"))
    assert not logs.in_json()


def test_a_form_or_level_that_there_is_not_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("form", "xml"), ("level", "INFO")):
        with pytest.raises(ConfigError, match=rf"log\.{name} must be one of .*, not '{value}'"):
            config_from({"log": {name: value}})
    monkeypatch.setenv(logs.VARIABLE, "xml")
    assert main(["crawl", "--db", str(stored(tmp_path / "l.db"))]) == 2
    assert f"{logs.VARIABLE}: must be one of text, json, not 'xml'" in capsys.readouterr().err


def test_a_crash_is_a_record_too() -> None:
    program = "from cli import logs; from crawler.config import Log; logs.set_up(Log(form='json')); 1 / 0"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert "ZeroDivisionError" in json.loads(line)["exception"]


# --- requests ---


def access(target: str, status: int = 303) -> logging.LogRecord:
    args = ("127.0.0.1:5", "GET", target, "1.1", status)
    return logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', args, None)


@pytest.mark.parametrize(
    ("target", "status", "message"),
    [
        ("/enter?token=cw_secret", 303, '127.0.0.1:5 - "GET /enter HTTP/1.1" 303'),
        ("/?q=secret&flag=active", 200, '127.0.0.1:5 - "GET / HTTP/1.1" 200'),
        ("/sign-in/return?code=a?b&state=c", 303, '127.0.0.1:5 - "GET /sign-in/return HTTP/1.1" 303'),
        ("/health", 503, '127.0.0.1:5 - "GET /health HTTP/1.1" 503'),
        ("/health", 200, None),
        ("/live?x", 200, None),
    ],
)
def test_a_line_about_a_request_has_no_query(target: str, status: int, message: str | None) -> None:
    record = access(target, status)
    assert logs.without_secrets(record) is (message is not None)
    if message:
        assert record.getMessage() == message
        assert "?" not in record.__dict__["path"]


def test_a_line_that_is_not_understood_is_not_passed_on() -> None:
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "GET /enter?token=secret", None, None)
    assert logs.without_secrets(record) is False


def test_a_real_server_tells_its_requests_and_no_secret(tmp_path: Path) -> None:
    database = stored(tmp_path / "l.db")
    config = tmp_path / "l.toml"
    config.write_text('[log]\nform = "json"\nlevel = "info"\n')
    process = begin(["serve", "--port", "0", "--db", str(database), "--config", str(config)])
    try:
        address, lines = address_told(process)
        assert process.stderr is not None
        with httpx.Client(base_url=address, trust_env=False) as client:
            client.get("/enter", params={"token": "secret1"})
            client.get("/", params={"q": "secret2"}, headers={"Referer": f"{address}/?q=secret3"})
            client.get("/api/me", headers={"Authorization": "Bearer secret4"})
            client.get("/live")
        os.kill(process.pid, signal.SIGTERM)
        lines += process.stderr.readlines()
        process.wait(30)
    finally:
        end(process)
    told = [json.loads(line) for line in lines]
    requests = [(r["method"], r["path"], r["status"]) for r in told if r["logger"] == "uvicorn.access"]
    assert requests == [("GET", "/enter", 200), ("GET", "/", 303), ("GET", "/api/me", 401)]
    assert b"secret" not in b"".join(lines)
    assert b"token=" not in b"".join(lines), "no link that signs in is written into a log"
    assert all({"time", "level", "logger", "message"} <= set(r) for r in told)


# --- crawls ---

SCRAPY = """\
Traceback (most recent call last):
ImportError: no module
2026-11-25 10:00:00 [spiders.visit] WARNING: the archive cannot be written: x
2026-11-25 10:00:01 [spiders.fetch] WARNING: aoba: fetch of http://x/ failed in a way not understood
Traceback (most recent call last):
  File "x", line 1
2026-11-25 10:00:02 [scrapy.downloadermiddlewares.retry] ERROR: Gave up retrying <GET http://x/>
2026-11-25 10:00:02 [scrapy.core.scraper] ERROR: Spider error processing <GET http://x/>
2026-11-25 10:00:03 no record
"""


def test_the_log_of_a_crawl_process_is_read_record_by_record() -> None:
    assert records(SCRAPY) == [
        Said("process", logging.WARNING, "Traceback (most recent call last):\nImportError: no module"),
        Said("spiders.visit", logging.WARNING, "the archive cannot be written: x"),
        Said(
            "spiders.fetch",
            logging.WARNING,
            "aoba: fetch of http://x/ failed in a way not understood\nTraceback (most recent call last):\n"
            '  File "x", line 1',
        ),
        Said("scrapy.downloadermiddlewares.retry", logging.INFO, "Gave up retrying <GET http://x/>"),
        Said(
            "scrapy.core.scraper",
            logging.ERROR,
            "Spider error processing <GET http://x/>\n2026-11-25 10:00:03 no record",
        ),
    ]
    assert records("") == []


def test_a_growing_log_is_passed_on_in_whole_records(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "log"
    log = CrawlLog(path, 7, ["aoba"])
    caplog.set_level(logging.INFO, "crawl")
    passed: list[int] = []
    for end_of in range(0, len(SCRAPY) + 40, 40):
        path.write_text(SCRAPY[:end_of])
        log.pass_on()
        passed.append(len(caplog.records))
    assert passed == sorted(passed)
    assert passed[-1] == len(records(SCRAPY)) - 1, "the last one may go on growing"
    log.pass_on(ended=True)
    log.pass_on(ended=True)
    assert [r.getMessage() for r in caplog.records] == [said.message for said in records(SCRAPY)]
    about = [(r.__dict__["run_id"], r.__dict__.get("cluster_id")) for r in caplog.records]
    assert about == [(7, None), (7, None), (7, "aoba"), (7, None), (7, None)]
    assert caplog.records[2].name == "crawl.spiders.fetch"
    assert log.tail().endswith("no record")


@dataclass
class Told:
    """What a command said."""

    code: int
    out: str
    records: list[dict[str, object]]


@contextmanager
def network_of(folder: Path, **tables: dict[str, object]) -> Iterator[list[str]]:
    """Two sites that answer, and the options of a command for them."""
    with FaultNetwork() as network:
        sites = {name: network.site(f"{name}.example", without_robots(lambda w, _: w.answer(home()))) for name in "ab"}
        options = written(network, folder, log={"form": "json", "level": "info"}, **tables)
        with Desk.open(folder / "crawl.db", create=True) as desk:
            desk.upsert_clusters(clusters(sites))
        yield options


def told_by(arguments: list[str]) -> Told:
    done = subprocess.run([CLUSTERWATCH, *arguments], capture_output=True, text=True, check=False, timeout=90)
    return Told(done.returncode, done.stdout, [json.loads(line) for line in done.stderr.splitlines()])


def test_a_crawl_in_json_is_records_and_nothing_else(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with network_of(tmp_path, storage={"archive": str(in_the_way / "x")}) as options:
        told = told_by(["crawl", *options])
    assert (told.code, told.out) == (0, "")
    visits = [r for r in told.records if "cluster_id" in r]
    assert sorted((str(r["cluster_id"]), r["run_id"], r["message"]) for r in visits) == [
        ("a", 1, "a: visited: read"), ("b", 1, "b: visited: read"),
    ]  # fmt: skip
    (warning,) = (r for r in told.records if r["level"] == "warning")
    assert (warning["logger"], warning["run_id"]) == ("crawl.spiders.visit", 1)
    assert "storage.archive" in str(warning["message"])
    assert "2 of 2 clusters visited: 2 read." in " ".join(str(r["message"]) for r in told.records)


def test_the_scheduler_in_json_tells_its_night(tmp_path: Path) -> None:
    with network_of(tmp_path) as options:
        with Desk.open(tmp_path / "crawl.db") as desk:
            desk.ask_job_run(JobName.CRAWL, desk.now(), JobRunKind.RESUMED)
        told = told_by(["schedule", "run", "--once", *options])
    assert (told.code, told.out) == (0, "")
    assert {"run 1 (nightly) over 2 clusters, 0 of them done", "run 1: done"} <= {
        str(r["message"]) for r in told.records
    }


def test_an_error_of_a_command_in_json_is_a_record(tmp_path: Path) -> None:
    with network_of(tmp_path) as options:
        told = told_by(["crawl", "nobody", *options])
    (error,) = told.records
    assert (told.code, error["level"]) == (2, "error")
    assert "not in the registry: nobody" in str(error["message"])
