"""Addresses: joined, compared and taken apart in one way only, so that the host we check is the host we fetch."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from tldextract import TLDExtract

# The list that the package ships: asking for a newer one would be a request nobody ordered.
_EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
_PORTS = {"http": 80, "https": 443}
_SESSION_KEYS = frozenset(
    {"phpsessid", "jsessionid", "sid", "sessionid", "session_id", "aspsessionid", "cfid", "cftoken"}
)
_SESSION_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|_gl|mc_[ce]id)$")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|cgi|jsp|shtml)$", re.IGNORECASE)
# Characters that URL parsers read in different ways; an address with one of them in its host part is refused.
_ODD_HOST = re.compile(r"[\s\\@\x00-\x20\x7f<>\"^`{|}%]|[^\x00-\x7f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?", re.ASCII
)
_MAX = 2000  # characters; longer addresses are traps or data
# Nine addresses of ten on real pages are of these plain forms, which are their own one spelling.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST_AND_PORT = rf"((?:{_LABEL}\.)+{_LABEL})(?::(?!(?:80|443)(?![0-9]))(?:[1-9][0-9]{{0,3}}|[1-5][0-9]{{4}}))?"
_MARKS = r"A-Za-z0-9_~%:=&+!$,'@()*\[\]-"  # of a path that stay as they are
_SEGMENTS = rf"(?:/[{_MARKS}][.{_MARKS}]*)*+/?"
_PLAIN = re.compile(rf"https?://{_HOST_AND_PORT}({_SEGMENTS})")
_PLAIN_WITH_QUERY = re.compile(rf"(https?://{_HOST_AND_PORT})({_SEGMENTS})?+(\?[A-Za-z0-9_.~/%:=&?+!$,;'@()*\[\]-]++)?")
_PLAIN_SITE = re.compile(rf"(https?)://{_HOST_AND_PORT}(?![^/?#])")
_NO_PAGES = ("#", "javascript:", "mailto:", "tel:")  # what the links that lead to no web page mostly begin with
_KEY_PARTS = ("sid", "session", "utm_", "clid", "_gl", "cftoken", "cfid", "mc_")  # of what _clean_query leaves out


@lru_cache(maxsize=512)  # readers ask several things of each link, and the menu's links stand on every page
def _split(url: str) -> SplitResult | None:
    """The parts of a web address that every parser reads alike, None for any other."""
    if not url or len(url) > _MAX or _CONTROL.search(url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or _ODD_HOST.search(parts.netloc):
        return None
    return parts


class _Address(NamedTuple):
    """What is asked most often of an address."""

    host: str  # lower case, without port
    path: str  # with the query


@lru_cache(maxsize=512)
def _address(url: str) -> _Address | None:
    """The host and path of a web address, None for any other."""
    if len(url) <= _MAX and (match := _PLAIN_WITH_QUERY.fullmatch(url)) is not None:
        _, host, path, query = match.groups("")
        return _Address(host, (path or "/") + query)
    parts = _split(url)
    if parts is None:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return _Address((parts.hostname or "").rstrip("."), (parts.path or "/") + query)


def is_web(url: str) -> bool:
    """Whether this is an http(s) address that can be read in one way only."""
    return _address(url) is not None


def linkable(url: str) -> str:
    """A web address as it is, "" for anything else: no form of a document makes a link of what is none."""
    return url if is_web(url) and url.isprintable() and not set(url) & set(' <>"\\^`{|}') else ""


def join(base: str, href: str) -> str:
    """The absolute address of a link, without fragment; "" when it leads to no web page."""
    href = href.strip(" \t\r\n\f")
    if not href or href.startswith(_NO_PAGES):
        return ""
    if len(href) < _MAX // 2 and (quick := _quick_join(base, href.partition("#")[0])):
        return quick
    href = re.sub(r"[\t\r\n]", "", href)
    try:
        url = urljoin(base, href)
    except ValueError:
        return ""
    return canonical(url)


def _quick_join(base: str, href: str) -> str:
    """The address of a link that is written plainly, "" for any other: nine of ten need no more than this."""
    if href[0] != "/" and ":" in href:
        return _plainly(href)
    scheme, site, folder = _joined_to(base)
    if not site or href[0] == "?":
        return ""
    if href[0] != "/":
        return _plainly(folder + href)
    return _plainly(f"{scheme}:{href}" if href[1:2] == "/" else site + href)


@lru_cache(maxsize=512)  # menus and footers lead to the same pages from every page
def _plainly(url: str) -> str:
    """An address that is its own one spelling, "" for any other."""
    match = _PLAIN_WITH_QUERY.fullmatch(url)
    if match is None:
        return ""
    site, _, path, query = match.groups("")
    if query and _is_told(query):
        return ""
    return url if path else f"{site}/{query}"


@lru_cache(maxsize=512)
def _joined_to(base: str) -> tuple[str, str, str]:
    """Scheme, site and folder of a plain address, to which the links on its page are joined; all "" of any other."""
    match = _PLAIN_SITE.match(base) if len(base) < _MAX // 2 else None
    if match is None:
        return "", "", ""
    path = base[match.end() :].partition("?")[0].partition("#")[0]
    return match[1], match[0], f"{match[0]}{path.rpartition('/')[0]}/"


@lru_cache(maxsize=512)
def canonical(url: str) -> str:
    """The address in its one spelling: host lower case and ASCII, no fragment, default port or session id."""
    if len(url) <= _MAX and (match := _PLAIN.fullmatch(url)) is not None:
        return url if match[2] else f"{url}/"
    try:
        parts = urlsplit(url.split("#", 1)[0])
        name = _ascii_host(parts.hostname or "")
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not name or "@" in parts.netloc or "\\" in parts.netloc:
        return ""
    netloc = name if port in {None, _PORTS[parts.scheme]} else f"{name}:{port}"
    path = quote(_dotless(_SESSION_PATH.sub("", parts.path)) or "/", safe="/%:=&?~#+!$,;'@()*[]-._")
    query = _clean_query(parts.query)
    clean = urlunsplit((parts.scheme, netloc, path, query, ""))
    return clean if _split(clean) is not None else ""


def _ascii_host(name: str) -> str:
    """The host in ASCII, "" when it is none. Full-width dots and the like are refused, not mended."""
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    if ":" in name:  # an IPv6 literal
        return f"[{name}]"
    return name.lower() if _HOST.fullmatch(name.lower()) else ""


def _dotless(path: str) -> str:
    """The path without . and .. segments."""
    if "/." not in path:
        return path
    out: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(out) > 1:
                out.pop()
        elif segment != ".":
            out.append(segment)
    if segments[-1] in {".", ".."}:
        out.append("")
    return "/".join(out) or "/"


def _is_told(query: str) -> bool:
    """Whether a query may hold a session or a tracking key."""
    lowered = query.lower()
    return any(word in lowered for word in _KEY_PARTS)


def _clean_query(query: str) -> str:
    """The query without session and tracking keys, otherwise as it was."""
    if not query:
        return ""
    if not _is_told(query):
        return quote(query, safe="/%:=&?~+!$,;'@()*[]-._")
    pairs = [
        (k, v)
        for k, v in parse_qsl(query, keep_blank_values=True)
        if k.lower() not in _SESSION_KEYS and not _TRACKING.match(k)
    ]
    return urlencode(pairs)


@lru_cache(maxsize=512)
def host(url: str) -> str:
    """The host in lower case without port, "" when there is none."""
    address = _address(url)
    return address.host if address else ""


def bare_host(url: str) -> str:
    """The host without www., "" when there is none."""
    return host(url).removeprefix("www.")


def path_of(url: str) -> str:
    """The path and query of an address, "" when it is none."""
    address = _address(url)
    return address.path if address else ""


@lru_cache(maxsize=512)
def _registrable(name: str) -> str:
    parts = _EXTRACT(name)
    if parts.suffix or parts.ipv4 or parts.ipv6:
        return parts.top_domain_under_public_suffix
    # A top-level domain that the list does not know is a suffix by the list's own default rule.
    return ".".join(name.split(".")[-2:]) if "." in name else ""


def registrable_domain(url: str) -> str:
    """The registrable domain of an address (example.co.jp), "" for IP addresses and bare suffixes."""
    name = host(url)
    return _registrable(name) if name else ""


def same_site(one: str, other: str) -> bool:
    """Whether two addresses share a registrable domain, or a host where there is none."""
    first, second = host(one), host(other)
    if not first or first == second:
        return bool(first)
    return (_registrable(first) or first) == ((_registrable(second) or second) if second else "")


@lru_cache(maxsize=512)
def key(url: str) -> str:
    """What two spellings of one page share: without scheme, www. and a trailing index page; "" for no web page."""
    if len(url) <= _MAX and _PLAIN.fullmatch(url) is not None:
        site, _, path = url.partition("://")[2].partition("/")
        return site.removeprefix("www.") + _INDEX.sub("/", f"/{path}")
    parts = _split(url)
    if parts is None:
        return ""
    name = (parts.hostname or "").removeprefix("www.").rstrip(".")
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    path = _INDEX.sub("/", parts.path or "/")
    return f"{name}{port}{path}" + (f"?{parts.query}" if parts.query else "")


def forget() -> None:
    """Let go of what is remembered of addresses, where those of one website say nothing of the next."""
    for remembered in (_split, _address, _plainly, _joined_to, canonical, host, _registrable, key):
        remembered.cache_clear()


def variants(url: str) -> tuple[str, ...]:
    """The spellings to try for an address before it counts as failed, the given one first.

    An explicit port keeps its scheme: the other scheme does not answer there.
    """
    parts = _split(url)
    if parts is None:
        return ()
    name = parts.hostname or ""
    others = [name]
    if not _is_address(name) and registrable_domain(url):
        others.append(name.removeprefix("www.") if name.startswith("www.") else f"www.{name}")
    schemes = [parts.scheme] if parts.port else [parts.scheme, "https" if parts.scheme == "http" else "http"]
    port = f":{parts.port}" if parts.port else ""
    first = urlunsplit(parts._replace(fragment="", path=parts.path or "/"))
    spelled = [urlunsplit((s, f"{n}{port}", parts.path or "/", parts.query, "")) for n in others for s in schemes]
    return tuple(dict.fromkeys([first, *spelled]))


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()
