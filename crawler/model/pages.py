"""A page that was read: why it was fetched, what it is, what it says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crawler.model.dates import DatedItem
from crawler.model.notices import Notice
from crawler.model.partners import Partner


class Role(StrEnum):
    """Why a page was fetched."""

    HOME = "home"
    NEWS = "news"
    ENGLISH = "english"
    ENGLISH_NEWS = "english_news"
    FEED = "feed"
    SITEMAP = "sitemap"
    ARCHIVE = "archive"
    POST = "post"
    FRAME = "frame"
    OTHER = "other"


class PageKind(StrEnum):
    """What a page that answered turned out to be."""

    CONTENT = "content"
    EMPTY = "empty"
    SHELL = "shell"  # needs a browser to show its text
    FRAMESET = "frameset"
    REDIRECT = "redirect"  # meta refresh or script that only leads elsewhere
    SOFT_404 = "soft_404"
    PARKED = "parked"
    DEFAULT_PAGE = "default_page"  # of a server, a hosting company or a fresh CMS
    SUSPENDED = "suspended"
    DEPROVISIONED = "deprovisioned"
    UNDER_CONSTRUCTION = "under_construction"
    MAINTENANCE = "maintenance"
    HIJACKED = "hijacked"
    BOT_CHALLENGE = "bot_challenge"
    LOGIN = "login"
    FEED = "feed"
    SITEMAP = "sitemap"
    DATA = "data"


class EnglishWitness(StrEnum):
    """How an English version announced itself."""

    PAGE_TEXT = "page_text"  # the page's main text is English
    HREFLANG = "hreflang"
    LINK = "link"
    WIDGET = "widget"  # machine translation: no English version


class TraitKind(StrEnum):
    """What identifies the organisation on its own pages."""

    NAME = "name"
    NAME_EN = "name_en"
    PHONE = "phone"
    POSTAL = "postal"
    EMAIL_DOMAIN = "email_domain"
    EMAIL = "email"  # a whole address, to write to; identifies nobody by itself
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageShare:
    """How much of a page's text is in one language."""

    language: str  # ISO 639-1
    share: float  # 0..1 of the letters of the main text


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLanguage:
    """The language of a page, and the witnesses that spoke."""

    language: str = ""  # of the main text, ISO 639-1; "" when there is too little text
    shares: tuple[LanguageShare, ...] = ()  # most first
    declared: str = ""  # <html lang>, weak
    letters: int = 0  # letters of main text that were judged
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """One trait of the organisation found on a page."""

    kind: TraitKind
    value: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """A page's wish to be left for another address, by meta refresh, script or notice."""

    url: str
    after_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What one page says. The words themselves are in the signals; the page is in the archive."""

    url: str  # final URL
    role: Role
    kind: PageKind
    title: str = ""  # at most 200 characters
    language: PageLanguage = PageLanguage()
    dates: tuple[DatedItem, ...] = ()
    notices: tuple[Notice, ...] = ()
    partners: tuple[Partner, ...] = ()
    traits: tuple[Trait, ...] = ()
    english: tuple[tuple[EnglishWitness, str], ...] = ()  # witness and the URL it names
    text_digest: str = ""  # of the main text; equal when nothing a reader sees changed
    n_letters: int = 0
    sure: str = ""  # the words that made `kind` what it is, "" for CONTENT
    # Digest of what readers read of it; equal: they would read the same again on that day. "" for what is no page or
    # feed, and where a browser was to show more of it and none did.
    said: str = ""
