"""The mapping, and one cluster: its case, its visits, its verdicts, its answers; and the mapping as files."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import Field
from starlette.responses import Response

from crawler.answers import Answer, QuestionKind
from crawler.model import Activity, Cluster, DateSource, English, Flag, Precision, Visit
from db.desk import Desk
from db.export import export_rows
from db.listing import FACETS
from pipelines.judging.answers import questions, reviewed, standing
from pipelines.judging.verdict import overturning
from pipelines.narrowing import Asked, Latest, Word
from pipelines.questions import OpenQuestion, reviews
from review import overview
from review.api.calls import ClusterId, add_call
from review.api.questions import question_shape
from review.api.shapes import (
    AnswerShape,
    ClusterShape,
    FetchShape,
    PageShape,
    QuestionShape,
    ReviewShape,
    SentInstant,
    Shape,
    VerdictShape,
    VisitShape,
)
from review.filters import PAGE, Filter
from review.world import world_of

_ABOUT = "clusters"
_BINARY = {"type": "string", "format": "binary"}
_FILE_SCHEMAS = {
    "csv": {"type": "string"},
    "json": {"type": "object"},
    "geojson": {"type": "object"},
    "svg": {"type": "string"},
}
_Text = Annotated[str, Field(max_length=200)]


class SortBy(StrEnum):
    """What the mapping is sorted by."""

    NAME = "name"
    ID = "id"
    FLAG = "flag"
    ACTIVITY = "activity"
    ENGLISH = "english"
    LATEST = "latest"  # day of the latest post
    POINTS = "points"  # for an end
    PREFECTURE = "prefecture"
    SECTOR = "sector"
    DECIDED = "decided"  # instant of the verdict


class Facets(Shape):
    """Which clusters; the same names as in the addresses of the pages."""

    q: _Text = Field("", description="Words to find in id, names, website, city or operator.")
    flag: Flag | Literal[""] = Field("", description="Only clusters with this flag.")
    activity: Activity | Literal[""] = Field("", description="Only clusters with this activity.")
    english: English | Literal[""] = Field("", description="Only clusters with this English tier.")
    prefecture: _Text = Field("", description="Only clusters of this prefecture, as written in the registry.")
    sector: _Text = Field("", description="Only clusters of this sector.")
    programme: _Text = Field("", description="Only clusters of this programme.")
    country: _Text = Field("", description="Only clusters of this country, ISO 3166-1 alpha-2.", examples=["JP"])
    home_language: _Text = Field("", description="Only clusters of this home language, ISO 639-1.", examples=["ja"])
    assigned: _Text = Field("", description="Only with an open question given to this person; -: to nobody.")
    word: Word | Flag | Literal[""] = Field("", description="Only clusters about which such a person's word stands.")
    latest: Latest | Literal[""] = Field(
        "", description="How old the latest post is: fresh makes a site active; silent is older than the long silence."
    )

    def facets_filter(
        self,
        *,
        asked: str,
        sort: str = "name",
        descending: bool = False,
        page: int = 1,
        kind: str = "",
        mine: bool = False,
    ) -> Filter:
        """The filter of the pages that means the same."""
        return Filter(
            text="".join(c for c in self.q if c.isprintable()).strip(),
            facets={name: str(getattr(self, name)) for name in FACETS if getattr(self, name)},
            asked=asked,
            assigned="".join(c for c in self.assigned if c.isprintable()).strip(),
            word=str(self.word),
            latest=str(self.latest),
            sort=sort,
            descending=descending,
            page=page,
            kind=kind,
            mine=mine,
        )


class Selection(Facets):
    """Which clusters, and in which order; the same names as in the address of the overview."""

    asked: Asked | QuestionKind | Literal[""] = Field(
        "", description="Only clusters with such an open question; 1: any; due: put off to a day that has come; none."
    )
    sort: SortBy = Field(SortBy.NAME, description="What to sort by; blanks come last either way.")
    way: Literal["", "up", "down"] = Field("", description="down: the greatest first.")

    def filter(self, page: int = 1) -> Filter:
        """The filter of the pages that means the same."""
        return self.facets_filter(asked=str(self.asked), sort=str(self.sort), descending=self.way == "down", page=page)


class PagedSelection(Selection):
    """A selection, one page at a time."""

    page: int = Field(1, ge=1, le=1_000_000, description="Which page, from 1.")


class ExportReason(Shape):
    """A reason as exports have it."""

    code: str
    text: str
    points: float
    url: str
    raw: str


class MappingRow(Shape):
    """One cluster with the columns of an export; null for blank."""

    cluster_id: str
    name_en: str | None
    name_ja: str | None
    website: str | None
    flag: Flag = Field(description="The machine's word.")
    activity: Activity
    english: English
    latest_post_on: date | None
    latest_post_precision: Precision | None
    latest_post_url: str | None
    latest_post_source: DateSource | None
    latest_post_raw: str | None
    english_latest_post_on: date | None
    next_event_on: date | None
    languages: str | None = Field(description="ISO 639-1, separated by commas, most text first.")
    reachability: str | None
    last_reached_at: datetime | None
    failing_since: datetime | None
    confidence: float | None = Field(description="0 to 1.")
    reasons: list[ExportReason] | None
    reviewed_flag: Flag | None = Field(description="The person's word, while it stands.")
    reviewed_by: str | None
    reviewed_at: datetime | None
    policy: str | None
    decided_at: datetime | None
    sector: str | None
    prefecture: str | None
    programme: str | None


class Mapping(Shape):
    """One page of the mapping."""

    total: int = Field(description="How many clusters fit, over all pages.")
    page: int
    page_size: int = Field(description="How many clusters a page has at most.")
    clusters: list[MappingRow]


class StandingShape(Shape):
    """What the answers so far amount to."""

    word: AnswerShape | None = Field(description="The newest answer about the cluster's life.")
    contradicted_by: list[str] = Field(description="Keys of the evidence against it that came after it.")
    closed: dict[QuestionKind, AnswerShape] = Field(description="The newest closing answer of each question.")
    snoozed: dict[QuestionKind, date] = Field(description="The day on which each is asked again.")
    assignee: str = Field(description='Login name, "" for nobody.')


class Case(Shape):
    """Everything that is known about one cluster as of now."""

    cluster: ClusterShape
    verdict: VerdictShape | None = Field(description="The newest; null before the first visit.")
    overturned_by: list[str] = Field(description="What would overturn the verdict, each sentence once, in English.")
    review: ReviewShape | None = Field(description="The person's word, while it stands.")
    standing: StandingShape
    questions: list[QuestionShape] = Field(description="The open questions, the gravest first.")
    seen: int = Field(description="The newest answer; send it as `seen` of the next one. 0 for none.")


class Visits(Shape):
    """Visits of one cluster, the newest first."""

    visits: list[VisitShape]


class Verdicts(Shape):
    """All verdicts over one cluster, the newest first."""

    verdicts: list[VerdictShape]


class Answers(Shape):
    """All answers about one cluster, the newest first; taken back ones too, and the taking back."""

    answers: list[AnswerShape]


def add_routes(app: FastAPI) -> None:
    """Add this module's calls."""
    one = "/api/clusters/{cluster_id}"
    add_call(app, "GET /api/clusters", list_clusters, about=_ABOUT, gives=Mapping, refuses=("not_understood",))
    add_call(app, f"GET {one}", get_cluster, about=_ABOUT, gives=Case, refuses=("not_found",))
    add_call(app, f"GET {one}/visits", list_visits, about=_ABOUT, gives=Visits,
             refuses=("not_found", "not_understood"))  # fmt: skip
    add_call(app, f"GET {one}/verdicts", list_verdicts, about=_ABOUT, gives=Verdicts, refuses=("not_found",))
    add_call(app, f"GET {one}/answers", list_answers, about=_ABOUT, gives=Answers, refuses=("not_found",))
    files = {name: {"schema": _FILE_SCHEMAS.get(form, _BINARY)} for form, name in overview.FORMS.items()}
    add_call(app, "GET /api/export.{form}", export_mapping, about=_ABOUT, refuses=("not_found", "not_understood"),
             also={200: {"description": "The file.", "content": files}})  # fmt: skip


