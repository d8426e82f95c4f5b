"""Differences between the rules of two segmentations with several axes. Called by `list_differences`.

A rule that only calls things by their new names is the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.segmentation.differences.pairing import Pairs, pair, pair_named
from satsuma.app.segmentation.differences.words import listed
from satsuma.domain.model import Axis, Rule, Segment, Segmentation

Shape = tuple[str, frozenset[tuple[str, frozenset[str]]]]
"""What a rule says, however it is written."""


def rules_differences(
    before: Segmentation, after: Segmentation, axes: Pairs[Axis], segments: Pairs[Segment]
) -> Iterator[str]:
    renamed = [_in_new_names(rule, axes, segments) for rule in before.rules]
    found = pair(renamed, after.rules, _shape)
    numbers = {id(rule): number for number, rule in enumerate(after.rules, start=1)}
    for rule in found.new:
        words = {"number": locale.number(numbers[id(rule)]), "rule": _worded(rule)}
        yield _("New rule %(number)s: %(rule)s") % words
    for rule in found.gone:
        yield _("Rule removed: %(rule)s") % {"rule": _worded(rule)}
    if found.reordered:
        yield _("Rules in another order")


def _in_new_names(rule: Rule, axes: Pairs[Axis], segments: Pairs[Segment]) -> Rule:
    called = {old.name: new.name for old, new in segments.both}
    by_axis = {old.name: (new.name, _new_bands(old, new)) for old, new in axes.both}
    when = tuple(
        (axis, tuple(bands.get(band, band) for band in allowed))
        for name, allowed in rule.when
        for axis, bands in [by_axis.get(name, (name, {}))]
    )
    return Rule(called.get(rule.segment, rule.segment), when)


def _new_bands(before: Axis, after: Axis) -> Mapping[str, str]:
    return {old.name: new.name for old, new in pair_named(before.bands, after.bands).both}


def _shape(rule: Rule) -> Shape:
    return rule.segment, frozenset((axis, frozenset(bands)) for axis, bands in rule.when)


def _worded(rule: Rule) -> str:
    conditions = "; ".join(
        _("%(axis)s: %(bands)s") % {"axis": axis, "bands": listed(list(bands))} for axis, bands in rule.when
    )
    return f"{conditions or _('everybody else')} → “{rule.segment}”"
