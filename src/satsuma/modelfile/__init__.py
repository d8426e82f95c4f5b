"""The segmentation file: reading and writing it as YAML or JSON, strictly. Used by `schemes`, `tables` and above.

Reading and writing are inverse: `parse_segmentation(write_segmentation(s)) == s` for every segmentation without
problems.
"""

from satsuma.modelfile.reading import (
    Findings,
    check_file,
    find_file_problems,
    parse_segmentation,
    read_segmentation,
    read_text,
    read_tree,
)
from satsuma.modelfile.schema import json_schema
from satsuma.modelfile.writing import segmentation_json, segmentation_tree, write_segmentation

__all__ = [
    "Findings",
    "check_file",
    "find_file_problems",
    "json_schema",
    "parse_segmentation",
    "read_segmentation",
    "read_text",
    "read_tree",
    "segmentation_json",
    "segmentation_tree",
    "write_segmentation",
]
