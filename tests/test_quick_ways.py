"""What readers do to be quick changes nothing that is read: capitals, sentences in plain ASCII, words far from a number."""

from __future__ import annotations

import re
from datetime import date

import pytest

from crawler.model import PageKind
from crawler.reading import bilingual, expressions, kinds, languages, notice_sentences, partners
from crawler.reading.date_labels import before
from crawler.reading.english import english_letters
from crawler.reading.letters import KANA, LATIN, script_counts
from crawler.reading.page import parse
from crawler.reading.stamps import is_sample
from spiders import vocabulary

_URL = "http://a.example.jp/"


@pytest.mark.parametrize(
    ("label", "calls_it"),
    [
        ("POSTED ON ", "posted"),
        ("Last Updated: ", "updated"),
        ("DEADLINE: ", "deadline"),
        ("Copyright ", "machine"),
        ("Founded in ", "history"),
        ("As of ", "as_of"),
        ("Dates/Time: ", "event"),
        ("CLOSED ", "no_event"),
    ],
)
def test_labels_of_dates_are_known_in_capitals(label: str, calls_it: str) -> None:
    assert getattr(before(label), calls_it)


@pytest.mark.parametrize(
    "title",
    [
        "HELLO WORLD",
        "Our LOREM IPSUM",
        "Welcome to WordPress. This is your first post",
        "WordPressへようこそ！",
        "Sed Ut Magna Aliqua",
        "ダミーの文章",
    ],
)
def test_samples_are_known_in_capitals(title: str) -> None:
    assert is_sample(title)


@pytest.mark.parametrize("title", ["Welcome to the forum", "Sed Ut Magna", "WordPressの講習会を開催しました"])
def test_what_is_near_a_sample_is_none(title: str) -> None:
    assert not is_sample(title)


@pytest.mark.parametrize(("text", "there"), [("当会のNEWS", True), ("NEWS一覧", True), ("当会のNEWSX", False)])
def test_words_of_links_are_known_in_capitals(text: str, there: bool) -> None:
    assert vocabulary.NEWS.are_in(text, re.findall("[a-z]+", text.lower())) is there


def test_an_error_page_is_known_in_capitals() -> None:
    page = parse(b"<title>Page NOT FOUND</title><p>Nothing is here.", _URL)
    assert kinds.classify(page, status=200, url_asked=_URL) == (PageKind.SOFT_404, "Page NOT FOUND")


@pytest.mark.parametrize(
    ("text", "is_sentence"),
    [
        ("Please contact the office of the cluster for the details of all of its projects", True),
        ("Powered By the office of the cluster, which is in the north of the country", False),
    ],
)
def test_sentences_are_known_by_words_in_capitals(text: str, is_sentence: bool) -> None:
    assert (english_letters(text)[0] > 0) is is_sentence


_SENTENCES = [
    ("We closed. Thank you", ["We closed.", "Thank you"]),
    ("We closed!  Thank you? Yes", ["We closed!", "Thank you?", "Yes"]),
    ("We closed.\tThank you", ["We closed.", "Thank you"]),
    ("We closed. thank you", ["We closed. thank you"]),
    ("In 2019. Then we went", ["In 2019. Then we went"]),
    ("We closed.Thank you", ["We closed.Thank you"]),
]


@pytest.mark.parametrize("mark", ["", "é"])
@pytest.mark.parametrize(("text", "parts"), _SENTENCES)
def test_sentences_end_alike_in_plain_ascii_and_else(text: str, parts: list[str], mark: str) -> None:
    told = [*parts[:-1], parts[-1] + mark]
    assert notice_sentences._split(text + mark) == told
    page = parse(f"<p>Germany {text}{mark}".encode(), _URL)
    assert [sentence.text for sentence in partners._sentences(page, "JP")] == [f"Germany {told[0]}", *told[1:]]


@pytest.mark.parametrize("mark", ["", "é"])
@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('They say "stop." Then "Go on"', ['They say "stop.', 'Then "Go on"']),
        ("It ends (as told.) Thank you", ["It ends (as told.", "Thank you"]),
        ("It ends (as told.)Thank you", ["It ends (as told.)Thank you"]),
        ("The group e. V. Thank you", ["The group e. V.", "Thank you"]),
        ("The group e. Thank you", ["The group e. Thank you"]),
    ],
)
def test_notices_end_behind_quotation_marks_and_not_within_legal_forms(text: str, parts: list[str], mark: str) -> None:
    assert notice_sentences._split(text + mark) == [*parts[:-1], parts[-1] + mark]


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("abcdefghijklmn--------the 1", "abcdefghijklmn"),  # as far from its number as a word may be
        ("abcdefghijklmno--------the 1", "the"),
        (f"{'word ' * 40}May 5, {'word ' * 40}", "May"),
        (f"{'語' * 40}令和  元年", "令和"),
        (f"{'語' * 40}。十二月", "十二"),
    ],
)
def test_a_date_may_begin_as_far_from_its_number_as_ever(text: str, token: str) -> None:
    found = expressions._token(text, 0)
    assert found is not None
    assert found[0] == token


def test_a_text_without_any_number_begins_no_date() -> None:
    assert expressions._token("May we come on a Monday", 0) is None
    assert expressions.expressions("May we come on a Monday", today=date(2026, 11, 20)) == ()


def test_letters_are_counted_by_the_text_they_stand_in() -> None:
    counts = script_counts(["ab", "", "かcd", "\U00020000e"])
    assert counts[:, LATIN].tolist() == [2, 0, 2, 1]
    assert counts[:, KANA].tolist() == [0, 0, 1, 0]
    assert counts.sum(1).tolist() == [2, 0, 3, 3]  # two halves of one character beyond the basic plane


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("The meeting of the board", "en"),
        ("Die Sitzung des Vorstands und der Mitglieder", "de"),
        ("理事会を開催しました", "ja"),
        ("Workshop 12", "en"),
    ],
)
def test_an_item_of_an_english_page_has_the_language_of_its_words(title: str, language: str) -> None:
    assert languages.of_item(title, "en") == language


_ENGLISH = "This is what the cluster does, and the members of it are all from the region that we are in."
_GERMAN = "Das ist es, was der Cluster tut, und die Mitglieder sind alle aus der Region, in der wir sind."
_JAPANESE = "この地域の企業と大学が集まり、新しい産業を育てるために活動しています。皆様のご参加をお待ちしています。"


@pytest.mark.parametrize("other", [_GERMAN, _JAPANESE])
@pytest.mark.parametrize(("turns", "is_bilingual"), [(2, False), (4, True)])
def test_two_languages_in_turns_are_told_in_any_script(other: str, turns: int, is_bilingual: bool) -> None:
    # Stretches of several sentences are one each; English stands at both ends.
    stretches = [_ENGLISH if n % 2 == 0 else other for n in range(turns + 1)]
    page = parse("".join(f"<p>{text}<p>{text}<p>{text}" for text in stretches).encode(), _URL)
    assert bilingual.has_english(page, languages.read(page)) is is_bilingual
