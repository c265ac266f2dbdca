"""The kernels of a saved network on every instruction set that the processor has."""

from __future__ import annotations

import numpy as np
import pytest

from elman import native
from tests.isas import ISAS_HERE, on_each_isa
from tests.runtime import networks
from tests.runtime.test_batch_invariance import assert_rows_do_not_depend_on_company
from tests.runtime.test_torch_parity import Reference
from tests.tolerances import assert_close

pytestmark = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))

SPECS = [
    networks.spec(
        cell=cell, num_layers=2, bidirectional=both, hidden_size=H, pools=("last", "mean", "max")
    )
    for cell, both, H in [("rnn", True, 7), ("gru", False, 65), ("lstm", True, 33)]
]
STREAMS = [
    networks.spec(cell=cell, hidden_size=H) for cell, H in [("rnn", 65), ("gru", 7), ("lstm", 33)]
]


@on_each_isa("spec", SPECS, SPECS)
def test_a_saved_network_equals_torch(isa, spec):
    rows = networks.sequences(spec)
    expected = Reference(spec, networks.tensors(spec)).forward(rows)
    assert_close("logits", networks.network(spec).forward(rows), expected, "numpy and torch")


@on_each_isa("spec", SPECS, SPECS)
def test_no_row_depends_on_its_company(isa, spec):
    assert_rows_do_not_depend_on_company(networks.network(spec))


@on_each_isa("spec", STREAMS, STREAMS)
def test_a_stream_is_the_whole(isa, spec):
    network = networks.network(spec)
    (row,) = networks.sequences(spec, (70,))
    state = network.begin()
    for step in row:
        state = network.step(state, step)
    whole = network.forward([row])[0]
    assert_close("logits", network.read(state), whole, "stream and whole")


@on_each_isa("spec", SPECS, SPECS)
def test_packed_weights_stay_with_the_set_they_were_packed_for(isa, spec):
    network, rows = networks.network(spec), networks.sequences(spec)
    expected = network.forward(rows)
    for other in ISAS_HERE:
        assert native.use_isa(other)
        np.testing.assert_array_equal(network.forward(rows), expected)
