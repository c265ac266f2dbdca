"""Numbers as JSON has them."""

from __future__ import annotations

import math

import pytest

from elman.errors import OptionError
from elman.tasks.wire import numbers_of


def test_null_is_a_gap_where_there_may_be_one():
    first, gap, last = numbers_of([1, None, -2.5], whole=False)
    assert (first, last) == (1.0, -2.5)
    assert math.isnan(gap)


@pytest.mark.parametrize(
    ("values", "whole", "said"),
    [
        ([1, None], True, "value 1: expected a number, found null"),
        ([None, "3"], False, "value 1: expected a number or null, found a text"),
        ([0.5, True], True, "value 1: expected a number, found true or false"),
        ([2, 1e999], False, r"value 1: beyond 1\.8e\+308"),
        ([10**400], False, "more digits than any that is measured"),
    ],
)
def test_what_is_no_number_is_named_by_its_place(values, whole, said):
    with pytest.raises(OptionError, match=said):
        numbers_of(values, whole=whole)
