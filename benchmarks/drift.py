"""How often `elman drift` is wrong, and what it sees: texts and series, over many seeds.

    python benchmarks/drift.py [SEEDS]      400 by default; some minutes

Samples of the same rows on both sides give the false alarms; planted changes give the power.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import numpy as np

import elman
from elman import tasks
from elman.data.builtin.reviews import reviews
from elman.judging.drift.compare import compare

POOL = 20_000


def columns(model, items):
    """What drift compares, of every item, as arrays by name."""
    encoded = [model.codec.encode(item) for item in items]
    steps, contexts = [e.steps for e in encoded], [e.context for e in encoded]
    task = tasks.named(model.task)
    found = task.measured(model, steps, contexts, model.numbers(steps, contexts))
    return {name: np.array(list(values), object) for name, values in found.items()}


def found(model, old, new, key="drift"):
    """The names of what drifted from one sample to another."""
    samples = [
        {name: values[rows].tolist() for name, values in c.items()} for c, rows in (old, new)
    ]
    return {
        told["name"] for told in compare(tasks.named(model.task).measures, *samples) if told[key]
    }


def texts(model, seeds):
    pool = [text for text, _ in reviews(POOL, seed=77)]
    plain = columns(model, pool)
    for n, k in ((300, 200), (300, 30), (1000, 1000)):
        wrong = 0
        for seed in range(seeds):
            rows = np.random.default_rng(seed).permutation(POOL)
            wrong += bool(found(model, (plain, rows[:n]), (plain, rows[n : n + k])))
        print(f"texts, {n} held out, {k} new: false alarms {wrong / seeds:.2%}", flush=True)
    draw = random.Random(5)
    spoilt = [
        " ".join(w if draw.random() >= 0.01 else "qqq" for w in t.split()) for t in pool[:6000]
    ]
    odd = columns(model, spoilt)
    for k in (50, 200):
        seen = 0
        for seed in range(seeds):
            pick = np.random.default_rng(seed)
            old = 6000 + pick.permutation(POOL - 6000)[:300]
            seen += "unknown" in found(model, (plain, old), (odd, pick.permutation(6000)[:k]))
        print(f"texts, unknown words +1 point, {k} new: seen {seen / seeds:.0%}", flush=True)
    labels = plain["label"]
    sides = [np.flatnonzero(labels == name) for name in model.codec.decision.classes]
    for share, k in ((0.6, 600), (0.65, 200), (0.65, 600), (0.7, 200)):
        seen = 0
        for seed in range(seeds):
            pick = np.random.default_rng(seed)
            more = pick.binomial(k, share)
            new = np.concatenate([pick.choice(sides[1], more), pick.choice(sides[0], k - more)])
            seen += "label" in found(model, (plain, pick.permutation(POOL)[:300]), (plain, new))
        print(f"texts, answers 50 to {share:.0%}, {k} new: seen {seen / seeds:.0%}", flush=True)


def wave(seed, steps, phi, noise=1.0):
    """A season of seven days around 50, with noise that hangs together."""
    draw = noise * np.random.default_rng(seed).normal(size=steps + 200)
    for t in range(1, len(draw)):
        draw[t] += phi * draw[t - 1]
    return 50 + 9 * np.sin(2 * np.pi * np.arange(steps) / 7) + draw[200:]


def series(model, seeds):
    def seen(values):
        W = model.codec.window
        made = columns(model, [values[n - W : n] for n in range(W, len(values) + 1)])
        return made, slice(None)

    for phi in (0.0, 0.5, 0.8):
        wrong = worse = 0
        for seed in range(seeds):
            old = seen(wave(2 * seed, 168, phi))
            wrong += bool(found(model, old, seen(wave(2 * seed + 1, 148, phi))))
            worse += bool(found(model, old, seen(wave(2 * seed + 1, 148, phi, 2.0)), "worse"))
        print(
            f"series, AR({phi}), 148 new: false alarms {wrong / seeds:.2%}, "
            f"doubled noise called worse {worse / seeds:.0%}",
            flush=True,
        )


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with tempfile.TemporaryDirectory() as place:
        texts(elman.train(reviews(3000, 0), Path(place, "t"), baselines=False), seeds)
        series(elman.train(list(wave(999, 400, 0.5)), Path(place, "s"), season=7), seeds)


if __name__ == "__main__":
    main()
