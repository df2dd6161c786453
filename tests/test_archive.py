"""The archive: records that any WARC tool reads, once per content, whatever a page is and whatever the disk does."""

from __future__ import annotations

import gzip
import hashlib
import os
import resource
import sqlite3
import subprocess
import sys
from argparse import Namespace
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from made import AOBA, HOME, NEWS, NIGHT, stored, verdict, visit
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.recordloader import ArcWarcRecord

from cli.main import main
from crawler.archive import KeptKind, Record, Shelf, Shot
from crawler.errors import StoreError
from crawler.model import Content, Fetch, Outcome, Plan, Role, RunKind, RunState
from db import archive_files, archive_schema
from db.archive_files import body_of, located, mend, whole_end
from db.desk import Desk
from spiders import archive as writing
from spiders.answer import Answer
from spiders.archive import Archive, Keeper

RUN = "run-000001"
FIRST = f"{RUN}/clusterwatch-{RUN}-001.warc.gz"
HTML = (("content-type", "text/html; charset=utf-8"), ("server", "nginx"), ("set-cookie", "secret=1"))


def opened(folder: Path, said: list[str] | None = None) -> Archive:
    complaints = said if said is not None else []
    return Archive(Shelf(folder=str(folder), run_id=1), agent="Test/1 (x)", now=NIGHT, warn=complaints.append)


def keeper(archive: Archive | None, *known: Content) -> Keeper:
    return Keeper(archive, Plan(cluster=AOBA, known=known))


def answer(body: bytes = b"<p>page", url: str = HOME, *, at: datetime = NIGHT, **changes: object) -> Answer:
    """What a request brought."""
    fetch = Fetch(
        url=url, role=Role.HOME, at=at, outcome=Outcome.OK, status=200, final_url=url,
        content_type="text/html; charset=utf-8", address="192.0.2.1", n_bytes=len(body),
    )  # fmt: skip
    return Answer(replace(fetch, **changes), body, headers=HTML)  # type: ignore[arg-type]


def records_in(path: Path) -> list[tuple[ArcWarcRecord, bytes]]:
    """Every record of a file with its content, read by the library that others read with."""
    found = []
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests=True):
            found.append((record, record.content_stream().read()))
            assert record.digest_checker is not None
            assert record.digest_checker.problems == []
    return found


def is_sound(path: Path) -> bool:
    """What `warcio check` says of a file."""
    return bool(Checker(Namespace(inputs=[str(path)], verbose=False)).process_all() == 0)


def header(record: ArcWarcRecord, name: str) -> str:
    return str(record.rec_headers.get_header(name) or "")


def kept(folder: Path, *pages: Answer, known: tuple[Content, ...] = ()) -> list[Record]:
    """The records of one visit, in a file that has been closed."""
    archive = opened(folder)
    visiting = keeper(archive, *known)
    for page in pages:
        visiting.page(page)
    archive.close()
    return visiting.records


# --- records ---


def test_a_page_becomes_a_record_that_other_tools_read(tmp_path: Path) -> None:
    (record,) = kept(tmp_path, answer("青葉".encode()))
    (info, about), (page, body) = records_in(tmp_path / FIRST)
    assert is_sound(tmp_path / FIRST)
    assert (info.rec_type, page.rec_type) == ("warcinfo", "response")
    assert b"software: Clusterwatch/" in about
    assert b"http-header-user-agent: Test/1 (x)\r\n" in about
    assert b"isPartOf: run-000001\r\n" in about
    assert body == "青葉".encode()
    assert header(page, "WARC-Target-URI") == HOME
    assert header(page, "WARC-Date") == "2024-11-24T18:00:00.000000Z"
    assert header(page, "WARC-IP-Address") == "192.0.2.1"
    assert header(page, "Clusterwatch-Cluster") == "aoba"
    digest = hashlib.sha256("青葉".encode()).hexdigest()
    assert header(page, "WARC-Payload-Digest") == f"sha256:{digest}"
    assert record.content.digest == digest
    assert (page.http_headers.statusline, page.http_headers.get_header("Server")) == ("200 OK", "nginx")
    assert page.http_headers.get_header("Set-Cookie") is None


