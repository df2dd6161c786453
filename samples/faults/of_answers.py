"""Variants of the classes that show in the answer: statuses, refusals, redirects, bodies that break off."""

from __future__ import annotations

from samples.faults.behaviours import home, page, raw, without_robots
from samples.faults.living import page_of
from samples.faults.network import NO_ROBOTS, Asked, Site, Wire
from samples.faults.variants import Ground, Place, Variant, numbered

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
_CLOUD = {"Server": "cloudflare"}


def _says(status: int, body: str, path: str = "/", **headers: str) -> Place:
    """A website that answers everything with this."""
    return lambda ground, host: ground.network.host(host, page(body, status, **headers)) + path[1:]


def _words(title: str, text: str = "", server: str = "") -> str:
    foot = f"<hr><address>{server}</address>" if server else ""
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p>{foot}</body></html>"


def _not_found() -> dict[str, Place]:
    missing = "The requested URL was not found on this server."
    return {
        "Apache": _says(404, _words("Not Found", missing, "Apache/2.4.57"), Server="Apache/2.4.57"),
        "nginx": _says(404, "<center><h1>404 Not Found</h1></center><hr><center>nginx</center>", Server="nginx/1.24.0"),
        "IIS": _says(404, _words("404 - File or directory not found."), Server="Microsoft-IIS/10.0"),
        "no words": _says(404, "", Content_Type=""),
        "Japanese": _says(404, _words("お探しのページは見つかりませんでした")),
        "with a whole navigation": _says(404, home()),
        "a deep address": _says(404, _words("Not Found", missing), "/cluster/2012/index.html"),
        "JSON": _says(404, '{"message":"not found"}', Content_Type="application/json"),
        "plain text": _says(404, "not found", Content_Type="text/plain"),
        "a platform's": _says(404, _words("404: NOT_FOUND", "Code: NOT_FOUND"), Server="Vercel"),
        "a content system's": _says(404, _words("Page not found – Aoba"), X_Powered_By="PHP/8.1"),
    }


def _gone() -> dict[str, Place]:
    return {
        "Apache": _says(410, _words("Gone", "The requested resource is no longer available."), Server="Apache"),
        "nginx": _says(410, "<h1>410 Gone</h1>", Server="nginx"),
        "no words": _says(410, ""),
        "Japanese": _says(410, _words("このページは削除されました")),
        "a content system's": _says(410, _words("Content deleted"), X_Powered_By="PHP/8.1"),
        "plain text": _says(410, "gone", Content_Type="text/plain"),
        "JSON": _says(410, '{"status":410}', Content_Type="application/json"),
        "a deep address": _says(410, _words("Gone"), "/cluster/index.html"),
        "with a whole navigation": _says(410, home()),
        "German": _says(410, _words("Diese Seite wurde entfernt")),
    }


def _unauthorised() -> dict[str, Place]:
    asks = {
        "basic": 'Basic realm="members"', "digest": 'Digest realm="x", nonce="1"', "negotiate": "Negotiate",
        "bearer": "Bearer", "Japanese realm": 'Basic realm="kaiin"',
    }  # fmt: skip
    return {
        f"401 {name}": _says(401, _words("Unauthorized", server="Apache"), WWW_Authenticate=how)
        for name, how in asks.items()
    }


def _forbidden() -> dict[str, Place]:
    no = "You don't have permission to access this resource."
    return {
        "Apache": _says(403, _words("Forbidden", no, "Apache/2.4.57"), Server="Apache/2.4.57"),
        "nginx": _says(403, "<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>", Server="nginx"),
        "IIS": _says(403, _words("403 - Forbidden: Access is denied."), Server="Microsoft-IIS/10.0"),
        "no words": _says(403, ""),
        "no index document": _says(403, _words("Forbidden", "Server unable to read htaccess file, denying access.")),
        "a firewall": _says(403, _words("Request blocked", "Support ID: 1234567890")),
        "a hosting company's foreign-address filter": _says(
            403, _words("403 Error", "国外からのアクセスは制限されています。")
        ),
        "Japanese": _says(403, _words("アクセスが拒否されました")),
        "an object store": _says(403, "<Error><Code>AccessDenied</Code></Error>", Content_Type="application/xml"),
        "only a favourite agent": _says(403, _words("Bots are not welcome")),
        "JSON": _says(403, '{"error":"forbidden"}', Content_Type="application/json"),
    }


