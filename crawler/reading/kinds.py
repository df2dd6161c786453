"""What an answered page turned out to be, and the words that show it.

Almost every page is CONTENT, so what is cheap comes first: a page with much text can only be a hijacked one or an error
page by its title. The words of parking, hosting and error pages count in the title, the headline and the front of a
page with little text; in a long page they are what somebody writes about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crawler.model import PageKind
from crawler.reading import kind_words as tell
from crawler.reading.page import Page, Region
from crawler.urls import key, path_of, same_site

# Letters, digits and CJK characters of visible text. The longest placeholder measured (a marketplace page with related
# searches) has 900; front pages of living websites with that little text exist, so words must agree.
_THIN = 500
_SHORT = 1500
_ALMOST_NOTHING = 60  # a shell's noscript sentence or an empty page's stray words stay below
_NOTHING = 15
_FRONT = 600  # characters from the top in which strong words must stand
_LONGEST_SURE = 120
_HIJACK_TERMS = 3
_HIJACK_SHARE = 0.04  # of the text that are lexicon terms; a news item about gambling on a living page stays below 0.02
_HIJACK_SHARE_WARNED = 0.12  # where the page also warns of such sites
_HIJACK_READ = 6_000  # characters that are searched for the lexicon: a page made of it begins with it
_HIJACK_FRONT = 1_500  # characters in which two of its words must stand
_FEW_WAYS = 12  # links; a page with more is a website's, whatever one of its lines says
_PASSING = frozenset({PageKind.MAINTENANCE, PageKind.UNDER_CONSTRUCTION})

_LITTLE_MAIN = 300  # characters of a main part in which a list of news has no room


@dataclass(frozen=True, slots=True)
class _View:
    """A page with what every test asks for."""

    page: Page
    status: int
    url_asked: str
    text: str  # visible text, all regions
    front: str  # title, headline and first characters
    headline: str  # first h1, "" if none
    n_letters: int  # visible characters without spaces
    ways: int  # links on the page that a reader can follow


def classify(page: Page, *, status: int, url_asked: str) -> tuple[PageKind, str]:
    """The kind of an answered page and the verbatim words that show it ("" for CONTENT).

    `status` is that of the answer, `url_asked` the address before redirects.
    """
    view = _view(page, status, url_asked)
    tests = _TESTS if view.n_letters <= _SHORT else _TESTS_OF_LONG
    for test in tests:
        found = test(view)
        if found is not None:
            return found[0], " ".join(found[1].split())[:_LONGEST_SURE]
    return PageKind.CONTENT, ""


def _view(page: Page, status: int, url_asked: str) -> _View:
    text = page.text()
    headline = next((line.text for line in page.lines[:200] if line.tag == "h1"), "")
    return _View(
        page=page,
        status=status,
        url_asked=url_asked,
        text=text,
        front=f"{page.title}\n{headline}\n{text[:_FRONT]}",
        headline=headline,
        n_letters=len(text) - text.count(" ") - text.count("\n"),
        ways=sum(1 for link in page.links if link.tag != "link"),
    )


_Found = tuple[PageKind, str] | None


def _lander(view: _View) -> _Found:
    """Parking pages whose text a script brings."""
    if view.n_letters > _THIN:
        return None
    page = view.page
    sources = "\n".join(
        (*page.scripts, page.inline_scripts[:20_000], page.html_head, page.refresh, *page.frames)
    ).lower()
    if not any(hint in sources for hint in tell.PARKING_HINTS):
        return None
    match = tell.PARKING_CODE.search(sources)
    return (PageKind.PARKED, match.group()) if match else None


def _challenge(view: _View) -> _Found:
    title = tell.CHALLENGE_TITLE.search(view.page.title) if view.n_letters <= _SHORT else None
    if title:
        return PageKind.BOT_CHALLENGE, title.group()
    if view.n_letters > _THIN:
        return None
    sources = f"{view.page.html_head}\n{view.page.inline_scripts[:20_000]}".lower()
    code = tell.CHALLENGE_CODE.search(sources) if any(hint in sources for hint in tell.CHALLENGE_HINTS) else None
    if code and (view.n_letters <= 4 * _ALMOST_NOTHING or tell.CHALLENGE_WORDS.search(view.front)):
        return PageKind.BOT_CHALLENGE, code.group()
    return None


def _frameset(view: _View) -> _Found:
    if view.page.frames and view.n_letters <= _THIN:
        return PageKind.FRAMESET, view.page.frames[0]
    return None


def _phrases(view: _View) -> _Found:
    """Parked, suspended, deprovisioned, default, maintenance, under construction, by their words."""
    # A page with little text or few ways on may say it anywhere in its front, any other only in its headline.
    bare = view.n_letters <= _THIN or view.ways <= _FEW_WAYS
    front = view.front if bare else f"{view.page.title}\n{view.headline}"
    lowered = front.lower()
    if not any(hint in lowered for hint in tell.PHRASE_HINTS):
        return None
    for kind, pattern in tell.STRONG:
        match = pattern.search(front)
        if match:
            return kind, match.group()
    if view.n_letters > _THIN or view.ways > _FEW_WAYS:
        return None
    small = view.n_letters <= _THIN // 2 and view.ways <= _FEW_WAYS // 2
    for kind, pattern in tell.WEAK:
        # A small living page may have one part that is being made: then the words are not its headline.
        front = view.front if small or kind not in _PASSING else f"{view.page.title}\n{view.headline}"
        match = pattern.search(front)
        if match:
            return kind, match.group()
    return None


def _default_title(view: _View) -> _Found:
    """Titles that servers and hosting companies ship."""
    for text in (view.page.title, view.headline):
        match = tell.DEFAULT_TITLE.fullmatch(text)
        if match:
            return PageKind.DEFAULT_PAGE, match.group()
    if tell.LISTING_TITLE.match(view.page.title or view.headline) and view.ways <= _FEW_WAYS:
        return PageKind.DEFAULT_PAGE, view.page.title or view.headline
    return None


def _not_found(view: _View) -> _Found:
    """An error page by its title or headline, whatever the navigation around it."""
    if view.status in {404, 410}:
        return PageKind.SOFT_404, view.page.title or view.headline or str(view.status)
    for text in (view.page.title, view.headline):
        if text and tell.NOT_FOUND_HINT.search(text.lower()):
            for part in tell.TITLE_PARTS.split(text):
                if tell.NOT_FOUND.fullmatch(part.strip()) and _main_letters(view.page) <= _SHORT:
                    return PageKind.SOFT_404, part
    if view.page.url != view.url_asked and tell.NOT_FOUND_PATH.search(path_of(view.page.url)):
        asked = path_of(view.url_asked)
        if not tell.NOT_FOUND_PATH.search(asked) and view.n_letters <= _SHORT:
            return PageKind.SOFT_404, view.page.url
    return None


def _main_letters(page: Page) -> int:
    return sum(len(line.text) for line in page.lines if line.region is Region.MAIN)


def _hijacked(view: _View) -> _Found:
    """Another owner's gambling, drugs or porn: three terms at least, and the page is made of them."""
    text = f"{view.page.title}\n{view.page.meta('description')}\n{view.text[:_HIJACK_READ]}".lower()
    if sum(core in text[:_HIJACK_FRONT] for core in tell.HIJACK_CORES) < 2:
        return None
    hits = [match.group() for match in tell.HIJACK.finditer(text)]
    if len({tell.SAME_TERM.sub("", hit) for hit in hits}) < _HIJACK_TERMS:
        return None
    share = sum(map(len, hits)) / max(1, len(text))
    warned = tell.HIJACK_WARNING.search(text) is not None
    named = tell.HIJACK.search(f"{view.page.title}\n{view.headline}".lower()) is not None
    limit = _HIJACK_SHARE_WARNED if warned else _HIJACK_SHARE if named else 2 * _HIJACK_SHARE
    if share < limit:
        return None
    return PageKind.HIJACKED, ", ".join(dict.fromkeys(hits))


