"""The forms of the report: for people, for spreadsheet programs, for other programs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from review.reporting.document import document
from review.reporting.markdown import markdown, plain
from review.reporting.page import html
from review.reporting.spoken import Spoken
from review.reporting.two_days import Since, html_section, markdown_lines, sheets
from review.reporting.workbook import xlsx


class Form(StrEnum):
    """A form of the report."""

    MARKDOWN = "md"
    HTML = "html"
    XLSX = "xlsx"
    JSON = "json"


def written(spoken: Spoken, form: Form, *, generated_at: datetime, since: Since | None = None) -> bytes:
    """The report as the bytes of a file; with `since`, what happened since an earlier day is a section of it."""
    if form is Form.XLSX:
        return xlsx(spoken, sheets(since) if since else ())
    if form is Form.JSON:
        return document(spoken, generated_at=generated_at, since=since.found if since else None).encode()
    if form is Form.HTML:
        places = {spoken.id(number): number for number in range(1, len(spoken.report.clusters) + 1)}
        text = html(spoken, since.title if since else "", html_section(since, places) if since else Markup())
    else:
        text = markdown(spoken, markdown_lines(since, plain) if since else ())
    return text.encode("utf-8", "replace")
