"""What a person reads on a terminal: the mapping as a table, one cluster as a case. Words only, no decisions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from crawler.model import (
    Cluster,
    DatedItem,
    English,
    Evidence,
    Flag,
    PageReading,
    Precision,
    Reason,
    Verdict,
    Visit,
    VisitOutcome,
)
from crawler.policy import Policy
from db.rescans import RescanStep
from pipelines.judging.ceasing import programme_over_on, silent_since
from pipelines.judging.flags import wording
from pipelines.judging.verdict import overturning

STYLES = {
    Flag.ACTIVE: "bold green",
    Flag.STATIC: "yellow",
    Flag.JAPANESE_ONLY: "cyan",
    Flag.LIKELY_CEASED: "bold red",
    Flag.UNDETERMINED: "dim",
}


_GAP = 2  # columns between two columns
_WHY = 30  # columns; less of a sentence says nothing
_FILE_WIDTH = 120  # columns of a file or pipe; Rich's default is 80


def safe(text: str) -> str:
    """Text of a page without control characters: a terminal obeys some of them."""
    return "".join(c if c.isprintable() or c == " " else " " for c in text)


def safe_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(safe(line) for line in text.split("\n"))


def counted(count: int, thing: str) -> str:
    """A number of things in words, such as "1 cluster" and "2 clusters"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def day(item: DatedItem | None) -> str:
    """The day of an item as precisely as it was written, "–" without one."""
    if item is None:
        return "–"
    return item.on.strftime({Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}[item.precision])


def flag_text(flag: Flag, home_language: str = "ja") -> Text:
    """The flag in words and colour."""
    return Text(wording(flag, home_language), style=STYLES[flag])


def mapping_table(rows: Iterable[tuple[Cluster, Verdict | None]], width: int) -> Table:
    """The mapping, one line a cluster. What a narrow terminal has no room for is left out, the id never."""
    lines = [_cells(cluster, verdict) for cluster, verdict in rows]
    headings = ["Cluster", "Flag", "Activity", "English", "Latest", "Languages", "Why"]
    widths = [max([cell_len(h), *(cell_len(str(line[i])) for line in lines)]) for i, h in enumerate(headings)]
    shown = [0, 1, 2, 3, 4]
    left = width - sum(widths[i] for i in shown) - _GAP * len(shown)
    if left - widths[5] - _GAP >= _WHY:
        shown.append(5)
        left -= widths[5] + _GAP
    if left >= _WHY:
        shown.append(6)
    table = Table(header_style="bold", pad_edge=False, box=None)
    for i in shown:
        room = left if headings[i] == "Why" else None  # Rich would take the room of the others for a long sentence
        table.add_column(headings[i], no_wrap=i > 0, overflow="ellipsis" if i else "fold", max_width=room)
    for line in lines:
        table.add_row(*(line[i] for i in shown))
    return table


