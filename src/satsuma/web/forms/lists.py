"""The form that adds a condition to a list, made for one column; and the one that keeps a list as a view."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec, Source
from satsuma.app.crm.lists import Answer, Column, Condition, Operator, operators_of
from satsuma.app.crm.lists.conditions import WORDS, ConditionRefusedError, read_value
from satsuma.app.crm.values import ValueRefusedError
from satsuma.app.crm.values import read_value as read_typed
from satsuma.domain.model import FieldType, Kind

NUMBER = FieldSpec(0, Kind.COMPANY, "value", Source.CUSTOM, FieldType.NUMBER, "")
DAY = FieldSpec(0, Kind.COMPANY, "value", Source.CUSTOM, FieldType.DATE, "")


class ConditionForm(forms.Form):
    """How the column is compared, and with what. Numbers and days are read in the reader's language."""

    def __init__(self, column: Column, *, data: Any = None) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.column = column
        operators = [(operator.value, WORDS[operator]) for operator in operators_of(column)]
        self.fields["operator"] = forms.ChoiceField(label=_("How"), choices=operators)
        if column.answer is not Answer.YES_NO:
            self.fields["value"] = self._value_field()

    def _value_field(self) -> forms.Field:
        column = self.column
        if column.answer in (Answer.CHOICE, Answer.CHOICES):
            offered = [(option.key, option.label) for option in column.options]
            box = forms.SelectMultiple(attrs={"size": min(8, max(3, len(offered)))})
            return forms.MultipleChoiceField(label=_("Which"), choices=offered, required=False, widget=box)
        if column.answer in (Answer.DAY, Answer.MOMENT):
            told = _("A day, such as 2026-03-31, or a number of days.")
            return forms.CharField(label=_("Day or days"), required=False, help_text=told, max_length=20)
        if column.is_quantity:
            widget = forms.TextInput(attrs={"inputmode": "decimal"})
            return forms.CharField(label=_("Number"), required=False, widget=widget, max_length=40)
        return forms.CharField(label=_("Text"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Adds `condition`."""
        name = self.cleaned_data.get("operator")
        if name:
            try:
                operator = Operator(name)
                value = read_value(self.column, operator, self._written(operator))
                self.cleaned_data["condition"] = Condition(self.column.key, operator, value)
            except (ConditionRefusedError, ValueRefusedError) as error:
                self.add_error("value", str(error))
        return self.cleaned_data

    def condition(self) -> Condition:
        """What was asked, after `is_valid`."""
        condition = self.cleaned_data["condition"]
        assert isinstance(condition, Condition)
        return condition

    def _written(self, operator: Operator) -> str:
        """What was typed as an address has it: numbers with a point, days as 2026-03-31."""
        typed = self.cleaned_data.get("value") or ""
        if not operator.has_value:
            return ""
        if isinstance(typed, list):
            return ",".join(typed)
        if self.column.is_quantity:
            number = read_typed(NUMBER, typed)
            return "" if number is None else repr(number)
        if self.column.answer in (Answer.DAY, Answer.MOMENT) and operator in (Operator.FROM, Operator.TO):
            return str(read_typed(DAY, typed) or "")
        return str(typed).strip()


class ViewForm(forms.Form):
    """A view's name; `address` is what it shows."""

    name = forms.CharField(max_length=100)
    shared = forms.BooleanField(required=False)
    address = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
