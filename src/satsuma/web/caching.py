"""What browsers and proxies may keep of an answer. Named in the settings, behind the files that never change."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NotKept:
    """Nothing, unless the view says otherwise: pages show personal values, and whoever sits down at the machine after
    somebody has signed out must not find them there."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
