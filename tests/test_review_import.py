"""A registry file in the pages: the same report as by command, nothing stored before it is confirmed, and bombs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from made import AOBA
from openpyxl import Workbook
from pages import Clock, Visitor, made
from selectolax.lexbor import LexborHTMLParser

from cli.main import main
from db.desk import Desk
from db.registry import read_registry
from review import uploads
from review.uploads import LASTS, MAX_BYTES, TooLarge, Uploads

HEADER = "cluster_id,name_en,website,members\n"
MIXED = (
    HEADER + "aoba,Aoba Photonics Cluster,https://aoba.example/,57\nnew,New,https://new.example/,3\n"
    "bad,Bad,javascript:alert(1),\nodd,Odd,http://10.0.0.1/,\nbare,Bare Cluster,,\n"
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = made(tmp_path / "desk.db")
    with Desk.open(path) as desk:
        desk.retire(["cedar"])
    return path


@pytest.fixture
def boss(address: str) -> Iterator[Visitor]:
    with Visitor(address, "boss") as visitor:
        yield visitor


def send(visitor: Visitor, content: str | bytes, name: str = "r.csv") -> httpx.Response:
    content = content if isinstance(content, bytes) else content.encode()
    return visitor.post("/registry/import", files={"file": (name, content)})


def preview(visitor: Visitor, content: str | bytes, name: str = "r.csv") -> tuple[str, str]:
    """The path of the preview, and its page."""
    answer = send(visitor, content, name)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"], visitor.get(answer.headers["location"]).text


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that confirms."""
    inputs = LexborHTMLParser(page).css('form[action$="/confirm"] input[type="hidden"]')
    return {n.attributes["name"] or "": n.attributes["value"] or "" for n in inputs}


def sums(page: str) -> dict[str, int]:
    found = LexborHTMLParser(page).css(".sums li")
    pairs = [" ".join(n.text().split()).split(" ", 1) for n in found]
    return {words: int(number) for number, words in pairs}


def rows_of(page: str, title: str) -> list[list[str]]:
    """The cells of the table below a title."""
    part = page.split(f"<h2>{title}</h2>")[1].split("</section>", maxsplit=1)[0] if f"<h2>{title}</h2>" in page else ""
    return [[" ".join(c.text().split()) for c in row.css("td")] for row in LexborHTMLParser(part).css("tbody tr")]


def rows(database: Path) -> dict[str, int]:
    with Desk.open(database) as desk:
        return desk.counts()


# --- preview, then import ---


def test_nothing_is_stored_before_it_is_confirmed_and_then_just_what_was_shown(boss: Visitor, database: Path) -> None:
    before = rows(database)
    path, page = preview(boss, MIXED)
    assert rows(database) == before
    assert sums(page) == {
        "added": 2, "changed": 1, "as before": 1, "refused": 1, "left out": 0, "with remarks": 1,
        "not in the file, and kept": 0,
    }  # fmt: skip
    assert rows_of(page, "Refused rows") == [
        ["4", "website", "'javascript:alert(1)' is no web address",
         "Only addresses with http:// or https:// can be visited."]
    ]  # fmt: skip
    assert [r[:2] for r in rows_of(page, "Remarks")] == [["5", "website"]]
    assert "members" in page.split("<h2>What would change</h2>")[1]
    done = boss.post(f"{path}/confirm", data=hidden(page))
    assert done.headers["location"] == "/registry?added=2&changed=1"
    assert "2 clusters were added. 1 cluster was changed." in boss.get(done.headers["location"]).text
    with Desk.open(database) as desk:
        assert {c.cluster_id for c in desk.clusters()} == {"aoba", "bare", "new", "odd"}
        assert desk.clusters(["aoba"]) == [replace(AOBA, extra=(*AOBA.extra, ("members", "57")))]
        (change,) = desk.registry_changes("new")
        assert (change.by, change.what) == ("boss", "imported")
        assert desk.audit()[0].details == {"source": "r.csv", "added": 2, "changed": 1}
    again = boss.post(f"{path}/confirm", data=hidden(page))
    assert (again.status_code, "is not here any more" in again.text) == (404, True)


