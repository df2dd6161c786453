"""How much speaks for an organisation being a cluster, point by point, each point a sentence with its evidence. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.model import Outcome, PageKind
from crawler.reading.organisation_words import MEDIUM, NATIONAL, NOT_CLUSTERS, SECTOR, STRONG, WEAK
from crawler.scouting import ScoutedPage, SourceKind
from crawler.urls import host, registrable_domain
from pipelines.leads import Lead, Mention

# Points. docs/discovery.md says how they were found; a proposal needs `discover.least_score` of them.
STRONG_NAME, TWO_MEDIUM, MEDIUM_NAME, WEAK_NAME, INDUSTRY = 40, 30, 20, 10, 10
ONE_CLUSTER, FURTHER_CLUSTER, MOST_CLUSTERS = 5, 8, 29
PORTAL, PUBLIC_PORTAL = 15, 20
HEADED = 5  # below a heading that says what stands there
ALIVE, RECENT, HERE = 10, 5, 5
NATIONWIDE, ENDED, GONE, OTHERS = -20, -60, -40, -80
WORTH_A_LOOK = 15  # below it a home page could not lift an organisation far enough, or is a stranger's
_RECENT_DAYS = 548  # as for an active website
_QUOTE = 80  # characters

KINDS = {
    "press": "a newspaper or broadcaster",
    "bank": "a bank or investor",
    "shop": "a shop",
    "tourism": "tourism or transport",
    "sport": "sport",
    "public": "a public body",
    "university": "a university or school",
    "hospital": "a hospital",
    "chamber": "a chamber of commerce",
    "learned": "a learned society or conference",
    "research": "a research institute",
    "union": "a union or cooperative",
    "fair": "a fair",
    "aid": "a subsidy or grant",
    "company": "a single company",
}
PAGES = {
    PageKind.PARKED: "a page that offers the domain for sale",
    PageKind.HIJACKED: "the pages of another owner",
    PageKind.SUSPENDED: "that the hosting account is suspended",
    PageKind.DEPROVISIONED: "that nothing is hosted there any more",
    PageKind.DEFAULT_PAGE: "the default page of a server",
    PageKind.BOT_CHALLENGE: "a check for robots",
    PageKind.LOGIN: "a page to sign in",
    PageKind.MAINTENANCE: "that it is under maintenance",
    PageKind.UNDER_CONSTRUCTION: "that it is under construction",
    PageKind.SHELL: "nothing without a browser",
    PageKind.EMPTY: "no text",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that speaks for or against."""

    code: str
    points: int
    text: str  # a sentence with address and raw words

    @property
    def sentence(self) -> str:
        """The sentence with its points."""
        return f"{self.text} ({self.points:+d})" if self.points else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """An organisation and what speaks for it being a cluster."""

    lead: Lead
    name: str
    website: str
    grounds: tuple[Ground, ...]

    @property
    def score(self) -> int:
        """The sum of the points."""
        return sum(ground.points for ground in self.grounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known beside the organisation itself."""

    today: date
    countries: Mapping[str, str]  # of the registry, by top-level domain
    names: Mapping[str, str]  # of the clusters, by id


def prospect(lead: Lead, home: ScoutedPage | None, around: Surroundings) -> Prospect:
    """What speaks for an organisation; `home` is its home page as read, None while it was not asked for."""
    called = own_name(home)
    grounds = [
        *_by_name(lead, called),
        *_by_links(lead, around),
        *_by_home(home, around),
        *_by_place(lead, home, around),
    ]
    return Prospect(
        lead=lead,
        name=(lead.name or called or lead.domain)[:_QUOTE],
        website=_website(lead, home),
        grounds=tuple(sorted(grounds, key=lambda g: (g.points <= 0, -abs(g.points)))),
    )


def _website(lead: Lead, home: ScoutedPage | None) -> str:
    """The address of an organisation: where its home page answered, when that is on another domain."""
    if home is None or home.kind is not PageKind.CONTENT or registrable_domain(home.final_url) == lead.domain:
        return lead.website
    return home.final_url


def distinct(prospects: Iterable[Prospect], known: Collection[str]) -> list[Prospect]:
    """The best of those whose addresses end at one domain, none that ends at a known one; the best first."""
    best: dict[str, Prospect] = {}
    for one in sorted(prospects, key=lambda p: (-p.score, p.lead.domain)):
        best.setdefault(registrable_domain(one.website), one)
    return [one for domain, one in best.items() if domain not in known]


def is_worth_a_look(lead: Lead, around: Surroundings) -> bool:
    """Whether the home page is to be asked for: it may lift the organisation far enough, or show that nobody is there."""
    return prospect(lead, None, around).score >= WORTH_A_LOOK


def own_name(home: ScoutedPage | None) -> str:
    """What a home page calls its organisation, "" when it says nothing."""
    if home is None or home.kind is not PageKind.CONTENT:
        return ""
    return next((text for text in (home.site_name, home.title, home.headline) if text), "")[:_QUOTE]


def _by_name(lead: Lead, called: str) -> Iterator[Ground]:
    """The words of the name: of the links' or, where they say nothing, of the home page's own."""
    name = lead.name[:_QUOTE]
    if called and not any(words.search(name) for words in (STRONG, MEDIUM, WEAK)):
        name, told = called, "title"
    else:
        told = "name"
    strong = bool(STRONG.search(name))
    yield from _not_a_cluster(lead, name, called, strong=strong)
    medium = tuple(dict.fromkeys(m.group().lower() for m in MEDIUM.finditer(name)))
    where = f"“{name}”"
    if (found := STRONG.search(name)) is not None:
        yield Ground(told, STRONG_NAME, f"The name has words of clusters, “{found.group()}”: {where}.")
    elif medium:
        points = TWO_MEDIUM if len(medium) > 1 else MEDIUM_NAME
        words = ", ".join(medium)
        yield Ground(told, points, f"The name has words that clusters and other bodies use, “{words}”: {where}.")
    elif (weak := WEAK.search(name)) is not None:
        yield Ground(told, WEAK_NAME, f"The name has a word that many bodies use, “{weak.group()}”: {where}.")
    if (industry := SECTOR.search(name)) is not None:
        yield Ground("industry", INDUSTRY, f"The name has a word of an industry, “{industry.group()}”: {where}.")
    if (whole := NATIONAL.search(name)) is not None and not strong:
        yield Ground(
            "national", NATIONWIDE, f"Against: a body of a whole country by its name, “{whole.group()}”: {where}."
        )


def _not_a_cluster(lead: Lead, name: str, called: str, *, strong: bool) -> Iterator[Ground]:
    """The first kind of organisation that is no cluster and that the names or the address tell."""
    for kind in NOT_CLUSTERS:
        if strong and not kind.despite:
            continue
        found = kind.name.search(name) or (None if strong else kind.name.search(called))
        if found is not None:
            yield Ground(
                kind.code, kind.points, f"Against: the name is that of {KINDS[kind.code]}, “{found.group().strip()}”."
            )
            return
        if kind.host.search(host(lead.website)):
            words = f"Against: the address is that of {KINDS[kind.code]}: {host(lead.website)}."
            yield Ground(kind.code, kind.points, words)
            return


def _by_links(lead: Lead, around: Surroundings) -> Iterator[Ground]:
    clusters = [m for m in lead.mentions if m.kind is SourceKind.CLUSTER]
    portals = [m for m in lead.mentions if m.kind is SourceKind.PORTAL]
    if clusters:
        points = min(MOST_CLUSTERS, ONE_CLUSTER + FURTHER_CLUSTER * (len(clusters) - 1))
        who = around.names.get(clusters[0].source, clusters[0].source)
        if len(clusters) == 1:
            yield Ground("linked", points, f"A cluster of the registry links to it: {who}, {_at(clusters[0])}")
        else:
            text = f"{len(clusters)} clusters of the registry link to it, such as {who}, {_at(clusters[0])}"
            yield Ground("linked", points, text)
    if portals:
        public = next((m for m in portals if _is_public(m.page)), None)
        if public is not None:
            yield Ground("public_portal", PUBLIC_PORTAL, f"A public body's page links to it, {_at(public)}")
        else:
            yield Ground("portal", PORTAL, f"A portal links to it, {_at(portals[0])}")
    headed = next((m for m in lead.mentions if STRONG.search(m.heading)), None)
    if headed is not None:
        yield Ground("heading", HEADED, f"It stands below the heading “{headed.heading[:_QUOTE]}”: {headed.page}")


def _is_public(url: str) -> bool:
    return any(kind.host.search(host(url)) for kind in NOT_CLUSTERS if kind.code == "public")


def _at(mention: Mention) -> str:
    return f"as “{(mention.name or mention.url)[:_QUOTE]}” on {mention.page}"


def _by_home(home: ScoutedPage | None, around: Surroundings) -> Iterator[Ground]:
    if home is None:
        yield Ground("not_asked", 0, "Its home page was not asked for.")
        return
    if home.outcome is not Outcome.OK:
        words = home.outcome.replace("_", " ")
        if home.outcome in _GONE:
            yield Ground("gone", GONE, f"Against: nothing is at its address ({words}): {home.url}")
        else:
            yield Ground("unread", 0, f"Its home page could not be read ({words}), which says nothing: {home.url}")
        return
    if home.kind is not PageKind.CONTENT:
        shown = PAGES.get(home.kind or PageKind.EMPTY, PAGES[PageKind.EMPTY])
        if home.kind in _SOMEBODY_ELSE:
            yield Ground("others", OTHERS, f"Against: its address shows {shown}: {home.final_url}")
        else:
            yield Ground("no_page", 0, f"Its address shows {shown}, which says nothing: {home.final_url}")
        return
    yield Ground("alive", ALIVE, f"Its home page can be read: {home.final_url}")
    if home.latest is not None and around.today - home.latest <= timedelta(days=_RECENT_DAYS):
        yield Ground("recent", RECENT, f"Its home page carries an item of {home.latest}: “{home.latest_raw[:_QUOTE]}”.")
    if home.ended:
        yield Ground("ended", ENDED, f"Against: its home page says that it ended: “{home.ended[:_QUOTE]}”.")


_SOMEBODY_ELSE = frozenset(
    {PageKind.PARKED, PageKind.HIJACKED, PageKind.SUSPENDED, PageKind.DEPROVISIONED, PageKind.DEFAULT_PAGE}
)
_GONE = frozenset({Outcome.DNS_NXDOMAIN, Outcome.DNS_NODATA, Outcome.HTTP_404, Outcome.HTTP_410})


def _by_place(lead: Lead, home: ScoutedPage | None, around: Surroundings) -> Iterator[Ground]:
    """Being in a country of the registry: by the domain, or by a home page in Japanese."""
    domain = registrable_domain(lead.website)
    country = around.countries.get(domain.rpartition(".")[2])
    if country is not None:
        yield Ground("place", HERE, f"Its domain is of a country of the registry, {country}: {domain}.")
    elif (
        home is not None
        and home.kind is PageKind.CONTENT
        and home.language == "ja"
        and "JP" in around.countries.values()
    ):
        yield Ground("place", HERE, f"Its home page is in Japanese: {home.final_url}")
