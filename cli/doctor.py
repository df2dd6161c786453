"""`clusterwatch doctor`: is everything there that a nightly crawl needs, and did the last one run?"""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption, environment_proxy
from crawler.config import NO_CONTACT, user_agent
from crawler.errors import ClusterwatchError, ConfigError, UsageError
from crawler.model import RunState
from crawler.sign_in import return_url
from db.store import Store, wall_clock
from review.asking import Unreachable
from review.oidc import service_of
from schedules.tools import chromium

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("doctor")(doctor)


def doctor(
    since: Annotated[
        str, typer.Option("--since", metavar="SPAN", help="Fail unless a run ended within this span, such as 26h.")
    ] = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Check Python, SQLite, browser, database, registry, contact, sign-in and the last run; exit code 1 if one is bad."""
    span = _span(since)
    context = Context.of(db, config)
    findings = [*_machine(context), *_sign_in(context), *_database(context, span)]
    console = show.console()
    for good, line in findings:
        console.print("ok  " if good else "BAD ", style="green" if good else "bold red", end="")
        console.print(show.safe(line), soft_wrap=True)
    return 0 if all(good for good, _ in findings) else 1


def _span(text: str) -> timedelta | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,5})([mhd])", text)
    if match is None:
        raise UsageError(f"--since: {text!r} is no span; write it like 26h, 90m or 2d")
    return timedelta(**{_UNITS[match.group(2)]: int(match.group(1))})


def _machine(context: Context) -> list[tuple[bool, str]]:
    browser = chromium(context.config.browser.executable)
    folder = context.database.absolute().parent
    free = shutil.disk_usage(folder).free if folder.exists() else 0
    agent = user_agent(context.config.network)
    proxy = environment_proxy()
    return [
        (sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}"),
        (sqlite3.sqlite_version_info >= (3, 37), f"SQLite {sqlite3.sqlite_version} (3.37 or newer is needed)"),
        (bool(browser), f"browser: {browser or 'none found; pages that need one stay unread. Run make setup'}"),
        (free > 500_000_000, f"free disk beside the database: {free / 1e9:.1f} GB"),
        (
            NO_CONTACT not in agent,
            f"user agent: {agent}" + ("; set network.contact in the config" if NO_CONTACT in agent else ""),
        ),
        (True, f"proxy: {_without_password(proxy) or 'none'}"),
    ]


def _sign_in(context: Context) -> list[tuple[bool, str]]:
    """Whether the service through which staff may sign in answers for itself; nothing without one."""
    settings = context.config.sign_in
    try:
        service = service_of(settings, wall_clock)
        if service is None:
            return []
        service.metadata()
    except (ConfigError, Unreachable) as error:
        return [(False, f"sign-in service: {error}")]
    return [(True, f"sign-in service: {settings.issuer} (send people back to {return_url(settings)})")]


def _database(context: Context, span: timedelta | None) -> list[tuple[bool, str]]:
    if not context.database.exists():
        return [(False, f"database: {context.database} does not exist; make it with clusterwatch import FILE")]
    try:
        with context.store() as store:
            return [(True, f"database: {context.database}"), *_contents(store, context, span)]
    except ClusterwatchError as error:
        return [(False, f"database: {error}")]


def _contents(store: Store, context: Context, span: timedelta | None) -> list[tuple[bool, str]]:
    faults = store.faults()
    if faults:
        return [(False, f"the database is damaged ({faults[0]}): restore a backup")]
    count = len(store.clusters())
    runs = store.runs(limit=1)
    found = [
        (count > 0, f"registry: {count} clusters" + ("" if count else "; import one with clusterwatch import FILE"))
    ]
    if not runs:
        return [*found, (span is None, "no run yet; start one with clusterwatch crawl")]
    last = runs[0]
    ended = f"ended {last.ended_at:%Y-%m-%d %H:%M} UTC" if last.ended_at else "not ended"
    line = f"last run: started {last.started_at:%Y-%m-%d %H:%M} UTC, {ended}, {last.state}"
    found.append(
        (
            last.state not in {RunState.FAILED, RunState.VOID, RunState.STOPPED},
            line + (f": {last.note}" if last.note else ""),
        )
    )
    if span is not None:
        fresh = last.ended_at is not None and context.now - last.ended_at <= span
        found.append((fresh, "a run ended within the span" if fresh else "the crawl did not run within the span"))
    return found


def _without_password(address: str) -> str:
    """A proxy's address as it may be shown and pasted into a report."""
    head, at, tail = address.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at else address
