"""Generated companies, people, deals and activities in the database, with values that sit on edges: huge and tiny
numbers, quotes and line breaks, the ends of the calendar, nothing at all. Rows are written as the services write them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q

from satsuma.app.crm.catalogue import BUILT_IN
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Activity, Contact, Deal, Erased, Field, Option, Product, Stage
from satsuma.app.crm.queries.fields import list_fields
from satsuma.domain.model import FieldType, Kind

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
AS_OF = date(2026, 11, 26)
DAYS = (date.min, date(1969, 12, 31), date(2024, 2, 29), AS_OF, AS_OF + timedelta(days=1), date.max)
NUMBERS = (0, -0.1, 0.1, 1e-7, 123456789012.345, 0.000123456789012345, 10**15, -(10**15), 999999999999999, 5, 7.25)
MONEY = (0, 0.0001, -19.99, 99999999999.9999, 10**15, 1234.5)
TEXTS = (
    'He said "no"',
    "two\nlines\r\n\ttab",
    "back\\slash 'quote' ; --",
    "Łódź 東京 😀",
    "\u2028\x01",
    "null",
    "%s {}",
    "á",
)
OPTIONS = ("o1", "o2", "o3")
CUSTOM = {
    "f1": FieldType.NUMBER,
    "f2": FieldType.MONEY,
    "f3": FieldType.RATING,
    "f4": FieldType.CHOICE,
    "f5": FieldType.CHOICES,
    "f6": FieldType.YES_NO,
    "f7": FieldType.DATE,
    "f8": FieldType.TEXT,
}
"""Custom fields of companies by key; persons have the same with p instead of f."""


@dataclass(frozen=True, slots=True)
class World:
    """What was made, by id."""

    companies: list[int]
    people: list[int]
    deals: list[int]
    activities: list[int]


def create_fields() -> None:
    """Every built-in field, and a custom one of each type, for both kinds."""
    for kind, prefix in ((Kind.COMPANY, "f"), (Kind.PERSON, "p")):
        built_in = [(field.key, field.type) for field in BUILT_IN if kind in field.kinds]
        Field.objects.bulk_create(Field(kind=kind, key=key, source="built_in", type=type_) for key, type_ in built_in)
        for key, type_ in CUSTOM.items():
            row = Field.objects.create(kind=kind, key=key.replace("f", prefix), source="custom", type=type_, label=key)
            if type_.has_options:
                Option.objects.bulk_create(Option(field=row, key=o, label=o, label_folded=o) for o in OPTIONS)


def typed_in(kind: Kind) -> list[FieldSpec]:
    return [field for field in list_fields(kind) if field.is_typed_in]


def create_metric(kind: Kind, key: str, type_: FieldType, **metric: Any) -> None:
    Field.objects.create(kind=kind, key=key, source="metric", type=type_, label=key, metric=metric)


def create_world(
    *, seed: int = 1, companies: int = 30, people: int = 40, deals: int = 150, activities: int = 150
) -> World:
    """Fields, and contacts of which a tenth is in the bin, with deals and activities that name a company, one of its
    people, somebody else's, or both."""
    chance = random.Random(seed)
    create_fields()
    found_companies = [create_contact(chance, Kind.COMPANY) for _ in range(companies)]
    found_people = [
        create_contact(chance, Kind.PERSON, company_id=_sometimes(chance, chance.choice(found_companies)))
        for _ in range(people)
    ]
    stages = [
        Stage.objects.create(key=f"s{n}", label=state, state=state) for n, state in enumerate(("open", "won", "lost"))
    ]
    products = [Product.objects.create(key=f"p{n}", label=f"P{n}", label_folded=f"p{n}") for n in range(4)]
    world = World(found_companies, found_people, [], [])
    for _ in range(deals):
        world.deals.append(
            create_deal(chance, world, chance.choice(stages), _sometimes(chance, chance.choice(products)))
        )
    for _ in range(activities):
        world.activities.append(create_activity(chance, world))
    return world


def create_contact(chance: random.Random, kind: Kind, **columns: Any) -> int:
    return Contact.objects.create(**new_contact(chance, kind, **columns)).id


