"""A language of a few words, and another that says them with other words in another order."""

from __future__ import annotations

import numpy as np

NOUNS = {"hund": "dog", "katze": "cat", "mann": "man", "frau": "woman", "ball": "ball"}
COLOURS = {"roter": "red", "blauer": "blue", "alter": "old"}
VERBS = {"sieht": "sees", "jagt": "chases", "trägt": "carries"}


def pairs(n, seed=0):
    """Short sentences; the verb of a question comes first, and its colour last."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        one, other = random.choice([*NOUNS], 2)
        colour, verb = random.choice([*COLOURS]), random.choice([*VERBS])
        said = f"the {COLOURS[colour]} {NOUNS[one]} {VERBS[verb]} a {NOUNS[other]}"
        if random.random() < 0.3:
            found.append((f"{verb} ein {one} {colour} {other}?", f"is it so that {said}?"))
        else:
            found.append((f"der {colour} {one} {verb} {other}.", f"{said}."))
    return found
