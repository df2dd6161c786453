"""Visits whose pages are in an archive, written for a test by the same library that writes the real one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from made import FULL_VISIT, HOME, NEWS, NIGHT
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import KeptKind, Record, Shot
from crawler.config import Storage
from crawler.model import Content, Fetch, Outcome, Role, RunKind, RunState, Verdict, Visit
from db.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A page to be saved."""

    body: str | bytes
    url: str = HOME
    content_type: str = "text/html; charset=utf-8"
    rendered: bool = False
    role: Role = Role.HOME

    @property
    def sent(self) -> bytes:
        """Its bytes."""
        return self.body if isinstance(self.body, bytes) else self.body.encode()


def keep(database: Path, verdict: Verdict, pages: Sequence[Saved], *, fetches: Sequence[Fetch] = ()) -> Visit:
    """A visit of the instant of this verdict that kept these pages; beside them it made other `fetches`."""
    asked = [
        Fetch(
            url=p.url, role=p.role, at=verdict.decided_at, outcome=Outcome.OK, status=200, final_url=p.url,
            digest=hashlib.sha256(p.sent).hexdigest(), rendered=p.rendered,
        )
        for p in pages
    ]  # fmt: skip
    visit = replace(
        FULL_VISIT, cluster_id=verdict.cluster_id, started_at=verdict.decided_at, fetches=(*asked, *fetches)
    )
    with Desk.open(database) as desk:
        run = desk.begin_run(RunKind.NIGHTLY, verdict.decided_at, [verdict.cluster_id])
        folder = desk.archive(Storage().archive)
        assert folder is not None
        records = [_record(folder, f"run-{run.run_id}/{n}.warc.gz", p, verdict) for n, p in enumerate(pages)]
        desk.add_visit(run.run_id, visit, verdict, records)
        desk.end_run(run.run_id, RunState.DONE)
    return visit


def _record(folder: Path, file: str, page: Saved, verdict: Verdict) -> Record:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    headers = StatusAndHeaders("200 OK", [("Content-Type", page.content_type)], protocol="HTTP/1.1")
    record = writer.create_warc_record(page.url, "response", payload=BytesIO(page.sent), http_headers=headers)
    writer.write_record(record)
    record.raw_stream.close()
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())
    content = Content(
        digest=hashlib.sha256(page.sent).hexdigest(), n_bytes=len(page.sent), file=file, offset=0,
        length=len(out.getvalue()), url=page.url, at=verdict.decided_at,
    )  # fmt: skip
    return Record(
        kind=KeptKind.RENDERED if page.rendered else KeptKind.RESPONSE, role=page.role, url=page.url,
        final_url=page.url, at=verdict.decided_at + timedelta(seconds=1), status=200,
        content_type=page.content_type, content=content,
    )  # fmt: skip


def hang(database: Path, image: bytes, *, content_type: str = "image/png", size: tuple[int, int] = (40, 30)) -> int:
    """A picture of the home page of aoba; gives its id."""
    digest = hashlib.sha256(image).hexdigest()
    with Desk.open(database) as desk:
        folder = desk.archive(Storage().archive)
        assert folder is not None
        path = folder / "pictures" / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image)
        shot = Shot(
            cluster_id="aoba", at=NIGHT, url=HOME, width=size[0], height=size[1], content_type=content_type,
            n_bytes=len(image), digest=digest, file=f"pictures/{digest}",
        )  # fmt: skip
        return desk.add_picture(1, shot)


__all__ = ["HOME", "NEWS", "Saved", "hang", "keep"]
