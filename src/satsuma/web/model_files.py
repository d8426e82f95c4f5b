"""Model files as answers, and as people send them. Called by views of segmentations, starts and versions."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.utils.translation import gettext as _

from satsuma.app.crm.folding import fold_name
from satsuma.app.segmentation.starting import load_known, portable_model
from satsuma.domain.errors import InputError
from satsuma.domain.model import Segmentation
from satsuma.modelfile import parse_segmentation, segmentation_json, write_segmentation


def model_file(model: Segmentation, what: str) -> HttpResponse:
    """The segmentation as YAML that other workspaces can read, to be kept as a file; `what` ends its name."""
    text = write_segmentation(portable_model(model, load_known(model.kind)))
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(model.name, what)}"'
    return response


def read_model(content: bytes, name: str) -> Segmentation:
    """The segmentation in a file. Raises ModelError with every problem and its place; InputError for what is no UTF-8
    text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        remedy = _("Choose a YAML or JSON file.")
        raise InputError("file_not_utf8", _("This is no text in UTF-8."), remedy=remedy, file=name) from error
    return parse_segmentation(text, source=name, format="json" if name.lower().endswith(".json") else None)


def sent_again(model: Segmentation) -> str:
    """The segmentation as a form carries it from one step to the next; `read_model` reads it, strictly."""
    return segmentation_json(model)


def _file_name(*parts: str) -> str:
    """Plain letters and digits only: it stands in a header."""
    words = [re.sub(r"[^a-z0-9]+", "-", fold_name(part)).strip("-")[:60] for part in parts]
    return f"{'-'.join(filter(None, words)) or 'segmentation'}.yaml"
