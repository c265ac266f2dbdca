"""A wave with a season of seven days that grows."""

from __future__ import annotations

import numpy as np

from tests.data.series.files import read_series
from tests.tasks.contract.sample import Sample

DAYS = 90


def values(seed=0, days=DAYS, noise=1):
    random = np.random.default_rng(seed)
    t = np.arange(days)
    return 50 + 0.3 * t + 9 * np.sin(2 * np.pi * t / 7) + noise * random.normal(size=days)


def write(folder, name="sales.csv", series=None):
    series = values() if series is None else series
    days = np.datetime64("2024-01-01") + np.arange(len(series))
    rows = [f"{day},{value:.3f}" for day, value in zip(days, series, strict=True)]
    path = folder / name
    path.write_text("\n".join(["day,sales", *rows]) + "\n", encoding="utf-8")
    return path


def wrong(folder):
    path = write(folder)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[40] = lines[40].split(",")[0] + ",many"
    other = folder / "wrong.csv"
    other.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return other, 41


def judged(path, model):
    series = read_series(path)
    window, horizon = model.codec.window, model.codec.input.horizon
    begin = max(window, series.season)
    return [series.values[o - window : o] for o in range(begin, DAYS - horizon + 1)]


SAMPLE = Sample(
    write=write,
    options={"threads": 1, "horizon": 3, "keep": "recurrent"},
    items=[values(3), [1.0], values(4)[:11], [5, 7, 6], *(values(5)[: 20 + n] for n in range(9))],
    judged=judged,
    numbers=lambda answers: np.array([a.values for a in answers]),
    words=[f"{value:.2f}" for value in values(6)[:33]],
    whole=lambda words: [float(word) for word in words],
    wrong=wrong,
    fresh=lambda folder, seed: write(folder, f"fresh-{seed}.csv", values(seed, 300)),
    changed=lambda folder: write(folder, "changed.csv", values(9, 300, noise=5)),
    one_item=True,
    claimed=([1.0, 2.0], np.arange(40.0)),
    tolerance=2e-3,
    hasty={"keep": "simple", "window": 2},
)
