"""Users, under Settings: who they are, what they may, invitations and what an administrator can do for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.errors import AccountError
from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import get_user, has_second_factor, list_users
from satsuma.app.accounts.services.users import (
    activate_user,
    change_user,
    deactivate_user,
    invite_user,
    remove_second_factor,
    send_link,
)
from satsuma.web.forms.users import InvitationForm, UserForm
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.pages.users import LinkPage, UserPage, UserRow, UsersPage
from satsuma.web.routes import route

ADMINISTER = Permission.ADMINISTER


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    page = UsersPage(_("Users"), [UserRow.of(user) for user in list_users()])
    return render(request, "users/list.html", {"page": page})


def user_new(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite_user(**form.cleaned_data, at=timezone.now())
        except AccountError as refused:
            form.refuse(refused)
        else:
            return render(request, "users/link.html", {"page": LinkPage.of(_("Invited"), invitation)})
    return render(request, "users/new.html", {"title": _("Invite somebody"), "form": form})


def user_edit(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_user(user_id)
    kept = {"name": user.name, "role": user.role, "language": user.language}
    form = UserForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            change_user(user_id=user_id, **form.cleaned_data)
        except AccountError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("users")
    user.has_second_factor = has_second_factor(user)  # type: ignore[attr-defined]
    page = UserPage(user.name, UserRow.of(user), user.pk == request.user.pk)
    return render(request, "users/edit.html", {"page": page, "form": form})


@require_POST
def user_link(request: HttpRequest, user_id: int) -> HttpResponse:
    page = LinkPage.of(_("New link"), send_link(user_id=user_id))
    return render(request, "users/link.html", {"page": page})


@require_POST
def user_deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    try:
        user = deactivate_user(user_id=user_id)
    except AccountError as refused:
        if refused.code != "last_administrator":
            raise
        messages.error(request, str(refused))
        return redirect("user_edit", user_id)
    messages.success(request, _("%(name)s can no longer sign in.") % {"name": user.name})
    return redirect("users")


@require_POST
def user_activate(request: HttpRequest, user_id: int) -> HttpResponse:
    user = activate_user(user_id=user_id)
    messages.success(request, _("%(name)s can sign in again.") % {"name": user.name})
    return redirect("user_edit", user_id)


@require_POST
def user_remove_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    user = remove_second_factor(user_id=user_id)
    messages.success(request, _("%(name)s signs in with the password alone now.") % {"name": user.name})
    return redirect("user_edit", user_id)


SETTINGS = [
    SettingsCard(
        part=Part.INSTALLATION,
        position=10,
        title=gettext_lazy("Users"),
        text=gettext_lazy("Who signs in, and what they may do"),
        icon="users",
        address="users",
        needs=ADMINISTER,
    )
]

urlpatterns = [
    route("settings/users/", users, name="users", needs=ADMINISTER),
    route("settings/users/new/", user_new, name="user_new", needs=ADMINISTER),
    route("settings/users/<int:user_id>/", user_edit, name="user_edit", needs=ADMINISTER),
    route("settings/users/<int:user_id>/link/", user_link, name="user_link", needs=ADMINISTER),
    route("settings/users/<int:user_id>/deactivate/", user_deactivate, name="user_deactivate", needs=ADMINISTER),
    route("settings/users/<int:user_id>/activate/", user_activate, name="user_activate", needs=ADMINISTER),
    route(
        "settings/users/<int:user_id>/remove-second-factor/",
        user_remove_second_factor,
        name="user_remove_second_factor",
        needs=ADMINISTER,
    ),
]
