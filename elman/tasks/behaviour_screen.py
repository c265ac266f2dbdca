"""Failures of behavioural tests as lines for a person: a table by capability, then the worst."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["screen"]


_UNSURE = "don't know"


def screen(files: Sequence[dict[str, Any]]) -> list[str]:
    """Return reports of `behave` as lines for a person."""
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
            shown.append(f"  left out, {n:,} rows: {why}"[:100])
        shown += _table(report["tests"])
        shown += _examples(report["tests"])
    return shown


def _table(tests: Sequence[dict[str, Any]]) -> list[str]:
    shown = [f"  {'':<58}{'n':>7}{'fail':>7}{'rate':>8}{'95 % interval':>17}"]
    capability = None
    for test in tests:
        if test["capability"] != capability:
            capability = test["capability"]
            mine = [t for t in tests if t["capability"] == capability]
            n, failures = (sum(t[key] for t in mine) for key in ("n", "failures"))
            shown.append(f"{capability:<60.58}{n:>7,}{failures:>7,}{failures / n:>8.1%}")
        low, high = test["rate_ci95"]
        shown.append(
            f"  {test['test']:<58.56}{test['n']:>7,}{test['failures']:>7,}{test['rate']:>8.1%}"
            f"{low:>9.3f} – {high:.3f}"
        )
    return shown


def _examples(tests: Sequence[dict[str, Any]]) -> list[str]:
    shown = []
    for test in tests:
        if test["worst"]:
            shown += ["", f"{test['capability']}, {test['test']}"[:100]]
        for failure in test["worst"]:
            answers = " → ".join(
                f"{a['label'] or _UNSURE} {a['probability']:.0%}" for a in failure["answers"]
            )
            shown.append(
                f"  line {failure['line']}: {failure['expected']}; answered {answers}"[:100]
            )
            shown += [f"    {' '.join(text.split())}"[:100] for text in failure["texts"]]
    return shown
