"""What is wrong with a row or a file of the registry, in the reader's language.

`db.cells`, `db.checking`, `db.registry`, `db.importing` and `db.sheets` say it in English. Each sentence is found again
by its pattern, and said in the other language with the same words and numbers; a sentence that no pattern knows is
shown as it is. A test compares the patterns with the program's sentences.
"""

from __future__ import annotations

from review.sentences import matchers
from review.texts import N_, Texts

PATTERNS = (
    # Reasons about one cell.
    N_("is missing"),
    N_("is {count} characters long"),
    N_("holds a control character (code {code})"),
    N_("{text} holds characters that an id may not have"),
    N_("holds more than one address"),
    N_("{text} has a space in it"),
    N_("{text} does not begin with http:// or https://"),
    N_("{text} is no web address"),
    N_("has a user name in it"),
    N_("{text} has no host name that can be read"),
    N_("{text} is neither a host name nor a web address"),
    N_("{text} is no language code (ISO 639-1)"),
    N_("{text} is no country code (ISO 3166-1)"),
    N_("{text} is not a number of degrees"),
    N_("{text} lies outside -{limit} to {limit2}"),
    N_("latitude and longitude look swapped"),
    N_("{host} is not on the public internet"),
    N_("is the same address as the website"),
    N_("names no year of four digits"),
    N_("lies before period_start"),
    N_("is missing while the other coordinate is given"),
    N_("the place lies outside Japan, where the cluster is"),
    N_("is blank and taken as ja, outside Japan"),
    N_("is a formula, and what it would show is not known"),
    N_("shows an error ({text})"),
    # Reasons about a row or a heading.
    N_("the row has {count} cells, the header only {headings}"),
    N_("{text} is the id of row {row} already"),
    N_("{text} differs only by capitals from the id {other} of row {row} already"),
    N_("is the website of row {row} as well"),
    N_("is no column we know; it is kept as it is"),
    N_("has no heading, so its cells are left out"),
    N_("differs only by capitals from the id {other} of the registry; the row is left out"),
    N_("was merged into {other}; the row is left out"),
    N_("was retired; the row is left out"),
    N_("is the id of a cluster already, perhaps of a retired one"),
    N_("{text} is a column already"),
    # What to do.
    N_("Shorten it to {count}."),
    N_("Delete the cell and type it anew."),
    N_("Give every cluster a short name of its own that never changes, such as bio-kyushu."),
    N_("Use letters a-z, digits, dot, hyphen and underscore, beginning with a letter or digit."),
    N_("Keep the first, and put the others into the column other_hosts."),
    N_("Remove the space, or write it as %20."),
    N_("Write it out, such as {text}"),
    N_("Write it like https://…"),
    N_("Only addresses with http:// or https:// can be visited."),
    N_("Write the address without the part before the @."),
    N_("Copy it anew from the address line of a browser."),
    N_("Write names such as news.example.jp or addresses, separated by spaces."),
    N_("Write it with a point: {text}."),
    N_("Write it like 35.681."),
    N_("Write it like 2007, 2007-04 or FY2007."),
    N_("Write the code of two letters, such as ja, en or de."),
    N_("Write the code of two letters, such as JP, DE or FR."),
    N_("Write the code of its home language."),
    N_("Write the id as it stands there, or give the cluster another one."),
    N_("Write {text}."),
    N_("Look the latitude up again, in degrees."),
    N_("Look the longitude up again, in degrees."),
    N_("Every cluster needs a name in English; a transcription will do."),
    N_("Put 35.681 under lat and 139.767 under lon."),
    N_("The crawl refuses such addresses unless allowed."),
    N_("Leave it blank unless it is another page."),
    N_("Check both; the row is taken as it is."),
    N_("The map cannot show this cluster."),
    N_("Check lat, lon and country."),
    N_("Copy the cell and paste it back as value only."),
    N_("A separator within a text probably lacks quotation marks around the text."),
    N_("Give one of the two another id, or remove it."),
    N_("Give it another id."),
    N_("Give the further column another name."),
    N_("Check that these are two organisations."),
    N_("If it means {column}, rename it."),
    N_("Give the column a name in the first row."),
    N_("Remove the row, or change that cluster."),
    N_("Bring the cluster back first if it should be visited again."),
    # A file as a whole, first what it was read as.
    N_("CSV in {form}, separated by commas"),
    N_("CSV in {form}, separated by semicolons"),
    N_("CSV in {form}, separated by tabs"),
    N_("is empty"),
    N_("holds no rows"),
    N_("holds headings in row {row}, but no rows below them"),
    N_("has more than {count} columns. Leave those out that the registry does not need."),
    N_("has more than {count} rows (row {row}). Split the file."),
    N_("is an Excel file of the old kind (.xls) or one with a password. {advice}"),
    N_("is marked as {form}, but line {line} is not. {advice}"),
    N_("is not a table of text. {advice}"),
    N_("line {line} is written neither in UTF-8 nor in Shift_JIS. {advice}"),
    N_(
        "row {row} (line {line}) cannot be taken apart: {error}. Look for a quotation mark that is not closed, or not "
        "doubled within a quoted cell."
    ),
    N_("has no sheet with cells"),
    N_("is a damaged Excel workbook ({error}). {advice}"),
    N_("is a damaged or protected Excel workbook ({error}). {advice}"),
    N_("unpacks to more than {count} MB; it is not opened."),
    N_("holds a part ({part}) that is packed like a bomb; it is not opened."),
    N_("declares XML entities ({part}); it is not opened. {advice}"),
    N_("Open it in a spreadsheet program and save it as CSV UTF-8 or as Excel workbook (.xlsx)."),
    N_("has two columns for {column}: {first} and {second}. Rename or remove one."),
    N_("has no column {columns}. Row {row} must hold the headings (needed: {needed}); it holds: {found}"),
)  # fmt: skip
_SENTENCES = {"advice", "field"}  # parts that are sentences or words of ours themselves


def pattern_of(text: str, patterns: tuple[str, ...] = PATTERNS) -> str | None:
    """The pattern of a sentence, None for one that nobody knows."""
    return next((pattern for matcher, pattern in matchers(patterns) if matcher.match(text)), None)


class Faults:
    """The sentences of these patterns in one language."""

    def __init__(self, texts: Texts, patterns: tuple[str, ...] = PATTERNS) -> None:
        self._texts = texts
        self._patterns = patterns

    def say(self, text: str) -> str:
        """A sentence in the reader's language."""
        if self._texts.language == "en":
            return text
        for matcher, pattern in matchers(self._patterns):
            found = matcher.match(text)
            if found:
                said = {k: self.say(v) if k in _SENTENCES else v for k, v in found.groupdict().items()}
                return self._texts.catalogue.gettext(pattern).format(**said)
        return text
