"""Machine translation: the services that a page offers it by, and pages that a machine made."""

from __future__ import annotations

from crawler.reading import english_words as tell
from crawler.reading.page import Page


def widget(page: Page) -> str:
    """The name of the machine translation that a page offers, "" for none."""
    places = ("\n".join(page.scripts), page.inline_scripts, page.html_head, addresses_of(page))
    classes = " ".join({line.classes for line in page.lines if "trans" in line.classes or "wovn" in line.classes})
    return next((name for text in (*places, classes) if (name := _machine(text))), "")


def addresses_of(page: Page) -> str:
    """The addresses that a page links to, a line each."""
    return page.remembered("addresses", lambda page: "\n".join([link.url for link in page.links]))


def translated_in(page: Page) -> frozenset[str]:
    """The addresses of a page that are served by a translating machine."""
    return page.remembered("translated", _translated_in)


def _translated_in(page: Page) -> frozenset[str]:
    if not _machine(addresses_of(page)):
        return frozenset()
    return frozenset(link.url for link in page.links if is_translated(link.url))


def is_translated(url: str) -> bool:
    """Whether an address is served by a translating machine."""
    return bool(_machine(url))


def was_translated(page: Page) -> bool:
    """Whether a machine made the words of a page: its address or what the machine left in its source says so."""
    if is_translated(page.url) or tell.TRANSLATED.search(page.html_head):
        return True
    proxy = tell.PROXIED.search(page.html_head)
    return proxy is not None and proxy["now"].lower() != proxy["original"].lower()


def _machine(text: str) -> str:
    """The machine translation that has left a trace in a text, "" for none."""
    lowered = text.lower()
    if not any(hint in lowered for hint in tell.WIDGET_HINTS):
        return ""
    return next(
        (
            name
            for name, hints, trace in tell.WIDGETS
            if any(hint in lowered for hint in hints) and trace.search(lowered) is not None
        ),
        "",
    )
