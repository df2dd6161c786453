"""One row of the registry, checked: the same for a file, a form and a command. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from crawler.model import Cluster
from db import cells
from db.cells import Fault, Refused
from db.history import COLUMNS

FIELDS = COLUMNS  # every column that the registry knows
REQUIRED = ("cluster_id", "name_en", "website")

# Corners of Japan with its remote islands, in degrees.
_JAPAN_LAT, _JAPAN_LON = (20.0, 46.0), (122.0, 154.5)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong or odd about one column of a row."""

    column: str  # a field of Cluster, or the heading of a further column
    fault: Fault
    refused: bool  # else a warning: the row is taken


@dataclass(frozen=True, slots=True)
class Checked:
    """A row after its checks: the cluster, None when it is refused, and what was found."""

    cluster: Cluster | None
    findings: tuple[Finding, ...]


def checked(typed: Mapping[str, str], unread: Collection[str] = ()) -> Checked:
    """The cluster of a row from what was typed into its columns; columns in `unread` were refused before."""
    findings: list[Finding] = []
    values: dict[str, object] = {}
    for name, check in _CHECKS.items():
        if name in unread:
            continue
        try:
            values[name] = check(typed.get(name, ""))
        except Refused as refused:
            findings.append(Finding(name, refused.fault, refused=True))
    extra, odd = _extra(typed)
    findings = _mended([*findings, *odd], typed)
    if unread or any(found.refused for found in findings):
        return Checked(None, tuple(findings))
    cluster = Cluster(**values, extra=extra)  # type: ignore[arg-type]  # each value comes from its field's check
    doubts = (Finding(name, fault, refused=False) for name, fault in _doubts(cluster, typed))
    return Checked(cluster, (*findings, *doubts))


def _name(text: str) -> str:
    if not text:
        raise cells.refuse("is missing", "Every cluster needs a name in English; a transcription will do.")
    return cells.checked_text(text, 300)


_OWN_CHECKS: dict[str, Callable[[str], object]] = {
    "cluster_id": cells.checked_id,
    "name_en": _name,
    "name_ja": lambda text: cells.checked_text(text, 300),
    "website": cells.checked_url,
    "website_en": cells.checked_url,
    "other_hosts": cells.checked_hosts,
    "home_language": cells.checked_language,
    "country": cells.checked_country,
    "lat": lambda text: cells.checked_degrees(text, 90, "latitude"),
    "lon": lambda text: cells.checked_degrees(text, 180, "longitude"),
    "notes": lambda text: cells.checked_text(text, cells.MAX_LONG_TEXT),
}
_CHECKS = {name: _OWN_CHECKS.get(name, cells.checked_text) for name in FIELDS}


def _extra(typed: Mapping[str, str]) -> tuple[tuple[tuple[str, str], ...], list[Finding]]:
    """The filled cells of columns that we do not know, and what is wrong with them."""
    extra: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for heading, text in typed.items():
        if heading in FIELDS or not text:
            continue
        try:
            extra.append((cells.checked_text(heading), cells.checked_text(text, cells.MAX_LONG_TEXT)))
        except Refused as refused:
            findings.append(Finding(heading, refused.fault, refused=True))
    return tuple(extra), findings


def _mended(findings: list[Finding], typed: Mapping[str, str]) -> list[Finding]:
    """The findings with a better word for a latitude that is refused because it is the longitude."""
    if not cells.look_swapped(typed.get("lat", ""), typed.get("lon", "")):
        return findings
    fault = Fault("latitude and longitude look swapped", "Put 35.681 under lat and 139.767 under lon.")
    return [replace(found, fault=fault) if found.column == "lat" else found for found in findings]


def _doubts(cluster: Cluster, typed: Mapping[str, str]) -> Iterator[tuple[str, Fault]]:
    """What is odd about a row that is taken: the column and why."""
    for name in ("website", "website_en"):
        inside = cells.private_host(getattr(cluster, name))
        if inside:
            fault = Fault(f"{inside} is not on the public internet", "The crawl refuses such addresses unless allowed.")
            yield name, fault
    if cluster.website_en and cluster.website_en == cluster.website:
        yield "website_en", Fault("is the same address as the website", "Leave it blank unless it is another page.")
    for name in ("period_start", "period_end"):
        if getattr(cluster, name) and not cells.names_a_year(getattr(cluster, name)):
            yield name, Fault("names no year of four digits", "Write it like 2007, 2007-04 or FY2007.")
    if cells.ends_before(cluster.period_start, cluster.period_end):
        yield "period_end", Fault("lies before period_start", "Check both; the row is taken as it is.")
    if (cluster.lat is None) != (cluster.lon is None):
        missing = "lat" if cluster.lat is None else "lon"
        yield missing, Fault("is missing while the other coordinate is given", "The map cannot show this cluster.")
    elif cluster.country == "JP" and not _in_japan(cluster):
        yield "lat", Fault("the place lies outside Japan, where the cluster is", "Check lat, lon and country.")
    if cluster.country != "JP" and not typed.get("home_language"):
        yield "home_language", Fault("is blank and taken as ja, outside Japan", "Write the code of its home language.")


def _in_japan(cluster: Cluster) -> bool:
    """Whether the place lies in Japan, as far as it is known."""
    if cluster.lat is None or cluster.lon is None:
        return True
    return _JAPAN_LAT[0] <= cluster.lat <= _JAPAN_LAT[1] and _JAPAN_LON[0] <= cluster.lon <= _JAPAN_LON[1]
