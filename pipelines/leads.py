"""What the links of known websites amount to: organisations that the registry does not have, each once. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.model import PageKind
from crawler.reading.organisation_words import MEDIUM, NAMELESS, NOT_CLUSTERS, PLATFORMS, SECTOR, STRONG
from crawler.scouting import Outlink, Scouted, ScoutedPage, SourceKind
from crawler.urls import host, registrable_domain
from db.candidates import name_key

_LONGEST_NAME = 80  # characters; a longer line is a sentence
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PARTS = re.compile(r"\s[|:–—/]\s|[|｜…]{1,3}\s?|\s[-]\s|。")
_SHARED_PATH = re.compile(r"/~[^/]+/")
_NOT_OWN = frozenset({PageKind.PARKED, PageKind.HIJACKED})  # whose links are somebody else's


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is not to be proposed."""

    domains: frozenset[str] = frozenset()  # registrable domains of the registry, and of candidates that were decided on
    names: frozenset[str] = frozenset()  # the same by name, as `db.candidates.name_key` writes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One link to an organisation."""

    source: str  # id of the cluster, address of the portal
    kind: SourceKind
    page: str  # where the link stands
    url: str
    name: str  # what the link calls it, "" when it only says "here"
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """An organisation that the registry does not have, by the links to it."""

    domain: str  # registrable
    website: str
    name: str  # the name that says most, "" when no link has one
    mentions: tuple[Mention, ...]


def leads(walks: Iterable[Scouted], known: Known) -> list[Lead]:
    """The organisations behind the links of these walks, in the order of their domains."""
    found: dict[str, list[Mention]] = {}
    for walk in walks:
        for mention in _mentions(walk):
            domain = registrable_domain(mention.url)
            if domain and domain not in known.domains and not is_platform(mention.url):
                found.setdefault(domain, []).append(mention)
    made = (_lead(domain, mentions) for domain, mentions in sorted(found.items()))
    return [lead for lead in made if not known.names & {name_key(m.name) for m in lead.mentions if m.name}]


def is_platform(url: str) -> bool:
    """Whether an address is of a network or service on which others have pages, and not of an organisation's own."""
    return bool(PLATFORMS.search(host(url)) or PLATFORMS.search(registrable_domain(url)))


def _mentions(walk: Scouted) -> Iterator[Mention]:
    for page in walk.pages:
        if page.kind in _NOT_OWN:
            continue
        for link in page.links:
            yield Mention(
                source=walk.site_id,
                kind=walk.kind,
                page=page.final_url or page.url,
                url=link.url,
                name=name_of(link),
                heading=link.heading,
            )


def name_of(link: Outlink) -> str:
    """What a link calls the organisation behind it: its words, else those of its line, "" when neither names anybody."""
    for text in (link.text, link.line):
        for part in _PARTS.split(_ADDRESS.sub(" ", text)):
            words = " ".join(part.split()).strip(" ・:>»›→▶■●◆,;-[]「」『』【】\"'")
            if words and NAMELESS.fullmatch(words) is None:
                return words if len(words) <= _LONGEST_NAME else ""
    return ""


def _lead(domain: str, mentions: list[Mention]) -> Lead:
    counts = Counter(m.name for m in mentions if m.name)
    best = max(counts, key=lambda name: (weight(name), counts[name], -len(name), name), default="")
    named = next((m for m in mentions if m.name == best), mentions[0])
    # Of each source the mention that says most: a footer's link stands on every page.
    by_source: dict[str, Mention] = {}
    for mention in sorted(mentions, key=lambda m: (-weight(m.name), m.page)):
        by_source.setdefault(mention.source, mention)
    return Lead(domain=domain, website=_website(named.url), name=best, mentions=tuple(by_source.values()))


def weight(name: str) -> int:
    """How much a name says about being a cluster, roughly; for choosing between names."""
    said = 4 * bool(STRONG.search(name)) + 2 * bool(MEDIUM.search(name)) + bool(SECTOR.search(name))
    return said - 3 * any(kind.name.search(name) for kind in NOT_CLUSTERS)


def _website(url: str) -> str:
    """The home page of whom a link leads to: the root of the host, but for the part of a larger site."""
    shared = any(kind.host.search(host(url)) for kind in NOT_CLUSTERS if kind.code in {"public", "university"})
    if shared or _SHARED_PATH.match(urlsplit(url).path):
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def countries_of(codes: Collection[str]) -> Mapping[str, str]:
    """The countries of a registry (ISO 3166) by the top-level domains that stand for them."""
    return {{"GB": "uk"}.get(code, code.lower()): code for code in codes if code}


def home_of(walks: Iterable[Scouted]) -> dict[str, ScoutedPage]:
    """The home page of each walk to one, by domain: what is behind its refresh or frame, where that could be read."""
    return {
        walk.site_id: next((p for p in reversed(walk.pages) if p.kind is PageKind.CONTENT), walk.pages[0])
        for walk in walks
        if walk.pages
    }
