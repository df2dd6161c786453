"""What happened since an earlier day, as a section of the report in each of its forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from db.sheet_writing import Cell, Sheet
from pipelines.two_days import Comparison, Happened
from review.flow_picture import STOPS
from review.pages import environment
from review.texts import N_, Texts
from review.two_days_words import Line, TwoDaysWords
from review.world import UTC

TITLE = N_("What happened since {day}")
_HEADS = (
    N_("What happened"), N_("Cluster id"), N_("Cluster"), N_("Before"), N_("After"), N_("Who says so"), N_("Why"),
    N_("Words of the page"), N_("Page"), N_("Why it was otherwise before"), N_("Last visit"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Since:
    """Two days compared, to be told in the language of a report whose day is the later one."""

    found: Comparison
    texts: Texts

    @property
    def words(self) -> TwoDaysWords:
        """The words of the section."""
        return TwoDaysWords(self.texts)

    @property
    def title(self) -> str:
        """The heading of the section."""
        return self.texts.catalogue.gettext(TITLE).format(day=self.texts.day(self.found.days[0]))

    @property
    def sections(self) -> list[tuple[Happened, list[Line]]]:
        """What happened, each with its clusters; what happened to none is left out."""
        return [(what, self.words.lines(self.found, what)) for what in Happened if self.found.counts[what]]

    def said(self, text: str) -> str:
        """A word of the catalogue."""
        return self.texts.catalogue.gettext(text)


# --- Markdown ---


def markdown_lines(since: Since, plain: Callable[[str], str]) -> Iterator[str]:
    """The section in Markdown; `plain` makes words from outside mean what they say."""
    words, found = since.words, since.found
    yield from (f"## {since.title}", "", words.headline(found), "")
    for remark in words.remarks(found):
        yield from (remark, "")
    yield from (f"| | {since.said(N_('Clusters'))} |", "| --- | ---: |")
    yield from (f"| {plain(name)} | {count} |" for name, count in words.sums(found))
    yield ""
    yield from _flags(since, plain)
    for what, lines in since.sections:
        yield from (f"### {words.label(what)} ({len(lines)})", "")
        yield from (_markdown_line(line, plain) for line in lines)
        yield ""
    if found.unvisited:
        yield from (f"### {words.unvisited_title} ({len(found.unvisited)})", "")
        yield from (f"- {plain(words.name(pair))}: {words.unvisited(pair)}" for pair in found.unvisited)
        yield ""


def _flags(since: Since, plain: Callable[[str], str]) -> Iterator[str]:
    """The numbers from flag to flag."""
    words, found = since.words, since.found
    columns = words.columns(found)
    heads = [words.from_to, *(words.stop(stop, is_left=False) for stop in columns), words.sum_word]
    yield f"| {' | '.join(map(plain, heads))} |"
    yield f"| --- |{' ---: |' * (len(columns) + 1)}"
    for stop, cells, total in words.table(found):
        numbers = [str(cell.count) if cell.count else "–" for cell in cells]
        yield f"| {' | '.join([plain(words.stop(stop, is_left=True)), *numbers, str(total)])} |"
    yield ""


def _markdown_line(line: Line, plain: Callable[[str], str]) -> str:
    said = ": ".join(part for part in (line.by, line.sentence) if part)
    quote = f"“{plain(line.quote)}”" if line.quote else ""
    url = f"<{line.url}>" if line.url else ""
    why = (plain(said), quote, url, plain(line.earlier_said), plain(line.unvisited))
    told = f"- {plain(line.name)} ({plain(line.cluster_id)}): {plain(line.before)} → {plain(line.after)}"
    return " · ".join(part for part in (told, *why) if part)


# --- HTML ---


def html_section(since: Since, places: dict[str, int]) -> Markup:
    """The section as part of the report's one file. `places`: the number of each cluster that has a place in it."""
    template = environment(since.texts.language, UTC).get_template("report_two_days.html")
    told = template.render(
        since=since,
        found=since.found,
        words=since.words,
        sections=since.sections,
        picture=Markup(since.words.picture(since.found)),  # noqa: S704  # escaped where it was drawn
        places=places,
        number_of=STOPS.index,
        bands=[
            (a, b, pairs) for a in STOPS for b in STOPS if (pairs := [p for p in since.found.pairs if p.flow == (a, b)])
        ],
    )
    return Markup(told)  # noqa: S704  # escaped by its template


# --- a workbook ---


def sheets(since: Since) -> Iterator[Sheet]:
    """Two sheets: the numbers, and a row a change."""
    words, found = since.words, since.found
    yield Sheet(
        name=since.title,
        header=(words.headline(found), since.said(N_("Clusters"))),
        rows=_numbers(since),
        widths=(60, 14, *[18] * len(STOPS)),
    )
    yield Sheet(
        name=since.said(N_("Changes")),
        header=tuple(map(since.said, _HEADS)),
        rows=_changes(since),
        widths=(30, 24, 40, 30, 30, 14, 60, 60, 40, 60, 14),
    )


def _numbers(since: Since) -> Iterator[tuple[Cell, ...]]:
    words, found = since.words, since.found
    yield from ((remark,) for remark in words.remarks(found))
    yield from words.sums(found)
    yield ()
    yield (words.from_to, *(words.stop(stop, is_left=False) for stop in words.columns(found)), words.sum_word)
    for stop, cells, total in words.table(found):
        yield (words.stop(stop, is_left=True), *(cell.count for cell in cells), total)


def _changes(since: Since) -> Iterator[tuple[Cell, ...]]:
    for what, lines in since.sections:
        for pair, line in zip(since.found.of(what), lines, strict=True):
            at = pair.now.visited_at
            yield (
                since.words.label(what), line.cluster_id, line.name, line.before, line.after, line.by, line.sentence,
                line.quote, line.url, line.earlier_said, at.date() if at else None,
            )  # fmt: skip
