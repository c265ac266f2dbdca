"""Every kind of network as a graph: in ONNX Runtime what the runtime says, whole and streamed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from elman.exporting.check import Session, compared, padded, unseen
from elman.exporting.network import onnx_of, streams
from elman.exporting.parts import gates
from elman.exporting.parts.shares import Shares
from elman.judging.classes.decision import Decision
from elman.runtime.ensemble import network_of
from elman.runtime.spec import CELLS, NetworkSpec
from elman.runtime.tensors import shapes_of_all
from tests.tolerances import TOLERANCES, assert_close
from tests.web.networks import SPECS, random_tensors

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

USUAL = {"hidden_size": 9, "outputs": 3, "vocabulary": 29, "input_size": 5}
POOLED = {
    f"{cell}-{'both' if both else 'right'}-{pool}-of-{'ids' if ids else 'floats'}": {
        "cell": cell,
        "bidirectional": both,
        "pools": (pool,),
        "vocabulary": 29 if ids else 0,
    }
    for cell, both, pool, ids in itertools.product(
        CELLS, (False, True), ("last", "mean", "max", "padded_last"), (True, False)
    )
}
"""Each pool alone; what stands side by side could hide what is missing."""
BESIDE = {
    "pools-of-both": {"cell": "gru", "pools": ("mean", "max"), "input_pools": ("max", "mean")}
}
ALL = SPECS | POOLED | BESIDE


def made(name, **more):
    spec = NetworkSpec(**{**USUAL, **ALL[name], **more})
    tensors = random_tensors(shapes_of_all(spec), seed=len(name))
    return spec, tensors, network_of(spec, tensors)


@pytest.mark.parametrize("name", ALL)
def test_a_graph_says_what_the_runtime_says(name):
    spec, tensors, network = made(name)
    model = onnx_of(spec, tensors, None, {})
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    found = compared(network, model)
    assert found.whole <= TOLERANCES["onnx and runtime"]
    assert (found.streamed is not None) is streams(spec)
    assert (found.streamed or 0.0) <= TOLERANCES["onnx and runtime"]
    names = [given.name for given in model.graph.input]
    assert names == ["steps", "lengths", *(["state"] if streams(spec) and network.begin() else [])]


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_gates_in_another_order_are_seen(cell, monkeypatch):
    spec, tensors, network = made(f"{cell}-2-right")
    right = gates.GATES[cell]
    for order in itertools.permutations(range(len(right))):
        monkeypatch.setitem(gates.GATES, cell, order)
        found = compared(network, onnx_of(spec, tensors, None, {}), batches=1)
        for apart in found[:2]:
            assert (apart <= TOLERANCES["onnx and runtime"]) is (order == right)
            assert apart < TOLERANCES["onnx and runtime"] or apart > 1e-3


def test_what_is_tried_stands_in_no_constant():
    spec, tensors, network = made("beside-ids")
    model = onnx_of(spec, tensors, None, {})
    constants = {n for tensor in model.graph.initializer for n in tensor.dims}
    assert {9, 3, 29, 5, 27} <= constants
    tried = [n for batch in compared(network, model).batches for n in batch]
    assert not {*tried} & constants
    assert len({*tried}) == len(tried)
    numbers = list(itertools.islice(unseen(model), 20))
    assert not {*numbers} & constants


@pytest.mark.parametrize("name", ["lstm-2-right", "gru-1-both", "beside-ids", "steps-chain"])
def test_rows_of_nothing_and_batches_of_one(name):
    spec, tensors, network = made(name)
    session = Session(onnx_of(spec, tensors, None, {}).SerializeToString())
    nothing = [np.zeros((0, 2) if name == "beside-ids" else 0, np.int64)] * 2
    said = session(padded(spec, nothing, 0), [0, 0])
    assert_close("empty", said["outputs"], _rows(network, nothing), "onnx and runtime")
    if "next_state" in said:
        assert not said["next_state"].any()
    one = [np.ones((1, 2) if name == "beside-ids" else 1, np.int64)]
    for longest in (1, 4):
        found = session(padded(spec, one, longest), [1])["outputs"]
        found = found[:, :1] if spec.per_step else found
        assert_close("one", found, _rows(network, one), "onnx and runtime")


def _rows(network, sequences):
    spec, said = network.spec, network.forward(sequences)
    return said.reshape(len(sequences), -1, spec.outputs) if spec.per_step else said


def test_a_mean_of_a_hundred_thousand_steps_stays_true():
    spec, tensors, network = made("rnn-1-right", pools=("mean",), hidden_size=3)
    session = Session(onnx_of(spec, tensors, None, {}).SerializeToString())
    steps, state = np.tile(np.arange(25), 4000), None
    for piece in np.split(steps, 10):
        said = session(piece[None], [len(piece)], state)
        state = said["next_state"]
    assert_close("mean", said["outputs"], network.forward([steps]), "onnx and runtime")


@pytest.mark.parametrize("name", ["gru-1-both", "linear-one-id", "steps", "window", "places"])
def test_inputs_that_do_not_fit_together_are_refused(name):
    spec, tensors, _ = made(name)
    session = Session(onnx_of(spec, tensors, None, {}).SerializeToString())
    for time in (0, 4):
        steps = zeros(spec, 2, time)
        session(steps, [time, 0])
        for length in (time + 1, -1, -time - 1):
            with pytest.raises(Exception, match="lengths_within_time"):
                session(steps, [0, length])
        for rows in (0, 1, 3):
            with pytest.raises(Exception, match="one_length_a_row"):
                session.run({"steps": steps, "lengths": np.zeros(rows, np.int64)} | begun(session))


def begun(session):
    return {"state": np.zeros((2, session.state_size))} if session.state_size else {}


def zeros(spec, *shape):
    if not spec.vocabulary:
        return np.zeros((*shape, spec.input_size), np.float32)
    columns = spec.ids_per_step + spec.linear_ids
    return np.zeros((*shape, columns) if columns > 1 else shape, np.int64)


@pytest.mark.parametrize("name", ["lstm-2-right", "gru-1-both", "steps-chain", "window", "places"])
def test_a_batch_of_no_rows_has_answers_of_no_rows(name):
    spec, tensors, _ = made(name)
    shares = Shares("multiclass", base=() if spec.per_step else (0.2,) * spec.outputs)
    session = Session(onnx_of(spec, tensors, shares, {}).SerializeToString())
    for time in (0, 4):
        said = session(zeros(spec, 0, time), [])
        shape = (0, time, spec.outputs) if spec.per_step else (0, spec.outputs)
        expected = {name: shape for name in said if name.startswith(("outputs", "probabilities"))}
        expected |= {"known": (0,), "next_state": (0, session.state_size)}
        assert {name: found.shape for name, found in said.items()} == {
            name: expected[name] for name in said
        }


def test_the_columns_of_the_state_are_named():
    spec, tensors, _ = made("members", members=2, pools=("mean",))
    model = onnx_of(spec, tensors, None, {"a": "b"})
    held = {one.key: one.value for one in model.metadata_props}
    parts = dict(part.rsplit(":", 1) for part in held["state"].split(" "))
    assert held["a"] == "b"
    assert parts == {
        **{f"member{m}/layer{k}/h": "9" for m in (0, 1) for k in (0, 1)},
        **{f"member{m}/mean": "9" for m in (0, 1)},
        "steps": "1",
    }
    size = model.graph.input[2].type.tensor_type.shape.dim[1].dim_value
    assert size == sum(map(int, parts.values()))


KINDS = {
    "binary": ({"outputs": 1}, Shares("binary", 1.7, (0.3, 0.7), strange=1)),
    "multiclass": ({"outputs": 4}, Shares("multiclass", 0.6, (0.25,) * 4, doubt=3.0)),
    "multilabel": ({"outputs": 4}, Shares("multilabel", 1.0, (0.25,) * 4)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_probabilities_are_those_of_the_decision(kind):
    more, shares = KINDS[kind]
    spec, tensors, network = made("gru-1-right", **more)
    session = Session(onnx_of(spec, tensors, shares, {}).SerializeToString())
    rows = [np.array(row) for row in ([5, 7, 2], [], [1, 1], [1, 9])]
    lengths = np.array([*map(len, rows)])
    outputs = network.forward(rows) * (lengths / (lengths + shares.doubt).clip(1e-9))[:, None]
    decision = Decision(tuple("abcd"[: len(shares.base)]), shares.kind, shares.temperature)
    known = np.array([True, False, kind != "binary", True])  # 1 is the unknown word
    expected = np.where(known[:, None], decision.probabilities(outputs), shares.base)
    said = session(padded(spec, rows, 3), lengths)
    assert said["known"].tolist() == known.tolist()
    assert_close("whole", said["probabilities"], expected, "onnx and runtime")
    state = None
    for t in range(3):
        there = (lengths > t).astype(int)
        said = session(padded(spec, rows, 3)[:, t : t + 1], there, state)
        state = said["next_state"]
    assert said["known"].tolist() == known.tolist()
    assert_close("streamed", said["probabilities"], expected, "onnx and runtime")


def test_weights_of_more_than_a_file_holds_are_refused_by_size(monkeypatch):
    from elman.errors import OptionError
    from elman.exporting import network

    monkeypatch.setattr(network, "_MOST_BYTES", 100)
    spec, tensors, _ = made("gru-1-right")
    with pytest.raises(OptionError, match="GiB of weights, and a file of ONNX holds 2"):
        onnx_of(spec, tensors, None, {})
