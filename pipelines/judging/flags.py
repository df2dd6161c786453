"""The one label of the mapping, derived by one written order, and the words people read."""

from __future__ import annotations

from crawler.model import Activity, English, Flag

_BY_ACTIVITY = {
    Activity.LIKELY_CEASED: Flag.LIKELY_CEASED,
    Activity.UNDETERMINED: Flag.UNDETERMINED,
}
_BY_ENGLISH = {
    English.NONE: Flag.JAPANESE_ONLY,
    English.ACTIVE: Flag.ACTIVE,
    English.STATIC: Flag.STATIC,
    English.UNDETERMINED: Flag.UNDETERMINED,
}


def flag_of(activity: Activity, english: English) -> Flag:
    """The flag: ceased first, then home language only, then whether the English pages are fresh."""
    return _BY_ACTIVITY.get(activity) or _BY_ENGLISH[english]


def wording(flag: Flag, home_language: str) -> str:
    """The flag as people read it; only a Japanese cluster's single language is called Japanese."""
    if flag is Flag.JAPANESE_ONLY:
        return "Japanese only" if home_language == "ja" else "home language only"
    return {
        Flag.ACTIVE: "active",
        Flag.STATIC: "static",
        Flag.LIKELY_CEASED: "likely ceased",
        Flag.UNDETERMINED: "undetermined",
    }[flag]
