"""One row of the registry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One row of the registry. Blank cells are empty strings or None, never guesses."""

    cluster_id: str
    name_en: str
    website: str  # absolute http(s) URL, or "" when none is known
    name_ja: str = ""
    website_en: str = ""
    other_hosts: tuple[str, ...] = ()  # host names or URLs that are the cluster's too
    home_language: str = "ja"  # ISO 639-1
    country: str = "JP"  # ISO 3166-1 alpha-2
    prefecture: str = ""
    city: str = ""
    lat: float | None = None  # degrees, WGS 84
    lon: float | None = None
    sector: str = ""
    programme: str = ""
    period_start: str = ""  # as written in the source: a year, a month, a day, "FY2011"
    period_end: str = ""
    operator: str = ""
    notes: str = ""
    extra: tuple[tuple[str, str], ...] = ()  # columns we do not know, kept and shown
