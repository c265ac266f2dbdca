"""The kinds of network there are: which a saved one is, its tensors, and how it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from elman.artifact import Shapes, decode
from elman.errors import ArtifactError
from elman.runtime.ensemble import network_of
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.runtime.translation.spec import TranslationSpec, tensor_shapes
from elman.runtime.translation.translator import Translator

__all__ = ["built", "shapes_of", "spec_of"]

SPECS: dict[str, type] = {"translation": TranslationSpec}
"""By the `kind` that their saved data names; a `NetworkSpec` names none."""

SHAPES: dict[type, Any] = {NetworkSpec: shapes_of_all, TranslationSpec: tensor_shapes}

RUNS: dict[type, Any] = {NetworkSpec: network_of, TranslationSpec: Translator}


def spec_of(saved: Mapping[str, Any]) -> Any:
    """Return the spec that the `network` section of a model.json is.

    Raises:
        ArtifactError: it is none.
    """
    kind = saved.get("kind")
    if kind is not None and not (isinstance(kind, str) and kind in SPECS):
        raise ArtifactError(
            f"model.json: network.kind is {kind!r:.60}; this version of elman knows "
            f"{', '.join(SPECS)}, and networks that name none."
        )
    spec = NetworkSpec if kind is None else SPECS[kind]
    return decode(spec, dict(saved), "model.json: network")


def shapes_of(spec: Any) -> Shapes:
    """Return names and shapes of all tensors of a spec.

    Raises:
        ArtifactError: it asks for impossible sizes.
    """
    shapes: Shapes = SHAPES[type(spec)](spec)
    return shapes


def built(spec: Any, tensors: Mapping[str, np.ndarray]) -> Any:
    """Return the network that a spec describes, ready to run.

    Raises:
        ArtifactError: a tensor is missing, unknown, or of another shape or type.
    """
    return RUNS[type(spec)](spec, tensors)
