"""The report as one HTML file: no script, nothing loaded, so that it opens from a disk and may be mailed."""

from __future__ import annotations

from markupsafe import Markup

from pipelines.tabulating import CLUSTERS_IN_2016
from review.pages import environment, static_files
from review.reporting import words
from review.reporting.beside import map_of
from review.reporting.spoken import Spoken
from review.reporting.two_days import html_section
from review.world import UTC


def html(spoken: Spoken) -> str:
    """The whole document."""
    style = static_files()["report.css"][0].decode()
    # Ours, and put into a <style>: nothing of it comes from outside.
    chart = map_of(spoken.report, spoken.texts.language)
    return _rendered("report_document.html", spoken, style=Markup(style), map=chart, since=_since(spoken))  # noqa: S704


def _since(spoken: Spoken) -> Markup:
    """What happened since an earlier day, "" where none was asked for."""
    if spoken.since is None:
        return Markup()
    return html_section(spoken.since, {m.cluster.cluster_id: n for n, m in enumerate(spoken.report.clusters, start=1)})


def tables(spoken: Spoken) -> Markup:
    """The tables as part of a page of the service, in the language of the report."""
    return Markup(_rendered("report_tables.html", spoken))  # noqa: S704  # escaped where it was put together


def _rendered(template: str, spoken: Spoken, **beside: object) -> str:
    return (
        environment(spoken.texts.language, UTC)
        .get_template(template)
        .render(
            spoken=spoken,
            clusters_in_2016=CLUSTERS_IN_2016,
            programme_ends=words.PROGRAMME_ENDS,
            reference=words.REFERENCE,
            **beside,
        )
    )
