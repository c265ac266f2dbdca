"""Reports on forecasters as lines for a person: one screen each."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from elman.draw.bars import row
from elman.draw.chart import chart
from elman.figures import counted, percent
from elman.tasks.forecast.shown.page import fan_of
from elman.tasks.shown import compared, curve, named, seconds, where
from elman.width import columns

__all__ = ["SCREENS"]

_SHOWN = 5
"""Series whose forecasts are shown."""
_OFF = 0.03
"""Share by which the coverage of intervals may be off without a word."""


def _train(report: dict[str, Any]) -> list[str]:
    """Show the back-test beside the naive forecasts, the verdict, and the next values."""
    rows = report["rows"]
    several = rows["series"] > 1
    return [
        "",
        f"back-test: {report['judged_on']}",
        *_table({_name(report): report["metrics"]}, report["baselines"]),
        *_steps(report["metrics"]),
        *_covered(report["held_out"]),
        "",
        report["verdict"],
        *(f"not to be trusted: {fault}" for fault in report["alignment"]["faults"]),
        "",
        *curve((report.get("training", {}).get("history") or [[]])[0]),
        f"window {report['window']}, season {report['season']}, {report['horizon']} steps ahead"
        + (", on a logarithmic scale" if report["logarithm"] else ""),
        *(["no value is below 0, and so no forecast is"] if report["non_negative"] else []),
        seconds(report),
        *where(
            report,
            f" (trained once more, on all {rows['values']:,} values"
            + (f" of {rows['series']:,} series)" if several else ")"),
        ),
    ]


def _covered(held_out: dict[str, Any]) -> list[str]:
    """Say how many of the values lay within the intervals."""
    found = held_out.get("coverage", {})
    each = [f"{percent(c['share'])} in that of {level} %" for level, c in found.items()]
    if not each:
        return []
    off = [level for level, c in found.items() if abs(c["share"] - float(level) / 100) > _OFF]
    note = f" (more than {100 * _OFF:.0f} points off)" if off else ""
    return ["", f"values within their interval: {', '.join(each)}{note}"]


def _name(report: dict[str, Any]) -> str:
    linear = report["kept"] == "linear"
    return "linear forecaster" if linear else f"{report['cell']} beside the linear one"


def _compare(report: dict[str, Any]) -> list[str]:
    """Show every cell, mean and spread over seeds, beside the naive forecasts."""
    lines = ["", f"back-test: {report['judged_on']}"]
    return [*lines, *_table(report["models"], report["baselines"]), "", report["verdict"]]


def _evaluate(report: dict[str, Any]) -> list[str]:
    """Show the figures on every origin of the series."""
    lines = [*report["notes"], counted(report["n"], "origin")]
    lines += _table({"model": report["metrics"]}, report["baselines"])
    return [*lines, *_steps(report["metrics"]), *_covered(report)]


def _predict(report: dict[str, Any]) -> list[str]:
    """Show one line per step ahead."""
    if report.get("output"):
        left = ""
        if report.get("rejected"):
            left = f"; {report['rejected']:,} of {report['rows']:,} series rejected"
            left += f", in {report['rejects']}"
        return [f"forecast {report['said']}, in {report['output']}{left}"]
    if "forecasts" not in report:
        return _lines(report)
    lines = []
    for forecast in report["forecasts"][:_SHOWN]:
        lines += [forecast["name"], *_lines(forecast), ""]
    if more := len(report["forecasts"]) - _SHOWN:
        lines += [f"… and {more:,} more series; --out FILE has all"] if more > 0 else []
    return lines


def _chart(report: dict[str, Any]) -> list[str]:
    """Draw the only forecast, of several steps, behind what came before."""
    if "recent" not in report:
        return []
    fan = fan_of(report)
    return (
        ["", *chart(fan, width=min(columns(), 100))]
        if len(fan.ahead) > 1 and len(fan.past) > 1
        else []
    )


def _lines(forecast: dict[str, Any]) -> list[str]:
    values, intervals = forecast["values"], forecast["intervals"]
    heads = [f"{side}-{level}" for level in intervals for side in ("lower", "upper")]
    names = forecast["dates"] or [f"+{n + 1}" for n in range(len(values))]
    ends = [end for each in intervals.values() for end in (each["lower"], each["upper"])]
    digits = _digits([*values, *(value for end in ends for value in end if value is not None)])
    return [
        "\t".join(["ds", "forecast", *heads]),
        *_rows(names, [values, *ends], digits),
    ]


def _rows(names: list[str], columns: list[list[float | None]], digits: int) -> list[str]:
    def said(value: float | None) -> str:
        return "–" if value is None else f"{value:.{digits}g}"

    return ["\t".join([name, *(said(row[n]) for row in columns)]) for n, name in enumerate(names)]


def _digits(values: list[float]) -> int:
    """Return digits that tell values apart to a thousandth of their range; six at least."""
    size, range_ = max(map(abs, values)), max(values) - min(values)
    return min(6 if not range_ else max(6, 4 + math.ceil(math.log10(size / range_))), 17)


def _table(models: dict[str, Any], others: dict[str, Any]) -> list[str]:
    every = [*models.values(), *others.values()]
    size = max(max(m["mae"], m["rmse"]) for m in every)
    # as many decimals for all, so that five digits of the largest are seen
    decimals = max(4 - math.floor(math.log10(size)), 0) if size else 0
    form = f"{{:.{decimals}f}}" if 1e-4 <= size < 1e9 else "{:.4e}"
    return compared(
        named(models, others, "mae", form),
        [
            ("MAE", lambda m: form.format(m["mae"])),
            ("RMSE", lambda m: form.format(m["rmse"])),
            ("MASE", lambda m: "–" if m["mase"] is None else f"{m['mase']:.3f}"),
            ("MAPE", lambda m: percent(m["mape"])),
        ],
    )


def _steps(figures: dict[str, Any]) -> list[str]:
    """Draw the mean error of each step ahead, from nothing up; of one step nothing."""
    errors = figures["by_step"]
    if len(errors) < 2:
        return []
    begin, end = f"error by step ahead {errors[0]:.4g} ", f" {errors[-1]:.4g}"
    drawn = errors[:: -(-len(errors) // (columns() - len(begin) - len(end)))]
    return ["", begin + row(drawn, 0.0, max(errors)) + end]


SCREENS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "train": _train,
    "compare": _compare,
    "evaluate": _evaluate,
    "predict": _predict,
    "chart": _chart,
}
"""By the command whose report it shows."""
