"""The configuration: laid over defaults, and refused by name when it makes no sense."""

import pytest

from crawler.config import Config, config_from, scrapy_settings, user_agent
from crawler.errors import ConfigError
from crawler.policy import Policy
from crawler.sign_in import public_names, return_url

SIGN_IN = {"issuer": "https://id.example/", "public_url": "https://desk.example:8443/", "client_id": "us"}


def test_no_table_gives_the_defaults() -> None:
    assert config_from({}) == Config()


def test_given_settings_lie_over_the_defaults() -> None:
    config = config_from(
        {"policy": {"active_days": 400}, "network": {"allow": ["127.0.0.0/8"]}, "politeness": {"delay_s": 2}}
    )
    assert (config.policy.active_days, config.network.allow, config.politeness.delay_s) == (400, ("127.0.0.0/8",), 2.0)
    assert config.policy.silence_days == Policy().silence_days


@pytest.mark.parametrize(
    ("tables", "names"),
    [
        ({"polices": {}}, "[polices]"),
        ({"policy": {"activ_days": 400}}, "policy.activ_days"),
        ({"policy": {"active_days": "400"}}, "policy.active_days"),
        ({"policy": {"active_days": 400.5}}, "policy.active_days"),
        ({"policy": {"active_days": 0}}, "policy.active_days"),
        ({"policy": {"active_days": True}}, "policy.active_days"),
        ({"policy": {"void_share": 1.1}}, "policy.void_share"),
        ({"policy": {"void_share": float("nan")}}, "policy.void_share"),
        ({"policy": {"silence_days": 2000}}, "policy.silence_days"),
        ({"policy": {"active_days": 1096}}, "policy.active_days"),
        ({"budget": {"max_page_bytes": 2**25}}, "budget.max_page_bytes"),
        ({"network": {"allow": ["somewhere"]}}, "network.allow"),
        ({"network": {"allow": "127.0.0.0/8"}}, "network.allow"),
        ({"network": {"contact": 5}}, "network.contact"),
        ({"browser": {"enabled": "yes"}}, "browser.enabled"),
        ({"policy": 5}, "[policy]"),
        ({"sign_in": {"label_en": "x"}}, "sign_in.issuer must be set"),
        ({"sign_in": {"issuer": "https://id.example"}}, "sign_in.public_url must be set"),
        ({"sign_in": {**SIGN_IN, "client_id": ""}}, "sign_in.client_id must be set"),
        ({"sign_in": {**SIGN_IN, "issuer": "http://id.example"}}, "sign_in.issuer: 'http://id.example' is no https"),
        ({"sign_in": {**SIGN_IN, "issuer": "https://id.example?x=1"}}, "sign_in.issuer"),
        ({"sign_in": {**SIGN_IN, "issuer": "https://me:pw@id.example"}}, "sign_in.issuer"),
        ({"sign_in": {**SIGN_IN, "issuer": "http://127.0.0.1.evil.example"}}, "sign_in.issuer"),
        ({"sign_in": {**SIGN_IN, "public_url": "http://desk.example"}}, "sign_in.public_url"),
        ({"sign_in": {**SIGN_IN, "public_url": "https://desk.example/x"}}, "must end after the host"),
        ({"sign_in": {**SIGN_IN, "public_url": "https://desk.example:port"}}, "sign_in.public_url"),
        ({"sign_in": {**SIGN_IN, "client_secret_variable": "A", "client_secret_file": "b"}}, "exclude each other"),
        ({"sign_in": {**SIGN_IN, "scopes": ["email"]}}, "sign_in.scopes"),
        ({"sign_in": {**SIGN_IN, "first_role": "admin", "allowed_names": ["a"]}}, "sign_in.first_role must be"),
        ({"sign_in": {**SIGN_IN, "first_role": "viewer"}}, "needs sign_in.allowed_domains"),
        ({"sign_in": {**SIGN_IN, "allowed_domains": ["@example.org"]}}, "sign_in.allowed_domains"),
        ({"sign_in": {**SIGN_IN, "client_secret": "x"}}, "sign_in.client_secret is not a setting"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(tables: dict[str, object], names: str) -> None:
    with pytest.raises(ConfigError, match=names.replace("[", r"\[").replace("]", r"\]").replace(".", r"\.")):
        config_from(tables)


def test_people_are_sent_back_to_the_public_name() -> None:
    settings = config_from({"sign_in": SIGN_IN}).sign_in
    assert return_url(settings) == "https://desk.example:8443/sign-in/return"
    assert public_names(settings) == {"desk.example"}
    local = config_from({"sign_in": {**SIGN_IN, "issuer": "http://127.0.0.1:5", "public_url": "http://[::1]:7"}})
    assert public_names(local.sign_in) == {"[::1]"}
    assert public_names(Config().sign_in) == set()


def test_equal_numbers_make_equal_policy_names_and_others_do_not() -> None:
    assert Policy().name == Policy().name
    assert Policy(active_days=547).name != Policy().name


def test_the_user_agent_says_who_we_are_and_how_to_reach_us() -> None:
    config = config_from({"network": {"contact": "mailto:staff@example.org"}})
    assert (
        user_agent(config.network) == "Clusterwatch/0.1 (nightly check of cluster websites; mailto:staff@example.org)"
    )
    assert scrapy_settings(config)["USER_AGENT"] == user_agent(config.network)
