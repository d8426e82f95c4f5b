"""The stable codes of what can be wrong with the file itself. What breaks a rule of segmentations has its code in
`domain.checks.codes`. All are explained in docs/reference/problems.md; a test keeps both alike."""

from __future__ import annotations

from enum import StrEnum


class FileCode(StrEnum):
    SYNTAX = "syntax"
    EMPTY_FILE = "empty_file"
    NOT_A_MAPPING = "not_a_mapping"
    SEVERAL_DOCUMENTS = "several_documents"
    TAG = "tag"
    ANCHOR = "anchor"
    TOO_DEEP = "too_deep"
    KEY_NOT_TEXT = "key_not_text"
    KEY_TWICE = "key_twice"
    BAD_CHARACTER = "bad_character"
    VERSION_MISSING = "version_missing"
    VERSION_UNKNOWN = "version_unknown"
    KEY_UNKNOWN = "key_unknown"
    KEY_MISSING = "key_missing"
    KEYS_NOT_TOGETHER = "keys_not_together"
    VALUE_EMPTY = "value_empty"
    WRONG_TYPE = "wrong_type"
    WORD_UNKNOWN = "word_unknown"
