"""A sheet in the pages and the terminal: saved, sent back, shown, and stored once that is confirmed."""

from __future__ import annotations

import ast
import inspect
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from made import AOBA
from pages import EVIL, Clock, Visitor, answers
from selectolax.lexbor import LexborHTMLParser
from workbooks import Cell, cells_of, edited

from cli.main import main
from db.desk import Desk
from db.worksheets import Worksheets
from pipelines.worksheet import planning, reading
from review.faults import Faults, pattern_of
from review.texts import texts
from review.uploads import LASTS
from review.worksheet_faults import OWN, PATTERNS


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


@pytest.fixture
def boss(address: str) -> Iterator[Visitor]:
    with Visitor(address, "boss") as visitor:
        yield visitor


def changed(content: bytes, **of: dict[str, Cell]) -> bytes:
    rows = {str(row[0]): number for number, row in enumerate(cells_of(content), start=1)}
    return edited(content, {(rows[c], heading): v for c, cells in of.items() for heading, v in cells.items()})


def sent(visitor: Visitor, content: bytes, name: str = "sheet.xlsx") -> tuple[str, str]:
    """The path of the preview, and its page."""
    answer = visitor.post("/sheet", files={"file": (name, content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"], visitor.get(answer.headers["location"]).text


def confirmed(visitor: Visitor, path: str, page: str, *take: str) -> httpx.Response:
    expected = page.split('name="expected" value="')[1].partition('"')[0]
    return visitor.post(f"{path}/confirm", data={"expected": expected, "take": list(take)})


def text_of(page: str) -> str:
    return " ".join(LexborHTMLParser(page).text(separator=" ").split())


def counts(database: Path) -> dict[str, int]:
    with Desk.open(database) as desk:
        return desk.counts()


# --- the pages ---


def test_a_sheet_is_shown_change_by_change_and_stored_once_confirmed(kato: Visitor, database: Path) -> None:
    content = changed(
        kato.get("/sheet/save/clusters").content,
        aoba={"Answer": "still alive", "Note": EVIL, "Town": "仙台"}, bare={"Website": "https://bare.example/"},
    )  # fmt: skip
    before = counts(database)
    path, page = sent(kato, content, f"{EVIL}.xlsx")
    assert counts(database) == before
    assert EVIL not in page
    words = text_of(page)
    for line in ("Answers given 1 Cells corrected 2 Conflicts among these 0 Rows as before 1", "Sendai → becomes 仙台"):
        assert line in words
    done = confirmed(kato, path, page)
    assert (done.status_code, done.headers["location"]) == (303, "/sheets/1")
    assert answers(database) == ["alive"]
    shown = text_of(kato.get("/sheets/1").text)
    assert "https://bare.example/" in shown
    assert "Take all of it back" in shown
    assert confirmed(kato, path, page).status_code == 404
    assert "Sheets that came back" in kato.get("/sheet").text
    undone = kato.post("/sheets/1/undo")
    assert undone.status_code == 303
    assert kato.post("/sheets/1/undo").status_code == 409
    with Desk.open(database) as desk:
        assert desk.clusters(["aoba"]) == [AOBA]


def test_a_conflict_stays_as_it_is_unless_it_is_ticked(kato: Visitor, boss: Visitor, database: Path) -> None:
    first = kato.get("/sheet/save/questions").content
    path, page = sent(boss, changed(first, aoba={"Answer": "ceased"}))
    assert confirmed(boss, path, page).status_code == 303
    second = changed(first, aoba={"Answer": "still alive"}, cedar={"Answer": "skipped"})
    path, page = sent(kato, second)
    assert "Since the sheet was saved somebody else has changed these." in page
    (box,) = LexborHTMLParser(page).css("input[name=take]")
    assert "checked" not in box.attributes
    confirmed(kato, path, page)
    assert (answers(database), answers(database, "cedar")) == (["ceased"], ["skipped"])
    path, page = sent(kato, second)
    assert confirmed(kato, path, page).status_code == 409  # nothing but the conflict, and that is not ticked
    assert confirmed(kato, path, page, box.attributes["value"] or "").status_code == 303
    assert answers(database) == ["ceased", "alive"]


def test_when_somebody_was_faster_than_the_confirmation_nothing_is_stored(
    kato: Visitor, boss: Visitor, database: Path
) -> None:
    saved = kato.get("/sheet/save/questions").content
    path, page = sent(kato, changed(saved, aoba={"Answer": "still alive"}))
    other, its_page = sent(boss, changed(saved, aoba={"Answer": "ceased"}))
    confirmed(boss, other, its_page)
    again = confirmed(kato, path, page)
    assert (again.status_code, answers(database)) == (409, ["ceased"])
    assert "Nothing was stored" in again.text
    assert "boss" in again.text


def test_a_sheet_with_a_mistake_says_where_and_cannot_be_stored(kato: Visitor, database: Path) -> None:
    kato.headers["Accept-Language"] = "ja"
    saved = kato.get("/sheet/save/clusters").content
    path, page = sent(
        kato, changed(saved, aoba={"回答": "たぶん", "メモ": "x"}, bare={"ウェブサイト": "https://b.example/"})
    )
    assert "シートに誤りが 1 件あるため" in page
    (row,) = [
        [" ".join(cell.text().split()) for cell in line.css("td")] for line in LexborHTMLParser(page).css("tbody tr")
    ]
    assert row[1:3] == ["回答", "'たぶん' は回答として使えません"]
    before = counts(database)
    assert confirmed(kato, path, page).status_code == 409
    assert counts(database) == before


def test_filters_choose_the_rows_of_a_sheet(kato: Visitor) -> None:
    def ids(path: str) -> set[object]:
        return {row[0] for row in cells_of(kato.get(path).content)[1:]}

    assert ids("/sheet/save/questions") == {"aoba", "cedar"}
    assert ids("/sheet/save/questions?q=cedar") == {"cedar"}
    assert ids("/sheet/save/clusters") == {"aoba", "bare", "cedar"}
    assert ids("/sheet/save/clusters?prefecture=Miyagi") == {"aoba"}
    assert kato.get("/sheet/save/everything").status_code == 404
    assert "/sheet/save/questions?q=cedar" in unescape(kato.get("/queue?q=cedar").text)
    assert "/sheet/save/clusters?prefecture=Miyagi" in unescape(kato.get("/?prefecture=Miyagi").text)


def test_viewers_and_other_people_get_no_further(kato: Visitor, address: str, database: Path) -> None:
    path, page = sent(kato, changed(kato.get("/sheet/save/clusters").content, bare={"Town": "Kobe"}))
    with Visitor(address, "boss") as boss, Visitor(address, "vera") as vera, Visitor(address) as nobody:
        assert boss.get(path).status_code == 404
        assert confirmed(boss, path, page).status_code == 404
        assert [vera.get(p).status_code for p in ("/sheet", path, "/sheet/save/clusters")] == [403] * 3
        assert nobody.get("/sheet").status_code in {303, 401}
        confirmed(kato, path, page)
        assert vera.get("/sheets/1").status_code == 200
        assert vera.post("/sheets/1/undo").status_code == 403
        assert boss.post("/sheets/1/undo").status_code == 303  # an admin takes back what others did
    assert kato.get("/sheets/2").status_code == 404


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<a>" * 20_000_000)
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>')
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bomb(), "packed like a bomb"),
        (entities(), "declares XML entities"),
        (b"a,b\n1,2\n", "has no column Version"),
        (b"\xd0\xcf\x11\xe0", "of the old kind"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_sheet_of_ours_is_refused_as_often_as_somebody_looks_until_it_is_dropped(
    kato: Visitor, boss: Visitor, content: bytes, words: str
) -> None:
    path = kato.post("/sheet", files={"file": (f"{EVIL}.xlsx", content)}).headers["location"]
    first, refused = kato.get(path), kato.get(path)
    assert (refused.status_code, words in unescape(refused.text)) == (422, True)
    assert (first.status_code, EVIL in first.text, EVIL in refused.text) == (422, False, False)
    (form,) = LexborHTMLParser(refused.text).css(f"form[action='{path}/drop']")
    assert (form.attributes["method"], form.css("button")[0].text()) == ("post", "Drop the file")
    confirmed_unread = kato.post(f"{path}/confirm", data={"expected": "x"})
    assert (confirmed_unread.status_code, words in unescape(confirmed_unread.text)) == (422, True)
    assert boss.get(path).status_code == 404
    boss.post(f"{path}/drop")  # it is not the boss's
    assert kato.get(path).status_code == 422
    assert kato.post(f"{path}/drop").headers["location"] == "/sheet"
    assert kato.get(path).status_code == 404


def test_a_refused_sheet_is_forgotten_after_an_hour(kato: Visitor, clock: Clock) -> None:
    path = kato.post("/sheet", files={"file": ("x.xlsx", b"")}).headers["location"]
    clock.now += LASTS - timedelta(seconds=1)
    assert kato.get(path).status_code == 422
    clock.now += timedelta(seconds=1)
    assert kato.get(path).status_code == 404


def test_no_file_and_a_dropped_one_are_told(kato: Visitor) -> None:
    assert kato.post("/sheet", data={"x": "y"}).status_code == 422
    path, _ = sent(kato, kato.get("/sheet/save/clusters").content)
    assert kato.post(f"{path}/drop").status_code == 303
    assert "is not here any more" in kato.get(path).text


# --- the terminal ---


def test_the_same_in_a_terminal(
    database: Path, tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    file, db = tmp_path / "sheet.xlsx", ["--db", str(database)]
    assert main(["review", "sheet", str(file), "--all", *db]) == 0
    assert "3 rows written" in capsys.readouterr().out
    file.write_bytes(changed(file.read_bytes(), aoba={"Answer": "still alive"}, bare={"Town": "Kobe"}))
    with Worksheets.open(database, clock=clock) as desk:
        entry = desk.entry("bare")
        assert entry is not None
        desk.correct_cluster(replace(entry.cluster, city="Nara"), seen=entry.record.digest, by="boss")
    before = counts(database)
    assert main(["review", "apply", str(file), "--dry-run", *db]) == 0
    assert "row 2  aoba  answer: alive" in capsys.readouterr().out
    assert main(["review", "apply", str(file), *db]) == 2  # nobody is there to be asked
    assert counts(database) == before
    capsys.readouterr()
    assert main(["review", "apply", str(file), "--yes", "--by", "kato", *db]) == 0
    assert "undo-sheet 1" in capsys.readouterr().out
    assert answers(database) == ["alive"]
    assert main(["review", "undo-sheet", "1", *db]) == 0
    assert main(["review", "undo-sheet", "1", *db]) == 2
    assert answers(database) == ["alive", "undone"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["sheet", "sheet.ods"], 2, "the name must end in .xlsx"),
        (["sheet", "x.xlsx", "--filter", "colour=red"], 2, "is not NAME=VALUE"),
        (["apply", "no-such.xlsx"], 1, "there is no such file"),
        (["apply", "SHEET", "--take", "7"], 2, "'7' names no conflict; there are none"),
        (["undo-sheet", "9"], 2, "9: this was taken back already"),
    ],
)
def test_wrong_usage_says_what_is_wrong(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    file = tmp_path / "sheet.xlsx"
    assert main(["review", "sheet", str(file), "--db", str(database)]) == 0
    typed = [str(file) if word == "SHEET" else word for word in arguments]
    assert main(["review", *typed, "--db", str(database)]) == code
    assert words in capsys.readouterr().err


def test_a_mistake_and_a_conflict_in_a_terminal(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, db = tmp_path / "sheet.xlsx", ["--db", str(database)]
    main(["review", "sheet", str(file), *db])
    saved = file.read_bytes()
    main(["review", "answer", "aoba", "ceased", "--by", "boss", *db])
    row = next(n for n, cells in enumerate(cells_of(saved), start=1) if cells[0] == "aoba")
    file.write_bytes(edited(saved, {(row, "Answer"): "still alive"}))
    capsys.readouterr()
    assert main(["review", "apply", str(file), "--yes", *db]) == 0
    out = capsys.readouterr().out
    assert "conflict: boss answered since: ceased (boss," in out
    assert f"left out; take it with --take {row}:answer" in out
    assert answers(database) == ["ceased"]
    assert main(["review", "apply", str(file), "--yes", "--take", str(row), *db]) == 0
    assert answers(database) == ["ceased", "alive"]
    file.write_bytes(edited(saved, {(row, "Answer"): "perhaps"}))
    assert main(["review", "apply", str(file), "--yes", *db]) == 1
    said = capsys.readouterr().err
    assert f"refused: row {row}, Answer: 'perhaps' is no answer. Choose one of the list" in said
    assert "1 mistake (listed above), so nothing was changed" in said


# --- words ---


def sentences() -> set[str]:
    """Every text of the modules that may be a sentence, with what varies filled in."""
    found: set[str] = set()
    for module in (reading, planning):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [v.value if isinstance(v, ast.Constant) else "7" for v in node.values]
                found.add("".join(str(part) for part in parts))
    return found


def test_no_pattern_is_left_that_nothing_says() -> None:
    said = {pattern_of(text, OWN) for text in sentences()}
    assert set(OWN) - said == set()


def test_every_reason_and_advice_is_known() -> None:
    given = [
        argument
        for module in (reading, planning)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"Fault", "_issue"}
        for argument in node.args
        if isinstance(argument, ast.Constant | ast.JoinedStr)
    ]
    texts_given = {
        "".join(str(v.value) if isinstance(v, ast.Constant) else "7" for v in node.values)
        if isinstance(node, ast.JoinedStr)
        else str(node.value)
        for node in given
    }
    assert len(texts_given) >= 40
    assert {text for text in texts_given if pattern_of(text, PATTERNS) is None} == set()


@pytest.mark.parametrize("pattern", OWN)
def test_no_sentence_stays_english_in_japanese(pattern: str) -> None:
    assert Faults(texts("ja"), PATTERNS).say(pattern) != pattern
