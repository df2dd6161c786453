"""The `clusterwatch` command: wires everything together. Each command is one function that a person can read."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from cli import crawling, demo, doctor, mapping, registry
from cli.context import Context
from crawler.errors import ClusterwatchError

app = typer.Typer(
    name="clusterwatch",
    help="Visits the websites of industrial clusters, and shows which are alive, with evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for module in (demo, registry, crawling, mapping, doctor):
    module.add_commands(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 the work failed, 2 wrong usage."""
    try:
        result = app(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except ClusterwatchError as error:
        print(f"clusterwatch: {error}", file=sys.stderr)
        return error.exit_code
    except typer.Exit as ended:
        return ended.exit_code
    except typer.Abort:
        print("clusterwatch: stopped", file=sys.stderr)
        return 1
    except Exception as error:
        return _usage(error)
    except KeyboardInterrupt:
        print("clusterwatch: stopped; what was visited is kept, the same command continues", file=sys.stderr)
        return 1
    return result if isinstance(result, int) else 0


def _usage(error: Exception) -> int:
    """Wrong usage in one line with code 2; anything else is our bug and is shown as such."""
    show = getattr(error, "format_message", None)  # click's usage errors, without importing its private copy
    if show is None:
        raise error
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "clusterwatch"
    print(f"{command}: {show()} (see {command} --help)", file=sys.stderr)
    return 2


def run() -> None:
    """Entry point of the installed command."""
    sys.exit(main())


__all__ = ["Context", "app", "main", "run"]
