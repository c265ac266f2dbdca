"""Whether module and rows fit together: what does not is refused before anything is measured.

But: a module is asked on the rows of the card alone; what it says to others is not known.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from torch import Tensor, nn

from elman.errors import ElmanError, InputError
from elman.memory.measures.walk import recurrent_layers, walking
from elman.memory.rows.examples import Examples

__all__ = ["checked", "reads_padding", "unlike_its_walk"]


def checked(
    module: nn.Module, everything: Examples, examples: Examples
) -> tuple[Examples, Examples]:
    """Let what does not fit fail here, with a message, and not in a measure.

    Returns:
        The same, y cut down to the last step where it has a value for every step.

    Raises:
        InputError: the module does not take these rows, or its answers do not fit their targets.
    """
    if any(p.is_inference() for p in module.parameters()):
        raise InputError(
            f"the weights of {type(module).__name__} were made inside torch.inference_mode(), and "
            "no gradient can be taken of them; make or load it outside"
        )
    outputs = _outputs(module, examples)
    if examples.kind == "class" and examples.loss is None:
        assert examples.y is not None
        most = max(outputs.shape[1], 2)
        if int(examples.y.min()) < 0 or int(examples.y.max()) >= most:
            raise InputError(
                f"y names class {int(examples.y.max())}, least {int(examples.y.min())}, and the "
                f"module answers {outputs.shape[1]} numbers; expected classes 0 to {most - 1}. "
                "Values to be hit, and not classes, must be floats."
            )
    if examples.kind == "value" and examples.loss is None and examples.y is not None:
        wide = examples.y.shape[1]
        if outputs.shape[1] == 1 and {wide} == set(examples.lengths.tolist()):
            assert everything.y is not None
            examples = dataclasses.replace(examples, y=examples.y[:, -1:])
            everything = dataclasses.replace(everything, y=everything.y[:, -1:])
        elif wide != outputs.shape[1]:
            raise InputError(
                f"y has {wide} values a row and the module answers {outputs.shape[1]}; expected as "
                "many, or loss= to compare them"
            )
    if not bool(torch.isfinite(outputs).all()):
        raise InputError("the module answers NaN or infinity to some rows; mend it first")
    return everything, examples


def _outputs(module: nn.Module, examples: Examples) -> Tensor:
    """The outputs; where the module fails, its own words, and what it was given."""
    try:
        return examples.outputs(module)
    except ElmanError:
        raise
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        x = examples.x[0]
        weights = {str(p.dtype).removeprefix("torch.") for p in module.parameters()}
        raise InputError(
            f"{type(module).__name__} (weights {', '.join(sorted(weights))}) does not take these "
            f"rows: x of data[0] is {tuple(x.shape)}, {str(x.dtype).removeprefix('torch.')}, read "
            f"as {'(T,) ids' if examples.ids else '(T, I) floats'}. It says: {error}"
        ) from error


def reads_padding(module: nn.Module, examples: Examples) -> bool:
    """Whether a short row is answered otherwise beside a long one than alone."""
    order = np.argsort(examples.lengths, kind="stable")
    pair = examples.take([int(order[0]), int(order[-1])])
    if pair.lengths[0] == pair.lengths[1]:
        return False
    alone = dataclasses.replace(pair, padded=False).outputs(module)
    return not _alike(pair.outputs(module), alone)


def unlike_its_walk(module: nn.Module, examples: Examples) -> str | None:
    """Return why the states of a module cannot be followed, or None.

    A layer whose class has a forward of its own may do what a walk through its weights does not.
    """
    _, x, lengths = next(examples.batches())
    try:
        with torch.no_grad():
            own = examples.output(module, x, lengths)
            with walking(module, lengths):
                walked = examples.output(module, x, lengths)
        if own.shape == walked.shape and _alike(own, walked):
            return None
    except InputError:
        raise
    except (RuntimeError, ValueError, IndexError, TypeError, AttributeError):
        pass
    own_forward = [
        f"{name} ({type(layer).__name__})"
        for name, layer in recurrent_layers(module).items()
        if not type(layer).__module__.startswith(("torch.nn.", "elman.nn."))
    ]
    which = (
        f"the forward of {', '.join(own_forward)} is its own"
        if own_forward
        else ("a layer's forward is its own, or the module is not the same twice")
    )
    return f"{which}: its states cannot be followed"


def _alike(one: Tensor, other: Tensor) -> bool:
    rough = one.dtype in (torch.bfloat16, torch.float16)
    return torch.allclose(one, other, rtol=0.05 if rough else 1e-3, atol=0.02 if rough else 1e-4)
