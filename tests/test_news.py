"""What is news and what is not: tables of states before and after, and of news that come to something or to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from made import NIGHT, verdict, visit
from pages import END, ceased
from pages import made as made_database

from crawler.answers import Answer, Decision, QuestionKind
from crawler.model import Flag, Reason, RunKind, RunState, Verdict
from crawler.news import OFF, MessageKind, MessageState, News, Section, Topic
from crawler.policy import Policy
from db import news_schema
from db.desk import Desk
from pipelines import news
from pipelines.news import AGAIN, ON, Trouble, changed, compose, crawl_news, is_weekly_due, look, raise_alarms, summed
from pipelines.questions import open_questions

AT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
NEW = "https://new.example/"
NEWER = "https://newer.example/"
EVERYBODY = frozenset({"a", "b"})


def told(found: list[News]) -> list[tuple[str, str, str, str]]:
    return [(n.cluster_id, str(n.topic), n.before, n.now) for n in found if not n.silent]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param({}, {}, [], id="nothing"),
        pytest.param({("a", Topic.CEASED): ON}, {("a", Topic.CEASED): ON}, [], id="as before"),
        pytest.param({}, {("a", Topic.CEASED): ON}, [("a", "ceased", OFF, ON)], id="new flag"),
        pytest.param({("a", Topic.CEASED): ON}, {}, [("a", "ceased", ON, OFF)], id="withdrawn"),
        pytest.param({}, {("a", Topic.MOVED): NEW}, [("a", "moved", OFF, NEW)], id="moved"),
        pytest.param({("a", Topic.MOVED): NEW}, {("a", Topic.MOVED): NEWER}, [("a", "moved", NEW, NEWER)], id="elsewhere"),
        pytest.param({("a", Topic.MOVED): NEW}, {}, [], id="a proposal that is over is no news"),
        pytest.param({}, {("a", Topic.ANNOUNCED): ON}, [("a", "announced", OFF, ON)], id="announced"),
        pytest.param({("a", Topic.ANNOUNCED): ON}, {}, [], id="an announcement that is over is no news"),
        pytest.param({}, {("a", Topic.BLOCKED): ON}, [("a", "blocked", OFF, ON)], id="blocked"),
        pytest.param({("a", Topic.BLOCKED): ON}, {}, [("a", "blocked", ON, OFF)], id="readable again"),
        pytest.param(
            {("a", Topic.BLOCKED): ON}, {("a", Topic.CEASED): ON}, [("a", "ceased", OFF, ON)], id="the graver question"
        ),
        pytest.param({}, {("a", Topic.AWAY): ON}, [], id="away alone is no news yet"),
        pytest.param({("a", Topic.AWAY): ON}, {}, [("a", "away", ON, OFF)], id="back"),
        pytest.param(
            {("a", Topic.CEASED): ON},
            {("b", Topic.CEASED): ON},
            [("a", "ceased", ON, OFF), ("b", "ceased", OFF, ON)],
            id="two clusters",
        ),
    ],
)  # fmt: skip
def test_what_changed_is_news_once(
    before: dict[news.Key, str], now: dict[news.Key, str], expected: list[tuple[str, str, str, str]]
) -> None:
    found = changed(before, now, now, at=AT, present=EVERYBODY)
    assert told(found) == expected
    # Whatever was told, the news add up to how things stand.
    stands = dict(before)
    for one in found:
        stands[one.cluster_id, one.topic] = one.now
    assert {key: state for key, state in stands.items() if state} == now


def test_nobody_is_told_what_a_person_did_or_what_left_the_registry() -> None:
    a, b = ("a", Topic.CEASED), ("b", Topic.CEASED)
    before = {a: ON, b: ON}
    assert told(changed(before, {a: ON}, {}, at=AT, present=EVERYBODY)) == [("b", "ceased", ON, OFF)]
    assert told(changed(before, {}, {}, at=AT, present={"a"})) == [("a", "ceased", ON, OFF)]
    assert len(changed(before, before, {}, at=AT, present={"a"})) == 2, "both are noted"
    # What the evidence did on the same day is told all the same.
    assert told(changed({}, {a: ON}, {}, at=AT, present=EVERYBODY)) == [("a", "ceased", OFF, ON)]
    assert told(changed({}, {a: ON, b: ON}, {b: ON}, at=AT, present=EVERYBODY)) == [
        ("a", "ceased", OFF, ON),
        ("b", "ceased", OFF, ON),
    ]
    again = {a: f"{AGAIN}7"}
    assert told(changed({a: ON}, {a: ON}, again, at=AT, present=EVERYBODY)) == [("a", "ceased", ON, f"{AGAIN}7")]


def row(topic: Topic, before: str, now: str, *, silent: bool = False, cluster_id: str = "a") -> News:
    return News(at=AT, cluster_id=cluster_id, topic=topic, before=before, now=now, silent=silent)


FLAGGED, UNFLAGGED = row(Topic.CEASED, OFF, ON), row(Topic.CEASED, ON, OFF)
ANSWERED = replace(UNFLAGGED, silent=True)
GONE, BACK = row(Topic.AWAY, OFF, ON, silent=True), row(Topic.AWAY, ON, OFF)


@pytest.mark.parametrize(
    ("rows", "sections"),
    [
        ([FLAGGED], [Section.CEASED]),
        ([UNFLAGGED], [Section.WITHDRAWN]),
        ([FLAGGED, UNFLAGGED], []),  # it came and went
        ([UNFLAGGED, FLAGGED], []),  # it went and came: they were told before
        ([FLAGGED, UNFLAGGED, FLAGGED], [Section.CEASED]),
        ([ANSWERED], []),
        ([FLAGGED, ANSWERED], []),
        ([ANSWERED, FLAGGED], [Section.CEASED]),  # asked again after a person's answer
        ([GONE], []),
        ([BACK], [Section.RECOVERED]),
        ([GONE, BACK], [Section.RECOVERED]),
        ([BACK, UNFLAGGED], [Section.WITHDRAWN]),  # one piece of news, not two
        ([BACK, row(Topic.BLOCKED, ON, OFF)], [Section.RECOVERED]),
        ([row(Topic.MOVED, OFF, NEW), row(Topic.MOVED, NEW, NEWER)], [Section.MOVED]),
        ([row(Topic.MOVED, OFF, NEW), row(Topic.MOVED, NEW, OFF, silent=True)], []),
        ([row(Topic.CRAWL, OFF, "void:7", cluster_id="")], []),  # an alarm says so
        ([row(Topic.CRAWL, OFF, "void:7", cluster_id=""), row(Topic.CRAWL, "void:7", OFF, cluster_id="")], [Section.CRAWL]),
        ([row(Topic.CRAWL, "void:7", OFF, cluster_id="")], [Section.CRAWL]),
    ],
)  # fmt: skip
def test_news_come_to_what_a_reader_does_not_know_yet(rows: list[News], sections: list[Section]) -> None:
    numbered = [replace(one, news_id=n) for n, one in enumerate(rows, 1)]
    assert [item.section for item in summed(numbered)] == sections


def test_the_gravest_comes_first() -> None:
    rows = [
        row(Topic.BLOCKED, OFF, ON, cluster_id="a"),
        row(Topic.CEASED, OFF, ON, cluster_id="b"),
        row(Topic.CEASED, ON, OFF, cluster_id="c"),
        row(Topic.MOVED, OFF, NEW, cluster_id="d"),
    ]
    assert [item.news.cluster_id for item in summed(rows)] == ["b", "d", "a", "c"]


@pytest.mark.parametrize(
    ("last", "today", "weekly", "due"),
    [
        ("", date(2026, 11, 23), "mon", True),
        ("2026-W48", date(2026, 11, 23), "mon", False),
        ("2026-W47", date(2026, 11, 23), "mon", True),
        ("2026-W47", date(2026, 11, 25), "mon", True),  # a Monday that was missed is made up
        ("2026-W47", date(2026, 11, 26), "fri", False),
        ("2026-W47", date(2026, 11, 27), "fri", True),
        ("2026-W47", date(2026, 11, 23), "", False),
        ("2026-W53", date(2027, 1, 1), "mon", False),  # the Friday of the last week of 2026
        ("2026-W53", date(2027, 1, 4), "mon", True),
    ],
)
def test_the_summary_comes_once_a_week(last: str, today: date, weekly: str, due: bool) -> None:
    assert is_weekly_due(last, today, weekly) is due


def test_the_same_trouble_is_news_once() -> None:
    void = Trouble(state="void:7", words="the run was void")
    (began,) = crawl_news({}, void, AT)
    assert (began.before, began.now, began.words) == (OFF, "void:7", "the run was void")
    assert crawl_news({("", Topic.CRAWL): "void:7"}, void, AT) == []
    (other,) = crawl_news({("", Topic.CRAWL): "void:7"}, replace(void, state="void:8"), AT)
    assert (other.before, other.now) == ("void:7", "void:8")
    (over,) = crawl_news({("", Topic.CRAWL): "void:8"}, None, AT)
    assert over.now == OFF


# --- over a database ---

POLICY = Policy()
TODAY = NIGHT.date() + timedelta(days=3)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Aoba is likely ceased, the others are not."""
    return made_database(tmp_path / "n.db", ceased(days=1))


