"""Candidates for the registry: organisations that somebody or something found, to be accepted or rejected once.

Two mentions are of one organisation when they share the site (registrable domain and folder) or the name; such a
mention is counted and changes nothing, so that a rejected candidate never comes back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from crawler.errors import ClusterwatchError
from crawler.model import Cluster
from crawler.urls import host, is_web, registrable_domain
from db import rows
from db.registrar import Registrar
from db.rows import Cell

_LANGUAGE_FOLDERS = frozenset({"en", "eng", "english", "ja", "jp", "jpn", "japanese"})
_BETWEEN = re.compile(r"[\W_]+")


class CandidateState(StrEnum):
    """What became of a candidate."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class CandidateDecided(ClusterwatchError):
    """Somebody has decided on the candidate already, or there is none. Raised by `Candidates`; the pages say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One mention of an organisation, before it is kept."""

    name: str
    website: str = ""
    name_ja: str = ""
    proposed_id: str = ""  # the id that it might get, or has in the registry already
    why: str = ""  # why it may belong into the registry
    source: str = ""  # where it was found, as an address where there is one
    score: float | None = None  # how much speaks for it; any scale, larger is better


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One candidate."""

    candidate_id: int
    found: Found
    state: CandidateState
    found_at: datetime
    last_found_at: datetime
    times_found: int
    decided_by: str
    decided_at: datetime | None
    reason: str
    cluster_id: str  # what it became, "" unless it was accepted


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a list of mentions."""

    new: int
    again: int  # open already, and counted once more
    decided: int  # accepted or rejected before; counted, and not asked again


def site_key(website: str) -> str:
    """What the addresses of one organisation share: registrable domain and folder, "" for no web address.

    Folders of a language at the end say nothing.
    """
    if not is_web(website):
        return ""
    folders = [part for part in urlsplit(website).path.rpartition("/")[0].lower().split("/") if part]
    while folders and folders[-1] in _LANGUAGE_FOLDERS:
        folders.pop()
    return "/".join([registrable_domain(website) or host(website), *folders])


