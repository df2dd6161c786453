"""How a message leaves: by e-mail, through a service that apprise knows, or as a signed call to a web address.

Each channel sends one letter, or says why it could not; nothing here remembers anything.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import logging
import os
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b, sha256
from typing import Protocol
from urllib.parse import urlsplit

import apprise
import httpx

from crawler.errors import ClusterwatchError, ConfigError
from crawler.news import Letter
from crawler.notify import Notify, mail_address

_TIMEOUT_S = 30.0  # for each step; a message is tried again later
_PREFIX = "whsec_"  # of a secret as the specification of webhooks writes it; what follows is in base 64


class NotSent(ClusterwatchError):
    """A message could not be sent, in words for an administrator. Raised by a channel; kept with the message."""


class Channel(Protocol):
    """One recipient and the way there."""

    @property
    def recipient(self) -> str:
        """The recipient's name in the ledger, without secrets."""
        ...

    @property
    def language(self) -> str:
        """The language that the recipient is told in."""
        ...

    def send(self, letter: Letter, at: datetime) -> None:
        """Send a letter at this instant. Raises NotSent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One person's e-mail, through a server that takes mail from us."""

    address: str
    language: str
    settings: Notify
    password: str

    @property
    def recipient(self) -> str:
        """The recipient's name in the ledger."""
        return f"mail:{self.address}"

    def send(self, letter: Letter, at: datetime) -> None:
        """Send a letter at this instant. Raises NotSent."""
        settings = self.settings
        try:
            with self._server() as server:
                if settings.smtp_user:
                    server.login(settings.smtp_user, self.password)
                server.send_message(self.mail(letter))
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(f"{settings.smtp_host}:{settings.smtp_port}: {_said(error)}") from None

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        settings, trust = self.settings, ssl.create_default_context()
        host, port = settings.smtp_host, settings.smtp_port
        made = (
            smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=trust)
            if settings.smtp_security == "tls"
            else smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
        )
        with made as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=trust)  # raises when the server does not offer it: nothing goes in the open
            yield server

    def mail(self, letter: Letter) -> EmailMessage:
        """The letter as a mail: text and HTML, in the charset that every program reads."""
        sender = self.settings.sender
        name, _, _ = sender.rpartition("<")
        made = EmailMessage()
        made["From"] = Address(display_name=name.strip().strip('"'), addr_spec=mail_address(sender))
        made["To"] = Address(addr_spec=self.address)
        made["Subject"] = letter.subject
        made["Date"] = format_datetime(letter.message.made_at)
        # The same however often it is sent: programs that show mail show it once.
        made["Message-ID"] = f"<{letter.message.key}@{mail_address(sender).rpartition('@')[2]}>"
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's "out of office" answers it
        made["Content-Language"] = self.language
        made.set_content(letter.text, cte="base64" if not letter.text.isascii() else None)
        made.add_alternative(letter.html, subtype="html", cte="base64")
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that apprise knows: a chat, a push message, another mail provider."""

    url: str  # as apprise writes it; holds secrets
    language: str

    @property
    def recipient(self) -> str:
        """The recipient's name in the ledger."""
        return f"service:{urlsplit(self.url).scheme}:{blake2b(self.url.encode(), digest_size=6).hexdigest()}"

    def send(self, letter: Letter, at: datetime) -> None:
        """Send a letter at this instant. Raises NotSent."""
        service = apprise.Apprise()
        service.add(self.url)
        with _heard("apprise") as words:
            done = service.notify(body=letter.text, title=letter.subject, body_format=apprise.NotifyFormat.TEXT)
        if not done:
            raise NotSent(_without(self.url, " ".join(words)) or "the service took nothing, and did not say why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A program that takes the news as JSON, signed as the Standard Webhooks specification (1.0) writes it."""

    url: str
    secret: bytes
    language: str = "en"

    @property
    def recipient(self) -> str:
        """The recipient's name in the ledger."""
        return f"webhook:{urlsplit(self.url).hostname}:{blake2b(self.url.encode(), digest_size=6).hexdigest()}"

    def send(self, letter: Letter, at: datetime) -> None:
        """Send a letter at this instant. Raises NotSent."""
        body = json.dumps(letter.data, ensure_ascii=False).encode()
        try:
            answer = httpx.post(
                self.url,
                content=body,
                headers={"Content-Type": "application/json", **self.signed(letter, body, at)},
                timeout=_TIMEOUT_S,
                follow_redirects=False,  # what is signed for one address goes to no other
            )
        except (httpx.HTTPError, ssl.SSLError) as error:
            raise NotSent(_said(error)) from None
        if not answer.is_success:
            raise NotSent(f"the receiver answered {answer.status_code}")

    def signed(self, letter: Letter, body: bytes, at: datetime) -> Mapping[str, str]:
        """The headers that prove where a body comes from, and that it is whole and of this instant.

        The id is the same however often a letter is sent: a receiver that remembers ids takes it once.
        """
        key, instant = letter.message.key, str(int(at.timestamp()))
        content = b".".join((key.encode(), instant.encode(), body))
        signature = base64.b64encode(hmac.new(self.secret, content, sha256).digest()).decode()
        return {"webhook-id": key, "webhook-timestamp": instant, "webhook-signature": f"v1,{signature}"}


def channels(settings: Notify) -> list[Channel]:
    """The ways to everybody who is named. Raises ConfigError when a secret is missing or makes no sense."""
    password = _secret("smtp_password_variable", settings.smtp_password_variable)
    people = [("en", address) for address in settings.mail_en] + [("ja", address) for address in settings.mail_ja]
    found: list[Channel] = [
        Mail(address=address, language=language, settings=settings, password=password) for language, address in people
    ]
    for url in _secret("services_variable", settings.services_variable).split():
        if not apprise.Apprise().add(url):
            raise ConfigError(
                f"notify.services_variable: {settings.services_variable} holds an address that apprise does not know "
                f"({urlsplit(url).scheme or 'no scheme'}://…)"
            )
        found.append(Service(url=url, language=settings.services_language))
    if settings.webhook:
        found.append(Webhook(url=settings.webhook, secret=_webhook_secret(settings)))
    return found


def _secret(name: str, variable: str) -> str:
    """The content of an environment variable that a setting names, "" when it names none."""
    value = os.environ.get(variable, "") if variable else ""
    if variable and not value.strip():
        raise ConfigError(f"notify.{name}: the variable {variable} is not set")
    return value


def _webhook_secret(settings: Notify) -> bytes:
    text = _secret("webhook_secret_variable", settings.webhook_secret_variable).strip().removeprefix(_PREFIX)
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not 24 <= len(secret) <= 64:
        raise ConfigError(
            f"notify.webhook_secret_variable: {settings.webhook_secret_variable} must hold {_PREFIX} and 24 to "
            "64 bytes in base 64, as from: openssl rand -base64 32"
        )
    return secret


class _Ear(logging.Handler):
    """Keeps the words of warnings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())


@contextmanager
def _heard(name: str) -> Iterator[list[str]]:
    """What a library has to say to its log, which is the only place where it says why."""
    ear, logger = _Ear(), logging.getLogger(name)
    before = logger.propagate
    logger.propagate = False  # the words may hold what is secret
    logger.addHandler(ear)
    try:
        yield ear.words
    finally:
        logger.removeHandler(ear)
        logger.propagate = before


def _without(url: str, words: str) -> str:
    """Words without the parts of an address that may be secret."""
    secrets = {part for part in url.replace("@", "/").replace(":", "/").replace("?", "/").split("/") if len(part) > 5}
    for secret in sorted(secrets, key=len, reverse=True):
        words = words.replace(secret, "…")
    return words


def _said(error: Exception) -> str:
    """An error in words."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text.decode('utf-8', 'replace')}" for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return str(error) or type(error).__name__
