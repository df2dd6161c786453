"""The day on which a page that is one post was published.

What speaks for each day that the page names (`testimony`) is weighed, and the day that most speaks for is given, with
its probability as confidence. A copyright year, or a year or month alone, gives no day, and no day is invented.
"""

from __future__ import annotations

from datetime import date
from math import exp

from crawler.model import DatedItem, DateKind, Precision
from crawler.reading.page import Page
from crawler.reading.published_weights import NONE, WEIGHTS
from crawler.reading.stamps import plain
from crawler.reading.testimony import Testimony, testimonies

_SUREST = 0.99  # nothing that was read is certain


def published(page: Page, *, today: date) -> DatedItem | None:
    """The day on which this page was published, None when nothing on it tells. Never a day to come.

    The confidence is the probability of the day: of those given with 0.9 and more, 0.98 were right on pages that the
    weights were not made from (`make bench-pages`).
    """
    said = testimonies(page, today=today)
    if not said:
        return None
    scores = {on: score(testimony) for on, testimony in said.items()}
    # Of two days that as much speaks for, that of the better witness.
    chosen = max(said, key=lambda on: (scores[on], -said[on].rank, -on.toordinal()))
    highest = max(scores[chosen], NONE)
    everything = sum(exp(other - highest) for other in scores.values()) + exp(NONE - highest)
    testimony = said[chosen]
    return DatedItem(
        url=page.url,
        on=chosen,
        precision=Precision.DAY,
        kind=DateKind.POST,
        source=testimony.source,
        raw=testimony.raw,
        title=plain(page.meta("og:title") or page.title),
        link=page.url,
        confidence=round(min(_SUREST, exp(scores[chosen] - highest) / everything), 3),
    )


def score(testimony: Testimony) -> float:
    """How much speaks for a day: the sum of the weights of its traits."""
    return sum(WEIGHTS.get(trait, 0.0) for trait in testimony.traits)
