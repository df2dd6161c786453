"""The history of the registry: every writer appends to it, nothing edits it, and it always ends with the row."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR, verdict
from pages import EVIL, NOW, Clock, ceased

from crawler.answers import Answer, Decision, QuestionKind
from crawler.model import Cluster
from db.desk import Desk
from db.history import MERGED_INTO, STATE, ChangeKind, Difference, Entry, Record, cell, differences
from db.importing import PlanChanged, import_plan, import_registry
from db.merging import BOTH, GONE, KEPT, choices, hosts, merged
from db.registrar import EntryChanged, IdTaken, NotPossible
from db.registry import LEFT_OUT, proposed, read_registry, registry_report
from db.sheets import sheet_of

HEADER = "cluster_id,name_en,website\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "desk.db", create=True, clock=Clock()) as opened:
        opened.upsert_clusters([AOBA, BARE, CEDAR], by="test")
        yield opened


def seen(desk: Desk, cluster_id: str) -> str:
    entry = desk.entry(cluster_id)
    assert entry is not None
    return entry.record.digest


def correct(desk: Desk, cluster_id: str, **values: object) -> None:
    entry = desk.entry(cluster_id)
    assert entry is not None
    desk.correct_cluster(replace(entry.cluster, **values), seen=entry.record.digest, by="kato", note="why")  # type: ignore[arg-type]


def answer(decision: Decision, address: str) -> Answer:
    return Answer(
        cluster_id="aoba", question=QuestionKind.CEASED, decision=decision, by="kato", at=NOW,
        verdict_at=ceased().decided_at, grounds=(), address=address,
    )  # fmt: skip


def imported(desk: Desk, folder: Path, text: str) -> None:
    (folder / "r.csv").write_text(text, encoding="utf-8")
    import_registry(desk, read_registry(folder / "r.csv"), partial=False, dry_run=False, by="boss", source="r.csv")


def chain_holds(desk: Desk) -> bool:
    """Whether each row's changes follow one another without a gap, and end with the row."""
    for cluster_id, entry in desk.entries().items():
        changes = list(reversed(desk.registry_changes(cluster_id)))
        befores = [c.before for c in changes]
        assert befores == [None, *(c.after for c in changes[:-1])], cluster_id
        assert changes[-1].after == entry.record, cluster_id
    return True


def test_after_a_chain_of_changes_of_every_kind_the_history_ends_with_the_row(desk: Desk, tmp_path: Path) -> None:
    desk.add_cluster(replace(CEDAR, cluster_id="new", name_en=EVIL + "\n=1+1\u202e"), by="boss")
    correct(desk, "aoba", city="Ishinomaki", other_hosts=("x.example",), extra=(("members", "3"),), lat=None)
    desk.answer(answer(Decision.MOVED, "https://moved.example/"), seen=0)
    undone = desk.undo(1, by="kato")
    assert undone.decision is Decision.MOVED
    imported(desk, tmp_path, HEADER + "aoba,Aoba Again,https://again.example/\nfresh,Fresh,\n")
    desk.retire_cluster("bare", seen=seen(desk, "bare"), by="boss", note="none of ours")
    desk.revive_cluster("bare", seen=seen(desk, "bare"), by="boss")
    desk.merge_clusters("cedar", "aoba", chosen={}, seen=(seen(desk, "cedar"), seen(desk, "aoba")), by="boss")
    desk.revive_cluster("cedar", seen=seen(desk, "cedar"), by="boss")
    assert chain_holds(desk)
    kinds = {c.what for c in desk.registry_changes()}
    assert kinds == set(ChangeKind)
    told = [c.what for c in reversed(desk.registry_changes("aoba"))]
    assert told == ["imported", "corrected", "answered", "answered", "imported", "merged"]


def test_every_change_by_a_person_has_its_line_of_the_audit(desk: Desk, tmp_path: Path) -> None:
    desk.add_cluster(replace(CEDAR, cluster_id="new"), by="boss", note="seen at a fair")
    correct(desk, "aoba", city="Ishinomaki")
    imported(desk, tmp_path, HEADER + "fresh,Fresh,\n")
    desk.retire_cluster("bare", seen=seen(desk, "bare"), by="boss", note="none of ours")
    desk.revive_cluster("bare", seen=seen(desk, "bare"), by="boss")
    desk.merge_clusters("cedar", "aoba", chosen={}, seen=(seen(desk, "cedar"), seen(desk, "aoba")), by="boss")
    assert [(e.by, e.what, e.about) for e in reversed(desk.audit())] == [
        ("boss", "registry:added", "new"),
        ("kato", "registry:corrected", "aoba"),
        ("boss", "registry:imported", ""),
        ("boss", "registry:retired", "bare"),
        ("boss", "registry:revived", "bare"),
        ("boss", "registry:merged", "cedar"),
    ]
    assert desk.audit()[3].details == {"source": "r.csv", "added": 1, "changed": 0}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_changes SET by = 'nobody'",
        "DELETE FROM registry_changes",
        "INSERT OR REPLACE INTO registry_changes SELECT * FROM registry_changes LIMIT 1",
    ],
)
def test_nothing_edits_the_history(desk: Desk, tmp_path: Path, statement: str) -> None:
    raw = sqlite3.connect(tmp_path / "desk.db")
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        raw.execute(statement)
    raw.close()
    assert chain_holds(desk)


