"""Registers the app with Django, and what it wants to know of contacts."""

from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    name = "satsuma.app.segmentation"
    label = "segmentation"

    def ready(self) -> None:
        from satsuma.app.crm import hooks
        from satsuma.app.segmentation.saves import forget_results, rescore_touched

        hooks.after_save(rescore_touched)
        hooks.before_erasing(forget_results)
