"""`make eval-ceased [FACTS=DIR] [SITES=DIR] [HISTORIES=DIR] [JSON=FILE]`: every table of docs/ceased.md."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from rich.console import Console

from benchmarks.ceased import classes, histories, living, notices, tables, trouble, year
from benchmarks.ceased.replay import POLICY
from benchmarks.labelled import MissingFolder
from samples.faults.catalogue import Visited, all_variants, visited
from samples.faults.classes import FaultClass, read_classes
from samples.faults.outages import outages
from samples.faults.recognised import Recognised, recognised

FIRST = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)  # the instant of the visits, and the first night of the replays
_OUTAGES = 100
_SEED = 1
_CLASSES = "failure_classes.csv"
_NOTICES = "notices_dev.jsonl"

Figures = dict[str, object]


def main() -> int:
    """Command line of the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, help=f"folder with {_CLASSES} and {_NOTICES}")
    parser.add_argument("--sites", type=Path, help="folder of labelled websites")
    parser.add_argument("--histories", type=Path, help="folder of labelled histories")
    parser.add_argument("--seed", type=int, default=_SEED, help="of everything that is drawn by chance")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    console = Console(highlight=False, markup=False, width=max(120, Console().width))
    figures: Figures = {"seed": options.seed}
    known = read_classes()
    visits, scenes = visited(all_variants(), FIRST)
    figures |= _of_classes(console, visits, scenes, known)
    figures |= _of_trouble(console, visits, scenes, options.seed)
    figures |= _of_year(console, visits, scenes, options.seed)
    figures |= _of_notices(console, options.facts, known)
    figures |= _of_histories(console, options.histories)
    figures |= _of_sites(console, options.sites)
    if options.json:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


def _of_classes(
    console: Console, visits: Sequence[Visited], scenes: dict[str, Visited], known: dict[str, FaultClass]
) -> Figures:
    """Recognition, and the nights of every variant."""
    seen = recognised(visits, outages(), known, POLICY)
    replayed = classes.replayed(visits, scenes, known, FIRST)
    asking = [v for v in visits if known[v.variant.of].asked_after is not None]
    recovered = classes.recoveries(asking, scenes, FIRST)
    tables.of_classes(console, seen, replayed, known)
    tables.of_recoveries(console, recovered)
    for one in seen:
        if not one.is_right:
            console.print(f"not recognised: {one.of.name} {one.number} ({one.says}): {one.sign}")
    recalls = recall_by_class(seen)
    return {
        "classes": len(recalls), "variants": len(seen), "macro_recall": round(mean(recalls.values()), 4),
        "recall": {name: round(value, 4) for name, value in recalls.items()},
        "false_ceased": sum(r.is_false for r in replayed),
        "rejected_returns": sum(r.comes_back for r in replayed),
        "nights_to_question": tables.nights_to_question(replayed),
        "recovered_by_stranger": sum(stranger for name, (stranger, _) in recovered.items() if known[name].kind != "ended"),
        "recovered_by_own": sum(own for _, own in recovered.values()), "recoveries": len(recovered),
    }  # fmt: skip


def recall_by_class(seen: Sequence[Recognised]) -> dict[str, float]:
    """The share of variants that were recognised, by class."""
    return {
        name: mean(r.is_right for r in seen if r.of.name == name) for name in dict.fromkeys(r.of.name for r in seen)
    }


def _of_trouble(console: Console, visits: Sequence[Visited], scenes: dict[str, Visited], seed: int) -> Figures:
    """Hosts that flap, and outages of our own."""
    hosts, pages = trouble.of_hosts(visits), trouble.of_strangers(visits)
    changes = trouble.flap_changes(hosts, scenes, FIRST, seed)
    strange = trouble.flap_changes(pages, scenes, FIRST, seed)
    ridden = list(trouble.ridden_out(visits, outages(), scenes, FIRST, seed, _OUTAGES))
    tables.of_trouble(console, changes, strange, ridden)
    return {
        "flap_changes_max": max(changes.values()), "flapping_hosts": len(hosts),
        "flap_changes_max_of_strangers": max(strange.values()),
        "outages": {
            "n": len(ridden), "nights": sum(r.nights for r in ridden), "void": sum(r.void for r in ridden),
            "flags": sum(r.flags for r in ridden),
        },
    }  # fmt: skip


