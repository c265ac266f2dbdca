"""A stream of words, known, unknown and none, is the text so far, step by step."""

from __future__ import annotations

import numpy as np
import pytest

from tests.attribution.models import saved

WORDS = ["the", "film", "zyx", "was", "--", "not", "qqq", "good", "and", "...", "bad", "zyx"]


@pytest.mark.parametrize(
    ("affixes", "pairs"), [(0, False), (7, False), (0, True), (7, True)], ids=str
)
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_every_step_is_the_text_so_far(tmp_path, cell, affixes, pairs):
    model = saved(tmp_path / "m", cell=cell, affixes=affixes, pairs=pairs, pools=("mean", "last"))
    stream, seen = model.stream(), []
    for n, word in enumerate(WORDS, start=1):
        said = stream.feed(model.codec.parse(word)).probabilities
        (whole,) = model.predict([" ".join(WORDS[:n])])
        assert said == pytest.approx(whole.probabilities, abs=1e-6)
        seen.append(said["pos"])
    moved = np.abs(np.diff(seen))
    quiet = [n for n, word in enumerate(WORDS) if word in ("--", "...")]
    assert all(moved[n - 1] == 0 for n in quiet)  # no word, no step
    unknown = [n for n, word in enumerate(WORDS) if word in ("zyx", "qqq")]
    assert all(moved[n - 1] > 1e-6 for n in unknown)  # an unknown word is a step as well