@pytest.mark.parametrize("kind", ["csv", "sjis", "xlsx"])
def test_the_page_and_the_command_report_and_store_the_same(
    boss: Visitor, database: Path, tmp_path: Path, kind: str
) -> None:
    table = [line.split(",") for line in MIXED.replace("New,", "青葉の新しい協議会,").strip().split("\n")]
    if kind == "xlsx":
        book = Workbook()
        assert book.active is not None
        for cells in [*table, ["f", "=1+1", ""], ["cedar", "Cedar", ""]]:
            book.active.append(cells)
        out = io.BytesIO()
        book.save(out)
        content = out.getvalue()
    else:
        lines = [*table, ["cedar", "Cedar", "", ""], ["a b", "", "x", ""]]
        content = "\n".join(",".join(c) for c in lines).encode("cp932" if kind == "sjis" else "utf-8")
    name = f"r.{'xlsx' if kind == 'xlsx' else 'csv'}"
    (tmp_path / name).write_bytes(content)
    twin = tmp_path / "twin.db"
    made(twin)
    with Desk.open(twin) as desk:
        desk.retire(["cedar"])
    path, page = preview(boss, content, name)
    report = read_registry(tmp_path / name)
    told = [
        f"{word}: row {row}, {column}: {reason}. {advice}"
        for title, word in (("Refused rows", "refused"), ("Remarks", "warning"))
        for row, column, reason, advice in rows_of(page, title)
    ]
    said, printed = io.StringIO(), io.StringIO()
    with redirect_stderr(said), redirect_stdout(printed):
        assert main(["import", str(tmp_path / name), "--partial", "--db", str(twin)]) == 0
    assert sorted(told) == sorted(" ".join(line.split()) for line in said.getvalue().strip().split("\n"))
    assert sums(page)["refused"] == len(report.refused)
    assert f"{sums(page)['added']} clusters were added, {sums(page)['changed']} changed" in printed.getvalue()
    assert boss.post(f"{path}/confirm", data=hidden(page)).status_code == 303
    with Desk.open(twin) as one, Desk.open(database) as other:
        assert one.clusters(retired=True) == other.clusters(retired=True)
        assert len(other.clusters()) == 4


def test_a_registry_that_has_changed_since_is_told_and_shown_again(boss: Visitor, database: Path) -> None:
    path, page = preview(boss, HEADER + "aoba,Aoba New,https://aoba.example/,1\n")
    with Desk.open(database) as desk:
        entry = desk.entry("aoba")
        assert entry is not None
        desk.correct_cluster(replace(AOBA, name_en="Aoba Newer"), seen=entry.record.digest, by="kato")
    before = rows(database)
    refused = boss.post(f"{path}/confirm", data=hidden(page))
    assert (refused.status_code, "has changed since this page was shown" in refused.text) == (409, True)
    assert "Aoba Newer" in refused.text
    assert rows(database) == before
    assert boss.post(f"{path}/confirm", data=hidden(refused.text)).status_code == 303


@pytest.mark.parametrize("expected", ["", "x", None])
def test_nobody_imports_what_was_not_shown(boss: Visitor, database: Path, expected: str | None) -> None:
    path, _ = preview(boss, HEADER + "new,New,,\n")
    before = rows(database)
    sent = {} if expected is None else {"expected": expected}
    assert boss.post(f"{path}/confirm", data=sent).status_code == 409
    assert rows(database) == before


def test_refused_rows_need_a_word_that_the_others_may_come_in(boss: Visitor, database: Path) -> None:
    path, page = preview(boss, MIXED)
    before = rows(database)
    assert boss.post(f"{path}/confirm", data={"expected": hidden(page)["expected"]}).status_code == 409
    assert rows(database) == before


# --- columns ---


def test_columns_can_be_taken_for_others_and_left_out(boss: Visitor, database: Path) -> None:
    path, page = preview(boss, "key,title,address,town,junk\nx,Name,https://x.example/,Sendai,j\n")
    assert "has no column name_en and no column website" in unescape(page)
    assert hidden(page) == {}
    chosen = ["cluster_id", "name_en", "website", "+", ""]
    assert boss.post(f"{path}/columns", data={"column": chosen}).headers["location"] == path
    page = boss.get(path).text
    selected = [n.attributes["value"] for n in LexborHTMLParser(page).css("select option[selected]")]
    assert selected == ["cluster_id", "name_en", "website", "+"]
    assert boss.post(f"{path}/confirm", data=hidden(page)).status_code == 303
    with Desk.open(database) as desk:
        (stored,) = desk.clusters(["x"])
    assert (stored.name_en, stored.city, stored.extra) == ("Name", "", (("town", "Sendai"),))


def test_two_columns_that_are_the_same_are_told_in_words(boss: Visitor) -> None:
    path, _ = preview(boss, HEADER + "x,X,,1\n")
    boss.post(f"{path}/columns", data={"column": ["cluster_id", "name_en", "website", "website"]})
    assert "has two columns for website: C (website) and D (members)" in boss.get(path).text
    boss.post(f"{path}/columns", data={"column": ["cluster_id", "name_en", "website", "evil<"]})
    assert hidden(boss.get(path).text), "what is no choice is left out"


