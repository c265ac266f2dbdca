"""What a network refuses: weights that are not the spec's, and sequences it does not take."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from elman.errors import ArtifactError, InputError
from elman.runtime.network import Network
from elman.runtime.tensors import tensor_shapes
from tests.runtime import networks

pytestmark = pytest.mark.usefixtures("backend")


def test_forward_of_no_rows_has_no_rows():
    assert networks.network(networks.spec()).forward([]).shape == (0, 3)


def test_tensor_names_and_shapes_are_those_of_the_chapter():
    chapter = networks.spec(hidden_size=64, outputs=1, vocabulary=1000, input_size=32)
    assert tensor_shapes(chapter) == {
        "embedding.weight": (1000, 32),
        "rnn.weight_ih_l0": (64, 32),
        "rnn.weight_hh_l0": (64, 64),
        "rnn.bias_ih_l0": (64,),
        "rnn.bias_hh_l0": (64,),
        "fc.weight": (1, 64),
        "fc.bias": (1,),
    }


def test_a_tensor_of_another_shape_is_named_with_both_shapes():
    spec = networks.spec(cell="gru")
    tensors = networks.tensors(spec)
    tensors["rnn.weight_hh_l0"] = tensors["rnn.weight_hh_l0"].T.copy()
    with pytest.raises(ArtifactError) as caught:
        Network(spec, tensors)
    assert str(caught.value) == (
        'tensor "rnn.weight_hh_l0": expected float32 of shape (33, 11), '
        "found float32 of shape (11, 33)."
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("fc.bias"), '"fc.bias" is missing'),
        (lambda t: t.update(extra=t["fc.bias"]), '"extra" does not belong'),
        (lambda t: t.update({"fc.bias": t["fc.bias"].astype(np.float64)}), "found float64"),
    ],
    ids=["missing", "unknown", "float64"],
)
def test_tensors_must_be_exactly_those_of_the_spec(change, message):
    tensors = networks.tensors(networks.spec())
    change(tensors)
    with pytest.raises(ArtifactError, match=message):
        Network(networks.spec(), tensors)


@pytest.mark.parametrize(
    "forged",
    [
        {"hidden_size": 0},
        {"hidden_size": 10**15},
        {"outputs": 0},
        {"vocabulary": -1},
        {"input_size": 0},
        {"num_layers": 10**12},
        {"num_layers": 0},
        {"pools": ()},
    ],
    ids=str,
)
def test_a_forged_spec_is_refused_before_anything_is_allocated(forged):
    spec = networks.spec()
    with pytest.raises(ArtifactError):
        Network(dataclasses.replace(spec, **forged), networks.tensors(spec))


@pytest.mark.parametrize(
    ("sequence", "message"),
    [
        (np.array([1, -1]), "sequence 1: token id -1 is outside"),
        (np.array([1, 29]), "ids 0 to 28"),
        (np.array([1.0]), "expected token ids as integers"),
        (np.array([[1]]), r"found int64 of shape \(1, 1\)"),
    ],
    ids=["negative", "beyond", "floats", "two axes"],
)
def test_wrong_ids_are_named_with_their_row(sequence, message):
    with pytest.raises(InputError, match=message):
        networks.network(networks.spec()).forward([np.array([1]), sequence])


@pytest.mark.parametrize(
    ("sequence", "message"),
    [
        (np.zeros((4, 2)), r"expected numbers of shape \(T, 3\)"),
        (np.zeros(3), r"found float64 of shape \(3,\)"),
        (np.array([[0, 0, 0], [0, np.nan, 0]]), "step 1 holds NaN"),
        (np.array([[0, 0, 1e300]]), r"step 0 holds NaN or a number beyond 1e\+18"),
    ],
    ids=["width", "one axis", "nan", "overflow"],
)
def test_wrong_vectors_are_named(sequence, message):
    with pytest.raises(InputError, match=message):
        networks.network(networks.FLOATS[0]).forward([sequence])


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e13])
def test_weights_of_a_diverged_training_are_refused_by_name(bad):
    tensors = networks.tensors(networks.spec())
    tensors["fc.bias"][1] = bad
    with pytest.raises(ArtifactError, match=r'"fc\.bias" holds NaN or a value beyond 1e\+12'):
        Network(networks.spec(), tensors)


def test_the_largest_weights_and_inputs_do_not_overflow():
    for cell in ("rnn", "gru", "lstm"):
        spec = networks.spec(cell=cell, num_layers=2, vocabulary=0, pools=("mean", "max", "last"))
        weights = {n: np.sign(x) * np.float32(1e12) for n, x in networks.tensors(spec).items()}
        network = Network(spec, weights)
        row = np.full((20, spec.input_size), -1e18)
        assert np.isfinite(network.forward([row])).all()
        assert np.isfinite(network.read(network.step(network.begin(), row[0]))).all()