def test_a_change_whose_audit_fails_is_not_stored(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.counts()

    def broken(*args: object, **details: object) -> None:
        raise RuntimeError("the last part of the transaction")

    monkeypatch.setattr(desk, "_audit", broken)
    steps: list[Callable[[], object]] = [
        lambda: desk.add_cluster(replace(BARE, cluster_id="new"), by="boss"),
        lambda: correct(desk, "aoba", city="Ishinomaki"),
        lambda: desk.retire_cluster("bare", seen=seen(desk, "bare"), by="boss", note="x"),
        lambda: desk.merge_clusters(
            "cedar", "aoba", chosen={}, seen=(seen(desk, "cedar"), seen(desk, "aoba")), by="boss"
        ),
        lambda: desk.import_records(
            [(Record(cluster=AOBA), Record(cluster=replace(AOBA, city="Ishinomaki")))], by="boss"
        ),
    ]
    for step in steps:
        with pytest.raises(RuntimeError):
            step()
    assert desk.counts() == before
    assert {c.cluster_id: c for c in desk.clusters()} == {c.cluster_id: c for c in (AOBA, BARE, CEDAR)}


def test_a_correction_that_changes_nothing_is_no_change(desk: Desk) -> None:
    before = desk.counts()
    assert not desk.correct_cluster(AOBA, seen=seen(desk, "aoba"), by="kato")
    assert desk.counts() == before


@pytest.mark.parametrize("cluster_id", ["aoba", "AOBA", "bare"])
def test_an_id_is_given_once_whatever_its_capitals_and_also_after_a_retirement(desk: Desk, cluster_id: str) -> None:
    desk.retire(["bare"])
    with pytest.raises(IdTaken, match="taken already"):
        desk.add_cluster(replace(BARE, cluster_id=cluster_id), by="boss")


def test_two_people_who_change_the_same_row_do_not_overwrite_each_other(desk: Desk) -> None:
    shown = seen(desk, "aoba")
    correct(desk, "aoba", city="Ishinomaki")
    with pytest.raises(EntryChanged) as refused:
        desk.correct_cluster(replace(AOBA, city="Shiogama"), seen=shown, by="meyer")
    assert refused.value.now.cluster.city == "Ishinomaki"
    for step in (
        lambda: desk.retire_cluster("aoba", seen=shown, by="boss", note="x"),
        lambda: desk.merge_clusters("aoba", "cedar", chosen={}, seen=(shown, seen(desk, "cedar")), by="boss"),
        lambda: desk.merge_clusters("cedar", "aoba", chosen={}, seen=(seen(desk, "cedar"), shown), by="boss"),
    ):
        with pytest.raises(EntryChanged):
            step()
    assert chain_holds(desk)


def test_what_makes_no_sense_in_the_state_of_a_row_is_refused(desk: Desk) -> None:
    desk.retire(["bare"])
    for step, words in (
        (lambda: desk.retire_cluster("bare", seen=seen(desk, "bare"), by="boss", note="x"), "retired already"),
        (lambda: desk.revive_cluster("aoba", seen=seen(desk, "aoba"), by="boss"), "is in use"),
        (lambda: desk.revive_cluster("nobody", seen="", by="boss"), "there is no cluster"),
        (lambda: merge(desk, "aoba", "aoba"), "into itself"),
        (lambda: merge(desk, "bare", "aoba"), "bare is retired"),
        (lambda: merge(desk, "aoba", "bare"), "bare is retired"),
    ):
        with pytest.raises(NotPossible, match=words):
            step()


def merge(desk: Desk, gone: str, kept: str, **chosen: str) -> Cluster:
    return desk.merge_clusters(gone, kept, chosen=chosen, seen=(seen(desk, gone), seen(desk, kept)), by="boss")


def test_a_retired_cluster_is_neither_crawled_nor_asked_about_nor_in_the_mapping(desk: Desk) -> None:
    desk.replace_verdicts([ceased("aoba"), verdict("cedar")])
    assert [c.cluster_id for c, _ in desk.candidates()] == ["aoba"]
    desk.retire_cluster("aoba", seen=seen(desk, "aoba"), by="boss", note="x")
    assert desk.candidates() == []
    assert [c.cluster_id for c in desk.clusters()] == ["bare", "cedar"]
    assert desk.plan(["aoba"]) == []
    assert [row.cluster_id for row in desk.listed(state="retired")] == ["aoba"]
    assert [v.cluster_id for v in desk.verdict_history("aoba")] == ["aoba"], "what was found stays readable"
    desk.revive_cluster("aoba", seen=seen(desk, "aoba"), by="boss")
    assert [c.cluster_id for c, _ in desk.candidates()] == ["aoba"]


def test_a_merged_cluster_leads_to_the_one_that_stays_and_keeps_its_own(desk: Desk) -> None:
    desk.replace_verdicts([ceased("cedar")])
    result = merge(desk, "cedar", "bare")
    assert (result.cluster_id, result.name_en, result.website, result.name_ja) == (
        "bare", "Bare Cluster", "http://cedar.example/", "杉クラスター",
    )  # fmt: skip
    cedar = desk.entry("cedar")
    assert cedar is not None
    assert (cedar.record.merged_into, cedar.cluster) == ("bare", CEDAR)
    assert len(desk.verdict_history("cedar")) == 1
    (kept,) = desk.registry_changes("bare", limit=1)
    assert (kept.what, kept.other) == (ChangeKind.MERGED, "cedar")


# --- what a file may not do ---


def test_no_file_takes_back_what_people_retired_or_merged(desk: Desk, tmp_path: Path) -> None:
    desk.retire_cluster("bare", seen=seen(desk, "bare"), by="boss", note="x")
    merge(desk, "cedar", "aoba")
    (tmp_path / "r.csv").write_text(HEADER + "bare,Bare New,\ncedar,Cedar New,\nAOBA,Big,\nnew,New,\n")
    report = read_registry(tmp_path / "r.csv")
    result = import_registry(desk, report, partial=False, dry_run=False)
    assert [(i.row, i.refused) for i in result.left_out] == [(2, False), (3, False), (4, False)]
    assert [i.reason for i in result.left_out] == [
        "was retired; the row is left out",
        "was merged into 'aoba'; the row is left out",
        "differs only by capitals from the id 'aoba' of the registry; the row is left out",
    ]
    assert (result.added, result.changed) == (1, 0)
    assert [c.cluster_id for c in desk.clusters()] == ["aoba", "new"]


def test_an_import_does_only_what_was_shown(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(HEADER + "bare,Bare New,\n")
    report = read_registry(tmp_path / "r.csv")
    shown = import_plan(desk, report).digest
    correct(desk, "aoba", city="Ishinomaki")
    assert import_plan(desk, report).digest == shown, "a change elsewhere does not matter"
    correct(desk, "bare", city="Ishinomaki")
    before = desk.counts()
    with pytest.raises(PlanChanged):
        import_registry(desk, report, partial=False, dry_run=False, expected=shown)
    assert desk.counts() == before


def test_an_import_asks_once_how_the_registry_stands_and_writes_each_change_with_its_past(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    entries = Desk.entries

    def counted(self: Desk, ids: Iterable[str] | None = None) -> dict[str, Entry]:
        asked.append(ids)
        return entries(self, ids)

    before = {c.cluster_id: Record(cluster=c) for c in (AOBA, BARE)}
    lines = ["cluster_id,name_en,website", "aoba,Aoba 2,https://aoba.example/", "bare,Bare 2,", "new-1,New,"]
    (tmp_path / "r.csv").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(Desk, "entries", counted)
    report = read_registry(tmp_path / "r.csv")
    result = import_registry(desk, report, partial=False, dry_run=False, by="kato", source="r.csv")
    monkeypatch.undo()
    assert (result.added, result.changed, asked) == (1, 2, [None])
    made = list(reversed(desk.registry_changes(limit=3)))
    assert [(c.cluster_id, c.by, c.what, c.note, c.at) for c in made] == [
        (name, "kato", ChangeKind.IMPORTED, "", desk.now()) for name in ("aoba", "bare", "new-1")
    ]
    assert [c.before for c in made] == [before["aoba"], before["bare"], None]
    assert [c.after for c in made] == [e.record for e in desk.entries(["aoba", "bare", "new-1"]).values()]
    (audited,) = [e for e in desk.audit() if e.what == "registry:imported"]
    assert (audited.by, audited.details) == ("kato", {"source": "r.csv", "added": 1, "changed": 2})


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("cluster_id,name_en,website", ("cluster_id", "name_en", "website")),
        ("ID,名称_英語,ホームページ,備考", ("cluster_id", "name_en", "website", "notes")),
        ("id,code,name", ("cluster_id", "cluster_id", "name_en")),
        ("cluster_id,id,name_en,members,", ("cluster_id", "+", "name_en", "+")),
        ("cluster_id,,name_en", ("cluster_id", LEFT_OUT, "name_en")),
    ],
)
def test_what_each_column_is_taken_for(header: str, expected: tuple[str, ...]) -> None:
    assert proposed(sheet_of(f"{header}\na,b,c,d,e\n".encode())) == expected


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "a,Aoba,https://a.example/\n",
        "ID,Name,URL,members,prefectur\na,Aoba,,5,x\nb,,,,\n",
        "cluster_id,name_en,website,url,,備考\na,Aoba,,u,v,w\n",
        "cluster_id,name_en,website,Members,Members\na,Aoba,,1,2\n",
    ],
)
def test_a_file_is_read_alike_whether_its_columns_are_found_or_chosen(text: str) -> None:
    sheet = sheet_of(text.encode())
    assert registry_report(sheet, proposed(sheet)) == registry_report(sheet)


