"""A service answers as `predict` does, to the bit, whoever is answered together."""

from __future__ import annotations

import asyncio
import json
import random

import numpy as np
import pytest

pytest.importorskip("fastapi")

from starlette.testclient import TestClient

import elman
from elman import native
from elman.serve.app import create
from elman.serve.asked import items_of
from elman.serve.bounds import Bounds
from elman.serve.models import Models
from elman.serve.serving import Serving

REQUESTS = 30


def as_json(item):
    """An item of a sample as a client sends it."""
    if isinstance(item, np.ndarray):
        item = item.astype(np.float64).tolist()
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], np.ndarray):
        return {"samples": as_json(item[0]), "rate": item[1]}
    if isinstance(item, (list, tuple)):
        return [as_json(one) for one in item]
    return None if item != item else item


def answered_together(served, values, bounds, seed):
    """(items, their answers) of requests of one to twelve items, asked all at once."""
    choose = random.Random(seed)
    asked = [choose.choices(values, k=choose.choice((1, 2, 4, 12))) for _ in range(REQUESTS)]
    serving = Serving(Models({}), bounds)

    async def ask(some):
        items, costs = await items_of(
            some, len(json.dumps(some)), served, served.model, bounds, serving.paperwork
        )
        return await serving.batcher.answers(served.name, served.model, items, costs)

    async def all_of_them():
        try:
            return await asyncio.gather(*(ask(some) for some in asked))
        finally:
            await serving.stop()

    answers = asyncio.run(all_of_them())
    batches = serving.metrics.registry.get_sample_value
    counted = batches("elman_batch_rows_count", {"model": served.name})
    return list(zip(asked, answers, strict=True)), counted


def test_what_is_said_of_a_model_is_what_can_be_asked_of_it(kept):
    from jsonschema import Draft202012Validator as Validator

    with TestClient(create({"model": kept.model.directory}), base_url="http://127.0.0.1") as client:
        facts = client.get("/v1/models/model").json()
        opened = client.post("/v1/models/model/streams")
        assert opened.status_code == (201 if "stream" in facts["abilities"] else 422)
        assert ("stream" in facts["abilities"]) == kept.sample.streams
        assert (facts["piece"] is not None) == kept.sample.streams
        if kept.sample.streams:
            stream, parse = opened.json()["stream"], kept.model.codec.parse
            for seq, word in enumerate(kept.sample.words[:3], 1):
                piece = as_json(parse(word))
                Validator(facts["piece"]).validate(piece)
                fed = {"seq": seq, "item": piece}
                told = client.post(f"/v1/streams/{stream}/feed", json=fed)
                assert told.status_code == 200, told.text
        paths = client.get("/openapi.json").json()["paths"]
        assert ("/v1/models/model/streams" in paths) == kept.sample.streams
        card = client.get("/v1/models/model/memory")
        if card.status_code != 200:
            recurrent = getattr(kept.model.network.spec, "recurrent", False)
            remembers = recurrent and "remember" in kept.task.abilities
            assert ("measures one" in card.json()["error"]["message"]) == remembers


@pytest.mark.parametrize("kernels", [True, False], ids=["kernels", "numpy"])
def test_answers_have_the_bits_of_predict_in_any_company(kept, kernels, monkeypatch):
    if not kernels:
        monkeypatch.setenv("ELMAN_NATIVE", "off")
        monkeypatch.setattr(native, "missing", lambda: "left out by a test")
    served = Models({"model": kept.model.directory})["model"]
    alone = elman.load(kept.model.directory)
    values = [as_json(item) for item in kept.sample.items]
    wire = served.wire

    def told(answer):
        return json.dumps(wire.answer(answer))

    wanted = {}
    for value in values:
        (said,) = alone.predict([wire.asked(alone, value).item])
        wanted[json.dumps(value)] = told(said)
    for seed, rows in enumerate((1, 7, 128)):
        bounds = Bounds(batch_rows=rows)
        together, batches = answered_together(served, values, bounds, seed)
        for some, answers in together:
            found = [told(answer) for answer in answers]
            assert found == [wanted[json.dumps(value)] for value in some]
        items = sum(len(some) for some, _ in together)
        assert batches == items if rows == 1 else batches < items / 4


def test_items_fit_their_schema_and_answers_theirs(kept):
    from jsonschema import Draft202012Validator as Validator

    served = Models({"model": kept.model.directory})["model"]
    wire, model = served.wire, served.model
    item, answer = wire.item_schema(model), wire.answer_schema(model)
    Validator.check_schema(item)
    Validator.check_schema(answer)
    for value in [*map(as_json, kept.sample.items), wire.example(model)]:
        Validator(item).validate(value)
        (said,) = model.predict([wire.asked(model, value).item])
        Validator(answer).validate(json.loads(json.dumps(wire.answer(said))))


def test_tensors_hold_what_answers_say(kept):
    served = Models({"model": kept.model.directory})["model"]
    wire, model = served.wire, served.model
    items = [wire.asked(model, as_json(item)).item for item in kept.sample.items]
    answers = model.predict(items)
    kinds, columns = wire.outputs(model), wire.columns(model, answers)
    assert len(kinds) == len(columns)
    for kind, column in zip(kinds, columns, strict=True):
        assert len(column) == len(items)
        if kind.datatype == "BYTES":
            assert all(isinstance(text, str) for text in column)
        else:
            assert np.shape(column)[1:] == kind.shape[1:]