def _too_often() -> dict[str, Place]:
    waits = {"a minute": "60", "an hour": "3600", "a day": "86400", "until a date": "Wed, 25 Nov 2026 18:00:00 GMT"}
    ways = {
        f"wait {words}": _says(429, _words("Too Many Requests"), Retry_After=after) for words, after in waits.items()
    }
    ways["without a word of when"] = _says(429, "")
    ways["nginx"] = _says(429, "<h1>429 Too Many Requests</h1>", Server="nginx")
    ways["a delivery network"] = _says(429, _words("error code: 1015"), **_CLOUD)
    ways["Japanese"] = _says(429, _words("アクセスが多すぎます"))
    ways["JSON"] = _says(429, '{"error":"rate limited"}', Content_Type="application/json")
    ways["plain text"] = _says(429, "slow down", Content_Type="text/plain")
    return ways


def _withheld() -> dict[str, Place]:
    said = {
        "legal": "Unavailable For Legal Reasons", "region": "Not available in your country", "data law": "GDPR",
        "Japanese": "お住まいの地域からはご利用いただけません", "German": "In Ihrem Land nicht verfügbar",
        "French": "Indisponible dans votre pays", "court order": "Blocked by order of a court",
        "licence": "Licensing restrictions",
    }  # fmt: skip
    ways = {words: _says(451, _words(title)) for words, title in said.items()}
    ways["no words"] = _says(451, "")
    ways["who ordered it"] = _says(451, _words("451"), Link='<https://court.example/>; rel="blocked-by"')
    return ways


