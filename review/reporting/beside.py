"""What stands beside the tables: the map."""

from __future__ import annotations

from markupsafe import Markup

from pipelines.maps.drawing import map_svg
from pipelines.maps.lines import map_lines
from pipelines.tabulating import Report

MOST_ON_A_MAP = 2000  # clusters; of more the marks are too small to be told apart


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
