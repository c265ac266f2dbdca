"""Whatever a preset chooses can be set, reaches the network, and is recorded in the model."""

from __future__ import annotations

import json

import pytest

import elman
from elman.errors import OptionError
from elman.tasks.resolve import fields_for, resolve
from tests.tasks.contract.samples import SAMPLES

SETTINGS = {
    "classify": {
        "epochs": 2,
        "batch_size": 40,
        "learning_rate": 0.01,
        "weight_decay": 0.1,
        "clip_norm": 0.7,
        "hidden_size": 5,
        "num_layers": 2,
        "embedding_size": 6,
        "max_words": 30,
        "min_count": 3,
        "max_length": 9,
        "dropout": 0.3,
        "word_dropout": 0.2,
        "members": 2,
        "patience": 1,
    },
    "forecast": {
        "epochs": 2,
        "batch_size": 20,
        "learning_rate": 0.01,
        "weight_decay": 0.1,
        "clip_norm": 0.7,
        "hidden_size": 5,
        "num_layers": 2,
    },
    "signal": {
        "epochs": 2,
        "batch_size": 20,
        "learning_rate": 0.01,
        "weight_decay": 0.1,
        "clip_norm": 0.7,
        "hidden_size": 5,
        "num_layers": 2,
        "dropout": 0.4,
        "members": 2,
        "patience": 1,
        "features": 300,
        "every": 2,
    },
    "tag": {
        "epochs": 2,
        "batch_size": 20,
        "learning_rate": 0.01,
        "weight_decay": 0.1,
        "clip_norm": 0.7,
        "hidden_size": 5,
        "num_layers": 2,
        "embedding_size": 6,
        "max_words": 30,
        "dropout": 0.3,
        "word_dropout": 0.2,
    },
}


OF_NO_PRESET = {
    *("device", "threads", "encoding", "header", "label_split", "as_printed"),
    *("class_weight", "threshold", "allow_overlap", "baselines", "crf"),
    *("validation", "unsure_below", "pretrained", "window", "holdout"),
    *("rate", "frame_ms", "hop_ms", "bins", "mark_missing", "augment"),
    *("file", "series", "split"),
    *("past_covariates", "static_covariates", "back_test", "calendar", "refit"),
}
"""On the long help page for other reasons; tried elsewhere."""


def test_all_settings_are_tried():
    advanced = {f.field.name: f.owners for f in fields_for("train") if f.field.metadata["advanced"]}
    for task, tried in SETTINGS.items():
        known = {name for name, owners in advanced.items() if not owners or task in owners}
        assert tried.keys() == known - OF_NO_PRESET


@pytest.fixture(params=SETTINGS)
def trained(request, tmp_path):
    sample, settings = SAMPLES[request.param], SETTINGS[request.param]
    loops = []
    from elman.workflow import run

    fit = run._fit

    def listening(module, problem, config, **how):
        loops.append(config)
        return fit(module, problem, config, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_fit", listening)
        more = {} if request.param == "forecast" else {"baselines": False}
        model = elman.train(
            sample.write(tmp_path), tmp_path / "m", **(sample.options | settings | more)
        )
    return model, settings, loops


def test_settings_reach_network_and_loop_and_are_recorded(trained):
    model, settings, loops = trained
    network = model.info.network
    assert (network["hidden_size"], network["num_layers"]) == (5, 2)
    of_recurrence = loops[-1:] if model.task == "tag" else loops  # before it the linear part's
    for loop in of_recurrence:
        for name in ("epochs", "batch_size", "learning_rate", "weight_decay", "clip_norm"):
            assert getattr(loop, name) == settings[name], name
    assert loops
    assert settings.items() <= model.info.training["options"].items()
    if "every" in settings:
        assert network["members"] == 2
        assert model.info.input["sensor"]["every"] == 2
        assert network["thresholds"] == 2
        assert all(loop.patience == 1 for loop in loops)
    if "embedding_size" in settings:
        assert network["input_size"] == 6
    if "embedding_size" in settings and "members" in settings:
        assert network["members"] == 2
        assert network["vocabulary"] == 30
        assert all(loop.patience == 1 for loop in loops)
        report = json.loads((model.directory / "metrics.json").read_text())
        assert len(report["training"]["history"][0]) <= 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"epochs": 0}, "--epochs 0: expected a whole number from 1 on"),
        ({"hidden_size": 10**9}, "--hidden-size 1000000000: expected a whole number"),
        ({"max_words": 2}, "--max-words 2: expected a whole number from 3 on"),
        ({"learning_rate": 0.0}, "--learning-rate 0.0: expected a number above 0"),
        ({"learning_rate": float("nan")}, "--learning-rate nan"),
        ({"weight_decay": 1.0}, "--weight-decay 1.0: expected 0 or more, below 1"),
        ({"dropout": 1.0}, "--dropout 1.0: expected a share"),
        ({"device": "cuda"}, "--device cuda: training runs on the CPU"),
    ],
)
def test_impossible_settings_are_named(given, message):
    with pytest.raises(OptionError) as caught:
        resolve("classify", given, "train")
    assert message in str(caught.value)
