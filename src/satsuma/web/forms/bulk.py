"""The forms of a bulk change: what is asked depends on the kind of change. Called by `views.bulk`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import list_active_users
from satsuma.app.crm.bulk import Action, BulkChange
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.services.bulk import bulk_fields, field_change
from satsuma.app.crm.values import ValueRefusedError, read_value
from satsuma.app.crm.wording import shown_value
from satsuma.domain.model import Kind
from satsuma.web.forms.contacts import field_control


class OwnerForm(forms.Form):
    def __init__(self, *, data: Any = None) -> None:
        super().__init__(data)
        self.people: list[User] = list_active_users()
        offered = [("", _("nobody")), *((str(user.pk), str(user)) for user in self.people)]
        self.fields["owner"] = forms.ChoiceField(label=_("New owner"), required=False, choices=offered)

    def change(self) -> BulkChange:
        chosen = self.cleaned_data["owner"]
        name = next((str(user) for user in self.people if str(user.pk) == chosen), _("nobody"))
        return BulkChange(
            Action.OWNER, owner_id=int(chosen) if chosen else None, words=_("Owner: %(name)s") % {"name": name}
        )


class TagsForm(forms.Form):
    def __init__(self, action: Action, *, data: Any = None) -> None:
        super().__init__(data)
        self.action = action
        told = _("Several with commas between them.")
        self.fields["tags"] = forms.CharField(label=_("Tags"), help_text=told, max_length=1_000)

    def change(self) -> BulkChange:
        names = tuple(name.strip() for name in self.cleaned_data["tags"].split(",") if name.strip())
        sentence = _("Tags added: %(tags)s") if self.action is Action.TAG else _("Tags taken away: %(tags)s")
        return BulkChange(self.action, tags=names, words=sentence % {"tags": ", ".join(names)})


class FieldForm(forms.Form):
    """Which field; and once that is known, its new value."""

    def __init__(self, kind: Kind, *, data: Any = None, key: str = "", asks_value: bool = False) -> None:
        self.asked = {field.key: field for field in bulk_fields(kind)}
        self.field: FieldSpec | None = self.asked.get(key)
        super().__init__(data if asks_value else None, initial={"key": key})
        offered = [("", _("Choose a field")), *((key, field.label) for key, field in self.asked.items())]
        self.fields["key"] = forms.ChoiceField(label=_("Field"), choices=offered)
        if self.field is not None:
            self.fields["key"].widget = forms.HiddenInput()
            control = field_control(self.field)
            control.required = False
            control.label = self.field.label
            control.help_text = control.help_text or _("Leave it empty to clear the field.")
            self.fields["value"] = control

    def clean(self) -> dict[str, Any]:
        if self.field is not None:
            try:
                self.cleaned_data["value"] = read_value(self.field, self.cleaned_data.get("value") or "")
            except ValueRefusedError as error:
                self.add_error("value", str(error))
        return self.cleaned_data

    def change(self) -> BulkChange:
        assert self.field is not None
        value = self.cleaned_data["value"]
        shown = shown_value(self.field, value) or _("empty")
        return field_change(
            self.field, value, words=_("%(field)s: %(value)s") % {"field": self.field.label, "value": shown}
        )


class BinForm(forms.Form):
    def change(self) -> BulkChange:
        return BulkChange(Action.BIN, words=_("Put into the bin"))


BulkForm = OwnerForm | TagsForm | FieldForm | BinForm


def bulk_form(kind: Kind, action: Action, data: Any, *, is_answer: bool) -> BulkForm:
    """The form of this change; with what was entered if `is_answer`."""
    answered = data if is_answer else None
    match action:
        case Action.OWNER:
            return OwnerForm(data=answered)
        case Action.TAG | Action.UNTAG:
            return TagsForm(action, data=answered)
        case Action.FIELD:
            return FieldForm(kind, data=data, key=data.get("key", ""), asks_value=is_answer)
        case Action.BIN:
            return BinForm(answered)
