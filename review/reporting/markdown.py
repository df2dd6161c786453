"""The report in Markdown, for people. No word from outside is markup in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipelines.tabulating import CLUSTERS_IN_2016
from review.reporting import words
from review.reporting.spoken import Evidence, Spoken, SpokenCluster, SpokenTable
from review.reporting.two_days import markdown_lines
from review.texts import N_

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&!^])")
_BULLET = re.compile(r"^(?=[-+=])")
_NUMBERED = re.compile(r"^(\d+)(?=[.)])")
# What readers make a link of by themselves: an address, or a name of a host or a person in one.
_LINK = re.compile(
    r"(?i)(?<=http)(?=:)|(?<=https)(?=:)|(?<=ftp)(?=:)|(?<=mailto)(?=:)|(?<=xmpp)(?=:)|(?<=www)(?=\.)|(?=@)"
)


def plain(text: str) -> str:
    """Words that mean what they say: nothing in them is markup, HTML or a link."""
    escaped = _MARKUP.sub(r"\\\1", text)
    return _NUMBERED.sub(r"\1\\", _BULLET.sub(r"\\", _LINK.sub(r"\\", escaped)))


def markdown(spoken: Spoken) -> str:
    """The whole document."""
    return "\n".join(_lines(spoken)) + "\n"


def _lines(spoken: Spoken) -> Iterator[str]:
    yield from (f"# {spoken.title}", "", f"**{spoken.as_of}**", "", spoken.scope, "")
    for table in spoken.tables:
        yield from _table(spoken, table)
    if spoken.since is not None:
        yield from markdown_lines(spoken.since, plain)
    yield from _ends(spoken)
    yield from (f"## {spoken.word(words.REFERENCE)}", "")
    for text in spoken.reference:
        yield from (text, "")
    yield from (f"## {spoken.word(N_('Every cluster, with its evidence'))}", "")
    for cluster in spoken.clusters():
        yield from _cluster(spoken, cluster)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table(spoken: Spoken, table: SpokenTable) -> Iterator[str]:
    """A table, and under it the clusters of each line."""
    yield from (f"## {table.title}", "", table.definition, "")
    has, of = table.has_words, table.of_2016
    said = [spoken.word(N_("by a person's word"))] if has else []
    then = ["2016", spoken.word(N_("Share 2016"))] if of else []
    heads = [table.head, spoken.word(N_("Clusters")), spoken.word(N_("Share")), *said, *then]
    yield _row(heads)
    yield _row(["---", *["---:"] * (len(heads) - 1)])
    for line in table.lines:
        number = f"[{line.count}](#{line.anchor})" if line.count else "0"
        published = [_or_dash(line.in_2016), "–" if line.share_2016 is None else _percent(line.share_2016)]
        cells = [plain(line.label), number, _percent(line.share)]
        yield _row([*cells, *([str(line.by_people)] if has else []), *(published if of else [])])
    total = [spoken.word(N_("All clusters")), str(table.total), _percent(1) if table.total else ""]
    last = [*total, *([str(table.by_people)] if has else []), *([str(CLUSTERS_IN_2016), _percent(1)] if of else [])]
    yield _row(f"**{cell}**" if cell else "" for cell in last)
    yield ""
    for line in table.lines:
        if line.count:
            of_line = ", ".join(f"[{plain(spoken.name(number))}](#cluster-{number})" for number in line.members)
            yield f'- <a id="{line.anchor}"></a>{plain(line.label)}: {of_line}'
    yield ""


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _or_dash(number: int | None) -> str:
    return "–" if number is None else str(number)


def _ends(spoken: Spoken) -> Iterator[str]:
    yield from (f"## {spoken.word(words.PROGRAMME_ENDS)}", "", spoken.ends_definition, "")
    for number, programme, told in spoken.ends:
        beside = f" ({plain(programme)})" if programme else ""
        yield f"- [{plain(spoken.name(number))}](#cluster-{number}){beside}: {told}"
    if not spoken.ends:
        yield spoken.word(N_("None."))
    yield ""


def _cluster(spoken: Spoken, cluster: SpokenCluster) -> Iterator[str]:
    other = f" ({plain(cluster.other_name)})" if cluster.other_name else ""
    yield from (f'### <a id="cluster-{cluster.number}"></a>{plain(cluster.name)}{other}', "")
    case = f"[{spoken.word(N_('its case'))}](<{cluster.case}>)" if cluster.case else ""
    site = f"<{cluster.website}>" if cluster.website else ""
    yield from (" · ".join(part for part in (plain(cluster.cluster_id), site, case) if part), "")
    for what, told in cluster.facts:
        yield f"- {what}: {plain(told)}"
    for heading, evidence in ((N_("Reasons"), cluster.reasons), (N_("Partners abroad"), cluster.partners)):
        if evidence:
            yield f"- {spoken.word(heading)}:"
            yield from (f"  - {_evidence(e)}" for e in evidence)
    yield ""


def _evidence(evidence: Evidence) -> str:
    quote = f"“{plain(evidence.quote)}”" if evidence.quote else ""
    url = f"<{evidence.url}>" if evidence.url else ""
    return " ".join(part for part in (plain(evidence.text), quote, url) if part)
