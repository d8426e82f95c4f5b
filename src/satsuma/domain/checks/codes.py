"""The stable codes of what breaks a rule or deserves a look. Each is explained in docs/reference/problems.md; a test
keeps both alike."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """What makes a draft unfit for use."""

    TEXT_EMPTY = "text_empty"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_CHARACTERS = "text_characters"
    TEXT_NOT_NFC = "text_not_nfc"
    COLOR = "color"
    NAME_TWICE = "name_twice"
    NUMBER_NOT_FINITE = "number_not_finite"
    NUMBER_TOO_LARGE = "number_too_large"
    NUMBER_TOO_PRECISE = "number_too_precise"

    FIELDS_TOO_MANY = "fields_too_many"
    FIELD_TWICE = "field_twice"
    OPTIONS_NOT_ALLOWED = "options_not_allowed"
    OPTIONS_TOO_MANY = "options_too_many"
    OPTION_TWICE = "option_twice"
    SEPARATOR_NOT_ALLOWED = "separator_not_allowed"
    SEPARATOR_IN_VALUE = "separator_in_value"
    LIMITS_NOT_ALLOWED = "limits_not_allowed"
    LIMITS_MISSING = "limits_missing"
    LIMITS_REVERSED = "limits_reversed"
    COLUMN_AND_METRIC = "column_and_metric"
    METRIC_DOES_NOT_FIT = "metric_does_not_fit"
    METRIC_COLUMN_MISSING = "metric_column_missing"
    METRIC_COLUMN_NOT_ALLOWED = "metric_column_not_allowed"
    METRIC_DAY_MISSING = "metric_day_missing"
    METRIC_WINDOW = "metric_window"
    METRIC_WHERE_EMPTY = "metric_where_empty"

    PARAMETERS_MISSING = "parameters_missing"
    PARAMETERS_TOO_MANY = "parameters_too_many"
    PARAMETER_TWICE = "parameter_twice"
    FIELD_UNKNOWN = "field_unknown"
    RANGES_DO_NOT_FIT = "ranges_do_not_fit"
    RELEVANCE = "relevance"
    POINTS = "points"
    POINTS_COUNT = "points_count"
    RANGES_MISSING = "ranges_missing"
    RANGES_TOO_MANY = "ranges_too_many"
    CUTS_NOT_INCREASING = "cuts_not_increasing"
    CUT_NOT_WHOLE = "cut_not_whole"
    GROUP_EMPTY = "group_empty"
    GROUP_TOO_LARGE = "group_too_large"
    VALUE_TWICE = "value_twice"
    OPTION_UNKNOWN = "option_unknown"
    COMBINE_WITHOUT_CHOICES = "combine_without_choices"

    SEGMENTS_TOO_FEW = "segments_too_few"
    SEGMENTS_TOO_MANY = "segments_too_many"
    FIRST_BAND_HAS_EDGE = "first_band_has_edge"
    EDGE_MISSING = "edge_missing"
    EDGES_NOT_INCREASING = "edges_not_increasing"
    EDGE_OUTSIDE_PERCENT = "edge_outside_percent"
    EDGE_TOO_PRECISE = "edge_too_precise"
    EDGE_NOT_WHOLE = "edge_not_whole"

    AXES_TOO_FEW = "axes_too_few"
    AXES_TOO_MANY = "axes_too_many"
    RULES_WITHOUT_AXES = "rules_without_axes"
    RULES_MISSING = "rules_missing"
    RULES_TOO_MANY = "rules_too_many"
    LAST_RULE_HAS_CONDITION = "last_rule_has_condition"
    SEGMENT_UNKNOWN = "segment_unknown"
    AXIS_UNKNOWN = "axis_unknown"
    AXIS_TWICE = "axis_twice"
    BAND_UNKNOWN = "band_unknown"
    CONDITION_EMPTY = "condition_empty"


class WarningCode(StrEnum):
    """What works, and is probably not meant."""

    PARAMETER_DEAD = "parameter_dead"
    PARAMETERS_ALL_OFF = "parameters_all_off"
    RANGE_OUTSIDE_LIMITS = "range_outside_limits"
    OPTIONS_ALIKE = "options_alike"
    BAND_UNREACHABLE = "band_unreachable"
    RULE_NEVER_REACHED = "rule_never_reached"
    SEGMENT_NEVER_GIVEN = "segment_never_given"
