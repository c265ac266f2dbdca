"""A row's logits are the same to the last bit, alone or in any company, in any order."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from elman.runtime.network import Network
from elman.runtime.recurrence.blocks import CHUNK, blocks
from elman.runtime.recurrence.products import LANES, Matrix, lanes_for
from tests.runtime import networks

pytestmark = pytest.mark.usefixtures("backend")

FIXED_POOLS = ("last", "mean", "max")
SPECS = [
    networks.spec(
        cell=cell, num_layers=layers, bidirectional=both, hidden_size=H, pools=FIXED_POOLS
    )
    for cell in ("rnn", "gru", "lstm")
    for layers, both, H in [(1, False, 64), (2, False, 13), (1, True, 1), (2, True, 32)]
]


def assert_rows_do_not_depend_on_company(network: Network) -> None:
    rows = networks.sequences(network.spec)
    together = network.forward(rows)
    random = np.random.default_rng(2)
    for n, row in enumerate(rows):
        np.testing.assert_array_equal(network.forward([row])[0], together[n])
    order = random.permutation(len(rows))
    np.testing.assert_array_equal(network.forward([rows[n] for n in order]), together[order])
    strangers = networks.sequences(network.spec, random.integers(0, 90, 300), seed=3)
    crowd = [*strangers[:150], *rows, *strangers[150:]]
    np.testing.assert_array_equal(network.forward(crowd)[150 : 150 + len(rows)], together)


@pytest.mark.parametrize("spec", SPECS, ids=networks.name)
def test_logits_do_not_depend_on_company(spec):
    assert_rows_do_not_depend_on_company(networks.network(spec))


@pytest.mark.parametrize("hidden_size", [128, 256])
def test_logits_do_not_depend_on_company_in_tiled_products(hidden_size):
    spec = networks.spec(cell="gru", hidden_size=hidden_size, outputs=1)
    network = networks.network(spec)
    row, *others = networks.sequences(spec, (70, *range(40, 90)))
    np.testing.assert_array_equal(network.forward([*others, row])[-1], network.forward([row])[0])


def test_logits_do_not_depend_on_company_for_float_steps():
    for spec in networks.FLOATS:
        assert_rows_do_not_depend_on_company(networks.network(spec))


@pytest.mark.parametrize(
    ("backend", "kernel"),
    [("numpy", name) for name in ("Haswell", "SkylakeX", "Sandybridge", "Nehalem")]
    + [("native", "Haswell")],  # where numpy multiplies in the head alone
    indirect=["backend"],
)
def test_logits_do_not_depend_on_company_with_other_kernels(backend, kernel):
    # OpenBLAS takes its kernels from this variable, and ignores names foreign to the processor.
    script = (
        "from tests.runtime import networks as n, test_batch_invariance as t\n"
        "t.assert_rows_do_not_depend_on_company(n.network(t.SPECS[4]))"
    )
    environment = os.environ | {"OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": "3"}
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    subprocess.run([sys.executable, "-c", script], env=environment, cwd=root, check=True)


@pytest.mark.parametrize("spec", SPECS, ids=networks.name)
def test_where_chunks_end_changes_no_bit(spec, monkeypatch):
    network = networks.network(spec)
    rows = networks.sequences(spec)
    expected = network.forward(rows)
    for steps in (1, 7, 16):
        size = steps * -(-len(rows) // network.lanes) * network.lanes
        monkeypatch.setattr("elman.runtime.recurrence.blocks.CHUNK", size)
        np.testing.assert_array_equal(network.forward(rows), expected)


def test_padded_last_depends_on_company_as_it_does_in_torch():
    network = networks.network(networks.spec(pools=("padded_last",)))
    short, long = networks.sequences(network.spec, (3, 30))
    assert (network.forward([short])[0] != network.forward([short, long])[0]).all()


@pytest.mark.parametrize("backend", ["numpy"], indirect=True)
def test_lanes_are_narrowed_until_the_blas_treats_all_alike(backend, monkeypatch):
    true_call = Matrix.__call__

    def unequal_from_eight_lanes_on(self, x, *, out=None):
        product = true_call(self, x, out=out)
        if x.shape[-1] >= 8:
            product[..., -1] += 1
        return product

    matrix = Matrix(np.ones((4, 4), np.float32))
    assert lanes_for([matrix]) in LANES
    monkeypatch.setattr(Matrix, "__call__", unequal_from_eight_lanes_on)
    assert lanes_for([matrix]) == 4


@pytest.mark.parametrize("backend", ["numpy"], indirect=True)
@pytest.mark.parametrize("lanes", LANES)
def test_every_number_of_lanes_gives_the_same_answers(lanes, backend):
    network = networks.network(networks.spec(cell="lstm", bidirectional=True, pools=FIXED_POOLS))
    rows = networks.sequences(network.spec)
    expected = network.forward(rows)
    network.lanes = lanes
    np.testing.assert_allclose(network.forward(rows), expected, atol=1e-5)


def test_a_chunk_of_any_number_of_rows_holds_a_bounded_number_of_steps():
    for rows, lanes in [(1, 1), (1, 16), (40, 1), (300, 1), (300, 16)]:
        sequences = [np.zeros(9000, np.int64)] * rows
        for block in blocks(sequences, np.zeros(1, np.int64), lanes):
            held = [chunk.steps * block.lengths.size for chunk in block.chunks()]
            assert CHUNK / 2 < max(held) <= CHUNK
            assert sum(held) == 9000 * block.lengths.size
