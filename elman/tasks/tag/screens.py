"""Reports on taggers as lines for a person: one screen each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elman.draw.confusion import pairs
from elman.figures import counted, percent, percents, the
from elman.tasks.shown import (
    Figure,
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

_TAGS = 20


def _train(report: dict[str, Any]) -> list[str]:
    """Show the figures of a trained model beside its opponents, and the verdict."""
    kept = "words around" if report["kept"] == "linear" else f"{report['cell']}, {report['reads']}"
    lines = ["", f"judged on {report['judged_on']}"]
    lines += _table({kept: report["metrics"]}, report["baselines"])
    training = report["training"]
    return [
        *lines,
        "",
        report["verdict"],
        "",
        *curve((training["history"] or [[]])[-1]),
        f"training ended: {training['finished']}; {training['parameters']:,} parameters in the "
        "model",
        seconds(report),
        *where(report),
    ]


def _compare(report: dict[str, Any]) -> list[str]:
    """Show every recurrent model, mean and spread over seeds, beside the opponents."""
    lines = ["", f"judged on {report['judged_on']}"]
    return [*lines, *_table(report["models"], report["baselines"]), "", report["verdict"]]


def _evaluate(report: dict[str, Any]) -> list[str]:
    """Show figures, those of each tag, what is taken for what, and the worst errors."""
    lines = [
        report["said"],
        f"{counted(report['n'], 'sentence')}, {counted(report['words'], 'word')}, "
        f"{report['unknown_words']:,} of them never seen",
        *_table({"model": report["metrics"]}, {}),
    ]
    lines += reliable(report)
    for title, per in (("kind", report.get("per_kind")), ("tag", report["per_tag"])):
        lines += per_class(title, per, "support", _TAGS) if per else []
    found = [(pair["truth"], pair["answer"], pair["words"]) for pair in report["confused"]]
    lines += pairs(found, "words")
    if report["worst"]:
        lines += ["", the(len(report["worst"]), "surest error")]
    for error in report["worst"]:
        place = f"  line {error['line']}: {error['word']} is {error['truth']}, answered "
        lines += with_text(f"{place}{error['tag']} {percent(error['probability'])}", error["text"])
    return lines


def _predict(report: dict[str, Any]) -> list[str]:
    """Show one line per text, or where a file's answers went."""
    if "predictions" in report:
        lines = []
        for said in report["predictions"]:
            pairs = zip(said["words"], said["tags"], strict=True)
            lines.append(" ".join(f"{word}/{tag}" for word, tag in pairs))
            lines += [f"  {span['kind']}: {span['text']}" for span in said.get("spans", ())]
        return lines
    return where_answers_went(report, "sentences")


def _table(models: dict[str, dict[str, Any]], others: dict[str, dict[str, Any]]) -> list[str]:
    spans = any("span_f1" in figures for figures in [*models.values(), *others.values()])
    figures: list[Figure] = [
        ("accuracy", lambda m: percent(m["accuracy"])),
        ("95 % interval", lambda m: percents(m["accuracy_ci95"])),
        ("unknown", lambda m: percent(m["accuracy_unknown"]) if "accuracy_unknown" in m else ""),
    ]
    if spans:
        figures += [
            ("F1", lambda m: percent(m["span_f1"])),
            ("strict", lambda m: percent(m["span_f1_strict"])),
        ]
    return compared(named(models, others, "span_f1" if spans else "accuracy"), figures)


SCREENS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "train": _train,
    "compare": _compare,
    "evaluate": _evaluate,
    "predict": _predict,
    "chart": lambda report: [],
}
"""By the command whose report it shows."""
