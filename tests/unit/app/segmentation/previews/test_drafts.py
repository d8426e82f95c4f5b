"""A preview says what publishing then does: sizes, values, every move – with pins, objections and frozen contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from satsuma.app.crm.models import Contact
from satsuma.app.segmentation.models import Assignment, Move
from satsuma.app.segmentation.previews.drafts import preview_draft
from satsuma.app.segmentation.previews.numbers import Cells, Finding, FindingKind, ParameterNumbers
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Band, Group, Groups, Kind, NumericRanges, Parameter, Scale, Segmentation
from satsuma.domain.scoring import band_edges, place
from support.analysed import analysed_workspace
from support.drafted import LATER, TODAY, decide, drafted, of_five, of_three, two_axes
from support.segmented import HUNDREDS, a_model, by_employees, company_value, metric_key, publish_again

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def published(workspace: object) -> SegmentationSpec:
    return analysed_workspace()


DRAFTS: dict[str, Callable[[], Segmentation]] = {
    "the same": company_value,
    "other points": lambda: replace(by_employees(100, 50, 0), name="Company value"),
    "fewer segments": lambda: of_three(company_value(), 30, 60),
    "one more segment": lambda: of_five(company_value()),
    "several axes": lambda: two_axes(company_value()),
}


def values_by_contact() -> dict[int, int]:
    """As lists show it, in ten-thousandths."""
    won = metric_key(Kind.COMPANY, "sum", of="deals", where={"state": ["won"]})
    return {row.pk: round(row.metrics.get(won, 0) * PER_UNIT) for row in Contact.objects.filter(kind=Kind.COMPANY)}


def stored(segmentation: SegmentationSpec) -> dict[int | None, tuple[int, float]]:
    """Customers and their value by segment, as results are stored."""
    values, customers, added = values_by_contact(), Counter[int | None](), Counter[int | None]()
    for contact, segment_id in Assignment.objects.filter(segmentation=segmentation.id).values_list(
        "contact", "segment"
    ):
        customers[segment_id] += 1
        added[segment_id] += values[contact]
    return {id_: (count, added[id_] / PER_UNIT) for id_, count in customers.items()}


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is published in it is not, afterwards: making the workspace takes longer than all the rest."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("with_decisions", [False, True])
def test_a_preview_says_what_publishing_gives(with_decisions: bool, published: SegmentationSpec) -> None:
    if with_decisions:
        decide(published)
    for name in DRAFTS:
        with rolled_back():
            _assert_published_as_previewed(name, published, not_profiled=2 if with_decisions else 0)


def _assert_published_as_previewed(name: str, published: SegmentationSpec, *, not_profiled: int) -> None:
    draft = drafted(published, DRAFTS[name]())
    now, found = stored(published), draft.preview()
    assert found.numbers is not None
    version = publish_again(published.id, draft.model, LATER)
    after = get_segmentation(published.id)
    assert after.version is not None

    then, numbers, ids = stored(published), found.numbers, after.version.segment_ids
    places = {**{id_: place for place, id_ in enumerate(ids)}, None: None}
    places |= {former.id: len(ids) + place for place, former in enumerate(numbers.former)}
    nobody = (0, 0.0)
    assert [(each.customers, each.value) for each in numbers.segments] == [then.get(id_, nobody) for id_ in ids]
    assert [(each.now_customers, each.now_value) for each in numbers.segments] == [now.get(id_, nobody) for id_ in ids]
    assert {each.id: (each.customers, each.value) for each in numbers.former} == {
        each.id: then.get(each.id, nobody) for each in numbers.former
    }
    assert {each.id: (each.now_customers, each.now_value) for each in numbers.former} == {
        id_: held for id_, held in now.items() if id_ is not None and id_ not in ids
    }
    assert found.not_profiled == then.get(None, nobody)[0] == not_profiled
    assert found.customers == sum(count for id_, (count, _) in then.items() if id_ is not None)
    assert sum(bar.customers for bar in numbers.histogram) == found.customers

    moves = list(Move.objects.filter(segmentation=published.id, version=version, cause="version"))
    values, count, worth = values_by_contact(), Counter[Any](), Counter[Any]()
    for move in moves:
        pair = places[move.before_id], places[move.after_id]
        count[pair] += 1
        worth[pair] += values[move.contact_id or 0]
    flows = {(flow.before, flow.after): flow for flow in numbers.moving.flows if flow.direction is not None}
    assert {pair: (flow.customers, flow.value) for pair, flow in flows.items()} == {
        pair: (count[pair], worth[pair] / PER_UNIT) for pair in count
    }
    directions = Counter(after.direction(move.before_id, move.after_id) for move in moves)
    moving = numbers.moving
    assert (moving.up, moving.down, moving.changed, moving.new) == tuple(
        directions[way] for way in ("up", "down", "changed", "new")
    )
    assert moving.stay == found.customers - len(moves)


def test_the_contacts_behind_every_flow_can_be_listed(published: SegmentationSpec) -> None:
    decide(published)
    for name in ("other points", "fewer segments", "several axes"):
        with rolled_back():
            _assert_listed(name, published)


def _assert_listed(name: str, published: SegmentationSpec) -> None:
    draft = drafted(published, DRAFTS[name]())
    found = draft.preview()
    assert found.numbers is not None
    listed, values = {}, values_by_contact()
    for flow in found.numbers.moving.flows:
        before = (
            None if flow.before is None else (*draft.segment_ids, *(f.id for f in found.numbers.former))[flow.before]
        )
        if flow.after < len(draft.segment_ids):
            ids = draft.moving(before, flow.after)
            assert len(ids) == flow.customers
            assert ids == sorted(ids, key=lambda id_: (-values[id_], id_))
            listed |= dict.fromkeys(ids, (before, flow.after))
    before_ids = dict(Assignment.objects.filter(segmentation=published.id).values_list("contact", "segment"))
    publish_again(published.id, draft.model, LATER)
    after = get_segmentation(published.id)
    assert after.version is not None
    rows = Assignment.objects.filter(segmentation=published.id, segment__in=after.version.segment_ids)
    assert listed == {
        contact: (before_ids[contact], after.version.segment_ids.index(segment_id))
        for contact, segment_id in rows.values_list("contact", "segment")
    }


def _by_cells(cells: Cells, moved: Segmentation) -> tuple[list[tuple[int, float]], Counter[str]]:
    """What the moved thresholds give, from the cells alone."""
    customers, values, moving = Counter[int](), Counter[int](), Counter[str]()
    count, edges = len(moved.segments), [band_edges(axis) for axis in moved.axes]
    for *scores, number, people, value in zip(
        *cells.scores, cells.standings, cells.customers, cells.values, strict=True
    ):
        standing = cells.standing[number]
        bands = [sum(edge <= score for edge in own) for own, score in zip(edges, scores, strict=True)]
        after = place(moved, bands) if standing.keeps is None else standing.keeps
        customers[after] += people
        values[after] += round(value * PER_UNIT)
        if standing.before is None:
            moving["new"] += people
        elif standing.before == after:
            moving["stay"] += people
        elif max(standing.before, after) >= count:
            moving["changed"] += people
        else:
            moving["up" if after > standing.before else "down"] += people
    return [(customers[number], values[number] / PER_UNIT) for number in range(count)], moving


def _moved(model: Segmentation, *edges: tuple[int, ...]) -> Segmentation:
    """With the bands of each axis beginning there, in points."""
    axes = [
        replace(
            axis,
            scale=Scale.POINTS,
            bands=(axis.bands[0], *(replace(band, edge=edge) for band, edge in zip(axis.bands[1:], own, strict=True))),
        )
        for axis, own in zip(model.axes, edges, strict=True)
    ]
    return replace(model, axes=tuple(axes))


def test_what_other_thresholds_give_follows_from_the_cells(published: SegmentationSpec) -> None:
    decide(published)
    plain, several = of_three(company_value(), 100, 200), two_axes(company_value())
    _assert_followed(published, [_moved(plain, own) for own in ((100, 200), (50, 100), (0, 350), (120, 121))])
    _assert_followed(
        published, [_moved(several, *own) for own in (((51,), (51,)), ((51,), (0,)), ((1,), (0,)), ((51,), (101,)))]
    )


def _assert_followed(published: SegmentationSpec, drafts: list[Segmentation]) -> None:
    """From the cells of the first draft."""
    first = drafted(published, drafts[0]).preview().numbers
    assert first is not None
    assert first.cells is not None
    seen = set()
    for moved in drafts:
        numbers = drafted(published, moved).preview().numbers
        assert numbers is not None
        sizes, moving = _by_cells(first.cells, moved)
        assert sizes == [(each.customers, each.value) for each in numbers.segments]
        found = numbers.moving
        assert [moving[way] for way in ("up", "down", "changed", "new", "stay")] == [
            found.up, found.down, found.changed, found.new, found.stay,
        ]  # fmt: skip
        seen.add(tuple(sizes))
    assert len(seen) == len(drafts)


def test_without_a_published_version_everybody_is_new(published: SegmentationSpec) -> None:
    found = preview_draft(by_employees(), segmentation_id=None, segment_ids=[None] * 4, as_of=TODAY)
    assert found.numbers is not None
    assert (found.numbers.moving.new, found.numbers.moving.stay, found.numbers.former) == (12, 0, ())
    assert [each.id for each in found.numbers.segments] == [None] * 4


def test_a_draft_with_problems_has_counts_where_it_can(published: SegmentationSpec) -> None:
    good = Parameter("employees", 1, HUNDREDS)
    model = a_model(
        [
            good,
            replace(good, field="annual_revenue", relevance=99, enabled=False),
            replace(good, field="postal_code"),
            replace(good, field="no_such_field"),
            Parameter("website", 1, NumericRanges((5, 1), (0, 0, 0))),
        ]
    )
    found = drafted(published, model).preview()
    assert found.problems != ()
    assert (found.numbers, found.warnings) == (None, ())
    # Employees are 20 × place, but for every fourth company, of which nothing is known.
    assert found.parameters == (
        (
            ParameterNumbers((0, 3, 6, 3), 0.75),
            ParameterNumbers((0, 0, 0, 12), 0.0),
            None,
            None,
            None,
        ),
    )


def test_what_the_data_says_is_odd(published: SegmentationSpec) -> None:
    good = Parameter("employees", 1, HUNDREDS)
    rest = [Parameter("annual_revenue", 1, HUNDREDS), Parameter("annual_revenue", 1, HUNDREDS, enabled=False)]
    model = a_model([good, rest[0]], bands=(Band("Low"), Band("High", 99)))
    assert drafted(published, model).preview().findings == (
        Finding(FindingKind.ONE_LINE, axis=0, parameter=1, line=3),
        Finding(FindingKind.ALL_IN_ONE, segment=0),
        Finding(FindingKind.EMPTY_SEGMENT, segment=1),
    )
    quiet = a_model([good, rest[1]], bands=(Band("Low"), Band("High", 50)))
    assert drafted(published, quiet).preview().findings == ()


def test_people_are_worth_the_deals_that_name_them(published: SegmentationSpec) -> None:
    names = Groups((Group(("ada",), 5),))
    model = a_model([Parameter("name", 1, names)], kind=Kind.PERSON, bands=(Band("Others"), Band("Ada", 50)))
    found = preview_draft(model, segmentation_id=None, segment_ids=[None, None], as_of=TODAY)
    assert found.numbers is not None
    assert [(each.customers, each.value, each.value_share) for each in found.numbers.segments] == [
        (0, 0.0, 0.0),
        (1, 20_000.0, 1.0),
    ]
    assert found.parameters == ((ParameterNumbers((1, 0, 0), 1.0),),)
