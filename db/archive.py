"""What was kept of visits as it was: pages, found through the database and read from the archive's files; pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.archive import KeptKind, Record, Shot
from crawler.errors import StoreError
from crawler.model import Content, Role
from db import archive_files, rows
from db.archive_files import Member
from db.connection import Connection
from db.rows import Cell, Row

# What a cluster's pages were at so many visits before is not stored again. Pages that take turns, such as a home page
# with a random picture, are few; a page that returns after more nights is stored once more.
KNOWN_VISITS = 3

_KEPT = """
SELECT k.*, c.digest, c.n_bytes FROM kept_pages k JOIN contents c ON c.id = k.content_id
JOIN visits v ON v.id = k.visit_id"""
_VISIT = "SELECT id FROM visits WHERE cluster_id = :cluster AND started_at = :at ORDER BY void, id DESC LIMIT 1"
_KNOWN = """
SELECT DISTINCT v.cluster_id, c.* FROM json_each(:ids) i JOIN visits v ON v.id IN (
    SELECT id FROM visits WHERE cluster_id = i.value ORDER BY started_at DESC, id DESC LIMIT :visits)
JOIN kept_pages k ON k.visit_id = v.id JOIN contents c ON c.id = k.content_id
ORDER BY v.cluster_id, c.id"""

_PUT_CONTENT = """
INSERT INTO contents (file, offset, length, digest, n_bytes, url, at)
VALUES (:file, :offset, :length, :digest, :n_bytes, :url, :at) ON CONFLICT (file, offset) DO NOTHING"""
_CONTENT_AT = "SELECT id FROM contents WHERE file = :file AND offset = :offset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One page of a visit that was kept."""

    kept_id: int
    url: str  # asked for
    final_url: str  # that answered
    role: Role
    at: datetime  # UTC
    content_type: str  # as the server sent it; of a rendered page that of HTML in UTF-8
    status: int | None  # HTTP status
    digest: str  # SHA-256 in hex, of the bytes
    n_bytes: int
    kind: KeptKind

    @property
    def rendered(self) -> bool:
        """Whether it is the document as a browser showed it."""
        return self.kind is KeptKind.RENDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage(Kept):
    """A page that was kept, with its bytes. They are hostile: never show them from our own origin as they are."""

    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a home page."""

    picture_id: int
    cluster_id: str
    at: datetime  # UTC
    url: str  # of the page as it was shown
    width: int  # pixels
    height: int  # pixels
    content_type: str  # "image/webp" or "image/png"
    n_bytes: int
    digest: str  # SHA-256 in hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A saved page or picture that a clean-up removed by its age."""

    cluster_id: str
    at: datetime  # UTC; of a page the start of its visit
    removed_at: datetime  # UTC


