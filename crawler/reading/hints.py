"""A cheap look before a dear one: parts of words that a page must have before any of its links can say something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# Everything that parts the words of an address, as one mark.
_MARKS = {code: "/" for code in range(128) if not chr(code).isalnum() and chr(code) != "\n"}


def words_of(addresses: Iterable[str]) -> list[str]:
    """For every address its words in lower case, each between two "/"."""
    between = "/\n/".join(addresses)
    return f"/{between}/".lower().translate(_MARKS).split("\n")


def may_have(texts: Sequence[str], parts: Iterable[str]) -> Sequence[bool]:
    """For every text whether any of the parts, in lower case, stands in it.

    Most of them stand in none, which one look at all the texts together tells.
    """
    together = "\n".join(texts).lower()
    present = [part for part in parts if part in together]
    if not present:
        return [False] * len(texts)
    return [any(part in text for part in present) for text in map(str.lower, texts)]
