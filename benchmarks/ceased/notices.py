"""Sentences of an end and sentences that only look like one: how many of them raise a notice."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from html import escape
from pathlib import Path

from crawler.model import Cluster, Notice, NoticeKind
from crawler.reading import identity, notices
from crawler.reading.page import parse

TODAY = date(2026, 11, 25)  # the day on which all of these sentences are read
FOLDS = 5
_HERE = Path(__file__).parent
_ENDED = frozenset(
    {
        NoticeKind.ORG_ENDED, NoticeKind.PROJECT_ENDED, NoticeKind.SITE_CLOSED, NoticeKind.UPDATES_ENDED,
        NoticeKind.SERVICE_ENDED,
    }
)  # fmt: skip
_ELSEWHERE = frozenset({NoticeKind.MOVED, NoticeKind.SUCCEEDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One text on a page of its host, with the truth about it."""

    name: str
    text: str
    language: str
    group: str  # what kind of text it is
    raises: frozenset[NoticeKind]  # a notice of one of these is right; empty: none may be raised
    organisation: str = ""  # the host's name, "" when it is not known
    url: str = "http://host.example/"
    batch: int = 0  # of our own texts, from 1

    @property
    def fold(self) -> int:
        """The part of the set that it belongs to, by the digest of its name."""
        return sha256(self.name.encode()).digest()[0] % FOLDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A text and whether it raised a notice: a right one, or a false alarm."""

    told: Told
    raised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Recall over the texts that should raise a notice, false alarms over the others."""

    ends: int
    found: int
    others: int
    alarms: int

    @property
    def recall(self) -> float:
        """The share of ends that were found."""
        return self.found / self.ends if self.ends else 0.0

    @property
    def false_alarms(self) -> float:
        """The share of other texts that raised an end."""
        return self.alarms / self.others if self.others else 0.0


def own_closings() -> list[Told]:
    """Closing notices in our own words, in batches that were each written before the rules were mended on them."""
    return [
        Told(
            name=f"closing-{n}", text=row["text"], language=row["language"], group=row["ended"], raises=_ENDED,
            organisation=row["organisation"], batch=int(row["batch"]),
        )
        for n, row in enumerate(_rows("closing_notices.csv"), 1)
    ]  # fmt: skip


def counter_sentences() -> list[Told]:
    """Sentences that speak of an end that is not the host's, or not yet."""
    return [
        Told(
            name=f"counter-{n}", text=row["text"], language=row["language"], group=row["topic"], raises=frozenset(),
            organisation=row["organisation"], batch=int(row["batch"]),
        )
        for n, row in enumerate(_rows("counter_sentences.csv"), 1)
    ]  # fmt: skip


def labelled(file: Path) -> list[Told]:
    """A file of labelled notices: JSON lines with id, url, lang, host_ended, label, text."""
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Told(
            name=r["id"], text=r["text"], language=r["lang"], group=r["label"],
            raises=_right(r["label"]) if r["host_ended"] else frozenset(),
        )
        for r in records
    ]  # fmt: skip


def _right(label: str) -> frozenset[NoticeKind]:
    """The notices that answer a label. A move is told by an end with a way on, too."""
    if label == "announced":
        return frozenset({NoticeKind.ANNOUNCED})
    return _ENDED | _ELSEWHERE if label == "moved" else _ENDED


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read(told: Iterable[Told]) -> list[Read]:
    """Each text on a page of its own, with its host's name in the title where it is known."""
    return [Read(told=t, raised=_raises(t)) for t in told]


def _raises(told: Told) -> bool:
    raised = [n for n in _notices(told) if n.kind in (told.raises or _ENDED)]
    return any(n.kind not in _ENDED or n.past for n in raised)


def _notices(told: Told) -> tuple[Notice, ...]:
    heading = f"<h1>{escape(told.organisation)}</h1>" if told.organisation else ""
    html = (
        f'<!DOCTYPE html><html lang="{told.language}"><head><meta charset="utf-8">'
        f"<title>{escape(told.organisation)}</title></head><body>{heading}<p>{escape(told.text)}</p></body></html>"
    )
    cluster = Cluster(cluster_id="host", name_en=told.organisation, name_ja=told.organisation, website=told.url)
    names = identity.names_of(cluster) if told.organisation else ()
    return notices.read(parse(html.encode(), told.url, "text/html; charset=utf-8"), today=TODAY, names=names)


def score(results: Sequence[Read]) -> Score:
    """The figures over some texts."""
    ends = [r.raised for r in results if r.told.raises]
    others = [r.raised for r in results if not r.told.raises]
    return Score(ends=len(ends), found=sum(ends), others=len(others), alarms=sum(others))