def list_clusters(request: Request, selection: Annotated[PagedSelection, Query()]) -> Mapping:
    """The mapping: one page of the clusters that fit a filter.

    Filter, order and paging have the same names as in the address of the overview.
    """
    world = world_of(request)
    shown = selection.filter(selection.page)
    with world.desk() as desk:
        wanted = shown.wanted(desk, world)
        ids = [line.cluster_id for line in desk.page(wanted)]
        clusters = {c.cluster_id: c for c in desk.clusters(ids)}
        verdicts = desk.current_of(ids)
        found = export_rows([(clusters[i], verdicts.get(i)) for i in ids if i in clusters], reviews(desk, ids))
        rows = [MappingRow.model_validate(row) for row in found]
        return Mapping(total=desk.total(wanted), page=shown.page, page_size=PAGE, clusters=rows)


def get_cluster(request: Request, cluster_id: ClusterId) -> Case:
    """One cluster: its row of the registry, its verdict with the reasons, what people said, what is open."""
    world = world_of(request)
    with world.desk() as desk:
        cluster = known(desk, cluster_id)
        is_retired = not desk.clusters([cluster_id])
        word = desk.current(cluster_id)
        stands = standing(desk.answers([cluster_id]).get(cluster_id, []), word)
    review = reviewed(stands, word)
    asked = () if is_retired else questions(cluster, word, stands, world.today, world.config.policy)
    return Case(
        cluster=ClusterShape.model_validate(cluster),
        verdict=VerdictShape.model_validate(word) if word else None,
        overturned_by=list(overturning(word.reasons)) if word else [],
        review=ReviewShape(flag=review.flag, by=review.by, at=review.at, reason=review.reason) if review else None,
        standing=StandingShape.model_validate(stands),
        questions=[
            question_shape(OpenQuestion(question=q, cluster=cluster, verdict=word, stands=stands))
            for q in asked
            if word is not None
        ],
        seen=stands.last_id,
    )


