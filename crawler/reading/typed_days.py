"""Days as they stand in preformatted text, in the words of pictures and in attributes: enough to tell that one is there."""

from __future__ import annotations

import re

# An entry of a dated list as people typed them: 2001.5.1, 2001年5月, H13.5.1, 平成13年, 5/1, '01/5/1, 1.5.2001, 1 May 2001,
# May 1, 2001.
DATED = re.compile(
    r"(?<!\d)(?:19|20|１９|２０)\d\d\s?[-.．/／年]\s?\d{1,2}|(?:平成|令和|昭和|(?<![A-Za-z])[HRS])\s?(?:\d{1,2}|元)\s?[./年]"
    r"|(?<![\d./])\d{1,2}\s?[/月]\s?\d{1,2}(?![\d/])|(?<!\d)\d\d[./]\d{1,2}[./]\d{1,2}(?!\d)"
    r"|(?<![\d./-])\d{1,2}([./-])\s?\d{1,2}\1\s?(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)\d{1,2}(?:\.|st|nd|rd|th)?\s(?:of\s|de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?(?:19|20)\d\d(?!\d)"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d{1,2},?\s(?:19|20)\d\d",
    re.IGNORECASE,
)
# A picture of a date: the pages of an age in which every word was a picture.
DATE_ALT = re.compile(
    r"\W{0,3}(?:(?:19|20)\d\d|(?:令和|平成|[HR])\s?[\d元]{1,2})\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?\W{0,5}"
)
# <abbr class="published" title="2024-05-12T10:00:00+09:00"> is older than <time>, and means the same.
ISO_DAY = re.compile(r"\s{0,3}(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?![0-9])")
