"""What the interface describes is what it does: schemathesis sends what is allowed and what is not, to every call."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import schemathesis
from made import verdict
from pages import NOW, Clock, ceased, made
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from shelved import Saved, hang, keep

from crawler.answers import Answer, Decision, QuestionKind
from crawler.config import Config
from crawler.letters import Entry, EntryKind
from db.bulk import Bulks
from db.candidates import Found
from review.app import create_app

# More of them find more and take longer: `make api-check`.
EXAMPLES = int(os.environ.get("CLUSTERWATCH_API_EXAMPLES", "2"))
SEED = 20241126
# What no schema can say: that a password is common or a name has letters, that a day is still to come, or that a
# decision needs a field. There 422 is an answer to what the schema allows.
MORE_THAN_A_SCHEMA = {
    "POST /api/people": ["201", "409", "422"],
    "POST /api/people/{name}/role": ["200", "404", "409"],
    "POST /api/people/{name}/email": ["200", "404", "409", "422"],
    "POST /api/people/{name}/link": ["201", "404", "409"],
    "POST /api/clusters/{cluster_id}/answers": ["201", "404", "409", "422"],
    "POST /api/clusters/{cluster_id}/letters": ["201", "404", "422"],
    "POST /api/letters/{letter_id}/replies": ["201", "403", "404", "409", "422"],
    "POST /api/registry": ["201", "409", "422"],
    "POST /api/registry/{cluster_id}": ["200", "404", "409", "422"],
    "POST /api/registry/{cluster_id}/retire": ["200", "404", "409", "422"],
    "POST /api/registry/{cluster_id}/revive": ["200", "404", "409"],
    "GET /api/registry/{cluster_id}/merge": ["200", "404", "409"],
    "POST /api/registry/{cluster_id}/merge": ["200", "404", "409", "422"],
    "POST /api/imports": ["200", "409", "422"],
    "POST /api/candidates": ["201", "422"],
    "POST /api/candidates/{candidate_id}/accept": ["201", "404", "409", "422"],
    "POST /api/candidates/{candidate_id}/reject": ["200", "404", "409", "422"],
    "GET /api/bulk": ["200", "422"],
    "POST /api/bulk": ["201", "409", "422"],
    "POST /api/me/filters": ["201", "409", "422"],
}
# Calls that must name what was seen: no schema knows such a digest, so here they only refuse. tests/test_api_work.py
# has them succeed.
BY_WHAT_WAS_SEEN = {
    "POST /api/registry/{cluster_id}",
    "POST /api/registry/{cluster_id}/retire",
    "POST /api/registry/{cluster_id}/revive",
    "POST /api/registry/{cluster_id}/merge",
    "POST /api/candidates/{candidate_id}/accept",
    "POST /api/imports",
    "POST /api/bulk",
}
LETTER = Entry(
    cluster_id="aoba", kind=EntryKind.WROTE, by="kato", at=NOW, on=NOW.date(), address="x", due_on=NOW.date()
)  # fmt: skip
FIRST = Answer(
    cluster_id="bare", question=QuestionKind.CEASED, decision=Decision.SKIPPED, by="kato", at=NOW, verdict_at=NOW
)


class Ticking(Clock):
    """A clock that goes on with every look, so that the wrong tokens that are tried never fill the throttle."""

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=30)
        return self.now


@pytest.fixture
def described(tmp_path: Path) -> schemathesis.BaseSchema:
    database = made(tmp_path / "desk.db", verdict("aoba", 0), ceased("aoba"), ceased("cedar", points=9.0))
    keep(database, verdict("aoba", 2), [Saved(body="<p>Open until Monday</p>")])
    keep(database, verdict("aoba", 3), [Saved(body="<p>Open until Friday</p>")])
    hang(database, b"\x89PNG made for a test")
    clock = Ticking()
    with Bulks.open(database, clock=clock) as desk:
        for _ in range(12):  # those that are revoked when small numbers are tried
            desk.make_token("boss", "other", 366, by="test")
        token = desk.make_token("boss", "contract", 366, by="test")
        desk.answer(FIRST, seen=0)  # something to take back
        desk.answer_all([replace(FIRST, cluster_id="cedar")], seen={"cedar": 0}, wanted="?")
        desk.add_entry(LETTER)
        desk.add_candidates([Found(name="Asama"), Found(name="Ibuki")], by="test")
        desk.ask_rescan("cedar", by="kato")
    app = create_app(database, Config(), clock=clock, hosts=frozenset({"testserver"}))
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "generation": {"max-examples": EXAMPLES, "database": "none"},
            # One method that is not there for each call; tests/test_review_gate.py tries them all.
            "phases": {"coverage": {"unexpected-methods": ["DELETE"]}},
            "auth": {"openapi": {"token": {"bearer": token}}},
            "operations": [
                {"include-name": name, "checks": {"positive_data_acceptance": {"expected-statuses": expected}}}
                for name, expected in MORE_THAN_A_SCHEMA.items()
            ],
        }
    )
    headers = {"Authorization": f"Bearer {token}"}
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, config=config, headers=headers)


@pytest.mark.timeout(900)  # half a minute of work, on a machine that may do other work
def test_every_call_does_what_is_described_and_refuses_what_is_not(described: schemathesis.BaseSchema) -> None:
    failures: list[str] = []
    statuses: dict[str, Counter[int]] = {}
    for event in from_schema(described).execute():
        if isinstance(event, events.NonFatalError):
            failures.append(f"{event.label}: {event.value!r}")
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.ScenarioFinished):
            failures += _failures(event)
            for interaction in event.recorder.interactions.values():
                if interaction.response is not None and event.label:
                    statuses.setdefault(event.label, Counter())[interaction.response.status_code] += 1
    assert list(dict.fromkeys(failures)) == []
    calls = {f"{m.upper()} {path}" for path, methods in described.raw_schema["paths"].items() for m in methods}
    assert calls <= set(statuses)
    for call in calls:
        succeeded = any(status < 300 and status != 204 for status in statuses[call])
        assert succeeded or call in BY_WHAT_WAS_SEEN, f"{call} never succeeded"
        assert statuses[call][401], f"{call} was never tried without a token"
        assert statuses[call].total() > EXAMPLES, call


def _failures(event: events.ScenarioFinished) -> Iterator[str]:
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                found = check.failure_info
                yield f"{event.label} {check.name}: {found.failure.message}\n{found.code_sample}"
