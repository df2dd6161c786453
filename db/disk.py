"""What the disk has room for, and what lies on it."""

from __future__ import annotations

import shutil
from pathlib import Path


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
