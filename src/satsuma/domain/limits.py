"""Every limit of a segmentation and its values, in one place. Used by checks, readers and the documentation."""

MAX_RANGES = 50
"""Ranges, groups or ages of one parameter; at least one."""
MAX_PARAMETERS = 200
"""Parameters of one axis; at least one."""
MIN_SEGMENTS, MAX_SEGMENTS = 2, 50
MIN_AXES_WITH_RULES, MAX_AXES = 2, 4
MAX_RULES = 500
MIN_POINTS, MAX_POINTS = -1000, 1000
MIN_RELEVANCE, MAX_RELEVANCE = 1, 10

MAX_NUMBER = 10**15
"""Largest size of a number. Beyond it a double no longer holds every value of 15 digits."""
MAX_DIGITS = 15
"""Significant digits of a number: what a double keeps exactly, so that all engines compare alike."""
MONEY_DECIMALS = 4
"""Decimals of money, and of every number that a metric adds up: sums are whole ten-thousandths."""
PERCENT_DECIMALS = 2
"""Decimals of a band edge on the percent scale."""
MAX_AGE_DAYS = 1_000_000
"""Largest size of an age cut: more than the calendar holds between the years 1 and 9999 is never needed."""
MAX_TEXT_CHARACTERS = 10_000
MAX_NAME_CHARACTERS = 200
MAX_OPTIONS = 10_000
"""Options of one choice field."""
MAX_GROUP_VALUES = 10_000
"""Values listed in one group."""
MAX_FIELDS = 1_000
