"""Lines of reports that are the same for several tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from elman.draw.bars import marked, row
from elman.draw.table import table
from elman.figures import percent
from elman.width import columns, cut, wide

__all__ = [
    "Figure",
    "compared",
    "curve",
    "named",
    "per_class",
    "reliable",
    "seconds",
    "where",
    "where_answers_went",
    "with_text",
]

_BAR = 30
_VALIDATED = {
    "validation_loss": "validation loss",
    "validation_error": "wrong in validation",
    "validation_left": "error, of the linear's 1,",
}
"""What is known of an epoch, and its name."""

Figure = tuple[str, Callable[[dict[str, Any]], str]]
"""The title of a column, and what stands in it of a model's figures."""


def named(
    models: Mapping[str, dict[str, Any]],
    others: Mapping[str, dict[str, Any]],
    headline: str,
    form: str = "{:.1%}",
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and the figures of each line of a table; the spread over seeds is in the name.

    Args:
        models: by name.
        others: opponents, by their key in reports.
        headline: the figure whose spread is told.
        form: of the spread.
    """
    for name, figures in models.items():
        if len(figures.get("seeds", ())) > 1:
            spread = form.format(figures[f"{headline}_sd"])
            yield f"{name}, {len(figures['seeds'])} seeds ± {spread}", figures
        else:
            yield name, figures
    for figures in others.values():
        yield figures["called"], figures


def compared(each: Iterator[tuple[str, dict[str, Any]]], figures: Sequence[Figure]) -> list[str]:
    """Show models and opponents below one another, the figures that matter most to the left."""
    rows = list(each)
    shown = [(title, [said(found) for _, found in rows]) for title, said in figures]
    return table("", [name for name, _ in rows], shown)


def per_class(
    title: str, per: Mapping[str, dict[str, float]], support: str, most: int
) -> list[str]:
    """Show precision, recall, F1 and support of each class.

    Args:
        title: what a class is called.
        per: figures by class.
        support: what is counted, as "rows".
        most: classes that are shown.
    """
    shown = dict(list(per.items())[:most])
    parts = [
        (name, [percent(c[key]) for c in shown.values()])
        for name, key in (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))
    ]
    parts.append((support, [f"{c['support']:,}" for c in shown.values()]))
    lines = ["", *table(title, list(shown), parts)]
    hidden = len(per) - most
    return [*lines, f"… {hidden} more; --json has all"] if hidden > 0 else lines


def curve(history: Sequence[Mapping[str, float]]) -> list[str]:
    """Draw how the validation part was answered, one bar an epoch; of one epoch nothing."""
    told = next((key for key in _VALIDATED if any(key in epoch for epoch in history)), None)
    losses = [epoch[told] for epoch in history if told in epoch] if told else []
    if told is None or len(losses) < 2:
        return []
    begin, end = f"{_VALIDATED[told]} by epoch {losses[0]:.3f} ", f" {losses[-1]:.3f}"
    room = columns() - len(begin) - len(end)
    every = -(-len(losses) // room)
    picked = losses[::every]
    return [begin + row(picked, min(losses), max(losses)) + end]


def reliable(details: Mapping[str, Any]) -> list[str]:
    """Show how often answers are right, by how sure they are; nothing of too few."""
    told = details.get("reliability")
    if not told:
        return []
    parts = [
        ("said", [percent(one["said"]) for one in told]),
        ("right", [percent(one["right"]) for one in told]),
        ("answers", [f"{one['rows']:,}" for one in told]),
    ]
    width = min(_BAR, columns() - 32)
    bars = [marked(one["right"], one["said"], width) for one in told]
    lines = ["", "as sure as it says? (filled: how often it was right; │ where it said)"]
    return lines + table("", bars, parts)


def seconds(report: Mapping[str, Any]) -> str:
    """Say how long each part took."""
    return "seconds: " + ", ".join(f"{part} {s:.1f}" for part, s in report["seconds"].items())


def with_text(place: str, text: str) -> list[str]:
    """Show as much of a text as fits beside its place, or below it where nearly nothing does."""
    text, room = " ".join(text.split()), columns() - wide(place) - 2
    if room < columns() // 3:
        return [place, "    " + cut(text, columns() - 4)]
    return [f"{place}  {cut(text, room)}"]


def where(report: dict[str, Any], about: str = "") -> list[str]:
    """Say where the model of a training lies, and the page about it."""
    page = [f"page: {report['page']}"] if "page" in report else []
    return [*page, f"model: {report['model']}{about}"]


def where_answers_went(report: dict[str, Any], rows: str = "rows") -> list[str]:
    """Say where the answers to a file are; nothing where they went to standard output."""
    if report["output"] is None:
        return []
    lines = [
        report["said"],
        f"{report['answered']:,} of {report['rows']:,} {rows} answered, in {report['output']}",
    ]
    if report["rejected"]:
        lines.append(f"{report['rejected']:,} rejected, with the reasons, in {report['rejects']}")
    return lines
