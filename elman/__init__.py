"""elman: recurrent networks that work, on the machine you have.

    model = elman.train("reviews.csv", out="model")   # needs torch: pip install "elman[train]"
    model = elman.load("model")                       # does not
    model.predict(["a fine film"])
    stream = model.stream()
    stream.feed("not")

    elman.memory_card(torch_model, data)   # how far back it remembers, and whether order matters
    elman.accelerate(torch_model)   # its recurrent layers become ours, in place, and faster

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from elman.version import __version__ as __version__

if TYPE_CHECKING:
    from elman.errors import ElmanError
    from elman.nn.accelerate import accelerate
    from elman.tasks import compare, evaluate, explain, load, train
    from elman.tasks.memory import memory_card

__all__ = [
    "ElmanError",
    "accelerate",
    "compare",
    "evaluate",
    "explain",
    "load",
    "memory_card",
    "train",
]

_HOMES = {
    "ElmanError": "elman.errors",
    "accelerate": "elman.nn",
    "compare": "elman.tasks",
    "evaluate": "elman.tasks",
    "explain": "elman.tasks",
    "load": "elman.tasks",
    "memory_card": "elman.tasks.memory",
    "train": "elman.tasks",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'elman' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
