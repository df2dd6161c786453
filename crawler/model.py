"""Every value that travels through Clusterwatch, from a registry row to a flag.

Frozen, slotted, keyword-only; standard library only. Instants are timezone-aware UTC ``datetime``;
days are ``date``; durations are seconds; sizes are bytes; languages are ISO 639-1 codes; URLs are
absolute and as fetched. A step returns a new value, it never fills in fields of the one it got.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Activity(StrEnum):
    """What the whole website, in any language, says about the life of its organisation."""

    ACTIVE = "active"
    STATIC = "static"
    LIKELY_CEASED = "likely_ceased"
    UNDETERMINED = "undetermined"


class English(StrEnum):
    """The tier of the English version of a website."""

    ACTIVE = "active_english"
    STATIC = "static_english"
    NONE = "none"
    UNDETERMINED = "undetermined"  # no page could be read yet, so nothing is claimed


class Flag(StrEnum):
    """The one label of the mapping; the machine's word or a person's."""

    ACTIVE = "active"
    STATIC = "static"
    JAPANESE_ONLY = "japanese_only"
    LIKELY_CEASED = "likely_ceased"
    UNDETERMINED = "undetermined"


class Precision(StrEnum):
    """How much of a date was written."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class DateKind(StrEnum):
    """What a date on a page is the date of. Only POST, REPORT and a past EVENT can be a latest post."""

    POST = "post"  # a news item, a blog post, a press release, an entry of a dated list
    REPORT = "report"  # minutes, newsletters, records of something that took place
    EVENT = "event"  # something that takes place on that day; coming when after the visit
    UPDATED = "updated"  # the organisation's own "last updated" stamp of a page
    PROSE = "prose"  # a date in running text: history, "as of", a deadline; no post
    MACHINE = "machine"  # build, migration, theme sample, "today" script, HTTP header: says nothing


class DateSource(StrEnum):
    """Where on the page a date stood, strongest first."""

    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    DEFINITION = "definition"
    HEADING = "heading"
    TIME_ELEMENT = "time_element"
    JSON_LD = "json_ld"
    DATA = "data"  # a JSON document that the page's script loads
    FEED = "feed"
    META = "meta"
    STAMP = "stamp"
    PARAGRAPH = "paragraph"
    URL_PATH = "url_path"
    SITEMAP = "sitemap"
    HTTP_HEADER = "http_header"


class Role(StrEnum):
    """Why a page was fetched."""

    HOME = "home"
    NEWS = "news"
    ENGLISH = "english"
    ENGLISH_NEWS = "english_news"
    FEED = "feed"
    SITEMAP = "sitemap"
    ARCHIVE = "archive"
    POST = "post"
    FRAME = "frame"
    OTHER = "other"


class Outcome(StrEnum):
    """How one fetch ended. The classes of the failure table, plus OK."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    DNS_NXDOMAIN = "dns_nxdomain"
    DNS_SERVFAIL = "dns_servfail"
    DNS_NODATA = "dns_nodata"
    DNS_TIMEOUT = "dns_timeout"
    DNS_REFUSED = "dns_refused"
    TCP_REFUSED = "tcp_refused"
    TCP_TIMEOUT = "tcp_timeout"
    TCP_RESET = "tcp_reset"
    FIRST_BYTE_TIMEOUT = "first_byte_timeout"
    SLOW_BODY = "slow_body"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    TLS_FAILED = "tls_failed"
    TLS_LEGACY = "tls_legacy_only"
    NOT_HTTP = "not_http"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_410 = "http_410"
    HTTP_429 = "http_429"
    HTTP_451 = "http_451"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    HTTP_52X = "http_52x"
    BOT_CHALLENGE = "bot_challenge"
    REDIRECT_LOOP = "redirect_loop"
    ROBOTS_DISALLOW = "robots_disallow"
    ADDRESS_REFUSED = "address_refused"  # our own guard: not a public address, not a web scheme
    PROXY_FAILED = "proxy_failed"  # our own egress: never evidence about the site
    NOT_A_PAGE = "not_a_page"  # a document or picture: answered, nothing to read
    BUDGET = "budget"  # our own limit of time or bytes: the site did nothing wrong
    ERROR = "error"  # not understood; recorded with its text, never evidence


class OutcomeKind(StrEnum):
    """What an outcome may mean for the organisation. Only SLOW and TERMINAL ever count as failing."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"  # refuses us, not everybody; freezes the clock
    TRANSIENT = "transient"  # counts as failing only after a long time
    SLOW = "slow"  # counts as failing after weeks
    TERMINAL = "terminal"  # counts as failing after days
    OURS = "ours"  # our own network or limits


