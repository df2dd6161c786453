"""The English version of a website: where it is announced, and whether a page really is English.

A label, a language switch or a translation widget is only a promise. A page is English when it carries
running English text; a website has an English version when such a page is its home page or was reached by
its announcement. English abstracts, titles of papers and menus on a Japanese page are neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from crawler.model import DatedItem, EnglishWitness, PageKind, PageLanguage, PageReading, Role
from crawler.reading import english_words as tell
from crawler.reading import languages
from crawler.reading.date_titles import MAX_TITLE
from crawler.reading.hints import may_have, words_of
from crawler.reading.latin_languages import votes
from crawler.reading.letters import LATIN, script_counts
from crawler.reading.page import Line, Link, Page, Region
from crawler.reading.translations import translated_in, was_translated
from crawler.urls import bare_host, host, join, key, path_of, same_site


@dataclass(frozen=True, slots=True, kw_only=True)
class EnglishLink:
    """One way to an English version, and how strongly it is announced."""

    url: str
    witness: EnglishWitness
    strength: float  # 0..1; 0 for machine translation
    words: str = ""  # what announced it, verbatim

    @property
    def is_english(self) -> bool:
        """Whether it may lead to a version that people made."""
        return self.witness is not EnglishWitness.WIDGET


# Strengths order the candidates; the spider follows from 0.25 up. On the labelled sites every English version but one
# is announced by a label or hreflang; the one other was found by its address alone.
_HREFLANG = 0.95
_LABEL = 0.90
_CODE = 0.85  # a bare "EN"
CLEAR = 0.80  # from here up a label or hreflang promises a whole version, not a page or a document
_BRACKET = 0.60  # "Annual report (English)"
_PATH_ROOT = 0.60
_PATH_DEEP = 0.45
_WEAK_LABEL = 0.40  # "Global", "Languages": may be a regional office or a widget
_UMBRELLA = 0.20  # the English pages of the university or company whose subdomain we are
_SIBLING = 0.30  # /ja/ in our own address implies /en/
_DOCUMENT = 0.10  # an English PDF is no version of the website
_FOREIGN, _FOREIGN_IN_TEXT = 0.50, 0.35  # another organisation's domain, by where the link stands
_MAX_LINKS = 12
_TITLES_TOGETHER = 3  # English titles without any other witness that make a feed English; fewer are names
_FIRST_FOLDER = re.compile(r"/([^/?]+)/")
_LONGEST_ROOT = 100  # characters of the address of a front page; the pattern's price grows with the square

_DECORATION = re.compile(r"^[\W_]+|[\W_]+$")
_SPACES = re.compile(r"[\s\-_/|・:,.]+")

# What makes a page English in substance. 250 letters are some forty words in three sentences: an address, a
# slogan or a caption stays below, the shortest English front page measured (650 letters) well above.
# Lower, and contact boxes become English versions; higher, and one-page versions are lost.
MIN_RUNNING = 250  # letters in sentences
MIN_LISTED = 600  # letters in titles and list entries, where there are too few sentences: a page of news titles
MIN_SHARE = 0.6  # of the weighted text: Japanese names and addresses may take the rest
MIN_SHARE_EXPECTED = 0.55  # at an English address, and where the website announces English
# A page of nothing but English needs fewer sentences: a short greeting in English is a version, if a small one.
MIN_SHARE_PURE = 0.9
MIN_RUNNING_PURE = 150
# An English text in Japanese surroundings (menus, header) at an address that names no English, to which no label led, is
# as likely the abstract of a talk; such a page must be longer and purer.
MIN_RUNNING_INSIDE = 600
MIN_SHARE_INSIDE = 0.85

_SENTENCE_LETTERS = 40
_SENTENCE_WORDS = 7
_TITLE_WORDS = 3
_ENGLISH_PER_WORD = 0.15  # votes of English small words per word; English prose has 0.3, German and Italian below 0.05
_NO_PAGE_LETTERS = 1_500  # a page with that much text is no error or login page, whatever its title says
_ANNOUNCED = frozenset({Role.HOME, Role.ENGLISH, Role.ENGLISH_NEWS, Role.FRAME})


def links(page: Page) -> tuple[EnglishLink, ...]:
    """The ways to an English version that a page names, strongest first, each address once.

    Machine translation is among them with the witness WIDGET and strength 0, so that nobody follows it.
    """
    return page.remembered("English links", _links)


def _links(page: Page) -> tuple[EnglishLink, ...]:
    best: dict[str, EnglishLink] = {}
    own = key(page.url)
    inside = is_english_address(page.url)
    for found in _candidates(page, inside=inside):
        name = key(found.url)
        if name and name != own and (name not in best or best[name].strength < found.strength):
            best[name] = found
    if not inside and not any(link.strength >= _PATH_ROOT for link in best.values()):
        for url in _siblings(page.url):
            twin = EnglishLink(url=url, witness=EnglishWitness.LINK, strength=_SIBLING, words="twin address")
            best.setdefault(key(url), twin)
    return tuple(sorted(best.values(), key=lambda link: (-link.strength, link.url))[:_MAX_LINKS])


def guesses(home_url: str) -> tuple[str, ...]:
    """At most two addresses where an English version might live though nothing announces one."""
    if is_english_address(home_url):
        return ()
    siblings = _siblings(home_url)
    return siblings or tuple(url for name in ("en/", "english/") if (url := join(home_url, name)))


@lru_cache(maxsize=512)  # several readers ask it of a link, and of the page itself
def is_english_address(url: str) -> bool:
    """Whether an address follows a convention for English pages: /en/, index_e.html, ?lang=en, en.example.org."""
    return bool(tell.ENGLISH_PATH.search(path_of(url)) or tell.ENGLISH_HOST.search(host(url)))


def is_english_page(page: Page, language: PageLanguage, *, announced: bool = False) -> bool:
    """Whether the page's own main text is English in substance, whatever its menus and labels are.

    `announced`: a clear label or hreflang of the website itself led here. Then, as at an English address, the menus
    around may be left in another language, and the text may be as short as that of any English page.
    """
    share = languages.share(language, "en")
    expected = announced or is_english_address(page.url)
    # Where English is expected a page of two languages is the English version with some items left untranslated.
    if share < (MIN_SHARE_EXPECTED if expected else MIN_SHARE) or was_translated(page):
        return False
    if language.language != "en" and not expected:
        return False
    if language.letters < _NO_PAGE_LETTERS and tell.NO_PAGE.search(page.title):
        return False
    running, listed = _english_letters(page.lines)
    if share >= MIN_SHARE_PURE and running >= MIN_RUNNING_PURE and (expected or not _in_foreign_surroundings(page)):
        return True
    if not expected and _in_foreign_surroundings(page):
        return share >= MIN_SHARE_INSIDE and running >= MIN_RUNNING_INSIDE
    return running >= MIN_RUNNING or running + listed >= MIN_LISTED


def named(page: Page, home: str, *, in_english: bool) -> tuple[str, ...]:
    """The addresses that a page of the website with this home page names as English beyond doubt.

    An English page so names its feeds, any other page its English version. That must be on the website's own host, or on
    one that is named for the language: "English" beside the name of a university leads to the university's pages.
    """
    if in_english:
        return tuple(link.url for link in page.links if link.tag == "link" and _is_feed(link))
    return tuple(link.url for link in links(page) if link.strength >= CLEAR and _is_at_home(link.url, home))


def _is_at_home(url: str, home: str) -> bool:
    """Whether an address is on the website's own host and not beside its folder on somebody else's."""
    if bare_host(url) != bare_host(home):
        return bool(tell.ENGLISH_HOST.search(host(url))) and bare_host(url).partition(".")[2] == bare_host(home)
    folder = _FIRST_FOLDER.match(path_of(home))
    return folder is None or bool(tell.LANGUAGE_FOLDER.fullmatch(folder[1])) or f"/{folder[1]}/" in path_of(url)


def item_language(item: DatedItem, page: Page, tongue: str) -> str:
    """The language of an item of a page in the language `tongue`.

    A title that was borrowed from the page says nothing; nor does a declared "en" on a page that is not English:
    software declares it unasked.
    """
    title = "" if item.title == page.title[:MAX_TITLE] else item.title
    if item.language == "en" and tongue not in {"", "en"} and not is_english_address(item.link):
        return tongue
    return languages.of_item(title, item.language or tongue)


def in_languages(
    items: Sequence[DatedItem], url: str, *, announced: bool
) -> tuple[PageLanguage, tuple[DatedItem, ...]]:
    """The language of a feed or a document of data at `url`, and its items, each with its own language.

    `announced`: an English page names it. Items are English where that, the address or the document itself says so and
    their titles do not belie it; one English title in a Japanese feed is the name of a fair.
    """
    declared = Counter(i.language for i in items if i.language)
    language = languages.of_titles([i.title for i in items], max(declared, key=declared.__getitem__, default=""))
    around = language.language
    expected = announced or is_english_address(url) or declared["en"] > 0
    if around == "":
        around = "en" if expected else ""
    elif around == "en" and not expected and len(items) < _TITLES_TOGETHER:
        around = ""
    return language, tuple(replace(i, language=_fed_language(i, around)) for i in items)


def _fed_language(item: DatedItem, around: str) -> str:
    """The language of an item of a feed that is mostly in the language `around`."""
    if is_english_address(item.link):
        return languages.of_item(item.title, "en")
    own = item.language if item.language != "en" or not around else ""
    return languages.of_item(item.title, own or around)


def has_section(pages: Sequence[PageReading]) -> str:
    """The address of the English version that the pages of a visit prove, "" when they prove none.

    An English page counts when it is the home page, was followed as an English version, or has an English
    address. One nobody announces is a paper, an abstract or a guest's post on a site in another language. A website
    with no text in any other language is its own English version, however little each page says.
    """
    proven = [page for page in pages if _proves(page)] or _only_english(pages)
    return min(proven, key=_entry_rank).url if proven else ""


def _only_english(pages: Sequence[PageReading]) -> list[PageReading]:
    """The pages of a website that is in English throughout, none when it is not or says too little to tell."""
    told = [p for p in pages if p.kind is PageKind.CONTENT and p.language.letters]
    pure = [p for p in told if p.language.language == "en" and languages.share(p.language, "en") >= MIN_SHARE_PURE]
    enough = sum(p.language.letters for p in pure) >= MIN_RUNNING and any(p.role is Role.HOME for p in pure)
    return pure if enough and len(pure) == len(told) else []


def _entry_rank(page: PageReading) -> tuple[int, bool, int, str]:
    """Sorts the front page of an English version before its other pages."""
    path = path_of(page.url)
    return path.rstrip("/").count("/"), not tell.FRONT_PAGE.search(path), -page.language.letters, page.url


def _proves(page: PageReading) -> bool:
    written = any(witness is EnglishWitness.PAGE_TEXT for witness, _ in page.english)
    return written and page.kind is PageKind.CONTENT and (page.role in _ANNOUNCED or is_english_address(page.url))


def _candidates(page: Page, *, inside: bool) -> Iterator[EnglishLink]:
    """Every link of the page that could lead to an English version; paths tell nothing inside one."""
    translated = translated_in(page)
    labels = may_have([f"{link.text}\n{link.title}" for link in page.links], tell.LABEL_PARTS)
    addresses = may_have(words_of([link.url for link in page.links]), tell.ADDRESS_PARTS)
    for link, by_label, by_address in zip(page.links, labels, addresses, strict=False):
        if link.url in translated:
            words = (link.text or link.title)[:80]
            yield EnglishLink(url=link.url, witness=EnglishWitness.WIDGET, strength=0.0, words=words)
        elif link.url and _is_worth_a_look(link, by_label=by_label, by_address=by_address):
            witness, strength = _strength(link, page.url, inside=inside)
            if strength > 0:
                words = (link.text or link.title)[:80]
                yield EnglishLink(url=link.url, witness=witness, strength=round(strength, 2), words=words)


def _is_worth_a_look(link: Link, *, by_label: bool, by_address: bool) -> bool:
    """Whether anything about a link could announce English; cheap, and true too often rather than too seldom."""
    return bool(
        link.hreflang
        or (by_label and (_may_be_label(link.text) or _may_be_label(link.title)))
        or (by_address and tell.ADDRESS_HINT.search(link.url))
    )


@lru_cache(maxsize=512)
def _may_be_label(text: str) -> bool:
    return tell.LABEL_HINT.search(text) is not None


def _strength(link: Link, base: str, *, inside: bool) -> tuple[EnglishWitness, float]:
    """What announces a link as English, and how strongly; 0 when nothing does."""
    if link.tag in {"frame", "iframe"} or (link.tag == "link" and not is_alternate(link)):
        return EnglishWitness.LINK, 0.0
    if link.hreflang[:2].lower() == "en" and link.hreflang[2:3] in {"", "-", "_"}:
        witness, strength = EnglishWitness.HREFLANG, _HREFLANG
    else:
        witness, strength = EnglishWitness.LINK, max(_label_strength(link.text), _label_strength(link.title) - 0.05)
    if link.hreflang and witness is EnglishWitness.LINK and link.hreflang.lower() != "x-default":
        return witness, 0.0
    by_path = 0.0 if inside or tell.SUBJECT.search(link.text) else _path_strength(link.url)
    if is_umbrella(link.url, base):
        strength = min(max(strength, by_path), _UMBRELLA)
    elif same_site(link.url, base):
        strength = min(0.95, strength + 0.05) if strength >= _WEAK_LABEL and by_path else max(strength, by_path)
    elif strength < _CODE or tell.ELSEWHERE.search(host(link.url)):
        return witness, 0.0
    elif witness is EnglishWitness.LINK:
        strength = _FOREIGN if link.region in {Region.HEADER, Region.NAV} else _FOREIGN_IN_TEXT
    return witness, min(strength, _DOCUMENT) if tell.DOCUMENTS.search(path_of(link.url)) else strength


def is_umbrella(url: str, base: str) -> bool:
    """Whether an address is on the host above ours: example.ac.jp seen from lab.example.ac.jp."""
    return bare_host(base).endswith("." + bare_host(url))


def is_alternate(link: Link) -> bool:
    """Whether a <link> names another version of the page, and not a feed."""
    return "alternate" in link.rel.lower() and not _is_feed(link)


def _is_feed(link: Link) -> bool:
    return "alternate" in link.rel.lower() and any(word in link.type for word in ("rss", "atom", "json", "xml"))


def plain_of(text: str) -> str:
    """The words of a link in half-width lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def label_of(text: str) -> str:
    """The words of a link in lower case without decoration; hyphens, slashes and dots read as spaces."""
    return _SPACES.sub(" ", _DECORATION.sub("", plain_of(text))).strip()


