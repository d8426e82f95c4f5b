"""What the settings say: who can reach the installation, how, and whether it can send mail. Needs Django, not the
database.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from satsuma.cli.checkup.findings import Finding, fine, look, unsafe


def check_settings() -> Iterator[Finding]:
    from django.conf import settings

    environment = settings.ENVIRONMENT
    yield from _debug(settings.DEBUG)
    yield from _address(environment.address)
    yield from _hosts(list(settings.ALLOWED_HOSTS))
    yield from _proxy(environment.address, behind_proxy=environment.behind_proxy)
    yield from _mail(is_set=environment.mail_url is not None, is_public=not _is_local(environment.address))


def _debug(on: bool) -> Iterator[Finding]:
    if on:
        yield unsafe("debug", "SATSUMA_DEBUG is on: error pages show code and settings.", "Unset SATSUMA_DEBUG.")
    else:
        yield fine("debug", "Error pages show nothing of the inside.")


def _address(address: str) -> Iterator[Finding]:
    if urlsplit(address).scheme == "https" or _is_local(address):
        yield fine("address", f"People come by {address}.")
    else:
        yield unsafe(
            "http",
            f"People come by {address}: passwords and customers cross the network unencrypted.",
            "Put a proxy with a certificate in front and set SATSUMA_ADDRESS=https://… (see the administration guide).",
        )


def _hosts(hosts: list[str]) -> Iterator[Finding]:
    if wide := [host for host in hosts if host == "*" or host.startswith(".")]:
        yield unsafe(
            "hosts",
            f"Requests for {', '.join(wide)} are answered: links in mails can be forged.",
            "Name the hosts in SATSUMA_HOSTS one by one.",
        )
    else:
        yield fine("hosts", f"Answered are requests for {', '.join(hosts)} alone.")


def _proxy(address: str, *, behind_proxy: bool) -> Iterator[Finding]:
    if behind_proxy:
        yield look(
            "proxy",
            "SATSUMA_BEHIND_PROXY is on: who connects is believed about where a request came from.",
            "Make sure that nobody can reach the web server past the proxy.",
        )
    elif urlsplit(address).scheme == "https":
        yield look(
            "proxy",
            "The address is https, but SATSUMA_BEHIND_PROXY is off: sign-in limits see only the proxy.",
            "Set SATSUMA_BEHIND_PROXY=true if a proxy stands in front.",
        )


def _mail(*, is_set: bool, is_public: bool) -> Iterator[Finding]:
    if is_set:
        yield fine("mail", "Mail is set up.")
    elif is_public:
        yield look(
            "mail",
            "No mail server is set: invitations and password resets reach nobody.",
            "Set SATSUMA_MAIL_URL. Until then use links from Settings → Users, and `satsuma password`.",
        )
    else:
        yield fine("mail", "No mail server is set; mails are written to a file in the data folder.")


def _is_local(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
