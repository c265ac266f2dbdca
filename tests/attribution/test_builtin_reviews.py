"""On reviews that a negation decides, the negation is found.

Of the generator's fourteen forms that deny a feeling, twelve have a "not" or "never" that decides.
In the other two something else gives it away: "They said that the plot was dull" is contradicted
whatever follows, and no subject but "nobody" could call a thing something without being "I".
"""

from __future__ import annotations

import re

import numpy as np
import pytest

import elman
from elman.attribution.agreement import top
from elman.data.builtin.grammar import DENIALS, NEGATIONS
from elman.data.builtin.reviews import reviews

FORMS = [denied for _, denied in NEGATIONS] + list(DENIALS)
DECIDED_ELSEWHERE = ("They said that", "Nobody could")


def pattern(form):
    """A form with anything in its slots, anywhere in a text."""
    parts = re.split(r"\{\w+\}", form)
    return re.compile(r".*\b" + r"[^.,]+".join(map(re.escape, parts)) + ".*", re.IGNORECASE)


PATTERNS = [pattern(form) for form in FORMS if not form.startswith(DECIDED_ELSEWHERE)]


def denied(rows, seed):
    return [row for row in reviews(rows, seed) if any(p.fullmatch(row[0]) for p in PATTERNS)]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    out = tmp_path_factory.mktemp("reviews") / "model"
    return elman.train(reviews(8000, 0), out, task="classify", baselines=False)


def test_every_form_is_looked_at():
    assert len(PATTERNS) == 12
    texts = [text for text, _ in denied(1500, 9)]
    assert all(any(p.fullmatch(text) for text in texts) for p in PATTERNS)


def test_the_negation_that_decides_is_among_the_top_two(model):
    found = {"shapley": [], "removed": []}
    for text, label in denied(700, 9):
        explained = elman.explain(model, text)
        if explained.answer != label:
            continue
        for method, hits in found.items():
            best = top(explained.shares[method].values)
            hits.append(any(explained.words[n] in ("not", "never") for n in best))
        assert explained.shares["gradients"].completeness_error <= 0.01
        assert explained.shares["shapley"].completeness_error <= 1e-9
    assert len(found["shapley"]) >= 80
    assert np.mean(found["shapley"]) >= 0.95
    assert np.mean(found["removed"]) >= 0.95


def test_the_mind_is_made_up_before_a_negation_that_says_nothing_new(model):
    form = pattern(next(form for form in FORMS if form.startswith("They said that")))
    texts = [text for text, _ in reviews(2500, 9) if form.fullmatch(text)]
    assert len(texts) >= 10
    before = []
    for text in texts:
        explained = elman.explain(model, text)
        before.append(explained.trajectory.made_up < explained.words.index("not"))
    assert np.mean(before) >= 0.9
