"""Which kind of data somebody gives, and its signals one by one, whatever the kind."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.signals.entries import GROUP_NAMES, file_column, listed
from elman.data.signals.files import Files
from elman.data.signals.layout import Layout, layout_of
from elman.data.signals.listed import Entry, Listed
from elman.data.signals.readings import of_table
from elman.data.signals.resample import resample
from elman.data.signals.sensors import Sensors, Signal, of_arrays
from elman.data.signals.sounds import as_floats, is_sound, rate_of, read_sound
from elman.data.tables.formats import files_of, open_table
from elman.data.tables.held import table_of
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError, OptionError
from elman.figures import counted
from elman.tasks.signal.coding.input import SignalInput
from elman.tasks.signal.options import SignalOptions
from elman.tasks.signal.rows.arrays import are_paths, labelled_arrays
from elman.tasks.signal.rows.raw import Raw

__all__ = ["Given", "is_wide", "source_of"]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Given:
    """Data that was looked at; signals are read when they are asked for."""

    said: str
    source: str
    sounds: Listed | None = None
    sensors: Sensors | None = None
    group: str | None = None
    """The column of groups, where one was named."""
    likely_group: str | None = None
    """A column that looks as if it were one, where none was named."""
    rate: int | None = None
    """Of sounds that came as arrays."""
    columns: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the signals are sounds."""
        return self.sounds is not None or self.rate is not None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the data."""
        found = self.sounds or self.sensors
        return () if found is None else tuple(found.notes)

    def rates(self) -> Counter[int]:
        """How many sounds have which rate, by their headers; damaged ones are passed over."""
        if self.sounds is None:
            return Counter() if self.rate is None else Counter([self.rate])
        found: Counter[int] = Counter()
        for entry in self.sounds.each:
            if isinstance(entry, Entry):
                try:
                    with self.sounds.files.open(entry.file) as file:
                        found[rate_of(file, entry.file)[0]] += 1
                except DataError:
                    continue
        return found

    @property
    def _each(self) -> Sequence[Entry | Signal | Reject]:
        found = self.sounds or self.sensors
        assert found is not None
        return found.each

    def signals(self, input: SignalInput) -> Iterator[Raw | Reject]:
        """Read the signals as a model of this input takes them, in their order."""
        return (self.signal(place, input) for place in range(len(self._each)))

    def signal(self, place: int, input: SignalInput) -> Raw | Reject:
        """Read one signal again, by its place among all that are there, rejects too."""
        found = self._each[place]
        if isinstance(found, Reject):
            return found
        return self._heard(found, input) if isinstance(found, Entry) else self._held(found, input)

    def _held(self, signal: Signal, input: SignalInput) -> Raw | Reject:
        values = signal.values
        if input.sound is not None:
            if not np.isfinite(values).all():
                return Reject(signal.line, "a sample is NaN")
            values = values.mean(axis=1, dtype=np.float32)
            values = resample(values, self.rate or input.sound.rate, input.sound.rate)
        seconds = len(values) / input.sound.rate if input.sound else float(len(values))
        return Raw(
            signal.line,
            f"row {signal.line}",
            values,
            seconds,
            signal.label,
            signal.group,
            signal.part,
            signal.fields,
        )

    def _heard(self, entry: Entry, input: SignalInput) -> Raw | Reject:
        assert input.sound is not None
        assert self.sounds is not None
        try:
            with self.sounds.files.open(entry.file) as file:
                samples, rate = read_sound(file, entry.file)
        except DataError as fault:
            return Reject(entry.line, str(fault), entry.file, entry.fields)
        return Raw(
            entry.line,
            entry.file,
            resample(samples, rate, input.sound.rate),
            len(samples) / rate,
            entry.label,
            entry.group,
            entry.part,
            entry.fields,
        )


def source_of(
    data: Any, options: SignalOptions, *, need_label: bool = True, like: SignalInput | None = None
) -> Given:
    """Look at data: a folder, an index of sounds, a table of readings, a frame, or arrays.

    Args:
        data: any of these.
        options: name columns.
        need_label: whether rows without a label are rejects.
        like: the input of a model, whose columns are taken where nothing is said.

    Raises:
        DataError: it is none of them.
    """
    if isinstance(data, (str, Path)):
        path = Path(data)
        if path.is_dir() and not files_of(path):
            return _of_sounds(listed(path, need_label=need_label, **_named(options)))
        table = open_table(path, **options.opening)
    else:
        found = table_of(data)
        if found is None:
            return _of_arrays(data, options, like, need_label=need_label)
        table = found
    if _is_index(table, options):
        if not isinstance(data, (str, Path)):
            raise DataError("a frame of files: pass the path of an index, as index.csv, instead.")
        how = _named(options)
        if like is not None and how["label"] is None and like.label_column in table.columns:
            how["label"] = like.label_column
        file = options.file
        if like is not None and file is None and like.file_column in table.columns:
            file = like.file_column
        sounds = listed(
            Path(data), file=file, need_label=need_label, opening=options.opening, **how
        )
        return _of_sounds(sounds, _likely(table, sounds.group))
    return _of_readings(table, options, like, need_label=need_label)


def _is_index(table: Table, options: SignalOptions) -> bool:
    first = [row for row in islice(table.rows(), 50) if isinstance(row, Row)]
    if not first:
        raise DataError(f"{table.path}: no row can be read below the names of the columns.")
    return options.file is not None or file_column(table, first) is not None


def is_wide(path: Path, options: SignalOptions, like: SignalInput) -> bool:
    """Say whether a file is a table with a signal a row."""
    table = open_table(path, **options.opening)
    if _is_index(table, options):
        return False
    return _layout(table, options, like, need_label=False).form == "wide"


def _named(options: SignalOptions) -> dict[str, Any]:
    return {"label": options.label, "group": options.group, "split": options.split}


def _likely(table: Table, group: str | None) -> str | None:
    if group is not None:
        return None
    return next((name for name in table.columns if name.lower() in GROUP_NAMES), None)


def _of_sounds(sounds: Listed, likely: str | None = None) -> Given:
    return Given(
        sounds.said,
        sounds.source,
        sounds=sounds,
        group=sounds.group,
        likely_group=likely,
        columns=sounds.columns,
    )


def _of_readings(
    table: Table, options: SignalOptions, like: SignalInput | None, *, need_label: bool
) -> Given:
    layout = _layout(table, options, like, need_label=need_label)
    asked = options.split is not None
    sensors = of_table(table, layout, need_label=need_label, parts_asked=asked)
    return Given(
        sensors.said,
        sensors.source,
        sensors=sensors,
        group=layout.group,
        likely_group=_likely(table, layout.group),
        columns=sensors.columns,
    )


def _layout(
    table: Table, options: SignalOptions, like: SignalInput | None, *, need_label: bool
) -> Layout:
    """Return the columns of a table: those of the model's training file, if they are there."""
    known = None if like is None or like.sensor is None else like.sensor.layout
    if known is not None and known.form == "wide" and options.series is not None:
        known = None
    same = None if known is None else known.of_others(table, options.series)
    if known is not None and same is not None:
        if options.label in table.columns:
            same = dataclasses.replace(same, label=options.label)
        if need_label and same.label is None:
            named = options.label or known.label
            raise DataError(f'{table.path}: no column "{named}" of labels.')
        return same
    label = options.label
    if label is None and known is not None and known.label in table.columns:
        label = known.label
    found = layout_of(
        table,
        label=label,
        series=options.series,
        group=options.group,
        split=options.split,
        need_label=need_label,
    )
    if like is not None and len(found.channels) != like.channels:
        raise DataError(
            f"{table.path}: {counted(len(found.channels), 'channel')} "
            f"({', '.join(found.channels[:8])}); "
            f"this model takes {like.channels}."
        )
    return found


