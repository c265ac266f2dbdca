"""Models of every task, trained on its sample, and what Python says with them in each precision."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import elman
from elman.training.listener import Listener
from elman.web.packed import PRECISIONS, Precision
from elman.workflow import train as workflow
from tests.tasks.contract.samples import KINDS
from tests.web.series_models import series_case
from tests.web.signal_models import signal_case
from tests.web.tag_models import tag_case
from tests.web.text_models import text_case
from tests.web.translation_models import translation_case

__all__ = ["trained_cases"]


def trained_cases(kind: str, folder: Path) -> list[dict[str, Any]]:
    """Train one of `KINDS` and return its cases: all precisions of one model."""
    task, sample = KINDS[kind]
    place = folder / kind
    place.mkdir()
    options = sample.options | (
        {"epochs": 2} if sample.states else {}
    )  # what it learns is no matter
    workflow.train_report(sample.write(place), place / "model", task, options, Listener())
    saved = elman.load(place / "model").info
    items: Any = list(sample.items)
    cases: dict[str, Callable[[Precision], dict[str, Any]]] = {
        "classify": lambda p: text_case(kind, saved, p, [*items[:6], sample.whole(sample.words)]),
        "tag": lambda p: tag_case(kind, saved, p, items),
        "forecast": lambda p: series_case(kind, saved, p),
        "signal": lambda p: signal_case(kind, saved, p),
        "translate": lambda p: translation_case(kind, saved, p, items[:6]),
    }
    return [cases[task](precision) for precision in PRECISIONS]
