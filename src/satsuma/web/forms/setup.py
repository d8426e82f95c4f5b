"""What the first run asks: who administers, and how the workspace is called and counts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.web.forms.accounts import PASSWORD_HELP
from satsuma.web.forms.workspace import WorkspaceForm


class SetupForm(WorkspaceForm):
    """The entries are named as `set_up` names them."""

    workspace_name = forms.CharField(
        label=_("Name of the workspace"), max_length=200, help_text=_("Your company, or what you call this place.")
    )
    email = forms.CharField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=PASSWORD_HELP,
    )
    field_order = ("name", "email", "password", "workspace_name", "language", "currency", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Your name")
        self.fields["name"].help_text = ""
        self.fields["name"].widget.attrs |= {"autocomplete": "name", "autofocus": True}
        self.fields["time_zone"].widget.attrs["data-browser-zone"] = ""
