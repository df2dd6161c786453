"""`clusterwatch users`: who may sign in to the staff's pages."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli import show
from cli.context import DEFAULT_DATABASE, DbOption, Format, FormatOption
from crawler.errors import UsageError
from db.desk import Desk
from db.export import json_text, write_table
from db.people import HANDED_LINK, PersonRefused, Refusal, Role
from db.tokens import DEFAULT_DAYS
from review import passwords

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The login name.")]
_BY = "command line"
_FAULTS = {
    "short": f"the password is too short: {passwords.SHORTEST} characters at least",
    "long": f"the password is too long: {passwords.LONGEST} characters at most",
    "common": "the password is one of those that everybody tries first",
    "name": "the password contains the name",
}


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    users = typer.Typer(help="Who may sign in to the staff's pages.", no_args_is_help=True)
    for name, command in (
        ("add", add), ("list", list_people), ("role", role), ("email", email), ("password", password), ("link", link),
        ("disable", disable), ("enable", enable), ("token", token), ("tokens", list_tokens),
        ("revoke", revoke),
    ):  # fmt: skip
        users.command(name)(command)
    app.add_typer(users, name="users")


def add(
    name: NameArgument,
    role: Annotated[Role, typer.Option("--role", help="What the person may do.")] = Role.REVIEWER,
    email: Annotated[str, typer.Option("--email", metavar="ADDRESS", help="The person's e-mail address.")] = "",
    with_link: Annotated[bool, typer.Option("--link", help="No password: print a link that signs in once.")] = False,
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Add a person; asks for the password, or reads it from a pipe."""
    name = name.strip().casefold()
    with Desk.open(db) as desk:
        try:
            desk.refuse_name(name)
        except PersonRefused as refusal:
            if refusal.why is not Refusal.TAKEN:
                raise
            raise UsageError(f"{refusal}; give another password with: clusterwatch users password {name}") from None
        kept = "" if with_link else passwords.hash_of(_new_password(name))
        desk.add_person(name, role, kept, by=_BY, email=email)
        print(f"{name} may sign in as {role}.")
        if with_link:
            _print_link(desk, name)
    return 0


def list_people(form: FormatOption = Format.TABLE, db: DbOption = Path(DEFAULT_DATABASE)) -> int:
    """List who may sign in."""
    with Desk.open(db) as desk:
        people = desk.people()
    headings = ("name", "role", "email", "password", "last_login_at", "disabled_at")
    rows = [
        {
            "name": p.name,
            "role": str(p.role),
            "email": p.email or None,
            "password": "yes" if p.password else "no",
            "last_login_at": f"{p.last_login_at:%Y-%m-%dT%H:%MZ}" if p.last_login_at else None,
            "disabled_at": f"{p.disabled_at:%Y-%m-%dT%H:%MZ}" if p.disabled_at else None,
        }
        for p in people
    ]
    print_rows(headings, rows, form, "people")
    return 0


def print_rows(
    headings: tuple[str, ...], rows: Sequence[Mapping[str, str | int | None]], form: Format, name: str
) -> None:
    """A listing as a table, CSV or JSON."""
    if form is Format.JSON:
        print(json_text({name: rows}), end="")
    elif form is Format.CSV:
        write_table(headings, rows, sys.stdout)
    else:
        table = Table(header_style="bold", box=None, pad_edge=False)
        for heading in headings:
            table.add_column(heading.replace("_", " "), overflow="fold")
        for row in rows:
            table.add_row(*(show.safe("–" if row[h] in {None, ""} else str(row[h])) for h in headings))
        show.console().print(table)


