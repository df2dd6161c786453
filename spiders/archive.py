"""Keeps what a visit reads as it was: WARC files, one record a page, once per content.

A record is put together in memory, packed as a gzip member of its own, and written in one piece before the visit that
names it is told. So a kill leaves at most one torn member at the end of a file, and nothing refers to it.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import logging
import os
import string
import zlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http.client import responses
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import IO
from urllib.parse import quote

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import KeptKind, Record, Shelf
from crawler.model import Content, Outcome, Plan
from spiders.answer import Answer

logger = logging.getLogger(__name__)

MAX_FILE_BYTES = 1_000_000_000  # then a new file; the WARC standard advises files of about 1 GB
MAX_REMEMBERED = 5_000  # contents of this process that are known by their digest, the newest
_LEVEL = 6  # of gzip: level 9, the library's own, takes twice the time and saves 1 %
_MAX_HEADER = 1000  # characters of a header's value
# Headers of an answer that are kept. Those of the transfer (its coding, its length) no longer hold for a body that
# was unpacked, and cookies are nobody's business.
HEADERS = (
    "content-type", "content-language", "last-modified", "etag", "date", "expires", "cache-control", "server",
    "x-powered-by", "x-generator", "link", "location", "x-robots-tag", "content-disposition",
)  # fmt: skip
_WRITTEN = str.maketrans(dict.fromkeys((*range(32), 127, 133, 8232, 8233), " "))
_INFO = {
    "software": f"Clusterwatch/{version('clusterwatch')} warcio/{version('warcio')}",
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "robots": "obey",
    "description": "Pages that a visit read. Bodies are unpacked; headers of the transfer, and cookies, are left out. "
    "Every request was a GET.",
}


class Archive:
    """The files of one crawl process."""

    def __init__(self, shelf: Shelf, *, agent: str, now: datetime, warn: Callable[[str], None]) -> None:
        self._folder = Path(shelf.folder)
        self._run = f"run-{shelf.run_id:06d}"
        self._info = {**_INFO, "isPartOf": self._run, "http-header-user-agent": _one_line(agent)}
        self._now = now
        self._warn = warn
        self._file: _File | None = None
        self._broken = False
        self._remembered: OrderedDict[str, Content] = OrderedDict()
        self._sizes: dict[str, int] = {}  # of files that earlier crawls have written

    def visit(self, plan: Plan) -> Keeper:
        """What keeps the pages of one visit."""
        return Keeper(self, plan)

    def close(self) -> None:
        """End the file that is being written."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def known(self, digest: str) -> Content | None:
        """The content of this digest that this process has written."""
        return self._remembered.get(digest)

    def has(self, content: Content) -> bool:
        """Whether an earlier content is still where it was written: somebody may have cleared the disk."""
        if content.file not in self._sizes:
            try:
                self._sizes[content.file] = (self._folder / content.file).stat().st_size
            except OSError:
                self._sizes[content.file] = 0
        return content.offset + content.length <= self._sizes[content.file]

    def write(self, record: ArcWarcRecord) -> tuple[str, int, int] | None:
        """Append one record; gives its file, offset and length. None when the disk does not take it.

        After the first such failure nothing more is kept by this process, and that is said once.
        """
        if self._broken:
            return None
        try:
            if self._file is None or self._file.size >= MAX_FILE_BYTES:
                self.close()
                self._file = _File(self._folder, self._run)
                self._file.append(packed(_warcinfo(self._file.name, self._info, self._now)))
            offset, length = self._file.append(packed(record))
        except OSError as error:
            self._broken = True
            self._warn(_complaint(self._folder, error))
            return None
        return f"{self._run}/{self._file.name}", offset, length

    def remember(self, content: Content) -> None:
        """Know a content that was just written."""
        self._remembered[content.digest] = content
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)


