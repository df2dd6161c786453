"""A file of candidates in: mentions to keep, and what is wrong with the rest. The reader is that of the registry."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import RefusedInput
from db import cells
from db.candidates import Found, name_key
from db.cells import Fault, Refused
from db.registry import Issue, plain_heading
from db.sheets import Sheet, read_sheet

_HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("name", "name_en", "english_name", "organisation", "organization", "名称", "名前", "団体名"),
    "name_ja": ("name_ja", "japanese_name", "日本語名"),
    "website": ("website", "url", "homepage", "site", "ウェブサイト", "ホームページ"),
    "proposed_id": ("cluster_id", "id", "クラスターid"),
    "why": ("why", "reason", "notes", "理由", "備考"),
    "source": ("source", "sources", "source_url", "found_at", "出典"),
    "score": ("score", "points", "点数", "スコア"),
}
_COLUMN_OF = {heading: name for name, headings in _HEADINGS.items() for heading in headings}


@dataclass(frozen=True, slots=True)
class CandidateReport:
    """What a file of candidates holds."""

    accepted: tuple[Found, ...]
    issues: tuple[Issue, ...]  # each of a row that is refused


def read_candidates(path: Path) -> CandidateReport:
    """The candidates in a CSV or XLSX file. Raises RefusedInput when the file as a whole cannot be taken."""
    sheet = read_sheet(path)
    columns = _columns(sheet)
    if not {"name", "website"} & set(columns.values()):
        raise RefusedInput(
            f"{path}: has no column name and no column website. Row {sheet.header_row} has the headings."
        )
    accepted: list[Found] = []
    issues: list[Issue] = []
    for number, texts in sheet.rows:
        typed = {name: texts[i].text for i, name in columns.items() if i < len(texts)}
        faults = {name: Fault(texts[i].fault, "Paste it as value only.") for i, name in columns.items()
                  if i < len(texts) and texts[i].fault}  # fmt: skip
        values, found = checked_mention(typed)
        faults = {**found, **faults}
        if faults:
            issues += [
                Issue(row=number, column=name, reason=f.reason, advice=f.advice, refused=True)
                for name, f in faults.items()
            ]
        else:
            accepted.append(Found(**values))  # type: ignore[arg-type]  # each value comes from its column's check
    return CandidateReport(tuple(accepted), tuple(issues))


def _columns(sheet: Sheet) -> dict[int, str]:
    """The meaning of each column that has one, the first of each."""
    columns: dict[int, str] = {}
    for i, heading in enumerate(sheet.header):
        name = _COLUMN_OF.get(plain_heading(heading))
        if name and name not in columns.values():
            columns[i] = name
    return columns


def checked_mention(typed: Mapping[str, str]) -> tuple[dict[str, object], dict[str, Fault]]:
    """The values of a row, and what is wrong with its columns."""
    values: dict[str, object] = {}
    faults: dict[str, Fault] = {}
    for name, check in _CHECKS.items():
        try:
            values[name] = check(typed.get(name, ""))
        except Refused as refused:
            faults[name] = refused.fault
    if not faults and not values["website"] and not name_key(str(values["name"])):
        faults["name"] = Fault("is missing, and so is the website", "A candidate needs one of them.")
    return values, faults


def _score(text: str) -> float | None:
    try:
        score = float(text) if text else None
    except ValueError:
        score = math.nan
    if score is not None and not math.isfinite(score):
        raise cells.refuse(f"{text!r} is not a number", "Write it like 0.8, or leave it blank.")
    return score


_CHECKS: dict[str, Callable[[str], object]] = {
    "name": lambda text: cells.checked_text(text, 300),
    "name_ja": lambda text: cells.checked_text(text, 300),
    "website": cells.checked_url,
    "proposed_id": lambda text: cells.checked_id(text) if text else "",
    "why": cells.checked_text,
    "source": cells.checked_text,
    "score": _score,
}
