"""What a new parameter begins with: ranges for what contacts have, plain ones where nobody has anything yet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from satsuma.app.accounts.models import Workspace
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.suggesting import plain_parameter, suggest_for
from satsuma.domain.checks import find_problems
from satsuma.domain.model import (
    AgeRanges,
    Axis,
    Band,
    FieldType,
    Group,
    Groups,
    Kind,
    NumericRanges,
    Parameter,
    Ranges,
    Segmentation,
)
from support.models import field
from support.sales import create_company, create_sale

DAY = date(2026, 11, 26)
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("kind", list(FieldType))
def test_plain_ranges_have_no_problem(kind: FieldType):
    facts = {"minimum": 0, "maximum": 10} if kind is FieldType.RATING else {}
    options = ("low", "high") if kind.has_options else ()
    asked = field("x", kind, options=options, **facts)
    found = plain_parameter(asked)
    model = Segmentation("x", Kind.COMPANY, (asked,), (Axis("Score", (found,), (Band("a"), Band("b", 50))),))
    codes = [problem.code for problem in find_problems(model)]
    assert codes == (["group_empty"] if kind is FieldType.TEXT else [])


@pytest.mark.parametrize(
    ("limits", "ranges"),
    [
        ((0, 10), NumericRanges((7, 9), (0, 5, 10))),
        ((1, 5), NumericRanges((4, 5), (0, 5, 10))),
        ((0, 1), NumericRanges((1,), (5, 10))),
    ],
)
def test_a_rating_is_cut_as_the_nps_is(limits: tuple[int, int], ranges: Ranges):
    asked = field("nps", FieldType.RATING, minimum=limits[0], maximum=limits[1])
    assert plain_parameter(asked).ranges == ranges


def suggested(label: str) -> Parameter:
    spec = next(found for found in list_fields(Kind.COMPANY) if found.label == label)
    return suggest_for(spec, as_of=DAY)


@pytest.mark.django_db
def test_ranges_come_from_what_companies_have(workspace: Workspace):
    create_defaults(at=AT)
    assert suggested("Employees").ranges == NumericRanges((10, 100), (0, 5, 10))
    towns = ["Łódź", "łódź ", "Bonn"] * 4
    for number in range(12):
        company = create_company(f"Company {number}")
        facts = {"employees": 10 * number, "industry": "retail" if number % 3 else "energy", "city": towns[number]}
        Contact.objects.filter(pk=company.pk).update(**facts)
        if number % 2:
            create_sale(company, "Rollout", value=Decimal(1000 * number), stage="won")
    employees = suggested("Employees").ranges
    assert isinstance(employees, NumericRanges)
    assert all(0 < cut < 120 and cut % 10 == 0 for cut in employees.cuts)
    assert suggested("Industry").ranges == Groups((Group(("retail",), 0), Group(("energy",), 0)))
    assert suggested("City").ranges == Groups((Group(("Łódź",), 0), Group(("Bonn",), 0)))
    won = suggested("Value of won deals")
    assert isinstance(won.ranges, NumericRanges)
    assert (won.relevance, won.enabled, len(won.ranges.cuts) > 1) == (5, True, True)
    assert isinstance(suggested("Last won deal").ranges, AgeRanges)
