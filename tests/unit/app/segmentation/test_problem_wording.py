"""Problems of a draft in the reader's words: every one that the wizard can cause has a sentence of its own."""

from __future__ import annotations

import pytest

from satsuma.app.segmentation.problem_wording import SENTENCES, problem_text
from satsuma.domain.checks import Code, WarningCode
from satsuma.domain.errors import Problem

ELSEWHERE = ("field_", "fields_", "option_", "options_", "separator_", "limits_", "column_", "metric_", "text_")
"""About fields, which the settings hold to their rules; and texts that the forms refuse before."""
NEVER = {
    Code.NUMBER_NOT_FINITE,
    Code.POINTS_COUNT,
    Code.COMBINE_WITHOUT_CHOICES,
    Code.FIRST_BAND_HAS_EDGE,
    Code.AXES_TOO_FEW,
    Code.RULES_WITHOUT_AXES,
    Code.AXIS_TWICE,
}
"""What no form of the wizard can say."""


def test_everything_that_the_wizard_can_cause_has_a_sentence():
    caused = {code for code in Code if code not in NEVER and not code.startswith(ELSEWHERE)}
    assert caused - set(SENTENCES) == set()
    assert set(WarningCode) - set(SENTENCES) == set()


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (Problem("", Code.POINTS, "x", {"at_least": -1000, "at_most": 1000}), "Points must be from -1,000 to 1,000."),
        (Problem("", Code.GROUP_EMPTY, "x"), "Nothing is chosen here yet. Choose something, or remove the line."),
        (Problem("", Code.POINTS, "In other words."), "In other words."),
        (Problem("", "unheard_of", "In other words."), "In other words."),
        (Problem("", Code.NUMBER_TOO_LARGE, "x", {"limit": "10^15"}), "The number is too large: at most 10^15."),
    ],
)
def test_numbers_are_written_as_the_reader_does(problem: Problem, sentence: str):
    assert problem_text(problem) == sentence
