"""One decision over many questions, as it is stored and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from many import MOVED, NAMES, answer_one, decisions, keep, planning, taken
from pages import NOW, ceased

from crawler.answers import Decision, QuestionKind
from db.bulk import Bulks
from db.desk import NotToUndo, Overtaken


def test_a_bulk_is_stored_with_an_audit_row_for_each_answer_and_one_for_all(desk: Bulks) -> None:
    bulk = desk.bulk(keep(desk, planning(desk, kind="ceased")))
    assert bulk is not None
    assert (bulk.by, bulk.decision, bulk.count, bulk.wanted, bulk.is_undone) == (
        "kato", Decision.ALIVE, 5, "?kind=ceased", False,
    )  # fmt: skip
    audit = [(e.what, e.about) for e in desk.audit()][:6]
    assert audit[0] == ("bulk:alive", "")
    assert sorted(audit[1:]) == [("answer:alive", name) for name in NAMES[:5]]
    assert desk.audit()[0].details == {"bulk": 1, "answers": 5, "overtaken": 0, "filter": "?kind=ceased"}
    assert desk.audit()[1].details["bulk"] == 1
    assert planning(desk, kind="ceased").taken == ()


def test_a_cluster_that_somebody_answered_since_is_left_out_and_named(desk: Bulks) -> None:
    found = planning(desk, kind="ceased")
    answer_one(desk, "cedar", Decision.CEASED)
    bulk = desk.bulk(keep(desk, found))
    assert bulk is not None
    assert [(a.cluster_id, a.by) for a in desk.overtaking(bulk)] == [("cedar", "boss")]
    assert {a.cluster_id for a in desk.answers_of(bulk)} == set(NAMES[:5]) - {"cedar"}
    assert decisions(desk, "cedar") == [Decision.CEASED]


def test_when_all_of_them_were_answered_first_nothing_is_stored(desk: Bulks) -> None:
    found = planning(desk, parts={"q": "cedar"})
    answer_one(desk, "cedar")
    before = desk.counts()
    with pytest.raises(Overtaken, match="boss answered first"):
        keep(desk, found)
    assert desk.counts() == before


def test_both_questions_about_one_cluster_are_answered(desk: Bulks) -> None:
    both = replace(ceased("fir", 2), reasons=(*ceased().reasons, MOVED))
    desk.replace_verdicts([both])
    found = planning(desk, Decision.CEASED, parts={"q": "fir"})
    assert [q.question.kind for q in found.taken] == [QuestionKind.CEASED, QuestionKind.MOVED]
    keep(desk, found)
    assert decisions(desk, "fir") == [Decision.CEASED, Decision.CEASED]


def test_a_failure_in_the_middle_stores_none_of_it(desk: Bulks, monkeypatch: pytest.MonkeyPatch) -> None:
    found = planning(desk, kind="ceased")
    before = desk.counts()
    put = desk._put

    def failing(answer: object, bulk: int = 0) -> object:
        if getattr(answer, "cluster_id", "") == "aoba":
            raise OSError("the disk is gone")
        return put(answer, bulk)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "_put", failing)
    with pytest.raises(OSError, match="the disk is gone"):
        keep(desk, found)
    assert desk.counts() == before


def test_a_bulk_is_taken_back_in_one_step_and_once(desk: Bulks) -> None:
    bulk_id = keep(desk, planning(desk, kind="ceased"))
    with pytest.raises(NotToUndo):
        desk.undo_all(bulk_id, by="boss")
    desk.undo(desk.answers(["elm"])["elm"][-1].answer_id, by="kato")
    answer_one(desk, "cedar", Decision.CEASED)  # by a colleague, after the bulk
    assert desk.undo_all(bulk_id, by="boss", any_of=True) == 4, "one was taken back by itself before"
    assert taken(planning(desk, kind="ceased")) == set(NAMES[:5]) - {"cedar"}, "a later answer stands"
    with pytest.raises(NotToUndo):
        desk.undo_all(bulk_id, by="kato")
    with pytest.raises(NotToUndo):
        desk.undo_all(99, by="kato", any_of=True)
    assert (desk.audit()[0].what, desk.audit()[0].details) == ("bulk:undone", {"bulk": 1, "answers": 4})


def test_a_bulk_counts_as_one_of_the_last_decisions(desk: Bulks) -> None:
    answer_one(desk, "fir", Decision.CEASED, by="kato")
    bulk_id = keep(desk, planning(desk, parts={"q": "cedar"}))
    answer_one(desk, "elm", by="kato")
    last = [getattr(d, "cluster_id", "bulk") for d in desk.last_decisions("kato", 5)]
    assert last == ["elm", "bulk", "fir"]
    assert desk.decided_since("kato", NOW - timedelta(hours=1)) == 3
    assert desk.decided_since("kato", NOW + timedelta(hours=1)) == 0
    desk.undo_all(bulk_id, by="kato")
    assert [getattr(d, "cluster_id", "bulk") for d in desk.last_decisions("kato", 5)] == ["elm", "fir"]
    assert len(desk.last_decisions("kato", 1)) == 1
    assert desk.decided_since("kato", NOW - timedelta(hours=1)) == 2


@pytest.mark.parametrize(
    "sql", ["UPDATE bulks SET by = 'x'", "DELETE FROM bulks", "REPLACE INTO bulks SELECT * FROM bulks"]
)
def test_a_bulk_is_never_changed(desk: Bulks, sql: str) -> None:
    keep(desk, planning(desk))
    with pytest.raises(Exception, match="a bulk is never changed"):
        desk._db.execute(sql)
