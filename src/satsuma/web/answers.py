"""What views do with the outcome of a save: messages, errors beside fields, fragments for htmx. Used by views."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import ValuesError


def reader(request: HttpRequest) -> User:
    """Who asks, in views whose address needs a permission: it is given to users only."""
    assert isinstance(request.user, User)
    return request.user


def tell(request: HttpRequest, sentence: str, says: Sequence[str] = ()) -> None:
    """Shows on the next page, or in the fragment that answers, that something is saved, and what follows from it."""
    messages.success(request, sentence)
    for more in says:
        messages.info(request, more)


def show_problems(form: forms.Form, error: ValuesError) -> None:
    """Puts each sentence beside its field; what has no field on the form stands above all of them."""
    for name, sentence in error.problems.items():
        form.add_error(name if name in form.fields else None, sentence)


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of a page."""
    return request.headers.get("HX-Request") == "true"