def _label_strength(text: str) -> float:
    """How clearly the words of a link name an English version, 0 when they do not."""
    if not text or len(text) > 120:
        return 0.0
    plain, label = plain_of(text), label_of(text)
    if tell.SUBJECT.search(plain):
        return 0.0
    if len(label) <= 50 and (tell.LABELS.fullmatch(label) or tell.FLAGS.fullmatch(label)):
        return _LABEL
    if tell.CODES.fullmatch(label) or tell.CODES.fullmatch(text.strip()):
        return _CODE
    if tell.BRACKETED.search(plain):
        return _BRACKET
    return _WEAK_LABEL if len(label) <= 40 and tell.WEAK_LABELS.fullmatch(label) else 0.0


def _path_strength(url: str) -> float:
    """How much an address alone says that it is an English page."""
    path = path_of(url)
    if (len(path) <= _LONGEST_ROOT and tell.ENGLISH_ROOT.search(path)) or (
        tell.ENGLISH_HOST.search(host(url)) and path == "/"
    ):
        return _PATH_ROOT
    if tell.SHORT_DIRECTORY.search(path):
        return _WEAK_LABEL
    return _PATH_DEEP if is_english_address(url) else 0.0


def _siblings(url: str) -> tuple[str, ...]:
    """The English twins of an address that names its own language."""
    path = path_of(url)
    changed = (pattern.sub(twin, path, count=1) for pattern, twin in tell.TWINS if pattern.search(path))
    return tuple(dict.fromkeys(twin for twin in (join(url, path) for path in changed) if twin))[:2]


