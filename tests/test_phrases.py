"""The pieces that the sentences of a verdict share."""

from dataclasses import replace

import pytest
from test_review_texts import POST

from pipelines.judging.phrases import titled


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", ""),
        ("会報を発行", ": “会報を発行”"),
        ("x" * 80, f": “{'x' * 80}”"),
        ("x" * 81, f": “{'x' * 79}…”"),
        (f"{'x' * 78} {'y' * 10}", f": “{'x' * 78}…”"),
    ],
)
def test_a_long_title_is_named_by_its_beginning(title: str, said: str) -> None:
    assert titled(replace(POST, title=title)) == said
