"""Reports on taggers as lines for a person: one screen each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elman.tasks.shown import named, per_class, where_answers_went
from elman.terminal import columns

__all__ = ["SCREENS"]

_WIDTH = 34
_TAGS = 20


def _train(report: dict[str, Any]) -> list[str]:
    """Show the figures of a trained model beside its opponents, and the verdict."""
    kept = "words around" if report["kept"] == "linear" else f"{report['cell']}, {report['reads']}"
    lines = ["", f"judged on {report['judged_on']}"]
    lines += _table({kept: report["metrics"]}, report["baselines"])
    training, seconds = report["training"], report["seconds"]
    return [
        *lines,
        "",
        report["verdict"],
        "",
        f"training ended: {training['finished']}; {training['parameters']:,} parameters in the "
        "model",
        "seconds: " + ", ".join(f"{part} {s:.1f}" for part, s in seconds.items()),
        f"model: {report['model']}",
    ]


def _compare(report: dict[str, Any]) -> list[str]:
    """Show every recurrent model, mean and spread over seeds, beside the opponents."""
    lines = ["", f"judged on {report['judged_on']}"]
    return [*lines, *_table(report["models"], report["baselines"]), "", report["verdict"]]


def _evaluate(report: dict[str, Any]) -> list[str]:
    """Show figures, those of each tag, what is taken for what, and the worst errors."""
    lines = [
        report["said"],
        f"{report['n']:,} sentences, {report['words']:,} words, "
        f"{report['unknown_words']:,} of them never seen",
        *_table({"model": report["metrics"]}, {}),
    ]
    for title, per in (("kind", report.get("per_kind")), ("tag", report["per_tag"])):
        lines += per_class(title, per, "support", _TAGS) if per else []
    if report["confused"]:
        lines += ["", "most often taken for another (truth, answer, words)"]
        lines += [
            f"  {pair['truth']:<16.16} {pair['answer']:<16.16} {pair['words']:>6,}"
            for pair in report["confused"][:8]
        ]
    if report["worst"]:
        lines += ["", f"the {len(report['worst'])} surest errors"]
    for error in report["worst"]:
        place = (
            f"  line {error['line']}: {error['word']} is {error['truth']}, answered "
            f"{error['tag']} {error['probability']:.0%}  "
        )
        lines.append(place + f"{error['text']:.{max(columns() - len(place), 20)}}")
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
    """Eighty columns; the spread over seeds goes with the name."""
    spans = any("span_f1" in figures for figures in [*models.values(), *others.values()])
    each = named(models, others, "span_f1" if spans else "accuracy")
    head = f"{'':<{_WIDTH}}{'accuracy':>8}{'95 % interval':>14}{'unknown':>8}"
    lines = [head + (f"{'F1':>7}{'strict':>8}" if spans else "")]
    for name, m in each:
        low, high = m["accuracy_ci95"]
        unknown = f"{m['accuracy_unknown']:.1%}" if "accuracy_unknown" in m else ""
        line = f"{name:<{_WIDTH}.{_WIDTH}}{m['accuracy']:>8.2%}{f'{low:.3f}–{high:.3f}':>14}"
        line += f"{unknown:>8}"
        if spans:
            line += f"{m['span_f1']:>7.3f}{m['span_f1_strict']:>8.3f}"
        lines.append(line)
    return lines


SCREENS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "train": _train,
    "compare": _compare,
    "evaluate": _evaluate,
    "predict": _predict,
    "chart": lambda report: [],
}
"""By the command whose report it shows."""
