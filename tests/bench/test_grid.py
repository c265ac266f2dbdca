"""The grid is whole, and its lengths and operations are what they are said to be."""

from __future__ import annotations

from itertools import product

import pytest

from elman.bench.grid import MODES, SHAPES, Case, choose, parse_shape
from elman.errors import OptionError
from elman.runtime.spec import CELLS


def test_full_grid_has_every_combination():
    cases = choose("full", threads=[1, 2])
    assert len(SHAPES) == 7
    one_way = {(*shape, *rest, 1) for shape in SHAPES for rest in product(CELLS, (False, True))}
    found = {(c.B, c.T, c.I, c.H, c.cell, c.ragged, c.directions) for c in cases}
    assert {key for key in found if key[-1] == 1} == one_way
    assert {key[:4] for key in found if key[-1] == 2} == {(32, 200, 32, 64)}
    assert {(c.mode, c.threads) for c in cases} == set(product(MODES, (1, 2)))
    assert len(cases) == len(set(cases)) == 3 * 2 * 2 * 2 * (7 + 1)


def test_quick_grid_is_a_handful_with_every_cell_mode_and_kind_of_row():
    cases = choose("quick", threads=[2])
    assert 8 <= len(cases) <= 12
    assert set(cases) <= set(choose("full", threads=[2]))
    assert {c.cell for c in cases} == set(CELLS)
    assert {c.mode for c in cases} == set(MODES)
    assert {c.ragged for c in cases} == {True, False}


@pytest.mark.parametrize(("B", "T"), [(2, 200), (32, 200), (256, 50), (8, 500), (3, 4)])
def test_lengths_are_uniform_from_ten_to_a_hundred_per_cent(B, T):
    lengths = Case("rnn", B, T, 3, 5, True, "forward", 1).lengths
    assert len(lengths) == B
    assert (min(lengths), max(lengths)) == (max(1, round(T / 10)), T)
    gaps = [b - a for a, b in zip(sorted(lengths), sorted(lengths)[1:], strict=False)]
    assert max(gaps) - min(gaps) <= 1
    assert lengths == Case("lstm", B, T, 1, 1, True, "training", 2).lengths
    if B > 8:
        assert lengths != sorted(lengths)
        assert lengths != sorted(lengths, reverse=True)


def test_one_ragged_row_has_the_mean_length():
    assert Case("rnn", 1, 200, 3, 5, True, "forward", 1).lengths == [110]


def test_operations_equal_those_counted_by_hand():
    # One step of one unit on one feature: w·x and u·h, a product and a sum each.
    assert Case("rnn", 1, 1, 1, 1, False, "forward", 1).flops == 4
    # 3 gates of 5 units on 2 + 5 numbers: 105 weights, 2 operations each, 4 rows of 6 steps.
    assert Case("gru", 4, 6, 2, 5, False, "forward", 1).flops == 105 * 2 * 24 == 5040
    # Three products of that size in training; twice in both directions.
    assert Case("gru", 4, 6, 2, 5, False, "training", 1).flops == 3 * 5040
    assert Case("gru", 4, 6, 2, 5, False, "training", 1, 2).flops == 6 * 5040
    # Rows of 1 and 10 steps, 4 gates of 3 units on 2 + 3 numbers: 60 weights.
    assert Case("lstm", 2, 10, 2, 3, True, "forward", 1).flops == 60 * 2 * 11


def test_options_narrow_the_grid():
    cases = choose("full", cells=["gru"], modes=["training"], threads=["1"], ragged=True)
    assert len(cases) == 8
    assert {(c.cell, c.mode, c.threads, c.ragged) for c in cases} == {("gru", "training", 1, True)}
    assert len(choose("quick", shape=(3, 5, 2, 7), threads=[1, 2])) == 3 * 2 * 2 * 2


def test_threads_left_out_fit_the_machine(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert {c.threads for c in choose("full")} == {1, 2}
    assert {c.threads for c in choose("quick")} == {2}
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert {c.threads for c in choose("full")} == {1}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"grid": "fulll"}, '--grid: there is no "fulll". Did you mean "full"?'),
        ({"grid": "full", "cells": ["gur"]}, '--cell: "gur" is unknown. Did you mean "gru"?'),
        ({"grid": "full", "modes": ["train"]}, 'Did you mean "training"?'),
        ({"grid": "full", "threads": ["0"]}, '--threads must be 1 or more, as 2 or 1,2; found "0"'),
        ({"grid": "full", "threads": ["two"]}, 'found "two"'),
        ({"grid": "quick", "modes": ["forward"], "ragged": True}, "no cell of the quick grid fits"),
    ],
)
def test_wrong_options_are_named(arguments, message):
    with pytest.raises(OptionError) as caught:
        choose(**arguments)
    assert message in str(caught.value)


def test_shape_is_four_numbers():
    assert parse_shape("3, 5,2,7") == (3, 5, 2, 7)
    for wrong in ("3,5,2", "3,5,2,0", "3,5,2,-7", "a,5,2,7", ""):
        with pytest.raises(OptionError, match="four whole numbers B,T,I,H"):
            parse_shape(wrong)
