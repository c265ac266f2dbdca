"""Every change that `make mutants` makes has its place in the sources, and one alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import elman
from tests import mutants, python_mutants

ROOT = Path(elman.__file__).parent
EVERY = [(ROOT / mutant.file, mutant) for mutant in mutants.MUTANTS]
EVERY += [(ROOT.parent / mutant.file, mutant) for mutant in python_mutants.MUTANTS]


@pytest.mark.parametrize("file", sorted({file for file, _ in EVERY}), ids=lambda file: file.stem)
def test_every_mutant_finds_its_place_once(file):
    text = file.read_text(encoding="utf-8")
    found = {mutant.name: text.count(mutant.old) for path, mutant in EVERY if path == file}
    assert {name: count for name, count in found.items() if count != 1} == {}


def test_kernels_mutants_have_names_of_their_own():
    names = Counter(mutant.name for mutant in mutants.MUTANTS)
    assert [name for name, count in names.items() if count > 1] == []
