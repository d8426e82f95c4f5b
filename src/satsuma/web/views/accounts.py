"""Signing in and one's own account. The pages are allauth's, as far as they are used: what is not listed here is not
reachable.
"""

from __future__ import annotations

import structlog
from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.usersessions import views as usersessions
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import register_converter
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.errors import AccountError
from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import has_second_factor
from satsuma.app.accounts.services.users import change_own_account
from satsuma.web.forms.accounts import OwnAccountForm
from satsuma.web.pages.accounts import AccountPage
from satsuma.web.routes import Access, View, route

log = structlog.get_logger("satsuma.web")


class Base36:
    """The id of a user in a link, ending at the first dash."""

    regex = "[0-9a-z]{1,13}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Base36, "base36")


def my_account(request: HttpRequest) -> HttpResponse:
    """Name and language, and where to go for password, second factor and sessions."""
    user = _reader(request)
    form = OwnAccountForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        try:
            change_own_account(user_id=user.pk, **form.cleaned_data)
        except AccountError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("my_account")
    page = AccountPage(_("My account"), user.email, user.role, has_second_factor(user))
    return render(request, "accounts/my_account.html", {"page": page, "form": form})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """The reader's own language, from the menu; back to where they were."""
    user = _reader(request)
    change_own_account(user_id=user.pk, name=user.name, language=request.POST.get("language", ""))
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if safe else "/")


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the address needs somebody who is signed in"
    return request.user


@require_GET
def connected(request: HttpRequest) -> HttpResponseBase:
    """Where allauth leads after it connected a user with their single sign-on."""
    return redirect("my_account")


def sign_in_elsewhere(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Leads to the provider of single sign-on by a page that leaves at once: a form of ours may lead nowhere else, and
    browsers hold its redirections to that."""
    response = _ask(openid_connect.login, request, provider_id)
    if request.method == "POST" and response.status_code == 302:
        return render(request, "socialaccount/leaving.html", {"url": response.headers["Location"]})
    return response


def come_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Where the provider sends people, with a code by which it tells us who they are."""
    return _ask(openid_connect.callback, request, provider_id)


def _ask(view: View, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """What the view answers, or that the provider cannot be reached."""
    try:
        return view(request, provider_id)
    except OSError as failed:  # what the library for requests raises
        log.warning("single_sign_on_failed", error=type(failed).__name__)
        return render(request, "socialaccount/authentication_error.html", status=503)


OPEN = Access.PUBLIC
MINE = Access.SIGNED_IN

urlpatterns = [
    route("account/", my_account, name="my_account", needs=MINE),
    route("account/language/", choose_language, name="choose_language", needs=MINE),
    route("account/login/", account.login, name="account_login", needs=OPEN),
    route("account/logout/", account.logout, name="account_logout", needs=OPEN),
    route("account/inactive/", account.account_inactive, name="account_inactive", needs=OPEN),
    route("account/confirm/", account.reauthenticate, name="account_reauthenticate", needs=MINE),
    route("account/password/", account.password_change, name="account_change_password", needs=MINE),
    route("account/password/set/", account.password_set, name="account_set_password", needs=MINE),
    route("account/password/reset/", account.password_reset, name="account_reset_password", needs=OPEN),
    route("account/password/reset/sent/", account.password_reset_done, name="account_reset_password_done", needs=OPEN),
    route(
        "account/password/reset/key/<base36:uidb36>-<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
        needs=OPEN,
    ),
    route(
        "account/password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
        needs=OPEN,
    ),
    route("account/two-factor/", mfa.index, name="mfa_index", needs=MINE),
    route("account/two-factor/code/", mfa.authenticate, name="mfa_authenticate", needs=OPEN),
    route("account/two-factor/confirm/", mfa.reauthenticate, name="mfa_reauthenticate", needs=MINE),
    route("account/two-factor/app/", totp.activate_totp, name="mfa_activate_totp", needs=MINE),
    route("account/two-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp", needs=MINE),
    route(
        "account/two-factor/recovery/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes", needs=MINE
    ),
    route(
        "account/two-factor/recovery/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
        needs=MINE,
    ),
    route(
        "account/two-factor/recovery/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
        needs=MINE,
    ),
    route("account/sessions/", usersessions.list_usersessions, name="usersessions_list", needs=MINE),
    route("account/sso/connected/", connected, name="socialaccount_connections", needs=MINE),
    route("account/sso/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled", needs=OPEN),
    route("account/sso/error/", social.login_error, name="socialaccount_login_error", needs=OPEN),
    route("account/sso/<slug:provider_id>/", sign_in_elsewhere, name="openid_connect_login", needs=OPEN),
    route("account/sso/<slug:provider_id>/callback/", come_back, name="openid_connect_callback", needs=OPEN),
]
