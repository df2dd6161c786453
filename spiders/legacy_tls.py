"""A second client for servers that speak only old TLS: their sites are alive, and browsers of their time read them.

Nothing secret is sent to any website, and no certificate is enforced (`spiders.certificate` says what is wrong with
it), so a weak cipher costs nothing here. It is used only for visits to a server that refused the usual client.
"""

from __future__ import annotations

import warnings
from typing import cast

from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from twisted.internet.ssl import CertificateOptions, TLSVersion

ONLY_OLD_TLS = "the server speaks only old TLS"  # as a fetch tells it
META = "legacy_tls"  # key of a request's meta

_CIPHERS = b"ALL:@SECLEVEL=0"  # OpenSSL's default level 2 refuses TLS 1.0 and 1.1
_LEGACY_SERVER_CONNECT = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT: servers without secure renegotiation (RFC 5746)


class LegacyContextFactory(_ScrapyClientContextFactory):
    """Scrapy's, from TLS 1.0 up and with every cipher that OpenSSL still has."""

    def __init__(self) -> None:
        # Twisted's constants are no members of their class to a type checker.
        super().__init__(method=None, tls_min_version=cast("TLSVersion", TLSVersion.TLSv1_0))

    def _get_cert_options(self) -> CertificateOptions:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that TLS 1.0 is old is the point
            options = super()._get_cert_options()
            context = options.getContext()
        context.set_cipher_list(_CIPHERS)
        context.set_options(_LEGACY_SERVER_CONNECT)
        return options
