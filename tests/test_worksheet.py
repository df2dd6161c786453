"""The sheet that people fill in: what comes back unchanged, what changes, what is a mistake, and what is a conflict."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from made import AOBA, BARE, CEDAR, verdict
from openpyxl import load_workbook
from openpyxl.cell import Cell as OpenpyxlCell
from pages import EVIL, NOW, Clock, ceased, made
from workbooks import Cell, cells_of, edited, excel, libreoffice

from crawler.answers import Answer, Decision, QuestionKind
from crawler.config import Config
from crawler.errors import RefusedInput
from crawler.model import Cluster
from db.desk import NotToUndo
from db.worksheets import SheetLine, Worksheets
from pipelines.answering import Given, answer_of
from pipelines.questions import open_questions
from pipelines.worksheet.columns import ORDER, REGISTRY
from pipelines.worksheet.making import lines_of_clusters, lines_of_questions
from pipelines.worksheet.planning import outcome, sheet_plan
from pipelines.worksheet.plans import SheetPlan, chosen
from pipelines.worksheet.reading import day_of, filled
from pipelines.worksheet.versions import version_of
from review.worksheet_words import vocabulary, words_of, workbook

TODAY = NOW.date()
POLICY = Config().policy
# What spreadsheet programs like to change, and what would like to be calculated.
ODD = (
    Cluster(cluster_id="007", name_en="=1+1", website="https://a.example/", name_ja="＝HYPERLINK(\"x\")", notes="a\nb\n\nc"),
    Cluster(cluster_id="1e5", name_en="+81 3 1234", website="https://b.example/", city="@home", period_start="2007-04"),
    Cluster(cluster_id="2026-11-24", name_en="-", website="", lat=35.0, lon=-0.1, operator="'quoted'", country="FR"),
    Cluster(cluster_id="true", name_en="TRUE", website="http://xn--eckwd4c7c.example/", lat=38.268, lon=140.87,
            other_hosts=("a.example", "https://b.example/c"), extra=(("members", "57"),), notes=EVIL),
    Cluster(cluster_id="n-a", name_en="#N/A", website="https://c.example/?a=1&b=%20", name_ja="ｶﾀｶﾅ　全角",
            period_start="2009", period_end="FY2014", sector="01", programme="1/2"),
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Three clusters, of two of which it is asked whether they have ceased, and the odd ones, never visited."""
    return made(tmp_path / "desk.db", ceased("aoba"), ceased("cedar", points=9.0), clusters=(AOBA, BARE, CEDAR, *ODD))


@pytest.fixture
def desk(database: Path, clock: Clock) -> Iterator[Worksheets]:
    with Worksheets.open(database, clock=clock) as found:
        yield found


def saved(desk: Worksheets, language: str = "en") -> bytes:
    """The workbook of all clusters."""
    return workbook(lines_of_clusters(desk, None, TODAY, POLICY), language, TODAY)


def questions_saved(desk: Worksheets) -> bytes:
    return workbook(lines_of_questions(desk, open_questions(desk, TODAY, POLICY)), "en", TODAY)


def planned(desk: Worksheets, content: bytes) -> SheetPlan:
    return sheet_plan(desk, filled(content, vocabulary()), TODAY, POLICY)


def row_of(content: bytes, cluster_id: str) -> int:
    """The number of the row of a cluster, as a spreadsheet program shows it."""
    return next(n for n, row in enumerate(cells_of(content), start=1) if row[0] == cluster_id)


def changed(content: bytes, **of: dict[str, Cell]) -> bytes:
    """The workbook with other values, by cluster and heading."""
    return edited(content, {(row_of(content, c), h): v for c, cells in of.items() for h, v in cells.items()})


def told(plan: SheetPlan) -> set[tuple[str, str, str]]:
    """Every change: the cluster, the column, and what it would have."""
    of_cells = {(p.cluster.cluster_id, e.column, e.after) for p in plan.clusters for e in p.edits}
    return of_cells | {
        (p.cluster.cluster_id, "answer", str(a.given.decision)) for p in plan.clusters for a in p.answers
    }


