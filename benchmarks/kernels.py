"""Two builds of the C++ kernels in turns, in one process: did a change make them faster?

python benchmarks/kernels.py OLD.so NEW.so [--isa avx512 avx2] [--threads 1 2] [--cells rnn lstm]
    [--shapes 64x200x128x128 …] [--modes training forward] [--lengths full ragged] [--rounds 5]

A shape is rows, steps, inputs, units. Of each cell: milliseconds of the new kernels, the share of
the measured peak of multiply-adds of both (real steps, three forward passes for training), and the
old time over the new, median and quartiles over rounds. Results of both are compared first.
"""

import argparse
import ctypes
import statistics
import time

import numpy as np
import torch  # for its threads, which the kernels take

from elman.native.structs import CELLS, Layer

GATES = {"rnn": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}
SHAPES = ["64x200x64x64", "64x200x128x128", "64x200x256x256"]


def load(path):
    library = ctypes.CDLL(path)
    library.elman_reserve_size.restype = ctypes.c_int64
    library.elman_reserve_size.argtypes = [ctypes.c_int64, ctypes.c_int64]
    library.elman_fma_peak.restype = ctypes.c_double
    library.elman_fma_peak.argtypes = [ctypes.c_int64, ctypes.c_double]
    return library


class Problem:
    """One layer's call, forward or forward and backward, with memory that is used again."""

    def __init__(self, library, cell, shape, threads, ragged, training):
        B, T, I, H = shape  # noqa: E741
        self.library, self.training, self.held = library, training, []
        self.random = np.random.default_rng(5)
        G, lstm = GATES[cell], cell == "lstm"
        layer = self.layer = Layer()
        layer.cell, layer.D, layer.threads = CELLS[cell], 1, threads
        layer.B, layer.T, layer.I, layer.H = shape
        self.steps = B * T
        if ragged:
            lengths = np.linspace(T / 10, T, B).astype(np.int64)
            self.random.shuffle(lengths)
            self.held.append(lengths)
            self.steps, layer.lengths = int(lengths.sum()), lengths.ctypes.data
        self.flops = 2 * self.steps * G * H * (I + H) * (3 if training else 1)
        self.results = {}
        self.drawn(B * T * I, x=1)
        layer.x_row, layer.x_step = T * I, I
        self.made(B * T * H, "output")
        layer.output_row, layer.output_step = H, B * H
        for name, size in {"weight_ih": G * H * I, "weight_hh": G * H * H,
                           "bias_ih": G * H, "bias_hh": G * H}.items():  # fmt: skip
            self.drawn(size, **{name: H**-0.5})
            if training:
                self.made(size, f"grad_{name}")
        for name in ("h", "c") if lstm else ("h",):
            self.drawn(B * H, **{f"{name}_0": 1})
            self.made(B * H, f"{name}_n")
            if training:
                self.drawn(B * H, **{f"grad_{name}_n": 1})
                self.made(B * H, f"grad_{name}_0")
        if training:
            each = library.elman_reserve_size(CELLS[cell], H)
            if each:
                self.made(self.steps * each, "reserve")
            self.drawn(B * T * H, grad_output=1)
            layer.grad_output_row, layer.grad_output_step = H, B * H
            self.made(B * T * I, "grad_x")
            layer.grad_x_row, layer.grad_x_step = T * I, I

    def drawn(self, size, **scale):
        ((name, most),) = scale.items()
        self.point(name, self.random.uniform(-most, most, size).astype(np.float32))

    def made(self, size, name):
        self.results[name] = self.point(name, np.full(size, np.nan, np.float32))

    def point(self, name, array):
        self.held.append(array)
        setattr(self.layer, name, array.ctypes.data)
        return array

    def run(self):
        assert self.library.elman_layer_forward(ctypes.byref(self.layer)) == 0
        if self.training:
            assert self.library.elman_layer_backward(ctypes.byref(self.layer)) == 0


def timed(problem, least):
    calls, begun = 0, time.perf_counter()
    while (spent := time.perf_counter() - begun) < least or not calls:
        problem.run()
        calls += 1
    return spent / calls


def compare(problems, rounds, least):
    for problem in problems:
        problem.run()
    for name, old in problems[0].results.items():
        new = problems[1].results[name]
        if name != "reserve":
            assert np.abs(old - new).max() <= 3e-5 * np.abs(old).max(), name
    times = []
    for turn in range(rounds):
        order = (0, 1) if turn % 2 else (1, 0)
        seconds = {side: timed(problems[side], least) for side in order}
        times.append((seconds[0], seconds[1]))
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--isa", nargs="+", default=["avx512", "avx2"])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--cells", nargs="+", default=["rnn", "gru", "lstm"])
    parser.add_argument("--shapes", nargs="+", default=SHAPES)
    parser.add_argument("--modes", nargs="+", default=["training"])
    parser.add_argument("--lengths", nargs="+", default=["full"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--least", type=float, default=0.01, help="seconds a turn, at least")
    given = parser.parse_args()
    torch.set_num_threads(max(given.threads))
    libraries = [load(given.old), load(given.new)]
    for isa in given.isa:
        if any(library.elman_use_isa(isa.encode()) for library in libraries):
            print(f"{isa}: not here")
            continue
        for threads in given.threads:
            peak = max(libraries[1].elman_fma_peak(threads, 0.1) for _ in range(3))
            print(f"{isa}, {threads} threads, peak {peak / 1e9:.0f} GF/s")
            for mode in given.modes:
                for lengths in given.lengths:
                    for size in given.shapes:
                        shape = tuple(map(int, size.split("x")))
                        for cell in given.cells:
                            problems = [
                                Problem(one, cell, shape, threads, lengths == "ragged",
                                        mode == "training")
                                for one in libraries
                            ]  # fmt: skip
                            times = compare(problems, given.rounds, given.least)
                            show(f"{mode} {lengths} {size} {cell}", problems[0], times, peak)


def show(name, problem, times, peak):
    old, new = (statistics.median(side) for side in zip(*times, strict=True))
    low, ratio, high = np.quantile([a / b for a, b in times], [0.25, 0.5, 0.75])
    share = [100 * problem.flops / side / peak for side in (old, new)]
    print(
        f"  {name:40} {1e3 * new:8.2f} ms  {share[0]:3.0f} → {share[1]:3.0f} %  "
        f"{ratio:.2f} ({low:.2f} – {high:.2f})",
        flush=True,
    )


if __name__ == "__main__":
    main()
