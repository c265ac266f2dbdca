"""The task of classifying signals, as the workflow asks for it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from elman.data.signals.sounds import is_sound
from elman.data.tables.formats import open_table
from elman.data.tables.piped import Piped
from elman.data.tables.table import Reject, Table
from elman.errors import OptionError
from elman.exporting.front import FrontEnd
from elman.exporting.parts.shares import Shares
from elman.judging.classes.decision import Prediction
from elman.runtime.model import Model
from elman.tasks.interface import (
    Items,
    Labelled,
    Learner,
    Located,
    Renewed,
    Types,
    Unlabelled,
)
from elman.tasks.reporter import Reporter
from elman.tasks.signal import screens
from elman.tasks.signal.claim import claim
from elman.tasks.signal.coding.codec import (
    SEEN,
    SignalCodec,
    numbers_in,
    signal_codec,
    signal_codec_of,
)
from elman.tasks.signal.drift import MEASURES, measured
from elman.tasks.signal.labelled import labelled_signals, random_signals
from elman.tasks.signal.options import SignalOptions
from elman.tasks.signal.rows.source import Given, is_wide, source_of
from elman.tasks.wire import Wire

if TYPE_CHECKING:
    from elman.attribution.explanation import Explanation

__all__ = ["TASK"]


class Classes:
    """`tasks.interface.Task` for signals with classes."""

    name: ClassVar[str] = "signal"
    parts: ClassVar[Mapping[str, int]] = {SEEN: 16 * 2**20}
    abilities: ClassVar[frozenset[str]] = frozenset({"stream", "page", "explain", "remember"})
    instead_of_data: ClassVar[str] = ""
    claim = staticmethod(claim)
    codec = staticmethod(signal_codec)
    labelled = staticmethod(labelled_signals)
    measures = MEASURES
    measured = staticmethod(measured)

    def deciding(self, model: Model, options: SignalOptions) -> Model:
        """With `unsure_below` the model says "don't know" of what is less probable than that."""
        if options.unsure_below is None:
            return model
        codec = signal_codec_of(model)
        decision = dataclasses.replace(codec.decision, unsure_below=options.unsure_below)
        return model.with_codec(dataclasses.replace(codec, decision=decision))

    def typed(self, model: Model, words: Sequence[str]) -> Items:
        """Each word is the path of a sound; or all are packets of one signal, in numbers."""
        if not words:
            raise OptionError("nothing to predict; pass paths of sounds, or --input FILE")
        codec = signal_codec_of(model)
        one = _signal_of(codec, words)
        if one is not None:
            return Items("the numbers given", iter([Located(1, one)]), whole=True)
        if codec.input.sound is None:
            wrong = next(word for word in words if numbers_in(word) is None)
            raise OptionError(
                f'"{wrong:.60}" is no row of numbers; {codec.input.wanted}. Pass a file with '
                "--input"
            )
        for word in words:
            if not is_sound(word):
                raise OptionError(f'"{word:.60}" is no sound by its ending; a wav is')
        each = (Located(n, word) for n, word in enumerate(words, 1))
        return Items("the sounds given", each, whole=True)

    def items(self, data: Any, model: Model, options: SignalOptions) -> Items:
        if isinstance(data, Path) and is_sound(data.name):
            return Items(str(data), iter([Located(1, str(data))]), whole=True)
        given = _given(data, model, options)
        input = signal_codec_of(model).input
        each = (
            raw if isinstance(raw, Reject) else Located(raw.line, raw.values, raw.fields)
            for raw in given.signals(input)
        )
        return Items(given.said, each, columns=given.columns)

    def apart(self, path: Path, model: Model, options: SignalOptions) -> bool:
        """A wide table has a signal a row; an index names sounds beside itself."""
        if path.is_dir() or is_sound(path.name):
            return False
        return is_wide(path, options, signal_codec_of(model).input)

    def table(self, path: Path, model: Model, options: SignalOptions) -> Table | None:
        return None if is_sound(path.name) else open_table(path, **options.opening)

    def piped(
        self, piped: Piped, model: Model, options: SignalOptions, format: str | None
    ) -> Items:
        raise OptionError(
            "standard input: a model of signals answers paths of sounds, or a file with --input; "
            "elman stream takes packets"
        )

    def one(self, model: Model, words: Sequence[Any]) -> Any:
        """Packets of numbers, or a path; or what a Python program holds, taken apart into rows."""
        if not words:
            raise OptionError("nothing to explain; pass the path of a sound, or packets of numbers")
        codec, held = signal_codec_of(model), words[0] if len(words) == 1 else list(words)
        if all(isinstance(word, str) for word in words):
            packets = _signal_of(codec, words)
            held = held if packets is None else packets
        if isinstance(held, (str, os.PathLike)):
            path = Path(held)
            held = str(path) if is_sound(path.name) else _only(path, model)
        elif isinstance(held, list) and any(isinstance(x, (str, os.PathLike)) for x in held):
            raise OptionError(f"{len(held)} files; one signal is explained: give one of them")
        elif isinstance(held, list) and any(np.ndim(x) > 1 for x in held[1:]):
            raise OptionError(f"{len(held)} signals; one of them is explained: give one")
        elif isinstance(held, list) and sorted(map(np.ndim, held)) in ([0, 1], [0, 2]):
            held = tuple(held)  # samples and their rate
        (item,) = codec.items_of([held])
        return item

    def records(self, answer: Prediction) -> Iterable[dict[str, Any]]:
        return [dataclasses.asdict(answer)]

    def record_types(self, model: Model) -> Types:
        return signal_codec_of(model).decision.record_types

    def answered(
        self, said: str, items: Sequence[Any], answers: Sequence[Prediction]
    ) -> dict[str, Any]:
        pairs = zip(items, answers, strict=True)
        return {
            "predictions": [{"signal": _shown(item)} | dataclasses.asdict(p) for item, p in pairs]
        }

    def made_up(self, model: Model, *, rows: int, seed: int) -> Labelled:
        return random_signals(model, rows, seed)

    def unlabelled(self, data: Any, model: Model, options: SignalOptions) -> Unlabelled:
        """Read a file as `predict` does, or take arrays."""
        given = _given(data, model, options)
        codec = signal_codec_of(model)
        each = (
            raw if isinstance(raw, Reject) else codec.encode(raw.values)
            for raw in given.signals(codec.input)
        )
        return Unlabelled(given.said, each)

    def renewed(self, model: Model, data: Any, options: SignalOptions) -> Renewed:
        raise AssertionError("signals have no newer values to go on from")

    def checks(self, model: Model, options: SignalOptions) -> dict[str, Any]:
        return {}

    def screen(self, kind: str, report: dict[str, Any]) -> list[str]:
        return screens.SCREENS[kind](report)

    def page(self, report: dict[str, Any]) -> str:
        return ""

    def front_end(self, model: Model) -> FrontEnd:
        codec = signal_codec_of(model)
        decision, doubt = codec.decision, codec.input.doubt
        base = tuple(decision.base.tolist())
        shares = Shares(decision.kind, decision.temperature, base=base, doubt=doubt)
        return FrontEnd("elman.tasks.signal.exported.alone", shares, labels=decision.classes)

    def learner(self) -> Learner:
        from elman.tasks.signal.learner import SignalLearner

        return SignalLearner()

    def reporter(self) -> Reporter:
        from elman.tasks.signal.reporter import REPORTER

        return REPORTER

    def wire(self) -> Wire:
        from elman.tasks.signal.wire import WIRE

        return WIRE

    def explainer(self, *, gradients: bool = True) -> Callable[[Model, Any], Explanation]:
        from elman.tasks.signal.explain import explain

        return explain


def _given(data: Any, model: Model, options: SignalOptions) -> Given:
    input = signal_codec_of(model).input
    given = source_of(data, options, need_label=False, like=input)
    if given.sound != (input.sound is not None):
        kind = "sounds" if given.sound else "readings of sensors"
        raise OptionError(f"{given.source}: {kind}; {input.wanted}")
    return given


def _only(path: Path, model: Model) -> Any:
    """Return the one signal of a file of readings, or the one sound of an index."""
    given = _given(path, model, SignalOptions())
    first, *more = list(islice(given.signals(signal_codec_of(model).input), 2))
    if more:
        raise OptionError(f"{path}: several signals; one is explained: give a file with it alone")
    if isinstance(first, Reject):
        raise OptionError(f"{path}, line {first.line}: {first.reason}")
    return first.values


def _signal_of(codec: SignalCodec, words: Sequence[str]) -> Any:
    """Return the one signal that packets of numbers are; None where a word is something else."""
    packets = list(islice(_packets(codec, words), len(words)))
    if len(packets) < len(words):
        return None
    return np.concatenate(packets)


def _packets(codec: SignalCodec, words: Sequence[str]) -> Iterator[Any]:
    for word in words:
        found = numbers_in(word)
        if found is None:
            return
        yield codec.input.packet(found)


def _shown(item: Any) -> str:
    if isinstance(item, str):
        return item
    return f"array of shape {np.shape(item)}"


TASK = Classes()