def pass_on(
    desk: Desk, *recipients: str, trouble: Trouble | None = None, weekly: str = ""
) -> list[tuple[str, str, list[str]]]:
    """Look, compose; gives what was composed: recipient, kind, and of which clusters."""
    look(desk, TODAY, POLICY, trouble)
    made = compose(desk, recipients or ("mail:kato@x.example",), today=TODAY, weekly=weekly)
    return [(m.recipient, str(m.kind), [n.cluster_id for n in desk.news(ids=m.news)]) for m in made]


def answer(desk: Desk, decision: Decision) -> Answer:
    (asked,) = open_questions(desk, TODAY, POLICY)
    given = Answer(cluster_id="aoba", question=QuestionKind.CEASED, decision=decision, by="kato", at=desk.now(),
                   verdict_at=asked.verdict.decided_at, grounds=asked.question.grounds)  # fmt: skip
    return desk.answer(given, seen=asked.stands.last_id)


def verdict_again(desk: Desk, flag: Flag, days: float) -> None:
    judged(desk, ceased(days=days) if flag is Flag.LIKELY_CEASED else verdict("aoba", days, flag))


def judged(desk: Desk, word: Verdict) -> None:
    """A night that comes to this verdict."""
    run = desk.begin_run(RunKind.NIGHTLY, word.decided_at, [word.cluster_id])
    desk.add_visit(run.run_id, visit(word.cluster_id, (word.decided_at - NIGHT) / timedelta(days=1)), word)
    desk.end_run(run.run_id, RunState.DONE)


