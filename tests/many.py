"""One decision over many questions: the clusters, and the plans made for them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx
from made import AOBA, verdict
from pages import NOW

from crawler.answers import Decision, QuestionKind
from crawler.config import Config
from crawler.model import Reason, Verdict
from db.bulk import Bulks
from pipelines.answering import Given, answer_of
from pipelines.bulk import Narrowing, Plan, planned

MOVED = Reason(code="moved", text="The address in the registry redirects to new.example; it may have moved.",
               url="https://new.example/", raw="new.example")  # fmt: skip
NAMES = ("aoba", "birch", "cedar", "dogwood", "elm", "fir")
CLUSTERS = tuple(
    replace(AOBA, cluster_id=name, name_en=f"{name.title()} Cluster", prefecture="Miyagi" if n < 4 else "Osaka")
    for n, name in enumerate(NAMES)
)


def moved(cluster_id: str) -> Verdict:
    return replace(verdict(cluster_id, 1), reasons=(MOVED,))


def shown(page: httpx.Response) -> set[str]:
    """The clusters in the table of a page."""
    table = page.text.split('<table class="mapping">')[-1].split("</table>")[0]
    return set(re.findall(r'href="/clusters/(\w+)"', table))


def said(decision: Decision, **fields: object) -> Given:
    return replace(Given(question=QuestionKind.CEASED, decision=decision), **fields)  # type: ignore[arg-type]


def planning(
    desk: Bulks, decision: Decision = Decision.ALIVE, through: int | None = None, **fields: Any
) -> Plan:  # Any: the fields of a Narrowing
    return planned(
        desk, Narrowing(**fields), said(decision), by="kato", today=NOW.date(), policy=Config().policy,
        through=desk.newest_answer() if through is None else through,
    )  # fmt: skip


def taken(found: Plan) -> set[str]:
    return {q.cluster.cluster_id for q in found.taken}


def answer_one(desk: Bulks, cluster_id: str, decision: Decision = Decision.CEASED, by: str = "boss") -> None:
    word = desk.current(cluster_id)
    assert word is not None
    seen = [a.answer_id for a in desk.answers([cluster_id]).get(cluster_id, [])]
    desk.answer(answer_of(said(decision), word, by=by, at=NOW), seen=seen[-1] if seen else 0)


def keep(desk: Bulks, found: Plan) -> int:
    return desk.answer_all(found.answers(by="kato", at=NOW), seen=found.seen, wanted="?kind=ceased").bulk_id


def decisions(desk: Bulks, name: str) -> list[Decision]:
    return [a.decision for a in desk.answers([name]).get(name, [])]
