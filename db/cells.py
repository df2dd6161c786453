"""What is wrong with one cell of a registry, in words. Pure: a text in; the value, or why it is refused, out."""

from __future__ import annotations

import math
import re
import socket
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network

from crawler.urls import canonical, host, is_web
from db.codes import COUNTRIES, COUNTRY_MIX_UPS, LANGUAGE_MIX_UPS, LANGUAGES

MAX_TEXT = 2_000  # characters of an ordinary cell; the longest address that the crawl follows
MAX_LONG_TEXT = 10_000  # of notes and of columns that we do not know
MAX_ID = 100

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/\S*)?")
_SEPARATORS = re.compile(r"[\s,;|、，；]+")
_SEVERAL = re.compile(r"[\s,;|、，；]\s*https?://", re.IGNORECASE)
_NUMERIC_HOST = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)
# Ranges that `ipaddress` calls global and that lead inside a network; the crawl's guard has the whole list.
_INSIDE = tuple(map(ip_network, ("192.0.0.0/24", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16")))
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_MONTH = re.compile(r"(?:FY\s?)?((?:19|20)\d\d)(?:[-/.年](\d{1,2}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell is refused or warned about, and what to do."""

    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Refused(Exception):  # no error: it ends the checks of one cell; caught by db.registry
    """A cell that cannot be taken."""

    fault: Fault


def refuse(reason: str, advice: str) -> Refused:
    """The refusal of a cell, to be raised."""
    return Refused(Fault(reason, advice))


def checked_text(text: str, limit: int = MAX_TEXT) -> str:
    """The text. Raises Refused when it is over-long or holds characters that no person types."""
    if len(text) > limit:
        raise refuse(f"is {len(text):,} characters long", f"Shorten it to {limit:,}.")
    odd = _CONTROL.search(text)
    if odd:
        raise refuse(f"holds a control character (code {ord(odd.group())})", "Delete the cell and type it anew.")
    return text


def checked_id(text: str) -> str:
    """The cluster id. Raises Refused."""
    if not text:
        raise refuse("is missing", "Give every cluster a short name of its own that never changes, such as bio-kyushu.")
    if len(text) > MAX_ID:
        raise refuse(f"is {len(text)} characters long", f"Shorten it to {MAX_ID}.")
    if not _ID.fullmatch(text):
        raise refuse(
            f"{text!r} holds characters that an id may not have",
            "Use letters a-z, digits, dot, hyphen and underscore, beginning with a letter or digit.",
        )
    return text


def checked_url(text: str) -> str:
    """The address of a website, "" for a blank cell; a host in other letters in its ASCII form. Raises Refused."""
    if not text:
        return ""
    checked_text(text)
    if _SEVERAL.search(text):
        raise refuse("holds more than one address", "Keep the first, and put the others into the column other_hosts.")
    if re.search(r"\s", text):
        raise refuse(f"{text!r} has a space in it", "Remove the space, or write it as %20.")
    scheme = _SCHEME.match(text)
    if not scheme or _is_port(text, scheme.end()):
        advice = f"Write it out, such as https://{text}" if _BARE_HOST.fullmatch(text) else "Write it like https://…"
        raise refuse(f"{text!r} does not begin with http:// or https://", advice)
    if scheme.group(1).lower() not in {"http", "https"}:
        raise refuse(f"{text!r} is no web address", "Only addresses with http:// or https:// can be visited.")
    if "@" in re.split(r"[/?#]", text[scheme.end() :].lstrip("/"), maxsplit=1)[0]:
        raise refuse("has a user name in it", "Write the address without the part before the @.")
    clean = canonical(text)
    if not clean:
        raise refuse(f"{text!r} has no host name that can be read", "Copy it anew from the address line of a browser.")
    return text if is_web(text) else clean


def _is_port(text: str, end: int) -> bool:
    """Whether what looked like a scheme is a bare host with a port (example.jp:8080)."""
    return "." in text[: end - 1] and text[end : end + 1].isdigit()


def private_host(url: str) -> str:
    """The host of an address that lies inside a private network or on this machine, "" for all others."""
    name = host(url)
    if not name:
        return ""
    if name.endswith(_LOCAL_NAMES) or ("." not in name and ":" not in name and not name.isdigit()):
        return name  # also a host of one word, such as that of the slip http://https://a.example/
    if ":" not in name and not name[0].isdigit():  # an address begins with a digit, or has a colon
        return ""
    try:
        address = ip_address(name)
    except ValueError:
        if not _NUMERIC_HOST.fullmatch(name):
            return ""
        try:
            address = IPv4Address(socket.inet_aton(name))  # 127.1, 2130706433 and the like; asks no name server
        except OSError:
            return ""
    inside = not address.is_global or address.is_multicast or any(address in network for network in _INSIDE)
    return name if inside else ""


def checked_hosts(text: str) -> tuple[str, ...]:
    """Host names and addresses in one cell, each once. Raises Refused naming the one that is neither."""
    checked_text(text)
    parts = [part for part in _SEPARATORS.split(text) if part]
    for part in parts:
        if not is_web(part if "://" in part else f"http://{part}/"):
            raise refuse(
                f"{part!r} is neither a host name nor a web address",
                "Write names such as news.example.jp or addresses, separated by spaces.",
            )
    return tuple(dict.fromkeys(parts))


def checked_language(text: str) -> str:
    """The ISO 639-1 code in lower case, "ja" for a blank cell. Raises Refused."""
    code = text.lower()
    if not code:
        return "ja"
    if code in LANGUAGES:
        return code
    meant = LANGUAGE_MIX_UPS.get(code)
    advice = f"Write {meant}." if meant else "Write the code of two letters, such as ja, en or de."
    raise refuse(f"{text!r} is no language code (ISO 639-1)", advice)


def checked_country(text: str) -> str:
    """The ISO 3166-1 code in upper case, "JP" for a blank cell. Raises Refused."""
    code = text.upper()
    if not code:
        return "JP"
    if code in COUNTRIES:
        return code
    meant = COUNTRY_MIX_UPS.get(code)
    advice = f"Write {meant}." if meant else "Write the code of two letters, such as JP, DE or FR."
    raise refuse(f"{text!r} is no country code (ISO 3166-1)", advice)


def checked_degrees(text: str, limit: int, name: str) -> float | None:
    """Degrees between -limit and limit, None for a blank cell. Raises Refused."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text).removesuffix("°")
    try:
        degrees = float(plain)
    except ValueError:
        advice = f"Write it with a point: {plain.replace(',', '.')}." if _has_comma(plain) else "Write it like 35.681."
        raise refuse(f"{text!r} is not a number of degrees", advice) from None
    if not math.isfinite(degrees) or abs(degrees) > limit:
        raise refuse(f"{text} lies outside -{limit} to {limit}", f"Look the {name} up again, in degrees.")
    return degrees


def _has_comma(text: str) -> bool:
    return re.fullmatch(r"-?\d+,\d+", text) is not None


def look_swapped(lat: str, lon: str) -> bool:
    """Whether latitude and longitude would both be right the other way round only."""
    try:
        return abs(float(lat)) > 90 >= abs(float(lon)) and abs(float(lat)) <= 180
    except ValueError:
        return False


def names_a_year(text: str) -> bool:
    """Whether a year of four digits stands in a text, which is all that the judgement reads of a period."""
    return re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text, re.ASCII) is not None


def ends_before(start: str, end: str) -> bool:
    """Whether a period ends before it starts, as far as its texts begin with a year and a month that can be read."""
    first, last = _MONTH.match(start), _MONTH.match(end)
    if not first or not last:
        return False
    if first.group(1) != last.group(1) or not (first.group(2) and last.group(2)):
        return int(last.group(1)) < int(first.group(1))
    return int(last.group(2)) < int(first.group(2))
