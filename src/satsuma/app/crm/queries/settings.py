"""Reads of stages, products, tags and exchange rates with how much they are used. Called by the settings' pages."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import Deal, ExchangeRate, Option, Product, Section, Stage, Tag

Row = TypeVar("Row", bound=Model)

PAGE = 100
"""Rows of one page of products or tags."""


def list_stages() -> list[tuple[Stage, int]]:
    """Every stage in order, retired ones last, with the number of its deals. Two queries."""
    counts = dict(Deal.objects.values_list("stage").annotate(Count("pk")).order_by())
    rows = sorted(Stage.objects.order_by("position", "id"), key=lambda stage: stage.retired_at is not None)
    return [(stage, counts.get(stage.pk, 0)) for stage in rows]


def list_products(*, search: str = "", page: int = 1) -> tuple[list[tuple[Product, int]], bool]:
    """A page of products by name with the number of their deals, and whether there is another page. Two queries."""
    rows = Product.objects.filter(label_folded__contains=fold_name(search)).order_by("label_folded")
    shown, has_more = _page(rows, page)
    deals = Deal.objects.filter(product__in=[row.pk for row in shown])
    counts = dict(deals.values_list("product").annotate(Count("pk")).order_by())
    return [(row, counts.get(row.pk, 0)) for row in shown], has_more


def list_tags(*, search: str = "", page: int = 1) -> tuple[list[tuple[Tag, int]], bool]:
    """A page of tags by name with the number of contacts that have them, and whether there is another page."""
    rows = Tag.objects.filter(name_folded__contains=fold_name(search)).order_by("name_folded")
    shown, has_more = _page(rows, page)
    counts = dict(Tag.objects.filter(pk__in=[row.pk for row in shown]).values_list("pk").annotate(Count("contacttag")))
    return [(row, counts.get(row.pk, 0)) for row in shown], has_more


def list_options(field_id: int, *, search: str = "") -> tuple[list[Option], int]:
    """The options of the field that the search finds, in order, retired ones last; and how many there are in all."""
    rows = list(Option.objects.filter(field=field_id).order_by("position", "id"))
    found = [row for row in rows if fold_name(search) in row.label_folded]
    return sorted(found, key=lambda row: row.retired_at is not None), len(rows)


def list_rates() -> list[ExchangeRate]:
    return list(ExchangeRate.objects.order_by("currency"))


def list_other_tags(tag_id: int, *, search: str, most: int) -> list[Tag]:
    """The tags that this one can be merged into, by name."""
    rows = Tag.objects.filter(name_folded__contains=fold_name(search)).exclude(pk=tag_id)
    return list(rows.order_by("name_folded")[:most])


def get_section(section_id: int) -> Section:
    """Raises NotFoundError."""
    return _get(Section.objects.all(), section_id)


def get_stage(stage_id: int) -> Stage:
    """Raises NotFoundError."""
    return _get(Stage.objects.all(), stage_id)


def get_product(product_id: int) -> Product:
    """Raises NotFoundError."""
    return _get(Product.objects.all(), product_id)


def get_tag(tag_id: int) -> Tag:
    """Raises NotFoundError."""
    return _get(Tag.objects.all(), tag_id)


def get_option(option_id: int) -> Option:
    """The option with its field. Raises NotFoundError."""
    return _get(Option.objects.select_related("field"), option_id)


def _get(rows: QuerySet[Row], row_id: int) -> Row:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFoundError(_("This is no longer there."), id=row_id)
    return row


def _page(rows: QuerySet[Row], page: int) -> tuple[list[Row], bool]:
    start = PAGE * (max(page, 1) - 1)
    found = list(rows[start : start + PAGE + 1])
    return found[:PAGE], len(found) > PAGE
