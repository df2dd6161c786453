"""The steps of a second look in the reader's language. What a website said is a value among our words, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from crawler.model import Flag, Outcome, PageKind, Precision, Role, VisitOutcome
from db.rescans import CRASHED, RescanStep, Told
from review.texts import N_, Texts

STEPS = {
    "started": N_("The visit begins."),
    "waits": N_("Another visit to this website is under way. This one waits for its end."),
    "page": "",  # put together below
    "fetch": N_("Asked for {words}"),  # of looks from before pages were told one by one
    "visited": N_("The visit ended: {words}."),
    "judged": N_("Judged anew: {words}."),
    "again": N_("The program that did it broke off. It is begun again."),
    "given_back": N_("The program that did it was ended. It waits for the next one."),
    "failed": N_("It could not be done: {words}"),
    "cancelled": N_("{words} cancelled it. The verdict stays as it was."),
}
ROLES = {
    Role.HOME: N_("Home page"),
    Role.NEWS: N_("News"),
    Role.ENGLISH: N_("English page"),
    Role.ENGLISH_NEWS: N_("English news"),
    Role.FEED: N_("Feed"),
    Role.SITEMAP: N_("Site map"),
    Role.ARCHIVE: N_("Archive"),
    Role.POST: N_("A post"),
    Role.FRAME: N_("Frame"),
    Role.OTHER: N_("Another page"),
}
KINDS = {
    PageKind.CONTENT: "",
    PageKind.EMPTY: N_("an empty page"),
    PageKind.SHELL: N_("shows nothing without scripts"),
    PageKind.FRAMESET: N_("a page of frames"),
    PageKind.REDIRECT: N_("only leads elsewhere"),
    PageKind.SOFT_404: N_("says that the page does not exist"),
    PageKind.PARKED: N_("offers the domain for sale"),
    PageKind.DEFAULT_PAGE: N_("the default page of a server"),
    PageKind.SUSPENDED: N_("says that the website is suspended"),
    PageKind.DEPROVISIONED: N_("says that the website was removed"),
    PageKind.UNDER_CONSTRUCTION: N_("under construction"),
    PageKind.MAINTENANCE: N_("under maintenance"),
    PageKind.HIJACKED: N_("the pages of another owner"),
    PageKind.BOT_CHALLENGE: N_("asks for a human"),
    PageKind.LOGIN: N_("asks for a login"),
    PageKind.FEED: "",
    PageKind.SITEMAP: "",
    PageKind.DATA: "",
}
_CRASHED = N_("The program that did it broke off twice.")
Parts = list[tuple[str, str]]  # what a part is (what, url, how, read) and its words


def parts(texts: Texts, step: RescanStep) -> Parts:
    """A step, part by part."""
    if step.code == "page":
        return _page(texts, step.told)
    get = texts.catalogue.gettext
    pattern = STEPS.get(step.code, "{words}")
    return [("what", get(pattern).replace("{words}", _words(texts, step)))]


def _words(texts: Texts, step: RescanStep) -> str:
    told = step.told
    said = next((str(told[name]) for name in ("words", "outcome", "flag", "by") if told.get(name)), "")
    if step.code == "visited" and said in set(VisitOutcome):
        return texts.label(VisitOutcome(said))
    if step.code == "judged" and said in set(Flag):
        return texts.label(Flag(said))
    return texts.catalogue.gettext(_CRASHED) if said == CRASHED else said


def why_unread(texts: Texts, steps: Iterable[RescanStep]) -> str | None:
    """Why a visit read nothing, in words, "" when no request says it; None for one that says something of the site."""
    told = list(steps)
    ended = next((str(step.told.get("outcome")) for step in reversed(told) if step.code == "visited"), "")
    if ended not in {VisitOutcome.FAILED, VisitOutcome.INCONCLUSIVE}:
        return None
    homes = (str(s.told.get("outcome")) for s in told if s.code == "page" and s.told.get("role") == Role.HOME)
    return next((texts.label(Outcome(word)) for word in homes if word in set(Outcome) - {Outcome.OK}), "")


def why_failed(texts: Texts, note: str) -> str:
    """Why a second look could not be done."""
    return texts.catalogue.gettext(_CRASHED) if note == CRASHED else note


def _page(texts: Texts, told: Mapping[str, Told]) -> Parts:
    role, outcome = str(told.get("role")), str(told.get("outcome"))
    what = texts.catalogue.gettext(ROLES[Role(role)]) if role in set(Role) else role
    how = texts.label(Outcome(outcome)) if outcome in set(Outcome) else outcome
    status = told.get("status")
    if status and f"({status})" not in how:
        how = f"{how} ({status})"
    found = [("what", what), ("url", str(told.get("url"))), ("how" if outcome == Outcome.OK else "how-not", how)]
    read = texts.catalogue.gettext(N_(", ")).join(_read(texts, told))
    return [*found, ("read", read)] if read else found


def _read(texts: Texts, told: Mapping[str, Told]) -> list[str]:
    """What was read from a page, each in some words."""
    get = texts.catalogue.gettext
    found: list[str] = []
    kind = str(told.get("kind"))
    if kind in set(PageKind) and KINDS[PageKind(kind)]:
        found.append(get(KINDS[PageKind(kind)]))
    count = told.get("dates")
    if isinstance(count, int) and count:
        found.append(texts.catalogue.ngettext("%(num)d date", "%(num)d dates", count) % {"num": count})
    newest = told.get("newest")
    if isinstance(newest, str):
        precision = str(told.get("precision"))
        day = texts.day(date.fromisoformat(newest), Precision(precision) if precision in set(Precision) else None)
        found.append(get(N_("newest {day}")).format(day=day))
    if told.get("coming"):
        found.append(get(N_("a coming event")))
    if told.get("language"):
        found.append(texts.language_name(str(told["language"])))
    if told.get("named"):
        found.append(get(N_("the organisation's name seen")))
    if told.get("notices"):
        found.append(get(N_("a sentence about an end or a move")))
    if told.get("rendered"):
        found.append(get(N_("shown in a browser")))
    return found
