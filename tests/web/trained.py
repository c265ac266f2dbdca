"""Models of every task, trained on its sample, and what Python says with them in each precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from elman.web.packed import PRECISIONS, Precision
from tests.tasks.contract.conftest import Kept
from tests.web.series_models import series_case
from tests.web.signal_models import signal_case
from tests.web.tag_models import tag_case
from tests.web.text_models import text_case
from tests.web.translation_models import translation_case

__all__ = ["trained_cases"]


def trained_cases(kind: str, kept: Kept) -> list[dict[str, Any]]:
    """Return the cases of one trained model: all precisions."""
    saved, sample = kept.model.info, kept.sample
    items: Any = list(sample.items)
    cases: dict[str, Callable[[Precision], dict[str, Any]]] = {
        "classify": lambda p: text_case(kind, saved, p, [*items[:6], sample.whole(sample.words)]),
        "tag": lambda p: tag_case(kind, saved, p, items),
        "forecast": lambda p: series_case(kind, saved, p),
        "signal": lambda p: signal_case(kind, saved, p),
        "translate": lambda p: translation_case(kind, saved, p, items[:6]),
    }
    return [cases[kept.name](precision) for precision in PRECISIONS]
