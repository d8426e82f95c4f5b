"""Rules about axes and rules: what segmentations of several axes must keep to. Called by `find_problems`."""

from __future__ import annotations

from collections.abc import Iterator

from satsuma.domain.checks.bands import named_problems
from satsuma.domain.checks.codes import Code
from satsuma.domain.checks.texts import name_problems, quoted, twice_problems
from satsuma.domain.errors import Problem
from satsuma.domain.limits import MAX_AXES, MAX_RULES, MIN_AXES_WITH_RULES
from satsuma.domain.model import Axis, Rule, Segmentation
from satsuma.domain.places import Path, place
from satsuma.domain.suggestion import hint


def layout_problems(segmentation: Segmentation) -> Iterator[Problem]:
    """Wrong with the number of axes, and what goes with it."""
    count = len(segmentation.axes)
    facts = {"count": count, "at_least": MIN_AXES_WITH_RULES, "at_most": MAX_AXES}
    if count == 0:
        yield Problem("axes", Code.AXES_TOO_FEW, "There is no axis, so there is no score. Add one.", facts)
    if count > MAX_AXES:
        message = f"There are {count} axes. At most {MAX_AXES} are allowed: put parameters together."
        yield Problem("axes", Code.AXES_TOO_MANY, message, facts)
    if segmentation.has_rules:
        yield from _axes_problems(segmentation)
    elif segmentation.own_segments or segmentation.rules:
        message = "With one axis, its bands are the segments. Remove `segments` and `rules`, or add an axis."
        yield Problem("rules", Code.RULES_WITHOUT_AXES, message)


def _axes_problems(segmentation: Segmentation) -> Iterator[Problem]:
    for index, axis in enumerate(segmentation.axes):
        yield from name_problems(axis.name, ("axes", index, "name"))
    names: list[tuple[str, Path]] = [(axis.name, ("axes", i, "name")) for i, axis in enumerate(segmentation.axes)]
    yield from twice_problems(names, "axes")
    yield from named_problems(segmentation.own_segments, ("segments",), "segments")
    yield from _rules_problems(segmentation)


def _rules_problems(segmentation: Segmentation) -> Iterator[Problem]:
    rules = segmentation.rules
    if len(rules) > MAX_RULES:
        message = f"There are {len(rules)} rules. At most {MAX_RULES} are allowed: join some."
        yield Problem("rules", Code.RULES_TOO_MANY, message, {"count": len(rules), "limit": MAX_RULES})
    if not rules:
        message = "There is no rule. Add at least the last one, without `when`: the segment of everybody else."
        yield Problem("rules", Code.RULES_MISSING, message)
    elif rules[-1].when:
        message = "The last rule must fit everybody else. Add one more rule, with a segment and without `when`."
        yield Problem(place("rules", len(rules) - 1, "when"), Code.LAST_RULE_HAS_CONDITION, message)
    segments = [segment.name for segment in segmentation.own_segments]
    axes = {axis.name: axis for axis in segmentation.axes}
    for index, rule in enumerate(rules):
        if rule.segment not in segments:
            message = f"There is no segment {quoted(rule.segment)}. {hint(rule.segment, segments)}"
            at = place("rules", index, "segment")
            yield Problem(at, Code.SEGMENT_UNKNOWN, message, {"segment": rule.segment})
        yield from _conditions_problems(rule, ("rules", index, "when"), axes)


def _conditions_problems(rule: Rule, path: Path, axes: dict[str, Axis]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, bands in rule.when:
        at = place(*path, name)
        if name in seen:
            message = f"The axis {quoted(name)} has two conditions in one rule. Put the bands into one list."
            yield Problem(at, Code.AXIS_TWICE, message, {"axis": name})
        seen.add(name)
        if not bands:
            message = "The list of bands is empty, so the rule fits nobody. List bands, or remove the condition."
            yield Problem(at, Code.CONDITION_EMPTY, message, {"axis": name})
        if name not in axes:
            message = f"There is no axis {quoted(name)}. {hint(name, axes)}"
            yield Problem(at, Code.AXIS_UNKNOWN, message, {"axis": name})
            continue
        known = [band.name for band in axes[name].bands]
        unknown = [band for band in bands if band not in known]
        if unknown:
            message = f"The axis {quoted(name)} has no band {quoted(unknown[0])}. {hint(unknown[0], known)}"
            yield Problem(at, Code.BAND_UNKNOWN, message, {"axis": name, "bands": unknown})
