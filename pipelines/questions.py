"""What is open to be answered, and what people have said, gathered from the store. Thin: the rules are in `judging`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.answers import Answer, Question, QuestionKind, Standing
from crawler.model import Cluster, Review, Verdict
from crawler.policy import Policy
from db.desk import Desk
from pipelines.judging.answers import questions, reviewed, standing, worst_first


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """One question with everything it is about."""

    question: Question
    cluster: Cluster
    verdict: Verdict
    stands: Standing


def open_questions(desk: Desk, today: date, policy: Policy, *, through: int | None = None) -> list[OpenQuestion]:
    """All open questions, worst first; with `through`, as if no answer with a later id had been given."""
    answers = desk.all_answers()
    if through is not None:
        answers = {c: [a for a in given if a.answer_id <= through] for c, given in answers.items()}
    found: dict[Question, OpenQuestion] = {}
    for cluster, verdict in desk.candidates():
        stands = standing(answers.get(cluster.cluster_id, ()), verdict)
        for question in questions(cluster, verdict, stands, today, policy):
            found[question] = OpenQuestion(question=question, cluster=cluster, verdict=verdict, stands=stands)
    return [found[question] for question in worst_first(found, today)]


def opened(desk: Desk, run_id: int, policy: Policy) -> list[Cluster]:
    """The clusters about which this run opened a question: one that was not open under the verdict before."""
    found = []
    for cluster, before, after in desk.asked_in(run_id):
        given = desk.answers([cluster.cluster_id]).get(cluster.cluster_id, ())
        if _kinds(cluster, after, given, policy) - _kinds(cluster, before, given, policy):
            found.append(cluster)
    return found


def _kinds(cluster: Cluster, verdict: Verdict | None, given: Sequence[Answer], policy: Policy) -> set[QuestionKind]:
    """The questions that are open under a verdict, on its day."""
    if verdict is None:
        return set()
    today = verdict.decided_at.date()
    return {q.kind for q in questions(cluster, verdict, standing(given, verdict), today, policy)}


def reviews(desk: Desk, cluster_ids: Iterable[str] | None = None) -> dict[str, Review]:
    """The words of people that stand, by cluster id: what the mapping shows beside the machine's."""
    answers = desk.all_answers() if cluster_ids is None else desk.answers(list(cluster_ids))
    verdicts = desk.current_of(answers)
    found = {c: reviewed(standing(given, verdicts.get(c)), verdicts.get(c)) for c, given in answers.items()}
    return {cluster_id: review for cluster_id, review in found.items() if review is not None}
