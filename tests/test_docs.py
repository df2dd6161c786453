"""The documentation says what the program does: settings, numbers, reasons, columns, commands and links."""

from __future__ import annotations

import ast
import csv
import inspect
import re
import tomllib
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from cli.commands import every_command
from cli.demo import NIGHTS
from crawler.config import Config, config_from
from crawler.model import Activity, Cluster, English, Flag, VisitOutcome
from crawler.policy import Budget, Policy
from db.export import COLUMNS
from db.store import RESUMED_WITHIN
from pipelines.exporting import FORMS
from pipelines.judging import ceasing_sentences, sentences
from pipelines.narrowing import FILTERS

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
COMMANDS = every_command()
NUMBERS = {f.name: getattr(values, f.name) for values in (Policy(), Budget()) for f in fields(values)}

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^(?: {4,}|\t).*\n?)+", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_NUMBER = re.compile(r"`(?:policy\.|budget\.)?(\w+)`\s\((-?\d+(?:\.\d+)?)\b")
_SETTING = re.compile(r"^\| `(\w+\.\w+)` \| `([^`]*)` \| (\S[^|]*) \| (\S[^|]*) \|$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_OPTION = re.compile(r"`(--[a-z][a-z-]*)")

each_document = pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_of(text: str) -> str:
    """Everything in a document that is set as code."""
    fences = _FENCE.findall(text)
    prose = _FENCE.sub("", text)
    return "\n".join([*fences, *_INDENTED.findall(prose), *_CODE.findall(prose)])


def toml(value: object) -> str:
    """A default as it is written in a configuration file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[]" if not value else str(list(value))
    return f'"{value}"' if isinstance(value, str) else str(value)


def reason_texts(keyword: str) -> set[str]:
    """The plain texts that the reasons of a verdict give to one of their fields."""
    trees = [ast.parse(inspect.getsource(module)) for module in (sentences, ceasing_sentences)]
    calls = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call)]
    values = [k.value for call in calls for k in call.keywords if k.arg == keyword]
    parts = [part for v in values for part in ((v.body, v.orelse) if isinstance(v, ast.IfExp) else (v,))]
    return {p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)}


# --- settings and numbers ---


def test_every_setting_is_documented_with_its_default() -> None:
    config = Config()
    tables = {f.name: getattr(config, f.name) for f in fields(config)}
    expected = {f"{t}.{f.name}": toml(getattr(v, f.name)) for t, v in tables.items() for f in fields(v)}
    told = {name: default for name, default, *_ in _SETTING.findall(text_of("docs/configuration.md"))}
    assert told == expected


def test_the_example_configuration_is_accepted() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", text_of("docs/configuration.md"), re.DOTALL)
    assert config_from(tomllib.loads(example)) != Config()


def test_every_number_of_judgement_stands_in_its_rule() -> None:
    told = {name for name, _ in _NUMBER.findall(text_of("docs/judging.md"))}
    assert set(NUMBERS) - told == set()


@each_document
def test_a_number_beside_its_name_is_the_default(path: Path) -> None:
    wrong = [
        f"{name} ({value})"
        for name, value in _NUMBER.findall(path.read_text(encoding="utf-8"))
        if name in NUMBERS and float(value) != NUMBERS[name]
    ]
    assert wrong == []


def test_numbers_that_stand_in_prose_are_current() -> None:
    policy = Policy()
    assert f"the last {policy.active_days} days, about {policy.active_days / 30.44:.0f} months" in text_of("README.md")
    assert NIGHTS == 3
    assert "three nights" in text_of("README.md")
    assert f"Default: {NIGHTS}," in text_of("docs/commands.md")
    assert timedelta(hours=12) == RESUMED_WITHIN
    assert "the last twelve hours" in text_of("docs/commands.md")
    assert "within half a day" in text_of("docs/architecture.md")


def test_the_default_registry_is_described_as_it_is() -> None:
    with (ROOT / "samples" / "japan.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    text = text_of("docs/registry.md")
    with_website = sum(bool(row["website"]) for row in rows)
    assert f"It lists {len(rows)} Japanese cluster organisations; {with_website} of them" in text
    beside = set(rows[0]) - {f.name for f in fields(Cluster)}
    assert all(f"| `{column}` |" in text for column in beside)


# --- words ---


def test_every_reason_is_documented() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", text_of("docs/judging.md"), re.MULTILINE))
    assert reason_texts("code") - told == set()


def test_the_sentences_of_reasons_are_those_of_the_program() -> None:
    text = text_of("docs/judging.md")
    missing = [s for s in sorted(reason_texts("text") | reason_texts("overturned_by")) if s and s not in text]
    assert missing == []


def test_every_flag_activity_tier_and_outcome_is_explained() -> None:
    text = text_of("docs/judging.md")
    words = [*Flag, *Activity, *English, *VisitOutcome]
    assert [word for word in words if f"| `{word}` |" not in text] == []
    assert [flag for flag in Flag if f"| `{flag}` |" not in text_of("README.md")] == []


def test_every_registry_column_is_documented() -> None:
    text = text_of("docs/registry.md").split("## Files")[0]
    known = [f.name for f in fields(Cluster) if f.name != "extra"]
    assert [name for name in known if not re.search(rf"^\| (?:`\w+`, )?`{name}`", text, re.MULTILINE)] == []


def test_every_export_column_is_documented_in_order() -> None:
    section = text_of("docs/commands.md").split("### Columns")[1].split("\n## ")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == COLUMNS
    section = text_of("docs/commands.md").split("## `clusterwatch export`")[1].split("### Columns")[0]
    assert [name for name in (*(f".{form}" for form in FORMS), *FILTERS) if f"`{name}`" not in section] == []


# --- commands, targets, links ---


def test_every_command_has_a_section_and_no_other() -> None:
    told = re.findall(r"^## `clusterwatch ([\w-]+)`$", text_of("docs/commands.md"), re.MULTILINE)
    assert sorted(told) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_options_of_a_command_are_documented(name: str) -> None:
    section = text_of("docs/commands.md").split(f"\n## `clusterwatch {name}`\n")[1].split("\n## ")[0]
    table = "\n".join(line for line in section.splitlines() if line.startswith("| `--"))
    command = COMMANDS[name]
    commands = [command, *getattr(command, "commands", {}).values()]
    options = {o for c in commands for p in c.params for o in p.opts if o.startswith("--") and o != "--help"}
    assert set(_OPTION.findall(table)) == options


@each_document
def test_every_command_and_target_that_is_mentioned_exists(path: Path) -> None:
    code = code_of(path.read_text(encoding="utf-8"))
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?<![\w./-])clusterwatch ([a-z][\w-]*)", code)) - set(COMMANDS) == set()
    assert set(re.findall(r"(?<![\w./-])make ([a-z][a-z-]*)", code)) - targets == set()


@each_document
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    dead = []
    for link in _LINK.findall(path.read_text(encoding="utf-8")):
        if link.startswith(("https://", "http://")):
            continue
        name, _, heading = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (heading and heading not in _anchors(target)):
            dead.append(link)
    assert dead == []


def _anchors(path: Path) -> set[str]:
    """The anchors that the headings of a document get."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_every_file_that_is_named_exists(path: Path) -> None:
    named = re.findall(
        r"`((?:cli|schedules|pipelines|spiders|crawler|db|tests|samples)/[\w/.]+)`", path.read_text("utf-8")
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


@each_document
def test_prose_is_wrapped(path: Path) -> None:
    prose = _FENCE.sub("", path.read_text(encoding="utf-8"))
    long = [line for line in prose.splitlines() if len(line) > 120 and not line.startswith(("|", "    "))]
    assert long == []
