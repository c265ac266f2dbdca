"""A saved network gives torch's values, whatever the cell, depth, direction and pooling."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from elman.runtime.spec import NetworkSpec
from tests.runtime import networks
from tests.tolerances import assert_close

pytestmark = pytest.mark.usefixtures("backend")


@pytest.fixture(autouse=True)
def _one_thread():
    """torch's threads wait by spinning, which on a busy machine turns tiny layers into seconds."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


MODULES = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


class Reference:
    """The spec as one would write it with torch.nn: one row at a time, so nothing is padded."""

    def __init__(self, spec: NetworkSpec, tensors: dict[str, np.ndarray]) -> None:
        self.spec = spec
        self.weights = {name: torch.from_numpy(tensor) for name, tensor in tensors.items()}
        self.rnn = MODULES[spec.cell](
            spec.input_size,
            spec.hidden_size,
            spec.num_layers,
            bidirectional=spec.bidirectional,
            batch_first=True,
        )
        recurrent = {k.removeprefix("rnn."): v for k, v in self.weights.items() if "rnn." in k}
        self.rnn.load_state_dict(recurrent, strict=True)

    def embed(self, steps: torch.Tensor) -> torch.Tensor:
        return self.weights["embedding.weight"][steps] if self.spec.vocabulary else steps

    @torch.no_grad()
    def states(self, sequence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        output, h_n = self.rnn(self.embed(torch.from_numpy(sequence))[None])
        return output[0].numpy(), (h_n[0] if self.spec.cell == "lstm" else h_n)[:, 0].numpy()

    def last_of_padded(self, sequences: list[np.ndarray], directions: int) -> np.ndarray:
        rows = [torch.from_numpy(sequence) for sequence in sequences]
        padded = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        _, h_n = self.rnn(self.embed(padded))
        h_n = h_n[0] if self.spec.cell == "lstm" else h_n
        return h_n[-directions:].transpose(0, 1).reshape(len(rows), -1).numpy()

    @torch.no_grad()
    def forward(self, sequences: list[np.ndarray]) -> np.ndarray:
        directions = 1 + self.spec.bidirectional
        vectors = [{"padded_last": row} for row in self.last_of_padded(sequences, directions)]
        for sequence, pools in zip(sequences, vectors, strict=True):
            if len(sequence):
                output, h_n = self.states(sequence)
                pools["last"] = h_n[-directions:].ravel()
                pools["mean"], pools["max"] = output.mean(0), output.max(0)
        empty = np.zeros(directions * self.spec.hidden_size, np.float32)
        rows = [
            np.concatenate([pools.get(pool, empty) for pool in self.spec.pools])
            for pools in vectors
        ]
        pooled = torch.from_numpy(np.stack(rows))
        return (pooled @ self.weights["fc.weight"].T + self.weights["fc.bias"]).numpy()


@pytest.mark.parametrize("spec", networks.ALL + networks.FLOATS, ids=networks.name)
def test_logits_of_ragged_rows_equal_torch(spec):
    reference = Reference(spec, networks.tensors(spec))
    rows = networks.sequences(spec)
    found = networks.network(spec).forward(rows)
    assert_close("logits", found, reference.forward(rows), "numpy and torch")


@pytest.mark.parametrize("spec", networks.EVERY_POOL + networks.FLOATS, ids=networks.name)
def test_states_equal_output_and_h_n_of_torch(spec):
    network, reference = networks.network(spec), Reference(spec, networks.tensors(spec))
    for sequence in networks.sequences(spec, (1, 16, 37)):
        output, h_n = network.states(sequence)
        expected_output, expected_h_n = reference.states(sequence)
        assert_close("output", output, expected_output, "numpy and torch")
        assert_close("h_n", h_n, expected_h_n, "numpy and torch")


def test_states_of_an_empty_sequence_are_empty_and_zero():
    spec = networks.spec(num_layers=2, bidirectional=True)
    output, h_n = networks.network(spec).states(np.zeros(0, np.int64))
    assert output.shape == (0, 22)
    assert h_n.shape == (4, 11)
    assert not h_n.any()


@pytest.mark.parametrize("hidden_size", [1, 16, 300])
@pytest.mark.parametrize("cell", MODULES)
def test_sizes_below_at_and_above_a_tile_equal_torch(cell, hidden_size):
    spec = networks.spec(cell=cell, hidden_size=hidden_size, outputs=1, input_size=1)
    reference, rows = Reference(spec, networks.tensors(spec)), networks.sequences(spec, (7, 20, 0))
    found = networks.network(spec).forward(rows)
    assert_close("logits", found, reference.forward(rows), "numpy and torch")


@pytest.mark.parametrize("backend", ["numpy"], indirect=True)
def test_an_embedding_too_large_for_a_table_of_products_gives_the_same(backend, monkeypatch):
    spec = networks.spec(cell="gru", bidirectional=True)
    rows = networks.sequences(spec)
    expected = networks.network(spec).forward(rows)
    monkeypatch.setattr("elman.runtime.inputs.TABLE_BYTES", 0)
    assert_close("logits", networks.network(spec).forward(rows), expected, "numpy and torch")


def test_saturated_gates_stay_finite():
    spec = networks.spec(cell="lstm")
    weights = {name: tensor * np.float32(1e4) for name, tensor in networks.tensors(spec).items()}
    rows = networks.sequences(spec)
    found = networks.Network(spec, weights).forward(rows) / 1e4
    assert_close("logits", found, Reference(spec, weights).forward(rows) / 1e4, "numpy and torch")
