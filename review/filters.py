"""What the address of a page asks for: the filter of the overview, of the questions, and of decisions over many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request

from crawler.answers import QuestionKind
from crawler.model import Activity, English, Flag
from db.desk import Desk
from db.listing import FACETS, SORTS, Wanted
from pipelines.bulk import Narrowing
from review.pages import spoken_in

CHOICES = {"flag": Flag, "activity": Activity, "english": English}  # the facets that have words of ours
MAX_FILTER = 20_000  # characters of a filter in a form: every facet full of Japanese, three bytes and nine letters each
PAGE = 50  # clusters, or questions, on one page of a table


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of a page asks for."""

    text: str
    facets: Mapping[str, str]
    asked: bool  # only clusters with an open question
    sort: str
    descending: bool
    page: int
    kind: str = ""  # only questions of this kind
    mine: bool = False  # only questions given to whoever asks

    @classmethod
    def of(cls, request: Request) -> Filter:
        """The filter of clusters in an address; what is not understood is left out."""
        return cls.read(request.query_params)

    @classmethod
    def of_questions(cls, query: QueryParams) -> Filter:
        """The filter of questions in the query of an address; what is not understood is left out."""
        kind = query.get("kind", "")
        return replace(
            cls.read(query), kind=kind if kind in set(QuestionKind) else "", mine=query.get("mine") == "1", asked=False
        )

    @classmethod
    def read(cls, query: QueryParams) -> Filter:
        """What a table of clusters needs."""
        sort = query.get("sort", "")
        page = query.get("page", "1")
        return cls(
            text="".join(c for c in query.get("q", "") if c.isprintable()).strip()[:200],
            facets={name: query[name][:200] for name in FACETS if query.get(name)},
            asked=query.get("asked") == "1",
            sort=sort if sort in SORTS else "name",
            descending=query.get("way") == "down",
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def wanted(self, asked: Iterable[str], limit: int = PAGE) -> Wanted:
        """The filter for the store; `asked` are the clusters with an open question."""
        return Wanted(
            text=self.text,
            facets=self.facets,
            only=tuple(asked) if self.asked else None,
            sort=self.sort,
            descending=self.descending,
            limit=limit,
            offset=(self.page - 1) * PAGE if limit == PAGE else 0,
        )

    def narrowing(self, name: str) -> Narrowing:
        """The filter for the questions, as asked by the person of this name."""
        return Narrowing(kind=self.kind, assignee=name if self.mine else "", text=self.text, facets=self.facets)

    def query(self, **changed: object) -> str:
        """The filter as the query of an address, with some parts changed ("" takes one out)."""
        parts: dict[str, object] = {"q": self.text, **self.facets, "kind": self.kind, "mine": "1" if self.mine else ""}
        parts |= {"asked": "1" if self.asked else "", "sort": self.sort, "way": "down" if self.descending else ""}
        parts |= changed
        default = {"sort": "name"}
        kept = {name: value for name, value in parts.items() if value and default.get(name) != value}
        return f"?{urlencode(kept)}" if kept else "?"

    @property
    def fields(self) -> dict[str, str]:
        """The filter of questions as the hidden fields of a form."""
        kept = {"q": self.text, **self.facets, "kind": self.kind, "mine": "1" if self.mine else ""}
        return {name: value for name, value in kept.items() if value}

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text or self.facets or self.asked)


def choices(request: Request, desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """For each facet the values to choose from, with their names."""
    told = spoken_in(request)
    named = {name: [(str(word), told.label(word)) for word in kind] for name, kind in CHOICES.items()}
    return named | {name: [(v, v) for v in desk.choices(name)] for name in FACETS if name not in CHOICES}


def told(request: Request, shown: Filter) -> dict[str, str]:
    """The filter of questions in words: the name of each part to its value as people read it."""
    spoken = spoken_in(request)
    kinds: dict[str, type[StrEnum]] = {**CHOICES, "kind": QuestionKind}
    parts = {name: value for name, value in shown.fields.items() if name != "mine"}
    return {
        name: spoken.label(kinds[name](value)) if name in kinds and value in set(kinds[name]) else value
        for name, value in parts.items()
    }
