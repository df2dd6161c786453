"""Passwords: which are taken, how they are kept, and how often one may guess."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10  # characters; NIST SP 800-63B asks for 8, and short ones are what lists of leaked passwords are made of
LONGEST = 200
LONGEST_NAME = 60
WINDOW = timedelta(minutes=15)
# Failures within the window after which nobody may try: of one name from one address, of one name from anywhere,
# from one address whatever the name.
LIMITS = {"both": 5, "name": 20, "address": 30}

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory: 64 MiB, 3 passes


@cache
def _common() -> frozenset[str]:
    return frozenset((files("review") / "common_passwords.txt").read_text(encoding="utf-8").split())


@cache
def _nobodys() -> str:
    """A hash that is compared with when there is no such person, so that both cases take the same time."""
    return _hasher.hash("nobody has this password")


def fault(password: str, name: str) -> str:
    """Why a password is refused, "" for one that is taken. The words are keys of the catalogue."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    bare = plain.strip("0123456789!?.-_*#@ ")
    if plain in _common() or bare in _common() or len(set(plain)) < 4:
        return "common"
    if name and name.casefold() in plain:
        return "name"
    return ""


def hash_of(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one that was kept; takes the same time when nothing was."""
    try:
        _hasher.verify(kept or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_throttled(failures: Mapping[str, int]) -> bool:
    """Whether signing in has failed too often lately to try again."""
    return any(failures[key] >= limit for key, limit in LIMITS.items())
