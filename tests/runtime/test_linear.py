"""A linear part is Σ W[id] / √T + b of ids, or x W + b of a window, beside a network or alone."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
import torch

from elman.artifact import Artifact, encode
from elman.errors import ArtifactError, InputError, OptionError
from elman.models.saved import torch_module
from elman.runtime.ensemble import network_of
from elman.runtime.inputs import own_steps
from elman.runtime.model import Model
from elman.runtime.network import Network
from elman.runtime.spec import NetworkSpec
from elman.runtime.streams.stream import Stream
from elman.runtime.tensors import shapes_of_all
from tests.runtime import networks
from tests.runtime.test_stream import Words
from tests.tolerances import assert_close

pytestmark = pytest.mark.usefixtures("backend")

LENGTHS = (7, 0, 1, 63, 16, 1, 300, 2, 0, 17, 33, 5)

BESIDE = {
    "alone": {"cell": "none", "hidden_size": 0, "num_layers": 0, "pools": ()},
    "one": {"cell": "gru", "pools": ("last", "max"), "input_pools": ("mean",)},
    "several": {"cell": "lstm", "members": 3, "pools": ("mean", "last")},
}
SPECS = [
    networks.spec(
        **shape, vocabulary=29, linear=41, linear_ids=further, ids_per_step=ids, outputs=outputs
    )
    for shape, further, ids, outputs in itertools.product(BESIDE.values(), (0, 1), (1, 3), (1, 4))
]
IDS = SPECS
WINDOWS = [
    networks.spec(**shape, vocabulary=0, input_size=3, linear=3 * steps, outputs=outputs)
    for shape, steps, outputs in itertools.product(BESIDE.values(), (1, 16), (1, 4))
]
SPECS = IDS + WINDOWS


def name(s):
    beside = next(key for key, shape in BESIDE.items() if shape["cell"] == s.cell)
    if not s.vocabulary:
        return f"{beside}-window{s.linear}-{s.outputs}"
    return f"{beside}-{s.ids_per_step}+{s.linear_ids}-{s.outputs}"


def tensors(s, seed=3):
    """Random weights, no two alike; the row of the padding is 0 where it stands beside others."""
    random = np.random.default_rng(seed)
    made = {
        key: random.uniform(-0.6, 0.6, shape).astype(np.float32)
        for key, shape in shapes_of_all(s).items()
    }
    for key, tensor in made.items():
        if key.endswith("embedding.weight") and s.ids_per_step > 1:
            tensor[0] = 0
    return made


def sequences(s, lengths=LENGTHS, seed=1):
    """Ragged rows of ids of which a third are beyond the embedding; or of floats."""
    random, columns = np.random.default_rng(seed), s.ids_per_step + s.linear_ids
    if not s.vocabulary:
        return [random.normal(size=(length, 3)).astype(np.float32) for length in lengths]
    return [
        random.integers(0, s.linear, (length, columns) if columns > 1 else length)
        for length in lengths
    ]


def read_by_recurrence(s, row):
    """The ids of a row with what is beyond the embedding read as unknown, or beside a word as 0."""
    read = []
    for step in (row if row.ndim == 2 else row[:, None]).tolist():
        first, *others = step[: s.ids_per_step]
        read.append([first if first < 29 else 1, *(id if id < 29 else 0 for id in others)])
    read = np.array(read, np.int64).reshape(len(row), s.ids_per_step)
    return read if s.ids_per_step > 1 else read[:, 0]


def by_formula(s, weights, rows):
    """Every row's outputs, of the formula and of networks that know of no linear part."""
    W, b = (weights[f"linear.{part}"].astype(np.float64) for part in ("weight", "bias"))
    if s.vocabulary:
        said = [sum((W[id] for id in row.ravel()), 0 * b) / max(len(row), 1) ** 0.5 for row in rows]
    else:
        floats = [row.ravel()[-s.linear :] for row in rows]
        said = [sum(x * w for x, w in zip(f[::-1], W[::-1], strict=False)) + 0 * b for f in floats]
    said = np.stack(said) + b
    if s.recurrent:
        alone = dataclasses.replace(s, members=1, linear=0, linear_ids=0)
        for n in range(s.members):
            prefix = f"{n}." if s.members > 1 else ""
            own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
            own = {k: v for k, v in own.items() if not k.startswith("linear.")}
            read = [read_by_recurrence(s, row) for row in rows] if s.vocabulary else rows
            said += Network(alone, own).forward(read) / s.members
    return said


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_outputs_are_the_formula(spec):
    weights, rows = tensors(spec), sequences(spec)
    found = network_of(spec, weights).forward(rows)
    assert found.dtype == np.float32
    assert_close("outputs", found, by_formula(spec, weights, rows), "numpy and torch")


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_a_row_has_the_same_bits_in_any_company_and_order(spec):
    network, rows = network_of(spec, tensors(spec)), sequences(spec)
    together = network.forward(rows)
    assert np.array_equal(network.forward(rows[::-1]), together[::-1])
    assert np.array_equal(network.forward(rows[3:5]), together[3:5])
    alone = np.concatenate([network.forward([row]) for row in rows])
    assert np.array_equal(alone, together)
    assert network.forward([]).shape == (0, spec.outputs)


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_every_prefix_streams_to_the_outputs_of_the_whole(spec):
    network = network_of(spec, tensors(spec))
    (row,) = sequences(spec, (40,))
    state = network.begin()
    cuts = [0, 0, 1, 2, 5, 5, 17, 40]
    for begin, end in itertools.pairwise(cuts):
        before = network.read(state)
        further = network.advance(state, row[begin:end])
        assert np.array_equal(network.read(state), before)  # the state before is as it was
        state = further
        whole = network.forward([row[:end]])[0]
        assert_close(f"outputs after {end}", network.read(state), whole, "stream and whole")
    counted = state if network.compiled else state.linear
    assert not spec.vocabulary or counted.steps == 40


