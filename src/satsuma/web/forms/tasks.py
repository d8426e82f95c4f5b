"""What is asked about a task: one line on profiles, the same with more on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Task
from satsuma.app.crm.services.tasks import TaskEntry
from satsuma.app.crm.values import ValueRefusedError, read_day
from satsuma.web.ids import read_id


class TaskForm(forms.Form):
    title = forms.CharField(label=_("What is to be done"), widget=forms.TextInput(attrs={"maxlength": 200}))
    contact = forms.CharField(label=_("For"), required=False)
    due_on = forms.CharField(label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    owner = forms.ChoiceField(label=_("Who does it"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, owners: Sequence[User], data: Any = None, *, begun: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial=dict(begun or {}))
        people = [("", _("nobody")), *((str(owner.pk), str(owner)) for owner in owners)]
        self.fields["owner"].choices = people  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        text = self.cleaned_data["due_on"].strip()
        try:
            return read_day(text) if text else None
        except ValueRefusedError as error:
            raise forms.ValidationError(str(error)) from error

    def entry(self, *, contact_id: int | None = None) -> TaskEntry:
        """What to save, after `is_valid`; `contact_id` where the page says for whom it is."""
        said = self.cleaned_data
        contact = contact_id if contact_id is not None else _id(said["contact"])
        return TaskEntry(said["title"], contact, said["due_on"], _id(said["owner"]))


def typed_task(task: Task) -> dict[str, object]:
    """The task as its form shows it."""
    return {
        "title": task.title,
        "contact": task.contact_id or "",
        "due_on": task.due_on.isoformat() if task.due_on else "",
        "owner": task.owner_id or "",
        "version": task.version,
    }


def _id(text: str) -> int | None:
    """The id that a control sends. What is no id names nothing that there is: 0."""
    if not text:
        return None
    return read_id(text) or 0
