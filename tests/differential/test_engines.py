"""Every engine equals the specification exactly, on generated models and tables."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from satsuma.domain.model import Segmentation
from satsuma.engine.backends import Session, open_session, polars_session
from satsuma.engine.facts import Contacts, encode, records
from satsuma.engine.layout import ID, Layout
from satsuma.engine.score import measured_contacts, score
from satsuma.engine.verify import verify_engine, verify_specification
from support.contacts import AS_OF, contacts
from support.segmentations import segmentations

SEEDS = st.integers(0, 2**32)


def models(most_examples: int) -> settings:
    """How many models an engine is tried on; slower ones get fewer, and all start with the same."""
    return settings(
        max_examples=most_examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def assert_equal(segmentation: Segmentation, seed: int, count: int, session: Session) -> None:
    """The session, Polars and the specification say the same about every contact."""
    everybody = contacts(segmentation, seed, count)
    reference = score(encode(Layout(segmentation), everybody), AS_OF)
    by_specification = verify_specification(segmentation, everybody, AS_OF, reference, at_most=count)
    assert by_specification.examples == ()
    assert by_specification.equal
    by_session = verify_engine(segmentation, everybody, AS_OF, session, reference)
    assert by_session.examples == ()
    assert by_session.equal
    assert_metrics_equal(segmentation, everybody, session)


def assert_metrics_equal(segmentation: Segmentation, everybody: Contacts, session: Session) -> None:
    """Every metric of every contact, to the last bit: a cut need not lie near for a difference to show."""
    layout = Layout(segmentation)
    metrics = {field.key: layout.column(field.key) for field in layout.asked if field.metric}
    measured = session.collect(measured_contacts(encode(layout, everybody), AS_OF, session)).sort(ID)
    expected = list(records(layout, everybody, AS_OF))
    for key, column in metrics.items():
        assert measured[column].to_list() == [record[key] for record in expected]


@models(200)
@given(segmentation=segmentations(), seed=SEEDS, count=st.integers(0, 60))
def test_polars_equals_the_specification(segmentation: Segmentation, seed: int, count: int) -> None:
    assert_equal(segmentation, seed, count, polars_session())


@models(60)
@given(segmentation=segmentations(), seed=SEEDS, count=st.integers(0, 60))
def test_polars_in_memory_equals_the_specification(segmentation: Segmentation, seed: int, count: int) -> None:
    with open_session("polars-in-memory") as session:
        assert_equal(segmentation, seed, count, session)


@models(60)
@given(segmentation=segmentations(), seed=SEEDS, count=st.integers(0, 60))
def test_duckdb_equals_the_specification(segmentation: Segmentation, seed: int, count: int, duckdb: Session) -> None:
    assert_equal(segmentation, seed, count, duckdb)


@models(40)
@given(segmentation=segmentations(), seed=SEEDS, count=st.integers(0, 60))
def test_ibis_over_duckdb_equals_the_specification(
    segmentation: Segmentation, seed: int, count: int, ibis_duckdb: Session
) -> None:
    assert_equal(segmentation, seed, count, ibis_duckdb)


@models(40)
@given(segmentation=segmentations(), seed=SEEDS, count=st.integers(0, 60))
def test_sqlite_equals_the_specification(segmentation: Segmentation, seed: int, count: int, sqlite: Session) -> None:
    assert_equal(segmentation, seed, count, sqlite)


@pytest.mark.postgres
@models(40)
@given(segmentation=segmentations(), seed=SEEDS, count=st.integers(0, 60))
def test_postgres_equals_the_specification(
    segmentation: Segmentation, seed: int, count: int, postgres: Session
) -> None:
    assert_equal(segmentation, seed, count, postgres)


@pytest.mark.spark
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # py4j leaves its sockets to the garbage collector
@models(15)
@given(segmentation=segmentations(), seed=SEEDS, count=st.integers(0, 60))
def test_spark_on_two_executors_equals_the_specification(
    segmentation: Segmentation, seed: int, count: int, spark: Session
) -> None:
    assert_equal(segmentation, seed, count, spark)
