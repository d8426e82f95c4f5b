"""Creates, changes, retires and deletes fields, metrics among them. Called by the settings, and by imports and
segmentations for fields made on the spot. `services.sections` orders them, `services.options` holds their options.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app.crm import catalogue
from satsuma.app.crm.errors import NotFoundError, RefusedError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.labels import Problems, checked_label, one_line, refuse_taken
from satsuma.app.crm.metrics import stored_metric
from satsuma.app.crm.models import Field, Section
from satsuma.app.crm.queries.fields import get_field, list_fields
from satsuma.app.crm.queries.metric_columns import metric_problems
from satsuma.app.crm.queries.where_used import count_values_outside, has_values, list_uses, named_uses
from satsuma.app.crm.search.jobs import start_indexing
from satsuma.app.crm.services.keys import FIELD, METRIC, next_key, wait_for_turn
from satsuma.app.crm.services.options import add_options
from satsuma.app.crm.snapshots.jobs import start_refresh
from satsuma.app.crm.values import checked_text
from satsuma.domain.limits import MAX_FIELDS
from satsuma.domain.model import FieldType, Kind, Metric

LONGEST_HELP, LONGEST_UNIT = 500, 40
LARGEST_RATING = 1_000_000
"""The farthest from zero that a rating's limits may be."""


@dataclass(frozen=True, slots=True)
class FieldDraft:
    """What somebody says about a field. `minimum` and `maximum` are a rating's limits, 0 and 10 if left out; `metric`
    makes it a metric, which is computed and never asked. Without `section_id` it goes into the first section."""

    label: str
    type: FieldType
    help: str = ""
    unit: str = ""
    section_id: int | None = None
    required: bool = False
    on_form: bool = True
    minimum: int | None = None
    maximum: int | None = None
    metric: Metric | None = None


@transaction.atomic
def create_field(*, kind: Kind, draft: FieldDraft, options: Sequence[str] = (), at: datetime) -> FieldSpec:
    """A new custom field with these options, or a new metric, last in its section; a metric is then measured for
    everybody by a job. Raises ValuesError by answer ("label", "options" …); RefusedError when the kind has as many
    fields as are allowed."""
    wait_for_turn()
    _refuse_too_many(kind)
    source = Field.Source.METRIC if draft.metric else Field.Source.CUSTOM
    row = Field(kind=kind, key=next_key(METRIC if draft.metric else FIELD), source=source)
    _write(row, draft)
    row.position = 1 + max(
        (field.position for field in list_fields(kind) if field.section_id == row.section_id), default=-1
    )
    row.save()
    if draft.type.has_options:
        add_options(row, options)
    if draft.metric:
        start_refresh(at=at)
    return get_field(kind, row.key)


@transaction.atomic
def change_field(*, field_id: int, draft: FieldDraft, at: datetime) -> FieldSpec:
    """The field as the draft says; a metric that is another is measured for everybody by a job. Raises ValuesError by
    answer, NotFoundError; RefusedError for another type once there are values or something else uses it."""
    wait_for_turn()
    row = lock_field(field_id)
    spec = get_field(Kind(row.kind), row.key)
    if draft.type != spec.type:
        _refuse_other_type(spec, draft)
    _write(row, draft)
    if spec.type is FieldType.RATING and draft.type is FieldType.RATING:
        _refuse_outside(spec, row)
    row.save()
    if draft.metric != spec.metric:
        start_refresh(at=at)
    return get_field(spec.kind, row.key)


@transaction.atomic
def retire_field(*, field_id: int, at: datetime) -> None:
    """Asks and shows it no longer; its values stay. Raises RefusedError for the name, which every contact needs."""
    row = lock_field(field_id)
    if _is_name(row):
        raise RefusedError("field_needed", _("Every contact needs a name, so this field stays."))
    if row.retired_at is None:
        row.retired_at = at
        row.save()
        _index_words_of(row, at)


@transaction.atomic
def restore_field(*, field_id: int, at: datetime) -> None:
    """Asks and shows it again, where it was before."""
    row = lock_field(field_id)
    if row.retired_at is not None:
        row.retired_at = None
        row.save()
        _index_words_of(row, at)
        if row.metric:
            start_refresh(at=at)


def _index_words_of(row: Field, at: datetime) -> None:
    """Words of a custom text field are found only while it is asked."""
    if row.source == Field.Source.CUSTOM and row.type == FieldType.TEXT:
        start_indexing(row.kind, at=at)


