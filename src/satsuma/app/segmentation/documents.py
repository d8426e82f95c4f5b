"""Segmentations as texts in the database: drafts without their fields, versions with them. Called by services and
queries.

A draft's fields are those of the workspace, as they are now; a version keeps them as they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from satsuma.app.crm.fields import FieldSpec
from satsuma.domain.model import Field, Segmentation
from satsuma.modelfile import read_tree, segmentation_tree


def draft_document(segmentation: Segmentation) -> str:
    """The draft's text. It may break rules."""
    return _text(replace(segmentation, fields=()))


def read_draft(document: str, fields: Mapping[str, FieldSpec]) -> Segmentation:
    """The draft with the fields that its parameters ask for, as the workspace has them now. A field that is no longer
    there is left out: then the draft has a problem."""
    return with_fields(_read(document), fields)


def with_fields(segmentation: Segmentation, fields: Mapping[str, FieldSpec]) -> Segmentation:
    """The same with the workspace's fields in the place of its own."""
    return replace(segmentation, fields=tuple(_asked_fields(segmentation, fields)))


def version_document(segmentation: Segmentation) -> str:
    """The text of a segmentation without problems, with its fields."""
    return _text(segmentation)


def read_version(document: str) -> Segmentation:
    """The version. Kept in memory by its text, since every save of a contact asks for it."""
    return _read(document)


def find_version(document: str) -> Segmentation | None:
    """The same; None for one that can no longer be read, so that it stops no page that is about something else."""
    try:
        return read_version(document)
    except Exception:
        return None


def _text(segmentation: Segmentation) -> str:
    return json.dumps(segmentation_tree(segmentation), ensure_ascii=False, allow_nan=False)


@lru_cache(maxsize=200)
def _read(document: str) -> Segmentation:
    return read_tree(json.loads(document))


def _asked_fields(segmentation: Segmentation, fields: Mapping[str, FieldSpec]) -> Iterable[Field]:
    asked = dict.fromkeys(parameter.field for axis in segmentation.axes for parameter in axis.parameters)
    return (fields[key].domain_field() for key in asked if key in fields)
