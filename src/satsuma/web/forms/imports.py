"""The forms of an import: the file, how it is read, where its columns go. Called by `views.imports`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from satsuma.app.crm.imports.context import Part
from satsuma.app.crm.imports.mapping import ColumnMapping, FileMapping
from satsuma.domain.model import FieldType
from satsuma.web.ids import storable

ENCODINGS = ("utf-8", "utf-16", "cp1250", "cp1252", "latin-1", "cp1251", "latin-2", "koi8-r", "shift_jis", "gb18030")
DELIMITERS = (
    (",", _("Comma")),
    (";", _("Semicolon")),
    ("\t", _("Tab")),
    ("|", _("Vertical bar")),
    ("blanks", _("Blanks")),
)
DATE_FORMATS = (
    *("yyyy-mm-dd", "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "dd-mm-yyyy", "mm-dd-yyyy", "yyyy/mm/dd", "yyyymmdd"),
    *("dd.mm.yy", "dd/mm/yy", "mm/dd/yy", "dd-mm-yy", "dd mmm yyyy", "mmm dd, yyyy"),
)
RECOGNISE = ("", _("Recognise it"))
ACCEPTED = ".csv,.tsv,.tab,.txt,.psv,.jsonl,.ndjson,.xlsx,.xlsm,.parquet,.pq,.gz"


class UploadForm(forms.Form):
    """The file, whatever is in it: the services say whether it can be read."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True, max_length=None, widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )


class ReadingForm(forms.Form):
    """How the file is to be read; what is left empty is recognised."""

    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=_("Delimiter"), required=False, choices=[RECOGNISE, *DELIMITERS])
    decimal = forms.ChoiceField(
        label=_("Decimal sign"),
        required=False,
        choices=[RECOGNISE, (".", _("Point: 1234.5")), (",", _("Comma: 1234,5"))],
    )
    thousands = forms.ChoiceField(
        label=_("Thousands sign"),
        required=False,
        choices=[RECOGNISE, (",", _("Comma")), (".", _("Point")), (" ", _("Blank")), ("'", _("Apostrophe"))],
    )
    date_format = forms.ChoiceField(
        label=_("Days"), required=False, choices=[RECOGNISE, *((text, text) for text in DATE_FORMATS)]
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=_("Header row"),
        required=False,
        min_value=0,
        max_value=200,
        help_text=_("The row that names the columns; 0 if there is none."),
    )
    empty_words = forms.CharField(
        label=_("Words that mean empty"),
        required=False,
        max_length=200,
        help_text=_("Such as NULL or n/a, with commas between them."),
    )

    def __init__(self, *args: Any, recognised: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        encodings = dict.fromkeys([*ENCODINGS, *filter(None, [recognised.get("encoding")])])
        self._choices("encoding", [RECOGNISE, *((name, name) for name in encodings)])
        sheets = recognised.get("sheets") or []
        self._choices("sheet", [RECOGNISE, *((name, name) for name in sheets)])
        kind = recognised.get("kind", "")
        for name in self._pointless(kind, sheets):
            del self.fields[name]

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _pointless(self, kind: str, sheets: list[str]) -> list[str]:
        """What cannot be chosen for files of this kind."""
        if kind in (".parquet", ".pq"):
            return ["encoding", "delimiter", "sheet", "header_row"]
        if kind in (".xlsx", ".xlsm") or sheets:
            return ["encoding", "delimiter", *([] if len(sheets) > 1 else ["sheet"])]
        return ["sheet", *(["delimiter", "header_row"] if kind in (".jsonl", ".ndjson") else [])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decimal") and cleaned.get("decimal") == cleaned.get("thousands"):
            self.add_error("thousands", _("Choose another sign than the decimal sign."))
        return cleaned

    def reading(self) -> dict[str, Any]:
        """What `services.imports.set_reading` takes."""
        found = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if words := found.pop("empty_words", ""):
            found["empty_words"] = [word.strip() for word in words.split(",") if word.strip()]
        return found


def initial_reading(reading: Mapping[str, Any]) -> dict[str, Any]:
    return {**reading, "empty_words": ", ".join(reading.get("empty_words", []))}


def typed_mapping(typed: QueryDict, before: FileMapping) -> FileMapping:
    """The mapping out of what was typed; columns that were not on the form stay as they are."""
    columns = tuple(_typed_column(typed, place, column) for place, column in enumerate(before.columns))
    keys = {part.value: storable(typed.get(f"key-{part}", before.keys.get(part.value, ""))[:200]) for part in Part}
    return FileMapping(columns, keys, add_options="add_options" in typed)


def _typed_column(typed: QueryDict, place: int, before: ColumnMapping) -> ColumnMapping:
    def text(name: str, stored: str) -> str:
        return storable(typed.get(f"{name}-{place}", stored)[:200]).strip()

    type_ = text("type", before.type)
    part = text("part", before.part)
    return ColumnMapping(
        before.column,
        text("to", before.to),
        part if part in ("company", "person") else before.part,
        text("label", before.label),
        type_ if type_ in [known.value for known in FieldType] else before.type,
        _whole(text("minimum", "")),
        _whole(text("maximum", "")),
        before.separator,
        before.replace,
    )


def _whole(text: str) -> int | None:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    return int(sign + digits) if digits.isascii() and digits.isdigit() and len(digits) < 8 else None
