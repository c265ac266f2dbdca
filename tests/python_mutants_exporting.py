"""Wrong changes in exported graphs and what lies beside them, each with the tests that see it."""

from __future__ import annotations

__all__ = ["EXPORTING"]

P = "elman/exporting/parts/"
_NETWORK = ("tests/exporting/test_network.py",)
_TRANSLATION = ("tests/exporting/test_translation.py",)
_JOINED = ("tests/exporting/test_joined.py",)
_WRITTEN = ("tests/workflow/test_export.py",)
_ALONE = ("tests/tasks/contract/test_export.py",)

EXPORTING = (
    (P + "rows.py", 'self.graph("Mul", values, self.share)', "values", _NETWORK),
    (
        P + "linear.py",
        'graph("Mul", each, graph("Unsqueeze", rows.share, graph.whole(3)))',
        "each",
        _NETWORK,
    ),
    (P + "gates.py", '"gru": (1, 0, 2)', '"gru": (0, 1, 2)', _NETWORK),
    (P + "gates.py", '"lstm": (0, 3, 1, 2)', '"lstm": (0, 3, 2, 1)', _NETWORK),
    (P + "gates.py", 'both("bias_ih_", "bias_hh_")', 'both("bias_hh_", "bias_ih_")', _NETWORK),
    (P + "stack.py", '{"linear_before_reset": 1}', '{"linear_before_reset": 0}', _NETWORK),
    (P + "stack.py", "x, rows.walked, states)", 'x, "", states)', _NETWORK),
    (P + "stack.py", "[UNKNOWN] + [PADDING]", "[UNKNOWN] + [UNKNOWN]", _NETWORK),
    (
        P + "stack.py",
        '("Where", rows.some, end, states',
        '("Where", rows.some, rows.zero, states',
        _NETWORK,
    ),
    (P + "stack.py", "if embedding[0].any():", "if False:", _NETWORK),
    (P + "stack.py", 'graph("Expand", longest, rows.batch)', "rows.lengths", _NETWORK),
    (P + "stack.py", "perm=[0, 2, 1, 3]", "perm=[0, 2, 3, 1]", _NETWORK),
    (
        P + "heads.py",
        'POOLS[name](rows, f"input_{name}", x,',
        "POOLS[name](rows, name, x,",
        _NETWORK,
    ),
    (P + "heads.py", "total, rows.divisor", "total, rows.lengths", _NETWORK),
    (
        P + "rows.py",
        'graph("Add", kept, graph("ReduceSum"',
        'graph("Add", graph.constant(0, np.float64), graph("ReduceSum"',
        _NETWORK,
    ),
    (P + "rows.py", 'graph("Where", begun, kept, worst)', "kept", _NETWORK),
    (P + "rows.py", 'graph("Where", self.real, self.zero, worst)', "self.zero", _NETWORK),
    (
        P + "rows.py",
        'steps = graph.input("steps", FLOAT, ["batch", "time"',
        'steps = graph.input("steps", FLOAT, ["batch", 7',
        _NETWORK,
    ),
    (
        P + "rows.py",
        'graph("Concat", kept, steps, axis=0)',
        'graph("Concat", steps, kept, axis=0)',
        _NETWORK,
    ),
    (
        P + "carried.py",
        "self.graph.cast(value, DOUBLE)",
        "self.graph.cast(self.graph.cast(value, 5), DOUBLE)",
        _NETWORK,
    ),
    (P + "linear.py", "weight[:: spec.linear] = 0", "weight[0] = 0", _NETWORK),
    (P + "linear.py", 'graph("Sqrt", rows.divisor)', "rows.divisor", _NETWORK),
    (P + "linear.py", "place * spec.linear,", "spec.linear,", _NETWORK),
    (P + "linear.py", "place != before and", "", _NETWORK),
    (P + "convolutions.py", "(TAPS - 1 - j) * dilation, end", "(TAPS - 1 - j), end", _NETWORK),
    (P + "convolutions.py", "three = 3.0 *", "three = 2.0 *", _NETWORK),
    (P + "convolutions.py", 'graph("Mul", above, real)', "above", _NETWORK),
    (P + "chain.py", "onward.T", "onward", _NETWORK),
    (
        P + "chain.py",
        'graph("Where", begun, kept,',
        'graph("Where", begun, graph.constant(first, np.float64),',
        _NETWORK,
    ),
    (P + "chain.py", 'graph("Where", real, onward, carried)', "onward", _NETWORK),
    (P + "shares.py", "if self.doubt:", "if False:", _NETWORK),
    (P + "shares.py", "self.temperature, np.float64", "1, np.float64", _NETWORK),
    (
        P + "shares.py",
        '"Where", known, self.of(rows, outputs), base',
        '"Where", rows.begun, self.of(rows, outputs), base',
        _NETWORK,
    ),
    (
        "elman/exporting/network.py",
        "graph.constant(spec.members, np.float64)",
        "graph.constant(2, np.float64)",
        _NETWORK,
    ),
    ("elman/exporting/network.py", "rows.of_steps(value))", "rows.of_steps(said))", _NETWORK),
    (
        "elman/exporting/network.py",
        "not spec.bidirectional and not spec.linear_after",
        "not spec.bidirectional",
        _NETWORK,
    ),
    ("elman/exporting/check.py", "if n not in known)", "if n)", _NETWORK),
    (
        "elman/exporting/translation.py",
        "scale = np.float32(1 / math.sqrt(H))",
        "scale = np.float32(1)",
        _TRANSLATION,
    ),
    (
        "elman/exporting/translation.py",
        'graph("Where", there, looked, least)',
        "looked",
        _TRANSLATION,
    ),
    (
        "elman/exporting/translation.py",
        'graph("Where", there, shares, graph.constant(0, np.float32))',
        "shares",
        _TRANSLATION,
    ),
    (P + "given.py", 'graph("Where", below, self._most, lengths)', "lengths", _NETWORK),
    (
        P + "given.py",
        'self.filled(given, 1), self.batch, name="one',
        'given, graph.whole(-1), name="one',
        _NETWORK,
    ),
    (P + "given.py", "self._lacks[: 1 + steps]", "[graph.whole(0)] * (1 + steps)", _TRANSLATION),
    (P + "carried.py", "self.given.rows(after)", "after", _NETWORK),
    (P + "shares.py", "rows.given.rows(flat)", "flat", _NETWORK),
    ("elman/exporting/network.py", "rows.given.rows(said)", "said", _NETWORK),
    (
        "elman/exporting/translation.py",
        'graph("Add", both, y) if k else both',
        "both",
        _TRANSLATION,
    ),
    ("elman/exporting/translation.py", "h, c, h_2, c, axis=1", "h, c, h, c, axis=1", _TRANSLATION),
    (
        "elman/exporting/translation.py",
        'graph("Max", lengths, graph.whole(1))',
        'graph("Max", graph("ReduceMax", lengths), graph("Max", lengths, graph.whole(1)))',
        _TRANSLATION,
    ),
    ("elman/exporting/joined.py", "if not (same or annotation):", "if False:", _JOINED),
    (
        "elman/exporting/joined.py",
        "if annotation and source.is_class(name):",
        "if False:",
        _JOINED,
    ),
    (
        "elman/exporting/joined.py",
        "                place(there)\n",
        "                pass\n",
        _JOINED,
    ),
    ("elman/workflow/export.py", "if not worst <= TOLERANCE:", "if False:", _WRITTEN),
    ("elman/workflow/export.py", "if path.stem in _HIDDEN:", "if False:", _WRITTEN),
    ("elman/workflow/export.py", "_check_ours(place, path)", "pass", _WRITTEN),
    (
        "elman/exporting/session.py",
        'session.get_modelmeta().custom_metadata_map["model"] != held["model"]',
        "False",
        _WRITTEN,
    ),
    (
        "elman/tasks/classify/task.py",
        "strange=None if letters else UNKNOWN",
        "strange=None",
        _ALONE,
    ),
    (
        "elman/tasks/classify/task.py",
        'FrontEnd("elman.tasks.classify.exported.alone", shares, parts,',
        'FrontEnd("elman.tasks.classify.exported.alone", shares, parts[:1],',
        _ALONE,
    ),
    ("elman/tasks/signal/task.py", "base=base, doubt=doubt)", "base=base)", _ALONE),
    (
        "elman/tasks/tag/task.py",
        'Shares("multiclass", decision.temperature)',
        'Shares("multiclass")',
        _ALONE,
    ),
    ("elman/tasks/forecast/exported/alone.py", "if self.several:", "if False:", _ALONE),
    ("elman/tasks/translate/exported/alone.py", "== UNKNOWN]", "!= UNKNOWN]", _ALONE),
)
