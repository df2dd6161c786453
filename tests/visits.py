"""Whole visits over websites in memory, and what they are judged to be."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from crawler.model import Cluster, Fetch, Outcome, PageBefore, Plan, Rendering, Role, Verdict, Visit
from crawler.policy import Budget, Policy
from pipelines.judging.judge import judge
from spiders.answer import Answer, RenderedPage
from spiders.course import Course

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)


def visited(
    pages: Mapping[str, str],
    *,
    website: str = "http://a.example.jp/",
    redirects: Mapping[str, str] | None = None,
    shown: Mapping[str, str] | None = None,
    renderings: Sequence[Rendering] = (),
    **more: str,
) -> Visit:
    """One visit to a cluster whose web is these pages, by absolute address; everything else is 404."""
    cluster = Cluster(cluster_id="a", name_en="Aoba Cluster", name_ja="青葉協議会", website=website, **more)  # type: ignore[arg-type]

    async def fetch(url: str, role: Role, before: PageBefore | None = None) -> Answer:
        final = (redirects or {}).get(url, url)
        body = pages.get(final)
        found = Outcome.OK if body is not None else Outcome.HTTP_404
        kind = "application/rss+xml" if (body or "").startswith("<rss") else "text/html; charset=utf-8"
        record = Fetch(
            url=url, role=role, at=NOW, outcome=found, status=200 if body is not None else 404, final_url=final,
            content_type=kind,
        )  # fmt: skip
        return Answer(record, (body or "").encode())

    async def render(answer: Answer) -> RenderedPage | None:
        body = (shown or {}).get(answer.fetch.final_url)
        return (
            None if body is None else RenderedPage(Answer(replace(answer.fetch, rendered=True), body.encode(), "utf-8"))
        )

    async def run() -> Visit:
        plan = Plan(cluster=cluster, renderings=tuple(renderings))
        return await Course(plan, now=NOW, fetch=fetch, render=render, budget=Budget(), policy=Policy()).run()

    return asyncio.run(run())


def judged(visit: Visit, **more: str) -> Verdict:
    cluster = Cluster(cluster_id="a", name_en="Aoba Cluster", name_ja="青葉協議会", website=visit.website, **more)  # type: ignore[arg-type]
    return judge(cluster, [visit], as_of=NOW, policy=Policy())


def latest(visit: Visit) -> str:
    item = judged(visit).latest
    return item.on.isoformat() if item else ""


def listed(*entries: str) -> str:
    return "<ul>" + "".join(f"<li>{entry}</li>" for entry in entries) + "</ul>"