def test_a_sum_of_very_many_steps_stays_with_the_whole():
    """float32 would stop counting: after 2^24 ones another one is lost."""
    spec = networks.spec(**BESIDE["alone"], vocabulary=3, linear=4, outputs=1)
    weights = {"linear.weight": np.full((4, 1), 1e4, np.float32), "linear.bias": np.zeros(1)}
    weights["linear.weight"][1] = 0.01
    weights["linear.bias"] = np.float32([0])
    network = network_of(spec, weights)
    row = np.concatenate([np.full(3000, 2), np.full(3000, 1)])
    expected = (3000 * 1e4 + 3000 * 0.01) / 6000**0.5
    assert network.forward([row])[0, 0] == np.float32(expected)
    state = network.begin()
    for step in row:
        state = network.advance(state, np.array([step]))
    assert network.read(state)[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("spec", IDS, ids=name)
def test_a_refused_step_leaves_the_stream_as_it_was(spec):
    network = network_of(spec, tensors(spec))
    stream = Stream(network, Words())
    good, next_one = sequences(spec, (3, 2))
    stream.feed(good)
    twin, said = stream.copy(), stream.prediction[0].copy()
    for wrong in (41, 99, -1):
        bad = good.copy()
        bad[2 if bad.ndim == 1 else (2, -1)] = wrong
        with pytest.raises(InputError, match=f"token id {wrong} is outside .* vocabulary of 41"):
            stream.feed(bad)
        with pytest.raises(InputError, match=f"sequence 1: token id {wrong}"):
            network.forward([good, bad])
    with pytest.raises(InputError, match="expected token ids as integers of shape"):
        stream.network.advance(network.begin(), good.astype(np.float32))
    with pytest.raises(InputError, match="expected token ids as integers of shape"):
        stream.network.advance(network.begin(), np.ones((2, 5), np.int64))
    assert stream.steps == 1
    assert np.array_equal(stream.prediction[0], said)
    assert np.array_equal(stream.feed(next_one)[0], twin.feed(next_one)[0])


def test_what_reads_both_ways_beside_it_cannot_stream():
    spec = networks.spec(linear=41, bidirectional=True)
    network = network_of(spec, tensors(spec))
    with pytest.raises(OptionError, match="needs the whole sequence"):
        Stream(network, Words())


@pytest.mark.parametrize("spec", WINDOWS, ids=name)
def test_a_refused_vector_leaves_the_stream_as_it_was(spec):
    network = network_of(spec, tensors(spec))
    good, next_one = sequences(spec, (3, 2))
    state = network.advance(network.begin(), good)
    said = network.read(state).copy()
    for wrong in (np.full((2, 3), np.nan), np.ones((2, 4)), np.ones(3)):
        with pytest.raises(InputError, match="stream: "):
            network.advance(state, wrong.astype(np.float32))
    assert np.array_equal(network.read(state), said)
    assert not np.array_equal(network.read(network.advance(state, next_one)), said)


def test_ids_beyond_the_embedding_are_unknown_first_and_nothing_elsewhere():
    spec = networks.spec(vocabulary=5, linear=9)
    assert own_steps(spec, np.array([0, 4, 5, 8])).tolist() == [0, 4, 1, 1]
    spec = networks.spec(vocabulary=5, linear=9, linear_ids=1)
    assert own_steps(spec, np.array([[4, 8], [5, 2]])).tolist() == [4, 1]
    spec = networks.spec(vocabulary=5, linear=9, linear_ids=1, ids_per_step=3)
    found = own_steps(spec, np.array([[4, 5, 3, 8], [8, 0, 8, 2]]))
    assert found.tolist() == [[4, 0, 3], [1, 0, 0]]


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_the_torch_twin_says_the_same_of_padded_rows(spec):
    saved = Artifact("toy", encode(spec), {}, {}, {}, tensors(spec), {})
    model = Model.of(saved, lambda saved, spec: Words())
    rows = sequences(spec)
    padded = np.stack(sequences(spec, [max(LENGTHS)] * len(rows), seed=5))  # no zeros: lengths tell
    for place, row in zip(padded, rows, strict=True):
        place[: len(row)] = row
    lengths = torch.tensor([len(row) for row in rows])
    with torch.no_grad():
        found = torch_module(model)(torch.from_numpy(padded), lengths).numpy()
    assert_close("outputs", found, model.outputs(rows), "numpy and torch")


WRONG = [
    ({"linear": 28}, "network.linear is 28; expected at least network.vocabulary, 29."),
    ({"linear": 0}, "network.linear_ids asks for a linear part of ids; there is none."),
    ({"linear": -1}, f"network.linear must be from 0 to {2**25}, found -1."),
    ({"linear": 2**25 + 1}, f"network.linear must be from 0 to {2**25}, found {2**25 + 1}."),
    ({"linear_ids": -1}, "network.linear_ids must be from 0 to 64, found -1."),
    ({"linear_ids": 65}, "network.linear_ids must be from 0 to 64, found 65."),
    ({"vocabulary": 0, "linear_ids": 0}, "network.linear is 41 floats; expected whole steps of "
     "network.input_size, 5."),
    ({"vocabulary": 0, "linear": 40}, "network.linear_ids asks for a linear part of ids; there is "
     "none."),
    ({"hidden_size": 0}, f"network.hidden_size must be from 1 to {2**20}, found 0."),
    ({"cell": "none", "linear": 0, "linear_ids": 0},
     'network.cell is "none"; expected a linear part beside it.'),
    ({"pools": ()}, "network.pools is empty; expected some of last, mean, max, padded_last."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), WRONG, ids=str)
def test_a_spec_that_makes_no_sense_is_refused_by_name(change, message):
    good = networks.spec(linear=41, linear_ids=1)
    network_of(good, tensors(good))
    with pytest.raises(ArtifactError) as told:
        network_of(dataclasses.replace(good, **change), tensors(good))
    assert str(told.value) == message


def changed(weights, key, value):
    return {k: v for k, v in (weights | {key: value}).items() if v is not None}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("linear.weight", np.zeros((40, 3), np.float32), "linear.weight"),
        ("linear.weight", np.zeros((41, 2), np.float32), "linear.weight"),
        ("linear.weight", np.zeros((3, 41), np.float32), "linear.weight"),
        ("linear.weight", None, "linear.weight"),
        ("linear.weight", np.zeros((41, 3)), 'tensor "linear.weight": expected float32'),
        ("linear.weight", np.full((41, 3), np.nan, np.float32), 'tensor "linear.weight" holds NaN'),
        ("linear.weight", np.full((41, 3), np.inf, np.float32), 'tensor "linear.weight" holds NaN'),
        ("linear.bias", np.zeros(4, np.float32), "linear.bias"),
        ("linear.bias", None, "linear.bias"),
        ("linear.bias", np.float32([0, 0, np.nan]), 'tensor "linear.bias" holds NaN'),
        ("linear.scale", np.zeros(3, np.float32), "linear.scale"),
    ],
)
@pytest.mark.parametrize("shape", BESIDE.values(), ids=BESIDE)
def test_tensors_that_are_not_the_specs_are_refused_by_name(shape, key, value, message):
    spec = networks.spec(**shape, linear=41, linear_ids=1)
    with pytest.raises(ArtifactError, match=message):
        network_of(spec, changed(tensors(spec), key, value))


def test_a_network_without_a_linear_part_has_no_tensors_of_one():
    spec = networks.spec()
    weights = networks.tensors(spec) | {"linear.bias": np.zeros(3, np.float32)}
    with pytest.raises(ArtifactError, match=r"linear\.bias"):
        network_of(spec, weights)
    assert not NetworkSpec("rnn", 1, 1).linear
