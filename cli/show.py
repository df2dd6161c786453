"""What a person reads on a terminal: the mapping as a table, one cluster as a case. Words only, no decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from crawler.model import Cluster, DatedItem, Evidence, Flag, PageReading, Precision, Reason, Verdict, Visit
from pipelines.judging.flags import wording
from pipelines.judging.verdict import overturning

STYLES = {
    Flag.ACTIVE: "bold green",
    Flag.STATIC: "yellow",
    Flag.JAPANESE_ONLY: "cyan",
    Flag.LIKELY_CEASED: "bold red",
    Flag.UNDETERMINED: "dim",
}


def safe(text: str) -> str:
    """Text of a page without control characters: a terminal obeys some of them."""
    return "".join(c if c.isprintable() or c == " " else " " for c in text)


def safe_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(safe(line) for line in text.split("\n"))


def day(item: DatedItem | None) -> str:
    """The day of an item as precisely as it was written, "–" without one."""
    if item is None:
        return "–"
    return item.on.strftime({Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}[item.precision])


def flag_text(flag: Flag, home_language: str = "ja") -> Text:
    """The flag in words and colour."""
    return Text(wording(flag, home_language), style=STYLES[flag])


def mapping_table(rows: Iterable[tuple[Cluster, Verdict | None]]) -> Table:
    """The mapping, one row a cluster."""
    table = Table(header_style="bold", pad_edge=False, box=None)
    for heading in ("Cluster", "Flag", "Activity", "English", "Latest post", "Languages", "Why"):
        table.add_column(heading, overflow="ellipsis", no_wrap=heading not in {"Cluster", "Why"}, max_width=46)
    for cluster, verdict in rows:
        table.add_row(*_cells(cluster, verdict))
    return table


def _cells(cluster: Cluster, verdict: Verdict | None) -> tuple[RenderableType, ...]:
    name = safe(cluster.cluster_id)
    if verdict is None:
        return (name, flag_text(Flag.UNDETERMINED), "", "", "–", "", "Not visited yet.")
    english = verdict.english.removesuffix("_english")
    return (
        name,
        flag_text(verdict.flag, cluster.home_language),
        verdict.activity.replace("_", " "),
        english,
        day(verdict.latest),
        " ".join(verdict.languages),
        safe(verdict.reasons[0].text) if verdict.reasons else "",
    )


def comparison(cluster: Cluster, before: Verdict | None, after: Verdict | None) -> Table:
    """Two verdicts over one cluster, one below the other."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("", "Flag", "Activity", "English", "Latest post", "Decided (UTC)"):
        table.add_column(heading, no_wrap=True)
    for label, verdict in (("before", before), ("now", after)):
        if verdict is None:
            table.add_row(label, "never judged", "", "", "", "")
            continue
        flag = flag_text(verdict.flag, cluster.home_language)
        at = f"{verdict.decided_at:%Y-%m-%d %H:%M}"
        activity, english = verdict.activity.replace("_", " "), verdict.english.replace("_", " ")
        table.add_row(label, flag, activity, english, day(verdict.latest), at)
    return table


def case(
    cluster: Cluster,
    verdict: Verdict,
    evidence: Evidence,
    visits: Sequence[Visit],
    history: Sequence[Verdict],
) -> Group:
    """One cluster, so that a sceptical reader can check every step."""
    parts: list[RenderableType] = [_headline(cluster, verdict)]
    parts += [_section("Why"), _reasons(verdict.reasons)]
    overturn = overturning(verdict.reasons)
    if overturn:
        parts += [_section("What would overturn this"), *(Text(f"  • {line}") for line in overturn)]
    parts += [_section("Dated items, newest first"), _items(evidence)]
    parts += [_section("Pages looked at on the last visit"), _pages(evidence.pages)]
    if visits:
        parts += [_section("Last visit, every request"), _fetches(visits[-1])]
        parts += [_section("Visits"), _visits(visits)]
    if len(history) > 1:
        parts += [_section("Verdicts so far"), _history(history)]
    return Group(*parts)


def _section(title: str) -> Text:
    return Text(f"\n{title}", style="bold underline")


