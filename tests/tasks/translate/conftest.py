"""A small trained translator, of two files, for all who only look at it."""

from __future__ import annotations

import pytest

import elman
from tests.tasks.translate.sample import SAMPLE
from tests.tasks.translate.small import pairs


def lines(path, sentences):
    path.write_text("".join(sentence + "\n" for sentence in sentences), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Training and test files by what they hold."""
    folder = tmp_path_factory.mktemp("files")
    made = {"train": pairs(260), "test": pairs(40, seed=8)}
    return {
        f"{name}.{side}": lines(folder / f"{name}.{side}", [pair[n] for pair in found])
        for name, found in made.items()
        for n, side in enumerate(("xx", "yy"))
    }


@pytest.fixture(scope="session")
def translator(files, tmp_path_factory):
    out = tmp_path_factory.mktemp("translator") / "model"
    return elman.train(
        files["train.xx"],
        out,
        target=str(files["train.yy"]),
        test=str(files["test.xx"]),
        test_target=str(files["test.yy"]),
        **SAMPLE.options,
    )
