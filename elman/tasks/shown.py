"""Lines of reports that are the same for several tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from elman.terminal import columns

__all__ = ["confusion", "named", "per_class", "where_answers_went"]

_NARROWEST, _WIDEST = 5, 12
"""Characters of a cell of a confusion; of more classes than fit it is left out."""


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
    lines = ["", f"{title:<24}{'precision':>10}{'recall':>8}{'F1':>8}{support:>9}"]
    for name, c in list(per.items())[:most]:
        lines.append(
            f"{name:<24.24}{c['precision']:>10.3f}{c['recall']:>8.3f}{c['f1']:>8.3f}"
            f"{c['support']:>9,}"
        )
    hidden = len(per) - most
    return [*lines, f"… {hidden} more; --json has all"] if hidden > 0 else lines


def confusion(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> list[str]:
    """Show `(K, K)` counts, if there is room."""
    cell = min((columns() - 16) // len(classes), _WIDEST)
    if cell < _NARROWEST:
        return []
    lines = ["", "confusion (rows: truth, columns: answer)"]
    lines.append(" " * 16 + "".join(f"{c:>{cell}.{cell - 1}}" for c in classes))
    for name, row in zip(classes, counts, strict=True):
        lines.append(f"{name:<16.15}" + "".join(f"{n:>{cell},}" for n in row))
    return lines


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
