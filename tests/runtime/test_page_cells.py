"""The numbers that the cells of the pages are tested against are those of the numpy cell.

`python -m tests.runtime.test_page_cells` writes them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from elman.cells import GATES
from elman.runtime.recurrence.cell_numpy import Cell
from tests.tolerances import assert_close

TABLE = Path(__file__).parents[2] / "web/tests/unit/nets/cells.json"

KINDS = ("rnn", "gru", "lstm")

T, B, INPUTS, H = 5, 3, 2, 3


def _row(kind: str, rng: np.random.Generator) -> dict[str, Any]:
    """Weights, inputs `(T, B, 2)` and the h `(T, B, 3)` after every step, from a state of 0."""

    def drawn(*shape: int) -> Any:
        return rng.normal(0, 0.8, shape).round(2)

    rows = GATES[kind] * H
    weights = {
        "weight_ih": drawn(rows, INPUTS),
        "weight_hh": drawn(rows, H),
        "bias_ih": drawn(rows),
        "bias_hh": drawn(rows),
    }
    x = drawn(T, B, INPUTS)
    row = {"kind": kind, "x": x, **weights}
    return {name: value if name == "kind" else value.tolist() for name, value in row.items()}


def _outputs(row: dict[str, Any]) -> Any:
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    arrays = {name: np.asarray(row[name], np.float32) for name in names}
    cell = Cell(row["kind"], **arrays)
    x = np.asarray(row["x"], np.float32).swapaxes(1, 2)[:, None]  # (T, 1, I, B): B lanes
    projected = cell.project(x)
    h = np.zeros((1, H, B), np.float32)
    c = h.copy()
    scratch = cell.recurrent.scratch(1, B)
    found = np.empty((T, 1, H, B), np.float32)
    for t in range(T):
        cell.step(projected[t], h, c, out=found[t], scratch=scratch)
        h = found[t]
    return found[:, 0].swapaxes(1, 2)  # (T, B, H)


@pytest.mark.parametrize(("place", "kind"), list(enumerate(KINDS)))
def test_the_table_of_the_pages_is_what_the_numpy_cell_says(place: int, kind: str) -> None:
    row = json.loads(TABLE.read_text())[place]
    assert row["kind"] == kind
    assert_close("h", np.asarray(row["h"]), _outputs(row), "numpy and torch")


if __name__ == "__main__":
    rng = np.random.default_rng(7)
    table = [_row(kind, rng) for kind in KINDS]
    for row in table:
        row["h"] = np.round(_outputs(row).astype(float), 7).tolist()
    TABLE.write_text(json.dumps(table) + "\n")
