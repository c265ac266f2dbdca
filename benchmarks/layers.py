"""Print a report of `elman bench --grid full --out FILE` as markdown.

python benchmarks/layers.py FILE: first what the layers must reach, each line by its worst cell,
then every cell.
"""

import json
import operator
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from elman.bench.report import case_of, losses, machine_lines

Cell = dict


@dataclass(frozen=True)
class Promise:
    """A figure that the worst of the cells it is about must reach."""

    text: str
    least: float
    about: Callable[[Cell], bool]
    figure: Callable[[Cell], float] = lambda cell: cell["torch"]["ratio"]
    threads: int | None = 2
    unit: str = "×"

    def worst(self, cells: list[Cell]) -> Cell | None:
        chosen = [c for c in cells if self.threads in (None, c["threads"]) and self.about(c)]
        return min(chosen, key=self.figure, default=None)


SMALL = (32, 200, 32, 64)
shape = operator.itemgetter("B", "T", "I", "H")


def padded(cell: str, mode: str, **sizes: int) -> Callable[[Cell], bool]:
    wanted = {"cell": cell, "mode": mode, "ragged": False, "directions": 1} | sizes
    return lambda c: all(c[name] == value for name, value in wanted.items())


def small(cell: str, mode: str) -> Callable[[Cell], bool]:
    return padded(cell, mode, **dict(zip("BTIH", SMALL, strict=True)))


def lengths(cells: tuple[str, ...]) -> Callable[[Cell], bool]:
    return lambda c: (
        c["cell"] in cells and c["ragged"] and c["mode"] == "training" and c["H"] <= 128
    )


def one_row(c: Cell) -> bool:
    return c["B"] == 1 and c["mode"] == "forward" and not c["ragged"]


PROMISES = (
    Promise("RNN tanh (32,200,32,64), training", 10, small("rnn", "training")),
    Promise("RNN tanh (32,200,32,64), forward", 10, small("rnn", "forward")),
    Promise("RNN, H = 128, training", 4, padded("rnn", "training", H=128)),
    Promise("RNN, H = 256, training", 3, padded("rnn", "training", H=256)),
    Promise("GRU (32,200,32,64), training", 12, small("gru", "training")),
    Promise("GRU, H = 128, training", 4, padded("gru", "training", H=128)),
    Promise("GRU, H = 256, training", 3, padded("gru", "training", H=256)),
    Promise("LSTM padded, training, whole grid", 2, padded("lstm", "training")),
    Promise("LSTM padded, forward, whole grid", 1, padded("lstm", "forward")),
    Promise("RNN and GRU with lengths, training, H ≤ 128", 8, lengths(("rnn", "gru"))),
    Promise("LSTM with lengths, training, H ≤ 128", 15, lengths(("lstm",))),
    Promise("one sequence, forward, against torch", 15, one_row),
    Promise(
        "one sequence, forward, against ONNX Runtime",
        4,
        lambda c: one_row(c) and "onnxruntime" in c,
        lambda c: c["onnxruntime"]["ratio"],
    ),
    Promise(
        "share of the multiply-add peak, H ≥ 128, training",
        75,
        lambda c: c["H"] >= 128 and c["mode"] == "training" and c["share_of_peak"] is not None,
        lambda c: 100 * c["share_of_peak"],
        unit=" %",
    ),
    Promise("nowhere in the grid slower than torch", 1, lambda c: True, threads=None),
)


def promises(report: dict) -> Iterator[str]:
    yield "| must reach | at least | worst cell | found | |"
    yield "|---|---|---|---|---|"
    for promise in PROMISES:
        cell, least = promise.worst(report["cells"]), f"{promise.least:g}{promise.unit}"
        if cell is None:
            yield f"| {promise.text} | {least} | – | not measured | |"
            continue
        figure = promise.figure(cell)
        reached = "reached" if figure >= promise.least else "**not reached**"
        found = f"{figure:.3g}{promise.unit}"
        yield f"| {promise.text} | {least} | {case_of(cell)} | {found} | {reached} |"


def cells(report: dict) -> Iterator[str]:
    yield (
        "| layer B×T×I×H | elman ms (quartiles) | floor ms | share of peak | torch ms "
        "| torch / elman (95 %) | over the padding / elman | ONNX Runtime / elman |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for cell in report["cells"]:
        low, high = cell["elman"]["quartiles"]
        floor, share = cell["floor_ms"], cell["share_of_peak"]
        yield (
            " | ".join(
                [
                    f"| {case_of(cell)}",
                    f"{cell['elman']['ms']:.3g} ({low:.3g} – {high:.3g})",
                    "–" if floor is None else f"{floor:.3g}",
                    "–" if share is None else f"{share:.0%}",
                    f"{cell['torch']['ms']:.3g}",
                    *(ratio(cell, name) for name in ("torch", "torch_padded", "onnxruntime")),
                ]
            )
            + " |"
        )


def ratio(cell: Cell, opponent: str) -> str:
    if opponent not in cell:
        return "–"
    low, high = cell[opponent]["ratio_ci95"]
    text = f"{cell[opponent]['ratio']:.3g} ({low:.3g} – {high:.3g})"
    return f"**{text}**" if cell[opponent]["ratio"] < 1 else text


def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    print("; ".join(machine_lines(report)) + ".\n")
    print("\n".join(promises(report)) + "\n")
    print(f"Cells slower than torch: {len(losses(report, 'torch'))}; they are in bold.\n")
    print("\n".join(cells(report)))


if __name__ == "__main__":
    main(sys.argv[1])
