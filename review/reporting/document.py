"""The report as one JSON document, the same keys in every language (docs/report.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from db.export import json_text, obeyed_by_nobody
from pipelines.tabulating import CLUSTERS_IN_2016, TableName
from pipelines.two_days_rows import document as comparison
from review.reporting.spoken import Evidence, Spoken, SpokenCluster, SpokenTable

FORM = 1  # raised when a key goes or means something else; new keys may come


def document(spoken: Spoken, *, generated_at: datetime) -> str:
    """The whole document."""
    report = spoken.report
    return json_text(
        {
            "report": FORM,
            "generated_at": generated_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "day": report.day,
            "language": spoken.texts.language,
            "active_days": report.policy.active_days,
            "partner_days": report.policy.partner_days,
            "n_clusters": len(report.clusters),
            "reference": {"year": 2016, "n_clusters": CLUSTERS_IN_2016, "notes": spoken.reference},
            "tables": {str(table.name): _table(spoken, table) for table in spoken.tables},
            "programme_ends": [
                {
                    "cluster_id": report.clusters[over.member].cluster.cluster_id,
                    "ended_on": over.on,
                    "silent_since": over.silent_since,
                    "words": told,
                }
                for over, (_, _, told) in zip(report.over, spoken.ends, strict=True)
            ],
            "comparison": comparison(spoken.since.found, generated_at=generated_at) if spoken.since else None,
            "clusters": [
                _cluster(spoken, cluster, of) for cluster, of in zip(spoken.clusters(), spoken.keys(), strict=True)
            ],
        }
    )


def _table(spoken: Spoken, table: SpokenTable) -> dict[str, object]:
    return {
        "title": table.title,
        "definition": table.definition,
        "total": table.total,
        "by_people": table.by_people,
        "total_in_2016": CLUSTERS_IN_2016 if table.of_2016 else None,
        "lines": [
            {
                "key": line.key,
                "label": line.label,
                "count": line.count,
                "by_people": line.by_people,
                "in_2016": line.in_2016,
                "clusters": [spoken.id(number) for number in line.members],
            }
            for line in table.lines
        ],
    }


def _cluster(spoken: Spoken, cluster: SpokenCluster, lines: Mapping[TableName, str]) -> dict[str, object]:
    """One cluster: its line in each table by key, and its evidence."""
    mapped = spoken.report.clusters[cluster.number - 1]
    verdict, word = mapped.verdict, mapped.word
    return {
        "cluster_id": mapped.cluster.cluster_id,
        "name_en": obeyed_by_nobody(mapped.cluster.name_en),
        "name_ja": obeyed_by_nobody(mapped.cluster.name_ja) or None,
        "website": cluster.website or None,
        "case": cluster.case or None,
        "flag": mapped.flag,
        "flag_by_person": word.by if word is not None else None,
        "lines": {str(name): key for name, key in lines.items()},
        "latest_post_on": verdict.latest.on if verdict is not None and verdict.latest is not None else None,
        "last_read_at": verdict.last_reached_at if verdict is not None else None,
        "decided_at": verdict.decided_at if verdict is not None else None,
        "reasons": [_evidence(e) for e in cluster.reasons],
        "partners": [_evidence(e) for e in cluster.partners],
    }


def _evidence(evidence: Evidence) -> dict[str, str | None]:
    return {"text": evidence.text, "quote": evidence.quote or None, "url": evidence.url or None}
