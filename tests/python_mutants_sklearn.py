"""Small wrong changes in the estimators of scikit-learn; see `mutate_python.py`."""

from __future__ import annotations

__all__ = ["ESTIMATORS"]

TEXTS = ("tests/estimators/test_texts.py",)
SIGNALS = ("tests/estimators/test_signals.py",)
TAGGER = ("tests/estimators/test_tagger.py",)
FORECASTS = ("tests/estimators/test_forecaster.py",)
ROWS = ("tests/python/test_rows.py",)
S = "elman/sklearn/"

ESTIMATORS = [
    (S + "classifier.py", "[p.probabilities[name] for name in names]",
     "list(p.probabilities.values())", SIGNALS),
    (S + "classifier.py", "group=None if groups is None else group", "group=None", TEXTS),
    (S + "classifier.py", "(X, labels, named), **own", "(X, labels), **own", SIGNALS),
    (S + "classifier.py", "and value.is_integer()", "and False", TEXTS),
    (S + "classifier.py", "if {*self._decision.classes} != {*names}:", "if False:", TEXTS),
    (S + "classifier.py", "(channels := codec.input.channels) != 1", "False", SIGNALS),
    (S + "classifier.py", 'np.array(memo["classes"], kind)', 'np.array(memo["classes"], str)',
     TEXTS),
    (S + "given.py", "if len(texts) < len(values):", "if False:", TEXTS),
    (S + "given.py", 'isinstance(cell, str) else ""', 'cell is not None else ""', TEXTS),
    (S + "keeping.py", "and not artifact.is_ours(place)", "and False", TEXTS),
    (S + "keeping.py", '{"parts": dict(model.info.parts)}', '{"parts": model.info.parts}', TEXTS),
    (S + "base.py", "{METRICS: self.report_ | {_MEMO: self._memo()}}", "{}", TEXTS),
    (S + "base.py", "if model.task not in names:", "if False:", TEXTS),
    (S + "base.py", '"seed": self._seed()', '"seed": 0', TEXTS),
    (S + "learning.py", "or trained", "and trained", FORECASTS),
    (S + "learning.py", "HELD_OUT: held_out", "", TEXTS),
    (S + "display.py", 'recurrent if kept == "recurrent" else', "recurrent if kept else", TEXTS),
    (S + "tagger.py", "[:, order]", "", TAGGER),
    (S + "tagger.py", "data = (words, tags, documents)", "pass", TAGGER),
    (S + "tagger.py", "/ words\n", "/ len(said)\n", TAGGER),
    (S + "forecaster.py", "series.first - ends[n]", "0", FORECASTS),
    (S + "forecaster.py", "series.values[series.season :]", "series.values[1:]", FORECASTS),
    (S + "forecaster.py", "return -float(", "return float(", FORECASTS),
    (S + "forecaster.py", "found[:, 0] if self.flat_ else found", "found", FORECASTS),
    (S + "forecaster.py", "if X is None:", "if True:", FORECASTS),
    ("elman/data/signals/sensors.py", "else str(groups[n - 1])", 'else "all"', ROWS),
    ("elman/tasks/signal/rows/arrays.py", "if frame else data[0]", "if False else data[0]", ROWS),
    ("elman/tasks/tag/rows/read.py", "return own.whole or", "return", TAGGER),
]  # fmt: skip
"""File, what becomes what, and the tests that must see it."""
