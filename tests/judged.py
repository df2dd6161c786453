"""Evidence made by hand, to be judged."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from crawler.model import (
    Cluster,
    DatedItem,
    DateKind,
    DateSource,
    Evidence,
    Notice,
    NoticeKind,
    Precision,
    StatedNotice,
    VisitOutcome,
)
from crawler.policy import Policy

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
POLICY = Policy()
FIVE_YEARS = 5 * 365 + 1
CLUSTER = Cluster(cluster_id="aoba", name_en="Aoba Cluster", name_ja="青葉クラスター", website="http://aoba.example/")


def item(days_ago: int, *, kind: DateKind = DateKind.POST, language: str = "ja") -> DatedItem:
    return DatedItem(
        url="http://aoba.example/news/",
        on=TODAY - timedelta(days=days_ago),
        precision=Precision.DAY,
        kind=kind,
        source=DateSource.LIST_ITEM,
        raw="words",
        language=language,
        confidence=0.9,
    )


READ = Evidence(
    cluster_id="aoba",
    as_of=NOW,
    visits=2,
    conclusive_visits=2,
    last_visited_at=NOW,
    last_reached_at=NOW,
    last_outcome=VisitOutcome.READ,
    reachability=VisitOutcome.READ,
    identity_seen=True,
    strong_items=2,
)
BLOCKED = replace(READ, last_outcome=VisitOutcome.INCONCLUSIVE, last_reached_at=NOW - timedelta(days=100))


def stated(
    kind: NoticeKind,
    *,
    visits: int = 2,
    on: date | None = None,
    past: bool = True,
    first: bool = True,
    successor: str = "",
) -> StatedNotice:
    notice = Notice(
        kind=kind, url="http://aoba.example/", quote="本会は解散しました。", on=on, first_person=first, past=past,
        successor=successor,
    )  # fmt: skip
    return StatedNotice(notice=notice, visits=visits, first_seen_at=NOW - timedelta(days=1))
