"""Failures of behavioural tests as lines for a person: a table by capability, then the worst."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elman.terminal import columns

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
                low, high = part["ci95"]
                shown.append(f"  {what:<28}{part['share']:>7.1%}   {low:.3f} – {high:.3f}")
        for why, n in report["skipped"].items():
            shown.append(f"  left out, {n:,} rows: {why}"[: columns()])
        shown += _table(report)
        shown += _examples(report["tests"])
    return shown


def _table(report: dict[str, Any]) -> list[str]:
    wide = min(columns(), 100) - 40
    shown = [f"{'':<{wide}}{'n':>7}{'fail':>7}{'rate':>8}{'95 % interval':>17}"]
    for whole in report["capabilities"]:
        shown.append(f"{whole['capability']:<{wide}.{wide - 1}}{_figures(whole)}")
        for test in report["tests"]:
            if test["capability"] == whole["capability"]:
                shown.append(f"  {test['test']:<{wide - 2}.{wide - 3}}{_figures(test)}")
    return shown


def _figures(part: dict[str, Any]) -> str:
    low, high = part["rate_ci95"]
    return f"{part['n']:>7,}{part['failures']:>7,}{part['rate']:>8.1%}{low:>9.3f} – {high:.3f}"


def _examples(tests: Sequence[dict[str, Any]]) -> list[str]:
    shown = []
    for test in tests:
        if test["worst"]:
            shown += ["", f"{test['capability']}, {test['test']}"[: columns()]]
        for failure in test["worst"]:
            answers = " → ".join(
                f"{a['label'] or _UNSURE} {a['probability']:.0%}" for a in failure["answers"]
            )
            shown.append(
                f"  line {failure['line']}: {failure['expected']}; answered {answers}"[: columns()]
            )
            shown += [f"    {' '.join(text.split())}"[: columns()] for text in failure["texts"]]
    return shown
