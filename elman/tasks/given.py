"""The options of all tasks as keyword arguments, for editors and type checkers alone.

Made from `options.py` of each task; see `tests/tasks/test_given.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypedDict

__all__ = ["CompareOptions", "EvaluateOptions", "TrainOptions"]


class TrainOptions(TypedDict, total=False):
    """Those of `elman.train`."""

    cell: Literal["rnn", "gru", "lstm"] | None
    keep: Literal["best", "recurrent", "simple"]
    seed: int
    threads: int
    force: bool
    encoding: str | None
    header: bool | None
    time_limit: str | None
    resume: bool
    epochs: int | None
    batch_size: int | None
    learning_rate: float | None
    weight_decay: float | None
    clip_norm: float | None
    hidden_size: int | None
    num_layers: int | None
    device: str
    text: str | None
    label: str | None
    label_split: Literal["none", "|", ";", ",", "list", "flags"] | None
    group: str | None
    test: str | None
    preset: Literal["chapter", "fast", "strong"]
    unlabelled: str | None
    pretrained: str | None
    as_printed: bool
    class_weight: Literal["none", "balanced"]
    threshold: Literal["default", "f1"]
    unsure_below: float | None
    allow_overlap: bool
    baselines: bool
    embedding_size: int | None
    max_words: int | None
    min_count: int | None
    max_length: int | None
    dropout: float | None
    word_dropout: float | None
    members: int | None
    patience: int | None
    date: str | None
    value: str | None
    id: str | None
    past_covariates: str | None
    future_covariates: str | None
    static_covariates: str | None
    calendar: str | None
    horizon: int
    window: int | None
    season: int | None
    holdout: int | None
    back_test: str | None
    refit: int
    file: str | None
    series: str | None
    split: str | None
    rate: int | None
    frame_ms: float | None
    hop_ms: float | None
    bins: int | None
    every: int | None
    mark_missing: bool
    features: int | None
    augment: bool
    column: str | None
    validation: str | None
    one_way: bool
    crf: bool | None
    target: str | None
    test_target: str | None
    validation_target: str | None
    pieces: int | None
    join_dropout: float | None
    beam: int | None
    length_penalty: float | None


class CompareOptions(TypedDict, total=False):
    """Those of `elman.compare`."""

    threads: int
    encoding: str | None
    header: bool | None
    time_limit: str | None
    epochs: int | None
    batch_size: int | None
    learning_rate: float | None
    weight_decay: float | None
    clip_norm: float | None
    hidden_size: int | None
    num_layers: int | None
    device: str
    text: str | None
    label: str | None
    label_split: Literal["none", "|", ";", ",", "list", "flags"] | None
    group: str | None
    test: str | None
    class_weight: Literal["none", "balanced"]
    threshold: Literal["default", "f1"]
    unsure_below: float | None
    allow_overlap: bool
    embedding_size: int | None
    max_words: int | None
    min_count: int | None
    max_length: int | None
    dropout: float | None
    word_dropout: float | None
    members: int | None
    patience: int | None
    date: str | None
    value: str | None
    id: str | None
    past_covariates: str | None
    future_covariates: str | None
    static_covariates: str | None
    calendar: str | None
    horizon: int
    window: int | None
    season: int | None
    holdout: int | None
    file: str | None
    series: str | None
    split: str | None
    rate: int | None
    frame_ms: float | None
    hop_ms: float | None
    bins: int | None
    every: int | None
    mark_missing: bool
    features: int | None
    augment: bool
    column: str | None
    validation: str | None
    one_way: bool
    crf: bool | None
    target: str | None
    test_target: str | None
    validation_target: str | None
    pieces: int | None
    join_dropout: float | None
    beam: int | None
    length_penalty: float | None


class EvaluateOptions(TypedDict, total=False):
    """Those of `elman.evaluate`."""

    encoding: str | None
    header: bool | None
    text: str | None
    label: str | None
    label_split: Literal["none", "|", ";", ",", "list", "flags"] | None
    behaviour: list[Path] | None
    label_names: str | None
    date: str | None
    value: str | None
    id: str | None
    file: str | None
    series: str | None
    column: str | None
    target: str | None
