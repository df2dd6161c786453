"""`clusterwatch doctor`: is everything there that a nightly crawl needs, and are the nights as they should be?"""

from __future__ import annotations

import re
import sqlite3
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.context import (
    DEFAULT_DATABASE,
    ConfigOption,
    Context,
    DbOption,
    Format,
    FormatOption,
    NowOption,
    environment_proxy,
)
from cli.messages import NOBODY, digests
from crawler.config import NO_CONTACT, user_agent
from crawler.errors import ConfigError, UsageError, WorkFailed
from crawler.sign_in import return_url
from db.desk import Desk
from db.export import json_text, write_table
from db.store import wall_clock
from pipelines.health import Code, Finding, Severity, is_healthy
from pipelines.watching import look, trouble
from review.asking import Unreachable
from review.oidc import service_of
from schedules.tools import chromium

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("doctor")(doctor)


def doctor(
    since: Annotated[
        str, typer.Option("--since", metavar="SPAN", help="Fail unless a night ended within this span, such as 26h.")
    ] = "",
    tell: Annotated[
        bool, typer.Option("--tell", help="Tell those whom [notify] names what is bad, once until it changes.")
    ] = False,
    form: FormatOption = Format.TABLE,
    now: NowOption = "",
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Check Python, SQLite, browser, contact, sign-in, database, registry, nights, scheduler, backups and disk; exit code 1 if one is bad."""
    span = _span(since)
    context = Context.of(db, config, now)
    installation = _installation(context, span)
    found = [*_machine(context), *_sign_in(context), *installation]
    _print(found, context, form)
    if tell:
        _tell(context, installation)
    return 0 if is_healthy(found) else 1


def _tell(context: Context, found: list[Finding]) -> None:
    """Tell everybody who is named what is bad about the installation, and send what waits. Raises WorkFailed."""
    teller = digests(context.config)
    if not teller.channels:
        raise UsageError(f"--tell: {NOBODY}")
    with Desk.open(context.database, clock=lambda: context.now) as desk:
        sent = replace(teller, watch=lambda desk: trouble(desk, found)).alarm(desk)
    if sent.left:
        raise WorkFailed(f"not everybody could be told: {sent.words}")


_MARKS = {
    Severity.OK: ("ok  ", "green"),
    Severity.WARNING: ("warn ", "bold yellow"),
    Severity.BAD: ("BAD ", "bold red"),
}


def _print(found: list[Finding], context: Context, form: Format) -> None:
    """The findings: a line each for people, a stable document or table for programs."""
    rows: list[dict[str, str | None]] = [
        {"code": str(f.code), "severity": str(f.severity), "words": f.words} for f in found
    ]
    if form is Format.JSON:
        print(json_text({"checked_at": context.now, "healthy": is_healthy(found), "findings": rows}), end="")
    elif form is Format.CSV:
        write_table(("code", "severity", "words"), rows, sys.stdout)
    else:
        console = show.console()
        for finding in found:
            mark, style = _MARKS[finding.severity]
            console.print(mark, style=style, end="")
            console.print(show.safe(finding.words), soft_wrap=True)


def _span(text: str) -> timedelta | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,5})([mhd])", text)
    if match is None:
        raise UsageError(f"--since: {text!r} is no span; write it like 26h, 90m or 2d")
    return timedelta(**{_UNITS[match.group(2)]: int(match.group(1))})


def _found(code: str, good: bool, words: str) -> Finding:
    return Finding(code=code, severity=Severity.OK if good else Severity.BAD, words=words)


def _machine(context: Context) -> list[Finding]:
    browser = chromium(context.config.browser.executable)
    agent = user_agent(context.config.network)
    no_contact = NO_CONTACT in agent
    proxy = _without_password(environment_proxy()) or "none"
    return [
        _found("python", sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}"),
        _found(
            "sqlite",
            sqlite3.sqlite_version_info >= (3, 37),
            f"SQLite {sqlite3.sqlite_version} (3.37 or newer is needed)",
        ),
        _found(
            "browser",
            bool(browser),
            f"browser: {browser or 'none found; pages that need one stay unread. Run make setup'}",
        ),
        _found(
            "contact", not no_contact, f"user agent: {agent}" + ("; set network.contact in the config" * no_contact)
        ),
        _found("proxy", True, f"proxy: {proxy}"),
    ]


def _sign_in(context: Context) -> list[Finding]:
    """Whether the service through which staff may sign in answers for itself; nothing without one."""
    settings = context.config.sign_in
    try:
        service = service_of(settings, wall_clock)
        if service is None:
            return []
        service.metadata()
    except (ConfigError, Unreachable) as error:
        return [_found("sign_in", False, f"sign-in service: {error}")]
    words = f"sign-in service: {settings.issuer} (send people back to {return_url(settings)})"
    return [_found("sign_in", True, words)]


def _installation(context: Context, span: timedelta | None) -> list[Finding]:
    """The database and what stands in it. What cannot be opened is never asked for more, and never changed."""
    found = look(context.database, context.config, now=context.now, span=span, thorough=True)
    first, *more = found
    if first.code in _OF_THE_DATABASE:
        first = replace(first, words=f"database: {first.words}")
    return [first, *(_registry(context) if first.severity is Severity.OK else ()), *more]


_OF_THE_DATABASE = frozenset(code for code in Code if code.startswith(("database", "program", "upgrade")))


def _registry(context: Context) -> list[Finding]:
    with context.store() as store:
        count = len(store.clusters())
    advice = "" if count else "; import one with clusterwatch import FILE"
    return [_found("registry", count > 0, f"registry: {count} clusters{advice}")]


def _without_password(address: str) -> str:
    """A proxy's address as it may be shown and pasted into a report."""
    head, at, tail = address.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at else address