def name_key(name: str) -> str:
    """A name without case, width, and what stands between its words."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", name).casefold())


class Candidates(Registrar):
    """The store with the candidates for the registry."""

    def add_candidates(self, mentions: Iterable[Found], *, by: str, source: str = "") -> Kept:
        """Keep new candidates, and count those that are known; one transaction with one line of the audit."""
        counts = {"new": 0, "again": 0, "decided": 0}
        with self.transaction():
            for found in mentions:
                counts[self._put_candidate(found)] += 1
            self._audit(by, "candidates:added", "", source=source, **counts)
        return Kept(**counts)

    def _put_candidate(self, found: Found) -> str:
        at = rows.instant_text(self._clock())
        keys: dict[str, Cell] = {"site": site_key(found.website), "name": name_key(found.name)}
        sql = """SELECT id, state FROM candidates WHERE (site_key <> '' AND site_key = :site)
        OR (name_key <> '' AND name_key = :name) ORDER BY state = 'open', id LIMIT 1"""
        known = self._one(sql, **keys)
        if known:
            self._do(
                "UPDATE candidates SET times_found = times_found + 1, last_found_at = :at WHERE id = :id",
                {"at": at, "id": known["id"]},
            )
            return "again" if known["state"] == CandidateState.OPEN else "decided"
        texts = {name: getattr(found, name) for name in ("name", "name_ja", "website", "proposed_id", "why", "source")}
        row = {**texts, "score": found.score, "site_key": keys["site"], "name_key": keys["name"]}
        self._insert("candidates", {**row, "found_at": at, "last_found_at": at})
        return "new"

    def candidate(self, candidate_id: int) -> Candidate | None:
        """One candidate, None when there is no such one."""
        row = self._one("SELECT * FROM candidates WHERE id = :id", id=candidate_id)
        return _candidate(row) if row else None

    def candidates_in(
        self, state: CandidateState, *, worst_first: bool = False, limit: int = 50, offset: int = 0
    ) -> list[Candidate]:
        """The candidates in a state, the best first: by score, those without one last, then by how often found."""
        way = "ASC" if worst_first else "DESC"
        sql = f"""SELECT * FROM candidates WHERE state = :state
        ORDER BY score IS NULL, score {way}, times_found {way}, id LIMIT :limit OFFSET :offset"""  # noqa: S608  # words of ours
        return [_candidate(row) for row in self._all(sql, state=str(state), limit=limit, offset=offset)]

    def candidate_counts(self) -> dict[CandidateState, int]:
        """How many candidates are in which state."""
        found = self._all("SELECT state, count(*) AS n FROM candidates GROUP BY state")
        counts = {rows.text(row, "state"): rows.whole(row, "n") for row in found}
        return {state: counts.get(state, 0) for state in CandidateState}

    def accept_candidate(self, candidate_id: int, cluster: Cluster, *, by: str, note: str = "") -> None:
        """Add a candidate to the registry. Raises CandidateDecided, IdTaken."""
        with self.transaction():
            self._check_open(candidate_id)
            self.add_cluster(cluster, by=by, note=note)
            self._decide(candidate_id, CandidateState.ACCEPTED, by=by, reason=note, cluster_id=cluster.cluster_id)
            self._audit(by, "candidate:accepted", cluster.cluster_id, candidate=candidate_id)

    def reject_candidate(self, candidate_id: int, *, by: str, reason: str) -> None:
        """Reject a candidate for good. Raises CandidateDecided."""
        with self.transaction():
            found = self._check_open(candidate_id)
            self._decide(candidate_id, CandidateState.REJECTED, by=by, reason=reason, cluster_id=None)
            self._audit(by, "candidate:rejected", found.found.name, candidate=candidate_id, reason=reason)

    def _check_open(self, candidate_id: int) -> Candidate:
        found = self.candidate(candidate_id)
        if found is None:
            raise CandidateDecided(f"there is no candidate {candidate_id}")
        if found.state is not CandidateState.OPEN:
            raise CandidateDecided(f"candidate {candidate_id} was {found.state} by {found.decided_by}")
        return found

    def _decide(
        self, candidate_id: int, state: CandidateState, *, by: str, reason: str, cluster_id: str | None
    ) -> None:
        values: dict[str, Cell] = {"id": candidate_id, "state": str(state), "by": by, "reason": reason}
        self._do(
            "UPDATE candidates SET state = :state, decided_by = :by, decided_at = :at, reason = :reason, "
            "cluster_id = :cluster WHERE id = :id",
            {**values, "at": rows.instant_text(self._clock()), "cluster": cluster_id},
        )

    def in_registry(self, candidates: Iterable[Candidate]) -> dict[int, str]:
        """The candidates that the registry has already, retired rows included: id of the candidate to that of the row.

        They share the id, or the site with one of a row's addresses.
        """
        wanted = {c.candidate_id: c.found for c in candidates}
        parts = {registrable_domain(f.website) or host(f.website) for f in wanted.values()}
        parts |= {f"\n{f.proposed_id.lower()}\n" for f in wanted.values() if f.proposed_id}
        # Most rows share nothing with any candidate; only of the others the addresses are taken apart.
        near = re.compile("|".join(map(re.escape, sorted(parts - {""}))) or r"(?!)")
        sql = """SELECT cluster_id, website, website_en, other_hosts,
            lower(char(10) || cluster_id || char(10) || website || ' ' || website_en || ' ' || other_hosts) AS all_of_it
        FROM clusters ORDER BY retired_at IS NOT NULL DESC, cluster_id DESC"""
        found = [row for row in self._all(sql) if near.search(rows.text(row, "all_of_it"))]
        by_key: dict[str, str] = {}
        for row in found:  # rows in use come last, and win
            cluster_id = rows.text(row, "cluster_id")
            by_key |= dict.fromkeys([f"id:{cluster_id.lower()}", *_site_keys(row)], cluster_id)
        return {
            number: by_key[key]
            for number, f in wanted.items()
            for key in (f"id:{f.proposed_id.lower()}", site_key(f.website))
            if key and key in by_key
        }


def _site_keys(row: Mapping[str, Cell]) -> Iterable[str]:
    hosts = rows.unpack(rows.text(row, "other_hosts").encode(), tuple[str, ...])
    addresses = [rows.text(row, "website"), rows.text(row, "website_en")]
    addresses += [h if "://" in h else f"http://{h}/" for h in hosts]
    return filter(None, map(site_key, addresses))


def _candidate(row: Mapping[str, Cell]) -> Candidate:
    score = row["score"]
    texts = ("name", "name_ja", "website", "proposed_id", "why", "source")
    return Candidate(
        candidate_id=rows.whole(row, "id"),
        found=Found(
            **{name: rows.text(row, name) for name in texts},
            score=float(score) if isinstance(score, int | float) else None,
        ),
        state=CandidateState(rows.text(row, "state")),
        found_at=rows.instant(rows.text(row, "found_at")),
        last_found_at=rows.instant(rows.text(row, "last_found_at")),
        times_found=rows.whole(row, "times_found"),
        decided_by=rows.text(row, "decided_by"),
        decided_at=rows.optional(row, "decided_at", rows.instant),
        reason=rows.text(row, "reason"),
        cluster_id=rows.optional(row, "cluster_id", str) or "",
    )
