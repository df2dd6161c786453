"""The interface for programs: everything that the pages can do, as JSON under /api. One module a subject."""

from review.api import clusters, document, people, questions, rescans, runs

SUBJECTS = (document, clusters, questions, rescans, runs, people)
