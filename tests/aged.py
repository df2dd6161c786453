"""Ten nights of saved pages, all but the last old, and what a clean-up makes of them."""

from __future__ import annotations

import os
import shutil
import sqlite3
from argparse import Namespace
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from made import AOBA, BARE, HOME, NEWS, NIGHT, stored, verdict
from nights import a_night, quiet
from warcio.checker import Checker

from crawler.config import Limits, Storage
from crawler.model import Activity, Verdict
from db.desk import Desk
from schedules.cleaning_up import Report, clean_up

LATER = NIGHT + timedelta(days=200)  # nights 0 to 19 are old by then, by the default of 180 days
POST = "https://aoba.example/news/post"
FILLER = b"<p>" + os.urandom(4000).hex().encode()  # large enough that a file is worth writing anew without it


def flagged(days: float, *urls: str) -> Verdict:
    """A verdict that asks whether the cluster has ceased, and names these pages."""
    plain = quiet(verdict("aoba", days))
    reasons = tuple(replace(verdict().reasons[0], url=url) for url in urls)
    return replace(plain, activity=Activity.LIKELY_CEASED, reasons=reasons)


def cleaned(database: Path, now: datetime = LATER, storage: Storage = Storage(), *, dry_run: bool = False) -> Report:  # noqa: B008  # frozen
    with Desk.open(database) as desk:
        return clean_up(desk, storage, Limits(), now=now, dry_run=dry_run)


def files(database: Path) -> list[str]:
    folder = database.with_name(f"{database.stem}-archive")
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def faults(database: Path) -> list[str]:
    """What is wrong with the database, or with the archive, by our own check and by that of other tools."""
    with closing(sqlite3.connect(database)) as file:
        wrong = [row[0] for row in file.execute("PRAGMA integrity_check") if row[0] != "ok"]
        wrong += [str(row) for row in file.execute("PRAGMA foreign_key_check")]
    with Desk.open(database) as desk:
        wrong += desk.archive_faults()
    folder = database.with_name(f"{database.stem}-archive")
    warcs = [str(p) for p in folder.rglob("*.warc.gz")]
    if warcs and Checker(Namespace(inputs=warcs, verbose=False)).process_all():
        wrong.append("warcio finds a fault")
    return wrong


def ten_nights(path: Path) -> Path:
    """Ten nights of one cluster, all but the last old by LATER; on the fourth it was asked whether it has ceased."""
    stored(path, AOBA, BARE, nights=0)
    for night in range(9):
        word = flagged(night, NEWS) if night == 4 else quiet(verdict("aoba", night))
        pages = {HOME: f"home {night}".encode(), NEWS: b"news, always the same", POST: FILLER + b"%d" % night}
        a_night(path, word, pages)
    a_night(path, verdict("aoba", 199), {HOME: b"home 199", NEWS: b"news 199"})
    return path


def copied(database: Path, folder: Path) -> Path:
    """A copy of a database and its archive in another folder."""
    shutil.copytree(database.with_name("c-archive"), folder / "c-archive")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(folder / "c.db")) as target:
        source.backup(target)
    return folder / "c.db"


# Of the fourth night all pages stay, since it opened the question; of the two before it the page that the verdict names,
# and of the last one which the verdict of now names, its three newest copies.
LEFT = {
    "0": ["home 0", "news, always the same", FILLER.decode() + "0"],
    "2": ["news, always the same"],
    "3": ["news, always the same"],
    "4": ["home 4", "news, always the same", FILLER.decode() + "4"],
    "7": ["news, always the same"],
    "8": ["news, always the same"],
    "199": ["home 199", "news 199"],
}