def role(
    name: NameArgument,
    new: Annotated[Role, typer.Argument(metavar="ROLE", help="What the person may do.")],
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Change what a person may do; every session of theirs ends."""
    with Desk.open(db) as desk:
        desk.set_role(name, new, by=_BY)
    print(f"{name} is {new} now.")
    return 0


def email(
    name: NameArgument,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The e-mail address; empty text for none.")],
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Note a person's e-mail address, by which another service's account is known at its first sign-in."""
    with Desk.open(db) as desk:
        desk.set_email(name, address, by=_BY)
    print(f"{name} has the address {address}." if address.strip() else f"{name} has no address.")
    return 0


def link(name: NameArgument, db: DbOption = Path(DEFAULT_DATABASE)) -> int:
    """Make a link that signs a person in once; with it they may choose a new password."""
    with Desk.open(db) as desk:
        _print_link(desk, name)
    return 0


def _print_link(desk: Desk, name: str) -> None:
    token = desk.make_link(name, by=_BY, lasts=HANDED_LINK)
    hours = HANDED_LINK.total_seconds() / 3600
    print(f"Hand this to {name}; it works once, within {hours:.0f} hours, after the address of the pages:")
    print(f"  /enter?token={token}")


def disable(name: NameArgument, db: DbOption = Path(DEFAULT_DATABASE)) -> int:
    """Let a person in no more; what they answered stays."""
    with Desk.open(db) as desk:
        desk.disable_person(name, by=_BY)
    print(f"{name} can no longer sign in.")
    return 0


def enable(name: NameArgument, db: DbOption = Path(DEFAULT_DATABASE)) -> int:
    """Let a disabled person in again."""
    with Desk.open(db) as desk:
        desk.enable_person(name, by=_BY)
    print(f"{name} may sign in again.")
    return 0


def password(
    name: NameArgument,
    revoke_tokens: Annotated[
        bool, typer.Option("--revoke-tokens", help="Let the person's tokens work no more.")
    ] = False,
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Give a person another password; every session of theirs ends."""
    with Desk.open(db) as desk:
        _known(desk, name)
        desk.set_password(name, passwords.hash_of(_new_password(name)), by=_BY, revoke_tokens=revoke_tokens)
    print(f"{name} has another password.")
    return 0


def token(
    name: NameArgument,
    called: Annotated[str, typer.Option("--name", metavar="WORDS", help="What the token is for.")] = "command line",
    days: Annotated[int, typer.Option("--days", help="How many days it works.")] = DEFAULT_DAYS,
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Make a token for a person's programs, and print it. It is not shown again."""
    with Desk.open(db) as desk:
        _known(desk, name)
        print(desk.make_token(name, called, days, by=_BY))
    return 0


def list_tokens(name: NameArgument, form: FormatOption = Format.TABLE, db: DbOption = Path(DEFAULT_DATABASE)) -> int:
    """List the tokens of a person that work."""
    with Desk.open(db) as desk:
        _known(desk, name)
        tokens = desk.tokens(name)
    headings = ("id", "name", "made_at", "last_used_on", "expires_at")
    rows: list[dict[str, str | None]] = [
        {
            "id": str(t.token_id),
            "name": t.name,
            "made_at": f"{t.made_at:%Y-%m-%dT%H:%MZ}",
            "last_used_on": t.last_used_on.isoformat() if t.last_used_on else None,
            "expires_at": f"{t.expires_at:%Y-%m-%dT%H:%MZ}",
        }
        for t in tokens
    ]
    print_rows(headings, rows, form, "tokens")
    return 0


def revoke(
    name: NameArgument,
    token_id: Annotated[int, typer.Argument(metavar="ID", help="The id of the token.", min=1)],
    db: DbOption = Path(DEFAULT_DATABASE),
) -> int:
    """Let a token work no more."""
    with Desk.open(db) as desk:
        _known(desk, name)
        if not desk.revoke_token(name, token_id, by=_BY):
            raise UsageError(f"{name} has no token {token_id}. List them with: clusterwatch users tokens {name}")
    print(f"Token {token_id} of {name} works no more.")
    return 0


def _known(desk: Desk, name: str) -> None:
    if desk.person(name) is None:
        raise PersonRefused(Refusal.UNKNOWN, name)


def _new_password(name: str) -> str:
    """A password asked for twice on a terminal, or the first line of a pipe. Never an argument: others see those."""
    if sys.stdin.isatty():
        typed = getpass.getpass("Password: ")
        if typed != getpass.getpass("Once more: "):
            raise UsageError("the two passwords differ")
    else:
        typed = sys.stdin.readline().rstrip("\n")
    fault = passwords.fault(typed, name)
    if fault:
        raise UsageError(_FAULTS[fault])
    return typed
