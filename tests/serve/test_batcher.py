"""Requests that are answered together: one fails alone, too many are refused, who went is left."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor
from types import SimpleNamespace

import pytest

import elman
from elman.errors import OptionError
from elman.serve.batcher import Batcher
from elman.serve.bounds import Bounds
from elman.serve.errors import RefusedError
from elman.serve.metrics import Metrics
from elman.serve.threads import OneThread
from tests.serve.running import TEXTS


@pytest.fixture
def arithmetic():
    thread: Executor = OneThread("arithmetic")
    yield thread
    thread.shutdown()


class Watched:
    """A model, and what it was asked."""

    def __init__(self):
        self._model = elman.load(TEXTS)
        self.network = self._model.network
        self.asked = []

    def predict(self, items):
        self.asked.append(list(items))
        time.sleep(0.02)
        for word, error in (("odd", OptionError("odd")), ("fault", ZeroDivisionError("fault"))):
            if word in items:
                raise error
        return self._model.predict(items)


def together(batcher, model, requests):
    async def ask():
        asked = (batcher.answers("m", model, [text], [len(text)]) for text in requests)
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(ask())


def test_a_request_that_fails_fails_alone(arithmetic):
    model = Watched()
    texts = ["a fine film", "odd", "bad", "fault", "not good"]
    found = together(Batcher(Bounds(), arithmetic, Metrics()), model, texts)
    assert len(model.asked[0]) == 5
    assert isinstance(found[1], RefusedError)
    assert (found[1].status, found[1].message) == (422, "odd")
    assert isinstance(found[3], ZeroDivisionError)
    rest = [texts[n] for n in (0, 2, 4)]
    assert [found[n] for n in (0, 2, 4)] == [[one] for one in elman.load(TEXTS).predict(rest)]


def test_too_much_that_waits_is_refused_before_it_waits(arithmetic):
    for bounds in (Bounds(max_queue=3), Bounds(max_queue_length=12)):
        batcher, model = Batcher(bounds, arithmetic, Metrics()), Watched()
        found = together(batcher, model, ["film"] * 5)
        refused = [one for one in found if isinstance(one, RefusedError)]
        assert [one.status for one in refused] == [429, 429]
        assert (batcher.requests, batcher.length) == (0, 0)
        assert together(batcher, model, ["film"])[0] == found[0]


def test_who_went_is_not_answered_and_holds_up_nobody(arithmetic):
    batcher, model = Batcher(Bounds(batch_rows=1), arithmetic, Metrics()), Watched()

    async def ask():
        tasks = [asyncio.create_task(batcher.answers("m", model, [text], [1])) for text in "abcd"]
        await asyncio.sleep(0.01)
        tasks[1].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = asyncio.run(ask())
    assert isinstance(found[1], asyncio.CancelledError)
    assert sorted(text for items in model.asked for text in items) == ["a", "c", "d"]
    assert batcher.requests == 0


def test_a_request_is_cut_and_takes_turns(arithmetic):
    """A batch has so many rows, and so much work; what waits beside a large request goes along."""
    model, other = Watched(), Watched()
    batcher = Batcher(Bounds(batch_rows=4, batch_length=10), arithmetic, Metrics())
    large, dear = [f"film {n}" for n in range(10)], ["a", "fine", "film"]
    requests = [
        (model, large, [1] * 10),
        (model, ["not good"], [1]),
        (other, ["bad"], [1]),
        (model, dear, [6, 6, 99]),
    ]

    async def ask():
        asked = (batcher.answers("m", of, items, costs) for of, items, costs in requests)
        return await asyncio.gather(*asked)

    found = asyncio.run(ask())
    assert found == [elman.load(TEXTS).predict(items) for _, items, _ in requests]
    assert other.asked == [["bad"]]
    assert model.asked == [
        large[:4],
        ["not good", "a"],
        ["fine"],
        large[4:8],
        ["film"],
        large[8:],
    ]
    assert (batcher.requests, batcher.length) == (0, 0)


def test_where_answers_depend_on_the_batch_a_request_stays_alone_and_whole(arithmetic):
    batcher, model = Batcher(Bounds(batch_rows=2, batch_length=3), arithmetic, Metrics()), Watched()
    model.network = SimpleNamespace(spec=SimpleNamespace(pools=("padded_last",)))
    requests = [["bad"] * 5, ["film"], ["good"] * 2]

    async def ask():
        asked = (batcher.answers("m", model, items, [4] * len(items)) for items in requests)
        return await asyncio.gather(*asked)

    asyncio.run(ask())
    assert model.asked == requests


def test_what_is_left_of_a_request_that_went_is_dropped(arithmetic):
    batcher, model = Batcher(Bounds(batch_rows=2), arithmetic, Metrics()), Watched()

    async def ask():
        task = asyncio.create_task(batcher.answers("m", model, ["film"] * 9, [4] * 9))
        while not model.asked:
            await asyncio.sleep(0.001)
        task.cancel()
        return await batcher.answers("m", model, ["bad"], [3])

    assert asyncio.run(ask()) == elman.load(TEXTS).predict(["bad"])
    assert [len(items) for items in model.asked] == [2, 1]


def test_a_request_fails_by_the_first_of_its_batches_that_does(arithmetic):
    batcher, model = Batcher(Bounds(batch_rows=2), arithmetic, Metrics()), Watched()

    async def ask():
        await batcher.answers("m", model, ["film", "bad", "odd", "film", "film"], [1] * 5)

    with pytest.raises(RefusedError, match="odd"):
        asyncio.run(ask())
    assert model.asked == [["film", "bad"], ["odd", "film"]]


def test_a_request_that_waits_counts_as_one_batch_of_it(arithmetic):
    bounds = Bounds(batch_length=10, max_queue_length=25)
    batcher, model = Batcher(bounds, arithmetic, Metrics()), Watched()

    async def ask():
        asked = (batcher.answers("m", model, ["bad"] * 3, [99] * 3) for _ in range(3))
        return await asyncio.gather(*asked, return_exceptions=True)

    assert [isinstance(one, RefusedError) for one in asyncio.run(ask())] == [False, False, True]
