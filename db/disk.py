"""What the disk has room for, and what lies on it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from crawler.errors import DiskFull

# Enough for the pages that the end of a run touches, in the database's log of writes; a tenth of it would do for most.
_LAST_WORDS_BYTES = 256 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def free_bytes(beside: Path) -> int | None:
    """How much room the disk has on which this file lies, None when that cannot be told."""
    try:
        return shutil.disk_usage(beside.absolute().parent).free
    except OSError:
        return None


def database_bytes(path: Path) -> int:
    """The size of a database with its log of writes."""
    parts = (path, path.with_name(path.name + "-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


@contextmanager
def room_kept(beside: Path) -> Iterator[Callable[[], None]]:
    """Keep a little room on the disk of this file while the block lasts; gives what makes it free before.

    Where a disk is full to its last byte, not even that can be noted. The file has no name and is gone with the process.
    """
    with ExitStack() as kept:
        with suppress(OSError):  # no room to keep: then there is none to give back
            ballast = kept.enter_context(tempfile.TemporaryFile(dir=beside.absolute().parent))
            ballast.write(os.urandom(_LAST_WORDS_BYTES))  # what packs well might take up nothing
            ballast.flush()
        yield kept.close


@contextmanager
def room_in(folder: Path) -> Iterator[None]:
    """Turns the error of a file that finds no room in this folder into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        words = f"{folder}: no file can be written: the disk is full. Free some space there."
        raise DiskFull(words, folder=str(folder)) from error
