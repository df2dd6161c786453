"""The interface for programs: everything that the pages can do, as JSON under /api. One module a subject."""

from review.api import (
    archive,
    bulks,
    candidates,
    clusters,
    document,
    imports,
    letters,
    news,
    own,
    people,
    questions,
    registry,
    rescans,
    runs,
    timetable,
)

SUBJECTS = (
    document, clusters, archive, questions, bulks, letters, rescans, registry, imports, candidates, runs, timetable, news,
    people, own,
)  # fmt: skip
