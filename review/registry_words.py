"""The names of the registry's columns, what stands in them, and the words for changes and states."""

from __future__ import annotations

from db.candidates import CandidateState
from db.history import MERGED_INTO, STATE, ChangeKind
from review.texts import N_, Texts

COLUMN_LABELS = {
    "cluster_id": N_("Id"),
    "name_en": N_("Name in English"),
    "name_ja": N_("Name in Japanese"),
    "website": N_("Website"),
    "website_en": N_("English website"),
    "other_hosts": N_("Other hosts"),
    "home_language": N_("Home language"),
    "country": N_("Country"),
    "prefecture": N_("Prefecture"),
    "city": N_("Town"),
    "lat": N_("Latitude"),
    "lon": N_("Longitude"),
    "sector": N_("Sector"),
    "programme": N_("Programme"),
    "period_start": N_("Period from"),
    "period_end": N_("Period to"),
    "operator": N_("Operator"),
    "notes": N_("Notes"),
    STATE: N_("State"),
    MERGED_INTO: N_("Merged into"),
}
COLUMN_HELP = {
    "cluster_id": N_("A short name that never changes: letters, digits, dot, hyphen, underscore."),
    "name_en": N_("A transcription will do."),
    "name_ja": N_("Names help to tell who speaks on a page."),
    "website": N_("With https:// or http://. Leave it blank if none is known."),
    "website_en": N_("Only where the English version is another page."),
    "other_hosts": N_("Other hosts or addresses that are the cluster's too, separated by spaces."),
    "home_language": N_("Two letters, such as ja. Blank: ja."),
    "country": N_("Two letters, such as JP. Blank: JP."),
    "lat": N_("Degrees, such as 35.681."),
    "lon": N_("Degrees, such as 139.767."),
    "programme": N_("The programme that funds or funded it."),
    "period_start": N_("As the source writes it: 2007, 2007-04, FY2011."),
    "period_end": N_("An end that is over is weak evidence of ceasing."),
    "operator": N_("Who runs it."),
}
GROUPS = (
    (N_("Names"), ("name_en", "name_ja", "home_language")),
    (N_("Websites"), ("website", "website_en", "other_hosts")),
    (N_("Place"), ("country", "prefecture", "city", "lat", "lon")),
    (N_("What it is"), ("sector", "operator", "programme", "period_start", "period_end", "notes")),
)
CHANGES = {
    ChangeKind.ADDED: N_("added"),
    ChangeKind.CORRECTED: N_("corrected"),
    ChangeKind.RETIRED: N_("retired"),
    ChangeKind.REVIVED: N_("brought back"),
    ChangeKind.MERGED: N_("merged"),
    ChangeKind.IMPORTED: N_("imported"),
    ChangeKind.ANSWERED: N_("address by an answer"),
}
CANDIDATE_STATES = {
    CandidateState.OPEN: N_("open"),
    CandidateState.ACCEPTED: N_("accepted"),
    CandidateState.REJECTED: N_("rejected"),
}
_STATES = {"in use": N_("in use"), "retired": N_("retired")}


class RegistryWords:
    """These words in one language, for templates."""

    def __init__(self, texts: Texts) -> None:
        self._get = texts.catalogue.gettext

    def column(self, name: str) -> str:
        """The name of a column; a further column has its heading."""
        return self._get(COLUMN_LABELS[name]) if name in COLUMN_LABELS else name

    def help(self, name: str) -> str:
        """What stands in a column, "" where its name says it."""
        return self._get(COLUMN_HELP[name]) if name in COLUMN_HELP else ""

    def group(self, title: str) -> str:
        """The title of a group of columns."""
        return self._get(title)

    def change(self, what: ChangeKind) -> str:
        """What was done."""
        return self._get(CHANGES[what])

    def candidate_state(self, state: CandidateState) -> str:
        """What became of a candidate."""
        return self._get(CANDIDATE_STATES[state])

    def value(self, column: str, text: str) -> str:
        """A value as it was kept; the state in words."""
        return self._get(_STATES[text]) if column == STATE and text in _STATES else text
