"""A simulated year: `make year [NIGHTS=365] [SEED=1] [JSON=FILE]`.

A real scheduler, its real crawls and real messages live through scripted nights by a clock that is told to them. What
must be true afterwards is worked out from the script and from the log of the network, not from the product's ledger.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from benchmarks.mail_server import Mailbox, mail_server
from benchmarks.year.comparing import Comparison
from benchmarks.year.expected import SAMPLES
from benchmarks.year.messages import RECIPIENTS, Post
from benchmarks.year.network import YearNetwork
from benchmarks.year.people import People
from benchmarks.year.script import Script, drawn
from benchmarks.year.settings import SHORT_POLICY, DatabaseFiles, tables
from benchmarks.year.websites import Website
from benchmarks.year.world import Year
from crawler.config import config_from
from crawler.model import Cluster
from db.registry import read_registry
from db.store import Store

WHOLE, FIRST_DAY = 365, date(2026, 1, 5)
# The fewest nights into which one of each hazard fits, from a day on which a change of clocks is among them.
SHORT, SHORT_FIRST_DAY = 31, date(2026, 3, 12)
_SHORTER_THAN = 200  # nights: then the rules wait for less long


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a year showed."""

    nights: int
    lost_nights: int  # without a run, and without a row that says why
    lost_visits: int
    doubled_visits: int
    lost_reviews: int
    wrong_questions: int
    messages_expected: int
    messages_sent: int
    messages_wrong: int  # missing, or not to be expected
    messages_sent_again: int  # under the same Message-ID, so that a program for mail shows them once
    other_faults: int
    reviews: int  # answers, notes, corrections and what was taken back
    happened: dict[str, int]
    seconds: float
    seconds_a_night: float
    slowest_night_s: float


def lived(nights: int, seed: int, folder: Path, say: Console) -> tuple[Year, Figures]:
    """A year of so many nights in this folder, with its figures."""
    short = nights < _SHORTER_THAN
    policy_table = SHORT_POLICY if short else {}
    policy = config_from({"policy": policy_table}).policy
    script = drawn(seed, SHORT_FIRST_DAY if short else FIRST_DAY, nights, policy)
    with YearNetwork(now=script.noon(0), websites=list(script.websites)) as network, mail_server() as mailbox:
        year = _prepared(network, mailbox, script, policy_table, folder)
        began = perf_counter()
        took: list[float] = []
        year.start(script.noon(0))
        for night in range(nights):
            at = perf_counter()
            year.live(night)
            took.append(perf_counter() - at)
            said = year.script.hazards.get(night, "")
            say.print(f"night {night + 1} of {nights}: {took[-1]:.1f} s {said}", highlight=False)
        year.stop()
        year.comparison.reviews()
    return year, _figures(year, perf_counter() - began, max(took))


def _prepared(network: YearNetwork, mailbox: Mailbox, script: Script, policy: dict[str, int], folder: Path) -> Year:
    """The world on the eve of the first night."""
    config = tables(network.nameserver, mailbox.port, RECIPIENTS, policy)
    place = DatabaseFiles(folder=folder, tables=config)
    clusters = network.registry(_samples())
    with Store.open(place.database, create=True, clock=lambda: script.noon(0)) as store:
        store.upsert_clusters(clusters)
    of_cluster: dict[str, Website] = {w.cluster_id: w for w in script.websites}
    loaded = config_from(config)
    people = People(
        database=place.database,
        policy=loaded.policy,
        websites=of_cluster,
        new_addresses={c: network.address(w.new_host) for c, w in of_cluster.items()},
    )
    hosts = {c.cluster_id: urlsplit(c.website).hostname or "" for c in clusters if c.website}
    comparison = Comparison(
        script=script,
        policy=loaded.policy,
        network=network,
        files=place,
        people=people,
        hosts=hosts,
        names={name: c.cluster_id for c in clusters for name in (c.name_en, c.name_ja)},
        post=Post(mailbox.mails),
    )
    return Year(script=script, network=network, files=place, people=people, mailbox=mailbox, comparison=comparison)


def _samples() -> list[Cluster]:
    """The samples that are part of the year."""
    report = read_registry(Path(str(files("samples"))) / "clusters.csv")
    return [cluster for cluster in report.accepted if cluster.cluster_id in SAMPLES]


def _figures(year: Year, seconds: float, slowest_s: float) -> Figures:
    broken, nights, post = year.comparison.broken, year.script.nights, year.comparison.post
    return Figures(
        nights=nights,
        lost_nights=len(broken.nights),
        lost_visits=len(broken.lost_visits),
        doubled_visits=len(broken.doubled_visits),
        lost_reviews=len(broken.lost_reviews),
        wrong_questions=len(broken.questions),
        messages_expected=year.comparison.messages_expected,
        messages_sent=post.messages,
        messages_wrong=len(broken.messages),
        messages_sent_again=post.sent_again,
        other_faults=len(broken.other),
        reviews=len(year.people.answers) + len(year.people.corrections),
        happened={str(what): n for what, n in sorted(year.done.items())},
        seconds=round(seconds, 1),
        seconds_a_night=round(seconds / nights, 2),
        slowest_night_s=round(slowest_s, 1),
    )


def _shown(figures: Figures) -> Table:
    table = Table("figure", "value", title="A simulated year")
    for name, value in asdict(figures).items():
        if isinstance(value, dict):
            for what, n in value.items():
                table.add_row(f"happened: {what.replace('_', ' ')}", str(n))
        else:
            table.add_row(name.replace("_", " "), f"{value:g}")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Live through a year, print its figures, and fail when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year", description=__doc__)
    parser.add_argument("--nights", type=int, default=WHOLE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--folder", type=Path, help="keep the database and the logs here")
    typed = parser.parse_args(arguments)
    if typed.nights < SHORT:
        parser.error(f"--nights: everything that happens in a year needs {SHORT} nights")
    console = Console()
    with tempfile.TemporaryDirectory(prefix="year-") as temporary:
        folder = typed.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        year, figures = lived(typed.nights, typed.seed, folder, console)
    console.print(_shown(figures))
    if typed.json:
        typed.json.write_text(json.dumps(asdict(figures), indent=2) + "\n", encoding="utf-8")
    broken = year.comparison.broken.all()
    for sentence in broken:
        print(f"year: {sentence}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
