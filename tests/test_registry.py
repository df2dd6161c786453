"""The registry: every kind of file, every kind of cell, and nothing changed when a row is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from crawler.errors import RefusedInput
from crawler.model import Cluster
from db import sheets
from db.importing import import_registry
from db.registry import FIELDS, Issue, RegistryReport, read_registry
from db.store import Store
from samples import japan

HEADER = "cluster_id,name_en,website\n"
GOOD = HEADER + "a,Aoba,https://a.example/\n"
JAPANESE = "cluster_id,name_en,website,name_ja\na,Aoba,,青葉フォトニクス協議会\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "test.db", create=True) as opened:
        yield opened


def report_of(folder: Path, content: str | bytes, name: str = "registry.csv") -> RegistryReport:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_registry(path)


def refusal(folder: Path, content: str | bytes, name: str = "registry.csv") -> str:
    """Why a file as a whole is refused."""
    with pytest.raises(RefusedInput) as caught:
        report_of(folder, content, name)
    text = str(caught.value)
    assert text.startswith(str(folder / name))
    assert "\n" not in text
    return text


def cell(folder: Path, column: str, text: str) -> tuple[Cluster | None, list[Issue]]:
    """What becomes of a row with this text in one column."""
    row = {"cluster_id": "a", "name_en": "Aoba", "website": "", column: text}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    report = report_of(folder, out.getvalue())
    return (report.accepted[0] if report.accepted else None), [*report.refused_issues, *report.warnings]


def workbook(rows: Sequence[Sequence[object]], title: str = "Sheet1") -> bytes:
    """An XLSX with one sheet."""
    book = Workbook()
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()


# --- whole files ---


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (JAPANESE.encode(), "CSV in UTF-8, separated by commas"),
        (JAPANESE.encode("utf-8-sig"), "CSV in UTF-8, separated by commas"),
        (JAPANESE.encode("cp932"), "CSV in Shift_JIS (CP932), separated by commas"),
        (JAPANESE.encode("utf-16"), "CSV in UTF-16, separated by commas"),
        (JAPANESE.replace(",", ";").encode(), "CSV in UTF-8, separated by semicolons"),
        (JAPANESE.replace(",", "\t").encode("utf-16"), "CSV in UTF-16, separated by tabs"),
        (JAPANESE.replace("\n", "\r\n").encode("cp932"), "CSV in Shift_JIS (CP932), separated by commas"),
        (JAPANESE.replace("\n", "\r").encode(), "CSV in UTF-8, separated by commas"),
        (("sep=;\r\n" + JAPANESE.replace(",", ";")).encode("utf-8-sig"), "CSV in UTF-8, separated by semicolons"),
    ],
)
def test_what_office_programs_write_is_read(tmp_path: Path, content: bytes, form: str) -> None:
    report = report_of(tmp_path, content)
    assert report.form == form
    assert report.accepted == (Cluster(cluster_id="a", name_en="Aoba", website="", name_ja="青葉フォトニクス協議会"),)


def test_a_workbook_is_read_as_a_person_would_type_it(tmp_path: Path) -> None:
    content = workbook(
        [
            ["Cluster ID", "Name EN", "Website", "period_start", "period_end", "lat", "lon", "members", "checked"],
            ["a", "Aoba", "https://a.example/", 2007, date(2012, 3, 31), 35.0, 139.5, 57.0, datetime(2026, 1, 2, 3, 4)],
            [None, None, None],
            [17, "Seventeen", None, None, None, None, None, True, None],
        ]
    )
    report = report_of(tmp_path, content, "registry.xlsx")
    aoba, seventeen = report.accepted
    assert (aoba.period_start, aoba.period_end, aoba.lat, aoba.lon) == ("2007", "2012-03-31", 35.0, 139.5)
    assert aoba.extra == (("members", "57"), ("checked", "2026-01-02 03:04:00"))
    assert (seventeen.cluster_id, seventeen.website, seventeen.extra) == ("17", "", (("members", "TRUE"),))


def test_the_sheet_named_clusters_is_taken_before_the_first(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["read me"])
    book.active.append(["this book holds the clusters"])
    sheet = book.create_sheet("Clusters")
    sheet.append(["cluster_id", "name_en", "website"])
    sheet.append(["a", "Aoba", "https://a.example/"])
    book.save(tmp_path / "registry.xlsx")
    book.close()
    assert len(read_registry(tmp_path / "registry.xlsx").accepted) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\r\n", "is empty"),
        (b"\xef\xbb\xbf", "holds no rows"),
        (b",,,\n,,\n", "holds no rows"),
        (HEADER.encode(), "holds headings in row 1, but no rows below them"),
        (b"cluster_id,name_en\na,Aoba\n", "has no column website. Row 1 must hold the headings"),
        (b"name_en,web page\na,Aoba\n", "has no column cluster_id and no column website"),
        (b"just a text\nof two lines\n", "it holds: just a text"),
        (b"cluster_id,name_en,website,Website\na,A,,\n", "two columns for website: C (website) and D (Website)"),
        (b"id,code,name_en,website\na,b,A,\n", "two columns for cluster_id: A (id) and B (code)"),
        (HEADER.encode() + b'a,"Aoba,\n', "row 2 (line 2) cannot be taken apart"),
        (HEADER.encode() + b"a,Caf\xe9,\n", "line 2 is written neither in UTF-8 nor in Shift_JIS"),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"a,\xff,\n", "is marked as UTF-8, but line 2 is not"),
        (b"\x00\x01\x02\x03" * 10, "is not a table of text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not a table of text"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "of the old kind (.xls) or one with a password"),
        (b"PK\x03\x04" + b"\x00" * 100, "is a damaged or protected Excel workbook"),
        ((",".join(f"c{i}" for i in range(201)) + "\na\n").encode(), "has more than 200 columns"),
    ],
)
def test_a_file_that_is_no_registry_is_refused_with_the_reason(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refusal(tmp_path, content)


def test_a_missing_file_a_folder_and_a_large_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RefusedInput, match="there is no such file"):
        read_registry(tmp_path / "none.csv")
    with pytest.raises(RefusedInput, match="is a folder, not a file"):
        read_registry(tmp_path)
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    assert "is larger than" in refusal(tmp_path, GOOD)


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)  # root may read everything
    assert "cannot be read: Permission denied" in refusal_of_existing(tmp_path)


def refusal_of_existing(folder: Path) -> str:
    path = folder / "registry.csv"
    path.write_text(GOOD)
    with pytest.raises(RefusedInput) as caught:
        read_registry(path)
    return str(caught.value)


# --- hostile workbooks ---


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return zipped({**parts, name: part})


BOOK = workbook([["cluster_id", "name_en", "website"], ["a", "Aoba", ""]])
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def test_a_zip_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_UNPACKED_BYTES", 1 << 20)
    bomb = with_part(BOOK, "xl/media/image1.png", b"\x00" * (2 << 20))
    assert len(bomb) < 1 << 16
    assert "unpacks to more than 1 MB; it is not opened" in refusal(tmp_path, bomb)


def test_a_part_that_shrank_to_nearly_nothing_is_not_opened(tmp_path: Path) -> None:
    strings = b"<sst>" + b"<si><t>a</t></si>" * 300_000 + b"</sst>"
    assert "(xl/sharedStrings.xml) that is packed like a bomb" in refusal(
        tmp_path, with_part(BOOK, "xl/sharedStrings.xml", strings)
    )


def test_a_part_that_unpacks_to_more_than_it_says_is_damage(tmp_path: Path) -> None:
    lying = bytearray(with_part(BOOK, "xl/sharedStrings.xml", b"<sst>" + b"<si><t>a</t></si>" * 5000 + b"</sst>"))
    at = lying.rfind(b"PK\x01\x02")
    name_at = lying.rfind(b"xl/sharedStrings.xml")
    at = lying.rfind(b"PK\x01\x02", 0, name_at)
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")  # the size that the directory tells
    assert "is a damaged" in refusal(tmp_path, bytes(lying))


@pytest.mark.parametrize("part", [ENTITIES, ENTITIES.decode().encode("utf-16")])
@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml", "_rels/.rels"])
def test_a_workbook_that_declares_entities_is_not_opened(tmp_path: Path, name: str, part: bytes) -> None:
    assert "declares XML entities" in refusal(tmp_path, with_part(BOOK, name, part))


def test_more_rows_than_any_registry_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    rows = [[f"a{i}", "Aoba", ""] for i in range(4)]
    assert "has more than 3 rows" in refusal(tmp_path, workbook([["cluster_id", "name_en", "website"], *rows]))
    assert "has more than 3 rows" in refusal(tmp_path, HEADER + "".join(f"{a},{b},{c}\n" for a, b, c in rows))
    assert len(report_of(tmp_path, HEADER + "".join(f"{a},{b},{c}\n" for a, b, c in rows[:3])).accepted) == 3


def test_a_row_far_below_the_last_is_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 1000)
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    far = sheet.replace(b'r="2"', b'r="1048576"').replace(b'"A2"', b'"A1048576"')
    assert "has more than 1,000 rows" in refusal(tmp_path, with_part(BOOK, "xl/worksheets/sheet1.xml", far))


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_workbook_with_a_broken_part_is_damaged(tmp_path: Path, name: str) -> None:
    assert "is a damaged Excel workbook" in refusal(tmp_path, with_part(BOOK, name, b"<broken"))


def test_formula_and_error_cells_are_refused_with_their_row_and_column(tmp_path: Path) -> None:
    content = workbook(
        [
            ["cluster_id", "name_en", "website", "notes"],
            ["a", "Aoba", "", '=HYPERLINK("http://x.example/","x")'],
            ["b", "Bara", "#REF!", ""],
            ["c", "Cedar", "", "fine"],
        ]
    )
    report = report_of(tmp_path, content)
    assert [c.cluster_id for c in report.accepted] == ["c"]
    assert [(i.row, i.column) for i in report.refused_issues] == [(2, "notes"), (3, "website")]
    assert "is a formula" in report.refused_issues[0].reason
    assert "shows an error (#REF!)" in report.refused_issues[1].reason


# --- headings ---


@pytest.mark.parametrize(
    "header",
    [
        "cluster_id,name_en,website",
        "CLUSTER_ID,Name_EN,WebSite",
        "Cluster ID,Name (EN),Website",
        "cluster-id, name en ,website ",
        "ｃｌｕｓｔｅｒ＿ｉｄ,name_en,website",
        "ID,英語名,ウェブサイト",
    ],
)
def test_case_width_and_spelling_of_headings_are_free(tmp_path: Path, header: str) -> None:
    assert report_of(tmp_path, f"{header}\na,Aoba,https://a.example/\n").accepted[0].name_en == "Aoba"


def test_the_order_of_columns_is_free_and_blank_lines_above_and_between_do_not_count(tmp_path: Path) -> None:
    report = report_of(tmp_path, "\n\nwebsite,cluster_id,name_en\n\nhttps://a.example/,a,Aoba\n,b,\n")
    assert report.accepted[0].website == "https://a.example/"
    assert report.refused == (6,)


def test_unknown_columns_are_kept_under_their_headings(tmp_path: Path) -> None:
    report = report_of(tmp_path, "cluster_id,name_en,website,Members,出典,Members\na,Aoba,,57,論文,58\n")
    assert report.accepted[0].extra == (("Members", "57"), ("出典", "論文"), ("Members (F)", "58"))
    assert report.warnings == ()


def test_a_name_of_a_field_wins_over_a_heading_that_only_means_it(tmp_path: Path) -> None:
    report = report_of(tmp_path, "cluster_id,name_en,website,url\na,Aoba,https://a.example/,https://b.example/\n")
    assert report.accepted[0].website == "https://a.example/"
    assert report.accepted[0].extra == (("url", "https://b.example/"),)


def test_a_heading_that_is_probably_misspelt_is_warned_about(tmp_path: Path) -> None:
    (warning,) = report_of(tmp_path, "cluster_id,name_en,website,prefectur\na,Aoba,,Miyagi\n").warnings
    assert (warning.row, warning.column, warning.refused) == (1, "prefectur", False)
    assert "rename it" in warning.advice


def test_cells_below_no_heading_are_warned_about(tmp_path: Path) -> None:
    report = report_of(tmp_path, "cluster_id,name_en,,website,\na,Aoba,lost,,\n")
    assert [(w.row, w.column) for w in report.warnings] == [(1, "C")]
    assert "has no heading" in report.warnings[0].reason
    assert report.warned == 0


def test_a_row_with_more_cells_than_headings_is_refused(tmp_path: Path) -> None:
    report = report_of(tmp_path, HEADER + "a,Aoba, Inc.,https://a.example/\nb,Bara,\n")
    (issue,) = [i for i in report.refused_issues if i.column == "D"]
    assert (issue.row, report.refused) == (2, (2,))
    assert "4 cells, the header only 3" in issue.reason


# --- cells ---


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("website", "https://a.example/", "https://a.example/"),
        ("website", "  http://a.example:8080/x?y=1  ", "http://a.example:8080/x?y=1"),
        ("website", "https://例え.jp/", "https://xn--r8jz45g.jp/"),
        ("website", "HTTPS://A.example/Path", "HTTPS://A.example/Path"),
        ("other_hosts", "b.example, https://c.example/x、d.example", ("b.example", "https://c.example/x", "d.example")),
        ("other_hosts", "b.example b.example", ("b.example",)),
        ("home_language", "", "ja"),
        ("home_language", "DE", "de"),
        ("country", "", "JP"),
        ("country", "jp", "JP"),
        ("lat", "35.681", 35.681),
        ("lat", "３５．６", 35.6),
        ("lat", "-90", -90.0),
        ("lon", "180°", 180.0),
        ("notes", "=1+1", "=1+1"),
        ("cluster_id", "A.b_c-9", "A.b_c-9"),
    ],
)
def test_a_cell_that_can_be_taken(tmp_path: Path, column: str, text: str, value: object) -> None:
    cluster, _ = cell(tmp_path, column, text)
    assert cluster is not None
    assert getattr(cluster, column) == value


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("website", "javascript:alert(1)", "is no web address"),
        ("website", "JavaScript:alert(1)", "is no web address"),
        ("website", "data:text/html,x", "is no web address"),
        ("website", "file:///etc/passwd", "is no web address"),
        ("website", "ftp://a.example/", "is no web address"),
        ("website", "mailto:a@a.example", "is no web address"),
        ("website", "http://", "has no host name"),
        ("website", "http:///path", "has no host name"),
        ("website", "https://.", "has no host name"),
        ("website", "http://a.example:99999/", "has no host name"),
        ("website", "http://user:pw@a.example/", "has a user name in it"),
        ("website", "http://a@b\\@c.example/", "has a user name in it"),
        ("website", "http://a.example\\b/", "has no host name"),
        ("website", "a.example", "does not begin with http"),
        ("website", "a.example:8080/x", "does not begin with http"),
        ("website", "//a.example/", "does not begin with http"),
        ("website", "none", "does not begin with http"),
        ("website", "https://a.example/ https://b.example/", "holds more than one address"),
        ("website", "https://a.example/ ; https://b.example/", "holds more than one address"),
        ("website", "https://a.example/a b", "has a space in it"),
        ("website", "https://a.example/" + "x" * 2000, "characters long"),
        ("website", "https://a.example/\x1b[31m", "holds a control character (code 27)"),
        ("website_en", "javascript:alert(1)", "is no web address"),
        ("other_hosts", "b.example, javascript:alert(1)", "'javascript:alert(1)' is neither a host name"),
        ("lat", "91", "91 lies outside -90 to 90"),
        ("lat", "-90.001", "lies outside"),
        ("lat", "nan", "lies outside"),
        ("lat", "inf", "lies outside"),
        ("lon", "180.5", "lies outside -180 to 180"),
        ("lat", "35,681", "is not a number of degrees"),
        ("lat", "35°40′", "is not a number of degrees"),
        ("home_language", "jp", "is no language code"),
        ("country", "UK", "is no country code"),
        ("cluster_id", "", "is missing"),
        ("cluster_id", "a b", "holds characters that an id may not have"),
        ("cluster_id", "../etc", "holds characters that an id may not have"),
        ("cluster_id", "青葉", "holds characters that an id may not have"),
        ("cluster_id", "x" * 101, "is 101 characters long"),
        ("name_en", "", "is missing"),
        ("name_en", "x" * 301, "is 301 characters long"),
        ("name_en", "Aoba\x01", "holds a control character (code 1)"),
        ("remarks on it", "\x07", "holds a control character (code 7)"),
    ],
)
def test_a_cell_that_is_refused(tmp_path: Path, column: str, text: str, reason: str) -> None:
    cluster, issues = cell(tmp_path, column, text)
    assert cluster is None
    (issue,) = [i for i in issues if i.refused]
    assert (issue.row, issue.column) == (2, column)
    assert reason in issue.reason
    assert issue.advice
    assert issue.sentence().startswith(f"refused: row 2, {column}: ")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/", "http://localhost/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.0.1/",
        "http://169.254.169.254/latest", "http://100.64.0.1/", "http://192.0.0.8/", "http://224.0.0.1/",
        "http://printer.local/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/",
        "http://[2001::1]/", "http://0.0.0.0/", "http://aoba/", "http://https://a.example/",
    ],
)  # fmt: skip
def test_an_address_inside_a_private_network_is_warned_about(tmp_path: Path, address: str) -> None:
    """Refused it would be, were there no test networks: the crawl refuses it unless the configuration allows it."""
    cluster, issues = cell(tmp_path, "website", address)
    assert cluster is not None
    assert [i.column for i in issues if "is not on the public internet" in i.reason] == ["website"]


@pytest.mark.parametrize("address", ["http://8.8.8.8/", "https://a.example/", "http://[2606:4700::1111]/"])
def test_a_public_address_is_not_warned_about(tmp_path: Path, address: str) -> None:
    assert cell(tmp_path, "website", address)[1] == []


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ({"lat": "35.6"}, "lon", "is missing while the other coordinate is given"),
        ({"lat": "48.8", "lon": "2.3"}, "lat", "the place lies outside Japan"),
        ({"period_start": "2012", "period_end": "2007"}, "period_end", "lies before period_start"),
        ({"period_start": "2012-04", "period_end": "2012-03"}, "period_end", "lies before period_start"),
        ({"period_start": "H20"}, "period_start", "names no year of four digits"),
        ({"country": "DE"}, "home_language", "is blank and taken as ja"),
        ({"website": "http://a.example/", "website_en": "http://a.example/"}, "website_en", "is the same address"),
    ],
)
def test_an_odd_row_is_taken_with_a_warning(tmp_path: Path, row: dict[str, str], column: str, reason: str) -> None:
    row = {"cluster_id": "a", "name_en": "Aoba", "website": "", **row}
    report = report_of(tmp_path, ",".join(row) + "\n" + ",".join(row.values()) + "\n")
    assert (len(report.accepted), report.refused, report.warned) == (1, (), 1)
    (warning,) = report.warnings
    assert (warning.row, warning.column) == (2, column)
    assert reason in warning.reason


@pytest.mark.parametrize(
    "row",
    [
        {"lat": "35.6", "lon": "139.7"},
        {"lat": "48.8", "lon": "2.3", "country": "FR", "home_language": "fr"},
        {"period_start": "2012-03", "period_end": "2012-04"},
        {"period_start": "FY2007", "period_end": "FY2007"},
        {"period_start": "by 2004"},
    ],
)
def test_an_ordinary_row_is_taken_without_a_warning(tmp_path: Path, row: dict[str, str]) -> None:
    row = {"cluster_id": "a", "name_en": "Aoba", "website": "", **row}
    assert report_of(tmp_path, ",".join(row) + "\n" + ",".join(row.values()) + "\n").warnings == ()


def test_swapped_coordinates_are_called_swapped(tmp_path: Path) -> None:
    report = report_of(tmp_path, "cluster_id,name_en,website,lat,lon\na,Aoba,,139.7,35.6\n")
    (issue,) = report.refused_issues
    assert (issue.column, issue.reason) == ("lat", "latitude and longitude look swapped")


def test_an_id_that_an_earlier_row_has_is_refused(tmp_path: Path) -> None:
    report = report_of(tmp_path, HEADER + "a,Aoba,\nb,Bara,\na,Again,\nB,Big,\n")
    assert [c.name_en for c in report.accepted] == ["Aoba", "Bara"]
    assert [(i.row, i.column) for i in report.refused_issues] == [(4, "cluster_id"), (5, "cluster_id")]
    assert "'a' is the id of row 2 already" in report.refused_issues[0].reason
    assert "differs only by capitals from the id 'b' of row 3" in report.refused_issues[1].reason


def test_a_website_that_an_earlier_row_has_is_warned_about(tmp_path: Path) -> None:
    (warning,) = report_of(tmp_path, HEADER + "a,Aoba,http://x.example/\nb,Bara,https://www.x.example/\n").warnings
    assert (warning.row, warning.column, warning.reason) == (3, "website", "is the website of row 2 as well")


# --- into the database ---

SOME_REFUSED = HEADER + "a,Aoba,\nb,Bara,javascript:alert(1)\nc,Cedar,\n"


def test_a_refused_row_keeps_the_whole_file_out(tmp_path: Path, store: Store) -> None:
    with pytest.raises(RefusedInput, match=r"rows were refused \(1\), so nothing was changed"):
        import_registry(store, report_of(tmp_path, SOME_REFUSED), partial=False, dry_run=False)
    assert store.clusters() == []


def test_partial_takes_the_good_rows(tmp_path: Path, store: Store) -> None:
    result = import_registry(store, report_of(tmp_path, SOME_REFUSED), partial=True, dry_run=False)
    assert [c.cluster_id for c in store.clusters()] == ["a", "c"]
    assert (result.accepted, result.refused, result.added) == (2, 1, 2)


@pytest.mark.parametrize("partial", [True, False])
def test_a_dry_run_counts_and_changes_nothing(tmp_path: Path, store: Store, partial: bool) -> None:
    result = import_registry(store, report_of(tmp_path, SOME_REFUSED), partial=partial, dry_run=True)
    assert (result.accepted, result.refused, result.added) == (2, 1, 2)
    assert store.clusters() == []


def test_importing_again_counts_what_is_new_changed_and_as_it_was(tmp_path: Path, store: Store) -> None:
    import_registry(store, report_of(tmp_path, HEADER + "a,Aoba,\nb,Bara,\nz,Zao,\n"), partial=False, dry_run=False)
    again = report_of(tmp_path, HEADER + "a,Aoba,\nb,Bara Cluster,\nc,Cedar,\n")
    result = import_registry(store, again, partial=False, dry_run=False)
    assert (result.added, result.changed, result.unchanged, result.not_in_file) == (1, 1, 1, ("z",))
    assert [c.name_en for c in store.clusters()] == ["Aoba", "Bara Cluster", "Cedar", "Zao"]


def test_columns_that_the_file_lacks_keep_what_is_stored(tmp_path: Path, store: Store) -> None:
    full = "cluster_id,name_en,website,sector,members\na,Aoba,https://a.example/,Photonics,57\n"
    import_registry(store, report_of(tmp_path, full), partial=False, dry_run=False)
    import_registry(store, report_of(tmp_path, HEADER + "a,Aoba New,\n"), partial=False, dry_run=False)
    (aoba,) = store.clusters()
    assert (aoba.name_en, aoba.website, aoba.sector, aoba.extra) == ("Aoba New", "", "Photonics", (("members", "57"),))
    import_registry(
        store, report_of(tmp_path, full.replace("57", "").replace("Photonics", "")), partial=False, dry_run=False
    )
    (aoba,) = store.clusters()
    assert (aoba.sector, aoba.extra) == ("", ())


# --- the registries that are shipped ---


def test_the_default_registry_is_taken_whole() -> None:
    report = read_registry(Path(japan.__file__).with_name("japan.csv"))
    assert (len(report.accepted), report.refused, report.warned) == (118, (), 1)
    assert [(w.column, w.reason) for w in report.warnings] == [("website_en", "is the same address as the website")]
    for cluster in report.accepted:
        extra = dict(cluster.extra)
        assert extra["sources"]
        assert extra["confidence"]


def test_the_default_registry_has_its_columns_in_the_promised_order() -> None:
    with Path(japan.__file__).with_name("japan.csv").open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    assert header == [*FIELDS, "known_status", "partner_relations", "sources", "confidence"]
    assert header[:3] == ["cluster_id", "name_en", "website"]


def test_a_second_address_moves_to_the_other_hosts_and_the_rest_stays_as_researched() -> None:
    researched = dict.fromkeys((*japan.COLUMNS, *japan.BESIDE), "")
    researched |= {"cluster_id": "a", "website": "http://a.example/ ; https://b.example/x", "confidence": " seen "}
    row = japan.registry_row(researched)
    assert row == {
        **researched,
        "website": "http://a.example/",
        "other_hosts": "https://b.example/x",
        "confidence": "seen",
    }


def test_the_clusters_of_the_sample_network_are_taken_whole() -> None:
    report = read_registry(Path(japan.__file__).with_name("clusters.csv"))
    assert (report.refused, report.warnings) == ((), ())


def test_a_report_is_not_changed_by_its_import(tmp_path: Path, store: Store) -> None:
    report = report_of(tmp_path, GOOD)
    kept = replace(report)
    import_registry(store, report, partial=False, dry_run=False)
    assert report == kept
