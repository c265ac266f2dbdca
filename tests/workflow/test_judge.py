"""Judging: the model as it decides, the others plainly, all on the same rows."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from elman.data.text.features import Features
from elman.judging.classes.yardstick import ClassYardstick
from elman.tasks.classify.codec import reads
from elman.tasks.interface import Labelled, Opponent, Trained
from elman.workflow.judge import judge, set_beside
from tests.attribution.models import saved


@pytest.fixture
def rows(tmp_path):
    """A model with random weights, and forty texts with random classes."""
    model = saved(tmp_path / "m")
    random = np.random.default_rng(2)
    words = ["the", "film", "was", "not", "good", "and", "the", "plot", "was", "bad"]
    texts = [" ".join(random.choice(words, random.integers(1, 9))) for _ in range(40)]
    features: Features = model.codec.features
    truth = random.integers(0, 2, 40)
    plain = dataclasses.replace(model.codec.decision, temperature=1.0)
    steps = [features.encode(text.split()) for text in texts]
    test = Labelled(
        "forty rows", steps, reads(features, steps), ClassYardstick(plain, truth), truth
    )
    return model, texts, test


def test_a_model_is_judged_as_it_decides(rows):
    model, texts, test = rows
    probability = model.numbers(test.steps, test.contexts)[:, 1]
    strict = dataclasses.replace(model.codec.decision, thresholds=(float(np.median(probability)),))
    model = model.with_codec(dataclasses.replace(model.codec, decision=strict))
    trained = Trained(model.network.spec, {}, None, strict)
    judged = judge(model, trained, test)
    said = [answer.label for answer in model.predict(texts)]
    right = [label == ("neg", "pos")[k] for label, k in zip(said, test.wanted, strict=True)]
    assert judged.points.tolist() == [float(r) for r in right]
    assert judged.figures["accuracy"] == pytest.approx(np.mean(right))
    plain = [("neg", "pos")[int(p > 0.5)] for p in probability]
    assert plain != said  # else the threshold would have changed nothing


def test_opponents_are_judged_plainly_and_beside_the_model(rows):
    _, _, test = rows
    points = np.zeros(40)
    points[:30] = 1
    numbers = np.eye(2)[test.wanted] * 0.8 + 0.1
    numbers[:12] = numbers[:12, ::-1]
    asked = []
    opponents = [
        Opponent("b", "somebody", lambda: asked.append("b") or numbers),
        Opponent("floor", "nobody", lambda: asked.append("floor") or numbers, "floor"),
    ]
    found, said = set_beside(points, test, opponents)
    assert asked == ["b", "floor"]
    assert found["b"]["accuracy"] == pytest.approx(28 / 40)
    assert found["b"]["called"] == "somebody"
    assert found["b"]["paired"]["difference"] == pytest.approx(2 / 40)
    assert "somebody" in said
