"""The words of the pages in each language: gettext catalogues, the names of every enum value, days and instants."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time

from crawler.answers import Decision, QuestionKind
from crawler.international import International
from crawler.letters import LetterState
from crawler.model import (
    Activity,
    English,
    Flag,
    Outcome,
    PartnerRegion,
    PartnerStance,
    PartnerTie,
    Precision,
    VisitOutcome,
)
from crawler.timetable import JobName
from db.job_runs import JobRunKind
from db.people import Refusal, Role, Way
from db.rescans import RescanState
from pipelines.comparing_days import NotTheseDays
from pipelines.nights import Fate
from pipelines.two_days import Happened
from review.comparing import Change

FOLDER = Path(__file__).parent / "translations"
LANGUAGES = ("en", "ja")
_LOCALES = {"en": "en_GB", "ja": "ja_JP"}


def N_(text: str) -> str:  # noqa: N802  # gettext's own name for "to be translated, elsewhere"
    """The text, marked for the catalogue."""
    return text


LABELS: dict[type[StrEnum], dict[str, str]] = {
    Flag: {
        Flag.ACTIVE: N_("active"),
        Flag.STATIC: N_("static"),
        Flag.JAPANESE_ONLY: N_("Japanese only"),
        Flag.LIKELY_CEASED: N_("likely ceased"),
        Flag.UNDETERMINED: N_("undetermined"),
    },
    Activity: {
        Activity.ACTIVE: N_("active"),
        Activity.STATIC: N_("static"),
        Activity.LIKELY_CEASED: N_("likely ceased"),
        Activity.UNDETERMINED: N_("undetermined"),
    },
    English: {
        English.ACTIVE: N_("active English"),
        English.STATIC: N_("static English"),
        English.NONE: N_("no English"),
        English.UNDETERMINED: N_("undetermined"),
    },
    Decision: {
        Decision.CEASED: N_("ceased"),
        Decision.ALIVE: N_("still alive"),
        Decision.STATIC: N_("alive, site static"),
        Decision.WRONG_ADDRESS: N_("wrong address"),
        Decision.MOVED: N_("moved"),
        Decision.SNOOZED: N_("snoozed"),
        Decision.SKIPPED: N_("skipped"),
        Decision.NOTED: N_("noted"),
        Decision.ASSIGNED: N_("assigned"),
        Decision.UNDONE: N_("taken back"),
    },
    QuestionKind: {
        QuestionKind.CEASED: N_("Ceased?"),
        QuestionKind.MOVED: N_("Moved?"),
        QuestionKind.ANNOUNCED: N_("End announced"),
        QuestionKind.BLOCKED: N_("Cannot be read"),
    },
    International: {
        International.RECENT_EU: N_("recent relations with the EU"),
        International.PAST_EU: N_("past relations with the EU only"),
        International.ELSEWHERE: N_("Asia, America or elsewhere only"),
        International.OPEN: N_("open, without a target"),
        International.NO_INFORMATION: N_("no information"),
        International.NOT_INTERESTED: N_("not interested"),
    },
    PartnerTie: {
        PartnerTie.AGREEMENT: N_("agreement"),
        PartnerTie.MEMBERSHIP: N_("membership"),
        PartnerTie.OFFICE: N_("office"),
        PartnerTie.MISSION: N_("mission"),
        PartnerTie.PROJECT: N_("joint project"),
        PartnerTie.VISIT: N_("visit of or to partners"),
        PartnerTie.EVENT: N_("event or fair"),
        PartnerTie.EXCHANGE: N_("exchange"),
    },
    PartnerRegion: {
        PartnerRegion.EU: N_("EU"),
        PartnerRegion.EUROPE: N_("Europe outside the EU"),
        PartnerRegion.ASIA: N_("Asia"),
        PartnerRegion.AMERICA: N_("America"),
        PartnerRegion.OTHER: N_("elsewhere"),
        PartnerRegion.ABROAD: N_("nobody named"),
    },
    PartnerStance: {
        PartnerStance.DONE: N_("a fact"),
        PartnerStance.AIM: N_("a wish or plan"),
        PartnerStance.DECLINED: N_("not wanted"),
    },
    VisitOutcome: {
        VisitOutcome.READ: N_("read"),
        VisitOutcome.LOST: N_("shows something else"),
        VisitOutcome.FAILED: N_("failed"),
        VisitOutcome.INCONCLUSIVE: N_("inconclusive"),
        VisitOutcome.NO_WEBSITE: N_("no website"),
    },
    Role: {Role.VIEWER: N_("viewer"), Role.REVIEWER: N_("reviewer"), Role.ADMIN: N_("admin")},
    Change: {
        Change.CHANGED: N_("changed"),
        Change.NUMBERS: N_("only numbers"),
        Change.NEW: N_("new"),
        Change.GONE: N_("gone"),
        Change.UNASKED: N_("not asked for"),
        Change.UNREAD: N_("not compared"),
        Change.SAME: N_("the same"),
    },
    Happened: {
        Happened.NEW: N_("new in the mapping"),
        Happened.GONE: N_("no longer in the mapping"),
        Happened.CEASED: N_("became likely ceased"),
        Happened.REVIVED: N_("alive after all"),
        Happened.FLAG: N_("other change of flag"),
        Happened.MOVED: N_("website moved"),
        Happened.ADDRESS: N_("address put right"),
        Happened.RENAMED: N_("renamed"),
        Happened.LANGUAGE: N_("other languages"),
        Happened.PARTNERS_GAINED: N_("partners abroad gained"),
        Happened.PARTNERS_LOST: N_("partners abroad lost"),
        Happened.PROGRAMME_ENDED: N_("programme ended"),
    },
    NotTheseDays: {
        NotTheseDays.NO_VISITS: N_("Nothing has been visited yet, so there is nothing to compare."),
        NotTheseDays.SAME: N_("Both days are the same. Choose two different days."),
        NotTheseDays.ORDER: N_("The earlier day lies after the later one."),
        NotTheseDays.FUTURE: N_("A day that is still to come cannot be compared."),
        NotTheseDays.TOO_EARLY: N_("The earlier day lies before the first visit: nothing was known then."),
    },
    LetterState: {
        LetterState.WAITING: N_("waiting for an answer"),
        LetterState.OVERDUE: N_("overdue"),
        LetterState.ANSWERED: N_("answer came"),
        LetterState.UNANSWERED: N_("no answer"),
        LetterState.WITHDRAWN: N_("taken back"),
    },
    Way: {Way.PASSWORD: N_("by password"), Way.LINK: N_("by a link"), Way.SERVICE: N_("through the other service")},
    Refusal: {
        Refusal.NAME: N_("A login name has letters, digits, points, dashes, underscores and @, 60 at most."),
        Refusal.TAKEN: N_("There is a person of this name already."),
        Refusal.UNKNOWN: N_("There is no such person."),
        Refusal.EMAIL: N_("This is no e-mail address."),
        Refusal.EMAIL_TAKEN: N_("This e-mail address belongs to another person."),
        Refusal.SUBJECT: N_("This is no identifier of an account."),
        Refusal.SUBJECT_TAKEN: N_("This account belongs to another person."),
        Refusal.ONESELF: N_("You cannot disable yourself or change your own role. Ask another admin."),
        Refusal.LAST_ADMIN: N_("This is the last admin. Make somebody else an admin first."),
        Refusal.DISABLED: N_("This person may not sign in."),
    },
    RescanState: {
        RescanState.QUEUED: N_("waiting"),
        RescanState.RUNNING: N_("under way"),
        RescanState.DONE: N_("done"),
        RescanState.FAILED: N_("failed"),
        RescanState.CANCELLED: N_("cancelled"),
    },
    JobName: {
        JobName.CRAWL: N_("Nightly crawl"),
        JobName.DIGEST: N_("Messages"),
        JobName.BACKUP: N_("Backup"),
        JobName.CLEAN_UP: N_("Clean-up"),
    },
    JobRunKind: {
        JobRunKind.DUE: N_("on time"),
        JobRunKind.CAUGHT_UP: N_("caught up"),
        JobRunKind.REPEAT: N_("once more"),
        JobRunKind.RESUMED: N_("resumed"),
    },
    Fate: {
        Fate.DONE: N_("done"),
        Fate.STOPPED: N_("stopped early"),
        Fate.UNDER_WAY: N_("under way"),
        Fate.WAITING: N_("waiting"),
        Fate.VOID: N_("void"),
        Fate.FAILED: N_("failed"),
        Fate.SKIPPED: N_("not begun"),
        Fate.MISSED: N_("missed"),
        Fate.NOTHING: N_("nothing on record"),
    },
    Outcome: {
        Outcome.OK: N_("answered"),
        Outcome.NOT_MODIFIED: N_("unchanged"),
        Outcome.DNS_NXDOMAIN: N_("name does not exist"),
        Outcome.DNS_SERVFAIL: N_("name server fails"),
        Outcome.DNS_NODATA: N_("name has no address"),
        Outcome.DNS_TIMEOUT: N_("name server is silent"),
        Outcome.DNS_REFUSED: N_("name server refuses"),
        Outcome.TCP_REFUSED: N_("connection refused"),
        Outcome.TCP_TIMEOUT: N_("no connection in time"),
        Outcome.TCP_RESET: N_("connection cut"),
        Outcome.FIRST_BYTE_TIMEOUT: N_("no answer in time"),
        Outcome.SLOW_BODY: N_("too slow"),
        Outcome.TRUNCATED: N_("answer cut off"),
        Outcome.TOO_LARGE: N_("too large"),
        Outcome.TLS_FAILED: N_("TLS fails"),
        Outcome.TLS_LEGACY: N_("TLS too old"),
        Outcome.NOT_HTTP: N_("no web server"),
        Outcome.HTTP_401: N_("asks for a login (401)"),
        Outcome.HTTP_403: N_("refuses us (403)"),
        Outcome.HTTP_404: N_("not found (404)"),
        Outcome.HTTP_410: N_("gone (410)"),
        Outcome.HTTP_429: N_("asks us to wait (429)"),
        Outcome.HTTP_451: N_("blocked by law (451)"),
        Outcome.HTTP_4XX: N_("refuses the request (4xx)"),
        Outcome.HTTP_5XX: N_("server error (5xx)"),
        Outcome.HTTP_52X: N_("error of a protection service (52x)"),
        Outcome.BOT_CHALLENGE: N_("asks for a human"),
        Outcome.REDIRECT_LOOP: N_("redirects in a circle"),
        Outcome.ROBOTS_DISALLOW: N_("robots.txt disallows"),
        Outcome.ADDRESS_REFUSED: N_("not a public address"),
        Outcome.PROXY_FAILED: N_("our own proxy failed"),
        Outcome.NOT_A_PAGE: N_("not a page"),
        Outcome.BUDGET: N_("our own limit"),
        Outcome.ERROR: N_("not understood"),
    },
}
HOME_LANGUAGE_ONLY = N_("home language only")
REASON_LABELS = {
    "asked_them": N_("we asked them"),
    "own_website": N_("own website"),
    "other_website": N_("another website"),
    "press": N_("press"),
    "colleague": N_("a colleague knows"),
}

UTC = ZoneInfo("UTC")


class Texts:
    """Everything that is said in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = _LOCALES[language]
        self.catalogue = gettext.translation("messages", FOLDER, languages=[language], fallback=language == "en")

    def label(self, value: StrEnum, home_language: str = "ja") -> str:
        """The name of an enum value; only a Japanese cluster's single language is called Japanese."""
        if value is Flag.JAPANESE_ONLY and home_language != "ja":
            return self.catalogue.gettext(HOME_LANGUAGE_ONLY)
        return self.catalogue.gettext(LABELS[type(value)][value])

    def reason_code(self, code: str) -> str:
        """How a person knows, in words; a code that is not ours as it stands."""
        return self.catalogue.gettext(REASON_LABELS[code]) if code in REASON_LABELS else code

    def language_name(self, code: str) -> str:
        """The name of a language, its code where it has none."""
        try:
            return Locale.parse(code).get_language_name(self.locale) or code
        except (UnknownLocaleError, ValueError):
            return code

    def country_name(self, code: str) -> str:
        """The name of a country (ISO 3166-1 alpha-2), its code where it has none."""
        return str(Locale.parse(self.locale).territories.get(code, code))

    def language_names(self, codes: Iterable[str]) -> str:
        """The names of languages in a row."""
        return self.catalogue.gettext(", ").join(self.language_name(code) for code in codes)

    def day(self, on: date | None, precision: Precision | None = Precision.DAY) -> str:
        """A day as precisely as it is known, "–" for none."""
        if on is None:
            return "–"
        if precision is Precision.MONTH:
            return str(format_skeleton("yMMM", on, locale=self.locale))
        if precision is Precision.YEAR:
            return str(format_skeleton("y", on, locale=self.locale))
        return str(format_date(on, "medium", locale=self.locale))

    def month(self, on: date) -> str:
        """The month of a day, its name in full."""
        return str(format_skeleton("yMMMM", on, locale=self.locale))

    def when(self, at: datetime | None, zone: ZoneInfo = UTC) -> str:
        """An instant on the clock of a zone, with the zone's short name; "–" for none."""
        if at is None:
            return "–"
        there = at.astimezone(zone)
        day, time = format_date(there, "medium", locale=self.locale), format_time(there, "HH:mm", locale=self.locale)
        return f"{day}{', ' if self.language == 'en' else ' '}{time} {there.tzname()}"


@cache
def texts(language: str) -> Texts:
    """The texts of a language, read once."""
    return Texts(language)


def chosen(preferred: str, accepted: str) -> str:
    """The language of a page: the one the person chose, else the browser's first that we have, else English."""
    if preferred in LANGUAGES:
        return preferred
    wishes: list[tuple[float, str]] = []
    for part in accepted[:200].split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((-float(quality or 1), name.split("-")[0].lower()))
        except ValueError:
            continue
    return next((name for q, name in sorted(wishes, key=lambda w: w[0]) if name in LANGUAGES and q < 0), "en")
