"""The JSON Schema of the file, for editors. Published as docs/reference/segmentation.schema.json, which a test keeps
current."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from satsuma.modelfile.parts import FilePart

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LAYOUTS = [
    {"required": ["parameters", "bands"], "not": {"anyOf": [{"required": [key]} for key in ("segments", "rules")]}},
    {
        "required": ["axes", "segments", "rules"],
        "not": {"anyOf": [{"required": [key]} for key in ("parameters", "bands")]},
    },
]
"""Of one axis, and of several."""


class _Schema(GenerateJsonSchema):
    """Without null: in Python it stands for a key that is left out, in the file it is a problem."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a segmentation file. It shows structure and limits; the rules that take more
    than one value are `satsuma check`'s."""
    schema = FilePart.model_json_schema(schema_generator=_Schema)
    return {"$schema": DIALECT, **schema, "title": "Satsuma segmentation", "oneOf": LAYOUTS}


def schema_text() -> str:
    """The text of docs/reference/segmentation.schema.json."""
    return json.dumps(json_schema(), indent=2) + "\n"
