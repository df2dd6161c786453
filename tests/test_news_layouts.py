"""News in the layouts of Japanese associations: the newest item of each whole page."""

from __future__ import annotations

import pytest
from whole_pages import Site, sites

CASES = sites("news_layouts.txt")


@pytest.mark.parametrize("site", CASES.values(), ids=CASES)
def test_the_newest_item_of_a_layout_is_read(site: Site) -> None:
    assert site.latest() == site.expected
