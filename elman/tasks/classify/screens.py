"""Reports on classifiers as lines for a person: one screen each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elman.draw.confusion import confusion
from elman.figures import counted, percent, percents, the
from elman.tasks.classify.checklist import screen as checklist
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
    kept = "words and pairs" if report["kept"] == "linear" else report["cell"]
    name = f"{kept}, preset {report['preset']}"
    lines = ["", f"judged on {report['judged_on']}"]
    lines += _table({name: report["metrics"]}, report["baselines"])
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
    lines = _figures(report) if "metrics" in report else []
    return lines + checklist.lines(report.get("behaviour", ()))


def _figures(report: dict[str, Any]) -> list[str]:
    metrics = report["metrics"]
    lines = [report["said"], counted(report["n"], "row"), *_table({"model": metrics}, {})]
    lines.append(_calibration(metrics))
    lines += reliable(report)
    lines += per_class("class", report["per_class"], "rows", _SHOWN_CLASSES)
    if "confusion" in report:
        lines += confusion(report["classes"], report["confusion"])
    if report["worst"]:
        lines += ["", the(len(report["worst"]), "worst error")]
    for error in report["worst"]:
        truth, label = _said(error["truth"]), _said(error["label"])
        sure = percent(error["probability"])
        lines += with_text(
            f"  line {error['line']}: {truth}, answered {label} {sure}", error["text"]
        )
    return lines


def _predict(report: dict[str, Any]) -> list[str]:
    """Show one line per text, or where a file's answers went."""
    if "predictions" in report:
        return [
            f"{_said(p['label'])}\t{percent(p['probability'])}\t{p['text']}"
            for p in report["predictions"]
        ]
    return where_answers_went(report)


def _table(models: dict[str, dict[str, Any]], others: dict[str, dict[str, Any]]) -> list[str]:
    return compared(
        named(models, others, "accuracy"),
        [
            ("accuracy", lambda m: percent(m["accuracy"])),
            ("95 % interval", lambda m: percents(m["accuracy_ci95"])),
            ("macro F1", lambda m: percent(m["macro_f1"])),
            ("95 % interval", lambda m: percents(m["macro_f1_ci95"])),
        ],
    )


def _calibration(metrics: dict[str, Any]) -> str:
    off = 100 * metrics["ece"]
    return f"calibration error {off:.1f} points, log loss {metrics['log_loss']:.3f}"


def _said(label: Any) -> str:
    if label is None:
        return "don't know"
    return label if isinstance(label, str) else ", ".join(label) or "(none)"


SCREENS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "train": _train,
    "compare": _compare,
    "evaluate": _evaluate,
    "predict": _predict,
    "chart": lambda report: [],
}
"""By the command whose report it shows."""
