"""Searches over sites of which it is known what they link to, and how many of the best found are clusters."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.labelled import read_truth
from crawler.config import Config, Discover, Network, Politeness
from crawler.model import Cluster, Outcome, PageKind
from crawler.policy import Budget
from crawler.reading.outlinks import outlinks
from crawler.reading.page import parse
from crawler.scouting import Outlink, Scouted, ScoutedPage, SourceKind
from db.desk import Desk
from db.importing import import_registry
from db.registry import read_registry
from pipelines.leads import Known, Lead, Mention, countries_of, leads
from pipelines.prospects import Prospect, Surroundings, distinct, prospect
from samples.server import SampleNetwork
from samples.sites import DISCOVERY
from schedules.discovering import Search, search

BEST = 20  # that staff look at first
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_OWN = Path(__file__).parent / "links.csv"
_PAGES = frozenset({".html", ".htm", ".xhtml", ".php", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One ranking beside the truth."""

    name: str
    ranked: tuple[Prospect, ...]  # the best first
    clusters: frozenset[str]  # domains of those that are clusters
    least: int  # points of a proposal

    @property
    def best(self) -> tuple[Prospect, ...]:
        """The best, whatever their points."""
        return self.ranked[:BEST]

    @property
    def proposed(self) -> tuple[Prospect, ...]:
        """The best that have points enough."""
        return tuple(p for p in self.best if p.score >= self.least)

    def right(self, ranked: Sequence[Prospect]) -> int:
        """How many of these are clusters."""
        return sum(p.lead.domain in self.clusters for p in ranked)

    @property
    def precision(self) -> float:
        """The share of clusters among the proposals; 1 without any."""
        return self.right(self.proposed) / len(self.proposed) if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """The share of the clusters that are proposed."""
        return self.right(self.proposed) / len(self.clusters) if self.clusters else 1.0


def truth(path: Path = _OWN) -> frozenset[str]:
    """The domains that a table of links says are clusters."""
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["domain"] for row in csv.DictReader(file) if row["is_cluster"] == "yes")


def sample(*, home_pages: int = 200) -> tuple[Search, Measured]:
    """A real search over the sample network of link pages."""
    with (
        TemporaryDirectory() as folder,
        SampleNetwork(now=NOW, folder=DISCOVERY / "network") as network,
        Desk.open(Path(folder) / "discover.db", create=True) as desk,
    ):
        import_registry(desk, read_registry(DISCOVERY / "clusters.csv"), partial=False, dry_run=False)
        config = sample_config(network.nameserver, home_pages)
        proxies = {"http_proxy": network.proxy_url, "https_proxy": network.proxy_url, "no_proxy": ""}
        found = search(desk, now=NOW, config=config, environment=proxies)
    return found, Measured(
        name=f"sample network, {'with' if home_pages else 'without'} home pages",
        ranked=tuple(found.proposals),
        clusters=truth(DISCOVERY / "truth.csv"),
        least=config.discover.least_score,
    )


def sample_config(nameserver: str, home_pages: int = 200) -> Config:
    """Settings for the sample network of link pages."""
    return Config(
        network=Network(allow=("127.0.0.0/8",), nameservers=(nameserver,)),
        politeness=Politeness(delay_s=0.0, concurrent_sites=8),
        budget=replace(Budget(), max_seconds=20.0),
        discover=Discover(
            portals=("http://cluster-portal.example/clusters/", "http://closed-portal.example/"), home_pages=home_pages
        ),
    )


def real(folder: Path) -> Measured:
    """The links of labelled real websites, which stand for clusters; the linked sites are not there to be looked at."""
    walks = [
        Scouted(site_id=row.host, kind=SourceKind.CLUSTER, pages=tuple(_pages(folder / "sites" / row.host, row.host)))
        for row in read_truth(folder)
    ]
    known = Known(domains=frozenset(walk.site_id for walk in walks))
    found = [prospect(lead, None, _around()) for lead in leads(walks, known)]
    ranked = distinct(found, ())
    return Measured(
        name=f"{len(found)} organisations linked by {len(walks)} real websites",
        ranked=tuple(ranked),
        clusters=truth() & {p.lead.domain for p in ranked},
        least=Discover().least_score,
    )


def _pages(site: Path, host: str) -> list[ScoutedPage]:
    pages = []
    for file in sorted(site.rglob("*")):
        if file.suffix.lower() in _PAGES and file.is_file() and (body := file.read_bytes()).lstrip()[:1] == b"<":
            url = f"http://{host}/{file.relative_to(site)}"
            links = outlinks(parse(body, url))
            pages.append(ScoutedPage(url=url, outcome=Outcome.OK, final_url=url, kind=PageKind.CONTENT, links=links))
    return pages


def names(clusters: Collection[Cluster]) -> tuple[int, list[str]]:
    """Of the names of real clusters, how many there are and which are missed, each linked once and with a home page."""
    called = list(dict.fromkeys(n for c in clusters for n in (c.name_ja, c.name_en) if n))
    missed = [name for name in called if _linked_once(name).score < Discover().least_score]
    return len(called), missed


def _linked_once(name: str) -> Prospect:
    url = "https://unknown.example.jp/"
    link = Outlink(url=url, text=name)
    mention = Mention(source="one", kind=SourceKind.CLUSTER, page="https://one.example/links", url=url, name=link.text)
    lead = Lead(domain="unknown.example.jp", website=url, name=name, mentions=(mention,))
    home = ScoutedPage(url=url, outcome=Outcome.OK, final_url=url, kind=PageKind.CONTENT, title=name, language="ja")
    return prospect(lead, home, _around())


def _around() -> Surroundings:
    return Surroundings(today=date(2026, 11, 24), countries=countries_of({"JP"}), names={})
