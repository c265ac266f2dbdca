"""A small run from the cases to the screen and the markdown; no assertion on a time."""

from __future__ import annotations

import copy
import json
import signal
import sys

import pytest
import torch

import elman.nn
from benchmarks import layers
from elman import native
from elman.bench.grid import choose
from elman.bench.measure import measure
from elman.bench.report import losses, screen
from elman.cli.main import main
from elman.native import library
from tests.isas import on_each_isa

COMMAND = (
    "elman bench --shape 3,5,2,7 --cell gru --lengths --mode forward --threads 1 --seconds 0 --json"
)

needs_kernels = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))


@pytest.fixture(scope="module")
def report():
    cases = choose("full", cells=["gru"], shape=(4, 9, 3, 5), threads=[1])
    begun = []
    torch.set_num_threads(1)
    found = measure(cases, seconds=0.0, on_case=begun.append)
    assert begun == cases
    return found


def with_ratios(report, *ratios):
    """The same with ratios to torch that are known."""
    changed = copy.deepcopy(report)
    for cell, ratio in zip(changed["cells"], ratios, strict=True):
        cell["torch"] |= {"ratio": ratio, "ratio_ci95": [ratio - 0.2, ratio + 0.2]}
    return changed


def test_report_says_where_with_what_and_how_much(report):
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert {"processor", "cores", "caches", "instruction_set"} <= set(report["machine"])
    assert {"elman", "torch", "python", "onnxruntime"} <= set(report["versions"])
    assert len(report["cells"]) == 4
    assert report["refused"] == []
    for cell in report["cells"]:
        low, high = cell["elman"]["quartiles"]
        assert 0 < cell["elman"]["best"] <= low <= cell["elman"]["ms"] <= high
        low, high = cell["torch"]["ratio_ci95"]
        assert 0 < low <= cell["torch"]["ratio"] <= high
        assert cell["rounds"] == 5
        assert ("onnxruntime" in cell) == (cell["mode"] == "forward")
        assert ("torch_padded" in cell) == cell["ragged"]


def test_figures_are_those_of_the_rounds(monkeypatch):
    rounds = {"elman": [0.001, 0.002, 0.004], "torch": [0.003, 0.006, 0.012]}
    monkeypatch.setattr("elman.bench.measure.take_turns", lambda *a, **options: rounds)
    cases = choose("full", cells=["rnn"], modes=["forward"], shape=(2, 3, 2, 3), threads=[1])
    cell = measure(cases[:1])["cells"][0]
    assert cell["elman"] == {"ms": 2.0, "quartiles": [1.5, 3.0], "best": 1.0}
    assert cell["torch"]["ms"] == 6.0
    assert cell["torch"]["ratio"] == pytest.approx(3)
    assert cell["torch"]["ratio_ci95"] == pytest.approx([3, 3])


@needs_kernels
def test_floor_is_the_work_at_the_peak(report):
    peak = report["peak_gflops"]["1"] * 1e9
    for cell in report["cells"]:
        assert cell["floor_ms"] / 1e3 * peak == pytest.approx(cell["flops"], rel=0.01)
        assert cell["share_of_peak"] == pytest.approx(cell["floor_ms"] / cell["elman"]["ms"])


@needs_kernels
@on_each_isa("threads", [1, 2], [1, 2])
def test_peak_is_measured_on_every_instruction_set(isa, threads):
    # Hardware of any age does more than 10 million operations a second, none 10^15 on a core.
    assert 1e7 < native.fma_peak(threads, 0.005) < 1e15