def _english_letters(lines: Iterable[Line]) -> tuple[int, int]:
    """The letters of English sentences, and those of English titles, outside menus and footers."""
    running = listed = 0
    for line in lines:
        if line.region in {Region.NAV, Region.FOOTER} or running >= MIN_RUNNING_INSIDE:
            continue
        in_sentence, in_title = english_letters(line.text)
        running += in_sentence
        listed += in_title
    return running, listed


def english_letters(text: str) -> tuple[int, int]:
    """The letters of a line if it is an English sentence, else 0; and if it is an English title."""
    return _remembered(text) if len(text) <= _MOST_REMEMBERED else _letters(text)


def _letters(text: str) -> tuple[int, int]:
    words = text.split()
    low = text.lower()
    if len(words) < _TITLE_WORDS or tell.BOILERPLATE.search(low):
        return 0, 0
    if not _is_english(text, len(words)) or languages.is_reference(text):
        return 0, 0
    letters = sum(c.isalpha() for c in text)
    is_sentence = letters >= _SENTENCE_LETTERS and len(words) >= _SENTENCE_WORDS and tell.VERB.search(low)
    return (letters, 0) if is_sentence else (0, letters)


_MOST_REMEMBERED = 300  # characters
_remembered = lru_cache(maxsize=512)(_letters)  # two readers ask it of a line, and headers stand on every page


def _is_english(text: str, n_words: int) -> bool:
    """Whether the small words of a line are mostly English ones."""
    ballot = votes(text)
    english = ballot.get("en", 0.0)
    return english >= _ENGLISH_PER_WORD * n_words and english >= max(ballot.values(), default=0.0)


def _in_foreign_surroundings(page: Page) -> bool:
    """Whether the menus around the text are in a script that is not Latin."""
    around = [line.text for line in page.lines if line.region is not Region.MAIN]
    if not around:
        return False
    counts = script_counts(around).sum(0)
    return bool(counts[1:].sum() - counts[LATIN] > 0.4 * counts[LATIN])
