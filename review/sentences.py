"""The reasons of a verdict in the reader's language.

A verdict keeps its reasons as English sentences. Each is found again by its pattern, and said in the other language with
the same days, numbers and words; a sentence that no pattern knows is shown as it is.
"""

from __future__ import annotations

import re
from functools import cache

from crawler.model import Reason
from pipelines.judging.programmes import japanese_name
from review.texts import N_, Texts

# The sentences of `pipelines.judging` with what varies in braces; a test compares them with the program's.
PATTERNS = (
    N_("No website known."),
    N_("Not visited yet."),
    N_("No page could be read on {visits} so far, which says nothing about its life."),
    N_("The newest dated item is of {day}, within {days} days: “{title}”."),
    N_("The newest dated item is of {day}, within {days} days."),
    N_("An event is announced for {day}: “{title}”."),
    N_("An event is announced for {day}."),
    N_("No recent post, but the site says that a page was last updated on {day}."),
    N_("The site answers, but no dated post, report or event was found on the pages read."),
    N_("The site answers, but its newest dated item is of {day}, more than {days} days ago: “{title}”."),
    N_("The site answers, but its newest dated item is of {day}, more than {days} days ago."),
    N_("No English version was found (a machine-translation widget, {widget}, is no English version)."),
    N_("No English version was found."),
    N_("The English pages carry an item of {day}: “{title}”."),
    N_("The English pages carry an item of {day}."),
    N_("There are English pages, but their newest dated item is of {day}."),
    N_("There are English pages, but none of them carries a dated item."),
    N_("The address in the registry redirects to {address}; it may have moved."),
    N_(
        "Nothing is at the address in the registry, which may be wrong; the organisation's name stands at {address} (seen"
        " on {visits} in a row)."
    ),
    N_(
        "1 page of the site may have been hacked: somebody else writes there. It is no sign of an end; the organisation may"
        " want to know."
    ),
    N_(
        "{count} pages of the site may have been hacked: somebody else writes there. It is no sign of an end; the"
        " organisation may want to know."
    ),
    N_("The site names a successor or a new address: {address}."),
    N_("Our visits have been inconclusive since {day}: nothing is concluded. Please look by hand."),
    N_("Our visits have been inconclusive since {day}: nothing is concluded."),
    N_(
        "Since {day} the site cannot be reached ({clause}), on {visits}; this counts from {count} visits over {days} days."
    ),
    N_("The site itself says that the organisation or its project ended on {day} (seen on {visits})."),
    N_("The site itself says that the organisation or its project ended (seen on {visits})."),
    N_("The site itself says that it is closed or no longer updated."),
    N_("An end is announced for {day}; this becomes a question on that day."),
    N_("An end is announced; this becomes a question on that day."),
    N_("An end is stated, but a successor or new address is named with it."),
    N_("The address {clause} (seen on {visits} in a row)."),
    N_("The domain's name servers are those of a parking service (seen on {visits} in a row)."),
    N_("The address {clause}, on {visits}; this counts from {count} visits."),
    N_("The site has been gone for {days} days and {visits} ({clause}): ceased, or moved?"),
    N_("The site could not be reached for {days} days on {visits} ({clause})."),
    N_("The newest dated item is of {day}, {years} years ago: “{title}”."),
    N_("The newest dated item is of {day}, {years} years ago."),
    N_("According to the registry the period of {programme} ended in {day}."),
    N_("According to the registry the period ended in {day}."),
    N_("Its programme, {known_programme}, ended in {day}."),
    N_("Its name says that it is a project: {name}."),
    N_("Against: a dated item of {day}: “{title}”."),
    N_("Against: a dated item of {day}."),
    N_("Against: a page says it was updated on {day}."),
    N_("Against: an event is announced for {day}: “{title}”."),
    N_("Against: an event is announced for {day}."),
    N_("Against: the text of a page changed between visits, last seen on {day}."),
    N_("Against: the organisation's name stands on the pages."),
    N_("An end on {day} is stated, but a dated item or event of {item} is well after it."),
    N_("An end is stated, but a dated item or event of {item} is well after it."),
    N_("1 page that may carry news could not be read: there may be newer items, so the silence counts for nothing."),
    N_(
        "{count} pages that may carry news could not be read: there may be newer items, so the silence counts for nothing."
    ),
    N_("The last visits ran out of time or bytes: there may be newer items, so the silence counts for nothing."),
    N_("The site was last read on {day}; every age is counted to that day."),
    # What would overturn a reason.
    N_("Other name servers, or the organisation's own pages at this address."),
    N_("A visit that reads them."),
    N_("The address in the registry answering again, or corrected."),
    N_("A visit on which the page is gone or the organisation's own."),
    N_("An address in the registry."),
    N_("A visit."),
    N_("A visit that can read the site, or a look by hand."),
    N_("No newer item by {day}, or proof that this date is not a post's."),
    N_("The day passing without any newer item."),
    N_("Proof that the stamp is set by a machine."),
    N_("A dated item, wherever it stands."),
    N_("A newer dated item, wherever it stands."),
    N_("A page whose main text is English."),
    N_("Proof that the item stands on no English page."),
    N_("A recent dated item on an English page."),
    N_("Items dated well after the stated end, or a named successor."),
    N_("Newer items, or a new address."),
    N_("The organisation's own pages at this or another address."),
    N_("Two good visits that show the organisation's name, or a new address."),
    N_("Two good visits that show the organisation's name."),
    N_("Any newer dated item."),
    N_("Any newer dated item, a coming event, or a change of the text between visits."),
    N_("A later period in the registry."),
)
# The clauses inside the sentences.
CLAUSES = (
    N_("its name does not exist any more"),
    N_("its server refuses connections"),
    N_("its address answers “not found”"),
    N_("its address answers “gone”"),
    N_("it does not answer"),
    N_("shows a page that offers the domain for sale"),
    N_("shows the pages of another owner"),
    N_("shows only the default page of a server or hosting company"),
    N_("shows that the hosting account is suspended"),
    N_("shows that nothing is hosted at this address any more"),
    N_("shows a “not found” page instead of a home page"),
    N_("shows another page"),
)
_GROUNDS = {
    "stated_end": N_("a statement of its end"),
    "stated_site_end": N_("a statement that the site is closed"),
    "other_owner": N_("another owner at its address since {on}"),
    "parked_names": N_("name servers of a parking service"),
    "gone": N_("the site gone since {on}"),
    "long_silence": N_("silence since {on}"),
    "programme_ended": N_("the end of its programme"),
    "project_name": N_("a project in its name"),
    "moved": N_("a redirect to {on}"),
    "succession": N_("a named successor"),
    "announced_end": N_("an announced end"),
    "blocked": N_("no visit could read it since {on}"),
    "item": N_("a dated item of {on}"),
    "event": N_("an event on {on}"),
}
_VISITS = re.compile(r"(\d+) visits?")