@transaction.atomic
def delete_field(*, field_id: int, at: datetime) -> None:
    """Removes it for good. Raises RefusedError for a built-in field, and naming who uses it for one that is in use."""
    wait_for_turn()
    row = lock_field(field_id)
    if row.source == Field.Source.BUILT_IN:
        raise RefusedError(
            "field_built_in", _("Built-in fields cannot be deleted."), remedy=_("Retire it to hide it everywhere.")
        )
    uses = [use.sentence for use in list_uses(get_field(Kind(row.kind), row.key))]
    if uses:
        raise RefusedError(
            "field_in_use",
            _("This field is in use: %(uses)s.") % {"uses": ", ".join(uses)},
            remedy=_("Retire it instead: it is no longer shown, and nothing is lost."),
            used_by=uses,
        )
    row.delete()


def lock_field(field_id: int) -> Field:
    """The field's row, locked until the transaction ends. Raises NotFoundError."""
    row = Field.objects.select_for_update(of=("self",)).filter(id=field_id).first()
    if row is None:
        raise NotFoundError(_("There is no such field."), field_id=field_id)
    return row


def _write(row: Field, draft: FieldDraft) -> None:
    problems = Problems()
    built_in = row.source == Field.Source.BUILT_IN
    label = problems.read("label", lambda: checked_label(draft.label))
    with problems.beside("label"):
        refuse_taken(label, (field.label for field in list_fields(Kind(row.kind), retired=True) if field.id != row.pk))
    unit = problems.read("unit", lambda: one_line(checked_text(draft.unit, LONGEST_UNIT)))
    row.help = problems.read("help", lambda: checked_text(draft.help, LONGEST_HELP))
    row.label = "" if built_in and label == str(catalogue.LABELS.get(row.key)) else label
    row.unit = "" if built_in and unit == str(catalogue.UNITS.get(row.key)) else unit
    row.type = draft.type
    row.section = _section(row, draft, problems)
    asked = row.source != Field.Source.METRIC
    row.required = asked and (draft.required or _is_name(row))
    row.on_form = asked and (draft.on_form or row.required)
    row.minimum, row.maximum = _limits(draft, problems)
    row.metric = _metric(row, draft, problems)
    problems.end()


def _section(row: Field, draft: FieldDraft, problems: Problems) -> Section | None:
    sections = Section.objects.filter(kind=row.kind).order_by("position", "id")
    if draft.section_id is None:
        return row.section if row.pk else sections.first()
    section = sections.filter(id=draft.section_id).first()
    if section is None:
        problems["section"] = _("Choose one of the sections.")
    return section


def _limits(draft: FieldDraft, problems: Problems) -> tuple[int | None, int | None]:
    if draft.type is not FieldType.RATING:
        return None, None
    low = 0 if draft.minimum is None else draft.minimum
    high = 10 if draft.maximum is None else draft.maximum
    if max(abs(low), abs(high)) > LARGEST_RATING:
        problems["maximum"] = _("Enter numbers between minus one million and one million.")
    elif low >= high:
        problems["maximum"] = _("Enter a number above the lowest rating.")
    return low, high


def _metric(row: Field, draft: FieldDraft, problems: Problems) -> dict[str, object] | None:
    if row.source != Field.Source.METRIC:
        return None
    if draft.metric is None:
        problems["aggregate"] = _("Say what is computed.")
        return None
    for name, sentence in metric_problems(Kind(row.kind), draft.type, draft.metric).items():
        problems.setdefault(name, sentence)
    return stored_metric(draft.metric)


def _refuse_other_type(field: FieldSpec, draft: FieldDraft) -> None:
    if field.is_column:
        raise RefusedError("field_type_fixed", _("The kind of information of a built-in field cannot be changed."))
    if has_values(field):
        raise RefusedError(
            "field_type_fixed",
            _("There are values already, so the kind of information cannot be changed."),
            remedy=_("Create another field, and retire this one."),
        )
    uses = [use.sentence for use in named_uses(field)]
    if uses:
        raise RefusedError(
            "field_type_fixed",
            _("The kind of information cannot be changed while this field is in use: %(uses)s.")
            % {"uses": ", ".join(uses)},
            used_by=uses,
        )


def _refuse_outside(before: FieldSpec, row: Field) -> None:
    assert row.minimum is not None
    assert row.maximum is not None
    narrower = row.minimum > (before.minimum or 0) or row.maximum < (10 if before.maximum is None else before.maximum)
    if narrower and (count := count_values_outside(before, row.minimum, row.maximum)):
        raise RefusedError(
            "rating_in_use",
            ngettext(
                "%(count)d answer would be outside of these limits.",
                "%(count)d answers would be outside of these limits.",
                count,
            )
            % {"count": count},
            remedy=_("Change what was answered first, or keep the limits."),
        )


def _refuse_too_many(kind: Kind) -> None:
    if Field.objects.filter(kind=kind).count() >= MAX_FIELDS:
        raise RefusedError(
            "fields_too_many",
            _("There are %(most)d fields already, the most that are possible.") % {"most": MAX_FIELDS},
            remedy=_("Delete one that nobody needs."),
        )


def _is_name(row: Field) -> bool:
    return row.source == Field.Source.BUILT_IN and row.key == "name"
