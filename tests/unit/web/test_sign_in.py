"""Signing in and out, passwords, second factor, sessions: who gets in, who does not, and what they are told."""

from __future__ import annotations

import base64
import hmac
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from satsuma.app.accounts.models import User
from satsuma.app.accounts.services.users import deactivate_user
from support.racing import race

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SIGN_IN = "/account/login/"
RESET = "/account/password/reset/"
PASSWORD = "correct horse battery"
NEW = "another horse entirely"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ClientOf = Callable[[str], Client]


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None, **headers: str) -> tuple[int, str]:
    """The status, and where it leads or what is said."""
    response = (client or Client()).post(SIGN_IN, {"login": email, "password": password}, **headers)
    if response.status_code == 302:
        return 302, response["Location"]
    return response.status_code, " ".join(problems(response.content.decode()))


def problems(page: str) -> list[str]:
    alert = re.search(r'role="alert".*?</div>\s*</div>', page, re.DOTALL)
    return re.findall(r"<div>([^<]+)</div>", alert.group()) if alert else []


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def mails() -> list[mail.EmailMessage]:
    """What was sent, after the threads that send are done."""
    for thread in threading.enumerate():
        if thread.name == "mail":
            thread.join(timeout=10)
    return mail.outbox


def without_tokens(page: bytes) -> bytes:
    return re.sub(rb"[0-9A-Za-z]{64}", b"", page)


def link_in(message: mail.EmailMessage) -> str:
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", message.body)
    return link


NO = (200, "E-mail address and password do not belong together.")
TOO_MANY = (200, "Too many tries. Wait five minutes and try again.")


@pytest.mark.parametrize("email", ["member@example.com", " Member@EXAMPLE.com", "member@ｅxample.com"])
def test_signing_in_takes_the_address_however_it_is_written(email: str, member: User):
    client = Client()
    assert sign_in(email, client=client) == (302, "/")
    assert is_signed_in(client)


def test_who_is_wrong_is_told_the_same_whatever_is_wrong(member: User, viewer: User):
    deactivate_user(user_id=viewer.pk)
    assert {sign_in("member@example.com", "wrong"), sign_in("nobody@example.com"), sign_in("viewer@example.com")} == {
        NO
    }


def test_signing_in_begins_a_new_session(member: User):
    client = Client()
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in("member@example.com", client=client)
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    ("wanted", "led"), [("/companies/?page=2", "/companies/?page=2"), ("https://evil.example/", "/"), ("//evil", "/")]
)
def test_it_leads_back_to_where_somebody_wanted_to_go_and_nowhere_else(wanted: str, led: str, member: User):
    response = Client().post(SIGN_IN, {"login": "member@example.com", "password": PASSWORD, "next": wanted})
    assert response["Location"] == led


def test_tries_are_counted_by_the_folded_address(member: User):
    written = [
        "member@example.com",
        "MEMBER@example.com",
        "Member@Example.com",
        "member@ｅxample.com",
        "mEmber@example.com",
    ]
    for number, email in enumerate(written):
        assert sign_in(email, "wrong", REMOTE_ADDR=f"10.0.0.{number}") == NO
    assert sign_in("member@example.com", REMOTE_ADDR="10.0.0.99", HTTP_HOST="localhost") == TOO_MANY
    assert sign_in("nobody@example.com", REMOTE_ADDR="10.0.0.99") == NO


def test_tries_are_counted_by_the_senders_address(member: User):
    for number in range(20):
        sign_in(f"nobody{number}@example.com", REMOTE_ADDR="10.0.0.1")
    assert sign_in("member@example.com", REMOTE_ADDR="10.0.0.1") == TOO_MANY
    assert sign_in("member@example.com", REMOTE_ADDR="10.0.0.2") == (302, "/")


def test_tries_that_succeed_do_not_count(member: User):
    for _ in range(7):
        assert sign_in("member@example.com") == (302, "/")


@pytest.mark.parametrize("address", ["/account/signup/", "/account/email/", "/account/login/code/"])
def test_nobody_signs_up_or_changes_their_address(address: str, client_of: ClientOf, member: User):
    assert client_of("member").get(address).status_code == 404


def test_signing_out_ends_the_session(client_of: ClientOf, member: User):
    client = client_of("member")
    assert client.post("/account/logout/")["Location"] == SIGN_IN
    assert not is_signed_in(client)


def test_a_new_password_ends_all_other_sessions_and_is_told_by_mail(client_of: ClientOf, member: User):
    here, elsewhere = client_of("member"), client_of("member")
    entries = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/account/password/", entries).status_code == 302
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    (message,) = mails()
    assert (message.to, message.subject) == (["member@example.com"], "Your password was changed")
    assert sign_in("member@example.com", NEW) == (302, "/")


