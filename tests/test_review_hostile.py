"""Nothing that a website said runs on the staff's pages or in their files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import openpyxl
import pytest
from made import AOBA, FULL_VISIT, NIGHT, POST, verdict, visit
from pages import EVIL, NOW, Clock, Visitor, ceased, form, made, serving
from selectolax.lexbor import LexborHTMLParser
from shelved import Saved, hang, keep

from crawler.answers import Answer, Decision, QuestionKind
from crawler.letters import Entry, EntryKind
from crawler.model import Certificate, Family, Reason, RunKind, RunState
from db.bulk import Bulks
from db.candidates import Found
from db.desk import Desk
from db.export import COLUMNS
from review.needs import NEEDS
from review.pages import static_url


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
    said = Certificate(issuer=EVIL, hosts=(EVIL, "javascript:alert(5)"))
    lies = {"detail": EVIL, "tls": EVIL, "dns": EVIL, "certificate": said, "redirects": ("javascript:alert(4)", EVIL)}
    fetches = tuple(replace(f, url="javascript:alert(3)", **lies) for f in FULL_VISIT.fetches)  # type: ignore[arg-type]
    with Desk.open(path) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=2), ["aoba"])
        evil_visit = replace(visit("aoba", 2), fetches=fetches, stopped=EVIL)
        desk.add_visit(run.run_id, evil_visit, replace(word, decided_at=NIGHT + timedelta(days=2)))
        desk.end_run(run.run_id, RunState.DONE, EVIL)
        letter = Entry(
            cluster_id="aoba", kind=EntryKind.WROTE, by=EVIL, at=NIGHT, on=NIGHT.date(), address=EVIL,
            due_on=NIGHT.date(), words=EVIL,
        )  # fmt: skip
        desk.add_entry(letter)
        rescan_id = desk.ask_rescan("aoba", by="kato")
        desk.add_cluster(replace(cluster, cluster_id="twin", city=EVIL), by=EVIL, note=EVIL)
        desk.add_candidates(
            [Found(name=EVIL, website="https://c.example/", why=EVIL, source="javascript:x", name_ja=EVIL)], by=EVIL
        )
        desk.make_token("boss", EVIL, 9, by=EVIL)
        (boss_,) = [p for p in desk.people() if p.name == "boss"]
        desk.save_filter(boss_, EVIL, f"?q={quote(EVIL)}")
        desk.begin_session("vera", agent=EVIL)
        desk.link_identity("vera", EVIL, EVIL, by=EVIL)
        said = Answer(cluster_id="aoba", question=QuestionKind.CEASED, decision=Decision.NOTED, by=EVIL, at=NOW,
                      verdict_at=NIGHT, grounds=(EVIL,), note=EVIL, reason_code=EVIL)  # fmt: skip
        Bulks.over(desk).answer_all([said], seen={"aoba": 0}, wanted=f"?q={quote(EVIL)}")
        desk.add_step(rescan_id, "fetch", words=EVIL)
        desk.add_step(rescan_id, EVIL, words=EVIL)
        desk.add_step(rescan_id, "page", url=EVIL, role=EVIL, outcome=EVIL, kind=EVIL, language=EVIL, status=200)
    keep(
        path,
        replace(word, decided_at=NIGHT + timedelta(days=3)),
        [Saved(body=EVIL, url=f"https://aoba.example/{EVIL}")],
    )
    hang(path, b"\x89PNG\r\n\x1a\nx")
    with serving(path, clock=clock) as address, Visitor(address, "boss") as boss:
        yield boss


WRITTEN = [
    r for r in NEEDS
    if r[0] == "GET" and not r[1].startswith(("/api/", "/static/", "/export/", "/live", "/health", "/metrics"))
]  # fmt: skip
# What is no page: a saved page of others, its picture, a stream, the way to another service, files for other programs.
OTHERS = {"/kept/{kept_id}/page", "/pictures/{picture_id}", "/rescans/{rescan_id}/events", "/sign-in/start",
          "/sign-in/return", "/compare/{form}",
          "/report/{form}", "/sheet/save/{scope}", "/sheets/{sheet_id}"}  # fmt: skip
QUERIES = ("q", "next", "flag", "sector", "prefecture", "kind", "at", "visit", "from", "to", "into", "decision", "until",
           "assignee", "assigned", "ended", "token", "done", "added", "state", "way", "refused", "filters", "change",
           "day", "language")  # fmt: skip


def test_no_word_of_anybody_becomes_markup_and_no_address_a_script(hostile: Visitor) -> None:
    upload = hostile.post("/registry/import", files={"file": (f"{EVIL}.csv", _registry_file())}).headers["location"]
    ids = {"{cluster_id}": "aoba", "{person}": "vera", "{upload_id}": upload.rpartition("/")[2], "{job}": "crawl"}
    book = hostile.get("/sheet/save/clusters").content
    sheet = hostile.post("/sheet", files={"file": (f"{EVIL}.xlsx", book)}).headers["location"]
    seen = 0
    for _, template in WRITTEN:
        if template in OTHERS:
            continue
        path = (
            sheet
            if template == "/sheet/{upload_id}"
            else re.sub(r"{\w+}", lambda part: ids.get(part[0], "1"), template)
        )
        said = "&".join(f"{name}={quote(EVIL)}" for name in QUERIES)
        for address in (path, f"{path}?{said}", f"{path}?into=twin", f"{path}?decision=ceased&missing=1"):
            page = hostile.get(address)
            assert page.status_code in {200, 409, 422}, (address, page.status_code)
            harmless(page, address)
            seen += EVIL[:8] not in page.text and "&lt;script&gt;" in page.text
    assert seen > 60, "the words stand on the pages, or nothing was tried"


@pytest.mark.parametrize("post", [("/login", {"name": EVIL, "next": EVIL}), ("/people", {"name": EVIL, "email": EVIL}),
    ("/people/vera", {"what": "email", "value": EVIL}), ("/account/tokens", {"name": EVIL, "days": "3"}),
    ("/registry/new", {"cluster_id": EVIL, "name_en": EVIL, "website": EVIL, "extra_name": EVIL, "extra_value": EVIL}),
    ("/clusters/aoba/edit", {"name_en": EVIL, "website": EVIL, "note": EVIL}), ("/clusters/aoba/retire", {"note": EVIL}),
    ("/clusters/aoba/merge", {"into": "twin", "note": EVIL}), ("/candidates/1/reject", {"reason": ""}),
    ("/clusters/aoba/letters", {"address": EVIL, "on": EVIL}), ("/enter", {"token": EVIL}),
    ("/bulk", {"filter": EVIL, "decision": "ceased", "note": EVIL, "through": "0", "digest": EVIL})])  # fmt: skip
def test_what_is_sent_in_a_form_comes_back_as_words_only(hostile: Visitor, post: tuple[str, dict[str, str]]) -> None:
    path, data = post
    page = hostile.post(path, data=data)
    assert page.status_code in {200, 401, 409, 422}, page.status_code
    harmless(page, path)


def _registry_file() -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(
        [["cluster_id", "name_en", "website", EVIL], [EVIL, EVIL, EVIL, EVIL], ["new", EVIL, "", EVIL]]
    )
    return text.getvalue().encode()


def harmless(page: httpx.Response, where: str) -> None:
    """Nothing in a page of ours is markup, a script or an address of somebody else's."""
    nodes = LexborHTMLParser(page.text).css("*")
    assert [n.attributes.get("src") for n in nodes if n.tag == "script"] == [
        static_url("htmx.min.js"),
        static_url("desk.js"),
    ], where
    ours = ("/static/", "/pictures/")
    assert [n.attributes for n in nodes if n.tag == "img" and not (n.attributes["src"] or "").startswith(ours)] == [], (
        where
    )
    for name, value in [item for n in nodes for item in n.attributes.items()]:
        assert not name.startswith("on"), (where, "nothing inline: the policy forbids it")
        assert name not in {"style", "srcdoc"}, where
        if name in {"href", "src", "action", "formaction"} or (
            name.startswith("hx-") and name.endswith(("get", "post"))
        ):
            assert (value or "").startswith(("/", "#", "?", "https://", "http://", "mailto:info@")), (where, value)
            assert not (value or "").startswith(("//", "/\\")), (where, value)


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
