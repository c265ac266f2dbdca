"""A network that answers every step: by its formulas, in any company, streamed, and as in torch."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
import torch

from elman.artifact import Artifact, encode
from elman.errors import ArtifactError, OptionError
from elman.models.chain import Chain
from elman.models.saved import torch_module
from elman.runtime.ensemble import network_of
from elman.runtime.model import Model
from elman.runtime.network import Network
from elman.runtime.tensors import shapes_of_all
from tests.runtime import networks
from tests.tolerances import assert_close

pytestmark = pytest.mark.usefixtures("backend")

LENGTHS = (7, 0, 1, 63, 16, 1, 130, 2, 0, 17, 33, 5)
NOTHING = {"cell": "none", "hidden_size": 0, "num_layers": 0}
LINEAR = {"linear": 41, "ids_per_step": 3}

SPECS = {
    "gru": {"cell": "gru"},
    "lstm-both-2": {"cell": "lstm", "num_layers": 2, "bidirectional": True, "ids_per_step": 3},
    "rnn-floats-both": {"vocabulary": 0, "input_size": 4, "bidirectional": True},
    "rnn-chain": {"chain": True},
    "lstm-members": {"cell": "lstm", "members": 3},
    "linear": {**NOTHING, **LINEAR, "linear_before": 2},
    "linear-around": {
        **NOTHING,
        **LINEAR,
        "linear_before": 1,
        "linear_after": 2,
        "linear_around": (2, 0),
    },
    "linear-one-id": {**NOTHING, "linear": 41, "linear_after": 1, "linear_before": 1},
    "linear-chain": {**NOTHING, **LINEAR, "linear_before": 1, "linear_ids": 2, "chain": True},
    "gru-linear": {"cell": "gru", **LINEAR, "linear_before": 2, "linear_ids": 1},
    "lstm-both-linear-chain": {
        **LINEAR,
        "cell": "lstm",
        "bidirectional": True,
        "linear_before": 2,
        "linear_after": 1,
        "chain": True,
    },
}


@pytest.fixture(params=SPECS, name="spec")
def _spec(request):
    return networks.spec(**{"pools": (), "per_step": True, "outputs": 4} | SPECS[request.param])


def tensors(s, seed=3):
    random = np.random.default_rng(seed)
    made = {
        key: random.uniform(-0.8, 0.8, shape).astype(np.float32)
        for key, shape in shapes_of_all(s).items()
    }
    for key, tensor in made.items():
        if key.endswith("embedding.weight") and s.ids_per_step > 1:
            tensor[0] = 0
    return made


def sequences(s, lengths=LENGTHS, seed=1):
    """Ragged rows of ids, some 0 and some beyond the embedding; or of floats."""
    random, columns = np.random.default_rng(seed), s.ids_per_step + s.linear_ids
    if not s.vocabulary:
        return [random.normal(size=(n, s.input_size)).astype(np.float32) for n in lengths]
    most = s.linear or s.vocabulary
    return [random.integers(0, most, (n, columns) if columns > 1 else n) for n in lengths]


def by_formula(s, weights, row):
    """The logits of one row's steps: of states that `Network.states` gives, and of tables."""
    logits = np.zeros((len(row), s.outputs))
    ids = row.reshape(len(row), s.ids_per_step + s.linear_ids) if s.vocabulary else row
    for n in range(s.members if s.recurrent else 0):
        prefix = f"{n}." if s.members > 1 else ""
        own = {key: weights[prefix + key] for key in shapes_of_all(s.alone)}
        read = row
        if s.linear:
            read = np.where(ids[:, : s.ids_per_step] < 29, ids[:, : s.ids_per_step], 0)
            read[:, 0] = np.where(ids[:, 0] < 29, ids[:, 0], 1)
        output, _ = Network(s.alone, own).states(read)
        logits += (output @ own["fc.weight"].T.astype(np.float64) + own["fc.bias"]) / s.members
    for t in range(len(row) if s.linear else 0):
        logits[t] += weights["linear.bias"]
        for place in range(-s.linear_before, s.linear_after + 1):
            there = ids[t + place] if 0 <= t + place < len(row) else ids[:0].ravel()
            if place and s.linear_around and len(there):
                there = there[list(s.linear_around)]
            for id in there:
                row_of = (place + s.linear_before) * s.linear + id
                logits[t] += weights["linear.weight"][row_of] * (id > 0)
    return logits


def marginals(s, weights, logits):
    """p(label of a step | all steps), by going through every sequence of labels there is."""
    T, K = logits.shape
    total = np.zeros((T, K))
    for labels in itertools.product(range(K), repeat=T):
        score = weights["chain.begin"][labels[0]] + sum(logits[t, y] for t, y in enumerate(labels))
        score += sum(weights["chain.weight"][a, b] for a, b in itertools.pairwise(labels))
        total[np.arange(T), labels] += np.exp(score)
    return total / total.sum(axis=1, keepdims=True)


