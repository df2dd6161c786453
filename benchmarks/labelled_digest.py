"""A digest of a labelled set: equal for equal labels and pages, wherever the folder lies."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import file_digest, sha256
from pathlib import Path

from benchmarks.labelled import MissingFolder


def digest_of(folder: Path, patterns: Iterable[str]) -> str:
    """The SHA-256, in hex, of the names and contents of the files that fit. Raises MissingFolder when none does."""
    files = sorted({p for pattern in patterns for p in folder.glob(pattern) if p.is_file()})
    if not files:
        raise MissingFolder(f"{folder} holds no labelled set, so nothing was measured")
    whole = sha256()
    for path in files:
        with path.open("rb") as body:
            content = file_digest(body, "sha256").hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()
