"""One call of C++ says what the parts of a network say one after another."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from elman import native
from elman.data.ragged import Ragged, joined
from elman.errors import InputError
from elman.runtime.compiled import compiles
from elman.runtime.ensemble import network_of
from tests.runtime import networks
from tests.runtime.test_linear import IDS, name, sequences, tensors
from tests.tolerances import assert_close

pytestmark = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))

POOLS = ("max", "last", "mean")
PLAIN = [
    networks.spec(cell=cell, num_layers=layers, pools=POOLS, hidden_size=H)
    for cell, layers, H in [("rnn", 1, 13), ("gru", 2, 7), ("lstm", 3, 33)]
]
SPECS = [spec for spec in IDS if compiles(spec)] + PLAIN


def title(s):
    return name(s) if s.linear else networks.name(s)


def network(s):
    return network_of(s, tensors(s) if s.linear else networks.tensors(s))


def rows_of(s, lengths=networks.LENGTHS):
    return sequences(s, lengths) if s.linear else networks.sequences(s, lengths)


def as_ragged(rows, shape):
    values, ends = joined([row.astype(np.int32) for row in rows], shape)
    return Ragged(values, np.concatenate([[0], ends]))


def test_what_is_compiled():
    assert {spec.cell for spec in SPECS} == {"none", "rnn", "gru", "lstm"}
    for told in (
        {"bidirectional": True},
        {"vocabulary": 0},
        {"pools": ("padded_last",)},
        {"input_pools": ("max",)},
        {"per_step": True, "pools": ()},
    ):
        assert not compiles(networks.spec(**told))
        assert network_of(*_made(networks.spec(**told))).compiled is None


def _made(spec):
    return spec, networks.tensors(spec)


@pytest.mark.parametrize("spec", SPECS, ids=title)
def test_the_parts_say_the_same(spec):
    whole, rows = network(spec), rows_of(spec)
    assert whole.compiled is not None
    found = whole.forward(rows)
    for part in (whole, getattr(whole, "network", None)):
        for one in (part, *getattr(part, "members", ())):
            if one is not None:
                one.compiled = None
    assert_close("outputs", found, whole.forward(rows), "numpy and torch")


@pytest.mark.parametrize("spec", SPECS, ids=title)
def test_a_stream_has_the_bits_of_the_whole(spec):
    whole, (row,) = network(spec), rows_of(spec, (90,))
    state = whole.begin()
    for begin, end in [(0, 0), (0, 1), (1, 2), (2, 40), (40, 40), (40, 90)]:
        state = whole.advance(state, row[begin:end])
        np.testing.assert_array_equal(whole.read(state), whole.forward([row[:end]])[0])
        np.testing.assert_array_equal(whole.read(state), whole.forward([row[:end], row])[0])
    assert state.steps == 90


@pytest.mark.parametrize("spec", SPECS, ids=title)
def test_streams_advanced_together_have_the_bits_of_each_alone(spec):
    whole, chance = network(spec), np.random.default_rng(5)
    states = alone = [whole.begin()] * 37
    for lengths in (chance.integers(0, 4, 37), [1] * 37, chance.integers(0, 90, 37)):
        pieces = rows_of(spec, lengths)
        states = whole.advance_all(states, pieces)
        alone = [whole.advance(state, x) for state, x in zip(alone, pieces, strict=True)]
        assert states == alone
        for state, other in zip(states, alone, strict=True):
            np.testing.assert_array_equal(whole.read(state), whole.read(other))
    before = list(states)
    with pytest.raises(InputError, match="outside this model's vocabulary"):
        whole.advance_all(states, [np.full((1, *whole.compiled._shape), 2**30)] * 37)
    assert states == before


@pytest.mark.parametrize("spec", SPECS, ids=title)
def test_company_threads_and_where_rows_lie_change_no_bit(spec, monkeypatch):
    lengths = (*networks.LENGTHS, *range(100, 200))
    whole, rows = network(spec), rows_of(spec, lengths)
    expected = whole.forward(rows)
    shape = rows[0].shape[1:]
    np.testing.assert_array_equal(whole.forward(as_ragged(rows, shape)), expected)
    np.testing.assert_array_equal(whole.forward(as_ragged(rows, shape)[7:30]), expected[7:30])
    # So many steps are more than there are ids: each id meets the first layer once for all rows.
    for n in range(0, len(rows), 7):
        np.testing.assert_array_equal(whole.forward(rows[n : n + 1])[0], expected[n])
        np.testing.assert_array_equal(whole.forward(rows[n : n + 2]), expected[n : n + 2])
    monkeypatch.setattr(native, "threads", lambda: 4)
    np.testing.assert_array_equal(whole.forward(rows), expected)


@pytest.mark.parametrize("spec", SPECS, ids=title)
def test_a_copy_runs_by_itself(spec):
    whole, rows = network(spec), rows_of(spec)
    expected = whole.forward(rows)
    copies = copy.deepcopy(whole), pickle.loads(pickle.dumps(whole))
    del whole
    for one in copies:
        np.testing.assert_array_equal(one.forward(rows), expected)


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize("wrong", [29, -1, 2**31 - 1, -(2**31), 2**40])
def test_an_unknown_id_is_told_with_its_place(kind, wrong):
    if kind == np.int32 and wrong > 2**31:
        return
    whole = network(networks.spec())
    rows = [np.array(row, kind) for row in ([3, 4], [], [5, wrong, 6])]
    message = f"token id {wrong} is outside this model's vocabulary of 29"
    with pytest.raises(InputError, match=f"sequence 2: {message}"):
        whole.forward(rows)
    with pytest.raises(InputError, match=f"sequence 0: {message}"):
        whole.forward(rows[2:])
    with pytest.raises(InputError, match=f"stream: {message}"):
        whole.advance(whole.begin(), rows[2])
    assert whole.forward([rows[0], [1, 2]]).shape == (2, 3)


def test_other_steps_are_refused():
    whole = network(networks.spec())
    for rows in ([np.zeros((2, 3), np.int32)], [np.zeros(2, np.float32)], [np.int32(3)]):
        for given in (rows, [np.array([1]), *rows]):
            with pytest.raises(InputError, match="expected token ids as integers of shape"):
                whole.forward(given)


def test_memory_of_a_state_does_not_grow():
    whole = network(networks.spec(cell="lstm", pools=POOLS))
    state = whole.begin()
    for _ in range(3):
        grown = whole.advance(state, np.full(1000, 5))
        assert len(grown.kept) == len(state.kept)
        state = grown
