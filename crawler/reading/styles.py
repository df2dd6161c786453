"""What an element hands down to what is in it, decided once for every way of tags that leads to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from crawler.reading.hidden import has_tabs, hides
from crawler.reading.markup import RAW, VOID, attributes_of, name_of
from crawler.reading.regions import named_region, region_within
from crawler.reading.values import Region

_WHOLE = frozenset({"html", "body"})  # hidden only until a script shows them
_CLASSES = 160  # characters of the class words of an element and its parents that are kept
_LONGEST_KEPT = 400  # characters of a tag that is remembered beyond its page
_MOST_STEPS = 20_000  # that are remembered, some 400 bytes each; the pages of fifty websites take as many
# Elements that stand within a line.
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q rb ruby s samp small span "
    "strike strong sub sup time tt u var wbr center-not-block button".split()
)
_SPACED = frozenset({"label", "button", "span", "em", "strong", "b"})
# Elements of which nothing is read; the parser leaves them out before the markup is written.
UNREAD = frozenset({"style", "template", "rt", "rp", "rtc", "svg", "math", "object", "canvas"})
# Elements that carry data, or whose meaning lies in what is in them.
_READ = (
    frozenset("a abbr img time area link frame iframe script meta title noscript html base select textarea pre".split())
    | RAW
)

# What the walk does at a start tag. Numbers, for naming a member of an enumeration takes as long as half of a step.
A_BLOCK, AN_INLINE, SPACED_INLINE, EMPTY_BLOCK, BREAK, NOTHING, DROPPED, DROPPED_BLOCK, READ = range(9)


@dataclass(slots=True)
class Tag:
    """What a start tag says, wherever it stands."""

    name: str
    act: int
    words: str = ""  # classes and id
    region: Region | None = None  # that it names
    lands: bool = False  # begins the main part or an article
    hides: bool = False  # by its style


_INLINES = frozenset({AN_INLINE, SPACED_INLINE})


def tag_of(tag: str) -> Tag:
    """What a start tag says."""
    return _remembered(tag) if len(tag) <= _LONGEST_KEPT else _tag_of(tag)


def _tag_of(tag: str) -> Tag:
    name, _, rest = tag.partition(" ")
    if name in UNREAD:
        return Tag(name, DROPPED)
    if name == "br":
        return Tag(name, BREAK)
    if name == "wbr" or name[:1] == "?":  # an instruction
        return Tag(name, NOTHING)
    if name in INLINE:
        act = SPACED_INLINE if name in _SPACED else AN_INLINE
        return Tag(name, act, hides="style=" in rest and hides(attributes_of(tag)))
    act = EMPTY_BLOCK if name in VOID else A_BLOCK
    attributes = attributes_of(tag) if rest else {}
    if "hidden" in attributes:
        act = DROPPED_BLOCK
    words = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip()
    role = attributes.get("role", "")
    return Tag(
        name,
        act,
        words,
        named_region(name, words, role),
        name in {"main", "article"} or role == "main",
        name not in _WHOLE and "style" in attributes and hides(attributes, words),
    )


_remembered = lru_cache(maxsize=2048)(_tag_of)


@dataclass(slots=True)
class Style:
    """What all elements share that are reached by the same tags."""

    tag: str = "body"  # of the block element
    region: Region = Region.MAIN
    depth: int = 0
    classes: str = ""
    landed: bool = False  # inside main or article, where header and footer are parts of the text
    hidden: bool = False  # by an inline style: its words are not shown, its links lead somewhere all the same
    split: bool = False  # a line break in the source is one on the page
    sink: str = ""  # "title", "noscript": text goes there instead
    # By start tag what the walk does there, and the style in the element; of those that were met in this style.
    steps: dict[str, tuple[int, Style]] = field(default_factory=dict, repr=False)

    def step(self, tag: str) -> tuple[int, Style]:
        """What the walk does at this start tag in an element of this style, and the style in the new element."""
        name = name_of(tag)
        if name in _READ:
            return READ, self  # not kept: what it means depends on more than the tag
        said = tag_of(tag)
        if said.act == A_BLOCK:
            step = A_BLOCK, self.block(said)
        elif said.act in _INLINES:
            step = said.act, self.inline(said)
        else:
            step = said.act, self
        if len(tag) <= _LONGEST_KEPT:
            _MEMORY.steps += 1
            self.steps[tag] = step
        return step

    def block(self, tag: Tag) -> Style:
        """The style in a block element with this tag."""
        words = tag.words
        landed = self.landed or tag.lands
        return Style(
            tag.name,
            region_within(self.region, tag.name, tag.region, landed=landed),
            self.depth + 1,
            f"{self.classes} {words}".strip()[-_CLASSES:].lower() if words else self.classes,
            landed,
            self.hidden or (tag.hides and not has_tabs(self.classes)),
            tag.name == "textarea",
        )

    def inline(self, tag: Tag) -> Style:
        """The style in an inline element: this one, but for hidden words and for code among preformatted text."""
        if tag.name == "code" and self.tag == "pre":
            return self.changed(tag="code")
        if tag.hides and not self.hidden and not has_tabs(self.classes):
            return self.changed(hidden=True)
        return self

    def changed(self, *, tag: str = "", hidden: bool = False, split: bool = False, sink: str = "") -> Style:
        """This style with some of it changed; text goes to the lines again unless `sink` says where to."""
        return replace(
            self, tag=tag or self.tag, hidden=hidden or self.hidden, split=split or self.split, sink=sink, steps={}
        )

    def shown(self) -> Style:
        """This style with its text in the lines."""
        return self.changed() if self.sink else self


@dataclass(slots=True)
class _Memory:
    """The steps that pages have taken: those of one website have their head, menus and footer in common."""

    root: Style = field(default_factory=Style)
    steps: int = 0  # that can be reached from there


_MEMORY = _Memory()


def outermost() -> Style:
    """The style outside of all elements. What led from it on other pages is known, until that is too much to keep."""
    if _MEMORY.steps > _MOST_STEPS:
        forget()
    return _MEMORY.root


def forget() -> None:
    """Begin anew: no tag has been met."""
    _MEMORY.root, _MEMORY.steps = Style(), 0
