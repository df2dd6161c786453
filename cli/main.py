"""The `clusterwatch` command: wires everything together. Each command is one function that a person can read."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from cli import logs
from cli.commands import SETTINGS, Commands
from cli.context import Context
from cli.show import safe_lines
from crawler.errors import ClusterwatchError

logger = logging.getLogger(__name__)

INTERRUPTED = 130  # what shells give for a command that Ctrl-C ended

app = typer.Typer(
    cls=Commands,
    name="clusterwatch",
    help="Visits the websites of industrial clusters, and shows which are alive, with evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
)


@app.callback()
def _clusterwatch() -> None:
    """Makes Typer take `app` for a group although it is given no command: `Commands` has them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 the work failed, 2 wrong usage."""
    try:
        words = list(arguments) if arguments is not None else None
        result = app(args=words, prog_name="clusterwatch", standalone_mode=False)
        sys.stdout.flush()
    except ClusterwatchError as error:
        return _complain("clusterwatch", str(error), error.exit_code)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "clusterwatch"
        said = error.format_message()  # nothing when no command was given: the help was shown
        return _complain(command, f"{said} (see {command} --help)", 2) if said else 2
    except BrokenPipeError:  # whoever read our output has seen enough, such as `head`
        return _hush()
    if result == INTERRUPTED:  # typer's word for Ctrl-C
        return _complain(
            "clusterwatch", "stopped; what was stored is kept, and a crawl started again continues", result
        )
    return result if isinstance(result, int) else 0


def _complain(command: str, text: str, exit_code: int) -> int:
    """Say what is wrong, without orders to the terminal that a file or a page may have put into it."""
    if logs.in_json():
        logger.error("%s", text)
        return exit_code
    print(f"{command}: {safe_lines(text)}", file=sys.stderr)
    return exit_code


def _hush() -> int:
    """Write nothing more: at its end the interpreter would try again, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def run() -> None:
    """Entry point of the installed command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Japanese shows escapes instead of failing
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())


__all__ = ["Context", "app", "main", "run"]


if __name__ == "__main__":
    run()
