"""Small wrong changes in sounds, readings and what learns from them."""

from __future__ import annotations

__all__ = ["SIGNALS"]

D, R, T = "tests/data/signals/", "tests/runtime/", "tests/tasks/signal/"
WAVE, RATE = (D + "test_wave.py",), (D + "test_resample.py",)
READ, LISTED = (D + "test_sensors.py",), (D + "test_entries.py",)
MEL, CONV, ROWS = (R + "test_mel.py",), (R + "test_convolutions.py",), (R + "test_readings.py",)
SIMPLE, NEAR, OTHER = (T + "test_simple.py",), (T + "test_nearest.py",), (T + "test_augment.py",)
TASK, STREAMED = (T + "test_signals.py",), ("tests/judging/test_streamed.py",)
WHY = (T + "test_explain.py",)
S, F, L = "elman/data/signals/", "elman/runtime/", "elman/tasks/signal/"

SIGNALS = [
    (S + "wave.py", "length + length % 2, 1)", "length, 1)", WAVE),
    (S + "wave.py", "if length > there:", "if False:", WAVE),
    (S + "wave.py", "if length % block:", "if False:", WAVE),
    (S + "wave.py", "- 128) / 128", "- 127) / 128", WAVE),
    (S + "wave.py", "wide[:, 1:] =", "wide[:, :3] =", WAVE),
    (S + "wave.py", "chunk[26:40] != _SUBFORMAT", "False", WAVE),
    (S + "resample.py", "kernel *= up / kernel.sum()", "kernel /= kernel.sum()", RATE),
    (S + "resample.py", "m * down // up  #", "m * down // up + 1  #", RATE),
    (S + "layout.py", "sorted(columns)", "columns", READ),
    (S + "readings.py", "values = values[order_of(", "_ = values[order_of(", READ),
    (S + "sensors.py", "values[: there[-1] + 1] if", "values if", READ),
    (S + "folders.py", "PurePath(name).parts[0].lower() not in _BACKGROUND", "True", LISTED),
    (F + "frontend/mel.py", "2 * np.pi * n / self.frame", "2 * np.pi * n / (self.frame - 1)", MEL),
    (F + "frontend/mel.py", "np.log(6.4) / 27", "np.log(6.4) / 26", MEL),
    (F + "frontend/mel.py", "both[done * self.hop :]", "both[-self.frame :]", MEL),
    (F + "frontend/readings.py", "kept = Held(carried[-1],", "kept = Held(held.last,", ROWS),
    (F + "frontend/readings.py", "missing[:done]", "np.isnan(values[:done])", ROWS),
    (F + "convolutions.py", "3 * taps[j]", "2 * taps[j]", CONV),
    (F + "convolutions.py", "said > self.thresholds", "said >= 0 * self.thresholds", CONV),
    (F + "convolutions.py", "x[len(x) - self.reach :], counts", "kept.past, counts", CONV),
    (F + "linear.py", "self.convolutions.read(state) @ self.weight + self.bias",
     "self.convolutions.read(state) @ self.weight", CONV),
    (L + "simple/ridge.py", "+ root * root / N", "", SIMPLE),
    (L + "simple/ridge.py", "scale = 1 / np.where(spread > 1e-9, spread, np.inf)",
     "scale = 1 / spread", SIMPLE),
    (L + "simple/draw.py", "shares[d, :, q])", "0 * shares[d, :, q])", SIMPLE),
    (L + "opponents/nearest.py", "np.minimum(least[:, s], new[:, s])", "least[:, s]", NEAR),
    (L + "network/augment.py", "torch.logaddexp(spectra, noise)", "noise", OTHER),
    (L + "network/augment.py", "max=(lengths - 1)[:, None]", "max=lengths[:, None]", OTHER),
    (L + "coding/input.py", "share = steps /", "share = 1 + 0 * steps /", TASK),
    (L + "coding/codec.py", "before.steps + len(steps)", "len(steps)", TASK),
    (L + "rows/read.py", "for row in train:", "for row in range(len(found)):", TASK),
    (L + "rows/read.py", "if not allow:", "if False:", TASK),
    (L + "stretches.py", "steps[lost | lost[past]", "steps[lost", WHY),
    (L + "stretches.py", "self.steps[:, masks:].mean(axis=0)", "0", WHY),
    (L + "explain.py", "[ends - 1]", "[ends - 2]", WHY),
    (L + "explain.py", "trusted(after, ends)", "after", WHY),
    ("elman/attribution/saved_model.py", "[begin:end]), end", "[begin:end]), begin", WHY),
    ("elman/judging/classes/streamed.py", "holds = sure &", "holds =", STREAMED),
    ("elman/judging/classes/streamed.py", "logical_and.accumulate", "logical_or.accumulate",
     STREAMED),
]  # fmt: skip
"""File, what stands there, what stands there wrongly, and the tests that must see it."""
