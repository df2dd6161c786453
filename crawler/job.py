"""A crawl as one document: the instant, the configuration and the plans. What a spider needs, and all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from crawler.config import Config
from crawler.model import Plan, Visit

VISIT_STARTED = object()  # Scrapy signal: a visit begins; argument cluster_id
TAKE_NO_MORE = object()  # Scrapy signal: finish the visits under way, and begin no other
STOP = b"stop\n"  # what the starting process writes to a crawl that it wants to end in this way


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The order to visit some clusters."""

    now: datetime  # UTC; the instant that every visit of the job works with
    plans: tuple[Plan, ...]
    config: Config = field(default_factory=Config)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One line that a crawl tells whoever started it."""

    started: str = ""  # id of the cluster whose visit begins
    visit: Visit | None = None  # a finished visit


def encode_job(job: Job) -> bytes:
    """The job as JSON."""
    return msgspec.json.encode(job)


def decode_job(document: bytes) -> Job:
    """The job from JSON. Raises msgspec.DecodeError or ValidationError when it is none."""
    return msgspec.json.decode(document, type=Job)


def encode_progress(progress: Progress) -> bytes:
    """One line of JSON, with its line end."""
    return msgspec.json.encode(progress) + b"\n"


def decode_progress(lines: Iterator[bytes]) -> Iterator[Progress]:
    """The progress that lines of JSON tell; the torn last line of a killed crawl is left out."""
    decoder = msgspec.json.Decoder(Progress)
    for line in lines:
        if line.endswith(b"\n"):
            yield decoder.decode(line)