def test_a_column_may_be_taken_for_another_or_left_out() -> None:
    sheet = sheet_of(b"a,b,c,,e\nx,Name,https://x.example/,4,5\n")
    report = registry_report(sheet, ("cluster_id", "name_en", "website", "+", ""))
    (cluster,) = report.accepted
    assert (cluster.cluster_id, cluster.website, cluster.extra) == ("x", "https://x.example/", (("D", "4"),))


# --- pure ---


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Record(cluster=BARE), Record(cluster=BARE), ()),
        (Record(cluster=BARE), Record(cluster=replace(BARE, city="X")), (Difference("city", "", "X"),)),
        (Record(cluster=BARE), Record(cluster=replace(BARE, lat=1.5)), (Difference("lat", "", "1.5"),)),
        (
            Record(cluster=BARE),
            Record(cluster=replace(BARE, other_hosts=("a.example", "b.example"))),
            (Difference("other_hosts", "", "a.example b.example"),),
        ),
        (
            Record(cluster=replace(BARE, extra=(("m", "1"), ("n", "2")))),
            Record(cluster=replace(BARE, extra=(("n", "3"),))),
            (Difference("m", "1", ""), Difference("n", "2", "3")),
        ),
        (
            Record(cluster=BARE),
            Record(cluster=BARE, retired=True, merged_into="aoba"),
            (Difference(STATE, "in use", "retired"), Difference(MERGED_INTO, "", "aoba")),
        ),
        (Record(cluster=BARE, retired=True), Record(cluster=BARE), (Difference(STATE, "retired", "in use"),)),
    ],
)
def test_a_difference_is_told_column_by_column(before: Record, after: Record, expected: tuple[Difference, ...]) -> None:
    assert differences(before, after) == expected


