"""A saved forecaster, or one that was just trained, as it answers."""

from __future__ import annotations

import numpy as np

from elman.artifact import Artifact, decode
from elman.errors import ArtifactError, DataError
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.tasks.forecast.coding.codec import SeriesCodec
from elman.tasks.forecast.coding.ends import LARGEST, PART, Ends
from elman.tasks.forecast.coding.input import SeriesInput
from elman.tasks.forecast.coding.intervals import Spread
from elman.tasks.interface import Trained

__all__ = ["model_of", "series_codec"]


def series_codec(saved: Artifact, spec: NetworkSpec) -> SeriesCodec:
    """Build the codec of a saved forecaster.

    Raises:
        ArtifactError: input and network do not fit together.
    """
    input = decode(SeriesInput, saved.input, "model.json: input")
    if (spec.vocabulary, spec.input_size, spec.outputs) != (0, input.step, input.horizon):
        raise ArtifactError(
            f"model.json: network: {spec.outputs} outputs of {spec.input_size} inputs do not make "
            f"a forecast {input.horizon} steps ahead of {input.step} value(s) a step"
        )
    input.check()
    if spec.linear not in (0, input.floats):
        raise ArtifactError(
            f"model.json: network.linear is {spec.linear}, and the steps of a window have "
            f"{input.floats} floats"
        )
    ends = _ends(saved, input)
    where = PART if PART in saved.parts else "model.json: input.recent"
    ends.check(input.window, input.channels.width, where)
    spread = decode(Spread, saved.output, "model.json: output")
    spread.check(input.horizon)
    codec = SeriesCodec(input, ends, spread)
    try:
        # dates that cannot be continued, which somebody would see only when asking
        codec.recent(int(np.argmax(ends.first))).coming(input.horizon)
    except (DataError, ValueError) as error:
        raise ArtifactError(f"model.json: input: {error}") from error
    return codec


def _ends(saved: Artifact, input: SeriesInput) -> Ends:
    """Return where the series stopped; models of one series had that beside their input."""
    if PART in saved.parts:
        return decode(Ends, saved.part(PART), PART)
    values = " ".join("nan" if value is None else repr(value) for value in input.recent)
    lowest = 0.0 if input.non_negative else -LARGEST
    columns = ((input.value_column,), (values,), (input.first,), (input.scaling.floor,), (lowest,))
    return Ends(*columns)


def model_of(trained: Trained) -> Model:
    """Return a trained forecaster as it answers, by the same path as one from a directory."""
    return Model.of(trained.artifact("forecast"), series_codec)
