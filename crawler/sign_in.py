"""The settings for signing in through another service (OpenID Connect), and the check that they make sense."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from crawler.errors import ConfigError

RETURN_PATH = "/sign-in/return"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The service through which staff may sign in. Without an issuer there is none."""

    issuer: str = ""  # the service's own name for itself, an https address
    public_url: str = ""  # by which browsers reach our pages; the service sends people back there and nowhere else
    client_id: str = ""
    client_secret_variable: str = ""  # environment variable with the secret; never the secret itself
    client_secret_file: str = ""  # file with the secret
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    name_claim: str = "preferred_username"  # what gives a new person the login name
    first_role: str = ""  # of people who are not known yet: viewer or reviewer; empty: they must be known
    allowed_domains: tuple[str, ...] = ()  # of verified e-mail addresses of such people
    allowed_names: tuple[str, ...] = ()  # login names of such people
    label_en: str = ""  # on the button; empty: general words
    label_ja: str = ""


def return_url(settings: SignIn) -> str:
    """Where the service sends people back to."""
    return settings.public_url.rstrip("/") + RETURN_PATH


def public_names(settings: SignIn) -> frozenset[str]:
    """The host by which browsers reach the pages, as they write it, if the settings name one."""
    host = urlsplit(settings.public_url).netloc.rpartition("@")[2].lower()
    name, colon, port = host.rpartition(":")
    return frozenset({name if colon and port.isdigit() else host} - {""})


def is_safe_address(url: str) -> bool:
    """Whether what is sent to an address stays secret on its way: https, or within this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or not url.isascii() or not url.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_sign_in(settings: SignIn) -> None:
    """Raises ConfigError naming the setting that is missing or makes no sense."""
    if settings == SignIn():
        return
    for name in ("issuer", "public_url", "client_id"):
        if not getattr(settings, name):
            raise ConfigError(f"sign_in.{name} must be set to let people sign in through another service")
    for name in ("issuer", "public_url"):
        url = getattr(settings, name)
        if not is_safe_address(url) or urlsplit(url).query:
            raise ConfigError(f"sign_in.{name}: {url!r} is no https address (http only for 127.0.0.1 and localhost)")
    if urlsplit(settings.public_url).path.strip("/"):
        raise ConfigError("sign_in.public_url must end after the host: the pages live at its root")
    if settings.client_secret_variable and settings.client_secret_file:
        raise ConfigError("sign_in.client_secret_variable and sign_in.client_secret_file exclude each other")
    if "openid" not in settings.scopes:
        raise ConfigError('sign_in.scopes must contain "openid"')
    _check_newcomers(settings)


def _check_newcomers(settings: SignIn) -> None:
    """Raises ConfigError when people whom nobody has added could come in from anywhere."""
    if settings.first_role not in {"", "viewer", "reviewer"}:
        raise ConfigError(f'sign_in.first_role must be "viewer", "reviewer" or empty, not {settings.first_role!r}')
    if settings.first_role and not (settings.allowed_domains or settings.allowed_names):
        raise ConfigError("sign_in.first_role needs sign_in.allowed_domains or sign_in.allowed_names")
    if settings.first_role and not settings.name_claim:
        raise ConfigError("sign_in.name_claim must be set where sign_in.first_role is")
    for domain in settings.allowed_domains:
        if "@" in domain or "." not in domain.strip("."):
            raise ConfigError(f'sign_in.allowed_domains: {domain!r} is no domain such as "example.org"')