def _of_arrays(
    data: Any, options: SignalOptions, like: SignalInput | None, *, need_label: bool
) -> Given:
    if are_paths(data):
        if need_label:
            raise DataError("the given data: paths without labels. Expected an index or a folder.")
        each = [Entry(n, str(path), None) for n, path in enumerate(data, start=1)]
        files = Files(Path())
        if not all(is_sound(Path(path).name) for path in data):
            raise DataError("the given data: expected paths of sounds, such as a.wav.")
        return _of_sounds(Listed(counted(len(data), "sound"), "the given data", files, [*each]))
    found = labelled_arrays(data)
    if found is None:
        raise DataError(
            "the given data: expected (X, y) or (X, y, groups), where X is an array (N, T, C) or "
            "(N, T), or a list of (T, C), time first; or a frame, an index of sounds, or a folder."
        )
    signals, labels, groups = found
    if labels is None and need_label:
        raise DataError("the given data: arrays without labels. Expected (X, y).")
    rate = options.rate
    if like is not None:
        rate = like.sound.rate if like.sound else None
    given = signals if rate is None else map(as_floats, signals)
    sensors = of_arrays(given, labels, groups=groups)
    if rate is not None and len(sensors.channels) > 2:
        raise OptionError(f"--rate: a sound has one channel or two, not {len(sensors.channels)}")
    if like is not None and like.sound is None and len(sensors.channels) != like.channels:
        given_channels = counted(len(sensors.channels), "channel")
        raise DataError(f"the given data has {given_channels}; {like.wanted}.")
    group = None if groups is None else "groups"
    return Given(sensors.said, sensors.source, sensors=sensors, group=group, rate=rate)
