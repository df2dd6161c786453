"""Languages told over a set: our own sentences with their floors, chance that plays no part, and how a set is made."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.languages import __main__ as bench
from benchmarks.languages.cases import OWN, Document, read_set
from benchmarks.languages.measuring import Tally
from benchmarks.languages.mixing import mixed_pages, units
from benchmarks.languages.sources import EUROPEAN_UNION, SOURCES, language_of
from benchmarks.languages.texts import edition_in, han_only, is_translated, snippet
from crawler.reading import languages
from crawler.reading.page import parse

CASES = read_set(OWN)
# Shares of the sentences of our own that must be told rightly; the floors that were asked of real ones.
KANJI_FLOOR, SNIPPET_FLOOR, CHINESE_FLOOR = 0.98, 0.97, 0.8


def share_right(rows: list[tuple[str, str]]) -> float:
    return sum(languages.of_text(text).language == language for language, text in rows) / len(rows)


def test_strings_of_bare_kanji_are_japanese_and_most_chinese_ones_chinese() -> None:
    japanese = [("ja", case.text) for case in CASES.kanji if case.language == "ja"]
    chinese = [("zh", case.text) for case in CASES.kanji if case.language == "zh"]
    assert len(japanese) >= 120
    assert share_right(japanese) >= KANJI_FLOOR
    assert share_right(chinese) >= CHINESE_FLOOR


def test_snippets_are_told_in_all_languages_of_the_union_and_beyond() -> None:
    asked = Counter(case.language for case in CASES.snippets)
    assert {code for code, n in asked.items() if n >= 10} >= {*EUROPEAN_UNION, "no", "uk", "tr", "ca", "ja"}
    assert share_right([(case.language, case.text) for case in CASES.snippets]) >= SNIPPET_FLOOR


@pytest.mark.parametrize("code", sorted({case.language for case in CASES.snippets}))
def test_no_language_is_told_at_the_price_of_another(code: str) -> None:
    assert share_right([(code, case.text) for case in CASES.snippets if case.language == code]) >= 0.8


def test_the_order_of_questions_changes_no_answer() -> None:
    texts = [case.text for case in (*CASES.kanji, *CASES.snippets)]
    first = {text: languages.of_text(text) for text in texts}
    random.Random(5).shuffle(texts)
    assert {text: languages.of_text(text) for text in texts} == first


def test_other_processes_with_other_hashes_give_the_same_answers() -> None:
    told = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "benchmarks.languages", "--digest"]
        done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=120)
        told.add(done.stdout.strip())
    assert len(told) == 1
    assert len(told.pop()) == 64


def test_the_command_prints_figures_and_writes_them_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "figures.json"
    assert bench.main(["--only", "ours", "--json", str(target)]) == 0
    figures = json.loads(target.read_text(encoding="utf-8"))
    assert figures["ours"]["kanji_only"] >= KANJI_FLOOR
    assert 0.9 < figures["ours"]["snippets"] <= 1.0
    assert figures["same_in_other_processes"] is True
    assert "Our answers in other processes: the same." in capsys.readouterr().out


def test_a_folder_without_a_set_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([str(tmp_path)]) == 2
    assert "snippets.tsv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("edition", "code"),
    [
        ("C", "en"), ("en-US", "en"), ("pt_BR", "pt"), ("zh-hans", "zh"), ("jpn_tokyo", "ja"), ("nb", "no"),
        ("nn", "no"), ("ekk", "et"), ("sr@latin", ""), ("fa", ""),
    ],
)  # fmt: skip
def test_the_edition_names_the_language(edition: str, code: str) -> None:
    assert language_of(edition) == code


def test_the_place_of_a_file_names_its_edition() -> None:
    by_name = {source.name: source for source in SOURCES}
    root = Path("/r")
    help_page = root / "usr/share/libreoffice/help/ja/text/shared/01/a.html"
    assert edition_in(help_page, by_name["office-help"], root) == ("ja", "text/shared/01/a.html")
    assert edition_in(root / "usr/share/help/C/other/a.page", by_name["desktop-help"], root) == ("", "")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Read more about all our projects", "en", "Read more about all our projects"),
        ("Read more about this", "en", ""),
        ("Delete {0} of the files in this folder", "en", ""),
        ("総会のご案内", "ja", ""),
        ("通常総会のご案内を掲載しました", "ja", "通常総会のご案内を掲載しました"),
        ("These words nobody translated so far", "ja", ""),
    ],
)
def test_a_snippet_has_five_words_or_ten_characters_and_no_markup(text: str, language: str, expected: str) -> None:
    assert snippet(text, language) == expected


def test_a_longer_text_is_cut_to_at_most_ten_words() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve"
    cut = snippet(text, "en")
    assert 5 <= len(cut.split()) <= 10
    assert text.startswith(cut)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("会社概要", "会社概要"), (" 会社概要： ", "会社概要"), ("会", ""), ("会社の概要", ""), ("NEWS一覧", "")],
)
def test_bare_kanji_are_two_and_nothing_else(text: str, expected: str) -> None:
    assert han_only(text) == expected


def test_a_page_that_repeats_its_original_is_not_translated() -> None:
    original = ["This page tells how to join the association."]
    assert is_translated(["Diese Seite sagt, wie man Mitglied wird."], original)
    assert not is_translated(["1. This page tells how to join the association."], original)
    assert not is_translated([], original)


JAPANESE = "当協議会は、地域の企業と大学を結び、新しい産業を育てるために設立された団体です。"
ENGLISH = "The council was founded to link the companies and universities of the region with each other."


def document(language: str, number: int, sentence: str) -> Document:
    body = "<h1>{0}</h1>" + "<p>{0}</p>" * 40
    return Document(language=language, source="own", name=f"x~{number}", body=body.format(sentence).encode())


def test_mixed_pages_have_the_share_that_they_name() -> None:
    pages = [document(code, i, text) for i in range(12) for code, text in (("ja", JAPANESE), ("en", ENGLISH))]
    mixed = mixed_pages(pages, "ja", "en")
    assert {page.layout for page in mixed} == {"paragraphs", "columns", "abstract", "halves"}
    for page in mixed:
        text = parse(page.html.encode(), "http://set.example/").text()
        english = units("".join(c for c in text if c.isascii()))
        assert english / units(text) == pytest.approx(page.share, abs=0.01)


def test_both_languages_of_a_mixed_page_are_found_with_their_shares() -> None:
    pages = [document(code, i, text) for i in range(12) for code, text in (("ja", JAPANESE), ("en", ENGLISH))]
    for page in mixed_pages(pages, "ja", "en"):
        read = languages.read(parse(page.html.encode(), "http://set.example/"))
        assert languages.share(read, "en") == pytest.approx(page.share, abs=0.1), page.layout
        assert languages.share(read, "ja") == pytest.approx(1 - page.share, abs=0.1), page.layout


def test_a_share_of_nothing_is_no_figure() -> None:
    tally = Tally()
    tally.add("ja", "ja", "a")
    tally.add("ja", "zh", "b")
    assert tally.share("ja") == 0.5
    assert tally.share("en") is None
