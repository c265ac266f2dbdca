"""`elman recall`: its options are those of what is asked."""

from __future__ import annotations

import dataclasses
import inspect
import typing

from elman.cli import commands
from elman.memory.recall.asked import PLACES, Recall
from elman.memory.recall.starts import CELLS, INITS
from elman.tasks.options import Options

NAMES = {"most_train_steps": "train_steps", "time_limit_s": "time_limit"}


def test_every_field_with_a_help_is_an_option_with_that_help_and_default():
    shown = inspect.signature(commands.recall, eval_str=True).parameters
    fields = [field for field in dataclasses.fields(Recall) if "help" in field.metadata]
    assert len(fields) == 11
    for field in fields:
        option = shown[NAMES.get(field.name, field.name)]
        (info,) = typing.get_args(option.annotation)[1:]
        assert info.help == field.metadata["help"]
        default = option.default
        if field.name == "time_limit_s":
            default = Options(time_limit=default).seconds()
        assert default == (field.default if field.default != "" else None)


def test_the_help_names_all_there_are():
    helps = {field.name: field.metadata.get("help", "") for field in dataclasses.fields(Recall)}
    for name, known in (("cell", CELLS), ("init", INITS), ("place", PLACES)):
        assert all(choice in helps[name] for choice in known), name
