"""Why an organisation is proposed for the registry, in the reader's language.

A candidate keeps its reasons as English sentences, one a line. Each is found again by its pattern, and said in the other
language with the same words and addresses; a line that no pattern knows, such as a person's, is shown as it is.
"""

from __future__ import annotations

import re

from crawler.model import Outcome
from review.sentences import matchers
from review.texts import N_, Texts

# The sentences of `pipelines.prospects` with what varies in braces; a test compares them with the program's.
PATTERNS = (
    N_("The name has words of clusters, “{words}”: “{name}”."),
    N_("The name has words that clusters and other bodies use, “{words}”: “{name}”."),
    N_("The name has a word that many bodies use, “{words}”: “{name}”."),
    N_("The name has a word of an industry, “{words}”: “{name}”."),
    N_("Against: a body of a whole country by its name, “{words}”: “{name}”."),
    N_("Against: the name is that of {body}, “{words}”."),
    N_("Against: the address is that of {body}: {address}."),
    N_("A cluster of the registry links to it: {who}, as “{words}” on {address}"),
    N_("{count} clusters of the registry link to it, such as {who}, as “{words}” on {address}"),
    N_("A public body's page links to it, as “{words}” on {address}"),
    N_("A portal links to it, as “{words}” on {address}"),
    N_("It stands below the heading “{words}”: {address}"),
    N_("Its home page was not asked for."),
    N_("Against: nothing is at its address ({outcome}): {address}"),
    N_("Its home page could not be read ({outcome}), which says nothing: {address}"),
    N_("Against: its address shows {page}: {address}"),
    N_("Its address shows {page}, which says nothing: {address}"),
    N_("Its home page can be read: {address}"),
    N_("Its home page carries an item of {day}: “{words}”."),
    N_("Against: its home page says that it ended: “{words}”."),
    N_("Its domain is of a country of the registry, {country}: {address}."),
    N_("Its home page is in Japanese: {address}"),
)
BODIES = (
    N_("a newspaper or broadcaster"),
    N_("a bank or investor"),
    N_("a shop"),
    N_("tourism or transport"),
    N_("sport"),
    N_("a public body"),
    N_("a university or school"),
    N_("a hospital"),
    N_("a chamber of commerce"),
    N_("a learned society or conference"),
    N_("a research institute"),
    N_("a union or cooperative"),
    N_("a fair"),
    N_("a subsidy or grant"),
    N_("a single company"),
)
PAGES = (
    N_("a page that offers the domain for sale"),
    N_("the pages of another owner"),
    N_("that the hosting account is suspended"),
    N_("that nothing is hosted there any more"),
    N_("the default page of a server"),
    N_("a check for robots"),
    N_("a page to sign in"),
    N_("that it is under maintenance"),
    N_("that it is under construction"),
    N_("nothing without a browser"),
    N_("no text"),
)
_POINTS = re.compile(r" \([+-]\d+\)\Z")


def in_words(texts: Texts, why: str) -> str:
    """The reasons of a candidate in the reader's language, one a line, the points behind each as they are."""
    return "\n".join(_sentence(texts, line) for line in why.splitlines())


def _sentence(texts: Texts, line: str) -> str:
    if texts.language == "en":
        return line
    points = _POINTS.search(line)
    text = line[: points.start()] if points else line
    for matcher, pattern in matchers(PATTERNS):
        found = matcher.match(text)
        if found:
            parts = {name: _part(texts, name, words) for name, words in found.groupdict().items()}
            return texts.catalogue.gettext(pattern).format(**parts) + (points.group() if points else "")
    return line


def _part(texts: Texts, name: str, words: str) -> str:
    """One varying part: kinds of bodies and pages, outcomes and countries are said anew, all else is kept."""
    if name in {"body", "page"}:
        return texts.catalogue.gettext(words)
    if name == "outcome" and words.replace(" ", "_") in set(Outcome):
        return texts.label(Outcome(words.replace(" ", "_")))
    return texts.country_name(words) if name == "country" else words
