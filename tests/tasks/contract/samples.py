"""The samples of all tasks; a task without one is an error, and turns the suite red."""

from __future__ import annotations

from importlib import import_module

from elman import tasks
from tests.tasks.contract.sample import Sample

__all__ = ["KINDS", "SAMPLES"]


def _samples(name: str) -> dict[str, Sample]:
    try:
        module = import_module(f"tests.tasks.{name}.sample")
    except ModuleNotFoundError as error:
        raise AssertionError(
            f'the task "{name}" has no sample: write tests/tasks/{name}/sample.py with SAMPLE, '
            "a tests.tasks.contract.sample.Sample"
        ) from error
    return {"": module.SAMPLE, **getattr(module, "OTHERS", {})}


_ALL = {name: _samples(name) for name in tasks.names()}

SAMPLES = {name: samples[""] for name, samples in _ALL.items()}
"""One for each task."""

KINDS = {
    f"{name}-{kind}".rstrip("-"): (name, sample)
    for name, samples in _ALL.items()
    for kind, sample in samples.items()
}
"""One for each kind of model that a task trains: those of a sample module's `OTHERS` too."""
