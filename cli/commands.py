"""The commands, and which module of this folder has each. Only the one that is called is loaded: all take two seconds."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

MODULES = {
    "demo": "demo",
    "import": "registry",
    "discover": "discovering",
    "crawl": "crawling",
    "judge": "crawling",
    "rescan": "rescanning",
    "flags": "mapping",
    "show": "mapping",
    "export": "mapping",
    "report": "reporting",
    "compare": "comparing",
    "partners": "partners",
    "serve": "serving",
    "backup": "backups",
    "restore": "backups",
    "clean-up": "cleaning",
    "doctor": "doctor",
    "registry": "registering",
    "candidates": "candidates",
    "archive": "archive",
    "review": "review",
    "schedule": "scheduling",
    "users": "users",
    "messages": "messages",
}
# Of every part of the command: whatever goes wrong is told by `cli.main`, without a trace.
SETTINGS = {"help_option_names": ["-h", "--help"]}


class Commands(TyperGroup):
    """The commands by name, each loaded when it is asked for."""

    # Any: the types of the command line's library are private to Typer

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order in which the help shows them."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, None for one that there is not."""
        # Where there is no such command, Typer looks among all for a name that is like it.
        self.commands.update(commands_of(MODULES[cmd_name]) if cmd_name in MODULES else every_command())
        return super().get_command(ctx, cmd_name)


def commands_of(module: str) -> dict[str, Any]:
    """The commands that a module of this folder adds."""
    part = typer.Typer(context_settings=SETTINGS)
    part.callback()(lambda: None)
    import_module(f"cli.{module}").add_commands(part)
    return dict(typer.main.get_group(part).commands)


def every_command() -> dict[str, Any]:
    """All commands by name."""
    return {name: command for module in set(MODULES.values()) for name, command in commands_of(module).items()}
