"""The part of a page that an element opens: header, menu, footer or aside, by its name, its role or its classes."""

from __future__ import annotations

import re

from crawler.reading.values import Region

_LANDMARKS = {"header": Region.HEADER, "nav": Region.NAV, "footer": Region.FOOTER, "aside": Region.ASIDE}
_ROLES = {
    "banner": Region.HEADER,
    "navigation": Region.NAV,
    "contentinfo": Region.FOOTER,
    "complementary": Region.ASIDE,
}
_OF_CLASS = re.compile(
    r"^(?:(?:site|global|g|page|main|l|c|p|js|sp|pc|fixed|common|top|local|sub|drawer|hamburger|block|mobile)[-_]*)*"
    r"(?:(?P<header>header|head)|(?P<footer>footer|foot|copyright)|"
    r"(?P<nav>nav|navi|navigation|navbar|menu|breadcrumbs?|pankuzu|topicpath|pagination|pager|langu?ages?)|"
    r"(?P<aside>sidebar|side|aside|sidemenu|sidenav))"
    r"(?:[-_]*(?:area|wrap|wrapper|inner|box|container|content|contents|menu|nav|list|left|right|top|bottom|\d+))*$",
    re.IGNORECASE,
)
_NAMED = {"header": Region.HEADER, "footer": Region.FOOTER, "nav": Region.NAV, "aside": Region.ASIDE}
_CLASSED = frozenset({"div", "section", "ul", "ol", "table", "td", "p", "dl", "form"})


def region_of(tag: str, words: str, role: str, around: Region, *, landed: bool) -> Region:
    """The region an element opens, the one around it when it opens none.

    `words` are its classes and id; `landed` inside main or article, where header and footer are parts of the text.
    """
    if around is not Region.MAIN:
        return Region.MAIN if tag == "main" else around
    named = _LANDMARKS.get(tag) or _ROLES.get(role)
    if named is not None:
        return Region.MAIN if landed and named in {Region.HEADER, Region.FOOTER} else named
    if words and tag in _CLASSED:
        for word in words.split():
            match = _OF_CLASS.match(word)
            if match:
                found = _NAMED[match.lastgroup or ""]
                return Region.MAIN if landed and found in {Region.HEADER, Region.FOOTER} else found
    return Region.MAIN
