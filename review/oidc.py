"""Signing in through another service: OpenID Connect, authorization code flow with PKCE. Without pages or database.

What an attempt must prove later (state, nonce, verifier) is derived from one secret in a cookie that we sign. So an
attempt is bound to the browser that began it, and beginning one stores nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import url_encode
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client

from crawler.errors import ConfigError
from crawler.sign_in import SignIn, is_safe_address, return_url
from review.asking import Reply, Unreachable, ask
from review.id_tokens import claims_of, has_key

ATTEMPT = timedelta(minutes=10)  # from the button to the return; a person types a password and a code in between
METADATA_LASTS = timedelta(hours=1)
KEYS_AT_MOST = timedelta(minutes=1)  # between two looks for a key that is not known: anybody can name a strange one
AT_ONCE = 4  # threads that wait for the service; one that hangs must not take all that serve the pages
_REMEMBERED = 10_000  # finished attempts that are remembered until they are out of date


class Mismatch(Exception):
    """The return belongs to no attempt of this browser. Raised by `Service`; caught by the pages."""


class Declined(Exception):
    """The service did not sign the person in. Raised by `Service`; caught by the pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to sign in, as its cookie carries it."""

    secret: str
    until: float  # seconds since 1970
    next: str  # the path to go on to


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What the service has proved about somebody."""

    subject: str
    email: str  # "" unless it is verified
    name: str  # the claim of `sign_in.name_claim`, "" when there is none


def service_of(settings: SignIn, clock: Callable[[], datetime]) -> Service | None:
    """The service of the settings, None without one. Raises ConfigError when its secret cannot be read."""
    if not settings.issuer:
        return None
    variable, file = settings.client_secret_variable, settings.client_secret_file
    secret = os.environ.get(variable, "") if variable else ""
    if variable and not secret:
        raise ConfigError(f"sign_in.client_secret_variable: the variable {variable} is not set")
    if file:
        try:
            secret = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"sign_in.client_secret_file: {file} cannot be read: {error}") from None
        if not secret:
            raise ConfigError(f"sign_in.client_secret_file: {file} is empty")
    return Service(settings, secret, clock)