def _headline(cluster: Cluster, verdict: Verdict) -> Panel:
    body = Text()
    body.append(safe(cluster.name_en), style="bold")
    if cluster.name_ja:
        body.append(f"\n{safe(cluster.name_ja)}")
    body.append(f"\n{cluster.website or 'no website known'}", style="blue")
    body.append("\n\nFlag: ")
    body.append_text(flag_text(verdict.flag, cluster.home_language))
    body.append(f"   activity: {verdict.activity}   English: {verdict.english}   confidence: {verdict.confidence:.2f}")
    body.append(f"\nLatest post: {day(verdict.latest)}   languages: {', '.join(verdict.languages) or '–'}")
    body.append(f"\nDecided at {verdict.decided_at:%Y-%m-%d %H:%M} UTC under {verdict.policy}", style="dim")
    return Panel(body, title=cluster.cluster_id, title_align="left")


def _reasons(reasons: Sequence[Reason]) -> Group:
    lines: list[RenderableType] = []
    for reason in reasons:
        points = f" [{reason.points:+g} {reason.family}]" if reason.points and reason.family else ""
        lines.append(Text(f"  • {safe(reason.text)}{points}"))
        if reason.raw:
            lines.append(Text(f"    “{safe(reason.raw)}”", style="italic"))
        if reason.url:
            lines.append(Text(f"    {reason.url}", style="blue"))
    return Group(*lines)


def _items(evidence: Evidence) -> RenderableType:
    items = [i for i in (evidence.next_event, evidence.latest, *evidence.runners_up, evidence.updated) if i]
    if not items:
        return Text("  none was found")
    table = _grid("On", "What it is", "Read from", "Words on the page", "Title", "Page")
    for item in items:
        coming = "coming event" if item is evidence.next_event else str(item.kind)
        table.add_row(day(item), coming, item.source.replace("_", " "), safe(item.raw), safe(item.title)[:60], item.url)
    return table


def _pages(pages: Sequence[PageReading]) -> RenderableType:
    if not pages:
        return Text("  none could be read")
    table = _grid("Page", "As", "Is", "Language", "Dates", "Title")
    for page in pages:
        shares = " ".join(f"{s.language} {s.share:.0%}" for s in page.language.shares[:2])
        kind = page.kind.replace("_", " ") + (f" (“{safe(page.sure)[:40]}”)" if page.sure else "")
        table.add_row(page.url, page.role.replace("_", " "), kind, shares, str(len(page.dates)), safe(page.title)[:50])
    return table


def _fetches(visit: Visit) -> RenderableType:
    table = _grid("Request", "As", "Outcome", "Status", "Time", "Bytes")
    for fetch in visit.fetches:
        outcome = fetch.outcome.replace("_", " ") + (" (browser)" if fetch.rendered else "")
        outcome += f": {safe(fetch.detail)[:60]}" if fetch.detail else ""
        path = urlsplit(fetch.url)
        address = f"{path.netloc}{path.path}" + (f"?{path.query}" if path.query else "")
        table.add_row(
            address, fetch.role.replace("_", " "), outcome, str(fetch.status or "–"), f"{fetch.elapsed_s:.2f} s",
            f"{fetch.n_bytes:,}",
        )  # fmt: skip
    return Group(table, Text(f"  Stopped because {visit.stopped}." if visit.stopped else ""))


def _visits(visits: Sequence[Visit]) -> RenderableType:
    table = _grid("At (UTC)", "Outcome", "Pages", "Failure")
    for visit in list(visits)[-10:]:
        table.add_row(
            f"{visit.started_at:%Y-%m-%d %H:%M}", visit.outcome, str(len(visit.pages)), str(visit.failure or "")
        )
    return table


def _history(history: Sequence[Verdict]) -> RenderableType:
    table = _grid("Decided (UTC)", "Flag", "Activity", "English", "Latest post")
    for verdict in list(history)[-10:]:
        table.add_row(
            f"{verdict.decided_at:%Y-%m-%d %H:%M}",
            flag_text(verdict.flag),
            verdict.activity,
            verdict.english,
            day(verdict.latest),
        )
    return table


def _grid(*headings: str) -> Table:
    table = Table(header_style="bold", box=None, pad_edge=True)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def console(*, error: bool = False) -> Console:
    """A console that never takes the words of a page for its own markup."""
    return Console(stderr=error, highlight=False, markup=False, emoji=False)
