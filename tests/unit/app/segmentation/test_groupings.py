"""A grouping's structure: ranges and segments come, go and move, and it stays a grouping without new problems."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from satsuma.app.segmentation.groupings import (
    with_given,
    with_range_added,
    with_range_removed,
    with_ranges,
    with_segment_added,
    with_segment_moved,
    with_segment_removed,
)
from satsuma.domain.checks import find_problems
from satsuma.domain.grouping import given_segments, is_grouping
from satsuma.domain.model import Group, Groups, NumericRanges, Segmentation
from satsuma.schemes import KEYS, read_scheme
from support.models import by_group, by_range, field, plain

GROUPINGS = [key for key in KEYS if is_grouping(read_scheme(key))]


def of(key: str) -> tuple[Segmentation, tuple[int | None, ...]]:
    model = read_scheme(key)
    return model, tuple(range(1, len(model.segments) + 1))


def given_names(model: Segmentation) -> list[str]:
    """What each line gives, by name."""
    assert is_grouping(model)
    assert [problem for problem in find_problems(model) if "values" not in problem.place] == []
    return [model.segments[place].name for place in given_segments(model)]


def test_another_segment_is_given():
    model, _ids = of("nps")
    changed = with_given(model, [1, 1, 3, 0])
    assert given_names(changed) == ["Detractor", "Detractor", "Promoter", "No answer"]
    assert (changed.segments, with_given(changed, [1, 2, 3, 0])) == (model.segments, model)


def test_relevance_and_colours_are_kept_and_odd_edges_are_put_right():
    model = plain([field("x")], [by_range("x", [5], [10, 20], relevance=3)], {"A": None, "B": 30, "C": 60})
    assert with_given(model, given_segments(model)) == model
    changed = with_given(model, [0, 2, 0])
    assert changed.axes[0].parameters == (by_range("x", [5], [0, 2], relevance=3),)
    assert [band.edge for band in changed.axes[0].bands] == [None, 3, 6]


def test_a_new_segment_is_the_highest_and_nobody_is_in_it_yet():
    model, ids = of("nps")
    added, more, number = with_segment_added(model, ids)
    assert (number, more, added.segments[4].name) == (4, (*ids, None), "Segment 5")
    assert given_names(added) == given_names(model)
    assert len({segment.color for segment in added.segments}) == 5
    plain_colors = plain([field("x")], [by_range("x", [5], [0, 1])], {"A": None, "B": 1})
    assert with_segment_added(plain_colors, (None, None))[0].segments[2].color is None
    named, _more, _number = with_segment_added(added, more, name="nps fans")
    again, _more, number = with_segment_added(named, (*more, None), name="NPS FANS")  # taken
    assert [segment.name for segment in again.segments[4:]] == ["Segment 5", "nps fans", "Segment 7"]
    full = [(model, ids, 0)]
    while full[-1][2] >= 0:
        full.append(with_segment_added(*full[-1][:2]))
    assert (len(full[-1][0].segments), full[-1][2]) == (50, -1)


def test_what_gave_a_removed_segment_gives_a_sensible_one():
    """Options and words give what anything else gives; numbers, and that segment itself, the next one below."""
    model, ids = of("industry")
    removed, left = with_segment_removed(model, ids, 3)
    assert (given_names(removed)[:4], left) == (["Public", "Trade", "Other", "Health"], (1, 2, 3, 5, 6, 7))
    assert given_names(with_segment_removed(model, ids, 0)[0])[-2:] == ["Public", "Public"]
    model, ids = of("product")
    assert given_names(with_segment_removed(model, ids, 1)[0])[-2:] == ["No product", "No product"]
    model, ids = of("nps")
    assert given_names(with_segment_removed(model, ids, 2)[0]) == ["Detractor", "Detractor", "Promoter", "No answer"]
    assert given_names(with_segment_removed(model, ids, 0)[0])[-1] == "Detractor"
    two = with_segment_removed(*with_segment_removed(model, ids, 3), 2)
    assert with_segment_removed(*two, 1) == two
    assert with_segment_removed(model, ids, 4) == with_segment_removed(model, ids, -1) == (model, ids)


def test_segments_change_places():
    model, ids = of("nps")
    moved, order = with_segment_moved(model, ids, 1, up=True)
    assert ([segment.name for segment in moved.segments][1:3], order) == (["Passive", "Detractor"], (1, 3, 2, 4))
    assert given_names(moved) == given_names(model)
    assert with_segment_moved(moved, order, 2, up=False) == (model, ids)
    assert with_segment_moved(model, ids, 3, up=True) == with_segment_moved(model, ids, 0, up=False) == (model, ids)


def test_a_range_comes_with_a_segment_and_takes_an_untouched_one_along():
    model, ids = of("nps")
    added, more = with_range_added(model, ids)
    assert given_names(added) == ["Detractor", "Passive", "Promoter", "Segment 5", "No answer"]
    assert with_range_removed(added, more, 3) == (model, ids)
    bands = added.axes[0].bands
    named = replace(added, axes=(replace(added.axes[0], bands=(*bands[:4], replace(bands[4], name="Fans"))),))
    kept, still = with_range_removed(named, more, 3)
    assert (kept.segments[4].name, still, given_names(kept)) == ("Fans", more, given_names(model))
    published, same = with_range_removed(added, (*ids, 9), 3)
    assert (len(published.segments), same) == (5, (*ids, 9))


def test_an_empty_line_of_words_comes_with_a_segment_too():
    added, _ids = with_range_added(*of("industry"))
    assert given_names(added)[-3:] == ["Segment 8", "Other", "Other"]
    assert added.axes[0].parameters[0].ranges.groups[-1].values == ()


def test_suggested_ranges_keep_the_segments():
    model, _ids = of("nps")
    four = with_ranges(model, NumericRanges((3, 5, 8), (0, 3, 6, 10)))
    assert given_names(four) == ["Detractor", "Passive", "Passive", "Promoter", "No answer"]
    assert given_names(with_ranges(model, NumericRanges((5,), (0, 10)))) == ["Detractor", "Promoter", "No answer"]
    assert given_names(with_ranges(model, NumericRanges((), (0,)))) == ["Detractor", "No answer"]
    words = with_ranges(of("industry")[0], Groups((Group(("Banking",), 7), Group(("mining",), 0), Group((), 3))))
    assert given_names(words) == ["Finance", "Other", "Other", "Other", "Other"]


ACTIONS = st.sampled_from(["add", "remove", "up", "down", "range", "without", "given"])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(GROUPINGS), st.lists(st.tuples(ACTIONS, st.integers(0, 9)), max_size=8))
def test_whatever_is_done_it_stays_a_grouping(key: str, done: list[tuple[str, int]]):
    model, ids = of(key)
    for action, number in done:
        if action == "add":
            model, ids, _number = with_segment_added(model, ids)
        elif action == "remove":
            model, ids = with_segment_removed(model, ids, number)
        elif action in ("up", "down"):
            model, ids = with_segment_moved(model, ids, number, up=action == "up")
        elif action == "range":
            model, ids = with_range_added(model, ids)
        elif action == "without":
            model, ids = with_range_removed(model, ids, number)
        else:
            places = list(given_segments(model))
            places[number % len(places)] = number % len(ids)
            model = with_given(model, places)
        assert len(given_names(model)) >= 2
        assert len(ids) == len(model.segments) == len({segment.name for segment in model.segments})


def test_groups_need_no_order_of_values():
    model = plain(
        [field("x", "text")], [by_group("x", {"a, b": 1, "c": 2}, anything_else=1)], {"O": None, "A": 1, "C": 2}
    )
    swapped = with_ranges(model, Groups((Group(("c",), 0), Group(("b",), 0))))
    assert given_names(swapped) == ["C", "A", "A", "O"]
