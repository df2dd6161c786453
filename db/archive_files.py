"""The files of the archive: which folder, the bytes of one record, a walk over a file, and the end of a torn one.

What a website sent lies in them, so nothing here trusts a length, a name or a digest that it has not checked.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from crawler.errors import StoreError
from crawler.model import Content

OPEN = ".open"  # ending of the empty file that stands beside a WARC while a crawl writes it
WARC = ".warc.gz"
_MAX_LENGTH = 2**31  # bytes of one record; more is no record of ours
_CHUNK = 1 << 20
_BODY_TYPES = frozenset({"response", "conversion"})  # types of the records that have the bytes themselves
_RESTORE = "Restore the archive from a backup; clusterwatch archive check tells all that is damaged."


@dataclass(frozen=True, slots=True)
class Member:
    """One record of a file, as a walk over the file found it."""

    offset: int
    length: int
    digest: str  # of the payload, SHA-256 in hex, "" for a record without one
    faults: tuple[str, ...]
    kind: str  # its type in WARC, such as "response"
    cluster: str  # whose page it is, "" where the record does not say
    at: datetime | None  # when it was read, None where that cannot be told


def folder_of(database: Path, setting: str) -> Path | None:
    """The folder of the archive beside a database, by the setting `storage.archive`; None when it is empty.

    `{database}` stands for the path of the database without its ending. A relative path begins at the database.
    """
    if not setting:
        return None
    return database.absolute().parent / setting.replace("{database}", str(database.absolute().with_suffix("")))


def located(folder: Path, file: str) -> Path:
    """The path of a file of the archive. Raises StoreError for one that would lead out of it."""
    parts = PurePosixPath(file).parts
    path = folder.joinpath(*parts)
    if not parts or ".." in parts or PurePosixPath(file).is_absolute() or "\0" in file:
        raise StoreError(f"{file!r} is no file of the archive {folder}: the path leads out of it. {_RESTORE}")
    steps = [folder.joinpath(*parts[: n + 1]) for n in range(len(parts))]
    if any(step.is_symlink() for step in steps):
        raise StoreError(f"{path}: is a link, and the archive has none. {_RESTORE}")
    return path


def bytes_of(folder: Path, file: str, digest: str, n_bytes: int) -> bytes:
    """The bytes of a file that is kept whole, such as a picture. Raises StoreError when it is gone or damaged."""
    path = located(folder, file)
    with _reading(path) as stream:
        found = stream.read(n_bytes + 1)
    if hashlib.sha256(found).hexdigest() != digest:
        raise StoreError(f"{path}: is not what was stored there. {_RESTORE}")
    return found


def body_of(folder: Path, content: Content) -> bytes:
    """The bytes of a page, read from its record and compared with their digest. Raises StoreError saying what to do."""
    path = located(folder, content.file)
    with _reading(path) as stream:
        stream.seek(content.offset)
        packed = stream.read(min(content.length, _MAX_LENGTH))
    try:
        body = _body(packed, content.n_bytes)
    except (ArchiveLoadFailed, EOFError, ValueError, zlib.error) as error:
        raise StoreError(
            f"{path}: the record at byte {content.offset} is damaged ({_line(error)}). {_RESTORE}"
        ) from None
    if hashlib.sha256(body).hexdigest() != content.digest:
        raise StoreError(f"{path}: the record at byte {content.offset} is not what was stored there. {_RESTORE}")
    return body


def _body(packed: bytes, n_bytes: int) -> bytes:
    """The payload of the one record in these bytes, and at most one byte more than it should have."""
    record = next(iter(ArchiveIterator(BytesIO(packed))), None)
    if record is None or record.rec_type not in _BODY_TYPES:
        raise ValueError("there is no page")
    body: bytes = record.content_stream().read(n_bytes + 1)
    return body


@contextmanager
def _reading(path: Path) -> Iterator[IO[bytes]]:
    """An open file of the archive; StoreError when it cannot be opened or read."""
    try:
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError:
        raise StoreError(
            f"{path}: this file of the archive is missing. Name its folder in storage.archive. {_RESTORE}"
        ) from None
    except OSError as error:
        raise StoreError(f"{path}: this file of the archive cannot be read: {error.strerror}") from None


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def walk(path: Path) -> Iterator[Member]:
    """Every record of a file, with what is wrong with it. Raises StoreError where the file cannot be read on.

    Of a file that a crawl writes just now, the records that are whole.
    """
    with _reading(path) as stream:
        being_written = _is_locked(path)
        try:
            yield from _members(ArchiveIterator(stream, check_digests=True))
            torn = whole_end(path) != stream.seek(0, os.SEEK_END)
        except (ArchiveLoadFailed, EOFError, ValueError, zlib.error):
            torn = True
        if torn and not being_written:
            raise StoreError(f"{path}: the record at byte {whole_end(path)} is damaged or torn. {_RESTORE}")


def _members(records: ArchiveIterator) -> Iterator[Member]:
    for record in records:
        content = record.content_stream()
        while content.read(_CHUNK):
            pass
        faults = tuple(record.digest_checker.problems) if record.digest_checker else ()
        records.read_to_end()
        yield Member(
            offset=records.get_record_offset(),
            length=records.get_record_length(),
            digest=_digest(record),
            faults=faults,
            kind=record.rec_type,
            cluster=str(record.rec_headers.get_header("Clusterwatch-Cluster") or ""),
            at=_at(record),
        )


def _at(record: ArcWarcRecord) -> datetime | None:
    try:
        return datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
    except ValueError:
        return None


def _is_locked(path: Path) -> bool:
    """Whether a living crawl writes the file."""
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _digest(record: ArcWarcRecord) -> str:
    said = record.rec_headers.get_header("WARC-Payload-Digest") or ""
    return str(said).removeprefix("sha256:")


# --- files that a killed crawl has left ---


def mend(folder: Path) -> list[Path]:
    """Cut off what killed crawls have left half written in an archive; gives the files that were cut.

    A file that a living crawl writes is locked by it and left alone.
    """
    return [path for mark in sorted(folder.glob(f"*/*{OPEN}")) if (path := _mended(mark)) is not None]


def _mended(mark: Path) -> Path | None:
    """One file brought to the end of its last whole record; None when it had no other end, or is being written."""
    path = mark.with_suffix("")
    try:
        with path.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            end, size = whole_end(path), stream.seek(0, os.SEEK_END)
            if end < size:
                stream.truncate(end)
            if not end:
                path.unlink()
    except BlockingIOError:
        return None
    except FileNotFoundError:
        end = size = 0
    mark.unlink(missing_ok=True)
    return path if end < size else None


def whole_end(path: Path) -> int:
    """Where the last whole gzip member of a file ends, in bytes."""
    end = 0
    with path.open("rb") as stream:
        unpacker, position, rest = zlib.decompressobj(31), 0, b""
        while chunk := rest or stream.read(_CHUNK):
            try:
                unpacker.decompress(chunk)
            except zlib.error:
                return end
            rest = unpacker.unused_data
            position += len(chunk) - len(rest)
            if unpacker.eof:
                end, unpacker = position, zlib.decompressobj(31)
    return end
