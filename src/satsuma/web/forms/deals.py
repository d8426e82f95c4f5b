"""The form of a deal. Called by `views.deals`.

Everything on it is text until `entry` makes typed values of it, so what was typed can be shown again, and compared with
what somebody else saved meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Deal, Product, Stage
from satsuma.app.crm.money import from_e4, read_amount, read_rate
from satsuma.app.crm.services.deal_entries import DealEntry
from satsuma.app.crm.values import Typed, ValueRefusedError, read_day
from satsuma.web.choices import currency_choices
from satsuma.web.ids import read_id

Choices = Sequence[tuple[str, str]]
NAMES = (
    "title",
    "company",
    "person",
    "value",
    "currency",
    "rate",
    "stage",
    "product",
    "owner",
    "opened_on",
    "closed_on",
)
READERS = {"value": read_amount, "rate": read_rate, "opened_on": read_day, "closed_on": read_day}


@dataclass(frozen=True, slots=True)
class DealChoices:
    """What can be chosen on the form."""

    stages: Sequence[Stage]
    products: Sequence[Product]
    owners: Sequence[User]
    currency: str
    """The workspace's."""


class DealForm(forms.Form):
    """`typed` are the texts to begin with, `base` those that the page was opened with: sent along, they tell later
    which answers were changed here."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), help_text=_("What is sold, in a few words."))
    company = forms.CharField(label=_("Company"), required=False)
    person = forms.CharField(label=_("Person"), required=False)
    value = forms.CharField(label=_("Value"), required=False)
    currency = forms.ChoiceField(label=_("Currency"))
    rate = forms.CharField(label=_("Exchange rate"), required=False)
    stage = forms.ChoiceField(label=_("Stage"))
    product = forms.ChoiceField(label=_("Product"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    opened_on = forms.CharField(label=_("Opened"), required=False)
    closed_on = forms.CharField(
        label=_("Closed"),
        required=False,
        help_text=_("For won and lost deals. Empty: the day they are won or lost."),
    )

    def __init__(
        self,
        choices: DealChoices,
        *,
        data: Any = None,
        typed: Mapping[str, Typed] | None = None,
        base: Mapping[str, Typed] | None = None,
        version: int = 0,
    ) -> None:
        begun = typed or {}
        super().__init__(data, initial={**begun, "version": version, "base": json.dumps(dict(base or begun))})
        for name in ("value", "rate"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"
        for name in ("opened_on", "closed_on"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})
        self.fields["title"].widget.attrs["maxlength"] = 200
        self.fields["rate"].help_text = _(
            "For other currencies: how many %(currency)s one unit is worth. Empty: as it was, or as in the settings."
        ) % {"currency": choices.currency}
        self._offer("stage", [(str(stage.id), stage.label) for stage in choices.stages])
        self._offer("product", [("", "–"), *((str(product.id), product.label) for product in choices.products)])
        self._offer("owner", [("", str(_("nobody"))), *((str(owner.pk), str(owner)) for owner in choices.owners)])
        self._offer("currency", currency_choices(also=str(begun.get("currency") or choices.currency)))

    def _offer(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        for name, read in READERS.items():
            text = self.cleaned_data.get(name) or ""
            try:
                self.cleaned_data[name] = read(text.strip()) if text.strip() else None
            except ValueRefusedError as error:
                self.add_error(name, str(error))
        return self.cleaned_data

    def entry(self, *, external_id: str = "") -> DealEntry:
        """What to save, after `is_valid`."""
        said = self.cleaned_data
        return DealEntry(
            title=said["title"],
            company_id=_id(said["company"]),
            person_id=_id(said["person"]),
            value=said["value"],
            currency=said["currency"],
            rate=None if self._has_stale_rate() else said["rate"],
            product_id=_id(said["product"]),
            stage_id=_id(said["stage"]),
            opened_on=said["opened_on"],
            closed_on=said["closed_on"],
            owner_id=_id(said["owner"]),
            external_id=external_id,
        )

    def _has_stale_rate(self) -> bool:
        """Whether the currency was changed, and the rate of the one before left standing."""
        base = self.base_texts()
        typed_rate = str(self["rate"].data or "").strip()
        return base.get("currency") != self.cleaned_data["currency"] and base.get("rate", "") == typed_rate

    def typed(self) -> dict[str, Typed]:
        """What was typed, as it came."""
        return {name: str(self[name].data or "") for name in NAMES}

    def base_texts(self) -> dict[str, Typed]:
        """The texts that the page was opened with; nothing if the browser sent something else."""
        try:
            base = json.loads(self.data.get("base") or "{}")
        except ValueError:
            return {}
        return {str(key): str(text) for key, text in base.items()} if isinstance(base, dict) else {}


def typed_deal(deal: Deal, own: str) -> dict[str, Typed]:
    """The deal as its form shows it; `own` is the workspace's currency, which has no rate."""
    links = {
        "company": deal.company_id,
        "person": deal.person_id,
        "stage": deal.stage_id,
        "product": deal.product_id,
        "owner": deal.owner_id,
    }
    days = {"opened_on": deal.opened_on, "closed_on": deal.closed_on}
    return {
        "title": deal.title,
        "value": typed_decimal(from_e4(deal.value_e4)),
        "currency": deal.currency,
        "rate": "" if deal.currency == own else typed_decimal(deal.rate),
        **{name: str(id_ or "") for name, id_ in links.items()},
        **{name: day.isoformat() if day else "" for name, day in days.items()},
    }


def typed_decimal(number: Decimal | None) -> str:
    """A number as somebody would type it in the reader's language."""
    if number is None:
        return ""
    locale = (get_language() or "en").replace("-", "_")
    return format_decimal(number, format="0.########", locale=locale, decimal_quantization=False)


def _id(text: str) -> int | None:
    """The id that a control sends. What is no id names nothing that there is: 0."""
    if not text:
        return None
    return read_id(text) or 0
