"""A crawl as one document: the instant, the configuration and the plans. What a spider needs, and all of it.

The plans stand below the rest, one a line, so that whoever writes a document or reads it need not hold them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from crawler.archive import Record, Shelf, Shot
from crawler.config import Config
from crawler.model import Fetch, PageReading, Plan, RobotsCopy, Visit
from crawler.scouting import Scouted, Stroll

VISIT_STARTED = object()  # Scrapy signal: a visit begins; argument cluster_id
VISIT_WAITS = object()  # Scrapy signal: another process visits this website; argument cluster_id
PAGE_ASKED = object()  # Scrapy signal, only of jobs that tell pages: a fetch ended; arguments cluster_id, told
ARCHIVE_FAILED = object()  # Scrapy signal: pages can no longer be kept; argument words
TAKE_NO_MORE = object()  # Scrapy signal: finish the visits under way, and begin no other
STOP = b"stop\n"  # what the starting process writes to a crawl that it wants to end in this way


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The order to visit some clusters."""

    now: datetime  # UTC; the instant that every visit of the job works with
    plans: tuple[Plan, ...]
    config: Config = field(default_factory=Config)
    tells_pages: bool = False  # tell each fetch as it ends; for one that somebody watches, not for a whole night
    past_caches: bool = False  # ask caches on the way, such as a proxy's, for the page itself
    shelf: Shelf | None = None  # where to keep what is read; None: nowhere
    turns: str = ""  # file in which crawls of one machine agree who visits a website just now; "": alone


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTold:
    """One fetch that ended, and what was read from it: nothing when it failed."""

    fetch: Fetch  # of the browser, when one showed the page
    readings: tuple[PageReading, ...] = ()  # the page, and the documents that its scripts loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A home page of which a picture is wanted."""

    cluster_id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureJob:
    """The order to take pictures of some home pages."""

    now: datetime  # UTC
    wanted: tuple[Wanted, ...]
    shelf: Shelf
    config: Config = field(default_factory=Config)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoutJob:
    """The order to walk through some sites for the organisations that they name."""

    now: datetime  # UTC
    strolls: tuple[Stroll, ...]
    config: Config = field(default_factory=Config)
    turns: str = ""  # as of a `Job`


AnyJob = Job | PictureJob | ScoutJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a spider gives: a finished visit, and what was kept of it."""

    visit: Visit
    records: tuple[Record, ...] = ()
    robots: tuple[RobotsCopy, ...] = ()  # of its hosts, read on this visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One line that a crawl tells whoever started it."""

    started: str = ""  # id of the cluster whose visit begins
    waits: str = ""  # id of a cluster whose visit waits until another process has left the website
    page: PageTold | None = None  # a fetch that ended, of a visit that has begun
    cluster_id: str = ""  # of `page`
    visit: Visit | None = None  # a finished visit
    records: tuple[Record, ...] = ()  # what was kept of it
    robots: tuple[RobotsCopy, ...] = ()  # of its hosts, read on this visit
    shot: Shot | None = None  # a picture that was taken
    scouted: Scouted | None = None  # a finished walk
    warning: str = ""  # what somebody must act on


def encode_job(job: AnyJob) -> bytes:
    """The job as lines of JSON. Further plans of a `Job` may follow."""
    if not isinstance(job, Job):
        return msgspec.json.encode(job)
    return msgspec.json.encode(replace(job, plans=())) + b"\n" + b"".join(map(encode_plan, job.plans))


def encode_plan(plan: Plan) -> bytes:
    """A plan as one line of JSON, with its line end."""
    return msgspec.json.encode(plan) + b"\n"


def decode_job(lines: Iterable[bytes]) -> Job:
    """The job from lines of JSON. Raises msgspec.DecodeError or ValidationError when they are none."""
    rest = iter(lines)
    job = msgspec.json.decode(next(rest, b""), type=Job)
    return replace(job, plans=tuple(map(msgspec.json.Decoder(Plan).decode, rest)))


def decode_picture_job(document: bytes) -> PictureJob:
    """The order of pictures from JSON. Raises as `decode_job` does."""
    return msgspec.json.decode(document, type=PictureJob)


def decode_scout_job(document: bytes) -> ScoutJob:
    """The order of walks from JSON. Raises as `decode_job` does."""
    return msgspec.json.decode(document, type=ScoutJob)


def encode_progress(progress: Progress) -> bytes:
    """One line of JSON, with its line end."""
    return msgspec.json.encode(progress) + b"\n"


def decode_progress(lines: Iterator[bytes]) -> Iterator[Progress]:
    """The progress that lines of JSON tell; the torn last line of a killed crawl is left out."""
    decoder = msgspec.json.Decoder(Progress)
    for line in lines:
        if line.endswith(b"\n"):
            yield decoder.decode(line)
