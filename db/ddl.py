"""Pieces of the SQL that defines tables, shared by the steps of the schema. A step that is out never changes: nor do these."""

# ruff: noqa: S608  # all SQL is put together from words of ours
from __future__ import annotations


def one_of(column: str, words: tuple[str, ...]) -> str:
    """The CHECK that a column holds one of these words, which are ours and hold no quotation mark."""
    return f"CHECK ({column} IN ({', '.join(repr(word) for word in words)}))"


def kept(table: str) -> tuple[str, ...]:
    """Triggers that keep the rows of a table as they were written."""
    stop = f"BEGIN SELECT RAISE(ABORT, 'a row of {table} is never changed; add another'); END"
    there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
    return (
        f"CREATE TRIGGER {table}_are_not_edited BEFORE UPDATE ON {table} {stop}",
        f"CREATE TRIGGER {table}_are_not_deleted BEFORE DELETE ON {table} {stop}",
        f"CREATE TRIGGER {table}_are_not_replaced BEFORE INSERT ON {table} {there} {stop}",
    )
