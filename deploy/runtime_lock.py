"""Prints the part of requirements.lock that the program needs to run: no tests, no checkers, every hash kept.

The lock says of each package which others want it. Whatever the program itself wants, and what those want in turn, is
printed, and so is every package named as an argument. Python alone runs this: it is the first step of the image.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from configparser import ConfigParser
from pathlib import Path

_ENTRY = re.compile(r"^(?=[A-Za-z0-9])", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_VIA = re.compile(r"^    #(?: via)?\s+([A-Za-z0-9._-]+)", re.MULTILINE)


def runtime(lock: str, wanted: Iterable[str]) -> str:
    """The entries of a lock for these packages and all that they want. Raises KeyError for one that it does not have."""
    # A package has one entry for each version that some Python needs.
    entries = [(_name(entry), entry) for entry in _ENTRY.split(lock)[1:]]
    kept = {_name(name) for name in wanted}
    missing = kept - {name for name, _ in entries}
    if missing:
        raise KeyError(f"the lock has no {', '.join(sorted(missing))}")
    while True:
        more = {name for name, entry in entries if kept & {_name(via) for via in _VIA.findall(entry)}} - kept
        if not more:
            return "".join(entry for name, entry in entries if name in kept)
        kept |= more


def wanted_by(setup: str) -> list[str]:
    """The packages that the program names as its own in setup.cfg."""
    settings = ConfigParser()
    settings.read_string(setup)
    return [_name(line) for line in settings["options"]["install_requires"].split("\n") if line.strip()]


def _name(requirement: str) -> str:
    """The name of a package in one spelling."""
    found = _NAME.match(requirement.strip())
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


if __name__ == "__main__":
    ours = wanted_by(Path("setup.cfg").read_text(encoding="utf-8"))
    print(runtime(Path("requirements.lock").read_text(encoding="utf-8"), [*ours, *sys.argv[1:]]), end="")
