"""What people enter about exchange rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.app.accounts.currencies import current_currencies
from satsuma.app.crm.money import read_rate
from satsuma.app.crm.values import ValueRefusedError
from satsuma.app.locale import active_locale
from satsuma.web.forms.fields import SettingsForm


class RateForm(SettingsForm):
    """One currency and what it is worth, in the reader's way of writing numbers."""

    currency = forms.ChoiceField(label=_("Currency"))
    rate = forms.CharField(
        label=_("One unit is worth"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _("Enter what one unit is worth.")},
    )

    def __init__(self, own: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = active_locale().currencies
        named = [(code, f"{code} – {names.get(code, code)}") for code in sorted(current_currencies()) if code != own]
        self.fields["currency"].choices = [("", _("Choose one")), *named]  # type: ignore[attr-defined]

    def clean_rate(self) -> Decimal:
        try:
            rate = read_rate(self.cleaned_data["rate"])
        except ValueRefusedError as refused:
            raise forms.ValidationError(str(refused)) from refused
        if rate is None:
            raise forms.ValidationError(_("Enter what one unit is worth."))
        return rate
