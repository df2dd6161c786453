"""A second look as a crawl over one cluster, told page by page to whoever watches, and ended when it is cancelled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime

from crawler.config import Config
from crawler.errors import WorkFailed
from crawler.job import PageTold
from crawler.model import DateKind, EnglishWitness, PageKind, RunKind, TraitKind
from db.desk import Desk
from db.rescans import Rescan, Told
from pipelines.rescanning import Looker
from schedules.crawling import Step, Watcher, run_crawl
from schedules.limits import Bounds

logger = logging.getLogger(__name__)

_NAMES = frozenset({TraitKind.NAME, TraitKind.NAME_EN})
_POSTS = frozenset({DateKind.POST, DateKind.REPORT, DateKind.EVENT})


def looker(
    config: Config,
    environment: dict[str, str] | None = None,
    *,
    now: datetime | None = None,
    watch: Watcher = lambda step: None,
) -> Looker:
    """What does a rescan: a crawl over the one cluster, telling its steps into the store, and to `watch`.

    `now` is the instant of the visit, by default that of the store's clock when it begins.
    """

    def look(desk: Desk, rescan: Rescan) -> None:
        instant = now or desk.now()
        tell = _teller(desk, rescan, instant)

        def told(step: Step) -> None:
            tell(step)
            watch(step)

        done = run_crawl(
            desk,
            kind=RunKind.RESCAN,
            now=instant,
            config=config,
            cluster_ids=[rescan.cluster_id],
            watch=told,
            environment=environment,
            bounds=Bounds(go_on=lambda: desk.hear_rescan(rescan)),
        )
        ended = done.void or done.stopped or "; ".join(done.failed.values())
        if ended:
            logger.warning("%s: the crawl said: %s", rescan.cluster_id, done.log or "nothing")
            raise WorkFailed(ended)

    return look


def _teller(desk: Desk, rescan: Rescan, now: datetime) -> Callable[[Step], None]:
    """Writes each step down. That a website is still busy is said once."""
    waits = False

    def tell(step: Step) -> None:
        nonlocal waits
        if step.waits:
            if not waits:
                desk.add_step(rescan.rescan_id, "waits")
            waits = True
        elif step.page is not None:
            desk.add_step(rescan.rescan_id, "page", **page_values(step.page, now.date()))
        elif step.visit is None:
            desk.add_step(rescan.rescan_id, "started")
        else:
            desk.add_step(rescan.rescan_id, "visited", outcome=str(step.visit.outcome))
            flag = str(step.verdict.flag) if step.verdict else None
            desk.add_step(rescan.rescan_id, "judged", flag=flag)

    return tell


def page_values(told: PageTold, today: date) -> dict[str, Told]:
    """One fetch as plain values: what was asked, how it ended, and what was read. Days to come are no newest day."""
    fetch = told.fetch
    items = [i for r in told.readings for i in r.dates if i.kind in _POSTS]
    newest = max((i for i in items if i.on <= today), key=lambda i: i.on, default=None)
    page = next(iter(told.readings), None)
    return {
        "url": fetch.url,
        "role": str(fetch.role),
        "outcome": str(fetch.outcome),
        "status": fetch.status,
        "rendered": int(fetch.rendered),
        "kind": str(page.kind) if page and page.kind is not PageKind.CONTENT else None,
        "dates": len(items),
        "newest": newest.on.isoformat() if newest else None,
        "precision": str(newest.precision) if newest else None,
        "coming": int(any(i.kind is DateKind.EVENT and (i.until or i.on) > today for i in items)),
        "language": page.language.language or None if page else None,
        "english": int(any(w is EnglishWitness.PAGE_TEXT for r in told.readings for w, _ in r.english)),
        "named": int(any(t.kind in _NAMES for r in told.readings for t in r.traits)),
        "notices": sum(len(r.notices) for r in told.readings),
    }
