"""A sign-in service for the tests: OpenID Connect on a free port of this machine, as strict as a real one, and able to lie.

Whoever comes to the authorization endpoint is signed in at once as `Provider.person`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

SECRET = "the secret of the test client"  # of a client that exists in tests only
CLIENT = "clusterwatch-tests"
_KEY = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
_STRANGER = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
_CURVE = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
_PAIR = (_KEY, _CURVE)


@dataclass
class Code:
    """One code that was given out."""

    nonce: str
    challenge: str
    redirect_uri: str


@dataclass
class Provider:
    """The service and its lies. `claims` lie over what an honest ID token says; None takes a claim out."""

    clock: Callable[[], datetime]
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "s-1", "email": "Kato@Example.org", "email_verified": True, "preferred_username": "kato",
        }
    )  # fmt: skip
    claims: dict[str, Any] = field(default_factory=dict)
    sign: str = "RS256"  # also: ES256, none, HS256 (with the public key), stranger, new_key
    metadata: dict[str, Any] = field(default_factory=dict)  # lies over the discovery document
    response: dict[str, str] = field(default_factory=dict)  # lies over the parameters of the return
    broken: dict[str, str] = field(default_factory=dict)  # path to how it breaks: slow, trickle, huge, endless, …
    secret: str = SECRET  # "" for a public client
    issuer: str = ""
    requests: list[str] = field(default_factory=list)  # paths, in the order of their coming
    codes: dict[str, Code] = field(default_factory=dict)
    keys: list[Any] = field(default_factory=lambda: list(_PAIR))
    over: threading.Event = field(default_factory=threading.Event)

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return self.requests.count(path)

    def authorize(self, query: dict[str, str]) -> str:
        """The address of the return. Asserts what a service asks of its clients."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = Code(query["nonce"], query["code_challenge"], query["redirect_uri"])
        told = {"code": code, "state": query["state"], "iss": self.issuer, **self.response}
        return f"{query['redirect_uri']}?{urlencode({k: v for k, v in told.items() if v != '-'})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint. A code works once, for the verifier of its challenge."""
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
        if self.secret and authorization != basic and form.get("client_secret") != self.secret:
            return 401, {"error": "invalid_client"}
        code = self.codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if code is None or form.get("redirect_uri") != code.redirect_uri:
            return 400, {"error": "invalid_grant"}
        if not verifier or challenge != code.challenge:
            return 400, {"error": "invalid_grant", "error_description": "code verifier"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token(code.nonce)}

    def id_token(self, nonce: str) -> str:
        """An ID token, honest but for the lies."""
        now = int(self.clock().timestamp())
        honest = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.person}
        claims = {name: value for name, value in {**honest, **self.claims}.items() if value is not None}
        if self.sign in {"none", "HS256"}:
            return self._forged(claims)
        if self.sign == "new_key":
            self.keys = [RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"})]
        key = {"stranger": _STRANGER, "ES256": _CURVE}.get(self.sign, self.keys[0])
        algorithm = "ES256" if self.sign == "ES256" else "RS256"
        return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, algorithms=[algorithm])

    def _forged(self, claims: dict[str, Any]) -> str:
        """A token without a signature, or with one made from the public key: what naive libraries once took."""
        import hmac  # for the attack only

        head = {"alg": self.sign, "kid": "rsa-1"}
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, claims)]
        text = b".".join(parts)
        public = _KEY.as_pem(private=False)
        mac = hmac.new(public, text, hashlib.sha256).digest() if self.sign == "HS256" else b""
        return (text + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()

    def document(self, path: str) -> dict[str, Any] | None:
        """What stands at a path, None for nothing."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                **self.metadata,
            }
        return {"keys": [key.as_dict(private=False) for key in self.keys]} if path == "/keys" else None


class _Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Discovery, keys, and the authorization endpoint."""
        parts = urlsplit(self.path)
        self.provider.requests.append(parts.path)
        if self._breaks(parts.path):
            return
        if parts.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self._answer(302, b"", Location=self.provider.authorize(query))
            return
        found = self.provider.document(parts.path)
        self._answer(200 if found else 404, json.dumps(found).encode())

    def do_POST(self) -> None:
        """The token endpoint."""
        self.provider.requests.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self._breaks(self.path):
            return
        form = {name: values[0] for name, values in parse_qs(body).items()}
        status, told = self.provider.token(form, self.headers.get("Authorization", ""))
        self._answer(status, json.dumps(told).encode())

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _breaks(self, path: str) -> bool:
        """Whether this path is broken, after breaking it."""
        how = self.provider.broken.get(path)
        self.close_connection = how is not None
        if how == "silent":
            self.provider.over.wait(30)
        elif how == "trickle":
            self._trickle()
        elif how == "huge":
            self._answer(200, b'{"a": "' + b"x" * 10_000_000 + b'"}')
        elif how == "packed":
            self._answer(200, b"\x1f\x8b", Content_Encoding="gzip")
        elif how == "redirect":
            self._answer(302, b"", Location="http://169.254.169.254/latest/meta-data/")
        elif how is not None:
            self._answer(int(how.split()[0]), how.encode())
        return how is not None

    def _trickle(self) -> None:
        """A header without end, one byte after the other: each of them is in time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.provider.over.is_set():
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.02)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the base class
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error here; everything else is."""
        import sys

        if not isinstance(sys.exception(), OSError):
            socketserver.BaseServer.handle_error(self, request, client_address)  # type: ignore[arg-type]


@contextmanager
def providing(clock: Callable[[], datetime]) -> Iterator[Provider]:
    """A running service, while the block lasts."""
    provider = Provider(clock)
    handler = type("Handler", (_Handler,), {"provider": provider})
    with _Server(("127.0.0.1", 0), handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield provider
        provider.over.set()
        server.shutdown()
        thread.join(10)
