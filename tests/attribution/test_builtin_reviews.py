"""On reviews that a negation decides, the negation is found.

Of the generator's fourteen forms that deny a feeling, twelve have a "not" or "never" that decides.
In the other two something else gives it away: "They said that the plot was dull" is contradicted
whatever follows, and no subject but "nobody" could call a thing something without being "I".

Whether it is found depends on the net, and the net on its seed and, by rounding, on the processor.
So the net asked first is a stored one, the same everywhere: `elman demo` of the first version, on
AMD Zen 5. What other nets do is the slow test's.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import elman
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


def of_every_form(each):
    """Return so many denials of every form."""
    rows = denied(1500, 9)
    return [row for p in PATTERNS for row in [row for row in rows if p.fullmatch(row[0])][:each]]


def answered_rightly(model, rows):
    said = model.predict([text for text, _ in rows])
    return [text for (text, label), p in zip(rows, said, strict=True) if p.label == label]


def names_the_negation(explained, method):
    """Whether it is one of the two words that speak most for the answer."""
    return bool({*explained.top(method)} & {"not", "never"})


@pytest.fixture(scope="module")
def model():
    return elman.load(Path(__file__).parents[1] / "saved" / "reviews")


def test_every_form_is_looked_at():
    assert len(PATTERNS) == 12
    texts = [text for text, _ in of_every_form(4)]
    assert len(texts) == 48
    assert all(any(p.fullmatch(text) for text in texts) for p in PATTERNS)


def test_the_negation_that_decides_is_among_the_top_two(model):
    texts = answered_rightly(model, of_every_form(4))
    assert len(texts) >= 46
    explained = [elman.explain(model, text) for text in texts]
    for method in ("shapley", "removed"):
        assert np.mean([names_the_negation(e, method) for e in explained]) >= 0.95
    for e in explained:
        assert e.shares["gradients"].completeness_error <= 0.01
        assert e.shares["shapley"].completeness_error <= 1e-9


def test_the_mind_is_made_up_before_a_negation_that_says_nothing_new(model):
    form = pattern(next(form for form in FORMS if form.startswith("They said that")))
    texts = [text for text, _ in reviews(2500, 9) if form.fullmatch(text)][:8]
    assert len(texts) == 8
    explained = [elman.explain(model, text) for text in texts]
    assert np.mean([e.trajectory.made_up < e.words.index("not") for e in explained]) >= 0.9


@pytest.mark.slow
def test_nets_that_learned_the_denials_find_the_negation(tmp_path):
    """Of ten seeds seven learn them here, and the worst of the seven finds 98 %."""
    found = []
    for seed in range(10):
        out = tmp_path / str(seed)
        model = elman.train(reviews(8000, 0), out, task="classify", seed=seed, baselines=False)
        rows = denied(700, 9)
        texts = answered_rightly(model, rows)
        if len(texts) >= 0.97 * len(rows):
            explained = [elman.explain(model, text) for text in texts]
            found.append(np.mean([names_the_negation(e, "shapley") for e in explained]))
    assert len(found) >= 4
    assert np.median(found) >= 0.95
    assert min(found) >= 0.75
