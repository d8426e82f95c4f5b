"""What is wrong with a draft, and what deserves a look, in the reader's language. `domain.checks` says the same in
English, for files. Called by the wizard's pages.

Sentences speak of the screen: they stand beside what causes them, so they do not say where.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satsuma.app import locale
from satsuma.domain.checks import Code, WarningCode
from satsuma.domain.errors import Problem
from satsuma.domain.grouping import is_grouping
from satsuma.domain.model import Segmentation

SENTENCES: Mapping[str, str | Promise] = {
    Code.TEXT_EMPTY: _("Enter a text."),
    Code.TEXT_TOO_LONG: _("The text is too long: at most %(limit)s characters."),
    Code.COLOR: _("This is not a colour."),
    Code.NAME_TWICE: _("There is another one of this name (capitals do not count)."),
    Code.NUMBER_TOO_LARGE: _("The number is too large: at most %(limit)s."),
    Code.NUMBER_TOO_PRECISE: _("The number has too many digits: round it."),
    Code.PARAMETERS_MISSING: _("There is no parameter yet. Add at least one."),
    Code.PARAMETERS_TOO_MANY: _("There are %(count)s parameters. At most %(limit)s are possible: remove some."),
    Code.PARAMETER_TWICE: _("This is asked for twice. Remove one of the two."),
    Code.FIELD_UNKNOWN: _("The field of this parameter is no longer there. Remove the parameter."),
    Code.RANGES_DO_NOT_FIT: _(
        "The field holds another kind of information by now. Remove the parameter and add it again."
    ),
    Code.RELEVANCE: _("The relevance must be from %(at_least)s to %(at_most)s."),
    Code.POINTS: _("Points must be from %(at_least)s to %(at_most)s."),
    Code.RANGES_MISSING: _("There is no range. Add at least one."),
    Code.RANGES_TOO_MANY: _("There are %(count)s ranges. At most %(limit)s are possible: remove some."),
    Code.CUTS_NOT_INCREASING: _("Each range must begin above the one before it."),
    Code.CUT_NOT_WHOLE: _("Days are whole numbers: round it."),
    Code.GROUP_EMPTY: _("Nothing is chosen here yet. Choose something, or remove the line."),
    Code.GROUP_TOO_LARGE: _("There are %(count)s values in this line. At most %(limit)s are possible: split it."),
    Code.VALUE_TWICE: _("A value stands in two lines. Keep it in one of them."),
    Code.OPTION_UNKNOWN: _("An option is no longer there. Choose others, or remove the line."),
    Code.SEGMENTS_TOO_FEW: _("There must be at least %(at_least)s. Add some."),
    Code.SEGMENTS_TOO_MANY: _("There are %(count)s. At most %(at_most)s are possible: remove some."),
    Code.EDGE_MISSING: _("Enter from which score on it reaches."),
    Code.EDGES_NOT_INCREASING: _("Each threshold must be above the one below it."),
    Code.EDGE_OUTSIDE_PERCENT: _("Enter a percentage from 0 to 100."),
    Code.EDGE_TOO_PRECISE: _("At most %(limit)s decimals are possible: round it."),
    Code.EDGE_NOT_WHOLE: _("Points are whole numbers: round it."),
    Code.AXES_TOO_MANY: _("There are %(count)s axes. At most %(at_most)s are possible."),
    Code.RULES_MISSING: _("There is no rule. Say at least which segment everybody else gets."),
    Code.RULES_TOO_MANY: _("There are %(count)s rules. At most %(limit)s are possible: join some."),
    Code.LAST_RULE_HAS_CONDITION: _("The last rule must fit everybody else: let it allow everything."),
    Code.SEGMENT_UNKNOWN: _("Choose the segment that this gives."),
    Code.AXIS_UNKNOWN: _("A rule names an axis that is no longer there."),
    Code.BAND_UNKNOWN: _("A rule names a level that is no longer there."),
    Code.CONDITION_EMPTY: _("Choose at least one, or the rule fits nobody."),
    WarningCode.PARAMETER_DEAD: _("Every answer earns %(points)s points, so this changes nobody's place."),
    WarningCode.PARAMETERS_ALL_OFF: _("Every parameter is switched off, so every score is 0."),
    WarningCode.RANGE_OUTSIDE_LIMITS: _(
        "One range holds no rating from %(min)s to %(max)s, so nobody earns its points."
    ),
    WarningCode.OPTIONS_ALIKE: _("“%(first)s” and “%(option)s” differ in capitals or blanks only, and count as two."),
    WarningCode.BAND_UNREACHABLE: _("Nobody can be in “%(name)s”: no answers together reach its scores."),
    WarningCode.RULE_NEVER_REACHED: _("Nobody comes to one of the rules: those before it take everybody whom it fits."),
    WarningCode.SEGMENT_NEVER_GIVEN: _("Nobody gets “%(segment)s”: no rule that is ever reached gives it."),
}
"""By code; the rest is said in the words of `domain.checks`."""


OF_GROUPINGS: Mapping[str, str | Promise] = {
    WarningCode.PARAMETER_DEAD: _("Every range gives the same segment, so everybody is in it."),
    WarningCode.PARAMETERS_ALL_OFF: _("The parameter is switched off, so ranges give nothing."),
    WarningCode.RANGE_OUTSIDE_LIMITS: _("One range holds no rating from %(min)s to %(max)s, so nobody falls into it."),
    WarningCode.BAND_UNREACHABLE: _("No range gives “%(name)s”, so nobody can be in it."),
}
"""What is said instead where ranges name the segments directly, and there are no points."""


def problem_text(problem: Problem, model: Segmentation | None = None) -> str:
    """The sentence, with its numbers as the reader writes them; `model` is the draft that it is about."""
    groups = model is not None and problem.code in OF_GROUPINGS and is_grouping(model)
    sentence = OF_GROUPINGS[problem.code] if groups else SENTENCES.get(problem.code)
    if sentence is None:
        return problem.message
    facts = {name: _shown(value) for name, value in problem.facts.items()}
    try:
        return str(sentence) % facts
    except KeyError:  # a fact that this kind of problem does not carry everywhere
        return problem.message


def _shown(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300:
        return locale.number(value)
    return str(value)
