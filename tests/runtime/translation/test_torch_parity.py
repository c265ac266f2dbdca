"""What numpy computes of a translation is what the torch module that was trained computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from elman.data.parallel.pieces import BEGIN
from tests.runtime.translation.nets import SPECS, module_of, network_of, padded, sentences_of
from tests.tolerances import assert_close

LENGTHS = (4, 9, 1, 6, 13)
TARGETS = (7, 1, 5, 0, 3)

pytestmark = pytest.mark.usefixtures("backend")


@pytest.fixture(params=SPECS)
def spec(request):
    return SPECS[request.param]


def test_the_encoder_reads_a_ragged_batch_as_torch_does(spec):
    sentences = sentences_of(spec, LENGTHS)
    with torch.no_grad():
        sources = module_of(spec).read(*padded(sentences))
    for row, found in enumerate(network_of(spec).read(sentences)):
        n = LENGTHS[row]
        assert_close("keys", found.keys, sources.keys[row, :n].numpy(), "numpy and torch")
        assert_close("values", found.values, sources.values[row, :n].numpy(), "numpy and torch")
        assert_close("begin", found.begin, sources.begin[row].numpy(), "numpy and torch")


def test_scores_and_attention_of_given_translations_are_torchs(spec):
    sources, targets = sentences_of(spec, LENGTHS), sentences_of(spec, TARGETS, seed=2)
    module, network = module_of(spec), network_of(spec)
    x, lengths = padded(sources)
    y, steps = padded([np.array([BEGIN, *target]) for target in targets])
    with torch.no_grad():
        scores = module(x, lengths, y, steps).split(steps.tolist())
        _, attention = module.decode(module.read(x, lengths), y, steps)
    for row, (source, target) in enumerate(zip(sources, targets, strict=True)):
        found, attended = network.forced(source, target)
        assert_close("scores", found, scores[row].numpy(), "numpy and torch")
        wanted = attention[row, : len(target) + 1, : len(source)].numpy()
        assert_close("attention", attended, wanted, "numpy and torch")
        assert len(source) == 1 or np.ptp(wanted) > 0.01


def test_the_log_probability_is_that_of_torchs_scores(spec):
    (source,), (target,) = sentences_of(spec, [6]), sentences_of(spec, [4], seed=3)
    y, steps = padded([np.array([BEGIN, *target])])
    with torch.no_grad():
        logs = module_of(spec)(*padded([source]), y, steps).log_softmax(-1)
    wanted = sum(float(logs[t, piece]) for t, piece in enumerate([*target.tolist(), 3]))
    assert network_of(spec).log_probability(source, target) == pytest.approx(wanted, abs=1e-5)