class PageKind(StrEnum):
    """What a page that answered turned out to be."""

    CONTENT = "content"
    EMPTY = "empty"
    SHELL = "shell"  # needs a browser to show its text
    FRAMESET = "frameset"
    REDIRECT = "redirect"  # meta refresh or script that only leads elsewhere
    SOFT_404 = "soft_404"
    PARKED = "parked"
    DEFAULT_PAGE = "default_page"  # of a server, a hosting company or a fresh CMS
    SUSPENDED = "suspended"
    DEPROVISIONED = "deprovisioned"
    UNDER_CONSTRUCTION = "under_construction"
    MAINTENANCE = "maintenance"
    HIJACKED = "hijacked"
    BOT_CHALLENGE = "bot_challenge"
    LOGIN = "login"
    FEED = "feed"
    SITEMAP = "sitemap"
    DATA = "data"


class NoticeKind(StrEnum):
    """What a sentence on a page announces about its own organisation or website."""

    ORG_ENDED = "org_ended"
    PROJECT_ENDED = "project_ended"
    SITE_CLOSED = "site_closed"
    UPDATES_ENDED = "updates_ended"
    SERVICE_ENDED = "service_ended"
    ANNOUNCED = "announced"  # an end on a day still to come
    MOVED = "moved"  # a new address is named
    SUCCEEDED = "succeeded"  # merged, renamed, handed over: a successor is named
    PAUSED = "paused"


class PartnerRegion(StrEnum):
    """Where a partner abroad is at home."""

    EU = "eu"  # a country that belonged to the Union on that day, or "Europe" without a country
    EUROPE = "europe"  # a European country outside the Union
    ASIA = "asia"
    AMERICA = "america"
    OTHER = "other"
    ABROAD = "abroad"  # nobody is named: "overseas partners"


class PartnerTie(StrEnum):
    """What is done together with a partner abroad, the firmest first."""

    AGREEMENT = "agreement"  # a memorandum of understanding, a letter of intent, a treaty of cooperation
    MEMBERSHIP = "membership"
    OFFICE = "office"
    MISSION = "mission"
    PROJECT = "project"
    VISIT = "visit"
    EVENT = "event"
    EXCHANGE = "exchange"  # cooperation without more


class PartnerStance(StrEnum):
    """Whether cooperation abroad is told of as a fact."""

    DONE = "done"
    AIM = "aim"  # a wish, a plan or an invitation
    DECLINED = "declined"  # none is wanted


class TraitKind(StrEnum):
    """What identifies the organisation on its own pages."""

    NAME = "name"
    NAME_EN = "name_en"
    PHONE = "phone"
    POSTAL = "postal"
    EMAIL_DOMAIN = "email_domain"
    EMAIL = "email"  # a whole address, to write to; identifies nobody by itself
    ADDRESS = "address"


class EnglishWitness(StrEnum):
    """How an English version announced itself."""

    PAGE_TEXT = "page_text"  # the page's main text is English
    HREFLANG = "hreflang"
    LINK = "link"
    WIDGET = "widget"  # machine translation: no English version


class Family(StrEnum):
    """Families of evidence for or against ceasing; points are capped per family."""

    STATEMENT = "statement"
    OWNERSHIP = "ownership"
    REACHABILITY = "reachability"
    SILENCE = "silence"
    REGISTRY = "registry"
    LIFE = "life"  # speaks against


