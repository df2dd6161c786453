"""What a page hides from its readers by a style in its source, and when that is shown all the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.reading.open_lines import OpenLine

_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STYLE = 500  # characters of a style that are searched
# A tab that is not in front is hidden until somebody clicks it: its news are published like those of the first.
_TAB = re.compile(
    r"tab(?:s|bed|panel|pane|content|contents|body|box|inner|item|list|view)*\d*(?=$|[\s_-])", re.IGNORECASE
)
_LITTLE = 200  # characters; a page that shows less is one whose script shows what its source hides


def hides(attributes: Mapping[str, str], words: str = "") -> bool:
    """Whether an element's own style hides it and it is no tab, which a click brings to the front.

    `words` are its classes and id.
    """
    style = attributes.get("style")
    if not style or not _HIDES.search(style[:_STYLE]):
        return False
    return attributes.get("role") != "tabpanel" and not _TAB.search(words)


def has_tabs(classes: str) -> bool:
    """Whether the classes of the elements around make what is hidden in them a tab."""
    return _TAB.search(classes) is not None


def lines_shown(opens: list[OpenLine]) -> list[OpenLine]:
    """The lines that are not hidden, or all where hardly anything else is on the page."""
    shown = [line for line in opens if not line.place.style.hidden]
    if len(shown) == len(opens) or sum(len(piece) for line in shown for piece in line.pieces) < _LITTLE:
        return opens
    return shown
