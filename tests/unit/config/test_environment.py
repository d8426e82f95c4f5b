"""What an installation is told from outside about mail and single sign-on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from satsuma.config.environment import Environment, mail_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://ann:p%40ss@mail.example.com", ("mail.example.com", 587, "ann", "p@ss", True, False)),
        ("smtp://localhost:25?tls=no", ("localhost", 25, "", "", False, False)),
        ("smtps://ann:pass@mail.example.com", ("mail.example.com", 465, "ann", "pass", False, True)),
        ("smtps://mail.example.com:2465", ("mail.example.com", 2465, "", "", False, True)),
    ],
)
def test_a_mail_server_is_one_address(url: str, server: tuple[Any, ...]):
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    told = mail_server(url)
    assert tuple(told[name] for name in names) == server


def test_another_scheme_is_refused():
    with pytest.raises(ValueError, match="begins with 'http'; use smtp://"):
        mail_server("http://mail.example.com")


def test_without_a_mail_server_mails_are_files_in_the_data_folder(tmp_path: Path):
    assert Environment(data=tmp_path).mail()["EMAIL_FILE_PATH"] == tmp_path / "log" / "mail"


def test_without_a_provider_there_is_no_single_sign_on():
    assert Environment(oidc_server="https://id.example.com").single_sign_on() == {}


def test_a_provider_of_single_sign_on():
    environment = Environment(
        oidc_server="https://id.example.com", oidc_client_id="satsuma", oidc_client_secret=SecretStr("s")
    )
    (app,) = environment.single_sign_on()["openid_connect"]["APPS"]
    assert app == {
        "provider_id": "sso",
        "name": "OpenID Connect",
        "client_id": "satsuma",
        "secret": "s",
        "settings": {"server_url": "https://id.example.com", "oauth_pkce_enabled": True},
    }
