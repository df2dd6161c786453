"""A program that uses the interface, for the tests: its requests, and the refusals it gets."""

from __future__ import annotations

import httpx

from review.api.problems import MEANINGS


class Program(httpx.Client):
    """A program with a token."""

    def __init__(self, address: str, token: str) -> None:
        super().__init__(
            base_url=address, trust_env=False, timeout=30, headers={"Authorization": f"Bearer {token}"} if token else {}
        )


def kind(answer: httpx.Response) -> tuple[int, str]:
    """Status and kind of a refusal, whose shape is checked on the way."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    word = problem["type"].removeprefix("/api#")
    assert (problem["status"], problem["title"]) == (answer.status_code, MEANINGS[word].title)
    return answer.status_code, word


def reply(program: httpx.Client, cluster_id: str = "aoba", /, **fields: object) -> httpx.Response:
    """An answer to the question about a cluster as it stands now."""
    case = program.get(f"/api/clusters/{cluster_id}").json()
    body = {
        "question": "ceased",
        "decision": "alive",
        "verdict_at": case["verdict"]["decided_at"],
        "seen": case["seen"],
    }
    return program.post(f"/api/clusters/{cluster_id}/answers", json={**body, **fields})
