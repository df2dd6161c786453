"""Pages that say the same in two languages: side by side, paragraph by paragraph, or one below the other with labels.

Such a page is an English version too, if it is the home page or was announced as one. An abstract in English below a text
in another language is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, islice, pairwise

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
    cells = list(_cells(page))
    if sum(letters for _, letters in cells) < _MIN_LETTERS:
        return False
    turns = sum(islice(_turns(cells), _MIN_TURNS))
    return turns >= _MIN_TURNS or (turns > 0 and _is_labelled(page))


def tongue(language: PageLanguage) -> str:
    """The language that the items of a page with English text are in where they do not say: its own if it has two."""
    return "en" if languages.share(language, "en") >= MIN_SHARE_EXPECTED else language.language


def _cells(page: Page) -> Iterator[tuple[str, int]]:
    """The cells and lines outside menus and footers that are no English titles, with their letters in English sentences."""
    for line in page.lines:
        if line.region in {Region.NAV, Region.FOOTER}:
            continue
        for cell in line.text.split(" | "):
            running, listed = english_letters(cell)
            if not listed:
                yield cell, running


def _turns(cells: Sequence[tuple[str, int]]) -> Iterator[bool]:
    """True for every place where English sentences follow others, or others them."""
    stretches = groupby(cells, lambda cell: cell[1] > 0)
    told = (english for english, stretch in stretches if english or _has_other([text for text, _ in stretch]))
    return (True for one, other in pairwise(told) if one != other)


def _has_other(texts: Sequence[str]) -> bool:
    """Whether any of these lines is a sentence in another language: in another script, or by its words."""
    counts = script_counts(texts)
    latin = counts[:, LATIN]
    others = counts[:, 1:].sum(1) - latin
    if ((others >= _OTHER_SENTENCE) & (others > latin)).any():
        return True
    long = (text for text, letters in zip(texts, latin.tolist(), strict=True) if letters >= _OTHER_LETTERS)
    return any(languages.of_text(text).language not in {"", "en"} for text in long)


def _is_labelled(page: Page) -> bool:
    """Whether a line of the page names English and another language, as labels that lead to its parts do."""
    return any(len(line.text) <= _LABEL_LINE and _LABELS.search(line.text) for line in page.lines)
