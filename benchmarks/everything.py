"""Everything that a visit reads of one page, reader by reader, for measurements and tests that try odd pages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from crawler.model import Cluster, Role
from crawler.reading import (
    bilingual,
    dates,
    english,
    feeds,
    home_language,
    identity,
    kinds,
    languages,
    notices,
    partners,
    sitemaps,
    structured,
    styles,
    translations,
)
from crawler.reading.page import Page, parse
from crawler.reading.published import published
from spiders.discover import Place, candidates
from spiders.territory import territory

TODAY = date(2026, 11, 20)
URL = "http://a.example.jp/"
CLUSTER = Cluster(cluster_id="a", name_en="Aoba Cluster", name_ja="青葉協議会", website=URL)


def place_at(home: str) -> Place:
    """A front page's place in a visit of the website with this address."""
    return Place(home=home, territory=territory([home]), depth=0, role=Role.HOME, today=TODAY, in_english=False)


_PLACE = place_at(URL)

# Readers of a body as it came.
OF_BODIES: Mapping[str, Callable[[bytes], object]] = {
    "parse": lambda body: parse(body, URL),
    "feed": lambda body: (feeds.looks_like_feed(body, ""), feeds.read_feed(body, URL)),
    "sitemap": lambda body: (sitemaps.looks_like_sitemap(body, ""), sitemaps.read_sitemap(body, URL)),
    "data": lambda body: structured.read_data(body, URL, today=TODAY),
}
# Readers of a parsed page.
OF_PAGES: Mapping[str, Callable[[Page], object]] = {
    "kind": lambda page: (kinds.classify(page, status=200, url_asked=URL), kinds.may_be_filled_by_script(page)),
    "language": languages.read,
    "dates": lambda page: dates.read(page, today=TODAY),
    "any date": lambda page: dates.any_in(page, TODAY),
    "published": lambda page: published(page, today=TODAY),
    "structured": lambda page: structured.read(page, today=TODAY),
    "english": lambda page: (
        english.is_english_page(page, languages.read(page)),
        english.links(page),
        english.named(page, URL, in_english=False),
        translations.widget(page),
    ),
    "home language": lambda page: home_language.links(page, "ja"),
    "partners": lambda page: partners.read(page, today=TODAY),
    "notices": lambda page: notices.read(page, today=TODAY, names=identity.names_of(CLUSTER)),
    "identity": lambda page: identity.read(page, CLUSTER),
    "links to follow": lambda page: list(candidates(page, (), _PLACE)),
    "digest": lambda page: page.text_digest,
}


def fresh(page: Page) -> Page:
    """The page as no reader has seen it: without what readers remember of it."""
    return replace(page, _memo={})


def read_all(body: bytes, content_type: str = "") -> dict[str, object]:
    """What every reader says of a body."""
    page = parse(body, URL, content_type)
    told: dict[str, object] = {name: reader(body) for name, reader in OF_BODIES.items()}
    told["parse"] = page
    told |= {name: reader(fresh(page)) for name, reader in OF_PAGES.items()}
    return told


def read_as_a_visit(body: bytes, url: str = URL, place: Place = _PLACE) -> tuple[object, ...]:
    """All that a visit makes of the body of a website's page, in the order in which `spiders.course` does."""
    documents = sitemaps.looks_like_sitemap(body, ""), feeds.looks_like_feed(body, "")
    page = parse(body, url)
    kind = kinds.classify(page, status=200, url_asked=url)
    filled = kinds.may_be_filled_by_script(page) and not dates.any_in(page, TODAY)
    found = notices.read(page, today=TODAY, names=identity.names_of(CLUSTER))
    language = languages.read(page)
    in_english = bilingual.is_in_english(page, language, announced=False)
    named = english.named(page, place.home, in_english=in_english)
    tongue = bilingual.tongue(language) if in_english else language.language
    items = dates.read(page, today=TODAY)
    told = tuple(replace(item, language=english.item_language(item, page, tongue)) for item in items)
    abroad = partners.read(page, today=TODAY, home=CLUSTER.country, items=told)
    traits = identity.read(page, CLUSTER)
    ways = candidates(page, told, replace(place, in_english=in_english))
    widget, digest = translations.widget(page), page.text_digest
    return documents, kind, filled, found, language, named, told, abroad, traits, ways, widget, digest


def forget() -> None:
    """Let readers forget every page, but not what they load once: the statistics of languages, the tables of names."""
    styles.forget()
    for name, module in list(sys.modules.items()):
        for thing in vars(module).values() if name.partition(".")[0] in {"crawler", "spiders"} else ():
            bounds = thing.cache_parameters() if hasattr(thing, "cache_parameters") else {"maxsize": None}
            if bounds["maxsize"] not in {None, 1}:
                thing.cache_clear()