def test_of_a_new_row_everything_that_is_filled_is_told() -> None:
    found = {d.column: d.after for d in differences(None, Record(cluster=BARE))}
    assert found == {"cluster_id": "bare", "name_en": "Bare Cluster", "home_language": "ja", "country": "JP"}


A = Cluster(cluster_id="a", name_en="A", website="https://a.example/", other_hosts=("x.example",))
B = Cluster(cluster_id="b", name_en="B", website="https://www.b.example/", city="Sendai", extra=(("m", "1"),))


@pytest.mark.parametrize(
    ("gone", "choice", "expected"),
    [
        (B, BOTH, ("x.example", "www.b.example")),
        (B, KEPT, ("x.example",)),
        (B, GONE, ()),
        (replace(B, website="https://b.example/bio/"), BOTH, ("x.example", "https://b.example/bio/")),
        (replace(B, website="http://www.a.example/index.html"), BOTH, ("x.example",)),
        (replace(B, website="https://a.example/en/"), BOTH, ("x.example",)),
        (replace(B, website="", other_hosts=("x.example", "y.example")), BOTH, ("x.example", "y.example")),
        (replace(B, website="", other_hosts=("a.example",)), BOTH, ("x.example",)),
        (replace(B, website="https://news.a.example/"), BOTH, ("x.example", "news.a.example")),
    ],
)
def test_which_hosts_a_merged_cluster_has(gone: Cluster, choice: str, expected: tuple[str, ...]) -> None:
    assert hosts(A, gone, choice) == expected


def test_what_stays_in_a_merge_is_proposed_and_can_be_chosen() -> None:
    assert choices(A, B) == {
        "name_en": KEPT, "website": KEPT, "other_hosts": BOTH, "city": GONE, "m": GONE,
    }  # fmt: skip
    assert merged(A, B, {}) == replace(
        A, city="Sendai", extra=(("m", "1"),), other_hosts=("x.example", "www.b.example")
    )
    chosen = {"name_en": GONE, "city": KEPT, "m": KEPT, "website": GONE, "other_hosts": KEPT, "cluster_id": GONE}
    assert merged(A, B, chosen) == replace(A, name_en="B", website="https://www.b.example/")
    assert cell(merged(A, replace(A, cluster_id="b"), {}), "cluster_id") == "a"
