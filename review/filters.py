"""What the address of a page asks for: the filter of the overview, and what there is to choose from."""

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
from pipelines.narrowing import ASKED, ASSIGNED_PART, LATEST, NOBODY, WORDS, Asked, Latest, Word, selected
from pipelines.questions import OpenQuestion
from review.pages import spoken_in
from review.texts import N_
from review.world import World, world_of

CHOICES = {"flag": Flag, "activity": Activity, "english": English}  # the facets that have words of ours
MAX_FILTER = 20_000  # characters of a filter in a form: every facet full of Japanese, three bytes and nine letters each
PAGE = 50  # clusters, or questions, on one page of a table


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of a page asks for."""

    text: str
    facets: Mapping[str, str]
    asked: str  # which open question a cluster has: one of narrowing.ASKED, "" for any cluster
    assigned: str  # who is to answer it: a login name, narrowing.NOBODY, or "" for anybody
    word: str  # which person's word stands: one of narrowing.WORDS, "" for any cluster
    latest: str  # how old the latest post is: one of narrowing.LATEST, "" for any age
    sort: str
    descending: bool
    page: int
    kind: str = ""  # only questions of this kind
    mine: bool = False  # only questions given to whoever asks

    @classmethod
    def of(cls, request: Request) -> Filter:
        """The filter in the address that was asked for; what is not understood is left out."""
        return cls.read(request.query_params)

    @classmethod
    def of_questions(cls, query: QueryParams) -> Filter:
        """The filter of questions in the query of an address; what is not understood is left out."""
        found = cls.read(query)
        kind = query.get("kind", "")
        asked = found.asked if found.asked == Asked.DUE else ""  # the other values are `kind`, or say nothing here
        return replace(
            found, kind=kind if kind in set(QuestionKind) else "", mine=query.get("mine") == "1", asked=asked
        )

    @classmethod
    def read(cls, query: QueryParams) -> Filter:
        """The filter in the query of an address."""
        sort = query.get("sort", "")
        page = query.get("page", "1")
        return cls(
            text="".join(c for c in query.get("q", "") if c.isprintable()).strip()[:200],
            facets={name: query[name][:200] for name in FACETS if query.get(name)},
            asked=query.get("asked", "") if query.get("asked") in ASKED else "",
            assigned="".join(c for c in query.get("assigned", "") if c.isprintable())[:60],
            word=query.get("word", "") if query.get("word") in WORDS else "",
            latest=query.get("latest", "") if query.get("latest") in LATEST else "",
            sort=sort if sort in SORTS else "name",
            descending=query.get("way") == "down",
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def parts(self) -> dict[str, str]:
        """What is left out, by the names of narrowing.FILTERS."""
        people = {"asked": self.asked, "assigned": self.assigned, "word": self.word, "latest": self.latest}
        return {"q": self.text, **self.facets, **people}

    def wanted(self, desk: Desk, world: World, questions: Iterable[OpenQuestion] | None = None) -> Wanted:
        """One page of what fits, for the store; `questions` are the open ones, if they are known."""
        found = selected(desk, self.parts(), world.today, world.config.policy, questions)
        offset = (self.page - 1) * PAGE
        return replace(found, sort=self.sort, descending=self.descending, limit=PAGE, offset=offset)

    def narrowing(self, name: str) -> Narrowing:
        """The filter for the questions, as asked by the person of this name."""
        assignee = name if self.mine else self.assigned
        return Narrowing(kind=self.kind, parts={**self.parts(), ASSIGNED_PART: assignee})

    @property
    def fields(self) -> dict[str, str]:
        """The filter of questions as the hidden fields of a form."""
        kept = {**self.parts(), "kind": self.kind, "mine": "1" if self.mine else ""}
        return {name: value for name, value in kept.items() if value}

    @property
    def of_its_questions(self) -> str:
        """The query for decisions over the questions of the clusters that fit."""
        kind = self.asked if self.asked in set(QuestionKind) else ""
        return self.query(asked=self.asked if self.asked == Asked.DUE else "", kind=kind, sort="", way="")

    def query(self, **changed: object) -> str:
        """The filter as the query of an address, with some parts changed ("" takes one out)."""
        parts: dict[str, object] = {**self.parts(), "kind": self.kind, "mine": "1" if self.mine else ""}
        parts |= {"sort": self.sort, "way": "down" if self.descending else ""}
        parts |= changed
        default = {"sort": "name"}
        kept = {name: value for name, value in parts.items() if value and default.get(name) != value}
        return f"?{urlencode(kept)}" if kept else "?"

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return any(self.parts().values())


def choices(request: Request, desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """For each facet the values to choose from, with their names."""
    told = spoken_in(request)
    named = {name: [(str(word), told.label(word)) for word in kind] for name, kind in CHOICES.items()}
    return named | {name: [(v, v) for v in desk.choices(name)] for name in FACETS if name not in CHOICES}


def people_choices(request: Request, asked: list[OpenQuestion]) -> dict[str, list[tuple[str, str]]]:
    """For what a filter says of people and of posts, the values to choose from, with their names."""
    told = spoken_in(request)
    get = told.catalogue.gettext
    policy = world_of(request).config.policy
    months, years = round(policy.active_days / 30.44), round(policy.long_silence_days / 365.25)
    names = sorted({q.question.assignee for q in asked if q.question.assignee})
    return {
        "asked": [
            (Asked.ANY, get(N_("any open question"))),
            *((str(kind), told.label(kind)) for kind in QuestionKind),
            (Asked.DUE, get(N_("put off, due again"))),
            (Asked.NONE, get(N_("no open question"))),
        ],
        "assigned": [(name, name) for name in names] + ([(NOBODY, get(N_("nobody")))] if asked else []),
        "word": [
            (Word.ANY, get(N_("somebody's word"))),
            (Word.NONE, get(N_("nobody's word"))),
            *((str(flag), told.label(flag)) for flag in Flag if flag is not Flag.UNDETERMINED),
        ],
        "latest": [
            (Latest.FRESH, get(N_("within {months} months")).format(months=months)),
            (Latest.OLD, get(N_("older, within {years} years")).format(years=years)),
            (Latest.SILENT, get(N_("older than {years} years")).format(years=years)),
            (Latest.NONE, get(N_("none known"))),
        ],
    }


def told(request: Request, shown: Filter) -> dict[str, str]:
    """The filter of questions in words: the name of each part to its value as people read it."""
    spoken = spoken_in(request)
    kinds: dict[str, type[StrEnum]] = {**CHOICES, "kind": QuestionKind}
    parts = {name: value for name, value in shown.fields.items() if name != "mine"}
    return {
        name: spoken.label(kinds[name](value)) if name in kinds and value in set(kinds[name]) else value
        for name, value in parts.items()
    }
