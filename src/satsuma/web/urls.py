"""Every address that people visit: those of all modules of `views`, so that a new feature is a new module."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.urls import URLPattern, URLResolver

from satsuma.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    address
    for module in iter_modules(views.__path__)
    for address in import_module(f"{views.__name__}.{module.name}").urlpatterns
]
