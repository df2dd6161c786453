"""What stands beside the tables: the map, and what happened since an earlier day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from pipelines.maps.drawing import map_svg
from pipelines.maps.lines import map_lines
from pipelines.tabulating import Report
from pipelines.two_days import Comparison, Happened
from review.texts import Texts
from review.two_days_words import Line, TwoDaysWords

MOST_ON_A_MAP = 2000  # clusters; of more the marks are too small to be told apart


@dataclass(frozen=True, slots=True)
class Compared:
    """What happened to the clusters since an earlier day, in one language."""

    found: Comparison
    words: TwoDaysWords

    @property
    def headline(self) -> str:
        """The two days, and how many clusters there were."""
        return self.words.headline(self.found)

    @property
    def sums(self) -> list[tuple[str, int]]:
        """How many clusters each thing happened to."""
        return self.words.sums(self.found)

    @property
    def picture(self) -> Markup:
        """The flows from flag to flag; a table of the sums says them too."""
        return Markup(self.words.picture(self.found))  # noqa: S704  # its words are escaped

    def kinds(self) -> Iterator[tuple[str, list[Line]]]:
        """What happened, and to which clusters; kinds without any are left out."""
        for what in Happened:
            lines = self.words.lines(self.found, what)
            if lines:
                yield self.words.label(what), lines


def compared_in(found: Comparison, texts: Texts) -> Compared:
    """A comparison in one language."""
    return Compared(found, TwoDaysWords(texts))


def map_of(report: Report, language: str) -> Markup:
    """The map of the clusters of a report, each mark leading to its cluster; "" when they are too many for one."""
    if not 0 < len(report.clusters) <= MOST_ON_A_MAP:
        return Markup()
    numbers = {m.cluster.cluster_id: number for number, m in enumerate(report.clusters, start=1)}
    lines = map_lines(
        [m.cluster for m in report.clusters],
        {m.cluster.cluster_id: m.verdict for m in report.clusters if m.verdict is not None},
        {m.cluster.cluster_id: m.review for m in report.clusters if m.review is not None},
        language=language,
    )
    # What map_svg gives holds no word of anybody that it has not escaped.
    return Markup(map_svg(lines, language=language, link=lambda name: f"#cluster-{numbers[name]}"))  # noqa: S704
