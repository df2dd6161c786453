"""What each sample cluster should be found to be, and where a finding differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from crawler.model import Verdict

FEWEST_NIGHTS, MOST_NIGHTS = 2, 3  # expected.json tells the story after so many nights


JAPAN, EUROPE = "expected.json", "expected_europe.json"


def differences(verdicts: Mapping[str, Verdict], *, nights: int, today: date, file: str = JAPAN) -> tuple[str, ...]:
    """One sentence for each sample that is not as `file` states after so many nights; none when all are."""
    expected = json.loads((Path(__file__).parent / file).read_text(encoding="utf-8"))
    after = f"after_{min(nights, MOST_NIGHTS)}"
    found = ((name, verdicts.get(name), story[after]) for name, story in sorted(expected.items()))
    return tuple(line for name, verdict, story in found if (line := _difference(name, verdict, story, today)))


def _difference(name: str, verdict: Verdict | None, story: Mapping[str, object], today: date) -> str:
    if verdict is None:
        return f"{name}: was not judged"
    days = story["latest"]
    latest = (today + timedelta(days=days)).isoformat() if isinstance(days, int) else "none"
    stated = (story["flag"], story["activity"], story["english"], latest)
    on = verdict.latest.on.isoformat() if verdict.latest else "none"
    told = (str(verdict.flag), str(verdict.activity), str(verdict.english), on)
    if stated == told:
        return ""
    return f"{name}: expected {' / '.join(map(str, stated))}, found {' / '.join(told)}"
