"""Two days compared, as rows and as one document for other programs: columns and words are a promise. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crawler.model import Flag, Review
from db.export import ExportRow, Value
from pipelines.mapping import Mapped
from pipelines.two_days import FATES, Comparison, Grounds, Happened, Pair, grounds

COLUMNS = (
    "change", "cluster_id", "name_en", "name_ja", "before", "after", "by", "reason", "quote", "url", "reason_before",
    "visited_at",
)  # fmt: skip


def rows(found: Comparison) -> Iterator[ExportRow]:
    """One row a change, by kind and cluster; a blank is None."""
    for what in Happened:
        for pair in found.of(what):
            yield _row(pair, what)


def _row(pair: Pair, what: Happened) -> ExportRow:
    cluster, rests_on = pair.cluster, grounds(pair, what)
    before, after = values(pair, what)
    said: dict[str, Value] = dict(zip(("by", "reason", "quote", "url"), said_by(rests_on), strict=True))
    return {
        "change": str(what),
        "cluster_id": cluster.cluster_id,
        "name_en": cluster.name_en,
        "name_ja": cluster.name_ja or None,
        "before": before or None,
        "after": after or None,
        **{name: value or None for name, value in said.items()},
        "reason_before": _before(rests_on) or None,
        "visited_at": instant(pair.now.visited_at),
    }


def values(pair: Pair, what: Happened) -> tuple[str, str]:
    """What stood on the earlier and on the later day, "" for nothing, in words that do not change."""
    then, now = pair.earlier, pair.later
    if what in FATES:
        return str(then.flag) if then else "", str(now.flag) if now else left(pair)
    assert then is not None
    assert now is not None
    if what in {Happened.MOVED, Happened.ADDRESS}:
        return then.cluster.website, new_address(pair, what)
    if what is Happened.RENAMED:
        return _names(then), _names(now)
    if what is Happened.LANGUAGE:
        return _languages(then), _languages(now)
    if what in {Happened.PARTNERS_GAINED, Happened.PARTNERS_LOST}:
        return str(then.international.kind), str(now.international.kind)
    return "", now.programme_ended.on.isoformat() if now.programme_ended else ""


def left(pair: Pair) -> str:
    """Why a cluster is not in the mapping any more."""
    return f"merged into {pair.left.merged_into}" if pair.left and pair.left.merged_into else "retired"


def new_address(pair: Pair, what: Happened) -> str:
    """Where a website is now: as the registry has it, else as a person or the site says; "" where neither says."""
    then, now = pair.earlier, pair.later
    assert then is not None
    assert now is not None
    if now.cluster.website != then.cluster.website:
        return now.cluster.website
    rests_on = grounds(pair, what)
    if rests_on.answer is not None:
        return rests_on.answer.address
    return rests_on.reason.url if rests_on.reason is not None and rests_on.reason.code == "moved" else ""


def _names(row: Mapped) -> str:
    return " / ".join(name for name in (row.cluster.name_en, row.cluster.name_ja) if name)


def _languages(row: Mapped) -> str:
    return f"{' '.join(row.verdict.languages)} ({row.verdict.english})".strip() if row.verdict else ""


def said_by(rests_on: Grounds) -> tuple[str, str, str, str]:
    """Who says it ("" for the program), the sentence or note, the words of the page, and its address."""
    for word in (rests_on.review, rests_on.answer, rests_on.assessed):
        if word is not None:
            return word.by, word.reason if isinstance(word, Review) else word.note, "", ""
    if rests_on.reason is not None:
        return "", rests_on.reason.text, rests_on.reason.raw, rests_on.reason.url
    if rests_on.partner is not None:
        return "", "", rests_on.partner.quote, rests_on.partner.url
    return "", "", "", ""


def _before(rests_on: Grounds) -> str:
    word = rests_on.review_before
    if word is not None:
        return f"{word.by}: {word.reason}" if word.reason else word.by
    return rests_on.before.text if rests_on.before else ""


def instant(at: datetime | None) -> str | None:
    """An instant as text, None for none."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def document(found: Comparison, *, generated_at: datetime) -> dict[str, object]:
    """The whole comparison as values of JSON. In `flows`, null is "not in the mapping on that day"."""
    return {
        "generated_at": instant(generated_at),
        "earlier": {
            "day": found.days[0].isoformat(),
            "clusters": found.before,
            "last_visit_at": instant(found.last_visits[0]),
        },
        "later": {
            "day": found.days[1].isoformat(),
            "clusters": found.after,
            "last_visit_at": instant(found.last_visits[1]),
        },
        "counts": {
            **{str(what): n for what, n in found.counts.items()},
            "same_flag": found.same_flag,
            "unchanged": found.unchanged,
            "unvisited": len(found.unvisited),
        },
        "flows": [
            {
                "before": before,
                "after": after,
                "clusters": [p.cluster.cluster_id for p in found.pairs if p.flow == (before, after)],
            }
            for before in (*Flag, None)
            for after in (*Flag, None)
            if (before, after) in found.flows
        ],
        "changes": list(rows(found)),
        "unvisited": [
            {"cluster_id": p.cluster.cluster_id, "visited_at": instant(p.now.visited_at)} for p in found.unvisited
        ],
    }
