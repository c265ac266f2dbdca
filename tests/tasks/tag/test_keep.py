"""What is kept, and that what is added up is what was weighed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import elman
from elman.runtime.chain import marginals
from elman.runtime.ensemble import network_of
from elman.runtime.model import outputs_of
from elman.tasks.tag.learner import TagLearner
from elman.tasks.tag.network import fit as fitting
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.rows.encode import encode
from elman.tasks.tag.rows.read import read
from elman.training.listener import Listener
from elman.workflow.run import unsaved_stage
from tests.tasks.tag.sample import sentences, write


def shuffled(count, seed):
    """Sentences whose tags hang on their word alone: the order of words says nothing."""
    random = np.random.default_rng(seed)
    pool = {
        word: tag for words, tags in sentences(80) for word, tag in zip(words, tags, strict=True)
    }
    known = list(pool)
    made = []
    for _ in range(count):
        words = [known[k] for k in random.integers(0, len(known), random.integers(2, 8))]
        made.append((words, [pool[word] for word in words]))
    return made


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "chain"])
def trained(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("keep")
    options = TagOptions(keep="recurrent", hidden_size=9, epochs=2, crf=request.param)
    learner = TagLearner()
    rows = read(write(folder), options, Listener())
    recipe = learner.recipe(rows, options)
    prepared = encode(rows, recipe)
    with pytest.MonkeyPatch.context() as patch, unsaved_stage("test", options, Listener()) as stage:
        patch.setattr(fitting, "_SHARES", (0.3,))  # not whatever this little net would choose
        made = learner.fit(prepared, recipe, options, stage, seed=3)
        linear = fitting._linear(prepared, recipe, stage, 3)
        recurrent = fitting._recurrent(prepared, recipe, stage, 3)
    return prepared, made, linear, recurrent


def test_the_sum_is_that_of_the_scores_of_both(trained):
    """What is saved says what was weighed: a · linear + (1 - a) · recurrence, chains as well."""
    prepared, made, linear, recurrent = trained
    validation = prepared.steps(prepared.rows.validation)
    lengths = np.diff(prepared.offsets)[prepared.rows.validation]
    found = outputs_of(network_of(made.spec, made.tensors), validation)
    shares = [
        np.median(made.tensors[name] / part[name])
        for name, part in (("linear.bias", linear.tensors), ("fc.bias", recurrent.tensors))
    ]
    assert shares == pytest.approx([0.3, 0.7], abs=1e-4)
    logits = (shares[0] * linear.held + shares[1] * recurrent.held).astype(np.float32)
    if made.spec.chain:
        chains = [
            part.tensors[f"chain.{what}"]
            for part in (linear, recurrent)
            for what in ("weight", "begin")
        ]
        weight, begin = (shares[0] * chains[n] + shares[1] * chains[2 + n] for n in (0, 1))
        logits = marginals(logits, lengths, weight, begin)
    assert found == pytest.approx(logits, abs=2e-4)


def test_a_recurrence_that_adds_nothing_is_not_kept(tmp_path):
    """It never sees more than the linear part where order says nothing; several seeds."""
    source = write(tmp_path, rows=shuffled(400, 1))
    how = {"hidden_size": 3, "epochs": 1, "baselines": False}
    kept = []
    for seed in range(3):
        model = elman.train(source, tmp_path / f"m{seed}", seed=seed, **how)
        kept.append(model.network.spec.recurrent)
    assert kept == [False] * 3
    assert dataclasses.asdict(model.codec.decision)["scheme"] == ""