class VisitOutcome(StrEnum):
    """What a whole visit amounts to."""

    READ = "read"  # at least one page of the cluster's own was read
    LOST = "lost"  # answered, but with a parking, default, suspended or foreign page
    FAILED = "failed"  # conclusively not there
    INCONCLUSIVE = "inconclusive"  # refused us, timed out once, our own trouble: says nothing
    NO_WEBSITE = "no_website"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One row of the registry. Blank cells are empty strings or None, never guesses."""

    cluster_id: str
    name_en: str
    website: str  # absolute http(s) URL, or "" when none is known
    name_ja: str = ""
    website_en: str = ""
    other_hosts: tuple[str, ...] = ()  # host names or URLs that are the cluster's too
    home_language: str = "ja"  # ISO 639-1
    country: str = "JP"  # ISO 3166-1 alpha-2
    prefecture: str = ""
    city: str = ""
    lat: float | None = None  # degrees, WGS 84
    lon: float | None = None
    sector: str = ""
    programme: str = ""
    period_start: str = ""  # as written in the source: a year, a month, a day, "FY2011"
    period_end: str = ""
    operator: str = ""
    notes: str = ""
    extra: tuple[tuple[str, str], ...] = ()  # columns we do not know, kept and shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a server's certificate says of itself; whether browsers trust it is another question."""

    issuer: str = ""  # who signed it: organisation or name, as written in it, at most 200 characters
    expires_on: date | None = None  # its last day, in UTC
    hosts: tuple[str, ...] = ()  # the names that it is for, at most ten


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBefore:
    """A page as the last full reading found it: by what it is told whether it has changed since."""

    url: str  # as asked for
    role: Role
    final_url: str  # after redirects
    etag: str = ""  # worth sending back, or ""
    last_modified: str = ""  # the header as sent, worth sending back, or ""
    fingerprint: str = ""  # of its bytes
    said: str = ""  # digest of what readers read of it, "" when only its bytes can tell
    certificate: Certificate | None = None
    tls: str = ""  # what was wrong with that certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class LastReading:
    """A full reading that stands for another night while the pages that would show news are as they were."""

    read_at: datetime  # UTC; the instant of its visit
    pages: tuple[PageBefore, ...]  # to be asked for, the home page first
    until: date  # the first day, on the organisation's calendar, on which it stands no more whatever is found
    basis: str  # digest of what else it depended on: addresses, settings, the program


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of one page, and where they lie. They are kept once, however often they were seen."""

    digest: str  # SHA-256 in hex, of the bytes
    n_bytes: int  # of them, unpacked
    file: str  # of the WARC, relative to the archive, with "/"
    offset: int  # bytes; of the record in the file
    length: int  # bytes; of the record in the file, packed
    url: str  # of the record; later records of the same bytes refer to it by url and instant
    at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What came of showing one page in a browser, the last time."""

    url: str  # of the page, after redirects
    source: PageKind  # what its source was
    worth: bool  # the browser showed more than the source
    at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsCopy:
    """What the robots.txt of a host said."""

    origin: str  # scheme, host and port
    text: str  # "" where there is none: everything is allowed
    at: datetime  # UTC; when it was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One cluster to visit, and what is known that saves work. All that a spider needs."""

    cluster: Cluster
    last: LastReading | None = None  # what may be confirmed; None: read everything
    robots: tuple[RobotsCopy, ...] = ()  # what the robots.txt of its hosts said
    renderings: tuple[Rendering, ...] = ()  # of its pages, what the browser made of each
    known: tuple[Content, ...] = ()  # in the archive already: what its pages were at the last visits


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedItem:
    """One date read from one page, with what it dates and the words it was read from."""

    url: str  # the page (or feed, sitemap) it was read from
    on: date  # first day of the month or year when precision is less than a day
    precision: Precision
    kind: DateKind
    source: DateSource
    raw: str  # verbatim words of the page, at most 120 characters
    title: str = ""  # the words beside the date, at most 160 characters
    link: str = ""  # where the item leads, absolute, "" if nowhere
    language: str = ""  # ISO 639-1 of the page or item, "" if not known
    confidence: float = 0.5  # 0..1, that `on` is right and `kind` is too
    until: date | None = None  # last day of a range
    note: str = ""  # why the kind is what it is, when that is not obvious


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageShare:
    """How much of a page's text is in one language."""

    language: str  # ISO 639-1
    share: float  # 0..1 of the letters of the main text


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLanguage:
    """The language of a page, and the witnesses that spoke."""

    language: str = ""  # of the main text, ISO 639-1; "" when there is too little text
    shares: tuple[LanguageShare, ...] = ()  # most first
    declared: str = ""  # <html lang>, weak
    letters: int = 0  # letters of main text that were judged
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sentence that says something ended, moved or was handed over."""

    kind: NoticeKind
    url: str
    quote: str  # the sentence, verbatim, at most 300 characters
    subject: str = ""  # the words that name who or what ended
    on: date | None = None  # the day it names, if any
    first_person: bool = False  # the host speaks of itself
    past: bool = False  # past tense, and not of a coming day
    successor: str = ""  # a name or an absolute URL
    confidence: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """What one sentence says about cooperation abroad."""

    region: PartnerRegion
    tie: PartnerTie
    url: str
    quote: str  # the sentence, verbatim, at most 300 characters
    stance: PartnerStance = PartnerStance.DONE
    country: str = ""  # ISO 3166-1 alpha-2, "" when only a part of the world is named, or nobody
    organisation: str = ""  # as written, at most 80 characters
    on: date | None = None  # first day of the month or year when precision is less than a day; None: not said
    precision: Precision | None = None
    confidence: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """One trait of the organisation found on a page."""

    kind: TraitKind
    value: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """A page's wish to be left for another address, by meta refresh, script or notice."""

    url: str
    after_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request and what came of it."""

    url: str
    role: Role
    at: datetime  # UTC
    outcome: Outcome
    status: int | None = None  # HTTP status, None when no answer came
    final_url: str = ""  # after redirects; "" when no answer came
    redirects: tuple[str, ...] = ()  # every address on the way, in order, without the final one
    redirect_statuses: tuple[int, ...] = ()  # with which status each of them led on
    elapsed_s: float = 0.0
    n_bytes: int = 0  # of the body as received, decompressed
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    address: str = ""  # IP that answered
    tls: str = ""  # what is wrong with the certificate, "" when nothing is known to be
    certificate: Certificate | None = None  # of an answer over https that came without a proxy
    dns: str = ""  # what the name server said: addresses, or its word of failure; "" when we did not ask it
    name_servers: tuple[str, ...] = ()  # of the home page's domain, sorted, lower case; () when nobody was asked
    rendered: bool = False  # by the browser
    source: PageKind | None = None  # of a page shown in a browser: what its source was
    worth: bool = False  # of a page shown in a browser: it showed more than the source
    detail: str = ""  # the error in words
    digest: str = ""  # of the body in the archive (SHA-256 in hex), "" when it was not kept
    fingerprint: str = ""  # of the body as received, kept or not; "" for none


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What one page says. The words themselves are in the signals; the page is in the archive."""

    url: str  # final URL
    role: Role
    kind: PageKind
    title: str = ""  # at most 200 characters
    language: PageLanguage = PageLanguage()
    dates: tuple[DatedItem, ...] = ()
    notices: tuple[Notice, ...] = ()
    partners: tuple[Partner, ...] = ()
    traits: tuple[Trait, ...] = ()
    english: tuple[tuple[EnglishWitness, str], ...] = ()  # witness and the URL it names
    text_digest: str = ""  # of the main text; equal when nothing a reader sees changed
    n_letters: int = 0
    sure: str = ""  # the words that made `kind` what it is, "" for CONTENT
    # Digest of what readers read of it; equal: they would read the same again on that day. "" for what is no page or
    # feed, and where a browser was to show more of it and none did.
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One look at one cluster's websites at one instant."""

    cluster_id: str
    started_at: datetime  # UTC; the instant that the whole visit works with
    day: date | None = None  # of that instant on the organisation's own calendar; None: not recorded, as in UTC
    elapsed_s: float
    outcome: VisitOutcome
    fetches: tuple[Fetch, ...] = ()
    pages: tuple[PageReading, ...] = ()
    website: str = ""  # the address that was asked for
    reached: str = ""  # the address that answered as home page
    moved_to: str = ""  # another registrable domain the home page redirected to
    failure: Outcome | None = None  # of the home page, when it could not be read
    stopped: str = ""  # why no more was fetched, in words
    # The instant of the full reading whose pages these are: what was asked for on this visit had not changed since.
    confirms: datetime | None = None
    carried: tuple[Fetch, ...] = ()  # the requests of that reading that were not made again


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedNotice:
    """A notice with the number of visits that saw it and the first of them."""

    notice: Notice
    visits: int
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The visits of one cluster so far, boiled down, as of an instant."""

    cluster_id: str
    as_of: datetime
    visits: int = 0
    conclusive_visits: int = 0
    last_visited_at: datetime | None = None
    last_reached_at: datetime | None = None
    reachability: VisitOutcome | None = None  # of the last conclusive visit
    last_outcome: VisitOutcome | None = None  # of the last visit at all
    failure: Outcome | None = None  # of the last failing visit, while failing
    failing_since: datetime | None = None
    failing_visits: int = 0  # days with such a visit, as for all counts of visits in a row
    away_since: datetime | None = None  # first of the conclusive visits at the end that failed or were lost
    away_until: datetime | None = None  # last of these; no time passes through visits that say nothing
    away_visits: int = 0
    away_failures: tuple[Outcome | None, ...] = ()  # of these, each once; None: another page answered
    lost_since: datetime | None = None
    lost_visits: int = 0
    lost_kind: PageKind | None = None
    lost_words: str = ""
    lost_url: str = ""
    lost_but_named: bool = False  # on that visit another page of the cluster showed its name
    parked_names: str = ""  # a name server of a parking service, when at the last visit all of the domain's were
    parked_names_visits: int = 0  # days in a row, visits that did not hear left out
    blocked_since: datetime | None = None  # refused us on every visit since then
    latest: DatedItem | None = None  # the latest post
    runners_up: tuple[DatedItem, ...] = ()  # the next newest posts, newest first
    updated: DatedItem | None = None  # the newest "last updated" stamp
    next_event: DatedItem | None = None
    dated_items: int = 0
    strong_items: int = 0  # days of posts written in full, in a list or marked as posts: news that can fall silent
    unread_news: tuple[str, ...] = ()  # addresses of news that could not be read lately
    cut_short: bool = False  # our time or bytes ran out on each of the last visits
    english_latest: DatedItem | None = None
    english_page: str = ""  # URL of the best English page, "" if there is none
    english_letters: int = 0
    english_widget: str = ""
    languages: tuple[str, ...] = ()  # most text first
    notices: tuple[StatedNotice, ...] = ()
    identity_seen: bool = False  # a name of the organisation stood on the last pages read
    traits: tuple[Trait, ...] = ()
    moved_to: str = ""
    better_address: str = ""  # shows the organisation's name, while nothing is at the address in the registry
    better_address_visits: int = 0  # days in a row
    written_by_others: tuple[PageReading, ...] = ()  # pages of a readable site with a hijacker's or parking words
    text_changed_at: datetime | None = None  # last time that the main text differed between visits
    pages: tuple[PageReading, ...] = ()  # of the last visit that read something


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One sentence of a verdict, and what it rests on."""

    code: str  # stable, snake_case
    text: str  # a full sentence in English
    family: Family | None = None
    points: float = 0.0
    url: str = ""
    raw: str = ""
    overturned_by: str = ""  # what would make this reason go away
    since: date | None = None  # the first day of a state that lasts, where an answer must know one from the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the evidence means under a policy."""

    cluster_id: str
    decided_at: datetime
    policy: str  # name of the policy, with its digest
    activity: Activity
    english: English
    flag: Flag
    reasons: tuple[Reason, ...] = ()
    points: float = 0.0  # sum of the capped families
    confidence: float = 0.0  # 0..1
    latest: DatedItem | None = None
    english_latest: DatedItem | None = None
    next_event: DatedItem | None = None
    languages: tuple[str, ...] = ()
    reachability: str = ""
    last_reached_at: datetime | None = None
    failing_since: datetime | None = None
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's word as the mapping shows it, derived from the answers that stand."""

    cluster_id: str
    flag: Flag
    by: str
    at: datetime
    reason: str = ""


class RunKind(StrEnum):
    """What started a run."""

    NIGHTLY = "nightly"
    RESCAN = "rescan"


class RunState(StrEnum):
    """The state of a run in the ledger."""

    RUNNING = "running"
    DONE = "done"
    VOID = "void"  # our own network failed: nothing of it counts
    STOPPED = "stopped"  # ended before all was visited, on purpose: its note says why; what it has counts
    FAILED = "failed"


class TaskState(StrEnum):
    """The state of one cluster in a run."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
