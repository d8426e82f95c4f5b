"""Registers the app with Django, and the jobs of all apps."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "satsuma.app.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Each app says in its module `jobs` which it has."""
        autodiscover_modules("jobs")
