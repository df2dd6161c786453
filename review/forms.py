"""The form of one row of the registry: what was typed, what is wrong with it, and what to show again. Pure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import FormData

from crawler.model import Cluster
from db.cells import Fault
from db.checking import FIELDS, Checked, Finding, checked
from db.history import Entry, RegistryChange, cell, columns_of

_MAX_FURTHER = 200  # further columns; as many as a file may have


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into the form."""

    columns: Mapping[str, str]
    further: Sequence[tuple[str, str]]  # heading and text
    seen: str = ""  # digest of the row that the form was made from, "" for a new one
    note: str = ""
    warned: frozenset[str] = frozenset()  # columns whose remarks the person has read
    candidate_id: int = 0

    @classmethod
    def of(cls, form: FormData) -> Typed:
        """What a form sent."""
        further = zip(_texts(form, "extra_name"), _texts(form, "extra_value"), strict=False)
        candidate = text_of(form, "candidate")
        return cls(
            columns={name: text_of(form, name) for name in FIELDS},
            further=[(name, text) for name, text in further if name or text][:_MAX_FURTHER],
            seen=text_of(form, "seen"),
            note=text_of(form, "note")[:2000],
            warned=frozenset(text_of(form, "warned").split()),
            candidate_id=int(candidate) if candidate.isascii() and candidate.isdigit() and len(candidate) < 12 else 0,
        )

    @classmethod
    def from_cluster(cls, cluster: Cluster, seen: str = "", candidate_id: int = 0) -> Typed:
        """The form as it is filled from a cluster."""
        columns = {name: cell(cluster, name) for name in FIELDS}
        return cls(columns=columns, further=cluster.extra, seen=seen, candidate_id=candidate_id)

    def checked(self) -> Checked:
        """The cluster, checked as the row of a file is."""
        row = checked({**self.columns, **{name: text for name, text in self.further if name and name not in FIELDS}})
        odd = tuple(Finding("extra", fault, refused=True) for fault in self._odd_headings())
        return Checked(None if odd else row.cluster, (*row.findings, *odd))

    def _odd_headings(self) -> list[Fault]:
        headings = [name for name, _ in self.further]
        found = []
        if any(text and not name for name, text in self.further):
            found.append(Fault("has no heading, so its cells are left out", "Give the column a name in the first row."))
        for name in dict.fromkeys(headings):
            if name and (name in FIELDS or headings.count(name) > 1):
                found.append(Fault(f"{name!r} is a column already", "Give the further column another name."))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the form shows beside what was typed."""

    typed: Typed
    findings: Mapping[str, list[Finding]] = field(default_factory=dict)  # by column; "extra" for the further ones
    now: Entry | None = None  # the row as somebody else has made it in the meantime
    by: RegistryChange | None = None  # what made it so

    def theirs(self, column: str) -> str | None:
        """The value of the registry where it is another than the one typed, None where it is the same."""
        if self.now is None:
            return None
        text = cell(self.now.cluster, column)
        mine = self.typed.columns.get(column, dict(self.typed.further).get(column, ""))
        return None if text == mine else text

    @property
    def their_further(self) -> list[tuple[str, str]]:
        """The further columns that differ from those typed, with the values of the registry."""
        if self.now is None:
            return []
        headings = dict.fromkeys([*columns_of(self.now.cluster)[len(FIELDS) :], *(n for n, _ in self.typed.further)])
        return [(name, theirs) for name in headings if name and (theirs := self.theirs(name)) is not None]

    @property
    def refused(self) -> bool:
        """Whether anything has to be mended first."""
        return any(found.refused for findings in self.findings.values() for found in findings)


def by_column(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """The findings under the fields that they are shown beside."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.column if finding.column in FIELDS else "extra", []).append(finding)
    return found


async def form_of(request: Request) -> AsyncIterator[FormData]:
    """What a form sent, with fields of any name; the gate has bounded its size. Its files last as long as the request."""
    async with request.form() as form:
        yield form


def text_of(form: FormData, name: str) -> str:
    """One field of a form, with the line ends of everywhere else; "" for a file, or when it is not there."""
    return _clean(form.get(name, ""))


def _texts(form: FormData, name: str) -> list[str]:
    return [_clean(value) for value in form.getlist(name)]


def _clean(value: object) -> str:
    """A field as text. Who sends a form may name its charset, and some can spell half of a surrogate pair."""
    text = value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""
    return text.encode("utf-8", "replace").decode()
