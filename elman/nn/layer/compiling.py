"""Let `torch.compile` take our layers whole, at no cost to those who never compile.

torch's compiler refuses every subclass of torch's RNN, GRU and LSTM by its type, before any code of
it runs, unless `torch._dynamo.config.allow_rnn` is set; then it unrolls torch's own. Ours are one
operator each. So the flag is set while the compiler looks at one of ours, and at no other time.

The compiler takes longer to import than torch itself: it is waited for, not imported.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch

from elman.nn.layer.awaited import when_imported

__all__ = ["compile_whole", "not_unrolled"]


def compile_whole(kind: type) -> None:
    """Have the compiler take instances of a class derived from torch's recurrent layers."""

    def allow(builder: Any) -> None:
        wrap = builder.VariableBuilder.wrap_module

        @wraps(wrap)
        def wrap_module(self: Any, value: Any) -> Any:
            if not isinstance(value, kind):
                return wrap(self, value)
            with builder.config.patch(allow_rnn=True):
                return wrap(self, value)

        builder.VariableBuilder.wrap_module = wrap_module

    when_imported("torch._dynamo.variables.builder", allow)


def not_unrolled(torchs: Callable[..., Any]) -> Callable[..., Any]:
    """Return torch's code for a layer, to be called outside of the graph where there is one."""
    if torch.compiler.is_dynamo_compiling() and not torch.compiler.is_exporting():
        dynamo: Any = torch._dynamo
        if not dynamo.config.allow_rnn:
            return dynamo.disable(torchs)  # type: ignore[no-any-return]
    return torchs
