"""A model predicts in order, lazily, and the same whatever the batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from elman.artifact import Artifact, encode
from elman.errors import OptionError
from elman.runtime.model import Model
from tests.runtime import networks
from tests.runtime.test_stream import Words

pytestmark = pytest.mark.usefixtures("backend")

ITEMS = [list(map(int, row)) for row in networks.sequences(networks.spec())]


@pytest.fixture
def model():
    network = networks.network(networks.spec())
    info = Artifact("toy", {}, {}, {}, {"seed": 1}, {"fc.bias": np.zeros(1, np.float32)}, {})
    return Model("toy", network, Words(), Path("toy-model"), info)


def test_predictions_keep_order_and_contexts(model):
    logits = model.network.forward([np.array(item, np.int64) for item in ITEMS])
    for prediction, item, expected in zip(model.predict(ITEMS), ITEMS, logits, strict=True):
        np.testing.assert_array_equal(prediction[0], expected)
        assert prediction[1] == f"context of {item}"


@pytest.mark.parametrize("batch_size", [1, 2, 7, 19, 1024])
def test_answers_do_not_depend_on_batch_size(model, batch_size):
    found = model.predict(iter(ITEMS), batch_size=batch_size)
    for (logits, _), (expected, _) in zip(found, model.predict(ITEMS), strict=True):
        np.testing.assert_array_equal(logits, expected)


def test_predict_iter_takes_no_more_than_a_batch_ahead(model):
    taken = []
    endless = (taken.append(n) or [1, 2] for n in range(10**9))
    predictions = model.predict_iter(endless, batch_size=4)
    assert not taken
    next(predictions)
    assert len(taken) == 4


def test_no_items_give_no_predictions(model):
    assert model.predict([]) == []


def test_a_single_text_is_refused_with_the_right_call(model):
    with pytest.raises(OptionError) as caught:
        model.predict("a fine film")
    assert str(caught.value) == (
        'predict takes a list of items, and this is one text. Write model.predict(["a fine film"]).'
    )


def test_a_batch_size_below_one_is_refused(model):
    with pytest.raises(OptionError, match="batch_size must be at least 1, found 0"):
        model.predict(ITEMS, batch_size=0)


@pytest.mark.parametrize("ids_per_step", [1, 3])
def test_a_model_keeps_no_second_copy_of_its_largest_weights(ids_per_step):
    spec = networks.spec(vocabulary=11, ids_per_step=ids_per_step)
    tensors = networks.tensors(spec)
    tensors["embedding.weight"][0] = 0  # as padding beside other ids is trained
    saved = Artifact("toy", encode(spec), {}, {}, {"seed": 1}, tensors, {})
    model = Model.of(saved, lambda saved, spec: Words())
    assert np.shares_memory(model.tensors["embedding.weight"], model.network.input.embedding)
    assert model.info.training == {"seed": 1}
