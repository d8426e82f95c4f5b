"""`satsuma draft`: a model file that is checked and scores everybody as it stands."""

from __future__ import annotations

import csv
import json
import shlex
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from satsuma.cli.main import app
from satsuma.domain.errors import InputError, ModelError
from satsuma.domain.model import Kind, Segmentation
from satsuma.modelfile import check_file, parse_segmentation

EXAMPLES = Path(__file__).parents[3] / "examples"
ACCOUNTS = EXAMPLES / "ravenstack" / "ravenstack_accounts.csv"
SUBSCRIPTIONS = EXAMPLES / "ravenstack" / "ravenstack_subscriptions.csv"
CUSTOMERS = EXAMPLES / "northwind" / "customers.csv"
SALES = EXAMPLES / "northwind" / "sales.csv"
DAY = ("--as-of", "2026-06-30")


def satsuma(*arguments: str | Path) -> Result:
    """What a command prints; its errors are raised."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def draft(folder: Path, *arguments: str | Path) -> tuple[Path, Result]:
    """A draft written into the folder, and what was said about it."""
    model = folder / "model.yaml"
    result = satsuma("draft", *arguments, "-o", model)
    assert result.exit_code == 0
    return model, result


def model_of(path: Path) -> Segmentation:
    findings = check_file(path)
    assert [str(remark) for remark in (*findings.problems, *findings.warnings)] == []
    assert findings.segmentation is not None
    return findings.segmentation


def sizes(folder: Path, said: Result) -> Counter[str]:
    """Runs the `score` command that the draft advises, and counts the rows of each segment."""
    advised = next(line for line in said.stderr.splitlines() if line.startswith("  satsuma score "))
    scored = folder / "scored.csv"
    arguments = shlex.split(advised)[1:]
    assert satsuma(*arguments[:-1], scored).exit_code == 0
    with scored.open(encoding="utf-8", newline="") as file:
        return Counter(row["segment"] for row in csv.DictReader(file))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Eight companies: a key, a plan in order, seats and a country."""
    path = tmp_path / "our customers.csv"
    rows = [f"K{n};{'Pro' if n % 2 else 'Basic'};{n * 1000},5;{'PL' if n % 3 else 'DE'}" for n in range(8)]
    path.write_text("\n".join(["key;plan;revenue;country", *rows]) + "\n", encoding="utf-8")
    return path


class TestRealTables:
    def test_accounts_alone_score_as_they_stand(self, tmp_path: Path) -> None:
        model, said = draft(tmp_path, ACCOUNTS, "--as-of", "2024-12-31")
        assert model_of(model).kind is Kind.COMPANY
        found = sizes(tmp_path, said)
        assert found.total() == 500
        assert set(found) == {"Average", "Good", "Super", "VIP"}

    def test_deals_become_metrics(self, tmp_path: Path) -> None:
        model, said = draft(tmp_path, ACCOUNTS, "--deals", SUBSCRIPTIONS, "--as-of", "2024-12-31")
        metrics = {field.key: field.metric for field in model_of(model).fields if field.metric}
        assert {key: (metric.aggregate, metric.column) for key, metric in metrics.items()} == {
            "deals_value": ("sum", "mrr_amount"),
            "deals": ("count", None),
            "last_deal": ("latest", "start_date"),
        }
        found = sizes(tmp_path, said)
        assert found.total() == 500
        assert set(found) == {"Average", "Good", "Super", "VIP"}

    def test_reading_options_and_keys_are_repeated_in_the_advice(self, tmp_path: Path) -> None:
        given = ("--deals", SALES, "--deals-key", "customer_id", "--empty", "NULL", "--as-of", "1998-05-06")
        _, said = draft(tmp_path, CUSTOMERS, *given)
        found = sizes(tmp_path, said)
        assert found.total() == 91
        assert len(found) > 1

    def test_without_contacts_they_are_those_that_the_deals_name(self, tmp_path: Path) -> None:
        given = ("--deals", SALES, "--deals-key", "customer_id", "--as-of", "1998-05-06")
        _, said = draft(tmp_path, *given)
        assert sizes(tmp_path, said).total() == 89

    def test_a_table_without_a_key_is_drafted_and_told_so(self, tmp_path: Path) -> None:
        path = tmp_path / "wholesale.csv"
        rows = [f"{1 + n % 2},{n * 37 % 50},{n * 11 % 40}" for n in range(60)]
        path.write_text("\n".join(["Channel,Fresh,Milk", *rows]) + "\n", encoding="utf-8")
        model, said = draft(tmp_path, path, *DAY)
        assert [p.field for p in model_of(model).axes[0].enabled_parameters] == ["fresh", "milk"]
        assert "No column is different in every row." in said.stderr