def _login(view: _View) -> _Found:
    if view.n_letters > _THIN or view.ways > _FEW_WAYS:
        return None
    for text in (view.page.title, view.headline):
        for part in tell.TITLE_PARTS.split(text):
            if tell.LOGIN.fullmatch(part.strip()):
                return PageKind.LOGIN, part
    match = tell.LOGIN_WORDS.search(view.front)
    return (PageKind.LOGIN, match.group()) if match else None


def _redirect(view: _View) -> _Found:
    """A page that only leads elsewhere; a splash page with its own ways in is one to read."""
    page = view.page
    if not page.refresh or key(page.refresh) == key(page.url) or view.n_letters > _THIN // 2:
        return None
    if page.refresh_after_s > 3 and page.n_images and view.ways >= 2:
        return None
    return PageKind.REDIRECT, page.refresh


def _shell(view: _View) -> _Found:
    """Nothing to see until scripts have run."""
    page = view.page
    if view.n_letters > 3 * _ALMOST_NOTHING or not (page.scripts or page.inline_scripts):
        return None
    asks = tell.NEEDS_SCRIPT.search(view.front)
    if asks and view.n_letters <= 3 * _ALMOST_NOTHING:
        return PageKind.SHELL, asks.group()
    if view.ways and view.n_letters > _NOTHING:
        return None
    root = tell.SHELL_ROOT.search(page.html_head)
    if root:
        return PageKind.SHELL, root.group()
    builders = [url for url in page.scripts if not tell.ONLY_COUNTS.search(url)]
    if view.n_letters <= _ALMOST_NOTHING and not view.ways and (builders or tell.BUILDS.search(page.inline_scripts)):
        return PageKind.SHELL, builders[0] if builders else "document.write"
    return None


def _empty(view: _View) -> _Found:
    if view.n_letters <= _NOTHING and not view.ways:
        return PageKind.EMPTY, view.text or "no text"
    return None


_Test = Callable[[_View], _Found]
_TESTS: tuple[_Test, ...] = (
    _lander, _challenge, _frameset, _default_title, _phrases, _not_found, _hijacked, _redirect, _login, _shell, _empty,
)  # fmt: skip
_TESTS_OF_LONG: tuple[_Test, ...] = (_not_found, _hijacked)


def may_be_filled_by_script(page: Page) -> bool:
    """Whether the main part shows next to nothing, and a script of the site may fill it in a browser."""
    if sum(len(line.text) for line in page.lines if line.region is Region.MAIN) >= _LITTLE_MAIN:
        return False
    own = any(same_site(source, page.url) and not tell.LIBRARY.search(source) for source in page.scripts)
    return own or tell.LOADS.search(page.inline_scripts) is not None