# --- files that are none, and bombs ---


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (HEADER.encode(), "no rows below them"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "of the old kind (.xls)"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged or protected"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not a table of text"),
        (zipped({"xl/worksheets/sheet1.xml": b"\0" * (5 * 1024 * 1024)}), "packed like a bomb"),
        (zipped({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "a">]><x/>'}), "declares XML entities"),
        (zipped({"../../../etc/cron.d/evil": b"x", "xl/workbook.xml": b"<x/>"}), "is a damaged Excel workbook"),
        (("a\n" + "x\n" * 100_001).encode(), "has more than 100,000 rows"),
        ((",".join(f"c{i}" for i in range(201)) + "\na\n").encode(), "has more than 200 columns"),
    ],
    ids=["empty", "blank", "header", "xls", "damaged", "png", "bomb", "entities", "slip", "rows", "columns"],
)
def test_a_file_that_cannot_be_taken_says_why_and_is_not_kept(
    boss: Visitor, database: Path, content: bytes, says: str
) -> None:
    before = rows(database)
    answer = send(boss, content, "r.xlsx")
    assert answer.status_code == 422
    assert says in unescape(answer.text)
    assert rows(database) == before


def test_a_form_without_a_file_asks_for_one(boss: Visitor) -> None:
    for answer in (boss.post("/registry/import"), boss.post("/registry/import", data={"file": "x"})):
        assert (answer.status_code, "Choose a file first." in answer.text) == (422, True)


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_read(
    boss: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 100)
    text = HEADER + "x,X,,"
    assert send(boss, text + "1" * (100 - len(text))).status_code == 303
    refused = send(boss, text + "1" * (101 - len(text)))
    assert (refused.status_code, "larger than 10 MB" in refused.text) == (413, True)
    assert MAX_BYTES == 10 * 1024 * 1024


def test_a_file_name_is_only_text(boss: Visitor) -> None:
    _, page = preview(boss, HEADER + "x,<b>X</b>,,=1+1\n", "<img src=x>\u202e.csv")
    assert LexborHTMLParser(page).css("b, img[src=x]") == []
    assert "&lt;img src=x&gt;" in page


# --- whose, how long, how many ---


def test_a_file_is_for_whoever_sent_it_and_for_an_hour(address: str, database: Path, clock: Clock) -> None:
    with Desk.open(database) as desk:
        boss = desk.person("boss")
        assert boss is not None
        desk.add_person("chief", boss.role, boss.password, by="test")
    with Visitor(address, "boss") as sender, Visitor(address, "chief") as other:
        path, page = preview(sender, HEADER + "new,New,,\n")
        before = rows(database)
        assert other.get(path).status_code == 404
        for step in ("columns", "confirm", "drop"):
            other.post(f"{path}/{step}", data=hidden(page))
        assert rows(database) == before
        clock.now += LASTS - timedelta(seconds=1)
        assert sender.get(path).status_code == 200
        clock.now += timedelta(seconds=1)
        assert sender.get(path).status_code == 404
        assert sender.post(f"{path}/confirm", data=hidden(page)).status_code == 404


def test_a_dropped_file_is_gone(boss: Visitor) -> None:
    path, _ = preview(boss, HEADER + "new,New,,\n")
    assert boss.post(f"{path}/drop").headers["location"] == "/registry/import"
    assert boss.get(path).status_code == 404


def test_only_so_many_files_wait_the_oldest_go_first() -> None:
    waiting, now = Uploads(), Clock().now
    mine = [waiting.keep("kato", f"{n}", io.BytesIO(b"x"), now) for n in range(4)]
    assert [waiting.content(i, "kato", now) is not None for i in mine] == [False, True, True, True]
    others = [waiting.keep(f"p{n}", "r", io.BytesIO(b"x"), now) for n in range(10)]
    assert [waiting.content(i, "kato", now) is not None for i in mine] == [False, False, True, True]
    assert all(waiting.content(i, f"p{n}", now) for n, i in enumerate(others))
    assert waiting.content(others[0], "p1", now) is None
    with pytest.raises(TooLarge):
        waiting.keep("kato", "r", io.BytesIO(b"x" * (MAX_BYTES + 1)), now)
    waiting.close()
    assert waiting.content(others[0], "p0", now) is None


def test_what_is_sent_in_pieces_without_a_length_is_bounded_too(boss: Visitor, database: Path) -> None:
    before = rows(database)

    def pieces() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="r.csv"\r\n\r\n'
        for _ in range(12):
            yield b"x" * (1024 * 1024)

    try:
        answer = boss.post(
            "/registry/import", content=pieces(), headers={"Content-Type": "multipart/form-data; boundary=b"}
        )
        assert answer.status_code >= 400
    except httpx.TransportError:
        pass  # the server hangs up
    assert rows(database) == before
    assert boss.get("/registry").status_code == 200, "and goes on"
