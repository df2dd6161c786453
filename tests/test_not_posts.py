"""Whole small pages that fool readers of dates, and beside each one that looks alike and is a post."""

from __future__ import annotations

import pytest
from whole_pages import Site, sites

CASES = sites("not_posts.txt")


@pytest.mark.parametrize("site", CASES.values(), ids=CASES)
def test_what_is_no_post_is_none_and_what_is_one_is_found(site: Site) -> None:
    assert site.latest() == site.expected
