"""What is wrong with a workbook that people filled in, in the reader's language; see `review.faults`.

The sentences are those of `pipelines.worksheet`; of one cell of the registry and of a file as a whole, those of there.
"""

from __future__ import annotations

from review.faults import PATTERNS as OF_THE_REGISTRY
from review.texts import N_

OWN = (
    # Reasons.
    N_("stands above two columns"),
    N_("is no column of this workbook; what stands in it is left out"),
    N_("is one cell with others ({place}), of which only the first has a value"),
    N_("{text} stands in the row of {other}"),
    N_("is blank: the row is not one of those that were saved"),
    N_("was changed"),
    N_("was changed, but is told only; the change is left out"),
    N_("{text} is no answer"),
    N_("{text} is not in the list"),
    N_("says how you know, but nothing is answered"),
    N_("{text} is no day"),
    N_("has a day, but the answer does not put the question off"),
    N_("is the same row as row {row}"),
    N_("snoozed needs a day to come"),
    N_("moved needs the new address"),
    N_("is about a cluster that was never visited"),
    N_("answers a verdict that is not known"),
    N_("is not in this registry"),
    N_("was retired since; nothing is changed about it"),
    N_("names a state of the registry that is not known"),
    N_("says something else than row {row} about the same cluster"),
    # What to do.
    N_("Remove one of the columns {first} and {second}."),
    N_("Give the column the heading back that it had, if you changed it."),
    N_("Split the cells again, and fill in each of them."),
    N_("Sort whole rows only, and do not change ids. Save a new sheet, and copy what you have entered into it."),
    N_("Remove the row. New clusters are added in the registry."),
    N_("Undo that, or save a new sheet and enter the row there."),
    N_("Write answers and corrections into the coloured columns."),
    N_("Choose one of the list: {words}."),
    N_("Choose a word of the list, or leave it blank."),
    N_("Choose an answer, or clear this cell."),
    N_("Write it like 2026-12-24."),
    N_("Choose snoozed as the answer, or clear this cell."),
    N_("Remove one of the two."),
    N_("Write the day on which to ask again, like 2026-12-24."),
    N_("Write the new address into this cell."),
    N_("Clear the answer; there is nothing yet that it could rest on."),
    N_("Save a new sheet, and enter the answer there."),
    N_("Was the sheet saved from another database? Save a new one."),
    N_("Bring it back first, or clear what you have entered."),
    N_("Make both the same, or undo one."),
    N_(
        "has no column Version, so it is not known what its rows rest on. Save a new sheet, and copy what you have "
        "entered into it."
    ),
)
PATTERNS = (*OWN, *OF_THE_REGISTRY)