@pytest.mark.parametrize(
    ("old", "new", "again"), [("wrong", NEW, NEW), (PASSWORD, "short", "short"), (PASSWORD, NEW, NEW + "!")]
)
def test_a_password_that_will_not_do_changes_nothing(old: str, new: str, again: str, client_of: ClientOf, member: User):
    entries = {"oldpassword": old, "password1": new, "password2": again}
    assert client_of("member").post("/account/password/", entries).status_code == 200
    assert User.objects.get(pk=member.pk).check_password(PASSWORD)


def test_a_forgotten_password_is_chosen_anew_by_a_link(client_of: ClientOf, member: User):
    elsewhere = client_of("member")
    assert Client().post(RESET, {"email": "MEMBER@example.com"})["Location"] == RESET + "sent/"
    (message,) = mails()
    assert message.to == ["member@example.com"]
    browser = Client()
    page = browser.get(link_in(message), follow=True)
    (place, _status) = page.redirect_chain[-1]
    assert browser.post(place, {"password1": NEW, "password2": NEW})["Location"] == RESET + "done/"
    assert sign_in("member@example.com", NEW) == (302, "/")
    assert not is_signed_in(elsewhere)
    assert "This link no longer works" in Client().get(link_in(message), follow=True).content.decode()


def test_the_mail_goes_to_the_address_that_is_kept(member: User):
    """An address that is only the same after folding must not get the link: it can be somebody else's."""
    member.email = "member@straße.example"
    member.save()
    Client().post(RESET, {"email": "member@strasse.example"})
    assert [message.to for message in mails()] == [["member@straße.example"]]


def test_the_link_leads_to_us_whatever_host_was_asked_for(member: User):
    Client().post(RESET, {"email": "member@example.com"}, HTTP_HOST="localhost")
    assert link_in(mails()[0])


@pytest.mark.parametrize("email", ["nobody@example.com", "viewer@example.com"])
def test_who_asks_for_a_link_is_not_told_whether_somebody_is_there(email: str, viewer: User, member: User):
    deactivate_user(user_id=viewer.pk)
    known, unknown = (Client().post(RESET, {"email": asked}, follow=True) for asked in ("member@example.com", email))
    assert without_tokens(known.content) == without_tokens(unknown.content)
    assert len(mails()) == 1


def test_links_are_sent_a_few_times_an_hour(member: User):
    asked = ["member@example.com", "MEMBER@example.com"]
    statuses = [Client().post(RESET, {"email": asked[number % 2]}).status_code for number in range(6)]
    assert statuses == [302] * 5 + [429]
    assert len(mails()) == 5


@pytest.fixture
def secret(client_of: ClientOf, member: User) -> str:
    """The member switches two-factor sign-in on; the key of their app."""
    client = Client()
    sign_in("member@example.com", client=client)
    client.post("/account/confirm/", {"password": PASSWORD})
    page = client.get("/account/two-factor/app/").content.decode()
    (key,) = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    response = client.post("/account/two-factor/app/", {"code": code_of(key)}, follow=True)
    assert response.redirect_chain == [("/account/two-factor/recovery/", 302)]
    return str(key)


