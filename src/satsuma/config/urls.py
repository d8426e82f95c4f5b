"""The map of addresses: everything that `web` shows."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("satsuma.web.urls"))]
