"""Failures of behavioural tests as lines for a person: a table by capability, then the worst."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elman.figures import percent, percents
from elman.tasks.shown import compared
from elman.width import columns, cut

__all__ = ["lines"]


_UNSURE = "don't know"


def lines(files: Sequence[dict[str, Any]]) -> list[str]:
    """Return reports of `behave` for a person."""
    shown: list[str] = []
    for report in files:
        shown += ["", f"{report['file']}: {report['n']:,} tests, {report['failures']:,} fail"]
        for name in ("original", "revised", "consistency"):
            if name in report:
                part = report[name]
                what = "both right (consistency)" if name == "consistency" else f"{name} right"
                shown.append(f"  {what:<28}{percent(part['share']):>7}   {percents(part['ci95'])}")
        shown += [f"  left out, {n:,} rows: {why}" for why, n in report["skipped"].items()]
        shown += _table(report)
        shown += _examples(report["tests"])
    return shown


def _table(report: dict[str, Any]) -> list[str]:
    each: list[tuple[str, dict[str, Any]]] = []
    for whole in report["capabilities"]:
        tests = [t for t in report["tests"] if t["capability"] == whole["capability"]]
        each += [(whole["capability"], whole), *((f"  {test['test']}", test) for test in tests)]
    return compared(
        iter(each),
        [
            ("n", lambda part: f"{part['n']:,}"),
            ("fail", lambda part: f"{part['failures']:,}"),
            ("rate", lambda part: percent(part["rate"])),
            ("95 % interval", lambda part: percents(part["rate_ci95"])),
        ],
    )


def _examples(tests: Sequence[dict[str, Any]]) -> list[str]:
    shown = []
    for test in tests:
        if test["worst"]:
            shown += ["", f"{test['capability']}, {test['test']}"]
        for failure in test["worst"]:
            answers = " → ".join(
                f"{a['label'] or _UNSURE} {percent(a['probability'])}" for a in failure["answers"]
            )
            shown.append(f"  line {failure['line']}: {failure['expected']}; answered {answers}")
            shown += [
                "    " + cut(" ".join(text.split()), columns() - 4) for text in failure["texts"]
            ]
    return shown
