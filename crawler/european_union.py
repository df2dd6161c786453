"""Which countries belonged to the European Union on a day.

Days of accession, and the one of leaving, as the treaties have them:
https://european-union.europa.eu/principles-countries-history/eu-enlargement_en. Those before 1993 belonged to the Communities
that the Union grew from. A country that is not here never belonged: Switzerland, Norway, Iceland, Turkey.
"""

from __future__ import annotations

from datetime import date

# ISO 3166-1 alpha-2 to the first day of membership.
JOINED_ON = {
    **dict.fromkeys(("BE", "DE", "FR", "IT", "LU", "NL"), date(1958, 1, 1)),
    **dict.fromkeys(("DK", "IE", "GB"), date(1973, 1, 1)),
    "GR": date(1981, 1, 1),
    **dict.fromkeys(("ES", "PT"), date(1986, 1, 1)),
    **dict.fromkeys(("AT", "FI", "SE"), date(1995, 1, 1)),
    **dict.fromkeys(("CY", "CZ", "EE", "HU", "LT", "LV", "MT", "PL", "SI", "SK"), date(2004, 5, 1)),
    **dict.fromkeys(("BG", "RO"), date(2007, 1, 1)),
    "HR": date(2013, 7, 1),
}
# To the first day on which it was no member any more: the United Kingdom left at the end of 31 January 2020.
LEFT_ON = {"GB": date(2020, 2, 1)}


def is_member(country: str, on: date) -> bool:
    """Whether a country (ISO 3166-1 alpha-2) belonged to the Union on a day."""
    joined, left = JOINED_ON.get(country), LEFT_ON.get(country)
    return joined is not None and joined <= on and (left is None or on < left)