class Keeper:
    """Keeps the pages of one visit, in the order in which they come. Without an archive it keeps none."""

    def __init__(self, archive: Archive | None, plan: Plan) -> None:
        self._archive = archive
        self._cluster_id = plan.cluster.cluster_id
        self._known = {content.digest: content for content in plan.known}
        self._ids: dict[str, str] = {}  # of the record of a page, by its final URL
        self.records: list[Record] = []

    def page(self, answer: Answer) -> Answer:
        """The answer with the digest under which its body was kept. Answers that nobody reads are not kept."""
        if self._archive is None or answer.fetch.outcome is not Outcome.OK:
            return answer
        return self._kept(self._archive, KeptKind.RESPONSE, answer)

    def rendered(self, answer: Answer) -> Answer:
        """The same for a page as a browser showed it. Its source was kept before."""
        if self._archive is None or not answer.body:
            return answer
        return self._kept(self._archive, KeptKind.RENDERED, answer)

    def _kept(self, archive: Archive, kind: KeptKind, answer: Answer) -> Answer:
        digest = hashlib.sha256(answer.body).hexdigest()
        content = archive.known(digest)
        if content is None and (earlier := self._known.get(digest)) is not None and archive.has(earlier):
            content = earlier
        if content is None:
            content = self._first(archive, kind, answer, digest)
        elif kind is KeptKind.RESPONSE:
            self._again(archive, answer, content)
        if content is None:
            return answer
        fetch = replace(answer.fetch, digest=digest)
        self.records.append(
            Record(
                kind=kind,
                role=fetch.role,
                url=fetch.url,
                final_url=fetch.final_url or fetch.url,
                at=fetch.at,
                status=fetch.status,
                content_type="text/html; charset=utf-8" if kind is KeptKind.RENDERED else fetch.content_type,
                content=content,
            )
        )
        return replace(answer, fetch=fetch)

    def _first(self, archive: Archive, kind: KeptKind, answer: Answer, digest: str) -> Content | None:
        """Write the bytes of a page; gives where they are, None when the disk does not take them."""
        url = _uri(answer)
        named = {**self._named(answer), "WARC-Payload-Digest": f"sha256:{digest}"}
        body, size = BytesIO(answer.body), len(answer.body)
        if kind is KeptKind.RESPONSE:
            record = _WRITER.create_warc_record(
                url, "response", payload=body, length=size, http_headers=_http(answer), warc_headers_dict=named
            )
            self._ids[url] = named["WARC-Record-ID"]
        else:
            named |= {"WARC-Refers-To": source} if (source := self._ids.get(url)) else {}
            record = _WRITER.create_warc_record(
                url, "conversion", payload=body, length=size, warc_content_type="text/html; charset=utf-8",
                warc_headers_dict=named,
            )  # fmt: skip
        place = archive.write(record)
        if place is None:
            return None
        file, offset, length = place
        content = Content(
            digest=digest, n_bytes=size, file=file, offset=offset, length=length, url=url, at=answer.fetch.at
        )
        archive.remember(content)
        return content

    def _again(self, archive: Archive, answer: Answer, content: Content) -> None:
        """Write that a page was what it, or another, had been before. The first record has its bytes."""
        url, named = _uri(answer), self._named(answer)
        record = _WRITER.create_revisit_record(
            url, f"sha256:{content.digest}", content.url, _instant(content.at), _http(answer), named
        )
        self._ids[url] = named["WARC-Record-ID"]
        archive.write(record)

    def _named(self, answer: Answer) -> dict[str, str]:
        """The headers of a record: when, whence, and what the visit wanted there."""
        fetch = answer.fetch
        named = {
            "WARC-Record-ID": _WRITER._make_warc_id(),
            "WARC-Date": _instant(fetch.at),
            "Clusterwatch-Cluster": _one_line(self._cluster_id),
            "Clusterwatch-Role": str(fetch.role),
        }
        if fetch.address:
            named["WARC-IP-Address"] = fetch.address
        if fetch.url != fetch.final_url:
            named["Clusterwatch-Asked"] = _safe_uri(fetch.url)
        return named


class _File:
    """One WARC file being written. It is locked, and a mark stands beside it, until it is closed."""

    def __init__(self, folder: Path, run: str) -> None:
        where = folder / run
        where.mkdir(parents=True, exist_ok=True)
        self.size = 0
        number = 0
        while True:
            number += 1
            self.name = f"clusterwatch-{run}-{number:03d}.warc.gz"
            path = where / self.name
            self._mark = where / f"{self.name}.open"
            if path.exists() or self._mark.exists():
                continue
            self._mark.touch()
            self._stream: IO[bytes] = path.open("xb", buffering=0)
            fcntl.flock(self._stream, fcntl.LOCK_EX)
            # Whoever mends the archive may have found the file before it was locked, and taken it away.
            with suppress(FileNotFoundError):
                if path.stat().st_ino == os.fstat(self._stream.fileno()).st_ino:
                    self._mark.touch()
                    return
            self._stream.close()

    def append(self, member: bytes) -> tuple[int, int]:
        """Write one member whole, or not at all; gives its offset and length. Raises OSError."""
        offset, rest = self.size, memoryview(member)
        try:
            while rest:
                written = self._stream.write(rest)
                if not written:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                rest = rest[written:]
        except OSError:
            self._stream.truncate(offset)
            self._stream.seek(offset)
            raise
        self.size += len(member)
        return offset, len(member)

    def close(self) -> None:
        """Have the disk take all of it, and take the mark away."""
        with suppress(OSError):
            os.fsync(self._stream.fileno())
        self._mark.unlink(missing_ok=True)
        self._stream.close()


_WRITER = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")  # builds records; they are written elsewhere


def packed(record: ArcWarcRecord) -> bytes:
    """A record as one gzip member."""
    out = BytesIO()
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(record)
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(out.getbuffer()) + packer.flush()


def _warcinfo(name: str, info: dict[str, str], now: datetime) -> ArcWarcRecord:
    record = _WRITER.create_warcinfo_record(name, info)
    record.rec_headers.replace_header("WARC-Date", _instant(now))
    return record


def _http(answer: Answer) -> StatusAndHeaders:
    """The status line and headers of an answer, as they may stand in a record."""
    status = answer.fetch.status or 200
    headers = [(name.title(), _one_line(value)) for name, value in answer.headers if name in HEADERS]
    line = f"{status} {responses.get(status, '')}".strip()
    return StatusAndHeaders(line, [*headers, ("Content-Length", str(len(answer.body)))], protocol="HTTP/1.1")


def _one_line(text: str) -> str:
    """A text that cannot end the line it stands in."""
    return " ".join(text.translate(_WRITTEN)[:_MAX_HEADER].split())


def _uri(answer: Answer) -> str:
    return _safe_uri(answer.fetch.final_url or answer.fetch.url)


def _safe_uri(url: str) -> str:
    """An address of visible ASCII; what is none is written as escapes."""
    return quote(url, safe=string.punctuation + string.ascii_letters + string.digits)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _complaint(folder: Path, error: OSError) -> str:
    return (
        f"{folder}: pages are no longer kept in this crawl, for a file of the archive cannot be written "
        f"({error.strerror}). Visits are stored all the same. Make room there or change its permissions, or name "
        "another folder in storage.archive."
    )
