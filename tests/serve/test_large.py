"""Large requests: read and answered while the service answers others, and bounded as a whole."""

from __future__ import annotations

import json
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest

import elman
from elman import tasks
from elman.serve import asked, responses
from elman.serve.bounds import Bounds
from tests.serve.running import SERIES, TEXTS, WAIT_S, code_of, running

FEW = Bounds(batch_rows=16)


@pytest.fixture(scope="module")
def service():
    with running(TEXTS, SERIES, bounds=FEW) as service:
        yield service


@pytest.fixture
def wire(service):
    return service.serving.models["forecast-gru"].wire


def table(rows=24):
    dates = [f"{2000 + n // 12}-{n % 12 + 1:02d}-01" for n in range(rows)]
    return {"columns": {"date": dates, "airline passengers": [100 + n % 12 for n in range(rows)]}}


def test_a_request_of_many_batches_has_the_bits_of_predict(service, wire):
    texts = [f"a fine film {'not ' * (n % 5)}bad" for n in range(300)]
    wanted = [dict(vars(one)) for one in elman.load(TEXTS).predict(texts)]
    status, _, body = service.predict({"items": texts})
    assert (status, body["answers"]) == (200, wanted)
    series = [[1.0 + n, None, 3.5, 4.0 + n] for n in range(40)]
    content = {"items": series, "options": {"steps": 20}}
    status, _, body = service.predict(content, "forecast-gru")
    assert status == 200
    model = elman.load(SERIES).reaching(20)
    for found, values in zip(body["answers"], series, strict=True):
        (alone,) = model.predict([[math.nan if x is None else x for x in values]])
        assert found == json.loads(json.dumps(wire.answer(alone)))


def tensors():
    data = [float(n) for n in range(400)]
    tensor = {"name": "values", "datatype": "FP64", "shape": [40, 10], "data": data}
    return {"inputs": [tensor]}


@pytest.mark.parametrize(
    ("path", "content", "held"),
    [
        ("/v1/models/forecast-gru/predict", {"items": [table()] * 5}, "asked"),
        ("/v1/models/forecast-gru/predict", {"items": [[1.0, 2.0]] * 40}, "answer"),
        ("/v1/models/forecast-gru/explain", {"item": table(400)}, "asked"),
        ("/v2/models/forecast-gru/infer", tensors(), "asked"),
        ("/v2/models/forecast-gru/infer", tensors(), "columns"),
    ],
)
def test_the_service_answers_while_a_large_request_is_read_or_written(
    service, wire, monkeypatch, path, content, held
):
    goes_on, began, does = threading.Event(), threading.Event(), getattr(wire, held)

    def waits(*given):
        began.set()
        assert goes_on.wait(WAIT_S)
        return does(*given)

    monkeypatch.setattr(type(wire), held, staticmethod(waits))
    with ThreadPoolExecutor(1) as client:
        large = client.submit(service.ask, "POST", path, content)
        assert began.wait(WAIT_S)
        try:
            assert service.ask("GET", "/health/live")[0] == 200
            assert service.predict({"items": ["a fine film"] * 3})[0] == 200
        finally:
            goes_on.set()
        assert large.result(WAIT_S)[0] == 200


def test_what_is_written_in_pieces_is_the_same(monkeypatch):
    monkeypatch.setattr(responses, "_AT_ONCE", 3)
    for content in (
        *({}, [], (), "☃", 1e-300, None, {"a": []}, [{}], [[]]),
        {"half": "\ud83d", "quoted": '"\\', "outputs": [{"data": [*map(float, range(10))]}, 3]},
        {"rows": [(1, 2, 3, 4), ["a", "b", "c", "d"]], "nested": {"level": {"80": (0.1,) * 6}}},
    ):
        written = responses.encoded_in_pieces(content)
        assert written == responses.encoded(content)
        assert json.loads(written) == json.loads(json.dumps(content))
    with pytest.raises(ValueError, match="Out of range"):
        responses.encoded_in_pieces({"data": [0.0] * 4 + [math.nan]})


def test_cells_are_bounded_for_a_request_as_a_whole(service, monkeypatch):
    assert service.predict({"items": [table()] * 6}, "forecast-gru")[0] == 200
    monkeypatch.setattr(asked, "_CELLS", 100)
    answer = service.predict({"items": [table()] * 6}, "forecast-gru")
    assert code_of(answer) == (413, "too_long")
    assert answer[2]["error"]["message"] == (
        "item 2: more than 100 cells in the tables up to here; send fewer in one request"
    )
    assert service.predict({"items": [table()] * 2}, "forecast-gru")[0] == 200


def test_a_forecast_costs_what_its_steps_and_levels_do():
    served = elman.load(SERIES)
    wire = tasks.named(served.task).wire()

    def cost(model):
        return wire.asked(model, [1.0, 2.0, 3.0]).cost

    horizon, once = served.codec.input.horizon, cost(served)
    assert once > served.codec.window
    assert cost(served.reaching(horizon)) == once
    assert cost(served.reaching(horizon + 1)) == 2 * once
    assert cost(served.reaching(50 * horizon)) == 50 * once
    many = tuple(range(10, 90, 10))
    assert cost(served.with_codec(replace(served.codec, levels=many))) == once  # it knows none
    known = replace(served.codec, spread=SimpleNamespace(known=True), levels=many)
    assert 1.5 * once < cost(served.with_codec(known)) < 2 * once
