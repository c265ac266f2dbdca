"""The rows a model has learnt from are found again, and no others."""

import numpy as np
import pytest

from elman.data import seen
from elman.data.seen import Seen


def _rows(n, seed):
    return np.random.default_rng(seed).integers(0, 256, (n, 16), dtype=np.uint8)


def test_rows_are_found_after_writing_and_reading():
    old, new = _rows(500, 1), _rows(80, 2)
    kept = Seen.from_json(Seen.of(np.concatenate([old, old[:7]])).to_json())
    assert kept.among(old).all()
    assert not kept.among(new).any()
    assert kept.new(new).all()
    assert not kept.new(old).any()
    assert not Seen.of(old[:0]).among(new).any()


def test_of_many_rows_the_smallest_hashes_stand_for_all(monkeypatch):
    monkeypatch.setattr(seen, "_MOST", 100)
    old = _rows(500, 3)
    kept = Seen.from_json(Seen.of(old).to_json())
    assert kept.among(old).sum() == 100
    other = _rows(500, 4)
    assert not kept.among(other).any()
    assert 0 < kept.new(other).sum() < 200  # of the others it cannot be said


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"hashes": ""},
        {"hashes": "", "up_to": 3},
        {"hashes": "", "up_to": "-1"},
        {"hashes": "", "up_to": "9" * 5000},
        {"hashes": "", "up_to": str(2**64)},
        {"hashes": "!", "up_to": "1"},
        {"hashes": "AAAA", "up_to": "1"},
        {"hashes": "A" * 43 + "=", "up_to": "1"},
    ],
)
def test_anything_else_is_refused(value):
    with pytest.raises(ValueError, match="seen rows"):
        Seen.from_json(value)
