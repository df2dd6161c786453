"""A message as a mail program on a telephone shows it: in a real Chromium, which knows more than mail programs do."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from chromium import browser_page, in_thread

from review.pages import environment

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# For every row: how many lines its words take, how wide its bar is, and where the row ends.
ROWS = """() => [...document.querySelectorAll('tr')].map(row => {
  const words = document.createRange(); words.selectNodeContents(row.cells[0]);
  const bar = row.querySelector('div').getBoundingClientRect();
  return [words.getClientRects().length, bar.width, row.getBoundingClientRect().right]; })"""


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [320, 390, 800])
def test_the_words_of_a_table_stay_on_one_line_and_its_bars_within_the_window(language: str, width: int) -> None:
    words = ("英語版は更新なし", "未判定") if language == "ja" else ("static English", "undetermined")
    shown = {
        "subject": "x", "parts": [], "alarm": "", "advice": "", "open_questions": 5, "pages": "",
        "tables": [("English", [(words[0], 1200, 24), (words[1], 3, -1000)])],
    }  # fmt: skip
    html = environment(language, ZoneInfo("UTC")).get_template("letter.html").render(shown)

    def look() -> None:
        with browser_page() as (page, _):
            page.set_viewport_size({"width": width, "height": 800})
            page.set_content(html)
            (large, small) = page.evaluate(ROWS)
            assert [large[0], small[0]] == [1, 1]
            assert large[1] > 40
            assert 0 < small[1] < large[1] / 50, "bars are to scale"
            assert max(large[2], small[2]) <= width - 16
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    in_thread(look)