class Archive(Connection):
    """The store with what was kept of visits as it was."""

    def archive(self, setting: str) -> Path | None:
        """The folder of the archive by the setting `storage.archive`, None when that is empty."""
        return archive_files.folder_of(self._path, setting)

    def _folder(self) -> Path:
        folder = self.archive(self._archive)
        if folder is None:
            raise StoreError("the configuration names no archive: set storage.archive to the folder of it.")
        return folder

    # --- pages ---

    def kept(self, cluster_id: str, visit_at: datetime) -> list[Kept]:
        """The pages that were kept of one visit, in the order in which they were read. `visit_at`: its start."""
        sql = f"{_KEPT} WHERE v.id = ({_VISIT}) ORDER BY k.position"
        found = self._all(sql, cluster=cluster_id, at=rows.instant_text(visit_at))
        return [_kept(row) for row in found]

    def all_kept(self, cluster_id: str, limit: int = 1000) -> list[Kept]:
        """The pages that were kept of all visits to a cluster, newest visit first."""
        sql = f"{_KEPT} WHERE v.cluster_id = :cluster ORDER BY v.started_at DESC, v.id DESC, k.position LIMIT :limit"
        return [_kept(row) for row in self._all(sql, cluster=cluster_id, limit=limit)]

    def kept_by_id(self, kept_id: int) -> Kept | None:
        """One page without its bytes, None when there is no such one."""
        row = self._one(f"{_KEPT} WHERE k.id = :id", id=kept_id)
        return _kept(row) if row else None

    def kept_page(self, kept_id: int) -> KeptPage | None:
        """One page with its bytes, None when there is no such one.

        Raises StoreError, saying file and what to do, when the file is missing or damaged.
        """
        page = self._kept_place(kept_id)
        if page is None:
            return None
        kept, where = page
        try:
            body = archive_files.body_of(self._folder(), where)
        except StoreError:
            again = self._kept_place(kept_id)
            if again is None or again == page:
                raise
            # A clean-up has just written its file anew.
            body = archive_files.body_of(self._folder(), again[1])
        same: dict[str, Any] = {f.name: getattr(kept, f.name) for f in fields(kept)}  # Any: the fields of one of ours
        return KeptPage(**same, body=body)

    def _kept_place(self, kept_id: int) -> tuple[Kept, Content] | None:
        """One page, and where its bytes lie."""
        sql = """SELECT k.*, c.file, c.offset, c.length, c.digest, c.n_bytes, c.url AS first_url, c.at AS first_at
        FROM kept_pages k JOIN contents c ON c.id = k.content_id WHERE k.id = :id"""
        row = self._one(sql, id=kept_id)
        if row is None:
            return None
        return _kept(row), _content({**row, "url": row["first_url"], "at": row["first_at"]})

    def removed_page(self, kept_id: int) -> Removed | None:
        """What is known of a page that was removed by its age; None for one that was not."""
        sql = """SELECT v.cluster_id, v.started_at AS at, r.removed_at FROM removed_pages r
        JOIN visits v ON v.id = r.visit_id WHERE r.last_id >= :id
        AND r.first_id = (SELECT max(first_id) FROM removed_pages WHERE first_id <= :id)"""
        row = self._one(sql, id=kept_id)
        return _removed(row) if row else None

    def removed_of(self, cluster_id: str, visit_at: datetime) -> Removed | None:
        """The last removal of saved pages of one visit, None when all that it saved is there."""
        sql = f"""SELECT v.cluster_id, v.started_at AS at, max(r.removed_at) AS removed_at FROM removed_pages r
        JOIN visits v ON v.id = r.visit_id WHERE v.id = ({_VISIT}) GROUP BY v.id"""  # noqa: S608  # words of ours
        row = self._one(sql, cluster=cluster_id, at=rows.instant_text(visit_at))
        return _removed(row) if row else None

    def known_contents(self, cluster_ids: Sequence[str]) -> dict[str, tuple[Content, ...]]:
        """What the pages of these clusters were at their last visits; clusters without any are left out."""
        known: dict[str, list[Content]] = {}
        for row in self._all(_KNOWN, ids=json.dumps(list(cluster_ids)), visits=KNOWN_VISITS):
            known.setdefault(rows.text(row, "cluster_id"), []).append(_content(row))
        return {cluster_id: tuple(found) for cluster_id, found in known.items()}

    def _keep(self, visit_id: int, records: Sequence[Record]) -> None:
        """Store where the pages of a visit lie; part of the transaction around it."""
        for position, record in enumerate(records):
            kept = {"visit_id": visit_id, "position": position, "content_id": self._content_id(record.content)}
            self._insert("kept_pages", {**_record_row(record), **kept})

    def _content_id(self, content: Content) -> int:
        """The row that says where these bytes lie, added where there is none."""
        values: dict[str, Cell] = {
            **{name: getattr(content, name) for name in _PLACE}, "at": rows.instant_text(content.at)
        }  # fmt: skip
        added = self._db.execute(_PUT_CONTENT, values)
        if added.rowcount:
            return added.lastrowid or 0
        (row,) = self._all(_CONTENT_AT, file=content.file, offset=content.offset)
        return rows.whole(row, "id")

    # --- pictures ---

    def pictures(self, cluster_id: str) -> list[Picture]:
        """The pictures of a cluster's home page, newest first."""
        sql = "SELECT * FROM pictures WHERE cluster_id = :cluster ORDER BY at DESC, id DESC"
        return [_picture(row) for row in self._all(sql, cluster=cluster_id)]

    def picture(self, picture_id: int) -> tuple[Picture, bytes] | None:
        """One picture with its bytes, None when there is no such one. Raises StoreError as `kept_page` does."""
        row = self._one("SELECT * FROM pictures WHERE id = :id", id=picture_id)
        if row is None:
            return None
        found = _picture(row)
        file = rows.text(row, "file")
        return found, archive_files.bytes_of(self._folder(), file, found.digest, found.n_bytes)

    def removed_picture(self, picture_id: int) -> Removed | None:
        """What is known of a picture that was removed by its age; None for one that was not."""
        row = self._one("SELECT * FROM removed_pictures WHERE id = :id", id=picture_id)
        return _removed(row) if row else None

    def homes(self, cluster_ids: Sequence[str]) -> dict[str, str]:
        """The addresses that answered as home page at the last visits to these clusters, where one did."""
        sql = """SELECT v.cluster_id, v.reached FROM json_each(:ids) i JOIN visits v ON v.id = (
            SELECT id FROM visits WHERE cluster_id = i.value ORDER BY started_at DESC, id DESC LIMIT 1)
        WHERE v.reached <> ''"""
        found = self._all(sql, ids=json.dumps(list(cluster_ids)))
        return {rows.text(row, "cluster_id"): rows.text(row, "reached") for row in found}

    def add_picture(self, run_id: int, shot: Shot) -> int:
        """Store that a picture was taken; gives its id."""
        same = ("cluster_id", "url", "width", "height", "content_type", "n_bytes", "digest", "file")
        row: dict[str, Cell] = {name: getattr(shot, name) for name in same}
        with self.transaction():
            return self._insert("pictures", {**row, "run_id": run_id, "at": rows.instant_text(shot.at)})

    # --- the files ---

    def archive_faults(self) -> Iterator[str]:
        """What is wrong with the archive: every file walked, every row of the index looked up. Nothing when all is well."""
        folder = self._folder()
        index: dict[str, list[Content]] = {}
        for row in self._all("SELECT * FROM contents ORDER BY file, offset"):
            index.setdefault(rows.text(row, "file"), []).append(_content(row))
        files = {p.relative_to(folder).as_posix() for p in folder.glob(f"*/*{archive_files.WARC}")}
        for file in sorted(files | set(index)):
            yield from _file_faults(folder, file, index.get(file, []))
        for row in self._all("SELECT * FROM pictures ORDER BY id"):
            try:
                self.picture(rows.whole(row, "id"))
            except StoreError as error:
                yield str(error)

    def archive_counts(self) -> dict[str, int]:
        """How much is kept: pages, different contents, their bytes unpacked and packed, pictures."""
        sql = """SELECT (SELECT count(*) FROM kept_pages) AS pages, count(*) AS contents,
        coalesce(sum(n_bytes), 0) AS n_bytes, coalesce(sum(length), 0) AS packed,
        (SELECT count(*) FROM pictures) AS pictures FROM contents"""
        (row,) = self._all(sql)
        return {name: rows.whole(row, name) for name in row}


