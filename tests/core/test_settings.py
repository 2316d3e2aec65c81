"""Production refuses to start half configured, and names the variable that is missing or weak."""

import os
import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = dict(
    line.split("=", 1)
    for line in (ROOT / "tests/support/production.env").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)
KEYS = ["SECRET_KEY", "LINK_KEYS", "PSEUDONYM_KEY", "FIELD_KEYS"]
NEEDED = [
    *KEYS,
    *("SITE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "EMAIL_FROM"),
    *("CONTROLLER_NAME", "CONTROLLER_REGISTRATION", "CONTROLLER_ADDRESS", "PRIVACY_EMAIL", "DPO_NAME", "MEDIATOR"),
]
STRONG = "q7Zt0pJxW3vK9sLmB5nR8yHcD2fG6aTe4uXoQiVw1"


@pytest.fixture
def settings_of(monkeypatch, tmp_path):
    """Read settings.py anew with production's environment, changed by keyword; None takes a variable away."""
    for name in list(os.environ):
        if name.isupper() and name not in {"PATH", "HOME", "TMPDIR"}:
            monkeypatch.delenv(name)

    def read(**changes: str | None) -> dict[str, object]:
        for name, value in ({"DATA_DIR": str(tmp_path)} | PRODUCTION | changes).items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "mesopinions/settings.py"))

    return read


def test_production_starts_when_everything_is_said(settings_of):
    settings = settings_of()

    assert settings["LOCAL"] is settings["DEBUG"] is False
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["ALLOWED_HOSTS"] == ["petitions.example"]


@pytest.mark.parametrize("name", NEEDED)
def test_production_names_the_variable_that_is_missing(settings_of, name):
    with pytest.raises(ImproperlyConfigured, match=rf"Set {name} in the environment"):
        settings_of(**{name: None})


@pytest.mark.parametrize("weak", ["provider:short", "a" * 64, f"provider:{'a' * 32},weak"])
def test_no_provider_may_tell_of_returned_mails_with_a_weak_secret(settings_of, weak):
    with pytest.raises(ImproperlyConfigured, match="MAIL_WEBHOOK_SECRET reads like name:password"):
        settings_of(MAIL_WEBHOOK_SECRET=weak)


def test_a_provider_may_have_two_secrets_while_one_replaces_the_other(settings_of):
    secrets = [f"provider:{STRONG}", f"provider:{STRONG[::-1]}"]

    assert settings_of(MAIL_WEBHOOK_SECRET=",".join(secrets))["MAIL_WEBHOOK_SECRET"] == secrets


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("weak", ["short", "a" * 64, "change-me"])
def test_production_refuses_a_weak_key(settings_of, name, weak):
    with pytest.raises(ImproperlyConfigured, match=rf"{name} needs at least 32 characters of randomness"):
        settings_of(**{name: weak})


@pytest.mark.parametrize("name", ["LINK_KEYS", "FIELD_KEYS"])
def test_production_refuses_a_list_of_keys_with_one_weak_key(settings_of, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        settings_of(**{name: f"{STRONG},short"})


@pytest.mark.parametrize("name", KEYS)
def test_the_refusal_of_a_key_does_not_print_it(settings_of, name):
    with pytest.raises(ImproperlyConfigured) as refusal:
        settings_of(**{name: "hunter2"})

    assert "hunter2" not in str(refusal.value)


def test_production_refuses_plain_http(settings_of):
    with pytest.raises(ImproperlyConfigured, match=r"SITE_URL starts with https://"):
        settings_of(SITE_URL="http://petitions.example")


@pytest.mark.parametrize("mode", ["LOCAL", "DEBUG"])
def test_a_public_address_refuses_the_modes_of_a_developers_machine(settings_of, mode):
    with pytest.raises(ImproperlyConfigured, match=r"LOCAL=1 and DEBUG=1 .* SITE_URL must be a localhost address"):
        settings_of(**{mode: "1"})


def test_production_refuses_to_keep_mails_as_files_that_nobody_reads(settings_of):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL starts with one of smtp"):
        settings_of(EMAIL_URL="file:")


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEBUG", "maybe"), ("LOCAL", "2"), ("TRUSTED_PROXY_COUNT", "-1"), ("DATABASE_POOL", "many"), ("PORT", "0")],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(settings_of, name, value):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} is "):
        settings_of(**{name: value})


def test_a_secret_may_come_from_a_file(settings_of, tmp_path):
    (tmp_path / "secret").write_text(f"{STRONG}\n")

    assert settings_of(SECRET_KEY=None, SECRET_KEY_FILE=str(tmp_path / "secret"))["SECRET_KEY"] == STRONG


def test_generated_keys_beside_a_database_of_ones_own_do_not_make_a_server_local(settings_of, tmp_path):
    (tmp_path / "keys.json").write_text("{}")

    assert settings_of(LOCAL=None)["LOCAL"] is False


def test_a_mail_account_may_be_an_address_with_special_characters(settings_of):
    settings = settings_of(EMAIL_URL="smtps://site%40petitions.example:p%2Fw%3A1@mail.example")

    assert settings["EMAIL_HOST_USER"] == "site@petitions.example"
    assert settings["EMAIL_HOST_PASSWORD"] == "p/w:1"
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example", 465)
    assert (settings["EMAIL_USE_SSL"], settings["EMAIL_USE_TLS"]) == (True, False)


def test_the_site_believes_a_forwarded_https_only_behind_a_proxy_of_ours(settings_of):
    assert "SECURE_PROXY_SSL_HEADER" not in settings_of()
    assert settings_of(TRUSTED_PROXY_COUNT="1")["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_the_database_connection_suits_pgbouncer_in_transaction_mode(settings_of):
    options = settings_of()["DATABASES"]["default"]["OPTIONS"]

    assert options["prepare_threshold"] is None
    assert "options" not in options