def known(desk: Desk, cluster_id: str, *, retired: bool = True) -> Cluster:
    """The cluster of an id, or the answer 404."""
    (cluster,) = desk.clusters([cluster_id], retired=retired) or (None,)
    if cluster is None:
        raise HTTPException(404, "There is no such cluster in the registry.")
    return cluster


def list_visits(
    request: Request,
    cluster_id: ClusterId,
    until: Annotated[SentInstant | None, Query(description="Only visits that began at this instant or before.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 20,
) -> Visits:
    """The visits to one cluster with every request, the newest first.

    For those before, ask again with `until` a moment before the oldest that you have.
    """
    with world_of(request).desk() as desk:
        known(desk, cluster_id)
        found = desk.visits(cluster_id, until=until, limit=limit)
    return Visits(visits=[_visit_shape(visit) for visit in reversed(found)])


def _visit_shape(visit: Visit) -> VisitShape:
    same = (
        "started_at", "day", "elapsed_s", "outcome", "website", "reached", "moved_to", "failure", "stopped", "confirms",
    )  # fmt: skip
    return VisitShape(
        **{name: getattr(visit, name) for name in same},
        fetches=[FetchShape.model_validate(fetch) for fetch in visit.fetches],
        pages=[
            PageShape(
                **{name: getattr(p, name) for name in ("url", "role", "kind", "title", "n_letters")},
                language=p.language.language,
                n_dates=len(p.dates),
            )
            for p in visit.pages
        ],
    )


def list_verdicts(request: Request, cluster_id: ClusterId) -> Verdicts:
    """All verdicts over one cluster, the newest first."""
    with world_of(request).desk() as desk:
        known(desk, cluster_id)
        found = desk.verdict_history(cluster_id)
    return Verdicts(verdicts=[VerdictShape.model_validate(verdict) for verdict in reversed(found)])


def list_answers(request: Request, cluster_id: ClusterId) -> Answers:
    """What people said about one cluster, the newest first."""
    with world_of(request).desk() as desk:
        known(desk, cluster_id)
        found: list[Answer] = desk.answers([cluster_id]).get(cluster_id, [])
    return Answers(answers=[AnswerShape.model_validate(answer) for answer in reversed(found)])


class Form(StrEnum):
    """The forms of a file of the mapping."""

    CSV = "csv"
    JSON = "json"
    GEOJSON = "geojson"
    XLSX = "xlsx"
    SVG = "svg"


def export_mapping(request: Request, form: Form, selection: Annotated[Selection, Query()]) -> Response:
    """The clusters that fit a filter as a file: CSV, JSON, GeoJSON, Excel, or a map (SVG).

    The same files as on the overview, with the columns that docs/commands.md promises.
    """
    return overview.file_of(world_of(request), selection.filter(), form)
