"""The configuration: which settings there are, and the check that a changed one makes sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

from crawler.errors import ConfigError
from crawler.machines import CrawlConfig, Dist, check_dist
from crawler.notify import Notify, check_notify
from crawler.policy import Budget, Policy
from crawler.sign_in import SignIn, check_sign_in
from crawler.timetable import MAX_JITTER_S, Job, JobName, TimetableError, check, deadline
from crawler.urls import is_web


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How we appear and what we may reach."""

    allow: tuple[str, ...] = ()  # CIDR networks let through the address guard
    nameservers: tuple[str, ...] = ()  # "ip:port"; empty: the system's
    user_agent: str = ""  # empty: the honest default with the contact in it
    contact: str = ""  # e-mail or URL shown to the sites we visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How gently we ask."""

    delay_s: float = 1.0  # between two requests to one host
    concurrent_sites: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserConfig:
    """The browser for pages that show nothing without one."""

    enabled: bool = True
    executable: str = ""  # path; empty: what is found
    max_pages: int = 50  # shown by one process; memory grows with every page, then a fresh one takes its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a whole run may cost the machine. At the first limit it ends politely, and says which."""

    # Beyond budget.max_seconds, by the wall clock. A visit ends by itself when its budget is spent; one that has not
    # ended by then, three times the longest visit in all, hangs in our own code.
    overtime_seconds: float = 120.0
    min_free_bytes: int = 500 * 1024 * 1024  # beside the database; a run over ten thousand sites writes less
    # Of the crawl process, resident. Ten times what a crawl of a hundred sites was seen to take.
    max_memory_bytes: int = 2 * 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The first values of the timetable, and what a night is to do. What staff change is kept in the database.

    For each job: when (a cron expression or a calendar interval), the zone whose clock that means, how much later it
    may begin, and whether it is on.
    """

    crawl: str = "0 2 * * *"  # the websites are Japanese: their night, in which nobody else needs their servers
    crawl_zone: str = "Asia/Tokyo"
    crawl_jitter_minutes: int = 10
    crawl_on: bool = True
    crawl_until: str = "06:00"  # by the same clock; "": however long it takes
    digest: str = "0 7 * * *"  # the staff are in Brussels, and the night in Japan is over
    digest_zone: str = "Europe/Brussels"
    digest_jitter_minutes: int = 0
    digest_on: bool = True
    backup: str = "0 12 * * *"
    backup_zone: str = "Europe/Brussels"
    backup_jitter_minutes: int = 0
    backup_on: bool = True
    clean_up: str = "30 13 * * sun"
    clean_up_zone: str = "Europe/Brussels"
    clean_up_jitter_minutes: int = 0
    clean_up_on: bool = True
    repeat_void_minutes: int = 120  # after a void run, once; 0: never
    stretch_days: int = 1  # a site that has not changed for long is visited every so many nights
    stretch_after_days: int = 60  # without a change, before that
    full_visit_days: int = 7  # a site of which nothing seems to change is read in full every so many days; 1: always


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewConfig:
    """The staff's pages."""

    time_zone: str = "UTC"  # IANA name; in which instants are shown and days begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """What is kept beside the database."""

    archive: str = "{database}-archive"  # folder of pages and pictures; empty: none are kept
    pictures: int = 50  # of home pages, in one run at most
    backups: str = "{database}-backups"  # folder of the copies of the database; empty: the timetable makes none
    backups_kept: int = 30  # copies, the newest: a month of days
    # By these ages, in days, a clean-up removes what no flag and no answer rests on; 0: never.
    keep_pages_days: int = 180  # half a year of visits to compare; what a verdict of now rests on stays anyway
    keep_pictures_days: int = 730
    keep_events_days: int = 400  # a year and a month: this night can be compared with the same one of last year