class TestOutput:
    def test_without_a_file_the_model_is_all_that_standard_output_holds(self, table: Path) -> None:
        said = satsuma("draft", *DAY, table)
        found = parse_segmentation(said.stdout)
        assert (found.name, [p.field for p in found.axes[0].parameters]) == (
            "Our customers",
            ["revenue", "plan", "country"],
        )
        assert said.stdout.startswith("# A first draft, made from the columns of our customers.csv ")

    def test_what_each_column_was_taken_for_stands_on_standard_error(self, table: Path) -> None:
        shown = [line.split() for line in satsuma("draft", *DAY, table).stderr.splitlines()]
        assert shown[:5] == [
            ["Column", "Taken", "as", "Empty", "Different", "What", "it", "holds", "Relevance"],
            ["key", "key", "0", "8"],
            ["plan", "choice", "0", "2", "Basic,", "Pro", "5"],
            ["revenue", "money", "0", "8", "0.5", "…", "7,000.5", "8"],
            ["country", "choice", "0", "2", "PL,", "DE", "off"],
        ]

    def test_name_kind_and_key_can_be_told(self, table: Path, tmp_path: Path) -> None:
        told = ("--name", "Our people", "--kind", "person", "--key", "revenue")
        model, said = draft(tmp_path, *DAY, table, *told)
        found = model_of(model)
        assert (found.name, found.kind) == ("Our people", Kind.PERSON)
        assert [p.field for p in found.axes[0].parameters] == ["plan", "country"]
        assert "--key revenue" in said.stderr

    def test_a_file_is_only_replaced_by_force(self, table: Path, tmp_path: Path) -> None:
        model, _ = draft(tmp_path, *DAY, table)
        with pytest.raises(InputError, match="--force"):
            draft(tmp_path, *DAY, table, "--name", "Second")
        draft(tmp_path, *DAY, table, "--name", "Second", "--force")
        assert model_of(model).name == "Second"

    def test_the_table_itself_is_never_replaced(self, table: Path) -> None:
        before = table.read_bytes()
        with pytest.raises(InputError, match="is read by this command"):
            satsuma("draft", *DAY, table, "-o", table, "--force")
        assert table.read_bytes() == before

    def test_a_json_file_is_written_as_json(self, table: Path, tmp_path: Path) -> None:
        path = tmp_path / "model.json"
        satsuma("draft", *DAY, table, "-o", path)
        assert json.loads(path.read_text(encoding="utf-8"))["satsuma"] == 1
        assert model_of(path).name == "Our customers"

    def test_json_for_programs_holds_columns_and_segmentation(self, table: Path) -> None:
        said = json.loads(satsuma("draft", *DAY, table, "--json").stdout)
        assert (said["key"], said["output"], said["metrics"]) == ("key", None, [])
        assert said["columns"][1] == {
            "name": "plan",
            "taken_as": "choice",
            "rows": 8,
            "empty": 0,
            "distinct": 2,
            "smallest": None,
            "largest": None,
            "options": {"Basic": 4, "Pro": 4},
            "remarks": [],
        }
        assert parse_segmentation(json.dumps(said["segmentation"])).name == "Our customers"

    def test_headers_that_break_lines_stay_inside_the_comments(self, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        path.write_text('"the\nkey",seats\na,1\nb,2\nc,3\n', encoding="utf-8")
        said = satsuma("draft", *DAY, path)
        assert [p.field for p in parse_segmentation(said.stdout).axes[0].parameters] == ["seats"]


class TestMistakes:
    def test_no_table(self) -> None:
        with pytest.raises(InputError, match="No table was given"):
            satsuma("draft", *DAY)

    def test_a_key_that_is_not_there(self, table: Path) -> None:
        with pytest.raises(InputError, match="has no column 'kye'"):
            satsuma("draft", *DAY, table, "--key", "kye")

    def test_a_name_that_no_segmentation_can_have(self, table: Path) -> None:
        with pytest.raises(ModelError) as caught:
            satsuma("draft", *DAY, table, "--name", " ")
        assert [problem.place for problem in caught.value.problems] == ["name"]

    def test_deals_without_a_column_that_says_whose_they_are(self, table: Path) -> None:
        with pytest.raises(InputError, match="--deals-key"):
            satsuma("draft", *DAY, table, "--deals", SALES)

    def test_a_table_that_tells_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        path.write_text("key\na\nb\n", encoding="utf-8")
        with pytest.raises(InputError, match="No column tells customers apart"):
            satsuma("draft", *DAY, path)
