"""What is sold: adds, renames, retires and deletes products. Called by the settings, and by imports."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.labels import checked_label, folded_label, refuse_taken
from satsuma.app.crm.models import Product
from satsuma.app.crm.queries.where_used import list_deal_uses
from satsuma.app.crm.services.keys import PRODUCT, next_key, wait_for_turn
from satsuma.app.crm.values import ValueRefusedError

MAX_PRODUCTS = 10_000


@transaction.atomic
def create_product(*, label: str, at: datetime) -> int:
    """A new product; gives its id. Raises ValuesError("label")."""
    wait_for_turn()
    if Product.objects.count() >= MAX_PRODUCTS:
        raise ValuesError({"label": _("There can be at most %(most)d products.") % {"most": MAX_PRODUCTS}})
    row = Product(key=next_key(PRODUCT))
    _write(row, label)
    return row.pk


@transaction.atomic
def rename_product(*, product_id: int, label: str, at: datetime) -> None:
    """Gives it another name; deals keep it. Raises ValuesError("label"), NotFoundError."""
    wait_for_turn()
    _write(_product(product_id), label)


@transaction.atomic
def retire_product(*, product_id: int, at: datetime) -> None:
    """Offers it no longer; deals keep it."""
    row = _product(product_id)
    row.retired_at = row.retired_at or at
    row.save()


@transaction.atomic
def restore_product(*, product_id: int, at: datetime) -> None:
    row = _product(product_id)
    row.retired_at = None
    row.save()


@transaction.atomic
def delete_product(*, product_id: int, at: datetime) -> None:
    """Removes it for good. Raises RefusedError, naming who uses it, for one that is in use."""
    wait_for_turn()
    row = _product(product_id)
    uses = [use.sentence for use in list_deal_uses("product", row.pk, row.key)]
    if uses:
        raise RefusedError(
            "product_in_use",
            _("This product is in use: %(uses)s.") % {"uses": ", ".join(uses)},
            remedy=_("Retire it instead: it is no longer offered, and nothing is lost."),
            used_by=uses,
        )
    row.delete()


def _product(product_id: int) -> Product:
    row = Product.objects.filter(id=product_id).first()
    if row is None:
        raise NotFoundError(_("There is no such product."), product_id=product_id)
    return row


def _write(row: Product, label: str) -> None:
    try:
        row.label = checked_label(label)
        row.label_folded = folded_label(row.label)
        others = Product.objects.filter(label_folded=row.label_folded).exclude(id=row.pk)
        refuse_taken(row.label, others.values_list("label", flat=True))
    except ValueRefusedError as error:
        raise ValuesError({"label": str(error)}) from error
    row.save()