def _of_year(console: Console, visits: Sequence[Visited], scenes: dict[str, Visited], seed: int) -> Figures:
    """A year at base rates."""
    result = year.year(visits, scenes, FIRST, seed)
    tables.of_year(console, result)
    return {
        "year": {
            "sites": result.sites, "ceased": result.ceased, "found": result.found,
            "raised": sum(result.raised.values()), "precision": round(result.precision, 4), "by_fate": dict(result.raised),
        }
    }  # fmt: skip


def _of_notices(console: Console, facts: Path | None, known: dict[str, FaultClass]) -> Figures:
    """Our own sentences, and the labelled ones where they are."""
    own = notices.read([*notices.own_closings(), *notices.counter_sentences()])
    ours = notices.score(own)
    figures: Figures = {
        "own_notices": {
            "n": ours.ends, "recall": round(ours.recall, 4), "others": ours.others, "alarms": ours.alarms,
        }
    }  # fmt: skip
    batches = sorted({r.told.batch for r in own})
    sets = {f"our own, batch {b}": [r for r in own if r.told.batch == b] for b in batches} | {"our own": own}
    if facts is None or not (facts / _NOTICES).is_file():
        _left_out(console, "FACTS", "the labelled notices, and whether the classes are those of the list")
    else:
        labelled = notices.read(notices.labelled(facts / _NOTICES))
        theirs = notices.score(labelled)
        figures["notices"] = {
            "n": theirs.ends, "recall": round(theirs.recall, 4), "others": theirs.others,
            "false_alarms": round(theirs.false_alarms, 4),
        }  # fmt: skip
        sets |= {f"labelled, part {i + 1}": [r for r in labelled if r.told.fold == i] for i in range(notices.FOLDS)}
        sets["labelled"] = labelled
        figures["classes_missing"] = _missing_classes(facts, known)
        console.print(f"classes of {_CLASSES} that are missing here: {figures['classes_missing'] or 'none'}")
    tables.of_notices(console, sets)
    return figures


def _missing_classes(facts: Path, known: dict[str, FaultClass]) -> list[str]:
    """The classes of the list that have no variants here, and those here that the list does not have."""
    with (facts / _CLASSES).open(encoding="utf-8", newline="") as lines:
        listed = {row["class"] for row in csv.DictReader(lines)}
    return sorted(listed ^ set(known))


def _of_histories(console: Console, folder: Path | None) -> Figures:
    """The rule of confirmation on public histories."""
    found = histories.read_histories(folder) if folder else []
    if not found:
        _left_out(console, "HISTORIES", "the replay on public histories")
        return {}
    result = histories.replay(found)
    tables.of_histories(console, result)
    return {
        "replay": {
            "histories": result.histories, "lost_for_good": result.lost_for_good, "confirmed": result.confirmed,
            "precision": round(result.precision, 4), "recall": round(result.recall, 4),
        }
    }  # fmt: skip


def _of_sites(console: Console, folder: Path | None) -> Figures:
    """Living pages that are asked about."""
    if folder is None:
        _left_out(console, "SITES", "living pages")
        return {}
    try:
        n, wrong = living.wrongly_asked(folder)
    except MissingFolder as missing:
        console.print(f"left out: living pages: {missing}")
        return {}
    console.print(f"\nLiving pages: {n} labelled websites, {len(wrong)} asked about against their truth")
    for result in wrong:
        console.print(f"  {result.site.host}: {'; '.join(r.text for r in result.verdict.reasons if r.points > 0)}")
    return {"living": {"sites": n, "false_ceased": len(wrong)}}


def _left_out(console: Console, argument: str, what: str) -> None:
    console.print(f"left out, for want of {argument}=DIR: {what}")


if __name__ == "__main__":
    sys.exit(main())
