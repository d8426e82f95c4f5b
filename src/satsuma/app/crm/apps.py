"""Registers the app with Django."""

from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "satsuma.app.crm"
    label = "crm"
