"""Before the first run every address leads to one page. Named in the settings, behind `middleware.Locale`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class FirstRun:
    """While there is no workspace, only the addresses of the first run answer."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = reverse("not_set_up")
        if request.workspace is None and not request.path_info.startswith(start):  # type: ignore[attr-defined]
            return redirect(start)
        return self.answer(request)