def stored(desk: Worksheets, plan: SheetPlan, *taken: str, by: str = "kato") -> int:
    lines = chosen(plan, taken, by=by, at=desk.now())
    return desk.store_sheet(lines, by=by, source="sheet.xlsx").sheet_id


def said(desk: Worksheets, cluster_id: str, decision: Decision = Decision.CEASED, by: str = "boss") -> Answer:
    """An answer that somebody gives on the pages."""
    word = desk.current(cluster_id)
    assert word is not None
    given = Given(question=QuestionKind.CEASED, decision=decision, note="by telephone")
    before = desk.answers([cluster_id]).get(cluster_id, [])
    return desk.answer(answer_of(given, word, by=by, at=desk.now()), seen=before[-1].answer_id if before else 0)


def corrected(desk: Worksheets, cluster: Cluster, by: str = "boss") -> None:
    entry = desk.entry(cluster.cluster_id)
    assert entry is not None
    desk.correct_cluster(cluster, seen=entry.record.digest, by=by)


# --- what comes back as it went out ---


def as_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(["" if cell is None else cell for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("again", [None, excel, libreoffice, as_csv])
def test_a_sheet_that_nobody_edited_changes_nothing(
    desk: Worksheets, language: str, again: Callable[[list[list[Cell]]], bytes] | None
) -> None:
    content = saved(desk, language)
    plan = planned(desk, again(cells_of(content)) if again else content)
    assert (plan.clusters, plan.issues, plan.unchanged) == ((), (), 8)


@pytest.mark.timeout(120)
def test_a_thousand_rows_come_back_without_loss(desk: Worksheets) -> None:
    many = [replace(ODD[n % 5], cluster_id=f"{n:04}", name_ja=f"架空{n}\t・=協議会") for n in range(1000)]
    desk.upsert_clusters(many)
    read = filled(excel(cells_of(saved(desk))), vocabulary())
    assert len(read.rows) == 1008
    rows = {row.version.cluster_id: row for row in read.rows}
    assert rows["0003"].columns["other_hosts"] == "a.example https://b.example/c"
    assert rows["0000"].columns["name_en"] == "=1+1"
    assert rows["0000"].columns["notes"] == "a\nb\n\nc"
    plan = sheet_plan(desk, read, TODAY, POLICY)
    assert (plan.clusters, plan.issues, plan.unchanged) == ((), (), 1008)


def test_no_cell_is_calculated_whatever_a_page_or_a_person_wrote(desk: Worksheets) -> None:
    word = ceased("bare", 2)
    evil = tuple(replace(word.reasons[0], text=text, url=text) for text in ("=cmd|'/c calc'!A1", "@SUM(1)", "+1", EVIL))
    desk.replace_verdicts([replace(word, reasons=evil)])
    book = load_workbook(io.BytesIO(saved(desk)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 100
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [c.value for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@", "＝"))] == []
    assert [c for c in cells if c.hyperlink] == []


def test_a_sheet_is_made_for_people(desk: Worksheets) -> None:
    book = load_workbook(io.BytesIO(saved(desk)))
    sheet, explained, lists = book.worksheets
    headings = {cell.value: cell for cell in sheet[1] if isinstance(cell, OpenpyxlCell)}
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:AD9"
    assert sheet.column_dimensions[headings["Version"].column_letter].hidden
    assert lists.sheet_state == "hidden"
    colours = {headings[name].fill.fgColor.rgb for name in ("Answer", "Website", "Town", "Flag")}
    assert len(colours) == 4
    rules = sheet.data_validations.dataValidation
    of_answer = next(r for r in rules if r.promptTitle == "Answer")
    assert (of_answer.type, of_answer.formula1) == ("list", "lists!$A$1:$A$7")
    assert [cell.value for cell in lists["A"]] == [
        "ceased", "still alive", "alive, site static", "moved", "wrong address", "snoozed", "skipped",
    ]  # fmt: skip
    assert sheet.cell(row_of(saved(desk), "aoba"), headings["Latest post"].column).value == datetime(2019, 10, 12)
    words = [row[1].value for row in explained.iter_rows()]
    assert "How to fill in this workbook" in words
    assert "このブックの記入方法" in words


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_two_columns_have_the_same_heading(language: str) -> None:
    assert len(set(words_of(language).headings.values())) == len(ORDER)


def test_every_column_of_the_registry_can_be_corrected() -> None:
    assert set(REGISTRY) | {"cluster_id", "extra"} == set(Cluster.__dataclass_fields__)


# --- what is changed ---


@pytest.mark.parametrize(
    ("then", "now", "after", "what"),
    [
        ("a", "a", "a", "same"),
        ("a", "b", "a", "same"),  # nobody touched it in the sheet
        ("a", "b", "b", "same"),  # somebody has stored the same
        ("a", "a", "b", "change"),
        ("a", "a", "", "change"),
        ("", "", "b", "change"),
        ("a", "b", "c", "clash"),
        ("a", "b", "", "clash"),
        ("a", "", "c", "clash"),
    ],
)
def test_three_states_of_a_cell_make_a_change_a_conflict_or_nothing(then: str, now: str, after: str, what: str) -> None:
    assert outcome(then, now, after) == what


def test_answers_notes_and_addresses_are_stored_with_history_and_audit(desk: Worksheets) -> None:
    content = changed(
        saved(desk),
        aoba={"Answer": "still alive", "How do you know?": "we asked them", "Note": "they wrote back", "Town": "仙台"},
        cedar={"Answer": "moved", "Website": "https://new.example/", "English website": "https://new.example/en/"},
        bare={"Website": "https://bare.example/", "Latitude": 35.5, "Longitude": 139.5},
    )
    plan = planned(desk, content)
    assert told(plan) == {
        ("aoba", "answer", "alive"), ("aoba", "city", "仙台"), ("cedar", "answer", "moved"),
        ("cedar", "website_en", "https://new.example/en/"), ("bare", "website", "https://bare.example/"),
        ("bare", "lat", "35.5"), ("bare", "lon", "139.5"),
    }  # fmt: skip
    assert plan.issues == ()
    sheet_id = stored(desk, plan)
    (alive,), (moved,) = desk.answers(["aoba", "cedar"]).values()
    assert (alive.decision, alive.reason_code, alive.note, alive.by) == (
        Decision.ALIVE, "asked_them", "they wrote back", "kato",
    )  # fmt: skip
    assert (moved.decision, moved.address, moved.replaced) == (Decision.MOVED, "https://new.example/", CEDAR.website)
    assert desk.clusters(["aoba", "bare", "cedar"]) == [
        replace(AOBA, city="仙台"),
        replace(BARE, website="https://bare.example/", lat=35.5, lon=139.5),
        replace(CEDAR, website="https://new.example/", website_en="https://new.example/en/"),
    ]
    assert [(e.what, e.about) for e in desk.audit()][:6] == [
        ("sheet:imported", ""), ("registry:corrected", "cedar"), ("answer:moved", "cedar"),
        ("registry:corrected", "bare"), ("registry:corrected", "aoba"), ("answer:alive", "aoba"),
    ]  # fmt: skip
    assert desk.registry_changes("bare")[0].note == "sheet.xlsx"
    again = planned(desk, content)
    assert (told(again), again.unchanged) == (set(), 8)
    assert desk.undo_sheet(sheet_id, by="kato") == 7
    assert desk.clusters(["aoba", "bare", "cedar"]) == [AOBA, BARE, CEDAR]
    assert len(open_questions(desk, TODAY, POLICY)) == 2


def test_an_answer_rests_on_the_verdict_that_its_row_showed(desk: Worksheets) -> None:
    content = changed(questions_saved(desk), aoba={"Answer": "still alive"})
    first = desk.current("aoba")
    assert first is not None
    desk.replace_verdicts([ceased("aoba", 2)])
    (line,) = chosen(planned(desk, content), (), by="kato", at=NOW)
    assert [a.verdict_at for a in line.answers] == [first.decided_at]


@pytest.mark.parametrize("again", [excel, libreoffice])
def test_a_sheet_may_be_sorted_shortened_and_put_in_another_order(
    desk: Worksheets, again: Callable[[list[list[Cell]]], bytes]
) -> None:
    header, *rows = cells_of(changed(saved(desk), aoba={"Answer": "ceased"}, cedar={"Town": "Nagoya"}))
    order = [29, *range(10, 29), 3, 0]  # the version first, the id last, names and what is told gone
    turned = [[row[i] for i in order] for row in (header, *reversed(rows)) if row[0] != "bare"]
    table: list[list[Cell]] = [["Our list"], [], *turned, [], [None] * 40]
    table = [[*row, *([None] * (len(order) - len(row)))] for row in table]
    plan = planned(desk, again(table))
    assert told(plan) == {("aoba", "answer", "ceased"), ("cedar", "city", "Nagoya")}
    assert (plan.issues, plan.unchanged) == ((), 5)


@pytest.mark.parametrize("again", [excel, libreoffice])
def test_ids_that_became_numbers_and_other_habits_of_programs_are_understood(
    desk: Worksheets, again: Callable[[list[list[Cell]]], bytes]
) -> None:
    header, *rows = cells_of(saved(desk))
    ids: dict[Cell, Cell] = {"007": 7, "1e5": 100000.0}
    places = {name: i for i, name in enumerate(header)}
    for row in rows:
        row[0] = ids.get(row[0], row[0])
        if row[0] == "aoba":
            row[places["Answer"]], row[places["Ask again on"]] = " “Ｓｎｏｏｚｅｄ” ", date(2025, 1, 6)
            row[places["Note"]] = True
        if row[0] == "cedar":
            row[places["Answer"]], row[places["Ask again on"]] = "保留", "２０２５／０１／０７ "
            row[places["How do you know?"]] = "PRESS"
            row[places["Town"]] = "  Nagoya  "
    plan = planned(desk, again([header, *rows]))
    assert plan.issues == ()
    assert told(plan) == {
        ("aoba", "answer", "snoozed"), ("cedar", "answer", "snoozed"), ("cedar", "city", "Nagoya"),
    }  # fmt: skip
    assert {a.given.until for a in plan.answers} == {date(2025, 1, 6), date(2025, 1, 7)}
    assert [a.given.note for a in plan.answers] == ["TRUE", ""]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)), ("2026/1/5", date(2026, 1, 5)), ("2026.12.24", date(2026, 12, 24)),
        ("2026年12月24日", date(2026, 12, 24)), ("２０２６－１２－２４", date(2026, 12, 24)),
        ("2026-12-24 00:00:00", date(2026, 12, 24)), ("2026-12-24T09:30", date(2026, 12, 24)), ("46380", date(2026, 12, 24)),
        ("12/11/2026", None), ("24.12.2026", None), ("2026-13-01", None), ("2026-02-30", None), ("4638", None),
        ("463800", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_days_are_understood_when_they_are_clear(text: str, day: date | None) -> None:
    assert day_of(text) == day


def test_a_note_alone_is_a_remark_and_a_moved_cluster_needs_its_new_address(desk: Worksheets) -> None:
    plan = planned(desk, changed(saved(desk), aoba={"Note": "ask in May"}, cedar={"Answer": "wrong address"}))
    assert told(plan) == {("aoba", "answer", "noted"), ("cedar", "answer", "wrong_address")}
    assert plan.issues == ()


# --- mistakes ---

_ID = "Sort whole rows only, and do not change ids. Save a new sheet, and copy what you have entered into it."
_NEW = "Remove the row. New clusters are added in the registry."
MISTAKES: tuple[tuple[dict[str, Cell], str, str], ...] = (
    ({"Answer": "perhaps"}, "Answer", "'perhaps' is no answer"),
    ({"Answer": "=A1"}, "Answer", "is a formula, and what it would show is not known"),
    ({"How do you know?": "a dream", "Note": "x"}, "How do you know?", "'a dream' is not in the list"),
    ({"How do you know?": "press"}, "How do you know?", "says how you know, but nothing is answered"),
    ({"Answer": "snoozed", "Ask again on": "soon"}, "Ask again on", "'soon' is no day"),
    ({"Answer": "snoozed", "Ask again on": date(2024, 11, 26)}, "Ask again on", "snoozed needs a day to come"),
    ({"Answer": "ceased", "Ask again on": date(2025, 1, 6)}, "Ask again on",
     "has a day, but the answer does not put the question off"),
    ({"Answer": "moved"}, "Website", "moved needs the new address"),
    ({"Answer": "ceased", "Note": "x" * 2001}, "Note", "is 2,001 characters long"),
    ({"Website": "www.example.jp"}, "Website", "'www.example.jp' does not begin with http:// or https://"),
    ({"Website": "javascript:alert(1)"}, "Website", "'javascript:alert(1)' is no web address"),
    ({"English website": "https://a.example/ https://b.example/"}, "English website", "holds more than one address"),
    ({"Other hosts": "a.example ftp://b.example"}, "Other hosts", "'ftp://b.example' is neither a host name nor a web address"),
    ({"Name in English": None}, "Name in English", "is missing"),
    ({"Home language": "Japanese"}, "Home language", "'Japanese' is no language code (ISO 639-1)"),
    ({"Country": "Japan"}, "Country", "'Japan' is no country code (ISO 3166-1)"),
    ({"Latitude": "38,2"}, "Latitude", "'38,2' is not a number of degrees"),
    ({"Longitude": 200}, "Longitude", "200 lies outside -180 to 180"),
    ({"Id": "another"}, "Id", "'another' stands in the row of 'c18'"),
    ({"Version": "1|c19|broken"}, "Version", "was changed"),
    ({"Version": None, "Note": "a new cluster"}, "Version", "is blank: the row is not one of those that were saved"),
)  # fmt: skip


def test_each_kind_of_mistake_is_one_clear_line_and_nothing_is_changed(tmp_path: Path, clock: Clock) -> None:
    clusters = tuple(replace(AOBA, cluster_id=f"c{n:02}", name_en=f"Cluster {n}") for n in range(len(MISTAKES) + 1))
    path = made(tmp_path / "mistakes.db", *(ceased(c.cluster_id) for c in clusters), clusters=clusters)
    with Worksheets.open(path, clock=clock) as desk:
        before = desk.counts()
        rows = cells_of(saved(desk))
        places = {name: i for i, name in enumerate(rows[0])}
        for number, (changes, _, _) in enumerate(MISTAKES):
            for heading, value in changes.items():
                rows[number + 1][places[heading]] = value
        rows[-1][places["Answer"]] = "ceased"  # a row without a mistake
        plan = planned(desk, excel(rows))
        assert [(i.row, i.column, i.reason) for i in plan.refused] == [
            (number, column, reason) for number, (_, column, reason) in enumerate(MISTAKES, start=2)
        ]
        assert [i for i in plan.refused if not i.advice] == []
        assert len({i.reason for i in plan.refused}) >= 20
        assert desk.counts() == before


def test_what_is_told_only_is_left_out_with_a_remark(desk: Worksheets) -> None:
    plan = planned(desk, changed(saved(desk), aoba={"Flag": "active", "Answer": "ceased", "Why it is asked": None}))
    assert told(plan) == {("aoba", "answer", "ceased")}
    assert [(i.column, i.refused) for i in plan.issues] == [("Why it is asked", False), ("Flag", False)]


def test_merged_cells_copied_rows_and_strange_columns_are_told(desk: Worksheets) -> None:
    rows = cells_of(saved(desk))
    copied = [*rows, rows[1]]
    plan = planned(desk, excel(copied, merged=["K2:K4", "D3:D4"]))
    assert [(i.row, i.column, i.reason) for i in plan.refused] == [
        (2, "Answer", "is one cell with others (K2:K4), of which only the first has a value"),
        (10, "Id", "is the same row as row 2"),
    ]
    rows[0][10] = "Antwort"
    rows[1][10] = "ceased"
    (remark,) = planned(desk, excel(rows)).issues
    assert (remark.row, remark.column, remark.refused) == (1, "Antwort", False)
    rows[0][10] = "Note"
    assert planned(desk, excel(rows)).refused[0].reason == "stands above two columns"


def test_two_rows_of_one_cluster_may_not_contradict_each_other(desk: Worksheets) -> None:
    moving = replace(ceased("cedar", 2).reasons[0], code="moved", text="It may have moved.", url="https://new.example/")
    word = ceased("cedar", 2)
    desk.replace_verdicts([replace(word, reasons=(*word.reasons, moving))])
    content = questions_saved(desk)
    rows = [n for n, row in enumerate(cells_of(content), start=1) if row[0] == "cedar"]
    assert len(rows) == 2
    both = edited(content, {(n, "Town"): "Nagoya" for n in rows} | {(n, "Answer"): "skipped" for n in rows})
    plan = planned(desk, both)
    assert [(e.row, e.after) for e in plan.edits] == [(rows[0], "Nagoya")]
    assert plan.issues == ()
    stored(desk, plan)
    assert [a.question for a in desk.answers(["cedar"])["cedar"]] == [QuestionKind.CEASED, QuestionKind.MOVED]
    other = planned(desk, edited(content, {(rows[0], "Sector"): "Wood", (rows[1], "Sector"): "Food"}))
    assert [(i.row, i.column, i.reason) for i in other.refused] == [
        (rows[1], "Sector", f"says something else than row {rows[0]} about the same cluster")
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"cluster_id,name_en\na,b\n", "has no column Version"),
        (excel([["Id", "Answer"], ["aoba", "ceased"]]), "has no column Version"),
        (b"PK\x03\x04 damaged", "is a damaged"),
    ],
)
def test_a_file_that_is_none_of_ours_says_so(content: bytes, words: str) -> None:
    with pytest.raises(RefusedInput, match=words):
        filled(content, vocabulary())


def test_a_sheet_of_another_database_is_refused(desk: Worksheets, tmp_path: Path) -> None:
    path = made(tmp_path / "other.db", ceased("aoba"), clusters=(replace(AOBA, city="Kyoto"), CEDAR.__class__(
        cluster_id="elsewhere", name_en="Elsewhere", website="")))  # fmt: skip
    with Worksheets.open(path) as other:
        plan = planned(desk, saved(other))
    assert {(i.column, i.reason) for i in plan.refused} == {
        ("Id", "is not in this registry"), ("Version", "names a state of the registry that is not known"),
    }  # fmt: skip


def test_a_retired_cluster_and_one_that_was_never_visited_are_told(desk: Worksheets) -> None:
    content = changed(saved(desk), cedar={"Town": "Nagoya"}, bare={"Answer": "ceased"})
    desk.retire(["cedar"])
    assert {i.reason for i in planned(desk, content).refused} == {
        "was retired since; nothing is changed about it", "is about a cluster that was never visited",
    }  # fmt: skip


# --- conflicts ---


def test_a_newer_answer_is_a_conflict_and_stays_unless_it_is_chosen(desk: Worksheets) -> None:
    content = changed(questions_saved(desk), aoba={"Answer": "still alive"}, cedar={"Answer": "still alive"})
    first = said(desk, "aoba")
    plan = planned(desk, content)
    (clash,) = plan.clashes
    assert clash.name == f"{row_of(content, 'aoba')}:answer"
    assert clash.clash is not None
    assert (clash.clash.by, clash.clash.at, clash.clash.answer) == ("boss", NOW, first)
    assert [line.cluster_id for line in chosen(plan, (), by="kato", at=NOW)] == ["cedar"]
    stored(desk, plan, clash.name)
    assert [a.decision for a in desk.answers(["aoba"])["aoba"]] == [Decision.CEASED, Decision.ALIVE]


def test_the_very_same_answer_by_somebody_else_is_no_conflict(desk: Worksheets) -> None:
    content = changed(questions_saved(desk), aoba={"Answer": "ceased", "Note": "by telephone"})
    said(desk, "aoba")
    assert planned(desk, content).clusters == ()


def test_a_cell_that_somebody_else_corrected_is_a_conflict_with_who_and_when(desk: Worksheets) -> None:
    content = changed(saved(desk), aoba={"Town": "仙台", "Sector": "Optics"}, cedar={"Town": "Nagoya"})
    corrected(desk, replace(AOBA, city="Natori", operator="新しい事務局"))
    corrected(desk, replace(CEDAR, city="Nagoya"))
    plan = planned(desk, content)
    (clash,) = plan.clashes
    assert clash.name == f"{row_of(content, 'aoba')}:city"
    assert clash.clash is not None
    assert (clash.clash.by, clash.clash.at) == ("boss", NOW)
    assert told(plan) == {("aoba", "city", "仙台"), ("aoba", "sector", "Optics")}
    stored(desk, plan)
    assert desk.clusters(["aoba"]) == [replace(AOBA, city="Natori", operator="新しい事務局", sector="Optics")]
    stored(desk, planned(desk, content), clash.name)
    assert desk.clusters(["aoba"])[0].city == "仙台"


def test_a_question_that_is_asked_no_longer_is_a_conflict_with_nobody(desk: Worksheets) -> None:
    content = changed(questions_saved(desk), aoba={"Answer": "ceased"})
    desk.replace_verdicts([verdict("aoba", 2)])
    (clash,) = planned(desk, content).clashes
    assert clash.clash is not None
    assert (clash.clash.by, clash.clash.at) == ("", None)


def test_an_address_that_somebody_else_put_in_stands_against_moved(desk: Worksheets) -> None:
    content = changed(questions_saved(desk), cedar={"Answer": "moved", "Website": "https://new.example/"})
    corrected(desk, replace(CEDAR, website="https://another.example/"))
    (clash,) = planned(desk, content).clashes
    assert clash.clash is not None
    assert (clash.name.rpartition(":")[2], clash.clash.by) == ("answer", "boss")


# --- storing ---


def test_all_of_a_sheet_is_stored_or_nothing(desk: Worksheets) -> None:
    before = desk.counts()
    (line,) = chosen(planned(desk, changed(saved(desk), aoba={"Answer": "ceased"})), (), by="kato", at=NOW)
    gone = SheetLine(cluster_id="no-such-cluster", columns={"city": "x"})
    with pytest.raises(KeyError):
        desk.store_sheet([line, gone], by="kato", source="sheet.xlsx")
    assert desk.counts() == before


def test_undoing_keeps_what_somebody_has_corrected_since(desk: Worksheets) -> None:
    sheet_id = stored(desk, planned(desk, changed(saved(desk), aoba={"Town": "仙台", "Sector": "Optics", "Note": "x"})))
    corrected(desk, replace(desk.clusters(["aoba"])[0], city="Natori"))
    with pytest.raises(NotToUndo):
        desk.undo_sheet(sheet_id, by="vera")
    assert desk.undo_sheet(sheet_id, by="boss", any_of=True) == 2
    assert desk.clusters(["aoba"]) == [replace(AOBA, city="Natori")]
    sheet = desk.sheet(sheet_id)
    assert sheet is not None
    assert (sheet.undone_by, len(sheet.answers), len(sheet.changes)) == ("boss", 1, 1)
    assert (desk.answers_in(sheet, only_left=True), [s.sheet_id for s in desk.last_sheets()]) == ([], [sheet_id])
    with pytest.raises(NotToUndo):
        desk.undo_sheet(sheet_id, by="kato")


def test_a_version_that_was_damaged_is_none() -> None:
    text = "1|aoba|ceased|2024-11-25T18:00:00+00:00|0|abc123|00112233"
    assert version_of(f"{text}|00000000") is None
    assert version_of("") is None
