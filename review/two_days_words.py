"""Two days compared, in the reader's words: the sums, what happened to which cluster, and the words of the picture.

A page, a report and the terminal show the same lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.model import Flag, Precision, Reason
from crawler.urls import linkable
from db.export import obeyed_by_nobody
from pipelines.judging.programmes import Ended
from pipelines.mapping import Mapped
from pipelines.two_days import FATES, Comparison, Grounds, Happened, Pair, grounds
from pipelines.two_days_rows import new_address, said_by
from review.flow_picture import STOPS, FlowWords, Stop, flow_picture
from review.sentences import Sentences
from review.texts import N_, Texts

_NOT_YET, _NO_MORE = N_("not there yet"), N_("no longer there")
_ADDRESSES = frozenset({Happened.MOVED, Happened.ADDRESS})
_PARTNERS = frozenset({Happened.PARTNERS_GAINED, Happened.PARTNERS_LOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened to one cluster."""

    cluster_id: str
    name: str  # in the reader's language, where there is such a name
    home_language: str
    before: str  # "–" for nothing
    after: str
    by: str  # who says it; "" for the program
    sentence: str  # why, or a person's note; "" for none
    quote: str  # the words of the page
    url: str  # where they stand; "" for nowhere, and for what is no web address
    earlier_said: str  # why it was otherwise on the earlier day; "" where nothing is to be said
    unvisited: str  # "not visited since …", "" for one that was visited in between


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the table from flag to flag."""

    before: Stop
    after: Stop
    count: int


class TwoDaysWords:
    """The words in one language."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._get = texts.catalogue.gettext
        self._sentences = Sentences(texts)

    # --- the clusters ---

    def lines(self, found: Comparison, what: Happened) -> list[Line]:
        """The clusters to which something happened, by id."""
        return [self._line(pair, what) for pair in found.of(what)]

    def _line(self, pair: Pair, what: Happened) -> Line:
        cluster, rests_on = pair.cluster, grounds(pair, what)
        before, after = self._values(pair, what)
        by, _, quote, url = said_by(rests_on)
        return Line(
            cluster_id=cluster.cluster_id,
            name=obeyed_by_nobody(self.name(pair)),
            home_language=cluster.home_language,
            before=obeyed_by_nobody(before) or "–",
            after=obeyed_by_nobody(after) or "–",
            by=by,
            sentence=obeyed_by_nobody(self._said(rests_on)),
            quote=obeyed_by_nobody(quote),
            url=linkable(url),
            earlier_said=obeyed_by_nobody(self._earlier(rests_on)),
            unvisited=self.unvisited(pair) if pair.later and not pair.visited_between else "",
        )

    def name(self, pair: Pair) -> str:
        """The name of a cluster."""
        cluster = pair.cluster
        return (self._texts.language == "ja" and cluster.name_ja) or cluster.name_en

    def _said(self, rests_on: Grounds) -> str:
        if rests_on.partner is not None:
            on, precision = rests_on.partner.on, rests_on.partner.precision
            tie = self._texts.label(rests_on.partner.tie)
            return f"{tie}, {self._texts.day(on, precision)}" if on else tie
        return self._sentence(rests_on.reason) if rests_on.reason is not None else said_by(rests_on)[1]

    def _sentence(self, reason: Reason) -> str:
        return self._sentences.reason(reason)

    def _earlier(self, rests_on: Grounds) -> str:
        word = rests_on.review_before
        said = f"{word.by}: {word.reason or '–'}" if word is not None else ""
        if rests_on.before is not None:
            said = self._sentence(rests_on.before)
        return self._get(N_("Before: {words}")).format(words=said) if said else ""

    def unvisited(self, pair: Pair) -> str:
        """Since when a cluster has not been visited."""
        at = pair.now.visited_at
        if at is None:
            return self._get(N_("never visited"))
        return self._get(N_("not visited since {day}")).format(day=self._texts.day(at.date()))

    def _values(self, pair: Pair, what: Happened) -> tuple[str, str]:
        then, now = pair.earlier, pair.later
        if what in FATES:
            return self._flag(then, pair) if then else self._not_yet(pair), self._flag(
                now, pair
            ) if now else self._left(pair)
        if then is None or now is None:
            raise ValueError(f"{what} needs both days")
        if what in _ADDRESSES:
            return then.cluster.website, new_address(pair, what)
        if what is Happened.RENAMED:
            return _names(then), _names(now)
        if what is Happened.LANGUAGE:
            return self._languages(then), self._languages(now)
        if what in _PARTNERS:
            return self._texts.label(then.international.kind), self._texts.label(now.international.kind)
        return "", self._programme(now.programme_ended)

    def _flag(self, row: Mapped, pair: Pair) -> str:
        return self._texts.label(row.flag, pair.cluster.home_language)

    def _not_yet(self, pair: Pair) -> str:
        return self._get(N_("retired")) if pair.back else self._get(_NOT_YET)

    def _left(self, pair: Pair) -> str:
        into = pair.left.merged_into if pair.left else ""
        return self._get(N_("merged into {cluster}")).format(cluster=into) if into else self._get(N_("retired"))

    def _languages(self, row: Mapped) -> str:
        if row.verdict is None:
            return ""
        tier = self._texts.label(row.verdict.english)
        names = self._texts.language_names(row.verdict.languages)
        return f"{names} · {tier}" if names else tier

    def _programme(self, over: Ended | None) -> str:
        return self._texts.day(over.on, Precision.MONTH) if over else ""

    # --- the sums ---

    def headline(self, found: Comparison) -> str:
        """Which days, and how many clusters there were on each."""
        first, last = (self._texts.day(on) for on in found.days)
        words = self._get(N_("From {first} ({before}) to {last} ({after})"))
        return words.format(
            first=first, last=last, before=self._clusters(found.before), after=self._clusters(found.after)
        )

    def remarks(self, found: Comparison) -> list[str]:
        """What a reader must know of the two days: on which of them nothing was visited, or nothing that counted."""
        said = []
        for on, at in zip(found.days, found.last_visits, strict=True):
            if at is not None and at.date() < on:
                words = self._get(N_("No visit of {day} counted: that day stands as the visits of {last} left it."))
                said.append(words.format(day=self._texts.day(on), last=self._texts.day(at.date())))
        return said

    def label(self, what: Happened) -> str:
        """The name of something that happens."""
        return self._texts.label(what)

    def sums(self, found: Comparison) -> list[tuple[str, int]]:
        """The sums by fate, which add up, then what else happened."""
        return [(name, count) for name, count, _ in self.linked_sums(found)]

    def linked_sums(self, found: Comparison) -> list[tuple[str, int, str | None]]:
        """The same, each with the word by which its list can be found: "" for no list, None for the two days."""
        first, last = (self._texts.day(on) for on in found.days)
        in_mapping, counts = self._get(N_("clusters on {day}")), found.counts

        def listed(*, fates: bool) -> list[tuple[str, int, str | None]]:
            return [(self.label(what), n, str(what)) for what, n in counts.items() if (what in FATES) is fates]

        return [
            (in_mapping.format(day=first), found.before, None),
            *listed(fates=True),
            (self._get(N_("the same flag")), found.same_flag, ""),
            (in_mapping.format(day=last), found.after, None),
            *listed(fates=False),
            (self._get(N_("nothing of all this")), found.unchanged, ""),
            (self.unvisited_title, len(found.unvisited), "unvisited"),
        ]

    @property
    def unvisited_title(self) -> str:
        """Of the clusters that no visit saw in between."""
        return self._get(N_("not visited in between"))

    @property
    def from_to(self) -> str:
        """The corner of the table from flag to flag."""
        return self._get(N_("From ↓ to →"))

    @property
    def sum_word(self) -> str:
        """The heading of sums."""
        return self._get(N_("sum"))

    def stop(self, stop: Stop, *, is_left: bool) -> str:
        """The name of a flag, or of not being in the mapping on that day."""
        return self._texts.label(stop) if stop is not None else self._get(_NOT_YET if is_left else _NO_MORE)

    def table(self, found: Comparison) -> list[tuple[Stop, list[Cell], int]]:
        """The numbers from flag to flag: a row a flag of the earlier day, with its sum; empty rows left out."""
        flows = found.flows
        rows = [(a, [Cell(a, b, flows.get((a, b), 0)) for b in self.columns(found)]) for a in STOPS]
        return [(a, cells, sum(c.count for c in cells)) for a, cells in rows if any(c.count for c in cells)]

    def columns(self, found: Comparison) -> list[Stop]:
        """The flags of the later day that any cluster has."""
        reached = {b for _, b in found.flows}
        return [stop for stop in STOPS if stop in reached]

    def picture(self, found: Comparison, *, name: str = "flow") -> str:
        """The picture of the flows, an `svg` element."""
        first, last = (self._texts.day(on) for on in found.days)
        title = self._get(N_("Flags on {first} and on {last}")).format(first=first, last=last)
        words = FlowWords(
            title=title,
            description=self.description(found.flows),
            before=f"{first} · {self._clusters(found.before)}",
            after=f"{last} · {self._clusters(found.after)}",
            names=tuple(self._texts.label(flag) for flag in STOPS if flag is not None),
            not_yet=self._get(_NOT_YET),
            no_more=self._get(_NO_MORE),
            nothing=self._get(N_("There are no clusters on either day.")),
        )
        return flow_picture(found.flows, words, name=name)

    def _clusters(self, count: int) -> str:
        return self._texts.catalogue.ngettext("%(count)s cluster", "%(count)s clusters", count) % {
            "count": f"{count:,}"
        }

    def description(self, flows: Mapping[tuple[Flag | None, Flag | None], int]) -> str:
        """Every band of the picture in words, those that change first."""
        order = [(a, b) for a in STOPS for b in STOPS if (a, b) in flows]
        order.sort(key=lambda flow: flow[0] is flow[1])
        parts = (f"{self.stop(a, is_left=True)} → {self.stop(b, is_left=False)}: {flows[a, b]}" for a, b in order)
        return "; ".join(parts)


def _names(row: Mapped) -> str:
    return " / ".join(name for name in (row.cluster.name_en, row.cluster.name_ja) if name)
