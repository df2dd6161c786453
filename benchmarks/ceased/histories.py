"""The rule of confirmation on public histories: archived pages whose every copy a person labelled on or off topic.

The folder is the dataset "Off-Topic Gold Standard" (oduwsdl/offtopic-goldstandard-data), which is not part of this
repository: files `*_label_gold.txt`, a line a copy: id, instant, address, label (1: the page as it was, 0: another).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.ceased.replay import POLICY
from crawler.model import PageKind, PageReading, Role, Trait, TraitKind, Visit, VisitOutcome
from pipelines.judging.ceasing import is_confirmed
from pipelines.judging.evidence import evidence

_FILES = "*_label_gold.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One page over the years: when it was looked at, and whether it was still itself."""

    name: str
    looks: tuple[tuple[datetime, bool], ...]  # oldest first; True: still itself

    @property
    def ever_lost(self) -> bool:
        """Whether it was ever found to be another page."""
        return any(not itself for _, itself in self.looks)

    @property
    def lost_for_good(self) -> bool:
        """Whether it was another page at the last look, after having been itself at some."""
        return not self.looks[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What the rule said over all histories."""

    histories: int
    ever_lost: int
    lost_for_good: int
    confirmed: int
    right: int  # confirmed, and never itself again

    @property
    def precision(self) -> float:
        """The share of confirmed losses that were for good."""
        return self.right / self.confirmed if self.confirmed else 0.0

    @property
    def recall(self) -> float:
        """The share of losses for good that were confirmed."""
        return self.right / self.lost_for_good if self.lost_for_good else 0.0


def read_histories(folder: Path) -> list[History]:
    """Every history of the folder, empty when it holds none."""
    looks: dict[str, set[tuple[datetime, bool]]] = {}
    for file in sorted(folder.rglob(_FILES)):
        if file.parent.name == "originals":
            continue
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                at = datetime.strptime(row["date"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
                looks.setdefault(f"{file.name.partition('_')[0]}-{row['id']}", set()).add(
                    (at, row["label"].strip() == "1")
                )
    return [History(name=name, looks=tuple(sorted(seen))) for name, seen in looks.items()]


def replay(histories: Sequence[History]) -> Replay:
    """The rule over every history, as of each look."""
    confirmed = right = 0
    for history in histories:
        at = confirmed_at(history)
        if at is not None:
            confirmed += 1
            right += not any(itself for _, itself in history.looks[at + 1 :])
    return Replay(
        histories=len(histories), ever_lost=sum(h.ever_lost for h in histories),
        lost_for_good=sum(h.lost_for_good for h in histories), confirmed=confirmed, right=right,
    )  # fmt: skip


def confirmed_at(history: History) -> int | None:
    """The number of the look at which the absence has lasted long enough to count, None for never."""
    visits = [_visit(history.name, at, itself) for at, itself in history.looks]
    for n, visit in enumerate(visits):
        if visit.outcome is VisitOutcome.READ:
            continue
        seen = evidence(history.name, visits[: n + 1], as_of=visit.started_at, policy=POLICY)
        if seen.away_since is None or seen.away_until is None:
            continue
        days = (seen.away_until.date() - seen.away_since.date()).days
        if is_confirmed(seen.away_visits, days, POLICY):
            return n
    return None


def _visit(name: str, at: datetime, itself: bool) -> Visit:  # the label of the look
    """A look as a visit: with the name on its page, or with another page in its place."""
    url = f"http://{name}.example/"
    named = (Trait(kind=TraitKind.NAME, value=name, url=url),)
    page = PageReading(
        url=url, role=Role.HOME, kind=PageKind.CONTENT if itself else PageKind.SOFT_404, traits=named if itself else ()
    )
    return Visit(
        cluster_id=name, started_at=at, elapsed_s=0.0, outcome=VisitOutcome.READ if itself else VisitOutcome.LOST,
        website=url, pages=(page,),
    )  # fmt: skip
