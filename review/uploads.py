"""Registry files between their preview and their import: few, for an hour, each for the person who sent it.

A file lies in an anonymous temporary file: it has no name that anybody could open, and is gone with the process.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import IO

MAX_BYTES = 10 * 1024 * 1024  # of one file, some 30,000 clusters
LASTS = timedelta(hours=1)
_OF_A_PERSON = 3
_OF_ALL = 12  # with the limit above: 120 MiB of disk
_CHUNK = 1 << 16


class TooLarge(Exception):  # what happened
    """An upload is larger than MAX_BYTES. Raised by `Uploads.keep`; caught by the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file that waits for its import."""

    upload_id: str
    person: str  # login name
    name: str  # of the file, as the browser told it
    at: datetime
    file: IO[bytes]
    choices: tuple[str, ...] | None = None  # what each column is, once a person has chosen


class Uploads:
    """The files that wait."""

    def __init__(self) -> None:
        self._waiting: dict[str, Upload] = {}
        self._lock = Lock()

    def keep(self, person: str, name: str, stream: IO[bytes], now: datetime) -> str:
        """Keep a file, and drop the oldest where there are too many; gives its id. Raises TooLarge."""
        kept = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it is dropped
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                kept.close()
                raise TooLarge
            kept.write(chunk)
        upload = Upload(upload_id=secrets.token_urlsafe(24), person=person, name=name, at=now, file=kept)
        with self._lock:
            self._waiting[upload.upload_id] = upload
            self._drop_old(now)
            self._drop_beyond(_OF_A_PERSON, [u for u in self._waiting.values() if u.person == person])
            self._drop_beyond(_OF_ALL, list(self._waiting.values()))
        return upload.upload_id

    def content(self, upload_id: str, person: str, now: datetime) -> tuple[Upload, bytes] | None:
        """A file of a person with all of its bytes, None when it is not there, too old, or somebody else's."""
        with self._lock:
            self._drop_old(now)
            upload = self._waiting.get(upload_id)
            if upload is None or upload.person != person:
                return None
            upload.file.seek(0)
            return upload, upload.file.read()

    def choose(self, upload_id: str, person: str, choices: Sequence[str]) -> None:
        """Note what a person says that each column is."""
        with self._lock:
            upload = self._waiting.get(upload_id)
            if upload is not None and upload.person == person:
                self._waiting[upload_id] = replace(upload, choices=tuple(choices))

    def drop(self, upload_id: str, person: str) -> None:
        """Forget a file of a person."""
        with self._lock:
            upload = self._waiting.get(upload_id)
            if upload is not None and upload.person == person:
                self._forget(upload)

    def close(self) -> None:
        """Forget all files."""
        with self._lock:
            for upload in list(self._waiting.values()):
                self._forget(upload)

    def _drop_old(self, now: datetime) -> None:
        for upload in list(self._waiting.values()):
            if now - upload.at >= LASTS:
                self._forget(upload)

    def _drop_beyond(self, limit: int, uploads: list[Upload]) -> None:
        for upload in uploads[: max(0, len(uploads) - limit)]:  # in the order in which they came
            self._forget(upload)

    def _forget(self, upload: Upload) -> None:
        self._waiting.pop(upload.upload_id, None)
        upload.file.close()
