"""When an answer holds, when it is reopened, and which questions are open: both sides of every rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from made import AOBA, POST

from crawler.answers import Answer, Decision, QuestionKind
from crawler.model import Activity, English, Family, Flag, Reason, Verdict
from crawler.policy import Policy
from pipelines.judging.answers import grounds_of, questions, reviewed, standing, worst_first

DAY = datetime(2026, 11, 1, 3, tzinfo=UTC)
TODAY = date(2026, 11, 20)
POLICY = Policy()
OLD_POST = replace(POST, on=date(2020, 5, 1))
END = Reason(code="stated_end", text="Ended.", family=Family.STATEMENT, points=6, raw="解散しました。")
SILENT = Reason(code="long_silence", text="Silent.", family=Family.SILENCE, points=4)
GONE = Reason(code="gone", text="Gone for 40 days.", family=Family.REACHABILITY, points=4)
BLOCKED = Reason(code="blocked", text="Blocked.", since=date(2026, 11, 6))
MOVED = Reason(code="moved", text="Moved.", url="https://new.example/")
ANNOUNCED = Reason(code="announced_end", text="Will end.", family=Family.STATEMENT, raw="解散します。")


def verdict(*reasons: Reason, days: int = 0, ceased: bool = True, **fields: object) -> Verdict:
    base = Verdict(
        cluster_id="aoba",
        decided_at=DAY + timedelta(days=days),
        policy="p",
        activity=Activity.LIKELY_CEASED if ceased else Activity.STATIC,
        english=English.NONE,
        flag=Flag.LIKELY_CEASED if ceased else Flag.JAPANESE_ONLY,
        reasons=reasons,
        points=sum(r.points for r in reasons),
        latest=OLD_POST,
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def answer(decision: Decision, to: Verdict, kind: QuestionKind = QuestionKind.CEASED, **fields: object) -> Answer:
    base = Answer(
        cluster_id="aoba",
        question=kind,
        decision=decision,
        by="kato",
        at=to.decided_at + timedelta(hours=6),
        verdict_at=to.decided_at,
        grounds=grounds_of(to),
        answer_id=1,
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def kinds(now: Verdict, *answers: Answer, today: date = TODAY) -> list[QuestionKind]:
    return [q.kind for q in questions(AOBA, now, standing(answers, now), today, POLICY)]


# --- keys ---


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (verdict(END), verdict(replace(END, text="Ended (seen on 9 visits)."), days=7), True),
        (verdict(replace(END, code="stated_end_once")), verdict(END), True),
        (verdict(END), verdict(replace(END, raw="解散 しました。")), False),
        (verdict(END), verdict(replace(END, raw="別の文です。")), False),
        (verdict(replace(SILENT, code="silence")), verdict(SILENT, days=400), True),
        (verdict(SILENT), verdict(SILENT, latest=replace(OLD_POST, on=date(2019, 5, 1))), False),
        (verdict(GONE, failing_since=DAY), verdict(replace(GONE, text="Gone for 41 days."), failing_since=DAY), True),
        (verdict(GONE, failing_since=DAY), verdict(GONE, failing_since=DAY + timedelta(days=3)), False),
        (verdict(BLOCKED), verdict(replace(BLOCKED, text="Blocked. Please look by hand.")), True),
        (verdict(BLOCKED), verdict(replace(BLOCKED, since=date(2026, 11, 7))), False),
    ],
)
def test_the_same_evidence_has_the_same_key(one: Verdict, other: Verdict, same: bool) -> None:
    assert (grounds_of(one) == grounds_of(other)) is same


def test_the_keys_say_what_they_rest_on() -> None:
    event = replace(POST, on=date(2027, 1, 9))
    keys = grounds_of(verdict(SILENT, GONE, failing_since=DAY, next_event=event))
    assert keys == ("event:2027-01-09", "gone:2026-11-01", "item:2020-05-01", "long_silence:2020-05-01")


# --- an answer holds, or is reopened ---

LATER_POST = replace(POST, on=date(2026, 11, 10))
SAME_DAY_POST = replace(POST, on=date(2026, 11, 1))
EVENT = replace(POST, on=date(2027, 2, 1))


@pytest.mark.parametrize(
    ("decision", "answered", "now", "holds"),
    [
        (Decision.ALIVE, verdict(END), verdict(END, days=9), True),
        (Decision.ALIVE, verdict(END), verdict(END, GONE, days=9, failing_since=DAY), False),
        (Decision.ALIVE, verdict(END), verdict(GONE, days=9, failing_since=DAY, ceased=False), True),
        (Decision.ALIVE, verdict(END), verdict(END, GONE, days=0, failing_since=DAY), True),
        (Decision.ALIVE, verdict(END, GONE, failing_since=DAY), verdict(GONE, days=9, failing_since=DAY), True),
        (
            Decision.ALIVE,
            verdict(GONE, failing_since=DAY),
            verdict(GONE, days=9, failing_since=DAY + timedelta(days=5)),
            False,
        ),
        (Decision.ALIVE, verdict(SILENT), verdict(SILENT, days=9, latest=replace(POST, on=date(2020, 6, 1))), True),
        (Decision.ALIVE, verdict(SILENT), verdict(SILENT, days=9, latest=replace(POST, on=date(2020, 4, 1))), False),
        (Decision.CEASED, verdict(END), verdict(END, days=9), True),
        (Decision.CEASED, verdict(END), verdict(END, GONE, days=9, failing_since=DAY), True),
        (Decision.CEASED, verdict(END), verdict(days=10, ceased=False, latest=LATER_POST), False),
        (Decision.CEASED, verdict(END), verdict(days=10, ceased=False, latest=SAME_DAY_POST), True),
        (Decision.CEASED, verdict(END), verdict(END, days=10, next_event=EVENT), False),
        (Decision.CEASED, verdict(END, next_event=EVENT), verdict(END, days=10, next_event=EVENT), True),
        (Decision.STATIC, verdict(SILENT), verdict(SILENT, days=10), True),
        (Decision.STATIC, verdict(SILENT), verdict(days=10, ceased=False, latest=LATER_POST), False),
        (Decision.STATIC, verdict(SILENT), verdict(SILENT, END, days=10), False),
    ],
)
def test_an_answer_is_reopened_only_by_evidence_against_it_that_came_later(
    decision: Decision, answered: Verdict, now: Verdict, holds: bool
) -> None:
    stands = standing([answer(decision, answered)], now)
    assert (stands.holds is not None) is holds
    assert stands.word is not None, "the answer is shown beside the machine's word either way"
    assert (QuestionKind.CEASED in kinds(now, answer(decision, answered))) is not holds


def test_a_reopened_question_shows_the_answer_and_what_speaks_against_it() -> None:
    earlier = answer(Decision.ALIVE, verdict(END))
    now = verdict(END, GONE, days=9, failing_since=DAY)
    (question,) = questions(AOBA, now, standing([earlier], now), TODAY, POLICY)
    assert question.reopened == earlier
    assert question.new_grounds == ("gone:2026-11-01",)


def test_a_rejection_does_not_come_back_on_the_same_evidence_for_years() -> None:
    earlier = answer(Decision.ALIVE, verdict(replace(SILENT, code="silence")))
    for days in (1, 30, 365, 3650):
        assert kinds(verdict(SILENT, days=days), earlier, today=TODAY + timedelta(days=days)) == []


def test_an_answer_taken_back_counts_for_nothing() -> None:
    now = verdict(END, days=1)
    first = answer(Decision.ALIVE, verdict(END))
    undo = answer(Decision.UNDONE, verdict(END), undoes=1, answer_id=2)
    assert kinds(now, first) == []
    assert kinds(now, first, undo) == [QuestionKind.CEASED]
    assert standing([first, undo], now).last_id == 2


def test_taking_the_last_answer_back_brings_the_one_before_to_life() -> None:
    first = answer(Decision.ALIVE, verdict(END))
    second = answer(Decision.CEASED, verdict(END), answer_id=2)
    undo = answer(Decision.UNDONE, verdict(END), undoes=2, answer_id=3)
    assert standing([first, second, undo], verdict(END)).holds == first


@pytest.mark.parametrize(("today", "asked"), [(date(2026, 12, 23), False), (date(2026, 12, 24), True)])
def test_a_snoozed_question_comes_back_on_its_day(today: date, asked: bool) -> None:
    snooze = answer(Decision.SNOOZED, verdict(END), until=date(2026, 12, 24))
    assert bool(kinds(verdict(END, days=1), snooze, today=today)) is asked


def test_an_answer_after_a_snooze_ends_the_snooze() -> None:
    snooze = answer(Decision.SNOOZED, verdict(END), until=date(2027, 12, 24))
    alive = answer(Decision.ALIVE, verdict(END), answer_id=2)
    now = verdict(END, GONE, days=9, failing_since=DAY)
    assert kinds(now, snooze, alive) == [QuestionKind.CEASED]


@pytest.mark.parametrize("decision", [Decision.SKIPPED, Decision.NOTED, Decision.ASSIGNED])
def test_what_is_no_answer_leaves_the_question_open(decision: Decision) -> None:
    assert kinds(verdict(END, days=1), answer(decision, verdict(END))) == [QuestionKind.CEASED]


@pytest.mark.parametrize("decision", [Decision.MOVED, Decision.WRONG_ADDRESS])
@pytest.mark.parametrize(
    ("now", "asked"),
    [(verdict(GONE, days=2, failing_since=DAY), False), (verdict(GONE, END, days=2, failing_since=DAY), True)],
)
def test_another_address_closes_the_question_on_its_grounds(decision: Decision, now: Verdict, asked: bool) -> None:
    given = answer(decision, verdict(GONE, failing_since=DAY), address="https://new.example/")
    assert bool(kinds(now, given)) is asked


# --- the other questions ---


@pytest.mark.parametrize(
    ("now", "today", "expected"),
    [
        (verdict(MOVED, ceased=False, moved_to="new.example"), TODAY, [QuestionKind.MOVED]),
        (verdict(ANNOUNCED, ceased=False), TODAY, [QuestionKind.ANNOUNCED]),
        (verdict(END, ANNOUNCED), TODAY, [QuestionKind.CEASED]),
        (verdict(BLOCKED, ceased=False), date(2026, 11, 19), []),
        (verdict(BLOCKED, ceased=False), date(2026, 11, 20), [QuestionKind.BLOCKED]),
        (verdict(ceased=False), TODAY, []),
    ],
)
def test_what_is_asked(now: Verdict, today: date, expected: list[QuestionKind]) -> None:
    assert kinds(now, today=today) == expected


def test_a_move_that_was_judged_is_asked_again_for_another_address_only() -> None:
    first = verdict(MOVED, ceased=False, moved_to="new.example")
    given = answer(Decision.ALIVE, first, QuestionKind.MOVED)
    assert kinds(replace(first, decided_at=DAY + timedelta(days=1)), given) == []
    assert kinds(replace(first, moved_to="newer.example"), given) == [QuestionKind.MOVED]


def test_a_word_given_elsewhere_answers_the_gravest_question_on_its_grounds() -> None:
    known = verdict(replace(SILENT, code="silence"), BLOCKED, ceased=False)
    given = answer(Decision.ALIVE, known, QuestionKind.BLOCKED)
    assert kinds(verdict(SILENT, days=9), given) == []
    assert kinds(verdict(SILENT, END, days=9), given) == [QuestionKind.CEASED]


def test_the_worst_comes_first_and_the_skipped_last() -> None:
    now = verdict(END, days=1)
    first = questions(replace(AOBA, cluster_id="b"), verdict(GONE), standing([], now), TODAY, POLICY)
    worse = questions(replace(AOBA, cluster_id="c"), verdict(END), standing([], now), TODAY, POLICY)
    skip = answer(Decision.SKIPPED, verdict(END), at=datetime(2026, 11, 20, 1, tzinfo=UTC))
    skipped = questions(replace(AOBA, cluster_id="a"), verdict(END), standing([skip], now), TODAY, POLICY)
    order = [q.cluster_id for q in worst_first((*skipped, *first, *worse), TODAY)]
    assert order == ["c", "b", "a"]
    tomorrow = TODAY + timedelta(days=1)
    assert [q.cluster_id for q in worst_first((*skipped, *first, *worse), tomorrow)] == ["a", "c", "b"]


# --- the mapping ---


@pytest.mark.parametrize(
    ("decision", "english", "flag"),
    [
        (Decision.CEASED, English.ACTIVE, Flag.LIKELY_CEASED),
        (Decision.ALIVE, English.NONE, Flag.JAPANESE_ONLY),
        (Decision.ALIVE, English.ACTIVE, Flag.ACTIVE),
        (Decision.STATIC, English.STATIC, Flag.STATIC),
        (Decision.STATIC, English.UNDETERMINED, Flag.UNDETERMINED),
    ],
)
def test_the_persons_word_in_the_mapping(decision: Decision, english: English, flag: Flag) -> None:
    now = verdict(END, english=english)
    review = reviewed(standing([answer(decision, now)], now), now)
    assert review is not None
    assert (review.flag, review.by) == (flag, "kato")


def test_no_word_stands_in_the_mapping_once_it_is_reopened() -> None:
    now = verdict(END, GONE, days=9, failing_since=DAY)
    assert reviewed(standing([answer(Decision.ALIVE, verdict(END))], now), now) is None
