"""What people enter about themselves: sign-in, passwords, second factor, own account. Most extend allauth's forms."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satsuma.app.accounts.errors import AccountError
from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import find_user_by_email
from satsuma.domain.folding import fold
from satsuma.web.languages import offered_languages

PASSWORD_HELP = _("At least 10 characters. A few words that belong together only for you are best.")
REQUIRED = _("Enter this to go on.")


class RefusableForm(forms.Form):
    """A form whose service may refuse an entry."""

    def refuse(self, error: AccountError) -> None:
        """Shows the error beside the entry it is about."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class Worded:
    """Puts our words into a form of allauth: `labels` by field, and nothing that vanishes when somebody types."""

    labels: ClassVar[dict[str, str | Promise]] = {}
    helps: ClassVar[dict[str, str | Promise]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = REQUIRED


class SignInForm(Worded, account.LoginForm):  # type: ignore[misc]
    labels: ClassVar = {"login": _("E-mail"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class ResetPasswordForm(Worded, account.ResetPasswordForm):  # type: ignore[misc]
    """Writes to the address that is kept, never to the one that was typed: it may only look the same."""

    labels: ClassVar = {"email": _("E-mail")}
    users: list[User]

    def clean_email(self) -> str:
        """The folded address, by which tries are counted."""
        user = find_user_by_email(self.cleaned_data["email"])
        self.users = [user] if user and user.is_active else []
        return fold(self.cleaned_data["email"])

    def save(self, request: Any, **kwargs: Any) -> str:
        typed: str = self.cleaned_data["email"]
        if self.users:
            self.cleaned_data["email"] = self.users[0].email
        super().save(request, **kwargs)
        return typed


class ChoosePasswordForm(Worded, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels: ClassVar = {"password1": _("New password"), "password2": _("New password, again")}
    helps: ClassVar = {"password1": PASSWORD_HELP}


class ChangePasswordForm(Worded, account.ChangePasswordForm):  # type: ignore[misc]
    labels: ClassVar = {"oldpassword": _("Password until now"), **ChoosePasswordForm.labels}
    helps: ClassVar = {"password1": PASSWORD_HELP}


class SetPasswordForm(Worded, account.SetPasswordForm):  # type: ignore[misc]
    labels: ClassVar = ChoosePasswordForm.labels
    helps: ClassVar = {"password1": PASSWORD_HELP}


class ConfirmPasswordForm(Worded, account.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"password": _("Password")}


class CodeForm(Worded, mfa.AuthenticateForm):  # type: ignore[misc]
    labels: ClassVar = {"code": _("Code")}
    helps: ClassVar = {"code": _("The six digits of your authenticator app, or one of your recovery codes.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autofocus": True}


class ConfirmCodeForm(Worded, mfa.ReauthenticateForm):  # type: ignore[misc]
    labels: ClassVar = CodeForm.labels
    helps: ClassVar = CodeForm.helps


class ActivateForm(Worded, ActivateTOTPForm):  # type: ignore[misc]
    labels: ClassVar = {"code": _("Code")}
    helps: ClassVar = {"code": _("The six digits that the app shows.")}


class OwnAccountForm(RefusableForm):
    """What everybody may change of themselves."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]


def language_choices() -> list[tuple[str, str | Promise]]:
    """Those of the installation, after "as the workspace"."""
    return [("", _("As the workspace")), *offered_languages()]
