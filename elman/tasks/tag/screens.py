"""Reports on taggers as lines for a person: one screen each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
        if per:
            lines += ["", *_each(title, per)]
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
    if report["output"] is None:
        return []
    lines = [
        report["said"],
        f"{report['answered']:,} of {report['rows']:,} sentences tagged, in {report['output']}",
    ]
    if report["rejected"]:
        lines.append(f"{report['rejected']:,} rejected, with the reasons, in {report['rejects']}")
    return lines


def _each(title: str, per: dict[str, Any]) -> list[str]:
    lines = [f"{title:<24}{'precision':>10}{'recall':>8}{'F1':>8}{'support':>9}"]
    for name, c in list(per.items())[:_TAGS]:
        lines.append(
            f"{name:<24.24}{c['precision']:>10.3f}{c['recall']:>8.3f}{c['f1']:>8.3f}"
            f"{c['support']:>9,}"
        )
    hidden = len(per) - _TAGS
    return [*lines, f"… {hidden} more; --json has all"] if hidden > 0 else lines


def _table(models: dict[str, dict[str, Any]], others: dict[str, dict[str, Any]]) -> list[str]:
    """Eighty columns; the spread over seeds goes with the name."""
    named = list(models.items()) + [(figures["called"], figures) for figures in others.values()]
    spans = any("span_f1" in m for _, m in named)
    head = f"{'':<{_WIDTH}}{'accuracy':>8}{'95 % interval':>14}{'unknown':>8}"
    lines = [head + (f"{'F1':>7}{'strict':>8}" if spans else "")]
    for name, m in named:
        if len(m.get("seeds", ())) > 1:
            headline = "span_f1" if spans else "accuracy"
            name = f"{name}, {len(m['seeds'])} seeds ± {m[f'{headline}_sd']:.1%}"
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