@dataclass(frozen=True, slots=True, kw_only=True)
class Discover:
    """How far the search for organisations that the registry does not have goes, and what it proposes."""

    portals: tuple[str, ...] = ()  # addresses of pages that list organisations: of ministries, agencies, networks
    pages_per_cluster: int = 4  # home page, link pages, news
    pages_per_portal: int = 8  # the page named, its lists, and the next pages of these
    home_pages: int = 200  # of organisations not in the registry, in one search; 0: judged by the links alone
    least_score: int = 50  # points that a proposal needs; docs/discovery.md has the measurement
    proposals: int = 50  # in one search, the best: staff read each


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """What monitoring systems are told."""

    span_hours: int = 26  # within which a night must have ended: a day, and two hours for one that takes longer
    metrics_open: bool = False  # whether /metrics is answered without a token


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What the programs say while they work."""

    form: str = "text"  # for people, or "json": one object a line, for a collector of logs
    level: str = "warning"  # what somebody must act on; "info" adds progress and requests


LOG_FORMS = ("text", "json")
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole configuration, one field a TOML table."""

    network: Network = field(default_factory=Network)
    politeness: Politeness = field(default_factory=Politeness)
    budget: Budget = field(default_factory=Budget)
    policy: Policy = field(default_factory=Policy)
    browser: BrowserConfig = field(default_factory=BrowserConfig)
    review: ReviewConfig = field(default_factory=ReviewConfig)
    storage: Storage = field(default_factory=Storage)
    sign_in: SignIn = field(default_factory=SignIn)
    schedule: Schedule = field(default_factory=Schedule)
    crawl: CrawlConfig = field(default_factory=CrawlConfig)
    dist: Dist = field(default_factory=Dist)
    limits: Limits = field(default_factory=Limits)
    notify: Notify = field(default_factory=Notify)
    discover: Discover = field(default_factory=Discover)
    monitoring: Monitoring = field(default_factory=Monitoring)
    log: Log = field(default_factory=Log)


