"""What a column is taken for, and how its values lie."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from satsuma.domain.model import FieldType
from satsuma.engine.profile import (
    PERCENTS,
    ColumnProfile,
    DaySpread,
    NumberSpread,
    OptionCount,
    profile_column,
    profile_table,
    profile_values,
)
from satsuma.engine.profile.column_words import field_keys, name_words, says_contact_detail, says_money
from satsuma.tables import ReadOptions, Table, read_table
from support.columns import profile, text_table

RAVENSTACK = Path(__file__).parents[3] / "examples" / "ravenstack" / "ravenstack_accounts.csv"


def taken_as(name: str, cells: Sequence[str]) -> str:
    found = profile(name, cells)
    return "key" if found.is_key else str(found.type)


def numbers(values: Sequence[float]) -> NumberSpread:
    spread = profile_values("n", FieldType.NUMBER, pl.Series(values, dtype=pl.Float64)).numbers
    assert spread is not None
    return spread


class TestQuantiles:
    def test_they_stand_at_every_five_percent_of_the_sorted_values(self) -> None:
        assert numbers(range(100, 0, -1)).quantiles == (1, *range(5, 101, 5))

    def test_they_are_values_that_occur_and_never_between_two(self) -> None:
        spread = numbers([1.5, 10])
        assert [spread.at(percent) for percent in (0, 50, 55, 100)] == [1.5, 1.5, 10, 10]

    def test_one_value_is_all_of_them(self) -> None:
        assert numbers([7]).quantiles == (7,) * len(PERCENTS)

    def test_whole_numbers_are_int_and_others_keep_their_decimals(self) -> None:
        assert (numbers([1, 2]).is_whole, type(numbers([1, 2]).maximum)) == (True, int)
        assert (numbers([1, 2.5]).whole_share, numbers([1, 2.5]).minimum) == (0.5, 1.0)

    def test_empty_cells_do_not_count(self) -> None:
        found = profile("seats", ["3", "", "1"])
        assert (found.rows, found.empty, found.distinct, found.commonest) == (3, 1, 2, 1)
        assert found.numbers is not None
        assert found.numbers.at(50) == 1

    def test_days_have_them_too(self) -> None:
        found = profile("closed", ["2026-03-01", "2026-01-31", ""])
        assert found.days is not None
        assert (found.days.first, found.days.last) == (date(2026, 1, 31), date(2026, 3, 1))

    def test_a_column_without_values_has_none(self) -> None:
        nothing = profile_values("sum", FieldType.MONEY, pl.Series([None, None], dtype=pl.Float64))
        assert (nothing.numbers, nothing.filled, nothing.distinct, nothing.commonest) == (None, 0, 0, 0)


class TestNumbers:
    @pytest.mark.parametrize(
        ("name", "cells", "expected"),
        [
            ("seats", ["5", "5", "7"], "number"),
            ("revenue", ["5.50", "5", "7"], "money"),
            ("AnnualIncome (k$)", ["15", "16", "16"], "money"),
            ("Przychód", ["15,5", "16,25", "16,5"], "money"),
            ("revenue_growth_pct", ["1.5", "2", "2"], "number"),
            ("revenue", ["0.00001", "5", "7"], "number"),
            ("year_established", ["1996", "2001", "2001"], "number"),
            ("number_of_orders", ["1", "2", "3"], "number"),
            ("rank", ["1", "2", "3"], "number"),
        ],
    )
    def test_what_counts_or_measures_is_a_number(self, name: str, cells: list[str], expected: str) -> None:
        assert taken_as(name, cells) == expected

    @pytest.mark.parametrize(
        ("name", "cells", "expected"),
        [
            ("customer_id", ["101", "102", "103"], "key"),
            ("ID", ["3", "2", "1"], "key"),
            ("Customer number", ["101", "102", "103"], "key"),
            ("owner_id", ["101", "102", "103", "103"], "text"),
            ("postal_code", ["10115", "20095", "20095"], "text"),
            ("Telefon", ["600100200", "600100201", "600100202"], "text"),
            ("code", ["007", "012", "099", "099"], "text"),
            ("Channel", ["1", "2", "1", "2"], "choice"),
            ("category_id", ["1", "2", "1", "2"], "choice"),
        ],
    )
    def test_ids_codes_and_telephone_numbers_are_none(self, name: str, cells: list[str], expected: str) -> None:
        assert taken_as(name, cells) == expected

    @pytest.mark.parametrize(
        ("name", "cells", "limits"),
        [
            ("NPS", ["9", "10", "3"], (0, 10)),
            ("nps_score", ["3", "4", "5"], (0, 10)),
            ("Satisfaction", ["3", "5", "4", ""], (1, 5)),
            ("rating", ["0", "5"], (0, 10)),
        ],
    )
    def test_a_named_rating_has_limits(self, name: str, cells: list[str], limits: tuple[int, int]) -> None:
        found = profile(name, cells)
        assert (found.type, found.limits) == (FieldType.RATING, limits)

    @pytest.mark.parametrize("cells", [["1", "99"], ["3.5", "4"], ["-1", "4"]])
    def test_a_score_beyond_ten_or_with_decimals_is_a_plain_number(self, cells: list[str]) -> None:
        assert taken_as("spending_score", cells) == "number"

    def test_numbers_that_may_mean_two_things_are_text_with_a_remark(self) -> None:
        found = profile("revenue", ["1,234", "5,678"])
        assert (found.type, found.numbers, found.options) == (FieldType.TEXT, None, ())
        assert "--decimal" in found.remarks[0]

    def test_a_word_among_numbers_is_named(self) -> None:
        found = profile("income", [*(str(n) for n in range(40)), "NA", "NA"])
        assert found.type is FieldType.TEXT
        assert found.remarks == ("2 cells say 'NA'. If that means empty, add --empty 'NA'.",)


class TestDays:
    @pytest.mark.parametrize(
        "cells", [["31-01-2026", "01-02-2026"], ["1/31/2026", "2/1/2026"], ["20260131", "20260201"]]
    )
    def test_unambiguous_days_are_dates(self, cells: list[str]) -> None:
        found = profile("signup", cells)
        assert found.days == DaySpread((date(2026, 1, 31),) * 11 + (date(2026, 2, 1),) * 10)

    def test_days_that_may_mean_two_things_are_text_with_a_remark(self) -> None:
        found = profile("signup", ["01-02-2026", "03-04-2026"] * 5)
        assert (found.type, found.days, found.options) == (FieldType.TEXT, None, ())
        assert "--date-format" in found.remarks[0]

    def test_told_how_they_are_written_they_are_dates(self) -> None:
        found = profile("signup", ["01-02-2026", "03-04-2026"], ReadOptions(date_format="dd-mm-yyyy"))
        assert found.days is not None
        assert (found.days.first, found.days.last) == (date(2026, 2, 1), date(2026, 4, 3))

    def test_an_amount_that_looks_like_a_day_is_money(self) -> None:
        assert taken_as("revenue", ["20260131", "20260201"]) == "money"


class TestTexts:
    @pytest.mark.parametrize("cells", [["yes", "no"], ["TRUE", "false"], ["y", "n"], ["1", "0"] * 10])
    def test_answers_are_yes_or_no(self, cells: list[str]) -> None:
        assert taken_as("active", cells) == "yes_no"

    @pytest.mark.parametrize("cells", [["1", "0"], ["1"] * 40])
    def test_few_ones_and_noughts_or_ones_alone_are_numbers(self, cells: list[str]) -> None:
        assert taken_as("orders", cells) == "number"

    def test_options_stand_by_frequency_and_capitals_do_not_count(self) -> None:
        found = profile("plan", ["Pro", "basic", "pro", "Pro", "Basic", "basic", "basic", "", "Free", "Free", "Pro"])
        assert found.type is FieldType.CHOICE
        assert found.options == (OptionCount("basic", 4), OptionCount("Pro", 4), OptionCount("Free", 2))

    def test_a_word_for_empty_is_no_option_but_a_remark(self) -> None:
        found = profile("region", ["NULL", "NULL", "SP", "SP"])
        assert found.options == (OptionCount("SP", 2),)
        assert found.remarks == ("2 cells say 'NULL'. If that means empty, add --empty 'NULL'.",)

    def test_many_different_texts_are_text(self) -> None:
        assert taken_as("city", [f"city {n % 31}" for n in range(100)]) == "text"
        assert taken_as("city", [f"city {n % 30}" for n in range(100)]) == "choice"

    @pytest.mark.parametrize("separator", [";", "|", ","])
    def test_combinations_of_few_parts_are_choices(self, separator: str) -> None:
        cells = ["a;b", "b", "a;c", "c; b", "", "a"]
        found = profile("brands", [cell.replace(";", separator) for cell in cells])
        assert (found.type, found.separator) == (FieldType.CHOICES, separator)
        assert found.options == (OptionCount("a", 3), OptionCount("b", 3), OptionCount("c", 2))

    def test_a_comma_inside_names_makes_no_choices(self) -> None:
        assert taken_as("place", ["Houston, TX", "Dallas, TX", "Houston, TX", "Dallas, TX"]) == "choice"
        assert taken_as("company", ["Foo, Inc.", "Bar, Ltd.", "Baz, Inc."]) == "key"

    def test_native_lists_are_choices(self) -> None:
        table = Table("t.parquet", pl.DataFrame({"tags": [["a", "b"], ["b"], None]}), pl.Series([1, 2, 3]))
        found = profile_column(table, "tags")
        assert (found.type, found.empty, found.separator) == (FieldType.CHOICES, 1, None)
        assert found.options == (OptionCount("b", 2), OptionCount("a", 1))

    def test_a_text_that_is_different_in_every_row_is_a_key(self) -> None:
        assert taken_as("account", ["Acme", "Bolt", "Cask"]) == "key"
        assert taken_as("account", ["Acme", "Bolt", ""]) == "text"
        assert taken_as("account", ["Acme", "Bolt", "Bolt"]) == "text"

    @pytest.mark.parametrize(
        ("name", "cells"),
        [
            ("contactName", ["Ann", "Bob", "Ann", "Bob"]),
            ("Person - Phone", ["570-809-7197", "570-809-7198"]),
            ("reach", ["+48 600 100 200", "(030) 123-4567"]),
            ("site", ["https://a.example", "www.b.example"]),
            ("Shipping address 2", ["1 High St", "2 High St"]),
        ],
    )
    def test_contact_details_are_text(self, name: str, cells: list[str]) -> None:
        found = profile(name, cells)
        assert (found.type, found.is_key, found.remarks) == (FieldType.TEXT, False, ("A contact detail.",))

    def test_addresses_of_mail_can_be_the_key(self) -> None:
        assert taken_as("who", ["ann@a.example", "bob@b.example"]) == "key"
        assert taken_as("email", ["ann@a.example", "ann@a.example"]) == "text"

    def test_an_empty_column_says_so(self) -> None:
        found = profile("notes", ["", " "])
        assert (found.type, found.empty, found.remarks) == (FieldType.TEXT, 2, ("It is empty.",))

    def test_cells_that_cannot_be_read_are_text_with_the_reason(self) -> None:
        table = Table("t.xlsx", pl.DataFrame({"n": [1, 2]}), pl.Series([2, 3]), faults={"n": {1: "#DIV/0!"}})
        found = profile_column(table, "n")
        assert (found.type, found.numbers) == (FieldType.TEXT, None)
        assert "#DIV/0!" in found.remarks[0]


def test_a_table_has_a_profile_for_each_column_in_order() -> None:
    table = text_table({"b": ["1", "2"], "a": ["x", "y"]})
    assert [found.name for found in profile_table(table)] == ["b", "a"]


def test_real_accounts_are_taken_for_what_they_are() -> None:
    def shown(found: ColumnProfile) -> str:
        return "key" if found.is_key else str(found.type)

    assert {found.name: shown(found) for found in profile_table(read_table(RAVENSTACK))} == {
        "account_id": "key",
        "account_name": "key",
        "industry": "choice",
        "country": "choice",
        "signup_date": "date",
        "referral_source": "choice",
        "plan_tier": "choice",
        "seats": "number",
        "is_trial": "yes_no",
        "churn_flag": "yes_no",
    }


class TestNames:
    def test_names_are_cut_into_words(self) -> None:
        assert name_words("shipPostalCode") == ("ship", "postal", "code")
        assert name_words("NPSScore 2") == ("nps", "score", "2")
        assert name_words("Année_de naissance") == ("annee", "de", "naissance")

    def test_a_name_around_a_contact_detail_is_something_else(self) -> None:
        assert [says_contact_detail(name) for name in ("email", "zip code", "emails_sent", "name")] == [
            True,
            True,
            False,
            False,
        ]

    def test_counts_of_money_words_are_not_money(self) -> None:
        assert [says_money(name) for name in ("net_value", "sales_count", "value score")] == [True, False, False]

    def test_field_keys_are_plain_and_all_different(self) -> None:
        names = ["Net Value", "net-value", "deals", "Выручка 2024", "%"]
        assert field_keys(names, taken=["deals"]) == ["net_value", "net_value_2", "deals_2", "выручка_2024", "field"]
