"""What the pages of fields and options show. Made by `views.fields`, `views.options` and `views.metrics`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.fields import list_fields, list_sections
from satsuma.app.crm.queries.settings import list_options
from satsuma.app.crm.queries.where_used import Use, is_quickly_counted, named_uses_of
from satsuma.domain.model import Kind
from satsuma.web.forms.fields import TYPES
from satsuma.web.pages.metrics import metrics_in_words

OPTIONS_PAGE = 100
"""Options of one page of the editor; they can be dragged when all are on one."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind of contact."""

    label: str
    url: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field on the list: what it is, and who uses it apart from its values."""

    field: FieldSpec
    uses: Sequence[Use] = ()
    words: str = ""
    """A metric in words."""

    @property
    def type_label(self) -> str:
        return str(TYPES[self.field.type])

    @property
    def edit_url(self) -> str:
        return edit_url(self.field)

    @property
    def is_name(self) -> bool:
        return self.field.is_column and self.field.key == "name"

    @property
    def uses_text(self) -> str:
        return ", ".join(use.sentence for use in self.uses)


@dataclass(frozen=True, slots=True)
class SectionCard:
    """A heading and the fields under it; `id` is 0 for fields without a section."""

    id: int
    label: str
    rows: Sequence[FieldRow]


@dataclass(frozen=True, slots=True)
class FieldsPage:
    """Every field of a kind, by section."""

    kind: Kind
    tabs: Sequence[Tab]
    sections: Sequence[SectionCard]
    retired: Sequence[FieldRow]
    counts_at_once: bool = True
    """Whether values are counted as soon as the page is there, or when somebody asks."""

    @property
    def title(self) -> str:
        return _("Fields of companies") if self.kind is Kind.COMPANY else _("Fields of people")


def fields_page(kind: Kind) -> FieldsPage:
    """At most twenty queries, whatever the number of fields."""
    fields = list_fields(kind, retired=True)
    uses, words = named_uses_of(fields), metrics_in_words(fields)
    rows = {field.id: FieldRow(field, uses[field.id], words.get(field.id, "")) for field in fields}
    shown = tuple(field for field in fields if not field.retired)
    sections = [
        SectionCard(section.id, section.label, [rows[field.id] for field in section.fields])
        for section in list_sections(kind, shown)
    ]
    retired = [rows[field.id] for field in fields if field.retired]
    return FieldsPage(kind, kind_tabs(kind), sections, retired, is_quickly_counted(kind))


def kind_tabs(kind: Kind) -> list[Tab]:
    labels = {Kind.COMPANY: _("Companies"), Kind.PERSON: _("People")}
    return [Tab(label, reverse("field_list", args=[other]), other is kind) for other, label in labels.items()]


def has_own_options(field: FieldSpec) -> bool:
    """Whether the workspace says what there is to choose: countries are those of the world."""
    return field.type.has_options and not (field.is_column and field.key == "country")


def edit_url(field: FieldSpec) -> str:
    return reverse("metric_edit" if field.metric else "field_edit", args=[field.id])


@dataclass(frozen=True, slots=True)
class FieldPage:
    """A field being edited; `options` is None for one without options of its own."""

    title: str
    field: FieldSpec
    row: FieldRow
    options: OptionsPage | None = None


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option in the editor. `typed` and `problem` are there when a new name was refused."""

    id: int
    label: str
    retired: bool
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OptionsPage:
    """A page of a field's options."""

    field_id: int
    rows: Sequence[OptionRow]
    total: int
    search: str = ""
    number: int = 1
    has_more: bool = False

    @property
    def previous_url(self) -> str:
        return self._url(self.number - 1)

    @property
    def next_url(self) -> str:
        return self._url(self.number + 1)

    def _url(self, number: int) -> str:
        query = urlencode({"search": self.search, "page": number})
        return f"{reverse('option_list', args=[self.field_id])}?{query}"

    @property
    def is_whole(self) -> bool:
        """Whether all of them are shown: then they can be dragged."""
        return len(self.rows) == self.total

    @property
    def is_searchable(self) -> bool:
        return self.total > OPTIONS_PAGE


def options_page(field_id: int, *, search: str = "", number: int = 1, refused: OptionRow | None = None) -> OptionsPage:
    """Two queries. `refused` is shown in the place of the option with its id."""
    found, total = list_options(field_id, search=search)
    start = OPTIONS_PAGE * (max(number, 1) - 1)
    rows = [
        refused if refused and refused.id == row.pk else OptionRow(row.pk, row.label, row.retired_at is not None)
        for row in found[start : start + OPTIONS_PAGE]
    ]
    return OptionsPage(field_id, rows, total, search, max(number, 1), len(found) > start + OPTIONS_PAGE)
