"""The public programmes that clusters are funded by: their phases, ends and successors, as reference data.

`programmes.csv` beside this file has a row a phase, with its public sources. An end is there only where a source names
it; that of a phase whose areas ran for different times is the latest of them. Looking up is pure.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from crawler.model import Cluster

_YEAR_AND_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")
_FISCAL_YEAR_BEGINS = 4  # April


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One phase of one programme."""

    programme: str  # id
    name_en: str
    name_ja: str
    phase_en: str
    phase_ja: str
    funder: str
    start: date
    end: date | None  # last day; None: it goes on, or no source names an end
    successor: str  # id of a programme, "" for none known
    sources: tuple[str, ...]  # addresses
    aliases: tuple[str, ...]  # of the programme, in lower case
    phase_aliases: tuple[str, ...]  # words by which a text names this phase of it, in lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The programme of a cluster that is over."""

    phase: Phase
    on: date  # its last day


@cache
def phases() -> tuple[Phase, ...]:
    """Every phase of the reference data, as it is written there."""
    text = (files("pipelines.judging") / "programmes.csv").read_text(encoding="utf-8")
    return tuple(_phase(row) for row in csv.DictReader(text.splitlines()))


def _phase(row: dict[str, str]) -> Phase:
    same = ("programme", "name_en", "name_ja", "phase_en", "phase_ja", "funder", "successor")
    return Phase(
        **{name: row[name] for name in same},
        start=date.fromisoformat(row["start"]),
        end=date.fromisoformat(row["end"]) if row["end"] else None,
        sources=tuple(row["sources"].split()),
        aliases=_words(row["aliases"]),
        phase_aliases=_words(row["phase_aliases"]),
    )


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.lower().split("|") if word)


def phases_of(cluster: Cluster) -> tuple[Phase, ...]:
    """The phases that a row of the registry can mean, those of a programme narrowed by its words and its first year."""
    return tuple(p for part in _parts(cluster.programme) for p in _phases_in(part, cluster.period_start))


def _parts(text: str) -> list[str]:
    return [part.strip().lower() for part in text.split(";") if part.strip()]


def _phases_in(part: str, period_start: str) -> list[Phase]:
    found: list[Phase] = []
    named = dict.fromkeys(p.programme for p in phases() if any(alias in part for alias in p.aliases))
    for programme in named:
        of_it = [p for p in phases() if p.programme == programme]
        said = [p for p in of_it if any(alias in part for alias in p.phase_aliases)] or of_it
        year = _fiscal_year(period_start)
        found += [p for p in said if p.start.year == year] or said
    return found


def _fiscal_year(period_start: str) -> int | None:
    match = _YEAR_AND_MONTH.search(period_start)
    if match is None:
        return None
    before_april = match[2] is not None and int(match[2]) < _FISCAL_YEAR_BEGINS
    return int(match[1]) - before_april


def ended(cluster: Cluster, today: date) -> Ended | None:
    """The programme that a cluster had, when all that its row names is known to be over; None otherwise.

    A row that names anything else beside (a city, a prefecture, a zone that goes on) says nothing of an end: what else
    there is may go on.
    """
    parts = _parts(cluster.programme)
    if not parts or not all(_phases_in(part, cluster.period_start) for part in parts):
        return None
    ends = [(p.end, p) for p in phases_of(cluster)]
    if any(end is None for end, _ in ends):
        return None
    on, phase = max(((end, p) for end, p in ends if end is not None), key=lambda pair: pair[0])
    return Ended(phase=phase, on=on) if on < today else None


def name_of(programme: str) -> tuple[str, str]:
    """The English and the Japanese name of a programme by its id; ("", "") when there is no such one."""
    return next(((p.name_en, p.name_ja) for p in phases() if p.programme == programme), ("", ""))


def japanese_name(name_en: str) -> str:
    """The Japanese name of a programme by its English one; the English one where there is no such programme."""
    return next((p.name_ja for p in phases() if p.name_en == name_en), name_en)
