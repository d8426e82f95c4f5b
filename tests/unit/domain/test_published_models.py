"""Models that others published, expressed as segmentations: they give what was published."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from satsuma.domain.checks import find_problems
from satsuma.domain.model import Combine, Record, Segmentation
from satsuma.domain.scoring import parameter_points, score, score_span
from support.decision_tables import InexpressibleError, translated
from support.models import AS_OF, axis, by_group, by_range, field, plain, with_rules

DATA = Path(__file__).parents[2] / "data" / "scoring"
PUBLISHED = {model["id"]: model for model in json.loads((DATA / "published_models.json").read_text())["models"]}
ZEN = {model["name"]: model for model in json.loads((DATA / "zen_decision_tables.json").read_text())["models"]}


MAP: dict[str, str] = PUBLISHED["rf_segment_map_10"]["map"]
DIGITS = "12345"


class TestRecencyFrequencyMap:
    def model(self) -> Segmentation:
        edges = {digit: int(digit) if digit > "1" else None for digit in DIGITS}
        boxes = [
            (segment, dict(zip(("R", "F"), self.digit_classes(pattern), strict=True)))
            for pattern, segment in MAP.items()
        ]
        return with_rules(
            [field("r", "rating", minimum=1, maximum=5), field("f", "rating", minimum=1, maximum=5)],
            [
                axis("R", [by_range("r", [2, 3, 4, 5], [1, 2, 3, 4, 5])], edges),
                axis("F", [by_range("f", [2, 3, 4, 5], [1, 2, 3, 4, 5])], edges),
            ],
            ["unmapped", *MAP.values()],
            [*boxes, ("unmapped", {})],
        )

    def digit_classes(self, pattern: str) -> list[list[str]]:
        """The digits that each of the two places of the expression allows."""
        places = re.findall(r"\[\d-\d\]|\d", pattern)
        return [[digit for digit in DIGITS if re.fullmatch(place, digit)] for place in places]

    def test_all_25_pairs_are_in_the_segment_of_their_expression(self):
        model = self.model()
        pairs = list(product(DIGITS, repeat=2))

        by_rules = {r + f: score(model, {"r": int(r), "f": int(f)}, AS_OF).segment_name for r, f in pairs}

        assert by_rules == {
            r + f: next(segment for pattern, segment in MAP.items() if re.fullmatch(pattern, r + f)) for r, f in pairs
        }

    def test_it_has_no_problems(self):
        assert list(find_problems(self.model())) == []


TEMPLATE: dict[str, list[list[Any]]] = PUBLISHED["lead_scoring_fit_template"]["model"]
SIZES = {"1-10": (1, 10), "11-50": (11, 50), "51-200": (51, 200), "201-1000": (201, 1000), ">1000": (1001, 10**6)}
REVENUES = {
    "<1M": (0, 999_999.99),
    "1M-10M": (1e6, 9_999_999.99),
    "10M-100M": (1e7, 99_999_999.99),
    ">=100M": (1e8, 1e12),
}
NUMBERS = {"company_size_employees": SIZES, "revenue_usd": REVENUES}
"""The first and the last number of each published range."""


class TestLeadScoring:
    def model(self) -> Segmentation:
        fields = [
            field("company_size_employees"),
            field("revenue_usd", "money"),
            *(field(key, "choice", options=dict(lines)) for key, lines in TEMPLATE.items() if key not in NUMBERS),
        ]
        parameters = [
            by_range(key, [first for first, _ in NUMBERS[key].values()][1:], [points for _, points in lines])
            if key in NUMBERS
            else by_group(key, dict(lines))
            for key, lines in TEMPLATE.items()
        ]
        return plain(fields, parameters, {"cold": None, "warm": 50, "hot": 90})

    def test_every_line_of_the_template_gives_its_published_points(self):
        model = self.model()
        published, given = {}, {}
        for _, parameter in model.parameters:
            asked = model.field(parameter.field)
            for text, points in TEMPLATE[asked.key]:
                for value in NUMBERS.get(asked.key, {}).get(text, (text,)):
                    published[asked.key, value] = points
                    given[asked.key, value] = parameter_points(parameter, asked, value, AS_OF)

        assert given == published

    def test_the_published_maximum_is_the_highest_score(self):
        assert score_span(self.model().axes[0]) == (0, PUBLISHED["lead_scoring_fit_template"]["max_total"])

    def test_a_whole_lead_earns_the_sum_of_its_lines(self):
        lead: Record = {
            "company_size_employees": 1200,
            "industry": "secondary target",
            "revenue_usd": 10_000_000,
            "geography": "primary market",
            "job_title": "VP",
            "department": "adjacent",
        }

        result = score(self.model(), lead, AS_OF)

        assert (result.total.score, result.segment_name) == (15 + 10 + 15 + 10 + 20 + 5, "warm")


CANNOT = {
    ("customer-lifetime-value", "clv_calculation"): "arithmetic over values",
    ("decision-table-discounts", "Discounts"): "several rows hit at once",
    ("policy-discount-calculator", "safetyFeaturesDiscounts"): "several rows hit at once",
    ("policy-discount-calculator", "calculateTotalDiscount"): "arithmetic over values",
    ("partner-revenue-sharing", "calculateCommission"): "arithmetic over values",
}
"""Steps that no segmentation can express, and why. Sums of points stand in for a part: see the discount below."""

STEPS = {(name, step["name"]): step for name, model in ZEN.items() for step in model["steps"]}

READ: dict[str, Any] = {
    "customer_segmentation": lambda case: [case["output"]["adjustedLTV"]],
    "Shipping Fees": lambda case: [
        sum(item["unitPrice"] * item["quantity"] for item in case["input"]["cart"]["items"]),
        frozenset(case["input"]["customer"]["tags"]) or None,
        case["input"]["customer"]["country"],
    ],
    "Bags": lambda case: [case["input"].get(key) for key in ("origin", "destination", "class")],
    "customerLoyaltyDiscounts": lambda case: [case["input"]["customer"]["yearsAsCustomer"]],
    "bundledPoliciesDiscounts": lambda case: [case["input"]["customer"]["numberOfPolicies"]],
    "partnerCommissionRates": lambda case: [
        case["input"][key] for key in ("partnerType", "serviceCategory", "revenueGenerated", "exclusivity")
    ],
}
"""The values that each table reads out of a published test."""

EXPRESSED = [place for place in STEPS if place not in CANNOT]

ROWS_PUBLISHED = [
    pytest.param(name, step, case, id=f"{step} {number}")
    for name, step in EXPRESSED
    for number, case in enumerate(ZEN[name]["tests"])
    if step != "partnerCommissionRates"
]
"""The last table's row is not published, only what is computed from it: see the commission below."""


