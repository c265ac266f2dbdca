"""Convolutions: the definition, slowly; a stream as the whole; beside a recurrence and alone."""

from __future__ import annotations

import dataclasses
from itertools import combinations

import numpy as np
import pytest
import torch

from elman.errors import ArtifactError
from elman.models.linear import linear_of
from elman.runtime.convolutions import KERNELS, Convolutions, features_of, shapes
from elman.runtime.ensemble import network_of
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from tests.tolerances import assert_close

RANDOM = np.random.default_rng(5)
C, DILATIONS, Q = 3, (1, 2, 5), 2


def tensors():
    found = {
        name: RANDOM.normal(size=shape).astype(np.float32)
        for name, shape in shapes(C, len(DILATIONS), Q).items()
    }
    found["linear.channels"] = (found["linear.channels"] > 0.3).astype(np.float32)
    return found


TENSORS = tensors()
FOUND = Convolutions.of(DILATIONS, TENSORS)


def steps(T, seed=0):
    return np.random.default_rng(seed).normal(size=(T, C)).astype(np.float32)


def slowly(x):
    """Every kernel as nine weights, one step after the other."""
    T, parts = len(x), []
    for d, dilation in enumerate(DILATIONS):
        for k, chosen in enumerate(combinations(range(9), 3)):
            weights = np.full(9, -1.0)
            weights[list(chosen)] = 2
            y = x.astype(np.float64) @ TENSORS["linear.channels"][d, :, k]
            said = [
                sum(weights[j] * y[t - j * dilation] for j in range(9) if t - j * dilation >= 0)
                for t in range(T)
            ]
            for q in range(Q):
                parts.append(np.mean(np.array(said) > TENSORS["linear.thresholds"][d, k, q]))
    wide = x.astype(np.float64)
    return np.concatenate([parts, wide.mean(0), wide.std(0), wide.min(0), wide.max(0)])


@pytest.mark.parametrize("T", [1, 2, 41])
def test_equals_the_definition(T):
    x = steps(T)
    found = FOUND.features(x)
    assert found.shape == (features_of(C, len(DILATIONS), Q),) == (84 * 3 * 2 + 12,)
    assert KERNELS == 84
    assert_close("features", found, slowly(x), "numpy and torch")


def test_a_stream_has_the_features_of_what_has_come_in_constant_memory():
    x, random = 3 + steps(97, 1), np.random.default_rng(2)
    kept, start = FOUND.begin(), 0
    while start < len(x):
        size = int(random.choice([0, 1, 2, 30]))
        before = kept
        kept = FOUND.advance(kept, x[start : start + size])
        start += size
        whole = FOUND.features(x[:start])
        assert_close("features", FOUND.read(kept), whole, "stream and whole")
        assert kept.past.shape == before.past.shape == (40, C)
    assert kept.steps == 97


def test_before_the_first_step_nothing_is_said():
    assert not FOUND.read(FOUND.begin()).any()
    assert not FOUND.features(steps(0)).any()


def test_long_sequences_are_done_piece_by_piece(monkeypatch):
    x = steps(83)
    whole = FOUND.features(x)
    monkeypatch.setattr("elman.runtime.convolutions._CHUNK", 10)
    assert_close("features", FOUND.features(x), whole, "stream and whole")


def spec(**changes):
    plain = NetworkSpec(
        "gru", 4, outputs=2, input_size=C, pools=("mean", "max"),
        linear=features_of(C, len(DILATIONS), Q), dilations=DILATIONS, thresholds=Q,
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)


def filled(spec):
    given = {
        name: RANDOM.normal(0, 0.3, shape).astype(np.float32)
        for name, shape in shapes_of_all(spec).items()
    }
    return given | TENSORS


@pytest.mark.parametrize("members", [1, 2])
def test_beside_a_recurrence_both_are_added_up_whole_and_streamed(members):
    both = spec(members=members)
    given = filled(both)
    own = {name: tensor for name, tensor in given.items() if not name.startswith("linear.")}
    beside = network_of(dataclasses.replace(both.alone, members=members), own)
    rows, network = [steps(0), steps(19, 3), steps(64, 4)], network_of(both, given)
    expected = np.stack([FOUND.features(row) @ given["linear.weight"] for row in rows])
    expected = expected + given["linear.bias"] + beside.forward(rows)
    assert_close("outputs", network.forward(rows), expected, "numpy and torch")
    assert np.array_equal(network.forward(rows[1:2]), network.forward(rows)[1:2])
    for row, whole in zip(rows, expected, strict=True):
        state = network.begin()
        for part in np.array_split(row, 3):
            state = network.advance(state, part)
        assert_close("stream", network.read(state), whole, "numpy and torch")


def test_its_torch_twin_says_the_same_of_padded_rows():
    alone = spec(cell="none", hidden_size=0, num_layers=0, pools=())
    given = filled(alone)
    module = linear_of(alone)
    own = {name.removeprefix("linear."): torch.tensor(t) for name, t in given.items()}
    module.load_state_dict(own)
    rows = [steps(7, 5), steps(30, 6)]
    x = torch.full((2, 33, C), 9.0)
    for n, row in enumerate(rows):
        x[n, : len(row)] = torch.tensor(row)
    found = module(x, torch.tensor([7, 30])).detach().numpy()
    assert_close("outputs", found, network_of(alone, given).forward(rows), "numpy and torch")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"thresholds": 0}, "asks for steps that are vectors, and thresholds"),
        ({"dilations": ()}, "asks for steps that are vectors, and thresholds"),
        ({"dilations": (2, 1, 5)}, "ascending"),
        ({"dilations": (0, 1, 5)}, "from 1"),
        ({"dilations": (1, 2, 10**6)}, "from 1"),
        ({"thresholds": 3}, "the convolutions have"),
        ({"linear": 5}, "the convolutions have"),
        ({"vocabulary": 4}, "steps that are vectors"),
        ({"thresholds": 10**6}, "must be from 0"),
    ],
)
def test_an_impossible_spec_is_refused(changes, said):
    with pytest.raises(ArtifactError, match=said):
        network_of(spec(**changes), {})
