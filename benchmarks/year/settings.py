"""The files of the year: database, configuration, logs. And the numbers that are other than in use, each with why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CONCURRENT = 8  # websites at the same time
_NO_DISK_IS_SO_FREE = 2**50  # bytes

# A year in a month: the same rules with shorter waits. What a rule asks first stays the smaller number.
SHORT_POLICY = {
    "failing_visits": 3,
    "failing_days": 3,
    "nxdomain_days": 4,
    "server_error_days": 5,
    "gone_nxdomain_days": 5,
    "gone_answer_days": 6,
    "gone_timeout_days": 8,
    "blocked_days": 4,
}

Tables = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFiles:
    """Where everything of one year lies."""

    folder: Path
    tables: Tables  # of the configuration

    @property
    def database(self) -> Path:
        """The database."""
        return self.folder / "year.db"

    @property
    def backups(self) -> Path:
        """The copies that the timetable makes."""
        return self.folder / "year-backups"

    @property
    def replaced(self) -> Path:
        """The databases that a restore took the place of."""
        return self.folder / "year-replaced"

    @property
    def log(self) -> Path:
        """What the schedulers write to standard error."""
        return self.folder / "scheduler.log"

    def config(self, *, floor: bool = False) -> Path:
        """The configuration; with `floor`, one under which the disk has never room enough."""
        path = self.folder / ("floor.toml" if floor else "year.toml")
        tables = {**self.tables, **({"limits": {"min_free_bytes": _NO_DISK_IS_SO_FREE}} if floor else {})}
        path.write_text(toml(tables), encoding="utf-8")
        return path

    def options(self) -> list[str]:
        """The options that every command takes."""
        return ["--db", str(self.database), "--config", str(self.config())]


def toml(tables: Tables) -> str:
    """Tables of numbers, texts and lists of texts, as TOML: a value is written as in JSON."""
    lines: list[str] = []
    for table, values in tables.items():
        lines += [f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items()), ""]
    return "\n".join(lines)


def tables(nameserver: str, mail_port: int, recipients: Mapping[str, str], policy: Mapping[str, int]) -> Tables:
    """The configuration of the year: a network that is close by needs no waiting, and its pages no browser."""
    return {
        "network": {"allow": ["127.0.0.0/8"], "nameservers": [nameserver], "contact": "mailto:year@clusters.example"},
        "politeness": {"delay_s": 0.0, "concurrent_sites": CONCURRENT},
        "budget": {"max_pages": 3, "max_seconds": 20.0},
        "browser": {"enabled": False},
        # No jitter, so that a scripted instant lies where the script says; the file system of a test machine may be
        # nearly full, which is no event of the year.
        "schedule": {"crawl_jitter_minutes": 0},
        "limits": {"min_free_bytes": 0},
        "storage": {"backups_kept": 5},
        "notify": {
            "smtp_host": "127.0.0.1",
            "smtp_port": mail_port,
            "smtp_security": "none",
            "sender": "Clusterwatch <clusterwatch@clusters.example>",
            **{f"mail_{language}": [a for a, k in recipients.items() if k == language] for language in ("en", "ja")},
        },
        "policy": dict(policy),
    }