def row_hit(name: str, step: str, case: dict[str, Any]) -> dict[str, Any]:
    """What the row that the translated table gives for the published test says, by output."""
    table = STEPS[name, step]
    record = {f"input {place}": value for place, value in enumerate(READ[step](case))}
    segment = score(translated(table), record, AS_OF).segment_name
    then = table["rules"][int(segment.removeprefix("row "))]["then"]
    return {
        output: json.loads(text.replace("'", '"')) for output, text in zip(table["outputs"], then, strict=True) if text
    }


def published_at(output: Any, path: str) -> Any:
    for key in path.split("."):
        output = output[key]
    return output


class TestDecisionTables:
    @pytest.mark.parametrize("place", EXPRESSED, ids=" ".join)
    def test_a_table_that_can_be_expressed_has_no_problems(self, place: tuple[str, str]):
        assert list(find_problems(translated(STEPS[place]))) == []

    @pytest.mark.parametrize("place", CANNOT, ids=" ".join)
    def test_what_cannot_be_expressed_is_refused_for_the_listed_reason(self, place: tuple[str, str]):
        with pytest.raises(InexpressibleError, match=f"^{re.escape(CANNOT[place])}$"):
            translated(STEPS[place])

    @pytest.mark.parametrize(("name", "step", "case"), ROWS_PUBLISHED)
    def test_a_published_input_hits_the_row_with_the_published_output(self, name: str, step: str, case: dict[str, Any]):
        found = row_hit(name, step, case)

        assert found == {path: published_at(case["output"], path) for path in found}

    def test_a_published_commission_is_that_of_the_row_hit(self):
        [case] = ZEN["partner-revenue-sharing"]["tests"]

        rates = row_hit("partner-revenue-sharing", "partnerCommissionRates", case)

        revenue, output = case["input"]["revenueGenerated"], case["output"]
        assert revenue * rates["baseCommissionRate"] == output["baseCommission"]
        assert revenue * rates["bonusRate"] == pytest.approx(
            output["bonusCommission"] / output["durationMultiplier"] / output["segmentMultiplier"]
        )

    def test_a_published_discount_is_the_sum_of_points(self):
        [case] = ZEN["policy-discount-calculator"]["tests"]
        model = plain(
            [field("years"), field("policies"), field("features", "choices")],
            [
                by_range("years", [1, 3, 5], [0, 5, 10, 15]),
                by_range("policies", [2, 3], [0, 7, 12]),
                by_group(
                    "features",
                    {"antiTheftSystem": 3, "dashCam": 2, "advancedDriverAssistance": 5},
                    combine=Combine.SUM,
                ),
            ],
            {"less": None, "full": 25},
        )
        record: Record = {
            "years": case["input"]["customer"]["yearsAsCustomer"],
            "policies": case["input"]["customer"]["numberOfPolicies"],
            "features": frozenset(case["input"]["policy"]["safetyFeatures"]),
        }

        assert score(model, record, AS_OF).total.score == case["output"]["totalDiscountPercentage"]
