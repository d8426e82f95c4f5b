"""What an administrator enters about a user."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.app.accounts.permissions import Role
from satsuma.web.forms.accounts import RefusableForm, language_choices
from satsuma.web.roles import role_name


class UserForm(RefusableForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect, initial=Role.MEMBER)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role_with_meaning(role)) for role in Role]  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]


class InvitationForm(UserForm):
    email = forms.CharField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(), help_text=_("This is what they sign in with.")
    )
    field_order = ("name", "email", "role", "language")


def role_with_meaning(role: Role) -> str:
    """A role and what it includes, on one line."""
    meanings = {
        Role.VIEWER: _("reads and exports everything"),
        Role.MEMBER: _("also changes contacts, deals, activities and tasks"),
        Role.MANAGER: _("also imports, manages fields, stages and tags, and erases"),
        Role.ADMINISTRATOR: _("everything, with users and the workspace"),
    }
    return f"{role_name(role)} – {meanings[role]}"