class Service:
    """The service of the settings: one for all requests."""

    def __init__(self, settings: SignIn, secret: str, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self._secret = secret
        self._clock = clock
        self._key = secrets.token_bytes(32)  # of this process: a restart ends the attempts under way, and nothing else
        self._finished: dict[str, float] = {}
        self._lock = Lock()
        self._slots = BoundedSemaphore(AT_ONCE)
        self._metadata: tuple[datetime, Mapping[str, Any]] | None = None  # Any: a document of the service's
        self._keys: tuple[datetime, list[dict[str, Any]]] | None = None  # Any: the same

    # --- an attempt ---

    def begin(self, path: str) -> tuple[str, str]:
        """The address at the service to go to, and the cookie that the return needs. Raises Unreachable."""
        metadata = self.metadata()
        until = (self._clock() + ATTEMPT).timestamp()
        attempt = Attempt(secret=secrets.token_urlsafe(24), until=until, next=path[:1000])
        address, _ = self._client(metadata).create_authorization_url(
            metadata["authorization_endpoint"],
            state=self._derived("state", attempt),
            nonce=self._derived("nonce", attempt),
            code_verifier=self._derived("verifier", attempt),
        )
        return str(address), self._signed(attempt)

    def finish(self, cookie: str, query: Mapping[str, str]) -> tuple[Proved, str]:
        """Who came back, and the path to go on to. Raises Mismatch, Declined, NotProved and Unreachable."""
        attempt = self._attempt(cookie)
        if not hmac.compare_digest(self._derived("state", attempt).encode(), query.get("state", "").encode()):
            raise Mismatch("another state")
        self._use(attempt)
        metadata = self.metadata()
        self._check_issuer(metadata, query.get("iss"))
        if "error" in query or not query.get("code"):
            raise Declined(query.get("error", "no code")[:100])
        id_token = self._id_token(metadata, query["code"], attempt)
        claims = claims_of(
            id_token,
            self._keys_for(id_token, metadata),
            issuer=self.settings.issuer,
            client_id=self.settings.client_id,
            nonce=self._derived("nonce", attempt),
            now=int(self._clock().timestamp()),
        )
        return self._proved(claims), attempt.next

    def _check_issuer(self, metadata: Mapping[str, Any], told: str | None) -> None:
        """A return that names its issuer (RFC 9207) must name ours: it could carry the code of another service."""
        needed = metadata.get("authorization_response_iss_parameter_supported") is True
        if (told is not None or needed) and told != self.settings.issuer:
            raise Mismatch("another issuer")

    def _proved(self, claims: Mapping[str, Any]) -> Proved:
        email, name = claims.get("email"), claims.get(self.settings.name_claim)
        is_verified = claims.get("email_verified") is True and isinstance(email, str)
        if self.settings.name_claim == "email" and not is_verified:
            name = ""
        return Proved(
            subject=claims["sub"],
            email=str(email).strip().lower() if is_verified else "",
            name=name.strip().casefold() if isinstance(name, str) else "",
        )

    def _signed(self, attempt: Attempt) -> str:
        text = json.dumps([attempt.secret, attempt.until, attempt.next]).encode()
        return f"{_coded(text)}.{_coded(self._mac(b'cookie', text))}"

    def _attempt(self, cookie: str) -> Attempt:
        """The attempt of a cookie that we signed and that is not out of date. Raises Mismatch."""
        text, _, mac = cookie.partition(".")
        plain = _decoded(text)
        if not plain or not hmac.compare_digest(self._mac(b"cookie", plain), _decoded(mac)):
            raise Mismatch("no attempt of this browser")
        secret, until, path = json.loads(plain)
        attempt = Attempt(secret=secret, until=until, next=path)
        if self._clock().timestamp() > attempt.until:
            raise Mismatch("the attempt is out of date")
        return attempt

    def _use(self, attempt: Attempt) -> None:
        """Raises Mismatch when the attempt was finished before."""
        with self._lock:
            now = self._clock().timestamp()
            self._finished = {s: until for s, until in self._finished.items() if until >= now}
            if attempt.secret in self._finished:
                raise Mismatch("the attempt was finished before")
            if len(self._finished) >= _REMEMBERED:
                self._finished.pop(next(iter(self._finished)))
            self._finished[attempt.secret] = attempt.until

    def _derived(self, purpose: str, attempt: Attempt) -> str:
        """A value that only we can make from the cookie of an attempt; 43 characters, as PKCE asks for."""
        return _coded(self._mac(purpose.encode(), attempt.secret.encode()))

    def _mac(self, purpose: bytes, text: bytes) -> bytes:
        return hmac.new(self._key, purpose + b":" + text, hashlib.sha256).digest()

    # --- what we ask the service ---

    def metadata(self) -> Mapping[str, Any]:  # Any: a document of the service's
        """The discovery document, at most an hour old. Raises Unreachable, also when it speaks for another issuer."""
        if self._metadata and self._clock() - self._metadata[0] < METADATA_LASTS:
            return self._metadata[1]
        issuer = self.settings.issuer
        found = self._document(issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise Unreachable(f"the discovery document is that of another issuer: {str(found.get('issuer'))[:200]!r}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str) or not is_safe_address(found[name]):
                raise Unreachable(f"the discovery document has no https address as its {name}")
        self._metadata = (self._clock(), found)
        return found

    def _keys_for(self, id_token: str, metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The keys of the service, looked up again when the one that signed is not among them."""
        now = self._clock()
        if self._keys:
            age = now - self._keys[0]
            if age < KEYS_AT_MOST or (age < METADATA_LASTS and has_key(id_token, self._keys[1])):
                return self._keys[1]
        found = self._document(metadata["jwks_uri"]).get("keys")
        keys = [key for key in found if isinstance(key, dict)][:50] if isinstance(found, list) else []
        self._keys = (now, keys)
        return keys

    def _document(self, url: str) -> dict[str, Any]:
        reply = self._asked("GET", url)
        found = reply.json() if reply.status_code == 200 else None
        if not isinstance(found, dict):
            raise Unreachable(f"{url} gives no document (status {reply.status_code})")
        return found

    def _id_token(self, metadata: Mapping[str, Any], code: str, attempt: Attempt) -> str:
        """The ID token that the service gives for a code. Raises Declined when it gives none."""
        try:
            token = self._client(metadata).fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code[:2000],
                redirect_uri=return_url(self.settings),
                code_verifier=self._derived("verifier", attempt),
            )
        except (AuthlibBaseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise Declined(f"the service gave no token: {error}"[:200]) from None
        found = token.get("id_token")
        if not isinstance(found, str):
            raise Declined("the service gave no ID token")
        return found

    def _client(self, metadata: Mapping[str, Any]) -> OAuth2Client:
        """Authlib's client, which goes out through `ask` and no other way."""
        known = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        return OAuth2Client(
            session=_Session(self._asked),
            client_id=self.settings.client_id,
            client_secret=self._secret or None,
            token_endpoint_auth_method=way if self._secret else "none",
            scope=" ".join(self.settings.scopes),
            redirect_uri=return_url(self.settings),
            code_challenge_method="S256",
        )

    def _asked(self, method: str, url: str, **sent: Any) -> Reply:
        if not self._slots.acquire(blocking=False):
            raise Unreachable("too many people wait for the service already")
        try:
            return ask(method, url, **sent)
        finally:
            self._slots.release()


class _Session:
    """What Authlib sends its requests with."""

    def __init__(self, asked: Callable[..., Reply]) -> None:
        self._asked = asked

    def post(self, url: str, *, data: dict[str, str], headers: Mapping[str, str], auth: ClientAuth) -> Reply:
        """The reply to a form."""
        url, sent, body = auth.prepare("POST", url, dict(headers), url_encode(list(data.items())))
        return self._asked("POST", url, headers=sent, body=body)


def _coded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """The bytes of a text in base64url, none when it is no such text."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
