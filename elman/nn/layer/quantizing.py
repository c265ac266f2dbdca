"""Let torch's quantisation take our layers for the ones of torch that they stand for.

It goes by exact classes: without this, `quantize_dynamic` would leave ours in float32 and say
nothing. So while it gives each layer its configuration, ours are torch's; those that get none are
ours again, and the others become what torch makes of its own.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from torch import nn

from elman.nn.layer.awaited import when_imported
from elman.nn.layer.torchs import torchs_class

__all__ = ["quantize_as_torchs"]


def quantize_as_torchs(kind: type) -> None:
    """Have torch's quantisation take instances of what is derived from a class directly."""

    def allow(quantize: Any) -> None:
        propagate = quantize.propagate_qconfig_

        @wraps(propagate)
        def propagate_qconfig_(module: nn.Module, *args: Any, **options: Any) -> Any:
            ours = [(m, type(m)) for m in module.modules() if kind in type(m).__bases__]
            for layer, own in ours:
                layer.__class__ = torchs_class(own)
            try:
                return propagate(module, *args, **options)
            finally:
                for layer, own in ours:
                    if getattr(layer, "qconfig", None) is None:
                        layer.__class__ = own

        quantize.propagate_qconfig_ = propagate_qconfig_

    when_imported("torch.ao.quantization.quantize", allow)
