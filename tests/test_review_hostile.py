"""Nothing that a website said runs on the staff's pages or in their files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from made import AOBA, FULL_VISIT, NIGHT, POST, verdict, visit
from pages import EVIL, Clock, Visitor, ceased, form, made, serving
from selectolax.lexbor import LexborHTMLParser

from crawler.model import Family, Reason, RunKind, RunState
from db.desk import Desk
from db.export import COLUMNS
from review.pages import static_url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return made(tmp_path / "desk.db", verdict("aoba", 0), ceased("aoba"), ceased("cedar", points=9.0))


@pytest.fixture
def address(database: Path, clock: Clock) -> Iterator[str]:
    with serving(database, clock=clock) as found:
        yield found


@pytest.fixture
def kato(address: str) -> Iterator[Visitor]:
    with Visitor(address, "kato") as visitor:
        yield visitor


# --- nothing that a website says runs ---


@pytest.fixture
def hostile(tmp_path: Path, clock: Clock) -> Iterator[Visitor]:
    cluster = replace(
        AOBA, name_en=EVIL, name_ja=EVIL, notes=EVIL, website="javascript:alert(1)", extra=((EVIL, EVIL),)
    )
    item = replace(POST, url="javascript:alert(1)", raw=EVIL, title=EVIL, on=POST.on.replace(year=2019))
    reasons = (
        Reason(
            code="stated_end", text=EVIL, family=Family.STATEMENT, points=6, url="data:text/html,<script>", raw=EVIL
        ),
        Reason(code="moved", text=EVIL, url="javascript:alert(2)", raw=EVIL, overturned_by=EVIL),
    )
    word = replace(ceased(), reasons=reasons, latest=item, next_event=item, moved_to=EVIL, languages=(EVIL,))
    path = made(tmp_path / "evil.db", verdict("aoba", 0), word, clusters=(cluster,))
    fetches = tuple(replace(f, url="javascript:alert(3)", detail=EVIL, tls=EVIL) for f in FULL_VISIT.fetches)
    with Desk.open(path) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=2), ["aoba"])
        evil_visit = replace(visit("aoba", 2), fetches=fetches, stopped=EVIL)
        desk.add_visit(run.run_id, evil_visit, replace(word, decided_at=NIGHT + timedelta(days=2)))
        desk.end_run(run.run_id, RunState.DONE, EVIL)
        rescan_id = desk.ask_rescan("aoba", by="kato")
        desk.add_step(rescan_id, "fetch", words=EVIL)
        desk.add_step(rescan_id, EVIL, words=EVIL)
        desk.add_step(rescan_id, "page", url=EVIL, role=EVIL, outcome=EVIL, kind=EVIL, language=EVIL, status=200)
    with serving(path, clock=clock) as address, Visitor(address, "boss") as boss:
        yield boss


@pytest.mark.parametrize(
    "path", ["/", "/queue", "/clusters/aoba", "/rescans/1", "/audit", f"/?q={EVIL}", f"/login?next={EVIL}"]
)
def test_no_word_of_a_page_becomes_markup_and_no_address_a_script(hostile: Visitor, path: str) -> None:
    if path == "/audit":
        hostile.post("/answers", data=form(hostile.get("/queue"), decision="noted", note=EVIL))
    page = hostile.get(path)
    assert page.status_code == 200
    nodes = LexborHTMLParser(page.text).css("*")
    assert [n.attributes.get("src") for n in nodes if n.tag == "script"] == [static_url("desk.js")]
    assert [n.attributes for n in nodes if n.tag == "img" and n.attributes["src"] != static_url("mark.svg")] == []
    for name, value in [item for n in nodes for item in n.attributes.items()]:
        assert not name.startswith("on"), "nothing inline: the policy forbids it"
        assert name != "style"
        if name in {"href", "src", "action"}:
            assert (value or "").startswith(("/", "#", "?", "https://", "http://")), value


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_file_is_a_formula(tmp_path: Path, clock: Clock, mark: str) -> None:
    formula = f'{mark}HYPERLINK("http://x.example","x")'
    cluster = replace(AOBA, name_en=formula, sector=formula)
    path = made(tmp_path / "cells.db", replace(verdict(), latest=replace(POST, raw=formula)), clusters=(cluster,))
    with serving(path, clock=clock) as address, Visitor(address, "kato") as kato:
        (row,) = csv.DictReader(io.StringIO(kato.get("/export/csv").content.decode("utf-8-sig"), newline=""))
        assert all(row[name].startswith("'") for name in ("name_en", "sector", "latest_post_raw"))
        sheet = openpyxl.load_workbook(io.BytesIO(kato.get("/export/xlsx").content)).active
        assert sheet is not None
        cells = dict(zip(COLUMNS, next(sheet.iter_rows(min_row=2)), strict=True))
        for name in ("name_en", "sector", "latest_post_raw"):
            assert cells[name].data_type == "s"
            assert str(cells[name].value).startswith("'")


def test_a_note_of_a_colleague_is_only_text(kato: Visitor, address: str) -> None:
    kato.post("/answers", data=form(kato.get("/queue?at=ceased:aoba"), decision="noted", note=EVIL))
    with Visitor(address, "boss") as boss:
        assert "<img src=x" not in boss.get("/clusters/aoba").text
