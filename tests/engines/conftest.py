"""Small models of every task, rows for them, and what the plain command says of these rows.

Ray and Spark want a pandas below 3 and half a gigabyte: they have an environment of their own, and
`make engines` runs what is here in it. Elsewhere each file is left out, and pytest says so.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import elman
from elman.data.tables.formats import open_table
from elman.training.listener import Listener
from elman.workflow.predict import predict_file
from elman.workflow.train import train_report
from tests.hostile.models import KINDS as MADE
from tests.tasks.contract.samples import SAMPLES

ROOT = str(Path(elman.__file__).parent.parent)


class Case(NamedTuple):
    """A model, rows as records, and their answers as records, sorted."""

    model: str
    rows: list[dict[str, Any]]
    by: str | None
    answers: list[str]


def as_lines(records):
    """Records as text that can be sorted; of rejects and rows that are kept nothing."""
    drop = ("line", "reason", "id", "series", "text", "source")
    each = ({k: v for k, v in r.items() if k not in drop} for r in records)
    return sorted(json.dumps(r, sort_keys=True) for r in each)


@pytest.fixture(scope="session", params=SAMPLES)
def case(request, tmp_path_factory):
    name = request.param
    place = tmp_path_factory.mktemp(name)
    sample = SAMPLES[name]
    if sample.one_item:
        MADE["series"](place / "m")
        path, by = place / "fresh.csv", "unique_id"
        days = [(n, f"2024-03-{n:02}") for n in range(1, 11)]
        lines = [f"{name},{d},{n * len(name)}" for name in ("x", "yy", "zzz") for n, d in days]
        path.write_text("\n".join(["unique_id,ds,sales", *lines, ""]))
    else:
        options = sample.options | {"epochs": 2}
        train_report(sample.write(place), place / "m", name, options, Listener())
        path = sample.fresh(place, 1)
        by = "series" if "series" in open_table(path).columns else None
    rows = [dict(row.fields) for row in open_table(path).rows()]
    predict_file(elman.load(place / "m"), path, {}, output=place / "plain.jsonl")
    answers = [json.loads(line) for line in (place / "plain.jsonl").read_text().splitlines()]
    rows = rows if by else [{"id": n, **row} for n, row in enumerate(rows)]
    return Case(str(place / "m"), rows, by, as_lines(answers))


@pytest.fixture(scope="session", autouse=True)
def _reachable():
    """Have the processes of the engines import this tree, and one thread each."""
    os.environ["PYTHONPATH"] = ROOT
    os.environ["OMP_NUM_THREADS"] = "1"
