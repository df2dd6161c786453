"""What a person says about clusters in the options of a command, and what to tell them when it makes no answer."""

from __future__ import annotations

from datetime import date

from crawler.answers import REASON_CODES
from crawler.errors import UsageError
from pipelines.answering import Fault

FAULTS = {
    Fault.UNKNOWN: f"--reason takes one of {', '.join(REASON_CODES)}; an answer is taken back with: "
    "clusterwatch review undo NUMBER",
    Fault.UNTIL: "--until: snoozed needs a day to come, such as 2026-12-24",
    Fault.ADDRESS: "--address: moved and wrong_address take a whole address, such as https://cluster.example/",
    Fault.NOTE: "--note: noted needs a note",
    Fault.ASSIGNEE: "--to: assigned needs a person who may sign in",
}


def day_of(text: str) -> date | None:
    """The day that an option names, None for none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"--until: {text!r} is no day; write it like 2026-12-24") from None
