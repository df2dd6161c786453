"""Which addresses are a cluster's own: its hosts, and its folder where it shares a host with others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.urls import bare_host, host, path_of, registrable_domain

# First labels of hosts that are doors of one website rather than the hosts of a part of its owner.
_DOORS = frozenset(
    {"www", "www2", "web", "en", "eng", "english", "ja", "jp", "de", "fr", "it", "es", "pl", "nl", "pt", "m", "sp"}
)
# Folders in which a home page may lie without being somebody's part of a larger site.
_LANGUAGE_OR_INDEX = re.compile(
    r"(?:[a-z]{2}|jpn?|eng|english|japanese|deutsch)(?:[-_][a-z]{2})?|home|top|index|hp|web|www|site|wp|wordpress|html?|main",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Territory:
    """The addresses that are a cluster's own."""

    hosts: frozenset[str] = frozenset()  # each with its subdomains
    folders: frozenset[tuple[str, str]] = frozenset()  # (host without www., path prefix), of hosts shared with others

    def owns(self, url: str) -> bool:
        """Whether an address is the cluster's own."""
        name = host(url)
        if not name:
            return False
        if self.folders:
            prefixes = [prefix for shared, prefix in self.folders if shared == bare_host(url)]
            if prefixes:
                return any(path_of(url).startswith(prefix) for prefix in prefixes)
        return name in self.hosts or any(name.endswith(f".{own}") for own in self.hosts)

    def is_beside(self, url: str) -> bool:
        """Whether an address lies on a host that the cluster shares, in the same first folder as its own."""
        first = path_of(url).split("/")[1:2]
        return any(shared == bare_host(url) and prefix.split("/")[1:2] == first for shared, prefix in self.folders)

    def is_shared(self, url: str) -> bool:
        """Whether an address lies on a host of which the cluster owns only a folder."""
        return any(shared == bare_host(url) for shared, _ in self.folders)


def territory(addresses: Iterable[str]) -> Territory:
    """What belongs to a cluster whose addresses are these; the root of a host makes all of the host its own."""
    hosts: set[str] = set()
    folders: set[tuple[str, str]] = set()
    whole: set[str] = set()
    for url in addresses:
        name = host(url)
        if not name:
            continue
        hosts.add(_owned_host(name, url))
        folder = folder_of(url)
        if folder == "/":
            whole.add(bare_host(url))
        else:
            folders.add((bare_host(url), folder))
    return Territory(frozenset(hosts), frozenset(f for f in folders if f[0] not in whole))


def _owned_host(name: str, url: str) -> str:
    """The host that an address makes the cluster's, subdomains included.

    www.example.jp and en.example.jp are doors of example.jp; lab.example.ac.jp is not the university's other hosts.
    """
    domain = registrable_domain(url)
    if not domain or name == domain:
        return name
    first, _, rest = name.partition(".")
    return rest if first in _DOORS and (rest == domain or rest.endswith(f".{domain}")) else name


def folder_of(url: str) -> str:
    """The folder that is a cluster's own, "/" for all of its host.

    A cluster under somebody else's host (a prefecture's portal, a foundation's site) owns only its folder: the
    portal's fresh news would make every such cluster look alive. A language folder or an index is no such folder.
    """
    segments = [s for s in path_of(url).split("?")[0].split("/")[1:-1] if s]
    while segments and _LANGUAGE_OR_INDEX.fullmatch(segments[-1]):
        segments.pop()
    return f"/{'/'.join(segments)}/" if segments else "/"


def roots(url: str) -> Sequence[str]:
    """The root of the host, for a registered page that is gone while its site lives.

    Not for one in a folder of its own: the root of that host is somebody else's portal, however alive.
    """
    parts = urlsplit(url)
    return () if parts.path in {"", "/"} or folder_of(url) != "/" else (f"{parts.scheme}://{parts.netloc}/",)
