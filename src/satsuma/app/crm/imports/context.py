"""What a file's texts can mean in this workspace: fields, stages, products, people, rates. Read once for each plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from satsuma.app.accounts.queries import find_workspace, list_active_users, workspace_day
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import ExchangeRate, Product, Stage
from satsuma.app.crm.queries.fields import list_fields
from satsuma.domain.folding import fold
from satsuma.domain.model import Kind


class Part(StrEnum):
    """What one row of a file can carry of."""

    COMPANY = "company"
    PERSON = "person"
    DEAL = "deal"


CONTACTS = (Part.COMPANY, Part.PERSON)


@dataclass(frozen=True, slots=True)
class StageFacts:
    id: int
    key: str
    label: str
    state: str


@dataclass(frozen=True)
class Context:
    """`users` finds somebody by folded e-mail address or name (None: two have it), `products` by folded name."""

    currency: str
    today: date
    fields: Mapping[Part, Mapping[str, FieldSpec]]
    stages: tuple[StageFacts, ...]
    products: Mapping[str, int]
    product_labels: Mapping[int, str]
    users: Mapping[str, int | None]
    rates: Mapping[str, Decimal]


def load_context(at: datetime) -> Context:
    """Eight queries."""
    workspace = find_workspace()
    products = list(Product.objects.values_list("id", "label", "label_folded"))
    stages = Stage.objects.filter(retired_at__isnull=True).order_by("position", "id")
    return Context(
        currency=workspace.currency if workspace else "",
        today=workspace_day(at),
        fields={part: _fields(Kind(part.value)) for part in CONTACTS},
        stages=tuple(StageFacts(stage.id, stage.key, stage.label, stage.state) for stage in stages),
        products={folded: id_ for id_, _label, folded in products},
        product_labels={id_: label for id_, label, _folded in products},
        users=_users(),
        rates=dict(ExchangeRate.objects.values_list("currency", "rate")),
    )


def _fields(kind: Kind) -> dict[str, FieldSpec]:
    return {field.key: field for field in list_fields(kind) if field.is_typed_in}


def _users() -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for user in list_active_users():
        for word in {fold_name(user.name), fold(user.email)} - {""}:
            found[word] = None if word in found else user.pk
    return found
