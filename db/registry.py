"""A registry file in: rows accepted, warned about, refused. `db.importing` brings them into the database."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.errors import RefusedInput
from crawler.model import Cluster
from crawler.urls import key
from db.cells import Fault
from db.checking import FIELDS, REQUIRED, checked
from db.sheets import CellText, Sheet, column_name, read_sheet

LEFT_OUT, FURTHER = "", "+"  # what a column can be beside a field of Cluster

# Other headings of the same columns, in the spelling of `plain_heading`.
_ALIASES: dict[str, tuple[str, ...]] = {
    "cluster_id": ("id", "clusterid", "cluster", "code", "key", "クラスターid", "クラスタid", "識別子", "番号"),
    "name_en": ("name", "english_name", "name_english", "cluster_name", "organisation", "organization", "名称_英語",
                "英語名", "英語名称", "英文名", "名称_英", "名前_英語"),
    "website": ("url", "web", "web_site", "homepage", "home_page", "site", "website_ja", "url_ja",
                "ウェブサイト", "webサイト", "ホームページ", "サイト", "サイトurl", "hp"),
    "name_ja": ("japanese_name", "name_japanese", "名称", "名前", "日本語名", "団体名", "クラスター名", "名称_日本語"),
    "website_en": ("url_en", "english_website", "website_english", "english_url", "英語サイト", "英語版サイト",
                   "英語url"),
    "other_hosts": ("hosts", "other_websites", "other_urls", "その他のサイト", "他のサイト", "その他url"),
    "home_language": ("language", "lang", "言語", "主要言語"),
    "country": ("country_code", "国", "国コード"),
    "prefecture": ("region", "都道府県", "県"),
    "city": ("town", "municipality", "市区町村", "市町村", "所在地"),
    "lat": ("latitude", "緯度"),
    "lon": ("lng", "long", "longitude", "経度"),
    "sector": ("sectors", "industry", "field", "分野", "産業", "産業分野"),
    "programme": ("program", "funding_programme", "事業", "事業名", "プログラム", "支援事業"),
    "period_start": ("start", "start_date", "from", "開始", "開始日", "開始年", "開始年度"),
    "period_end": ("end", "end_date", "until", "to", "終了", "終了日", "終了年", "終了年度"),
    "operator": ("managed_by", "management", "運営", "運営主体", "運営機関", "実施機関", "事務局"),
    "notes": ("note", "remarks", "comment", "comments", "備考", "メモ", "注記"),
}  # fmt: skip
_FIELD_OF = {alias: name for name, aliases in _ALIASES.items() for alias in (name, *aliases)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that a person should mend or know about."""

    row: int  # as a spreadsheet program shows it; the header is row 1
    column: str  # the heading in the file, or the name of a missing column
    reason: str
    advice: str
    refused: bool  # else a warning: the row is taken

    def sentence(self) -> str:
        """The issue in one line."""
        return (
            f"{'refused' if self.refused else 'warning'}: row {self.row}, {self.column}: {self.reason}. {self.advice}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryReport:
    """What a registry file holds: clusters to take, and what is wrong with the rest."""

    form: str  # what the file was read as
    header_row: int
    columns: tuple[str, ...]  # fields of Cluster that the file has a column for, and headings we do not know
    accepted: tuple[Cluster, ...]
    accepted_rows: tuple[int, ...]  # row numbers, one for each that is accepted
    refused: tuple[int, ...]  # row numbers
    refused_issues: tuple[Issue, ...]
    warnings: tuple[Issue, ...]  # about rows that are accepted, and about the header

    @property
    def warned(self) -> int:
        """How many accepted rows have warnings."""
        return len({w.row for w in self.warnings if w.row > self.header_row})


def read_registry(path: Path) -> RegistryReport:
    """The clusters in a CSV or XLSX file. Raises RefusedInput when the file as a whole cannot be taken."""
    try:
        return registry_report(read_sheet(path))
    except RefusedInput as refused:
        text = str(refused)
        raise RefusedInput(text if text.startswith(str(path)) else f"{path}: {text}") from None


def registry_report(sheet: Sheet, choices: Sequence[str] | None = None) -> RegistryReport:
    """The clusters in a table. `choices` says what each column is, as `proposed` does; by default it is found out.

    Raises RefusedInput when a needed column is missing, or two columns are the same.
    """
    columns = _chosen(sheet, choices) if choices is not None else _columns(sheet)
    headings = {name: sheet.header[i] or column_name(i) for i, name in columns.items()}
    rows = [_Row.of(number, texts, columns, headings, sheet) for number, texts in sheet.rows]
    rows = _without_twins(rows)
    good = [row for row in rows if row.cluster is not None]
    warnings = [w for row in good for w in row.issues]
    known = {name for name in columns.values() if name in FIELDS}
    unknown = [name for name in columns.values() if name not in FIELDS]
    return RegistryReport(
        form=sheet.form,
        header_row=sheet.header_row,
        columns=(*sorted(known), *unknown),
        accepted=tuple(row.cluster for row in good if row.cluster is not None),
        accepted_rows=tuple(row.number for row in good),
        refused=tuple(row.number for row in rows if row.cluster is None),
        refused_issues=tuple(i for row in rows if row.cluster is None for i in row.issues if i.refused),
        warnings=(*_header_warnings(sheet, columns), *warnings, *_shared_websites(good)),
    )


# --- the header ---


def plain_heading(heading: str) -> str:
    """A heading without case, width, and what stands between its words."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"[\s\-_./()\[\]:：・]+", "_", folded).strip("_")


def _columns(sheet: Sheet) -> dict[int, str]:
    """The meaning of each column: a field of Cluster, or the heading itself. Raises RefusedInput.

    A heading that is the very name of a field wins over one that only means the same.
    """
    plain = [plain_heading(heading) for heading in sheet.header]
    columns = {i: name for i, name in enumerate(plain) if name in FIELDS}
    _refuse_doubles(columns, sheet)
    exact = set(columns.values())
    by_alias = {
        i: _FIELD_OF[name] for i, name in enumerate(plain) if name in _FIELD_OF and _FIELD_OF[name] not in exact
    }
    _refuse_doubles(by_alias, sheet)
    columns |= by_alias
    _refuse_missing(columns, sheet)
    return _with_unknown(columns, sheet.header)


def proposed(sheet: Sheet) -> tuple[str, ...]:
    """What each column seems to be: a field of Cluster, FURTHER for one that is kept, LEFT_OUT for one that is not."""
    plain = [plain_heading(heading) for heading in sheet.header]
    exact = {name for name in plain if name in FIELDS}
    return tuple(
        name if name in FIELDS
        else _FIELD_OF[name] if name in _FIELD_OF and _FIELD_OF[name] not in exact
        else FURTHER if name else LEFT_OUT
        for name in plain
    )  # fmt: skip


def _chosen(sheet: Sheet, choices: Sequence[str]) -> dict[int, str]:
    """The meaning of each column as a person chose it. Raises RefusedInput."""
    columns = {i: choice for i, choice in enumerate(choices[: len(sheet.header)]) if choice in FIELDS}
    _refuse_doubles(columns, sheet)
    _refuse_missing(columns, sheet)
    kept = {i: columns.get(i, sheet.header[i] or column_name(i)) for i, c in enumerate(choices) if c != LEFT_OUT}
    return _with_unknown(columns, [kept.get(i, "") for i in range(len(sheet.header))])


def _refuse_missing(columns: Mapping[int, str], sheet: Sheet) -> None:
    """Raises RefusedInput when a column is missing that must be there."""
    missing = [name for name in REQUIRED if name not in columns.values()]
    if missing:
        found = ", ".join(h for h in sheet.header if h)[:300]
        raise RefusedInput(
            f"has no column {' and no column '.join(missing)}. Row {sheet.header_row} must hold the headings "
            f"(needed: {', '.join(REQUIRED)}); it holds: {found}"
        )


def _with_unknown(columns: Mapping[int, str], header: Sequence[str]) -> dict[int, str]:
    """The columns and those that we do not know under their headings, each once."""
    complete: dict[int, str] = {}
    for i, heading in enumerate(header):
        name = columns.get(i, heading)
        if name in complete.values():
            name = f"{heading} ({column_name(i)})"
        if name:
            complete[i] = name
    return complete


def _refuse_doubles(columns: Mapping[int, str], sheet: Sheet) -> None:
    """Raises RefusedInput when two columns mean the same field."""
    first: dict[str, int] = {}
    for i, name in columns.items():
        other = first.setdefault(name, i)
        if other != i:
            raise RefusedInput(
                f"has two columns for {name}: {column_name(other)} ({sheet.header[other]}) and {column_name(i)} "
                f"({sheet.header[i]}). Rename or remove one."
            )


def _header_warnings(sheet: Sheet, columns: Mapping[int, str]) -> Iterator[Issue]:
    """Headings that are probably misspelt, or missing; other unknown ones are kept without a word."""
    free = [name for name in FIELDS if name not in columns.values()]
    for i, name in columns.items():
        near = (
            difflib.get_close_matches(plain_heading(sheet.header[i]), free, n=1, cutoff=0.8)
            if name not in FIELDS
            else ()
        )
        for meant in near:
            fault = Fault("is no column we know; it is kept as it is", f"If it means {meant}, rename it.")
            yield _issue(sheet.header_row, sheet.header[i], fault, refused=False)
    for i, heading in enumerate(sheet.header):
        if not heading and i not in columns and any(i < len(texts) and texts[i].text for _, texts in sheet.rows):
            fault = Fault("has no heading, so its cells are left out", "Give the column a name in the first row.")
            yield _issue(sheet.header_row, column_name(i), fault, refused=False)


# --- the rows ---


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row: its cluster, None when it is refused, and what was found."""

    number: int
    cluster: Cluster | None
    issues: tuple[Issue, ...]
    headings: Mapping[str, str]  # field, the heading of its column

    @classmethod
    def of(
        cls,
        number: int,
        texts: tuple[CellText, ...],
        columns: Mapping[int, str],
        headings: Mapping[str, str],
        sheet: Sheet,
    ) -> _Row:
        """The row of some cells."""
        found = {name: texts[i] for i, name in columns.items() if i < len(texts)}
        unread = {name for name, cell in found.items() if cell.fault}
        row = checked({name: cell.text for name, cell in found.items() if not cell.fault}, unread)
        issues = [_faulty(number, headings[n], c) for n, c in found.items() if c.fault]
        issues += _overflow(number, texts, sheet)
        cluster = None if issues else row.cluster
        issues += [
            _issue(number, headings.get(f.column, f.column), f.fault, refused=f.refused)
            for f in row.findings
            if f.refused or cluster is not None
        ]
        return cls(number=number, cluster=cluster, issues=tuple(issues), headings=headings)


def _issue(number: int, column: str, fault: Fault, *, refused: bool) -> Issue:
    return Issue(row=number, column=column, reason=fault.reason, advice=fault.advice, refused=refused)


def _faulty(number: int, column: str, cell: CellText) -> Issue:
    fault = Fault(cell.fault, "Copy the cell and paste it back as value only.")
    return _issue(number, column, fault, refused=True)


def _overflow(number: int, texts: tuple[CellText, ...], sheet: Sheet) -> list[Issue]:
    """A row with more cells than the header has headings: nobody knows what they mean."""
    if len(texts) <= len(sheet.header):
        return []
    fault = Fault(
        f"the row has {len(texts)} cells, the header only {len(sheet.header)}",
        "A separator within a text probably lacks quotation marks around the text.",
    )
    return [_issue(number, column_name(len(sheet.header)), fault, refused=True)]


def _without_twins(rows: Iterable[_Row]) -> list[_Row]:
    """The rows, with those refused whose id an earlier row has."""
    first: dict[str, tuple[int, str]] = {}
    result: list[_Row] = []
    for row in rows:
        if row.cluster is None:
            result.append(row)
            continue
        one = row.cluster.cluster_id
        number, other = first.setdefault(one.casefold(), (row.number, one))
        result.append(row if number == row.number else _refused_twin(row, one, other, number))
    return result


def _refused_twin(row: _Row, one: str, other: str, number: int) -> _Row:
    how = "is the id" if one == other else f"differs only by capitals from the id {other!r}"
    fault = Fault(f"{one!r} {how} of row {number} already", "Give one of the two another id, or remove it.")
    issue = _issue(row.number, row.headings["cluster_id"], fault, refused=True)
    return replace(row, cluster=None, issues=(*row.issues, issue))


def _shared_websites(rows: Iterable[_Row]) -> Iterator[Issue]:
    """Rows whose website an earlier row has as well: legal, but the crawl visits it twice."""
    first: dict[str, _Row] = {}
    for row in rows:
        if row.cluster is None or not row.cluster.website:
            continue
        other = first.setdefault(key(row.cluster.website), row)
        if other is not row:
            fault = Fault(f"is the website of row {other.number} as well", "Check that these are two organisations.")
            yield _issue(row.number, row.headings["website"], fault, refused=False)
