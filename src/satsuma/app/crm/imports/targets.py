"""Where a column can go: fields of companies and people, and what a deal has. Used by mapping, guessing and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.imports.context import CONTACTS, Context, Part
from satsuma.app.crm.imports.wanted import AMOUNT
from satsuma.app.crm.models import Contact, Deal
from satsuma.domain.model import FieldType

OWNER, FIRST_NAME, LAST_NAME = "owner", "first_name", "last_name"
NEW = "new"
"""The target of a column that becomes a new field."""

PART_NAMES: Mapping[Part, str | Promise] = {
    Part.COMPANY: gettext_lazy("Company"),
    Part.PERSON: gettext_lazy("Person"),
    Part.DEAL: gettext_lazy("Deal"),
}


@dataclass(frozen=True)
class Target:
    """One place a column can go; `type` is a field type or `AMOUNT`. `field` is there for fields of contacts."""

    part: Part
    name: str
    label: str
    type: str
    longest: int = 0
    is_email: bool = False
    field: FieldSpec | None = None

    @property
    def key(self) -> str:
        return f"{self.part}.{self.name}"


def list_targets(context: Context) -> tuple[Target, ...]:
    """Every target, by part, in the order of forms."""
    contacts = [target for part in CONTACTS for target in _contact_targets(part, context)]
    return (*contacts, *_deal_targets())


def _contact_targets(part: Part, context: Context) -> list[Target]:
    found = []
    for field in context.fields[part].values():
        longest = _longest(field)
        is_email = field.is_column and field.key == "email"
        found.append(Target(part, field.key, field.label, field.type.value, longest, is_email, field))
    if part is Part.PERSON:
        found[1:1] = [_text(part, FIRST_NAME, _("First name"), 100), _text(part, LAST_NAME, _("Last name"), 100)]
    return [*found, _text(part, OWNER, _("Owner"))]


def _longest(field: FieldSpec) -> int:
    """How many characters a text field's column can keep; 0 where there is no such limit."""
    if not field.is_column or field.type is not FieldType.TEXT:
        return 0
    return getattr(Contact._meta.get_field(field.key), "max_length", None) or 0


def _deal_targets() -> list[Target]:
    day = FieldType.DATE.value
    title: int = Deal._meta.get_field("title").max_length or 200
    return [
        _text(Part.DEAL, "title", _("Title"), title),
        Target(Part.DEAL, "value", _("Value"), AMOUNT),
        _text(Part.DEAL, "currency", _("Currency")),
        _text(Part.DEAL, "stage", _("Stage, or open, won, lost")),
        _text(Part.DEAL, "product", _("Product"), 200),
        Target(Part.DEAL, "opened_on", _("Opened"), day),
        Target(Part.DEAL, "closed_on", _("Closed"), day),
        _text(Part.DEAL, "external_id", _("External ID"), 100),
        _text(Part.DEAL, OWNER, _("Owner")),
    ]


def _text(part: Part, name: str, label: str, longest: int = 0) -> Target:
    return Target(part, name, label, FieldType.TEXT.value, longest)


KEYS: Mapping[Part, Mapping[str, tuple[str, ...]]] = {
    Part.COMPANY: {
        "external_id": ("external_id",),
        "domain": ("website", "email"),
        "email": ("email",),
        "name": ("name",),
    },
    Part.PERSON: {"external_id": ("external_id",), "email": ("email",), "name": ("name", FIRST_NAME, LAST_NAME)},
    Part.DEAL: {"external_id": ("external_id",), "title": ("title",), "": ()},
}
"""How rows are matched with what is there: key → the targets of which one must be mapped. "": every deal is new."""

KEY_NAMES: Mapping[str, str | Promise] = {
    "external_id": gettext_lazy("External ID"),
    "domain": gettext_lazy("Web domain"),
    "email": gettext_lazy("E-mail"),
    "name": gettext_lazy("Name"),
    "title": gettext_lazy("Title and company"),
    "": gettext_lazy("Nothing: every deal is new"),
}
