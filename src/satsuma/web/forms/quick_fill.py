"""A row of quick-fill: what segmentations ask of one contact. Called by `views.quick_fill`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.contacts import Entry
from satsuma.app.crm.values import ValueRefusedError, read_value, values_of
from satsuma.web.forms.contacts import field_control, typed_text


class RowForm(forms.Form):
    """The contact's values of these fields; its controls belong to the form element `form_id`, in the row's last cell.
    `version` is that of the contact as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, contact: Contact, fields: Sequence[FieldSpec], *, data: Any = None) -> None:
        values = values_of({field.key: field for field in fields}, contact)
        texts = {key: typed_text(value) for key, value in values.items()}
        super().__init__(data, initial={**texts, "version": contact.version}, auto_id=f"c{contact.pk}_%s")
        self.asked = {field.key: field for field in fields}
        self.form_id = f"fill-{contact.pk}"
        for field in fields:
            control = field_control(field, held=texts.get(field.key, ""))
            if isinstance(control, forms.MultipleChoiceField):
                offered, control.widget = control.choices, forms.SelectMultiple(attrs={"size": 3})
                control.choices = offered  # tells the new widget
            elif isinstance(control.widget, forms.Textarea):
                control.widget = forms.TextInput()
            control.required, control.help_text = False, ""
            spoken = _("%(field)s of %(name)s") % {"field": field.label, "name": contact.name}
            control.widget.attrs |= {"form": self.form_id, "aria-label": spoken}
            self.fields[field.key] = control

    @property
    def cells(self) -> list[tuple[Any, bool]]:
        """Each bound field, and whether it is empty."""
        return [(self[key], not self[key].value()) for key in self.asked]

    def clean(self) -> dict[str, Any]:
        for key, field in self.asked.items():
            try:
                value = read_value(field, self.cleaned_data.get(key) or "")
                if value is None and field.required:
                    raise ValueRefusedError(_("This field has to be filled in."))
                self.cleaned_data[key] = value
            except ValueRefusedError as error:
                self.add_error(key, str(error))
        return self.cleaned_data

    def entry(self) -> Entry:
        """What to save, after `is_valid`."""
        return Entry({key: self.cleaned_data[key] for key in self.asked})
