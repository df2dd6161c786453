"""The search for organisations that the registry does not have: walks in crawl processes, then what they amount to.

First the known clusters and the portals of the configuration are walked through; of the organisations that they name
and that nobody knows, the likely ones are looked at, a home page each. What was walked through is kept until the search has
ended, so that one that was broken off goes on; who called it stores what was found.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.config import Config
from crawler.days import day_at
from crawler.errors import WorkFailed
from crawler.job import ScoutJob
from crawler.model import Cluster
from crawler.scouting import Scouted, SourceKind, Stroll
from crawler.urls import is_web, registrable_domain
from db.candidates import CandidateState, Found, name_key
from db.desk import Desk
from db.disk import free_bytes
from db.searches import Searches, Walked
from pipelines.leads import Known, Lead, countries_of, home_of, leads
from pipelines.prospects import Prospect, Surroundings, distinct, is_worth_a_look, prospect
from schedules.crawl_process import CrawlProcess, listen
from schedules.limits import Overseer, Sight, Why

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """What happened just now, for whoever watches."""

    phase: str  # "sites" that are known, then "homes" of those that are not
    site_id: str
    done: int
    total: int


Watcher = Callable[[Step], None]
GoesOn = Callable[[int, int], None]  # how many of how many sources are done already
SITES, HOMES = "sites", "homes"  # the phases


@dataclass(slots=True)
class Search:
    """The account of one search, filled as it goes."""

    clusters: int = 0  # known ones that were walked through
    portals: int = 0
    pages: int = 0  # that were asked for, of whatever site
    unread: list[str] = field(default_factory=list)  # portals of which nothing could be read, each with the outcome
    named: int = 0  # organisations that they name and nobody knows
    looked_at: int = 0  # whose home page was asked for
    proposals: list[Prospect] = field(default_factory=list)  # the best first
    again: list[Prospect] = field(default_factory=list)  # waiting in the list of candidates already
    given_up: dict[str, str] = field(default_factory=dict)  # site, reason
    left_out: int = 0  # good enough, and beyond the number asked for


def search(
    desk: Desk,
    *,
    now: datetime,
    config: Config,
    watch: Watcher = lambda step: None,
    limit: int | None = None,
    environment: dict[str, str] | None = None,
    memory: Searches | None = None,
    goes_on: GoesOn = lambda done, total: None,
) -> Search:
    """Search, and say what was found; at most `limit` proposals, by default as many as the configuration says.

    With a `memory`, in which the caller has begun the search at this instant, it goes on where it was broken off, and
    `goes_on` learns how many of the sources that are known are done. Raises WorkFailed when the crawl came to nothing.
    """
    found = Search()
    clusters = [c for c in desk.clusters() if is_web(c.website)]
    walker = _Walker(desk, now, config, watch, environment, found, memory)
    strolls = _strolls(clusters, config)
    done = len(memory.walked(SITES, strolls)) if memory else 0
    if done:
        goes_on(done, len(strolls))
    walks = walker.walk(SITES, strolls)
    _account(found, walks)
    waiting, known = _known(desk, walks, config.discover.portals)
    around = Surroundings(
        today=day_at(Cluster(cluster_id="", name_en="", website=""), now),
        countries=countries_of({c.country for c in clusters}),
        names={c.cluster_id: c.name_en or c.name_ja for c in clusters},
    )
    named = leads(walks, known)
    new = [lead for lead in named if not _is_among(lead, waiting)]
    found.named = len(new)
    found.again = [prospect(lead, None, around) for lead in named if _is_among(lead, waiting)]
    homes = walker.walk(HOMES, _looks(new, around, config))
    found.looked_at = len(homes)
    found.pages += sum(len(walk.pages) for walk in homes)
    by_domain = home_of(homes)
    judged = [prospect(lead, by_domain.get(lead.domain), around) for lead in new]
    good = [p for p in distinct(judged, known.domains) if p.score >= config.discover.least_score]
    most = config.discover.proposals if limit is None else limit
    found.proposals, found.left_out = good[:most], max(0, len(good) - most)
    return found


def as_found(proposal: Prospect) -> Found:
    """A proposal as the list of candidates takes it: a sentence a line, and the page that says most as its source."""
    return Found(
        name=proposal.name,
        website=proposal.website,
        why="\n".join(ground.sentence for ground in proposal.grounds),
        source=proposal.lead.mentions[0].page,
        score=float(proposal.score),
    )


def _strolls(clusters: Sequence[Cluster], config: Config) -> list[Stroll]:
    """The walks through what is known: portals first, for they name most."""
    settings = config.discover
    portals = [_made_up(portal, portal) for portal in dict.fromkeys(settings.portals)]
    return [
        *(Stroll(site=p, kind=SourceKind.PORTAL, max_pages=settings.pages_per_portal) for p in portals),
        *(Stroll(site=c, kind=SourceKind.CLUSTER, max_pages=settings.pages_per_cluster) for c in clusters),
    ]


def _looks(new: Sequence[Lead], around: Surroundings, config: Config) -> list[Stroll]:
    """The home pages that are worth a request, the likeliest first."""
    likely = sorted(
        (lead for lead in new if is_worth_a_look(lead, around)),
        key=lambda lead: (-prospect(lead, None, around).score, lead.domain),
    )
    # Two pages: a home page may be no more than a refresh or a frame.
    return [
        Stroll(site=_made_up(lead.domain, lead.website), kind=SourceKind.UNKNOWN, max_pages=2)
        for lead in likely[: config.discover.home_pages]
    ]


def _made_up(site_id: str, website: str) -> Cluster:
    return Cluster(cluster_id=site_id, name_en="", website=website)


def _account(found: Search, walks: Sequence[Scouted]) -> None:
    for walk in walks:
        found.pages += len(walk.pages)
        if walk.kind is SourceKind.CLUSTER:
            found.clusters += 1
            continue
        found.portals += 1
        if not any(page.kind for page in walk.pages):
            words = walk.pages[0].outcome.replace("_", " ") if walk.pages else walk.stopped
            found.unread.append(f"{walk.site_id}: {words}")


def _known(desk: Desk, walks: Sequence[Scouted], portals: Sequence[str]) -> tuple[Known, Known]:
    """What waits in the list of candidates, and what is not to be proposed: registry, portals, what was decided on."""
    registry = desk.clusters(retired=True)
    addresses = [u for c in registry for u in (c.website, c.website_en, *c.other_hosts) if u] + list(portals)
    addresses += [page.final_url for walk in walks if walk.kind is SourceKind.CLUSTER for page in walk.pages[:1]]
    names = [name for c in registry for name in (c.name_en, c.name_ja)]
    decided = [
        c.found for s in (CandidateState.REJECTED, CandidateState.ACCEPTED) for c in desk.candidates_in(s, limit=-1)
    ]
    waiting = [c.found for c in desk.candidates_in(CandidateState.OPEN, limit=-1)]
    return _as_known(waiting), _as_known(decided, addresses, names)


def _as_known(found: Sequence[Found], addresses: Sequence[str] = (), names: Sequence[str] = ()) -> Known:
    everything = [*addresses, *(f.website for f in found)]
    urls = (u if "://" in u else f"http://{u}/" for u in everything if u)
    called = [*names, *(name for f in found for name in (f.name, f.name_ja))]
    return Known(
        domains=frozenset(d for u in urls if (d := registrable_domain(u))),
        names=frozenset(k for name in called if (k := name_key(name))),
    )


def _is_among(lead: Lead, waiting: Known) -> bool:
    return lead.domain in waiting.domains or name_key(lead.name) in waiting.names


class _Walker:
    """Has walks made in a crawl process, in a fresh one where one dies."""

    def __init__(  # what every walk needs
        self,
        desk: Desk,
        now: datetime,
        config: Config,
        watch: Watcher,
        environment: dict[str, str] | None,
        found: Search,
        memory: Searches | None,
    ) -> None:
        self._desk, self._now, self._config = desk, now, config
        self._watch, self._environment, self._found, self._memory = watch, environment, found, memory
        self._walks: dict[str, Scouted] = {}  # of the phase

    def walk(self, phase: str, strolls: Sequence[Stroll]) -> list[Scouted]:
        """Every walk that could be made, in the order of `strolls`."""
        self._walks = {}
        left = {stroll.site.cluster_id: stroll for stroll in strolls}
        for site_id, walked in (self._memory.walked(phase, strolls) if self._memory else {}).items():
            self._take(left.pop(site_id), walked)
        while left:
            before = len(left)
            self._in_one_process(phase, left, len(strolls))
            if len(left) == before:
                raise WorkFailed("no website could be asked, for the crawl process ended at once; see the log")
        return [self._walks[i] for i in dict.fromkeys(s.site.cluster_id for s in strolls) if i in self._walks]

    def _take(self, stroll: Stroll, walked: Walked) -> None:
        """Take in what became of a walk."""
        if walked.scouted is not None:
            self._walks[stroll.site.cluster_id] = walked.scouted
        else:
            self._found.given_up[stroll.site.cluster_id] = walked.reason

    def _done(self, phase: str, stroll: Stroll, walked: Walked) -> None:
        """Take in what became of a walk just now, and keep it for a search that goes on."""
        self._take(stroll, walked)
        if self._memory is not None:
            self._memory.keep_walk(phase, stroll, walked)

    def _in_one_process(self, phase: str, left: dict[str, Stroll], total: int) -> None:
        """Make the walks that are left in one process; what it has made or what has killed it is left no more."""
        job = ScoutJob(
            now=self._now, strolls=tuple(left.values()), config=self._config, turns=str(self._desk.turns_file)
        )
        process = CrawlProcess(job, Overseer(self._sight, self._config), self._environment)
        try:
            while self._hear(process, phase, left, total):
                pass
        except BaseException:  # raised again: nobody waits for what it does
            process.close(hurry=True)
            raise
        end = process.close()
        if end.found.why is Why.DISK:
            raise WorkFailed(f"stopped before all was visited: {end.found.words}")
        killers = set(end.found.sites) or end.under_way
        for site_id in killers & left.keys():
            reason = end.found.words or "the crawl process died while it was there"
            self._done(phase, left.pop(site_id), Walked(None, reason))
        if left:
            logger.warning("a crawl process ended before its work was done, and said: %s", end.log or "nothing")

    def _hear(self, process: CrawlProcess, phase: str, left: dict[str, Stroll], total: int) -> bool:
        """Take in what the process has just told; False when it has ended."""
        for _, line in listen([process]):
            if line is None:
                return False
            told = process.understood(line)
            stroll = left.pop(told.scouted.site_id, None) if told.scouted is not None else None
            if told.scouted is not None and stroll is not None:
                self._done(phase, stroll, Walked(told.scouted))
                self._watch(Step(phase, told.scouted.site_id, total - len(left), total))
        return True

    def _sight(self) -> Sight:
        return Sight(now=self._desk.now(), free_bytes=free_bytes(self._desk.path))
