"""Whether a call is a plain one, whose memory a kernel that torch knows nothing of may read now."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd import forward_ad

__all__ = ["not_plain", "transforms"]


def not_plain(x: Tensor) -> str | None:
    """Say what torch does with a call of x besides computing it, or None.

    But: None where torch compiles it; there a kernel has to be an operator.
    """
    if forward_ad._current_level >= 0:
        return "inside forward-mode differentiation"
    if torch._C._get_tracing_state() or torch.compiler.is_exporting():
        return "it is recorded, to run where elman is not"
    if torch.compiler.is_compiling():
        return None
    if type(x) is not Tensor:
        return f"x is a {type(x).__name__}, not a plain tensor"
    if torch._C._functorch.peek_interpreter_stack() is not None:
        return "inside a transform of torch.func"
    return None


def transforms() -> set[str]:
    """The transforms of torch.func that a call is inside of: Vmap, Grad, Jvp, Functionalize.

    But: none where torch compiles it, and sees to them itself.
    """
    if torch.compiler.is_compiling() or torch._C._functorch.peek_interpreter_stack() is None:
        return set()
    stack = torch._C._functorch.get_interpreter_stack() or ()
    return {each.key().name for each in stack}
