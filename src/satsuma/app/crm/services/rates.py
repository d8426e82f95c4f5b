"""Exchange rates to the workspace's currency, for new deals. Called by the settings; deals keep the rate they got."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.currencies import current_currencies
from satsuma.app.accounts.queries import find_workspace
from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.labels import Problems
from satsuma.app.crm.models import ExchangeRate
from satsuma.app.crm.money import check_rate


@transaction.atomic
def set_rate(*, currency: str, rate: Decimal, at: datetime) -> None:
    """Says what one unit of the currency is worth in the workspace's. Raises ValuesError("currency", "rate")."""
    problems = Problems()
    workspace = find_workspace()
    if currency not in current_currencies():
        problems["currency"] = _("Choose one of the currencies.")
    elif workspace is not None and currency == workspace.currency:
        problems["currency"] = _("This is your own currency: it is always worth 1.")
    with problems.beside("rate"):
        check_rate(rate)
    problems.end()
    ExchangeRate.objects.update_or_create(currency=currency, defaults={"rate": rate})
    ExchangeRate.objects.filter(currency=currency).update(updated_at=at)


@transaction.atomic
def delete_rate(*, currency: str, at: datetime) -> None:
    """Forgets it; deals keep the rate they got. Raises NotFoundError."""
    deleted, _per_table = ExchangeRate.objects.filter(currency=currency).delete()
    if not deleted:
        raise NotFoundError(_("There is no rate for this currency."), currency=currency)
