"""Reports on translators as lines for a person: one screen each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elman.figures import counted, the
from elman.tasks.shown import compared, curve, named, seconds, where, where_answers_went
from elman.width import columns, cut

__all__ = ["SCREENS"]


def _train(report: dict[str, Any]) -> list[str]:
    """Show the figures of a trained model beside its opponents, and the verdict."""
    name = f"{report['cell']}, preset {report['preset']}"
    training = report["training"]
    return [
        "",
        f"judged on {report['judged_on']}",
        *_table({name: report["metrics"]}, report["baselines"]),
        *_signatures(report["metrics"]),
        "",
        report["verdict"],
        "",
        *curve(training["history"]),
        f"training ended: {training['finished']}; {training['parameters']:,} parameters; "
        f"BLEU {training['validation_bleu']:.1f} on the validation part, where a length penalty "
        f"of {training['length_penalty']:g} was best",
        seconds(report),
        *where(report),
    ]


def _compare(report: dict[str, Any]) -> list[str]:
    """Show every recurrent model, mean and spread over seeds, beside the opponents."""
    lines = ["", f"judged on {report['judged_on']}"]
    lines += _table(report["models"], report["baselines"])
    return [*lines, "", report["verdict"]]


def _evaluate(report: dict[str, Any]) -> list[str]:
    """Show figures, lengths, and the translations that cost most."""
    metrics = report["metrics"]
    said = report.get("said", report.get("judged_on", ""))
    lines = [said, counted(report["n"], "pair"), *_table({"model": metrics}, {})]
    lines += [
        f"BLEU of small letters {metrics['bleu_lower_case']:.1f}; {report['words']:,} words, "
        f"{report['reference_words']:,} in the references",
        *_signatures(metrics),
    ]
    if report.get("worst"):
        lines += ["", the(len(report["worst"]), "translation", " that cost most")]
    for error in report.get("worst", ()):
        room = columns() - 18
        lines.append(f"  line {error['line']}: {cut(error['source'], room)}")
        lines.append(f"    {cut(error['translation'], room)}")
        lines.append(f"    instead of {cut(error['truth'], room)}")
    return lines


def _predict(report: dict[str, Any]) -> list[str]:
    """Show one line per sentence, or where a file's answers went."""
    if "translations" in report:
        return [answer["translation"] for answer in report["translations"]]
    return where_answers_went(report)


def _table(models: dict[str, dict[str, Any]], others: dict[str, dict[str, Any]]) -> list[str]:
    return compared(
        named(models, others, "bleu", "{:.1f}"),
        [
            ("BLEU", lambda m: f"{m['bleu']:.1f}"),
            ("95 % interval", lambda m: "{:.1f}–{:.1f}".format(*m["bleu_ci95"])),
            ("chrF", lambda m: f"{m['chrf']:.1f}"),
        ],
    )


def _signatures(metrics: dict[str, Any]) -> list[str]:
    return [f"BLEU {metrics['bleu_signature']}", f"chrF {metrics['chrf_signature']}"]


SCREENS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "train": _train,
    "compare": _compare,
    "evaluate": _evaluate,
    "predict": _predict,
    "chart": lambda report: [],
}
"""By the command whose report it shows."""
