"""What a model of signals has on its page: classes, confusion, how early it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from elman.runtime.model import Model
from elman.tasks.reporter import Report, Shown
from elman.tasks.sections import (
    RIGHT,
    WORST,
    apart,
    differ,
    each_class,
    named,
    percent,
    reads_on,
    reliability,
)
from elman.tasks.signal.coding.codec import SignalCodec
from elman.web.blocks import Facts, Section, Table

__all__ = ["REPORTER"]

_SHOWN_ERRORS = 12
_CHECKED, _SAMPLES, _ROWS = 3, 4000, 50
"""Signals of noise on which the page is held against the model, and how long they are."""


class SignalReporter:
    """See `elman.tasks.reporter.Reporter`."""

    parts = ()
    near = 0.005
    apart = staticmethod(apart)
    streams = staticmethod(reads_on)
    differ = staticmethod(differ)

    def shown(self, report: Report) -> Sequence[Shown]:
        return (
            Shown("accuracy", "accuracy", "share"),
            Shown("streamed_accuracy", "streamed", "share"),
            Shown("macro_f1", "macro F1", "share"),
            Shown("log_loss", "log loss", "value", higher_is_better=False),
        )

    def called(self, report: Report) -> str:
        simple = report.get("kept") == "simple"
        return "convolutions" if simple else f"{report['cell']} and convolutions"

    def example(self, model: Model, report: Report) -> str:
        return ""

    def typed(self, model: Model, report: Report) -> tuple[str, str]:
        sensor = cast(SignalCodec, model.codec).input.sensor
        if sensor is None:
            return "sound.wav", 'model.predict(["sound.wav"])'
        rows = f"an array, a row a step, its columns {', '.join(sensor.channels)}"
        return "--input FILE", f"model.predict([rows])  # {rows}"

    def checked(self, model: Model, report: Report) -> Sequence[Any]:
        input, random = cast(SignalCodec, model.codec).input, np.random.default_rng(0)
        shape: tuple[int, ...] = (_SAMPLES,)
        if input.sensor is not None:
            shape = (_ROWS, len(input.sensor.channels))
        return [random.normal(0, 0.1, shape).round(4).tolist() for _ in range(_CHECKED)]

    def sections(
        self, model: Model, report: Report, held_out: Mapping[str, Sequence[Any]]
    ) -> Sequence[Section]:
        details = report["held_out"]
        labels, counts = details.get("classes", ()), details.get("confusion", ())
        per = details.get("per_class", {})
        found = each_class("Each class", "class", "signals", per, labels, counts)
        found += [*reliability(details), *_early(details)]
        for title, key, lead in (
            ("Its worst errors", "worst", WORST.format("signals")),
            ("Some right answers", "right", RIGHT.format("signals")),
        ):
            rows = [
                [one["signal"], named(one["truth"]), named(one["label"]), one["probability"]]
                for one in details.get(key, [])[:_SHOWN_ERRORS]
            ]
            if rows:
                heads = ("signal", "is", "answered", "probability")
                found.append(Section(title, [Table(heads, rows, lead)]))
        return found


def _early(details: Mapping[str, Any]) -> list[Section]:
    if "early" not in details:
        return []
    early, pace = details["early"], details["pace"]
    settled = early["settled"]
    facts = [
        (
            f"half of the signals have their answer for good, {early['sure']:.0%} sure, after",
            "never" if settled is None else f"{settled:.0%} of their length",
        ),
        ("who answers once the model is so sure hears", f"{early['heard']:.0%} of a signal"),
        ("and is right in", percent(early["stopped_accuracy"])),
    ]
    if (factor := pace.get("real_time_factor")) is not None:
        facts.append(("time for a second of sound, on one thread", f"{factor:.3f} s"))
    return [Section("How early it knows", [Facts(facts)])]


REPORTER = SignalReporter()