def new_contact(chance: random.Random, kind: Kind, **columns: Any) -> dict[str, Any]:
    """The columns of a contact with drawn values."""
    prefix = "f" if kind is Kind.COMPANY else "p"
    drawn = {key.replace("f", prefix): _sometimes(chance, _stored(chance, type_)) for key, type_ in CUSTOM.items()}
    return {
        "kind": kind,
        "name": chance.choice(TEXTS),
        "city": chance.choice(["", *TEXTS]),
        "country": chance.choice(["", "PL", "DE"]),
        "industry": chance.choice(["", "retail"]),
        "description": chance.choice(["", "long " * 500]),
        "employees": _sometimes(chance, chance.choice(NUMBERS)),
        "annual_revenue": _sometimes(chance, chance.choice(MONEY)),
        "values": {key: value for key, value in drawn.items() if value is not None},
        "changed": next_mark(),
        "created_at": NOW,
        "updated_at": NOW,
        "binned_at": NOW if chance.random() < 0.1 else None,
        **columns,
    }


def create_deal(chance: random.Random, world: World, stage: Stage, product: Product | None) -> int:
    worth = _sometimes(chance, chance.choice([0, 1, 199_900, -5, 333_333, 10**13]))
    deal = Deal.objects.create(
        title="Deal",
        company_id=_sometimes(chance, chance.choice(world.companies)),
        person_id=_sometimes(chance, chance.choice(world.people)) if world.people else None,
        worth_e4=worth,
        currency="EUR",
        product=product,
        stage=stage,
        state=stage.state,
        opened_on=_sometimes(chance, chance.choice(DAYS)),
        closed_on=_sometimes(chance, chance.choice([*DAYS, AS_OF - timedelta(days=chance.randrange(200))])),
        changed=next_mark(),
        created_at=NOW,
        updated_at=NOW,
        binned_at=NOW if chance.random() < 0.1 else None,
    )
    return deal.id


def create_activity(chance: random.Random, world: World) -> int:
    company, person = chance.choice(world.companies), chance.choice(world.people)
    which = chance.randrange(3)
    activity = Activity.objects.create(
        kind=chance.choice(Activity.Kind.values),
        company_id=company if which != 1 else None,
        person_id=person if which != 0 else None,
        happened_at=NOW,
        happened_on=chance.choice([*DAYS, AS_OF - timedelta(days=chance.randrange(200))]),
        rating=_sometimes(chance, chance.randrange(11)),
        changed=next_mark(),
        created_at=NOW,
    )
    return activity.id


def erase(table: str, row_id: int) -> None:
    """The row is gone, and what went with it; what lost a link to it is marked."""
    mark = next_mark()
    gone = {table: [row_id]}
    if table == "contact":
        named = Q(company=row_id) | Q(person=row_id)
        gone["activity"] = list(Activity.objects.filter(named).values_list("id", flat=True))
        Deal.objects.filter(named).update(changed=mark)
        Contact.objects.filter(company=row_id).update(changed=mark)
    {"contact": Contact, "deal": Deal, "activity": Activity}[table].objects.filter(id=row_id).delete()
    Erased.objects.bulk_create(
        Erased(table=name, row_id=id_, changed=mark) for name, ids in gone.items() for id_ in ids
    )


def _stored(chance: random.Random, type_: FieldType) -> Any:
    match type_:
        case FieldType.NUMBER:
            return chance.choice(NUMBERS)
        case FieldType.MONEY:
            return chance.choice(MONEY)
        case FieldType.RATING:
            return chance.randrange(11)
        case FieldType.CHOICE:
            return chance.choice(OPTIONS)
        case FieldType.CHOICES:
            return sorted(chance.sample(OPTIONS, chance.randint(1, 3)))
        case FieldType.YES_NO:
            return chance.random() < 0.5
        case FieldType.DATE:
            return chance.choice(DAYS).isoformat()
        case FieldType.TEXT:
            return chance.choice(TEXTS)


def _sometimes(chance: random.Random, value: Any) -> Any:
    return None if chance.random() < 0.2 else value
