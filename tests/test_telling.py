"""Messages on their way: a real mail server and a real receiver take them; what cannot be sent is neither lost nor doubled."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faultnet import Authority
from made import AOBA
from pages import EVIL, ceased
from pages import made as made_database
from post_office import Mailbox, Receiver, mail_server, receiver
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from cli.messages import digests, write
from crawler.config import Config, Schedule
from crawler.errors import ConfigError
from crawler.news import Message, MessageKind, MessageState
from crawler.notify import Notify
from crawler.timetable import JobName
from db.desk import Desk
from db.job_runs import JobRun, JobRunKind, JobRunState
from pipelines.news import Trouble, crawl_news, raise_alarms
from schedules.channels import NotSent, Service, channels
from schedules.telling import AGAIN, GIVEN_UP_AFTER, Digests, after_failure

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + b64encode(KEY).decode()
NEEDED = {"sender": "Clusterwatch <watch@x.example>", "smtp_host": "127.0.0.1", "smtp_security": "none", "weekly": ""}


@dataclass
class Office:
    """A database with one new flag, and a clock that is set by hand."""

    database: Path
    now: datetime = NOW

    def desk(self) -> Desk:
        return Desk.open(self.database, clock=lambda: self.now)

    def tell(self, settings: Notify) -> Digests:
        return digests(Config(notify=settings, schedule=Schedule()))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    evil = replace(AOBA, name_en=f"Aoba {EVIL}\r\nBcc: all@x.example", name_ja="青葉\u202eフォトニクス")
    return Office(made_database(tmp_path / "t.db", ceased(days=1), clusters=(evil,)))


def settings(box: Mailbox, **more: object) -> Notify:
    given = {"mail_en": ("kato@x.example",), "smtp_port": box.port, **NEEDED, **more}
    return Notify(**given)  # type: ignore[arg-type]


def job_run() -> JobRun:
    return JobRun(job_run_id=1, job=JobName.DIGEST, due_at=NOW, kind=JobRunKind.DUE, state=JobRunState.RUNNING,
                  attempts=1, started_at=NOW, ended_at=None, reason="", run_id=None)  # fmt: skip


# --- mail ---


def test_a_mail_server_takes_what_changed_in_two_languages(office: Office) -> None:
    with mail_server() as box, office.desk() as desk:
        teller = office.tell(settings(box, mail_ja=("sato@x.example",), pages="https://watch.x.example/"))
        sent = teller.tell(desk)
        assert (sent.sent, sent.left) == (2, {})
        english, japanese = box.mails
        assert box.recipients == ["kato@x.example", "sato@x.example"]
        assert english["Subject"].startswith("likely ceased: Aoba ")
        assert japanese["Subject"] == "終了の疑い：青葉 フォトニクス"
        assert b"=?utf-8?" in japanese.as_bytes().split(b"\r\n\r\n")[0], "the subject is sent in ASCII"
        assert english["Bcc"] is None, "a name puts nothing into the head"
        assert english["Auto-Submitted"] == "auto-generated"
        assert english["From"] == "Clusterwatch <watch@x.example>"
        text, html = (english.get_body((kind,)) for kind in ("plain", "html"))
        assert text is not None
        assert html is not None
        assert "解散しました。" in text.get_content()
        assert "https://watch.x.example/clusters/aoba" in text.get_content()
        assert "<script" not in html.get_content()
        assert "&lt;script&gt;" in html.get_content()
        assert "\u202e" not in japanese.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert teller.tell(desk).sent == 0, "once"
        assert len(box.mails) == 2


@pytest.mark.parametrize(
    ("state", "english", "japanese"),
    [
        ("failed:7", "What was seen before that is kept and counts.", "それまでに読み取った内容は保存され、有効です。"),
        ("stopped", "What was seen before that is kept and counts.", "それまでに読み取った内容は保存され、有効です。"),
        ("void:7", "Nothing in the mapping was changed.", "マッピングには何の変更もありません。"),
        ("not_run", "Nothing in the mapping was changed.", "マッピングには何の変更もありません。"),
    ],
)
def test_an_alarm_says_whether_the_night_left_something(
    office: Office, state: str, english: str, japanese: str
) -> None:
    with office.desk() as desk:
        desk.add_news(crawl_news({}, Trouble(state=state, words="so it was"), NOW))
        alarms = raise_alarms(desk, ["mail:kato@x.example"])
        for language, words in {"en": english, "ja": japanese}.items():
            assert words in write(Config())(desk, alarms[0], language).text


@pytest.mark.parametrize("from_first_byte", [False, True], ids=["starttls", "tls"])
def test_a_password_goes_over_tls_only(
    office: Office, from_first_byte: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCH_PASSWORD", "a long password")
    authority = Authority(tmp_path)
    with mail_server(authority.context("localhost"), from_first_byte=from_first_byte) as box, office.desk() as desk:
        security = "tls" if from_first_byte else "starttls"
        teller = office.tell(
            settings(
                box,
                smtp_host="localhost",
                smtp_security=security,
                smtp_user="clusterwatch",
                smtp_password_variable="WATCH_PASSWORD",
            )
        )
        assert "certificate" in teller.tell(desk).words.lower(), "nobody vouches for this server yet"
        assert box.users == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        assert teller.send(desk).sent == 1
        assert box.users == ["clusterwatch"]


def test_nothing_goes_in_the_open_to_a_server_without_tls(office: Office) -> None:
    with mail_server() as box, office.desk() as desk:
        sent = office.tell(settings(box, smtp_security="starttls")).tell(desk)
        assert "STARTTLS" in sent.words
        assert box.mails == []


def test_what_was_refused_is_tried_again_and_keeps_no_other_waiting(office: Office) -> None:
    with mail_server() as box, receiver() as hook, office.desk() as desk:
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("WATCH_HOOK", SECRET)
            teller = office.tell(settings(box, webhook=hook.url, webhook_secret_variable="WATCH_HOOK"))
        box.refuses = "451 try again later"
        result = teller(desk, job_run())
        assert (result.state, result.repeat_at) == (JobRunState.FAILED, office.now + AGAIN)
        assert f"mail:kato@x.example: 127.0.0.1:{box.port}: 451 try again later" in result.reason
        assert len(hook.calls) == 1, "the other recipient has it"
        box.refuses = ""
        office.now += AGAIN
        assert teller(desk, job_run()).state is JobRunState.DONE
        assert len(box.mails) == 1
        assert len(hook.calls) == 1
        (mail, call) = desk.messages(2)[::-1]
        assert (mail.state, mail.attempts, call.state, call.attempts) == (MessageState.SENT, 2, MessageState.SENT, 1)


def test_no_server_at_all_is_an_answer_in_words(office: Office) -> None:
    with mail_server() as box:
        gone = settings(box)
    with office.desk() as desk:
        assert "refused" in office.tell(gone).tell(desk).words.lower()
        (waits,) = desk.waiting_messages()
        assert waits.attempts == 1


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(0), MessageState.WAITING),
        (GIVEN_UP_AFTER - timedelta(seconds=1), MessageState.WAITING),
        (GIVEN_UP_AFTER, MessageState.GIVEN_UP),
    ],
)
def test_a_message_is_given_up_after_days(age: timedelta, state: MessageState) -> None:
    assert after_failure(NOW, NOW + age) is state


def test_who_is_named_no_more_is_told_no_more(office: Office) -> None:
    with mail_server() as box, office.desk() as desk:
        box.refuses = "550 unknown"
        office.tell(settings(box)).tell(desk)
        box.refuses = ""
        sent = office.tell(settings(box, mail_en=("other@x.example",))).send(desk)
        assert (sent.sent, sent.given_up) == (0, 1)
        assert box.mails == []


def test_a_kill_between_composing_and_sending_loses_nothing(office: Office) -> None:
    with mail_server() as box:
        with office.desk() as desk:
            teller = office.tell(settings(box))
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(Digests, "send", lambda self, desk: None)  # nothing goes out any more
                teller.tell(desk)
        with office.desk() as desk:
            assert office.tell(settings(box)).tell(desk).sent == 1
        assert len(box.mails) == 1


def test_a_mail_that_is_sent_twice_is_recognized_by_its_id(office: Office) -> None:
    with mail_server() as box, office.desk() as desk:
        teller = office.tell(settings(box))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Desk, "note_sending", lambda *args: None)  # the process dies after the server took it
            teller.tell(desk)
        teller.send(desk)
        assert len(box.mails) == 2
        assert len({mail["Message-ID"] for mail in box.mails}) == 1


# --- webhook ---


def hooked(office: Office, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> Digests:
    monkeypatch.setenv("WATCH_HOOK", SECRET)
    return office.tell(Notify(webhook=hook.url, webhook_secret_variable="WATCH_HOOK", weekly=""))


def test_a_receiver_can_tell_that_the_news_come_from_us(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.now = datetime.now(UTC)  # receivers refuse what is not fresh
    with receiver() as hook, office.desk() as desk:
        assert hooked(office, hook, monkeypatch).tell(desk).sent == 1
        ((headers, body),) = hook.calls
    verifier = Verifier(SECRET)
    told = verifier.verify(body, headers)
    assert told["type"] == "clusterwatch.digest"
    assert told["id"] == headers["webhook-id"]
    (news,) = told["news"]
    assert (news["section"], news["cluster_id"], news["words"]) == ("ceased", "aoba", "解散しました。")
    with pytest.raises(WebhookVerificationError):
        verifier.verify(body.replace(b"aoba", b"eviL"), headers)


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_a_receiver_does_not_take_is_tried_again(
    office: Office, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as hook, office.desk() as desk:
        hook.answers, hook.location = status, hook.url + "/elsewhere" if status == 302 else ""
        teller = hooked(office, hook, monkeypatch)
        assert f"the receiver answered {status}" in teller.tell(desk).words
        assert len(hook.calls) == 1, "a signed call is not led elsewhere"
        hook.answers, hook.location = 204, ""
        office.now += AGAIN
        assert teller.send(desk).sent == 1
        assert hook.calls[0][0]["webhook-id"] == hook.calls[1][0]["webhook-id"]
        assert hook.calls[0][0]["webhook-timestamp"] != hook.calls[1][0]["webhook-timestamp"]
        assert json.loads(hook.calls[0][1]) == json.loads(hook.calls[1][1])


# --- services ---


def test_a_service_that_apprise_knows_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as hook, office.desk() as desk:
        monkeypatch.setenv("WATCH_SERVICES", hook.url.replace("http://", "json://"))
        teller = office.tell(Notify(services_variable="WATCH_SERVICES", services_language="ja", weekly=""))
        hook.answers = 200
        assert teller.tell(desk).sent == 1
        told = json.loads(hook.calls[0][1])
        assert told["title"] == "終了の疑い：青葉 フォトニクス"
        assert "解散しました。" in told["message"]


def test_what_a_service_says_is_kept_without_its_secrets(office: Office) -> None:
    with receiver() as hook:
        hook.answers = 503
        way = Service(url=f"{hook.url.replace('http://', 'json://kato:verysecret@')}?+X-Key=alsosecret", language="en")
        message = Message(recipient=way.recipient, kind=MessageKind.TEST, made_at=NOW, news=(), key="k")
        with office.desk() as desk:
            letter = write(Config())(desk, message, "en")
        with pytest.raises(NotSent) as caught:
            way.send(letter, NOW)
    assert "503" in str(caught.value)
    assert "secret" not in str(caught.value) + way.recipient


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("services_variable", "", "the variable WATCH is not set"),
        ("services_variable", "no-such-service://x", "does not know"),
        ("webhook_secret_variable", "short", "24 to 64 bytes"),
        ("webhook_secret_variable", "whsec_" + b64encode(b"x" * 65).decode(), "24 to 64 bytes"),
        ("webhook_secret_variable", "whsec_" + b64encode(b"x" * 23).decode(), "24 to 64 bytes"),
    ],
)
def test_a_secret_that_is_missing_or_wrong_is_said(
    variable: str, value: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCH", value)
    hook = "https://x.example/" if "webhook" in variable else ""
    given = replace(Notify(webhook=hook), **{variable: "WATCH"})
    with pytest.raises(ConfigError, match=complaint) as caught:
        channels(given)
    assert value == "" or value not in str(caught.value)