def test_each_recipient_is_told_once_and_again_when_it_changes(database: Path) -> None:
    with Desk.open(database) as desk:
        assert pass_on(desk) == [("mail:kato@x.example", "digest", ["aoba"])]
        assert pass_on(desk) == []
        verdict_again(desk, Flag.JAPANESE_ONLY, 2)
        assert pass_on(desk) == [("mail:kato@x.example", "digest", ["aoba"])]
        assert pass_on(desk) == []
        assert [m.state for m in desk.waiting_messages()] == [MessageState.WAITING] * 2


def test_a_new_recipient_is_told_what_comes_from_now_on(database: Path) -> None:
    with Desk.open(database) as desk:
        pass_on(desk, "mail:old@x.example")
        assert pass_on(desk, "mail:old@x.example", "mail:new@x.example") == []
        verdict_again(desk, Flag.JAPANESE_ONLY, 2)
        assert pass_on(desk, "mail:old@x.example", "mail:new@x.example") == [
            ("mail:old@x.example", "digest", ["aoba"]),
            ("mail:new@x.example", "digest", ["aoba"]),
        ]


def test_an_answer_of_a_person_is_no_news_but_a_reopened_question_is(database: Path) -> None:
    with Desk.open(database) as desk:
        pass_on(desk)
        given = answer(desk, Decision.ALIVE)
        assert pass_on(desk) == []
        desk.undo(given.answer_id, by="kato")
        assert pass_on(desk) == [], "a person took it back"
        answer(desk, Decision.ALIVE)
        assert pass_on(desk) == []
        other = Reason(code="other_owner", text="t", family=END.family, points=5.0, url=END.url, raw="casino")
        judged(desk, replace(ceased(days=2), reasons=(END, other)))
        assert pass_on(desk) == [("mail:kato@x.example", "digest", ["aoba"])]


