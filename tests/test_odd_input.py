"""No input brings a page down: every route with every odd value in its path, its query, its form and its document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import httpx
import pytest
from made import verdict
from pages import EVIL, Clock, ceased, made, serving
from shelved import Saved, hang, keep
from starlette.routing import Route

import review
from crawler.config import Config
from db.bulk import Bulks
from db.candidates import Found
from review.app import create_app

# As bytes: what no text can hold is sent too. UTF-8 that spells half of a surrogate pair is one of them.
ODD = {
    "nul": b"a\x00b",
    "surrogate": b"a\xed\xa0\x80b",
    "no utf-8": b"\xff\xfe\x80",
    "huge number": b"9" * 30,
    "SQLite's largest": b"9223372036854775808",
    "other digits": "٣²".encode(),
    "header": b"x\r\nSet-Cookie: odd=1\r\n\r\n<b>",
    "markup": EVIL.encode(),
    "long Japanese": ("解散" * 1000).encode(),
    "far day": b"9999-12-31",
    "first instant": b"0001-01-01T00:00:00+14:00",
    "no zone": b"2024-11-24T18:00:00",
    "back": b"//evil.example/\\..%2f",
    "nothing": b"",
}
# Beside one odd field the others hold what a person would send, or a form would be refused before it is looked at.
USUAL = {
    "cluster_id": "aoba", "question": "ceased", "decision": "noted", "seen": "0", "note": "a note", "through": "0",
    "verdict_at": "2024-11-25T18:00:00+00:00", "kind": "wrote", "on": "2024-11-20", "due_on": "2024-12-20",
    "address": "https://new.example/", "words": "some", "until": "2024-12-20", "name": "someone", "role": "viewer",
    "value": "a@b.example", "what": "email", "name_en": "A name", "website": "https://c.example/", "into": "cedar",
    "days": "3", "query": "?q=a", "language": "en", "email": "", "reason": "why", "page": "1", "form": "csv",
}  # fmt: skip
IDS = {"cluster_id": "aoba", "person": "vera", "form": "csv", "name": "desk.css", "upload_id": "none"}
FILTERS = ("q", "flag", "page", "sort", "way", "asked", "assigned", "kind", "mine", "latest", "word", "sector")
_FIELD = re.compile(r"name=\"(\w+)\"")


@dataclass(frozen=True)
class Asked:
    """One route, and what can be sent to it."""

    method: str
    template: str
    path: tuple[str, ...]
    query: tuple[str, ...]
    body: tuple[str, ...]
    is_open: bool  # takes a form as it comes: fields of any name
    is_document: bool  # JSON in place of a form

    def address(self, odd: dict[str, bytes]) -> str:
        """The path with some of its parts replaced."""
        parts = {name: IDS.get(name, "1").encode() for name in self.path} | odd
        if self.template.startswith("/api/people/"):
            parts.setdefault("name", b"vera")
        found = self.template
        for name, value in parts.items():
            found = found.replace(f"{{{name}}}", quote_from_bytes(value, safe=""))
        return found


def _typed_fields() -> tuple[str, ...]:
    """The names of all fields of all forms: some pages take a form as it comes."""
    texts = [p.read_text("utf-8") for p in (Path(review.__file__).parent / "templates").glob("*.html")]
    return tuple(sorted({name for text in texts for name in _FIELD.findall(text)}))


def _asked(database: Path) -> list[Asked]:
    found = []
    for route in create_app(database, Config()).routes:
        assert isinstance(route, Route)
        if route.path.endswith("/events"):
            continue  # does not end as long as the look waits
        dependant = route.dependant  # type: ignore[attr-defined]  # FastAPI's
        body = [f for b in dependant.body_params for f in _names(b)]
        for method in route.methods or ():
            query = [f for q in dependant.query_params for f in _names(q)]
            is_document = route.path.startswith("/api/") and bool(body)
            found.append(
                Asked(
                    method=method,
                    template=route.path,
                    path=tuple(re.findall(r"{(\w+)}", route.path)),
                    query=tuple(query),
                    body=tuple(body) or (_typed_fields() if method == "POST" else ()),
                    is_open=not body,
                    is_document=is_document,
                )
            )
    return found


def _names(parameter: object) -> tuple[str, ...]:
    """The names under which a parameter is sent: its own, or those of the fields of its model."""
    kind = parameter.field_info.annotation  # type: ignore[attr-defined]  # FastAPI's
    inner = getattr(kind, "model_fields", None)
    return tuple(inner) if inner else (parameter.alias,)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = made(tmp_path_factory.mktemp("odd") / "desk.db", verdict("aoba"), ceased("aoba"), ceased("cedar"))
    keep(path, ceased("aoba", days=1.5), [Saved(body="<p>解散しました。</p>")])
    hang(path, b"\x89PNG\r\n\x1a\nx")
    with Bulks.open(path, clock=Clock()) as desk:
        desk.add_candidates([Found(name="Cand", website="https://cand.example/")], by="test")
        desk.make_token("boss", "walk", 1, by="test")
        desk.ask_rescan("aoba", by="boss")
    return path


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    with serving(database, clock=Clock()) as found:
        yield found


@pytest.fixture
def boss(database: Path, address: str) -> Iterator[httpx.Client]:
    """An admin who is signed in anew whenever what was sent has ended the session."""
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        client.headers.update({"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"})
        yield client


def send(client: httpx.Client, database: Path, asked: Asked, target: str, **more: object) -> None:
    answer = client.request(asked.method, target, **more)  # type: ignore[arg-type]
    if answer.status_code == 401 or answer.headers.get("location", "").startswith("/login"):
        with Bulks.open(database, clock=Clock()) as desk:
            client.cookies.set("clusterwatch", desk.begin_session("boss"), domain="127.0.0.1")
        answer = client.request(asked.method, target, **more)  # type: ignore[arg-type]
    where = f"{asked.method} {target[:200]} {str(more)[:400]}"
    # /health says with a 503 that the nights of this database are not as they should be, and rightly so.
    assert answer.status_code < 500 or asked.template == "/health", where
    assert "odd" not in answer.cookies, where
    location = answer.headers.get("location", "/")
    assert location.startswith("/"), where
    assert not location.startswith(("//", "/\\")), where


@pytest.mark.parametrize("odd", ODD)
def test_no_odd_value_in_an_address_brings_a_page_down(boss: httpx.Client, database: Path, odd: str) -> None:
    value = ODD[odd]
    for asked in _asked(database):
        for name in asked.path:
            send(boss, database, asked, asked.address({name: value}), **_usual(asked))
        for name in asked.query:
            send(boss, database, asked, f"{asked.address({})}?{name}={quote_from_bytes(value)}")
        if asked.method == "GET":
            every = "&".join(f"{name}={quote_from_bytes(value[:300])}" for name in FILTERS)
            send(boss, database, asked, f"{asked.address({})}?{every}")


@pytest.mark.parametrize("odd", ODD)
def test_no_odd_value_in_a_form_brings_a_page_down(boss: httpx.Client, database: Path, odd: str) -> None:
    value = ODD[odd]
    for asked in _asked(database):
        if asked.method != "POST":
            continue
        if asked.is_open:
            send(boss, database, asked, asked.address({}), **_usual(asked, *asked.body, value=value))
            rare = [name for name in asked.body if name not in USUAL]
            send(boss, database, asked, asked.address({}), **_usual(asked, *rare, value=value))
            continue
        for name in asked.body:
            send(boss, database, asked, asked.address({}), **_usual(asked, name, value=value))


def _usual(asked: Asked, *odd: str, value: bytes = b"") -> dict[str, object]:
    """What a person would send to a route, with some fields replaced."""
    if not asked.body:
        return {}
    sent = {n: USUAL[n].encode() for n in asked.body if n in USUAL} | dict.fromkeys(odd, value)
    if asked.is_document:
        texts = {
            name: text.decode("utf-8", "surrogatepass" if text in ODD["surrogate"] else "replace")
            for name, text in sent.items()
        }
        document = {
            name: int(text) if name in {"seen", "days"} and text.isdecimal() and len(text) < 4000 else text
            for name, text in texts.items()
        }
        return {"content": json.dumps(document), "headers": {"Content-Type": "application/json"}}
    content = "&".join(f"{quote(name)}={quote_from_bytes(text)}" for name, text in sent.items())
    return {"content": content, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}


# --- bodies that are odd as a whole ---

_PART = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
_BODIES = {
    "utf-7": ("multipart/form-data; boundary=b; charset=utf-7", _PART % (b"%s", b"", b"+2AA-") + b"--b--\r\n"),
    "no such charset": ("multipart/form-data; boundary=b; charset=odd", _PART % (b"%s", b"", b"\xff") + b"--b--\r\n"),
    "no text": ("multipart/form-data; boundary=b; charset=hex", _PART % (b"%s", b"", b"zz") + b"--b--\r\n"),
    "a file": ("multipart/form-data; boundary=b", _PART % (b"%s", b'; filename="a\x00.csv"', b"a") + b"--b--\r\n"),
    "cut off": ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=%s"),
    "no boundary": ("multipart/form-data", b"%s"),
    "no form": ("application/x-www-form-urlencoded", b"%%s=%%zz&%s&&==&\xff=\xff"),
    "no document": ("application/json", b'{"%s": NaN'),
    "surrogate": ("application/json", b'{"%s": "\\ud800"}'),
    "a number": ("application/json", b'{"%s": 1e999}'),
    "deep": ("application/json", b"[" * 20_000 + b"%s"),
    "a list": ("application/json", b'["%s"]'),
    "utf-16": ("application/json; charset=utf-16", '{"%s": 1}'.encode("utf-16")),
    "many fields": ("application/x-www-form-urlencoded", b"%s=1&" + b"a&" * 2000),
}


@pytest.mark.parametrize("body", _BODIES)
def test_no_odd_body_brings_a_page_down(boss: httpx.Client, database: Path, body: str) -> None:
    kind, text = _BODIES[body]
    for asked in _asked(database):
        if asked.method != "POST":
            continue
        for name in asked.body[:1] or ("name",):
            content = text.replace(b"%s", name.encode())
            send(boss, database, asked, asked.address({}), content=content, headers={"Content-Type": kind})


@pytest.mark.parametrize("name", ["Cookie", "User-Agent", "Accept-Language", "Origin", "Authorization", "Last-Event-ID",
                                  "Sec-Fetch-Site", "HX-Request", "Content-Length", "Transfer-Encoding", "Host", "Range"])  # fmt: skip
def test_no_odd_header_brings_a_page_down(boss: httpx.Client, database: Path, name: str) -> None:
    for odd in (
        b"\xff\xfe",
        b"a=\xe3\x80\x80;;=;$Version=",
        b'"',
        b"x" * 4000,
        b"9" * 60,
        b"[",
        b"http://[",
        b"Bearer \xff",
    ):
        for template in ("/", "/login", "/queue", "/account", "/api/me", "/api/clusters"):
            try:
                answer = boss.get(template, headers=[(name.encode(), odd)])
            except httpx.ProtocolError:
                continue  # our own client does not send such a one, or the server shut the door on it
            assert answer.status_code < 500, (name, odd, template)
