"""Reports on models of signals as lines for a person: one screen each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elman.data.counted import counted
from elman.tasks.shown import confusion, named, per_class, where_answers_went
from elman.terminal import columns

__all__ = ["SCREENS"]

_WIDTH = 34
_SHOWN_CLASSES = 12


def _train(report: dict[str, Any]) -> list[str]:
    """Show the figures of a trained model beside its opponents, and the verdict."""
    kept = "convolutions" if report["kept"] == "simple" else f"{report['cell']} and convolutions"
    lines = ["", f"judged on {report['judged_on']}"]
    lines += _table({kept: report["metrics"]}, report["baselines"])
    lines += _early(report["held_out"])
    training, seconds = report["training"], report["seconds"]
    lines += [
        "",
        report["verdict"],
        "",
        f"training ended: {training['finished']}; {training['parameters']:,} parameters in the "
        f"model; gradient norm clipped in {training['clipped_steps']:,} of {training['steps']:,} "
        f"steps, largest {training['largest_gradient_norm']:.3g}",
        "seconds: " + ", ".join(f"{part} {s:.1f}" for part, s in seconds.items()),
        f"model: {report['model']}",
    ]
    return lines


def _compare(report: dict[str, Any]) -> list[str]:
    """Show every recurrent model, mean and spread over seeds, beside the opponents."""
    lines = ["", f"judged on {report['judged_on']}"]
    lines += _table(report["models"], report["baselines"])
    return [*lines, "", report["verdict"]]


def _evaluate(report: dict[str, Any]) -> list[str]:
    """Show figures, per-class figures, confusion, and the worst errors."""
    metrics = report["metrics"]
    lines = [report["said"], counted(report["n"], "signal"), *_table({"model": metrics}, {})]
    lines.append(f"calibration error {metrics['ece']:.3f}, log loss {metrics['log_loss']:.3f}")
    lines += _early(report)
    lines += per_class("class", report["per_class"], "signals", _SHOWN_CLASSES)
    if "confusion" in report:
        lines += confusion(report["classes"], report["confusion"])
    if report["worst"]:
        lines += ["", f"the {len(report['worst'])} worst errors"]
    for error in report["worst"]:
        place = f"  line {error['line']}: {error['truth']}, answered {_said(error['label'])} "
        place += f"{error['probability']:.0%}  "
        lines.append(place + f"{error['signal']:.{max(columns() - len(place), 20)}}")
    return lines


def _early(told: dict[str, Any]) -> list[str]:
    """Say how early a stream knows, and how fast it is."""
    if "early" not in told:
        return []
    early, pace = told["early"], told["pace"]
    lines = [""]
    if early["settled"] is None:
        lines.append(f"streamed: never sure by {early['sure']:.0%}")
    else:
        lines.append(
            f"streamed: {1 - early['unsettled']:.0%} of the signals have their answer for good, "
            f"{early['sure']:.0%} sure; half of them after {early['settled']:.0%} of their length"
        )
    lines.append(
        f"who answers once the model is so sure hears {early['heard']:.0%} of a signal, and is "
        f"right in {early['stopped_accuracy']:.1%} of them"
    )
    if "real_time_factor" in pace:
        lines.append(
            f"packets of 20 ms take {pace['packet_ms']:.2f} ms here: real-time factor "
            f"{pace['real_time_factor']:.3f}"
        )
    else:
        lines.append(f"a row takes {pace['packet_ms']:.2f} ms here")
    return lines


def _predict(report: dict[str, Any]) -> list[str]:
    """Show one line a signal, or where a file's answers went."""
    if "predictions" in report:
        return [
            f"{_said(p['label'])}\t{p['probability']:.4f}\t{p['signal']}"
            for p in report["predictions"]
        ]
    return where_answers_went(report, "signals")


def _table(models: dict[str, dict[str, Any]], others: dict[str, dict[str, Any]]) -> list[str]:
    """Eighty columns; the spread over seeds goes with the name."""
    lines = [f"{'':<{_WIDTH}}{'accuracy':>8}{'95 % interval':>14}{'streamed':>10}{'macro F1':>10}"]
    for name, m in named(models, others, "accuracy"):
        streamed = m["streamed_accuracy"]
        shown = "–" if streamed is None else f"{streamed:.1%}"
        low, high = m["accuracy_ci95"]
        lines.append(
            f"{name:<{_WIDTH}.{_WIDTH}}{m['accuracy']:>8.1%}{f'{low:.3f}–{high:.3f}':>14}"
            f"{shown:>10}{m['macro_f1']:>10.3f}"
        )
    return lines


def _said(label: Any) -> str:
    return "don't know" if label is None else str(label)


SCREENS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "train": _train,
    "compare": _compare,
    "evaluate": _evaluate,
    "predict": _predict,
    "chart": lambda report: [],
}
"""By the command whose report it shows."""
