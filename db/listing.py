"""The mapping as a table that people filter, sort and page through: SQL over the newest verdicts. Pure.

Only what is shown is read: the documents of verdicts stay where they are.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from crawler.model import Activity, English, Flag, Precision
from db import rows
from db.rows import Cell, Row

FACETS = ("flag", "activity", "english", "prefecture", "sector", "programme", "country", "home_language")
SORTS = {
    "name": "c.name_en COLLATE NOCASE",
    "id": "c.cluster_id",
    "flag": "flag",
    "activity": "activity",
    "english": "english",
    "latest": "v.latest_on",
    "points": "coalesce(v.points, 0)",
    "prefecture": "c.prefecture",
    "sector": "c.sector",
    "decided": "v.decided_at",
}
_COLUMNS = {
    "flag": "coalesce(v.flag, 'undetermined')",
    "activity": "coalesce(v.activity, 'undetermined')",
    "english": "coalesce(v.english, 'undetermined')",
}
_FROM = """
FROM clusters c LEFT JOIN current_verdicts cv ON cv.cluster_id = c.cluster_id LEFT JOIN verdicts v ON v.id = cv.verdict_id
WHERE c.retired_at IS NULL"""


_SEARCHED = (
    "(c.cluster_id || ' ' || c.name_en || ' ' || c.name_ja || ' ' || c.website || ' ' || c.city || ' ' || c.operator)"
)
_OTHER_WIDTH = "x'EF'"  # with which in UTF-8 every letter of the half- and full-width forms begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which clusters, in which order, and which page of them."""

    text: str = ""  # in id, names, website, city or operator
    facets: Mapping[str, str] = field(default_factory=dict)  # one of FACETS to the value wanted
    only: tuple[str, ...] | None = None  # only these ids, whatever else is asked
    without: tuple[str, ...] = ()  # none of these ids
    latest_from: date | None = None  # the latest post is of this day or later
    latest_before: date | None = None  # the latest post is of an earlier day
    undated: bool = False  # no latest post is known
    sort: str = "name"  # one of SORTS
    descending: bool = False
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One cluster as the table shows it."""

    cluster_id: str
    name_en: str
    name_ja: str
    website: str
    home_language: str
    prefecture: str
    sector: str
    flag: Flag
    activity: Activity
    english: English
    latest_on: date | None
    precision: Precision | None
    decided_at: datetime | None


def where(wanted: Wanted) -> tuple[str, dict[str, Cell]]:
    """The conditions of a filter, with their values."""
    parts: list[str] = []
    values: dict[str, Cell] = {}
    for name, value in wanted.facets.items():
        if name not in FACETS:
            raise ValueError(f"the mapping cannot be filtered by {name!r}")
        parts.append(f"AND {_COLUMNS.get(name, f'c.{name}')} = :{name}")
        values[name] = value
    for number, word in enumerate(wanted.text.split()[:8]):
        condition, words = holds(_SEARCHED, number, word)
        parts.append(f"AND {condition}")
        values |= words
    if wanted.only is not None:
        parts.append("AND c.cluster_id IN (SELECT value FROM json_each(:only))")
        values["only"] = json.dumps(list(wanted.only))
    if wanted.without:
        parts.append("AND c.cluster_id NOT IN (SELECT value FROM json_each(:without))")
        values["without"] = json.dumps(list(wanted.without))
    for name, sign, day in (("latest_from", ">=", wanted.latest_from), ("latest_before", "<", wanted.latest_before)):
        if day is not None:
            parts.append(f"AND v.latest_on {sign} :{name}")
            values[name] = day.isoformat()
    if wanted.undated:
        parts.append("AND v.latest_on IS NULL")
    return " ".join(parts), values


def folded(text: str) -> str:
    """A text in the usual width: "Ａｏｂａ" as "Aoba", "ｸﾗｽﾀｰ" as "クラスター". Our statements call it too."""
    return unicodedata.normalize("NFKC", text)


def holds(columns: str, number: int, word: str) -> tuple[str, dict[str, Cell]]:
    """The condition that columns hold a word as it is typed or in the usual width, in whichever they are registered."""
    typed, usual = f":word{number}", f":usual{number}"
    # `folded` is slow, so only rows with letters of another width are given to it.
    ways = (
        f"{columns} LIKE {typed} ESCAPE '\\'",
        f"{columns} LIKE {usual} ESCAPE '\\'",
        f"(instr(CAST({columns} AS BLOB), {_OTHER_WIDTH}) AND folded({columns}) LIKE {usual} ESCAPE '\\')",
    )
    values: dict[str, Cell] = {
        f"word{number}": f"%{literal(word)}%",
        f"usual{number}": f"%{literal(folded(word))}%",
    }
    return f"({' OR '.join(ways)})", values


def literal(word: str) -> str:
    """A word for LIKE in which nothing is a wildcard."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def page(wanted: Wanted) -> tuple[str, dict[str, Cell]]:
    """The question for one page of the table. Blank cells come last whichever way it is sorted."""
    conditions, values = where(wanted)
    column = SORTS[wanted.sort]
    way = "DESC" if wanted.descending else "ASC"
    sql = f"""
    SELECT c.cluster_id, c.name_en, c.name_ja, c.website, c.home_language, c.prefecture, c.sector,
        {", ".join(f"{expression} AS {name}" for name, expression in _COLUMNS.items())},
        v.latest_on, v.precision, v.decided_at {_FROM} {conditions}
    ORDER BY coalesce({column}, '') = '', {column} {way}, c.cluster_id LIMIT :limit OFFSET :offset"""
    return sql, {**values, "limit": wanted.limit, "offset": wanted.offset}


