"""A desk at which everything has happened once, so that every page has something to show."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from made import AOBA, BARE, CEDAR, HOME, NEWS, verdict
from pages import EVIL, NOW, Clock, Visitor, ceased, made, serving
from shelved import Saved, hang, keep
from workbooks import Cell, cells_of, edited

from crawler.answers import Answer, Decision, QuestionKind
from crawler.letters import Entry, EntryKind
from crawler.model import Cluster, RunKind
from crawler.timetable import Job, JobName
from db.archive import Kept
from db.bulk import Bulks
from db.candidates import Found
from db.desk import Desk
from db.job_runs import JobRunKind, JobRunState
from db.people import Person

LONG = "Hokkaido University Research and Business Park Network for Food, Health and Medical Innovation (phase II)"
ELM = Cluster(
    cluster_id="elm-with-a-rather-long-identifier", name_en=LONG, website="https://elm.example/" + "folder/" * 12,
    name_ja="北海道大学リサーチ＆ビジネスパーク食・健康・医療融合イノベーション地域ネットワーク推進協議会（第二期）",
    prefecture="Hokkaido", sector="Food", programme="Knowledge Cluster", country="JP",
)  # fmt: skip
FIR = Cluster(cluster_id="fir", name_en="Fir Cluster", website="https://fir.example/", prefecture="Miyagi")
GINKGO = Cluster(cluster_id="ginkgo", name_en="Ginkgo Cluster", website="https://ginkgo.example/", country="DE")
HAZEL = Cluster(cluster_id="hazel", name_en="Hazel Cluster", website="https://hazel.example/", sector="Photonics")
REGISTRY = (
    "cluster_id,name_en,website,members\naoba,Aoba Photonics Cluster,https://aoba.example/,57\n"
    "new,New,https://new.example/,3\nbad,Bad,javascript:alert(1),\nodd,Odd,http://10.0.0.1/,\n"
)
PAGE = """<html lang="ja"><head><title>青葉フォトニクス</title></head><body><h1>青葉フォトニクス</h1><p>{words}</p>
<p>会員企業を募集しています。2024年10月12日</p><p>お問い合わせは事務局まで。</p></body></html>"""


def picture(width: int = 160, height: int = 120) -> bytes:
    """A PNG of stripes."""
    lines = b"".join(b"\0" + bytes([40 + y, 90, 150 - y]) * width for y in range(height))

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def filled(path: Path) -> Path:
    """A database with one of everything."""
    words = (ceased("cedar", points=9.0), ceased(ELM.cluster_id, points=7.0), ceased("hazel", points=5.5))
    made(path, *words, verdict("ginkgo", 1), clusters=(AOBA, BARE, CEDAR, ELM, FIR, GINKGO, HAZEL))
    pages = (Saved(body=PAGE.format(words="ご挨拶")), Saved(body=PAGE.format(words="新着"), url=NEWS))
    later = (Saved(body=PAGE.format(words="解散しました。")), Saved(body=PAGE.format(words="新着 2"), url=NEWS))
    keep(path, verdict("aoba", 0), pages)
    keep(path, ceased("aoba"), later)
    hang(path, picture(), size=(160, 120))
    with Bulks.open(path, clock=Clock()) as desk:
        _answers(desk)
        _registry(desk)
        _people(desk)
        desk.add_entry(
            Entry(
                cluster_id="aoba", kind=EntryKind.WROTE, by="kato", at=NOW, on=(NOW - timedelta(days=20)).date(),
                address="info@aoba.example", due_on=(NOW - timedelta(days=2)).date(), words="Do you still exist?",
            )
        )  # fmt: skip
        desk.ask_rescan("aoba", by="kato")
        _nights(desk)
    return path


def _answers(desk: Bulks) -> None:
    def answer(cluster_id: str, decision: Decision, note: str = "") -> Answer:
        word = desk.current(cluster_id)
        assert word is not None
        return Answer(
            cluster_id=cluster_id, question=QuestionKind.CEASED, decision=decision, by="kato", at=NOW,
            verdict_at=word.decided_at, note=note,
        )  # fmt: skip

    desk.answer(answer("aoba", Decision.NOTED, f"{EVIL} {'long' * 40}"), seen=0)
    desk.answer(answer("ginkgo", Decision.ALIVE), seen=0)
    many = [answer(name, Decision.SKIPPED) for name in ("cedar", ELM.cluster_id)]
    desk.answer_all(many, seen={a.cluster_id: 0 for a in many}, wanted="?kind=ceased")


def _registry(desk: Bulks) -> None:
    entry = desk.entry("fir")
    assert entry is not None
    desk.retire_cluster("fir", seen=entry.record.digest, by="boss", note="entered twice")
    entry = desk.entry("cedar")
    assert entry is not None
    desk.correct_cluster(replace(CEDAR, sector="Wood"), seen=entry.record.digest, by="boss", note=EVIL)
    site = "https://www.shizuoka-bio.example/"
    desk.add_candidates(
        [
            Found(name="Shizuoka Bio", name_ja="静岡バイオ", website=site, why=f"linked by aoba {EVIL}", score=0.5),
            Found(name=CEDAR.name_en, website=CEDAR.website, source="https://list.example/"),
            Found(name=LONG, website=ELM.website, score=0.25),
        ],
        by="discover",
    )


def _nights(desk: Bulks) -> None:
    """One night of each fate, a line that was changed, a scheduler that fell silent, and a run that is paused."""
    fates = (JobRunState.MISSED, JobRunState.SKIPPED, JobRunState.FAILED, JobRunState.STOPPED, JobRunState.DONE)
    for back, fate in enumerate(fates, start=1):
        due = NOW - timedelta(days=back)
        if fate in {JobRunState.MISSED, JobRunState.SKIPPED}:
            desk.leave_job_run(JobName.CRAWL, due, fate, f"{EVIL} {'long' * 40}")
        else:
            made = desk.begin_job_run(JobName.CRAWL, due, JobRunKind.CAUGHT_UP)
            assert made is not None
            desk.end_job_run(made.job_run_id, fate, "paused by kato")
    desk.set_job(Job(name=JobName.BACKUP, when="30 2 * * mon", zone="Europe/Brussels", jitter_s=600.0), by="boss")
    desk.take_scheduler()
    run = desk.begin_run(RunKind.NIGHTLY, NOW, ["aoba", "bare"])
    desk.fail_task(run.run_id, "aoba", "took longer than 9 seconds")
    desk.pause_run(run.run_id, by="kato")


def _people(desk: Bulks) -> None:
    desk.add_person("former", _role_of(desk, "vera").role, "", by="boss", email="former.colleague@centre.example")
    desk.disable_person("former", by="boss")
    desk.begin_session("kato", agent="Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
    desk.make_token("boss", "the map of the website", 30, by="boss")
    for name, query in (("Miyagi", "?prefecture=Miyagi"), ("asked", "?asked=1")):
        assert desk.save_filter(_role_of(desk, "boss"), name, query)


def _role_of(desk: Desk, name: str) -> Person:
    person = desk.person(name)
    assert person is not None
    return person


@dataclass(frozen=True, slots=True)
class Filled:
    """A served desk, and where those things are whose address is not known before."""

    address: str
    database: Path
    upload: str  # the path of a registry file of boss that waits for its import
    sheet: str  # the path of a filled-in sheet of boss that waits, with changes, conflicts and a remark
    faulty_sheet: str  # and of one with mistakes
    kept: Kept  # a page of aoba, as it was saved
    run_id: int  # of the night that is paused


@contextmanager
def serving_filled(path: Path) -> Iterator[Filled]:
    """The pages over such a database, with a registry file that waits for its import, while the block lasts."""
    database = filled(path)
    with serving(database, clock=Clock(NOW + timedelta(hours=1))) as address:
        with Visitor(address, "boss") as boss:
            sent = boss.post("/registry/import", files={"file": ("registry of the ministry.csv", REGISTRY.encode())})
            assert sent.status_code == 303, sent.text
            sheets = _sheets(boss)
        with Desk.open(database) as desk:
            kept = desk.kept("aoba", ceased("aoba").decided_at)
            (run,) = desk.open_nights()
        page = next(k for k in kept if k.url == HOME)
        yield Filled(address, database, sent.headers["location"], *sheets, page, run.run_id)


def _sheets(boss: Visitor) -> tuple[str, str]:
    """A sheet that was stored, and one that was saved before it and is sent after it; and one with mistakes."""
    saved = boss.get("/sheet/save/clusters").content
    ids = [str(row[0]) for row in cells_of(saved)]
    ginkgo, bare, hazel = ids.index("ginkgo") + 1, ids.index("bare") + 1, ids.index("hazel") + 1

    def send(name: str, changes: Mapping[tuple[int, str], Cell]) -> str:
        sent = boss.post("/sheet", files={"file": (name, edited(saved, changes))})
        assert sent.status_code == 303, sent.text
        return sent.headers["location"]

    first = {
        (ginkgo, "Answer"): "alive, site static",
        (ginkgo, "Town"): "Jena",
        (bare, "Website"): "https://bare.example/",
    }
    path = send("regions <b>.xlsx", first)
    expected = boss.get(path).text.split('name="expected" value="')[1].partition('"')[0]
    assert boss.post(f"{path}/confirm", data={"expected": expected}).status_code == 303
    second: dict[tuple[int, str], Cell] = {
        (ginkgo, "Answer"): "ceased", (ginkgo, "Note"): f"{EVIL} {LONG}", (ginkgo, "Town"): "Leipzig", (hazel, "Flag"): "!",
        (hazel, "Answer"): "moved", (hazel, "Website"): f"https://hazel.example/{'folder/' * 12}", (hazel, "Town"): EVIL,
    }  # fmt: skip
    mistakes: dict[tuple[int, str], Cell] = {
        (ginkgo, "Answer"): EVIL, (hazel, "Answer"): "moved", (bare, "Latitude"): LONG, (bare, "Flag"): "x",
    }  # fmt: skip
    return send("regions, second.xlsx", second), send("mistakes.xlsx", mistakes)
