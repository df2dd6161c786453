"""One visit to a website that lies in memory: the course of any visit, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from crawler.model import Cluster, Fetch, Outcome, PageBefore, Plan, Role, Visit
from crawler.policy import Budget, Policy
from spiders.answer import Answer, RenderedPage
from spiders.course import Course


def visited(cluster: Cluster, pages: Mapping[str, tuple[str, bytes]], now: datetime) -> Visit:
    """The visit to a cluster whose website has these pages: by path, each with its content type and its body."""

    async def fetch(url: str, role: Role, before: PageBefore | None = None) -> Answer:
        kind, body = pages.get(url.removeprefix(cluster.website[:-1]), ("text/html", b""))
        found = Outcome.OK if body else Outcome.HTTP_404
        status = 200 if body else 404
        record = Fetch(url=url, role=role, at=now, outcome=found, status=status, final_url=url, content_type=kind)
        return Answer(record, body)

    async def render(_: Answer) -> RenderedPage | None:
        return None

    async def run() -> Visit:
        plan = Plan(cluster=cluster)
        return await Course(plan, now=now, fetch=fetch, render=render, budget=Budget(), policy=Policy()).run()

    return asyncio.run(run())