def total(wanted: Wanted) -> tuple[str, dict[str, Cell]]:
    """The question how many clusters fit."""
    conditions, values = where(wanted)
    return f"SELECT count(*) AS n {_FROM} {conditions}", values  # names of ours only


def ids(wanted: Wanted) -> tuple[str, dict[str, Cell]]:
    """The question for all ids that fit, by id."""
    conditions, values = where(wanted)
    return f"SELECT c.cluster_id {_FROM} {conditions} ORDER BY c.cluster_id", values  # names of ours only


COUNTS = f"""
SELECT {", ".join(f"{expression} AS {name}" for name, expression in _COLUMNS.items())}, count(*) AS n {_FROM}
GROUP BY 1, 2, 3"""  # names of ours only
COUNTS_AS_OF = """
SELECT coalesce(v.flag, 'undetermined') AS flag, coalesce(v.activity, 'undetermined') AS activity,
    coalesce(v.english, 'undetermined') AS english, count(*) AS n
FROM clusters c LEFT JOIN verdicts v ON v.id = (
    SELECT id FROM verdicts WHERE cluster_id = c.cluster_id AND decided_at <= :until
    ORDER BY decided_at DESC, id DESC LIMIT 1)
WHERE (v.id IS NOT NULL OR c.added_at <= :until) AND (c.retired_at IS NULL OR c.retired_at > :until) GROUP BY 1, 2, 3"""
CHANGES = """
SELECT * FROM (
    SELECT c.cluster_id, c.name_en, c.name_ja, c.home_language, v.flag AS flag, v.decided_at AS at,
        (SELECT flag FROM verdicts WHERE cluster_id = c.cluster_id AND decided_at <= :since
         ORDER BY decided_at DESC, id DESC LIMIT 1) AS before
    FROM current_verdicts cv JOIN verdicts v ON v.id = cv.verdict_id JOIN clusters c ON c.cluster_id = cv.cluster_id
    WHERE c.retired_at IS NULL AND v.decided_at > :since)
WHERE before IS NOT NULL AND before <> flag ORDER BY flag = 'likely_ceased' DESC, at DESC, cluster_id LIMIT :limit"""


def choices(name: str) -> str:
    """The question for the values that a column of the registry has."""
    if name not in FACETS or name in _COLUMNS:
        raise ValueError(f"{name!r} is no column of the registry to choose from")
    return f"SELECT DISTINCT {name} AS value FROM clusters WHERE retired_at IS NULL AND {name} <> '' ORDER BY 1"  # noqa: S608


def line(row: Row) -> Line:
    """The line of a row."""
    texts = ("cluster_id", "name_en", "name_ja", "website", "home_language", "prefecture", "sector")
    return Line(
        **{name: rows.text(row, name) for name in texts},
        flag=Flag(rows.text(row, "flag")),
        activity=Activity(rows.text(row, "activity")),
        english=English(rows.text(row, "english")),
        latest_on=rows.optional(row, "latest_on", date.fromisoformat),
        precision=rows.optional(row, "precision", Precision),
        decided_at=rows.optional(row, "decided_at", rows.instant),
    )
