"""The figures that a change must not make worse, beside their floors. `make gate SITES=DIR [SET=DIR] [JSON=FILE]`.

A metric is a name, what it is measured on, and a function; its floor stands in `floors.toml`. To add one, write a line
in `METRICS` and a table in that file. What needs a folder that is not given is left out, and said so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import confidence, evaluate, forms, pages
from benchmarks.calibration import Answer, share
from benchmarks.labelled import MissingFolder
from benchmarks.labelled_digest import digest_of
from benchmarks.single_pages import read_pages
from benchmarks.websites.making import website

FLOORS = Path(__file__).parent / "floors.toml"
SHOWN = 16  # digits of a digest by which a set is named in the file of floors


class Of(StrEnum):
    """What a metric is measured on."""

    SITES = "labelled websites"
    PAGES = "labelled single pages of SITES"
    SET = "labelled single pages of SET"
    OWN = "what the repository holds or makes"


@dataclass(frozen=True)
class Material:
    """What is measured, each part at its first use and only once."""

    sites: Path | None = None  # folder of labelled websites
    set: Path | None = None  # folder of labelled single pages, as htmldate has them
    seeds: Sequence[int] = field(default=confidence.HELD_OUT)  # of the made-up websites

    @cached_property
    def results(self) -> list[evaluate.Result]:
        """The labelled websites beside their truth, those that are scored."""
        assert self.sites is not None
        return [r for r in evaluate.measured(self.sites)[0] if r.site.scored]

    @cached_property
    def totals(self) -> dict[str, object]:
        """The figures over them."""
        return evaluate.figures(self.results)

    @cached_property
    def page_answers(self) -> list[Answer]:
        """The days given to the labelled single pages."""
        assert self.sites is not None
        return confidence.real_pages(self.sites)

    @cached_property
    def set_score(self) -> pages.Score:
        """What our answers to the pages of SET come to, over the half that nobody looked at."""
        assert self.set is not None
        reader = {"ours": pages.readers(datetime.now(UTC).date())["ours"]}
        return pages.measure(pages.read_set(self.set), reader)["held out"]["ours"]

    @cached_property
    def made(self) -> list[confidence.Read]:
        """The made-up websites, visited and judged."""
        return [confidence.visited(website(seed)) for seed in self.seeds]

    @cached_property
    def form_answers(self) -> tuple[forms.Judged, ...]:
        """What was made of the forms of dates."""
        return forms.measure(forms.rows(), {"ours": forms.readers()["ours"]})

    def has(self, of: Of) -> bool:
        """Whether this can be measured."""
        return {Of.SITES: self.sites, Of.PAGES: self.sites, Of.SET: self.set, Of.OWN: True}[of] is not None

    def digest(self, of: Of) -> str:
        """The digest of a labelled set, "" for what is our own."""
        if of is Of.OWN:
            return ""
        if of is Of.SET:
            assert self.set is not None
            return digest_of(self.set, ("eval_*.json", "**/*.html", "**/*.htm"))
        assert self.sites is not None
        what = ("truth.csv", "sites.json", "sites/**/*") if of is Of.SITES else ("pages.csv", "pages/**/*")
        return digest_of(self.sites, what)


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure, between 0 and 1, the higher the better."""

    name: str  # its key in JSON and in the file of floors
    of: Of
    figure: Callable[[Material], float]


def _total(name: str) -> Callable[[Material], float]:
    return lambda material: float(str(material.totals[name]))


def _sure_dates(material: Material) -> float:
    given = [r for r in material.results if r.verdict.latest and r.verdict.latest.confidence >= confidence.SURE]
    return round(sum(r.date_right for r in given) / len(given), 4) if given else 0.0


def _pages_right(material: Material) -> float:
    """Right days of all pages: one that was given none is a miss."""
    assert material.sites is not None
    n = len(read_pages(material.sites))
    return round(sum(a.right for a in material.page_answers) / n, 4) if n else 0.0


def _made_right(material: Material) -> float:
    right = sum(r.date_right for r in material.made)
    return round(right / len(material.made), 4)


def _made_sure(material: Material) -> list[Answer]:
    return [a for a in confidence.latest_posts(material.made) if a.confidence >= confidence.SURE]


def _look_alikes(material: Material) -> float:
    """The share of what only looks like a date that was not taken for one."""
    alike = sum(one.row.group.startswith(forms.LOOK_ALIKES) for one in material.form_answers)
    return round(1 - forms.figures(material.form_answers, "ours")["lookalikes_wrong"] / alike, 4)


