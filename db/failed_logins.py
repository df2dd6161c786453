"""Failed attempts to sign in, which the throttle counts. One transaction a method."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from db import rows
from db.rows import Cell
from db.store import Store


class FailedLogins(Store):
    """The store with the failed attempts of a day."""

    def note_failed_login(self, name: str, address: str) -> None:
        """Remember a failed sign-in for the throttle; those of yesterday are forgotten."""
        now = self._clock()
        with self.transaction():
            before = rows.instant_text(now - timedelta(days=1))
            self._do("DELETE FROM failed_logins WHERE at < :before", {"before": before})
            self._insert("failed_logins", {"name": name, "address": address, "at": rows.instant_text(now)})

    def failed_logins(self, name: str, address: str, since: datetime) -> Mapping[str, int]:
        """How often signing in failed lately: of this name, from this address, and of both together."""
        (row,) = self._all(
            "SELECT coalesce(sum(name = :name), 0) AS name, coalesce(sum(address = :address), 0) AS address, "
            "coalesce(sum(name = :name AND address = :address), 0) AS both FROM failed_logins WHERE at >= :since",
            name=name,
            address=address,
            since=rows.instant_text(since),
        )
        return {key: rows.whole(row, key) for key in ("name", "address", "both")}

    def forget_failed_logins(self, name: str, address: str) -> None:
        """After a good sign-in the earlier failures of this name from this address no longer count."""
        with self.transaction():
            values: dict[str, Cell] = {"name": name, "address": address}
            self._do("DELETE FROM failed_logins WHERE name = :name AND address = :address", values)
