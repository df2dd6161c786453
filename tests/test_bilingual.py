"""Pages that say the same in two languages, and pages that only hold some English."""

from __future__ import annotations

import pytest

from crawler.model import LanguageShare, PageLanguage
from crawler.reading import bilingual, languages, translations
from crawler.reading.page import Page, parse

HOME = "http://a.example.jp/"
# 89 letters: three stay below the 300 of a bilingual page, four reach them.
ENGLISH = "The council was founded to link the companies and universities of our harbour region with each other today"
JAPANESE = "当協議会は、港の地域の企業と大学を結び、新しい産業を育てるために設立されました。"
GERMAN = "Der Verein verbindet die Unternehmen und die Hochschulen der Region und fördert ihre Forschung."


def page(*lines: str, html: str = "<html>") -> Page:
    body = "".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)
    return parse(f"{html}<body>{body}</body></html>".encode(), HOME)


def has_english(*lines: str, html: str = "<html>") -> bool:
    read = page(*lines, html=html)
    return bilingual.has_english(read, languages.read(read))


LABELS = "<div>日本語 / English</div>"

CASES = [
    ("in turns", True, [JAPANESE, ENGLISH] * 4),
    ("in turns, but too little", False, [JAPANESE, ENGLISH] * 3),
    ("German and English in turns", True, [GERMAN, ENGLISH] * 4),
    ("side by side", True, [f"<table>{'<tr><td>' + JAPANESE + '<td>' + ENGLISH + '</tr>'}</table>"] * 4),
    ("two blocks", False, [JAPANESE] * 4 + [ENGLISH] * 4),
    ("three blocks", False, [JAPANESE] * 2 + [ENGLISH] * 4 + [JAPANESE] * 2),
    ("two blocks with labels", True, [LABELS] + [JAPANESE] * 4 + [ENGLISH] * 4),
    ("labels without a second block", False, [LABELS] + [JAPANESE] * 8),
    ("one label", False, ["<div>English</div>"] + [JAPANESE] * 4 + [ENGLISH] * 4),
    ("little English among much Japanese", False, [JAPANESE] * 3 + [ENGLISH, JAPANESE, JAPANESE, JAPANESE] * 4),
    ("English alone", False, [ENGLISH] * 8),
    ("English titles between", False, [JAPANESE, "<h2>News of the harbour council</h2>"] * 6),
    ("in the menu only", False, [JAPANESE] * 4 + [f"<nav><p>{ENGLISH}</p><p>{JAPANESE}</p></nav>"] * 8),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "lines"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_bilingual_page_takes_turns_or_has_labels(expected: bool, lines: list[str]) -> None:
    assert has_english(*lines) is expected


def test_what_a_machine_translated_is_no_second_language() -> None:
    assert has_english(*[JAPANESE, ENGLISH] * 4, html='<html lang="ja">')
    assert not has_english(*[JAPANESE, ENGLISH] * 4, html='<html class="js translated-ltr">')


@pytest.mark.parametrize(("share", "expected"), [(0.55, "en"), (0.54, "ja")])
def test_items_of_a_page_in_two_languages_are_in_its_own(share: float, expected: str) -> None:
    shares = (LanguageShare(language="ja", share=1 - share), LanguageShare(language="en", share=share))
    assert bilingual.tongue(PageLanguage(language="ja", shares=shares)) == expected


WOVN = (
    '<script src="//j.wovn.io/1" data-wovnio="key=X&amp;backend=true&amp;currentLang={}&amp;defaultLang={}"></script>'
)

TRANSLATED = [
    ("by Google in the browser", "<html class='translated-ltr'>", "", True),
    ("by Google, right to left", '<html lang="en" class="no-js translated-rtl">', "", True),
    ("a class that only looks like it", '<html class="untranslated-ltr-page">', "", False),
    ("by WOVN's server", "<html>", WOVN.format("en", "ja"), True),
    ("the original that WOVN serves", "<html>", WOVN.format("ja", "ja"), False),
    ("a widget of WOVN without a server", "<html>", '<script src="//j.wovn.io/1" data-wovnio="key=X"></script>', False),
    ("nothing", "<html>", "", False),
]  # fmt: skip


@pytest.mark.parametrize(("html", "head", "expected"), [c[1:] for c in TRANSLATED], ids=[c[0] for c in TRANSLATED])
def test_a_machine_marks_what_it_translated(html: str, head: str, expected: bool) -> None:
    read = parse(f"{html}<head>{head}</head><body><p>{ENGLISH}</p></body></html>".encode(), HOME)
    assert translations.was_translated(read) is expected