def _cells(cluster: Cluster, verdict: Verdict | None) -> tuple[str | Text, ...]:
    name = safe(cluster.cluster_id)
    if verdict is None:
        return (name, flag_text(Flag.UNDETERMINED), "undetermined", "–", "–", "", "Not visited yet.")
    english = "–" if verdict.english is English.UNDETERMINED else verdict.english.removesuffix("_english")
    return (
        name,
        flag_text(verdict.flag, cluster.home_language),
        verdict.activity.replace("_", " "),
        english,
        day(verdict.latest),
        safe(" ".join(verdict.languages)),
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


def step_line(step: RescanStep) -> str:
    """One step of a second look as a line."""
    told = step.told
    if step.code != "page":
        about = next((str(told[name]) for name in ("words", "outcome", "flag", "by") if told.get(name)), "")
        return safe(f"{step.code.replace('_', ' ')}: {about}" if about else step.code.replace("_", " "))
    dates = told.get("dates")
    found = [
        counted(dates, "date") if isinstance(dates, int) and dates else "",
        str(told.get("kind") or "").replace("_", " "),
    ]
    found += [f"newest {told['newest']}" if told.get("newest") else "", str(told.get("language") or "")]
    read = ", ".join(word for word in found if word)
    ended = f"{str(told.get('role')).replace('_', ' ')}: {told.get('url')}: {told.get('status') or told.get('outcome')}"
    return safe(f"{ended}: {read}" if read else ended)


def print_case(
    out: Console,
    cluster: Cluster,
    verdict: Verdict,
    evidence: Evidence,
    visits: Sequence[Visit],
    history: Sequence[Verdict],
) -> None:
    """One cluster, so that a sceptical reader can check every step. Addresses are never broken into lines."""
    for part in _case(cluster, verdict, evidence, visits, history):
        out.print(part, soft_wrap=isinstance(part, Text) and bool(part.no_wrap))


def _case(
    cluster: Cluster, verdict: Verdict, evidence: Evidence, visits: Sequence[Visit], history: Sequence[Verdict]
) -> Iterator[RenderableType]:
    yield _headline(cluster, verdict, evidence)
    yield _section("Why")
    yield from _reasons(verdict.reasons)
    overturn = overturning(verdict.reasons)
    if overturn:
        yield _section("What would overturn this")
        yield from (_point(line) for line in overturn)
    yield _section("Dated items, newest first")
    yield from _items(evidence)
    yield _section(_pages_title(visits))
    yield from _pages(evidence.pages)
    if visits:
        yield _section("Last visit, every request")
        yield from _fetches(visits[-1])
        yield _section("Visits")
        yield _visits(visits)
    if len(history) > 1:
        yield _section("Verdicts so far")
        yield _history(history, cluster.home_language)


def _section(title: str) -> Text:
    return Text(f"\n{title}", style="bold underline")


def _point(text: str) -> Padding:
    return Padding(Text(f"• {safe(text)}"), (0, 0, 0, 2))


def _address(url: str) -> Text:
    """A line with an address that can be copied as a whole."""
    return Text(f"    {safe(url)}", style="blue", no_wrap=True)


def _programme(cluster: Cluster, evidence: Evidence) -> str:
    """A line about a programme that is over, "" for none."""
    over = programme_over_on(cluster, evidence.as_of.date())
    if over is None:
        return ""
    silent = silent_since(evidence, Policy())
    return f"\nProgramme ended {over:%Y-%m}" + (f"; site silent since {silent:%Y}" if silent else "")


def _headline(cluster: Cluster, verdict: Verdict, evidence: Evidence) -> Panel:
    body = Text()
    body.append(safe(cluster.name_en), style="bold")
    if cluster.name_ja:
        body.append(f"\n{safe(cluster.name_ja)}")
    body.append(f"\n{safe(cluster.website) or 'no website known'}", style="blue")
    body.append("\n\nFlag: ")
    body.append_text(flag_text(verdict.flag, cluster.home_language))
    activity, english = verdict.activity.replace("_", " "), verdict.english.replace("_", " ")
    body.append(f"   activity: {activity}   English: {english}   confidence: {verdict.confidence:.2f}")
    body.append(f"\nLatest post: {day(verdict.latest)}   languages: {safe(', '.join(verdict.languages)) or '–'}")
    body.append(_programme(cluster, evidence))
    body.append(f"\nDecided at {verdict.decided_at:%Y-%m-%d %H:%M} UTC under {verdict.policy}", style="dim")
    return Panel(body, title=Text(safe(cluster.cluster_id)), title_align="left")


def _reasons(reasons: Sequence[Reason]) -> Iterator[RenderableType]:
    for reason in reasons:
        points = f" [{reason.points:+g} {reason.family}]" if reason.points and reason.family else ""
        yield _point(f"{reason.text}{points}")
        if reason.raw:
            yield Padding(Text(f"“{safe(reason.raw)}”", style="italic"), (0, 0, 0, 4))
        if reason.url:
            yield _address(reason.url)


def _items(evidence: Evidence) -> Iterator[RenderableType]:
    """Each item in two lines: what it is, with the words read, and the page that carries them."""
    items = [i for i in (evidence.next_event, evidence.latest, *evidence.runners_up, evidence.updated) if i]
    if not items:
        yield Text("  none was found")
    for item in items:
        kind = "coming event" if item is evidence.next_event else str(item.kind)
        title = f"  {safe(item.title)}" if item.title else ""
        source = item.source.replace("_", " ")
        yield Padding(Text(f"{day(item):<10}  {kind}, {source}: “{safe(item.raw)}”{title}"), (0, 0, 0, 2))
        yield _address(item.url)


def _pages(pages: Sequence[PageReading]) -> Iterator[RenderableType]:
    if not pages:
        yield Text("  none could be read")
    for page in pages:
        shares = " ".join(f"{s.language} {s.share:.0%}" for s in page.language.shares[:2])
        kind = page.kind.replace("_", " ") + (f" (“{safe(page.sure)[:60]}”)" if page.sure else "")
        facts = (page.role.replace("_", " "), kind, safe(shares), f"{len(page.dates)} dates", safe(page.title)[:80])
        yield Padding(Text(", ".join(fact for fact in facts if fact)), (0, 0, 0, 2))
        yield _address(page.url)


def _pages_title(visits: Sequence[Visit]) -> str:
    """Whose pages are shown: those of the last visit that read some, or of the reading that it confirmed."""
    read = next((v for v in reversed(visits) if v.outcome is VisitOutcome.READ), None)
    if read is None or read.confirms is None:
        return "Pages looked at on the last visit"
    return f"Pages as they were read on {read.confirms:%Y-%m-%d}, unchanged since"


def _fetches(visit: Visit) -> Iterator[RenderableType]:
    table = _grid("As", "Outcome", "Status", "Time", "Bytes", "Request")
    for fetch in visit.fetches:
        outcome = fetch.outcome.replace("_", " ") + (" (browser)" if fetch.rendered else "")
        outcome += f": {safe(fetch.detail)[:60]}" if fetch.detail else ""
        path = urlsplit(fetch.url)
        address = f"{path.netloc}{path.path}" + (f"?{path.query}" if path.query else "")
        status, role = str(fetch.status or "–"), fetch.role.replace("_", " ")
        table.add_row(role, outcome, status, f"{fetch.elapsed_s:.2f} s", f"{fetch.n_bytes:,}", safe(address))
    yield table
    if visit.stopped:
        yield Text(f"  Stopped because {safe(visit.stopped)}.")


def _outcome(visit: Visit) -> str:
    return f"{visit.outcome}, unchanged since {visit.confirms:%Y-%m-%d}" if visit.confirms else str(visit.outcome)


def _visits(visits: Sequence[Visit]) -> RenderableType:
    table = _grid("At (UTC)", "Outcome", "Pages", "Failure")
    for visit in list(visits)[-10:]:
        table.add_row(
            f"{visit.started_at:%Y-%m-%d %H:%M}", _outcome(visit), str(len(visit.pages)), str(visit.failure or "")
        )
    return table


def _history(history: Sequence[Verdict], home_language: str) -> RenderableType:
    table = _grid("Decided (UTC)", "Flag", "Activity", "English", "Latest post")
    for verdict in list(history)[-10:]:
        table.add_row(
            f"{verdict.decided_at:%Y-%m-%d %H:%M}",
            flag_text(verdict.flag, home_language),
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
    made = Console(stderr=error, highlight=False, markup=False, emoji=False)
    if not made.is_terminal and not os.environ.get("COLUMNS"):
        made.width = _FILE_WIDTH
    return made
