"""A sentence about cooperation abroad."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crawler.model.dates import Precision


class PartnerRegion(StrEnum):
    """Where a partner abroad is at home."""

    EU = "eu"  # a country that belonged to the Union on that day, or "Europe" without a country
    EUROPE = "europe"  # a European country outside the Union
    ASIA = "asia"
    AMERICA = "america"
    OTHER = "other"
    ABROAD = "abroad"  # nobody is named: "overseas partners"


class PartnerTie(StrEnum):
    """What is done together with a partner abroad, the firmest first."""

    AGREEMENT = "agreement"  # a memorandum of understanding, a letter of intent, a treaty of cooperation
    MEMBERSHIP = "membership"
    OFFICE = "office"
    MISSION = "mission"
    PROJECT = "project"
    VISIT = "visit"
    EVENT = "event"
    EXCHANGE = "exchange"  # cooperation without more


class PartnerStance(StrEnum):
    """Whether cooperation abroad is told of as a fact."""

    DONE = "done"
    AIM = "aim"  # a wish, a plan or an invitation
    DECLINED = "declined"  # none is wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """What one sentence says about cooperation abroad."""

    region: PartnerRegion
    tie: PartnerTie
    url: str
    quote: str  # the sentence, verbatim, at most 300 characters
    stance: PartnerStance = PartnerStance.DONE
    country: str = ""  # ISO 3166-1 alpha-2, "" when only a part of the world is named, or nobody
    organisation: str = ""  # as written, at most 80 characters
    on: date | None = None  # first day of the month or year when precision is less than a day; None: not said
    precision: Precision | None = None
    confidence: float = 0.5
