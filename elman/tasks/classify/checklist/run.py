"""What a classifier does where a behaviour file says what it should: failures by capability.

But: it counts rows. Changed versions of one text count one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Table
from elman.errors import DataError, OptionError
from elman.judging.classes.decision import Prediction
from elman.judging.interval import mean_interval
from elman.runtime.model import Model
from elman.tasks.classify.checklist.cases import READERS, Case, Names, kind_of
from elman.tasks.classify.codec import TextCodec

__all__ = ["behave"]

_WORST = 3


def behave(
    model: Model, paths: Iterable[Path], label_names: str | None = None
) -> list[dict[str, Any]]:
    """Run the tests of some files.

    Args:
        model: a classifier of one label a text.
        paths: the files.
        label_names: how the files name the classes, as `positive=1,negative=0`; obvious names
            (positive, pos, 1) are understood without.

    Returns:
        For each file `file`, `format`, `n`, `failures`, `skipped` by reason, and for each of
        `capabilities` and `tests` `n, failures, rate, rate_ci95`; of a test also the `worst`.

    Raises:
        DataError: a file is none of the kinds, or has no row that the model can be judged on.
        OptionError: the model answers no such questions, or the names do not fit.
    """
    codec = model.codec
    if not isinstance(codec, TextCodec) or codec.decision.kind == "multilabel":
        raise OptionError(
            "--behaviour tests classifiers that give a text one label; this model "
            + ("gives several" if isinstance(codec, TextCodec) else f"is for the task {model.task}")
        )
    names = Names(codec.decision.classes, label_names)
    return [_judge(model, open_table(path), names) for path in paths]


def _judge(model: Model, table: Table, names: Names) -> dict[str, Any]:
    kind = kind_of(table)
    read = READERS[kind]
    cases: list[Case] = []
    skipped: Counter[str] = Counter()
    for row in table.rows():
        case = row.reason if isinstance(row, Reject) else read(row, names)
        if isinstance(case, Case):
            cases.append(case)
        else:
            skipped[case] += 1
    if not cases:
        reasons = "; ".join(f"{n:,} × {why}" for why, n in skipped.most_common(3))
        raise DataError(
            f"{table.path}: no row can be judged: {reasons or 'the file has none'}. The classes of "
            f"the model are {', '.join(names.classes)}; --label-names positive=CLASS,… says which "
            "is which."
        )
    texts = list(dict.fromkeys(text for case in cases for text in case.texts))
    said = dict(zip(texts, model.predict(texts), strict=True))
    tests: dict[tuple[str, str], list[tuple[Case, float]]] = {}
    for case in cases:
        wrong = case.verdict([said[text] for text in case.texts])
        tests.setdefault((case.capability, case.test), []).append((case, wrong))
    judged = [_figures(*name, cases, said) for name, cases in sorted(tests.items())]
    wrongs: dict[str, list[float]] = {}
    for (capability, _), own in sorted(tests.items()):
        wrongs.setdefault(capability, []).extend(wrong for _, wrong in own)
    report: dict[str, Any] = {
        "file": str(table.path),
        "format": kind,
        "n": len(cases),
        "failures": sum(test["failures"] for test in judged),
        "skipped": dict(skipped),
        "capabilities": [{"capability": c} | _failures(w) for c, w in wrongs.items()],
        "tests": judged,
    }
    if kind == "contrast":
        report |= _sides(cases, said)
    return report


def _figures(
    capability: str,
    test: str,
    cases: Sequence[tuple[Case, float]],
    said: dict[str, Prediction],
) -> dict[str, Any]:
    worst = sorted((c for c in cases if c[1] > 0), key=lambda c: -c[1])[:_WORST]
    return {
        "capability": capability,
        "test": test,
        **_failures([wrong for _, wrong in cases]),
        "worst": [
            {
                "line": case.line,
                "texts": list(case.texts),
                "expected": case.expected,
                "answers": [_answer(said[text]) for text in case.texts],
            }
            for case, _ in worst
        ],
    }


def _failures(wrongs: Sequence[float]) -> dict[str, Any]:
    failed = np.array([wrong > 0 for wrong in wrongs], np.float64)
    return {
        "n": len(failed),
        "failures": int(failed.sum()),
        "rate": float(failed.mean()),
        "rate_ci95": mean_interval(failed),
    }


def _sides(cases: Sequence[Case], said: dict[str, Prediction]) -> dict[str, Any]:
    """Accuracy of the original texts, of the revised, and the share of pairs with both right."""
    right = np.array([_right_sides(case, said) for case in cases], np.float64)  # (N, 2)
    parts = {"original": right[:, 0], "revised": right[:, 1], "consistency": right.prod(1)}
    return {
        name: {"share": float(share.mean()), "ci95": mean_interval(share)}
        for name, share in parts.items()
    }


def _right_sides(case: Case, said: dict[str, Prediction]) -> list[bool]:
    wanted = case.expected.split(" → ")
    return [said[text].label == label for text, label in zip(case.texts, wanted, strict=True)]


def _answer(prediction: Prediction) -> dict[str, Any]:
    return {"label": prediction.label, "probability": prediction.probability}