@cache
def matchers(patterns: tuple[str, ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each pattern with an expression that finds what varies in a sentence of it."""
    parts = ((re.split(r"\{(\w+)\}", pattern), pattern) for pattern in patterns)
    return tuple((re.compile(expression(pieces), re.DOTALL), pattern) for pieces, pattern in parts)


def expression(pieces: list[str]) -> str:
    """The expression of a pattern in pieces, every second of which is the name of a part that varies."""
    return "".join(f"(?P<{p}>.+?)" if i % 2 else re.escape(p) for i, p in enumerate(pieces)) + r"\Z"


class Sentences:
    """The sentences in one language."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._get = texts.catalogue.gettext

    def reason(self, reason: Reason | str) -> str:
        """A reason, or what would overturn one, in the reader's language."""
        text = reason.text if isinstance(reason, Reason) else reason
        if self._texts.language == "en":
            return text
        for matcher, pattern in matchers(PATTERNS):
            found = matcher.match(text)
            if found:
                return self._get(pattern).format(**{k: self._part(k, v) for k, v in found.groupdict().items()})
        return text

    def _part(self, name: str, words: str) -> str:
        """One varying part of a sentence: numbers of visits and clauses are said anew, all else is kept."""
        if name == "visits":
            found = _VISITS.fullmatch(words)
            count = int(found.group(1)) if found else 0
            return self._texts.catalogue.ngettext("%(num)d visit", "%(num)d visits", count) % {"num": count}
        if name == "clause":
            return self._get(words.removeprefix("it ")) if words.startswith("it shows") else self._get(words)
        return japanese_name(words) if name == "known_programme" else words

    def ground(self, key: str) -> str:
        """The key of a piece of evidence in words."""
        code, _, on = key.partition(":")
        return self._get(_GROUNDS[code]).format(on=on) if code in _GROUNDS else key
