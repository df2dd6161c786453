"""The part of a page that an element opens: header, menu, footer or aside, by its name, its role or its classes."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from crawler.reading.values import Region

_LANDMARKS = {"header": Region.HEADER, "nav": Region.NAV, "footer": Region.FOOTER, "aside": Region.ASIDE}
_ROLES = {
    "banner": Region.HEADER,
    "navigation": Region.NAV,
    "contentinfo": Region.FOOTER,
    "complementary": Region.ASIDE,
}
_PARTS = frozenset({Region.HEADER, Region.FOOTER})  # of a text too
# What a class word may begin with, what it says, and what may stand behind that: "global-nav_list", "pcheader".
_LED_BY = (
    "site", "global", "g", "page", "main", "l", "c", "p", "js", "sp", "pc", "fixed", "common", "top", "local", "sub", "drawer",
    "hamburger", "block", "mobile", "-", "_",
)  # fmt: skip
_FOLLOWED_BY = (
    "area", "wrap", "wrapper", "inner", "box", "container", "content", "contents", "menu", "nav", "list", "left", "right", "top",
    "bottom", "-", "_", *"0123456789",
)  # fmt: skip
_SAID = {
    Region.HEADER: ("header", "head"),
    Region.FOOTER: ("footer", "foot", "copyright"),
    Region.NAV: (
        "nav", "navi", "navigation", "navbar", "menu", "breadcrumb", "breadcrumbs", "pankuzu", "topicpath", "pagination", "pager",
        "langage", "langages", "language", "languages",
    ),
    Region.ASIDE: ("sidebar", "side", "aside", "sidemenu", "sidenav"),
}  # fmt: skip
# What every word that names a region has in it; most classes have none of these, and are asked no further.
_MAY_NAME = tuple(
    name
    for names in _SAID.values()
    for name in names
    if not any(n != name and n in name for n in chain(*_SAID.values()))
)
_ENDS = (*chain(*_SAID.values()), *(part for part in _FOLLOWED_BY if part.isalpha()))  # before numbers and marks
_LONGEST_WORD = (
    40  # characters; the longest that names a region on 21 real websites has 26, what is longer was generated
)
_MOST_WORDS = 30  # classes of one element that are looked at
_CLASSED = frozenset({"div", "section", "ul", "ol", "table", "td", "p", "dl", "form"})


def region_of(tag: str, words: str, role: str, around: Region, *, landed: bool) -> Region:
    """The region an element opens, the one around it when it opens none.

    `words` are its classes and id; `landed` inside main or article, where header and footer are parts of the text.
    """
    return region_within(around, tag, named_region(tag, words, role), landed=landed)


def named_region(tag: str, words: str, role: str) -> Region | None:
    """The region that an element names by itself, wherever it stands; None when it names none."""
    named = _LANDMARKS.get(tag) or _ROLES.get(role)
    if named is None and words and tag in _CLASSED and _may_name(words.lower()):
        for word in words.split(maxsplit=_MOST_WORDS)[:_MOST_WORDS]:
            found = _region_of_word(word)
            if found is not None:
                return found
    return named


def region_within(around: Region, tag: str, named: Region | None, *, landed: bool) -> Region:
    """The region of an element with this tag that names a region, in the region around it."""
    if around is not Region.MAIN:
        return Region.MAIN if tag == "main" else around
    return Region.MAIN if named is None or (landed and named in _PARTS) else named


def _may_name(low: str) -> bool:
    """Whether words in lower case may name a region: quicker asked than answered."""
    for name in _MAY_NAME:  # noqa: SIM110 - any() over a generator takes twice as long
        if name in low:
            return True
    return False


@lru_cache(maxsize=512)
def _region_of_word(word: str) -> Region | None:
    """The region that one class or id names, None when it names none.

    Words are glued in every way ("gnav", "navList01"), so all ends that the parts can reach are followed, each once.
    """
    if len(word) > _LONGEST_WORD or word != word.strip("-_"):
        return None
    low = word.lower()
    if not _may_name(low) or not low.rstrip("0123456789-_").endswith(_ENDS):
        return None
    for start in sorted(_reached(low, 0, _LED_BY), reverse=True):
        for region, names in _SAID.items():
            ends = [start + len(name) for name in names if low.startswith(name, start)]
            if any(len(low) in _reached(low, end, _FOLLOWED_BY) for end in ends):
                return region
    return None


def _reached(word: str, start: int, parts: tuple[str, ...]) -> set[int]:
    """The places in a word that any row of these parts leads to from a start, the start among them."""
    reached: set[int] = set()
    ahead = [start]
    while ahead:
        at = ahead.pop()
        if at not in reached:
            reached.add(at)
            ahead.extend(at + len(part) for part in parts if word.startswith(part, at))
    return reached
