"""What segmentations know of contacts, for the export of everything: results, moves, and what people decided. Called by
`exports`. Contacts are named by the number that their own tables give. Scores of groupings, which say nothing to
people, are left empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from satsuma.app.crm.exports.everything import chunks
from satsuma.app.crm.exports.sheets import Row
from satsuma.app.crm.further_tables import Export
from satsuma.app.segmentation.models import Assignment, Exemption, Move, Pin
from satsuma.app.segmentation.queries.contact_moves import with_causes
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, list_segmentations, version_spec
from satsuma.app.segmentation.wording import cause_text


def list_result_tables() -> list[Export]:
    """Those tables that hold something, of segmentations in use and out of use."""
    tables = [_results(), _moves(), _pins(), _exemptions()]
    return [table for table in tables if table.count]


def _results() -> Export:
    rows = Assignment.objects.select_related("contact", "version__published_by")
    headings = [
        *(_("No."), _("Contact"), _("Segmentation"), _("Segment"), _("By the score"), _("Score"), _("Percent score")),
        *(_("Coverage"), _("Version"), _("Since")),
    ]

    def read() -> Iterator[Row]:
        known = _segmentations()
        for part in chunks(rows):
            for row in part:
                segmentation = known[row.segmentation_id]
                version = version_spec(row.version) if row.version else segmentation.version
                assert version is not None
                score = None if version.is_grouping else row.score
                yield [
                    *(row.contact_id, row.contact.name, segmentation.name),
                    *(_name(segmentation, row.segment_id), _name(segmentation, row.computed_id), score),
                    None if score is None else version.percent(score),
                    None if row.present is None else version.coverage(row.present),
                    *(version.number, row.assigned_at),
                ]

    return Export(_("Segments"), "segments", headings, rows.count(), read)


def _moves() -> Export:
    rows = with_causes(Move.objects.select_related("contact", "version"))
    headings = [
        *(_("Contact no."), _("Contact"), _("Segmentation"), _("From"), _("To"), _("Why"), _("Score before")),
        *(_("Score after"), _("Version"), _("When")),
    ]

    def read() -> Iterator[Row]:
        known = _segmentations()
        for part in chunks(rows):
            for row in part:
                segmentation = known[row.segmentation_id]
                scores = (None, None) if segmentation.is_grouping else (row.before_score, row.after_score)
                yield [
                    *(row.contact_id, row.contact.name if row.contact else None, segmentation.name),
                    *(_name(segmentation, row.before_id), _name(segmentation, row.after_id), cause_text(row)),
                    *(*scores, row.version.number, row.at),
                ]

    return Export(_("Moves"), "moves", headings, rows.count(), read)


def _pins() -> Export:
    rows = Pin.objects.select_related("contact", "segmentation", "segment", "author")
    headings = [
        _("No."),
        _("Contact"),
        _("Segmentation"),
        _("Segment"),
        _("Reason"),
        _("Author"),
        _("Since"),
        _("Until"),
    ]

    def read() -> Iterator[Row]:
        for part in chunks(rows):
            for row in part:
                yield [
                    *(row.contact_id, row.contact.name, row.segmentation.name, row.segment.name, row.reason),
                    *(str(row.author) if row.author else None, row.created_at, row.expires_on),
                ]

    return Export(_("Pins"), "pins", headings, rows.count(), read)


def _exemptions() -> Export:
    rows = Exemption.objects.select_related("contact", "author")
    headings = [_("No."), _("Contact"), _("Kind"), _("Reason"), _("Author"), _("Since")]
    kinds = {Exemption.Kind.OBJECTION: _("Objection to profiling"), Exemption.Kind.FROZEN: _("Frozen")}

    def read() -> Iterator[Row]:
        for part in chunks(rows):
            for row in part:
                who = str(row.author) if row.author else None
                yield [
                    row.contact_id,
                    row.contact.name,
                    kinds[Exemption.Kind(row.kind)],
                    row.reason,
                    who,
                    row.created_at,
                ]

    return Export(_("Not scored"), "not_scored", headings, rows.count(), read)


def _segmentations() -> dict[int, SegmentationSpec]:
    return {found.id: found for archived in (False, True) for found in list_segmentations(archived=archived)}


def _name(segmentation: SegmentationSpec, segment_id: int | None) -> str | None:
    return None if segment_id is None else segmentation.by_id[segment_id].name
