"""Which questions one decision answers, and which it leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from made import AOBA
from many import NAMES, answer_one, planning, said, taken
from pages import ceased

from crawler.answers import Decision, Question, QuestionKind, Standing
from db.bulk import Bulks
from pipelines import bulk as rules
from pipelines.bulk import LeftOut, plan
from pipelines.questions import OpenQuestion


def asked(kind: QuestionKind, assignee: str = "") -> OpenQuestion:
    word = ceased()
    question = Question(cluster_id="aoba", kind=kind, weight=6, grounds=(), assignee=assignee)
    return OpenQuestion(question=question, cluster=AOBA, verdict=word, stands=Standing(assignee=assignee))


@pytest.mark.parametrize(
    ("decision", "kind", "assignee", "to", "why"),
    [
        (Decision.CEASED, QuestionKind.CEASED, "", "", None),
        (Decision.CEASED, QuestionKind.MOVED, "", "", None),
        (Decision.ALIVE, QuestionKind.MOVED, "", "", LeftOut.ADDRESS),
        (Decision.STATIC, QuestionKind.MOVED, "", "", LeftOut.ADDRESS),
        (Decision.SNOOZED, QuestionKind.MOVED, "", "", None),
        (Decision.ALIVE, QuestionKind.BLOCKED, "", "", None),
        (Decision.ALIVE, QuestionKind.CEASED, "kato", "", None),
        (Decision.ALIVE, QuestionKind.CEASED, "boss", "", LeftOut.GIVEN),
        (Decision.SKIPPED, QuestionKind.CEASED, "boss", "", LeftOut.GIVEN),
        (Decision.NOTED, QuestionKind.MOVED, "boss", "", None),
        (Decision.ASSIGNED, QuestionKind.CEASED, "boss", "kato", None),
        (Decision.ASSIGNED, QuestionKind.CEASED, "boss", "boss", LeftOut.ALREADY),
        (Decision.ASSIGNED, QuestionKind.CEASED, "", "", LeftOut.ALREADY),
        (Decision.ASSIGNED, QuestionKind.CEASED, "boss", "", None),
    ],
)
def test_what_a_decision_over_many_leaves_out(
    decision: Decision, kind: QuestionKind, assignee: str, to: str, why: LeftOut | None
) -> None:
    question = asked(kind, assignee)
    found = plan([question], said(decision, assignee=to), by="kato", through=0)
    assert (found.taken, found.left_out) == (((question,), ()) if why is None else ((), ((question, why),)))


@pytest.mark.parametrize(
    ("narrowing", "fit"),
    [
        ({}, set(NAMES)),
        ({"kind": "ceased"}, set(NAMES) - {"fir"}),
        ({"kind": "moved"}, {"fir"}),
        ({"parts": {"q": "cedar"}}, {"cedar"}),
        ({"parts": {"q": "100%"}}, set()),
        ({"parts": {"prefecture": "Osaka"}}, {"elm", "fir"}),
        ({"parts": {"prefecture": "Osaka"}, "kind": "ceased"}, {"elm"}),
        ({"parts": {"assigned": "boss"}}, set()),
        ({"parts": {"assigned": "-"}}, set(NAMES)),
        ({"parts": {"asked": "due"}}, set()),
        ({"parts": {"asked": "none"}}, set()),
        ({"parts": {"word": "none"}}, set(NAMES)),
        ({"parts": {"word": "any"}}, set()),
        ({"parts": {"latest": "none"}}, set()),
        ({"parts": {"latest": "silent", "q": "cedar"}}, {"cedar"}),
    ],
)
def test_questions_are_chosen_by_kind_words_and_columns(desk: Bulks, narrowing: dict[str, Any], fit: set[str]) -> None:
    assert taken(planning(desk, Decision.CEASED, **narrowing)) == fit


def test_the_reason_that_raises_a_question_tells_why_it_is_asked(desk: Bulks) -> None:
    told = {q.cluster.cluster_id: r.code for q in planning(desk, Decision.CEASED).taken if (r := rules.telling(q))}
    assert told == {**dict.fromkeys(NAMES, "stated_end"), "fir": "moved"}


def test_the_plan_of_a_preview_is_found_again_whatever_was_answered_since(desk: Bulks) -> None:
    before = planning(desk)
    answer_one(desk, "cedar")
    assert planning(desk, through=before.through).digest == before.digest
    assert taken(planning(desk)) == taken(before) - {"cedar"}


def test_another_list_another_decision_and_another_verdict_have_another_digest(desk: Bulks) -> None:
    one = planning(desk)
    digests = [
        one.digest,
        planning(desk, Decision.CEASED).digest,
        planning(desk, kind="ceased", parts={"q": "elm"}).digest,
    ]
    given = said(Decision.SNOOZED, until=date(2024, 12, 1))
    digests += [replace(one, given=g).digest for g in (given, replace(given, until=date(2024, 12, 2)))]
    digests += [replace(one, given=said(Decision.ASSIGNED, assignee=name)).digest for name in ("kato", "boss")]
    desk.replace_verdicts([ceased("aoba", 2, points=5)])
    digests.append(planning(desk).digest)
    assert len(set(digests)) == len(digests)
