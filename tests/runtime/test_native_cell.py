"""Recurrent layers in the C++ kernels: chosen where they are, and safe in what they hold."""

from __future__ import annotations

import copy
import gc
import pickle
from types import SimpleNamespace

import numpy as np
import pytest

from elman import native
from elman.native import structs
from elman.runtime.recurrence.blocks import Chunk
from elman.runtime.recurrence.cell_native import NativeCell
from elman.runtime.recurrence.cell_numpy import Cell
from tests.runtime import networks

SPEC = networks.spec(cell="lstm", num_layers=2, bidirectional=True, pools=("mean", "max", "last"))
CELLS = {"native": NativeCell, "numpy": Cell}


def test_the_kernels_run_where_they_are_and_numpy_elsewhere(backend):
    network = networks.network(SPEC)
    cells = [type(cell) for layer in network.stack.layers for cell in layer]
    assert cells == [CELLS[backend]] * 4


@pytest.mark.parametrize("backend", ["native"], indirect=True)
def test_copies_outlive_the_network_they_were_made_of(backend):
    network = networks.network(SPEC)
    rows = networks.sequences(SPEC)
    expected = network.forward(rows)
    others = [copy.copy(network), copy.deepcopy(network), pickle.loads(pickle.dumps(network))]
    del network
    gc.collect()
    strangers = [networks.network(SPEC, seed=n) for n in range(1, 4)]
    for other in others:
        np.testing.assert_array_equal(other.forward(rows), expected)
    assert (strangers[0].forward(rows) != expected).any()


def test_packed_weights_are_freed_once_with_the_object_that_holds_them(monkeypatch):
    freed = []
    library = SimpleNamespace(
        elman_pack=lambda layer: 4096, elman_packed_forward=None, elman_drop=freed.append
    )
    monkeypatch.setattr(structs, "library", lambda: library)
    packed = native.Packed(native.Layer())
    assert freed == []
    del packed
    gc.collect()
    assert freed == [4096]


@pytest.mark.parametrize("backend", ["native"], indirect=True)
def test_weights_and_steps_may_lie_anywhere_in_memory(backend):
    spec = networks.FLOATS[4]
    tensors = networks.tensors(spec)
    (row,) = networks.sequences(spec, (40,))
    expected = networks.Network(spec, tensors).forward([row])

    def unaligned(array):
        room = np.zeros(array.nbytes + 1, np.uint8)[1:]
        there = room.view(array.dtype).reshape(array.shape)
        there[...] = array
        return there

    for place in (np.asfortranarray, unaligned):
        moved = networks.Network(spec, {name: place(x) for name, x in tensors.items()})
        np.testing.assert_array_equal(moved.forward([row]), expected)
        streamed = moved.advance(moved.begin(), place(row))
        whole = moved.advance(moved.begin(), row)
        np.testing.assert_array_equal(moved.read(streamed), moved.read(whole))
        spread = np.repeat(row, 2, axis=0)[::2]
        streamed = moved.advance(moved.begin(), spread)
        np.testing.assert_array_equal(moved.read(streamed), moved.read(whole))


@pytest.mark.parametrize("backend", ["native"], indirect=True)
def test_lengths_beyond_the_steps_are_refused(backend):
    (cell,) = networks.network(networks.spec()).stack.layers[0]
    x = np.zeros((3, 2, 5, 1), np.float32)
    state = networks.network(networks.spec()).stack.zeros(2, 1)[0]
    for counts in ([[3], [4]], [[-1], [3]]):
        chunk = Chunk(0, 3, 2, np.array(counts))
        with pytest.raises(ValueError, match="between 0 and the steps of the input"):
            cell.advance(x, state, chunk)
