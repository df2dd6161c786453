"""The store behind the staff's pages: answers are kept, nobody is overwritten, and every step is one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR, NIGHT, stored, verdict, visit

from crawler.answers import Answer, Decision, QuestionKind
from crawler.errors import StoreError
from crawler.model import Flag, RunKind, RunState
from db.desk import Desk, NotToUndo, Overtaken
from db.listing import Wanted
from db.people import LINK, SESSION, PersonRefused, Role

NOW = datetime(2024, 11, 26, 9, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.open(stored(tmp_path / "desk.db", nights=2), clock=clock) as opened:
        yield opened


def answer(decision: Decision = Decision.ALIVE, cluster_id: str = "aoba", by: str = "kato", **fields: object) -> Answer:
    base = Answer(
        cluster_id=cluster_id, question=QuestionKind.CEASED, decision=decision, by=by, at=NOW, verdict_at=NIGHT,
        grounds=("item:2024-10-12", "stated_end:0a1b"), note="they wrote back",
    )  # fmt: skip
    return replace(base, **fields)  # type: ignore[arg-type]


# --- answers ---


def test_an_answer_comes_back_as_it_was_given_with_its_audit(desk: Desk) -> None:
    given = answer(Decision.SNOOZED, until=date(2025, 1, 1), reason_code="press")
    kept = desk.answer(given, seen=0)
    assert desk.answers(["aoba"]) == {"aoba": [replace(given, answer_id=kept.answer_id)]}
    (row,) = desk._all("SELECT * FROM audit")
    assert (row["by"], row["what"], row["about"]) == ("kato", "answer:snoozed", "aoba")


def test_the_second_of_two_reviewers_sees_who_was_first(desk: Desk) -> None:
    first = desk.answer(answer(), seen=0)
    with pytest.raises(Overtaken) as told:
        desk.answer(answer(Decision.CEASED, by="meyer"), seen=0)
    assert told.value.first == first
    assert len(desk.answers(["aoba"])["aoba"]) == 1
    assert desk.counts()["audit"] == 1
    desk.answer(answer(Decision.CEASED, by="meyer"), seen=first.answer_id)


def test_an_answer_about_an_unknown_cluster_is_refused(desk: Desk) -> None:
    with pytest.raises(StoreError, match="no cluster 'nobody'"):
        desk.answer(answer(cluster_id="nobody"), seen=0)


@pytest.mark.parametrize("table", ["answers", "audit"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET by = 'x'", "DELETE FROM {}", "REPLACE INTO {} SELECT * FROM {}"])
def test_what_was_answered_is_never_changed(desk: Desk, table: str, sql: str) -> None:
    desk.answer(answer(), seen=0)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        desk._db.execute(sql.format(table, table))


def test_a_failure_in_the_middle_stores_neither_answer_nor_address(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the audit is the last part of the transaction")

    monkeypatch.setattr(Desk, "_audit", broken)
    with pytest.raises(RuntimeError):
        desk.answer(answer(Decision.MOVED, address="https://new.example/"), seen=0)
    assert desk.answers(["aoba"]) == {}
    assert desk.clusters(["aoba"]) == [AOBA]


def test_an_accepted_address_takes_the_place_of_the_old_one_until_it_is_taken_back(desk: Desk) -> None:
    kept = desk.answer(answer(Decision.MOVED, address="https://new.example/"), seen=0)
    assert kept.replaced == AOBA.website
    assert desk.clusters(["aoba"])[0].website == "https://new.example/"
    desk.undo(kept.answer_id, by="kato")
    assert desk.clusters(["aoba"]) == [AOBA]


def test_an_answer_is_taken_back_once_by_whoever_gave_it(desk: Desk) -> None:
    kept = desk.answer(answer(), seen=0)
    with pytest.raises(NotToUndo):
        desk.undo(kept.answer_id, by="meyer")
    assert desk.undo(kept.answer_id, by="kato") == kept
    with pytest.raises(NotToUndo):
        desk.undo(kept.answer_id, by="kato")
    with pytest.raises(NotToUndo):
        desk.undo(999, by="kato", any_of=True)
    undone = desk.answers(["aoba"])["aoba"][-1]
    assert (undone.decision, undone.undoes, undone.by) == (Decision.UNDONE, kept.answer_id, "kato")
    assert desk.answers_by("kato") == []


def test_an_admin_takes_back_what_others_answered(desk: Desk) -> None:
    kept = desk.answer(answer(), seen=0)
    desk.undo(kept.answer_id, by="boss", any_of=True)
    assert desk.answers(["aoba"])["aoba"][-1].by == "boss"


# --- people ---


def test_a_session_is_kept_as_a_digest_and_ends_after_its_time(desk: Desk, clock: Clock) -> None:
    desk.add_person("kato", Role.REVIEWER, "hash", by="test")
    token = desk.begin_session("kato")
    assert token not in str(desk._all("SELECT * FROM sessions"))
    signed_in = desk.session(token)
    assert signed_in is not None
    assert (signed_in.person.name, signed_in.before_at) == ("kato", None)
    clock.now += SESSION - timedelta(seconds=1)
    assert desk.session(token)
    clock.now += timedelta(seconds=1)
    assert desk.session(token) is None
    again = desk.session(desk.begin_session("kato"))
    assert again is not None
    assert again.before_at == NOW


@pytest.mark.parametrize("end", ["sign_out", "password", "disabled"])
def test_what_ends_a_session(desk: Desk, end: str) -> None:
    desk.add_person("kato", Role.REVIEWER, "hash", by="test")
    token = desk.begin_session("kato")
    if end == "sign_out":
        desk.end_session(token)
    elif end == "password":
        desk.set_password("kato", "other", by="kato")
    else:
        desk.disable_person("kato", by="boss")
    assert desk.session(token) is None


def test_a_link_works_once_and_for_an_hour(desk: Desk, clock: Clock) -> None:
    desk.add_person("admin", Role.ADMIN, "", by="test")
    replaced = desk.make_link("admin")
    link = desk.make_link("admin")
    assert desk.use_link(replaced) is None
    token = desk.use_link(link)
    assert token
    assert desk.session(token)
    assert desk.use_link(link) is None
    late = desk.make_link("admin")
    clock.now += LINK
    assert desk.use_link(late) is None


def test_a_name_is_given_once(desk: Desk) -> None:
    desk.add_person("kato", Role.REVIEWER, "hash", by="test")
    with pytest.raises(PersonRefused, match="already"):
        desk.add_person("kato", Role.ADMIN, "hash", by="test")


# --- the mapping ---


def test_the_newest_verdict_is_known_after_every_change(desk: Desk) -> None:
    assert desk.current("aoba") == desk.latest_verdicts()["aoba"]
    run = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=5), ["aoba"])
    desk.add_visit(run.run_id, visit("aoba", 5), verdict("aoba", 5, Flag.STATIC))
    assert desk.current("aoba") == verdict("aoba", 5, Flag.STATIC)
    desk.void_run(run.run_id, "our network")
    assert desk.current("aoba") == verdict("aoba", 1)
    desk.replace_verdicts([verdict("aoba", 1, Flag.ACTIVE)])
    assert desk.current("aoba") == verdict("aoba", 1, Flag.ACTIVE)
    assert desk.current("bare") is None


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(), ["aoba", "bare", "cedar"]),
        (Wanted(descending=True), ["cedar", "bare", "aoba"]),
        (Wanted(text="photonics"), ["aoba"]),
        (Wanted(text="杉"), ["cedar"]),
        (Wanted(text="cluster aoba"), ["aoba"]),
        (Wanted(text="ＡＯＢＡ　Ｐｈｏｔｏｎｉｃｓ"), ["aoba"]),
        (Wanted(text="%"), []),
        (Wanted(text="％"), []),
        (Wanted(text="_"), []),
        (Wanted(facets={"flag": "undetermined"}), ["bare", "cedar"]),
        (Wanted(facets={"flag": "japanese_only", "activity": "active"}), ["aoba"]),
        (Wanted(facets={"prefecture": "Miyagi"}), ["aoba"]),
        (Wanted(facets={"prefecture": "' OR 1=1 --"}), []),
        (Wanted(sort="latest"), ["aoba", "bare", "cedar"]),
        (Wanted(sort="latest", descending=True), ["aoba", "bare", "cedar"]),
        (Wanted(only=("cedar",)), ["cedar"]),
        (Wanted(only=()), []),
        (Wanted(limit=1, offset=1), ["bare"]),
    ],
)
def test_the_table_shows_what_was_asked_for(desk: Desk, wanted: Wanted, ids: list[str]) -> None:
    assert [line.cluster_id for line in desk.page(wanted)] == ids
    if wanted.limit > 1:
        assert desk.total(wanted) == len(ids)
        assert sorted(desk.ids(wanted)) == sorted(ids)


@pytest.mark.parametrize("name", ["ＩＴクラスター", "ITｸﾗｽﾀｰ", "itクラスター"])
@pytest.mark.parametrize("text", ["ITクラスター", "ＩＴ クラスター", "ｸﾗｽﾀｰ it"])
def test_a_name_is_found_in_whichever_width_it_is_typed_or_registered(desk: Desk, name: str, text: str) -> None:
    desk.upsert_clusters([replace(BARE, name_ja=name)])
    assert desk.ids(Wanted(text=text)) == ["bare"]
    assert [row.cluster_id for row in desk.listed(text)] == ["bare"], "in the registry too"


@pytest.mark.parametrize("text", ["㈱", "É", "㈱É"])
def test_a_name_is_found_as_it_is_registered(desk: Desk, text: str) -> None:
    desk.upsert_clusters([replace(BARE, name_ja="㈱É")])
    assert desk.ids(Wanted(text=text)) == ["bare"]


LATER = datetime(2099, 1, 1, tzinfo=UTC)  # than the day on which `stored` filled the registry, which is today


def test_the_mapping_is_counted_now_and_then(desk: Desk) -> None:
    assert desk.tallies()["flag"] == {"japanese_only": 1, "undetermined": 2}
    assert desk.tallies(NIGHT - timedelta(days=1))["flag"] == {}
    assert desk.tallies(NIGHT)["flag"] == {"japanese_only": 1}, "judged by then, whenever the registry was filled"
    assert desk.tallies(LATER)["flag"] == {"japanese_only": 1, "undetermined": 2}


def test_who_was_not_in_the_registry_yet_is_not_counted_then(desk: Desk, clock: Clock) -> None:
    clock.now = LATER + timedelta(days=1)
    desk.upsert_clusters([replace(BARE, cluster_id="new")])
    assert desk.tallies(LATER)["flag"] == {"japanese_only": 1, "undetermined": 2}
    assert desk.tallies(clock.now)["flag"] == desk.tallies()["flag"] == {"japanese_only": 1, "undetermined": 3}


def test_who_has_left_the_registry_since_is_counted_then(desk: Desk, clock: Clock) -> None:
    clock.now = LATER + timedelta(days=1)
    desk.retire(["aoba"])
    assert desk.tallies(LATER)["flag"] == {"japanese_only": 1, "undetermined": 2}
    assert desk.tallies(clock.now)["flag"] == desk.tallies()["flag"] == {"undetermined": 2}


def test_a_change_of_flag_is_told_since_an_instant(desk: Desk) -> None:
    run = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=5), ["aoba"])
    desk.add_visit(run.run_id, visit("aoba", 5), verdict("aoba", 5, Flag.LIKELY_CEASED))
    desk.end_run(run.run_id, RunState.DONE)
    (change,) = desk.changes(NIGHT + timedelta(days=2))
    assert (change.cluster_id, change.before, change.now) == ("aoba", Flag.JAPANESE_ONLY, Flag.LIKELY_CEASED)
    assert desk.changes(NIGHT + timedelta(days=5)) == []


def test_candidates_are_the_clusters_that_can_be_asked_about(desk: Desk) -> None:
    assert desk.candidates() == []
    desk.upsert_clusters([AOBA, BARE, CEDAR])
    desk.answer(answer(Decision.CEASED), seen=0)
    assert [c.cluster_id for c, _ in desk.candidates()] == ["aoba"]
