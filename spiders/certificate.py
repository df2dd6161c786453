"""Whether a site's certificate is one that browsers trust, and why not. Read, never enforced.

Scrapy does not verify, on purpose: a site with an expired certificate is there all the same. So a second connection,
to the address that has just answered and was checked by the guard, asks what a browser would say.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from functools import cache

_SECONDS = 5.0


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


async def fault(address: str, port: int, host: str) -> str:
    """What is wrong with the certificate of a host, in OpenSSL's words; "" when nothing is, or nobody can tell."""
    writer = None
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(address, port, ssl=_context(), server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message or "the certificate does not verify"
    except (OSError, TimeoutError, ValueError):  # not about the certificate: the page came, so the site is there
        return ""
    finally:
        if writer is not None:
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(1):
                    await writer.wait_closed()
    return ""
