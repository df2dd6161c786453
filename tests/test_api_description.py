"""What describes the interface: OpenAPI, its page, and the documentation, whose examples are run."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import httpx
from made import verdict
from pages import NOW, Clock, Visitor, ceased, made, serving
from programs import Program, kind
from shelved import Saved, keep

from crawler.policy import Policy
from db.desk import Desk
from pipelines.news import look
from review.api.problems import MEANINGS

DOCUMENT = Path(__file__).parents[1] / "docs" / "api.md"


# --- what is described ---


def test_methods_that_are_not_there_are_told_with_those_that_are(steady: Program) -> None:
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        answer = steady.request(method, "/api/people")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST"), method
    assert kind(steady.post("/api/me")) == (405, "method")
    assert "access-control-allow-origin" not in steady.get("/api/me", headers={"Origin": "http://evil.example"}).headers


def test_a_bug_is_told_without_its_words(tmp_path: Path) -> None:
    database = made(tmp_path / "desk.db", ceased("aoba"))
    with Desk.open(database, clock=Clock()) as desk:
        token = desk.make_token("kato", "t", 1, by="test")
        with desk.transaction():
            desk._do("UPDATE verdicts SET document = x'7b'", {})
    with serving(database, clock=Clock()) as address, Program(address, token) as program:
        answer = program.get("/api/clusters/aoba")
    assert kind(answer) == (500, "failed")
    assert "damaged" not in answer.text


def test_the_page_lists_every_call_in_both_languages_without_anything_from_elsewhere(address: str) -> None:
    with Visitor(address, "vera") as vera:
        described = vera.get("/api/openapi.json").json()
        for language, words in (("en", "Interface for programs"), ("ja", "プログラム用インターフェース")):
            page = vera.get("/api", headers={"Accept-Language": language})
            assert words in page.text
            for path, methods in described["paths"].items():
                for call in methods.values():
                    assert f'id="{call["operationId"]}"' in page.text, path
            assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)
            anchors = set(re.findall(r'href="#([^"]+)"', page.text))
            assert anchors <= set(re.findall(r'id="([^"]+)"', page.text)), "every link leads somewhere"
            assert {f'id="{word}"' in page.text for word in MEANINGS} == {True}


def test_every_call_is_described_with_its_role_and_refusals(steady: Program) -> None:
    described = steady.get("/api/openapi.json").json()
    calls = [c for methods in described["paths"].values() for c in methods.values()]
    assert len({c["operationId"] for c in calls}) == len(calls)
    for call in calls:
        assert call["summary"].endswith("."), call["operationId"]
        assert f"Needs the role {call['x-role']}." in call["description"]
        assert {"401", "403", "413", "421", "429"} <= set(call["responses"])
    assert described["security"] == [{"token": []}]


# --- the examples of the documentation ---


def _examples() -> list[tuple[list[str], object]]:
    """Each curl line of the document with the answer below it."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = example.split("\n")
            ends = next(n for n in range(1, len(lines)) if _is_whole("\n".join(lines[:n])))
            command, told = "\n".join(lines[:ends]), "\n".join(lines[ends:])
            found.append((shlex.split(command.replace("\\\n", " ")), json.loads(told)))
    return found


def _is_whole(command: str) -> bool:
    """Whether a command does not go on on the next line."""
    return command.count("'") % 2 == 0 and not command.endswith("\\")


def _sent(program: httpx.Client, words: list[str], secrets: dict[str, str]) -> httpx.Response:
    """What curl would send."""
    method, headers, body = "GET", {}, None
    rest = iter(words[1:])
    path = ""
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = re.sub(r"\$(\w+)", lambda m: secrets[m.group(1)], value)
        elif word == "-d":
            body = next(rest).replace("$DIGEST", secrets["DIGEST"])
        else:
            path = word.removeprefix("$DESK").replace("$DIGEST", secrets["DIGEST"])
    return program.request(method, path, headers=headers, content=body)


def _lacking(told: object, found: object, where: str = "") -> list[str]:
    """Where an answer has not what was told: values of plain fields, the first element of lists."""
    if isinstance(told, dict):
        if not isinstance(found, dict):
            return [where]
        return [w for k, v in told.items() for w in _lacking(v, found.get(k, f"no {k}"), f"{where}.{k}")]
    if isinstance(told, list):
        if not isinstance(found, list) or len(found) < len(told):
            return [where]
        return [w for n, (a, b) in enumerate(zip(told, found, strict=False)) for w in _lacking(a, b, f"{where}[{n}]")]
    return [] if told == found else [f"{where}: {told!r} is told, {found!r} came"]


def test_the_examples_of_the_documentation_are_answered_as_told(
    database: Path, address: str, tokens: dict[str, str], clock: Clock
) -> None:
    for night, day in enumerate(("Monday", "Friday")):
        keep(database, verdict("bare", 2 + night), [Saved(body=f"<p>Open until {day}</p>")])
    with Desk.open(database, clock=clock) as desk:
        look(desk, NOW.date(), Policy(), None)
    examples = _examples()
    assert len(examples) >= 35
    secrets = {"TOKEN": tokens["kato"], "ADMIN": tokens["boss"], "DIGEST": ""}
    with httpx.Client(base_url=address, trust_env=False) as program:
        for words, told in examples:
            answer = _sent(program, words, secrets)
            assert _lacking(told, answer.json()) == [], words
            secrets["DIGEST"] = answer.json().get("digest", "")


def test_every_call_and_refusal_stands_in_the_documentation(steady: Program) -> None:
    text = DOCUMENT.read_text("utf-8")
    assert set(re.findall(r"^\| `/api#(\w+)` \| (\d+) \|", text, re.MULTILINE)) == {
        (word, str(meaning.status)) for word, meaning in MEANINGS.items()
    }
    written = re.sub(r"(aoba|bare|cedar)", "{cluster_id}", text)
    numbered = r"/(rescan|answer|bulk|letter|candidate)s/1"
    written = re.sub(numbered, lambda m: f"/{m.group(1)}s/{{{m.group(1)}_id}}", written)
    written = re.sub(r"people/(suzuki|kato)", "people/{name}", written).replace("export.csv", "export.{form}")
    assert [path for path in steady.get("/api/openapi.json").json()["paths"] if path not in written] == []
