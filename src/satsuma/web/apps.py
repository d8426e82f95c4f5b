"""Registers the pages with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "satsuma.web"
    label = "web"
