"""What the demo compares its samples with: a difference is told, never passed over."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from crawler.model import Activity, DatedItem, DateKind, DateSource, English, Flag, Precision, Verdict
from samples.expectations import differences

TODAY = date(2026, 11, 25)
STORIES = json.loads((Path(__file__).parent.parent / "samples" / "expected.json").read_text(encoding="utf-8"))


def verdict_of(name: str, nights: int) -> Verdict:
    story = STORIES[name][f"after_{nights}"]
    latest = None
    if story["latest"] is not None:
        latest = DatedItem(
            url="http://a.example/", on=TODAY + timedelta(days=story["latest"]), precision=Precision.DAY,
            kind=DateKind.POST, source=DateSource.LIST_ITEM, raw="x",
        )  # fmt: skip
    return Verdict(
        cluster_id=name, decided_at=datetime(2026, 11, 25, tzinfo=UTC), policy="p", activity=Activity(story["activity"]),
        english=English(story["english"]), flag=Flag(story["flag"]), latest=latest,
    )  # fmt: skip


def told(nights: int = 3, **changed: Verdict | None) -> tuple[str, ...]:
    found = {name: verdict_of(name, min(nights, 3)) for name in STORIES}
    found |= {name.replace("_", "-"): v for name, v in changed.items() if v is not None}
    kept = {n: v for n, v in found.items() if changed.get(n.replace("-", "_"), v) is not None}
    return differences(kept, nights=nights, today=TODAY)


def test_samples_that_are_as_their_stories_differ_in_nothing() -> None:
    assert told(2) == ()
    assert told(3) == ()
    assert told(30) == ()


def test_every_part_of_a_finding_is_compared() -> None:
    right = verdict_of("era-dates", 3)
    assert right.latest is not None
    late = replace(right, latest=replace(right.latest, on=right.latest.on + timedelta(days=1)))
    for wrong in (
        replace(right, flag=Flag.LIKELY_CEASED),
        replace(right, activity=Activity.STATIC),
        replace(right, english=English.STATIC),
        replace(right, latest=None),
        late,
    ):
        (line,) = told(era_dates=wrong)
        assert line.startswith("era-dates: expected ")


def test_a_sample_that_was_not_judged_is_told() -> None:
    assert told(era_dates=None) == ("era-dates: was not judged",)
