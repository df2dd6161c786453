"""A certificate authority of our own, for websites with every kind of certificate."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Authority:
    """A certificate authority of our own."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._name_of_file = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Fault {name}")])
        self._certificate = self._sign(f"Fault {name}", self._key, self._name, [], 30, authority=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        self._count = 0

    def context(
        self,
        *hosts: str,
        days_left: int = 30,
        self_signed: bool = False,
        only: ssl.TLSVersion | None = None,
        rsa_key: bool = False,
    ) -> ssl.SSLContext:
        """A server's side of TLS with a certificate for these hosts, the first of them its common name."""
        self._count += 1
        key = rsa.generate_private_key(65537, 2048) if rsa_key else ec.generate_private_key(ec.SECP256R1())
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])]) if self_signed else self._name
        certificate = self._sign(hosts[0], key, issuer, hosts, days_left, signer=key if self_signed else self._key)
        file = self._folder / f"{self._name_of_file}-{self._count}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        if only is not None:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = only
            context.maximum_version = only
        return context

    def files(self, host: str) -> tuple[Path, Path]:
        """A certificate for this host, for either side of TLS, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(host, key, self._name, [host], 30, signer=self._key)
        paths = (self._folder / f"{self._name_of_file}-{host}.crt", self._folder / f"{self._name_of_file}-{host}.key")
        paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        paths[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return paths

    def _sign(
        self,
        name: str,
        key: _Key,
        issuer: x509.Name,
        hosts: Sequence[str],
        days_left: int,
        *,
        authority: bool = False,
        signer: _Key | None = None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=days_left))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if hosts:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_alternative(h) for h in hosts]), critical=False
            )
        return builder.sign(signer or key, hashes.SHA256())


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
