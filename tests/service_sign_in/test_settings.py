"""Signing in through a service is off by default; its settings, and what the doctor says of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import Clock, Visitor, serving
from provider import CLIENT, SECRET, Provider
from through_service import came_back, settings

from cli.main import main
from crawler.errors import ConfigError
from review.oidc import service_of

# --- off by default ---


def test_without_settings_there_is_neither_button_nor_route(database: Path, clock: Clock) -> None:
    with serving(database, clock=clock) as address, Visitor(address) as visitor:
        assert "/sign-in/" not in visitor.get("/login").text
        for path in ("/sign-in/start", "/sign-in/return", "/sign-in/return?code=x&state=y"):
            assert visitor.get(path).status_code == 404


def test_the_button_says_what_the_settings_say_and_leads_on(
    changed: dict[str, object], request: pytest.FixtureRequest
) -> None:
    changed |= {"label_en": "Sign in with <Example>", "label_ja": "例で続ける"}
    visitor: Visitor = request.getfixturevalue("visitor")
    page = visitor.get("/login?next=/queue").text
    (link,) = re.findall(r'href="(/sign-in/start[^"]*)">Sign in with &lt;Example&gt;</a>', page)
    assert came_back(visitor, link).headers["location"] == "/queue"
    assert "例で続ける" in visitor.get("/login", headers={"Accept-Language": "ja"}).text


# --- settings and doctor ---


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("unset", "the variable NOT_SET is not set"),
        ("missing", "cannot be read"),
        ("empty", "is empty"),
        ("binary", "cannot be read"),
        ("good", ""),
    ],
)
def test_the_secret_comes_from_a_variable_or_a_file(
    provider: Provider, clock: Clock, tmp_path: Path, kind: str, says: str
) -> None:
    file = tmp_path / "secret"
    if kind != "missing":
        file.write_bytes({"binary": b"\xff", "good": f"{SECRET}\n".encode()}.get(kind, b" \n"))
    way: dict[str, object] = {"client_secret_variable": "NOT_SET"}
    if kind != "unset":
        way = {"client_secret_variable": "", "client_secret_file": str(file)}
    if says:
        with pytest.raises(ConfigError, match=says):
            service_of(settings(provider, "http://127.0.0.1", **way), clock)
    else:
        service = service_of(settings(provider, "http://127.0.0.1", **way), clock)
        assert service is not None
        assert service._secret == SECRET


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("", "ok  sign-in service: {issuer} (send people back to https://desk.example/sign-in/return)"),
        ("issuer", "BAD sign-in service: the discovery document is that of another issuer"),
        ("down", "BAD sign-in service: "),
        ("secret", "BAD sign-in service: sign_in.client_secret_variable: the variable NOT_SET is not set"),
    ],
)
def test_doctor_asks_the_service(
    provider: Provider, tmp_path: Path, capsys: pytest.CaptureFixture[str], trouble: str, says: str
) -> None:
    provider.metadata = {"issuer": "https://evil.example"} if trouble == "issuer" else {}
    provider.broken = {"/.well-known/openid-configuration": "500 error"} if trouble == "down" else {}
    variable = "NOT_SET" if trouble == "secret" else "TEST_CLIENT_SECRET"
    config = tmp_path / "c.toml"
    config.write_text(
        f'[sign_in]\nissuer = "{provider.issuer}"\npublic_url = "https://desk.example"\nclient_id = "{CLIENT}"\n'
        f'client_secret_variable = "{variable}"\n'
    )
    main(("doctor", "--config", str(config), "--db", str(tmp_path / "none.db")))
    assert says.format(issuer=provider.issuer) in capsys.readouterr().out


def test_doctor_says_nothing_of_a_service_that_nobody_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(("doctor", "--db", str(tmp_path / "none.db")))
    assert "sign-in" not in capsys.readouterr().out
