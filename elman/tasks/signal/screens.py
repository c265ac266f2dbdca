"""Reports on models of signals as lines for a person: one screen each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elman.draw.confusion import confusion
from elman.figures import counted, percent, percents, the
from elman.tasks.shown import (
    compared,
    curve,
    named,
    per_class,
    reliable,
    seconds,
    where,
    where_answers_went,
    with_text,
)

__all__ = ["SCREENS"]

_SHOWN_CLASSES = 12


def _train(report: dict[str, Any]) -> list[str]:
    """Show the figures of a trained model beside its opponents, and the verdict."""
    kept = "convolutions" if report["kept"] == "simple" else f"{report['cell']} and convolutions"
    lines = ["", f"judged on {report['judged_on']}"]
    lines += _table({kept: report["metrics"]}, report["baselines"])
    lines += _early(report["held_out"])
    training = report["training"]
    lines += [
        "",
        report["verdict"],
        "",
        *curve((training["history"] or [[]])[-1]),
        f"training ended: {training['finished']}; {training['parameters']:,} parameters in the "
        f"model; gradient norm clipped in {training['clipped_steps']:,} of {training['steps']:,} "
        f"steps, largest {training['largest_gradient_norm']:.3g}",
        seconds(report),
        *where(report),
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
    off = 100 * metrics["ece"]
    lines.append(f"calibration error {off:.1f} points, log loss {metrics['log_loss']:.3f}")
    lines += _early(report)
    lines += reliable(report)
    lines += per_class("class", report["per_class"], "signals", _SHOWN_CLASSES)
    if "confusion" in report:
        lines += confusion(report["classes"], report["confusion"])
    if report["worst"]:
        lines += ["", the(len(report["worst"]), "worst error")]
    for error in report["worst"]:
        place = f"  line {error['line']}: {error['truth']}, answered {_said(error['label'])} "
        lines += with_text(place + percent(error["probability"]), error["signal"])
    return lines


def _early(told: dict[str, Any]) -> list[str]:
    """Say how early a stream knows, and how fast it is."""
    if "early" not in told:
        return []
    early, pace = told["early"], told["pace"]
    lines = [""]
    if early["settled"] is None:
        lines.append(f"streamed: never sure by {percent(early['sure'])}")
    else:
        lines.append(
            f"streamed: {percent(1 - early['unsettled'])} of the signals have their answer for "
            f"good, {percent(early['sure'])} sure; half of them after {percent(early['settled'])} "
            "of their length"
        )
    lines.append(
        f"who answers once the model is so sure hears {percent(early['heard'])} of a signal, and "
        f"is right in {percent(early['stopped_accuracy'])} of them"
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
            f"{_said(p['label'])}\t{percent(p['probability'])}\t{p['signal']}"
            for p in report["predictions"]
        ]
    return where_answers_went(report, "signals")


def _table(models: dict[str, dict[str, Any]], others: dict[str, dict[str, Any]]) -> list[str]:
    return compared(
        named(models, others, "accuracy"),
        [
            ("accuracy", lambda m: percent(m["accuracy"])),
            ("95 % interval", lambda m: percents(m["accuracy_ci95"])),
            ("streamed", lambda m: percent(m["streamed_accuracy"])),
            ("macro F1", lambda m: percent(m["macro_f1"])),
        ],
    )


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
