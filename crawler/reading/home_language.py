"""The ways from an English page, or from a splash page, to the version in the language of the organisation's own country.

The mirror of `english.links`: the registry may name an English address, and the news stand on the other side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from crawler.reading import english, translations
from crawler.reading import english_words as tell
from crawler.reading import home_words as words
from crawler.reading.hints import may_have, words_of
from crawler.reading.page import Link, Page, Region
from crawler.urls import host, join, key, path_of, same_site

# The strengths of `english.links`, for the same reasons.
_HREFLANG = 0.95
_LABEL = 0.90
_CODE = 0.85
_BRACKET = 0.60  # "Aichi plant (日本語)"
_PATH_ROOT = 0.60
_PATH_DEEP = 0.45
_SIBLING = 0.30
_UMBRELLA = 0.20
_DOCUMENT = 0.10
_FOREIGN, _FOREIGN_IN_TEXT = 0.50, 0.35
_MAX_LINKS = 12
_LONGEST_LABEL = 50  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLink:
    """One way to the version in the home language, and how strongly it is announced."""

    url: str
    strength: float  # 0..1, on the scale of `english.EnglishLink`
    words: str = ""  # what announced it, verbatim


def links(page: Page, home_language: str) -> tuple[HomeLink, ...]:
    """The ways to the version in this language (ISO 639-1) that a page names, strongest first, each address once.

    Nothing for English and for languages whose names we do not know. Where nothing is announced, the twins of an
    English address are guessed at a low strength.
    """
    tongue = words.tongue(home_language)
    if tongue is None:
        return ()
    best: dict[str, HomeLink] = {}
    own = key(page.url)
    for found in _candidates(page, tongue):
        name = key(found.url)
        if name and name != own and (name not in best or best[name].strength < found.strength):
            best[name] = found
    if not any(link.strength >= _PATH_ROOT for link in best.values()):
        for url in _siblings(page.url, tongue):
            if key(url) != own:
                best.setdefault(key(url), HomeLink(url=url, strength=_SIBLING, words="twin address"))
    return tuple(sorted(best.values(), key=lambda link: (-link.strength, link.url))[:_MAX_LINKS])


def _candidates(page: Page, tongue: words.Tongue) -> Iterator[HomeLink]:
    inside = bool(tongue.address.search(path_of(page.url)))
    translated = translations.translated_in(page)
    labelled = tongue.hint.search(page.remembered("labels", _labels)) is not None
    paths = ["" if inside else path_of(link.url) for link in page.links]
    for link, named in zip(page.links, may_have(words_of(paths), tongue.path_parts), strict=False):
        if not link.url or link.url in translated:
            continue
        by_path = 0.0 if inside else _path_strength(link.url, tongue, named=named)
        strength = _strength(link, page.url, tongue, by_path) if labelled or by_path or link.hreflang else 0.0
        if strength > 0:
            yield HomeLink(url=link.url, strength=round(strength, 2), words=(link.text or link.title)[:80])


def _labels(page: Page) -> str:
    """The words of all links in half-width lower case, a line each."""
    return english.plain_of("\n".join([f"{link.text}\n{link.title}" for link in page.links]))


def _strength(link: Link, base: str, tongue: words.Tongue, by_path: float) -> float:
    """How strongly a link is announced as leading to the home language, 0 when it is not; `by_path` by its address."""
    if link.tag in {"frame", "iframe"} or (link.tag == "link" and not english.is_alternate(link)):
        return 0.0
    code = re.split(r"[-_]", link.hreflang.lower(), maxsplit=1)[0] if link.hreflang else ""
    if code and code != "x":
        if code not in tongue.codes:
            return 0.0
        strength = _HREFLANG
    else:
        strength = _label_strength(link.text, tongue)
        if link.title:
            strength = max(strength, _label_strength(link.title, tongue) - 0.05)
    return _weighed(link, base, strength, by_path) if strength or by_path else 0.0


def _weighed(link: Link, base: str, strength: float, by_path: float) -> float:
    """The strength of an announcement by where it leads; the umbrella's and a document's are weak."""
    if english.is_umbrella(link.url, base):
        strength = min(max(strength, by_path), _UMBRELLA)
    elif same_site(link.url, base):
        strength = min(_HREFLANG, strength + 0.05) if strength >= _BRACKET and by_path else max(strength, by_path)
    elif strength < _CODE or tell.ELSEWHERE.search(host(link.url)):
        return 0.0
    elif strength < _HREFLANG:
        strength = _FOREIGN if link.region in {Region.HEADER, Region.NAV} else _FOREIGN_IN_TEXT
    return min(strength, _DOCUMENT) if tell.DOCUMENTS.search(path_of(link.url)) else strength


@lru_cache(maxsize=512)
def _label_strength(text: str, tongue: words.Tongue) -> float:
    """How clearly the words of a link name the language, 0 when they do not."""
    if not text or len(text) > 120:
        return 0.0
    label = english.label_of(text)
    if len(label) <= _LONGEST_LABEL and tongue.labels.fullmatch(label):
        return _LABEL
    if label in tongue.codes or text.strip() == tongue.flag:
        return _CODE
    return _BRACKET if tongue.bracketed.search(english.plain_of(text)) else 0.0


def _path_strength(url: str, tongue: words.Tongue, *, named: bool) -> float:
    """How much an address alone says that its page is in the language; `named` if its path may name it."""
    path = path_of(url)
    if path == "/" and tongue.host.search(host(url)):
        return _PATH_ROOT
    found = tongue.address.search(path) if named else None
    if found is None:
        return 0.0
    return _PATH_ROOT if words.FRONT.fullmatch(path[found.end() :]) else _PATH_DEEP


def _siblings(url: str, tongue: words.Tongue) -> tuple[str, ...]:
    """The twins of an English address in the language: in its own folder, and where it is the unmarked one."""
    path = path_of(url)
    changed = (pattern.sub(twin, path, count=1) for pattern, twin in tongue.twins if pattern.search(path))
    return tuple(dict.fromkeys(twin for twin in (join(url, path or "/") for path in changed) if twin))[:2]
