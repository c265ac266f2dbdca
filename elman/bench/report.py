"""What a person sees: one line a cell, the ratio first, and in words where we lose."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from elman.bench.grid import Case
from elman.figures import percent
from elman.width import columns

__all__ = ["case_of", "losses", "machine_lines", "screen"]

_BAR = 5
_HEADS = (
    *("  torch", "     95 %", " onnx", "layer", "rows   ", "       B×T×I×H"),
    *("mode     on", "    ms", " floor", "share of peak"),
)
_LEFT_OUT = (9, 8, 2, 1)
"""Columns that a narrow screen does without, the first that goes first."""

_LEGEND = (
    "torch, onnx: how many times as long they take; floor: ms of the multiply-adds at the peak"
)

_NAMES = {
    "torch": "torch",
    "torch_padded": "torch run over the padding",
    "onnxruntime": "ONNX Runtime",
}


def screen(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a report of `measure`: the machine, the cells, and where we lose."""
    yield from machine_lines(report)
    yield _LEGEND
    yield ""
    yield "  ".join(_HEADS[n] for n in _kept())
    for cell in report["cells"]:
        yield "  ".join(_row(cell)[n] for n in _kept())
    yield ""
    for refused in report["refused"]:
        yield f"not timed: {refused['reason']}"
    for opponent, name in _NAMES.items():
        met = sum(opponent in cell for cell in report["cells"])
        lost = losses(report, opponent)
        if lost:
            yield f"slower than {name} ({len(lost)} of {met}):"
            yield from (f"  {_loss(cell, opponent)}" for cell in lost)
        elif met:
            yield f"slower than {name}: none (of {met})"
    if report["onnxruntime_missing"]:
        yield f"without ONNX Runtime: {report['onnxruntime_missing']}"


def losses(report: Mapping[str, Any], opponent: str) -> list[Mapping[str, Any]]:
    """Return the cells where an opponent takes less time, worst first."""
    lost = [c for c in report["cells"] if opponent in c and c[opponent]["ratio"] < 1]
    return sorted(lost, key=lambda cell: float(cell[opponent]["ratio"]))


def machine_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """Say on what, what its peak is, and with which versions."""
    machine, peaks = report["machine"], report["peak_gflops"]
    caches = " ".join(f"{level} {size}" for level, size in machine["caches"].items())
    kernels = machine["instruction_set"] or "no C++ kernels"
    load = "" if machine["load"] is None else f" (load {machine['load']} at the start)"
    yield f"{machine['processor']}, {machine['cores']} cores{load}, {caches}, {kernels}"
    known = [f"{peak:g} GF/s with threads={n}" for n, peak in peaks.items()]
    yield "multiply-add peak: " + (", ".join(known) or f"unknown, {machine['kernels_missing']}")
    yield " ".join(f"{name} {version}" for name, version in report["versions"].items())


def case_of(cell: Mapping[str, Any]) -> Case:
    """Return the case that a cell of a report is of."""
    return Case(**{field.name: cell[field.name] for field in dataclasses.fields(Case)})


def _loss(cell: Mapping[str, Any], opponent: str) -> str:
    low, high = cell[opponent]["ratio_ci95"]
    doubt = ", perhaps none" if high >= 1 else ""
    return f"{cell[opponent]['ratio']:.3f}× ({low:.2f}–{high:.2f}{doubt})  {case_of(cell)}"


def _kept() -> list[int]:
    """The columns that there is room for."""
    kept = list(range(len(_HEADS)))
    for n in _LEFT_OUT:
        if sum(len(_HEADS[k]) + 2 for k in kept) - 2 > columns():
            kept.remove(n)
    return kept


def _row(cell: Mapping[str, Any]) -> list[str]:
    torch, share, floor = cell["torch"], cell["share_of_peak"], cell["floor_ms"]
    low, high = (_digits(end, 2) for end in torch["ratio_ci95"])
    case = case_of(cell)
    lost = "!" if torch["ratio"] < 1 else " "
    return [
        f"{lost}{_digits(torch['ratio'], 2):>5}×",
        f"{low + '–' + high:>9}",
        f"{_digits(cell['onnxruntime']['ratio'], 2) + '×' if 'onnxruntime' in cell else '–':>5}",
        f"{case.cell + ('⇄' if case.directions == 2 else ''):<5}",
        f"{'lengths' if case.ragged else 'padded':<7}",
        f"{case.B}×{case.T}×{case.I}×{case.H}".rjust(14),
        f"{case.mode:<8} {case.threads:>2}",
        f"{_digits(cell['elman']['ms'], 3):>6}",
        f"{'–' if floor is None else _digits(floor, 3):>6}",
        "–" if share is None else f"{_bar(share)} {percent(share):>6}",
    ]


def _digits(value: float, most: int) -> str:
    """At most so many decimals, fewer for larger numbers: 0.98, 4.31, 10.8, 123."""
    decimals = most if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{decimals}f}"


def _bar(share: float) -> str:
    """The time taken, with the floor as its filled part."""
    filled = min(_BAR, round(share * _BAR))
    return "█" * filled + "·" * (_BAR - filled)
