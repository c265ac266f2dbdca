"""Options: each is taken where it is of use, checked, and told apart from its neighbours."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from elman import tasks
from elman.errors import OptionError
from elman.tasks.resolve import fields_for, resolve

COMMANDS = ("train", "compare", "evaluate", "predict", "memory", "report", "drift", "update")


def test_every_option_is_taken_by_a_command_and_has_a_sentence():
    for name in tasks.names():
        for field in dataclasses.fields(tasks.options_of(name)):
            assert field.metadata["commands"], field.name
            assert set(field.metadata["commands"]) <= set(COMMANDS)
            assert len(field.metadata["help"]) > 10


def test_each_command_has_an_option_once():
    for command in COMMANDS:
        names = [found.field.name for found in fields_for(command)]
        assert len(names) == len(set(names))
    assert {"seed", "cell", "resume"} <= {found.field.name for found in fields_for("train")}
    assert not {"seed", "cell", "resume"} & {found.field.name for found in fields_for("compare")}


@pytest.mark.parametrize(
    ("command", "given", "message"),
    [
        ("train", {"preset": "fats"}, 'Did you mean "fast"'),
        ("train", {"sede": 3}, 'unknown option --sede. Did you mean "seed"'),
        ("train", {"seed": True}, "--seed True: expected int"),
        ("train", {"seed": 1.5}, "--seed 1.5: expected int"),
        ("train", {"seed": -1}, "--seed -1: expected 0 or more"),
        ("train", {"threads": 4096}, "--threads 4096: this machine has"),
        ("train", {"resume": "yes"}, "--resume 'yes': expected bool"),
        ("train", {"time_limit": "soon"}, '--time-limit "soon" is not a duration'),
        ("train", {"unsure_below": 1.0}, "--unsure-below 1.0: expected a probability"),
        ("train", {"as_printed": True}, "add --preset chapter"),
        ("train", {"horizon": 3}, "--horizon belongs to the task forecast; this is classify"),
        ("evaluate", {"preset": "fast"}, "evaluate takes no --preset; it is for train"),
        ("compare", {"seed": 3}, "compare takes no --seed; it is for train and memory and report"),
        ("evaluate", {"label_names": "a=b"}, "add the file"),
    ],
)
def test_what_does_not_fit_is_named(command, given, message):
    with pytest.raises(OptionError) as caught:
        resolve("classify", given, command)
    assert message in str(caught.value)


def test_an_option_that_is_no_is_named_so_and_no_task_is_advised_where_several_have_it():
    with pytest.raises(OptionError) as caught:
        resolve("forecast", {"baselines": False}, "train")
    assert str(caught.value) == (
        "--no-baselines belongs to the tasks classify, signal, tag and translate; this is "
        "forecast. Leave it out."
    )


def test_a_whole_number_is_a_number():
    assert resolve("classify", {"time_limit": "1.5m"}, "train").seconds() == 90
    assert resolve("forecast", {"horizon": 3}, "train").horizon == 3
    with pytest.raises(OptionError, match="--season 0"):
        resolve("forecast", {"season": 0}, "train")


def test_a_path_is_text():
    assert resolve("classify", {"test": Path("a") / "b.csv"}, "train").test == "a/b.csv"


def test_a_task_that_is_not_there_is_named():
    with pytest.raises(
        OptionError, match=r'--task "clasify" is not known. Did you mean "classify"'
    ):
        tasks.named("clasify")
