"""What the pages of one contact show: profile, form, merge, doubles, bin. Made by `views.contacts`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Contact, Deal
from satsuma.app.crm.queries.contacts import list_doubles, list_people_of
from satsuma.app.crm.queries.deals import list_open_deals_of
from satsuma.app.crm.queries.fields import SectionSpec, fields_by_key, list_fields, list_sections
from satsuma.app.crm.values import values_of
from satsuma.app.crm.wording import shown_value
from satsuma.domain.model import Kind, Value
from satsuma.web.forms.contacts import with_questions

ADDRESSES = {"email": "mailto:", "phone": "tel:"}
LONG = ("description",)


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a profile: its name and its value in the reader's language, "" for none."""

    label: str
    value: str
    url: str = ""
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the lines under it. `anchor` is the place on the form of the first line without a value."""

    label: str
    lines: Sequence[Line]
    anchor: str = ""

    @property
    def unanswered(self) -> int:
        return sum(not line.value for line in self.lines)


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """A contact with everything known about it but its timeline, which has an address of its own."""

    contact: Contact
    groups: Sequence[Group]
    figures: Sequence[Line]
    people: Sequence[Contact]
    has_more_people: bool
    open_deals: Sequence[Deal]

    @property
    def is_company(self) -> bool:
        return self.contact.kind == Kind.COMPANY


MOST_PEOPLE = 20


def profile_page(contact: Contact, *, questions: Collection[str] = ()) -> ProfilePage:
    """Six queries at most, whatever the contact has. `questions` are the keys that segmentations ask for."""
    kind = Kind(contact.kind)
    fields = list_fields(kind)
    values = values_of({field.key: field for field in fields}, contact)
    typed_in = tuple(field for field in fields if field.is_typed_in and field.key != "name")
    groups = [
        _group(section, values)
        for section in with_questions(list_sections(kind, typed_in), questions)
        if section.fields
    ]
    figures = [_line(field, values.get(field.key)) for field in fields if not field.is_typed_in]
    people = list_people_of(contact.id, most=MOST_PEOPLE + 1) if kind is Kind.COMPANY else []
    open_deals = list_open_deals_of(contact)
    return ProfilePage(contact, groups, figures, people[:MOST_PEOPLE], len(people) > MOST_PEOPLE, open_deals)


def _group(section: SectionSpec, values: Mapping[str, Value]) -> Group:
    lines = [_line(field, values.get(field.key)) for field in section.fields]
    empty = [field.key for field, line in zip(section.fields, lines, strict=True) if not line.value and field.on_form]
    return Group(section.label, lines, f"id_{empty[0]}" if empty else "")


def _line(field: FieldSpec, value: Value) -> Line:
    shown = shown_value(field, value)
    return Line(field.label, shown, _url(field, shown), is_long=field.is_column and field.key in LONG)


def _url(field: FieldSpec, shown: str) -> str:
    if not shown or not field.is_column:
        return ""
    if field.key == "website":
        return shown if shown.lower().startswith(("http://", "https://")) else f"https://{shown}"
    return ADDRESSES[field.key] + shown if field.key in ADDRESSES else ""


@dataclass(frozen=True, slots=True)
class Side:
    """One field of two contacts that are to be merged. Where both have a value and these differ, somebody chooses."""

    key: str
    label: str
    kept: str
    other: str

    @property
    def is_choice(self) -> bool:
        return bool(self.kept and self.other) and self.kept != self.other


@dataclass(frozen=True, slots=True)
class MergePage:
    """Two contacts side by side."""

    kept: Contact
    other: Contact
    sides: Sequence[Side]


def merge_page(kept: Contact, other: Contact) -> MergePage:
    fields = {key: field for key, field in fields_by_key(Kind(kept.kind)).items() if field.is_typed_in}
    ours, theirs = values_of(fields, kept), values_of(fields, other)
    sides = [
        Side(key, field.label, shown_value(field, ours.get(key)), shown_value(field, theirs.get(key)))
        for key, field in fields.items()
        if key in ours or key in theirs
    ]
    return MergePage(kept, other, sides)


SHARED = {
    "name_folded": gettext_lazy("the same name"),
    "email_folded": gettext_lazy("the same e-mail"),
    "domain": gettext_lazy("the same web address"),
}


@dataclass(frozen=True, slots=True)
class DoublesPage:
    """Contacts that may be the same: what they share in words, and they themselves."""

    kind: Kind
    groups: Sequence[tuple[str, Sequence[Contact]]]


def doubles_page(kind: Kind) -> DoublesPage:
    return DoublesPage(kind, [(str(SHARED[group.by]), group.contacts) for group in list_doubles(kind)])
