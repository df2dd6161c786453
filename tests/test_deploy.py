"""The files under deploy/ say what the program, its settings and its documents say."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from cli import logs, serving
from cli.main import app
from crawler.config import Limits, Log, Monitoring, config_from
from review import worker
from schedules import crawl_process, limits

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SYSTEMD = DEPLOY / "systemd"
SERVICES = ("clusterwatch-web.service", "clusterwatch-scheduler.service", "clusterwatch-watch.service")
PROGRAM = "/opt/clusterwatch/.venv/bin/clusterwatch"

# A script of the image, and no part of the program.
_SCRIPT = runpy.run_path(str(DEPLOY / "runtime_lock.py"))
runtime: Callable[[str, Iterable[str]], str] = _SCRIPT["runtime"]
wanted_by: Callable[[str], list[str]] = _SCRIPT["wanted_by"]

Unit = dict[str, list[str]]


def unit(name: str) -> Unit:
    """The settings of a unit file, each with its values in order."""
    found: Unit = defaultdict(list)
    for line in (SYSTEMD / name).read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


def environment() -> dict[str, str]:
    lines = (SYSTEMD / "clusterwatch.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def expanded(words: str) -> list[str]:
    """A command line as systemd runs it, with the variables of the environment file."""
    found: list[str] = []
    for word in words.split():
        found += environment()[word[1:]].split() if word.startswith("$") else [word]
    return found


def accept(words: list[str]) -> None:
    """Has the program parse its options; raises what it would complain about."""
    command: Any = typer.main.get_command(app)  # a group has what a command has not, and both are of the library
    name, parent = "clusterwatch", None
    while hasattr(command, "resolve_command"):
        context = command.make_context(name, list(words), parent=parent)
        found, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
        name, parent = str(found), context
    command.make_context(name, list(words), parent=parent)


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


# --- systemd ---


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_calls_a_command_that_there_is(name: str) -> None:
    (line,) = unit(name)["ExecStart"]
    program, *words = expanded(line)
    assert program == PROGRAM
    accept(words)


def test_what_the_program_would_refuse_is_seen() -> None:
    for words in (["serve", "--ports", "1"], ["schedule", "runs"], ["doctor", "--since"], ["nothing"]):
        with pytest.raises(Exception, match=r"[Nn]o such|requires an argument"):
            accept(words)


@pytest.mark.parametrize("name", SERVICES)
def test_units_agree_on_paths_and_user(name: str) -> None:
    made = unit(name)
    (folder,) = made["StateDirectory"]
    assert made["WorkingDirectory"] == [f"/var/lib/{folder}"]
    assert Path(environment()["CLUSTERWATCH_DB"]).parent == Path(f"/var/lib/{folder}")
    assert made["EnvironmentFile"] == ["/etc/clusterwatch/clusterwatch.env"]
    assert Path(environment()["CLUSTERWATCH_CONFIG"]).parent == Path("/etc/clusterwatch")
    assert made["User"] == made["Group"] == ["clusterwatch"]


def test_every_variable_is_one_of_the_program_or_of_a_unit() -> None:
    documented = set(
        re.findall(r"^\| `([A-Za-z_]+)`", (ROOT / "docs/configuration.md").read_text("utf-8"), re.MULTILINE)
    )
    used = {word[1:] for name in SERVICES for word in unit(name)["ExecStart"][0].split() if word.startswith("$")}
    assert used == {"CLUSTERWATCH_SERVE_OPTIONS", "CLUSTERWATCH_WATCH_OPTIONS"}
    assert set(environment()) - documented == used
    assert environment()[logs.VARIABLE] in {"text", "json"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little(name: str) -> None:
    made = {key: values[-1] for key, values in unit(name).items()}
    assert made["UMask"] == "0077"
    assert (made["ProtectSystem"], made["CapabilityBoundingSet"], made["AmbientCapabilities"]) == ("strict", "", "")
    for key in (
        "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "ProtectKernelModules",
        "ProtectKernelTunables", "ProtectKernelLogs", "ProtectControlGroups", "ProtectClock", "RestrictSUIDSGID",
        "LockPersonality", "RestrictRealtime",
    ):  # fmt: skip
        assert made[key] == "yes", key
    assert set(made["RestrictAddressFamilies"].split()) == {"AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"}
    assert unit(name)["SystemCallFilter"][0].startswith("@system-service")


def test_where_a_browser_runs_it_can_lock_itself_up_and_elsewhere_nothing_can() -> None:
    web, scheduler, watch = map(unit, SERVICES)
    for made in (web, scheduler):
        # As seen in Chromium: CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, chroot, seccomp.
        assert set(made["RestrictNamespaces"][0].split()) == {"user", "pid", "net"}
        assert {"chroot", "seccomp"} <= set(made["SystemCallFilter"][0].split())
        assert made["MemoryDenyWriteExecute"] == ["no"]
        (most,) = made["MemoryMax"]
        assert int(most.removesuffix("G")) * 2**30 > 2 * Limits().max_memory_bytes
    assert (watch["RestrictNamespaces"], watch["MemoryDenyWriteExecute"]) == (["yes"], ["yes"])


# What ending takes at the most. The scheduler: a look, the visits under way, then the crawl process that is asked, told
# and killed; beside it a second look. The pages: requests, and a second look of which every end hangs.
SCHEDULER_S = limits.LOOK_EVERY_S + limits.TO_FINISH_S + 3 * crawl_process._TO_END_S
WEB_S = serving.TO_END_S + worker._TO_END_S + 3 * crawl_process._TO_LEAVE_S


def test_both_have_the_time_they_need_to_end() -> None:
    web, scheduler, _ = map(unit, SERVICES)
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    for made, name, needed in ((web, "web", WEB_S), (scheduler, "scheduler", SCHEDULER_S)):
        assert made["KillMode"] == ["mixed"], "the crawl process is ended by the program, which knows how"
        (given,) = made["TimeoutStopSec"]
        assert seconds(given) > needed + 5
        assert seconds(services[name]["stop_grace_period"]) == seconds(given)


def test_the_watch_does_not_depend_on_the_scheduler() -> None:
    watch = unit("clusterwatch-watch.service")
    assert not {"Requires", "Wants", "After", "BindsTo", "PartOf", "Requisite"} & set(watch)
    timer = unit("clusterwatch-watch.timer")
    assert (timer["OnCalendar"], timer["WantedBy"]) == (["hourly"], ["timers.target"])
    assert f"--since {Monitoring().span_hours}h" in watch["ExecStart"][0]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    names = [*SERVICES, "clusterwatch-watch.timer"]
    for name in names:
        text = (SYSTEMD / name).read_text("utf-8").replace(PROGRAM, sys.executable)  # which exists
        (tmp_path / name).write_text(text, "utf-8")
    verify = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in names)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "clusterwatch" in line]
    assert (done.returncode, ours) == (0, [])


# --- the image ---


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, each with its arguments on one line."""
    lines = [line for line in (DEPLOY / "Containerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    found = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, _, rest in found]


def of(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def setup() -> ConfigParser:
    found = ConfigParser()
    found.read(ROOT / "setup.cfg", encoding="utf-8")
    return found


def test_the_image_has_a_python_that_the_program_runs_with() -> None:
    (base,) = of("ARG")
    match = re.fullmatch(r"BASE=python:(\d+)\.(\d+)-slim-\w+", base)
    assert match
    least = setup()["options"]["python_requires"].removeprefix(">=").split(".")
    assert [int(match[1]), int(match[2])] >= [int(part) for part in least]
    assert f"Programming Language :: Python :: {match[1]}.{match[2]}" in setup()["metadata"]["classifiers"]
    assert [rest.split()[0] for rest in of("FROM")] == ["${BASE}", "${BASE}"]


def test_everything_that_is_copied_exists_and_every_package_is() -> None:
    copied = [words.split()[:-1] for words in of("COPY") if not words.startswith("--from")]
    sources = [source for words in copied for source in words]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    packages = {name.strip().rstrip("*") for name in setup()["options.packages.find"]["include"].split()}
    assert packages - set(sources) == {"benchmarks"}
    assert {"setup.cfg", "pyproject.toml", "requirements.lock", "README.md", "LICENSE", "MANIFEST.in"} <= set(sources)


def test_the_image_runs_as_nobody_in_particular_and_holds_no_secret() -> None:
    assert of("USER") == ["10001"]
    assert of("VOLUME") == ["/data"]
    variables = dict(part.split("=", 1) for part in " ".join(of("ENV")).split())
    assert Path(variables["CLUSTERWATCH_DB"]).parent == Path("/data")
    assert not [name for name in variables if re.search("SECRET|TOKEN|PASSWORD|CONFIG", name)]
    assert "chromium fonts-ipafont-gothic tini" in " ".join(of("RUN"))
    assert "--require-hashes" in " ".join(of("RUN"))


def test_the_image_starts_what_its_health_check_asks() -> None:
    (entry,), (command,), (check,) = of("ENTRYPOINT"), of("CMD"), of("HEALTHCHECK")
    assert json.loads(entry) == ["tini", "--", "clusterwatch"]
    accept(json.loads(command))
    assert of("EXPOSE") == [str(serving.PORT)]
    assert f"http://127.0.0.1:{serving.PORT}/health" in check


def test_the_image_gets_what_the_program_needs_and_no_tool_of_its_making() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    wanted = wanted_by((ROOT / "setup.cfg").read_text("utf-8"))
    entries = re.findall(r"^([\w.-]+)==\S+(.*(?:\n .*)*)", runtime(lock, wanted), re.MULTILINE)
    names = {name for name, _ in entries}
    assert set(wanted) <= names
    assert {"twisted", "starlette", "pydantic-core", "cffi"} <= names, "what those want in turn"
    assert not {"pytest", "mypy", "ruff", "pyright", "hypothesis", "schemathesis", "setuptools"} & names
    assert all("--hash=sha256:" in rest for _, rest in entries)
    kept = runtime(lock, wanted)
    for name in names:
        entry = rf"^{re.escape(name)}==.*"
        assert re.findall(entry, kept, re.MULTILINE) == re.findall(entry, lock, re.MULTILINE), "for every Python"
    assert "setuptools==" in runtime(lock, [*wanted, "setuptools"])
    with pytest.raises(KeyError, match="no-such-package"):
        runtime(lock, ["no.such_package"])


# --- compose ---


@pytest.mark.parametrize("name", ["web", "scheduler"])
def test_a_container_calls_a_command_that_there_is_and_may_do_little(name: str) -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    service = compose["services"][name]
    accept([str(word) for word in service["command"]])
    if "healthcheck" in service:
        accept(service["healthcheck"]["test"][2:])
    assert (service["image"], service["read_only"], service["cap_drop"]) == ("clusterwatch", True, ["ALL"])
    assert (ROOT / "deploy" / service["build"]["context"] / service["build"]["dockerfile"]).resolve() == (
        DEPLOY / "Containerfile"
    )
    assert [t.split(":")[0] for t in service["tmpfs"]] == ["/tmp"]
    volume, file = service["volumes"]
    assert volume.split(":") == [*compose["volumes"], *of("VOLUME")]
    source, target, mode = file.split(":")
    assert (DEPLOY / source).is_file()
    assert (target, mode) == (service["environment"]["CLUSTERWATCH_CONFIG"], "ro")
    assert "no-new-privileges:true" in service["security_opt"]
    (profile,) = (o.partition("=")[2] for o in service["security_opt"] if o.startswith("seccomp="))
    assert (DEPLOY / profile).is_file()
    assert [port.startswith("127.0.0.1:") for port in service.get("ports", [])] == ([True] if name == "web" else [])


def test_a_browser_may_lock_itself_up_in_a_container_and_nothing_else_dangerous() -> None:
    profile = json.loads((DEPLOY / "seccomp.json").read_text("utf-8"))
    (refused,) = (set(rule["names"]) for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ERRNO")
    assert not refused & {"clone", "clone3", "unshare", "setns", "chroot", "seccomp", "prctl"}
    assert {"mount", "bpf", "ptrace", "kexec_load", "init_module", "keyctl", "perf_event_open", "reboot"} <= refused


def test_the_example_settings_are_accepted_and_tell_of_progress() -> None:
    tables = tomllib.loads((DEPLOY / "clusterwatch.toml").read_text("utf-8"))
    assert config_from(tables).log == Log(level="info")
