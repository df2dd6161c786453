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


def test_the_crawl_loads_no_browser_before_a_page_and_no_console_at_all() -> None:
    code = (
        "import sys, spiders.visit; from scrapy.extension import ExtensionManager; from scrapy.settings import Settings; "
        "from scrapy.utils.misc import load_object; used = Settings(); used.setmodule('crawler.settings'); "
        "list(map(load_object, ExtensionManager._get_mwlist_from_settings(used))); "
        "print([n for n in ('playwright', 'aiohttp', 'twisted.conch', 'scrapy.cmdline') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"
