"""What travels over the interface: the values of the program as documented shapes, made from them by their attributes.

"" stands for a text that is not known, null for a number, day, instant or object that is not there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from crawler.answers import Decision, QuestionKind
from crawler.model import (
    Activity,
    DateKind,
    DateSource,
    English,
    Family,
    Flag,
    Outcome,
    PageKind,
    Precision,
    Role,
    VisitOutcome,
)

MAX_ID = 2**53 - 1  # the greatest whole number that every JSON reader keeps exactly


class Shape(BaseModel):
    """One object of the interface. Nothing that is not described goes in or out."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


# Texts that people send: no control characters but tab and line feed, so that no list or terminal is broken by one.
PLAIN = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"


def _zoned(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone, such as Z")
    try:
        at.astimezone(UTC)
    except OverflowError:
        raise ValueError("the instant lies outside the years 1 to 9999 of UTC") from None
    return at


def _written(value: object) -> object:
    """Numbers would be taken for seconds since 1970, and a mistake for a day long gone."""
    if not isinstance(value, str) or value.strip().replace(".", "", 1).lstrip("+-").isdigit():
        raise ValueError("a day or an instant is written as ISO 8601")
    return value


SentInstant = Annotated[datetime, BeforeValidator(_written), AfterValidator(_zoned)]
SentDay = Annotated[date, BeforeValidator(_written)]


class ReasonShape(Shape):
    """One sentence of a verdict, and what it rests on."""

    code: str = Field(description="What kind of reason; stable, see docs/judging.md.", examples=["stated_end"])
    text: str = Field(description="A full sentence in English.")
    family: Family | None = Field(description="The family of evidence; null where the reason only says what was seen.")
    points: float = Field(description="Points for an end; negative ones speak against it.")
    url: str = Field(description='The page it was read from, "" for none. A website said it: do not trust it.')
    raw: str = Field(description="The words on the page. A website said them: show them as text only.")
    overturned_by: str = Field(description="What would make the reason go away, in English.")
    since: date | None = Field(description="The first day of a state that lasts.")


class ItemShape(Shape):
    """One date read from a page, with what it dates."""

    url: str = Field(description="The page, feed or sitemap.")
    on: date = Field(description="The day; the first of the month or year where `precision` is less.")
    precision: Precision
    kind: DateKind
    source: DateSource
    raw: str = Field(description="The words of the page, 120 characters at most.")
    title: str = Field(description="The words beside the date, 160 characters at most.")
    link: str = Field(description='Where the item leads, "" for nowhere.')
    language: str = Field(description='ISO 639-1, "" for not known.')
    confidence: float = Field(description="0 to 1.")
    until: date | None = Field(description="The last day of a range.")
    note: str


class VerdictShape(Shape):
    """What the evidence means under a policy."""

    cluster_id: str
    decided_at: datetime = Field(description="When; an answer names the verdict it is about by this instant.")
    policy: str = Field(description="Name and digest of the numbers it was made with.")
    activity: Activity
    english: English
    flag: Flag
    reasons: list[ReasonShape]
    points: float = Field(description="Points for an end, each family capped.")
    confidence: float = Field(description="0 to 1.")
    latest: ItemShape | None = Field(description="The latest post.")
    english_latest: ItemShape | None = Field(description="The latest item on English pages.")
    next_event: ItemShape | None = Field(description="An announced event still to come.")
    languages: list[str] = Field(description="ISO 639-1, most text first.")
    reachability: str = Field(description='How the last conclusive visit ended, "" before there was one.')
    last_reached_at: datetime | None
    failing_since: datetime | None
    moved_to: str = Field(description='Another domain that the home page redirects to, "" for none.')


class AnswerShape(Shape):
    """One thing that one person said. Answers are added and never changed; taking one back is another answer."""

    answer_id: int = Field(description="Counts up from 1 over all clusters.")
    cluster_id: str
    question: QuestionKind
    decision: Decision
    by: str = Field(description="Login name.")
    at: datetime
    verdict_at: datetime = Field(description="The instant of the verdict that the person had before them.")
    grounds: list[str] = Field(description="Keys of the evidence that stood then.")
    reason_code: str = Field(description='How the person knows, "" for not said.')
    note: str
    address: str = Field(description="The right or new address, for `moved` and `wrong_address`.")
    replaced: str = Field(description="The registry's address before, where `address` took its place.")
    until: date | None = Field(description="For `snoozed`: the day on which it is asked again.")
    assignee: str = Field(description='For `assigned`: login name, "" took the assignment away.')
    undoes: int = Field(description="For `undone`: the answer that was taken back, else 0.")


class ReviewShape(Shape):
    """A person's word that stands."""

    flag: Flag
    by: str = Field(description="Login name.")
    at: datetime
    reason: str = Field(description="The note of the answer.")


class QuestionShape(Shape):
    """One open question about one cluster, with what an answer to it must name."""

    cluster_id: str
    name_en: str
    name_ja: str
    kind: QuestionKind
    weight: float = Field(description="Points for an end; more is worse.")
    grounds: list[str] = Field(description="Keys of the evidence that an answer given now rests on.")
    reopened: AnswerShape | None = Field(description="The earlier answer that new evidence speaks against.")
    new_grounds: list[str] = Field(description="Keys of the evidence that came after the earlier answer.")
    skipped_at: datetime | None
    assignee: str = Field(description='Login name, "" for nobody.')
    verdict_at: datetime = Field(description="Send this as `verdict_at` of an answer.")
    seen: int = Field(description="Send this as `seen` of an answer.")


class FetchShape(Shape):
    """One request and what came of it."""

    url: str
    role: Role = Field(description="Why the page was asked for.")
    at: datetime
    outcome: Outcome
    status: int | None = Field(description="HTTP status, null when no answer came.")
    final_url: str = Field(description='After redirects, "" when no answer came.')
    redirects: list[str] = Field(description="Every address on the way, without the last.")
    elapsed_s: float = Field(description="Seconds.")
    n_bytes: int = Field(description="Bytes of the body, unpacked.")
    content_type: str
    address: str = Field(description="The IP address that answered.")
    tls: str = Field(description='What is wrong with the certificate, "" for nothing known.')
    rendered: bool = Field(description="By a browser.")
    detail: str = Field(description="The error in words.")


class PageShape(Shape):
    """What one page turned out to be."""

    url: str
    role: Role
    kind: PageKind
    title: str = Field(description="200 characters at most.")
    language: str = Field(description='Of the main text, ISO 639-1, "" for too little text.')
    n_letters: int = Field(description="Letters of the main text.")
    n_dates: int = Field(description="Dates read from it.")


class VisitShape(Shape):
    """One look at one cluster's websites at one instant."""

    started_at: datetime
    day: date | None = Field(description="That instant's day on the organisation's own calendar; null for as in UTC.")
    elapsed_s: float = Field(description="Seconds.")
    outcome: VisitOutcome
    website: str = Field(description="The address that was asked for.")
    reached: str = Field(description='The address that answered as home page, "" for none.')
    moved_to: str = Field(description='Another domain that the home page redirected to, "" for none.')
    failure: Outcome | None = Field(description="Why the home page could not be read.")
    stopped: str = Field(description="Why no more was asked for, in English.")
    confirms: datetime | None = Field(
        description="The start of the visit on which its pages were read, where none that was asked for had changed since."
    )
    fetches: list[FetchShape]
    pages: list[PageShape]


class ClusterShape(Shape):
    """One row of the registry."""

    cluster_id: str
    name_en: str
    name_ja: str
    website: str = Field(description='Absolute, "" when none is known.')
    website_en: str
    other_hosts: list[str] = Field(description="Names or addresses that are the cluster's too.")
    home_language: str = Field(description="ISO 639-1.")
    country: str = Field(description="ISO 3166-1 alpha-2.")
    prefecture: str
    city: str
    lat: float | None = Field(description="Degrees, WGS 84.")
    lon: float | None = Field(description="Degrees, WGS 84.")
    sector: str
    programme: str
    period_start: str = Field(description="As written in the source.")
    period_end: str
    operator: str
    notes: str
    extra: dict[str, str] = Field(description="Columns of the registry file that have no meaning of their own.")

    @field_validator("extra", mode="before")
    @classmethod
    def _by_column(cls, pairs: object) -> object:
        return dict(pairs) if isinstance(pairs, tuple) else pairs


class RegistryRow(Shape):
    """One row of the registry with its state."""

    cluster: ClusterShape
    digest: str = Field(description="Send it as `seen` of a change: it tells this state from any other.")
    added_at: datetime
    changed_at: datetime
    retired_at: datetime | None = Field(description="Since when it is out of use; null while it is in use.")
    merged_into: str = Field(description='The cluster that took its place, "" for none.')


class FieldError(Shape):
    """One place of a request that is not as it should be."""

    where: str = Field(description="Part of the request and name, such as `body.until`.")
    what: str = Field(description="What kind of fault; a word.")
    detail: str = Field(description="A sentence in English. What was sent is never repeated.")


class Problem(Shape):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(description="Which kind of refusal: an anchor on the page /api. Stable.", examples=["/api#token"])
    title: str = Field(description="The kind in words, in English.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="A sentence about this request, in English.")
    errors: list[FieldError] = Field([], description="For `not_understood`: the places, 20 at most.")
    first: AnswerShape | None = Field(None, description="For `overtaken`: who was first, and what they said.")
    now: RegistryRow | None = Field(None, description="For `changed`: the row as it is.")
    yours: dict[str, str] | None = Field(None, description="For `changed`: the row as you sent it, as texts.")