def test_a_record_is_read_by_its_offset_alone(tmp_path: Path) -> None:
    bodies = [b"<p>one", b"", b"\0\r\n\r\nWARC/1.1\r\n" * 9, os.urandom(300_000)]
    found = kept(tmp_path, *(answer(b, f"{HOME}{n}") for n, b in enumerate(bodies)))
    assert [body_of(tmp_path, r.content) for r in found] == bodies
    assert [r.content.n_bytes for r in found] == [len(b) for b in bodies]
    packed = (tmp_path / FIRST).read_bytes()
    for record in found:  # each a gzip member of its own
        start = record.content.offset
        assert gzip.decompress(packed[start : start + record.content.length]).startswith(b"WARC/1.1\r\n")


def test_what_a_browser_showed_refers_to_what_the_server_sent(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    visiting = keeper(archive)
    source = visiting.page(answer(b"<div id=root>"))
    shown = visiting.rendered(replace(source, body=b"<div id=root>HTTP/1.1 200 OK", fetch=source.fetch))
    archive.close()
    _, (page, _), (dom, body) = records_in(tmp_path / FIRST)
    assert (dom.rec_type, header(dom, "WARC-Refers-To")) == ("conversion", header(page, "WARC-Record-ID"))
    assert header(dom, "Content-Type") == "text/html; charset=utf-8"
    assert body == b"<div id=root>HTTP/1.1 200 OK"
    assert [r.kind for r in visiting.records] == [KeptKind.RESPONSE, KeptKind.RENDERED]
    assert body_of(tmp_path, visiting.records[1].content) == body
    assert len({source.fetch.digest, shown.fetch.digest, ""}) == 3


@pytest.mark.parametrize("outcome", [Outcome.HTTP_404, Outcome.NOT_A_PAGE, Outcome.TCP_RESET])
def test_what_nobody_reads_is_not_kept(tmp_path: Path, outcome: Outcome) -> None:
    page = answer(outcome=outcome)
    archive = opened(tmp_path)
    assert keeper(archive).page(page) is page
    assert keeper(None).page(answer()) == answer()
    assert list(tmp_path.iterdir()) == []


# --- once per content ---


def test_the_same_bytes_are_stored_once_and_the_second_record_refers_to_the_first(tmp_path: Path) -> None:
    (first,) = kept(tmp_path, answer(b"<p>same" * 500))
    later = answer(b"<p>same" * 500, NEWS, at=NIGHT + timedelta(days=1))
    (second,) = kept(tmp_path, later, known=(first.content,))
    assert second.content == first.content
    assert (second.url, second.at) == (NEWS, NIGHT + timedelta(days=1))
    path = tmp_path / FIRST.replace("-001.", "-002.")
    _, (again, body) = records_in(path)
    assert is_sound(path)
    assert (again.rec_type, body) == ("revisit", b"")
    assert header(again, "WARC-Profile").endswith("/revisit/identical-payload-digest")
    assert header(again, "WARC-Refers-To-Target-URI") == HOME
    assert header(again, "WARC-Refers-To-Date") == "2024-11-24T18:00:00.000000Z"
    assert header(again, "WARC-Payload-Digest") == f"sha256:{first.content.digest}"
    assert again.http_headers.get_header("Content-Length") == "3500"


def test_the_same_bytes_within_a_run_are_stored_once(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    one, other = keeper(archive), keeper(archive)
    for visiting in (one, other):
        visiting.page(answer())
        visiting.page(answer(url=NEWS))
    archive.close()
    assert len({r.content for r in (*one.records, *other.records)}) == 1
    assert [r.rec_type for r, _ in records_in(tmp_path / FIRST)] == ["warcinfo", "response", *["revisit"] * 3]


@pytest.mark.parametrize("loss", ["missing", "short"])
def test_bytes_whose_file_is_gone_are_stored_anew(tmp_path: Path, loss: str) -> None:
    (first,) = kept(tmp_path, answer())
    path = tmp_path / FIRST
    path.unlink() if loss == "missing" else os.truncate(path, first.content.offset + 5)
    (second,) = kept(tmp_path, answer(), known=(first.content,))
    assert body_of(tmp_path, second.content) == b"<p>page"


def test_a_file_that_is_large_enough_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_FILE_BYTES", 50_000)
    found = kept(tmp_path, *(answer(os.urandom(30_000), f"{HOME}{n}") for n in range(5)))
    files = [r.content.file[-11:] for r in found]
    assert files == ["001.warc.gz", "001.warc.gz", "002.warc.gz", "002.warc.gz", "003.warc.gz"]
    assert all(records_in(p)[0][0].rec_type == "warcinfo" for p in (tmp_path / RUN).iterdir())


# --- hostile pages ---

EVIL = "x\r\nWARC-Type: warcinfo\r\n\r\nWARC/1.1\r\n\0\u2028\x85é青"


def test_no_header_or_address_breaks_a_record(tmp_path: Path) -> None:
    headers = tuple((name, EVIL * 400) for name in (*writing.HEADERS, "x-odd\r\nx: y"))
    page = answer(b"ok", f"http://a.example/{EVIL}", final_url=f"http://b.example/{EVIL}", content_type=EVIL)
    (record,) = kept(tmp_path, replace(page, headers=headers))
    (_, _), (found, body) = records_in(tmp_path / FIRST)
    assert is_sound(tmp_path / FIRST)
    assert (found.rec_type, body) == ("response", b"ok")
    assert header(found, "WARC-Target-URI").startswith("http://b.example/x%0D%0AWARC-Type:%20warcinfo%0D%0A")
    assert len(found.http_headers.headers) == len(writing.HEADERS) + 1
    assert max(len(v) for _, v in found.http_headers.headers) < 12_000  # cut, then escaped
    assert body_of(tmp_path, record.content) == b"ok"


@pytest.mark.parametrize(
    "body",
    [
        b"\x1f\x8b\x08" + b"\0" * 50,
        b"HTTP/1.1 404 Gone\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        b"\r\n\r\n\r\nWARC/1.0\r\nContent-Length: 99999999\r\n\r\n",
        b"\0" * 10_000_000,
    ],
    ids=["gzip", "http", "warc", "10 MB"],
)
def test_no_body_breaks_a_record(tmp_path: Path, body: bytes) -> None:
    records = kept(tmp_path, answer(body), answer(b"<p>after", NEWS))
    assert is_sound(tmp_path / FIRST)
    assert [b for _, b in records_in(tmp_path / FIRST)][1:] == [body, b"<p>after"]
    assert [body_of(tmp_path, r.content) for r in records] == [body, b"<p>after"]


# --- disks and kills ---


def test_a_full_disk_costs_one_warning_and_leaves_whole_records(tmp_path: Path) -> None:
    said: list[str] = []
    archive = opened(tmp_path, said)
    visiting = keeper(archive)
    visiting.page(answer())
    fits = (tmp_path / FIRST).stat().st_size + 1000
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (fits, hard))  # Python ignores the signal: a write says EFBIG
    try:
        pages = [visiting.page(answer(os.urandom(5000), f"{HOME}{n}")) for n in range(3)]
        same = visiting.page(answer(url=NEWS))
        archive.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [p.fetch.digest for p in pages] == [""] * 3
    assert same.fetch.digest  # its bytes were there before
    (warning,) = said
    assert warning.startswith(f"{tmp_path}: pages are no longer kept in this crawl")
    assert "storage.archive" in warning
    assert is_sound(tmp_path / FIRST)
    assert [r.rec_type for r, _ in records_in(tmp_path / FIRST)] == ["warcinfo", "response"]
    assert [p.name for p in (tmp_path / RUN).iterdir()] == [Path(FIRST).name]


def test_a_folder_that_cannot_be_made_costs_one_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said: list[str] = []
    visiting = keeper(opened(tmp_path / "file", said))
    assert [visiting.page(answer(url=u)).fetch.digest for u in (HOME, NEWS)] == ["", ""]
    assert len(said) == 1
    assert visiting.records == []


KILLED = """
import os, sys
sys.path[:0] = ["tests"]
from pathlib import Path
from test_archive import answer, keeper, opened
archive = opened(Path(sys.argv[1]))
visiting = keeper(archive)
visiting.page(answer(b"whole"))
archive._file._stream.write(b"\\x1f\\x8b\\x08\\0\\0\\0\\0\\0half a member")
if sys.argv[2:]:
    print("written", flush=True)
    sys.stdin.read()
os.kill(os.getpid(), 9)
"""
ROOT = Path(__file__).parents[1]


def test_what_a_killed_crawl_left_half_written_is_cut_off(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, timeout=60)
    assert ended.returncode == -9
    path = tmp_path / FIRST
    size = path.stat().st_size
    assert whole_end(path) == size - 21
    assert mend(tmp_path) == [path]
    assert path.stat().st_size == size - 21
    assert is_sound(path)
    assert [body for _, body in records_in(path)][1:] == [b"whole"]
    assert [p.name for p in (tmp_path / RUN).iterdir()] == [path.name]
    assert mend(tmp_path) == []


def test_a_file_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), "wait"]
    path = tmp_path / FIRST
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        size = path.stat().st_size
        assert mend(tmp_path) == []
        assert len(list(archive_files.walk(path))) == 2  # and a torn one, which is no fault yet
        process.communicate(b"")
    assert path.stat().st_size == size
    with pytest.raises(StoreError, match=r"is damaged or torn"):
        list(archive_files.walk(path))
    assert mend(tmp_path) == [path]


