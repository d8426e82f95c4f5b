"""Companies with all kinds of values, missing ones and equal ones among them, for tests of lists."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from satsuma.app.accounts.models import User
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import Contact, ContactTag, Field, Option, Tag
from satsuma.app.crm.search import index_contacts
from satsuma.app.crm.services.defaults import create_defaults

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
CUSTOM = {
    "f901": "number",
    "f902": "money",
    "f903": "rating",
    "f904": "choice",
    "f905": "choices",
    "f906": "yes_no",
    "f907": "date",
    "f908": "text",
}
WORDS = ["acme", "Acme", "Zebra", "Łódź", "łódź", "Élan", "über", "北京", "Кот", "plain & simple", "50%_x", "O'Neil"]


def make_fields() -> None:
    """The defaults, and a custom field of each type for companies."""
    create_defaults(at=NOW)
    for position, (key, type_) in enumerate(CUSTOM.items(), start=900):
        field = Field.objects.create(
            kind="company", key=key, source="custom", type=type_, label=f"A {type_}", position=position
        )
        if type_ in ("choice", "choices"):
            for place, label in enumerate(("Gold", "Silver", "Bronze")):
                Option.objects.create(
                    field=field, key=f"{key}o{place}", label=label, label_folded=label.lower(), position=place
                )


def make_companies(count: int, *, owners: list[User], seed: int = 1) -> list[Contact]:
    """Companies that are alike in many values, so that order depends on more than one."""
    chance = random.Random(seed)
    tags = [Tag.objects.create(name=name, name_folded=name.lower()) for name in ("Fair", "Partner", "Press")]
    found = []
    for number in range(count):
        name = f"{chance.choice(WORDS)} {chance.choice(WORDS)}"
        email = f"{chance.choice('abC')}@example.com" if chance.random() < 0.6 else ""
        found.append(
            Contact(
                kind="company",
                name=name,
                name_folded=fold_name(name),
                external_id=f"X{number}" if chance.random() < 0.5 else "",
                email=email,
                email_folded=email.lower(),
                industry=chance.choice(["retail", "software", "other", ""]),
                country=chance.choice(["PL", "DE", "US", ""]),
                city=chance.choice([*WORDS, "", ""]),
                employees=chance.choice([None, 0, 1, 10, 10, 250.5]),
                owner=chance.choice([None, *owners]),
                values=_values(chance),
                metrics={"m1": chance.choice([0, 0.5, 1200])} if chance.random() < 0.7 else {},
                created_at=NOW - timedelta(days=chance.randint(0, 3)),
                updated_at=NOW - timedelta(hours=chance.randint(0, 40), microseconds=chance.choice([0, 1])),
            )
        )
    Contact.objects.bulk_create(found)
    ContactTag.objects.bulk_create(
        ContactTag(contact=company, tag=tag) for company in found for tag in tags if chance.random() < 0.3
    )
    index_contacts([company.pk for company in found])
    return found


def _values(chance: random.Random) -> dict[str, object]:
    values = {
        "f901": chance.choice([-1, 0, 2.5, 7]),
        "f902": chance.choice([0.1, 99.99, 1_000_000]),
        "f903": chance.choice([0, 5, 10]),
        "f904": chance.choice(["f904o0", "f904o1", "f904o2"]),
        "f905": chance.choice([["f905o0"], ["f905o0", "f905o2"], ["f905o1"]]),
        "f906": chance.choice([True, False]),
        "f907": (TODAY + timedelta(days=chance.randint(-4, 4))).isoformat(),
        "f908": chance.choice(WORDS),
    }
    return {key: value for key, value in values.items() if chance.random() < 0.7}