_PLACE = ("file", "offset", "length", "digest", "n_bytes", "url")


def _file_faults(folder: Path, file: str, contents: Sequence[Content]) -> Iterator[str]:
    """What is wrong with one file, and with the rows that name it."""
    members: dict[int, Member] = {}
    try:
        path = archive_files.located(folder, file)
        for member in archive_files.walk(path):
            members[member.offset] = member
            yield from (f"{path}: the record at byte {member.offset}: {fault}" for fault in member.faults)
    except StoreError as error:
        yield str(error)
    for content in contents:
        found = members.get(content.offset)
        if found is None or (found.length, found.digest) != (content.length, content.digest):
            yield f"{folder / file}: the page {content.url} of {content.at:%Y-%m-%d %H:%M} is not at byte {content.offset}"


def _record_row(record: Record) -> dict[str, Cell]:
    same = ("url", "final_url", "status", "content_type")
    return {
        **{name: getattr(record, name) for name in same},
        "kind": str(record.kind),
        "role": str(record.role),
        "at": rows.instant_text(record.at),
    }


def _kept(row: Row) -> Kept:
    status = row["status"]
    return Kept(
        kept_id=rows.whole(row, "id"),
        url=rows.text(row, "url"),
        final_url=rows.text(row, "final_url"),
        role=Role(rows.text(row, "role")),
        at=rows.instant(rows.text(row, "at")),
        content_type=rows.text(row, "content_type"),
        status=status if isinstance(status, int) else None,
        digest=rows.text(row, "digest"),
        n_bytes=rows.whole(row, "n_bytes"),
        kind=KeptKind(rows.text(row, "kind")),
    )


def _content(row: Row) -> Content:
    return Content(
        digest=rows.text(row, "digest"),
        n_bytes=rows.whole(row, "n_bytes"),
        file=rows.text(row, "file"),
        offset=rows.whole(row, "offset"),
        length=rows.whole(row, "length"),
        url=rows.text(row, "url"),
        at=rows.instant(rows.text(row, "at")),
    )


def _removed(row: Row) -> Removed:
    return Removed(
        cluster_id=rows.text(row, "cluster_id"),
        at=rows.instant(rows.text(row, "at")),
        removed_at=rows.instant(rows.text(row, "removed_at")),
    )


def _picture(row: Row) -> Picture:
    return Picture(
        picture_id=rows.whole(row, "id"),
        cluster_id=rows.text(row, "cluster_id"),
        at=rows.instant(rows.text(row, "at")),
        url=rows.text(row, "url"),
        width=rows.whole(row, "width"),
        height=rows.whole(row, "height"),
        content_type=rows.text(row, "content_type"),
        n_bytes=rows.whole(row, "n_bytes"),
        digest=rows.text(row, "digest"),
    )