METRICS: tuple[Metric, ...] = (
    Metric("date", Of.SITES, _total("date")),
    Metric("activity", Of.SITES, _total("activity")),
    Metric("english", Of.SITES, _total("english")),
    Metric("sure_dates", Of.SITES, _sure_dates),
    Metric("pages_52", Of.PAGES, _pages_right),
    Metric("pages_f", Of.SET, lambda material: round(material.set_score.figures()["f"], 4)),
    Metric("pages_precision", Of.SET, lambda material: round(material.set_score.figures()["precision"], 4)),
    Metric("made_dates", Of.OWN, _made_right),
    Metric("made_sure_right", Of.OWN, lambda material: share(_made_sure(material))),
    Metric(
        "made_sure_share",
        Of.OWN,
        lambda material: round(len(_made_sure(material)) / len(confidence.latest_posts(material.made)), 4),
    ),
    Metric("forms", Of.OWN, lambda material: round(forms.figures(material.form_answers, "ours")["share"], 4)),
    Metric("look_alikes", Of.OWN, _look_alikes),
    # Figures over other tables in the repository come here: strings of kanji, snippets in each language.
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What a metric must reach."""

    least: float  # on any set
    by_set: Mapping[str, float]  # on sets that were measured here, by the first digits of their digests

    def on(self, digest: str) -> float:
        """The floor on the set of this digest."""
        return self.by_set.get(digest[:SHOWN], self.least)


def read_floors(path: Path) -> dict[str, Floor]:
    """The floors of a file by metric. Raises ValueError, naming the metric, when one is no share."""
    found: dict[str, Floor] = {}
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        sets = table.get("sets", {})
        for least in (table["floor"], *sets.values()):
            if not 0 <= float(least) <= 1:
                raise ValueError(f"{path.name}: the floor of {name} is {least}, and not between 0 and 1")
        found[name] = Floor(least=float(table["floor"]), by_set={d: float(least) for d, least in sets.items()})
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One figure beside its floor."""

    metric: Metric
    figure: float
    floor: float
    digest: str  # of the set, "" for what is our own
    known: bool  # whether this set has a floor of its own

    @property
    def holds(self) -> bool:
        """Whether the figure reaches the floor."""
        return self.figure >= self.floor


def checked(material: Material, floors: Mapping[str, Floor], metrics: Sequence[Metric]) -> list[Checked]:
    """Each metric that can be measured, beside its floor."""
    digests = {of: material.digest(of) for of in {m.of for m in metrics} if material.has(of)}
    return [
        Checked(
            metric=metric, figure=metric.figure(material), floor=floors[metric.name].on(digests[metric.of]),
            digest=digests[metric.of], known=digests[metric.of][:SHOWN] in floors[metric.name].by_set,
        )
        for metric in metrics
        if metric.of in digests
    ]  # fmt: skip


def _print(found: Sequence[Checked], material: Material) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table("metric", "figure", "floor", "", "measured on", box=None)
    for line in found:
        measured_on = line.metric.of if line.metric.of is Of.OWN else f"{line.metric.of} {line.digest[:SHOWN]}"
        note = "" if line.known or line.metric.of is Of.OWN else ", a set without floors of its own"
        mark = "✓" if line.holds else "✗"
        table.add_row(line.metric.name, f"{line.figure:.4f}", f"{line.floor:.4f}", mark, f"{measured_on}{note}")
    console.print(table)
    missing = [m.name for m in METRICS if not material.has(m.of)]
    if missing:
        console.print(f"not measured, for want of SITES=DIR or SET=DIR: {', '.join(missing)}")


def document(found: Sequence[Checked]) -> dict[str, object]:
    """The figures as they are written to a file: one key a metric, then what is below and which sets were measured."""
    return {
        **{line.metric.name: line.figure for line in found},
        "below": [line.metric.name for line in found if not line.holds],
        "sets": {line.metric.of.name.lower(): line.digest for line in found if line.digest},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make gate`."""
    parser = argparse.ArgumentParser(prog="gate", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sites", type=Path, help="folder of labelled websites and single pages")
    parser.add_argument("--set", type=Path, help="folder of labelled single pages, as htmldate has them")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args(arguments)
    material = Material(sites=options.sites, set=options.set)
    try:
        found = checked(material, read_floors(FLOORS), METRICS)
    except (MissingFolder, ValueError) as error:
        print(f"gate: {error}", file=sys.stderr)
        return 1
    _print(found, material)
    if options.json:
        options.json.write_text(json.dumps(document(found), indent=2) + "\n", encoding="utf-8")
    below = [f"{line.metric.name} {line.figure:.4f} is below {line.floor:.4f}" for line in found if not line.holds]
    if below:
        print(f"gate: {'; '.join(below)}", file=sys.stderr)
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