def test_without_kernels_there_is_no_floor(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(library, "library", lambda: None)
        assert native.fma_peak(1, 0.001) is None
    monkeypatch.setattr(native, "fma_peak", lambda threads, seconds: None)
    found = measure(choose("full", cells=["rnn"], shape=(2, 3, 2, 3), threads=[1]), seconds=0.0)
    assert {cell["floor_ms"] for cell in found["cells"]} == {None}
    assert any("–" in line for line in screen(found))
    assert "not measured" in "\n".join(layers.promises(found))


def test_threads_are_set_for_a_cell_and_restored(monkeypatch):
    seen = []

    def cell(case, seconds, seed):
        seen.append((case.threads, torch.get_num_threads()))
        return {"threads": case.threads, "flops": 1, "elman": {"ms": 1.0}}

    monkeypatch.setattr("elman.bench.measure._cell", cell)
    monkeypatch.setattr(native, "fma_peak", lambda threads, seconds: None)
    torch.set_num_threads(1)
    measure(choose("full", cells=["rnn"], modes=["forward"], shape=(2, 3, 2, 3), threads=[2, 3]))
    assert seen == [(2, 2), (3, 3), (2, 2), (3, 3)]
    assert torch.get_num_threads() == 1


def test_a_cell_that_is_wrong_is_named_and_not_timed(monkeypatch):
    class Wrong(torch.nn.RNN):
        def forward(self, input, hx=None, lengths=None):
            output, h_n = super().forward(input, hx)
            return output * 1.01, h_n

    monkeypatch.setattr(elman.nn, "RNN", Wrong)
    cases = choose(
        "full", cells=["rnn", "gru"], modes=["forward"], ragged=False, shape=(2, 3, 2, 3)
    )
    found = measure([c for c in cases if c.threads == 1], seconds=0.0)
    assert [cell["cell"] for cell in found["cells"]] == ["gru"]
    assert [refused["cell"]["cell"] for refused in found["refused"]] == ["rnn"]
    assert any(line.startswith("not timed: rnn 2×3×2×3, padded") for line in screen(found))


def test_losses_are_marked_and_listed_worst_first(report, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    changed = with_ratios(report, 0.9, 4.31, 0.5, 123.4)
    assert [cell["torch"]["ratio"] for cell in losses(changed, "torch")] == [0.5, 0.9]
    lines = list(screen(changed))
    start = next(k for k, line in enumerate(lines) if line.startswith("slower than torch (2 of 4)"))
    assert lines[start + 1].startswith("  0.500× (0.30–0.70)  gru 4×9×3×5, lengths, forward")
    assert lines[start + 2].startswith("  0.900× (0.70–1.10, perhaps none)  gru 4×9×3×5, padded")
    rows = [line for line in lines if line.rstrip().endswith(("%", "–")) and "gru" in line]
    assert [row.split()[0] for row in rows if "lengths" in row and "forward" in row] == ["!"]
    none = list(screen(with_ratios(report, 1.0, 2.0, 3.0, 4.0)))
    assert "slower than torch: none (of 4)" in none


@pytest.mark.parametrize("columns", [60, 80, 101])
def test_no_row_is_wider_than_the_screen(report, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    wide = with_ratios(report, 123.4, 99.96, 9.996, 0.21)
    for cell in wide["cells"]:
        cell |= {"cell": "lstm", "B": 64, "T": 200, "I": 512, "H": 512, "directions": 2}
        cell["elman"]["ms"] = 1234.5
    lines = list(screen(wide))
    assert sum("lstm⇄" in line for line in lines) == 4
    table = [
        line
        for line in lines
        if ("⇄" in line or "B×T×I×H" in line) and "perhaps" not in line and "× (" not in line
    ]
    assert ("share of peak" in "".join(table)) == (columns > 100)
    assert max(map(len, table)) <= columns


def test_markdown_says_reached_or_not(report):
    cells = []
    for B, T, I, H in ((32, 200, 32, 64), (64, 200, 128, 128)):  # noqa: E741
        for cell in report["cells"]:
            cells.append(copy.deepcopy(cell) | {"B": B, "T": T, "I": I, "H": H, "threads": 2})
    for cell in cells:
        cell["torch"]["ratio"] = 12.0 if cell["H"] == 64 else 3.9
    lines = list(layers.promises(report | {"cells": cells}))
    assert len(lines) == 2 + len(layers.PROMISES) == 17
    by_text = {line.split(" | ")[0][2:]: line for line in lines[2:]}
    assert "| 12× | reached |" in by_text["GRU (32,200,32,64), training"]
    assert "| 3.9× | **not reached** |" in by_text["GRU, H = 128, training"]
    assert "not measured" in by_text["GRU, H = 256, training"]
    assert "| 3.9× | reached |" in by_text["nowhere in the grid slower than torch"]
    table = list(layers.cells(report))
    assert len(table) == 2 + 4
    assert {line.count("|") for line in table} == {9}


def test_command_prints_a_table_and_one_json_object(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [*COMMAND.split(), "--out", str(tmp_path / "report.json")])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    assert ended.value.code == 0, printed.err
    found = json.loads(printed.out)
    assert found == json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [cell["cell"] for cell in found["cells"]] == ["gru"]
    assert "B×T×I×H" in printed.err
    assert "slower than torch" in printed.err
