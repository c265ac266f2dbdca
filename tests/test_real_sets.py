"""What the presets promise on real sets. Slow: minutes a case; ELMAN_DATA names the folder."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
from pathlib import Path

import pytest

import elman

DATA = Path(os.environ.get("ELMAN_DATA", "nowhere"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="ELMAN_DATA names no folder"),
]


@pytest.fixture(scope="module")
def imdb(tmp_path_factory):
    """Cut as benchmarks/hold_aside.py cuts."""
    folder = tmp_path_factory.mktemp("imdb")
    csv.field_size_limit(2**26)
    with gzip.open(DATA / "imdb_small/train.csv.gz", "rt", encoding="utf-8", newline="") as file:
        header, *records = csv.reader(file)
    aside = set(random.Random(0).sample(range(len(records)), 2500))
    for name, wanted in (("train", False), ("test", True)):
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(r for n, r in enumerate(records) if (n in aside) is wanted)
    return folder / "train.csv", {"test": str(folder / "test.csv")}


@pytest.fixture(scope="module")
def sst2():
    test = {"test": str(DATA / "sst2/test.csv"), "allow_overlap": True}
    return DATA / "sst2/train.csv", test


@pytest.fixture(scope="module")
def ag():
    test = {
        "test": str(DATA / "ag_news/test.csv.gz"),
        "text": "title,description",
        "allow_overlap": True,
    }
    return DATA / "ag_news/train.csv.gz", test


@pytest.mark.parametrize(
    ("name", "preset", "least"),
    [
        ("imdb", "chapter", 0.75),
        ("imdb", "fast", 0.86),
        ("imdb", "strong", 0.89),
        ("sst2", "strong", 0.815),
        ("ag", "strong", 0.905),
    ],
)
def test_preset_reaches_its_promise(request, tmp_path, name, preset, least):
    data, options = request.getfixturevalue(name)
    model = elman.train(
        data, tmp_path / "model", task="classify", preset=preset, baselines=False, **options
    )
    report = json.loads((model.directory / "metrics.json").read_text())
    assert report["metrics"]["accuracy"] >= least