def test_what_is_said_of_every_step_is_the_formula(spec):
    weights = tensors(spec)
    rows = sequences(spec, (5, 0, 1, 6) if spec.chain else LENGTHS)
    found = network_of(spec, weights).forward(rows)
    assert found.dtype == np.float32
    expected = [by_formula(spec, weights, row) for row in rows]
    if spec.chain:
        expected = [np.log(marginals(spec, weights, of)) if len(of) else of for of in expected]
    assert_close("outputs", found, np.concatenate(expected), "numpy and torch")


def test_a_row_has_the_same_bits_in_any_company_and_order(spec):
    network, rows = network_of(spec, tensors(spec)), sequences(spec)
    together = network.forward(rows)
    parts = np.split(together, np.cumsum(LENGTHS)[:-1])
    assert np.array_equal(network.forward(rows[::-1]), np.concatenate(parts[::-1]))
    for row, part in zip(rows, parts, strict=True):
        assert np.array_equal(network.forward([row]), part)
    assert network.forward([]).shape == network.forward([rows[1]]).shape == (0, 4)


def test_the_newest_step_of_a_stream_is_the_last_of_that_sequence(spec):
    network = network_of(spec, tensors(spec))
    (row,) = sequences(spec, (40,))
    if spec.bidirectional or spec.linear_after:
        with pytest.raises(OptionError, match="cannot stream"):
            network.begin()
        return
    state = network.begin()
    assert network.read(state).shape == (0, 4)
    for begin, end in itertools.pairwise([0, 0, 1, 2, 5, 5, 17, 40]):
        before = network.read(state)
        further = network.advance(state, row[begin:end])
        assert np.array_equal(network.read(state), before)  # the state before is as it was
        state, said = further, network.read(further)
        assert said.shape == (end - begin, 4)
        for n in range(begin, end):
            whole = network.forward([row[: n + 1]])[-1]
            assert_close(f"step {n}", said[n - begin], whole, "stream and whole")


def test_the_torch_module_of_a_saved_one_says_the_same(spec):
    weights, rows = tensors(spec), sequences(spec)
    saved = Artifact(
        task="any",
        network=encode(spec),
        input={},
        output={},
        training={},
        tensors=weights,
        parts={},
    )
    model = Model.of(saved, lambda saved, spec: None)
    x = torch.nn.utils.rnn.pad_sequence([torch.as_tensor(row) for row in rows], batch_first=True)
    lengths = torch.tensor(LENGTHS)
    with torch.no_grad():
        found = torch_module(model)(x, lengths)
    found = np.concatenate([of[:n].numpy() for of, n in zip(found, LENGTHS, strict=True)])
    assert_close("outputs", found, model.outputs(rows), "numpy and torch")


def test_the_loss_of_a_chain_is_the_share_of_its_labels():
    torch.manual_seed(0)
    random = np.random.default_rng(4)
    chain = Chain(3)
    for parameter in chain.parameters():
        torch.nn.init.uniform_(parameter)
    lengths = (4, 1, 5)
    logits = torch.tensor(random.normal(size=(3, 5, 3)), dtype=torch.float32)
    labels = torch.tensor(random.integers(0, 3, (3, 5)))
    loss = chain.loss(
        logits,
        labels.masked_fill(torch.arange(5) >= torch.tensor(lengths)[:, None], 99),
        torch.tensor(lengths),
    )
    for n, T in enumerate(lengths):

        def score(y, n=n):
            y = list(y)
            steps = sum(chain.weight[a, b] for a, b in itertools.pairwise(y))
            return (chain.begin[y[0]] + logits[n, range(len(y)), y].sum() + steps).item()

        every = np.logaddexp.reduce([score(y) for y in itertools.product(range(3), repeat=T)])
        assert loss[n].item() == pytest.approx(every - score(labels[n, :T].tolist()), abs=1e-5)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"chain": True, "per_step": False, "pools": ("last",)}, "network.chain"),
        ({"pools": ("last",)}, "network.pools"),
        ({"input_pools": ("mean",)}, "network.pools"),
        ({"linear_before": 1}, "network.linear_before"),
        ({"linear_after": 1}, "network.linear_after"),
        ({"linear_before": 17, "linear": 41}, "network.linear_before"),
        ({"linear_around": (1,), "linear": 41}, "network.linear_around"),
    ],
)
def test_what_does_not_fit_together_is_refused(change, named):
    spec = networks.spec(per_step=True, pools=())
    with pytest.raises(ArtifactError, match=named):
        shapes_of_all(dataclasses.replace(spec, **change))
