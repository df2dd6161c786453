"""The mapping as lines of a map: each cluster with the flag that people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawler.model import Cluster, Flag, Review, Verdict
from pipelines.maps.placing import MapLine


def map_lines(
    clusters: Iterable[Cluster],
    verdicts: Mapping[str, Verdict],
    reviews: Mapping[str, Review],
    *,
    language: str = "en",
) -> list[MapLine]:
    """One line a cluster. The person's word goes before the machine's; who was never judged is undetermined."""
    made = []
    for cluster in clusters:
        verdict, review = verdicts.get(cluster.cluster_id), reviews.get(cluster.cluster_id)
        made.append(
            MapLine(
                cluster_id=cluster.cluster_id,
                name=(language == "ja" and cluster.name_ja) or cluster.name_en,
                flag=review.flag if review else verdict.flag if verdict else Flag.UNDETERMINED,
                country=cluster.country,
                home_language=cluster.home_language,
                prefecture=cluster.prefecture,
                sector=cluster.sector,
                lat=cluster.lat,
                lon=cluster.lon,
                by_person=review is not None,
            )
        )
    return made
