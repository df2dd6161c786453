"""`clusterwatch serve`: the staff's pages, and what wires them to the crawl."""

from __future__ import annotations

import errno
import logging
import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from cli import logs
from cli.context import DEFAULT_DATABASE, ConfigOption, Context, DbOption
from crawler.errors import UsageError, WorkFailed
from crawler.sign_in import public_names
from db.desk import Desk
from db.people import LINK, Person, Role
from review.app import create_app
from review.gate import Gate
from review.world import LOOPBACK
from schedules.rescanning import looker

PORT = 8710
TO_END_S = 3  # for requests under way when the server is asked to end
FIRST = "admin"  # the person whom a one-time link signs in
_LOOPBACK_BINDS = {"127.0.0.1", "localhost", "::1"}


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = PORT,
    name: Annotated[
        list[str] | None, typer.Option("--name", metavar="HOST", help="A name by which browsers reach the pages.")
    ] = None,
    db: DbOption = Path(DEFAULT_DATABASE),
    config: ConfigOption = None,
) -> int:
    """Serve the staff's pages, until Ctrl-C."""
    context = Context.of(db, config)
    logs.set_up(context.config.log)
    loopback = host in _LOOPBACK_BINDS
    with Desk.open(context.database) as desk:
        people = desk.people()
        if not loopback and not context.config.sign_in.issuer:
            _refuse_without_people(people, host)
        # A link in a log would let whoever reads it sign in: a server that writes one has people added first.
        wanted = loopback and not logs.in_json() and not any(_can_sign_in(p) for p in people)
        link = one_time_link(desk) if wanted else ""
    app = create_app(
        context.database,
        context.config,
        hosts=LOOPBACK
        | {_bare(n) for n in (*(name or ()), *(() if host in {"0.0.0.0", "::"} else (host,)))}  # noqa: S104  # compared, not bound
        | public_names(context.config.sign_in),
        secure=not loopback,
        look=looker(context.config),
    )
    run_server(app, host, port, link)
    return 0


def _bare(name: str) -> str:
    """A host as browsers write it in an address."""
    return f"[{name}]" if ":" in name and not name.startswith("[") else name.lower()


def _can_sign_in(person: Person) -> bool:
    return bool(person.password) and person.disabled_at is None


def _refuse_without_people(people: list[Person], host: str) -> None:
    """Raises UsageError when others could reach the pages and nobody could sign in."""
    if not any(_can_sign_in(p) for p in people):
        raise UsageError(
            f"--host {host}: others could reach the pages, and nobody has a password yet. Add a person first: "
            "clusterwatch users add NAME --role admin"
        )


def one_time_link(desk: Desk) -> str:
    """The token of a one-time link for an admin, who is made for it when there is none."""
    admins = [p.name for p in desk.people() if p.role is Role.ADMIN and p.disabled_at is None]
    if not admins:
        if desk.person(FIRST) is None:
            desk.add_person(FIRST, Role.ADMIN, "", by="serve")
        desk.enable_person(FIRST, by="serve")
        desk.set_role(FIRST, Role.ADMIN, by="serve")
    return desk.make_link(FIRST if FIRST in admins or not admins else admins[0])


def run_server(app: Gate, host: str, port: int, link: str) -> None:
    """Serve until Ctrl-C. Says where, and with which link to sign in."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            other = "--host" if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL else "--port"
            raise WorkFailed(
                f"{host}, port {port}: cannot be listened at: {error.strerror}. Choose another {other}"
            ) from None
        listening.listen()  # before the address is told: whoever comes at once waits, and is not refused
        address = f"http://{_bare(host)}:{listening.getsockname()[1]}"
        logs.say(f"The pages are at {address}/ (Ctrl-C ends them).")
        if link:
            logs.say(f"Sign in with this link; it works once, within {LINK.total_seconds() / 60:.0f} minutes:")
            logs.say(f"  {address}/enter?token={link}")
        requests = logging.getLogger("uvicorn.access")
        requests.addFilter(logs.without_secrets)
        settings = uvicorn.Config(
            app,
            log_config=None,
            log_level=None,
            access_log=requests.isEnabledFor(logging.INFO),
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=TO_END_S,
        )
        uvicorn.Server(settings).run(sockets=[listening])
