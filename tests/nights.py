"""Nights whose pages are written by the archive itself: bodies, and records that a page was what it had been before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from made import FULL_VISIT, NIGHT

from crawler.archive import Shelf
from crawler.config import Storage
from crawler.model import Cluster, Fetch, Outcome, Plan, Role, RunKind, RunState, Verdict, Visit
from db.desk import Desk
from spiders.answer import Answer
from spiders.archive import Archive


def a_night(
    database: Path,
    verdict: Verdict,
    pages: Mapping[str, bytes],
    *,
    unchanged: tuple[str, ...] = (),
    state: RunState = RunState.DONE,
) -> Visit:
    """One run over the cluster of a verdict at its instant, which saves these pages; `unchanged` ones it only asks for."""
    cluster = Cluster(cluster_id=verdict.cluster_id, name_en=verdict.cluster_id, website="https://aoba.example/")
    with Desk.open(database) as desk:
        run = desk.start_run(RunKind.NIGHTLY, verdict.decided_at, [cluster.cluster_id])
        folder = desk.archive(Storage().archive)
        assert folder is not None
        archive = Archive(Shelf(folder=str(folder), run_id=run), agent="Test/1", now=verdict.decided_at, warn=_fail)
        known = desk.known_contents([cluster.cluster_id]).get(cluster.cluster_id, ())
        keeping = archive.visit(Plan(cluster=cluster, known=known))
        answers = [keeping.page(_answer(url, body, verdict.decided_at)) for url, body in pages.items()]
        archive.close()
        asked = [
            replace(_answer(url, b"", verdict.decided_at).fetch, outcome=Outcome.NOT_MODIFIED) for url in unchanged
        ]
        visit = replace(
            FULL_VISIT,
            cluster_id=cluster.cluster_id,
            started_at=verdict.decided_at,
            fetches=(*(a.fetch for a in answers), *asked),
        )
        desk.add_visit(run, visit, verdict, keeping.records)
        if state is RunState.VOID:
            desk.void_run(run, "our network was out")
        else:
            desk.end_run(run, state)
    return visit


def _answer(url: str, body: bytes, at: datetime) -> Answer:
    fetch = Fetch(
        url=url, role=Role.HOME, at=at, outcome=Outcome.OK, status=200, final_url=url,
        content_type="text/html; charset=utf-8", n_bytes=len(body),
    )  # fmt: skip
    return Answer(fetch, body, headers=(("content-type", "text/html; charset=utf-8"),))


def _fail(words: str) -> None:
    raise AssertionError(words)


def quiet(verdict: Verdict) -> Verdict:
    """The same verdict, resting on no page."""
    return replace(verdict, reasons=(), latest=None, english_latest=None, next_event=None)


def saved(database: Path) -> dict[str, list[str]]:
    """The bodies that are saved, by the day of their visit."""
    found: dict[str, list[str]] = {}
    with Desk.open(database) as desk:
        for page in reversed(desk.all_kept("aoba")):
            whole = desk.kept_page(page.kept_id)
            assert whole is not None
            found.setdefault(f"{(page.at - NIGHT).days}", []).append(whole.body.decode())
    return {day: sorted(bodies) for day, bodies in found.items()}
