"""Everything the workspace keeps, as tables: companies, people, deals, activities, tasks. Called by the job."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from satsuma.app.crm.exports.sheets import Row, sheet_name, workbook_row, write_csv
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.further_tables import Export, list_further
from satsuma.app.crm.models import Activity, Contact, ContactTag, Deal, Task
from satsuma.app.crm.money import from_e4
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.values import values_of
from satsuma.domain.model import FieldType, Kind
from satsuma.tables.writing import write_sheets

CHUNK = 1_000
Look = Callable[[int], None]


def list_exports() -> list[Export]:
    """The five tables, and what other apps have. What is in the bin is left out."""
    return [
        _contacts(Kind.COMPANY, _("Companies"), "companies"),
        _contacts(Kind.PERSON, _("People"), "people"),
        _deals(),
        _activities(),
        _tasks(),
        *list_further(),
    ]


def write_zip(path: Path, exports: Sequence[Export], look: Look) -> None:
    """One CSV for each table. `look` is told how many rows were written, and may raise."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for export in exports:
            with (
                archive.open(f"{export.file}.csv", "w") as raw,
                io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file,
            ):
                write_csv(file, export.headings, _watched(export.rows(), look))


def write_workbook(path: Path, exports: Sequence[Export], look: Look) -> None:
    """One sheet for each table. Raises InputError `workbook_too_large`."""
    sheets = {
        sheet_name(export.name): (export.headings, map(workbook_row, _watched(export.rows(), look)))
        for export in exports
    }
    write_sheets(path, sheets, "export.xlsx")


def _watched(rows: Iterable[Row], look: Look) -> Iterator[Row]:
    for row in rows:
        look(1)
        yield row


def _contacts(kind: Kind, name: str, file: str) -> Export:
    fields = list_fields(kind)
    present = Contact.objects.filter(kind=kind, binned_at__isnull=True)
    company = [_("Company")] if kind is Kind.PERSON else []
    further = [*company, _("Owner"), _("Tags"), _("Created"), _("Changed")]
    headings = [_("No."), *(field.label for field in fields), *further]

    def rows() -> Iterator[Row]:
        by_key = {field.key: field for field in fields}
        for part in chunks(present.select_related("company", "owner")):
            tags = _tags([contact.pk for contact in part])
            for contact in part:
                values = values_of(by_key, contact)
                own = [_shown(field, values.get(field.key)) for field in fields]
                whom = [contact.company.name if contact.company else None] if company else []
                owner = str(contact.owner) if contact.owner else None
                yield [contact.pk, *own, *whom, owner, tags[contact.pk], contact.created_at, contact.updated_at]

    return Export(name, file, headings, present.count(), rows)


def _shown(field: FieldSpec, value: Any) -> Any:
    """Options by their labels; everything else as it is."""
    if value is None:
        return None
    if field.type is FieldType.CHOICE:
        return field.option_labels.get(value, value)
    if field.type is FieldType.CHOICES:
        return [option.label for option in field.options if option.key in value]
    return value


def _tags(ids: Sequence[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    links = ContactTag.objects.filter(contact__in=ids).order_by("tag__name_folded")
    for contact, name in links.values_list("contact_id", "tag__name"):
        found[contact].append(name)
    return found


def _deals() -> Export:
    present = Deal.objects.filter(binned_at__isnull=True)
    headings = [
        *(_("No."), _("Title"), _("External ID"), _("Company"), _("Person"), _("Value"), _("Currency")),
        *(_("Value in the workspace's currency"), _("Product"), _("Stage"), _("State")),
        *(_("Opened"), _("Closed"), _("Owner"), _("Created"), _("Changed")),
    ]

    def rows() -> Iterator[Row]:
        for part in chunks(present.select_related("company", "person", "product", "stage", "owner")):
            for deal in part:
                yield [
                    *(deal.pk, deal.title, deal.external_id, _name(deal.company), _name(deal.person)),
                    *(from_e4(deal.value_e4), deal.currency, from_e4(deal.worth_e4)),
                    *(deal.product.label if deal.product else None, deal.stage.label, deal.state),
                    *(deal.opened_on, deal.closed_on, _name(deal.owner), deal.created_at, deal.updated_at),
                ]

    return Export(_("Deals"), "deals", headings, present.count(), rows)


def _activities() -> Export:
    everything = Activity.objects.all()
    headings = [
        *(_("No."), _("Kind"), _("Company"), _("Person"), _("Deal"), _("When"), _("Text"), _("Rating"), _("Author")),
    ]

    def rows() -> Iterator[Row]:
        for part in chunks(everything.select_related("company", "person", "deal", "author")):
            for one in part:
                who = (_name(one.company), _name(one.person), one.deal.title if one.deal else None)
                yield [one.pk, one.kind, *who, one.happened_at, one.text, one.rating, _name(one.author)]

    return Export(_("Activities"), "activities", headings, everything.count(), rows)


def _tasks() -> Export:
    everything = Task.objects.all()
    headings = [_("No."), _("Title"), _("Contact"), _("Due"), _("Owner"), _("Done"), _("Created")]

    def rows() -> Iterator[Row]:
        for part in chunks(everything.select_related("contact", "owner")):
            for task in part:
                whom = (_name(task.contact), task.due_on, _name(task.owner))
                yield [task.pk, task.title, *whom, task.done_at, task.created_at]

    return Export(_("Tasks"), "tasks", headings, everything.count(), rows)


def _name(thing: Any) -> str | None:
    return None if thing is None else str(thing)


def chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """All rows by id, a few at a time: each page is found by the last id, not by counting."""
    last = 0
    while part := list(rows.filter(id__gt=last).order_by("id")[:CHUNK]):
        yield part
        last = part[-1].pk
