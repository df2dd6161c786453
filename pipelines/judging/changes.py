"""What differs between two verdicts over one cluster. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.model import Reason, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A verdict beside the one before it."""

    facts: frozenset[str]  # the fields of a verdict that a reader sees and that differ
    new: tuple[Reason, ...]  # reasons that the earlier one did not have
    gone: tuple[Reason, ...]  # reasons of the earlier one that no longer hold
    kept: tuple[Reason, ...]  # reasons of both, as the later one says them

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.facts or self.new or self.gone)


_FACTS = ("flag", "activity", "english", "languages", "reachability", "points")


def changes(before: Verdict | None, after: Verdict) -> Changes:
    """What the later verdict says otherwise; without an earlier one everything is new.

    A reason is the same while it rests on the same thing: a silence that has grown by a day is no new one.
    """
    if before is None:
        return Changes(facts=frozenset(), new=after.reasons, gone=(), kept=())
    then, now = {_rests_on(r) for r in before.reasons}, {_rests_on(r) for r in after.reasons}
    facts = {name for name in _FACTS if getattr(before, name) != getattr(after, name)}
    for name in ("latest", "english_latest", "next_event"):
        old, new = getattr(before, name), getattr(after, name)
        if (old and (old.on, old.precision)) != (new and (new.on, new.precision)):
            facts.add(name)
    return Changes(
        facts=frozenset(facts),
        new=tuple(r for r in after.reasons if _rests_on(r) not in then),
        gone=tuple(r for r in before.reasons if _rests_on(r) not in now),
        kept=tuple(r for r in after.reasons if _rests_on(r) in then),
    )


def _rests_on(reason: Reason) -> tuple[str, str, str]:
    return reason.code, reason.url, reason.raw
