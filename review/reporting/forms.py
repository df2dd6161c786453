"""The forms of the report: for people, for spreadsheet programs, for other programs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from review.reporting.document import document
from review.reporting.markdown import markdown
from review.reporting.page import html
from review.reporting.spoken import Spoken
from review.reporting.workbook import xlsx


class Form(StrEnum):
    """A form of the report."""

    MARKDOWN = "md"
    HTML = "html"
    XLSX = "xlsx"
    JSON = "json"


def written(spoken: Spoken, form: Form, *, generated_at: datetime) -> bytes:
    """The report as the bytes of a file."""
    if form is Form.XLSX:
        return xlsx(spoken)
    if form is Form.JSON:
        return document(spoken, generated_at=generated_at).encode()
    text = html(spoken) if form is Form.HTML else markdown(spoken)
    return text.encode("utf-8", "replace")
