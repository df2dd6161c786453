"""The settings for messages: what is accepted, and what is refused with the setting that is wrong."""

from __future__ import annotations

import pytest

from crawler.config import config_from
from crawler.errors import ConfigError
from crawler.notify import Notify, mail_address, tells_anybody

MAIL = {"mail_en": ["kato@x.example"], "smtp_host": "mail.x.example", "sender": "watch@x.example"}


@pytest.mark.parametrize(
    "table",
    [
        {},
        MAIL,
        {**MAIL, "mail_ja": ["sato@x.example"], "sender": "Clusterwatch <watch@x.example>"},
        {**MAIL, "smtp_user": "w", "smtp_password_variable": "P", "smtp_security": "tls", "smtp_port": 465},
        {**MAIL, "smtp_user": "w", "smtp_password_variable": "P", "smtp_security": "none", "smtp_host": "localhost"},
        {"services_variable": "S", "services_language": "ja", "weekly": ""},
        {"webhook": "https://x.example/hook?a=1", "webhook_secret_variable": "W"},
        {"webhook": "http://127.0.0.1:8000/", "webhook_secret_variable": "W"},
        {"pages": "https://watch.x.example"},
        {"pages": "https://watch.x.example/desk/"},
    ],
)
def test_settings_that_make_sense(table: dict[str, object]) -> None:
    settings = config_from({"notify": table}).notify
    assert tells_anybody(settings) is bool({"mail_en", "services_variable", "webhook"} & table.keys())


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"mail_en": ["kato"]}, "notify.mail_en: 'kato' is no e-mail address"),
        ({"mail_ja": ["a@b@c"]}, "notify.mail_ja"),
        ({"mail_en": ["kato@x.example\r\nBcc: all@x.example"]}, "notify.mail_en"),
        ({"mail_en": ["加藤@x.example"]}, "notify.mail_en"),
        ({**MAIL, "mail_ja": ["KATO@x.example"]}, "stands there twice"),
        ({**MAIL, "smtp_host": ""}, "notify.smtp_host must be set"),
        ({**MAIL, "sender": ""}, "notify.sender"),
        ({**MAIL, "sender": "Clusterwatch"}, "notify.sender"),
        ({**MAIL, "smtp_security": "ssl"}, 'must be one of "starttls", "tls", "none"'),
        ({**MAIL, "smtp_port": 0}, "notify.smtp_port must be between 1 and 65535"),
        ({**MAIL, "smtp_user": "w"}, "need each other"),
        (
            {**MAIL, "smtp_user": "w", "smtp_password_variable": "P", "smtp_security": "none"},
            "a password is not sent in the open",
        ),
        ({"services_language": "fr"}, "notify.services_language"),
        ({"weekly": "monday"}, "notify.weekly"),
        ({"webhook": "https://x.example/"}, "need each other"),
        ({"webhook": "http://x.example/", "webhook_secret_variable": "W"}, "is no https address"),
        ({"webhook": "https://u:p@x.example/", "webhook_secret_variable": "W"}, "is no https address"),
        ({"pages": "javascript:alert(1)"}, "notify.pages"),
        ({"pages": "https://x.example/?a=1"}, "notify.pages"),
        ({"mail": "a@x.example"}, "notify.mail is not a setting"),
    ],
)
def test_settings_that_do_not(table: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config_from({"notify": table})
    assert words in str(caught.value)


def test_an_address_is_found_beside_its_name() -> None:
    assert mail_address("Clusterwatch <watch@x.example>") == "watch@x.example"
    assert mail_address(" watch@x.example ") == "watch@x.example"
    assert not tells_anybody(Notify())
