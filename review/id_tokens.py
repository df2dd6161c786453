"""What an ID token says, once its signature and its claims hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

# Signatures that only the holder of a private key can make. A token names its own algorithm; so "none", and the HS
# family, in which a public key would serve as the secret, are not even tried.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
LEEWAY_S = 60  # by which the two clocks may differ
_SMALLEST_RSA = 2048  # bits; NIST SP 800-131A
Key = RSAKey | ECKey


class NotProved(Exception):
    """An ID token does not hold. Raised here; caught by the pages, which tell nobody which part of it."""


def claims_of(
    token: str, keys: Sequence[Mapping[str, Any]], *, issuer: str, client_id: str, nonce: str, now: int
) -> Mapping[str, Any]:  # Any: whatever the service says
    """The claims of a token that one of these keys signed, for us and for this attempt. Raises NotProved.

    `now` is in seconds since 1970.
    """
    try:
        told = jwt.decode(token, _key(token, keys), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            told.claims,
            told.header,
            options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
            params={"nonce": nonce, "client_id": client_id},
        )
        claims.validate(now=now, leeway=LEEWAY_S)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotProved(f"{type(error).__name__}: {error}"[:200]) from None
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise NotProved("no subject")
    return dict(claims)


def has_key(token: str, keys: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the key that a token names is among these."""
    try:
        _key(token, keys)
    except (JoseError, ValueError, TypeError, KeyError, NotProved):
        return False
    return True


def _key(token: str, keys: Sequence[Mapping[str, Any]]) -> Key:
    """The one key that can have signed a token: that of its `kid`, or the only one. Raises NotProved."""
    header = jws.extract_compact(token.encode()).headers()
    named = header.get("kid")
    fitting = [key for key in _usable(keys) if named is None or key.kid == named]
    if len(fitting) != 1:
        raise NotProved("no key of the service, or more than one, fits the token")
    return fitting[0]


def _usable(keys: Sequence[Mapping[str, Any]]) -> list[Key]:
    """The public keys for signatures among those of a key set; what is not understood is left out."""
    found: list[Key] = []
    for data in keys:
        if data.get("kty") not in {"RSA", "EC"} or data.get("use", "sig") != "sig":
            continue
        try:
            key = JWKRegistry.import_key({str(name): value for name, value in data.items()})
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(key, RSAKey) and key.raw_value.key_size < _SMALLEST_RSA:
            continue
        if isinstance(key, RSAKey | ECKey):
            found.append(key)
    return found
