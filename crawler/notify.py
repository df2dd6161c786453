"""The settings for messages to staff, and the check that they make sense. Secrets never stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.errors import ConfigError
from crawler.letters import is_mail_address
from crawler.sign_in import is_safe_address

SECURITY = ("starttls", "tls", "none")
LANGUAGES = ("en", "ja")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Who is told what changed, and how. With nobody named, nobody is told."""

    mail_en: tuple[str, ...] = ()  # e-mail addresses, told in English
    mail_ja: tuple[str, ...] = ()  # e-mail addresses, told in Japanese
    sender: str = ""  # e-mail address that messages come from, with a name or without
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"  # or tls, from the first byte; none: only where nobody listens
    smtp_user: str = ""  # empty: no sign-in
    smtp_password_variable: str = ""  # environment variable with the password; never the password itself
    services_variable: str = ""  # environment variable with addresses that apprise knows, between white space
    services_language: str = "en"
    webhook: str = ""  # https address that gets the news as JSON, signed
    webhook_secret_variable: str = ""  # environment variable with the secret of the signature
    weekly: str = "mon"  # from which day on the summary of the week is told; empty: never
    pages: str = ""  # where browsers find the staff's pages, for links; empty: no links


def tells_anybody(settings: Notify) -> bool:
    """Whether anybody is named."""
    return bool(settings.mail_en or settings.mail_ja or settings.services_variable or settings.webhook)


def check_notify(settings: Notify) -> None:
    """Raises ConfigError naming the setting that is missing or makes no sense."""
    _check_mail(settings)
    _one_of("smtp_security", settings.smtp_security, SECURITY)
    _one_of("services_language", settings.services_language, LANGUAGES)
    _one_of("weekly", settings.weekly, ("", *WEEKDAYS))
    if bool(settings.webhook) != bool(settings.webhook_secret_variable):
        raise ConfigError("notify.webhook and notify.webhook_secret_variable need each other: what is sent is signed")
    for name in ("webhook", "pages"):
        url = getattr(settings, name)
        if url and not is_safe_address(url):
            raise ConfigError(f"notify.{name}: {url!r} is no https address (http only for 127.0.0.1 and localhost)")
    if urlsplit(settings.pages).query:
        raise ConfigError("notify.pages must be the address of the pages alone, without what follows a question mark")


def _check_mail(settings: Notify) -> None:
    named = [*settings.mail_en, *settings.mail_ja]
    for name in ("mail_en", "mail_ja"):
        for address in getattr(settings, name):
            if not _is_address(address):
                raise ConfigError(f"notify.{name}: {address!r} is no e-mail address such as kato@example.org")
    twice = next((a for a in named if [b.lower() for b in named].count(a.lower()) > 1), None)
    if twice:
        raise ConfigError(f"notify.mail_en, notify.mail_ja: {twice!r} stands there twice")
    if named and not settings.smtp_host:
        raise ConfigError("notify.smtp_host must be set to send e-mail")
    if named and not _is_address(mail_address(settings.sender)):
        raise ConfigError(
            f'notify.sender: {settings.sender!r} is no e-mail address such as "Clusterwatch <clusterwatch@example.org>"'
        )
    if bool(settings.smtp_user) != bool(settings.smtp_password_variable):
        raise ConfigError("notify.smtp_user and notify.smtp_password_variable need each other")
    if settings.smtp_user and settings.smtp_security == "none" and settings.smtp_host not in {"127.0.0.1", "localhost"}:
        raise ConfigError('notify.smtp_security: a password is not sent in the open; write "starttls" or "tls"')


def mail_address(sender: str) -> str:
    """The address in `Name <address>`, or the text itself."""
    head, bracket, tail = sender.rpartition("<")
    return tail.removesuffix(">").strip() if bracket and head else sender.strip()


def _is_address(text: str) -> bool:
    """Whether mail can be sent there. In letters of ASCII: few servers take others."""
    return text.isascii() and is_mail_address(text)


def _one_of(name: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        known = ", ".join(f'"{word}"' for word in words)
        raise ConfigError(f"notify.{name} must be one of {known}, not {value!r}")