def code_of(secret: str, steps: int = 0) -> str:
    """What an app shows (RFC 6238), so many half minutes from now."""
    count = int(time.time()) // 30 + steps
    hashed = hmac.digest(base64.b32decode(secret), count.to_bytes(8, "big"), "sha1")
    offset = hashed[-1] & 15
    number = int.from_bytes(hashed[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def sign_in_with_code(code: str, client: Client | None = None) -> bool:
    client = client or Client()
    assert sign_in("member@example.com", client=client) == (302, "/account/two-factor/code/")
    assert not is_signed_in(client)
    client.post("/account/two-factor/code/", {"code": code})
    return is_signed_in(client)


def test_a_password_alone_is_not_enough(secret: str):
    assert not sign_in_with_code("000000")
    assert sign_in_with_code(code_of(secret, steps=1))


def test_a_code_works_once(secret: str):
    code = code_of(secret, steps=1)
    assert sign_in_with_code(code)
    assert not sign_in_with_code(code)


def test_a_recovery_code_works_once_in_place_of_the_app(secret: str):
    client = Client()
    assert sign_in_with_code(code_of(secret, steps=1), client)
    assert client.get("/account/two-factor/recovery/").status_code == 302
    client.post("/account/confirm/", {"password": PASSWORD})
    codes = re.findall(r"<li><code>(\d+)</code>", client.get("/account/two-factor/recovery/").content.decode())
    assert len(codes) == 10
    assert sign_in_with_code(codes[0])
    assert not sign_in_with_code(codes[0])


def test_codes_are_not_guessed(secret: str):
    client = Client()
    sign_in("member@example.com", client=client)
    for number in range(6):
        client.post("/account/two-factor/code/", {"code": f"00000{number}"})
    client.post("/account/two-factor/code/", {"code": code_of(secret, steps=1)})
    assert not is_signed_in(client)


def test_switching_off_takes_somebody_who_just_proved_who_they_are(secret: str, client_of: ClientOf, member: User):
    client = client_of("member")
    response = client.post("/account/two-factor/app/remove/")
    assert response["Location"].startswith("/account/confirm/?next=")
    client.post("/account/confirm/", {"password": PASSWORD})
    client.post("/account/two-factor/app/remove/")
    assert sign_in("member@example.com") == (302, "/")


def test_two_factor_comes_on_top_of_a_password(client_of: ClientOf, member: User):
    member.set_unusable_password()
    member.save()
    client = client_of("member")
    assert "/account/password/set/" in client.get("/account/two-factor/").content.decode()
    assert client.post("/account/password/set/", {"password1": NEW, "password2": NEW}).status_code == 302
    assert sign_in("member@example.com", NEW) == (302, "/")


def test_sessions_are_listed_and_the_others_ended(client_of: ClientOf, member: User):
    here, elsewhere = Client(), Client()
    sign_in("member@example.com", client=here, HTTP_USER_AGENT="Here/1.0")
    sign_in("member@example.com", client=elsewhere, HTTP_USER_AGENT="<b>Elsewhere</b>")
    page = here.get("/account/sessions/", headers={"user-agent": "Here/1.0"}).content.decode()
    assert re.findall(r'<td class="cell-words">([^<\n]+)', page) == ["Here/1.0 ", "&lt;b&gt;Elsewhere&lt;/b&gt;"]
    here.post("/account/sessions/")
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)


def test_reading_pages_writes_nothing_for_a_while(client_of: ClientOf, member: User):
    client = client_of("member")
    client.get("/account/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/account/")
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
    session = client.session
    session["seen_at"] -= 16 * 60
    session.save()
    UserSession.objects.update(last_seen_at=NOW)
    client.get("/account/")
    assert UserSession.objects.get().last_seen_at > NOW


def test_people_change_their_own_name(client_of: ClientOf, member: User):
    client = client_of("member")
    assert (
        client.post("/account/", {"name": "Grace Hopper", "language": "", "role": "administrator"}).status_code == 302
    )
    member.refresh_from_db()
    assert (member.name, member.role) == ("Grace Hopper", "member")


def test_a_name_that_will_not_do_is_said_beside_it(client_of: ClientOf, member: User):
    page = client_of("member").post("/account/", {"name": "Ada\x07", "language": ""}).content.decode()
    assert re.findall(r'id="id_name_errors"[^>]*>\s*(?:<[^>]+>)*([^<]+)', page) == [
        "Enter a name without special control characters."
    ]


@pytest.mark.parametrize(("back", "led"), [("/deals/", "/deals/"), ("https://evil.example/", "/"), ("", "/")])
def test_a_language_is_chosen_from_the_menu(back: str, led: str, client_of: ClientOf, member: User):
    response = client_of("member").post("/account/language/", {"language": "en", "next": back})
    assert response["Location"] == led
    member.refresh_from_db()
    assert member.language == "en"


def test_a_language_that_there_is_not_is_refused(client_of: ClientOf, member: User):
    assert client_of("member").post("/account/language/", {"language": "../pl"}).status_code == 422


def test_a_sender_behind_a_proxy_is_the_one_that_the_proxy_names(member: User, settings: Settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(20):
        sign_in(f"nobody{number}@example.com", HTTP_X_FORWARDED_FOR=f"6.6.6.{number}, 10.0.0.1")
    assert sign_in("member@example.com", HTTP_X_FORWARDED_FOR="7.7.7.7, 10.0.0.1") == TOO_MANY


def test_without_a_proxy_nobody_says_who_they_are(member: User):
    for number in range(20):
        sign_in(f"nobody{number}@example.com", HTTP_X_FORWARDED_FOR=f"6.6.6.{number}")
    assert sign_in("member@example.com", HTTP_X_FORWARDED_FOR="7.7.7.7") == TOO_MANY


@pytest.mark.django_db(transaction=True)
def test_tries_made_at_once_are_counted_all_the_same(member: User):
    """However many processes answer: what is counted is in the database."""
    answers = race(8, lambda number: sign_in("member@example.com", f"wrong {number}", REMOTE_ADDR=f"10.0.0.{number}"))
    assert set(answers) <= {NO, TOO_MANY}
    assert 1 <= answers.count(NO) <= 5
