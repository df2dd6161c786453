"""How well languages are told, ours beside the libraries of the field, in one run. `make bench-languages [SET=DIR]`.

The set is a folder that `python -m benchmarks.languages.collect DIR` writes. Without one, the few sentences of our own
are asked. Libraries that are not installed are named and left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.languages.cases import HALVES, OWN, Cases, read_set, thinned
from benchmarks.languages.measuring import Answers, measure
from benchmarks.languages.readers import Reader, readers
from benchmarks.languages.sources import LANGUAGES
from crawler.reading.page import parse

_COLUMNS = (
    ("kanji", "kanji_only"), ("of Chinese", "kanji_chinese"), ("snippets", "snippets"), ("pages ja", "pages_ja"),
    ("pages en", "pages_en"), ("pages other", "pages_other"), ("mixed", "mixed"), ("mixed other", "mixed_other"),
    ("same again", "same_again"),
)  # fmt: skip
_SEEDS = ("0", "1")  # of PYTHONHASHSEED; the order of sets depends on it


def digest(cases: Cases, reader: Reader) -> str:
    """A digest of all that a reader answers: equal in every process, or the answers depend on chance."""
    told = [reader.of_text(snippet.text) for snippet in (*cases.kanji, *cases.snippets)]
    for document in cases.pages[::5]:
        shares = reader.shares(parse(document.body, "http://set.example/"))
        told.append(" ".join(f"{code}={share}" for code, share in shares.items()))
    return sha256("\n".join(told).encode()).hexdigest()


def _is_same_elsewhere(folder: Path) -> bool:
    """Whether other processes, with other seeds of their hashes, give our answers again."""
    command = [sys.executable, "-m", "benchmarks.languages", str(folder), "--digest"]
    told = set()
    for seed in _SEEDS:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        told.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)  # ours
    return len(told) == 1


def _print(scores: Mapping[str, Mapping[str, Answers]]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 140)
    for half in HALVES:
        one = next(iter(scores.values()))[half]
        counted = {
            "bare kanji": one.kanji, "snippets": one.snippets, "pages": one.pages, "mixed": one.mixed,
            "mixed other": one.mixed_other,
        }  # fmt: skip
        title = ", ".join(f"{sum(t.asked.values())} {name}" for name, t in counted.items())
        table = Table(title=f"{half}: {title}", title_justify="left")
        table.add_column("reader")
        for heading, _ in _COLUMNS:
            table.add_column(heading, justify="right")
        table.add_column("ms median", justify="right")
        table.add_column("95 %", justify="right")
        for name, by_half in scores.items():
            told = by_half[half].figures()
            cells = [f"{told[key]:.3f}" if key in told else "–" for _, key in _COLUMNS]
            times = [f"{told[key]:.2f}" if key in told else "–" for key in ("ms_median", "ms_p95")]
            table.add_row(name, *cells, *times)
        console.print(table)


def _print_wrong(answers: Answers) -> None:
    """What we answered wrongly in the half that may be looked at."""
    for name, tally in (
        ("kanji", answers.kanji), ("snippets", answers.snippets), ("pages", answers.pages),
        ("mixed", answers.mixed), ("mixed other", answers.mixed_other),
    ):  # fmt: skip
        for truth, answer, about in tally.wrong:
            print(f"{name}\t{truth}\t{answer or '-'}\t{about}")


def _write(path: Path, scores: Mapping[str, Mapping[str, Answers]], *, same: bool) -> None:
    document: dict[str, object] = {name: by_half[HALVES[0]].figures() for name, by_half in scores.items()}
    document["looked_at"] = {name: by_half[HALVES[1]].figures() for name, by_half in scores.items()}
    document["same_in_other_processes"] = same
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    about = __doc__.splitlines()[0] if __doc__ else None
    parser = argparse.ArgumentParser(prog="bench-languages", description=about)
    parser.add_argument("folder", type=Path, nargs="?", default=OWN, help="the set; sentences of our own without one")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--wrong", action="store_true", help="list what ours gets wrong in the half that was looked at")
    parser.add_argument("--only", help="ask this reader alone, such as ours")
    parser.add_argument("--every", type=int, default=1, help="ask only every so-many-th case; libraries can be slow")
    parser.add_argument("--digest", action="store_true", help="print a digest of our answers and nothing else")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command behind `make bench-languages`."""
    options = _options(arguments)
    try:
        cases = thinned(read_set(options.folder), max(1, options.every))
    except (OSError, ValueError) as error:
        print(f"bench-languages: {error}", file=sys.stderr)
        return 2
    found, missing = readers(LANGUAGES)
    if options.digest:
        print(digest(cases, found[0]))
        return 0
    scores = {}
    for reader in found:
        if options.only in {None, reader.name}:
            scores[reader.name] = measure(cases, reader, lambda: print(".", end="", file=sys.stderr, flush=True))
    print(file=sys.stderr)
    if options.wrong:
        _print_wrong(scores["ours"][HALVES[1]])
        return 0
    _print(scores)
    if missing and not options.only:
        print(f"Not installed, so not measured: {', '.join(missing)}.")
    same = _is_same_elsewhere(options.folder)
    print(f"Our answers in other processes: {'the same' if same else 'DIFFERENT'}.")
    if options.json:
        _write(options.json, scores, same=same)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
