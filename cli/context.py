"""What every command shares: the database, the configuration, the instant, and the options that set them."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crawler.config import Config, config_from
from crawler.errors import ConfigError, UsageError
from db.desk import Desk

_YEARS = (1990, 2199)  # before there were websites, and before arithmetic with days leaves the calendar
DEFAULT_DATABASE = "clusterwatch.db"

DbOption = Annotated[
    Path,
    typer.Option("--db", metavar="FILE", envvar="CLUSTERWATCH_DB", help="The database.", show_default=True),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", envvar="CLUSTERWATCH_CONFIG", help="Settings (TOML)."),
]
_NOW_HELP = "The instant to work with, such as 2026-11-24T03:00+09:00. Default: now."
NowOption = Annotated[str, typer.Option("--now", metavar="ISO", help=_NOW_HELP)]


class Format(StrEnum):
    """How a listing is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to write the listing.")]


@dataclass(frozen=True, slots=True)
class Context:
    """The world of one command."""

    database: Path
    config: Config
    now: datetime  # UTC

    @classmethod
    def of(cls, database: Path, config: Path | None, now: str = "", *, option: str = "--now") -> Context:
        """The context from the options as typed; `option` is the one that sets the instant."""
        return cls(database=database, config=read_config(config), now=instant(now, option))

    def store(self, *, create: bool = False) -> Desk:
        """The open store. Without `create` a missing database is the person's to know about."""
        return Desk.open(self.database, create=create, archive=self.config.storage.archive)


def read_config(path: Path | None) -> Config:
    """The configuration of a TOML file, the defaults without one."""
    if path is None:
        return Config()
    try:
        return config_from(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such configuration file") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: is a folder, not a file") from None
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise ConfigError(f"{path}: cannot be read: {why}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def instant(text: str, option: str = "--now") -> datetime:
    """The instant that a person typed, in UTC; a day alone means its noon, no zone means UTC."""
    if not text:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {text!r} is no instant; write it like 2026-11-24T03:00+09:00") from None
    if not _YEARS[0] <= when.year <= _YEARS[1]:
        raise UsageError(f"{option}: {text!r} lies outside the years {_YEARS[0]} to {_YEARS[1]}")
    if ":" not in text and "T" not in text:
        when = when.replace(hour=12)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)


def environment_proxy() -> str:
    """The HTTP proxy of the environment, "" when there is none."""
    return os.environ.get("http_proxy") or os.environ.get("HTTP_PROXY") or ""
