"""The board of deals: a column per stage, cards that are dragged or sent from one to another."""

from __future__ import annotations

import json
import re
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.queries.deals import get_deal, get_stage, list_cards, list_heads
from satsuma.app.crm.services.deals import SavedDeal, move_deal
from satsuma.web.answers import is_fragment, reader, tell
from satsuma.web.ids import read_id
from satsuma.web.pages.deals import board_column, board_page, more_url
from satsuma.web.routes import route


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Every stage with its sum and its latest deals; `?owner=me`: the reader's own."""
    page = board_page(reader(request), is_mine=_is_mine(request))
    return render(request, "deals/board.html", {"page": page, "title": _("Deals")})


@require_GET
def cards(request: HttpRequest, stage_id: int) -> HttpResponse:
    """A fragment: the next cards of a column."""
    stage, is_mine = get_stage(stage_id), _is_mine(request)
    owner_id = reader(request).pk if is_mine else None
    found = list_cards(stage.id, owner_id=owner_id, after=_place(request.GET.get("after", "")))
    shown = {
        "deals": found.deals,
        "more_url": more_url(stage.id, found, is_mine=is_mine),
    }
    return render(request, "deals/cards.html", shown)


@require_POST
def move(request: HttpRequest, deal_id: int) -> HttpResponseBase:
    """Puts the deal into the stage that `stage` names. htmx gets the card in its new place and both sums anew."""
    before = get_deal(deal_id).stage_id
    stage = request.POST.get("stage", "")
    wanted = read_id(stage) or 0
    try:
        saved = move_deal(deal_id=deal_id, stage_id=wanted, by=reader(request), at=timezone.now())
    except ValuesError as error:
        if is_fragment(request):
            raise
        messages.error(request, error.remedy)
        return redirect("deal_page", deal_id=deal_id)
    sentence = _("%(name)s is now in “%(stage)s”.")
    tell(request, sentence % {"name": saved.deal.title, "stage": saved.deal.stage.label}, saved.says)
    if is_fragment(request):
        return _moved(request, saved, before)
    return redirect("deal_page", deal_id=deal_id) if "from_page" in request.POST else redirect("deal_board")


def _moved(request: HttpRequest, saved: SavedDeal, before: int) -> HttpResponse:
    is_mine = _is_mine(request)
    owner_id = reader(request).pk if is_mine else None
    heads = list_heads({before, saved.deal.stage_id}, owner_id=owner_id)
    shown = {
        "deal": get_deal(saved.deal.id),
        "columns": [board_column(head, reader(request), is_mine=is_mine) for head in heads],
    }
    answer = render(request, "deals/moved.html", shown)
    answer.headers["HX-Trigger-After-Settle"] = json.dumps({"deal-moved": {"id": saved.deal.id}})
    return answer


def _is_mine(request: HttpRequest) -> bool:
    return "me" in (request.GET.get("owner"), request.POST.get("owner"))


def _place(text: str) -> tuple[datetime, int] | None:
    """The update and id of the card that the next ones stand below; None for anything else."""
    match = re.fullmatch(r"([^_]{10,40})_(\d{1,18})", text, re.ASCII)
    try:
        moment = parse_datetime(match[1]) if match else None
    except ValueError:
        return None
    if match is None or moment is None or timezone.is_naive(moment) or not 1 < moment.year < 9999:
        return None
    return moment, int(match[2])


urlpatterns = [
    route("deals/", board, name="deal_board", needs=Permission.VIEW),
    route("deals/stages/<int:stage_id>/cards/", cards, name="deal_cards", needs=Permission.VIEW),
    route("deals/<int:deal_id>/move/", move, name="deal_move", needs=Permission.EDIT_CONTACTS),
]
