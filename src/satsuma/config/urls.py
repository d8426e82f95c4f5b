"""The map of addresses: everything that `web` shows."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("satsuma.web.urls"))]

handler400 = "satsuma.web.errors.bad_request"
handler403 = "satsuma.web.errors.permission_denied"
handler404 = "satsuma.web.errors.page_not_found"
handler500 = "satsuma.web.errors.server_error"
