"""The settings for how many processes and machines visit, and the check that they make sense."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from crawler.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlConfig:
    """How the visits of a run are shared out."""

    workers: int = 1  # crawl processes at once on this machine; one fills one core
    # Clusters that stay together: what a machine is given at a time, and the least that a process is started for. It
    # takes one to two seconds of a core to start, and a cluster about a third of one.
    shard_clusters: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Dist:
    """The Dask scheduler whose workers visit, instead of this machine. Without an address there is none."""

    scheduler: str = ""  # tls://HOST:PORT; tcp://HOST:PORT only on this machine
    tls_ca: str = ""  # path: the certificate of the authority that signed all others
    tls_cert: str = ""  # path: our certificate ...
    tls_key: str = ""  # ... and its key


_FILES = ("tls_ca", "tls_cert", "tls_key")


def uses_tls(dist: Dist) -> bool:
    """Whether messages are encrypted, and both sides show certificates."""
    return bool(dist.tls_ca)


def check_dist(dist: Dist) -> None:
    """Raises ConfigError naming the setting that is missing or makes no sense.

    Whoever can send messages to a scheduler can run programs on it and on its workers: so beyond this machine nothing
    goes without certificates on both sides.
    """
    named = [name for name in _FILES if getattr(dist, name)]
    if named and len(named) < len(_FILES):
        missing = ", ".join(f"dist.{name}" for name in _FILES if name not in named)
        raise ConfigError(f"dist.{named[0]}: certificates work all three together; set {missing} too")
    if not dist.scheduler:
        return
    parts = urlsplit(dist.scheduler)
    try:
        is_whole = bool(parts.hostname and parts.port) and parts.scheme in {"tcp", "tls"}
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ConfigError(f"dist.scheduler: {dist.scheduler!r} is no address such as tls://scheduler.example.org:8786")
    if not named and (parts.scheme == "tls" or not _is_here(parts.hostname or "")):
        raise ConfigError(
            f"dist.scheduler: {dist.scheduler} is not on this machine, or wants TLS: set dist.tls_ca, dist.tls_cert and "
            "dist.tls_key. Whoever reaches a scheduler without certificates can run programs on it"
        )
    if named and parts.scheme == "tcp":
        raise ConfigError(f"dist.scheduler: {dist.scheduler} is not encrypted; with certificates write tls://")


def _is_here(name: str) -> bool:
    """Whether a host is this machine, whatever a name server says."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
