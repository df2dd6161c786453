"""Labelled statements, each read on a page of its own, and the class that follows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from html import escape
from pathlib import Path
from statistics import mean

from crawler.international import International
from crawler.model import Partner, Precision
from crawler.policy import Policy
from crawler.reading import partners
from crawler.reading.page import parse
from pipelines.judging.international import assessment

FOLDS = 5
MAPPING_DAY = date(2016, 12, 31)  # from which the labels of the facts count "recent"
_OWN_DAY = date(2026, 11, 26)  # the same for our own statements
_OWN = Path(__file__).parent / "statements.csv"
_NONE = International.NO_INFORMATION
_LABELS = {
    "recent": International.RECENT_EU, "past": International.PAST_EU, "open": International.OPEN,
    "asia-america-only": International.ELSEWHERE, "elsewhere": International.ELSEWHERE,
    "not-interested": International.NOT_INTERESTED, "not_interested": International.NOT_INTERESTED,
    "no-eu-signal": _NONE, "none": _NONE,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One labelled text."""

    text: str
    language: str
    expected: International  # NO_INFORMATION: it is a trap
    as_of: date
    year: int | None = None  # when it was said, where the label says so; for a text without a day of its own
    outside: bool = False  # the label counts it as European, and notes that the country never was in the Union
    batch: int = 0  # of our own statements, from 1; each was written before the rules were mended on it
    country: str = ""  # ISO 3166-1 alpha-2, where the label has it
    on: str = ""  # ISO day, month or year that the text names, where the label has it

    @property
    def fold(self) -> int:
        """The part of the set that it belongs to, by the digest of its text."""
        return sha256(self.text.encode()).digest()[0] % FOLDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement and the class that its page gets."""

    statement: Statement
    kind: International
    found: tuple[Partner, ...]

    @property
    def is_right(self) -> bool:
        """Whether the class is the labelled one."""
        return self.kind is self.statement.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Classes over some statements. A trap that gets a class is a false alarm."""

    n: int
    expected: int  # statements with a class
    told: int  # that got one
    right: int
    traps: int
    false_alarms: int

    @property
    def precision(self) -> float:
        """Of the classes told, those that are right."""
        return self.right / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        """Of the statements with a class, those that got it."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def f(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def labelled(file: Path) -> list[Statement]:
    """The statements of a table with text, lang, year and class; "recent" counts from the end of 2016 or of its year."""
    return [_labelled(row) for row in _rows(file)]


def _labelled(row: dict[str, str]) -> Statement:
    digits = "".join(c for c in row["year"] if c.isdigit())
    year = int(digits) if len(digits) == 4 else None
    as_of = max(MAPPING_DAY, date(year or MAPPING_DAY.year, 12, 31))
    language = row["lang"].rpartition("->")[2]
    return Statement(
        text=row["text"], language=language, expected=_LABELS[row["class"].split(" ")[0]], as_of=as_of, year=year,
        outside="non-EU" in row.get("note", "") or "not EU" in row.get("note", ""),
    )  # fmt: skip


def own() -> list[Statement]:
    """Statements in our own words, in batches that were each written before the rules were mended on them."""
    return [
        Statement(
            text=row["text"], language=row["language"], expected=_LABELS[row["expected"]], as_of=_OWN_DAY,
            country=row["country"], on=row["on"], batch=int(row["batch"]),
        )
        for row in _rows(_OWN)
    ]  # fmt: skip


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def told(statements: Iterable[Statement]) -> list[Told]:
    """Each statement with the class of a page that says nothing else."""
    return [_told(s) for s in statements]


def _told(statement: Statement) -> Told:
    # A European cluster's own country is not abroad either; which one it is, the statements do not say.
    home = "JP" if statement.language in {"ja", "en"} else ""
    html = (
        f'<!DOCTYPE html><html lang="{statement.language}"><meta charset="utf-8"><body><p>{escape(statement.text)}</p>'
    )
    page = parse(html.encode(), "http://host.example/", "text/html; charset=utf-8")
    found = partners.read(page, today=statement.as_of, home=home)
    if statement.year is not None:
        said = {"on": date(statement.year, 1, 1), "precision": Precision.YEAR}
        found = tuple(p if p.on else replace(p, **said) for p in found)  # type: ignore[arg-type]  # of these two
    return Told(statement=statement, kind=assessment(found, as_of=statement.as_of, policy=Policy()).kind, found=found)


def score(results: Sequence[Told]) -> Score:
    """The figures over some statements."""
    with_class = [r for r in results if r.statement.expected is not _NONE]
    traps = [r for r in results if r.statement.expected is _NONE]
    return Score(
        n=len(results), expected=len(with_class), told=sum(r.kind is not _NONE for r in results),
        right=sum(r.is_right for r in with_class), traps=len(traps), false_alarms=sum(r.kind is not _NONE for r in traps),
    )  # fmt: skip


def by_union(results: Sequence[Told]) -> list[Told]:
    """The same, where a label's note says that a country never was in the Union: then its relations are not with it."""
    return [
        replace(r, statement=replace(r.statement, expected=International.ELSEWHERE)) if r.statement.outside else r
        for r in results
    ]


def fold_scores(results: Sequence[Told]) -> list[Score]:
    """The figures over each part of a set by itself."""
    return [score([r for r in results if r.statement.fold == fold]) for fold in range(FOLDS)]


def figures(results: Sequence[Told], prefix: str) -> dict[str, float]:
    """The figures of a set by their keys. No weight is fitted, so the folds only show how much they vary."""
    whole, folds = score(results), fold_scores(results)
    return {
        f"{prefix}.f": round(whole.f, 4),
        f"{prefix}.precision": round(whole.precision, 4),
        f"{prefix}.recall": round(whole.recall, 4),
        f"{prefix}.false_alarms": whole.false_alarms,
        f"{prefix}.traps": whole.traps,
        f"{prefix}.statements": whole.expected,
        f"{prefix}.f_by_union": round(score(by_union(results)).f, 4),
        f"{prefix}.f_folds_mean": round(mean(s.f for s in folds), 4),
        f"{prefix}.f_folds_min": round(min(s.f for s in folds), 4),
    }
