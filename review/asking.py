"""One request to the sign-in service, bounded in time and size whatever the service does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from crawler.sign_in import is_loopback

DEADLINE_S = 10.0  # for a whole request, from the name to the last byte
LONGEST = 512 * 1024  # bytes of an answer; the largest discovery documents and key sets have some ten thousand


class Unreachable(Exception):
    """The service does not answer, not in time, or not what it should. Raised here; caught by pages and `doctor`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, read in full."""

    status_code: int
    content: bytes

    def json(self) -> Any:  # Any: whatever the service says
        """The document in the answer, None when it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None

    @property
    def text(self) -> str:
        """The answer as text."""
        return self.content.decode("utf-8", "replace")

    def raise_for_status(self) -> None:
        """Raises Unreachable for an error of the server; Authlib reads the others."""
        if self.status_code >= 500:
            raise Unreachable(f"status {self.status_code}")


def ask(method: str, url: str, *, headers: Mapping[str, str] | None = None, body: str = "") -> Reply:
    """The answer to one request; redirects are not followed. Raises Unreachable."""
    try:
        # A loop of its own: only there does one limit cover names, handshake, headers and body together.
        return asyncio.run(_asked(method, url, dict(headers or {}), body))
    except TimeoutError:
        raise Unreachable(f"{_host(url)} did not answer within {DEADLINE_S:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Unreachable(f"{_host(url)}: {str(error) or type(error).__name__}"[:300]) from None


async def _asked(method: str, url: str, headers: dict[str, str], body: str) -> Reply:
    sent = {"Accept": "application/json", **headers, "Accept-Encoding": "identity"}
    proxied = not is_loopback(urlsplit(url).hostname or "")
    async with (
        asyncio.timeout(DEADLINE_S),
        httpx.AsyncClient(timeout=DEADLINE_S, follow_redirects=False, trust_env=proxied) as client,
        client.stream(method, url, headers=sent, content=body.encode()) as answer,
    ):
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise Unreachable(f"{_host(url)} answered packed, though asked not to")
        content = bytearray()
        async for chunk in answer.aiter_raw():
            content += chunk
            if len(content) > LONGEST:
                raise Unreachable(f"{_host(url)} answered more than {LONGEST} bytes")
        return Reply(status_code=answer.status_code, content=bytes(content))


def _host(url: str) -> str:
    return urlsplit(url).netloc
