"""The Open Inference Protocol, by a client made for Triton, and by hand where it is wrong."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

import elman
from tests.serve.running import SERIES, TEXTS, running

triton = pytest.importorskip("tritonclient.http")

WORDS = ["a fine film", "", "not bad ☃", "bad"]


@pytest.fixture(scope="module")
def service():
    with running(TEXTS, SERIES) as service:
        yield service


@pytest.fixture
def client(service):
    client = triton.InferenceServerClient(f"127.0.0.1:{service.port}")
    yield client
    client.close()


def texts_input(*, binary):
    tensor = triton.InferInput("text", [len(WORDS)], "BYTES")
    tensor.set_data_from_numpy(np.array(WORDS, object), binary_data=binary)
    return tensor


def test_a_client_of_triton_finds_what_there_is(client, service):
    version = service.serving.models["reviews"].version
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("reviews")
    assert client.is_model_ready("reviews", version)
    assert not client.is_model_ready("reviews", "7")
    assert not client.is_model_ready("none")
    assert client.get_server_metadata()["extensions"] == ["binary_tensor_data"]
    found = client.get_model_metadata("reviews", version)
    assert found["versions"] == [version]
    assert found["inputs"] == [{"name": "text", "datatype": "BYTES", "shape": [-1]}]
    assert [one["name"] for one in found["outputs"]] == ["label", "probability", "probabilities"]


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("wanted", [None, True, False])
def test_texts_as_tensors_have_the_bits_of_predict(client, binary, wanted):
    said = elman.load(TEXTS).predict(WORDS)
    outputs = None
    if wanted is not None:
        names = ("probabilities", "label")
        outputs = [triton.InferRequestedOutput(name, binary_data=wanted) for name in names]
    found = client.infer("reviews", [texts_input(binary=binary)], outputs=outputs, request_id="7")
    assert found.get_response()["id"] == "7"
    labels = [x.decode() if isinstance(x, bytes) else x for x in found.as_numpy("label")]
    assert labels == [answer.label or "" for answer in said]
    probabilities = found.as_numpy("probabilities")
    assert probabilities.tolist() == [list(answer.probabilities.values()) for answer in said]
    assert (found.as_numpy("probability") is None) == (wanted is not None)


@pytest.mark.parametrize("datatype", ["FP32", "FP64"])
@pytest.mark.parametrize("binary", [True, False])
def test_series_as_tensors(client, datatype, binary):
    model = elman.load(SERIES)
    values = np.arange(40, dtype=np.float32 if datatype == "FP32" else np.float64).reshape(2, 20)
    tensor = triton.InferInput("values", [2, 20], datatype)
    tensor.set_data_from_numpy(values, binary_data=binary)
    found = client.infer("forecast-gru", [tensor])
    said = model.predict([row.astype(np.float64) for row in values])
    assert found.as_numpy("forecast").tolist() == [list(answer.values) for answer in said]
    for level in said[0].intervals:
        lower = [list(answer.intervals[level].lower) for answer in said]
        assert found.as_numpy(f"lower-{level}").tolist() == lower
    named = triton.InferInput("series", [1], "BYTES")
    named.set_data_from_numpy(np.array([model.codec.ends.names[0]], object))
    found = client.infer("forecast-gru", [named]).as_numpy("forecast")
    assert found.tolist() == [list(model.predict([model.codec.recent()])[0].values)]


def test_a_client_is_told_what_is_wrong(client):
    with pytest.raises(triton.InferenceServerException, match="no model of this name"):
        client.infer("none", [texts_input(binary=True)])
    wrong = triton.InferInput("txt", [1], "BYTES")
    wrong.set_data_from_numpy(np.array(["a"], object))
    with pytest.raises(triton.InferenceServerException, match='Did you mean "text"'):
        client.infer("reviews", [wrong])
    asked = [triton.InferRequestedOutput("labels")]
    with pytest.raises(triton.InferenceServerException, match='Did you mean "label"'):
        client.infer("reviews", [texts_input(binary=True)], outputs=asked)


def tensor(**changed):
    return {"name": "text", "shape": [1], "datatype": "BYTES", "data": ["a"]} | changed


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        ({}, 400, "inputs"),
        ({"inputs": []}, 400, "0 inputs; expected one, text"),
        ({"inputs": [tensor(), tensor()]}, 400, "2 inputs"),
        ({"inputs": [tensor(datatype="FP32")]}, 400, "expected BYTES"),
        ({"inputs": [tensor(shape=[2])]}, 400, "expected 2 texts"),
        ({"inputs": [tensor(shape=[1, 1])]}, 400, r"expected \[-1\]"),
        ({"inputs": [tensor(shape=[-1])]}, 400, "whole numbers"),
        ({"inputs": [tensor(shape=[2**70])]}, 400, "whole numbers"),
        ({"inputs": [tensor(shape=[2**31])]}, 400, "0 to 2,147,483,647"),
        ({"inputs": [tensor(shape=[5000])]}, 422, "at most 1,024"),
        ({"inputs": [tensor(data=[3])]}, 400, "expected 1 texts"),
        ({"inputs": [tensor(data="a")]}, 400, "expected an array"),
        ({"inputs": [tensor(parameters={"binary_data_size": 3})]}, 400, "binary_data_size"),
        ({"inputs": [tensor()], "parameters": {"sequence_id": 3}}, 400, "sequences"),
        ({"inputs": [tensor()], "outputs": [{"name": 3}]}, 400, "outputs"),
        ({"inputs": [tensor()], "id": 3}, 400, "id"),
    ],
)
def test_tensors_that_are_none(service, content, status, says):
    found, _, body = service.ask("POST", "/v2/models/reviews/infer", content)
    assert found == status
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(body["error"])


def test_an_axis_that_no_array_has_room_for(service):
    values = {"name": "values", "datatype": "FP64", "data": []}
    for n, status in ((2**61, 400), (2**31 - 1, 200)):
        content = {"inputs": [values | {"shape": [0, n]}]}
        assert service.ask("POST", "/v2/models/forecast-gru/infer", content)[0] == status


def test_binary_data_that_is_not_what_it_says(service):
    given = {key: value for key, value in tensor().items() if key != "data"}

    def ask(raw, size=None, length=None):
        said = given | {"parameters": {"binary_data_size": len(raw) if size is None else size}}
        text = json.dumps({"inputs": [said]}).encode()
        return service.ask(
            "POST",
            "/v2/models/reviews/infer",
            text + raw,
            Inference_Header_Content_Length=str(len(text) if length is None else length),
        )

    right = struct.pack("<I", 3) + b"bad"
    assert ask(right)[0] == 200
    for raw in (b"", right[:-1], right + b"x", struct.pack("<I", 2**31) + b"bad", right + right):
        assert ask(raw)[0] == 400
    assert ask(right, size=3)[0] == 400
    assert "within the body" in ask(right, length=10**6)[2]["error"]
    assert ask(right, length="-1")[0] == 400
    assert "within the body" in ask(right, length="0" * 5000 + "2")[2]["error"]
    assert "not UTF-8" in ask(struct.pack("<I", 1) + b"\xff")[2]["error"]
