"""Small files that train in a second or two."""

from __future__ import annotations

import csv
import random
import re

GOOD = ["lovely", "superb", "charming", "moving", "witty", "fresh"]
BAD = ["dull", "awful", "clumsy", "bland", "stale", "tired"]
REST = re.findall(
    r"\w+", "the a film plot cast was is it we saw this and very with of to in on at by"
)


def reviews(rows, seed=0):
    """Ragged rows of 3 to 25 words, one of which gives the label away."""
    pick = random.Random(seed)
    for _ in range(rows):
        label = pick.choice(["neg", "pos"])
        words = pick.choices(REST, k=pick.randint(2, 24))
        words.insert(pick.randrange(len(words)), pick.choice(GOOD if label == "pos" else BAD))
        yield " ".join(words), label


def write_csv(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(rows)
    return path
