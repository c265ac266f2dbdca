"""The samples of all tasks; a task without one is an error, and turns the suite red."""

from __future__ import annotations

from importlib import import_module

from elman import tasks
from tests.tasks.contract.sample import Sample

__all__ = ["SAMPLES"]


def _sample(name: str) -> Sample:
    try:
        found = import_module(f"tests.tasks.{name}.sample").SAMPLE
    except ModuleNotFoundError as error:
        raise AssertionError(
            f'the task "{name}" has no sample: write tests/tasks/{name}/sample.py with SAMPLE, '
            "a tests.tasks.contract.sample.Sample"
        ) from error
    return found


SAMPLES = {name: _sample(name) for name in tasks.names()}
