"""Whether a site's certificate is one that browsers trust, and why not. Read, never enforced.

Scrapy does not verify, on purpose: a site with an expired certificate is there all the same. So a second connection,
to the address that has just answered and was checked by the guard, asks what a browser would say.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from functools import cache, lru_cache

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from crawler.model import Certificate

_SECONDS = 5.0
_MOST_HOSTS = 10
_MAX_TEXT = 200  # characters of a name


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


@lru_cache(maxsize=512)
def certificate(der: bytes) -> Certificate | None:
    """What a certificate says of itself, None for bytes that are none. Never raises, whatever a server sent."""
    try:
        read = x509.load_der_x509_certificate(der)
        issuer = read.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME) or read.issuer.get_attributes_for_oid(
            NameOID.COMMON_NAME
        )
        return Certificate(
            issuer=_printable(str(issuer[0].value)) if issuer else "",
            expires_on=read.not_valid_after_utc.date(),
            hosts=_hosts(read),
        )
    except (ValueError, TypeError, OverflowError, x509.UnsupportedGeneralNameType, x509.DuplicateExtension):
        return None


def _hosts(read: x509.Certificate) -> tuple[str, ...]:
    try:
        named = read.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return ()
    assert isinstance(named, x509.SubjectAlternativeName)
    found = (*named.get_values_for_type(x509.DNSName), *map(str, named.get_values_for_type(x509.IPAddress)))
    return tuple(map(_printable, found[:_MOST_HOSTS]))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:_MAX_TEXT])
