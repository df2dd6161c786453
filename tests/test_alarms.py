"""Staff are told when the nights themselves go wrong: by a check beside the scheduler, once, and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from made import stored
from post_office import Mailbox, mail_server

from cli.main import main
from cli.messages import digests
from crawler.config import Config
from crawler.model import RunKind, RunState
from crawler.news import MessageKind
from crawler.notify import Notify
from crawler.timetable import JobName
from db.desk import Desk
from db.job_runs import JobRun, JobRunKind, JobRunState
from pipelines.health import Code, Finding, Severity
from pipelines.watching import trouble
from schedules import night
from schedules.crawling import Crawl
from schedules.night import Nights

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stored(tmp_path / "a.db")


def ended(database: Path, at: datetime, state: RunState, note: str = "") -> int:
    """A night over the registry that ended then, in an hour."""
    began = at - timedelta(hours=1)
    with Desk.open(database, clock=lambda: began) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, began, [c.cluster_id for c in desk.clusters()])
    with Desk.open(database, clock=lambda: at) as desk:
        if state is RunState.VOID:
            desk.void_run(run.run_id, note)
        else:
            desk.end_run(run.run_id, state, note)
    return run.run_id


def finding(code: str, severity: Severity = Severity.BAD) -> Finding:
    return Finding(code=code, severity=severity, words=f"words of {code}")


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([], None),
        ([finding(Code.STOPPED, Severity.WARNING), finding(Code.NIGHT_DONE, Severity.OK)], None),
        ([finding(Code.NOT_RUN)], "not_run:{run}"),
        ([finding(Code.VOID)], "void:{run}"),
        ([finding(Code.STOPPED)], "stopped"),  # what it has counts: once while it goes on, not every night
        ([finding(Code.DISK_LOW)], "disk_low"),
        ([finding(Code.NIGHT_DONE, Severity.OK), finding(Code.SCHEDULER_SILENT), finding(Code.DISK_LOW)], "scheduler_silent"),
    ],
)  # fmt: skip
def test_the_first_thing_that_somebody_must_act_on_is_told(
    database: Path, found: list[Finding], state: str | None
) -> None:
    run = ended(database, NOW, RunState.VOID, "why")
    with Desk.open(database) as desk:
        told = trouble(desk, found)
    assert (told.state if told else None) == (state.format(run=run) if state else None)


def configured(folder: Path, box: Mailbox) -> str:
    path = folder / "c.toml"
    path.write_text(
        '[network]\ncontact = "mailto:watch@x.example"\n[notify]\nmail_ja = ["sato@x.example"]\nsender = "watch@x.example"\n'
        f'smtp_host = "127.0.0.1"\nsmtp_port = {box.port}\nsmtp_security = "none"\nweekly = ""\n',
        encoding="utf-8",
    )
    return str(path)


def subjects(box: Mailbox) -> list[str]:
    return [str(mail["Subject"]) for mail in box.mails]


def test_a_check_without_any_scheduler_tells_once_and_the_digest_tells_its_end(database: Path, tmp_path: Path) -> None:
    void = ended(database, NOW, RunState.VOID, "none of 57 sites could be read")
    with mail_server() as box:
        options = ["--db", str(database), "--config", configured(tmp_path, box)]

        def doctor(at: datetime) -> int:
            return main(["doctor", "--since", "26h", "--tell", "--now", at.isoformat(), *options])

        assert [doctor(NOW + timedelta(hours=n)) for n in (1, 2, 3)] == [1, 1, 1]
        assert subjects(box) == ["夜間の巡回は無効でした"]
        body = box.mails[0].get_body(("plain",))
        assert body is not None
        assert "none of 57 sites could be read" in body.get_content()
        later = NOW + timedelta(days=1)
        assert ended(database, later, RunState.VOID, "again") == void + 1
        doctor(later + timedelta(hours=1))
        assert len(box.mails) == 2, "another night, another message"
        missed = later + timedelta(days=2)
        assert [doctor(missed), doctor(missed + timedelta(days=1))] == [1, 1]
        assert subjects(box)[2:] == ["夜間の巡回が行われませんでした"]
        good = missed + timedelta(days=2)
        ended(database, good, RunState.DONE)
        doctor(good + timedelta(hours=1))
        assert len(box.mails) == 3, "what is over is no alarm"
        settings = Notify(mail_ja=("sato@x.example",), sender="watch@x.example", smtp_host="127.0.0.1",
                          smtp_port=box.port, smtp_security="none", weekly="")  # fmt: skip
        with Desk.open(database, clock=lambda: good + timedelta(hours=2)) as desk:
            assert digests(Config(notify=settings)).tell(desk).sent == 1
            assert desk.messages(1)[0].kind is MessageKind.DIGEST
        assert subjects(box)[3:] == ["巡回が再開"]


def test_a_check_that_can_tell_nobody_says_so(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--tell", "--db", str(database)]) == 2
    assert "--tell: nobody is named" in capsys.readouterr().err
    ended(database, NOW, RunState.VOID, "why")
    with mail_server() as box:
        box.refuses = "554 no"
        options = ["--now", (NOW + timedelta(hours=1)).isoformat(), "--db", str(database)]
        assert main(["doctor", "--since", "26h", "--tell", "--config", configured(tmp_path, box), *options]) == 1
    assert "not everybody could be told" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("digest_due", "is_named", "asked"),
    [
        (NOW - timedelta(hours=20), True, False),  # yesterday's: today's is still to come
        (NOW - timedelta(hours=3), True, True),  # it was made while the night that was caught up was still to come
        (NOW - timedelta(hours=3), False, False),
    ],
)
def test_a_night_that_ends_after_its_digest_has_another_one_made(
    database: Path, digest_due: datetime, is_named: bool, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = NOW - timedelta(hours=16)
    monkeypatch.setattr(night, "run_crawl", lambda *args, **kwargs: Crawl(run_id=1, total=0))
    settings = Notify(mail_en=("kato@x.example",), sender="w@x.example", smtp_host="x") if is_named else Notify()
    with Desk.open(database, clock=lambda: NOW) as desk:
        desk.leave_job_run(JobName.DIGEST, digest_due, JobRunState.DONE, "")
        made = JobRun(job_run_id=1, job=JobName.CRAWL, due_at=due, kind=JobRunKind.CAUGHT_UP, state=JobRunState.RUNNING,
                      attempts=1, started_at=NOW, ended_at=None, reason="", run_id=None)  # fmt: skip
        Nights(config=Config(notify=settings), ending=Event())(desk, made)
        waiting = [(w.job, w.due_at, w.kind) for w in desk.waiting_job_runs()]
    assert waiting == ([(JobName.DIGEST, NOW, JobRunKind.REPEAT)] if asked else [])
