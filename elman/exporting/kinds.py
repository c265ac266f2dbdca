"""The graphs of each kind of network that `runtime.kinds` has, and what checks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from elman.exporting.check import Found, compared
from elman.exporting.network import onnx_of
from elman.exporting.parts.shares import Shares
from elman.exporting.parts.stack import Tensors
from elman.exporting.translated import compared_translation
from elman.exporting.translation import translation_graphs
from elman.runtime.spec import NetworkSpec
from elman.runtime.translation.spec import TranslationSpec

__all__ = ["checked", "graphs_of"]


def _graphs(
    spec: NetworkSpec, tensors: Tensors, metadata: Mapping[str, str], shares: Shares | None
) -> dict[str, Any]:
    return {"": onnx_of(spec, tensors, shares, metadata)}


GRAPHS: dict[type, Any] = {NetworkSpec: _graphs, TranslationSpec: translation_graphs}

CHECKS: dict[type, Any] = {
    NetworkSpec: lambda network, graphs: compared(network, graphs[""]),
    TranslationSpec: compared_translation,
}


def graphs_of(
    spec: Any, tensors: Tensors, metadata: Mapping[str, str], shares: Shares | None
) -> dict[str, Any]:
    """Return the graphs of a network, by what stands behind their file's name."""
    graphs: dict[str, Any] = GRAPHS[type(spec)](spec, tensors, metadata, shares)
    return graphs


def checked(network: Any, graphs: Mapping[str, Any]) -> Found:
    """Run graphs beside the network that they are of, and return how far apart they are."""
    found: Found = CHECKS[type(network.spec)](network, graphs)
    return found
