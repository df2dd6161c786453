"""What a variant of a class of failure is, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from samples.faults.certificates import Authority
from samples.faults.network import FaultNetwork

NAME_JA = "青葉光学クラスター推進協議会"
NAME_EN = "Aoba Photonics Cluster"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a variant is put: the network, the authority that clients trust and one that they do not, and the day."""

    network: FaultNetwork
    trusted: Authority
    stranger: Authority
    today: date


Place = Callable[[Ground, str], str]  # puts a variant on the network under a host; gives the address of its website


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way in which a class of failure shows itself."""

    of: str  # the class
    number: int  # from 1
    says: str  # in a few words, what is particular about it
    place: Place

    @property
    def name(self) -> str:
        """The id of its cluster."""
        return f"{self.host.removesuffix('.example')}"

    @property
    def host(self) -> str:
        """Its host. Names under .example belong to nobody."""
        slug = "".join(c if c.isalnum() else "-" for c in self.of).strip("-")
        while "--" in slug:
            slug = slug.replace("--", "-")
        return f"{slug}-{self.number}.example"


def numbered(of: str, ways: dict[str, Place]) -> tuple[Variant, ...]:
    """The variants of a class, numbered in their order; keys say what is particular about each."""
    return tuple(Variant(of=of, number=n, says=says, place=place) for n, (says, place) in enumerate(ways.items(), 1))
