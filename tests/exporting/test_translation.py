"""A translator as two graphs: in ONNX Runtime what the runtime says, sentence by sentence."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from elman.exporting.check import Session
from elman.exporting.kinds import checked, graphs_of
from elman.exporting.parts import gates
from elman.exporting.translation import SPEAKING
from elman.runtime.spec import CELLS
from elman.runtime.translation.spec import TranslationSpec, tensor_shapes
from elman.runtime.translation.translator import Translator
from tests.tolerances import TOLERANCES, assert_close

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


def made(cell, layers):
    spec = TranslationSpec(
        cell, pieces=31, input_size=7, hidden_size=10, encoder_layers=layers, longest=20
    )
    random = np.random.default_rng(layers)
    tensors = {
        name: (random.uniform(-1, 1, shape) / 3).astype(np.float32)
        for name, shape in tensor_shapes(spec).items()
    }
    return spec, tensors, Translator(spec, tensors)


@pytest.mark.parametrize(("cell", "layers"), [*itertools.product(CELLS, (1, 2, 3))])
def test_both_graphs_say_what_the_runtime_says(cell, layers):
    spec, tensors, translator = made(cell, layers)
    graphs = graphs_of(spec, tensors, {}, None)
    assert [*graphs] == ["", SPEAKING]
    for model in graphs.values():
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    found = checked(translator, graphs)
    assert found.whole <= TOLERANCES["onnx and runtime"]
    assert found.streamed is not None
    assert found.streamed <= TOLERANCES["onnx and runtime"]
    tried = {n for batch in found.batches for n in batch}
    assert not tried & {31, 7, 10, 5, 14}


def test_nothing_to_read_has_an_answer_and_what_does_not_fit_is_refused():
    spec, tensors, _ = made("lstm", 2)
    graphs = graphs_of(spec, tensors, {}, None).values()
    read, speak = (Session(graph.SerializeToString()) for graph in graphs)
    begin = np.tanh(tensors["begin.bias"]).reshape(2, -1)
    for time in (0, 4):
        ids = np.zeros((2, time), np.int64)
        held = read(ids, [0, 0])
        h, c, h_2, c_2 = held["state"].reshape(2, 4, -1).swapaxes(0, 1)
        assert_close("h", np.stack([h, h_2], 1), np.stack([begin] * 2), "onnx and runtime")
        assert not np.stack([c, c_2]).any()
        fed = {"keys": held["keys"], "values": held["values"], "lengths": np.zeros(2, np.int64)}
        for beams in (0, 1, 3):
            fed["pieces"] = np.ones((2, beams), np.int64)
            fed["state"] = np.repeat(held["state"][:, None], beams, axis=1)
            said = speak.run(fed)
            assert said["scores"].shape == (2, beams, spec.pieces)
            assert np.isfinite(said["scores"]).all()
            assert said["attention"].shape == (2, beams, time)
            assert not said["attention"].any()
        for length in (time + 1, -1, -time - 1):
            with pytest.raises(Exception, match="lengths_within_time"):
                read(ids, [0, length])
            with pytest.raises(Exception, match="lengths_within_time"):
                speak.run(fed | {"lengths": np.array([0, length])})
        with pytest.raises(Exception, match="one_length_a_row"):
            read(ids, [0])
        with pytest.raises(Exception, match="one_length_a_row"):
            speak.run(fed | {"lengths": np.zeros(1, np.int64)})


def test_a_wrong_gate_is_seen_in_both(monkeypatch):
    spec, tensors, translator = made("gru", 2)
    monkeypatch.setitem(gates.GATES, "gru", (0, 1, 2))
    found = checked(translator, graphs_of(spec, tensors, {}, None))
    assert found.whole > 1e-3
    assert found.streamed > 1e-3