@pytest.mark.parametrize("left", ["nothing", "empty", "half of the first"])
def test_a_crawl_killed_before_its_first_record_leaves_no_file(tmp_path: Path, left: str) -> None:
    path = tmp_path / FIRST
    path.parent.mkdir()
    path.with_name(path.name + ".open").touch()
    if left != "nothing":
        path.write_bytes(b"" if left == "empty" else b"\x1f\x8b\x08")
    mend(tmp_path)
    assert list(path.parent.iterdir()) == []


# --- what the database says lies where ---


def stored_with(tmp_path: Path, *pages: Answer) -> Path:
    """A database with one visit, of which these pages were kept."""
    path = stored(tmp_path / "a.db", AOBA, nights=0)
    folder = archive_files.folder_of(path, "{database}-archive")
    assert folder is not None
    records = kept(folder, *pages)
    with Desk.open(path) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"])
        desk.add_visit(run.run_id, visit(), verdict(), records)
        desk.end_run(run.run_id, RunState.DONE)
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two pages of one visit."""
    return stored_with(tmp_path, answer(b"<p>home"), answer(b"<p>news", NEWS, role=Role.NEWS))


def test_the_pages_of_a_visit_are_found_in_order_with_their_bytes(database: Path) -> None:
    with Desk.open(database) as desk:
        home, news = desk.kept("aoba", NIGHT)
        assert (home.url, home.role, home.status, home.n_bytes, home.kind) == (HOME, Role.HOME, 200, 7, "response")
        assert (home.at, home.rendered, home.content_type) == (NIGHT, False, "text/html; charset=utf-8")
        page = desk.kept_page(news.kept_id)
        assert page is not None
        assert (page.body, page.role, page.digest) == (b"<p>news", Role.NEWS, hashlib.sha256(b"<p>news").hexdigest())
        assert desk.kept_page(99) is None
        assert desk.kept("aoba", NIGHT + timedelta(days=1)) == []
        assert desk.all_kept("aoba") == [home, news]
        (plan,) = desk.plan(["aoba"])
    assert [c.digest for c in plan.known] == [home.digest, news.digest]


def test_contents_of_the_last_visits_are_known_and_older_ones_are_not(database: Path) -> None:
    with Desk.open(database) as desk:
        for night in range(1, 4):
            (known,) = desk.plan(["aoba"])
            assert [c.url for c in known.known] == [HOME, NEWS]
            run = desk.begin_run(RunKind.NIGHTLY, NIGHT + timedelta(days=night), ["aoba"])
            record = replace(RECORD, content=known.known[0])
            desk.add_visit(run.run_id, visit(days=night), verdict(days=night), [record])
            desk.end_run(run.run_id, RunState.DONE)
        (plan,) = desk.plan(["aoba"])
        assert [c.url for c in plan.known] == [HOME]  # what was news three visits ago is stored again
        assert desk.archive_counts()["contents"] == 2
        assert desk.archive_counts()["pages"] == 5


RECORD = Record(
    kind=KeptKind.RESPONSE, role=Role.HOME, url=HOME, final_url=HOME, at=NIGHT, status=200, content_type="text/html",
    content=Content(digest="0" * 64, n_bytes=1, file=FIRST, offset=0, length=1, url=HOME, at=NIGHT),
)  # fmt: skip


@pytest.mark.parametrize(
    "file", ["/etc/passwd", "../a.db", f"{RUN}/../../a.db", "..", f"{RUN}/..", "", "link/x.warc.gz", "linked.warc.gz", "a\0b"]
)  # fmt: skip
def test_no_name_leads_out_of_the_archive(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    (tmp_path / "x.warc.gz").write_bytes(b"x")
    (folder / "link").symlink_to(tmp_path)
    (folder / "linked.warc.gz").symlink_to(tmp_path / "x.warc.gz")
    with pytest.raises(StoreError, match=r"leads out of it|the archive has none"):
        located(folder, file)
    with pytest.raises(StoreError):
        body_of(folder, replace(RECORD.content, file=file))


def test_the_database_takes_no_path_that_leads_out(database: Path) -> None:
    with Desk.open(database) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, NIGHT, ["aoba"])
        for file in ("/etc/passwd", "../x", "a/../../x", "a/..", ""):
            with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
                desk.add_visit(
                    run.run_id, visit(), verdict(), [replace(RECORD, content=replace(RECORD.content, file=file))]
                )
        assert desk.waiting(run.run_id) == ["aoba"]  # and nothing of the visit was stored


def _overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-30] ^= 0xFF
    path.write_bytes(content)


def _swapped(path: Path) -> None:
    kept(path.parents[1] / "other", answer(b"<p>something else"))
    path.write_bytes((path.parents[1] / "other" / FIRST).read_bytes())


DAMAGES = {
    "gone": (Path.unlink, "is missing"),
    "cut": (lambda p: os.truncate(p, p.stat().st_size - 200), "damaged|not what was stored"),
    "bit": (_overwritten, "damaged|not what was stored"),
    "swapped": (_swapped, "damaged|not what was stored"),
    "folder": (lambda p: (p.unlink(), p.mkdir()), "cannot be read"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_told_by_name(database: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    damage, words = DAMAGES[name]
    path = database.with_name("a-archive") / FIRST
    with Desk.open(database) as desk:
        last = desk.kept("aoba", NIGHT)[-1].kept_id
        damage(path)
        with pytest.raises(StoreError, match=words) as caught:
            desk.kept_page(last)
    assert str(path) in str(caught.value)
    assert main(["archive", "check", "--db", str(database)]) == 1
    said = capsys.readouterr()
    assert str(path) in said.out
    assert f"the page {NEWS} of 2024-11-24 18:00 is not at byte" in said.out
    assert "the archive is damaged in" in said.err


def test_the_folder_of_the_archive_follows_the_setting(tmp_path: Path) -> None:
    database = tmp_path / "{x}" / "my.cluster.db"
    found = {s: archive_files.folder_of(database, s) for s in ("{database}-archive", "kept", "/srv/kept", "")}
    assert found == {
        "{database}-archive": tmp_path / "{x}" / "my.cluster-archive",
        "kept": tmp_path / "{x}" / "kept",
        "/srv/kept": Path("/srv/kept"),
        "": None,
    }


def test_without_an_archive_in_the_settings_a_page_is_not_looked_for(database: Path) -> None:
    with Desk.open(database, archive="") as desk, pytest.raises(StoreError, match=r"storage\.archive"):
        desk.kept_page(desk.kept("aoba", NIGHT)[0].kept_id)


def test_words_of_the_schema_are_those_of_the_values() -> None:
    assert tuple(KeptKind) == archive_schema.KIND
    assert tuple(Role) == archive_schema.ROLE


# --- pictures ---


def test_pictures_are_given_newest_first_and_checked(database: Path) -> None:
    body = b"RIFF....WEBP"
    shot = Shot(
        cluster_id="aoba", at=NIGHT, url=HOME, width=1280, height=800, content_type="image/webp", n_bytes=len(body),
        digest=hashlib.sha256(body).hexdigest(), file="pictures/one.webp",
    )  # fmt: skip
    file = database.with_name("a-archive") / shot.file
    file.parent.mkdir()
    file.write_bytes(body)
    with Desk.open(database) as desk:
        ids = [desk.add_picture(1, replace(shot, at=NIGHT + timedelta(days=n))) for n in range(2)]
        assert [p.picture_id for p in desk.pictures("aoba")] == ids[::-1]
        found = desk.picture(ids[0])
        assert found is not None
        assert (found[0].url, found[0].width, found[1]) == (HOME, 1280, body)
        assert desk.picture(99) is None
        file.write_bytes(b"RIFF..!.WEBP")
        with pytest.raises(StoreError, match="not what was stored"):
            desk.picture(ids[0])
        assert len(list(desk.archive_faults())) == 2


# --- the command ---


def test_the_pages_of_a_cluster_are_listed_and_written(
    database: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["archive", "list", "aoba", "--format", "csv", "--db", str(database)]) == 0
    head, first, second = capfdbinary.readouterr().out.decode().splitlines()
    assert head == "number,read_at,kind,role,status,content_type,n_bytes,digest,url"
    assert first.startswith("1,2024-11-24 18:00,response,home,200,text/html; charset=utf-8,7,")
    assert second.endswith(NEWS)
    assert main(["archive", "list", "aoba", "--db", str(database)]) == 0
    assert b"2 pages. Write one with: clusterwatch archive get NUMBER" in capfdbinary.readouterr().out
    assert main(["archive", "get", "2", "--output", str(tmp_path / "page"), "--db", str(database)]) == 0
    assert (tmp_path / "page").read_bytes() == b"<p>news"
    assert main(["archive", "check", "--db", str(database)]) == 0
    assert b"2 pages kept in 2 records" in capfdbinary.readouterr().out


def test_a_page_goes_to_a_pipe_as_it_was_and_never_to_a_terminal(database: Path) -> None:
    command = [str(Path(sys.executable).with_name("clusterwatch")), "archive", "get", "1", "--db", str(database)]
    assert subprocess.run(command, capture_output=True, timeout=60).stdout == b"<p>home"
    ours, theirs = os.openpty()
    try:
        refused = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, timeout=60)
    finally:
        os.close(theirs)
        os.close(ours)
    assert refused.returncode == 2
    assert b"--output" in refused.stderr


@pytest.mark.parametrize(
    ("words", "code"), [(["list", "nobody"], 2), (["get", "99"], 2), (["get", "1", "--output", "/nowhere/x"], 1)]
)
def test_wrong_wishes_are_refused_with_a_line(
    database: Path, words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    if words[0] == "get" and len(words) == 2:
        words = [*words, "--output", os.devnull]
    assert main(["archive", *words, "--db", str(database)]) == code
    assert len(capsys.readouterr().err.splitlines()) == 1
