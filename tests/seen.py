"""Visits to one cluster made by hand, and what they amount to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from crawler.model import (
    DatedItem,
    DateKind,
    DateSource,
    Evidence,
    Fetch,
    LanguageShare,
    Outcome,
    PageKind,
    PageLanguage,
    PageReading,
    Precision,
    Role,
    Visit,
    VisitOutcome,
)
from crawler.policy import Policy
from pipelines.judging.evidence import evidence

NIGHT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
URL = "http://a.example/"
NEWS_URL = "http://a.example/news/"
READ, FAILED, LOST, UNSURE = VisitOutcome.READ, VisitOutcome.FAILED, VisitOutcome.LOST, VisitOutcome.INCONCLUSIVE
TIMEOUT, NXDOMAIN = Outcome.TCP_TIMEOUT, Outcome.DNS_NXDOMAIN
OK, LACKING, FORBIDDEN = Outcome.OK, Outcome.HTTP_404, Outcome.HTTP_403


def item(on: date, *, title: str = "題", kind: DateKind = DateKind.POST, language: str = "ja") -> DatedItem:
    return DatedItem(
        url=URL, on=on, precision=Precision.DAY, kind=kind, source=DateSource.LIST_ITEM, raw=on.isoformat(), title=title,
        confidence=0.9, language=language,
    )  # fmt: skip


def page(*dates: DatedItem, url: str = URL, language: str = "ja", **more: object) -> PageReading:
    tongue = PageLanguage(language=language, shares=(LanguageShare(language=language, share=1.0),), letters=500)
    made = PageReading(url=url, role=Role.HOME, kind=PageKind.CONTENT, language=tongue, dates=dates)
    return replace(made, **more)  # type: ignore[arg-type]


def visit(night: int, outcome: VisitOutcome = VisitOutcome.READ, *pages: PageReading, **more: object) -> Visit:
    at = NIGHT + timedelta(days=night)
    made = Visit(cluster_id="a", started_at=at, elapsed_s=1.0, outcome=outcome, pages=pages)
    return replace(made, **more)  # type: ignore[arg-type]


def seen(*visits: Visit, as_of: datetime | None = None) -> Evidence:
    return evidence("a", visits, as_of=as_of or visits[-1].started_at, policy=Policy())


def fetched(url: str, outcome: Outcome = Outcome.OK, role: Role = Role.NEWS, final_url: str = "") -> Fetch:
    return Fetch(url=url, role=role, at=NIGHT, outcome=outcome, final_url=final_url)
