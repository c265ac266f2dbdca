"""Small data that can be learnt: texts, signals, sentences, series."""

from __future__ import annotations

import numpy as np

KINDS = ("bad", "fair", "good")
TOLD = (("dull", "poor", "tedious"), ("plain", "decent", "usual"), ("fine", "lovely", "moving"))
FILL = ["the", "a", "film", "plot", "with", "of", "it", "was", "very", "actor", "scene"]

SMALL = {"epochs": 1, "hidden_size": 5, "cell": "rnn"}
"""Parameters with which a fit takes a fraction of a second."""


def texts(rows=120, seed=0):
    """Texts and their class numbers, in no order."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 3, rows)
    found = []
    for kind in y:
        words = [*random.choice(FILL, random.integers(2, 9)), *random.choice(TOLD[kind], 2)]
        found.append(" ".join(random.permutation(words)))
    return found, y


def names(y):
    return np.array(KINDS)[y]


def signals(rows=70, steps=13, channels=1, seed=0):
    """`(N, T, C)` walks, and whether the first channel ends above 0."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, steps, channels)).cumsum(axis=1)
    return X, np.where(X[:, -1, 0] > 0, 7, -2)


def sentences(rows=90, seed=0):
    """Sentences whose words tell their tags, and those."""
    random = np.random.default_rng(seed)
    tags = {"the": "DET", "a": "DET", "dog": "NOUN", "cat": "NOUN", "runs": "VERB", "sees": "VERB"}
    X = [random.choice(list(tags), random.integers(2, 8)).tolist() for _ in range(rows)]
    return X, [[tags[word] for word in words] for words in X]


def series(times=84, columns=2, seed=0):
    """`(N, K)` waves of a season of 7, each at a level of its own, with a little noise."""
    random, t = np.random.default_rng(seed), np.arange(times)[:, None]
    level = 30.0 + 50 * np.arange(columns)
    wave = (3 + np.arange(columns)) * np.sin(2 * np.pi * t / 7 + np.arange(columns))
    return level + wave + 0.1 * random.normal(size=(times, columns))