BOUNDS: dict[str, tuple[float, float]] = {
    "politeness.delay_s": (0.0, 600.0),
    "politeness.concurrent_sites": (1, 1000),
    "budget.max_pages": (1, 500),
    "budget.max_depth": (0, 20),
    "budget.max_seconds": (1.0, 3600.0),
    "budget.max_bytes": (1024, 2**31),
    "budget.max_page_bytes": (1024, 2**30),
    "budget.max_renders": (0, 100),
    "budget.render_again_days": (1, 365),
    "storage.pictures": (0, 10_000),
    "storage.backups_kept": (1, 100_000),
    "storage.keep_pages_days": (0, 36500),
    "storage.keep_pictures_days": (0, 36500),
    "storage.keep_events_days": (0, 36500),
    "browser.max_pages": (1, 1000),
    "crawl.workers": (1, 256),
    "crawl.shard_clusters": (1, 10_000),
    "limits.overtime_seconds": (1.0, 7200.0),
    "limits.min_free_bytes": (0, 2**50),
    "limits.max_memory_bytes": (256 * 1024 * 1024, 2**40),  # an idle crawl takes about half of the least
    "discover.pages_per_cluster": (1, 20),
    "discover.pages_per_portal": (1, 100),
    "discover.home_pages": (0, 10_000),
    "discover.least_score": (0, 100),
    "discover.proposals": (1, 1000),
    "notify.smtp_port": (1, 65535),
    "monitoring.span_hours": (1, 9600),
    "schedule.repeat_void_minutes": (0, 24 * 60),
    "schedule.stretch_days": (1, 7),
    "schedule.full_visit_days": (1, 30),
    "schedule.stretch_after_days": (7, 36500),
    **{f"schedule.{job}_jitter_minutes": (0, MAX_JITTER_S // 60) for job in JobName},
    "policy.void_share": (0.01, 1.0),
    "policy.post_confidence": (0.0, 1.0),
    "policy.updated_confidence": (0.0, 1.0),
    "policy.silence_confidence": (0.0, 1.0),
}


def config_from(tables: Mapping[str, object]) -> Config:
    """The configuration with the given TOML tables laid over the defaults.

    Raises ConfigError naming the setting when a key is unknown, of the wrong type or out of range.
    """
    config = Config()
    known = {f.name for f in fields(config)}
    for table, values in tables.items():
        if table not in known:
            raise ConfigError(f"[{table}] is not a table of the configuration. Known: {', '.join(sorted(known))}")
        if not isinstance(values, Mapping):
            raise ConfigError(f"[{table}] must be a table of settings, not {values!r}")
        changed: dict[str, Any] = {table: _overlaid(table, getattr(config, table), values)}  # Any: one of six types
        config = replace(config, **changed)
    return _consistent(config)


def _overlaid(table: str, base: object, values: Mapping[str, object]) -> object:
    """A copy of one table's values with the given ones replaced, each checked."""
    known = {f.name: getattr(base, f.name) for f in fields(base)}  # type: ignore[arg-type]  # one of ours above
    checked: dict[str, object] = {}
    for key, value in values.items():
        if key not in known:
            raise ConfigError(f"{table}.{key} is not a setting. Known in [{table}]: {', '.join(sorted(known))}")
        checked[key] = _checked(f"{table}.{key}", known[key], value)
    return replace(base, **checked)  # type: ignore[type-var]


def _checked(name: str, default: object, value: object) -> object:
    """The value in the type of its default, or ConfigError."""
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ConfigError(f'{name} must be a list of texts, such as ["127.0.0.0/8"], not {value!r}')
        return tuple(value)
    if isinstance(default, bool) or isinstance(value, bool):
        if not (isinstance(default, bool) and isinstance(value, bool)):
            raise ConfigError(f"{name} must be {_kind(default)}, not {value!r}")
        return value
    if isinstance(default, int | float):
        return _number(name, default, value)
    if not isinstance(value, str):
        raise ConfigError(f"{name} must be {_kind(default)}, not {value!r}")
    return value


def _number(name: str, default: float, value: object) -> float:
    """A number of the default's type and within its bounds, or ConfigError."""
    if not isinstance(value, int | float) or (isinstance(default, int) and not isinstance(value, int)):
        raise ConfigError(f"{name} must be {_kind(default)}, not {value!r}")
    if name.startswith("policy.points_"):
        return type(default)(value)
    low, high = BOUNDS.get(name, (1, 36500) if isinstance(default, int) else (0.0, 1e9))
    if not low <= value <= high:  # also refuses NaN
        raise ConfigError(f"{name} must be between {low:g} and {high:g}, not {value!r}")
    return type(default)(value)


def _kind(default: object) -> str:
    """What a setting wants, in words."""
    if isinstance(default, bool):
        return "true or false"
    if isinstance(default, int):
        return "a whole number"
    return "a number" if isinstance(default, float) else "a text"


def _consistent(config: Config) -> Config:
    """The same configuration, or ConfigError when two settings contradict each other."""
    policy = config.policy
    if policy.silence_days >= policy.long_silence_days:
        raise ConfigError("policy.silence_days must be smaller than policy.long_silence_days")
    if policy.active_days > policy.silence_days:
        raise ConfigError("policy.active_days must not be larger than policy.silence_days")
    if config.budget.max_page_bytes > config.budget.max_bytes:
        raise ConfigError("budget.max_page_bytes must not be larger than budget.max_bytes")
    _check_schedule(config.schedule)
    for network in config.network.allow:
        try:
            ip_network(network)
        except ValueError:
            raise ConfigError(f'network.allow: {network!r} is not a network such as "127.0.0.0/8"') from None
    for portal in config.discover.portals:
        if not is_web(portal):
            raise ConfigError(
                f'discover.portals: {portal!r} is no web address such as "https://www.example.org/clusters/"'
            )
    check_sign_in(config.sign_in)
    check_notify(config.notify)
    check_dist(config.dist)
    _check_log(config.log)
    return config


def _check_log(log: Log) -> None:
    """Raises ConfigError for a form or level that there is not."""
    for name, value, known in (("form", log.form, LOG_FORMS), ("level", log.level, LOG_LEVELS)):
        if value not in known:
            raise ConfigError(f"log.{name} must be one of {', '.join(known)}, not {value!r}")


def configured_job(schedule: Schedule, name: JobName) -> Job:
    """The line of the timetable for this job as the configuration has it."""
    return Job(
        name=name,
        when=getattr(schedule, name),
        zone=getattr(schedule, f"{name}_zone"),
        jitter_s=60.0 * getattr(schedule, f"{name}_jitter_minutes"),
        on=getattr(schedule, f"{name}_on"),
    )


_SCHEDULE_KEYS = {"when": "", "zone": "_zone", "jitter": "_jitter_minutes"}  # field of a job to the end of its setting


def _check_schedule(schedule: Schedule) -> None:
    """Raises ConfigError for a line of the timetable that makes no sense."""
    for name in JobName:
        try:
            check(configured_job(schedule, name))
        except TimetableError as error:
            raise ConfigError(f"schedule.{name}{_SCHEDULE_KEYS[error.field]}: {error}") from None
    try:
        deadline(schedule.crawl_until, schedule.crawl_zone, datetime(2024, 1, 1, tzinfo=UTC))
    except ValueError as error:
        raise ConfigError(f"schedule.crawl_until: {error}") from None


DEFAULT_AGENT = "Clusterwatch/0.1 (nightly check of cluster websites; {contact})"
NO_CONTACT = "no contact configured"


def user_agent(network: Network) -> str:
    """The honest name that sites see: who we are and how to reach us."""
    return network.user_agent or DEFAULT_AGENT.format(contact=network.contact or NO_CONTACT)


def scrapy_settings(config: Config) -> dict[str, str]:
    """The Scrapy settings that the configuration decides, as the command line takes them."""
    return {
        "USER_AGENT": user_agent(config.network),
        "DOWNLOAD_DELAY": str(config.politeness.delay_s),
        "CONCURRENT_REQUESTS": str(max(16, config.politeness.concurrent_sites)),
        "DOWNLOAD_MAXSIZE": str(config.budget.max_page_bytes),
        "CLUSTERWATCH_ALLOW": ",".join(config.network.allow),
        "CLUSTERWATCH_NAMESERVERS": ",".join(config.network.nameservers),
    }
