"""How long patterns are put together, for the lexicons of the readers."""

from __future__ import annotations

import re


def any_of(*patterns: str, flags: int = 0) -> re.Pattern[str]:
    """One pattern of several alternatives, compiled."""
    return re.compile("|".join(patterns), flags)
