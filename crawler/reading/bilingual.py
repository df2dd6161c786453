"""Pages that say the same in two languages: side by side, paragraph by paragraph, or one below the other with labels.

Such a page is an English version too, if it is the home page or was announced as one. An abstract in English below a text
in another language is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from crawler.model import PageLanguage
from crawler.reading import languages
from crawler.reading.english import MIN_SHARE_EXPECTED, english_letters, is_english_page
from crawler.reading.letters import LATIN, script_counts
from crawler.reading.page import Page, Region
from crawler.reading.translations import was_translated

# Both halves of a text have about half of a page; news that nobody translated take some of the English one's. Lower, and
# Japanese pages with an abstract come near; higher, and the news of the other language hide the English text.
_MIN_SHARE = 0.35
_MIN_LETTERS = 300  # in English sentences; a little more than a page of English alone needs
_MIN_TURNS = 4  # from one language to the other and back, twice: an abstract below a text is one
_OTHER_SENTENCE = 15  # characters of another script; a heading is shorter
_OTHER_LETTERS = 40  # Latin letters of another language
_NAMES = (
    r"日本語|和文|japanese|deutsch|german|fran[cç]ais|french|italiano|italian|polski|polish|espa[nñ]ol|spanish|nederlands"
    r"|svenska|[cč]e[sš]tina|portugu[eê]s|suomi|dansk|norsk|magyar"
)
# "日本語 | English": the labels by which a reader goes to a part of the page. Addresses within a page are no links to us.
_LABELS = re.compile(rf"(?:{_NAMES})\W*(?:english|英語|英文)|(?:english|英語|英文)\W*(?:{_NAMES})", re.IGNORECASE)
_LABEL_LINE = 40  # characters


def is_in_english(page: Page, language: PageLanguage, *, announced: bool) -> bool:
    """Whether a page is English in substance, alone or beside another language; `announced` as in `is_english_page`."""
    return is_english_page(page, language, announced=announced) or has_english(page, language)


def has_english(page: Page, language: PageLanguage) -> bool:
    """Whether a page mostly in another language also says in English what it says: in turns, or below a label."""
    if languages.share(language, "en") < _MIN_SHARE or was_translated(page):
        return False
    sentences = list(_sentences(page))
    if sum(letters for letters in sentences if letters > 0) < _MIN_LETTERS:
        return False
    turns = sum((one > 0) != (other > 0) for one, other in pairwise(sentences))
    return turns >= _MIN_TURNS or (turns > 0 and _is_labelled(page))


def tongue(language: PageLanguage) -> str:
    """The language that the items of a page with English text are in where they do not say: its own if it has two."""
    return "en" if languages.share(language, "en") >= MIN_SHARE_EXPECTED else language.language


def _sentences(page: Page) -> Iterator[int]:
    """For every sentence outside menus and footers its letters, below 0 in another language than English."""
    for line in page.lines:
        if line.region in {Region.NAV, Region.FOOTER}:
            continue
        for cell in line.text.split(" | "):
            running, listed = english_letters(cell)
            if running:
                yield running
            elif not listed:
                yield from _other(cell)


def _other(text: str) -> Iterator[int]:
    counts = script_counts([text])[0]
    latin, others = int(counts[LATIN]), int(counts[1:].sum() - counts[LATIN])
    if others >= _OTHER_SENTENCE and others > latin:
        yield -others
    elif latin >= _OTHER_LETTERS and languages.of_text(text).language not in {"", "en"}:
        yield -latin


def _is_labelled(page: Page) -> bool:
    """Whether a line of the page names English and another language, as labels that lead to its parts do."""
    return any(len(line.text) <= _LABEL_LINE and _LABELS.search(line.text) for line in page.lines)
