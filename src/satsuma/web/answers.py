"""What views have in common: who asks, for what, and how a change ends – carried out, refused, or with a form to look
at again. Called by views.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.domain.model import Kind


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


def try_change(
    request: HttpRequest, change: Callable[[], Any], *, done: str, back: str, refused: str = ""
) -> HttpResponseRedirect:
    """Makes the change and goes back with the message `done`. What the rules do not allow is said there too, or at the
    address `refused`."""
    try:
        change()
    except RefusedError as error:
        messages.error(request, str(error))
        return redirect(refused or back)
    messages.success(request, done)
    return redirect(back)


def form_status(form: forms.BaseForm) -> int:
    """422 for a form that is shown again because of what was entered, else 200."""
    return 422 if form.is_bound and form.errors else 200


def kind_of(text: str) -> Kind:
    """The kind of contact in an address. Raises NotFoundError."""
    try:
        return Kind(text)
    except ValueError as error:
        raise NotFoundError(_("There is no such kind of contact."), kind=text) from error


def page_number(request: HttpRequest) -> int:
    """The page of a list that the address asks for, 1 if it does not."""
    text = request.GET.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 9 else 1