def test_a_question_that_opens_on_the_day_of_an_answer_is_told(database: Path) -> None:
    with Desk.open(database) as desk:
        verdict_again(desk, Flag.JAPANESE_ONLY, 2)
        assert pass_on(desk) == []
        noted = Answer(cluster_id="aoba", question=QuestionKind.CEASED, decision=Decision.STATIC, by="kato",
                       at=desk.now(), verdict_at=NIGHT)  # fmt: skip
        given = desk.answer(noted, seen=0)
        desk.undo(given.answer_id, by="kato")
        verdict_again(desk, Flag.LIKELY_CEASED, 2.5)
        assert pass_on(desk) == [("mail:kato@x.example", "digest", ["aoba"])]
        assert pass_on(desk) == []


def test_an_answer_that_new_evidence_speaks_against_at_once_is_told(database: Path) -> None:
    with Desk.open(database) as desk:
        pass_on(desk)
        answer(desk, Decision.ALIVE)
        other = Reason(code="other_owner", text="t", family=END.family, points=5.0, url=END.url, raw="casino")
        judged(desk, replace(ceased(days=2), reasons=(END, other)))
        assert pass_on(desk) == [("mail:kato@x.example", "digest", ["aoba"])]
        assert pass_on(desk) == []


def test_the_weekly_summary_goes_out_without_news_and_takes_news_with_it(database: Path) -> None:
    with Desk.open(database) as desk:
        assert pass_on(desk, weekly="mon") == [("mail:kato@x.example", "weekly", ["aoba"])]
        (message,) = desk.waiting_messages()
        assert message.counts["flag"] == {"likely_ceased": 1, "undetermined": 2}
        assert message.open_questions == 1
        assert pass_on(desk, weekly="mon") == []


def test_an_alarm_is_raised_once_for_each_and_its_end_is_told(database: Path) -> None:
    void = Trouble(state="void:7", words="the run was void")
    both = ("mail:a@x.example", "mail:b@x.example")
    with Desk.open(database) as desk:
        pass_on(desk, *both)
        assert [m[:2] for m in pass_on(desk, *both, trouble=void)] == [(name, "alarm") for name in both]
        assert raise_alarms(desk, both) == []
        assert pass_on(desk, *both, trouble=void) == []
        assert pass_on(desk, *both) == [(name, "digest", [""]) for name in both]
        assert pass_on(desk, *both) == []


def test_two_looks_at_once_find_the_same_once(database: Path) -> None:
    with Desk.open(database) as desk, Desk.open(database) as other:
        states = desk.topic_states()
        found = changed(states, now := {("aoba", Topic.CEASED): ON}, now, at=AT, present={"aoba"})
        desk.add_news(found)
        other.add_news(found)
        assert len(desk.news()) == 1


def test_two_who_compose_at_once_tell_a_recipient_once(database: Path) -> None:
    with Desk.open(database) as desk:
        pass_on(desk)
        (message,) = desk.waiting_messages()
        again = replace(message, key="another")
        told_upto, week = desk.told(message.recipient)
        assert told_upto > 0
        late = desk.put_digest(again, recipient=message.recipient, upto=told_upto, told_upto=0, week=week)
        assert late == []
        assert len(desk.waiting_messages()) == 1


def test_the_schema_admits_every_word() -> None:
    assert sorted(news_schema.TOPIC) == sorted(Topic)
    assert sorted(news_schema.MESSAGE_KIND) == sorted(set(MessageKind) - {MessageKind.TEST})
    assert sorted(news_schema.MESSAGE_STATE) == sorted(MessageState)
