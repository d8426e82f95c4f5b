"""Ranges and changes of values in the reader's language, as a sales lead reads them. Called by explanations, the wizard
and sentences about moves. `domain.wording` says the same in English, for files and the command line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import assert_never

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.app.crm.fields import FieldOption, FieldSpec, Source
from satsuma.app.crm.wording import shown_value
from satsuma.domain import model as domain
from satsuma.domain.interval import Interval, intervals
from satsuma.domain.model import (
    AgeRanges,
    Aggregate,
    FieldType,
    Groups,
    Kind,
    Number,
    NumericRanges,
    Parameter,
    Value,
    YesNo,
)
from satsuma.domain.scoring import Line, LineKind
from satsuma.domain.whole import holds_whole_numbers, whole_ends

SHOWN_VALUES = 5
"""How many values of a group a line names; it counts the others."""


def named_field(kind: Kind, field: domain.Field, fields: Mapping[str, FieldSpec]) -> FieldSpec:
    """The workspace's field of that key, under its present name; what the segmentation says of it where there is none
    any more."""
    if (found := fields.get(field.key)) is not None and found.type is field.type:
        return found
    return FieldSpec(
        id=0,
        kind=kind,
        key=field.key,
        source=Source.METRIC if field.metric else Source.CUSTOM,
        type=field.type,
        label=field.title,
        unit=field.unit or "",
        on_form=False,
        minimum=field.minimum,
        maximum=field.maximum,
        options=tuple(FieldOption(option.key, option.label) for option in field.options),
        metric=field.metric,
        retired=True,
    )


def value_text(field: FieldSpec, value: Value) -> str:
    """The value as profiles show it; *no data* for none."""
    return _("no data") if value is None else shown_value(field, value)


def exact_value(field: FieldSpec, value: Value) -> str:
    """The value with every decimal it has, for limits and for what is to be reached."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value_text(field, value)
    if field.type is FieldType.MONEY:
        return locale.money(value)
    if field.metric is not None and field.metric.aggregate is Aggregate.SHARE:
        return locale.percent(Decimal(repr(value)), decimals=max(0, _decimals(value) - 2))
    return f"{locale.number(value, decimals=_decimals(value))} {field.unit}".rstrip()


def lines_text(parameter: Parameter, field: FieldSpec, lines: Iterable[Line]) -> str:
    """Several lines hit together, as choices in sum mode hit them."""
    return " + ".join(line_text(parameter, field, line) for line in lines)


def line_text(parameter: Parameter, field: FieldSpec, line: Line) -> str:
    """What a line of the parameter holds: "from €5,000 to under €20,000", "7–8", "30–89 days ago", "Full autonomy"."""
    if line.kind is LineKind.NO_DATA:
        return _("no data")
    if line.kind is LineKind.ANYTHING_ELSE:
        return _("anything else")
    match parameter.ranges:
        case NumericRanges(cuts=cuts):
            return number_range_text(field, intervals(cuts)[line.index])
        case AgeRanges(cuts=cuts):
            return age_range_text(intervals(cuts)[line.index])
        case Groups(groups=groups):
            return group_text(field, groups[line.index].values)
        case YesNo():
            return _("yes") if line.index == 0 else _("no")
        case _:
            assert_never(parameter.ranges)


def group_text(field: FieldSpec, values: Sequence[str]) -> str:
    """The first values of a group by their labels, the others counted."""
    labels = [field.option_labels.get(value, value) for value in values]
    more = len(labels) - SHOWN_VALUES
    if more <= 1:
        return ", ".join(labels)
    shown = {"values": ", ".join(labels[:SHOWN_VALUES]), "count": locale.number(more)}
    return _("%(values)s and %(count)s more") % shown


def number_range_text(field: FieldSpec, interval: Interval) -> str:
    """ "from 100 to under 500"; with both ends inside for fields that hold whole numbers: "7–8", "9 or more"."""
    if interval.lower is None and interval.upper is None:
        return _("any number")
    asked = field.domain_field()
    ends = whole_ends(asked, interval) if holds_whole_numbers(asked) else None
    if ends is not None:
        return _whole_range_text(field, *ends)
    if interval.upper is None:
        return _or_more(field, interval.lower)
    if interval.lower is None:
        return _("under %(limit)s") % {"limit": exact_value(field, interval.upper)}
    limits = {"lower": exact_value(field, interval.lower), "upper": exact_value(field, interval.upper)}
    return _("from %(lower)s to under %(upper)s") % limits


def age_range_text(interval: Interval) -> str:
    """ "less than 30 days ago", "30–89 days ago", "365 or more days ago"; ages below 0 are days ahead."""
    first = None if interval.lower is None else int(interval.lower)
    last = None if interval.upper is None else int(interval.upper) - 1
    if first is None:
        return _("any day") if last is None else _until_age(last)
    if last is None:
        return _from_age(first)
    if first == last:
        return _day(first)
    if first >= 0:
        return _("%(first)s–%(last)s days ago") % _ends(first, last)
    if last < 0:
        return _("%(first)s–%(last)s days ahead") % _ends(-last, -first)
    return _("from %(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}


def _whole_range_text(field: FieldSpec, first: int | None, last: int | None) -> str:
    if last is None:
        return _or_more(field, first)
    if first is None:
        return _("up to %(limit)s") % {"limit": exact_value(field, last)}
    if first == last:
        return exact_value(field, last)
    ends = {"first": locale.number(first), "last": exact_value(field, last)}
    return (_("%(first)s–%(last)s") if first >= 0 else _("%(first)s to %(last)s")) % ends


def _or_more(field: FieldSpec, limit: Number | None) -> str:
    return _("%(limit)s or more") % {"limit": exact_value(field, limit)}


def _until_age(last: int) -> str:
    if last > 0:
        return _("less than %(days)s days ago") % {"days": locale.number(last + 1)}
    if last == 0:
        return _("today or later")
    return _("in the future") if last == -1 else _("%(days)s or more days ahead") % {"days": locale.number(-last)}


def _from_age(first: int) -> str:
    if first > 0:
        shown = {"days": locale.number(first)}
        return ngettext("%(days)s or more days ago", "%(days)s or more days ago", first) % shown
    return _("today or earlier") if first == 0 else _("%(day)s or earlier") % {"day": _day(first)}


def _day(age_days: int) -> str:
    if age_days == 0:
        return _("today")
    days = {"days": locale.number(abs(age_days))}
    if age_days > 0:
        return ngettext("%(days)s day ago", "%(days)s days ago", age_days) % days
    return ngettext("%(days)s day ahead", "%(days)s days ahead", -age_days) % days


def _ends(first: int, last: int) -> dict[str, str]:
    return {"first": locale.number(first), "last": locale.number(last)}


def _decimals(value: Number) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