def _broken() -> dict[str, Place]:
    statuses = {500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable"}
    statuses |= {
        504: "Gateway Timeout",
        505: "Version Not Supported",
        507: "Insufficient Storage",
        508: "Loop Detected",
    }
    ways = {f"{status}": _says(status, _words(title)) for status, title in statuses.items()}
    ways["500, a database"] = _says(500, _words("Error establishing a database connection"), X_Powered_By="PHP/7.4")
    ways["503, no words"] = _says(503, "")
    ways["500, Japanese"] = _says(500, _words("サーバー内部エラー"))
    ways["520 of nobody's network"] = _says(520, _words("Unknown"))
    return ways


def _unreached() -> dict[str, Place]:
    return {
        f"{status}": _says(status, _words(f"Error {status}", f"error code: {status}"), **_CLOUD)
        for status in range(520, 531)
    }


def _elsewhere() -> dict[str, Place]:
    """Redirects to another registrable domain, where the organisation lives on."""
    ways = {f"{status}": _moved(status, 1) for status in (301, 302, 303, 307, 308)}
    ways |= {f"{status}, in two steps": _moved(status, 2) for status in (301, 302)}
    ways |= {f"{status}, in three steps": _moved(status, 3) for status in (301, 308)}
    ways["301, into a folder"] = _moved(301, 1, "/cluster/")
    ways["302, with a query"] = _moved(302, 1, "/?from=old")
    return ways


def _moved(status: int, steps: int, path: str = "/") -> Place:
    def place(ground: Ground, host: str) -> str:
        new = ground.network.host(f"new-{host}", page(page_of(ground.today)))

        def served(wire: Wire, asked: Asked) -> None:
            step = len(asked.path.strip("/"))
            further = "/" + "x" * (step + 1) if step + 1 < steps else new + path[1:]
            wire.answer(status=status, Location=further)

        return ground.network.host(host, without_robots(served))

    return place


def _circles() -> dict[str, Place]:
    ways = {f"to itself, {status}": _leading(status, "{path}") for status in (301, 302, 303, 307, 308)}
    ways["ever deeper"] = _leading(302, "/x{path}")
    ways["ever longer queries"] = _leading(302, "{path}x=1&")
    ways["two addresses in turn"] = _leading(302, "{turn}")
    ways["to a file"] = _leading(302, "file:///index.html")
    ways["to a mail address"] = _leading(301, "mailto:info@aoba.example")
    return ways


def _leading(status: int, to: str) -> Place:
    def served(wire: Wire, asked: Asked) -> None:
        turn = "/b" if asked.path == "/a" else "/a"
        path = asked.path if "x=1" not in to or "?" in asked.path else f"{asked.path}?"
        wire.answer(status=status, Location=to.format(path=path, turn=turn))

    return lambda ground, host: ground.network.host(host, without_robots(served))


def _kept_out() -> dict[str, Place]:
    files = {
        "all robots": "User-agent: *\nDisallow: /\n",
        "us by name": "User-agent: Clusterwatch\nDisallow: /\n",
        "all but a search engine": "User-agent: Googlebot\nAllow: /\n\nUser-agent: *\nDisallow: /\n",
        "in capitals": "USER-AGENT: *\nDISALLOW: /\n",
        "Windows line ends": "User-agent: *\r\nDisallow: /\r\n",
        "with a mark at the beginning": "\ufeffUser-agent: *\nDisallow: /\n",
        "with remarks": "# no robots please\nUser-agent: * # all\nDisallow: / # all of it\n",
        "by a wildcard": "User-agent: *\nDisallow: /*\n",
        "with a delay": "User-agent: *\nCrawl-delay: 1\nDisallow: /\n",
        "with an allowed folder": "User-agent: *\nDisallow: /\nAllow: /public/\n",
        "two groups": "User-agent: a\nUser-agent: *\nDisallow: /\n",
    }
    return {words: _ruled(text) for words, text in files.items()}


def _ruled(text: str) -> Place:
    def place(ground: Ground, host: str) -> str:
        def served(wire: Wire, asked: Asked) -> None:
            rules = asked.path == NO_ROBOTS
            wire.answer(text if rules else page_of(ground.today), Content_Type="text/plain" if rules else "text/html")

        return ground.network.host(host, served)

    return place


def _broken_off() -> dict[str, Place]:
    begun = home()[:200].encode()
    ways: dict[str, Site] = {
        f"{share} of {length} bytes": raw(_OK + b"Content-Length: %d\r\n\r\n" % length + begun)
        for share, length in (("a part", 5000), ("a little", 50_000), ("next to nothing", 900_000))
    }
    ways["a piece cut short"] = raw(_OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nhalf")
    ways["pieces without an end"] = raw(_OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n")
    ways["no first piece"] = raw(_OK + b"Transfer-Encoding: chunked\r\n\r\n")
    ways["a byte now and then"] = raw(_OK + b"\r\n<html>", b".", every_s=0.5, for_ever=True)
    ways["a page that stops"] = raw(_OK + b"\r\n" + begun, end="wait")
    ways["announced, then silence"] = raw(_OK + b"Content-Length: 5000\r\n\r\n", end="wait")
    ways["pieces now and then"] = raw(
        _OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n.\r\n", every_s=0.5, for_ever=True
    )
    return {words: _hosted(site) for words, site in ways.items()}


def _hosted(site: Site) -> Place:
    return lambda ground, host: ground.network.host(host, site)


def unauthorised() -> dict[str, Place]:
    """Logins that show in the status; others show in their page."""
    return _unauthorised()


def challenges() -> dict[str, Place]:
    """Checks for robots that show in the headers; others show in their page."""
    return {"by its header": _says(403, _words("Verify"), cf_mitigated="challenge", **_CLOUD)}


def maintenance() -> dict[str, Place]:
    """Maintenance that shows in the status too."""
    return {"503 with a time": _says(503, _words("Down for maintenance"), Retry_After="3600")}


def variants() -> tuple[Variant, ...]:
    """All variants of the classes that show in nothing but the answer."""
    return (
        *numbered("http_404_root", _not_found()),
        *numbered("http_410", _gone()),
        *numbered("http_403", _forbidden()),
        *numbered("http_429", _too_often()),
        *numbered("http_451_geoblock", _withheld()),
        *numbered("http_5xx", _broken()),
        *numbered("http_52x", _unreached()),
        *numbered("redirect_other_domain", _elsewhere()),
        *numbered("redirect_loop", _circles()),
        *numbered("robots_disallow", _kept_out()),
        *numbered("truncated/slow body", _broken_off()),
    )
