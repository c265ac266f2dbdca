"""Every task: what its models say of themselves adds up."""

from __future__ import annotations

import json

import numpy as np
import pytest

import elman
from elman.attribution import AttentionMap, InfluenceMap
from elman.errors import OptionError


def test_an_explanation_sums_up(kept):
    if "explain" not in kept.task.abilities:
        pytest.skip(f"models of the task {kept.name} are not explained")
    explained = elman.explain(kept.model, list(kept.sample.words))
    json.dumps(explained.to_json(), allow_nan=False)
    if isinstance(explained, AttentionMap):
        np.testing.assert_allclose(explained.weights.sum(axis=1), 1, atol=1e-5)
        return
    if isinstance(explained, InfluenceMap):
        T = len(kept.sample.words)
        assert explained.influence.shape == (T, T)
        assert np.abs(explained.influence).max() > 0
        (said,) = kept.model.predict([kept.sample.whole(kept.sample.words)])
        assert (explained.words, explained.tags) == (said.words, said.tags)
        return
    shapley = explained.shares["shapley"]
    assert len(shapley.values) == len(explained.words)
    assert shapley.start + shapley.values.sum() == pytest.approx(shapley.end, abs=1e-4)
    if (gradients := explained.shares.get("gradients")) is not None:
        assert gradients.values.sum() == pytest.approx(
            gradients.end - gradients.start, rel=0.02, abs=1e-3
        )
    assert np.abs(shapley.values).max() > 0
    assert explained.trajectory.scores[-1] == pytest.approx(explained.score, abs=1e-3)


def test_a_memory_card_runs_with_data_and_without(kept):
    if "remember" not in kept.task.abilities:
        pytest.skip(f"models of the task {kept.name} have no memory card")
    if not kept.sample.states:
        for data in (kept.data, None):
            with pytest.raises(OptionError, match=f"^{kept.model.directory}: this model is linear"):
                elman.memory_card(kept.model, data)
        return
    steps = elman.evaluate(kept.model, kept.data)["n"]
    card = elman.memory_card(kept.model, kept.data, time_limit="0.001s")
    assert card.subject.rows == steps
    assert card.subject.labelled
    made_up = elman.memory_card(kept.model, time_limit="0.001s")
    assert not made_up.subject.labelled
    assert "No DATA given" in made_up.text()
    json.dumps([card.to_json(), made_up.to_json()], allow_nan=False)
