"""Re-scoring inside the database: the whole model as CASE expressions over typed columns, keys of a JSON column and a
grouping of deals, then an UPDATE of what differs. Good for the fields of `installation` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest

from benchmarks.installation import BUILT_IN
from satsuma.domain.folding import fold
from satsuma.domain.model import AgeRanges, FieldType, Groups, NumericRanges, Parameter, Segmentation, YesNo
from satsuma.domain.scoring import band_edges

METRICS = {"m1": "COALESCE(d.worth, 0) / 10000.0", "m2": "COALESCE(d.number, 0)", "m3": "CAST(d.latest AS text)"}


def rescore_by_case(segmentation_id: int, as_of: date, at: datetime) -> None:
    from django.db import connection, transaction

    from satsuma.app.segmentation.queries.segmentations import get_segmentation

    version = get_segmentation(segmentation_id).version
    assert version is not None
    is_postgres = connection.vendor == "postgresql"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE scored AS {_scored(version.model, version.segment_ids, as_of, is_postgres)}"
        )
        cursor.execute("CREATE UNIQUE INDEX scored_contact ON scored (contact)")
        cursor.execute(
            "INSERT INTO segmentation_move (segmentation_id, contact_id, before_id, after_id, before_score,"
            ' after_score, version_id, cause, at, "on", changed)'
            " SELECT a.segmentation_id, a.contact_id, a.segment_id, s.segment, a.score, s.score, %s, 'request', %s,"
            " %s, 0"
            " FROM segmentation_assignment a JOIN scored s ON s.contact = a.contact_id"
            " WHERE a.segmentation_id = %s AND a.segment_id <> s.segment",
            [version.id, at, as_of, segmentation_id],
        )
        cursor.execute(
            "UPDATE segmentation_assignment SET segment_id = s.segment, computed_id = s.segment, score = s.score,"
            " present = s.present, assigned_at = %s FROM scored s WHERE s.contact = segmentation_assignment.contact_id"
            " AND segmentation_id = %s AND (segment_id <> s.segment OR segmentation_assignment.score <> s.score"
            " OR segmentation_assignment.present <> s.present)",
            [at, segmentation_id],
        )
        cursor.execute("DROP TABLE scored")


def _scored(model: Segmentation, segment_ids: Sequence[int], as_of: date, is_postgres: bool) -> str:
    (axis,) = model.axes
    points, present = [], []
    for parameter in axis.parameters:
        value = _value(parameter.field, model.field(parameter.field).type, is_postgres)
        points.append(f"{parameter.relevance} * ({_points(parameter, model, value, as_of, is_postgres)})")
        present.append(f"CASE WHEN {value} IS NULL THEN 0 ELSE {parameter.relevance} END")
    deals = (
        "SELECT company_id, SUM(worth_e4) AS worth, COUNT(*) AS number, MAX(closed_on) AS latest FROM crm_deal"
        f" WHERE state = 'won' AND binned_at IS NULL AND closed_on <= '{as_of}' GROUP BY company_id"
    )
    rows = (
        f"SELECT c.id AS contact, {' + '.join(points)} AS score, {' + '.join(present)} AS present"
        f" FROM crm_contact c LEFT JOIN ({deals}) d ON d.company_id = c.id"
        " WHERE c.kind = 'company' AND c.binned_at IS NULL"
    )
    edges = reversed(list(zip(band_edges(axis), segment_ids[1:], strict=True)))
    bands = " ".join(f"WHEN score >= {edge} THEN {segment}" for edge, segment in edges)
    return f"SELECT contact, score, present, CASE {bands} ELSE {segment_ids[0]} END AS segment FROM ({rows}) AS r"


def _value(key: str, type_: FieldType, is_postgres: bool) -> str:
    if key in METRICS:
        return METRICS[key]
    if key in BUILT_IN:
        return f"NULLIF(c.{key}, '')" if type_ in (FieldType.TEXT, FieldType.CHOICE) else f"c.{key}"
    if not is_postgres:
        return f"json_extract(c.\"values\", '$.{key}')"
    casts = {FieldType.NUMBER: "::float8", FieldType.MONEY: "::float8", FieldType.RATING: "::float8"}
    return f"(c.\"values\"->>'{key}'){casts.get(type_, '')}"


def _points(parameter: Parameter, model: Segmentation, value: str, as_of: date, is_postgres: bool) -> str:
    ranges = parameter.ranges
    if isinstance(ranges, NumericRanges):
        branches = [
            f"WHEN {value} < {cut} THEN {points}" for cut, points in zip(ranges.cuts, ranges.points, strict=False)
        ]
        last = ranges.points[-1]
    elif isinstance(ranges, AgeRanges):
        days = [as_of - timedelta(days=cut) for cut in ranges.cuts]
        branches = [f"WHEN {value} > '{day}' THEN {points}" for day, points in zip(days, ranges.points, strict=False)]
        last = ranges.points[-1]
    elif isinstance(ranges, YesNo):
        yes = f"{value} = 'true'" if is_postgres else value
        branches, last = [f"WHEN {yes} THEN {ranges.yes}"], ranges.no
    else:
        return _groups(parameter, ranges, model.field(parameter.field).type, value, is_postgres)
    return f"CASE WHEN {value} IS NULL THEN {parameter.no_data} {' '.join(branches)} ELSE {last} END"


def _groups(parameter: Parameter, ranges: Groups, type_: FieldType, value: str, is_postgres: bool) -> str:
    words = [
        ", ".join(f"'{fold(text) if type_ is FieldType.TEXT else text}'" for text in g.values) for g in ranges.groups
    ]
    if type_ is FieldType.CHOICES:
        each = "jsonb_array_elements_text" if is_postgres else "json_each"
        place = (
            f"(c.\"values\"->'{parameter.field}') AS v(value)"
            if is_postgres
            else f"(c.\"values\", '$.{parameter.field}')"
        )
        hit = [f"EXISTS (SELECT 1 FROM {each}{place} WHERE value IN ({listed}))" for listed in words]
        added = " + ".join(f"CASE WHEN {h} THEN {g.points} ELSE 0 END" for h, g in zip_longest(hit, ranges.groups))
        nothing = f"WHEN NOT ({' OR '.join(hit)}) THEN {ranges.anything_else}"
        return f"CASE WHEN {value} IS NULL THEN {parameter.no_data} {nothing} ELSE {added} END"
    compared = f"lower(trim({value}))" if type_ is FieldType.TEXT else value
    branches = [
        f"WHEN {compared} IN ({listed}) THEN {g.points}" for listed, g in zip(words, ranges.groups, strict=True)
    ]
    return f"CASE WHEN {value} IS NULL THEN {parameter.no_data} {' '.join(branches)} ELSE {ranges.anything_else} END"
