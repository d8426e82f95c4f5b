"""Registers the app with Django, and what it wants to know of contacts."""

from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    name = "satsuma.app.segmentation"
    label = "segmentation"

    def ready(self) -> None:
        from satsuma.app.crm import hooks
        from satsuma.app.crm.further_tables import also_export
        from satsuma.app.crm.lists.contacts import add_columns, load_with_contacts
        from satsuma.app.crm.queries.where_used import also_asked_by, also_used_by
        from satsuma.app.segmentation.exports import list_result_tables
        from satsuma.app.segmentation.lists.columns import RESULTS, RESULTS_OF_CONTACT, segment_columns
        from satsuma.app.segmentation.queries.used_fields import find_field_uses, find_option_uses
        from satsuma.app.segmentation.saves import forget_results, rescore_touched

        hooks.after_save(rescore_touched)
        hooks.before_erasing(forget_results)
        also_used_by(find_field_uses)
        also_asked_by(find_option_uses)
        also_export(list_result_tables)
        add_columns(segment_columns)
        load_with_contacts(RESULTS, RESULTS_OF_CONTACT)
