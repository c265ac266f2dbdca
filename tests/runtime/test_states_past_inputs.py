"""`Network.states` of a network whose head also reads its inputs: those are no states."""

from __future__ import annotations

import numpy as np
import pytest

from tests.runtime import networks


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("size", [5, 11])
def test_states_do_not_depend_on_pooled_inputs(size, both):
    plain = networks.spec(input_size=size, bidirectional=both, num_layers=2)
    beside = networks.spec(
        input_size=size, bidirectional=both, num_layers=2, input_pools=("mean", "max")
    )
    weights = networks.tensors(plain)
    wider = networks.tensors(beside) | {
        name: value for name, value in weights.items() if not name.startswith("fc.")
    }
    (steps,) = networks.sequences(plain, lengths=(37,))
    expected = networks.Network(plain, weights).states(steps)
    for found, right in zip(networks.Network(beside, wider).states(steps), expected, strict=True):
        np.testing.assert_array_equal(found, right)
