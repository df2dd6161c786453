"""The commands are loaded one by one; which module has which stands in a table, which must be right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.commands import MODULES, commands_of

ROOT = Path(__file__).parents[1]
# What no command of these needs and takes long to load: staff's pages, the crawl, channels, workbooks.
HEAVY = ("fastapi", "scrapy", "twisted", "playwright", "apprise", "distributed")


@pytest.mark.parametrize("module", sorted(set(MODULES.values())))
def test_a_module_adds_the_commands_of_the_table(module: str) -> None:
    assert set(commands_of(module)) == {name for name, where in MODULES.items() if where == module}


@pytest.mark.parametrize("name", ["flags", "show", "import", "backup", "archive", "users", "judge"])
def test_a_small_command_loads_nothing_large(name: str) -> None:
    code = (
        "import sys; from cli.main import main; main([sys.argv[1], '--help']); "
        f"print('LOADED', [n for n in {HEAVY!r} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, name], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_the_crawl_loads_the_driver_of_the_browser_for_a_page_only() -> None:
    code = "import sys; import spiders.visit; print([n for n in ('playwright', 'aiohttp', 'scrapy.cmdline') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"
