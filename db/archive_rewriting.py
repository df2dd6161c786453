"""Files of the archive made anew without the records that nobody needs any more, and files deleted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.errors import StoreError
from db import archive_files
from db.archive_files import OPEN, WARC, located
from db.copying import flush

_HALF = ".new"  # ending of a file that is not yet whole
_COPIED = 1 << 20  # bytes at once


@dataclass(frozen=True, slots=True)
class Part:
    """One record of a file, as far as the choice needs it."""

    offset: int
    length: int
    kind: str  # its type in WARC, such as "response"
    seen: tuple[str, datetime | None]  # whose page it is, and when it was read; ("", None) where it does not say

    def is_wanted(self, offsets: Collection[int], seen: Collection[tuple[str, datetime | None]]) -> bool:
        """Whether a saved page needs it: its bytes begin here, or it says that the page was as before."""
        return self.kind == "warcinfo" or self.offset in offsets or (self.kind == "revisit" and self.seen in seen)


def files_of(folder: Path) -> Iterator[tuple[str, int, int]]:
    """The WARC files of an archive that no crawl writes: path below the folder, number of the run, bytes."""
    for path in sorted(folder.glob(f"run-*/*{WARC}")):
        run = path.parent.name.removeprefix("run-")
        if run.isdecimal() and not path.with_name(path.name + OPEN).exists() and not path.is_symlink():
            yield path.relative_to(folder).as_posix(), int(run), path.stat().st_size


def parts(folder: Path, file: str) -> list[Part]:
    """The records of a file in their order. Raises StoreError when it is damaged or cannot be read."""
    path = located(folder, file)
    return [Part(m.offset, m.length, m.kind, (m.cluster, m.at)) for m in archive_files.walk(path)]


def next_name(file: str) -> str:
    """The name of the file that takes the place of another: the same with the number of the rewriting."""
    stem = file.removesuffix(WARC)
    base, mark, number = stem.rpartition("-again")
    if mark and number.isdecimal():
        return f"{base}-again{int(number) + 1}{WARC}"
    return f"{stem}-again1{WARC}"


def copy_parts(folder: Path, old: str, new: str, wanted: list[Part]) -> dict[int, int]:
    """Write a file with these records of another, byte for byte, on the disk for good.

    Gives where each record began, and where it begins now. A kill leaves a file under a provisional name,
    or the whole one. Raises StoreError when the disk does not take it.
    """
    target = located(folder, new)
    half = target.with_name(target.name + _HALF)
    places: dict[int, int] = {}
    try:
        with located(folder, old).open("rb") as source, half.open("wb") as out:
            for part in wanted:
                places[part.offset] = out.tell()
                source.seek(part.offset)
                _copy(source.read, out.write, part.length)
        flush(half)
        half.replace(target)
        flush(target.parent)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise StoreError(f"{target}: could not be written: {error.strerror}. The file before stays.") from None
    return places


def _copy(read: Callable[[int], bytes], write: Callable[[bytes], int], length: int) -> None:
    while length:
        chunk = read(min(length, _COPIED))
        if not chunk:
            raise OSError(0, "it ended too early")
        write(chunk)
        length -= len(chunk)


def delete(folder: Path, file: str) -> int:
    """Delete a file of the archive, and the half of it that a kill left; gives its bytes, 0 when it was gone.

    A folder that is empty then goes too. Raises StoreError when it cannot be deleted.
    """
    path = located(folder, file)
    try:
        path.with_name(path.name + _HALF).unlink(missing_ok=True)
        n_bytes = path.stat().st_size if path.exists() else 0
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            flush(path.parent)
    except OSError as error:
        raise StoreError(f"{path}: could not be deleted: {error.strerror}.") from None
    with suppress(OSError):  # not empty
        path.parent.rmdir()
    return n_bytes
