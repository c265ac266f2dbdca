"""Comparing: every variant with every seed, the best by validation, one verdict."""

from __future__ import annotations

import numpy as np
import pytest

import elman
from elman.errors import OptionError
from elman.tasks.classify.learner import TextLearner
from tests.tasks.classify.small import reviews


@pytest.fixture
def quick(monkeypatch):
    """Networks that were trained in no time; the validation loss is made up."""
    seen = []
    fit = TextLearner.fit

    def made_up(self, prepared, recipe, options, stage, *, seed):
        import dataclasses

        loop = dataclasses.replace(recipe.loop, epochs=1, patience=0)
        short = dataclasses.replace(recipe, loop=loop, min_steps=0)
        trained = fit(self, prepared, short, options, stage, seed=seed)
        seen.append((recipe.cell, seed))
        validation = {"rnn": 0.5, "gru": 0.3, "lstm": 0.4}[recipe.cell] + seed * 0.01
        return dataclasses.replace(trained, validation=validation)

    monkeypatch.setattr(TextLearner, "fit", made_up)
    return seen


def test_all_seeds_run_and_the_least_validation_loss_is_best(quick):
    report = elman.compare(list(reviews(120)), models=("rnn", "gru", "lstm"), seeds=2, threads=1)
    assert quick == [(cell, seed) for cell in ("rnn", "gru", "lstm") for seed in (0, 1)]
    assert report["best"] == "gru"
    assert report["verdict"].startswith("Best on the validation part: gru. ")
    assert report["models"]["gru"]["validation_loss"] == pytest.approx(0.305)
    assert report["metrics"] == report["models"]["gru"]
    for model in report["models"].values():
        assert len(model["seeds"]) == 2
        assert model["accuracy"] == pytest.approx(np.mean(model["seeds"]))
    for rival in report["baselines"].values():
        gain = report["metrics"]["accuracy"] - rival["accuracy"]
        assert rival["paired"]["difference"] == pytest.approx(gain)


def test_no_seeds_and_unknown_models_are_refused():
    rows = list(reviews(60))
    with pytest.raises(OptionError, match="--seeds 0"):
        elman.compare(rows, seeds=0)
    with pytest.raises(OptionError, match='Did you mean "lstm"'):
        elman.compare(rows, models=("lsmt",))
    with pytest.raises(OptionError, match="compare takes no --preset"):
        elman.compare(rows, preset="fast")
